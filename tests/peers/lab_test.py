"""can-utils, Bluetooth and python-can against the gateway on Linux, in the kernel lab: `cargo xtask lab`."""

import contextlib
import pathlib
import re
import socket
import statistics
import struct
import subprocess
import time
import unittest

import can
from can.interfaces.socketcand.socketcand import detect_beacon

from gateway import PROGRAM, Client, Gateway

RFCOMM_CHANNEL = 5
CANNELLONI_GATEWAY = ("127.0.0.1", 20000)
CANNELLONI_PEER = ("127.0.0.1", 20001)


def run(*command):
    """What a program prints that must not fail."""
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


class Candump:
    """A candump that ends by itself after `count` frames; it listens from the moment this is made."""

    def __init__(self, interface, count):
        command = ["candump", "-L", "-n", str(count), interface]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        waits_in = pathlib.Path(f"/proc/{self.process.pid}/wchan")
        deadline = time.monotonic() + 60
        # A frame may come before anybody looks: then candump has heard it, and may have ended already.
        while self.process.poll() is None and not re.search("select|poll", waits_in.read_text()):
            if time.monotonic() > deadline:
                raise AssertionError("candump does not wait for frames")
            time.sleep(0.02)

    def frames(self):
        """Its frames: in its own notation, and their times in seconds."""
        try:
            output, _ = self.process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            output, _ = self.process.communicate()
        lines = re.findall(r"^\((\d+\.\d{6})\) \w+ (\S+)", output, re.MULTILINE)
        return [(without_fdf(frame), float(seconds)) for seconds, frame in lines]


def without_fdf(frame):
    """Without CANFD_FDF among the flags of an FD frame: whether candump shows it depends on the kernel."""
    return re.sub("##(.)", lambda flags: f"##{int(flags[1], 16) & ~4:X}", frame)


