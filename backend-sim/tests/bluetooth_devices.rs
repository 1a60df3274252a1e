//! Bluetooth devices without an engine: two of them, a radio between them, and a clock that jumps.

use std::collections::VecDeque;
use std::fs::File;
use std::io::Write;
use std::time::Duration;

use anysock::{BdAddr, Errno, Instant, MessageFlags, PollEvents, RfcommAddr};
use anysock_sim::engine::bluetooth::controller::Baseband;
use anysock_sim::engine::bluetooth::device::Device;
use anysock_sim::engine::bluetooth::hci::{Direction, capture_record};
use anysock_sim::engine::bluetooth::host::{Host, SocketId};
use anysock_sim::engine::bluetooth::rfcomm::socket::State;

const CAR: BdAddr = BdAddr([0x00, 0x11, 0x22, 0x33, 0x44, 0x66]);
const PHONE: BdAddr = BdAddr([0x00, 0x11, 0x22, 0x33, 0x44, 0x55]);
/// How long a packet is under way.
const LATENCY: Duration = Duration::from_micros(625);
const NO_FLAGS: MessageFlags = MessageFlags::empty();

/// Two devices in reach of each other.
struct Pair {
    now: Instant,
    devices: [Device; 2],
    in_reach: bool,
    /// What is under way: when it arrives, at which device.
    air: VecDeque<(Instant, usize, Baseband)>,
    /// Everything that passed the car's HCI.
    capture: Vec<(Instant, Direction, Vec<u8>)>,
}

const A: usize = 0;
const B: usize = 1;

impl Pair {
    fn new() -> Self {
        let mut devices = [Device::new(CAR, 0x240408), Device::new(PHONE, 0x5A020C)];
        devices[A].set_capture(true);
        let (air, capture) = (VecDeque::new(), Vec::new());
        Pair { now: Instant::ZERO, devices, in_reach: true, air, capture }
    }

    fn call<T>(&mut self, device: usize, call: impl FnOnce(&mut Host, Instant) -> T) -> T {
        let now = self.now;
        self.devices[device].call(now, |host| call(host, now))
    }

    fn set_reach(&mut self, in_reach: bool) {
        self.in_reach = in_reach;
        self.air.retain(|_| in_reach);
        self.devices[A].set_reachable(PHONE, in_reach, self.now);
        self.devices[B].set_reachable(CAR, in_reach, self.now);
    }

    /// Lets the next thing happen, at `limit` at the latest; whether there was one.
    fn step(&mut self, limit: Instant) -> bool {
        for (index, device) in self.devices.iter_mut().enumerate() {
            while let Some((_, packet)) = device.poll_air(self.now, |_| self.in_reach) {
                self.air.push_back((self.now + LATENCY, 1 - index, packet));
            }
        }
        while let Some((direction, packet)) = self.devices[A].poll_capture() {
            self.capture.push((self.now, direction, packet));
        }
        let timeouts = self.devices.iter().filter_map(Device::poll_timeout);
        let next = timeouts.chain(self.air.front().map(|(at, ..)| *at)).min();
        let Some(at) = next.filter(|at| *at <= limit) else {
            self.now = self.now.max(if limit == Instant::MAX { self.now } else { limit });
            return false;
        };
        self.now = self.now.max(at);
        while self.air.front().is_some_and(|(at, ..)| *at <= self.now) {
            let Some((_, to, packet)) = self.air.pop_front() else { break };
            let from = [CAR, PHONE][1 - to];
            self.devices[to].air_packet_arrives(from, packet, self.now);
        }
        for device in &mut self.devices {
            if device.poll_timeout().is_some_and(|at| at <= self.now) {
                device.handle_timeout(self.now);
            }
        }
        true
    }

    fn run_for(&mut self, time: Duration) {
        let limit = self.now + time;
        while self.step(limit) {}
    }

    /// Until nothing ever happens again.
    fn run_to_rest(&mut self) {
        for _ in 0..1_000_000 {
            if !self.step(Instant::MAX) {
                return;
            }
        }
        panic!("it never rests");
    }

    fn listen(&mut self, device: usize, channel: u8) -> SocketId {
        self.call(device, |host, _| {
            let listener = host.socket();
            host.bind(listener, RfcommAddr { device: BdAddr::ANY, channel }).unwrap();
            host.listen(listener, 4).unwrap();
            listener
        })
    }

