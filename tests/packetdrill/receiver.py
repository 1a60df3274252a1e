"""What a receiver offers, acknowledges and believes: families of scripts. generate.py adds what Linux answers."""

from connections import PLAIN, SACK, TIMERS, lines
from families import LISTEN
from fast_open import FAST_OPEN, FAST_OPEN_SERVER

SMALL = LISTEN.replace("    +0 bind", "    +0 setsockopt(3, SOL_SOCKET, SO_RCVBUF, [20000], 4) = 0\n    +0 bind")
UNSCALED = """
    +0 < S 0:0(0) win 32792 <mss 1000,nop,wscale 7>
    +0 > S. 0:0(0) ack 1 win 18980 <mss 1460,nop,wscale 0>
   +.1 < . 1:1(0) ack 1 win 257
    +0 accept(3, ..., ...) = 4
"""
LARGE = ("net.ipv4.tcp_rmem='4096 540000 15728640'",)


def offered():
    """How much is offered."""
    yield "first_is_whole_segments", lines("The window of a SYN,ACK is a whole number of segments.", SMALL + UNSCALED)
    yield "first_with_timestamps", lines("The same, where each segment has timestamps.", LISTEN + """
    +0 < S 0:0(0) win 32792 <mss 1000,sackOK,TS val 100 ecr 0,nop,wscale 7>
    +0 > S. 0:0(0) ack 1 win 65160 <mss 1460,sackOK,TS val 100 ecr 100,nop,wscale 8>
""", settings=("net.ipv4.tcp_timestamps=1",))
    yield "first_of_a_client", lines("The window of a SYN is a whole number of segments.", """
     0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 4
    +0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0
    +0 connect(4, ..., ...) = -1 EINPROGRESS (Operation now in progress)
    +0 > S 0:0(0) win 64240 <mss 1460,nop,nop,sackOK,nop,wscale 8>
   +.1 < S. 0:0(0) ack 1 win 65535 <mss 1000,nop,nop,sackOK,nop,wscale 7>
    +0 > . 1:1(0) ack 1 win 251
""")
    yield "more_than_a_syn_can_say", lines(
        "What the SYN,ACK could not say of a large buffer the next segment does.",
        PLAIN + """
   +.1 < P. 1:101(100) ack 1 win 257
    +0 > . 1:1(0) ack 101 win 1049
   +.1 < P. 101:201(100) ack 1 win 257
    +0 > . 1:1(0) ack 201 win 1049
""", settings=LARGE)
    yield "more_than_can_be_said", lines("Without window scaling it cannot.", LISTEN + """
    +0 < S 0:0(0) win 32792 <mss 1000>
    +0 > S. 0:0(0) ack 1 win 65535 <mss 1460>
   +.1 < . 1:1(0) ack 1 win 32792
    +0 accept(3, ..., ...) = 4
   +.1 < P. 1:101(100) ack 1 win 32792
    +0 > . 1:1(0) ack 101 win 65535
""", settings=LARGE)
    yield "grows_with_text_out_of_order", lines(
        "A buffer has to hold what waits for text before it; nobody holds the second one yet.",
        SACK + """
   +.1 < . 1001:61001(60000) ack 1 win 257
   +.1 < . 61001:101001(40000) ack 1 win 257
    +0 %{ assert SK_MEMINFO_RCVBUF > 131072, SK_MEMINFO_RCVBUF }%
   +.1 < 50001 > 8080 S 0:0(0) win 32792 <mss 1000,sackOK,nop,nop,nop,wscale 7>
    +0 > S. 0:0(0) ack 1 <mss 1460,nop,nop,sackOK,nop,wscale 8>
   +.1 < . 1:1(0) ack 1 win 257
   +.1 < . 1001:61001(60000) ack 1 win 257
   +.1 < . 61001:101001(40000) ack 1 win 257
    +0 accept(3, ..., ...) = 5
    +0 %{ assert SK_MEMINFO_RCVBUF == 131072, SK_MEMINFO_RCVBUF }%
""")


