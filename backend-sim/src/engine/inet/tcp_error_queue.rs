//! What a TCP socket's error queue tells of text that was sent: that the kernel is done with it
//! (`MSG_ZEROCOPY`; Documentation/networking/msg_zerocopy.rst), and when it was sent and acknowledged
//! (`SO_TIMESTAMPING`; Documentation/networking/timestamping.rst).

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::net::SocketAddr;

use anysock::constants::socket_option::TimestampingFlags;
use anysock::message::{Controls, Timestamp, TimestampKind, socket};
use anysock::tcp::{Segment, SequenceNumber, State};
use anysock::{Errno, Family, Level, MessageFlags, Received};

use super::connected::Connected;
use super::error_queue::ErrorQueue;
use super::icmp_error::Unreachable;
use super::route::Way;
use super::tcp::{TcpSocket, tcp, tcp_mut};
use crate::engine::socket::{Common, Incoming, Outgoing, Socket, SocketState};
use crate::engine::{Engine, SocketId};

/// The most octets, and the most calls, that one completion is about (`msg_zerocopy_realloc`).
const COMPLETION_OCTETS: u32 = 1 << 19;
const COMPLETION_CALLS: u32 = 0xFFFE;
/// How many octets that were not sent yet lie in one buffer of the kernel's, which has one time stamp: GSO_MAX_SIZE.
const BUFFER: usize = 65_536;
/// The times of sending that are taken: `SOF_TIMESTAMPING_TX_RECORD_MASK`, without those of hardware.
const TAKEN: TimestampingFlags =
    TimestampingFlags::TX_SOFTWARE.union(TimestampingFlags::TX_SCHED).union(TimestampingFlags::TX_ACK);

/// Calls with MSG_ZEROCOPY whose text the kernel still needs.
#[derive(Debug)]
struct ZeroCopy {
    /// The numbers of the first and of the last call.
    first: u32,
    last: u32,
    /// Where their text begins and ends.
    begin: SequenceNumber,
    end: SequenceNumber,
    /// The way copies what it sends, as loopback and TUN do (`skb_orphan_frags_rx`).
    is_copied: bool,
}

/// Text of which it is told when its last octet was sent.
#[derive(Debug)]
struct Stamped {
    last: SequenceNumber,
    times: TimestampingFlags,
    /// The text of the segment that had it, where the program wants it with the times.
    text: Vec<u8>,
}

/// The error queue of a TCP socket, and what will be in it.
#[derive(Debug, Default)]
pub(super) struct TcpErrorQueue {
    queue: ErrorQueue,
    zero_copies: VecDeque<ZeroCopy>,
    /// The number of the next call with MSG_ZEROCOPY (`sk_zckey`).
    next_call: u32,
    stamped: VecDeque<Stamped>,
    /// From where octets are counted with SOF_TIMESTAMPING_OPT_ID (`sk_tskey`).
    counted_from: SequenceNumber,
}

impl TcpErrorQueue {
    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// How often something was put into it: another number once it was.
    pub(super) fn reports(&self) -> u32 {
        self.queue.reports()
    }

    /// Keeps what ICMP tells of the SYN of an attempt to connect: over IPv4, whether IP_RECVERR asks for that or not
    /// (`tcp_v4_err`).
    pub(super) fn icmp(&mut self, what: &Unreachable<'_>, common: &Common) {
        self.queue.icmp(what, what.quoted, common.recv_buffer as usize);
    }

    /// How a time is numbered.
    fn number(&self, last: SequenceNumber, common: &Common) -> u32 {
        let counted = common.timestamping.contains(TimestampingFlags::OPT_ID);
        if counted { last.since(self.counted_from) } else { 0 }
    }

    /// Text from `begin` to `end` was given to send without a copy; `follows` where some before it was not sent yet.
    fn add_zero_copy(&mut self, (begin, end): (SequenceNumber, SequenceNumber), follows: bool, copies: bool) {
        let number = self.next_call;
        self.next_call = number.wrapping_add(1);
        let joins = |last: &&mut ZeroCopy| {
            follows
                && last.end == begin
                && end.since(last.begin) <= COMPLETION_OCTETS
                && number.wrapping_sub(last.first) < COMPLETION_CALLS
        };
        match self.zero_copies.back_mut().filter(joins) {
            Some(before) => (before.last, before.end) = (number, end),
            None => {
                let (first, last) = (number, number);
                self.zero_copies.push_back(ZeroCopy { first, last, begin, end, is_copied: copies });
            }
        }
    }

