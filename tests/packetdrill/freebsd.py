#!/usr/bin/env python3
"""Writes the scripts of FreeBSD's dialect in which each state meets each kind of segment, and each call. What is
expected is what `tcp_input`, `tcp_do_segment`, `tcp_twcheck`, `syncache_expand` and `syncache_chkrst` of FreeBSD's
sources do, and for the calls `uipc_socket.c` and `tcp_usrreq.c`, as far as they are remembered; see LANGUAGE.md. Run
it as it is:

    tests/packetdrill/freebsd.py
"""

from pathlib import Path

HERE = Path(__file__).parent / "freebsd"

PREAMBLE = """\
 0.00 `kldload -n cc_newreno`
+0.00 `sysctl kern.timecounter.alloweddeviation=0`
+0.00 `sysctl net.inet.tcp.functions_default=freebsd`
+0.00 `sysctl net.inet.tcp.hostcache.purgenow=1`
+0.00 `sysctl net.inet.tcp.cc.algorithm=newreno`
"""
SOCKET = """\
+0.00 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0.00 setsockopt(3, IPPROTO_TCP, TCP_FUNCTION_BLK, {function_set_name="freebsd",
                                                    pcbcnt=0}, 36) = 0
+0.00 setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0
"""
SYN_SENT = SOCKET + """\
+0.00 fcntl(3, F_GETFL) = 0x02 (flags O_RDWR)
+0.00 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0
+0.00 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)
+0.00 > S      0:0(0)            win 65535 <mss 1460,nop,wscale 6,sackOK,TS val 100 ecr 0>
"""
CONNECTED = """\
+0.05 < S.     0:0(0)    ack 1   win 65535 <mss 1460,sackOK,eol,eol>
+0.00 > .      1:1(0)    ack 1   win 65535
"""
ESTABLISHED = SYN_SENT + CONNECTED + """\
+0.00 getsockopt(3, SOL_SOCKET, SO_ERROR, [0], [4]) = 0
+0.00 fcntl(3, F_SETFL, O_RDWR) = 0
"""
FIN_WAIT_1 = ESTABLISHED + """\
+0.05 shutdown(3, SHUT_WR) = 0
+0.00 > F.     1:1(0)    ack 1   win 65535
"""
FIN_WAIT_2 = FIN_WAIT_1 + """\
+0.05 < .      1:1(0)    ack 2   win 65535
"""
TIME_WAIT = FIN_WAIT_2 + """\
+0.05 < F.     1:1(0)    ack 2   win 65535
+0.00 > .      2:2(0)    ack 2
"""
CLOSING = FIN_WAIT_1 + """\
+0.05 < F.     1:1(0)    ack 1   win 65535
+0.00 > F.     1:1(0)    ack 2
"""
CLOSE_WAIT = ESTABLISHED + """\
+0.05 < F.     1:1(0)    ack 1   win 65535
+0.00 > .      1:1(0)    ack 2
"""
LAST_ACK = CLOSE_WAIT + """\
+0.05 shutdown(3, SHUT_WR) = 0
+0.00 > F.     1:1(0)    ack 2
"""
LISTEN = SOCKET + """\
+0.00 bind(3, ..., ...) = 0
+0.00 listen(3, 1) = 0
"""
SYN_RCVD = LISTEN + """\
+0.00 < S      0:0(0)            win 65535 <mss 1460,sackOK,eol,eol>
+0.00 > S.     0:0(0)    ack 1   win 65535 <mss 1460,sackOK,eol,eol>
"""

# The state, what leads to it, the numbers that are expected of the peer and of the machine next, and what the peer has
# acknowledged.
STATES = [
    ("ESTABLISHED", ESTABLISHED, 1, 1, 1),
    ("FIN_WAIT_1", FIN_WAIT_1, 1, 2, 1),
    ("FIN_WAIT_2", FIN_WAIT_2, 1, 2, 2),
    ("CLOSE_WAIT", CLOSE_WAIT, 2, 1, 1),
    ("CLOSING", CLOSING, 2, 2, 1),
    ("LAST_ACK", LAST_ACK, 2, 2, 1),
]
# Their FIN is sent again with every acknowledgment that is no challenge.
REPEATING = ("FIN_WAIT_1", "CLOSING", "LAST_ACK")
RECEIVING = ("ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2")

NOTHING, GONE = [], None


def own_ack(state, ours, ack):
    """An acknowledgment that `tcp_output` makes."""
    if state in REPEATING:
        return f"> F. {ours - 1}:{ours - 1}(0) ack {ack}"
    return f"> . {ours}:{ours}(0) ack {ack}"