    fn begin_connect(&mut self, device: usize, peer: BdAddr, channel: u8) -> SocketId {
        self.call(device, |host, now| {
            let socket = host.socket();
            let address = RfcommAddr { device: peer, channel };
            assert_eq!(host.connect(socket, address, now), Err(Errno::EINPROGRESS));
            socket
        })
    }

    /// A connection from the car to the phone's channel: both ends.
    fn connected(&mut self, channel: u8) -> (SocketId, SocketId) {
        let listener = self.listen(B, channel);
        let client = self.begin_connect(A, PHONE, channel);
        self.run_for(Duration::from_secs(1));
        let (server, peer) = self.call(B, |host, _| host.accept(listener)).unwrap();
        assert_eq!(peer, RfcommAddr { device: CAR, channel });
        (client, server)
    }

    fn send(&mut self, device: usize, socket: SocketId, bytes: &[u8]) -> Result<usize, Errno> {
        self.call(device, |host, _| host.send(socket, bytes, NO_FLAGS))
    }

    fn recv(&mut self, device: usize, socket: SocketId) -> Result<Vec<u8>, Errno> {
        let mut bytes = vec![0; 100_000];
        let len = self.call(device, |host, now| host.recv(socket, &mut bytes, NO_FLAGS, now))?;
        bytes.truncate(len);
        Ok(bytes)
    }

    fn state(&self, device: usize, socket: SocketId) -> State {
        self.devices[device].host().get(socket).unwrap().state()
    }

    fn poll(&self, device: usize, socket: SocketId) -> PollEvents {
        self.devices[device].host().poll(socket).unwrap()
    }

    /// Writes the car's HCI as a pcapng file.
    fn write_capture(&self, name: &str) {
        let mut file = Vec::new();
        block(&mut file, 0x0A0D_0D0A, &[&0x1A2B_3C4Du32.to_le_bytes(), &[1, 0, 0, 0], &[0xFF; 8]]);
        // Link type 201, no snap length, time in nanoseconds.
        block(&mut file, 1, &[&[201, 0, 0, 0, 0, 0, 0, 0], &[9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0]]);
        for (at, direction, packet) in &self.capture {
            let record = capture_record(*direction, packet);
            let nanos = at.as_nanos();
            let len = (record.len() as u32).to_le_bytes();
            let (high, low) = (((nanos >> 32) as u32).to_le_bytes(), (nanos as u32).to_le_bytes());
            block(&mut file, 6, &[&[0; 4], &high, &low, &len, &len, &record]);
        }
        let path = format!("{}/{name}.pcapng", env!("CARGO_TARGET_TMPDIR"));
        File::create(path).unwrap().write_all(&file).unwrap();
    }
}

/// Appends a block of a pcapng file.
fn block(file: &mut Vec<u8>, kind: u32, parts: &[&[u8]]) {
    let body = parts.concat();
    let padding = body.len().next_multiple_of(4) - body.len();
    let len = ((body.len() + padding + 12) as u32).to_le_bytes();
    file.extend([&kind.to_le_bytes()[..], &len, &body, &[0; 3][..padding], &len].concat());
}

fn pattern(len: usize) -> Vec<u8> {
    (0..len).map(|index| (index % 251) as u8).collect()
}

#[test]
fn a_hundred_thousand_bytes_cross_both_ways_in_order() {
    let mut pair = Pair::new();
    let (client, server) = pair.connected(3);
    let sent = [pattern(100_000), pattern(100_001)[1..].to_vec()];
    let mut progress = [0, 0];
    let mut received = [Vec::new(), Vec::new()];
    let ends = [(A, client), (B, server)];
    let mut saw_full_queue = false;
    while received.iter().any(|bytes| bytes.len() < 100_000) {
        for (device, socket) in ends {
            while progress[device] < 100_000 {
                match pair.send(device, socket, &sent[device][progress[device]..]) {
                    Ok(len) => progress[device] += len,
                    Err(error) => {
                        assert_eq!(error, Errno::EAGAIN);
                        assert!(!pair.poll(device, socket).contains(PollEvents::OUT));
                        saw_full_queue = true;
                        break;
                    }
                }
            }
            match pair.recv(device, socket) {
                Ok(bytes) => received[1 - device].extend(bytes),
                Err(error) => assert_eq!(error, Errno::EAGAIN),
            }
        }
        pair.step(Instant::MAX);
        assert!(pair.now < Instant::ZERO + Duration::from_secs(10), "stalled");
    }
    assert!(received == sent);
    assert!(saw_full_queue, "the send queue is bounded");
    pair.call(A, |host, now| host.close(client, now)).unwrap();
    pair.run_for(Duration::from_secs(30));
    assert_eq!(pair.recv(B, server), Err(Errno::ECONNRESET), "the peer's close is a reset, as on Linux");
    assert_eq!(pair.state(B, server), State::Closed);
    pair.write_capture("bluetooth_transfer");
}

