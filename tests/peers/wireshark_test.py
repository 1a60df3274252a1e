"""Wireshark's tshark reads what the simulator captured."""

import pathlib
import subprocess
import tempfile
import unittest

from gateway import PROGRAM

# Checksums are checked, so that a wrong one is an error.
CHECKS = ["-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE"]


class Wireshark(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        directory = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.capture = pathlib.Path(directory) / "gateway.pcapng"
        run = [PROGRAM, "--seed", "1", "--duration", "10s", "--pcap", cls.capture]
        subprocess.run(run, check=True, stdout=subprocess.DEVNULL)

    def tshark(self, *arguments):
        """The lines that tshark prints of the capture."""
        command = ["tshark", "-n", "-r", self.capture, *CHECKS, *arguments]
        tshark = subprocess.run(command, capture_output=True, text=True)
        complaints = [line for line in tshark.stderr.splitlines() if "Running as user" not in line]
        self.assertEqual((tshark.returncode, complaints), (0, []))
        return tshark.stdout.splitlines()

    def test_it_finds_no_error(self):
        self.assertEqual(self.tshark("-Y", "_ws.malformed || _ws.expert.severity == error"), [])

    def test_it_finds_every_kind_of_link(self):
        stacks = self.tshark("-T", "fields", "-e", "frame.protocols")
        protocols = {protocol for stack in stacks for protocol in stack.split(":")}
        self.assertGreaterEqual(protocols, {"can", "eth", "ip", "tcp", "btl2cap", "btrfcomm"})

    def test_times_rise(self):
        times = [float(time) for time in self.tshark("-T", "fields", "-e", "frame.time_epoch")]
        self.assertGreater(len(times), 1000)
        self.assertEqual(times, sorted(times))

    def test_it_finds_standard_extended_and_fd_frames(self):
        def count(condition):
            return len(self.tshark("-Y", condition))

        self.assertGreater(count("can && can.flags.xtd == 0"), 100)
        self.assertGreater(count("can && can.flags.xtd == 1"), 10)
        self.assertGreater(count("canfd"), 10)

    def test_tcp_connections_begin_and_carry_data(self):
        self.assertGreaterEqual(len(self.tshark("-Y", "tcp.flags.syn == 1 && tcp.flags.ack == 0")), 1)
        self.assertGreaterEqual(len(self.tshark("-Y", "tcp.flags.syn == 1 && tcp.flags.ack == 1")), 1)
        self.assertGreaterEqual(len(self.tshark("-Y", 'tcp.payload contains "< frame "')), 10)


if __name__ == "__main__":
    unittest.main()
