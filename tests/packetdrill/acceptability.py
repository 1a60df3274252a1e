"""Segments that are not simply taken: old ones, guessed ones, and those for what is over. generate.py adds what Linux
answers."""

from connections import PLAIN, SACK, TIMESTAMPS, lines

TIME_WAIT = PLAIN + """
   +.1 shutdown(4, SHUT_WR) = 0
    +0 > F. 1:1(0) ack 1
   +.1 < . 1:1(0) ack 2 win 257
   +.1 < F. 1:1(0) ack 2 win 257
    +0 > . 2:2(0) ack 2
    +0 close(4) = 0
"""


def time_wait():
    """What comes for a connection that is over."""
    for name, title, segment in [
        ("fin_again", "The FIN comes again.", "F. 1:1(0) ack 2 win 257"),
        ("text", "Text behind the FIN.", "P. 2:102(100) ack 2 win 257"),
        ("new_syn", "A SYN with a higher number opens anew.", "S 100000:100000(0) win 1000 <mss 1000>"),
        ("old_syn", "A SYN with a lower number is answered.", "S 4294900000:4294900000(0) win 1000 <mss 1000>"),
        ("reset", "A reset ends it.", "R 2:2(0) win 0"),
        ("reset_beyond", "A reset at another number.", "R 50:50(0) win 0"),
        ("acknowledgment", "A bare acknowledgment.", ". 2:2(0) ack 2 win 257"),
        ("old_text", "Old text.", "P. 4294967290:1(7) ack 2 win 257"),
    ]:
        answer = "    +0 > S. 0:0(0) ack 100001 <mss 1460>\n" if name == "new_syn" else ""
        yield name, lines(title, TIME_WAIT + f"   +.1 < {segment}\n{answer}")
    yield "reset_then_syn", lines("After the reset the pair is free.", TIME_WAIT + """
   +.1 < R. 2:2(0) ack 2 win 0
   +.1 < S 5:5(0) win 1000 <mss 1000>
    +0 > S. 0:0(0) ack 6 <mss 1460>
""")


def challenge():
    """Segments that an attacker may have guessed (RFC 5961)."""
    for name, title, segment in [
        ("reset_in_window", "A reset in the window, but not at its left edge.", "R 100:100(0) win 0"),
        ("reset_at_the_edge", "A reset at the left edge.", "R 1:1(0) win 0"),
        ("reset_beyond", "A reset beyond the window.", "R 200001:200001(0) win 0"),
        ("syn", "A SYN in the window.", "S 100:100(0) win 1000 <mss 1000>"),
        ("syn_acknowledges", "A SYN with an acknowledgment.", "S. 0:0(0) ack 1 win 1000 <mss 1000>"),
        ("acknowledgment_of_the_future", "An acknowledgment of what was not sent.", ". 1:1(0) ack 100 win 257"),
        ("acknowledgment_of_the_past", "An acknowledgment far older than the window.",
         "P. 1:11(10) ack 4294000000 win 257"),
    ]:
        yield name, lines(title, SACK + f"   +.1 < {segment}\n")
    yield "same_again", lines("The same is answered once in half a second.", SACK + """
   +.1 < R 100:100(0) win 0
   +.1 < R 100:100(0) win 0
   +.1 < R 200:200(0) win 0
   +.4 < R 100:100(0) win 0
""")
    yield "reset_behind_a_hole", lines("A reset at the right edge of what a SACK told of.", SACK + """
   +.1 < P. 1001:2001(1000) ack 1 win 257
   +.1 < R 2001:2001(0) win 0
    +0 read(4, ..., 10) = -1 ECONNRESET (Connection reset by peer)
""")


def paws():
    """Timestamps that go back, and the segments that are judged by them."""
    for name, title, segment in [
        ("old_text", "Text with an old timestamp is dropped, and answered.",
         "P. 1:101(100) ack 1 win 257 <nop,nop,TS val 900 ecr 100>"),
        ("equal_text", "The same timestamp again is good.",
         "P. 1:101(100) ack 1 win 257 <nop,nop,TS val 1010 ecr 100>"),
        ("old_acknowledgment", "A bare acknowledgment with an old timestamp says nothing.",
         ". 1:1(0) ack 1 win 257 <nop,nop,TS val 900 ecr 100>"),
        ("old_acknowledgment_opens_the_window", "One that says something is dropped, and answered.",
         ". 1:1(0) ack 1 win 300 <nop,nop,TS val 900 ecr 100>"),
        ("acknowledgment_from_long_ago", "More than a retransmission timeout is no disorder.",
         ". 1:1(0) ack 1 win 257 <nop,nop,TS val 200 ecr 100>"),
        ("old_reset", "A reset is not judged by its timestamp.",
         "R. 1:1(0) ack 1 win 0 <nop,nop,TS val 900 ecr 100>"),
        ("old_fin", "A FIN with an old timestamp is dropped, and answered.",
         "F. 1:1(0) ack 1 win 257 <nop,nop,TS val 900 ecr 100>"),
        ("old_syn", "A SYN with an old timestamp is answered as any in a connection.",
         "S 1:1(0) win 257 <mss 1000,sackOK,TS val 900 ecr 0>"),
        ("no_timestamp", "Text without the option that was agreed on.", "P. 1:101(100) ack 1 win 257"),
        ("wrapped_text", "A timestamp that is far ahead is new.",
         "P. 1:101(100) ack 1 win 257 <nop,nop,TS val 2000001000 ecr 100>"),
    ]:
        body = TIMESTAMPS + f"   +.1 < {segment}\n"
        yield name, lines(title, body, settings=("net.ipv4.tcp_timestamps=1",))
    yield "overtaken_acknowledgment", lines(
        "Text has overtaken an acknowledgment, which is not answered.",
        TIMESTAMPS + """
   +.1 < P. 1:101(100) ack 1 win 257 <nop,nop,TS val 1110 ecr 100>
   +.1 < . 1:1(0) ack 1 win 257 <nop,nop,TS val 1050 ecr 100>
""", settings=("net.ipv4.tcp_timestamps=1",))
    yield "recent_follows_the_left_edge", lines(
        "What is ahead of the left edge does not set the echo.",
        TIMESTAMPS + """
   +.1 < P. 101:201(100) ack 1 win 257 <nop,nop,TS val 1500 ecr 100>
   +.1 < P. 1:101(100) ack 1 win 257 <nop,nop,TS val 1400 ecr 100>
""", settings=("net.ipv4.tcp_timestamps=1",))