class GatewayOnLinux(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # Two ends of a cable: what is sent on the one comes to the other as from another machine.
        run("ip", "link", "add", "vxcan0", "type", "vxcan", "peer", "name", "vxcan1")
        buses = ["vcan0", "vcan1", "vxcan0"]
        for interface in ["vxcan0", "vxcan1"]:
            run("ip", "link", "set", interface, "up")
        options = [option for bus in buses for option in ("--can", bus)]
        options += ["--rfcomm", str(RFCOMM_CHANNEL), "--beacon", "127.0.0.1"]
        (local, local_port), (peer, peer_port) = CANNELLONI_GATEWAY, CANNELLONI_PEER
        options += ["--cannelloni", f"vcan1={local}:{local_port},{peer}:{peer_port}"]
        cls.gateway = cls.enterClassContext(Gateway(*options))

    def client(self, bus):
        """A client of `bus` over TCP."""
        return self.enterContext(Client(self.gateway.connect(), bus))

    def raw_client(self, bus):
        client = self.client(bus)
        client.ask("< rawmode >")
        return client

    def assert_arrive(self, frames, client, bus):
        """Each of `frames`, sent by cansend, is the client's next."""
        for frame in frames:
            run("cansend", bus, frame)
            self.assertEqual(client.frame()[0], frame)

    def assert_sent(self, frames, client, bus):
        """candump sees each of `frames` when the client sends its message."""
        candump = Candump(bus, len(frames))
        for message in frames.values():
            client.send(message)
        self.assertEqual([frame for frame, _ in candump.frames()], list(frames))

    def test_frames_of_cansend_arrive(self):
        frames = ["123#DEADBEEF", "000#", "7FF#0011223344556677", "00000001#AA", "1FFFFFFF#0102030405060708"]
        self.assert_arrive(frames, self.raw_client("vcan0"), "vcan0")

    def test_frames_of_cangen_arrive_as_candump_sees_them(self):
        client = self.raw_client("vcan0")
        candump = Candump("vcan0", 500)
        run("cangen", "vcan0", "-g", "2", "-n", "250")
        run("cangen", "vcan0", "-g", "2", "-n", "250", "-e")
        dumped = candump.frames()
        self.assertEqual(len(dumped), 500)
        received = [client.frame() for _ in dumped]
        self.assertEqual([frame for frame, _ in received], [frame for frame, _ in dumped])
        for (_, time_received), (_, time_dumped) in zip(received, dumped):
            self.assertAlmostEqual(time_received, time_dumped, delta=0.001, msg="not the kernel's time")

    def test_candump_sees_frames_of_a_client(self):
        frames = {
            "123#1A22": "< send 123 2 1A 22 >",
            "123#0102": "< send 123 2 1 2 >",
            "7FF#": "< send 7FF 0  >",
            "00000123#00": "< send 00000123 1 0 >",
            "1FFFFFFF#FFEEDDCCBBAA9988": "< send 1FFFFFFF 8 ff ee dd cc bb aa 99 88 >",
        }
        self.assert_sent(frames, self.raw_client("vcan1"), "vcan1")

    def test_fd_and_remote_frames_go_both_ways_when_asked_for(self):
        asking, other = self.raw_client("vcan0"), self.raw_client("vcan0")
        asking.ask("< extensions fd rtr >")
        longest = "00112233445566778899AABBCCDDEEFF" * 4
        self.assert_arrive(["123##1AABB", "1FFFFFFF##0" + longest, "124#R5", "125#R0"], asking, "vcan0")
        self.assert_arrive(["126#01"], other, "vcan0")
        frames = {"321##1AABB": "< fdsend 321 1 2 AA BB >", "00000322#R3": "< rtrsend 00000322 3 >"}
        self.assert_sent(frames, asking, "vcan0")

    def test_each_client_has_its_own_bus(self):
        first, second = self.raw_client("vcan0"), self.raw_client("vcan1")
        self.assert_arrive(["100#00"], first, "vcan0")
        self.assert_arrive(["101#01"], second, "vcan1")
        first.send("< send 102 1 2 >")
        self.assert_arrive(["103#03"], second, "vcan1")

    def test_the_broadcast_manager_sends_at_an_interval(self):
        client = self.client("vcan0")
        candump = Candump("vcan0", 11)
        client.send("< add 0 100000 300 2 01 02 >")
        frames = candump.frames()
        self.assertEqual({frame for frame, _ in frames}, {"300#0102"})
        # Of an emulated processor a frame now and then is late.
        gaps = [after - before for (_, before), (_, after) in zip(frames, frames[1:])]
        self.assertAlmostEqual(statistics.median(gaps), 0.1, delta=0.05)
        # What comes before an echo has been done when it is answered.
        client.send("< update 300 2 03 04 >< echo >")
        client.expect("< echo >")
        self.assertEqual(Candump("vcan0", 1).frames()[0][0], "300#0304")
        client.send("< delete 300 >< echo >")
        client.expect("< echo >")
        self.assert_sent({"301#": "< send 301 0  >"}, client, "vcan0")

    def test_the_broadcast_manager_receives_what_is_subscribed(self):
        client = self.client("vcan0")
        client.send("< subscribe 0 0 400 >< echo >")
        client.expect("< echo >")
        run("cansend", "vcan0", "401#00")
        self.assert_arrive(["400#0102"], client, "vcan0")

    def test_statistics_count_what_came_from_elsewhere_and_what_clients_sent(self):
        watching, sending = self.client("vxcan0"), self.raw_client("vxcan0")
        watching.ask("< controlmode >")
        watching.send("< statistics 100 >")

        def counts():
            """Bytes and frames received, bytes and frames sent."""
            return [int(count) for count in watching.message().split()[2:-1]]

        before = counts()
        run("cangen", "vxcan1", "-g", "1", "-n", "50", "-L", "4")
        sending.send("< send 123 2 1 2 >" * 10)
        deadline = time.monotonic() + 10
        while (risen := [now - then for now, then in zip(counts(), before)]) != [200, 50, 20, 10]:
            self.assertLess(time.monotonic(), deadline, risen)

    def test_nonsense_is_answered_and_the_connection_goes_on(self):
        client = self.raw_client("vcan0")
        for nonsense in ["< nonsense >", "< send 123 9 1 2 >", "< send 123456789 0  >"]:
            client.send(nonsense)
            self.assertRegex(client.message(), "^< error .+ >$")
        self.assert_arrive(["123#01"], client, "vcan0")

    def test_a_client_over_rfcomm(self):
        addresses = re.findall(r"BD Address: (\S+)", run("hciconfig", "hci0") + run("hciconfig", "hci1"))
        stream = socket.socket(socket.AF_BLUETOOTH, socket.SOCK_STREAM, socket.BTPROTO_RFCOMM)
        stream.settimeout(60)
        stream.bind((addresses[1], 0))
        stream.connect((addresses[0], RFCOMM_CHANNEL))
        client = self.enterContext(Client(stream, "vcan0"))
        client.ask("< rawmode >")
        self.assert_arrive(["321#C0FFEE"], client, "vcan0")
        self.assert_sent({"0ABCDEF0#BEEF": "< send 0ABCDEF0 2 be ef >"}, client, "vcan0")

    def test_a_cannelloni_peer(self):
        peer = self.enterContext(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        peer.settimeout(60)
        peer.bind(CANNELLONI_PEER)
        run("cansend", "vcan1", "12345678#A1B2C3")
        version, operation, _, count = struct.unpack_from(">BBBH", datagram := peer.recv(2048))
        self.assertEqual((version, operation, count), (2, 0, 1))
        self.assertEqual(datagram[5:], struct.pack(">IB", 0x80000000 | 0x12345678, 3) + b"\xa1\xb2\xc3")
        candump = Candump("vcan1", 2)
        classic = struct.pack(">IB", 0x234, 1) + b"\x05"
        fd = struct.pack(">IBB", 0x235, 0x80 | 2, 1) + b"\x06\x07"
        peer.sendto(struct.pack(">BBBH", 2, 0, 0, 2) + classic + fd, CANNELLONI_GATEWAY)
        self.assertEqual([frame for frame, _ in candump.frames()], ["234#05", "235##10607"])

    def test_python_can_finds_it_by_its_beacon(self):
        found = detect_beacon(timeout_ms=30_000)
        self.assertEqual([bus["channel"] for bus in found], ["vcan0", "vcan1", "vxcan0"])
        self.assertEqual({(bus["host"], bus["port"]) for bus in found}, {("127.0.0.1", self.gateway.port)})
        with can.Bus(**found[0]) as bus:
            run("cansend", "vcan0", "1ABCDEF0#")
            message = bus.recv(timeout=60)
            self.assertEqual((message.arbitration_id, message.is_extended_id), (0x1ABCDEF0, True))
            self.assertEqual(message.dlc, 0)
            self.assertAlmostEqual(message.timestamp, time.time(), delta=10)
            candump = Candump("vcan0", 1)
            bus.send(can.Message(arbitration_id=0x321, data=b"anysock", is_extended_id=False))
            self.assertEqual(candump.frames()[0][0], "321#" + b"anysock".hex().upper())

    def test_an_interface_that_goes_down_comes_back(self):
        client = self.raw_client("vcan1")
        run("ip", "link", "set", "vcan1", "down")
        run("ip", "link", "set", "vcan1", "up")
        # The gateway looks now and then whether the bus is there.
        deadline = time.monotonic() + 60
        client.stream.settimeout(0.5)
        arrived = None
        while not arrived:
            self.assertLess(time.monotonic(), deadline, "nothing arrives any more")
            run("cansend", "vcan1", "200#02")
            with contextlib.suppress(TimeoutError):
                arrived = client.frame()
        self.assertEqual(arrived[0], "200#02")


class Refusals(unittest.TestCase):
    def refuse(self, *options):
        gateway = subprocess.run([PROGRAM, *options], capture_output=True, text=True, timeout=30)
        self.assertNotEqual(gateway.returncode, 0)
        self.assertEqual(len(gateway.stderr.splitlines()), 1, gateway.stderr)
        return gateway.stderr

    def test_a_missing_interface_is_named_beside_those_that_exist(self):
        error = self.refuse("--can", "nocan0")
        for name in ["nocan0", "vcan0", "vcan1"]:
            self.assertIn(name, error)

    def test_a_port_in_use_is_named(self):
        with socket.create_server(("127.0.0.1", 0)) as used:
            port = used.getsockname()[1]
            self.assertIn(str(port), self.refuse("--can", "vcan0", "--listen", f"127.0.0.1:{port}"))


if __name__ == "__main__":
    unittest.main()