/// The numbers are those of Linux 6.1 between two virtual controllers, with the same calls.
#[test]
fn a_reader_that_stops_stops_the_writer_by_credits() {
    let mut pair = Pair::new();
    let (client, server) = pair.connected(1);
    for part in [&b"x"[..], b"", b"hello", b"world"] {
        assert_eq!(pair.send(A, client, part), Ok(part.len()));
    }
    pair.run_for(Duration::from_secs(1));
    assert_eq!(pair.recv(B, server).unwrap(), b"xhelloworld");
    let data = pattern(1_000_000);
    assert_eq!(pair.send(A, client, &data), Ok(23_368), "23 frames fill the send buffer");
    let mut sent = 23_368;
    loop {
        pair.run_for(Duration::from_secs(1));
        match pair.send(A, client, &data[sent..]) {
            Ok(len) => sent += len,
            Err(error) => break assert_eq!(error, Errno::EAGAIN),
        }
    }
    assert_eq!(sent, 90_424, "66 frames have arrived, 23 wait");
    assert!(!pair.poll(A, client).contains(PollEvents::OUT));
    let mut received = pair.recv(B, server).unwrap();
    assert_eq!(received.len(), 67_056);
    pair.run_for(Duration::from_secs(1));
    received.extend(pair.recv(B, server).unwrap());
    assert!(received == data[..sent]);
    assert!(pair.poll(A, client).contains(PollEvents::OUT));
}

/// What Linux 6.1 puts on the RFCOMM channel for `connect`, `send("xyz")` and `close`, by btmon: what
/// the side that connects sends, and what it receives.
#[test]
fn the_frames_of_a_session_are_linuxs() {
    let mut pair = Pair::new();
    let (client, _) = pair.connected(5);
    pair.send(A, client, b"xyz").unwrap();
    pair.call(A, |host, now| host.close(client, now)).unwrap();
    pair.run_to_rest();
    let frames = |direction: Direction| {
        let packets = pair.capture.iter().filter(|(_, way, _)| *way == direction).map(|(.., packet)| packet);
        // ACL data for channel 0x0040: type, handle, length, the B-frame's length and channel.
        let rfcomm = packets.filter(|packet| packet[0] == 2 && packet[7..9] == [0x40, 0x00]);
        rfcomm.map(|packet| packet[9..].to_vec()).collect::<Vec<_>>()
    };
    let sent: [&[u8]; 9] = [
        &[0x03, 0x3F, 0x01, 0x1C],
        &[0x03, 0xEF, 0x15, 0x83, 0x11, 0x0A, 0xF0, 0x07, 0x00, 0xF8, 0x03, 0x00, 0x07, 0x70],
        &[0x2B, 0x3F, 0x01, 0x8C],
        &[0x03, 0xEF, 0x09, 0xE3, 0x05, 0x2B, 0x8D, 0x70],
        &[0x03, 0xEF, 0x09, 0xE1, 0x05, 0x2B, 0x8D, 0x70],
        &[0x2B, 0xFF, 0x01, 0x21, 0xAC],
        &[0x2B, 0xEF, 0x07, b'x', b'y', b'z', 0xB0],
        &[0x2B, 0x53, 0x01, 0x6D],
        &[0x03, 0x53, 0x01, 0xFD],
    ];
    let received: [&[u8]; 8] = [
        &[0x03, 0x73, 0x01, 0xD7],
        &[0x01, 0xEF, 0x15, 0x81, 0x11, 0x0A, 0xE0, 0x07, 0x00, 0xF8, 0x03, 0x00, 0x07, 0xAA],
        &[0x2B, 0x73, 0x01, 0x47],
        &[0x01, 0xEF, 0x09, 0xE3, 0x05, 0x2B, 0x8D, 0xAA],
        &[0x01, 0xEF, 0x09, 0xE1, 0x05, 0x2B, 0x8D, 0xAA],
        &[0x29, 0xFF, 0x01, 0x21, 0x76],
        &[0x2B, 0x73, 0x01, 0x47],
        &[0x03, 0x73, 0x01, 0xD7],
    ];
    assert_eq!(frames(Direction::Sent), sent);
    assert_eq!(frames(Direction::Received), received);
}

