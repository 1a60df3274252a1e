"""Families of scripts about a sender's answers to loss, and to news that there was none. generate.py adds what Linux
answers."""

from connections import PLAIN, SACK, TIMERS, TIMESTAMPS, lines

# What slow start has no use for counts for congestion avoidance there.
REST = "an acknowledgment that ends slow start makes the window no larger beyond the threshold"
# The window is left as it is there.
OLD = "the blocks of an old acknowledgment reduce the window as any do"
ABOVE = "recovery without SACK ends with what was sent before it (RFC 6582 §3.2), not beyond that"
STATE = "  +.01 %{ assert (tcpi_ca_state, tcpi_snd_cwnd, tcpi_snd_ssthresh, tcpi_unacked, tcpi_lost, tcpi_retrans, tcpi_sacked) == (?) }%\n"
# Without SACK Linux counts segments that duplicates tell of, and reduces the window in proportion all the same.
PLAIN_STATE = "  +.01 %{ assert (tcpi_ca_state, tcpi_snd_ssthresh, tcpi_unacked, tcpi_lost, tcpi_retrans) == (?) }%\n"
SHORT = "  +.01 %{ pass }%"
RENO = "    +0 setsockopt(4, SOL_TCP, TCP_CONGESTION, \"reno\", 4) = 0\n"


def sent(base, segments):
    """A connection with so many segments on their way."""
    return base + RENO + f"   +.1 write(4, ..., {segments}000) = {segments}000\n"


def duplicates(count, at=1):
    return "".join(f"  +.01 < . 1:1(0) ack {at} win 257\n" for _ in range(count))


def blocks(*edges, at=1):
    return "".join(f"  +.01 < . 1:1(0) ack {at} win 257 <nop,nop,sack {left}:{right}>\n" for left, right in edges)


def limited_transmit():
    """New text for the first two duplicates (RFC 3042)."""
    more = "    +0 write(4, ..., 5000) = 5000\n"
    yield "plain", lines("Two duplicates, two segments.", sent(PLAIN, 5) + "   +.1 < . 1:1(0) ack 1 win 257\n" + more
                         + duplicates(1) + PLAIN_STATE + duplicates(2) + PLAIN_STATE, (TIMERS,), pause=SHORT)
    held = sent(PLAIN, 10) + more + "   +.1 %{ pass }%\n"
    yield "window_is_full_plain", lines("The congestion window is full.", held + duplicates(1) + PLAIN_STATE
                                        + duplicates(1) + PLAIN_STATE + duplicates(1) + PLAIN_STATE, (TIMERS,), pause=SHORT)
    held = sent(SACK, 10) + more + "   +.1 %{ pass }%\n"
    yield "window_is_full_sack", lines("The same with SACK.", held + blocks((1001, 2001)) + STATE + blocks((1001, 3001))
                                       + STATE + blocks((1001, 4001)) + STATE, (TIMERS,), pause=SHORT)


