//! How large the segments may be that the path takes, found by sending larger ones, for a path may swallow what is too
//! large for it without a word (RFC 4821; Linux: `tcp_mtu_probe` of net/ipv4/tcp_output.c, `tcp_mtu_probing` of
//! net/ipv4/tcp_timer.c).

use super::SequenceNumber;
use super::config::PathMtuProbing;
use super::congestion::CongestionControl;
use super::connection::{Connection, LEAST_SEGMENT_SIZE};
use super::recovery::{DUPLICATE_THRESHOLD, Phase};
use super::transmissions::Transmission;
use crate::time::Instant;

/// How many segments the congestion window has, for which a probe is not too much (Linux: `tcp_mtu_probe`).
const LEAST_WINDOW: u32 = 11;
/// After how many retransmissions a path may be one that swallows, and how long they take (Linux: `tcp_retries1`,
/// `tcp_model_timeout`).
const RETRIES: u8 = 3;
const PATIENCE: u64 = 3_000_000_000;
/// The headers of IPv4 and TCP, which count where a window is measured in packets.
const HEADERS: u32 = 40;

/// Where the search stands. All sizes are of segments with their options.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct PathProbing {
    is_on: bool,
    /// It has been looked whether to probe, since there was last nothing more to send.
    is_checked: bool,
    /// What both ends take, and the path as far as ICMP has told.
    most: u16,
    /// What has arrived, or is believed to.
    low: u16,
    /// What may arrive.
    high: u16,
    /// How much text is in the segment in flight that is larger than others, and its sequence number; zero for none.
    probe: u16,
    probe_seq: SequenceNumber,
}

impl PathProbing {
    pub(super) const fn new() -> PathProbing {
        PathProbing {
            is_on: false,
            is_checked: false,
            most: u16::MAX,
            low: 0,
            high: u16::MAX,
            probe: 0,
            probe_seq: SequenceNumber(0),
        }
    }

    /// Nothing more is to be sent now.
    #[inline]
    pub(super) fn rest(&mut self) {
        self.is_checked = false;
    }

    /// Something is sent again: what becomes of a probe says nothing any more.
    #[inline]
    pub(super) fn forget_probe(&mut self) {
        self.probe = 0;
    }

    /// The numbers of the probe in flight: where it begins and where it ends.
    fn in_flight(&self) -> Option<(SequenceNumber, SequenceNumber)> {
        (self.probe > 0).then(|| (self.probe_seq, self.probe_seq + u32::from(self.probe)))
    }

    /// The path takes no more than this.
    #[inline]
    pub(super) fn limit(&mut self, most: u32) {
        let most = most.min(u32::from(self.most)) as u16;
        (self.most, self.high) = (most, most.min(self.high));
    }
}

impl<C: CongestionControl> Connection<C> {
    /// Our SYN has arrived (Linux: `tcp_mtup_init`; only who has opened actively goes by it at once).
    pub(super) fn begin_path_probing(&mut self) {
        let Some(PathMtuProbing { at_once, base, .. }) = self.config.path_mtu_probing() else { return };
        let options = self.options_of_each_segment();
        let most = self.snd.whole_mss.saturating_add(options);
        let low = base.saturating_add(options);
        self.path_probing = PathProbing { is_on: at_once, most, low, high: most, ..PathProbing::new() };
        if !self.passive {
            self.resize_segments();
        }
    }

    /// Segments become as large as has been found; the congestion window has as many of them as before (Linux:
    /// `tcp_sync_mss`).
    fn resize_segments(&mut self) {
        let PathProbing { is_on, most, low, .. } = self.path_probing;
        let whole = if is_on { most.min(low) } else { most };
        let whole = self.text_beside_options(whole.into());
        let segments = self.congestion.window.checked_div(self.snd.mss).unwrap_or(1);
        (self.snd.whole_mss, self.snd.mss) = (whole as u16, whole);
        self.congestion.window = segments.max(1).saturating_mul(self.snd.mss);
        self.bound_segment_size();
    }

