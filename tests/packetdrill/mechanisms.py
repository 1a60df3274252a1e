"""Families of scripts about one mechanism of TCP each: what is done in them. generate.py adds what Linux answers."""

from families import DEFAULTS, LISTEN

PAUSE = "  +.05 %{ pass }%"
# The kernel rounds long times up by an eighth, and a machine has other work.
TIMERS = "--tolerance_usecs=150000"

# Without and with selective acknowledgments.
PLAIN = LISTEN + """
    +0 < S 0:0(0) win 32792 <mss 1000,nop,wscale 7>
    +0 > S. 0:0(0) ack 1 <mss 1460,nop,wscale 8>
   +.1 < . 1:1(0) ack 1 win 257
    +0 accept(3, ..., ...) = 4
"""
SACK = LISTEN + """
    +0 < S 0:0(0) win 32792 <mss 1000,sackOK,nop,nop,nop,wscale 7>
    +0 > S. 0:0(0) ack 1 <mss 1460,nop,nop,sackOK,nop,wscale 8>
   +.1 < . 1:1(0) ack 1 win 257
    +0 accept(3, ..., ...) = 4
"""
TIMESTAMPS = LISTEN + """
    +0 < S 0:0(0) win 32792 <mss 1000,sackOK,TS val 1000 ecr 0,nop,wscale 7>
    +0 > S. 0:0(0) ack 1 <mss 1460,sackOK,TS val 100 ecr 1000,nop,wscale 8>
   +.1 < . 1:1(0) ack 1 win 257 <nop,nop,TS val 1010 ecr 100>
    +0 accept(3, ..., ...) = 4
"""
CLIENT = """
     0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 4
    +0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0
    +0 connect(4, ..., ...) = -1 EINPROGRESS (Operation now in progress)
    +0 > S 0:0(0) <mss 1460,nop,nop,sackOK,nop,wscale 8>
   +.1 < S. 0:0(0) ack 1 win 65535 <mss 1000,nop,nop,sackOK,nop,wscale 7>
    +0 > . 1:1(0) ack 1
"""


def lines(title, body, options=(), settings=(), pause=PAUSE, deviates=None):
    result = [f"// {title}"]
    if deviates:
        result.append(f"// Deviates on the simulator: {deviates}")
    result += list(options) + [DEFAULTS]
    result += [f"`sysctl -q -w {setting}`" for setting in settings] + [""]
    result += [line for line in body.strip("\n").split("\n") if line.strip()]
    return result + ([pause] if pause else [])


FAST_OPEN_KEY = "net.ipv4.tcp_fastopen_key=a1a1a1a1-b2b2b2b2-c3c3c3c3-d4d4d4d4"
FAST_OPEN = ("net.ipv4.tcp_fastopen=3", FAST_OPEN_KEY)
ASKS_FOR_COOKIE = """
     0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
    +0 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0
    +0 sendto(3, ..., 500, MSG_FASTOPEN, ..., ...) = -1 EINPROGRESS (Operation now in progress)
    +0 > S 0:0(0) <mss 1460,nop,nop,sackOK,nop,wscale 8,FO,nop,nop>
"""
HAS_COOKIE = ASKS_FOR_COOKIE + """
   +.1 < S. 0:0(0) ack 1 win 65535 <mss 1000,nop,nop,sackOK,nop,wscale 7,FO abcd1234abcd1234,nop,nop>
    +0 > . 1:1(0) ack 1
    +0 close(3) = 0
    +0 > F. 1:1(0) ack 1
   +.1 < F. 1:1(0) ack 2 win 257
    +0 > . 2:2(0) ack 2
   +.1 socket(..., SOCK_STREAM, IPPROTO_TCP) = 4
    +0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0
"""
SENDS_WITH_COOKIE = HAS_COOKIE + """
    +0 sendto(4, ..., 500, MSG_FASTOPEN, ..., ...) = 500
    +0 > S 0:500(500) <mss 1460,nop,nop,sackOK,nop,wscale 8,FO abcd1234abcd1234,nop,nop>
"""
FAST_OPEN_SERVER = LISTEN + """
    +0 setsockopt(3, SOL_TCP, TCP_FASTOPEN, [5], 4) = 0
"""
ANSWER = "win 65535 <mss 1000,nop,nop,sackOK,nop,wscale 7>"


