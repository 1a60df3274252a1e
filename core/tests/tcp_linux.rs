//! The connection against Linux's own TCP, through a TUN device.
//!
//! Wants /dev/net/tun, user namespaces, Python and iproute2, so it runs only when asked for:
//! `cargo test -p anysock --test tcp_linux -- --ignored`.

use anysock::tcp::wire::{self, Ports, PseudoHeader};
use anysock::tcp::{
    Arrival, Block, Config, Connection, Ecn, EcnNegotiation, Error, FastOpenCookie, Flags, HalfOpen,
    Listener, Options, Rings, SecretKey, Segment, SequenceNumber, State, Transmission, refuse,
};
use anysock::time::Instant;
use core::net::{Ipv4Addr, SocketAddrV4};
use core::time::Duration;
use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};

const LINUX: Ipv4Addr = Ipv4Addr::new(10, 9, 0, 1);
const HERE: Ipv4Addr = Ipv4Addr::new(10, 9, 0, 2);
/// The port that we listen on.
const LISTENS: u16 = 7000;
/// An IPv4 header without options.
const IP_HEADER: usize = 20;

type Memory = Rings<Vec<u8>, Vec<u8>, [Block; 8], [Transmission; 64]>;

/// The capacity of every buffer.
const CAPACITY: usize = 100_000;

type Pair = (SocketAddrV4, SocketAddrV4);
type Backlog = [Option<(Pair, HalfOpen)>; 16];

struct Socket {
    ports: Ports,
    connection: Connection,
    memory: Memory,
}

/// What passes in one direction, lost or not.
#[derive(Debug, Default)]
struct Passed {
    segments: u32,
    /// Segments other than RSTs without timestamps.
    without_timestamps: u32,
    /// Segments with selective acknowledgments.
    selective: u32,
    /// Of those, segments that report duplicates (RFC 2883).
    duplicates: u32,
    /// Packets that a router may mark, segments with text that echo a mark, and those that say that this was heard (RFC
    /// 3168).
    capable: u32,
    echoes: u32,
    reduced: u32,
    /// Octets of text in SYNs.
    early: usize,
}

impl Passed {
    fn note(&mut self, segment: &Segment<'_>) {
        let Options { timestamps, sack: [first, second, ..], .. } = segment.options;
        self.segments += 1;
        self.without_timestamps += u32::from(timestamps.is_none() && !segment.flags.contains(Flags::RST));
        self.selective += u32::from(first.is_some());
        let is_duplicate = |first: &Block| {
            !first.right_edge.is_after(segment.ack)
                || second.is_some_and(|second| {
                    !first.left_edge.is_before(second.left_edge)
                        && !first.right_edge.is_after(second.right_edge)
                })
        };
        self.duplicates += u32::from(first.is_some_and(|first| is_duplicate(&first)));
        self.capable += u32::from(segment.ecn != Ecn::NotCapable);
        let is_syn = segment.flags.contains(Flags::SYN);
        self.echoes += u32::from(segment.flags.contains(Flags::ECE) && !is_syn);
        self.reduced += u32::from(segment.flags.contains(Flags::CWR) && !is_syn);
        self.early += if is_syn { segment.payload.len() } else { 0 };
    }
}

/// A host with one address, and Linux at the other end of its only link.
struct Host {
    linux: Child,
    to_linux: ChildStdin,
    from_linux: Receiver<Vec<u8>>,
    start: std::time::Instant,
    config: Config,
    sockets: Vec<Socket>,
    listener: Option<(u16, Listener<Backlog>)>,
    /// Of a thousand packets, in each direction.
    loss: u64,
    /// The same: packets that arrive twice.
    duplication: u64,
    /// The same: packets that may be marked and are.
    marks: u64,
    /// What Linux has granted us (RFC 7413).
    cookie: Option<FastOpenCookie>,
    sent: Passed,
    received: Passed,
    random: u64,
}

impl Host {
    fn new(loss: u64) -> Host {
        Host::with(loss, &[])
    }

