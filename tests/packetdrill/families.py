"""What is done in the scripts that generate.py completes with Linux's answers.

Each family is a function that yields pairs: the name of a script, and its lines.
"""

DEFAULTS = "`../common/defaults.sh`"

LISTEN = """
     0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
    +0 setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0
    +0 bind(3, ..., ...) = 0
    +0 listen(3, 5) = 0
"""
SYN_RECEIVED = LISTEN + """
    +0 < S 0:0(0) win 32792 <mss 1000,nop,wscale 7>
    +0 > S. 0:0(0) ack 1 <mss 1460,nop,wscale 8>
"""
ESTABLISHED = SYN_RECEIVED + """
   +.1 < . 1:1(0) ack 1 win 257
    +0 accept(3, ..., ...) = 4
"""
SYN_SENT = """
     0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 4
    +0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0
    +0 connect(4, ..., ...) = -1 EINPROGRESS (Operation now in progress)
    +0 > S 0:0(0) <mss 1460,nop,nop,sackOK,nop,wscale 8>
"""
FIN_WAIT1 = ESTABLISHED + """
   +.1 shutdown(4, SHUT_WR) = 0
    +0 > F. 1:1(0) ack 1
"""
FIN_WAIT2 = FIN_WAIT1 + """
   +.1 < . 1:1(0) ack 2 win 257
"""
CLOSE_WAIT = ESTABLISHED + """
   +.1 < F. 1:1(0) ack 1 win 257
    +0 > . 1:1(0) ack 2
"""
CLOSING = FIN_WAIT1 + """
   +.1 < F. 1:1(0) ack 1 win 257
    +0 > . 2:2(0) ack 2
"""
LAST_ACK = CLOSE_WAIT + """
   +.1 shutdown(4, SHUT_WR) = 0
    +0 > F. 1:1(0) ack 2
"""
TIME_WAIT = FIN_WAIT2 + """
   +.1 < F. 1:1(0) ack 2 win 257
    +0 > . 2:2(0) ack 2
"""
CLOSED = ""

# The state, the lines that lead to it, the sequence and acknowledgment numbers that the peer would send next.
STATES = [
    ("closed", CLOSED, 0, 1),
    ("listen", LISTEN, 0, 1),
    ("syn_sent", SYN_SENT, 0, 1),
    ("syn_received", SYN_RECEIVED, 1, 1),
    ("established", ESTABLISHED, 1, 1),
    ("fin_wait1", FIN_WAIT1, 1, 2),
    ("fin_wait2", FIN_WAIT2, 1, 2),
    ("close_wait", CLOSE_WAIT, 2, 1),
    ("closing", CLOSING, 2, 2),
    ("last_ack", LAST_ACK, 2, 2),
    ("time_wait", TIME_WAIT, 2, 2),
]

# The name of each combination of flags.
FLAGS = [
    ("none", "-"),
    ("ack", "."),
    ("psh_ack", "P."),
    ("urg_ack", "U."),
    ("fin", "F"),
    ("fin_ack", "F."),
    ("fin_psh_urg", "FPU"),
    ("syn", "S"),
    ("syn_ack", "S."),
    ("syn_fin", "SF"),
    ("syn_rst", "SR"),
    ("rst", "R"),
    ("rst_ack", "R."),
    ("every_flag", "FSRPU."),
]


def script(title, body, *more):
    lines = f"// {title}".split("\n") + [DEFAULTS, ""]
    lines += [line for line in body.strip("\n").split("\n") if line.strip()]
    lines += more
    return lines


def segment(flags, seq, ack, length=0, window=257, rest=""):
    acknowledgment = f" ack {ack}" if "." in flags else ""
    return f"   +.1 < {flags} {seq}:{seq + length}({length}){acknowledgment} win {window}{rest}"


def states_by_flags():
    """Every state meets every combination of flags, at the number that is expected next."""
    for state, lines, seq, ack in STATES:
        for name, flags in FLAGS:
            title = f"{state.upper()} meets {flags}, where the peer's next number is expected."
            if state == "syn_sent" and name in ("syn", "syn_fin"):
                title += """
// Deviates on the simulator: the SYN,ACK has only the options that the peer's SYN has (RFC 7323 2.2, RFC 2018 2);
// Linux sends those of its own SYN again."""
            yield f"{state}_{name}", script(title, lines, segment(flags, seq, ack), "  +.05 %{ pass }%")


