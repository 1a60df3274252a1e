"""Fast Open (RFC 7413): a family of scripts. generate.py adds what Linux answers."""

from connections import PAUSE, TIMERS, lines
from families import LISTEN

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


def script(name, title, body, pause=PAUSE, options=()):
    return name, lines(title, body, options, FAST_OPEN, pause)


def clients():
    """Who asks, and sends text in the SYN."""
    yield script("client_asks", "A client without a cookie asks for one, and sends its text after the handshake.",
                 ASKS_FOR_COOKIE + """
   +.1 < S. 0:0(0) ack 1 win 65535 <mss 1000,nop,nop,sackOK,nop,wscale 7,FO abcd1234abcd1234,nop,nop>
   +.1 write(3, ..., 500) = 500
""")
    yield script("client_asks_in_vain", "The server has no cookies to grant: an ordinary connection.",
                 ASKS_FOR_COOKIE + f"   +.1 < S. 0:0(0) ack 1 {ANSWER}\n   +.1 write(3, ..., 500) = 500\n")
    yield script("client_sends_in_the_syn", "A client with a cookie sends text with its SYN.",
                 SENDS_WITH_COOKIE + f"   +.1 < S. 0:0(0) ack 501 {ANSWER}\n")
    yield script("client_is_refused", "The server acknowledges the SYN alone: the text is sent again.",
                 SENDS_WITH_COOKIE + f"   +.1 < S. 0:0(0) ack 1 {ANSWER}\n")
    yield script("client_is_taken_in_part", "The server takes a part of the text.",
                 SENDS_WITH_COOKIE + f"   +.1 < S. 0:0(0) ack 201 {ANSWER}\n")
    yield script("client_falls_back", "No answer: the SYN is sent again without cookie and text.",
                 SENDS_WITH_COOKIE + f"  +1.5 < S. 0:0(0) ack 1 {ANSWER}\n", options=(TIMERS,))
    yield script("client_is_reset", "A reset answers the SYN with text.",
                 SENDS_WITH_COOKIE + """
   +.1 < R. 0:0(0) ack 501 win 0
    +0 getsockopt(4, SOL_SOCKET, SO_ERROR, [ECONNREFUSED], [4]) = 0
""")
    yield script("client_connects_later", "TCP_FASTOPEN_CONNECT: connect succeeds at once, the write opens.",
                 HAS_COOKIE + """
    +0 setsockopt(4, SOL_TCP, TCP_FASTOPEN_CONNECT, [1], 4) = 0
    +0 connect(4, ..., ...) = 0
    +0 write(4, ..., 100) = 100
    +0 > S 0:100(100) <mss 1460,nop,nop,sackOK,nop,wscale 8,FO abcd1234abcd1234,nop,nop>
   +.1 < S. 0:0(0) ack 101 win 65535 <mss 1000,nop,nop,sackOK,nop,wscale 7>
""")


def servers():
    """Who grants, and takes it."""
    yield script("server_grants", "A server grants the cookie of the peer's address.", FAST_OPEN_SERVER + """
   +.1 < S 0:0(0) win 32792 <mss 1000,sackOK,nop,nop,FO,nop,nop>
    +0 > S. 0:0(0) ack 1 <mss 1460,nop,nop,sackOK,FO TFO_COOKIE,nop,nop>
""")
    yield script("server_takes_text", "A server takes the text of a SYN whose cookie is right.", FAST_OPEN_SERVER + """
   +.1 < S 0:100(100) win 32792 <mss 1000,sackOK,nop,nop,FO TFO_COOKIE,nop,nop>
    +0 > S. 0:0(0) ack 101 <mss 1460,nop,nop,sackOK>
    +0 accept(3, ..., ...) = 4
    +0 %{ assert tcpi_state == TCP_SYN_RECV and tcpi_options & TCPI_OPT_SYN_DATA }%
    +0 read(4, ..., 1000) = 100
   +.1 < . 101:101(0) ack 1 win 32792
    +0 %{ assert tcpi_state == TCP_ESTABLISHED }%
""")
    yield script("server_answers_early", "A server answers before the handshake is over.", FAST_OPEN_SERVER + """
   +.1 < S 0:100(100) win 32792 <mss 1000,sackOK,nop,nop,FO TFO_COOKIE,nop,nop>
    +0 > S. 0:0(0) ack 101 <mss 1460,nop,nop,sackOK>
    +0 accept(3, ..., ...) = 4
    +0 read(4, ..., 1000) = 100
    +0 write(4, ..., 700) = 700
    +0 > P. 1:701(700) ack 101
   +.1 < . 101:101(0) ack 701 win 32792
""")
    yield script("server_hears_of_losses", "A server fills the initial window early, and the handshake tells of losses.",
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
    yield script("server_refuses_a_wrong_cookie", "A wrong cookie: the text is not taken, the right one is granted.",
                 FAST_OPEN_SERVER + """
   +.1 < S 0:100(100) win 32792 <mss 1000,sackOK,nop,nop,FO 0102030405060708,nop,nop>
    +0 > S. 0:0(0) ack 1 <mss 1460,nop,nop,sackOK,FO TFO_COOKIE,nop,nop>
   +.1 < P. 1:101(100) ack 1 win 32792
    +0 > . 1:1(0) ack 101
    +0 accept(3, ..., ...) = 4
    +0 read(4, ..., 1000) = 100
""")
    yield script("server_takes_no_text_without_a_cookie", "Text in a SYN without the option is not taken.",
                 FAST_OPEN_SERVER + "   +.1 < S 0:100(100) win 32792 <mss 1000,sackOK,nop,nop>\n")
    yield script("server_has_no_room", "More pending connections than TCP_FASTOPEN allows: an ordinary handshake.",
                 FAST_OPEN_SERVER.replace("[5]", "[1]") + """
   +.1 < 50001 > 8080 S 0:100(100) win 32792 <mss 1000,sackOK,nop,nop,FO TFO_COOKIE,nop,nop>
    +0 > 8080 > 50001 S. 0:0(0) ack 101 <mss 1460,nop,nop,sackOK>
   +.1 < 50002 > 8080 S 0:100(100) win 32792 <mss 1000,sackOK,nop,nop,FO TFO_COOKIE,nop,nop>
""")
    yield script("server_is_reset", "A reset ends what a SYN with text has opened.", FAST_OPEN_SERVER + """
   +.1 < S 0:100(100) win 32792 <mss 1000,sackOK,nop,nop,FO TFO_COOKIE,nop,nop>
    +0 > S. 0:0(0) ack 101 <mss 1460,nop,nop,sackOK>
    +0 accept(3, ..., ...) = 4
   +.1 < R. 101:101(0) ack 1 win 0
    +0 read(4, ..., 1000) = 100
    +0 read(4, ..., 1000) = -1 ECONNRESET (Connection reset by peer)
""")


def fast_open():
    """Text in the SYN, asking for cookies, granting them, and what happens without."""
    yield from clients()
    yield from servers()