    /// The same, Linux having these settings: names in /proc/sys/net/ipv4 and their values.
    fn with(loss: u64, settings: &[&str]) -> Host {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tcp_linux.py");
        let mut linux = Command::new("unshare")
            .args(["--map-root-user", "--net", "python3", script])
            .args(settings)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("unshare(1) starts");
        let to_linux = linux.stdin.take().unwrap();
        let mut output = linux.stdout.take().unwrap();
        let (sender, from_linux) = channel();
        std::thread::spawn(move || {
            let mut length = [0; 2];
            while output.read_exact(&mut length).is_ok() {
                let mut packet = vec![0; usize::from(u16::from_be_bytes(length))];
                if output.read_exact(&mut packet).is_err() || sender.send(packet).is_err() {
                    return;
                }
            }
        });
        let ready = from_linux.recv_timeout(Duration::from_secs(60)).expect("Linux's side starts");
        assert!(ready.is_empty());
        let start = std::time::Instant::now();
        let sockets = vec![];
        Host {
            linux,
            to_linux,
            from_linux,
            start,
            config: Config::default(),
            sockets,
            listener: None,
            loss,
            duplication: 0,
            marks: 0,
            cookie: None,
            sent: Passed::default(),
            received: Passed::default(),
            random: 1,
        }
    }

    fn now(&self) -> Instant {
        Instant::from_nanos(self.start.elapsed().as_nanos() as u64)
    }

