//! Random programs. Most of what they do makes sense, so that they get somewhere; some of it is absurd.

mod address;
mod any_option;
mod binding;
mod control;
mod credentials;
mod endings;
mod epoll;
mod errors;
mod focus;
mod kept;
mod link;
mod memberships;
mod options;
mod peek_offset;
mod raw;
mod requests;
mod several;
mod timestamps;
mod unix;

use std::collections::BTreeSet;

use anysock::{Family, MessageFlags, Protocol, Shutdown, SocketType};
use rand_core::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use focus::Focus;

use crate::call::{Address, Call, Kind, Process, Program, Recv, Send, Slot};

/// What a program is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Theme {
    /// UDP over IPv4 and IPv6.
    Udp,
    /// TCP over IPv4 and IPv6.
    Tcp,
    /// Unix sockets of every type.
    Unix,
    /// All of them.
    Mixed,
    /// Raw sockets and ping sockets, and the traffic that they see.
    Raw,
    /// Two machines that a link joins: UDP, TCP, raw and ping sockets, groups, broadcasts, interfaces.
    Link,
}

/// Every theme.
pub const THEMES: [Theme; 6] = [Theme::Udp, Theme::Tcp, Theme::Unix, Theme::Mixed, Theme::Raw, Theme::Link];

/// A random program about `theme`, always the same for one `seed`.
pub fn generate(seed: u64, theme: Theme) -> Program {
    let mut generator = Generator {
        random: Random(Xoshiro256PlusPlus::seed_from_u64(seed)),
        theme,
        maps: false,
        corks: false,
        two: false,
        focus: None,
        known: Vec::new(),
        lists: Vec::new(),
        connected: BTreeSet::new(),
        next: 0,
        calls: Vec::new(),
    };
    generator.corks = generator.random.one_in(4);
    generator.maps = generator.random.one_in(3);
    generator.two = generator.random.one_in(3);
    generator.focus = generator.draw_focus();
    if theme == Theme::Link {
        generator.link_program();
        return Program { apart: true, calls: generator.calls };
    }
    if theme == Theme::Raw {
        generator.raw_program();
        return Program { apart: false, calls: generator.calls };
    }
    for _ in 0..generator.random.below(3) {
        generator.scene();
    }
    let length = generator.calls.len() + 10 + generator.random.below(30);
    while generator.calls.len() < length {
        generator.step();
    }
    Program { apart: false, calls: generator.calls }
}

/// Draws.
#[derive(Debug)]
struct Random(Xoshiro256PlusPlus);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        (self.0.next_u64() % bound.max(1) as u64) as usize
    }

    fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    fn bytes(&mut self, most: usize) -> Vec<u8> {
        (0..self.below(most + 1)).map(|_| self.0.next_u64() as u8).collect()
    }

    fn int(&mut self) -> i32 {
        self.0.next_u64() as i32
    }
}

/// What the generator knows of a socket.
#[derive(Clone, Copy, Debug)]
struct Known {
    slot: Slot,
    kind: Kind,
    listening: bool,
    /// The first number of the socket, of which others are duplicates.
    original: Slot,
    /// It came in a message: it may be of another kind.
    passed: bool,
}

struct Generator {
    random: Random,
    theme: Theme,
    /// IPv6 sockets of TCP connect by IPv4 (mapped addresses), or else never: Linux does not get one back to IPv6
    /// that has tried an address of IPv4.
    maps: bool,
    /// Datagrams are sent in parts (MSG_MORE), and no UDP socket is connected: Linux keeps both destinations in one
    /// place, so that one gets lost over the other.
    corks: bool,
    /// Two processes make the calls.
    two: bool,
    /// What the program is about above all.
    focus: Option<Focus>,
    known: Vec<Known>,
    /// Lists of sockets.
    lists: Vec<Slot>,
    /// Sockets that were connected once.
    connected: BTreeSet<Slot>,
    next: usize,
    calls: Vec<Call>,
}