#[test]
fn several_channels_share_one_session_in_both_directions() {
    let mut pair = Pair::new();
    let (first, _) = pair.connected(3);
    let before = pair.capture.len();
    let (second, second_server) = pair.connected(4);
    // The other way, over the same link and session.
    let listener = pair.listen(A, 3);
    let third = pair.begin_connect(B, CAR, 3);
    pair.run_for(Duration::from_secs(1));
    let (third_server, _) = pair.call(A, |host, _| host.accept(listener)).unwrap();
    let asked_for_link = |packet: &Vec<u8>| packet[..3] == [1, 0x05, 0x04];
    let asked = pair.capture[before..].iter().any(|(_, _, packet)| asked_for_link(packet));
    assert!(!asked, "no second Create Connection");
    pair.send(B, third, b"from the phone").unwrap();
    pair.send(A, second, b"to the phone").unwrap();
    pair.run_for(Duration::from_secs(1));
    assert_eq!(pair.recv(A, third_server).unwrap(), b"from the phone");
    assert_eq!(pair.recv(B, second_server).unwrap(), b"to the phone");
    assert_eq!(pair.recv(A, first), Err(Errno::EAGAIN));
    // The same channel once more, while it is open, is busy.
    let again = pair.call(A, |host, now| {
        let socket = host.socket();
        host.connect(socket, RfcommAddr { device: PHONE, channel: 3 }, now)
    });
    assert_eq!(again, Err(Errno::EBUSY));
    pair.write_capture("bluetooth_channels");
}

#[test]
fn a_channel_that_nobody_listens_on_is_refused() {
    let mut pair = Pair::new();
    let socket = pair.begin_connect(A, PHONE, 9);
    assert_eq!(pair.poll(A, socket), PollEvents::empty());
    pair.run_for(Duration::from_secs(1));
    assert!(pair.poll(A, socket).contains(PollEvents::OUT | PollEvents::ERR | PollEvents::HUP));
    let error = pair.call(A, |host, _| host.get_mut(socket).unwrap().take_error());
    assert_eq!(error, Some(Errno::ECONNREFUSED));
    assert_eq!(pair.send(A, socket, b"x"), Err(Errno::ENOTCONN));
    // Session and link end for want of use.
    pair.run_to_rest();
    assert!(pair.now < Instant::ZERO + Duration::from_secs(10));
    pair.write_capture("bluetooth_refused");
}

#[test]
fn a_device_out_of_reach_does_not_answer_the_page() {
    let mut pair = Pair::new();
    pair.set_reach(false);
    let socket = pair.begin_connect(A, PHONE, 1);
    pair.run_to_rest();
    assert_eq!(pair.now, Instant::ZERO + Duration::from_millis(5120));
    let error = pair.call(A, |host, _| host.get_mut(socket).unwrap().take_error());
    assert_eq!(error, Some(Errno::EHOSTDOWN));
}