def fast_open():
    """Text in the SYN, asking for cookies, granting them, and what happens without."""

    def client(name, title, body, pause=PAUSE, options=()):
        return name, lines(title, body, options, FAST_OPEN, pause)

    yield client("client_asks", "A client without a cookie asks for one, and sends its text after the handshake.",
                 ASKS_FOR_COOKIE + """
   +.1 < S. 0:0(0) ack 1 win 65535 <mss 1000,nop,nop,sackOK,nop,wscale 7,FO abcd1234abcd1234,nop,nop>
   +.1 write(3, ..., 500) = 500
""")
    yield client("client_asks_in_vain", "The server has no cookies to grant: an ordinary connection.",
                 ASKS_FOR_COOKIE + f"   +.1 < S. 0:0(0) ack 1 {ANSWER}\n   +.1 write(3, ..., 500) = 500\n")
    yield client("client_sends_in_the_syn", "A client with a cookie sends text with its SYN.",
                 SENDS_WITH_COOKIE + f"   +.1 < S. 0:0(0) ack 501 {ANSWER}\n")
    yield client("client_is_refused", "The server acknowledges the SYN alone: the text is sent again.",
                 SENDS_WITH_COOKIE + f"   +.1 < S. 0:0(0) ack 1 {ANSWER}\n")
    yield client("client_is_taken_in_part", "The server takes a part of the text.",
                 SENDS_WITH_COOKIE + f"   +.1 < S. 0:0(0) ack 201 {ANSWER}\n")
    yield client("client_falls_back", "No answer: the SYN is sent again without cookie and text.",
                 SENDS_WITH_COOKIE + f"  +1.5 < S. 0:0(0) ack 1 {ANSWER}\n", options=(TIMERS,))
    yield client("client_is_reset", "A reset answers the SYN with text.",
                 SENDS_WITH_COOKIE + """
   +.1 < R. 0:0(0) ack 501 win 0
    +0 getsockopt(4, SOL_SOCKET, SO_ERROR, [ECONNREFUSED], [4]) = 0
""")
    yield client("client_connects_later", "TCP_FASTOPEN_CONNECT: connect succeeds at once, the write opens.",
                 HAS_COOKIE + """
    +0 setsockopt(4, SOL_TCP, TCP_FASTOPEN_CONNECT, [1], 4) = 0
    +0 connect(4, ..., ...) = 0
    +0 write(4, ..., 100) = 100
    +0 > S 0:100(100) <mss 1460,nop,nop,sackOK,nop,wscale 8,FO abcd1234abcd1234,nop,nop>
   +.1 < S. 0:0(0) ack 101 win 65535 <mss 1000,nop,nop,sackOK,nop,wscale 7>
""")
    yield client("server_grants", "A server grants the cookie of the peer's address.", FAST_OPEN_SERVER + """
   +.1 < S 0:0(0) win 32792 <mss 1000,sackOK,nop,nop,FO,nop,nop>
    +0 > S. 0:0(0) ack 1 <mss 1460,nop,nop,sackOK,FO TFO_COOKIE,nop,nop>
""")
    yield client("server_takes_text", "A server takes the text of a SYN whose cookie is right.", FAST_OPEN_SERVER + """
   +.1 < S 0:100(100) win 32792 <mss 1000,sackOK,nop,nop,FO TFO_COOKIE,nop,nop>
    +0 > S. 0:0(0) ack 101 <mss 1460,nop,nop,sackOK>
    +0 accept(3, ..., ...) = 4
    +0 %{ assert tcpi_state == TCP_SYN_RECV and tcpi_options & TCPI_OPT_SYN_DATA }%
    +0 read(4, ..., 1000) = 100
   +.1 < . 101:101(0) ack 1 win 32792
    +0 %{ assert tcpi_state == TCP_ESTABLISHED }%
""")
    yield client("server_answers_early", "A server answers before the handshake is over.", FAST_OPEN_SERVER + """
   +.1 < S 0:100(100) win 32792 <mss 1000,sackOK,nop,nop,FO TFO_COOKIE,nop,nop>
    +0 > S. 0:0(0) ack 101 <mss 1460,nop,nop,sackOK>
    +0 accept(3, ..., ...) = 4
    +0 read(4, ..., 1000) = 100
    +0 write(4, ..., 700) = 700
    +0 > P. 1:701(700) ack 101
   +.1 < . 101:101(0) ack 701 win 32792
""")
    yield client("server_hears_of_losses", "A server fills the initial window early, and the handshake tells of losses.",
                 FAST_OPEN_SERVER + """
   +.1 < S 0:100(100) win 32792 <mss 1000,sackOK,nop,nop,FO TFO_COOKIE,nop,nop>
    +0 > S. 0:0(0) ack 101 <mss 1460,nop,nop,sackOK>
    +0 accept(3, ..., ...) = 4
    +0 write(4, ..., 12000) = 12000
    +0 > P. 1:10001(10000) ack 101
  +.05 < . 101:101(0) ack 1 win 32792 <nop,nop,sack 2001:5001>
    +0 %{ assert (tcpi_ca_state, tcpi_snd_cwnd) == (TCP_CA_Recovery, 6) }%
   +.1 < . 101:101(0) ack 10001 win 32792
""", options=(TIMERS,), pause="  +.01 %{ pass }%")
    yield client("server_refuses_a_wrong_cookie", "A wrong cookie: the text is not taken, the right one is granted.",
                 FAST_OPEN_SERVER + """
   +.1 < S 0:100(100) win 32792 <mss 1000,sackOK,nop,nop,FO 0102030405060708,nop,nop>
    +0 > S. 0:0(0) ack 1 <mss 1460,nop,nop,sackOK,FO TFO_COOKIE,nop,nop>
   +.1 < P. 1:101(100) ack 1 win 32792
    +0 > . 1:1(0) ack 101
    +0 accept(3, ..., ...) = 4
    +0 read(4, ..., 1000) = 100
""")
    yield client("server_takes_no_text_without_a_cookie", "Text in a SYN without the option is not taken.",
                 FAST_OPEN_SERVER + "   +.1 < S 0:100(100) win 32792 <mss 1000,sackOK,nop,nop>\n")
    yield client("server_has_no_room", "More pending connections than TCP_FASTOPEN allows: an ordinary handshake.",
                 FAST_OPEN_SERVER.replace("[5]", "[1]") + """
   +.1 < 50001 > 8080 S 0:100(100) win 32792 <mss 1000,sackOK,nop,nop,FO TFO_COOKIE,nop,nop>
    +0 > 8080 > 50001 S. 0:0(0) ack 101 <mss 1460,nop,nop,sackOK>
   +.1 < 50002 > 8080 S 0:100(100) win 32792 <mss 1000,sackOK,nop,nop,FO TFO_COOKIE,nop,nop>
""")
    yield client("server_is_reset", "A reset ends what a SYN with text has opened.", FAST_OPEN_SERVER + """
   +.1 < S 0:100(100) win 32792 <mss 1000,sackOK,nop,nop,FO TFO_COOKIE,nop,nop>
    +0 > S. 0:0(0) ack 101 <mss 1460,nop,nop,sackOK>
    +0 accept(3, ..., ...) = 4
   +.1 < R. 101:101(0) ack 1 win 0
    +0 read(4, ..., 1000) = 100
    +0 read(4, ..., 1000) = -1 ECONNRESET (Connection reset by peer)
""")


def urgent():
    """The urgent pointer out and in, the octet inline and not."""
    yield "sent", lines("MSG_OOB sets the urgent pointer behind the octet.", PLAIN + """
   +.1 send(4, ..., 1, MSG_OOB) = 1
""")
    yield "sent_behind_text", lines("Urgent text behind ordinary text.", PLAIN + """
   +.1 write(4, ..., 100) = 100
    +0 > P. 1:101(100) ack 1
    +0 send(4, ..., 5, MSG_OOB) = 5
   +.1 < . 1:1(0) ack 101 win 257
""")
    yield "sent_in_two_segments", lines("Every segment up to the urgent octet points to it.", PLAIN + """
   +.1 send(4, ..., 2500, MSG_OOB) = 2500
""")
    yield "sent_into_a_closed_window", lines("Urgent text where the window is closed.", PLAIN + """
   +.1 < . 1:1(0) ack 1 win 0
    +0 send(4, ..., 10, MSG_OOB) = 10
""", (TIMERS,), pause="   +1 %{ pass }%")
    received = PLAIN + """
   +.1 < PU. 1:11(10) ack 1 win 257 urg 10
"""
    yield "received", lines("The urgent octet is read out of band.", received + """
    +0 poll([{fd=4, events=POLLIN|POLLPRI, revents=POLLIN|POLLPRI}], 1, 0) = 1
    +0 recv(4, ..., 10, MSG_OOB) = 1
    +0 read(4, ..., 100) = 9
    +0 recv(4, ..., 10, MSG_OOB) = -1 EINVAL (Invalid argument)
""")
    yield "received_inline", lines("With SO_OOBINLINE the urgent octet is read with the others.",
                                   received.replace("   +.1 < PU.", """\
    +0 setsockopt(4, SOL_SOCKET, SO_OOBINLINE, [1], 4) = 0
   +.1 < PU.""") + """
    +0 recv(4, ..., 10, MSG_OOB) = -1 EINVAL (Invalid argument)
    +0 read(4, ..., 100) = 9
    +0 read(4, ..., 100) = 1
""")
    yield "received_ahead", lines("The pointer comes before its octet.", PLAIN + """
   +.1 < PU. 1:11(10) ack 1 win 257 urg 20
    +0 recv(4, ..., 10, MSG_OOB) = -1 EAGAIN (Resource temporarily unavailable)
   +.1 < P. 11:21(10) ack 1 win 257
    +0 recv(4, ..., 10, MSG_OOB) = 1
    +0 read(4, ..., 100) = 19
""")