# Places of a segment of five octets beside the receive window, which begins at 1 and ends at 64241 or so.
PLACES = [
    ("far_before", 4_294_900_000),
    ("just_before", 4_294_967_292),
    ("overlapping_the_left_edge", 4_294_967_294),
    ("expected", 1),
    ("one_ahead", 2),
    ("in_the_middle", 30_001),
    ("beyond", 70_001),
    ("far_beyond", 200_001),
]


def window_edges():
    """Segments with text at every place beside the window, with each flag that makes a difference."""
    for place, seq in PLACES:
        for name, flags in [("text", "P."), ("fin", "F."), ("rst", "R."), ("syn", "S")]:
            length = 5 if name == "text" else 0
            title = f"ESTABLISHED meets {flags} at {seq}: {place.replace('_', ' ')}."
            yield f"{name}_{place}", script(title, ESTABLISHED, wrapped(flags, seq, length), "  +.05 %{ pass }%")


def wrapped(flags, seq, length):
    acknowledgment = " ack 1" if "." in flags else ""
    return f"   +.1 < {flags} {seq}:{(seq + length) % 2**32}({length}){acknowledgment} win 257"


def acknowledgments():
    """Acknowledgments of nothing, of a part, of all, of too much, with and without text."""
    for ack in [0, 1, 500, 1001, 1002, 5001, 2_000_000_000, 4_294_967_000]:
        for name, length in [("alone", 0), ("with_text", 5)]:
            title = f"1000 octets are on their way; the peer acknowledges {ack}."
            body = ESTABLISHED + """
    +0 write(4, ..., 1000) = 1000
    +0 > P. 1:1001(1000) ack 1
"""
            if length and ack in (0, 4_294_967_000):
                title += """
// Deviates on the simulator: a segment whose acknowledgment is older than anything sent is dropped (RFC 5961 5);
// Linux's header prediction takes its text."""
            line = f"   +.1 < . 1:{1 + length}({length}) ack {ack} win 257"
            yield f"{name}_{ack}", script(title, body, line, "  +.05 %{ pass }%")


def segment_sizes():
    """The peer's MSS, the path's MTU and TCP_MAXSEG cut what is written."""
    for mss in [0, 50, 88, 536, 1000, 1460, 9000]:
        body = LISTEN + f"""
    +0 < S 0:0(0) win 32792 <mss {mss}>
    +0 > S. 0:0(0) ack 1 <mss 1460>
   +.1 < . 1:1(0) ack 1 win 32792
    +0 accept(3, ..., ...) = 4
   +.1 write(4, ..., 400) = 400
"""
        if mss < 400:
            body += "\n"
        yield f"peer_{mss}", script(f"The peer's MSS is {mss}.", body, "  +.05 %{ pass }%")
    for mtu in [1500, 1280, 576]:
        body = LISTEN.replace("listen", "listen") + """
    +0 < S 0:0(0) win 32792 <mss 1460>
    +0 > S. 0:0(0) ack 1 <...>
   +.1 < . 1:1(0) ack 1 win 32792
    +0 accept(3, ..., ...) = 4
   +.1 write(4, ..., 2000) = 2000
"""
        lines = script(f"The path's MTU is {mtu}.", body, "  +.05 %{ pass }%")
        yield f"mtu_{mtu}", [lines[0], f"--mtu={mtu}"] + lines[1:]
    for most in [88, 500, 1460]:
        body = ESTABLISHED.replace(
            "    +0 listen", f"    +0 setsockopt(3, SOL_TCP, TCP_MAXSEG, [{most}], 4) = 0\n    +0 listen"
        ).replace("<mss 1460,nop,wscale 8>", f"<mss {most},nop,wscale 8>") + """
   +.1 write(4, ..., 1000) = 1000
"""
        yield f"maxseg_{most}", script(f"TCP_MAXSEG is {most}.", body, "  +.05 %{ pass }%")
    yield "maxseg_in_syn_sent", script("TCP_MAXSEG that is set in SYN-SENT limits what is sent alone.", """
     0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
    +0 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0
    +0 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)
    +0 > S 0:0(0) <mss 1460,nop,nop,sackOK,nop,wscale 8>
    +0 setsockopt(3, SOL_TCP, TCP_MAXSEG, [700], 4) = 0
    +0 getsockopt(3, SOL_TCP, TCP_MAXSEG, [536], [4]) = 0
    +1 > S 0:0(0) <mss 1460,nop,nop,sackOK,nop,wscale 8>
   +.1 < S. 0:0(0) ack 1 win 32792 <mss 1000,sackOK,nop,nop,nop,wscale 7>
    +0 > . 1:1(0) ack 1
    +0 getsockopt(3, SOL_TCP, TCP_MAXSEG, [700], [4]) = 0
    +0 write(3, ..., 1400) = 1400
""", "  +.05 %{ pass }%")