/// The flags of a send: what may be asked of any socket. Fast Open is TCP's alone.
const SEND_FLAGS: [MessageFlags; 6] = [
    MessageFlags::DONTWAIT,
    MessageFlags::MORE,
    MessageFlags::NOSIGNAL,
    MessageFlags::EOR,
    MessageFlags::DONTROUTE,
    MessageFlags::CONFIRM,
];
/// The flags of a receive.
const RECV_FLAGS: [MessageFlags; 6] = [
    MessageFlags::PEEK,
    MessageFlags::TRUNC,
    MessageFlags::DONTWAIT,
    MessageFlags::WAITALL,
    MessageFlags::ERRQUEUE,
    MessageFlags::NOSIGNAL,
];
/// Flags that nothing is sent or received with here, not even in absurd calls.
const NEVER: MessageFlags = MessageFlags::OOB
    .union(MessageFlags::FASTOPEN)
    .union(MessageFlags::ZEROCOPY)
    .union(MessageFlags::PROBE)
    .union(MessageFlags::SOCK_DEVMEM);

impl Generator {
    /// A new socket of this process.
    fn slot(&mut self, process: Process) -> Slot {
        self.next += 1;
        Slot { number: self.next - 1, process }
    }

    fn process(&mut self) -> Process {
        if self.two && self.random.one_in(2) { Process::Second } else { Process::First }
    }

    fn pair(&mut self, kind: Kind) {
        let process = self.process();
        let slots = [self.slot(process), self.slot(process)];
        self.calls.push(Call::SocketPair(slots, kind));
        slots.into_iter().for_each(|slot| self.add(slot, kind));
    }

    fn kind(&mut self) -> Kind {
        const INET: [Family; 2] = [Family::INET, Family::INET6];
        let about = match self.theme {
            Theme::Mixed => self.random.of(&THEMES[..3]),
            theme => theme,
        };
        let (family, kind) = match about {
            Theme::Udp => (self.random.of(&INET), SocketType::DGRAM),
            Theme::Tcp => (self.random.of(&INET), SocketType::STREAM),
            _ => {
                let types = [SocketType::DGRAM, SocketType::STREAM, SocketType::SEQPACKET];
                (Family::UNIX, self.random.of(&types))
            }
        };
        Kind { family, kind, protocol: Protocol::DEFAULT }
    }

    fn add(&mut self, slot: Slot, kind: Kind) {
        self.known.push(Known { slot, kind, listening: false, original: slot, passed: false });
    }

    fn open(&mut self, kind: Kind) -> Slot {
        let process = self.process();
        self.open_in(process, kind)
    }

    fn open_in(&mut self, process: Process, kind: Kind) -> Slot {
        let slot = self.slot(process);
        self.calls.push(Call::Socket(slot, kind));
        self.add(slot, kind);
        slot
    }

    /// Several calls that lead somewhere: a connection, or two datagram sockets that know each other.
    fn scene(&mut self) {
        let kind = self.kind();
        if kind.family == Family::UNIX && self.random.one_in(2) {
            return self.pair(kind);
        }
        let server = self.open(kind);
        let client = self.open(kind);
        let address = self.bind_address(kind);
        self.calls.push(Call::Bind(server, Address::Bytes(address)));
        let connects = kind.kind != SocketType::DGRAM;
        if self.is_corked(kind) {
            return;
        }
        if connects {
            let backlog = self.random.below(4) as i32;
            self.listen(server, backlog);
        }
        self.calls.push(Call::Connect(client, Address::NameOf(server)));
        self.connected.insert(client);
        if connects {
            let accepted = self.slot(server.process);
            self.calls.push(Call::Accept(accepted, server, 0));
            self.add(accepted, kind);
            self.connected.insert(accepted);
        }
    }

    fn listen(&mut self, slot: Slot, backlog: i32) {
        self.calls.push(Call::Listen(slot, backlog));
        for known in &mut self.known {
            known.listening |= known.slot == slot;
        }
    }

