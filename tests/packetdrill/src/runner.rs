//! A script at work: its events one after the other, on a machine.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::time::Duration;

use crate::calls::{Calls, Opening, Progress};
use crate::code::Code;
use crate::compare;
use crate::connection::{Connection, pattern};
use crate::error::Difference;
use crate::icmp;
use crate::machine::Machine;
use crate::options::Options;
use crate::packet::{FIN, PSH, Packet, Payload, Segment};
use crate::script::{Action, Body, Call, Ecn, Event, PacketSpec, Script, SegmentSpec, Time};
use crate::signature;

/// How long a packet or the answer of a call is waited for after its time, so that a failure can tell when it came.
const PATIENCE: Duration = Duration::from_secs(2);
/// How much text a packet may have that is put in: those that the interface has joined have no more.
const LONGEST_SEGMENT: u32 = 65_475;
/// How long a script may last: 30 years.
const LONGEST: Duration = Duration::from_secs(1_000_000_000);
/// The first port of the peer's connections.
const FIRST_PORT: u16 = 40_001;

/// A call that has not been answered yet.
struct Pending<'a> {
    event: &'a Event,
    call: &'a Call,
    progress: Progress,
    /// When it is to return, in the script's time.
    end: Option<Duration>,
}

/// A packet that came out and that the script did not ask for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unasked {
    /// When, from the script's beginning.
    pub at: Duration,
    /// The packet in packetdrill's words and the script's numbers.
    pub packet: String,
}

/// What is to be told of a script that has passed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    /// Packets that came out without being asked for.
    pub unasked: Vec<Unasked>,
    /// What differed where the script allows for that (`--non_fatal`), with its line.
    pub tolerated: Vec<(usize, Difference)>,
    /// Settings that the script has made and that have no effect on the machine.
    pub without_effect: Vec<String>,
    /// What the machine has counted while the script ran: the counters that moved, and by how much.
    pub counted: Vec<(String, u64)>,
}

/// By how much which counters have moved, in the order of their names.
fn moved(before: &[(String, u64)], after: Vec<(String, u64)>) -> Vec<(String, u64)> {
    let before: BTreeMap<&String, u64> = before.iter().map(|(name, count)| (name, *count)).collect();
    let by = |(name, count): (String, u64)| {
        let by = count.wrapping_sub(before.get(&name).copied().unwrap_or(0));
        (by != 0).then_some((name, by))
    };
    let mut moved: Vec<_> = after.into_iter().filter_map(by).collect();
    moved.sort();
    moved
}

/// A packet that has come out: when, in the script's time, and of which connection.
type Received = (Duration, usize, Packet);

/// A script on a machine.
pub(crate) struct Runner<'a, M: Machine> {
    machine: M,
    options: Options,
    calls: Calls<M::Kernel>,
    code: Code,
    connections: Vec<Connection>,
    /// The connection that packets without ports belong to.
    current: Option<usize>,
    received: VecDeque<Received>,
    pending: Option<Pending<'a>>,
    tolerated: Vec<(usize, Difference)>,
    /// The port that segments come from that go in UDP.
    tunnel_port: Option<u16>,
    /// When the script began, in the machine's time.
    begin: Duration,
    /// The time of the event before, in the script's time, and of the one before that.
    last: Duration,
    before: Duration,
    /// How much later than at its time the last packet was put in, or the last call made: commands take time on Linux.
    /// The machine can only be as late with what follows from it.
    late: Duration,
}

impl<'a, M: Machine> Runner<'a, M> {
    pub(crate) fn new(machine: M, options: Options) -> Self {
        let begin = machine.now();
        let calls = Calls::new(machine.kernel().clone(), machine.disk(), options.clone());
        Runner {
            machine,
            options,
            calls,
            code: Code::default(),
            connections: Vec::new(),
            current: None,
            received: VecDeque::new(),
            pending: None,
            tolerated: Vec::new(),
            tunnel_port: None,
            begin,
            last: Duration::ZERO,
            before: Duration::ZERO,
            late: Duration::ZERO,
        }
    }

    /// Runs the script to its end, and returns what is to be told of it.
    ///
    /// # Errors
    /// The line and the first difference.
    pub(crate) fn run(mut self, script: &'a Script) -> Result<Report, (usize, Difference)> {
        let report = self.events(script);
        let options = std::mem::take(&mut self.options.without_effect);
        let settings = [&options, self.machine.without_effect(), &self.calls.without_effect].concat();
        match report {
            Ok(report) => Ok(Report { without_effect: settings, ..report }),
            Err(failure) if settings.is_empty() => Err(failure),
            Err((line, difference)) => {
                Err((line, Difference::Without { difference: Box::new(difference), settings }))
            }
        }
    }