def events(state, theirs, ours, una):
    """The name of an event, what it is, the segment, what answers it, and the state afterwards."""
    challenge = [f"+0.00 > . {ours}:{ours}(0) ack {theirs}"]
    answer = ["+0.00 " + own_ack(state, ours, theirs)]
    beyond, inside, before = theirs + 200000, theirs + 10, theirs - 1
    yield "rst", "A reset at the edge counts", f"< R {theirs}:{theirs}(0) win 0", NOTHING, GONE
    yield ("rst-in-window", "A reset inside of the window is challenged (RFC 5961 §3)",
           f"< R {inside}:{inside}(0) win 0", challenge, state)
    yield ("rst-out-of-window", "A reset outside of the window is dropped (RFC 5961 §3)",
           f"< R {beyond}:{beyond}(0) win 0", NOTHING, state)
    yield ("rst-before-window", "A reset before the window is dropped (RFC 5961 §3)",
           f"< R {before}:{before}(0) win 0", NOTHING, state)
    yield ("rst-ack", "What a reset acknowledges does not count",
           f"< R. {theirs}:{theirs}(0) ack {ours + 1000} win 0", NOTHING, GONE)
    yield ("rst-fin", "A reset counts whatever else is set",
           f"< FR. {theirs}:{theirs}(0) ack {una} win 0", NOTHING, GONE)
    yield ("rst-syn", "A reset counts before a SYN",
           f"< SR {theirs}:{theirs}(0) win 0", NOTHING, GONE)
    yield ("syn", "A SYN is challenged (RFC 5961 §4)",
           f"< S {theirs}:{theirs}(0) win 65535 <mss 1460>", challenge, state)
    yield ("syn-out-of-window", "A SYN is challenged wherever it is (RFC 5961 §4)",
           f"< S {beyond}:{beyond}(0) win 65535 <mss 1460>", challenge, state)
    yield ("syn-ack", "A SYN,ACK is challenged (RFC 5961 §4)",
           f"< S. {theirs}:{theirs}(0) ack {ours} win 65535 <mss 1460>", challenge, state)
    yield ("syn-fin", "A SYN is challenged, a FIN beside it or not (RFC 5961 §4)",
           f"< SF {theirs}:{theirs}(0) win 65535 <mss 1460>", challenge, state)
    yield ("ack-of-unsent", "An acknowledgment of what was not sent is answered (RFC 9293 §3.10.7.4)",
           f"< . {theirs}:{theirs}(0) ack {ours + 1000} win 65535", answer, state)
    yield ("null", "A segment without flags is dropped",
           f"< - {theirs}:{theirs}(0) win 65535", NOTHING, state)
    yield ("fin-without-ack", "A FIN that acknowledges nothing is dropped",
           f"< F {theirs}:{theirs}(0) win 65535", NOTHING, state)
    yield ("data-without-ack", "Text that acknowledges nothing is dropped",
           f"< P {theirs}:{theirs + 100}(100) win 65535", NOTHING, state)
    yield ("data-out-of-window", "Text outside of the window is answered",
           f"< P. {beyond}:{beyond + 100}(100) ack {una} win 65535", answer, state)
    yield ("ack-out-of-window", "An acknowledgment outside of the window is answered",
           f"< . {beyond}:{beyond}(0) ack {una} win 65535", answer, state)
    yield ("keepalive", "What begins before the window is answered",
           f"< . {before}:{before}(0) ack {una} win 65535", answer, state)
    if theirs == 1:
        yield ("keepalive-with-an-octet", "An octet before the window is answered, and told of (RFC 2883)",
               f"< . {before}:{theirs}(1) ack {una} win 65535",
               [answer[0] + f" <nop,nop,sack {before}:{theirs}>"], state)
    yield from events_by_state(state, theirs, ours, una)


