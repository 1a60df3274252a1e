"""What is lost or comes late, as the sender hears of it: families of scripts. generate.py adds what Linux answers."""

from connections import PLAIN, SACK, TIMERS, lines


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
    yield "blocks_alone_undo", lines("Blocks of what went only once undo a timeout, though nothing is acknowledged.", SACK + """
   +.1 write(4, ..., 5000) = 5000
   +.8 write(4, ..., 2000) = 2000
  +.05 < . 1:1(0) ack 1 win 257 <nop,nop,sack 1001:3001>
  +.05 < . 1:1(0) ack 7001 win 257
""", (TIMERS,))
    yield "second_timeout_without_blocks", lines(
        "Without selective acknowledgments the next timeout is of the same recovery until more has arrived.", PLAIN + """
   +.1 write(4, ..., 3000) = 3000
    +0 > P. 1:3001(3000) ack 1
+.2~+.4 > . 1:1001(1000) ack 1
   +.1 < . 1:1(0) ack 3001 win 257
   +.1 write(4, ..., 3000) = 3000
    +0 > P. 3001:6001(3000) ack 1
+.2~+1 > . 3001:4001(1000) ack 1
  +.05 write(4, ..., 2000) = 2000
   +.3 < . 1:1(0) ack 4001 win 257
    +0 > P. 4001:6001(2000) ack 1
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
