"""Families of scripts about what a sender has room for. generate.py adds what Linux answers, in place of each `?`.

They are this machine's: how much text SO_SNDBUF takes depends on the size of the kernel's structures."""

from connections import lines

# The peer takes 2000 octets, or more than there will be.
SMALL = "win 2000 <mss 1000,nop,wscale 0>"
LARGE = "win 65535 <mss 1000,nop,wscale 7>"


def client(window, send_buffer):
    result = f"""
     0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 4
    +0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0
    +0 connect(4, ..., ...) = -1 EINPROGRESS (Operation now in progress)
    +0 > S 0:0(0) <mss 1460,nop,nop,sackOK,nop,wscale 8>
   +.1 < S. 0:0(0) ack 1 {window}
    +0 > . 1:1(0) ack 1
"""
    if send_buffer:
        result += f"    +0 setsockopt(4, SOL_SOCKET, SO_SNDBUF, [{send_buffer}], 4) = 0\n"
    return result


def writes(size, count, flags="0"):
    return f"    +0 send(4, ..., {size}, {flags}) = ?\n" * count


def checks(*names):
    return "".join(f"    +0 %{{ assert {name} == ? }}%\n" for name in names)


MEMORY = checks("SK_MEMINFO_WMEM_QUEUED", "SK_MEMINFO_SNDBUF")
POLL = "    +0 poll([{fd=4, events=POLLOUT, revents=?}], 1, 0) = ?\n"


def send_buffer():
    settings = ["net.ipv4.tcp_wmem=\"4096 16384 4194304\""]

    def script(name, title, window, size, body):
        return name, lines(title, client(window, size) + body, settings=settings)

    cases = []
    for window, offered in [("small", SMALL), ("large", LARGE)]:
        for size, text in [(2000, 1000), (2000, 5000), (10000, 1000), (10000, 5000), (10000, 100000),
                           (50000, 5000), (50000, 20000), (50000, 200000), (0, 5000), (0, 100000)]:
            cases.append(script(
                f"{window}_window_{size or 'unset'}_by_{text}",
                f"So much text a send buffer takes (SO_SNDBUF {size or 'unset'}), given {text} octets at a time, while the "
                f"peer takes {'no more than 2000' if window == 'small' else 'all'}.",
                offered, size, writes(text, 60)))
    cases.append(script(
        "small_pieces", "What the peer does not take is joined into packets, each of which takes memory beside its text.",
        SMALL, 20000, "".join(writes(100, 5) + MEMORY for _ in range(12))))
    cases.append(script(
        "records", "What ends a record is joined with nothing.",
        SMALL, 20000, "".join(writes(300, 1, "MSG_EOR") + writes(300, 1) + MEMORY for _ in range(10))))
    cases.append(script(
        "held_back", "What waits for more is one packet.",
        LARGE, 3000, "".join(writes(300, 2, "MSG_MORE") + MEMORY for _ in range(8))))
    cases.append(script(
        "acknowledged", "What is acknowledged makes room, in part of a packet, too.",
        LARGE, 10000, writes(100000, 2) + MEMORY + "".join(
            f"   +.1 < . 1:1(0) ack {at} win 512\n" + MEMORY + writes(700, 2) + MEMORY
            for at in (1001, 3001, 10001))))
    cases.append(script(
        "grows", "A send buffer that no program has set grows with the window, once it was found full.",
        LARGE, 0, MEMORY + writes(30000, 3) + MEMORY + "".join(
            f"   +.1 < . 1:1(0) ack {at} win 512\n" + MEMORY + writes(100000, 2) + MEMORY
            for at in (5001, 10001, 20001))))
    cases.append(script(
        "urgent", "Urgent text goes into packets of one segment.",
        SMALL, 10000, writes(2500, 4, "MSG_OOB") + MEMORY + writes(1000, 3) + MEMORY))
    return cases


SENDER = {"send_buffer": send_buffer}