KEEPALIVE = """
    +0 setsockopt(4, SOL_TCP, TCP_KEEPIDLE, [1], 4) = 0
    +0 setsockopt(4, SOL_TCP, TCP_KEEPINTVL, [1], 4) = 0
    +0 setsockopt(4, SOL_TCP, TCP_KEEPCNT, [2], 4) = 0
    +0 setsockopt(4, SOL_SOCKET, SO_KEEPALIVE, [1], 4) = 0
"""


def keepalive():
    """Probes of an idle connection, answered and not."""
    yield "unanswered", lines("Nobody answers: the connection is reset.", PLAIN + KEEPALIVE + """
  +3.5 read(4, ..., 10) = -1 ETIMEDOUT (Connection timed out)
""", (TIMERS,))
    yield "answered", lines("An answer begins the idle time anew.", PLAIN + KEEPALIVE + """
 +1.05 < . 1:1(0) ack 1 win 257
  +1.1 < . 1:1(0) ack 1 win 257
""", (TIMERS,))
    yield "answered_by_reset", lines("A reset answers the probe.", PLAIN + KEEPALIVE + """
 +1.05 < R. 1:1(0) ack 1 win 0
    +0 read(4, ..., 10) = -1 ECONNRESET (Connection reset by peer)
""", (TIMERS,))
    yield "text_puts_it_off", lines("Text that arrives puts the probe off.", PLAIN + KEEPALIVE + """
   +.5 < P. 1:101(100) ack 1 win 257
   +.7 < . 101:101(0) ack 1 win 257
    +1 < . 101:101(0) ack 1 win 257
""", (TIMERS,))
    yield "text_on_its_way", lines("With text on its way no probe is sent.", PLAIN + KEEPALIVE + """
    +0 write(4, ..., 100) = 100
""", (TIMERS,), pause=" +1.2 %{ pass }%")
    yield "ended", lines("SO_KEEPALIVE is taken back.", PLAIN + KEEPALIVE + """
   +.5 setsockopt(4, SOL_SOCKET, SO_KEEPALIVE, [0], 4) = 0
""", (TIMERS,), pause=" +1.5 %{ pass }%")


def user_timeout():
    """TCP_USER_TIMEOUT, with text on its way, and beside keepalives."""
    body = PLAIN + """
    +0 setsockopt(4, SOL_TCP, TCP_USER_TIMEOUT, [1500], 4) = 0
"""
    yield "text", lines("Text is not acknowledged for as long.", body + """
    +0 write(4, ..., 100) = 100
    +3 write(4, ..., 100) = -1 ETIMEDOUT (Connection timed out)
""", (TIMERS,))
    yield "acknowledged_in_time", lines("An acknowledgment begins the time anew.", body + """
    +0 write(4, ..., 100) = 100
  +1.2 < . 1:1(0) ack 101 win 257
    +0 write(4, ..., 100) = 100
   +.5 < . 1:1(0) ack 201 win 257
""", (TIMERS,))
    yield "keepalive", lines("Unanswered probes end with the time, not with their count.",
                             body + KEEPALIVE.replace("[2]", "[9]") + """
    +4 read(4, ..., 10) = -1 ETIMEDOUT (Connection timed out)
""", (TIMERS,))


def nagle():
    """Small segments that wait, and those that do not."""
    small = "    +0 write(4, ..., 100) = 100\n"
    yield "second_waits", lines("A second small segment waits for the acknowledgment.", PLAIN + f"""
   +.1 write(4, ..., 100) = 100
{small}{small}   +.1 < . 1:1(0) ack 101 win 257
   +.1 < . 1:1(0) ack 301 win 257
""")
    yield "full_goes_at_once", lines("What fills a segment goes at once, the rest waits.", PLAIN + """
   +.1 write(4, ..., 100) = 100
    +0 write(4, ..., 1500) = 1500
   +.1 < . 1:1(0) ack 1101 win 257
""")
    yield "no_delay", lines("TCP_NODELAY: nothing waits.", PLAIN + f"""
    +0 setsockopt(4, SOL_TCP, TCP_NODELAY, [1], 4) = 0
{small}   +.05 write(4, ..., 100) = 100
   +.1 < . 1:1(0) ack 201 win 257
""")
    yield "no_delay_later", lines("TCP_NODELAY sends what waits.", PLAIN + f"""
   +.1 write(4, ..., 100) = 100
{small}   +.03 setsockopt(4, SOL_TCP, TCP_NODELAY, [1], 4) = 0
   +.1 < . 1:1(0) ack 201 win 257
""")
    yield "fin_does_not_wait", lines("shutdown sends what waits, with the FIN.", PLAIN + f"""
   +.1 write(4, ..., 100) = 100
{small}   +.03 shutdown(4, SHUT_WR) = 0
   +.1 < . 1:1(0) ack 202 win 257
""")
    cork = PLAIN + "    +0 setsockopt(4, SOL_TCP, TCP_CORK, [1], 4) = 0\n"
    yield "corked", lines("TCP_CORK: a part of a segment waits 200 ms.", cork + "   +.1 write(4, ..., 100) = 100\n",
                          (TIMERS,), pause="   +.3 %{ pass }%")
    yield "uncorked", lines("What waits goes when TCP_CORK is taken back.", cork + """
   +.1 write(4, ..., 100) = 100
  +.03 write(4, ..., 200) = 200
  +.03 setsockopt(4, SOL_TCP, TCP_CORK, [0], 4) = 0
   +.1 < . 1:1(0) ack 301 win 257
""")
    yield "corked_full", lines("Corked text that fills segments goes at once.", cork + """
   +.1 write(4, ..., 2300) = 2300
  +.05 < . 1:1(0) ack 2001 win 257
  +.05 close(4) = 0
   +.1 < . 1:1(0) ack 2302 win 257
""")
    yield "more_to_come", lines("MSG_MORE waits for the next call.", PLAIN + """
   +.1 send(4, ..., 100, MSG_MORE) = 100
  +.03 send(4, ..., 100, 0) = 100
   +.1 < . 1:1(0) ack 201 win 257
""")
    yield "more_never_comes", lines("What MSG_MORE holds back is sent after a while, as if it were all.", PLAIN + """
   +.1 send(4, ..., 100, MSG_MORE) = 100
""", (TIMERS,), pause="   +.3 %{ pass }%")
    yield "more_is_not_pushed", lines("MSG_MORE: an acknowledgment takes the text along, without PSH.", PLAIN + f"""
   +.1 write(4, ..., 100) = 100
  +.03 send(4, ..., 100, MSG_MORE) = 100
  +.03 < . 1:1(0) ack 101 win 257
  +.03 send(4, ..., 50, MSG_MORE) = 50
  +.03 setsockopt(4, SOL_TCP, TCP_NODELAY, [1], 4) = 0
  +.03 < . 1:1(0) ack 251 win 257
{small}   +.1 < . 1:1(0) ack 351 win 257
""")
    record = "    +0 send(4, ..., 100, MSG_EOR) = 100\n"
    yield "record_waits", lines("MSG_EOR: the last record waits as any small segment does.", PLAIN + f"""
   +.1 write(4, ..., 100) = 100
{record}   +.1 < . 1:1(0) ack 101 win 257
   +.1 < . 1:1(0) ack 201 win 257
""")
    yield "record_is_followed", lines("MSG_EOR: a record that others follow does not wait for them.", PLAIN + f"""
   +.1 write(4, ..., 100) = 100
{record}   +.1 write(4, ..., 100) = 100
   +.1 < . 1:1(0) ack 101 win 257
   +.1 < . 1:1(0) ack 301 win 257
""")
    for size in [400, 1000, 2400]:
        ends = [1 + 10400 + count * size for count in range(4)]
        body = SACK + """
   +.1 write(4, ..., 10400) = 10400
    +0 > P. 1:10001(10000) ack 1
""" + f"    +0 send(4, ..., {size}, MSG_EOR) = {size}\n" * 3 + """    +0 write(4, ..., 300) = 300
   +.1 < . 1:1(0) ack 10001 win 257
"""
        for begin, end in zip([10001, *ends[1:]], ends[1:]):
            body += f"    +0 > P. {begin}:{end}({end - begin}) ack 1\n"
        yield f"records_of_{size}", lines(f"MSG_EOR: records of {size} octets are in segments of their own.", body + f"""
   +.1 < . 1:1(0) ack {ends[3]} win 257
   +.1 < . 1:1(0) ack {ends[3] + 300} win 257
""")