def options_of_the_syn():
    """Each set of options that a SYN may have is answered by those that both sides have."""
    parts = [("mss", "mss 1000"), ("sack", "sackOK"), ("ts", "TS val 100 ecr 0"), ("wscale", "wscale 7")]
    for bits in range(16):
        chosen = [part for index, part in enumerate(parts) if bits >> index & 1]
        name = "_".join(short for short, _ in chosen) or "nothing"
        options = ",".join(text for _, text in chosen)
        answer = answer_to(bits & 2, bits & 4, bits & 8)
        handshake = f"""
    +0 < S 0:0(0) win 32792 <{options}>
    +0 > S. 0:0(0) ack 1 <{answer}>
"""
        echo = " <nop,nop,TS val 110 ecr 100>" if bits & 4 else ""
        handshake += f"   +.1 < . 1:1(0) ack 1 win 257{echo}\n    +0 accept(3, ..., ...) = 4\n"
        lines = script(f"A SYN with {name.replace('_', ', ')}.", LISTEN + handshake)
        index = lines.index(DEFAULTS)
        lines.insert(index + 1, "`sysctl -q -w net.ipv4.tcp_timestamps=1`")
        yield name, lines


def answer_to(sack, timestamps, scale):
    words = ["mss 1460"]
    if timestamps:
        words += ["sackOK" if sack else "nop,nop", "TS val 100 ecr 100"]
    elif sack:
        words += ["nop,nop,sackOK"]
    if scale:
        words += ["nop,wscale 8"]
    return ",".join(words)


def settings():
    """The options of our own SYN follow sysctl settings."""
    names = ["tcp_sack", "tcp_timestamps", "tcp_window_scaling"]
    for bits in range(8):
        off = [f"net.ipv4.{name}={bits >> index & 1}" for index, name in enumerate(names)]
        answer = ["mss 1460"]
        if bits & 2:
            answer += ["sackOK" if bits & 1 else "nop,nop", "TS val 100 ecr 0"]
        elif bits & 1:
            answer += ["nop,nop,sackOK"]
        if bits & 4:
            answer += ["nop,wscale 8"]
        body = f"""
     0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 4
    +0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0
    +0 connect(4, ..., ...) = -1 EINPROGRESS (Operation now in progress)
    +0 > S 0:0(0) <{",".join(answer)}>
"""
        lines = script("Our SYN with " + ", ".join(off) + ".", body)
        lines.insert(lines.index(DEFAULTS) + 1, f"`sysctl -q -w {' '.join(off)}`")
        yield "_".join(f"{name[4:]}_{bits >> index & 1}" for index, name in enumerate(names)), lines


def errors():
    """ICMP errors in SYN-SENT end the attempt, and later ones do not; what the socket then says."""
    # icmp_err_convert of net/ipv4/icmp.c.
    codes = {
        "net_unreachable": "ENETUNREACH", "host_unreachable": "EHOSTUNREACH", "protocol_unreachable": "ENOPROTOOPT",
        "port_unreachable": "ECONNREFUSED", "net_unknown": "ENETUNREACH", "host_unknown": "EHOSTDOWN",
        "net_prohibited": "ENETUNREACH", "host_prohibited": "EHOSTUNREACH", "packet_filtered": "EHOSTUNREACH",
    }
    for code, error in codes.items():
        body = SYN_SENT + f"""
   +.1 < icmp unreachable {code} [0:0(0)]
    +0 getsockopt(4, SOL_SOCKET, SO_ERROR, [{error}], [4]) = 0
"""
        yield f"syn_sent_{code}", script(f"SYN-SENT hears {code}.", body, "  +.05 %{ pass }%")
        body = ESTABLISHED + f"""
    +0 write(4, ..., 100) = 100
    +0 > P. 1:101(100) ack 1
   +.1 < icmp unreachable {code} [1:101(100)]
    +0 getsockopt(4, SOL_SOCKET, SO_ERROR, [{error}], [4]) = 0
"""
        yield f"established_{code}", script(f"ESTABLISHED hears {code}.", body, "  +.05 %{ pass }%")


