//! The LISTEN state (RFC 9293 §3.10.7.2): which segments begin a connection, and how many may wait.

use super::closed::Reset;
use super::fast_open::Pending;
use super::half_open::HalfOpen;
use super::table::Table;
use super::{Event, Flags, InitialNumbers, SecretKey, Segment, SequenceNumber, Settings, State, syn_cookie};
use crate::time::Instant;

/// What a listener wants done with a segment that came to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Arrival {
    /// Send this: a SYN,ACK, a challenge ACK or a RST.
    Reply(Segment<'static>),
    /// The handshake is over: make a connection of this by
    /// [`Connection::from_half_open`](super::Connection::from_half_open), and give it the segment. The
    /// connection now waits to be accepted, and is counted.
    Accept(HalfOpen),
    /// Do nothing.
    Drop,
}

/// When a listener answers SYNs with cookies, and remembers nothing of them (RFC 4987 §3.6; Linux:
/// `tcp_syncookies`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum SynCookies {
    /// Never: while there are too many half-open connections, SYNs are dropped.
    Never,
    /// While there are too many half-open connections.
    #[default]
    UnderPressure,
    /// Always.
    Always,
}

/// A listening socket: its half-open connections, and how many established ones wait to be accepted.
///
/// Half-open connections are entries of [28 octets](HalfOpen) in a [`Table`] of the owner's. The listener sends
/// their SYN,ACK again, up to [`syn_ack_retries`](super::Config::syn_ack_retries) times. While there are more of
/// them than the backlog, as in a flood of SYNs, it answers with SYN cookies and remembers nothing (RFC 4987; Linux:
/// `tcp_syncookies`).
///
/// After each segment, and when [`poll_timeout`](Self::poll_timeout) says so, call
/// [`poll_transmit`](Self::poll_transmit) until it returns `None`.
///
/// ```
/// use anysock::tcp::{
///     Arrival, Config, Connection, Fixed, Flags, HalfOpen, Listener, SecretKey, Segment, SequenceNumber, State,
/// };
/// use anysock::time::Instant;
/// use core::net::SocketAddrV4;
///
/// type Pair = (SocketAddrV4, SocketAddrV4);
/// let (now, config) = (Instant::ZERO, Config::default());
/// let entries = [const { None::<(Pair, HalfOpen)> }; 8];
/// let key = SecretKey::new(*b"drawn at random!");
/// let mut listener = Listener::new(&config, 5, 1024, key, entries);
///
/// let pair: Pair = ("10.0.0.1:80".parse()?, "10.0.0.2:40000".parse()?);
/// let syn = Segment::new(Flags::SYN, SequenceNumber(100), SequenceNumber(0));
/// let Arrival::Reply(syn_ack) = listener.segment_arrives(now, &pair, &syn) else { panic!() };
/// assert_eq!((syn_ack.flags, syn_ack.ack), (Flags::SYN | Flags::ACK, SequenceNumber(101)));
///
/// let ack = Segment::new(Flags::ACK, SequenceNumber(101), syn_ack.seq + 1);
/// let Arrival::Accept(half_open) = listener.segment_arrives(now, &pair, &ack) else { panic!() };
/// let mut storage = Fixed::<1024, 1024>::new();
/// let mut connection = Connection::from_half_open(&config, &half_open, now, &mut storage);
/// connection.segment_arrives(now, &ack, &mut storage);
/// assert_eq!(connection.state(), State::Established);
/// # Ok::<(), core::net::AddrParseError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listener<T> {
    settings: Settings,
    backlog: u32,
    pub(super) waiting: u32,
    receive_capacity: usize,
    pub(super) key: SecretKey,
    pub(super) pending: Pending,
    cookies: SynCookies,
    /// When a cookie was sent last.
    overflowed: Option<Instant>,
    pub(super) entries: T,
    /// No entry is due before.
    next: Instant,
}

impl<T: Table<HalfOpen>> Listener<T> {
    /// A listener in LISTEN. `backlog` as in listen(2), already capped by the owner (`net.core.somaxconn`);
    /// connections will have receive buffers of `receive_capacity` octets; `key` makes initial sequence numbers
    /// and cookies; `entries` is empty, with room for one entry more than the backlog at best.
    pub fn new(
        settings: impl Into<Settings>,
        backlog: u32,
        receive_capacity: usize,
        key: SecretKey,
        entries: T,
    ) -> Self {
        Listener {
            settings: settings.into(),
            backlog,
            waiting: 0,
            receive_capacity,
            key,
            pending: Pending::NONE,
            cookies: SynCookies::UnderPressure,
            overflowed: None,
            entries,
            next: Instant::MAX,
        }
    }

