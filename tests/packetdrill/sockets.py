"""Families of scripts about what calls and code see of TCP: waiting, readiness, ends, numbers. generate.py adds what
Linux answers."""

import errno
import re
from os import strerror

from connections import CLIENT, PLAIN, SACK, TIMERS, TIMESTAMPS, lines
from families import LISTEN

WAITS = "--tolerance_usecs=100000"


def with_messages(body):
    """The lines, with what an error says behind its name."""
    return re.sub(r"-1 (E[A-Z]+)$", lambda error: f"{error[0]} ({strerror(getattr(errno, error[1]))})", body, flags=re.M)


def scripts(begin, cases, *options, **settings):
    """A script for each case, a name, a title and what is done after lines with which all of them begin."""
    for name, title, body in cases:
        yield name, lines(title, with_messages(begin + body), *options, **settings)


def blocking_reads():
    """Reads that wait, and for how much."""
    reads = [
        ("text", "P. 1:11(10) ack 1 win 257", "10"),
        ("end", "F. 1:1(0) ack 1 win 257", "0"),
        ("reset", "R. 1:1(0) ack 1 win 257", "-1 ECONNRESET"),
    ]
    yield from scripts(PLAIN, [(f"read_{name}", f"read waits: {name}.", f"""
    +0...0.2 read(4, ..., 1000) = {result}
   +.1 < {segment}
""") for name, segment, result in reads], (WAITS,))
    yield from scripts(PLAIN, [
        ("read_all", "MSG_WAITALL waits for all of it.", """
    +0...0.3 recv(4, ..., 2000, MSG_WAITALL) = 2000
   +.1 < . 1:1001(1000) ack 1 win 257
   +.1 < P. 1001:2001(1000) ack 1 win 257
"""),
        ("read_all_until_the_end", "The end ends MSG_WAITALL.", """
    +0...0.3 recv(4, ..., 2000, MSG_WAITALL) = 1000
   +.1 < . 1:1001(1000) ack 1 win 257
   +.1 < F. 1001:1001(0) ack 1 win 257
"""),
        ("read_low_water", "SO_RCVLOWAT: less is not waited for.", """
    +0 setsockopt(4, SOL_SOCKET, SO_RCVLOWAT, [1500], 4) = 0
    +0...0.3 read(4, ..., 5000) = 2000
   +.1 < . 1:1001(1000) ack 1 win 257
   +.1 < P. 1001:2001(1000) ack 1 win 257
"""),
    ], (WAITS,))


def blocking():
    """Calls that wait, and what ends the waiting."""
    yield from scripts(LISTEN, [("accept", "accept waits for the end of a handshake.", """
    +0...0.2 accept(3, ..., ...) = 4
   +.1 < S 0:0(0) win 32792 <mss 1000,nop,wscale 7>
    +0 > S. 0:0(0) ack 1 <mss 1460,nop,wscale 8>
   +.1 < . 1:1(0) ack 1 win 257
""")], (WAITS,))
    connects = [
        ("connect", "connect waits for the answer.", "0",
         "S. 0:0(0) ack 1 win 65535 <mss 1000,nop,nop,sackOK,nop,wscale 7>"),
        ("connect_refused", "A reset ends the waiting.", "-1 ECONNREFUSED", "R. 0:0(0) ack 1 win 0"),
        ("connect_unreachable", "An error ends the waiting.", "-1 ENETUNREACH",
         "icmp unreachable net_unreachable [0:0(0)]"),
    ]
    yield from scripts("     0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 4\n", [(name, title, f"""
  +.1...0.2 connect(4, ..., ...) = {result}
    +0 > S 0:0(0) <mss 1460,nop,nop,sackOK,nop,wscale 8>
   +.1 < {answer}
""") for name, title, result, answer in connects], (WAITS,))
    yield from blocking_reads()
    yield from scripts(PLAIN, [("write", "write waits for room.", """
    +0 setsockopt(4, SOL_SOCKET, SO_SNDBUF, [10000], 4) = 0
    +0...0.2 write(4, ..., 40000) = 40000
    +0 > P. 1:10001(10000) ack 1
   +.1 < . 1:1(0) ack 10001 win 1000
   +.1 < . 1:1(0) ack 20001 win 1000
   +.1 < . 1:1(0) ack 30001 win 1000
""")], (WAITS, "--non_fatal=packet"))
    yield from scripts(PLAIN, [("poll", "poll waits for text, and for its time.", """
    +0...0.2 poll([{fd=4, events=POLLIN, revents=0}], 1, 100) = 0
   +.1 poll([{fd=4, events=POLLIN, revents=0}], 1, 0) = 0
    +0...0.1 poll([{fd=4, events=POLLIN|POLLRDHUP, revents=POLLIN}], 1, 1000) = 1
   +.1 < P. 1:11(10) ack 1 win 257
""")], (WAITS,))


