//! What BSD's TCP does with a segment otherwise than Linux's, as far as a look at the segment decides it before core's
//! machine has it: `tcp_do_segment` of FreeBSD's sys/netinet/tcp_input.c, `tcp_twcheck` of tcp_timewait.c and
//! `syncache_chkrst` of tcp_syncache.c.

use alloc::boxed::Box;
use core::time::Duration;

use anysock::tcp::{
    Block, Config, Connection, Error, FastOpenCookie, Flags, Segment, SequenceNumber, State, TimeWait,
    TimeWaitArrival, Timer,
};
use anysock::{Errno, Instant};

use super::connected::Connected;
use super::icmp::TIME_EXCEEDED;
use super::icmp_error::Unreachable;
use super::tcp::{TcpSocket, tcp};
use super::tcp_bsd_fast_open::FirstText;
use super::tcp_dialect::{Dialect, ListenerScreened};
use super::tcp_options::TcpOptions;
use crate::engine::{Engine, SocketId};

/// What becomes of a segment.
pub(super) enum Screened<'a> {
    /// The machine is given this one.
    Given(Segment<'a>),
    /// It is answered by an acknowledgment that has no FIN ([`repeat_fin`]): `tcp_respond`, and not `tcp_output`, makes
    /// it.
    Challenged,
    /// Nothing.
    Dropped,
    /// It ends the connection, and the peer is told so.
    Aborts,
}

/// What only BSD's TCP knows of a socket.
#[derive(Debug, Default)]
pub(super) struct BsdSocket {
    /// What is sent now answers a RST or a SYN out of place.
    pub(super) is_challenging: bool,
    pub(super) challenges: ChallengeCount,
    /// The cookie of Fast Open that its SYN,ACK grants.
    pub(super) granted: Option<FastOpenCookie>,
    /// What it is to connect with that connects by sending.
    pub(super) first_text: Option<Box<FirstText>>,
}

/// How many RSTs and SYNs out of place a connection has answered since when (`tcp_send_challenge_ack`).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ChallengeCount {
    since: Option<Instant>,
    count: u8,
}

impl ChallengeCount {
    /// Whether one more is answered.
    pub(super) fn is_one_more(&mut self, dialect: &Dialect, now: Instant) -> bool {
        let period = Duration::from_millis(dialect.challenge_period.into());
        if self.since.is_none_or(|since| now.since(since) > period) {
            *self = ChallengeCount { since: Some(now), count: 0 };
        }
        self.count = self.count.saturating_add(1);
        dialect.challenges == 0 || period.is_zero() || self.count <= dialect.challenges
    }
}

/// Looks at a segment that comes for a connection.
pub(super) fn screen<'a>(
    dialect: &Dialect,
    now: Instant,
    segment: &Segment<'a>,
    Connected { connection, .. }: &mut Connected,
) -> Screened<'a> {
    if !connection.state().is_synchronized() {
        let mut segment = *segment;
        round_up_segment_size(dialect, &mut segment);
        if connection.state() == State::SynSent
            && has_dropped_options(dialect, connection.tries().retransmissions)
        {
            drop_options(&mut segment);
        }
        return Screened::Given(segment);
    }
    let flags = segment.flags;
    let last_ack_sent = connection.last_ack_sent();
    let window = connection.receive_window();
    let is_within = segment.seq.is_within(last_ack_sent, window);
    let next = connection.expected_sequence_number();
    if flags.contains(Flags::RST) {
        // What counts is what the peer has been told, and not RCV.NXT, where the machine wants it: an acknowledgment
        // may still wait.
        let believed = Segment::new(Flags::RST, next, SequenceNumber(0));
        return match segment.seq == last_ack_sent {
            true if is_within || window == 0 => Screened::Given(believed),
            false if !is_within => Screened::Dropped,
            false if dialect.believes_resets => Screened::Given(believed),
            _ => Screened::Challenged,
        };
    }
    let lacks_timestamp = segment.options.timestamps.is_none() && connection.uses_timestamps();
    if lacks_timestamp && !dialect.takes_missing_timestamps {
        return Screened::Dropped;
    }
    if flags.contains(Flags::SYN) {
        return if dialect.believes_syns && is_within { Screened::Aborts } else { Screened::Challenged };
    }
    // What is too old is only answered where it has text.
    if segment.payload.is_empty() && connection.has_old_timestamp(now, segment) {
        return Screened::Dropped;
    }
    let unacknowledged = connection.unacknowledged_sequence_number();
    if dialect.takes_old_acknowledgments && is_within && segment.ack.is_before(unacknowledged) {
        // It counts for what else it has (RFC 793).
        let mut given = *segment;
        given.ack = unacknowledged;
        return if segment.sequence_length() == 0 { Screened::Dropped } else { Screened::Given(given) };
    }
    Screened::Given(*segment)
}

