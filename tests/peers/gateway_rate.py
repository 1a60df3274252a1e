"""How many frames a second pass the gateway from a virtual CAN bus to TCP and back, beside candump piped into socat:

    cargo build --release -p anysock-examples --bin gateway
    cargo xtask lab -- /usr/bin/python3 tests/peers/gateway_rate.py

cangen sends as fast as it can; what a program is too slow for, the kernel drops, so that a rate is what arrived over
the time that it took."""

import socket
import subprocess
import sys
import time

from gateway import Client, Gateway, program

FRAMES = 20_000
QUIET = 5.0
PROGRAM = program("release")
CANGEN = ["cangen", "vcan0", "-g", "0", "-n", str(FRAMES), "-I", "123", "-L", "8", "-D", "i", "-i"]


def received(stream, mark):
    """Starts cangen; how many times `mark` comes until nothing has come for a while, and in how many seconds."""
    stream.settimeout(QUIET)
    count, rest = 0, b""
    begin = last = time.monotonic()
    cangen = subprocess.Popen(CANGEN)
    while True:
        try:
            piece = stream.recv(1 << 16)
        except TimeoutError:
            piece = b""
        if not piece:
            cangen.wait()
            return count, last - begin
        last = time.monotonic()
        count += (rest + piece).count(mark)
        rest = piece[-len(mark) + 1 :]


def tell(what, count, seconds):
    print(f"{what:<34} {count:>6} of {FRAMES} frames, {count / seconds:>8.0f} frames/s", flush=True)


def bus_to_tcp():
    with Gateway("--can", "vcan0", program=PROGRAM) as gateway, gateway.connect() as stream:
        client = Client(stream, "vcan0")
        client.ask("< rawmode >")
        tell("gateway, vcan to TCP", *received(stream, b"< frame"))


def tcp_to_bus():
    with Gateway("--can", "vcan0", program=PROGRAM) as gateway, gateway.connect() as stream:
        client = Client(stream, "vcan0")
        client.ask("< rawmode >")
        bus = socket.socket(socket.AF_CAN, socket.SOCK_RAW, socket.CAN_RAW)
        bus.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        bus.bind(("vcan0",))
        bus.settimeout(QUIET)
        frame = b"< send 123 8 1 2 3 4 5 6 7 8 >"
        begin = time.monotonic()
        count, sent, last = 0, 0, begin
        while sent < FRAMES:
            stream.sendall(frame * 100)
            sent += 100
        try:
            while count < FRAMES:
                bus.recv(16)
                count, last = count + 1, time.monotonic()
        except TimeoutError:
            pass
        tell("gateway, TCP to vcan", count, last - begin)


def candump_to_socat():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        candump = subprocess.Popen(["candump", "-L", "vcan0"], stdout=subprocess.PIPE)
        socat = subprocess.Popen(["socat", "-u", "-", f"TCP4:127.0.0.1:{port}"], stdin=candump.stdout)
        stream, _ = server.accept()
        with stream:
            tell("candump | socat, vcan to TCP", *received(stream, b"vcan0 "))
        candump.kill()
        socat.kill()


if not PROGRAM.exists():
    sys.exit(f"{PROGRAM} is missing: cargo build --release -p anysock-examples --bin gateway")
bus_to_tcp()
tcp_to_bus()
candump_to_socat()