    fn events(&mut self, script: &'a Script) -> Result<Report, (usize, Difference)> {
        let mut has_begun = false;
        self.tunnel_port = tunnel_port(script);
        let mut counters = Vec::new();
        for script in std::mem::take(&mut self.options.init_scripts) {
            self.machine.command(&script).map_err(|difference| (0, difference))?;
        }
        for event in &script.events {
            let at = |difference| (event.line, difference);
            if let (Action::Command(command, _), false) = (&event.action, has_begun) {
                // Setting the machine up takes no time of the script's, which begins afterwards.
                let before = self.machine.now();
                self.machine.command(command).map_err(at)?;
                self.begin += self.machine.now() - before;
                continue;
            }
            if !has_begun {
                has_begun = true;
                let before = self.machine.now();
                self.machine.begin().map_err(at)?;
                self.begin += self.machine.now() - before;
                self.calls.begin = self.machine.time_of_day();
                counters = self.machine.counters();
            }
            let (begin, end) = self.times(&event.time);
            if begin.max(end).is_some_and(|time| time > LONGEST) {
                return Err(at(Difference::Unsupported("a script that lasts for 30 years".to_owned())));
            }
            if !matches!(event.action, Action::Out(_)) {
                self.wait_until(begin.unwrap_or(Duration::ZERO))?;
                self.late = begin.map_or(Duration::ZERO, |begin| self.now().saturating_sub(begin));
            }
            self.before = self.last;
            self.last = begin.unwrap_or_else(|| self.now());
            self.act(event, (begin, end))?;
        }
        let until = self.pending.as_ref().and_then(|pending| pending.end);
        self.finish_call(until)?;
        self.collect();
        let unasked = self.unasked();
        let counted = moved(&counters, self.machine.counters());
        let tolerated = std::mem::take(&mut self.tolerated);
        Ok(Report { unasked, tolerated, without_effect: Vec::new(), counted })
    }

    /// Does what an event says, whose time has come.
    fn act(
        &mut self,
        event: &'a Event,
        (begin, end): (Option<Duration>, Option<Duration>),
    ) -> Result<(), (usize, Difference)> {
        let at = |difference| (event.line, difference);
        match &event.action {
            Action::In(spec) => {
                self.put_in(spec).map_err(at)?;
                // Who waits to read or to accept is woken at once; how much room an acknowledgment makes for a
                // writer is the kernel's own reckoning.
                if self.pending.as_ref().is_some_and(|pending| !is_send(&pending.call.name)) {
                    self.look()?;
                }
            }
            Action::Out(spec) => match self.take_out(spec, &event.time, begin, end) {
                Err(difference) if self.options.tolerated_packets && difference.is_of_behaviour() => {
                    self.tolerated.push((event.line, difference));
                }
                outcome => outcome.map_err(at)?,
            },
            Action::Call(call) => self.call(event, call, end)?,
            Action::Code(code) => {
                self.code.run(code, &self.calls.measured()).map_err(at)?;
            }
            Action::Command(command, _) => self.machine.command(command).map_err(at)?,
        }
        Ok(())
    }

    /// The packets that nobody has asked for, as the script would have them.
    fn unasked(&mut self) -> Vec<Unasked> {
        let connections = &mut self.connections;
        let unasked = std::mem::take(&mut self.received).into_iter().map(|(at, index, mut packet)| {
            if let Payload::Tcp(segment) = packet.payload {
                packet.payload = Payload::Tcp(connections[index].outbound(segment, None));
            }
            Unasked { at, packet: packet.to_string() }
        });
        unasked.collect()
    }

    /// The time since the script began.
    fn now(&self) -> Duration {
        self.machine.now().saturating_sub(self.begin)
    }

    /// The times of an event, from the script's beginning.
    fn times(&self, time: &Time) -> (Option<Duration>, Option<Duration>) {
        let base = if time.relative { self.last } else { Duration::ZERO };
        let from_begin = |time: Duration| base.saturating_add(time);
        (time.begin.map(from_begin), time.end.map(from_begin))
    }

    /// Lets time pass until then, or until something has happened.
    fn pass(&mut self, until: Duration) -> Result<(), (usize, Difference)> {
        // A call may end by a time-out of its own before.
        let left = self.pending.as_ref().and_then(|pending| self.calls.time_left(&pending.progress));
        let until = left.map_or(until, |left| until.min(self.now() + left));
        self.machine.pass(self.begin + until, self.pending.is_some());
        self.look()
    }

