//! A host with a TCP of ours, and Linux's own TCP at the other end of its link, a TUN device in a network namespace.

use anysock::tcp::wire::{self, Ports, PseudoHeader};
use anysock::tcp::{
    Arrival, Block, Config, Connection, Ecn, Error, FastOpenCookie, Flags, HalfOpen, Listener, Options,
    Rings, SecretKey, Segment, SequenceNumber, State, Transmission, refuse,
};
use anysock::time::Instant;
use core::net::{Ipv4Addr, SocketAddrV4};
use core::time::Duration;
use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};

pub(crate) const LINUX: Ipv4Addr = Ipv4Addr::new(10, 9, 0, 1);
pub(crate) const HERE: Ipv4Addr = Ipv4Addr::new(10, 9, 0, 2);
/// The port that we listen on.
pub(crate) const LISTENS: u16 = 7000;
/// An IPv4 header without options.
pub(crate) const IP_HEADER: usize = 20;

pub(crate) type Memory = Rings<Vec<u8>, Vec<u8>, [Block; 8], [Transmission; 64]>;

/// The capacity of every buffer.
pub(crate) const CAPACITY: usize = 100_000;

pub(crate) type Pair = (SocketAddrV4, SocketAddrV4);
pub(crate) type Backlog = [Option<(Pair, HalfOpen)>; 16];

pub(crate) struct Socket {
    pub(crate) ports: Ports,
    pub(crate) connection: Connection,
    pub(crate) memory: Memory,
}

/// What passes in one direction, lost or not.
#[derive(Debug, Default)]
pub(crate) struct Passed {
    pub(crate) segments: u32,
    /// Segments other than RSTs without timestamps.
    pub(crate) without_timestamps: u32,
    /// Segments with selective acknowledgments.
    pub(crate) selective: u32,
    /// Of those, segments that report duplicates (RFC 2883).
    pub(crate) duplicates: u32,
    /// Packets that a router may mark, segments with text that echo a mark, and those that say that this was heard (RFC
    /// 3168).
    pub(crate) capable: u32,
    pub(crate) echoes: u32,
    pub(crate) reduced: u32,
    /// Octets of text in SYNs.
    pub(crate) early: usize,
}

impl Passed {
    pub(crate) fn note(&mut self, segment: &Segment<'_>) {
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
pub(crate) struct Host {
    pub(crate) linux: Child,
    pub(crate) to_linux: ChildStdin,
    pub(crate) from_linux: Receiver<Vec<u8>>,
    pub(crate) start: std::time::Instant,
    pub(crate) config: Config,
    pub(crate) sockets: Vec<Socket>,
    pub(crate) listener: Option<(u16, Listener<Backlog>)>,
    /// Of a thousand packets, in each direction.
    pub(crate) loss: u64,
    /// The same: packets that arrive twice.
    pub(crate) duplication: u64,
    /// The same: packets that may be marked and are.
    pub(crate) marks: u64,
    /// What Linux has granted us (RFC 7413).
    pub(crate) cookie: Option<FastOpenCookie>,
    pub(crate) sent: Passed,
    pub(crate) received: Passed,
    pub(crate) random: u64,
}

impl Host {
    pub(crate) fn new(loss: u64) -> Host {
        Host::with(loss, &[])
    }

    /// The same, Linux having these settings: names in /proc/sys/net/ipv4 and their values.
    pub(crate) fn with(loss: u64, settings: &[&str]) -> Host {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/linux_host/tcp_linux.py");
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

    pub(crate) fn now(&self) -> Instant {
        Instant::from_nanos(self.start.elapsed().as_nanos() as u64)
    }

    /// Whether something happens that happens to so many packets of a thousand.
    pub(crate) fn happens(&mut self, thousandths: u64) -> bool {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.random >> 33) % 1000 < thousandths
    }

    /// How often one packet arrives.
    pub(crate) fn copies(&mut self) -> usize {
        if self.happens(self.loss) { 0 } else { 1 + usize::from(self.happens(self.duplication)) }
    }

    /// The mark that a packet carries which left with this one.
    pub(crate) fn marked(&mut self, ecn: Ecn) -> Ecn {
        let is_marked = ecn != Ecn::NotCapable && self.happens(self.marks);
        if is_marked { Ecn::CongestionExperienced } else { ecn }
    }

    pub(crate) fn transmit(&mut self, ports: Ports, segment: &Segment<'_>) {
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

    pub(crate) fn packet_arrives(&mut self, packet: &[u8]) {
        if packet.len() >= IP_HEADER && packet[0] == 0x45 && packet[9] == 6 {
            for _ in 0..self.copies() {
                self.segment_arrives(packet);
            }
        }
    }

    pub(crate) fn segment_arrives(&mut self, packet: &[u8]) {
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

    pub(crate) fn add(&mut self, ports: Ports, connection: Connection) -> usize {
        self.sockets.push(Socket { ports, connection, memory: memory() });
        self.sockets.len() - 1
    }

    pub(crate) fn connect(&mut self, port: u16) -> usize {
        let connection = Connection::connect(&self.config, SequenceNumber(u32::MAX - 1000), self.now());
        self.add(self.ports_to(port), connection)
    }

    /// The same with Fast Open, by the cookie if there is one.
    pub(crate) fn connect_fast_open(&mut self, port: u16) -> usize {
        let (isn, has_cookie) = (SequenceNumber(u32::MAX - 3), self.cookie.is_some());
        let connection = Connection::connect_fast_open(&self.config, isn, has_cookie, self.now());
        self.add(self.ports_to(port), connection)
    }

    pub(crate) fn ports_to(&self, port: u16) -> Ports {
        Ports { source: 40_000 + self.sockets.len() as u16, destination: port }
    }

    /// Sends what is to be sent, and waits for a packet or a timeout, no longer than a moment.
    pub(crate) fn step(&mut self) {
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

    pub(crate) fn until(&mut self, mut done: impl FnMut(&mut Host) -> bool) {
        while !done(self) {
            self.step();
            let states: Vec<State> = self.sockets.iter().map(|socket| socket.connection.state()).collect();
            assert!(self.start.elapsed() < Duration::from_secs(60), "it takes too long: {states:?}");
        }
    }

    /// Sends `octets`, shuts down, and reads to the end or to an error.
    pub(crate) fn exchange(&mut self, index: usize, octets: &[u8]) -> Result<Vec<u8>, Error> {
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
    pub(crate) fn counter(&mut self, name: &str) -> u32 {
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
    pub(crate) fn linux_connects(
        &mut self,
        port: u16,
        count: usize,
        serve: impl FnMut(&mut Socket, Instant),
    ) -> String {
        self.linux_does(5003, &format!("{port} {count}"), serve)
    }

    /// The same for any `order` to the service of Linux on the port `service`.
    pub(crate) fn linux_does(
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

pub(crate) fn memory() -> Memory {
    Rings::over(vec![0; CAPACITY], vec![0; CAPACITY], [Block::NONE; 8], [Transmission::NONE; 64])
}

/// Both ends, by their ports.
pub(crate) fn pair(ports: Ports) -> Pair {
    (SocketAddrV4::new(HERE, ports.source), SocketAddrV4::new(LINUX, ports.destination))
}

pub(crate) fn listener(backlog: u32) -> Listener<Backlog> {
    let entries = [const { None }; 16];
    Listener::new(&Config::default(), backlog, CAPACITY, SecretKey::new([7; 16]), entries)
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.linux.kill();
        let _ = self.linux.wait();
    }
}