    /// Whether to send a probe now, and of how many octets; `Some(None)`: nothing at all, until there is room for one.
    pub(super) fn path_probe(
        &mut self,
        records: &mut [Transmission],
    ) -> Option<Option<(SequenceNumber, u32)>> {
        let PathMtuProbing { threshold, .. } = self.config.path_mtu_probing()?;
        let PathProbing { is_on, is_checked, low, high, probe, .. } = self.path_probing;
        if !is_on || is_checked || probe > 0 {
            return None;
        }
        self.path_probing.is_checked = true;
        let (una, nxt, mss) = (self.snd.una, self.snd.nxt, self.snd.mss);
        let is_disturbed = self.recovery.phase != Phase::Open
            || self.recovery.duplicates > 0
            || self.transmissions.is_marked()
            || !self.out_of_order.is_empty()
            || self.snd.probe
            || self.snd.records
            || self.snd.resume != nxt;
        if is_disturbed || self.congestion.window < mss.saturating_mul(LEAST_WINDOW) {
            return None;
        }
        // Neither does it go on where the search is said to begin above what both ends take.
        if high.saturating_sub(low) < threshold.max(1) {
            return None;
        }
        let middle = u32::from(high).saturating_add(u32::from(low)) / 2;
        let size = middle.saturating_sub(self.options_of_each_segment().into());
        // So many that a loss would be noticed.
        let needed = mss.saturating_mul(DUPLICATE_THRESHOLD + 1).saturating_add(size);
        if size == 0 || self.snd.end.since(nxt) < needed || self.snd.wnd < needed {
            return None;
        }
        if (nxt + needed).is_after(una + self.snd.wnd) {
            return Some(None);
        }
        let in_flight = self.transmissions.pipe(records, una, nxt);
        let segments = in_flight.div_ceil(mss.max(1)).saturating_add(2);
        if segments.saturating_mul(mss) > self.congestion.window {
            return if in_flight == 0 { None } else { Some(None) };
        }
        // It is one of as many segments as before, for which another is not sent.
        self.congestion.window =
            self.congestion.window.saturating_add(size).saturating_sub(mss.saturating_mul(2));
        (self.path_probing.probe, self.path_probing.probe_seq) = (size as u16, nxt);
        Some(Some((nxt, size)))
    }

    /// SND.UNA has moved: over the probe, it may be (Linux: `tcp_mtup_probe_success`).
    pub(super) fn path_probe_arrives(&mut self) {
        let Some((_, end)) = self.path_probing.in_flight() else { return };
        if end.is_after(self.snd.una) {
            return;
        }
        let (options, size) = (self.options_of_each_segment(), self.path_probing.probe);
        let packet = |text: u32| text.saturating_add(options.into()).saturating_add(HEADERS);
        let (mss, window) = (self.snd.mss, self.congestion.window);
        let octets = u64::from(window.checked_div(mss).unwrap_or(1)).saturating_mul(packet(mss).into());
        let segments = octets.checked_div(packet(size.into()).into()).unwrap_or(1).max(1);
        self.congestion.window = mss.saturating_mul(segments as u32);
        self.path_probing.low = size.saturating_add(options);
        self.path_probing.forget_probe();
        self.resize_segments();
        let three_quarters = self.congestion.window / 4 * 3;
        let threshold = &mut self.congestion.slow_start_threshold;
        *threshold = (*threshold).max(three_quarters);
    }

    /// Something was overtaken. Whether it was the probe, which says nothing of the network's load: it is sent again in
    /// smaller segments, and the window stays (Linux: `tcp_mtup_probe_failed`, `tcp_simple_retransmit`).
    pub(super) fn path_probe_fails(&mut self) -> bool {
        let Some((begin, _)) = self.path_probing.in_flight() else { return false };
        if begin != self.snd.una {
            return false;
        }
        let size = self.path_probing.probe;
        self.path_probing.high = size.saturating_add(self.options_of_each_segment()).saturating_sub(1);
        self.path_probing.forget_probe();
        let mss = self.snd.mss;
        self.congestion.window =
            self.congestion.window.saturating_add(mss.saturating_mul(2)).saturating_sub(size.into());
        self.recovery.phase = Phase::Timeout;
        self.recovery.duplicates = 0;
        self.recovery.recover = self.snd.nxt;
        self.snd.retransmit = !self.sack.is_agreed();
        true
    }

    /// The retransmission timer has expired: the path may swallow segments of this size (Linux: `tcp_mtu_probing`).
    pub(super) fn path_may_swallow(&mut self, now: Instant) {
        let Some(PathMtuProbing { base, floor, .. }) = self.config.path_mtu_probing() else { return };
        let patience = self.config.minimum_retransmission_timeout().as_nanos().saturating_add(PATIENCE);
        if self.retransmissions < RETRIES || now.nanos_since(self.owed) < patience {
            return;
        }
        if self.path_probing.is_on {
            let options = self.options_of_each_segment();
            let half = self.path_probing.low.saturating_sub(options) / 2;
            let size = half.min(base).max(floor).max(LEAST_SEGMENT_SIZE as u16);
            self.path_probing.low = size.saturating_add(options);
        }
        self.path_probing.is_on = true;
        self.resize_segments();
    }
}