    /// Sees what has happened.
    fn look(&mut self) -> Result<(), (usize, Difference)> {
        self.collect();
        self.go_on()?;
        Ok(())
    }

    fn wait_until(&mut self, until: Duration) -> Result<(), (usize, Difference)> {
        while self.now() < until {
            self.pass(until)?;
        }
        // What happens at that very time has happened.
        self.pass(until)
    }

    /// Takes what has come out of the machine.
    fn collect(&mut self) {
        while let Some((at, octets)) = self.machine.read() {
            let at = at.saturating_sub(self.begin);
            let Some(mut packet) = Packet::decode(&octets) else { continue };
            packet.leave_tunnel(self.tunnel_port);
            if let Some(key) = &self.calls.signing_key {
                signature::verify(&mut packet, key);
            }
            if let Some(connection) = self.connection_of(&packet) {
                self.received.push_back((at, connection, packet));
            }
        }
    }

    /// The connection that a packet of the machine's belongs to; `None` for what the script is not about.
    fn connection_of(&mut self, packet: &Packet) -> Option<usize> {
        let (source, destination) = match &packet.payload {
            Payload::Tcp(segment) => (segment.source_port, segment.destination_port),
            Payload::Udp { source_port, destination_port, .. } => (*source_port, *destination_port),
            // Neighbour discovery and multicast membership are nobody's.
            Payload::Icmp(message) => {
                // ICMP's and ICMPv6's errors, requests and replies.
                let is_told =
                    message.first().is_some_and(|kind| matches!(kind, 0..=4 | 8 | 11 | 12 | 128 | 129));
                return self.current.filter(|_| is_told);
            }
            Payload::Other(_) => return None,
        };
        let local = SocketAddr::new(packet.source, source);
        let remote = SocketAddr::new(packet.destination, destination);
        let known = |connection: &Connection| connection.local == local && connection.remote == remote;
        if let Some(index) = self.connections.iter().rposition(known) {
            return Some(index);
        }
        // A connection whose port was not known when it began.
        let begins = |connection: &Connection| connection.local.port() == 0 && connection.remote == remote;
        let index = self.connections.iter().rposition(begins)?;
        self.connections[index].local = local;
        Some(index)
    }

    /// The connection of a packet that the script puts in; a new one where it begins one.
    fn connection_for(&mut self, spec: &PacketSpec) -> Result<usize, Difference> {
        if let Some(number) = spec.socket {
            return self.connection_of_socket(number);
        }
        if let Some((source, destination)) = spec.ports {
            let local = SocketAddr::new(self.calls.local().ip(), destination);
            let remote = SocketAddr::new(self.calls.remote().ip(), source);
            let fits = |known: &Connection| known.local == local && known.remote == remote;
            let index = self.connections.iter().rposition(fits);
            return Ok(index.unwrap_or_else(|| self.add(local, remote)));
        }
        Ok(match self.current {
            Some(current) => current,
            None => {
                let used = self.connections.len() as u16;
                let remote = SocketAddr::new(self.calls.remote().ip(), FIRST_PORT + used);
                self.add(self.calls.local(), remote)
            }
        })
    }

    /// The connection of the socket with this descriptor.
    fn connection_of_socket(&self, number: i64) -> Result<usize, Difference> {
        let none = || Difference::Unsupported(format!("sock({number}), which has no connection"));
        let (local, remote) = self.calls.addresses(number).ok_or_else(none)?;
        let remote = remote.ok_or_else(none)?;
        let fits = |known: &Connection| {
            known.local.port() == local.port()
                && known.remote == SocketAddr::new(remote.ip().to_canonical(), remote.port())
        };
        self.connections.iter().rposition(fits).ok_or_else(none)
    }

    fn add(&mut self, local: SocketAddr, remote: SocketAddr) -> usize {
        self.connections.push(Connection::new(local, remote));
        self.current = Some(self.connections.len() - 1);
        self.connections.len() - 1
    }