def paws():
    """Timestamps that go back, and the segments that are judged by them."""
    for name, title, segment in [
        ("old_text", "Text with an old timestamp is dropped, and answered.", "P. 1:101(100) ack 1 win 257 <nop,nop,TS val 900 ecr 100>"),
        ("equal_text", "The same timestamp again is good.", "P. 1:101(100) ack 1 win 257 <nop,nop,TS val 1010 ecr 100>"),
        ("old_acknowledgment", "A bare acknowledgment with an old timestamp says nothing.", ". 1:1(0) ack 1 win 257 <nop,nop,TS val 900 ecr 100>"),
        ("old_acknowledgment_opens_the_window", "One that says something is dropped, and answered.", ". 1:1(0) ack 1 win 300 <nop,nop,TS val 900 ecr 100>"),
        ("acknowledgment_from_long_ago", "More than a retransmission timeout is no disorder.", ". 1:1(0) ack 1 win 257 <nop,nop,TS val 200 ecr 100>"),
        ("old_reset", "A reset is not judged by its timestamp.", "R. 1:1(0) ack 1 win 0 <nop,nop,TS val 900 ecr 100>"),
        ("old_fin", "A FIN with an old timestamp is dropped, and answered.", "F. 1:1(0) ack 1 win 257 <nop,nop,TS val 900 ecr 100>"),
        ("old_syn", "A SYN with an old timestamp is answered as any in a connection.", "S 1:1(0) win 257 <mss 1000,sackOK,TS val 900 ecr 0>"),
        ("no_timestamp", "Text without the option that was agreed on.", "P. 1:101(100) ack 1 win 257"),
        ("wrapped_text", "A timestamp that is far ahead is new.", "P. 1:101(100) ack 1 win 257 <nop,nop,TS val 2000001000 ecr 100>"),
    ]:
        body = TIMESTAMPS + f"   +.1 < {segment}\n"
        yield name, lines(title, body, settings=("net.ipv4.tcp_timestamps=1",))
    yield "overtaken_acknowledgment", lines("Text has overtaken an acknowledgment, which is not answered.", TIMESTAMPS + """
   +.1 < P. 1:101(100) ack 1 win 257 <nop,nop,TS val 1110 ecr 100>
   +.1 < . 1:1(0) ack 1 win 257 <nop,nop,TS val 1050 ecr 100>
""", settings=("net.ipv4.tcp_timestamps=1",))
    yield "recent_follows_the_left_edge", lines("What is ahead of the left edge does not set the echo.", TIMESTAMPS + """
   +.1 < P. 101:201(100) ack 1 win 257 <nop,nop,TS val 1500 ecr 100>
   +.1 < P. 1:101(100) ack 1 win 257 <nop,nop,TS val 1400 ecr 100>
""", settings=("net.ipv4.tcp_timestamps=1",))


ECN_SERVER = LISTEN + """
    +0 < SEW 0:0(0) win 32792 <mss 1000,sackOK,nop,nop,nop,wscale 7>
    +0 > SE. 0:0(0) ack 1 <mss 1460,nop,nop,sackOK,nop,wscale 8>
   +.1 < [ect0] . 1:1(0) ack 1 win 257
    +0 accept(3, ..., ...) = 4
"""


def ecn():
    """Agreeing on explicit congestion notification, and what marks do (RFC 3168)."""
    on = ("net.ipv4.tcp_ecn=1",)
    yield "server_agrees", lines("A server agrees, and its text can be marked.", ECN_SERVER + """
   +.1 write(4, ..., 1000) = 1000
    +0 > [ect0] P. 1:1001(1000) ack 1
""", settings=("net.ipv4.tcp_ecn=2",))
    yield "server_declines", lines("A server that may not agree.", LISTEN + """
    +0 < SEW 0:0(0) win 32792 <mss 1000,sackOK,nop,nop,nop,wscale 7>
""", settings=("net.ipv4.tcp_ecn=0",))
    yield "server_marked_syn", lines("A SYN that is marked itself.", LISTEN + """
    +0 < [ce] SEW 0:0(0) win 32792 <mss 1000,sackOK,nop,nop,nop,wscale 7>
""", settings=on)
    yield "client_agrees", lines("A client asks, and the server agrees.", """
     0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 4
    +0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0
    +0 connect(4, ..., ...) = -1 EINPROGRESS (Operation now in progress)
    +0 > SEW 0:0(0) <mss 1460,nop,nop,sackOK,nop,wscale 8>
   +.1 < SE. 0:0(0) ack 1 win 65535 <mss 1000,nop,nop,sackOK,nop,wscale 7>
    +0 > [noecn] . 1:1(0) ack 1
   +.1 write(4, ..., 1000) = 1000
    +0 > [ect0] P. 1:1001(1000) ack 1
""", settings=on)
    yield "client_is_declined", lines("The server does not answer the question.", """
     0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 4
    +0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0
    +0 connect(4, ..., ...) = -1 EINPROGRESS (Operation now in progress)
    +0 > SEW 0:0(0) <mss 1460,nop,nop,sackOK,nop,wscale 8>
   +.1 < S. 0:0(0) ack 1 win 65535 <mss 1000,nop,nop,sackOK,nop,wscale 7>
    +0 > . 1:1(0) ack 1
   +.1 write(4, ..., 1000) = 1000
    +0 > [noecn] P. 1:1001(1000) ack 1
""", settings=on)
    yield "client_falls_back", lines("A SYN that asks in vain is sent again without asking.", """
     0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 4
    +0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0
    +0 connect(4, ..., ...) = -1 EINPROGRESS (Operation now in progress)
    +0 > SEW 0:0(0) <mss 1460,nop,nop,sackOK,nop,wscale 8>
""", (TIMERS,), settings=on, pause=" +1.5 %{ pass }%")
    yield "marks_are_echoed", lines("A mark is echoed until the sender says that it has heard.", ECN_SERVER + """
   +.1 < [ce] P. 1:1001(1000) ack 1 win 257
   +.1 < [ect0] P. 1001:2001(1000) ack 1 win 257
   +.1 < [ect0] PW. 2001:3001(1000) ack 1 win 257
   +.1 < [ect0] P. 3001:4001(1000) ack 1 win 257
""", settings=on)
    yield "echo_reduces", lines("An echo halves the window, once a round trip, and is answered.", ECN_SERVER + """
   +.1 write(4, ..., 20000) = 20000
    +0 > [ect0] P. 1:10001(10000) ack 1
   +.1 < [ect0] E. 1:1(0) ack 2001 win 257
   +.1 < [ect0] E. 1:1(0) ack 10001 win 257
""", settings=on, deviates="the smaller window is used at the next acknowledgment, not by proportion (RFC 6937).")
    yield "again_is_not_marked", lines("What is sent again is not capable of marks.", ECN_SERVER + """
   +.1 write(4, ..., 1000) = 1000
    +0 > [ect0] P. 1:1001(1000) ack 1
""", (TIMERS,), settings=on, pause="   +.9 %{ pass }%")