    /// Changes the backlog, as a second listen(2) does; what already waits is kept.
    pub fn set_backlog(&mut self, backlog: u32) {
        self.backlog = backlog;
    }

    /// Changes the settings of connections to come, and the capacity of their receive buffers.
    pub fn set_config(&mut self, settings: impl Into<Settings>, receive_capacity: usize) {
        self.settings = settings.into();
        self.receive_capacity = receive_capacity;
    }

    /// When SYNs are answered with cookies; [`UnderPressure`](SynCookies::UnderPressure) at first.
    #[doc(alias = "tcp_syncookies")]
    pub fn set_cookies(&mut self, cookies: SynCookies) {
        self.cookies = cookies;
    }

    /// Whether it keeps half-open connections as long as there is room.
    pub(super) fn remembers(&self) -> bool {
        self.cookies != SynCookies::Always
    }

    /// The backlog.
    pub const fn backlog(&self) -> u32 {
        self.backlog
    }

    /// Half-open connections.
    pub fn half_open(&self) -> usize {
        self.entries.count()
    }

    /// The table of the half-open connections.
    pub const fn entries(&self) -> &T {
        &self.entries
    }

    /// The half-open connection of these two.
    pub fn half_open_entry(&mut self, pair: &T::Pair) -> Option<&HalfOpen> {
        self.entries.entry(pair).map(|entry| &*entry)
    }

    /// Established connections that the user has not accepted.
    pub const fn waiting(&self) -> u32 {
        self.waiting
    }

    /// Whether another connection may wait to be accepted: a backlog of n lets n + 1 of them wait, as on Linux.
    /// While not, SYNs are dropped, and the final ACK of a handshake too: its SYN,ACK will be sent again.
    pub const fn may_establish(&self) -> bool {
        self.waiting <= self.backlog
    }

    /// The user accepted a connection, or one that waited is gone.
    pub fn accepted(&mut self) {
        self.waiting = self.waiting.saturating_sub(1);
    }

    /// A segment that belongs to no connection came to the listener's port (RFC 9293 §3.10.7.2, and §3.10.7.4 for
    /// what is half-open).
    pub fn segment_arrives(&mut self, now: Instant, pair: &T::Pair, segment: &Segment<'_>) -> Arrival {
        let flags = segment.flags;
        if let Some(entry) = self.entries.entry(pair).cloned() {
            return self.half_open_segment_arrives(now, pair, entry, segment);
        }
        // First, check for a RST.
        if flags.contains(Flags::RST) {
            return Arrival::Drop;
        }
        // Second, check for an ACK: nothing was sent that it could acknowledge, but for a cookie.
        if flags.contains(Flags::ACK) {
            return match self.cookie(now, pair, segment) {
                Some(_) if !self.may_establish() => Arrival::Drop,
                Some(entry) => self.accept(entry),
                None => {
                    Reset::answering(segment).map_or(Arrival::Drop, |reset| Arrival::Reply(reset.segment()))
                }
            };
        }
        // Third, check for a SYN.
        if flags.contains(Flags::SYN) && State::Listen.after(Event::Syn) != State::Listen {
            return self.syn_arrives(now, pair, segment, None);
        }
        Arrival::Drop
    }

    /// A SYN for a pair that was in TIME-WAIT and may be opened again: with `isn`, that
    /// [`TimeWaitArrival::Reopen`](super::TimeWaitArrival::Reopen) gives.
    pub fn reopen(
        &mut self,
        now: Instant,
        pair: &T::Pair,
        syn: &Segment<'_>,
        isn: SequenceNumber,
    ) -> Arrival {
        // Such a peer is proven to be real, so it gets no cookie (Linux: tcp_conn_request).
        self.syn_arrives(now, pair, syn, Some(isn))
    }

    /// The next SYN,ACK to send again at `now`.
    pub fn poll_transmit(&mut self, now: Instant) -> Option<(T::Pair, Segment<'static>)> {
        if now < self.next {
            return None;
        }
        loop {
            let settings = &self.settings;
            let mut next = Instant::MAX;
            let due = self.entries.find(|entry| {
                let due = entry.due(now, settings);
                next = next.min(due);
                due <= now
            });
            let Some(pair) = due else {
                self.next = next;
                return None;
            };
            let entry = self.entries.entry(&pair)?;
            if entry.retransmit(settings) {
                let segment = entry.syn_ack(now, settings, self.receive_capacity);
                return Some((pair, segment));
            }
            self.entries.remove(&pair);
        }
    }

