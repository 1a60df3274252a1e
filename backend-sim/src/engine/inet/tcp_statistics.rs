//! What a node counts of its TCP connections, where Linux does (net/ipv4/tcp_input.c, tcp_output.c, tcp_timer.c).

use anysock::Instant;
use anysock::option::TcpInfo;
use anysock::tcp::{
    Block, Connection, Discarded, Flags, Flaw, Segment, SequenceNumber, State, Storage, Timer, Tries,
};

use super::acknowledgment_statistics::Acknowledgment;
use super::connected::Connected;
use super::header_prediction::Way;
use super::statistics::{InetStatistics, Tcp};

/// What is to be known of a connection before it gets a segment, for counting what that has done.
pub(super) struct Appraisal {
    state: State,
    expected: SequenceNumber,
    /// Where the text of a SYN in flight ends, if it has any.
    syn_text: Option<SequenceNumber>,
    recovers: bool,
    is_open_early: bool,
    /// What is there already of text out of order.
    overlap: Overlap,
    way: Way,
    unread: usize,
    knows_window: bool,
    acknowledgment: Option<Acknowledgment>,
}

/// How much of a segment that is out of order has come before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Overlap {
    Nothing,
    Part,
    All,
}

impl Overlap {
    fn of(segment: &Segment<'_>, blocks: &[Block]) -> Overlap {
        let (begin, end) = (segment.seq, segment.seq + segment.sequence_length());
        let is_in = |block: &&Block| !begin.is_before(block.left_edge) && !end.is_after(block.right_edge);
        let meets = |block: &Block| begin.is_before(block.right_edge) && end.is_after(block.left_edge);
        match blocks.iter().find(is_in) {
            Some(_) => Overlap::All,
            None if blocks.iter().any(meets) => Overlap::Part,
            None => Overlap::Nothing,
        }
    }
}

impl Appraisal {
    /// A segment is about to come.
    #[inline]
    pub(super) fn new(
        segment: &Segment<'_>,
        Connected { connection, storage, counters, write_queue, prediction, duplicates_told, .. }: &mut Connected,
    ) -> Appraisal {
        let (connection, counters) = (&*connection, &*counters);
        let expected = connection.expected_sequence_number();
        let overlap = match connection.records_in_use() {
            (blocks @ 1.., _) if segment.seq.is_after(expected) => {
                let blocks = storage.parts().out_of_order.get(..blocks);
                Overlap::of(segment, blocks.unwrap_or_default())
            }
            _ => Overlap::Nothing,
        };
        let way = prediction.way(segment, connection, write_queue);
        let records = storage.parts().transmissions;
        Appraisal {
            way,
            unread: connection.unread(),
            knows_window: connection.knows_window(segment),
            acknowledgment: Acknowledgment::new(
                segment,
                connection,
                counters,
                records,
                (way, *duplicates_told),
            ),
            state: connection.state(),
            expected,
            syn_text: syn_text(connection),
            recovers: connection.is_in_fast_recovery(),
            is_open_early: connection.is_open_early(),
            overlap,
        }
    }

    /// Whether it takes the short way ([`Way::Predicted`]).
    pub(super) fn is_predicted(&self) -> bool {
        self.way == Way::Predicted
    }

    /// The connection has got it; `discarded`, if it dropped it.
    #[inline]
    pub(super) fn count(
        &self,
        statistics: &mut InetStatistics,
        segment: &Segment<'_>,
        Connected { connection, prediction, counters, duplicates_told, .. }: &mut Connected,
        discarded: Option<Discarded>,
    ) {
        let connection = &*connection;
        if discarded.is_none() {
            if let Some(acknowledgment) = &self.acknowledgment {
                acknowledgment.count(statistics, segment, connection, counters, duplicates_told);
            }
            let before = (self.state, self.unread, self.knows_window, self.expected);
            prediction.arrived(statistics, (segment, self.way), connection, before);
        }
        match discarded {
            Some(discarded) => self.count_flaw(discarded, statistics, segment, connection),
            None if segment.seq != self.expected
                && segment.sequence_length() > 0
                && segment.flags.contains(Flags::ACK) =>
            {
                self.count_elsewhere(statistics, segment, connection);
            }
            None => {}
        }
        if !self.recovers && connection.is_in_fast_recovery() {
            count_recovery(statistics, connection);
        }
        if self.state != connection.state() {
            self.count_change(statistics, segment, connection);
        }
    }