    /// Whether something happens that happens to so many packets of a thousand.
    fn happens(&mut self, thousandths: u64) -> bool {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.random >> 33) % 1000 < thousandths
    }

    /// How often one packet arrives.
    fn copies(&mut self) -> usize {
        if self.happens(self.loss) { 0 } else { 1 + usize::from(self.happens(self.duplication)) }
    }

    /// The mark that a packet carries which left with this one.
    fn marked(&mut self, ecn: Ecn) -> Ecn {
        let is_marked = ecn != Ecn::NotCapable && self.happens(self.marks);
        if is_marked { Ecn::CongestionExperienced } else { ecn }
    }

    fn transmit(&mut self, ports: Ports, segment: &Segment<'_>) {
        let mut segment = *segment;
        if segment.options.fast_open.is_some() && ports.source != LISTENS {
            segment.options.fast_open = self.cookie.or(segment.options.fast_open);
        }
        let segment = &segment;
        let mut packet = [0; 1500];
        let addresses = PseudoHeader::ipv4(HERE, LINUX);
        let length = IP_HEADER + wire::encode(&addresses, ports, segment, &mut packet[IP_HEADER..]).unwrap();
        let ecn = self.marked(segment.ecn).bits();
        packet[..10].copy_from_slice(&[0x45, ecn, (length >> 8) as u8, length as u8, 0, 0, 0x40, 0, 64, 6]);
        packet[12..16].copy_from_slice(&HERE.octets());
        packet[16..20].copy_from_slice(&LINUX.octets());
        let words =
            packet[..IP_HEADER].chunks(2).map(|word| u32::from(u16::from_be_bytes([word[0], word[1]])));
        let sum: u32 = words.sum();
        let checksum = !((sum & 0xffff) + (sum >> 16)) as u16;
        packet[10..12].copy_from_slice(&checksum.to_be_bytes());
        self.sent.note(segment);
        for _ in 0..self.copies() {
            self.to_linux.write_all(&(length as u16).to_be_bytes()).unwrap();
            self.to_linux.write_all(&packet[..length]).unwrap();
        }
    }

    fn packet_arrives(&mut self, packet: &[u8]) {
        if packet.len() >= IP_HEADER && packet[0] == 0x45 && packet[9] == 6 {
            for _ in 0..self.copies() {
                self.segment_arrives(packet);
            }
        }
    }

    fn segment_arrives(&mut self, packet: &[u8]) {
        let (ports, mut segment) =
            wire::decode(&PseudoHeader::ipv4(LINUX, HERE), &packet[IP_HEADER..]).unwrap();
        segment.ecn = Ecn::from_bits(packet[1]);
        let ports = Ports { source: ports.destination, destination: ports.source };
        self.received.note(&segment);
        segment.ecn = self.marked(segment.ecn);
        let now = self.now();
        if let Some(socket) = self.sockets.iter_mut().find(|socket| socket.ports == ports) {
            self.cookie = socket.connection.granted_cookie(&segment).or(self.cookie);
            socket.connection.segment_arrives(now, &segment, &mut socket.memory);
            return;
        }
        let arrival = match &mut self.listener {
            Some((port, listener)) if *port == ports.source => {
                if let Some(half_open) = listener.fast_open(now, &pair(ports), &segment) {
                    let mut memory = memory();
                    let connection = Connection::accept_fast_open(
                        &Config::default(),
                        &half_open,
                        &segment,
                        now,
                        &mut memory,
                    );
                    self.sockets.push(Socket { ports, connection, memory });
                    return;
                }
                listener.segment_arrives(now, &pair(ports), &segment)
            }
            _ => refuse(&segment).map_or(Arrival::Drop, Arrival::Reply),
        };
        match arrival {
            Arrival::Accept(half_open) => {
                let mut memory = memory();
                let mut connection =
                    Connection::from_half_open(&Config::default(), &half_open, now, &mut memory);
                connection.segment_arrives(now, &segment, &mut memory);
                self.sockets.push(Socket { ports, connection, memory });
            }
            Arrival::Reply(reply) => self.transmit(ports, &reply),
            Arrival::Drop => {}
        }
    }

    fn add(&mut self, ports: Ports, connection: Connection) -> usize {
        self.sockets.push(Socket { ports, connection, memory: memory() });
        self.sockets.len() - 1
    }

    fn connect(&mut self, port: u16) -> usize {
        let connection = Connection::connect(&self.config, SequenceNumber(u32::MAX - 1000), self.now());
        self.add(self.ports_to(port), connection)
    }

    /// The same with Fast Open, by the cookie if there is one.
    fn connect_fast_open(&mut self, port: u16) -> usize {
        let (isn, has_cookie) = (SequenceNumber(u32::MAX - 3), self.cookie.is_some());
        let connection = Connection::connect_fast_open(&self.config, isn, has_cookie, self.now());
        self.add(self.ports_to(port), connection)
    }

    fn ports_to(&self, port: u16) -> Ports {
        Ports { source: 40_000 + self.sockets.len() as u16, destination: port }
    }

    /// Sends what is to be sent, and waits for a packet or a timeout, no longer than a moment.
    fn step(&mut self) {
        let now = self.now();
        let mut wakeup = now + Duration::from_millis(10);
        while let Some((pair, segment)) =
            self.listener.as_mut().and_then(|(_, listener)| listener.poll_transmit(now))
        {
            self.transmit(Ports { source: pair.0.port(), destination: pair.1.port() }, &segment);
        }
        let mut sockets = core::mem::take(&mut self.sockets);
        for socket in &mut sockets {
            socket.connection.handle_timeout(now, &mut socket.memory);
            while let Some(segment) = socket.connection.poll_transmit(now, &mut socket.memory) {
                self.transmit(socket.ports, &segment);
            }
            wakeup = socket.connection.poll_timeout().unwrap_or(wakeup).min(wakeup);
        }
        self.sockets = sockets;
        if let Ok(packet) = self.from_linux.recv_timeout(wakeup.since(now)) {
            self.packet_arrives(&packet);
        }
    }

    fn until(&mut self, mut done: impl FnMut(&mut Host) -> bool) {
        while !done(self) {
            self.step();
            let states: Vec<State> = self.sockets.iter().map(|socket| socket.connection.state()).collect();
            assert!(self.start.elapsed() < Duration::from_secs(60), "it takes too long: {states:?}");
        }
    }

    /// Sends `octets`, shuts down, and reads to the end or to an error.
    fn exchange(&mut self, index: usize, octets: &[u8]) -> Result<Vec<u8>, Error> {
        let (mut received, mut sent, mut result) = (vec![], 0, None);
        self.until(|host| {
            let now = host.now();
            let Socket { connection, memory, .. } = &mut host.sockets[index];
            while sent < octets.len() {
                let Ok(length) = connection.send(now, &octets[sent..], memory) else { break };
                sent += length;
            }
            if sent == octets.len() && connection.state() == State::Established {
                connection.shutdown(now).unwrap();
            }
            let mut buffer = [0; 10_000];
            match connection.receive(now, &mut buffer, memory) {
                Ok(0) => result = Some(Ok(())),
                Ok(length) => received.extend_from_slice(&buffer[..length]),
                Err(Error::WouldBlock) => {}
                Err(error) => result = Some(Err(error)),
            }
            result.is_some()
        });
        result.unwrap().map(|()| received)
    }

    /// What Linux counts under this name, of all connections so far.
    fn counter(&mut self, name: &str) -> u32 {
        let socket = self.connect(5004);
        let (mut answer, mut length, mut asked) = ([0; 100], 0, false);
        self.until(|host| {
            let now = host.now();
            let Socket { connection, memory, .. } = &mut host.sockets[socket];
            asked = asked || connection.send(now, name.as_bytes(), memory).is_ok();
            length = connection.receive(now, &mut answer, memory).unwrap_or(0);
            length > 0
        });
        String::from_utf8_lossy(&answer[..length]).parse().unwrap()
    }

    /// Has Linux connect to `port` here, and says what it answers once `serve` has done its part.
    fn linux_connects(&mut self, port: u16, count: usize, serve: impl FnMut(&mut Socket, Instant)) -> String {
        self.linux_does(5003, &format!("{port} {count}"), serve)
    }

    /// The same for any `order` to the service of Linux on the port `service`.
    fn linux_does(
        &mut self,
        service: u16,
        order: &str,
        mut serve: impl FnMut(&mut Socket, Instant),
    ) -> String {
        let control = self.connect(service);
        let mut answer = [0; 100];
        let mut length = 0;
        let mut ordered = false;
        self.until(|host| {
            let now = host.now();
            let Socket { connection, memory, .. } = &mut host.sockets[control];
            ordered = ordered || connection.send(now, order.as_bytes(), memory).is_ok();
            length = connection.receive(now, &mut answer, memory).unwrap_or(0);
            host.sockets
                .iter_mut()
                .filter(|socket| socket.ports.source == LISTENS)
                .for_each(|socket| serve(socket, now));
            length > 0
        });
        String::from_utf8(answer[..length].to_vec()).unwrap()
    }
}