/// Makes a segment that a connection sends what BSD would send.
#[cold]
pub(super) fn shape(
    options: &TcpOptions,
    bsd: &BsdSocket,
    connection: &Connection,
    segment: &mut Segment<'_>,
) {
    if segment.flags.contains(Flags::SYN)
        && connection.is_open_early()
        && connection.tries().retransmissions == 0
    {
        segment.options.fast_open = bsd.granted;
    }
    shape_syn(options, segment);
    let dialect = options.dialect();
    if segment.is_bare_syn() && connection.tries().retransmissions > dialect.ecn_retries {
        segment.flags.remove(Flags::ECE | Flags::CWR | Flags::AE);
    }
    if segment.is_bare_syn() && has_dropped_options(dialect, connection.tries().retransmissions) {
        drop_options(segment);
    }
    leave_out_fin(connection, segment);
    if !bsd.is_challenging {
        repeat_fin(connection, segment);
    }
}

/// Makes a listener's answer what the system of its node would send; a SYN,ACK grants a cookie of Fast Open.
pub(super) fn shape_answer(
    engine: &Engine,
    id: SocketId,
    reply: &mut Segment<'_>,
    granted: Option<FastOpenCookie>,
) {
    if let Ok(TcpSocket { options, .. }) = tcp(engine, id)
        && options.dialect().screens()
        && reply.flags.contains(Flags::SYN)
    {
        reply.options.fast_open = granted;
        shape_syn(options, reply);
    }
}

/// Makes a SYN what BSD would send: without options, where the program wants none.
pub(super) fn shape_syn(options: &TcpOptions, segment: &mut Segment<'_>) {
    if options.bsd.no_options && segment.flags.contains(Flags::SYN) {
        segment.options.maximum_segment_size = None;
    }
}

/// A FIN that was sent and is not acknowledged goes with every acknowledgment again (`tcp_outflags`; "If resending a
/// FIN, be sure not to use a new sequence number", `tcp_output`).
fn repeat_fin(connection: &Connection, segment: &mut Segment<'_>) {
    let next = connection.next_sequence_number();
    let is_sent = next == connection.write_sequence_number() + 1;
    let closes = matches!(connection.state(), State::FinWait1 | State::Closing | State::LastAck);
    let is_bare = segment.payload.is_empty()
        && segment.flags & (Flags::ACK | Flags::SYN | Flags::FIN | Flags::RST) == Flags::ACK;
    if is_sent && closes && is_bare && segment.seq == next {
        segment.flags |= Flags::FIN;
        segment.seq = segment.seq - 1;
    }
}

/// A FIN that has come again is no octet that is told of as a duplicate.
fn leave_out_fin(connection: &Connection, segment: &mut Segment<'_>) {
    let [first, rest @ ..] = segment.options.sack;
    if let Some(block) = first
        && connection.is_finished_by_peer()
        && block.right_edge == segment.ack
    {
        let shorter = Block { right_edge: segment.ack - 1, ..block };
        let [second, third, fourth] = rest;
        segment.options.sack = match shorter.left_edge == shorter.right_edge {
            true => [second, third, fourth, None],
            false => [Some(shorter), second, third, fourth],
        };
    }
}

/// A peer that takes very small segments only gets larger ones all the same (`tcp_mss_update`).
fn round_up_segment_size(dialect: &Dialect, syn: &mut Segment<'_>) {
    let size = &mut syn.options.maximum_segment_size;
    *size = size.filter(|size| *size != 0).map(|size| size.max(dialect.least_segment));
}

/// Nobody reads any more: what has come, and what comes, is thrown away, and acknowledged (`SBS_CANTRCVMORE`).
#[cold]
pub(super) fn discard_text(now: Instant, Connected { connection, storage, .. }: &mut Connected) {
    let mut text = [0; 1024];
    while matches!(connection.receive(now, &mut text, storage), Ok(1..)) {}
}

/// Whether a SYN that was sent again so often has no options any more (`rexmit_drop_options`).
const fn has_dropped_options(dialect: &Dialect, retransmissions: u8) -> bool {
    dialect.drops_syn_options && retransmissions >= 3
}

/// Takes away what a SYN asks for that RFC 793 did not know.
const fn drop_options(syn: &mut Segment<'_>) {
    syn.options.window_scale = None;
    syn.options.sack_permitted = false;
    syn.options.timestamps = None;
}

/// Looks at a segment that comes for a listener, which is opening a connection between the same two ends or not: the
/// FIN beside a SYN does not count, or both do not (`drop_synfin`). Of a connection that is opening, a RST has no other
/// flag ("must not carry ACK, SYN or FIN flags"), and a SYN,ACK is no answer to a SYN,ACK (`syncache_badack`).
pub(super) fn screen_for_listener<'a>(
    dialect: &Dialect,
    is_opening: bool,
    segment: &Segment<'a>,
) -> ListenerScreened<'a> {
    let flags = segment.flags;
    if is_opening && flags.contains(Flags::RST) {
        let others = flags.intersects(Flags::ACK | Flags::SYN | Flags::FIN);
        return if others { ListenerScreened::Dropped } else { ListenerScreened::Given(*segment) };
    }
    if is_opening && flags.contains(Flags::SYN | Flags::ACK) {
        return ListenerScreened::Refused;
    }
    let mut given = *segment;
    round_up_segment_size(dialect, &mut given);
    if begins_and_ends(segment) {
        if dialect.drops_syn_fin {
            return ListenerScreened::Dropped;
        }
        given.flags.remove(Flags::FIN);
    }
    ListenerScreened::Given(given)
}