    /// The connection has come to another state.
    fn count_change(&self, statistics: &mut InetStatistics, segment: &Segment<'_>, connection: &Connection) {
        let is_reset = segment.flags.contains(Flags::RST);
        match (self.state, connection.state()) {
            (State::SynSent, _) => self.count_opening(statistics, connection),
            // The half-open connection counts beside the socket (tcp_check_req).
            (State::SynReceived, State::Closed) if is_reset && self.is_open_early => {
                statistics.tcp(Tcp::AttemptFails);
            }
            // The timer of an acknowledgment that has nothing to wait for expires at once (tcp_send_delayed_ack).
            (State::Established | State::SynReceived, State::CloseWait)
                if segment.payload.is_empty() && !connection.delays_acknowledgment() =>
            {
                statistics.tcp(Tcp::DelayedAcks);
            }
            // Text that nobody will read, or the peer's acknowledgment where nobody waits for its FIN.
            (State::FinWait1 | State::FinWait2, State::Closed) if !is_reset => {
                statistics.tcp(Tcp::AbortOnData);
            }
            _ => {}
        }
    }

    /// A SYN has been answered: what becomes of its text (`tcp_rcv_fastopen_synack`).
    fn count_opening(&self, statistics: &mut InetStatistics, connection: &Connection) {
        let Some(end) = self.syn_text else { return };
        if !matches!(connection.state(), State::Established | State::CloseWait) {
            return;
        }
        let is_taken = connection.unacknowledged_sequence_number() == end;
        statistics.tcp(if is_taken { Tcp::FastOpenActive } else { Tcp::FastOpenActiveFail });
    }

    fn count_flaw(
        &self,
        discarded: Discarded,
        statistics: &mut InetStatistics,
        segment: &Segment<'_>,
        connection: &Connection,
    ) {
        let is_bare = segment.sequence_length() == 0;
        let skipped = match discarded.flaw {
            Flaw::PastAcknowledgment => return statistics.tcp(Tcp::PawsOldAck),
            Flaw::Past => {
                statistics.tcp(Tcp::PawsEstab);
                is_bare.then_some(Tcp::AckSkippedPaws)
            }
            Flaw::Unacceptable if segment.flags.contains(Flags::RST) => return,
            Flaw::Unacceptable => {
                if segment.seq.is_after(self.expected) {
                    statistics.tcp(Tcp::BeyondWindow);
                }
                is_bare.then_some(Tcp::AckSkippedSeq)
            }
            _ => return self.count_challenge(discarded, statistics, connection),
        };
        match skipped {
            Some(skipped) if !discarded.is_answered => statistics.tcp(skipped),
            Some(_) => {}
            None if segment.seq.is_before(self.expected) => self.count_again(statistics, connection),
            None => {}
        }
    }

    /// A segment that is answered with measure (`tcp_send_challenge_ack`).
    fn count_challenge(
        &self,
        Discarded { flaw, is_answered }: Discarded,
        statistics: &mut InetStatistics,
        connection: &Connection,
    ) {
        if connection.state() == State::Closed {
            return;
        }
        if flaw == Flaw::Syn {
            statistics.tcp(Tcp::SynChallenge);
            if self.state == State::Established {
                statistics.tcp(Tcp::InErrs);
            }
        }
        statistics.tcp(if is_answered { Tcp::ChallengeAck } else { Tcp::AckSkippedChallenge });
    }

    /// Text, or a FIN, has come before (`tcp_send_dupack`, `tcp_data_queue`).
    fn count_again(&self, statistics: &mut InetStatistics, connection: &Connection) {
        statistics.tcp(Tcp::DelayedAckLost);
        if connection.acknowledges_selectively() {
            statistics.tcp(Tcp::DsackOldSent);
        }
    }

    /// A segment that does not begin with what is expected next (`tcp_data_queue`, `tcp_data_queue_ofo`).
    fn count_elsewhere(
        &self,
        statistics: &mut InetStatistics,
        segment: &Segment<'_>,
        connection: &Connection,
    ) {
        if segment.seq.is_before(self.expected) {
            if !(segment.seq + segment.sequence_length()).is_after(self.expected) {
                self.count_again(statistics, connection);
            } else if connection.acknowledges_selectively() && connection.state() != State::Closed {
                statistics.tcp(Tcp::DsackOldSent);
            }
            return;
        }
        if !matches!(connection.state(), State::Established | State::FinWait1 | State::FinWait2) {
            return;
        }
        statistics.tcp(Tcp::OfoQueue);
        if self.overlap == Overlap::All {
            statistics.tcp(Tcp::OfoMerge);
        }
        if self.overlap != Overlap::Nothing && connection.acknowledges_selectively() {
            statistics.tcp(Tcp::DsackOfoSent);
        }
    }
}

/// Where the text ends that a SYN in flight carries.
#[inline]
fn syn_text(connection: &Connection) -> Option<SequenceNumber> {
    if connection.state() != State::SynSent {
        return None;
    }
    let end = connection.next_sequence_number();
    (end != connection.unacknowledged_sequence_number() + 1).then_some(end)
}