fn memory() -> Memory {
    Rings::over(vec![0; CAPACITY], vec![0; CAPACITY], [Block::NONE; 8], [Transmission::NONE; 64])
}

/// Both ends, by their ports.
fn pair(ports: Ports) -> Pair {
    (SocketAddrV4::new(HERE, ports.source), SocketAddrV4::new(LINUX, ports.destination))
}

fn listener(backlog: u32) -> Listener<Backlog> {
    let entries = [const { None }; 16];
    Listener::new(&Config::default(), backlog, CAPACITY, SecretKey::new([7; 16]), entries)
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.linux.kill();
        let _ = self.linux.wait();
    }
}

fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|index| (index * 7 + (index >> 8)) as u8).collect()
}

/// An echo server's turn.
fn echo(socket: &mut Socket, now: Instant) {
    let Socket { connection, memory, .. } = socket;
    let mut buffer = [0; 10_000];
    while let Ok(length @ 1..) = {
        let room = connection.writable(memory).min(buffer.len());
        connection.receive(now, &mut buffer[..room], memory)
    } {
        assert_eq!(connection.send(now, &buffer[..length], memory), Ok(length));
    }
    if connection.is_end_of_stream() && connection.state() == State::CloseWait {
        connection.shutdown(now).unwrap();
    }
}