def taken():
    """What is taken of more."""
    yield "what_tcp_info_says", lines("What TCP_INFO says of the receiver.", SACK + """
    +0 %{ assert tcpi_rcv_mss == 536 and tcpi_rcv_space == 14600 and tcpi_advmss == 1460, tcpi_rcv_space }%
   +.1 < P. 1:1001(1000) ack 1 win 257
    +0 %{ assert tcpi_rcv_mss == 1000, tcpi_rcv_mss }%
   +.1 < P. 1001:1601(600) ack 1 win 257
    +0 %{ assert tcpi_rcv_mss == 1000 and tcpi_rcv_ooopack == 0, tcpi_rcv_mss }%
   +.1 < P. 2601:3601(1000) ack 1 win 257
    +0 %{ assert tcpi_rcv_ooopack == 1, tcpi_rcv_ooopack }%
""")
    yield "is_overrun_by_one_segment", lines(
        "A reader that has nothing takes a segment whole that ends beyond the window.",
        SMALL + UNSCALED + """
   +.1 < P. 1:30001(30000) ack 1 win 257
   +.2 read(4, ..., 40000) = 30000
""", (TIMERS,))
    yield "fin_into_a_closed_window", lines("A FIN alone needs no room.", SMALL + UNSCALED + """
   +.1 < P. 1:60001(60000) ack 1 win 257
   +.2 < F. 60001:60001(0) ack 1 win 257
   +.1 read(4, ..., 60000) = 60000
    +0 read(4, ..., 1) = 0
""", (TIMERS,))


def receive_window():
    """How much is offered, and what is taken of more."""
    yield from offered()
    yield from taken()


def resets():
    """Resets that come, and that are sent."""
    yield "before_rcv_nxt_after_a_fin", lines("A peer that has closed resets without counting its FIN.", SACK + """
   +.1 < F. 1:1(0) ack 1 win 257
   +.1 < R 1:1(0) win 0
    +0 write(4, ..., 10) = -1 EPIPE (Broken pipe)
""")
    yield "before_rcv_nxt_after_a_fin_in_last_ack", lines("The same where this end has closed, too.", SACK + """
   +.1 < F. 1:1(0) ack 1 win 257
   +.1 close(4) = 0
   +.1 < R 1:1(0) win 0
   +.1 < . 2:2(0) ack 2 win 257
""")
    yield "before_rcv_nxt_without_a_fin", lines("Without a FIN that number is old.", SACK + """
   +.1 < P. 1:11(10) ack 1 win 257
   +.1 < R 10:10(0) win 0
   +.1 write(4, ..., 10) = 10
""")
    yield "within_what_is_reported", lines("Only the end of all that is reported counts.", SACK + """
   +.1 < P. 1001:2001(1000) ack 1 win 257
   +.1 < P. 3001:4001(1000) ack 1 win 257
   +.6 < R 2001:2001(0) win 0
   +.6 < R 4001:4001(0) win 0
    +0 read(4, ..., 10) = -1 ECONNRESET (Connection reset by peer)
""")
    established = """
   +.1 < 50001 > 8080 S 0:0(0) win 32792 <mss 1000,sackOK,nop,nop,nop,wscale 7>
    +0 > 8080 > 50001 S. 0:0(0) ack 1 <mss 1460,nop,nop,sackOK,nop,wscale 8>
   +.1 < 50001 > 8080 . 1:1(0) ack 1 win 257
"""
    half_open = "".join(established.replace("50001", "50003").splitlines(True)[:3])
    full = LISTEN.replace("listen(3, 5)", "listen(3, 1)") + established + half_open
    full += established.replace("50001", "50002")
    yield "to_a_full_listener", lines("A full listener looks at no reset, but for what is half-open.", full + """
   +.1 < 50004 > 8080 R 1:1(0) win 0
    +0 < 50004 > 8080 R. 1:1(0) ack 1 win 0
    +0 < 50004 > 8080 S 0:0(0) win 32792 <mss 1000,sackOK,nop,nop,nop,wscale 7>
   +.1 < 50003 > 8080 R 1:1(0) win 0
    +0 < 50003 > 8080 . 1:1(0) ack 1 win 257
    +0 > 8080 > 50003 R 1:1(0) win 0
    +0 accept(3, ..., ...) = 4
    +0 accept(3, ..., ...) = 5
    +0 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0
    +0 accept(3, ..., ...) = -1 EAGAIN (Resource temporarily unavailable)
""")
    yield "has_the_window", lines("A reset that ends a connection has its window.", SACK + """
   +.1 connect(4, AF_UNSPEC, ...) = 0
    +0 > R. 1:1(0) ack 1 win 1050
""", settings=LARGE)