    /// Times of the octet before `end` are wanted; `unsent` is how much was not sent yet, `text` what was sent with it
    /// if it was.
    fn add_stamped(&mut self, end: SequenceNumber, unsent: usize, times: TimestampingFlags, text: &[u8]) {
        let last = end - 1;
        let in_buffer = |before: &&mut Stamped| end.since(before.last) as usize <= unsent && unsent <= BUFFER;
        if let Some(before) = self.stamped.back_mut().filter(in_buffer) {
            (before.last, before.times) = (last, before.times | times);
        } else {
            self.stamped.push_back(Stamped { last, times, text: text.to_vec() });
        }
    }

    /// A segment is sent.
    pub(super) fn segment(&mut self, segment: &Segment<'_>, now: Timestamp, common: &Common) {
        let room = common.recv_buffer as usize;
        let length = segment.payload.len() as u32;
        for index in 0..self.stamped.len() {
            let Some(stamped) = self.stamped.get_mut(index) else { return };
            if !stamped.last.is_within(segment.seq, length) {
                continue;
            }
            if !common.timestamping.contains(TimestampingFlags::OPT_TSONLY) {
                let (first, second) = segment.payload.parts();
                stamped.text = [first, second].concat();
            }
            let (last, times, text) = (stamped.last, stamped.times, stamped.text.clone());
            let number = self.number(last, common);
            for (time, kind) in [
                (TimestampingFlags::TX_SCHED, TimestampKind::SCHED),
                (TimestampingFlags::TX_SOFTWARE, TimestampKind::SND),
            ] {
                if times.contains(time) {
                    self.queue.sent(kind, number, now, (&text, None), room);
                }
            }
        }
    }

    /// The peer has acknowledged what lies before `acknowledged`, or the connection is over.
    fn settle(
        &mut self,
        acknowledged: SequenceNumber,
        (sent, over): (SequenceNumber, bool),
        now: Timestamp,
        common: &Common,
    ) {
        if over {
            // What was not sent goes first (tcp_write_queue_purge).
            self.zero_copies.make_contiguous().sort_by_key(|calls| calls.begin.is_before(sent));
        }
        while let Some(done) = self.zero_copies.front()
            && (over || !done.end.is_after(acknowledged))
        {
            let copied = done.is_copied && done.begin.is_before(sent);
            self.queue.zero_copy(done.first, done.last, copied);
            self.zero_copies.pop_front();
        }
        while let Some(stamped) = self.stamped.front()
            && (over || stamped.last.is_before(acknowledged))
            && let Some(Stamped { last, times, text }) = self.stamped.pop_front()
        {
            if times.contains(TimestampingFlags::TX_ACK) && last.is_before(acknowledged) {
                let number = self.number(last, common);
                let room = common.recv_buffer as usize;
                self.queue.sent(TimestampKind::ACK, number, now, (&text, None), room);
            }
        }
    }
}

/// The times that a message asks for, or else the socket.
pub(super) fn times_of(message: &Outgoing<'_>, common: &Common) -> TimestampingFlags {
    let asked = Controls::new(message.control)
        .filter(|control| control.level == Level::SOCKET)
        .find_map(|control| control.get(socket::TimestampingFlags).ok().flatten());
    asked.map_or(common.timestamping, TimestampingFlags).intersection(TAKEN)
}

/// What the program is told of `sent` octets that a connection has just taken from a message.
pub(super) fn text_taken(
    engine: &mut Engine,
    id: SocketId,
    message: &Outgoing<'_>,
    sent: usize,
) -> Result<(), Errno> {
    let Socket { common, state: SocketState::Tcp(socket), .. } = engine.socket(id)? else { return Ok(()) };
    let tells_times_only = common.timestamping.contains(TimestampingFlags::OPT_TSONLY);
    let zero_copy = common.zero_copy && message.flags.contains(MessageFlags::ZEROCOPY);
    let times = match socket.state() {
        // Of what goes with the SYN nothing is told (tcp_sendmsg_locked).
        State::SynSent => TimestampingFlags::empty(),
        _ => times_of(message, common),
    };
    if sent == 0 || !zero_copy && times.is_empty() {
        return Ok(());
    }
    let node = engine.socket(id)?.node;
    let remote = tcp(engine, id)?.remote.ok_or(Errno::ENOTCONN)?;
    let copies = engine.route(node, remote.ip()).is_ok_and(|(route, _)| !matches!(route.way, Way::Port(_)));
    let (socket, _) = tcp_mut(engine, id)?;
    let Some(Connected { connection, .. }) = socket.connected() else { return Ok(()) };
    let (end, unsent) = (connection.write_sequence_number(), connection.unsent());
    let taken = &message.bytes[..sent];
    let last_segment = sent.saturating_sub(connection.maximum_segment_size() as usize);
    let text = if unsent == 0 && !tells_times_only { &taken[last_segment..] } else { &[] };
    let queue = socket.error_queue.get_or_insert_default();
    if zero_copy {
        queue.add_zero_copy((end - sent as u32, end), unsent > sent, copies);
    }
    if !times.is_empty() {
        queue.add_stamped(end, unsent, times, text);
    }
    Ok(())
}

