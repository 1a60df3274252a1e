"""Small segments, and whether they wait: a family of scripts. generate.py adds what Linux answers."""

from connections import PLAIN, SACK, TIMERS, lines

SMALL = "    +0 write(4, ..., 100) = 100\n"


def small_segments():
    """Without the program saying that more is to come."""
    yield "second_waits", lines("A second small segment waits for the acknowledgment.", PLAIN + f"""
   +.1 write(4, ..., 100) = 100
{SMALL}{SMALL}   +.1 < . 1:1(0) ack 101 win 257
   +.1 < . 1:1(0) ack 301 win 257
""")
    yield "full_goes_at_once", lines("What fills a segment goes at once, the rest waits.", PLAIN + """
   +.1 write(4, ..., 100) = 100
    +0 write(4, ..., 1500) = 1500
   +.1 < . 1:1(0) ack 1101 win 257
""")
    yield "no_delay", lines("TCP_NODELAY: nothing waits.", PLAIN + f"""
    +0 setsockopt(4, SOL_TCP, TCP_NODELAY, [1], 4) = 0
{SMALL}   +.05 write(4, ..., 100) = 100
   +.1 < . 1:1(0) ack 201 win 257
""")
    yield "no_delay_later", lines("TCP_NODELAY sends what waits.", PLAIN + f"""
   +.1 write(4, ..., 100) = 100
{SMALL}   +.03 setsockopt(4, SOL_TCP, TCP_NODELAY, [1], 4) = 0
   +.1 < . 1:1(0) ack 201 win 257
""")
    yield "fin_does_not_wait", lines("shutdown sends what waits, with the FIN.", PLAIN + f"""
   +.1 write(4, ..., 100) = 100
{SMALL}   +.03 shutdown(4, SHUT_WR) = 0
   +.1 < . 1:1(0) ack 202 win 257
""")


def held_back():
    """TCP_CORK and MSG_MORE."""
    cork = PLAIN + "    +0 setsockopt(4, SOL_TCP, TCP_CORK, [1], 4) = 0\n"
    yield "corked", lines("TCP_CORK: a part of a segment waits 200 ms.", cork + "   +.1 write(4, ..., 100) = 100\n",
                          (TIMERS,), pause="   +.3 %{ pass }%")
    yield "uncorked", lines("What waits goes when TCP_CORK is taken back.", cork + """
   +.1 write(4, ..., 100) = 100
  +.03 write(4, ..., 200) = 200
  +.03 setsockopt(4, SOL_TCP, TCP_CORK, [0], 4) = 0
   +.1 < . 1:1(0) ack 301 win 257
""")
    yield "corked_full", lines("Corked text that fills segments goes at once.", cork + """
   +.1 write(4, ..., 2300) = 2300
  +.05 < . 1:1(0) ack 2001 win 257
  +.05 close(4) = 0
   +.1 < . 1:1(0) ack 2302 win 257
""")
    yield "more_to_come", lines("MSG_MORE waits for the next call.", PLAIN + """
   +.1 send(4, ..., 100, MSG_MORE) = 100
  +.03 send(4, ..., 100, 0) = 100
   +.1 < . 1:1(0) ack 201 win 257
""")
    yield "more_never_comes", lines("What MSG_MORE holds back is sent after a while, as if it were all.", PLAIN + """
   +.1 send(4, ..., 100, MSG_MORE) = 100
""", (TIMERS,), pause="   +.3 %{ pass }%")
    yield "more_is_not_pushed", lines("MSG_MORE: an acknowledgment takes the text along, without PSH.", PLAIN + f"""
   +.1 write(4, ..., 100) = 100
  +.03 send(4, ..., 100, MSG_MORE) = 100
  +.03 < . 1:1(0) ack 101 win 257
  +.03 send(4, ..., 50, MSG_MORE) = 50
  +.03 setsockopt(4, SOL_TCP, TCP_NODELAY, [1], 4) = 0
  +.03 < . 1:1(0) ack 251 win 257
{SMALL}   +.1 < . 1:1(0) ack 351 win 257
""")


def records():
    """MSG_EOR."""
    record = "    +0 send(4, ..., 100, MSG_EOR) = 100\n"
    yield "record_waits", lines("MSG_EOR: the last record waits as any small segment does.", PLAIN + f"""
   +.1 write(4, ..., 100) = 100
{record}   +.1 < . 1:1(0) ack 101 win 257
   +.1 < . 1:1(0) ack 201 win 257
""")
    yield "record_is_followed", lines("MSG_EOR: a record that others follow does not wait for them.", PLAIN + f"""
   +.1 write(4, ..., 100) = 100
{record}   +.1 write(4, ..., 100) = 100
   +.1 < . 1:1(0) ack 101 win 257
   +.1 < . 1:1(0) ack 301 win 257
""")
    for size in [400, 1000, 2400]:
        ends = [1 + 10400 + count * size for count in range(4)]
        body = SACK + """
   +.1 write(4, ..., 10400) = 10400
    +0 > P. 1:10001(10000) ack 1
""" + f"    +0 send(4, ..., {size}, MSG_EOR) = {size}\n" * 3 + """    +0 write(4, ..., 300) = 300
   +.1 < . 1:1(0) ack 10001 win 257
"""
        for begin, end in zip([10001, *ends[1:]], ends[1:]):
            body += f"    +0 > P. {begin}:{end}({end - begin}) ack 1\n"
        yield f"records_of_{size}", lines(
            f"MSG_EOR: records of {size} octets are in segments of their own.",
            body + f"""
   +.1 < . 1:1(0) ack {ends[3]} win 257
   +.1 < . 1:1(0) ack {ends[3] + 300} win 257
""")


def nagle():
    """Small segments that wait, and those that do not."""
    yield from small_segments()
    yield from held_back()
    yield from records()
