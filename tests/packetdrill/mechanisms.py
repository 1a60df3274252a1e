"""The families of scripts that are about one mechanism of TCP each, by name."""

from acceptability import challenge, paws, time_wait
from ecn import ecn
from fast_open import fast_open
from handshakes import ip_versions, syn_cookies
from keepalive import keepalive, user_timeout
from loss import forward_rto, reordering, selective, tail_loss
from nagle import nagle
from urgent import urgent
from windows import shrunk_window, slow_start, window_updates, zero_window

MECHANISMS = {
    "slow_start": slow_start,
    "window_updates": window_updates,
    "fast_open": fast_open,
    "urgent": urgent,
    "keepalive": keepalive,
    "user_timeout": user_timeout,
    "nagle": nagle,
    "paws": paws,
    "ecn": ecn,
    "zero_window": zero_window,
    "shrunk_window": shrunk_window,
    "syn_cookies": syn_cookies,
    "ip_versions": ip_versions,
    "tail_loss": tail_loss,
    "reordering": reordering,
    "forward_rto": forward_rto,
    "selective": selective,
    "time_wait": time_wait,
    "challenge": challenge,
}