def zero_window():
    """Windows that close and open, on either side."""
    closed = PLAIN + "   +.1 < . 1:1(0) ack 1 win 0\n    +0 write(4, ..., 2500) = 2500\n"
    yield "probes", lines("A closed window is probed, later and later.", closed, (TIMERS,), pause="   +2 %{ pass }%")
    yield "probe_is_answered", lines("The answer opens the window.", closed + "   +.25 < . 1:1(0) ack 1 win 257\n", (TIMERS,))
    yield "time_is_counted", lines("How long there was something to send, and the window in the way.", closed + """
   +.1 %{ assert 80000 <= tcpi_rwnd_limited <= 180000, tcpi_rwnd_limited }%
    +0 %{ assert tcpi_busy_time == tcpi_rwnd_limited, tcpi_busy_time }%
   +.1 < . 1:1(0) ack 1 win 257
   +.1 %{ assert 180000 <= tcpi_rwnd_limited <= 280000, tcpi_rwnd_limited }%
    +0 %{ assert 280000 <= tcpi_busy_time <= 380000, tcpi_busy_time }%
    +0 < . 1:1(0) ack 2501 win 257
   +.2 %{ assert 280000 <= tcpi_busy_time <= 380000, tcpi_busy_time }%
""")
    yield "opens_by_itself", lines("An update opens the window.", closed + "   +.1 < . 1:1(0) ack 1 win 257\n")
    yield "opens_for_a_part", lines("An update has room for less than a segment.", closed + "   +.1 < . 1:1(0) ack 1 win 2\n",
                                    (TIMERS,), pause="   +.5 %{ pass }%")
    yield "only_a_fin_waits", lines("A FIN alone waits, too.", PLAIN + """
   +.1 < . 1:1(0) ack 1 win 0
    +0 shutdown(4, SHUT_WR) = 0
   +.4 < . 1:1(0) ack 1 win 257
   +.1 < . 1:1(0) ack 2 win 257
""", (TIMERS,))
    yield "probes_end_with_the_window", lines("Probes have taken no number, and the window opens.", closed + """
   +.4 < . 1:1(0) ack 1 win 0
   +.8 < . 1:1(0) ack 1 win 257
  +.05 < . 1:1(0) ack 2501 win 257
""", (TIMERS,))
    yield "fin_waits", lines("The FIN waits behind the text.", closed + "   +.05 shutdown(4, SHUT_WR) = 0\n   +.1 < . 1:1(0) ack 1 win 257\n")
    yield "lost_behind", lines("A closed window with text on its way: it is sent again, not probed.", PLAIN + """
   +.1 write(4, ..., 2000) = 2000
   +.1 < . 1:1(0) ack 1001 win 0
""", (TIMERS,), pause="   +1 %{ pass }%")
    own = LISTEN.replace("    +0 bind", "    +0 setsockopt(3, SOL_SOCKET, SO_RCVBUF, [4096], 4) = 0\n    +0 bind") + """
    +0 < S 0:0(0) win 32792 <mss 1000>
    +0 > S. 0:0(0) ack 1 <mss 1460>
   +.1 < . 1:1(0) ack 1 win 32792
    +0 accept(3, ..., ...) = 4
"""
    yield "own_is_overrun", lines("Text far beyond the window.", own + "   +.1 < P. 20001:20101(100) ack 1 win 257\n")


def shrunk_window():
    """A peer that takes back what it has offered (RFC 9293 3.8.6)."""
    yield "before_sending", lines("The window shrinks before it is used.", PLAIN + """
   +.1 < . 1:1(0) ack 1 win 16
    +0 write(4, ..., 5000) = 5000
   +.1 < . 1:1(0) ack 2001 win 257
""", deviates="a window counts that comes with no new number (RFC 9293 3.10.7.4); Linux keeps the larger one.")
    yield "below_what_is_sent", lines("The window shrinks below what is on its way.", PLAIN + """
   +.1 write(4, ..., 5000) = 5000
   +.1 < . 1:1(0) ack 1001 win 8
""", (TIMERS,), pause="   +.7 %{ pass }%")
    yield "below_and_open", lines("It shrinks below what is on its way, which is acknowledged all the same.", PLAIN + """
   +.1 write(4, ..., 5000) = 5000
  +.05 < . 1:1(0) ack 1001 win 8
  +.05 < . 1:1(0) ack 5001 win 257
    +0 write(4, ..., 1000) = 1000
""")


