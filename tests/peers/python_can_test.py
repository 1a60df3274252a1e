"""Unmodified python-can (interface `socketcand`) against the gateway on the simulator."""

import logging
import time
import unittest

import can

from gateway import Gateway

# A request for the engine's speed (SAE J1979 mode 01, PID 0C) to every controller, and the engine's answer.
REQUEST = can.Message(arbitration_id=0x7DF, data=[0x02, 0x01, 0x0C, 0, 0, 0, 0, 0], is_extended_id=False)
ANSWER_IDENTIFIER = 0x7E8
ANSWER_BEGINS = bytes([0x04, 0x41, 0x0C])


class Complaints(logging.Handler):
    """What python-can complains of. A message that TCP splits is nothing to complain of."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.texts = []

    def emit(self, record):
        text = record.getMessage()
        if "incomplete message" not in text:
            self.texts.append(text)


class PythonCan(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.gateway = cls.enterClassContext(Gateway())

    def setUp(self):
        self.complaints = Complaints()
        logging.getLogger("can").addHandler(self.complaints)

    def tearDown(self):
        logging.getLogger("can").removeHandler(self.complaints)
        self.assertEqual(self.complaints.texts, [])

    def bus(self):
        bus = self.unguarded_bus()
        self.addCleanup(bus.shutdown)
        return bus

    def unguarded_bus(self):
        """A bus that the test shuts down itself."""
        return can.Bus(interface="socketcand", host="127.0.0.1", port=self.gateway.port, channel="can0")

    def receive(self, bus, seconds):
        """What arrives on `bus` within `seconds`."""
        messages = []
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            message = bus.recv(timeout=left)
            if message:
                messages.append(message)
        return messages

    def receive_one(self, bus, wanted):
        """The first message that is `wanted`, within a minute."""
        deadline = time.monotonic() + 60
        while (left := deadline - time.monotonic()) > 0:
            message = bus.recv(timeout=left)
            if message and wanted(message):
                return message
        self.fail("it did not arrive")

    def assert_answer(self, bus):
        answer = self.receive_one(bus, lambda message: message.arbitration_id == ANSWER_IDENTIFIER)
        self.assertFalse(answer.is_extended_id)
        self.assertEqual(bytes(answer.data[:3]), ANSWER_BEGINS)

    def test_the_controllers_talk(self):
        messages = self.receive(self.bus(), 3)
        standard = {message.arbitration_id for message in messages if not message.is_extended_id}
        extended = {message.arbitration_id for message in messages if message.is_extended_id}
        self.assertGreaterEqual(len(standard), 3, "three controllers send several identifiers each")
        self.assertGreaterEqual(len(extended), 1)
        self.assertTrue(all(identifier <= 0x7FF for identifier in standard))
        self.assertTrue(any(bytes(message.data).strip(b"\0") for message in messages), "no data but zeros")

    def test_times_rise_with_the_clock(self):
        bus = self.bus()
        self.receive_one(bus, lambda _: True)
        begun = time.monotonic()
        times = [message.timestamp for message in self.receive(bus, 3)]
        elapsed = time.monotonic() - begun
        self.assertEqual(times, sorted(times))
        self.assertLess(times[-1] - times[0], elapsed + 0.5, "virtual time overtook the real one")
        self.assertGreater(times[-1] - times[0], elapsed / 2)

    def test_a_controller_answers(self):
        bus = self.bus()
        bus.send(REQUEST)
        self.assert_answer(bus)

    def test_a_notifier_and_a_periodic_task(self):
        bus = self.bus()
        reader = can.BufferedReader()
        notifier = can.Notifier(bus, [reader], timeout=0.2)
        self.addCleanup(notifier.stop)
        bus.send_periodic(REQUEST, 0.1)
        answers = 0
        deadline = time.monotonic() + 60
        while answers < 5 and time.monotonic() < deadline:
            message = reader.get_message(timeout=0.5)
            answers += message is not None and message.arbitration_id == ANSWER_IDENTIFIER
        self.assertGreaterEqual(answers, 5)

    def test_several_clients_at_once(self):
        buses = [self.bus() for _ in range(4)]
        for bus in buses:
            bus.send(REQUEST)
            self.assert_answer(bus)
        seen = [{message.arbitration_id for message in self.receive(bus, 1.5)} for bus in buses]
        for identifiers in seen[1:]:
            self.assertEqual(identifiers - {ANSWER_IDENTIFIER}, seen[0] - {ANSWER_IDENTIFIER})

    def test_clients_hear_each_other_but_not_themselves(self):
        sender, listener = self.bus(), self.bus()
        cases = [
            can.Message(arbitration_id=0x5A5, data=[], is_extended_id=False),
            can.Message(arbitration_id=0x5A5, data=[1], is_extended_id=False),
            can.Message(arbitration_id=0x15A5A5A5, data=range(0xF8, 0x100), is_extended_id=True),
        ]
        for sent in cases:
            sender.send(sent)
            heard = self.receive_one(listener, lambda message: message.arbitration_id == sent.arbitration_id)
            self.assertEqual((heard.data, heard.is_extended_id), (sent.data, sent.is_extended_id))
        own = {message.arbitration_id for message in cases}
        self.assertFalse(own & {message.arbitration_id for message in self.receive(sender, 0.5)})

    def test_a_client_that_vanishes_costs_the_others_nothing(self):
        staying = self.bus()
        for _ in range(20):
            leaving = self.unguarded_bus()
            leaving.send(REQUEST)
            leaving.shutdown()
        staying.send(REQUEST)
        self.assert_answer(staying)


if __name__ == "__main__":
    unittest.main()
