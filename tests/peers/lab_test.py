"""can-utils and Bluetooth against the gateway on Linux, in the kernel lab: `cargo xtask lab`."""

import re
import socket
import subprocess
import time
import unittest

from gateway import PROGRAM, Client, Gateway

CHANNEL = 5


def run(*command):
    """What a program prints that must not fail."""
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


class Candump:
    """A candump that ends by itself after `count` frames; it listens from the moment this is made."""

    def __init__(self, interface, count):
        command = ["stdbuf", "-oL", "candump", "-L", "-n", str(count), interface]
        listening = candump_count()
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        deadline = time.monotonic() + 20
        while candump_count() == listening and time.monotonic() < deadline:
            time.sleep(0.02)

    def frames(self):
        """Its frames: the identifier in hexadecimal, the time in seconds, the data in hexadecimal."""
        output, _ = self.process.communicate(timeout=60)
        lines = re.findall(r"^\((\d+\.\d{6})\) \w+ ([0-9A-F]+)#([0-9A-F]*)", output, re.MULTILINE)
        return [(identifier, float(seconds), data) for seconds, identifier, data in lines]


def candump_count():
    """How many sockets receive every frame of an interface."""
    with open("/proc/net/can/rcvlist_all") as receivers:
        return sum("raw" in line for line in receivers)


class GatewayOnLinux(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.gateway = cls.enterClassContext(Gateway("--can", "vcan0", "--can", "vcan1", "--rfcomm", str(CHANNEL)))

    def client(self, channel):
        return self.enterContext(Client(self.gateway.connect(), channel))

    def test_frames_of_cansend_arrive(self):
        client = self.client("vcan0")
        for frame in ["123#DEADBEEF", "000#", "7FF#0011223344556677", "00000001#AA", "1FFFFFFF#0102030405060708"]:
            run("cansend", "vcan0", frame)
            identifier, seconds, data = client.frame()
            self.assertEqual(f"{identifier}#{data}", frame)
            self.assertAlmostEqual(seconds, time.time(), delta=10)

    def test_frames_of_cangen_arrive_as_candump_sees_them(self):
        client = self.client("vcan0")
        candump = Candump("vcan0", 500)
        run("cangen", "vcan0", "-g", "2", "-n", "250")
        run("cangen", "vcan0", "-g", "2", "-n", "250", "-e")
        dumped = candump.frames()
        self.assertEqual(len(dumped), 500)
        received = [client.frame() for _ in dumped]
        self.assertEqual([frame[::2] for frame in received], [frame[::2] for frame in dumped])
        for (_, time_received, _), (_, time_dumped, _) in zip(received, dumped):
            self.assertAlmostEqual(time_received, time_dumped, delta=0.001, msg="not the kernel's time of the frame")

    def test_candump_sees_frames_of_a_client(self):
        client = self.client("vcan1")
        cases = [("123", "1A22"), ("7FF", ""), ("00000123", "00"), ("1FFFFFFF", "FFEEDDCCBBAA9988")]
        candump = Candump("vcan1", len(cases))
        for identifier, data in cases:
            octets = [data[at : at + 2] for at in range(0, len(data), 2)]
            client.send(f"< send {identifier} {len(octets)} {' '.join(octets)} >")
        self.assertEqual([frame[::2] for frame in candump.frames()], cases)

    def test_each_client_has_its_own_bus(self):
        first, second = self.client("vcan0"), self.client("vcan1")
        run("cansend", "vcan0", "100#00")
        run("cansend", "vcan1", "101#01")
        self.assertEqual(first.frame()[::2], ("100", "00"))
        self.assertEqual(second.frame()[::2], ("101", "01"))
        first.send("< send 102 1 2 >")
        run("cansend", "vcan1", "103#03")
        self.assertEqual(second.frame()[::2], ("103", "03"))

    def test_a_client_over_rfcomm(self):
        addresses = re.findall(r"BD Address: (\S+)", run("hciconfig", "hci0") + run("hciconfig", "hci1"))
        stream = socket.socket(socket.AF_BLUETOOTH, socket.SOCK_STREAM, socket.BTPROTO_RFCOMM)
        stream.settimeout(30)
        stream.bind((addresses[1], 0))
        stream.connect((addresses[0], CHANNEL))
        client = self.enterContext(Client(stream, "vcan0"))
        run("cansend", "vcan0", "321#C0FFEE")
        self.assertEqual(client.frame()[::2], ("321", "C0FFEE"))
        candump = Candump("vcan0", 1)
        client.send("< send 0ABCDEF0 2 be ef >")
        self.assertEqual([frame[::2] for frame in candump.frames()], [("0ABCDEF0", "BEEF")])

    def test_an_interface_that_goes_down_comes_back(self):
        run("ip", "link", "set", "vcan1", "down")
        time.sleep(1)
        run("ip", "link", "set", "vcan1", "up")
        time.sleep(2)
        client = self.client("vcan1")
        run("cansend", "vcan1", "200#02")
        self.assertEqual(client.frame()[::2], ("200", "02"))


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