def events_by_state(state, theirs, ours, una):
    """Text, FINs and acknowledgments that are in the window: what becomes of them is the state's concern."""
    answer = ["+0.00 " + own_ack(state, ours, theirs)]
    inside, before = theirs + 10, theirs - 1
    if state in RECEIVING:
        yield ("data", "Text is acknowledged, later",
               f"< P. {theirs}:{theirs + 100}(100) ack {una} win 65535",
               ["+0.04 " + own_ack(state, ours, theirs + 100)], state)
        yield ("data-out-of-order", "Text behind a gap is answered at once",
               f"< P. {inside}:{inside + 100}(100) ack {una} win 65535",
               [answer[0] + f" <nop,nop,sack {inside}:{inside + 100}>"], state)
        after = {"ESTABLISHED": "CLOSE_WAIT", "FIN_WAIT_1": "CLOSING", "FIN_WAIT_2": "TIME_WAIT"}[state]
        yield ("fin", "A FIN is acknowledged at once", f"< F. {theirs}:{theirs}(0) ack {una} win 65535",
               ["+0.00 " + own_ack(state, ours, theirs + 1)], after)
        yield ("data-and-fin", "Text with a FIN is acknowledged at once",
               f"< FP. {theirs}:{theirs + 100}(100) ack {una} win 65535",
               ["+0.00 " + own_ack(state, ours, theirs + 101)], after)
    else:
        yield ("data", "Text behind the FIN is dropped",
               f"< P. {theirs}:{theirs + 100}(100) ack {una} win 65535", NOTHING, state)
        yield ("fin-again", "A FIN that comes again is acknowledged again",
               f"< F. {before}:{before}(0) ack {una} win 65535", answer, state)
        yield ("fin", "Another FIN is dropped",
               f"< F. {theirs}:{theirs}(0) ack {una} win 65535", NOTHING, state)
    if state in REPEATING:
        after = {"FIN_WAIT_1": "FIN_WAIT_2", "CLOSING": "TIME_WAIT", "LAST_ACK": GONE}[state]
        yield ("ack", "The acknowledgment of the FIN counts",
               f"< . {theirs}:{theirs}(0) ack {ours} win 65535", NOTHING, after)
    if state == "FIN_WAIT_1":
        yield ("fin-ack", "A FIN that acknowledges ours ends it", f"< F. 1:1(0) ack 2 win 65535",
               ["+0.00 > . 2:2(0) ack 2"], "TIME_WAIT")


def answered(title, answer, after, segments):
    """The events of one table: what the segments of these names are answered, and the state afterwards."""
    for name, segment in segments.items():
        yield name, title, segment, answer, after


def events_in_time_wait():
    again = ["+0.00 > . 2:2(0) ack 2"]
    yield from answered("A reset is dropped (RFC 1337)", NOTHING, "TIME_WAIT", {
        "rst": "< R 2:2(0) win 0",
        "rst-in-window": "< R 12:12(0) win 0"})
    yield from answered("It is dropped", NOTHING, "TIME_WAIT", {
        "syn": "< S 1:1(0) win 65535 <mss 1460>",
        "ack": "< . 2:2(0) ack 2 win 65535",
        "fin-without-ack": "< F 1:1(0) win 65535",
        "data-without-ack": "< P 2:102(100) win 65535",
        "null": "< - 2:2(0) win 65535"})
    yield from answered("It is answered by the last acknowledgment", again, "TIME_WAIT", {
        "syn-ack": "< S. 1:1(0) ack 2 win 65535 <mss 1460>",
        "ack-of-unsent": "< . 2:2(0) ack 1000 win 65535",
        "old-ack": "< . 2:2(0) ack 1 win 65535",
        "ack-out-of-window": "< . 12:12(0) ack 2 win 65535",
        "fin-again": "< F. 1:1(0) ack 2 win 65535",
        "data": "< P. 2:102(100) ack 2 win 65535"})


def events_in_syn_sent():
    """Here the state may be another one afterwards."""
    for name, ack in ("ack-of-unsent", 1000), ("old-ack", 0):
        yield name, "It is reset", f"< . 0:0(0) ack {ack} win 65535", [f"+0.00 > R {ack}:{ack}(0)"], "SYN_SENT"
    yield from answered("Without a SYN it is dropped", NOTHING, "SYN_SENT", {
        "ack": "< . 0:0(0) ack 1 win 65535",
        "data": "< P. 1:101(100) ack 1 win 65535",
        "fin": "< F 0:0(0) win 65535",
        "fin-ack": "< F. 0:0(0) ack 1 win 65535",
        "null": "< - 0:0(0) win 65535"})
    yield from answered("A reset that acknowledges nothing of ours is dropped", NOTHING, "SYN_SENT", {
        "rst": "< R 0:0(0) win 0",
        "rst-bad-ack": "< R. 0:0(0) ack 1000 win 0"})
    yield "rst-ack", "A reset of our SYN counts", "< R. 0:0(0) ack 1 win 0", NOTHING, GONE
    yield "syn-bad-ack", "It is reset", "< S. 0:0(0) ack 1000 win 65535 <mss 1460>", [
        "+0.00 > R 1000:1000(0)"], "SYN_SENT"
    yield "syn", "Both open at once", "< S 0:0(0) win 65535 <mss 1460,sackOK,eol,eol>", [
        "+0.00 > S. 0:0(0) ack 1 <mss 1460,sackOK,eol,eol>"], "SYN_RCVD"
    yield "syn-ack", "It is acknowledged", "< S. 0:0(0) ack 1 win 65535 <mss 1460>", [
        "+0.00 > . 1:1(0) ack 1"], "ESTABLISHED"
    yield "syn-fin-ack", "The FIN counts, too", "< SF. 0:0(0) ack 1 win 65535 <mss 1460>", [
        "+0.00 > . 1:1(0) ack 2"], "CLOSE_WAIT"
    yield "syn-ack-with-data", "The text counts, too", "< S. 0:100(100) ack 1 win 65535 <mss 1460>", [
        "+0.00 > . 1:1(0) ack 101"], "ESTABLISHED"