#[test]
fn a_link_that_is_lost_times_out_and_a_short_loss_only_delays() {
    let mut pair = Pair::new();
    let (client, server) = pair.connected(1);
    pair.set_reach(false);
    pair.send(A, client, b"late").unwrap();
    pair.run_for(Duration::from_secs(19));
    assert_eq!(pair.recv(B, server), Err(Errno::EAGAIN));
    pair.set_reach(true);
    pair.run_for(Duration::from_secs(1));
    assert_eq!(pair.recv(B, server).unwrap(), b"late");
    pair.send(B, server, b"before").unwrap();
    pair.run_for(Duration::from_secs(1));
    pair.set_reach(false);
    pair.run_for(Duration::from_secs(20));
    assert_eq!(pair.recv(A, client).unwrap(), b"before", "what came before the error is received first");
    assert_eq!(pair.recv(A, client), Err(Errno::ETIMEDOUT));
    assert_eq!(pair.recv(B, server), Err(Errno::ETIMEDOUT));
    assert!(pair.poll(A, client).contains(PollEvents::HUP));
    pair.run_to_rest();
    pair.write_capture("bluetooth_lost");
}

#[test]
fn closing_sends_what_waits_and_shutdown_ends_both_directions() {
    let mut pair = Pair::new();
    let (client, server) = pair.connected(1);
    let data = pattern(20_000);
    assert_eq!(pair.send(A, client, &data), Ok(20_000));
    pair.call(A, |host, now| host.shutdown(client, now)).unwrap();
    assert_eq!(pair.send(A, client, b"x"), Err(Errno::EPIPE));
    assert_eq!(pair.recv(A, client), Ok(vec![]));
    assert!(pair.poll(A, client).contains(PollEvents::HUP | PollEvents::RDHUP | PollEvents::IN));
    pair.run_for(Duration::from_secs(1));
    assert_eq!(pair.recv(B, server).unwrap(), data);
    assert_eq!(pair.recv(B, server), Err(Errno::ECONNRESET));
    assert_eq!(pair.recv(B, server), Err(Errno::EAGAIN), "the error is told once");
}

#[test]
fn devices_that_call_each_other_at_once_share_a_link() {
    let mut pair = Pair::new();
    let (at_a, at_b) = (pair.listen(A, 5), pair.listen(B, 6));
    let (a, b) = (pair.begin_connect(A, PHONE, 6), pair.begin_connect(B, CAR, 5));
    pair.run_for(Duration::from_secs(2));
    assert_eq!((pair.state(A, a), pair.state(B, b)), (State::Connected, State::Connected));
    let (a_server, _) = pair.call(A, |host, _| host.accept(at_a)).unwrap();
    let (b_server, _) = pair.call(B, |host, _| host.accept(at_b)).unwrap();
    pair.send(A, a, b"a").unwrap();
    pair.send(B, b, b"b").unwrap();
    pair.run_for(Duration::from_secs(1));
    assert_eq!((pair.recv(B, b_server), pair.recv(A, a_server)), (Ok(b"a".to_vec()), Ok(b"b".to_vec())));
    pair.write_capture("bluetooth_crossing");
}

#[test]
fn addresses_states_and_errors_are_linuxs() {
    let mut pair = Pair::new();
    let port = |device, channel| RfcommAddr { device, channel };
    pair.call(A, |host, now| {
        let [first, second, third] = core::array::from_fn(|_| host.socket());
        assert_eq!(host.listen(first, 1), Err(Errno::EBADFD), "not bound");
        assert_eq!(host.get(first).unwrap().peer_addr(), Err(Errno::ENOTCONN));
        assert_eq!(host.send(first, b"x", NO_FLAGS), Err(Errno::ENOTCONN));
        assert_eq!(host.recv(first, &mut [0; 4], NO_FLAGS, now), Err(Errno::EAGAIN));
        host.bind(first, port(BdAddr::ANY, 1)).unwrap();
        assert_eq!(host.bind(first, port(BdAddr::ANY, 2)), Err(Errno::EBADFD), "bound already");
        assert_eq!(host.bind(second, port(BdAddr::ANY, 1)), Err(Errno::EADDRINUSE));
        host.bind(second, port(BdAddr::ANY, 0)).unwrap();
        host.bind(third, port(CAR, 1)).unwrap();
        host.listen(second, 1).unwrap();
        assert_eq!(host.get(second).unwrap().local_addr(), port(BdAddr::ANY, 2), "the first free channel");
        assert_eq!(host.accept(second), Err(Errno::EAGAIN));
        assert_eq!(host.accept(third), Err(Errno::EBADFD));
        let try_connect = |host: &mut Host, address| {
            let socket = host.socket();
            host.connect(socket, address, now)
        };
        assert_eq!(try_connect(host, port(PHONE, 0)), Err(Errno::EINVAL));
        assert_eq!(try_connect(host, port(PHONE, 31)), Err(Errno::EINVAL));
        assert_eq!(try_connect(host, port(CAR, 1)), Err(Errno::EHOSTUNREACH));
        let socket = host.socket();
        assert_eq!(host.connect(socket, port(PHONE, 7), now), Err(Errno::EINPROGRESS));
        assert_eq!(host.connect(socket, port(PHONE, 7), now), Err(Errno::EBADFD));
        assert_eq!(host.get(socket).unwrap().local_addr(), port(BdAddr::ANY, 7));
        assert_eq!(host.get(socket).unwrap().peer_addr(), Ok(port(PHONE, 7)));
    });
    let (client, server) = pair.connected(8);
    assert_eq!(pair.devices[A].host().get(client).unwrap().local_addr(), port(CAR, 8));
    assert_eq!(pair.devices[B].host().get(server).unwrap().local_addr(), port(PHONE, 8));
    assert_eq!(pair.devices[B].host().get(server).unwrap().peer_addr(), Ok(port(CAR, 8)));
}