def ends():
    """close, shutdown and SO_LINGER in each state, with and without text that was not read."""
    for state, lines, _, _ in STATES:
        if state in ("closed", "listen", "syn_received"):
            continue
        linger = "   +.1 setsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0\n"
        yield f"{state}_close", script(f"close in {state.upper()}.", lines, "   +.1 close(4) = 0", "  +.05 %{ pass }%")
        yield f"{state}_abort", script(
            f"close in {state.upper()} with SO_LINGER of zero.", lines + linger, "    +0 close(4) = 0", "  +.05 %{ pass }%"
        )
    for name, how in [("read", "SHUT_RD"), ("write", "SHUT_WR"), ("both", "SHUT_RDWR")]:
        body = ESTABLISHED + f"""
   +.1 shutdown(4, {how}) = 0
   +.1 < P. 1:6(5) ack 1 win 257
"""
        yield f"shutdown_{name}_then_text", script(f"Text after {how}.", body, "  +.05 %{ pass }%")
    body = ESTABLISHED + "   +.1 < P. 1:6(5) ack 1 win 257\n"
    yield "close_with_unread_text", script(
        "close with text that was not read resets.", body, "   +.1 close(4) = 0", "  +.05 %{ pass }%"
    )
    body = ESTABLISHED + "   +.1 close(4) = 0\n   +.1 < P. 1:6(5) ack 2 win 257\n"
    yield "text_after_close", script("Text after close resets.", body, "  +.05 %{ pass }%")


def retransmission():
    """Segments that are lost, in each place, and what follows in 1.9 s."""
    for count in [1, 2, 3, 5, 10]:
        body = ESTABLISHED + f"   +.1 write(4, ..., {count * 1000}) = {count * 1000}\n"
        lines = script(f"All of {count} segments are lost.", body, " +1.9 %{ pass }%")
        # The kernel's clock ticks every 4 ms, or 10.
        yield f"all_of_{count}_lost", [lines[0], "--tolerance_usecs=60000"] + lines[1:]
    for lost in range(5):
        body = ESTABLISHED + "   +.1 write(4, ..., 5000) = 5000\n"
        at = "  +.05"
        for index in range(5):
            if index < lost:
                body += f"{at} < . 1:1(0) ack {index * 1000 + 1001} win 257\n"
                at = "    +0"
            elif index > lost:
                body += f"{at} < . 1:1(0) ack {lost * 1000 + 1} win 257\n"
                at = "    +0"
        yield f"segment_{lost + 1}_of_5_lost_without_sack", script(
            f"Segment {lost + 1} of five is lost; duplicate acknowledgments follow.", body, "  +.05 %{ pass }%"
        )


def with_sack(lines):
    return lines.replace("<mss 1000,nop,wscale 7>", "<mss 1000,sackOK,nop,nop,nop,wscale 7>").replace(
        "<mss 1460,nop,wscale 8>", "<mss 1460,nop,nop,sackOK,nop,wscale 8>"
    )


def out_of_order():
    """Text that comes in another order, with and without SACK."""
    orders = {
        "hole": [2], "two_holes": [2, 4], "three_holes": [2, 4, 6], "hole_filled": [2, 1], "reversed": [4, 3, 2, 1],
        "twice": [1, 1], "twice_ahead": [2, 2], "joined": [2, 4, 3], "before_hole": [3, 2],
    }
    for name, order in orders.items():
        for sack in (False, True):
            body = with_sack(ESTABLISHED) if sack else ESTABLISHED
            for place in order:
                seq = 1 + (place - 1) * 1000
                body += f"  +.05 < P. {seq}:{seq + 1000}(1000) ack 1 win 257\n"
            kind = "with SACK" if sack else "without SACK"
            yield f"{name}_{'sack' if sack else 'plain'}", script(
                f"Segments {order} in this order, {kind}.", body, "  +.02 %{ pass }%"
            )


FAMILIES = {
    "flags": states_by_flags,
    "window_edges": window_edges,
    "acknowledgments": acknowledgments,
    "segment_sizes": segment_sizes,
    "syn_options": options_of_the_syn,
    "settings": settings,
    "icmp_errors": errors,
    "ends": ends,
    "retransmission": retransmission,
    "out_of_order": out_of_order,
}
