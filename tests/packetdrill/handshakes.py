"""Handshakes with cookies, and over IPv6: families of scripts. generate.py adds what Linux answers."""

from connections import CLIENT, SACK, lines
from families import LISTEN


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
