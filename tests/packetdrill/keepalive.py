"""Connections on which nobody answers: families of scripts. generate.py adds what Linux answers."""

from connections import PLAIN, TIMERS, lines

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