EPOLL = """
    +0 epoll_create(1) = 5
    +0 epoll_ctl(5, EPOLL_CTL_ADD, 4, {events=%s, fd=4}) = 0
"""


def states():
    """What poll says."""
    every = "POLLIN|POLLOUT|POLLRDHUP|POLLPRI"

    def polled(revents, descriptor=4):
        return f"    +0 poll([{{fd={descriptor}, events={every}, revents={revents}}}], 1, 0) = {int(revents != '0')}\n"

    for name, title, body, revents in [
            ("connecting", "Before the handshake is over.", CLIENT.split("   +.1")[0], "0"),
            ("connected", "After it.", CLIENT, "POLLOUT"),
            ("text", "Text has come.", PLAIN + "   +.1 < P. 1:11(10) ack 1 win 257\n", "POLLIN|POLLOUT"),
            ("urgent", "Urgent text has come.", PLAIN + "   +.1 < PU. 1:11(10) ack 1 win 257 urg 10\n",
             "POLLIN|POLLOUT|POLLPRI"),
            ("end", "The peer's end has come.", PLAIN + "   +.1 < F. 1:1(0) ack 1 win 257\n",
             "POLLIN|POLLOUT|POLLRDHUP"),
            ("reset", "A reset has come.", PLAIN + "   +.1 < R. 1:1(0) ack 1 win 257\n",
             "POLLIN|POLLOUT|POLLRDHUP|POLLERR|POLLHUP"),
            ("refused", "The connection is refused.",
             CLIENT.split("   +.1")[0] + "   +.1 < R. 0:0(0) ack 1 win 0\n",
             "POLLIN|POLLOUT|POLLRDHUP|POLLERR|POLLHUP"),
            ("own_end", "The own end is sent.", PLAIN + "   +.1 shutdown(4, SHUT_WR) = 0\n", "POLLOUT"),
            ("read_shut", "Nothing will be read.", PLAIN + "   +.1 shutdown(4, SHUT_RD) = 0\n",
             "POLLIN|POLLOUT|POLLRDHUP"),
            ("both_shut", "Neither will be.", PLAIN + "   +.1 shutdown(4, SHUT_RDWR) = 0\n",
             "POLLIN|POLLOUT|POLLRDHUP|POLLHUP"),
            ("both_ends", "Both ends have been sent.",
             PLAIN + "   +.1 shutdown(4, SHUT_WR) = 0\n    +0 > F. 1:1(0) ack 1\n   +.1 < F. 1:1(0) ack 2 win 257\n",
             "POLLIN|POLLOUT|POLLRDHUP|POLLHUP"),
            ("error_is_read", "SO_ERROR takes the error away.", PLAIN + """
   +.1 < R. 1:1(0) ack 1 win 257
    +0 getsockopt(4, SOL_SOCKET, SO_ERROR, [ECONNRESET], [4]) = 0
""", "POLLIN|POLLOUT|POLLRDHUP|POLLHUP"),
            ("little_room", "Less than a third of the buffer is left.", PLAIN + """
    +0 setsockopt(4, SOL_SOCKET, SO_SNDBUF, [20000], 4) = 0
    +0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0
    +0 write(4, ..., 200000) = ?
""", "0"),
    ]:
        yield name, lines(title, body + polled(revents))


