//! Timestamps: round-trip times of segments sent twice, and protection against wrapped sequence numbers, PAWS
//! (RFC 7323 §3 to §5).

use super::State;
use super::congestion::CongestionControl;
use super::connection::Connection;
use super::segment::{Flags, Segment, Timestamps};
use super::settings::Settings;
use crate::time::Instant;

/// How long a connection may be idle before TS.Recent means nothing any more (RFC 7323 §5.5).
const TWENTY_FOUR_DAYS: u64 = 24 * 86_400 * 1_000_000_000;

/// What a connection knows of timestamps.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Timestamping {
    /// Snd.TS.OK: both SYNs carried the option (RFC 7323 §3.2).
    agreed: bool,
    /// TS.Recent: the timestamp to be echoed (RFC 7323 §4.3).
    recent: u32,
}

/// Our timestamp clock, as this connection shows it.
fn clock(settings: &Settings, now: Instant) -> u32 {
    Timestamps::clock(now, settings.timestamp_offset)
}

impl Timestamping {
    pub(super) const fn new() -> Timestamping {
        Timestamping { agreed: false, recent: 0 }
    }

    /// Whether every segment carries timestamps.
    #[inline]
    pub(super) const fn is_agreed(&self) -> bool {
        self.agreed
    }

    /// TS.Recent, where timestamps are agreed.
    pub(super) fn recent(&self) -> Option<u32> {
        self.agreed.then_some(self.recent)
    }

    /// Takes the peer's answer or wish from its SYN.
    pub(super) fn synchronize(&mut self, settings: &Settings, syn: &Segment<'_>) {
        if let Some(timestamps) = syn.options.timestamps.filter(|_| settings.timestamps()) {
            *self = Timestamping { agreed: true, recent: timestamps.value };
        }
    }

    /// The option of a segment sent at `now`.
    #[inline]
    pub(super) fn option(&self, settings: &Settings, now: Instant) -> Option<Timestamps> {
        self.agreed.then(|| Timestamps { value: clock(settings, now), echo_reply: self.recent })
    }

    /// Which of our timestamps `segment` echoes.
    pub(super) fn echo(&self, segment: &Segment<'_>) -> Option<u32> {
        segment.options.timestamps.filter(|_| self.agreed).map(|timestamps| timestamps.echo_reply)
    }

    /// Whether `segment` echoes what was said before `at`: it answers something that was sent earlier.
    pub(super) fn echoes_before(&self, settings: &Settings, segment: &Segment<'_>, at: Instant) -> bool {
        self.echo(segment).is_some_and(|echo| (echo.wrapping_sub(clock(settings, at)) as i32) < 0)
    }

    /// Whether `segment` echoes the timestamp of what was sent at `sent`.
    pub(super) fn echoes(&self, settings: &Settings, sent: Instant, segment: &Segment<'_>) -> bool {
        self.echo(segment) == Some(clock(settings, sent))
    }

    /// The option of a SYN that begins a connection.
    pub(super) fn offer(&self, settings: &Settings, now: Instant) -> Option<Timestamps> {
        settings.timestamps().then(|| Timestamps { value: clock(settings, now), echo_reply: 0 })
    }

    /// A round-trip time in nanoseconds, to within a tick, by the timestamp that `segment` echoes; `segment`
    /// acknowledges something new (RFC 7323 §4.1).
    pub(super) fn measure(&self, settings: &Settings, now: Instant, segment: &Segment<'_>) -> Option<u64> {
        let ticks = clock(settings, now).wrapping_sub(self.echo(segment)?);
        // What was never sent is not believed: a round-trip of more than 17 minutes is none.
        (ticks < 1 << 20).then(|| u64::from(ticks.max(1)).saturating_mul(Timestamps::TICK))
    }
}

/// Protection against wrapped sequence numbers (RFC 7323 §5).
impl<C: CongestionControl> Connection<C> {
    /// R1: "SEG.TSval < TS.Recent, and TS.Recent is valid", except in a RST (§5.2). It is not where it is zero, as on
    /// Linux (tcp_paws_check).
    ///
    /// A segment without the option passes, as on Linux: there are paths that strip it.
    #[cfg_attr(target_pointer_width = "64", inline)]
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub(super) fn is_from_the_past(&self, now: Instant, segment: &Segment<'_>) -> bool {
        segment.options.timestamps.is_some_and(|timestamps| {
            self.timestamping.agreed
                && self.timestamping.recent != 0
                && (timestamps.value.wrapping_sub(self.timestamping.recent) as i32) < 0
                && !segment.flags.contains(Flags::RST)
                && now.nanos_since(self.heard) <= TWENTY_FOUR_DAYS
        })
    }

    /// Whether a segment that has a timestamp from the past is an acknowledgment that says nothing new, and was
    /// overtaken on its way: it is no older than the least retransmission timeout (Linux,
    /// tcp_disordered_ack_check, takes the timeout itself), a tick of the peer's being a millisecond.
    #[cold]
    #[inline(never)]
    pub(super) fn is_disordered_acknowledgment(&self, segment: &Segment<'_>) -> bool {
        let value = segment.options.timestamps.map_or(0, |timestamps| timestamps.value);
        let age = self.timestamping.recent.wrapping_sub(value);
        let window = self.snd.scaled(segment.window);
        segment.flags.contains(Flags::ACK)
            && segment.sequence_length() == 0
            && segment.seq == self.rcv.nxt
            && segment.ack == self.snd.una
            && !segment.seq.is_after(self.snd.wl1)
            && (segment.seq != self.snd.wl1 || window.wrapping_sub(1) < self.snd.wnd)
            && age <= self.config.minimum_retransmission_timeout().0
            && self.state != State::TimeWait
    }

    /// R3: "if SEG.TSval >= TS.Recent and SEG.SEQ <= Last.ACK.sent, then record SEG.TSval in TS.Recent". A value
    /// that is less has passed R1 only because TS.Recent had become invalid.
    #[cfg_attr(target_pointer_width = "64", inline)]
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub(super) fn note_timestamp(&mut self, segment: &Segment<'_>) {
        if let Some(timestamps) = segment.options.timestamps
            && !segment.seq.is_after(self.rcv.acknowledged)
        {
            self.timestamping.recent = timestamps.value;
        }
    }
}