    fn put_in(&mut self, spec: &PacketSpec) -> Result<(), Difference> {
        if let Body::Tcp(segment) = &spec.body
            && segment.length > LONGEST_SEGMENT
        {
            return Err(Difference::Unsupported(format!("a segment of {} octets", segment.length)));
        }
        let index = self.connection_for(spec)?;
        let connection = &mut self.connections[index];
        let mut packet = match &spec.body {
            Body::Icmp(icmp) => icmp::packet(icmp, connection)?,
            body => {
                let (source, destination) = (connection.remote.ip(), connection.local.ip());
                Packet::new(source, destination, inbound(body, connection))
            }
        };
        packet.headers.clone_from(&spec.headers);
        packet.tunnel = spec.tunnel;
        packet.tos = spec.ip.tos.unwrap_or(0);
        if let Some(Ecn::Is(bits)) = spec.ip.ecn {
            packet.tos |= bits;
        }
        packet.ttl = spec.ip.ttl.unwrap_or(packet.ttl);
        packet.flow_label = spec.ip.flow_label.unwrap_or(0);
        if signature::needs_key(&packet) && self.calls.signing_key.is_none() {
            return Err(Difference::Unsupported("a signature before TCP_MD5SIG has set its key".to_owned()));
        }
        signature::sign(&mut packet, self.calls.signing_key.as_deref().unwrap_or_default());
        self.machine.write(&packet.encode())?;
        self.collect();
        Ok(())
    }

    /// The next packet that comes out; of one connection, where `of` says which.
    fn next_packet(
        &mut self,
        of: Option<usize>,
        limit: Duration,
    ) -> Result<Option<Received>, (usize, Difference)> {
        self.look()?;
        loop {
            let wanted = |(_, index, _): &Received| of.is_none_or(|of| of == *index);
            if let Some(place) = self.received.iter().position(wanted) {
                // Those before it are of connections that the script has done with.
                self.received.drain(..place);
                return Ok(self.received.pop_front());
            }
            if self.now() >= limit {
                return Ok(None);
            }
            self.pass(limit)?;
        }
    }

    fn take_out(
        &mut self,
        spec: &PacketSpec,
        time: &Time,
        begin: Option<Duration>,
        end: Option<Duration>,
    ) -> Result<(), Difference> {
        let limit = end.or(begin).unwrap_or_else(|| self.now() + PATIENCE * 30) + PATIENCE;
        // Packets whose ports the script gives, or whose socket, are told apart by those.
        let of = self.current.filter(|_| spec.ports.is_none() && spec.socket.is_none());
        let next = self.next_packet(of, limit).map_err(|(_, difference)| difference)?;
        let Some((at, index, packet)) = next else {
            return Err(Difference::NoPacket { expected: compare::shown(spec) });
        };
        if let Some(number) = spec.socket
            && index != self.connection_of_socket(number)?
        {
            let (expected, actual) = (compare::shown(spec), packet.to_string());
            return Err(Difference::Differs { what: "socket of the packet", expected, actual });
        }
        let packet = self.translated(spec, index, packet);
        let own_text = !self.calls.sends_foreign_text;
        compare::packet(spec, &packet, &self.connections[index], own_text, &self.options)?;
        // What follows counts from when the packet came, not from when it was expected.
        if time.begin.is_none() || time.end.is_some() || time.relative {
            self.last = at;
        }
        self.check_time(begin, end.or(begin), at, || compare::shown(spec))
    }

    /// A packet in the script's numbers. Where the script expects more text than one segment has, those that
    /// follow are added: the machine's segmentation offload may have been switched on where the script was written.
    fn translated(&mut self, spec: &PacketSpec, index: usize, packet: Packet) -> Packet {
        let Body::Tcp(expected) = &spec.body else { return packet };
        let Payload::Tcp(segment) = packet.payload else { return packet };
        let segment = self.connections[index].outbound(segment, Some(expected));
        let payload = Payload::Tcp(self.joined(expected, index, segment));
        Packet { payload, ..packet }
    }

    fn joined(&mut self, expected: &SegmentSpec, index: usize, mut segment: Segment) -> Segment {
        let may_be_joined = !self.options.strict_segments;
        let end = segment.seq.wrapping_add(segment.text.len() as u32);
        let goes_on = self.received.front().is_some_and(|(_, next_index, next)| match &next.payload {
            Payload::Tcp(next) if *next_index == index && !next.text.is_empty() => {
                self.connections[index].clone().outbound(next.clone(), None).seq == end
            }
            _ => false,
        });
        if may_be_joined && !segment.text.is_empty() && goes_on {
            // The machine of the script may have handed it to segmentation offload together with what is before it.
            segment.flags = segment.flags & !PSH | expected.flags & PSH;
        }
        while may_be_joined && !segment.text.is_empty() && segment.text.len() < expected.length as usize {
            let Some((_, next_index, Packet { payload: Payload::Tcp(next), .. })) = self.received.front()
            else {
                break;
            };
            let mut next = self.connections[index].clone().outbound(next.clone(), None);
            let end = segment.seq.wrapping_add(segment.text.len() as u32);
            if *next_index != index || next.seq != end || next.text.is_empty() {
                break;
            }
            segment.text.append(&mut next.text);
            segment.flags |= next.flags & FIN;
            // Where text is cut differently, PSH is elsewhere, too: Linux sets it on what it hands to segmentation
            // offload (__tcp_transmit_skb).
            segment.flags = segment.flags & !PSH | expected.flags & PSH;
            self.received.pop_front();
        }
        segment
    }