def edges():
    """What epoll says, and when."""
    yield from scripts(PLAIN, [
        ("edge", "An edge is told once, and again when more has come.", EPOLL % "EPOLLIN|EPOLLET" + """
   +.1 < P. 1:11(10) ack 1 win 257
    +0 epoll_wait(5, {events=EPOLLIN, fd=4}, 1, 0) = 1
    +0 epoll_wait(5, ..., 1, 0) = 0
   +.1 < P. 11:21(10) ack 1 win 257
    +0 epoll_wait(5, {events=EPOLLIN, fd=4}, 1, 0) = 1
    +0 read(4, ..., 5) = 5
    +0 epoll_wait(5, ..., 1, 0) = 0
"""),
        ("level", "A level is told as long as it lasts.", EPOLL % "EPOLLIN" + """
   +.1 < P. 1:11(10) ack 1 win 257
    +0 epoll_wait(5, {events=EPOLLIN, fd=4}, 1, 0) = 1
    +0 read(4, ..., 5) = 5
    +0 epoll_wait(5, {events=EPOLLIN, fd=4}, 1, 0) = 1
    +0 read(4, ..., 5) = 5
    +0 epoll_wait(5, ..., 1, 0) = 0
"""),
        ("once", "EPOLLONESHOT is told once, until it is asked for again.", EPOLL % "EPOLLIN|EPOLLONESHOT" + """
   +.1 < P. 1:11(10) ack 1 win 257
    +0 epoll_wait(5, {events=EPOLLIN, fd=4}, 1, 0) = 1
   +.1 < P. 11:21(10) ack 1 win 257
    +0 epoll_wait(5, ..., 1, 0) = 0
    +0 epoll_ctl(5, EPOLL_CTL_MOD, 4, {events=EPOLLIN|EPOLLONESHOT, fd=4}) = 0
    +0 epoll_wait(5, {events=EPOLLIN, fd=4}, 1, 0) = 1
"""),
        ("hang_up_at_the_edge", "The ends come one after the other.", EPOLL % "EPOLLIN|EPOLLRDHUP|EPOLLET" + """
   +.1 < F. 1:1(0) ack 1 win 257
    +0 epoll_wait(5, {events=EPOLLIN|EPOLLRDHUP, fd=4}, 1, 0) = 1
    +0 epoll_wait(5, ..., 1, 0) = 0
  +.05 shutdown(4, SHUT_WR) = 0
    +0 epoll_wait(5, {events=EPOLLIN|EPOLLRDHUP|EPOLLHUP, fd=4}, 1, 0) = 1
"""),
    ])


def room():
    """When there is room to send."""
    yield "room_at_the_edge", lines("Room is told when a third of the buffer is free.", PLAIN + """
    +0 setsockopt(4, SOL_SOCKET, SO_SNDBUF, [20000], 4) = 0
    +0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0
""" + EPOLL % "EPOLLOUT|EPOLLET" + """
    +0 epoll_wait(5, {events=EPOLLOUT, fd=4}, 1, 0) = 1
    +0 write(4, ..., 200000) = ?
    +0 epoll_wait(5, ..., 1, 0) = 0
   +.1 < . 1:1(0) ack 10001 win 1000
    +0 epoll_wait(5, ..., 1, 0) = 0
   +.1 < . 1:1(0) ack 20001 win 1000
""", ("--non_fatal=packet",))
    yield from scripts(SACK, [
        ("low_water_unsent", "TCP_NOTSENT_LOWAT: writable while little waits to be sent.", """
    +0 setsockopt(4, SOL_TCP, TCP_NOTSENT_LOWAT, [8000], 4) = 0
    +0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0
    +0 write(4, ..., 13000) = 13000
    +0 poll([{fd=4, events=POLLOUT, revents=POLLOUT}], 1, 0) = 1
    +0 write(4, ..., 3000) = 3000
    +0 poll([{fd=4, events=POLLOUT, revents=0}], 1, 0) = 0
   +.1 < . 1:1(0) ack 1001 win 257
    +0 poll([{fd=4, events=POLLOUT, revents=0}], 1, 0) = 0
   +.1 < . 1:1(0) ack 3001 win 257
    +0 poll([{fd=4, events=POLLOUT, revents=POLLOUT}], 1, 0) = 1
"""),
        ("low_water_unsent_edge", "TCP_NOTSENT_LOWAT: the edge.", """
    +0 setsockopt(4, SOL_TCP, TCP_NOTSENT_LOWAT, [2000], 4) = 0
    +0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0
""" + EPOLL % "EPOLLOUT|EPOLLET" + """
    +0 epoll_wait(5, {events=EPOLLOUT, fd=4}, 1, 0) = 1
    +0 write(4, ..., 16000) = 16000
    +0 epoll_wait(5, ..., 1, 0) = 0
   +.1 < . 1:1(0) ack 1001 win 257
    +0 epoll_wait(5, ..., 1, 0) = 0
   +.1 < . 1:1(0) ack 10001 win 257
"""),
    ], pause="  +.01 %{ pass }%")