def syn_cookies():
    """A full backlog, and the cookies that take its place."""
    flood = LISTEN.replace("listen(3, 5)", "listen(3, 1)") + """
   +.1 < 50001 > 8080 S 0:0(0) win 32792 <mss 1000,sackOK,nop,nop,nop,wscale 7>
    +0 > 8080 > 50001 S. 0:0(0) ack 1 <mss 1460,nop,nop,sackOK,nop,wscale 8>
"""
    with_timestamps = flood.replace("sackOK,nop,nop,nop,wscale 7", "sackOK,TS val 10 ecr 0,nop,wscale 7").replace(
        "nop,nop,sackOK,nop,wscale 8", "sackOK,TS val 100 ecr 10,nop,wscale 8"
    )
    yield "without_timestamps", lines("A cookie without timestamps remembers the segment size alone.", flood + """
   +.1 < 50002 > 8080 S 0:0(0) win 32792 <mss 1000,sackOK,nop,nop,nop,wscale 7>
    +0 > 8080 > 50002 S. 0:0(0) ack 1 <mss 1460>
   +.1 < 50002 > 8080 . 1:1(0) ack 1 win 1000
    +0 accept(3, ..., ...) = 4
    +0 %{ assert tcpi_options == 0 and tcpi_snd_mss == 536, (tcpi_options, tcpi_snd_mss) }%
""", pause="  +.01 %{ pass }%")
    yield "off", lines("Without cookies a full backlog drops.", flood + """
   +.1 < 50002 > 8080 S 0:0(0) win 32792 <mss 1000,sackOK,nop,nop,nop,wscale 7>
""", settings=("net.ipv4.tcp_syncookies=0",), pause="  +.01 %{ pass }%")
    yield "with_timestamps", lines("With timestamps it remembers all.", with_timestamps + """
   +.1 < 50002 > 8080 S 0:0(0) win 32792 <mss 1000,sackOK,TS val 10 ecr 0,nop,wscale 7>
    +0 > 8080 > 50002 S. 0:0(0) ack 1 <mss 1460,sackOK,TS val 100 ecr 10,nop,wscale 8>
   +.1 < 50002 > 8080 . 1:1(0) ack 1 win 1000 <nop,nop,TS val 20 ecr 100>
    +0 accept(3, ..., ...) = 4
    +0 %{ assert tcpi_options & 7 == 7 and tcpi_snd_wscale == 7, tcpi_options }%
""", settings=("net.ipv4.tcp_timestamps=1",), pause="  +.01 %{ pass }%")


def ip_versions():
    """The same over IPv6, and over IPv4 from a socket of IPv6."""
    for version in ["ipv6", "ipv4-mapped-ipv6"]:
        option = (f"--ip_version={version}",)
        mss = 1440 if version == "ipv6" else 1460
        short = "ipv6" if version == "ipv6" else "mapped"

        def of(body):
            return body.replace("mss 1460", f"mss {mss}")

        yield f"{short}_server", lines("A passive open, text both ways, a close.", of(SACK) + """
   +.1 write(4, ..., 3000) = 3000
   +.1 < . 1:1(0) ack 3001 win 257
   +.1 < P. 1:501(500) ack 3001 win 257
    +0 read(4, ..., 1000) = 500
   +.1 close(4) = 0
   +.1 < F. 501:501(0) ack 3002 win 257
""", option)
        yield f"{short}_client", lines("An active open, text, and a reset.", of(CLIENT) + """
   +.1 write(4, ..., 1000) = 1000
   +.1 < . 1:1(0) ack 1001 win 257
   +.1 < R. 1:1(0) ack 1001 win 0
    +0 read(4, ..., 1000) = -1 ECONNRESET (Connection reset by peer)
""", option)
        yield f"{short}_refused", lines("Nobody listens.", "    .1 < S 0:0(0) win 1000 <mss 1000>", option)
        yield f"{short}_lost", lines("A segment is lost.", of(SACK) + """
   +.1 write(4, ..., 5000) = 5000
   +.1 < . 1:1(0) ack 1001 win 257 <nop,nop,sack 2001:3001>
    +0 < . 1:1(0) ack 1001 win 257 <nop,nop,sack 2001:4001>
    +0 < . 1:1(0) ack 1001 win 257 <nop,nop,sack 2001:5001>
   +.1 < . 1:1(0) ack 5001 win 257
""", option)
    yield "ipv6_too_big", lines("A router has a smaller MTU.", SACK.replace("mss 1460", "mss 1440").replace(
        "mss 1000", "mss 1440") + """
   +.1 write(4, ..., 1400) = 1400
    +0 > P. 1:1401(1400) ack 1
   +.1 < icmp packet_too_big mtu 1300 [1:1401(1400)]
   +.1 < . 1:1(0) ack 1401 win 257
""", ("--ip_version=ipv6",))
    yield "ipv6_unreachable", lines("An error while connecting.", """
     0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 4
    +0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0
    +0 connect(4, ..., ...) = -1 EINPROGRESS (Operation now in progress)
    +0 > S 0:0(0) <mss 1440,nop,nop,sackOK,nop,wscale 8>
   +.1 < icmp unreachable port_unreachable [0:0(0)]
    +0 getsockopt(4, SOL_SOCKET, SO_ERROR, [ECONNREFUSED], [4]) = 0
""", ("--ip_version=ipv6",))


def tail_loss():
    """The end of what was sent is lost: a probe, before the timeout (RFC 8985 7)."""
    for count in [1, 2, 5]:
        yield f"last_of_{count}", lines("The last segment is lost; a probe sends it again.", SACK + f"""
   +.1 write(4, ..., {count * 1000}) = {count * 1000}
""" + (f"   +.1 < . 1:1(0) ack {count * 1000 - 999} win 257\n" if count > 1 else ""), (TIMERS,), pause="   +.4 %{ pass }%")
    yield "probe_with_new_text", lines("A probe carries text that was not sent, where there is some.", SACK + """
   +.1 < . 1:1(0) ack 1 win 16
    +0 write(4, ..., 2000) = 2000
    +0 > P. 1:2001(2000) ack 1
  +.05 < . 1:1(0) ack 1 win 257
    +0 write(4, ..., 1000) = 1000
""", (TIMERS,), pause="   +.2 %{ pass }%")
    yield "probe_finds_loss", lines("What acknowledges the probe tells of the loss.", SACK + """
   +.1 write(4, ..., 5000) = 5000
    +0 > P. 1:5001(5000) ack 1
   +.1 < . 1:1(0) ack 1001 win 257
+.15~+.25 > P. 4001:5001(1000) ack 1
   +.1 < . 1:1(0) ack 1001 win 257 <nop,nop,sack 4001:5001>
   +.1 < . 1:1(0) ack 5001 win 257
""", (TIMERS,))


def reordering():
    """Segments that arrive in another order, as the sender hears of it (RFC 8985)."""
    sent = SACK + "   +.1 write(4, ..., 6000) = 6000\n"
    yield "one_late", lines("One segment comes late, and is not sent again.", sent + """
   +.1 < . 1:1(0) ack 1 win 257 <nop,nop,sack 1001:2001>
  +.01 < . 1:1(0) ack 2001 win 257
   +.1 < . 1:1(0) ack 6001 win 257
""")
    yield "two_late", lines("Two are late.", sent + """
   +.1 < . 1:1(0) ack 1 win 257 <nop,nop,sack 2001:3001>
  +.01 < . 1:1(0) ack 1 win 257 <nop,nop,sack 2001:4001>
  +.01 < . 1:1(0) ack 4001 win 257
   +.1 < . 1:1(0) ack 6001 win 257
""")
    yield "timer", lines("What is still missing after a part of a round trip is sent again.", sent + """
   +.1 < . 1:1(0) ack 1 win 257 <nop,nop,sack 1001:2001>
""", (TIMERS,), pause="   +.1 %{ pass }%")
    yield "lost", lines("Three later ones have arrived: it is lost.", sent + """
   +.1 < . 1:1(0) ack 1 win 257 <nop,nop,sack 1001:2001>
    +0 < . 1:1(0) ack 1 win 257 <nop,nop,sack 1001:3001>
    +0 < . 1:1(0) ack 1 win 257 <nop,nop,sack 1001:4001>
   +.1 < . 1:1(0) ack 6001 win 257
""")
    yield "sent_again_for_nothing", lines("A D-SACK tells that nothing was lost.", sent + """
   +.1 < . 1:1(0) ack 1 win 257 <nop,nop,sack 1001:2001>
    +0 < . 1:1(0) ack 1 win 257 <nop,nop,sack 1001:3001>
    +0 < . 1:1(0) ack 1 win 257 <nop,nop,sack 1001:4001>
  +.02 < . 1:1(0) ack 6001 win 257
  +.08 < . 1:1(0) ack 6001 win 257 <nop,nop,sack 1:1001>
    +0 write(4, ..., 12000) = 12000
""")