def quick_acknowledgments():
    """What is acknowledged at once."""
    yield "fast_open_text", lines("A server that was opened early acknowledges text at once.", FAST_OPEN_SERVER + """
   +.1 < S 0:100(100) win 32792 <mss 1000,sackOK,nop,nop,FO TFO_COOKIE,nop,nop>
    +0 > S. 0:0(0) ack 101 <mss 1460,nop,nop,sackOK>
    +0 accept(3, ..., ...) = 4
    +0 read(4, ..., 1000) = 100
   +.1 < P. 101:1101(1000) ack 1 win 32792
""", settings=FAST_OPEN)
    yield "fast_open_fin", lines("The same of a FIN.", FAST_OPEN_SERVER + """
   +.1 < S 0:100(100) win 32792 <mss 1000,sackOK,nop,nop,FO TFO_COOKIE,nop,nop>
    +0 > S. 0:0(0) ack 101 <mss 1460,nop,nop,sackOK>
   +.1 < F. 101:101(0) ack 1 win 32792
""", settings=FAST_OPEN)
    yield "text_again_with_a_fin", lines("Text that comes again with a FIN is no duplicate to tell of.", SACK + """
   +.1 < P. 1:1001(1000) ack 1 win 257
    +0 read(4, ..., 1000) = 1000
   +.1 < F. 1:1001(1000) ack 1 win 257
""")
    for interval, title in [(0, "Without a limit everything is answered."), (200, "With another limit.")]:
        yield f"limit_of_{interval}", lines(title, SACK + """
   +.1 < . 1:1(0) ack 100 win 257
   +.1 < . 1:1(0) ack 100 win 257
   +.15 < . 1:1(0) ack 100 win 257
""", settings=(f"net.ipv4.tcp_invalid_ratelimit={interval}",))
    yield "fin_again_is_always_answered", lines("What has text or a FIN is answered whatever the limit.", SACK + """
   +.1 < F. 1:1(0) ack 1 win 257
   +.1 < F. 1:1(0) ack 1 win 257
   +.1 < F. 1:1(0) ack 1 win 257
""")
    yield "timestamp_clock", lines("The timestamps' clock ticks once in a millisecond.", LISTEN + """
    +0 < S 0:0(0) win 32792 <mss 1000,sackOK,TS val 100 ecr 0,nop,wscale 7>
    +0 > S. 0:0(0) ack 1 <mss 1460,sackOK,TS val 100 ecr 100,nop,wscale 8>
   +.1 < . 1:1(0) ack 1 win 257 <nop,nop,TS val 200 ecr 100>
    +0 accept(3, ..., ...) = 4
    +1 close(4) = 0
    +0 > F. 1:1(0) ack 1 <nop,nop,TS val 1200 ecr 200>
""", ("--tcp_ts_tick_usecs=1000",), settings=("net.ipv4.tcp_timestamps=1",))
    yield "signed", lines("A segment with a signature is dropped where nobody has a key.", LISTEN + """
    +0 < S 0:0(0) win 32792 <mss 1000,sackOK,nop,nop,nop,wscale 7>
    +0 > S. 0:0(0) ack 1 <mss 1460,nop,nop,sackOK,nop,wscale 8>
   +.1 < . 1:1(0) ack 1 win 257 <md5 000102030405060708090a0b0c0d0e0f,nop,nop>
   +.1 < . 1:1(0) ack 1 win 257
    +0 accept(3, ..., ...) = 4
   +.1 < P. 1:101(100) ack 1 win 257 <md5 000102030405060708090a0b0c0d0e0f,nop,nop>
   +.1 < P. 1:101(100) ack 1 win 257
""")


def linger2():
    """FIN-WAIT-2 that nobody wants."""
    unwanted = "   +.1 setsockopt(4, SOL_TCP, TCP_LINGER2, [-1], 4) = 0\n"
    yield "closed_in_fin_wait_1", lines("The acknowledgment of the FIN is answered with a reset.", SACK + unwanted + """
   +.1 close(4) = 0
   +.1 < . 1:1(0) ack 2 win 257
   +.1 < F. 1:1(0) ack 2 win 257
""")
    yield "closed_in_fin_wait_2", lines("A close in FIN-WAIT-2 resets the peer.", SACK + unwanted + """
   +.1 shutdown(4, SHUT_WR) = 0
   +.1 < . 1:1(0) ack 2 win 257
   +.1 close(4) = 0
   +.1 < F. 1:1(0) ack 2 win 257
""")
    yield "shut_down_only", lines("Who holds the socket waits for the FIN.", SACK + unwanted + """
   +.1 shutdown(4, SHUT_WR) = 0
   +.1 < . 1:1(0) ack 2 win 257
   +.1 < F. 1:1(0) ack 2 win 257
""")
    yield "longer_than_time_wait", lines(
        "Above 60 s the connection waits for the rest, without probes, and is remembered for as long again.", SACK + """
   +.1 setsockopt(4, SOL_TCP, TCP_LINGER2, [64], 4) = 0
    +0 setsockopt(4, SOL_SOCKET, SO_KEEPALIVE, [1], 4) = 0
    +0 setsockopt(4, SOL_TCP, TCP_KEEPIDLE, [2], 4) = 0
    +0 setsockopt(4, SOL_TCP, TCP_KEEPINTVL, [2], 4) = 0
   +.1 close(4) = 0
   +.1 < . 1:1(0) ack 2 win 257
// A connection answers what acknowledges too much; what is only remembered does not notice it.
  +3.5 < . 1:1(0) ack 2000 win 257
    +1 < . 1:1(0) ack 2000 win 257
    +3 < . 1:1(0) ack 2000 win 257
    +1 < F. 1:1(0) ack 2 win 257
""")