def fast_recovery():
    """From the third duplicate to the end of a recovery (RFC 6582, RFC 6675, RFC 6937)."""
    begun = sent(SACK, 10) + "   +.1 %{ pass }%\n"
    yield "first_is_lost", lines("The first of ten.", begun + blocks((1001, 4001)) + STATE + blocks((1001, 6001))
                                 + STATE + blocks((1001, 8001)) + STATE + blocks((1001, 10001)) + STATE
                                 + "   +.1 < . 1:1(0) ack 10001 win 257\n" + STATE, (TIMERS,), pause=SHORT)
    yield "four_are_lost", lines("The first four of ten.", begun + blocks((4001, 5001), (4001, 6001), (4001, 7001))
                                 + STATE + blocks((4001, 8001), (4001, 9001), (4001, 10001)) + STATE
                                 + "   +.1 < . 1:1(0) ack 2001 win 257 <nop,nop,sack 4001:10001>\n" + STATE
                                 + "   +.1 < . 1:1(0) ack 10001 win 257\n" + STATE, (TIMERS,), pause=SHORT)
    yield "new_text_meanwhile", lines("New text goes as the rate allows.", begun
                                      + "    +0 write(4, ..., 10000) = 10000\n"
                                      + blocks((1001, 2001), (1001, 3001), (1001, 4001), (1001, 5001), (1001, 6001))
                                      + STATE + blocks((1001, 7001), (1001, 8001), (1001, 9001), (1001, 10001)) + STATE
                                      + "   +.1 < . 1:1(0) ack 10001 win 257\n" + STATE, (TIMERS,), pause=SHORT)
    plain = sent(PLAIN, 10) + "   +.1 %{ pass }%\n"
    yield "plain", lines("Without SACK.", plain + duplicates(3) + PLAIN_STATE + duplicates(6)
                         + PLAIN_STATE + "   +.1 < . 1:1(0) ack 10001 win 257\n" + PLAIN_STATE, (TIMERS,), pause=SHORT, deviates=ABOVE)
    yield "partial", lines("A part is acknowledged: the next hole (RFC 6582).", plain + duplicates(3)
                           + PLAIN_STATE + duplicates(4) + "   +.1 < . 1:1(0) ack 4001 win 257\n" + PLAIN_STATE
                           + "   +.1 < . 1:1(0) ack 10001 win 257\n" + PLAIN_STATE, (TIMERS,), pause=SHORT, deviates=ABOVE)
    yield "below_what_is_acknowledged", lines("Acknowledgments of before, with blocks.", begun
                                              + "  +.01 < . 1:1(0) ack 2001 win 257\n"
                                              + blocks((3001, 4001), at=2001) + blocks((3001, 5001), at=1)
                                              + blocks((3001, 6001), at=1) + STATE
                                              + "   +.1 < . 1:1(0) ack 10001 win 257\n" + STATE, (TIMERS,), pause=SHORT, deviates=OLD)
    yield "cubic", lines("CUBIC's share.", begun.replace(RENO, "") + blocks((1001, 4001)) + STATE
                         + blocks((1001, 10001)) + STATE
                         + "   +.1 < . 1:1(0) ack 10001 win 257\n" + STATE, (TIMERS,), pause=SHORT)
    twenty = sent(SACK, 10) + "   +.1 < . 1:1(0) ack 10001 win 257\n    +0 write(4, ..., 20000) = 20000\n   +.1 %{ pass }%\n"
    yield "one_of_twenty", lines("One of twenty.", twenty
                                 + "".join(blocks((11001, edge), at=10001) for edge in range(12001, 31001, 2000))
                                 + STATE + "   +.1 < . 1:1(0) ack 30001 win 257\n" + STATE, (TIMERS,), pause=SHORT)
    yield "half_of_twenty", lines("Every second of twenty.", twenty
                                  + blocks((11001, 12001), (13001, 14001), (15001, 16001), (17001, 18001),
                                           (19001, 20001), at=10001)
                                  + STATE + blocks((21001, 22001), (23001, 24001), (25001, 26001), at=10001) + STATE
                                  + "   +.1 < . 1:1(0) ack 30001 win 257\n" + STATE, (TIMERS,), pause=SHORT)


def window_moderation():
    """An acknowledgment of much at once makes no burst."""
    yield "after_recovery", lines("The window when a recovery ends.", sent(SACK, 10) + "   +.1 %{ pass }%\n"
                                  + blocks((1001, 4001)) + STATE
                                  + "   +.1 < . 1:1(0) ack 10001 win 257\n" + STATE
                                  + "    +0 write(4, ..., 20000) = 20000\n" + STATE, (TIMERS,), pause=SHORT)
    yield "after_disorder", lines("Disorder ends without a loss.", sent(SACK, 10) + "   +.1 %{ pass }%\n"
                                  + blocks((1001, 2001)) + STATE
                                  + "  +.01 < . 1:1(0) ack 10001 win 257\n" + STATE
                                  + "    +0 write(4, ..., 20000) = 20000\n" + STATE, (TIMERS,), pause=SHORT)
    yield "after_timeout", lines("A timeout ends.", sent(SACK, 10) + STATE + "   +.7 %{ pass }%\n" + STATE
                                 + "  +.05 < . 1:1(0) ack 1001 win 257\n" + STATE
                                 + "  +.05 < . 1:1(0) ack 10001 win 257\n" + STATE, (TIMERS,), pause=SHORT,
                                 deviates=REST)


