"""What a kernel remembers of connections that no program has open: families of scripts for generate.py."""

from connections import PLAIN, TIMESTAMPS, lines

CLOSED = PLAIN + """
   +.1 close(4) = 0
    +0 > F. 1:1(0) ack 1
   +.1 < . 1:1(0) ack 2 win 257
"""
CLOSED_WITH_TIMESTAMPS = TIMESTAMPS + """
   +.1 close(4) = 0
    +0 > F. 1:1(0) ack 1 <nop,nop,TS val 200 ecr 1010>
   +.1 < . 1:1(0) ack 2 win 257 <nop,nop,TS val 1200 ecr 200>
"""
WITH_TIMESTAMPS = ("net.ipv4.tcp_timestamps=1",)
OVER_WITH_TIMESTAMPS = CLOSED_WITH_TIMESTAMPS + """
   +.1 < F. 1:1(0) ack 2 win 257 <nop,nop,TS val 1300 ecr 200>
    +0 > . 2:2(0) ack 2 <nop,nop,TS val 400 ecr 1300>
"""


def closed_in_fin_wait_2():
    """What comes for a connection that was closed, before the peer's FIN."""
    fin = "   +.6 < F. 1:1(0) ack 2 win 257\n"
    for name, title, segment in [
        ("fin", "The FIN is answered; again, too.", "F. 1:1(0) ack 2 win 257"),
        ("fin_alone", "A FIN that acknowledges nothing is not noticed.", "F 1:1(0) win 257"),
        ("fin_behind_a_gap", "A FIN behind a gap resets.", "F. 2:2(0) ack 2 win 257"),
        ("fin_with_text", "Text that nobody will read resets, also with a FIN.", "F. 1:101(100) ack 2 win 257"),
        ("fin_from_before", "An old FIN is answered.", "F. 0:0(0) ack 2 win 257"),
        ("text", "Text resets.", "P. 1:101(100) ack 2 win 257"),
        ("text_alone", "Text that acknowledges nothing is not noticed.", "P 1:101(100) win 257"),
        ("text_in_the_window", "Text behind a gap resets.", "P. 1001:1101(100) ack 2 win 257"),
        ("text_beyond", "Text beyond the window is answered.", "P. 100001:100101(100) ack 2 win 257"),
        ("acknowledgment", "A bare acknowledgment is not noticed.", ". 1:1(0) ack 2 win 257"),
        ("acknowledgment_of_more", "Nor is one of what was never sent.", ". 1:1(0) ack 2000 win 257"),
        ("acknowledgment_beyond", "One beyond the window is answered.", ". 100001:100001(0) ack 2 win 257"),
        ("reset_in_the_window", "A reset anywhere in the window ends it.", "R 1001:1001(0) win 0"),
        ("reset_beyond", "A reset beyond the window is not noticed.", "R 100001:100001(0) win 0"),
        ("syn", "A SYN resets.", "S 1:1(0) win 1000 <mss 1000>"),
        ("syn_from_before", "An old SYN is answered.", "S 0:0(0) win 1000 <mss 1000>"),
    ]:
        yield name, lines(title, CLOSED + f"   +.1 < {segment}\n{fin}")
    beyond = "   +.1 < . 100001:100001(0) ack 2 win 257\n"
    yield "acknowledgments_beyond", lines("They are answered once in half a second.", CLOSED + 3 * beyond + fin)
    stamped = "<nop,nop,TS val 1100 ecr 200>"
    yield "old_timestamp", lines("A FIN with an old timestamp is answered, and not noticed.", CLOSED_WITH_TIMESTAMPS + f"""
   +.1 < F. 1:1(0) ack 2 win 257 {stamped}
   +.1 < . 2:2(0) ack 2 win 257 <nop,nop,TS val 1300 ecr 200>
""", settings=WITH_TIMESTAMPS)
    yield "reset_with_an_old_timestamp", lines("So is a reset.", CLOSED_WITH_TIMESTAMPS + f"""
   +.1 < R. 1:1(0) ack 2 win 0 {stamped}
   +.1 < F. 1:1(0) ack 2 win 257 <nop,nop,TS val 1300 ecr 200>
""", settings=WITH_TIMESTAMPS)


def time_wait_with_timestamps():
    """What comes for a connection that is over, and has used timestamps."""
    for name, title, segment in [
        ("acknowledgment", "The timestamp of a bare acknowledgment counts.", ". 2:2(0) ack 2 win 257 <nop,nop,TS val 1500 ecr 200>"),
        ("bare_segment", "So does that of one that acknowledges nothing.", "- 2:2(0) win 257 <nop,nop,TS val 1500 ecr 200>"),
        ("beyond", "That of a segment beyond does not.", ". 3:3(0) ack 2 win 257 <nop,nop,TS val 1500 ecr 200>"),
        ("before", "Nor does that of one before.", ". 1:1(0) ack 2 win 257 <nop,nop,TS val 1500 ecr 200>"),
        ("old_acknowledgment", "An old bare acknowledgment is answered.", ". 2:2(0) ack 2 win 257 <nop,nop,TS val 1100 ecr 200>"),
        ("old_reset", "An old reset does nothing.", "R. 2:2(0) ack 2 win 0 <nop,nop,TS val 1100 ecr 200>"),
        ("old_syn", "An old SYN is answered.", "S 1000:1000(0) win 1000 <mss 1000,sackOK,TS val 1100 ecr 0>"),
    ]:
        yield name, lines(title, OVER_WITH_TIMESTAMPS + f"""
   +.1 < {segment}
   +.6 < F. 1:1(0) ack 2 win 257 <nop,nop,TS val 2000 ecr 200>
""", settings=WITH_TIMESTAMPS)
    yield "zero_is_no_timestamp", lines("Where the peer's clock stood at zero, nothing is older.", PLAIN.replace("mss 1000,nop,wscale 7", "mss 1000,nop,nop,TS val 0 ecr 0,nop,wscale 7").replace(
        "mss 1460,nop,wscale 8", "mss 1460,nop,nop,TS val 100 ecr 0,nop,wscale 8").replace(
        "ack 1 win 257", "ack 1 win 257 <nop,nop,TS val 0 ecr 100>") + """
   +.1 close(4) = 0
    +0 > F. 1:1(0) ack 1 <nop,nop,TS val 200 ecr 0>
   +.1 < F. 1:1(0) ack 2 win 257 <nop,nop,TS val 0 ecr 200>
    +0 > . 2:2(0) ack 2 <nop,nop,TS val 300 ecr 0>
   +.1 < . 2:2(0) ack 2 win 257 <nop,nop,TS val 4000000000 ecr 200>
   +.1 < F. 1:1(0) ack 2 win 257 <nop,nop,TS val 4000000001 ecr 200>
""", settings=WITH_TIMESTAMPS)


REMEMBERED = {
    "closed_in_fin_wait_2": closed_in_fin_wait_2,
    "time_wait_with_timestamps": time_wait_with_timestamps,
}
