"""How scripts begin: connections with different options, and the lines around what a family does."""

from families import DEFAULTS, LISTEN, SYN_SENT

PAUSE = "  +.05 %{ pass }%"
# The kernel rounds long times up by an eighth, and a machine has other work.
TIMERS = "--tolerance_usecs=150000"

# Without and with selective acknowledgments.
PLAIN = LISTEN + """
    +0 < S 0:0(0) win 32792 <mss 1000,nop,wscale 7>
    +0 > S. 0:0(0) ack 1 <mss 1460,nop,wscale 8>
   +.1 < . 1:1(0) ack 1 win 257
    +0 accept(3, ..., ...) = 4
"""
SACK = LISTEN + """
    +0 < S 0:0(0) win 32792 <mss 1000,sackOK,nop,nop,nop,wscale 7>
    +0 > S. 0:0(0) ack 1 <mss 1460,nop,nop,sackOK,nop,wscale 8>
   +.1 < . 1:1(0) ack 1 win 257
    +0 accept(3, ..., ...) = 4
"""
TIMESTAMPS = LISTEN + """
    +0 < S 0:0(0) win 32792 <mss 1000,sackOK,TS val 1000 ecr 0,nop,wscale 7>
    +0 > S. 0:0(0) ack 1 <mss 1460,sackOK,TS val 100 ecr 1000,nop,wscale 8>
   +.1 < . 1:1(0) ack 1 win 257 <nop,nop,TS val 1010 ecr 100>
    +0 accept(3, ..., ...) = 4
"""
CLIENT = SYN_SENT + """
   +.1 < S. 0:0(0) ack 1 win 65535 <mss 1000,nop,nop,sackOK,nop,wscale 7>
    +0 > . 1:1(0) ack 1
"""


def lines(title, body, options=(), settings=(), pause=PAUSE, deviates=None):
    result = [f"// {title}"]
    if deviates:
        result.append(f"// Deviates on the simulator: {deviates}")
    result += list(options) + [DEFAULTS]
    result += [f"`sysctl -q -w {setting}`" for setting in settings] + [""]
    result += [line for line in body.strip("\n").split("\n") if line.strip()]
    return result + ([pause] if pause else [])