def forward_rto():
    """A timeout that was none, and one that was (RFC 5682)."""
    timeout = SACK + """
   +.1 write(4, ..., 3000) = 3000
    +0 > P. 1:3001(3000) ack 1
   +.1 < . 1:1(0) ack 1 win 257
"""
    yield "plain_timeout", lines("Nothing comes back: the first segment again, and again.", SACK + """
   +.1 write(4, ..., 3000) = 3000
""", (TIMERS,), pause="   +2 %{ pass }%")
    yield "acknowledged_late", lines("All is acknowledged after the timeout.", SACK + """
   +.1 write(4, ..., 3000) = 3000
    +1 < . 1:1(0) ack 3001 win 257
    +0 write(4, ..., 3000) = 3000
""", (TIMERS,))
    yield "goes_on", lines("An acknowledgment of more than was sent again: new text goes first.", SACK + """
   +.1 write(4, ..., 5000) = 5000
  +.95 write(4, ..., 5000) = 5000
  +.05 < . 1:1(0) ack 1001 win 257
  +.05 < . 1:1(0) ack 2001 win 257
""", (TIMERS,))


def selective():
    """Holes that the peer tells of, and those that it is told of."""
    sent = SACK + "   +.1 write(4, ..., 10000) = 10000\n"
    yield "two_holes", lines("Two holes are filled, and new text follows.", sent + """
   +.1 < . 1:1(0) ack 1 win 257 <nop,nop,sack 1001:3001>
    +0 < . 1:1(0) ack 1 win 257 <nop,nop,sack 4001:5001 1001:3001>
    +0 < . 1:1(0) ack 1 win 257 <nop,nop,sack 4001:6001 1001:3001>
    +0 < . 1:1(0) ack 1 win 257 <nop,nop,sack 4001:10001 1001:3001>
   +.1 < . 1:1(0) ack 10001 win 257
""")
    yield "the_retransmission_is_lost", lines("What was sent again is lost, too.", sent + """
   +.1 < . 1:1(0) ack 1 win 257 <nop,nop,sack 1001:4001>
   +.1 < . 1:1(0) ack 1 win 257 <nop,nop,sack 1001:5001>
""", (TIMERS,), pause="   +.3 %{ pass }%")
    yield "is_counted", lines("How much is lost, has arrived and was sent again.", sent + """
   +.1 < . 1:1(0) ack 1 win 257 <nop,nop,sack 4001:5001>
    +0 < . 1:1(0) ack 1 win 257 <nop,nop,sack 6001:7001 4001:5001>
    +0 < . 1:1(0) ack 1 win 257 <nop,nop,sack 9001:10001 6001:7001 4001:5001>
    +0 %{ assert (tcpi_lost, tcpi_sacked, tcpi_reordering) == (7, 3, 3) }%
   +.1 < . 1:1(0) ack 1 win 257 <nop,nop,sack 1001:2001 9001:10001 6001:7001 4001:5001>
    +0 %{ assert (tcpi_lost, tcpi_sacked, tcpi_reordering) == (6, 4, 9) }%
   +.1 < . 1:1(0) ack 10001 win 257
    +0 %{ assert (tcpi_lost, tcpi_sacked, tcpi_retrans) == (0, 0, 0) }%
""", (TIMERS,), pause="  +.01 %{ pass }%")
    yield "beyond_what_was_sent", lines("A block beyond what was sent says nothing.", sent + """
   +.1 < . 1:1(0) ack 1 win 257 <nop,nop,sack 20001:30001>
    +0 < . 1:1(0) ack 1 win 257 <nop,nop,sack 20001:31001>
    +0 < . 1:1(0) ack 1 win 257 <nop,nop,sack 20001:32001>
""")
    yield "turned_round", lines("A block whose edges are turned round says nothing.", sent + """
   +.1 < . 1:1(0) ack 1 win 257 <nop,nop,sack 4001:2001>
    +0 < . 1:1(0) ack 1 win 257 <nop,nop,sack 5001:2001>
    +0 < . 1:1(0) ack 1 win 257 <nop,nop,sack 6001:2001>
""")
    yield "duplicate_below", lines("Text that was acknowledged comes again: D-SACK.", SACK + """
   +.1 < P. 1:1001(1000) ack 1 win 257
   +.1 < P. 1:1001(1000) ack 1 win 257
   +.1 < P. 501:1501(1000) ack 1 win 257
""")
    yield "duplicate_above", lines("Text beyond a hole comes twice: D-SACK before the block.", SACK + """
   +.1 < P. 1001:2001(1000) ack 1 win 257
   +.1 < P. 1001:2001(1000) ack 1 win 257
   +.1 < P. 1:1001(1000) ack 1 win 257
""")
    yield "most_blocks", lines("More holes than blocks fit: the latest come first.", SACK + "".join(
        f"  +.05 < P. {1001 + 2000 * hole}:{2001 + 2000 * hole}(1000) ack 1 win 257\n" for hole in range(6)))


TIME_WAIT = PLAIN + """
   +.1 shutdown(4, SHUT_WR) = 0
    +0 > F. 1:1(0) ack 1
   +.1 < . 1:1(0) ack 2 win 257
   +.1 < F. 1:1(0) ack 2 win 257
    +0 > . 2:2(0) ack 2
    +0 close(4) = 0
"""


def time_wait():
    """What comes for a connection that is over."""
    for name, title, segment in [
        ("fin_again", "The FIN comes again.", "F. 1:1(0) ack 2 win 257"),
        ("text", "Text behind the FIN.", "P. 2:102(100) ack 2 win 257"),
        ("new_syn", "A SYN with a higher number opens anew.", "S 100000:100000(0) win 1000 <mss 1000>"),
        ("old_syn", "A SYN with a lower number is answered.", "S 4294900000:4294900000(0) win 1000 <mss 1000>"),
        ("reset", "A reset ends it.", "R 2:2(0) win 0"),
        ("reset_beyond", "A reset at another number.", "R 50:50(0) win 0"),
        ("acknowledgment", "A bare acknowledgment.", ". 2:2(0) ack 2 win 257"),
        ("old_text", "Old text.", "P. 4294967290:1(7) ack 2 win 257"),
    ]:
        answer = "    +0 > S. 0:0(0) ack 100001 <mss 1460>\n" if name == "new_syn" else ""
        yield name, lines(title, TIME_WAIT + f"   +.1 < {segment}\n{answer}")
    yield "reset_then_syn", lines("After the reset the pair is free.", TIME_WAIT + """
   +.1 < R. 2:2(0) ack 2 win 0
   +.1 < S 5:5(0) win 1000 <mss 1000>
    +0 > S. 0:0(0) ack 6 <mss 1460>
""")


