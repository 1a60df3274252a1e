"""Urgent text: a family of scripts. generate.py adds what Linux answers."""

from connections import PLAIN, TIMERS, lines


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