def readiness():
    """poll's and epoll's events in every state that a program sees."""
    yield from states()
    yield from edges()
    yield from room()


def queues():
    """What SIOCINQ and its like count."""
    yield "received", lines("What has come and was not read, with the end counted out.", PLAIN + """
    +0 ioctl(4, SIOCINQ, [0]) = 0
   +.1 < P. 1:1001(1000) ack 1 win 257
    +0 ioctl(4, SIOCINQ, [1000]) = 0
    +0 read(4, ..., 300) = 300
    +0 ioctl(4, SIOCINQ, [700]) = 0
   +.1 < . 2001:3001(1000) ack 1 win 257
    +0 ioctl(4, SIOCINQ, [700]) = 0
   +.1 < . 1001:2001(1000) ack 1 win 257
    +0 ioctl(4, SIOCINQ, [2700]) = 0
   +.1 < F. 3001:3001(0) ack 1 win 257
    +0 ioctl(4, SIOCINQ, [2700]) = 0
    +0 read(4, ..., 5000) = 2700
    +0 ioctl(4, SIOCINQ, [0]) = 0
""")
    yield "sent", lines("What was not acknowledged, and what was not sent.", SACK + """
    +0 ioctl(4, SIOCOUTQ, [0]) = 0
    +0 write(4, ..., 13000) = 13000
    +0 ioctl(4, SIOCOUTQ, [13000]) = 0
    +0 ioctl(4, SIOCOUTQNSD, [3000]) = 0
   +.1 < . 1:1(0) ack 4001 win 257
    +0 ioctl(4, SIOCOUTQ, [9000]) = 0
    +0 ioctl(4, SIOCOUTQNSD, [0]) = 0
    +0 shutdown(4, SHUT_WR) = 0
    +0 ioctl(4, SIOCOUTQ, [9001]) = 0
""", pause="  +.01 %{ pass }%")
    yield from scripts(PLAIN, [
        ("listening", "A listener has neither.", """
    +0 ioctl(3, SIOCINQ, ...) = -1 EINVAL
    +0 ioctl(3, SIOCOUTQ, ...) = -1 EINVAL
    +0 ioctl(3, SIOCOUTQNSD, ...) = -1 EINVAL
"""),
        ("in_messages", "TCP_INQ: each receiving call tells what is left.", """
    +0 setsockopt(4, SOL_TCP, TCP_INQ, [1], 4) = 0
   +.1 < P. 1:1001(1000) ack 1 win 257
    +0 recvmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 400}], msg_flags=0, msg_control=[{cmsg_level=SOL_TCP, cmsg_type=TCP_CM_INQ, cmsg_data=600}]}, 0) = 400
    +0 recvmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 400}], msg_flags=0, msg_control=[{cmsg_level=SOL_TCP, cmsg_type=TCP_CM_INQ, cmsg_data=600}]}, MSG_PEEK) = 400
    +0 recvmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 900}], msg_flags=0, msg_control=[{cmsg_level=SOL_TCP, cmsg_type=TCP_CM_INQ, cmsg_data=0}]}, 0) = 600
   +.1 < F. 1001:1001(0) ack 1 win 257
    +0 recvmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 900}], msg_flags=0, msg_control=[{cmsg_level=SOL_TCP, cmsg_type=TCP_CM_INQ, cmsg_data=1}]}, 0) = 0
    +0 setsockopt(4, SOL_TCP, TCP_INQ, [2], 4) = -1 EINVAL
"""),
    ])