    fn check_time(
        &self,
        begin: Option<Duration>,
        end: Option<Duration>,
        at: Duration,
        what: impl FnOnce() -> String,
    ) -> Result<(), Difference> {
        let (Some(begin), Some(end)) = (begin, end) else { return Ok(()) };
        let interval = end.saturating_sub(self.before);
        let of_interval = interval * self.options.tolerance_of_interval / 1_000_000;
        let tolerance = self.options.tolerance.max(of_interval);
        let lateness = self.late + interval * self.options.lateness_of_interval / 1000;
        if begin <= at + tolerance && at <= end + tolerance + lateness {
            return Ok(());
        }
        let shown = |time: Duration| format!("{:.6}", time.as_secs_f64());
        let expected = if begin == end { shown(begin) } else { format!("{}~{}", shown(begin), shown(end)) };
        Err(Difference::Time { what: what(), expected, actual: shown(at) })
    }

    fn call(
        &mut self,
        event: &'a Event,
        call: &'a Call,
        end: Option<Duration>,
    ) -> Result<(), (usize, Difference)> {
        // One call at a time, as one thread makes them.
        let until = self.pending.as_ref().and_then(|pending| pending.end);
        self.finish_call(until)?;
        self.pending = Some(Pending { event, call, progress: Progress::default(), end });
        self.go_on()?;
        if end.is_none() {
            self.finish_call(None)?;
        }
        Ok(())
    }

    /// Tries the call that is not answered yet again.
    fn go_on(&mut self) -> Result<(), (usize, Difference)> {
        let Some(mut pending) = self.pending.take() else { return Ok(()) };
        let at = |difference| (pending.event.line, difference);
        let answered = match self.calls.attempt(pending.call, &mut pending.progress) {
            Err(difference) if self.options.tolerated_calls && difference.is_of_behaviour() => {
                self.tolerated.push((pending.event.line, difference));
                Some(())
            }
            outcome => outcome.map_err(at)?,
        };
        match self.calls.opening() {
            Some(Opening::Listens) => self.current = None,
            Some(Opening::Connects(local, remote)) => {
                self.add(local, remote);
            }
            None => {}
        }
        if answered.is_some() {
            let now = self.now();
            let begin = pending.end;
            self.check_time(begin, begin, now, || format!("return of {}", pending.call.text)).map_err(at)?;
        } else {
            self.pending = Some(pending);
        }
        self.collect();
        Ok(())
    }

    /// Waits for the answer of the call that has none yet.
    fn finish_call(&mut self, until: Option<Duration>) -> Result<(), (usize, Difference)> {
        let limit = until.unwrap_or_else(|| self.now() + PATIENCE * 30) + PATIENCE;
        while let Some(Pending { event, call, .. }) = &self.pending {
            if self.now() >= limit {
                return Err((event.line, Difference::Blocks { call: call.text.clone() }));
            }
            self.pass(limit)?;
        }
        Ok(())
    }
}

/// The port from which the machine sends segments in UDP.
fn tunnel_port(script: &Script) -> Option<u16> {
    script.events.iter().find_map(|event| match &event.action {
        Action::In(PacketSpec { tunnel: Some((_, port)), .. })
        | Action::Out(PacketSpec { tunnel: Some((port, _)), .. }) => Some(*port),
        _ => None,
    })
}

fn is_send(name: &str) -> bool {
    matches!(name, "write" | "writev" | "send" | "sendto" | "sendmsg" | "sendfile" | "splice")
}

fn inbound(body: &Body, connection: &mut Connection) -> Payload {
    match body {
        Body::Tcp(segment) => Payload::Tcp(connection.inbound(segment)),
        Body::Udp(length) => Payload::Udp {
            source_port: connection.remote.port(),
            destination_port: connection.local.port(),
            octets: (0..u32::from(*length)).map(pattern).collect(),
        },
        Body::Icmp(_) => Payload::Icmp(Vec::new()),
    }
}
