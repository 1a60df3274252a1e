//! The LISTEN state (RFC 9293 §3.10.7.2): which segments begin a connection, and how many may wait.

use super::closed::Reset;
use super::{Event, Flags, Segment, State};

/// How many half-open connections there may be even where the backlog is smaller: they cost little, and dropping
/// a SYN costs its sender a second (Linux: `tcp_max_syn_backlog` is 128 at least).
const LEAST_HALF_OPEN: u32 = 128;

/// What a listener wants done with a segment that came to it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Arrival {
    /// Make a half-open connection of it: [`Connection::accept`](super::Connection::accept). It is counted.
    Open,
    /// Send this RST.
    Reply(Segment<'static>),
    /// Do nothing.
    Drop,
}

/// The backlog of a listening socket: how many connections are half-open, how many wait to be accepted.
///
/// A listener keeps counts, not connections. Its owner keeps a half-open connection wherever it keeps all others,
/// as a [`Connection`](super::Connection) in SYN-RECEIVED made by
/// [`Connection::accept`](super::Connection::accept), and tells the listener what becomes of it:
///
/// ```text
/// SYN ──segment_arrives()──▶ half-open ──may_establish(), established()──▶ waiting ──accepted()──▶ the user's
///                                └── abandoned() ──▶ gone
/// ```
///
/// ```
/// use anysock::tcp::{Arrival, Flags, Listener, Segment, SequenceNumber};
///
/// let mut listener = Listener::new(0);
/// let syn = Segment::new(Flags::SYN, SequenceNumber(100), SequenceNumber(0));
/// assert_eq!(listener.segment_arrives(&syn), Arrival::Open);
/// assert!(listener.may_establish());
/// listener.established();
/// // As on Linux, a backlog of n lets n + 1 connections wait; what comes then is dropped, and comes again.
/// assert_eq!(listener.segment_arrives(&syn), Arrival::Drop);
/// listener.accepted();
/// assert_eq!(listener.segment_arrives(&syn), Arrival::Open);
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listener {
    backlog: u32,
    half_open: u32,
    waiting: u32,
}

impl Listener {
    /// A listener in LISTEN. `backlog` as in listen(2), already capped by the owner (`net.core.somaxconn`).
    pub const fn new(backlog: u32) -> Self {
        Listener { backlog, half_open: 0, waiting: 0 }
    }

    /// Changes the backlog, as a second listen(2) does; what already waits is kept.
    pub fn set_backlog(&mut self, backlog: u32) {
        self.backlog = backlog;
    }

    /// Half-open connections: made, and neither established nor abandoned.
    pub const fn half_open(&self) -> u32 {
        self.half_open
    }

    /// Established connections that the user has not accepted.
    pub const fn waiting(&self) -> u32 {
        self.waiting
    }

    /// A segment that belongs to no connection came to the listener's port (RFC 9293 §3.10.7.2).
    pub fn segment_arrives(&mut self, segment: &Segment<'_>) -> Arrival {
        // First, check for a RST; second, for an ACK: nothing was sent that it could acknowledge.
        if segment.flags.intersects(Flags::RST | Flags::ACK) {
            return Reset::answering(segment).map_or(Arrival::Drop, |reset| Arrival::Reply(reset.segment()));
        }
        // Third, check for a SYN. A full queue drops it silently, so that the peer tries again (Linux:
        // tcp_conn_request).
        let opens = segment.flags.contains(Flags::SYN) && State::Listen.after(Event::Syn) != State::Listen;
        if !opens || !self.may_establish() || self.half_open >= self.backlog.max(LEAST_HALF_OPEN) {
            return Arrival::Drop;
        }
        self.half_open = self.half_open.saturating_add(1);
        Arrival::Open
    }

    /// Whether another connection may wait to be accepted. While not, keep the final ACK of a handshake from
    /// its half-open connection: it stays in SYN-RECEIVED and sends its SYN,ACK again, as on Linux.
    pub const fn may_establish(&self) -> bool {
        self.waiting <= self.backlog
    }

    /// A half-open connection became ESTABLISHED.
    pub fn established(&mut self) {
        self.half_open = self.half_open.saturating_sub(1);
        self.waiting = self.waiting.saturating_add(1);
    }

    /// A half-open connection ended: reset, or given up after [`Config::syn_ack_retries`](super::Config).
    pub fn abandoned(&mut self) {
        self.half_open = self.half_open.saturating_sub(1);
    }

    /// The user accepted a connection.
    pub fn accepted(&mut self) {
        self.waiting = self.waiting.saturating_sub(1);
    }
}