def wrong_calls():
    """Calls in a state, or with arguments, that they cannot be made in."""
    yield from scripts("", [
        ("not_connected", "Of a socket that is not connected.", """
     0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 4
    +0 read(4, ..., 10) = -1 ENOTCONN
    +0 write(4, ..., 10) = -1 EPIPE
    +0 send(4, ..., 10, 0) = -1 EPIPE
    +0 shutdown(4, SHUT_RDWR) = -1 ENOTCONN
    +0 getpeername(4, ..., [16]) = -1 ENOTCONN
    +0 accept(4, ..., ...) = -1 EINVAL
    +0 setsockopt(4, SOL_TCP, TCP_CORK, [1], 4) = 0
"""),
        ("listening", "Of a listener.", LISTEN + """
    +0 read(3, ..., 10) = -1 ENOTCONN
    +0 write(3, ..., 10) = -1 EPIPE
    +0 connect(3, ..., ...) = -1 EISCONN
    +0 bind(3, ..., ...) = -1 EINVAL
    +0 shutdown(3, SHUT_WR) = 0
    +0 listen(3, 1) = 0
"""),
        ("connected", "Of one that is.", PLAIN + """
    +0 connect(4, ..., ...) = -1 EISCONN
    +0 listen(4, 1) = -1 EINVAL
    +0 accept(4, ..., ...) = -1 EINVAL
    +0 bind(4, ..., ...) = -1 EINVAL
    +0 shutdown(4, 3) = -1 EINVAL
    +0 send(4, ..., 10, MSG_PEEK) = 10
    +0 setsockopt(4, SOL_TCP, TCP_DEFER_ACCEPT, [1], 4) = 0
    +0 setsockopt(4, SOL_TCP, TCP_NODELAY, [1], 2) = -1 EINVAL
    +0 setsockopt(4, SOL_TCP, 200, [1], 4) = -1 ENOPROTOOPT
    +0 getsockopt(4, SOL_TCP, 200, ..., [4]) = -1 ENOPROTOOPT
    +0 setsockopt(4, SOL_TCP, TCP_MAXSEG, [5], 4) = -1 EINVAL
    +0 setsockopt(4, SOL_TCP, TCP_KEEPIDLE, [0], 4) = -1 EINVAL
    +0 setsockopt(4, SOL_TCP, TCP_SYNCNT, [128], 4) = -1 EINVAL
    +0 setsockopt(4, SOL_TCP, TCP_USER_TIMEOUT, [-1], 4) = -1 EINVAL
    +0 setsockopt(4, SOL_TCP, TCP_CONGESTION, "nothing", 7) = -1 ENOENT
    +0 setsockopt(4, SOL_TCP, TCP_FASTOPEN, [1], 4) = -1 EINVAL
    +0 setsockopt(4, SOL_TCP, TCP_FASTOPEN_CONNECT, [1], 4) = -1 EINVAL
"""),
    ])
    yield from wrong_calls_to_ends()


def wrong_calls_to_ends():
    """Those of sockets that are not open yet, or no more, and of nothing."""
    yield from scripts("", [
        ("connecting", "Of one that connects.", CLIENT.split("   +.1")[0] + """
    +0 connect(4, ..., ...) = -1 EALREADY
    +0 write(4, ..., 10) = -1 EAGAIN
    +0 read(4, ..., 10) = -1 EAGAIN
    +0 listen(4, 1) = -1 EINVAL
    +0 getpeername(4, ..., [16]) = -1 ENOTCONN
   +.1 < S. 0:0(0) ack 1 win 65535 <mss 1000,nop,nop,sackOK,nop,wscale 7>
    +0 > . 1:1(0) ack 1
    +0 connect(4, ..., ...) = 0
    +0 connect(4, ..., ...) = -1 EISCONN
"""),
        ("closed", "Of a number that is not open.", PLAIN + """
    +0 close(4) = 0
    +0 read(4, ..., 10) = -1 EBADF
    +0 write(4, ..., 10) = -1 EBADF
    +0 close(4) = -1 EBADF
    +0 shutdown(4, SHUT_RD) = -1 EBADF
    +0 getsockopt(4, SOL_SOCKET, SO_ERROR, ..., [4]) = -1 EBADF
"""),
        ("ended", "Of one that both have ended.", PLAIN + """
   +.1 < F. 1:1(0) ack 1 win 257
    +0 > . 1:1(0) ack 2
    +0 shutdown(4, SHUT_WR) = 0
    +0 > F. 1:1(0) ack 2
   +.1 < . 2:2(0) ack 2 win 257
    +0 write(4, ..., 10) = -1 EPIPE
    +0 read(4, ..., 10) = 0
    +0 shutdown(4, SHUT_WR) = -1 ENOTCONN
    +0 getpeername(4, ..., [16]) = -1 ENOTCONN
"""),
        ("nothing_to_do", "Of no octets.", PLAIN + """
    +0 write(4, ..., 0) = 0
    +0 read(4, ..., 0) = 0
    +0 writev(4, [{..., 0}, {..., 0}], 2) = 0
    +0 sendmsg(4, {msg_name(...)=..., msg_iov(0)=[], msg_flags=0}, 0) = 0
    +0 recv(4, ..., 10, MSG_DONTWAIT) = -1 EAGAIN
    +0 recv(4, ..., 10, MSG_OOB) = -1 EINVAL
    +0 recv(4, ..., 10, MSG_ERRQUEUE) = -1 EAGAIN
"""),
    ])


