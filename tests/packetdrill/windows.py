"""The peer's window, our own, and the window of congestion: families of scripts. generate.py adds what Linux
answers."""

from connections import PLAIN, SACK, TIMERS, lines
from families import LISTEN


def zero_window():
    """Windows that close and open, on either side."""
    closed = PLAIN + "   +.1 < . 1:1(0) ack 1 win 0\n    +0 write(4, ..., 2500) = 2500\n"
    yield "probes", lines("A closed window is probed, later and later.", closed, (TIMERS,), pause="   +2 %{ pass }%")
    yield "probe_is_answered", lines("The answer opens the window.", closed + """
  +.25 < . 1:1(0) ack 1 win 257
""", (TIMERS,))
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
    yield "opens_for_a_part", lines(
        "An update has room for less than a segment.",
        closed + "   +.1 < . 1:1(0) ack 1 win 2\n",
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
    yield "fin_waits", lines(
        "The FIN waits behind the text.",
        closed + "   +.05 shutdown(4, SHUT_WR) = 0\n   +.1 < . 1:1(0) ack 1 win 257\n")
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
    yield "before_sending", lines("A window that shrinks without anything else that is new does not count.", PLAIN + """
   +.1 < . 1:1(0) ack 1 win 16
    +0 write(4, ..., 5000) = 5000
   +.1 < . 1:1(0) ack 2001 win 257
""")
    yield "below_what_is_sent", lines("The window shrinks below what is on its way.", PLAIN + """
   +.1 write(4, ..., 5000) = 5000
   +.1 < . 1:1(0) ack 1001 win 8
""", (TIMERS,), pause="   +.7 %{ pass }%")
    yield "below_and_open", lines(
        "It shrinks below what is on its way, which is acknowledged all the same.",
        PLAIN + """
   +.1 write(4, ..., 5000) = 5000
  +.05 < . 1:1(0) ack 1001 win 8
  +.05 < . 1:1(0) ack 5001 win 257
    +0 write(4, ..., 1000) = 1000
""")


def window_updates():
    """When reading tells the peer that there is room."""
    yield "not_after_the_handshake", lines(
        "A buffer larger than the SYN could say is nothing to tell of at once.",
        LISTEN + """
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