def events_in_listen():
    yield from answered("A reset is dropped", NOTHING, "LISTEN", {
        "rst": "< R 0:0(0) win 0",
        "rst-ack": "< R. 0:0(0) ack 1 win 0",
        "rst-syn": "< SR 0:0(0) win 65535 <mss 1460>"})
    yield from answered("What acknowledges something is reset", ["+0.00 > R 1000:1000(0) win 0"], "LISTEN", {
        "ack": "< . 0:0(0) ack 1000 win 65535",
        "fin-ack": "< F. 0:0(0) ack 1000 win 65535",
        "data": "< P. 0:100(100) ack 1000 win 65535",
        "syn-ack": "< S. 0:0(0) ack 1000 win 65535 <mss 1460>"})
    yield from answered("Without a SYN it is dropped", NOTHING, "LISTEN", {
        "fin": "< F 0:0(0) win 65535",
        "null": "< - 0:0(0) win 65535",
        "data-without-ack": "< P 0:100(100) win 65535"})
    begins = ["+0.00 > S. 0:0(0) ack 1 win 65535 <mss 1460>"]
    yield from answered("A SYN is answered, and nothing beside it counts", begins, "LISTEN", {
        "syn": "< S 0:0(0) win 65535 <mss 1460>",
        "syn-fin": "< SF 0:0(0) win 65535 <mss 1460>",
        "syn-with-data": "< S 0:100(100) win 65535 <mss 1460>"})


def events_in_syn_rcvd():
    """The answer, and whether the handshake can be finished afterwards."""
    syn_ack = "+0.00 > S. 0:0(0) ack 1 win 65535 <mss 1460,sackOK,eol,eol>"
    yield "rst", "A reset at the edge counts", "< R 1:1(0) win 0", NOTHING, False
    yield "rst-in-window", "It is challenged (RFC 5961 §3)", "< R 11:11(0) win 0", ["+0.00 > . 1:1(0) ack 1"], True
    yield from answered("It is dropped", NOTHING, True, {
        "rst-out-of-window": "< R 200001:200001(0) win 0",
        "rst-ack": "< R. 1:1(0) ack 1 win 0",
        "rst-fin": "< FR 1:1(0) win 0",
        "fin": "< F 1:1(0) win 65535",
        "null": "< - 1:1(0) win 65535",
        "data-without-ack": "< P 1:101(100) win 65535"})
    yield "syn", "The SYN,ACK is sent again", "< S 0:0(0) win 65535 <mss 1460,sackOK,eol,eol>", [syn_ack], True
    yield "syn-ack", "It is reset, and the connection forgotten", "< S. 0:0(0) ack 1 win 65535 <mss 1460>", [
        "+0.00 > R 1:1(0) win 0"], False
    for name, ack in ("ack-of-unsent", 1000), ("old-ack", 0):
        yield (name, "It is reset, and the connection kept", f"< . 1:1(0) ack {ack} win 65535",
               [f"+0.00 > R {ack}:{ack}(0) win 0"], True)


def is_there(state):
    if state is GONE:
        return "! sockstat -4 -P tcp -s | grep 8080"
    return f"sockstat -4 -P tcp -s | grep -q {state}"


NOT_CONNECTED = "ENOTCONN (Socket is not connected)"
BROKEN_PIPE = "EPIPE (Broken pipe)"
WOULD_BLOCK = "EWOULDBLOCK (Resource temporarily unavailable)"