def looking():
    """MSG_PEEK and MSG_TRUNC."""
    text = PLAIN + """
   +.1 < . 1:1001(1000) ack 1 win 257
    +0 > . 1:1(0) ack 1001
   +.1 < P. 1001:1501(500) ack 1 win 257
"""
    yield from scripts(text, [
        ("peek", "What was looked at is there again.", """
    +0 recv(4, ..., 700, MSG_PEEK) = 700
    +0 recv(4, ..., 5000, MSG_PEEK) = 1500
    +0 recv(4, ..., 700, 0) = 700
    +0 recv(4, ..., 5000, MSG_PEEK) = 800
    +0 read(4, ..., 5000) = 800
"""),
        ("throw_away", "MSG_TRUNC throws away without copying.", """
    +0 recv(4, ..., 700, MSG_TRUNC) = 700
    +0 recv(4, ..., 5000, MSG_TRUNC) = 800
    +0 recv(4, ..., 10, MSG_TRUNC|MSG_DONTWAIT) = -1 EAGAIN
"""),
        ("in_pieces", "Into several places.", """
    +0 readv(4, [{..., 100}, {..., 400}], 2) = 500
    +0 recvmsg(4, {msg_name(...)=..., msg_iov(2)=[{..., 600}, {..., 600}], msg_flags=0}, 0) = 1000
"""),
    ])


def information():
    """Fields of TCP_INFO, as they change."""
    yield "of_a_receiver", lines("What a receiver counts.", SACK + """
   +.1 < P. 1:1001(1000) ack 1 win 257
    +0 %{ assert (tcpi_bytes_received, tcpi_segs_in, tcpi_data_segs_in, tcpi_rcv_mss, tcpi_segs_out) == (?) }%
   +.1 < P. 2001:3001(1000) ack 1 win 257
    +0 %{ assert (tcpi_bytes_received, tcpi_segs_in, tcpi_data_segs_in, tcpi_rcv_ooopack) == (?) }%
   +.1 < P. 1001:2001(1000) ack 1 win 257
    +0 %{ assert (tcpi_bytes_received, tcpi_segs_in, tcpi_data_segs_in, tcpi_rcv_ooopack, tcpi_segs_out) == (?) }%
""")
    yield "of_a_sender", lines("What a sender counts.", SACK + """
    +0 write(4, ..., 13000) = 13000
    +0 %{ assert (tcpi_unacked, tcpi_notsent_bytes, tcpi_bytes_sent, tcpi_data_segs_out, tcpi_snd_cwnd, tcpi_bytes_acked) == (?) }%
   +.1 < . 1:1(0) ack 4001 win 257
    +0 %{ assert (tcpi_unacked, tcpi_notsent_bytes, tcpi_bytes_sent, tcpi_data_segs_out, tcpi_snd_cwnd, tcpi_bytes_acked) == (?) }%
    +0 %{ assert (tcpi_retrans, tcpi_total_retrans, tcpi_lost, tcpi_sacked, tcpi_snd_wnd) == (?) }%
   +.1 < . 1:1(0) ack 13001 win 257
    +0 %{ assert (tcpi_unacked, tcpi_notsent_bytes, tcpi_snd_cwnd, tcpi_bytes_acked, tcpi_ca_state) == (?) }%
""", pause="  +.01 %{ pass }%")
    yield from scripts(SACK, [
        ("of_retransmissions", "What is sent again.", """
    +0 write(4, ..., 1000) = 1000
   +.7 %{ assert (tcpi_retransmits, tcpi_backoff, tcpi_total_retrans, tcpi_bytes_retrans, tcpi_lost, tcpi_retrans, tcpi_ca_state, tcpi_snd_cwnd) == (?) }%
  +.05 < . 1:1(0) ack 1001 win 257
    +0 %{ assert (tcpi_retransmits, tcpi_backoff, tcpi_total_retrans, tcpi_bytes_retrans, tcpi_ca_state, tcpi_snd_cwnd) == (?) }%
"""),
        ("of_duplicates", "D-SACKs.", """
    +0 write(4, ..., 1000) = 1000
   +.4 < . 1:1(0) ack 1001 win 257
  +.05 < . 1:1(0) ack 1001 win 257 <nop,nop,sack 1:1001>
    +0 %{ assert (tcpi_dsack_dups, tcpi_reordering, tcpi_reord_seen, tcpi_ca_state, tcpi_total_retrans) == (?) }%
"""),
    ], (TIMERS,))
    yield "of_sizes", lines("Sizes and options.", TIMESTAMPS + """
    +0 %{ assert (tcpi_snd_mss, tcpi_advmss, tcpi_options, tcpi_snd_wscale, tcpi_rcv_wscale, tcpi_rcv_mss) == (?) }%
    +0 getsockopt(4, SOL_TCP, TCP_MAXSEG, [988], [4]) = 0
    +0 getsockopt(4, SOL_SOCKET, SO_TYPE, [SOCK_STREAM], [4]) = 0
    +0 getsockopt(4, SOL_SOCKET, SO_PROTOCOL, [IPPROTO_TCP], [4]) = 0
    +0 getsockopt(4, SOL_SOCKET, SO_ACCEPTCONN, [0], [4]) = 0
    +0 getsockopt(3, SOL_SOCKET, SO_ACCEPTCONN, [1], [4]) = 0
""", settings=("net.ipv4.tcp_timestamps=1",))
    yield "of_round_trips", lines("Round trips are measured, and the least is kept.", SACK + """
    +0 write(4, ..., 1000) = 1000
   +.1 < . 1:1(0) ack 1001 win 257
    +0 %{ assert 95000 < tcpi_rtt < 130000 and 95000 < tcpi_min_rtt < 130000 }%
    +0 write(4, ..., 1000) = 1000
   +.2 < . 1:1(0) ack 2001 win 257
    +0 %{ assert 105000 < tcpi_rtt < 150000 and 95000 < tcpi_min_rtt < 130000 }%
""", (TIMERS,), pause=None)