    /// One call.
    fn step(&mut self) {
        if self.known.is_empty() {
            let kind = self.kind();
            self.open(kind);
        }
        if let Some(focus) = self.focus
            && self.random.one_in(2)
        {
            return self.focused_step(focus);
        }
        let at = self.random.below(self.known.len());
        let Known { slot, kind, listening, .. } = self.known[at];
        match self.random.below(100) {
            0..8 => self.open_anything(),
            8..10 => {
                let copy = self.slot(slot.process);
                self.calls.push(Call::Duplicate(copy, slot));
                self.known.push(Known { slot: copy, ..self.known[at] });
            }
            10..19 => {
                let address = self.address(kind);
                self.calls.push(Call::Bind(slot, address));
            }
            19..29 if self.is_corked(kind) => self.send(slot, kind),
            19..29 => self.connect(at),
            29..33 => {
                let backlog =
                    if self.random.one_in(8) { self.random.int() } else { self.random.below(4) as i32 };
                self.listen(slot, backlog);
            }
            33..38 => self.accept(slot, kind),
            38..43 => {
                let how =
                    if self.random.one_in(20) { self.random.int() } else { self.random.below(3) as i32 };
                self.calls.push(Call::Shutdown(slot, Shutdown(how)));
            }
            43..48 => self.close(at),
            48..52 => {
                let room = self.room();
                self.calls.push(Call::LocalAddr(slot, room));
            }
            52..56 => {
                let room = self.room();
                self.calls.push(Call::PeerAddr(slot, room));
            }
            56..73 if listening => self.accept(slot, kind),
            56..73 => self.send(slot, kind),
            73..89 => self.recv(slot, kind),
            89..91 if kind.family == Family::UNIX => self.unix_call(self.known[at]),
            89..91 if self.random.one_in(2) => self.request(self.known[at]),
            91..93 => self.kept_option(slot, options::is_tcp(kind)),
            89..95 => self.set_option(slot, kind),
            _ => self.get_option(slot, kind),
        }
    }

    fn open_anything(&mut self) {
        let mut kind = self.kind();
        if kind.family == Family::UNIX && self.random.one_in(3) {
            return self.pair(kind);
        }
        if self.random.one_in(20) {
            kind.protocol = Protocol(self.random.of(&[1, 6, 17, 41, 200, 263, -1]));
        }
        if self.random.one_in(40) {
            kind.kind = SocketType(self.random.of(&[0, 1, 2, 4, 5, 6, 11, 99, -1]));
        }
        self.open(kind);
    }

    fn connect(&mut self, at: usize) {
        let Known { slot, kind, original, .. } = self.known[at];
        let again = self.connected.contains(&original);
        let address = match kind.kind {
            // Over IPv4, an attempt that fails has Linux send to where it led, one datagram later.
            SocketType::DGRAM if again && kind.family != Family::UNIX => self.reachable(kind),
            _ => self.peer(kind),
        };
        self.connected.insert(original);
        self.calls.push(Call::Connect(slot, address));
    }

    fn accept(&mut self, listener: Slot, kind: Kind) {
        let (slot, room) = (self.slot(listener.process), self.room());
        self.calls.push(Call::Accept(slot, listener, room));
        self.add(slot, kind);
        self.connected.insert(slot);
    }

    fn close(&mut self, at: usize) {
        let Known { slot, .. } = self.known[at];
        self.calls.push(Call::Close(slot));
        // Once in a while a closed one is called.
        if !self.random.one_in(20) {
            self.known.swap_remove(at);
        }
    }

    fn flags(&mut self, choices: &[MessageFlags]) -> MessageFlags {
        if self.random.one_in(60) {
            return MessageFlags(self.random.int()).difference(NEVER);
        }
        let mut flags = MessageFlags::empty();
        while self.random.one_in(3) {
            flags |= self.random.of(choices);
        }
        flags
    }

    fn send(&mut self, slot: Slot, kind: Kind) {
        let len = self.length(kind);
        let mut flags = self.flags(&SEND_FLAGS);
        let is_ip = kind.family != Family::UNIX;
        if is_ip && (kind.kind != SocketType::DGRAM || !self.corks) {
            flags.remove(MessageFlags::MORE);
        }
        if is_ip && kind.kind == SocketType::STREAM && self.random.one_in(8) {
            // Nothing comes between: whether an answer of the peer's takes along what is held back is a matter of
            // the kernel's header prediction.
            let part = Send { len: 1 + self.random.below(100), flags: MessageFlags::MORE, ..Send::default() };
            self.calls.push(Call::Send(slot, part));
            let rest = Send { len: 1 + self.random.below(100), ..Send::default() };
            self.calls.push(Call::Send(slot, rest));
            return;
        }
        if self.random.one_in(10) {
            flags |= MessageFlags::OOB;
        }
        if is_ip && kind.kind == SocketType::STREAM && self.random.one_in(15) {
            flags |= MessageFlags::FASTOPEN;
            // It may connect.
            let original = self.known.iter().find(|known| known.slot == slot).map(|known| known.original);
            self.connected.extend(original);
        }
        let often = if kind.kind == SocketType::DGRAM { 2 } else { 12 };
        let to = if self.random.one_in(often) { Some(self.peer(kind)) } else { None };
        let is_udp = is_ip && kind.kind == SocketType::DGRAM;
        let control = match self.random.below(40) {
            0 => self.random.bytes(40),
            1..5 if is_udp => self.control(kind),
            _ => Vec::new(),
        };
        let passes = kind.family == Family::UNIX && self.random.one_in(6) || self.random.one_in(60);
        let pass = if passes { self.passed(slot.process, kind) } else { Vec::new() };
        self.calls.push(Call::Send(slot, Send { len, flags, to, control, pass, ..Send::default() }));
    }