def open_early():
    """Fast Open without a cookie, and before anybody has accepted."""
    yield "client_needs_no_cookie", lines("A client that needs no cookie has text in its first SYN.", """
     0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
    +0 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0
    +0 sendto(3, ..., 500, MSG_FASTOPEN, ..., ...) = 500
    +0 > S 0:500(500) <mss 1460,nop,nop,sackOK,nop,wscale 8>
   +.1 < S. 0:0(0) ack 501 win 65535 <mss 1000,nop,nop,sackOK,nop,wscale 7>
    +0 write(3, ..., 100) = 100
""", settings=("net.ipv4.tcp_fastopen=5",))
    yield "client_has_much_to_say", lines("As much as fits.", """
     0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
    +0 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0
    +0 setsockopt(3, SOL_TCP, TCP_FASTOPEN_CONNECT, [1], 4) = 0
    +0 connect(3, ..., ...) = 0
    +0 write(3, ..., 2000) = 1420
    +0 > S 0:1420(1420) <mss 1460,nop,nop,sackOK,nop,wscale 8>
   +.1 < S. 0:0(0) ack 1421 win 65535 <mss 1000,nop,nop,sackOK,nop,wscale 7>
""", settings=("net.ipv4.tcp_fastopen=5",))
    yield "server_is_told_before_accept", lines(
        "ICMP ends what nobody has accepted; the text can be read.",
        FAST_OPEN_SERVER + """
   +.1 < S 0:100(100) win 32792 <mss 1000,sackOK,nop,nop,FO TFO_COOKIE,nop,nop>
    +0 > S. 0:0(0) ack 101 <mss 1460,nop,nop,sackOK>
   +.1 < icmp unreachable host_unreachable [0:0(0)]
    +0 accept(3, ..., ...) = 4
    +0 %{ assert tcpi_state == TCP_CLOSE, tcpi_state }%
    +0 read(4, ..., 1000) = 100
    +0 read(4, ..., 1000) = -1 EHOSTUNREACH (No route to host)
   +.1 < . 101:101(0) ack 1 win 32792
""", settings=FAST_OPEN)


def congestion_control():
    """Another algorithm for a connection that is there."""
    yield "changed_when_open", lines("The window stays, and is halved by the new one.", SACK + """
    +0 setsockopt(4, SOL_TCP, TCP_CONGESTION, "cubic", 5) = 0
   +.1 write(4, ..., 10000) = 10000
    +0 > P. 1:10001(10000) ack 1
   +.1 < . 1:1(0) ack 10001 win 257
    +0 %{ assert tcpi_snd_cwnd == 20, tcpi_snd_cwnd }%
    +0 setsockopt(4, SOL_TCP, TCP_CONGESTION, "reno", 4) = 0
    +0 %{ assert tcpi_snd_cwnd == 20, tcpi_snd_cwnd }%
    +0 write(4, ..., 20000) = 20000
    +0 > P. 10001:30001(20000) ack 1
   +.1 < . 1:1(0) ack 10001 win 257 <nop,nop,sack 11001:14001>
    +0 > . 10001:11001(1000) ack 1
    +0 %{ assert tcpi_snd_ssthresh == 10, tcpi_snd_ssthresh }%
""")


RECEIVER = {
    "linger2": linger2,
    "open_early": open_early,
    "congestion_control": congestion_control,
    "receive_window": receive_window,
    "resets": resets,
    "quick_acknowledgments": quick_acknowledgments,
}