    /// An ICMP message has come that quotes a segment with this sequence number of the half-open connection of these
    /// two: that one is forgotten where the error is one that `ends` it. Whether there is one, and the number is that
    /// of its SYN,ACK (Linux: tcp_req_err).
    pub fn icmp_arrives(&mut self, pair: &T::Pair, seq: SequenceNumber, ends: bool) -> bool {
        let is_its = self.half_open_entry(pair).is_some_and(|entry| entry.initial_sequence_number() == seq);
        if is_its && ends {
            self.entries.remove(pair);
        }
        is_its
    }

    /// When [`poll_transmit`](Self::poll_transmit) is to be called; `None`: not until a segment comes.
    pub fn poll_timeout(&self) -> Option<Instant> {
        (self.entries.count() > 0).then_some(self.next)
    }

    /// A segment for a connection in SYN-RECEIVED. The machine itself decides.
    fn half_open_segment_arrives(
        &mut self,
        now: Instant,
        pair: &T::Pair,
        mut entry: HalfOpen,
        segment: &Segment<'_>,
    ) -> Arrival {
        let (state, reply) = entry.segment_arrives(now, &self.settings, self.receive_capacity, segment);
        match state {
            State::SynReceived => {
                if let Some(place) = self.entries.entry(pair) {
                    *place = entry;
                }
            }
            State::Closed => {
                self.entries.remove(pair);
            }
            _ if !self.may_establish() => return Arrival::Drop,
            _ => {
                return match self.entries.remove(pair) {
                    Some(entry) => self.accept(entry),
                    None => Arrival::Drop,
                };
            }
        }
        reply.map_or(Arrival::Drop, Arrival::Reply)
    }

    fn accept(&mut self, entry: HalfOpen) -> Arrival {
        self.waiting = self.waiting.saturating_add(1);
        Arrival::Accept(entry)
    }

    /// A SYN is remembered, answered with a cookie, or dropped silently, so that the peer tries again (Linux:
    /// tcp_conn_request). One that opens a connection again gets the number that is given, and no cookie.
    fn syn_arrives(
        &mut self,
        now: Instant,
        pair: &T::Pair,
        syn: &Segment<'_>,
        reopened: Option<SequenceNumber>,
    ) -> Arrival {
        if !self.may_establish() {
            return Arrival::Drop;
        }
        let (numbers, settings) = self.initial_numbers_and_settings(pair);
        let (isn, may_be_cookie) = (reopened.unwrap_or(numbers.sequence_number(now)), reopened.is_none());
        let under_pressure = self.entries.count() as u64 > u64::from(self.backlog);
        let only_cookie = under_pressure || !self.remembers();
        if !(only_cookie && may_be_cookie) {
            let mut entry = HalfOpen::new(now, isn, syn, &settings);
            let mut segment = entry.syn_ack(now, &settings, self.receive_capacity);
            segment.options.fast_open = self.grant(pair, syn);
            let due = entry.due(now, &settings);
            if self.entries.insert(pair, entry) {
                self.next = self.next.min(due);
                return Arrival::Reply(segment);
            }
        }
        if self.cookies == SynCookies::Never || !may_be_cookie {
            return Arrival::Drop;
        }
        self.overflowed = Some(now);
        Arrival::Reply(syn_cookie::syn_ack(&self.key, pair, now, &settings, self.receive_capacity, syn))
    }

    /// What an acknowledgment tells that carries a cookie; looked for only while one may be on its way.
    fn cookie(&self, now: Instant, pair: &T::Pair, segment: &Segment<'_>) -> Option<HalfOpen> {
        let overflowed = self.overflowed?;
        if now.since(overflowed) > syn_cookie::LIFETIME || segment.flags.contains(Flags::SYN) {
            return None;
        }
        let (_, settings) = self.initial_numbers_and_settings(pair);
        syn_cookie::check(&self.key, pair, now, &settings, segment)
    }

    /// The numbers and the settings with which a connection between these two begins.
    pub(super) fn initial_numbers_and_settings(&self, pair: &T::Pair) -> (InitialNumbers, Settings) {
        let numbers = InitialNumbers::new(&self.key, pair);
        (numbers, self.settings.clone().with_timestamp_offset(numbers.timestamp_offset()))
    }
}