#[test]
#[ignore = "wants a TUN device"]
fn linux_echoes() {
    for loss in [0, 30] {
        let mut host = Host::new(loss);
        let socket = host.connect(5000);
        let octets = pattern(1_000_000);
        assert!(host.exchange(socket, &octets) == Ok(octets));
        // An acknowledgment that finds Linux gone is answered by a RST, which ends TIME-WAIT.
        let over = |state| matches!(state, State::TimeWait | State::Closed);
        host.until(|host| over(host.sockets[socket].connection.state()));
    }
}

#[test]
#[ignore = "wants a TUN device"]
fn linux_connects() {
    for loss in [0, 30] {
        let mut host = Host::new(loss);
        host.listener = Some((LISTENS, listener(5)));
        assert_eq!(host.linux_connects(LISTENS, 1_000_000, echo), "ok");
        host.until(|host| host.sockets.iter().all(|socket| socket.ports.source != LISTENS || closed(socket)));
    }
}

fn closed(socket: &Socket) -> bool {
    socket.connection.state() == State::Closed
}

#[test]
#[ignore = "wants a TUN device"]
fn both_refuse() {
    let mut host = Host::new(0);
    let socket = host.connect(5999);
    assert_eq!(host.exchange(socket, b""), Err(Error::Refused));
    assert_eq!(host.linux_connects(7999, 10, |_, _| {}), "ConnectionRefusedError");
}

#[test]
#[ignore = "wants a TUN device"]
fn both_reset_where_text_is_left_unread() {
    let mut host = Host::new(0);
    let socket = host.connect(5001);
    assert_eq!(host.exchange(socket, b"unread"), Err(Error::Reset));
    host.listener = Some((LISTENS, listener(5)));
    let answer = host.linux_connects(LISTENS, 10, |socket, now| {
        if socket.connection.readable() > 0 {
            socket.connection.close(now);
        }
    });
    assert_eq!(answer, "ConnectionResetError");
}

#[test]
#[ignore = "wants a TUN device"]
fn linux_closes_its_window_and_opens_it() {
    let mut host = Host::new(0);
    let socket = host.connect(5002);
    // SHA-256 of eight million zeros, by sha256sum.
    let digest = host.exchange(socket, &vec![0; 8_000_000]).unwrap();
    let hexadecimal: String = digest.iter().map(|octet| format!("{octet:02x}")).collect();
    assert_eq!(hexadecimal, "6506614505e113daab08b3f894ca46d4d61867c7b007c413b47a669abe8aae67");
}

#[test]
#[ignore = "wants a TUN device"]
fn losses_and_duplicates_are_repaired_selectively() {
    let mut host = Host::new(30);
    host.duplication = 20;
    let socket = host.connect(5000);
    let octets = pattern(3_000_000);
    assert!(host.exchange(socket, &octets) == Ok(octets));
    (host.loss, host.duplication) = (0, 0);
    // Each says what it has, and what came twice; and all of it with timestamps.
    for passed in [&host.sent, &host.received] {
        assert!(passed.segments > 2000 && passed.without_timestamps == 0, "{passed:?}");
        assert!(passed.selective > 50 && passed.duplicates > 10, "{passed:?}");
    }
    // Linux has understood ours, and found nothing wrong with our timestamps.
    for (name, expected) in
        [("TCPSackRecovery", true), ("TCPRenoRecovery", false), ("TCPDSACKRecv", true), ("PAWSEstab", false)]
    {
        let count = host.counter(name);
        assert_eq!(count > 0, expected, "{name} {count}");
    }
    // Blocks that Linux would not have: only reports of duplicates that it had no part in, the network having made
    // them.
    let (discarded, dubious) = (host.counter("TCPSACKDiscard"), host.counter("TCPDSACKIgnoredDubious"));
    assert!(discarded <= dubious, "{discarded} {dubious}");
    // A timeout or two, where a retransmission of few segments was lost; not one for each loss, of which there were
    // some sixty.
    let timeouts = host.counter("TCPTimeouts");
    assert!(timeouts < 20, "{timeouts}");
}