# A call, and what it answers, in each state; where the second is missing, it is success.
CALLS = {
    "connect": ("connect(3, ..., ...)", {
        "LISTEN": "EOPNOTSUPP (Operation not supported)",
        "SYN_SENT": "EALREADY (Operation already in progress)",
        None: "EISCONN (Socket is already connected)"}),
    "listen": ("listen(3, 1)", {"LISTEN": None, None: "EINVAL (Invalid argument)"}),
    "accept": ("accept(3, ..., ...)", {
        "LISTEN": WOULD_BLOCK, None: "EINVAL (Invalid argument)"}),
    "bind": ("bind(3, ..., ...)", {None: "EINVAL (Invalid argument)"}),
    "getsockname": ("getsockname(3, ..., ...)", {None: None}),
    "getpeername": ("getpeername(3, ..., ...)", {
        **dict.fromkeys(("LISTEN", "SYN_SENT", "TIME_WAIT"), NOT_CONNECTED), None: None}),
    "so-error": ("getsockopt(3, SOL_SOCKET, SO_ERROR, [0], [4])", {None: None}),
    "write": ("write(3, ..., 100)", {
        **dict.fromkeys(("LISTEN", "SYN_SENT"), NOT_CONNECTED),
        **dict.fromkeys(("FIN_WAIT_1", "FIN_WAIT_2", "CLOSING", "LAST_ACK", "TIME_WAIT"), BROKEN_PIPE),
        None: 100}),
    "read": ("read(3, ..., 100)", {
        "LISTEN": NOT_CONNECTED,
        **dict.fromkeys(("CLOSE_WAIT", "CLOSING", "LAST_ACK", "TIME_WAIT")), None: WOULD_BLOCK}),
    "shut-rd": ("shutdown(3, SHUT_RD)", {**dict.fromkeys(("LISTEN", "TIME_WAIT"), NOT_CONNECTED), None: None}),
}


def calls_script(state, lines):
    """Every call that leaves the state as it is."""
    script = ["+0.00 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0"]
    for name, (call, answers) in CALLS.items():
        answer = answers.get(state, answers[None])
        shown = 0 if answer is None else answer if isinstance(answer, int) else f"-1 {answer}"
        script.append(f"+0.00 {call} = {shown}")
        if isinstance(answer, int):
            ack = 2 if state == "CLOSE_WAIT" else 1
            script.append(f"+0.00 > P. 1:101(100) ack {ack}")
    script.append(f"+0.00 `{is_there(state)}`")
    return lines + "\n".join(script)


class Writer:
    def __init__(self):
        self.count = 0

    def write(self, name, title, text):
        path = HERE / f"{name.lower().replace('_', '-')}.pkt"
        path.write_text(f"// {title}\n\n{PREAMBLE}{text}\n")
        self.count += 1


def main():
    writer = Writer()
    shown = lambda state: state.replace("_", "-")
    for state, lines, theirs, ours, una in STATES:
        for name, title, segment, answer, after in events(state, theirs, ours, una):
            script = [lines + f"+0.05 {segment}", *answer, f"+0.00 `{is_there(after)}`"]
            writer.write(f"{name}-rcvd-in-{state}", f"{title}: in {shown(state)}.", "\n".join(script))
        writer.write(f"calls-in-{state}", f"What calls answer in {shown(state)}.", calls_script(state, lines))
    for state, lines in ("LISTEN", LISTEN), ("SYN_SENT", SYN_SENT), ("TIME_WAIT", TIME_WAIT):
        writer.write(f"calls-in-{state}", f"What calls answer in {shown(state)}.", calls_script(state, lines))
    for state, lines, its_events, later in [
        ("TIME_WAIT", TIME_WAIT, events_in_time_wait, "+0.05"),
        ("SYN_SENT", SYN_SENT, events_in_syn_sent, "+0.00"),
        ("LISTEN", LISTEN, events_in_listen, "+0.05"),
    ]:
        for name, title, segment, answer, after in its_events():
            script = [lines + f"+0.05 {segment}", *answer, f"{later} `{is_there(after)}`"]
            if after is GONE:
                script.append("+0.00 getsockopt(3, SOL_SOCKET, SO_ERROR, [ECONNREFUSED], [4]) = 0")
            writer.write(f"{name}-rcvd-in-{state}", f"{title}: in {shown(state)}.", "\n".join(script))
    for name, title, segment, answer, goes_on in events_in_syn_rcvd():
        script = [SYN_RCVD + f"+0.05 {segment}", *answer, "+0.00 < . 1:1(0) ack 1 win 65535"]
        script.append("+0.00 accept(3, ..., ...) = 4" if goes_on else "+0.00 > R 1:1(0) win 0")
        writer.write(f"{name}-rcvd-in-syn-rcvd", f"{title}: in SYN-RECEIVED.", "\n".join(script))
    print(f"{writer.count} written")


if __name__ == "__main__":
    main()