/// Fast recovery has begun (`tcp_enter_recovery`).
fn count_recovery(statistics: &mut InetStatistics, connection: &Connection) {
    let selectively = connection.acknowledges_selectively();
    statistics.tcp(if selectively { Tcp::SackRecovery } else { Tcp::RenoRecovery });
}

/// What is to be known of a connection before its timers are seen to.
pub(super) struct TimersDue {
    due: [bool; Timer::ALL.len()],
    tries: Tries,
    recovers: bool,
    recovers_from_timeout: bool,
    is_disordered: bool,
}

impl TimersDue {
    pub(super) fn new(now: Instant, connection: &Connection) -> TimersDue {
        let (tries, recovers) = (connection.tries(), connection.is_in_fast_recovery());
        TimersDue {
            due: Timer::ALL.map(|timer| connection.is_due(timer, now)),
            tries,
            recovers,
            recovers_from_timeout: connection.recovers_from_timeout(),
            is_disordered: connection.has_marks() || connection.duplicate_acknowledgments() > 0,
        }
    }

    fn is_due(&self, timer: Timer) -> bool {
        self.due[timer as usize]
    }

    /// They have been seen to. Whether that has something sent again.
    pub(super) fn count(&self, statistics: &mut InetStatistics, connection: &Connection) -> bool {
        let tries = connection.tries();
        let is_over = connection.state() == State::Closed;
        let gives_up = is_over && !self.is_due(Timer::FinalWait);
        let times_out = tries.retransmissions > self.tries.retransmissions
            || gives_up && self.is_due(Timer::Retransmission);
        if times_out {
            statistics.tcp(Tcp::Timeouts);
            if !is_over {
                self.count_timeout(statistics, connection);
            }
            if (self.tries.retransmissions > 0 || self.recovers) && !is_over {
                statistics.tcp(Tcp::LostRetransmit);
            }
        }
        if gives_up {
            statistics.tcp(Tcp::AbortOnTimeout);
        }
        if self.is_due(Timer::DelayedAcknowledgment) && !is_over {
            statistics.tcp(Tcp::DelayedAcks);
        }
        if tries.keepalives > self.tries.keepalives {
            statistics.tcp(Tcp::KeepAlive);
        }
        let probes = self.is_due(Timer::LossDetection) && connection.probes_for_loss();
        if probes {
            statistics.tcp(Tcp::LossProbes);
        }
        if !self.recovers && connection.is_in_fast_recovery() {
            count_recovery(statistics, connection);
        }
        probes || self.is_due(Timer::Retransmission) || self.is_due(Timer::Persist)
    }

    /// A retransmission timer has expired: the way of what is sent is another one from now on, and what was done about
    /// losses has failed (`tcp_retransmit_timer`, `tcp_write_timeout`).
    fn count_timeout(&self, statistics: &mut InetStatistics, connection: &Connection) {
        statistics.tcp(Tcp::TimeoutRehash);
        if self.tries.retransmissions > 0 {
            return;
        }
        let is_selective = connection.acknowledges_selectively();
        let of = |selective, other| if is_selective { selective } else { other };
        if self.recovers {
            statistics.tcp(of(Tcp::SackRecoveryFail, Tcp::RenoRecoveryFail));
        } else if self.recovers_from_timeout {
            statistics.tcp(Tcp::LossFailures);
        } else if self.is_disordered {
            statistics.tcp(of(Tcp::SackFailures, Tcp::RenoFailures));
        }
    }

    /// Whether the peer's window was to be probed.
    pub(super) fn probes_window(&self) -> bool {
        self.is_due(Timer::Persist)
    }
}

/// What was sent because the window of the peer's is shut: so many segments without text, and whether text went again
/// (`tcp_write_wakeup`, `tcp_retransmit_timer`).
pub(super) fn count_window_probes(statistics: &mut InetStatistics, before: &TcpInfo, after: &TcpInfo) {
    let sent = |count: fn(&TcpInfo) -> Option<u32>| {
        let [before, after] = [before, after].map(|info| count(info).unwrap_or(0));
        after.saturating_sub(before)
    };
    let probes = sent(|info| info.segments_out).saturating_sub(sent(|info| info.data_segments_out));
    statistics.tcp_add(Tcp::WinProbe, probes);
    if after.total_retransmitted > before.total_retransmitted {
        statistics.tcp(Tcp::LostRetransmit);
    }
}

/// What a segment is that is sent, for counting it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Sending {
    First,
    /// Again, because a timer has expired.
    ByTimer,
    /// Again, in fast recovery.
    Fast,
    /// Again otherwise.
    Slow,
    /// A SYN,ACK, because a SYN has crossed ours.
    Crossing,
}