    /// Sockets to pass along. Not Unix ones: the kernel closes those that nobody can reach any more when a worker of
    /// it gets to that.
    fn passed(&mut self, process: Process, kind: Kind) -> Vec<Slot> {
        let fits = |known: &&Known| known.kind.family != Family::UNIX && known.slot.process == process;
        let slots: Vec<_> = self.known.iter().filter(fits).map(|known| known.slot).collect();
        if slots.is_empty() {
            let kind = Kind { family: Family::INET, kind: SocketType::DGRAM, ..kind };
            return vec![self.open_in(process, kind)];
        }
        (0..=self.random.below(2)).map(|_| self.random.of(&slots)).collect()
    }

    fn is_corked(&self, kind: Kind) -> bool {
        self.corks && kind.family != Family::UNIX && kind.kind == SocketType::DGRAM
    }

    /// How many bytes to send.
    fn length(&mut self, kind: Kind) -> usize {
        match self.random.below(20) {
            0 => 0,
            1..14 => 1 + self.random.below(100),
            14..18 => 1 + self.random.below(3000),
            // How much a full TCP buffer takes depends on how the kernel cuts it into pieces.
            _ if kind.kind == SocketType::STREAM && kind.family != Family::UNIX => {
                1 + self.random.below(10_000)
            }
            18 => 1 + self.random.below(20_000),
            _ => 1 + self.random.below(70_000),
        }
    }

    fn recv(&mut self, slot: Slot, kind: Kind) {
        let len = match self.random.below(20) {
            0 => 0,
            1..8 => self.random.below(100),
            8..16 => self.random.below(3000),
            _ => self.random.below(70_000),
        };
        let mut flags = self.flags(&RECV_FLAGS);
        if self.random.one_in(10) {
            flags |= MessageFlags::OOB;
        }
        let room = self.room();
        let takes = kind.family == Family::UNIX && self.random.one_in(3);
        let control = match self.random.below(3) {
            // Handles share the room for other control messages: with little of it, they may find none.
            _ if takes => 128,
            0 => self.random.below(200),
            _ => 0,
        };
        let take: Vec<_> = if takes {
            (0..=self.random.below(2)).map(|_| self.slot(slot.process)).collect()
        } else {
            Vec::new()
        };
        for slot in &take {
            self.known.push(Known { slot: *slot, kind, listening: false, original: *slot, passed: true });
        }
        self.calls.push(Call::Recv(slot, Recv { len, flags, room, control, take }));
    }

    /// Room for an address.
    fn room(&mut self) -> usize {
        match self.random.below(4) {
            0 => 0,
            1 => self.random.below(40),
            _ => 128,
        }
    }

    /// To whom a socket like this one could send or connect.
    fn peer(&mut self, kind: Kind) -> Address {
        let like = |known: &&Known| known.kind.family == kind.family && known.kind.kind == kind.kind;
        let same: Vec<_> = self.known.iter().filter(like).collect();
        // The name of one that has lost its address of IPv4 is none of that any more.
        let maps = self.maps && kind.family == Family::INET6 && kind.kind == SocketType::STREAM;
        if !same.is_empty() && !maps && self.random.one_in(3) {
            let slot = same[self.random.below(same.len())].slot;
            return Address::NameOf(slot);
        }
        self.address(kind)
    }
}
