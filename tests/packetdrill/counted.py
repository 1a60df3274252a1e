"""What only counters tell: a family of scripts.

generate.py adds what Linux answers, counters.txt says what it counts.
"""

from acceptability import TIME_WAIT
from connections import SACK, lines

THREE_OVERTAKE = """
   +.1 < . 1:1(0) ack 1 win 257 <nop,nop,sack 1001:2001>
    +0 < . 1:1(0) ack 1 win 257 <nop,nop,sack 1001:3001>
    +0 < . 1:1(0) ack 1 win 257 <nop,nop,sack 1001:4001>
"""


def counted():
    """What is counted of segments that are answered alike, or not at all."""
    in_time_wait = "In TIME-WAIT a bare segment beyond is answered once in half a second."
    yield "again_in_time_wait", lines(in_time_wait, TIME_WAIT + """
   +.1 < . 400000:400000(0) ack 2 win 257
   +.1 < . 400000:400000(0) ack 2 win 257
""")
    yield "remembered_for_a_second", lines("Who waits for its peer's FIN for a second is another matter.", SACK + """
   +.1 setsockopt(4, SOL_TCP, TCP_LINGER2, [1], 4) = 0
   +.1 close(4) = 0
   +.1 < . 1:1(0) ack 2 win 257
""")
    yield "remembered_when_closed", lines("So it is where the peer has acknowledged the FIN before.", SACK + """
   +.1 setsockopt(4, SOL_TCP, TCP_LINGER2, [1], 4) = 0
   +.1 shutdown(4, SHUT_WR) = 0
   +.1 < . 1:1(0) ack 2 win 257
   +.1 close(4) = 0
""")
    yield "told_twice_ahead", lines("What came twice lies in another block.", SACK + """
   +.1 write(4, ..., 6000) = 6000
""" + THREE_OVERTAKE + """
   +.1 < . 1:1(0) ack 1 win 257 <nop,nop,sack 2001:3001 1001:5001>
   +.1 < . 1:1(0) ack 6001 win 257
""")
    yield "told_twice_of_nothing", lines("Nothing was sent twice that has come twice.", SACK + """
   +.1 write(4, ..., 6000) = 6000
   +.1 < . 1:1(0) ack 3001 win 257
   +.1 < . 1:1(0) ack 3001 win 257 <nop,nop,sack 1:1001>
   +.01 < . 1:1(0) ack 6001 win 257
""")
    yield "told_twice_of_too_much", lines("More has come twice than the window takes.", SACK + """
   +.1 write(4, ..., 6000) = 6000
   +.1 < . 1:1(0) ack 3001 win 257
   +.1 < . 1:1(0) ack 3001 win 257 <nop,nop,sack 4294900000:1001>
   +.01 < . 1:1(0) ack 6001 win 257
""")
    yield "undone_in_full", lines("The retransmission was for nothing, as its answer says.", SACK + """
   +.1 write(4, ..., 6000) = 6000
""" + THREE_OVERTAKE + """
   +.02 < . 1:1(0) ack 6001 win 257 <nop,nop,sack 1:1001>
   +.1 write(4, ..., 1000) = 1000
""")
    yield "expected_in_two_pieces", lines("Text that is expected while some is unread.", SACK + """
   +.1 < . 1:101(100) ack 1 win 257
   +.1 < . 101:151(50) ack 1 win 257
   +.1 < . 151:1151(1000) ack 1 win 257
   +.1 read(4, ..., 8000) = 1150
""")


COUNTED = {"counted": counted}