#[test]
#[ignore = "wants a TUN device"]
fn linux_without_options_is_served_as_well() {
    // A plain RFC 9293 connection, as Linux speaks it with one that offers nothing.
    let mut host = Host::new(30);
    host.config.selective_acknowledgments = false;
    host.config.timestamps = false;
    host.config.window_scale = None;
    let socket = host.connect(5000);
    let octets = pattern(300_000);
    assert!(host.exchange(socket, &octets) == Ok(octets));
    let (sent, received) = (&host.sent, &host.received);
    assert_eq!((sent.selective, received.selective), (0, 0));
    assert_eq!((sent.without_timestamps, received.without_timestamps), (sent.segments, received.segments));
}

/// What both sides say of congestion, once packets were marked that could be.
fn assert_marks_are_heard(host: &mut Host) {
    host.marks = 0;
    for passed in [&host.sent, &host.received] {
        assert!(passed.capable > 100 && passed.echoes > 0 && passed.reduced > 0, "{passed:?}");
    }
    assert!(host.counter("InCEPkts") > 0 && host.counter("InECT0Pkts") > 0);
    assert_eq!(host.counter("TCPTimeouts"), 0, "nothing was lost");
}

#[test]
#[ignore = "wants a TUN device"]
fn marks_are_heard_where_we_asked_for_them() {
    let mut host = Host::with(0, &["tcp_ecn=2"]);
    host.marks = 30;
    host.config.ecn = EcnNegotiation::Request;
    let socket = host.connect(5000);
    let octets = pattern(1_000_000);
    assert!(host.exchange(socket, &octets) == Ok(octets));
    assert!(host.sockets[socket].connection.uses_ecn());
    assert_marks_are_heard(&mut host);
}

#[test]
#[ignore = "wants a TUN device"]
fn marks_are_heard_where_linux_asked_for_them() {
    let mut host = Host::with(0, &["tcp_ecn=1"]);
    host.marks = 30;
    host.listener = Some((LISTENS, listener(5)));
    let mut uses_ecn = false;
    let answer = host.linux_connects(LISTENS, 1_000_000, |socket, now| {
        uses_ecn = socket.connection.uses_ecn();
        echo(socket, now);
    });
    assert_eq!((answer.as_str(), uses_ecn), ("ok", true));
    assert_marks_are_heard(&mut host);
}

#[test]
#[ignore = "wants a TUN device"]
fn urgent_octets_go_both_ways() {
    for inline in [false, true] {
        let mut host = Host::new(0);
        host.config.urgent_inline = inline;
        let index = host.connect(5005);
        host.until(|host| host.sockets[index].connection.state() == State::Established);
        let now = host.now();
        let Socket { connection, memory, .. } = &mut host.sockets[index];
        assert_eq!(connection.send(now, b"abc", memory), Ok(3));
        assert_eq!(connection.send_urgent(now, b"def!", memory), Ok(4));
        assert_eq!(connection.send(now, b"ghi", memory), Ok(3));
        connection.shutdown(now).unwrap();
        let (mut received, mut urgent, mut ended) = (vec![], None, false);
        host.until(|host| {
            let now = host.now();
            let Socket { connection, memory, .. } = &mut host.sockets[index];
            urgent = urgent.or(connection.receive_urgent(false).ok().flatten());
            let mut buffer = [0; 100];
            match connection.receive(now, &mut buffer, memory) {
                Ok(0) => ended = true,
                Ok(length) => received.extend_from_slice(&buffer[..length]),
                Err(error) => assert_eq!(error, Error::WouldBlock),
            }
            ended
        });
        // What Linux read, in order; then the octet that it got out of band, which comes back so; then the end.
        let expected = if inline { "abcdefghi!end" } else { "abcdefghiend" };
        assert_eq!(String::from_utf8_lossy(&received), expected);
        assert_eq!(urgent, (!inline).then_some(b'!'));
    }
}