def challenge():
    """Segments that an attacker may have guessed (RFC 5961)."""
    for name, title, segment in [
        ("reset_in_window", "A reset in the window, but not at its left edge.", "R 100:100(0) win 0"),
        ("reset_at_the_edge", "A reset at the left edge.", "R 1:1(0) win 0"),
        ("reset_beyond", "A reset beyond the window.", "R 200001:200001(0) win 0"),
        ("syn", "A SYN in the window.", "S 100:100(0) win 1000 <mss 1000>"),
        ("syn_acknowledges", "A SYN with an acknowledgment.", "S. 0:0(0) ack 1 win 1000 <mss 1000>"),
        ("acknowledgment_of_the_future", "An acknowledgment of what was not sent.", ". 1:1(0) ack 100 win 257"),
        ("acknowledgment_of_the_past", "An acknowledgment far older than the window.", "P. 1:11(10) ack 4294000000 win 257"),
    ]:
        yield name, lines(title, SACK + f"   +.1 < {segment}\n")
    yield "same_again", lines("The same is answered once in half a second.", SACK + """
   +.1 < R 100:100(0) win 0
   +.1 < R 100:100(0) win 0
   +.1 < R 200:200(0) win 0
   +.4 < R 100:100(0) win 0
""")
    yield "reset_behind_a_hole", lines("A reset at the right edge of what a SACK told of.", SACK + """
   +.1 < P. 1001:2001(1000) ack 1 win 257
   +.1 < R 2001:2001(0) win 0
    +0 read(4, ..., 10) = -1 ECONNRESET (Connection reset by peer)
""")


def slow_start():
    """How fast the congestion window grows at first, and after a pause."""
    sent = SACK.replace("win 257", "win 1000") + """
   +.1 write(4, ..., 60000) = 60000
    +0 > P. 1:10001(10000) ack 1
"""
    for count in [1, 2, 4, 10]:
        body = sent + "".join(f"   +.1 < . 1:1(0) ack {count * 1000 * turn + 1} win 1000\n" for turn in range(1, 3 if count == 10 else 4))
        yield f"{count}_at_a_time", lines(f"An acknowledgment for every {count} segments.", body,
                                          (TIMERS,), pause="  +.01 %{ pass }%")
    yield "not_used", lines("A window that is not used does not grow.", SACK.replace("win 257", "win 1000") + """
   +.1 write(4, ..., 3000) = 3000
   +.1 < . 1:1(0) ack 3001 win 1000
    +0 write(4, ..., 3000) = 3000
   +.1 < . 1:1(0) ack 6001 win 1000
    +0 %{ assert tcpi_snd_cwnd == 10, tcpi_snd_cwnd }%
""")
    for sent, cwnds in [(9, (12, 14, 16, 18, 18)), (10, (12, 14, 16, 18, 20))]:
        body = SACK.replace("win 257", "win 1000") + f"""
   +.1 write(4, ..., {sent}000) = {sent}000
   +.1 < . 1:1(0) ack 2001 win 1000
"""
        for turn, cwnd in enumerate(cwnds, 1):
            body += f"    +0 %{{ assert tcpi_snd_cwnd == {cwnd}, tcpi_snd_cwnd }}%\n"
            if turn < 5:
                body += f"  +.01 < . 1:1(0) ack {min(2 * turn + 2, sent)}001 win 1000\n"
        yield f"{sent}_in_flight", lines(f"What of {sent} segments is acknowledged: the window grows to twice that, "
                                         "and at most.", body)
    yield "known_from_duplicates", lines("What duplicates have said is no news.", PLAIN + """
   +.1 write(4, ..., 20000) = 20000
    +0 > P. 1:10001(10000) ack 1
   +.1 < . 1:1(0) ack 1 win 257
  +.05 < . 1:1(0) ack 1 win 257
  +.05 < . 1:1(0) ack 3001 win 257
    +0 %{ assert tcpi_snd_cwnd == 11, tcpi_snd_cwnd }%
  +.05 < . 1:1(0) ack 5001 win 257
    +0 %{ assert tcpi_snd_cwnd == 13, tcpi_snd_cwnd }%
""", (TIMERS,), pause="  +.01 %{ pass }%")
    for idle, cwnd in [(0, 20), (1, 10)]:
        yield f"after_a_pause_{idle}", lines("A pause, with net.ipv4.tcp_slow_start_after_idle=%d." % idle,
                                             SACK.replace("win 257", "win 1000") + f"""
   +.1 write(4, ..., 10000) = 10000
    +0 > P. 1:10001(10000) ack 1
   +.1 < . 1:1(0) ack 10001 win 1000
    +0 %{{ assert tcpi_snd_cwnd == 20, tcpi_snd_cwnd }}%
    +2 write(4, ..., 30000) = 30000
    +0 %{{ assert tcpi_snd_cwnd == {cwnd}, tcpi_snd_cwnd }}%
""", settings=(f"net.ipv4.tcp_slow_start_after_idle={idle}",), pause="  +.01 %{ pass }%")


def window_updates():
    """When reading tells the peer that there is room."""
    yield "not_after_the_handshake", lines("A buffer larger than the SYN could say is nothing to tell of at once.", LISTEN + """
    +0 < S 0:0(0) win 32792 <mss 1000,nop,wscale 7>
    +0 > S. 0:0(0) ack 1 <mss 1460,nop,wscale 8>
   +.1 < . 1:1(0) ack 1 win 257
    +0 accept(3, ..., ...) = 4
   +.1 write(4, ..., 100) = 100
""", settings=("net.ipv4.tcp_rmem='4096 540000 15728640'",))
    for length in [500, 2000, 8000]:
        yield f"after_{length}", lines(f"Reading {length} octets of a large buffer is not worth a segment.", SACK + f"""
   +.1 < P. 1:{length + 1}({length}) ack 1 win 257
    +0 > . 1:1(0) ack {length + 1}
   +.1 read(4, ..., {length}) = {length}
""")


MECHANISMS = {
    "slow_start": slow_start,
    "window_updates": window_updates,
    "fast_open": fast_open,
    "urgent": urgent,
    "keepalive": keepalive,
    "user_timeout": user_timeout,
    "nagle": nagle,
    "paws": paws,
    "ecn": ecn,
    "zero_window": zero_window,
    "shrunk_window": shrunk_window,
    "syn_cookies": syn_cookies,
    "ip_versions": ip_versions,
    "tail_loss": tail_loss,
    "reordering": reordering,
    "forward_rto": forward_rto,
    "selective": selective,
    "time_wait": time_wait,
    "challenge": challenge,
}