impl TcpSocket {
    /// Sets IP_RECVERR or IPV6_RECVERR; `None` where it is none of these.
    pub(super) fn keep_errors(
        &mut self,
        family: Family,
        option: (Level, i32),
        value: &[u8],
    ) -> Option<Result<(), Errno>> {
        match &mut self.error_queue {
            Some(errors) => errors.queue.set(family, option, value),
            None => {
                let mut errors = TcpErrorQueue::default();
                let answer = errors.queue.set(family, option, value);
                self.error_queue = errors.queue.keeps_any().then(|| Box::new(errors));
                answer
            }
        }
    }

    /// The value of IP_RECVERR or IPV6_RECVERR; `None` where it is none of these.
    pub(super) fn keeps_errors(&self, family: Family, option: (Level, i32)) -> Option<Vec<u8>> {
        match &self.error_queue {
            Some(errors) => errors.queue.get(family, option),
            None => ErrorQueue::default().get(family, option),
        }
    }

    /// Whether errors on the way to there are told at once: IP_RECVERR, IPV6_RECVERR.
    pub(super) fn hears_of_errors(&self, destination: SocketAddr) -> bool {
        self.error_queue.as_ref().is_some_and(|errors| errors.queue.keeps(destination))
    }

    /// The error queue of a connection that comes by a listener.
    pub(super) fn inherited_error_queue(&self) -> Option<Box<TcpErrorQueue>> {
        let queue = self.error_queue.as_ref()?.queue.without_errors();
        queue.keeps_any().then(|| Box::new(TcpErrorQueue { queue, ..TcpErrorQueue::default() }))
    }

    /// Tells the program what has become of the text that it gave to send.
    pub(super) fn settle(&mut self, now: Timestamp, common: &Common) {
        if self.error_queue.is_none() {
            return;
        }
        let Some(Connected { connection, .. }) = self.connected() else { return };
        let over = connection.state() == State::Closed;
        let acknowledged = connection.unacknowledged_sequence_number();
        let sent = connection.next_sequence_number();
        if let Some(queue) = &mut self.error_queue {
            queue.settle(acknowledged, (sent, over), now, common);
        }
    }

    /// Counts octets from here on: from the first one that was not acknowledged, or, with
    /// `SOF_TIMESTAMPING_OPT_ID_TCP`, that was not given to send.
    ///
    /// # Errors
    /// `EINVAL` where there is no connection.
    pub(in crate::engine) fn count_octets(&mut self, from_unwritten: bool) -> Result<(), Errno> {
        let Connected { connection, .. } = self.connected().ok_or(Errno::EINVAL)?;
        let first = match connection.state() {
            State::Closed | State::TimeWait => return Err(Errno::EINVAL),
            _ if from_unwritten => connection.write_sequence_number(),
            _ => connection.unacknowledged_sequence_number(),
        };
        self.error_queue.get_or_insert_default().counted_from = first;
        Ok(())
    }
}

/// `recvmsg(2)` with MSG_ERRQUEUE.
pub(super) fn recv(engine: &mut Engine, id: SocketId, message: &mut Incoming<'_>) -> Result<Received, Errno> {
    let family = engine.socket(id)?.family;
    let now = engine.realtime();
    let (socket, common) = tcp_mut(engine, id)?;
    let queue = socket.error_queue.as_mut().ok_or(Errno::EAGAIN)?;
    let times = common.times();
    queue.queue.recv((family, socket.wanted), common, message, (now, times))
}
