"""The gateway as a process, and a client of it on any stream socket, with Python's own library alone."""

import contextlib
import os
import pathlib
import random
import re
import signal
import socket
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]


def program(profile):
    """The gateway as cargo has built it."""
    return ROOT / os.environ.get("CARGO_TARGET_DIR", "target") / profile / "gateway"


# What cargo's tests have built.
PROGRAM = program("debug")

FRAME = re.compile(r"< (|fd|rtr)frame ([0-9A-F]{3}|[0-9A-F]{8}) (\d+\.\d{6}) ([0-9A-F ]*) >")


def free_port():
    """A port that nobody has, nor is given to who asks for any: a client that tries whether somebody listens there
    might be given that very one, and find itself."""
    given = pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii")
    while True:
        port = random.randrange(1024, int(given.split()[0]))
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


class Gateway:
    """A running gateway: `with Gateway("--can", "vcan0") as gateway`. Leaving it is Ctrl-C, which must end it
    with status 0."""

    def __init__(self, *options, program=PROGRAM):
        self.port = free_port()
        self.options = options
        self.program = program

    def __enter__(self):
        self.log = tempfile.TemporaryFile()
        listen = f"127.0.0.1:{self.port}"
        command = [self.program, "--listen", listen, *self.options]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        self._wait_until_it_listens()
        return self

    def _wait_until_it_listens(self):
        deadline = time.monotonic() + 60
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                with self.connect() as stream:
                    # It greets clients when all that it listens on is open.
                    stream.recv(1)
                return
            except ConnectionRefusedError:
                time.sleep(0.05)
        self.process.kill()
        raise AssertionError(f"the gateway does not listen on port {self.port}:\n{self.output()}")

    def connect(self):
        """A plain TCP connection to it."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=60)

    def output(self):
        """All that it has written."""
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def __exit__(self, kind, *_):
        self.process.send_signal(signal.SIGINT)
        try:
            status = self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            status = "still running after 60 s"
        if status != 0:
            raise AssertionError(f"Ctrl-C ended the gateway with {status}:\n{self.output()}")
        self.log.close()


class Client:
    """A socketcand client of one bus, at first in BCM mode."""

    def __init__(self, stream, bus):
        self.stream = stream
        self.received = b""
        self.expect("< hi >")
        self.ask(f"< open {bus} >")

    def send(self, message):
        self.stream.sendall(message.encode("ascii"))

    def ask(self, message):
        """Sends a message that `< ok >` answers."""
        self.send(message)
        self.expect("< ok >")

    def message(self):
        """The next message from the gateway."""
        while b">" not in self.received:
            received = self.stream.recv(4096)
            if not received:
                raise ConnectionError(f"closed after {self.received!r}")
            self.received += received
        message, _, self.received = self.received.partition(b">")
        return message.decode("ascii").lstrip() + ">"

    def expect(self, message):
        received = self.message()
        if received != message:
            raise AssertionError(f"expected {message}, got {received}")

    def frame(self):
        """The next frame: in candump's notation, and its time in seconds."""
        message = self.message()
        frame = FRAME.fullmatch(message)
        if not frame:
            raise AssertionError(f"no frame: {message}")
        kind, identifier, seconds, rest = frame.groups()
        separator = {"": "#", "fd": "##", "rtr": "#R"}[kind]
        return identifier + separator + rest.replace(" ", ""), float(seconds)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stream.close()