def send_file():
    """Text that comes from a file (sendfile)."""

    def script(name, title, make, body):
        path = f"/tmp/packetdrill_{name}"
        text = SACK + f"""
    +0 `{make.replace("FILE", path)}`
    +0 open("{path}", O_RDONLY) = 5
{body}    +0 `rm {path}`
"""
        return name, lines(title, text)

    noughts = "dd if=/dev/zero of=FILE bs=1000 count=5 status=none"
    yield script("from_an_offset", "From an offset, and from beyond the end.", noughts, """
    +0 sendfile(4, 5, [0], 1000) = ?
   +.1 < . 1:1(0) ack 1001 win 257
    +0 sendfile(4, 5, [4500], 1000) = ?
   +.1 < . 1:1(0) ack 1501 win 257
    +0 sendfile(4, 5, [5000], 1000) = ?
    +0 sendfile(4, 5, [9000], 1000) = ?
""")
    yield script("from_where_it_was", "Where no offset is given, from where reading ended.", noughts, """
    +0 sendfile(4, 5, NULL, 3000) = ?
   +.1 < . 1:1(0) ack 3001 win 257
    +0 sendfile(4, 5, [1000], 1000) = ?
   +.1 < . 1:1(0) ack 4001 win 257
    +0 sendfile(4, 5, NULL, 3000) = ?
   +.1 < . 1:1(0) ack 6001 win 257
    +0 sendfile(4, 5, NULL, 3000) = ?
""")
    yield script("in_pieces", "A file that was written in pieces.", "echo one > FILE; echo three >> FILE; truncate -s 8 FILE", """
    +0 sendfile(4, 5, [0], 1000) = ?
   +.1 < . 1:1(0) ack 9 win 257
    +0 splice(5, NULL, 4, NULL, 10, 0) = ?
""")
    yield "from_elsewhere", lines("What is no file, or not there.", SACK + """
    +0 open("/tmp/packetdrill_from_nowhere", O_RDONLY) = ?
    +0 pipe([5, 6]) = 0
    +0 sendfile(4, 5, NULL, 1000) = ?
    +0 sendfile(4, 5, [0], 1000) = ?
""")


SOCKETS = {
    "send_file": send_file,
    "blocking": blocking,
    "readiness": readiness,
    "queues": queues,
    "wrong_calls": wrong_calls,
    "looking": looking,
    "information": information,
}
