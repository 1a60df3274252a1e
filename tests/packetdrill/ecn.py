"""Explicit congestion notification (RFC 3168): a family of scripts. generate.py adds what Linux answers."""

from connections import TIMERS, lines
from families import LISTEN

ECN_SERVER = LISTEN + """
    +0 < SEW 0:0(0) win 32792 <mss 1000,sackOK,nop,nop,nop,wscale 7>
    +0 > SE. 0:0(0) ack 1 <mss 1460,nop,nop,sackOK,nop,wscale 8>
   +.1 < [ect0] . 1:1(0) ack 1 win 257
    +0 accept(3, ..., ...) = 4
"""
ECN_CLIENT = """
     0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 4
    +0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0
    +0 connect(4, ..., ...) = -1 EINPROGRESS (Operation now in progress)
    +0 > SEW 0:0(0) <mss 1460,nop,nop,sackOK,nop,wscale 8>
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
    yield "client_agrees", lines("A client asks, and the server agrees.", ECN_CLIENT + """
   +.1 < SE. 0:0(0) ack 1 win 65535 <mss 1000,nop,nop,sackOK,nop,wscale 7>
    +0 > [noecn] . 1:1(0) ack 1
   +.1 write(4, ..., 1000) = 1000
    +0 > [ect0] P. 1:1001(1000) ack 1
""", settings=on)
    yield "client_is_declined", lines("The server does not answer the question.", ECN_CLIENT + """
   +.1 < S. 0:0(0) ack 1 win 65535 <mss 1000,nop,nop,sackOK,nop,wscale 7>
    +0 > . 1:1(0) ack 1
   +.1 write(4, ..., 1000) = 1000
    +0 > [noecn] P. 1:1001(1000) ack 1
""", settings=on)
    yield "client_falls_back", lines(
        "A SYN that asks in vain is sent again without asking.", ECN_CLIENT, (TIMERS,), settings=on,
        pause=" +1.5 %{ pass }%")
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