#[test]
#[ignore = "wants a TUN device"]
fn linux_takes_text_in_our_syn() {
    let mut host = Host::with(0, &["tcp_fastopen=3"]);
    let octets = pattern(2000);
    for (attempt, early) in [(0, 0), (1, 496), (2, 496)] {
        let before = host.sent.early;
        let socket = host.connect_fast_open(5000);
        assert_eq!(host.cookie.is_some(), attempt > 0, "the first asks for a cookie");
        assert!(host.exchange(socket, &octets) == Ok(octets.clone()));
        assert_eq!(host.sent.early - before, early);
    }
    assert_eq!((host.counter("TCPFastOpenCookieReqd"), host.counter("TCPFastOpenPassive")), (1, 2));
    // A cookie that Linux never gave: it takes the text only after the handshake, and grants the right one.
    host.cookie = FastOpenCookie::new(b"nonsense");
    let socket = host.connect_fast_open(5000);
    assert!(host.exchange(socket, &octets) == Ok(octets));
    assert_eq!((host.counter("TCPFastOpenPassive"), host.counter("TCPFastOpenPassiveFail")), (2, 1));
    assert_ne!(host.cookie, FastOpenCookie::new(b"nonsense"));
}

#[test]
#[ignore = "wants a TUN device"]
fn we_take_text_in_linuxs_syn() {
    let mut host = Host::with(0, &["tcp_fastopen=1"]);
    let mut listener = listener(5);
    listener.set_fast_open(5);
    host.listener = Some((LISTENS, listener));
    for early in [0, 1000, 1000] {
        let before = host.received.early;
        assert_eq!(host.linux_does(5006, &format!("{LISTENS} 1000"), echo), "ok");
        assert_eq!(host.received.early - before, early);
    }
    assert_eq!((host.counter("TCPFastOpenActive"), host.counter("TCPFastOpenActiveFail")), (2, 0));
}

#[test]
#[ignore = "wants a TUN device"]
fn linux_answers_with_cookies() {
    let mut host = Host::with(0, &["tcp_syncookies=2"]);
    let socket = host.connect(5000);
    let octets = pattern(300_000);
    assert!(host.exchange(socket, &octets) == Ok(octets));
    assert!(host.counter("SyncookiesSent") >= 1 && host.counter("SyncookiesRecv") >= 1);
    assert_eq!(host.counter("SyncookiesFailed"), 0);
}

#[test]
#[ignore = "wants a TUN device"]
fn linux_comes_through_our_cookies() {
    for timestamps in [true, false] {
        let mut host = Host::with(0, &[if timestamps { "tcp_timestamps=1" } else { "tcp_timestamps=0" }]);
        let mut flooded = listener(2);
        // Who asks and never answers leaves no room for others.
        for source in 1..=3 {
            let syn = Segment::new(Flags::SYN, SequenceNumber(source), SequenceNumber(0));
            let nobody = SocketAddrV4::new(Ipv4Addr::new(10, 9, 0, 3), source as u16);
            let pair = (SocketAddrV4::new(HERE, LISTENS), nobody);
            assert!(matches!(flooded.segment_arrives(host.now(), &pair, &syn), Arrival::Reply(_)));
        }
        host.listener = Some((LISTENS, flooded));
        let mut selective = false;
        let answer = host.linux_connects(LISTENS, 300_000, |socket, now| {
            selective |= socket.connection.info(now, &Default::default()).options & 2 != 0;
            echo(socket, now);
        });
        assert_eq!(answer, "ok");
        // What the SYN offered is known again by the timestamps alone.
        assert_eq!(selective, timestamps);
        let (_, listener) = host.listener.as_ref().unwrap();
        assert_eq!((listener.half_open(), listener.waiting()), (3, 1), "it never had an entry");
    }
}