/// Whether a segment begins a connection that is to end at once.
pub(super) fn begins_and_ends(segment: &Segment<'_>) -> bool {
    segment.flags & (Flags::SYN | Flags::FIN | Flags::ACK | Flags::RST) == Flags::SYN | Flags::FIN
}

/// What a segment for a connection in TIME-WAIT does, and whether that stays: a SYN beyond it begins another one,
/// whether anybody listens or not, and a FIN that comes again has it last longer. Nothing is done with a RST (RFC
/// 1337), with what acknowledges nothing, with a last acknowledgment that comes again; what else acknowledges something
/// is answered.
pub(super) fn time_wait_segment_arrives(
    time_wait: &mut TimeWait,
    now: Instant,
    config: &Config,
    segment: &Segment<'_>,
) -> (TimeWaitArrival, bool) {
    let flags = segment.flags;
    let acknowledges = flags.contains(Flags::ACK) && !flags.contains(Flags::RST);
    if segment.is_bare_syn() || acknowledges && flags.contains(Flags::FIN) {
        return match time_wait.segment_arrives(now, config, segment, true) {
            (TimeWaitArrival::Reply(_), stays) if !acknowledges => (TimeWaitArrival::Drop, stays),
            other => other,
        };
    }
    let (next, expected) = (time_wait.next_sequence_number(), time_wait.expected_sequence_number());
    let is_last =
        flags == Flags::ACK && segment.payload.is_empty() && (segment.seq, segment.ack) == (expected, next);
    if acknowledges && !is_last {
        (TimeWaitArrival::Reply(time_wait.acknowledgment(now)), true)
    } else {
        (TimeWaitArrival::Drop, true)
    }
}

/// Whether nobody answers a segment for a port without a socket (blackhole(4)).
pub(super) fn is_swallowed(dialect: &Dialect, segment: &Segment<'_>) -> bool {
    match dialect.blackhole {
        0 => false,
        1 => segment.flags.contains(Flags::SYN),
        _ => true,
    }
}

/// Limits how long a connection may take to begin (`keepinit`), whatever was sent meanwhile, and nothing afterwards.
pub(super) fn limit_time(dialect: &Dialect, state: State, config: &mut Config) {
    if dialect.limits_only_handshakes() && state != State::SynSent {
        config.user_timeout = None;
    } else if dialect.connecting != 0 && config.user_timeout.is_none() {
        config.user_timeout = Some(Duration::from_millis(dialect.connecting.into()));
        config.syn_retries = u8::MAX;
    }
}

/// The connection has begun in time, whatever it is to be limited by from now on.
pub(super) fn is_open(now: Instant, connection: &mut Connection) {
    let mut config = connection.config();
    config.user_timeout = None;
    connection.set_config(now, &config);
}

/// What tells the peer of a connection that is given up if its timer, which is due, finds no more to try
/// (`tcp_drop`).
pub(super) fn farewell(dialect: &Dialect, now: Instant, connection: &Connection) -> Option<Segment<'static>> {
    if !dialect.sends_farewell() {
        return None;
    }
    let is_due = [Timer::Retransmission, Timer::Persist].iter().any(|timer| connection.is_due(*timer, now));
    let is_known = connection.state().is_synchronized() || connection.state() == State::SynReceived;
    let (seq, ack) = (connection.next_sequence_number(), connection.expected_sequence_number());
    (is_due && is_known).then(|| Segment::new(Flags::RST | Flags::ACK, seq, ack))
}

/// The error by which what ICMP tells ends a connection that has not begun (`tcp_ctlinput`, `tcp_notify`); `None` where
/// it goes on: a host that cannot be reached may be reached again, and counts the second time after four SYNs.
pub(super) fn ended_by_icmp(
    dialect: &Dialect,
    what: &Unreachable<'_>,
    is_known: bool,
    retransmissions: u8,
) -> Option<Errno> {
    let refuses: &[u8] = if what.destination.is_ipv4() { &[2, 3, 9, 10, 13] } else { &[1, 4] };
    let is_unreachable = what.kind == if what.destination.is_ipv4() { 3 } else { 1 };
    let is_too_far = what.kind == TIME_EXCEEDED && what.destination.is_ipv4();
    if is_unreachable && refuses.contains(&what.code) {
        return dialect.icmp_refuses.then_some(Errno::ECONNREFUSED);
    }
    let has_tried = is_known && retransmissions > 3;
    (is_too_far && dialect.icmp_refuses || has_tried).then_some(Errno::EHOSTUNREACH)
}

/// The error that a program is told: a reset is one in every state.
pub(super) fn told(dialect: &Dialect, error: Error) -> Error {
    if dialect.tells_every_reset() && error == Error::BrokenPipe { Error::Reset } else { error }
}