def undone():
    """News that nothing was lost gives the window back."""
    begun = sent(SACK, 10) + "   +.1 %{ pass }%\n" + blocks((1001, 4001)) + STATE
    yield "recovery_by_duplicates", lines("D-SACKs for all that was sent again in a recovery.", begun
                                          + "  +.02 < . 1:1(0) ack 10001 win 257\n" + STATE
                                          + "  +.02 < . 1:1(0) ack 10001 win 257 <nop,nop,sack 1:1001>\n" + STATE,
                                          (TIMERS,), pause=SHORT)
    yield "recovery_by_part", lines("D-SACKs for a part of it.", sent(SACK, 10) + "   +.1 %{ pass }%\n"
                                    + blocks((2001, 5001)) + STATE + blocks((2001, 8001)) + STATE
                                    + "  +.02 < . 1:1(0) ack 10001 win 257\n" + STATE
                                    + "  +.02 < . 1:1(0) ack 10001 win 257 <nop,nop,sack 1:1001>\n" + STATE,
                                    (TIMERS,), pause=SHORT)
    times = "net.ipv4.tcp_timestamps=1"
    echo = "<nop,nop,TS val %d ecr %d>"
    yield "timeout_by_timestamp", lines("An echo from before the timeout.", TIMESTAMPS + RENO + """
   +.1 write(4, ..., 3952) = 3952
   +.7 %{ pass }%
""" + STATE + "    +0 < . 1:1(0) ack 989 win 257 " + echo % (1500, 200) + "\n" + STATE
                                        + "  +.05 < . 1:1(0) ack 3953 win 257 " + echo % (1600, 200) + "\n" + STATE,
                                        ("--tcp_ts_tick_usecs=1000", TIMERS), (times,), pause=SHORT)
    yield "timeout_by_duplicates", lines("A D-SACK after a timeout.", sent(SACK, 2) + "   +.4 %{ pass }%\n" + STATE
                                         + "  +.02 < . 1:1(0) ack 2001 win 257\n" + STATE
                                         + "  +.02 < . 1:1(0) ack 2001 win 257 <nop,nop,sack 1:1001>\n" + STATE,
                                         (TIMERS,), pause=SHORT)


def shifted_blocks():
    """Blocks in any order, which join."""
    for order in ([2, 6, 8, 3, 9], [7, 3, 4, 8, 9], [7, 5, 6, 8, 9], [9, 8, 7, 6, 5], [3, 5, 7, 9, 8]):
        body = sent(SACK, 10) + "   +.1 %{ pass }%\n"
        body += "".join(blocks((segment * 1000 - 999, segment * 1000 + 1)) + STATE for segment in order)
        name = "_".join(map(str, order))
        yield name, lines(f"Segments {', '.join(map(str, order))} of ten arrive.", body
                          + "   +.1 < . 1:1(0) ack 10001 win 257\n" + STATE, (TIMERS,), pause=SHORT)


def congestion_avoidance():
    """Beyond the threshold a window grows by one in a round trip (RFC 5681 §3.1)."""
    begun = sent(SACK, 10) + "   +.1 %{ pass }%\n" + blocks((1001, 4001), (1001, 10001))
    begun += "   +.1 < . 1:1(0) ack 10001 win 257\n" + STATE
    rounds = ""
    at = 10001
    for flight in (5, 6, 7):
        rounds += f"    +0 write(4, ..., {flight}000) = {flight}000\n   +.1 %{{ pass }}%\n"
        for _ in range(flight):
            at += 1000
            rounds += f"  +.01 < . 1:1(0) ack {at} win 257\n"
        rounds += STATE
    yield "reno", lines("Three round trips.", begun + rounds, (TIMERS,), pause=SHORT)


RECOVERY = {
    "limited_transmit": limited_transmit,
    "fast_recovery": fast_recovery,
    "window_moderation": window_moderation,
    "undone": undone,
    "shifted_blocks": shifted_blocks,
    "congestion_avoidance": congestion_avoidance,
}