#[test]
fn a_listener_that_closes_closes_what_waits_and_the_next_is_refused() {
    let mut pair = Pair::new();
    let listener = pair.listen(B, 2);
    let client = pair.begin_connect(A, PHONE, 2);
    pair.run_for(Duration::from_secs(1));
    assert_eq!(pair.poll(B, listener), PollEvents::IN | PollEvents::RDNORM);
    assert_eq!(pair.state(A, client), State::Connected);
    pair.call(B, |host, now| host.close(listener, now)).unwrap();
    pair.run_for(Duration::from_secs(1));
    assert_eq!(pair.recv(A, client), Err(Errno::ECONNRESET));
    let refused = pair.begin_connect(A, PHONE, 2);
    pair.run_for(Duration::from_secs(1));
    assert_eq!(pair.recv(A, refused), Err(Errno::ECONNREFUSED));
}

#[test]
fn a_listener_may_decide_after_it_has_accepted() {
    let mut pair = Pair::new();
    let listener = pair.listen(B, 2);
    pair.call(B, |host, _| host.get_mut(listener).unwrap().set_defer_setup(true)).unwrap();
    let client = pair.begin_connect(A, PHONE, 2);
    pair.run_for(Duration::from_secs(1));
    assert_eq!(pair.state(A, client), State::Connecting);
    assert!(pair.poll(B, listener).contains(PollEvents::IN));
    let (server, _) = pair.call(B, |host, _| host.accept(listener)).unwrap();
    assert_eq!(pair.state(B, server), State::Deferred);
    assert_eq!(pair.poll(B, server), PollEvents::empty());
    assert_eq!(pair.send(B, server, b"x"), Err(Errno::ENOTCONN));
    // The first recv says yes.
    assert_eq!(pair.recv(B, server), Ok(vec![]));
    pair.run_for(Duration::from_secs(1));
    assert_eq!((pair.state(A, client), pair.state(B, server)), (State::Connected, State::Connected));
    pair.send(B, server, b"yes").unwrap();
    pair.run_for(Duration::from_secs(1));
    assert_eq!(pair.recv(A, client), Ok(b"yes".to_vec()));
    pair.call(A, |host, now| host.close(client, now)).unwrap();
    pair.run_for(Duration::from_secs(1));
    // close says no; so does saying nothing for 25 seconds.
    let refused = pair.begin_connect(A, PHONE, 2);
    pair.run_for(Duration::from_secs(1));
    let (server, _) = pair.call(B, |host, _| host.accept(listener)).unwrap();
    pair.call(B, |host, now| host.close(server, now)).unwrap();
    pair.run_for(Duration::from_secs(1));
    assert_eq!(pair.recv(A, refused), Err(Errno::ECONNREFUSED));
    let ignored = pair.begin_connect(A, PHONE, 2);
    pair.run_for(Duration::from_secs(24));
    assert_eq!(pair.recv(A, ignored), Err(Errno::EAGAIN));
    pair.run_for(Duration::from_secs(2));
    assert_eq!(pair.recv(A, ignored), Err(Errno::ECONNREFUSED));
}
