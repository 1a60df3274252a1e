//! The settings of a connection, as the connection keeps them: a third of the size of [`Config`].

use super::config::{Config, EcnNegotiation, EcnOption, Keepalive};
use super::standard_control::CongestionAlgorithm;
use crate::time::Instant;
use core::ops::Add;
use core::time::Duration;

/// A duration in milliseconds, of 49 days at most.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Milliseconds(pub(super) u32);

impl Milliseconds {
    /// Rounded up.
    const fn of(duration: Duration) -> Milliseconds {
        let seconds = if duration.as_secs() > u32::MAX as u64 { u32::MAX as u64 } else { duration.as_secs() };
        let rest = duration.subsec_nanos().wrapping_add(999_999) / 1_000_000;
        let milliseconds = seconds.wrapping_mul(1000).wrapping_add(rest as u64);
        Milliseconds(if milliseconds > u32::MAX as u64 { u32::MAX } else { milliseconds as u32 })
    }

    const fn min_of(self, other: Milliseconds) -> Milliseconds {
        if self.0 < other.0 { self } else { other }
    }

    #[inline]
    pub(super) const fn as_nanos(self) -> u64 {
        (self.0 as u64).wrapping_mul(1_000_000)
    }

    const fn duration(self) -> Duration {
        Duration::from_millis(self.0 as u64)
    }
}

impl Add<Milliseconds> for Instant {
    type Output = Instant;

    #[inline]
    fn add(self, duration: Milliseconds) -> Instant {
        self.plus_nanos(duration.as_nanos())
    }
}

bitflags::bitflags! {
    /// What is on or off.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    struct Switches: u16 {
        const WINDOW_SCALE = 0x001;
        const SELECTIVE_ACKNOWLEDGMENTS = 0x002;
        const RECENT_ACKNOWLEDGMENT = 0x004;
        const TIMESTAMPS = 0x008;
        const URGENT_INLINE = 0x010;
        const URGENT_POINTER_TO_LAST = 0x020;
        const NO_DELAY = 0x040;
        const SLOW_START_AFTER_IDLE = 0x080;
        const CORK = 0x100;
        const UNREACHABLE_ENDS_CONNECTING = 0x200;
        const KEEPALIVE = 0x400;
        const EMPTY_WINDOW_PROBES = 0x800;
        const WINDOW_SLOW_START = 0x1000;
        const ECN_FALLBACK = 0x2000;
        /// `EcnOption` as a number of two bits.
        const ECN_OPTION_1 = 0x4000;
        const ECN_OPTION_2 = 0x8000;
    }
}

impl Switches {
    /// Of what the SYN announces.
    const OF_SYN: Switches =
        Switches::WINDOW_SCALE.union(Switches::SELECTIVE_ACKNOWLEDGMENTS).union(Switches::TIMESTAMPS);

    /// The same, with `switch` where it is on.
    const fn with(self, switch: Switches, on: bool) -> Switches {
        if on { self.union(switch) } else { self }
    }
}

/// Two numbers of four bits; more than 15 is 15.
const fn nibbles(low: u8, high: u8) -> u8 {
    let low = if low < 15 { low } else { 15 };
    let high = if high < 15 { high } else { 15 };
    low | high << 4
}

/// [`Config`], field by field.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Settings {
    pub(super) maximum_segment_size: u16,
    pub(super) default_send_maximum_segment_size: u16,
    /// The window scale, and 16 times the least.
    window_scales: u8,
    pub(super) congestion_control: CongestionAlgorithm,
    pub(super) ecn: EcnNegotiation,
    /// [`Config::syn_linear_timeouts`], and 16 times [`Config::ecn_option_beacon`].
    syn_linear_timeouts_and_beacon: u8,
    switches: Switches,
    /// In milliseconds.
    challenge_interval: u16,
    pub(super) quick_acknowledgments: u8,
    pub(super) syn_retries: u8,
    pub(super) syn_ack_retries: u8,
    pub(super) retries: u8,
    pub(super) orphan_retries: u8,
    keepalive_count: u8,
    pub(super) timestamp_offset: u32,
    /// In milliseconds.
    delayed_acknowledgment: u16,
    pub(super) initial_retransmission_timeout: Milliseconds,
    pub(super) minimum_retransmission_timeout: Milliseconds,
    pub(super) maximum_retransmission_timeout: Milliseconds,
    /// The longest: none.
    user_timeout: Milliseconds,
    keepalive_idle: Milliseconds,
    keepalive_interval: Milliseconds,
    pub(super) time_wait: Milliseconds,
    pub(super) fin_timeout: Milliseconds,
}

impl Settings {
    const NONE: Milliseconds = Milliseconds(u32::MAX);
    /// "The delay MUST be less than 0.5 seconds" (RFC 9293 §3.8.6.3, MUST-40).
    const LONGEST_DELAY: Milliseconds = Milliseconds(499);

    #[inline]
    const fn is_on(&self, switch: Switches) -> bool {
        self.switches.contains(switch)
    }

    #[inline]
    pub(super) const fn window_slow_start(&self) -> bool {
        self.is_on(Switches::WINDOW_SLOW_START)
    }

    pub(super) fn window_scale(&self) -> Option<u8> {
        self.is_on(Switches::WINDOW_SCALE).then_some(self.window_scales & 15)
    }

    pub(super) const fn least_window_scale(&self) -> u8 {
        self.window_scales >> 4
    }

    pub(super) const fn syn_linear_timeouts(&self) -> u8 {
        self.syn_linear_timeouts_and_beacon & 15
    }

    pub(super) const fn ecn_option_beacon(&self) -> u8 {
        self.syn_linear_timeouts_and_beacon >> 4
    }

    #[inline]
    pub(super) const fn selective_acknowledgments(&self) -> bool {
        self.is_on(Switches::SELECTIVE_ACKNOWLEDGMENTS)
    }

    #[inline]
    pub(super) const fn recent_acknowledgment(&self) -> bool {
        self.is_on(Switches::RECENT_ACKNOWLEDGMENT)
    }

    #[inline]
    pub(super) const fn timestamps(&self) -> bool {
        self.is_on(Switches::TIMESTAMPS)
    }

    #[inline]
    pub(super) const fn urgent_inline(&self) -> bool {
        self.is_on(Switches::URGENT_INLINE)
    }

    #[inline]
    pub(super) const fn urgent_pointer_to_last(&self) -> bool {
        self.is_on(Switches::URGENT_POINTER_TO_LAST)
    }

    #[inline]
    pub(super) const fn no_delay(&self) -> bool {
        self.is_on(Switches::NO_DELAY)
    }

    #[inline]
    pub(super) const fn slow_start_after_idle(&self) -> bool {
        self.is_on(Switches::SLOW_START_AFTER_IDLE)
    }

    #[inline]
    pub(super) const fn cork(&self) -> bool {
        self.is_on(Switches::CORK)
    }

    pub(super) fn set_cork(&mut self, cork: bool) {
        self.switches.set(Switches::CORK, cork);
    }

    pub(super) const fn ecn_option(&self) -> EcnOption {
        match (self.is_on(Switches::ECN_OPTION_2), self.is_on(Switches::ECN_OPTION_1)) {
            (false, false) => EcnOption::Never,
            (false, true) => EcnOption::Sparing,
            (true, false) => EcnOption::Always,
            (true, true) => EcnOption::Persistent,
        }
    }

    pub(super) const fn ecn_fallback(&self) -> bool {
        self.is_on(Switches::ECN_FALLBACK)
    }

    pub(super) const fn unreachable_ends_connecting(&self) -> bool {
        self.is_on(Switches::UNREACHABLE_ENDS_CONNECTING)
    }

    pub(super) const fn empty_window_probes(&self) -> bool {
        self.is_on(Switches::EMPTY_WINDOW_PROBES)
    }

    #[inline]
    pub(super) const fn delayed_acknowledgment(&self) -> Milliseconds {
        Milliseconds(self.delayed_acknowledgment as u32)
    }

    /// What the SYN has announced is as it was in `old`.
    pub(super) fn keep_what_was_announced(&mut self, old: &Settings) {
        self.window_scales = old.window_scales;
        self.switches = self.switches.difference(Switches::OF_SYN) | old.switches & Switches::OF_SYN;
        self.ecn = old.ecn;
    }

    #[inline]
    pub(super) fn user_timeout(&self) -> Option<Milliseconds> {
        (self.user_timeout != Self::NONE).then_some(self.user_timeout)
    }

    /// How long after an answer to an unacceptable segment there is none to another.
    pub(super) fn challenge_interval(&self) -> Milliseconds {
        Milliseconds(self.challenge_interval.into())
    }

    /// Idle time, interval and count.
    pub(super) fn keepalive(&self) -> Option<(Milliseconds, Milliseconds, u8)> {
        self.is_on(Switches::KEEPALIVE).then_some((
            self.keepalive_idle,
            self.keepalive_interval,
            self.keepalive_count,
        ))
    }

    pub(super) const fn new(config: &Config) -> Settings {
        let keepalive = match config.keepalive {
            Some(keepalive) => keepalive,
            None => Keepalive { idle: Duration::ZERO, interval: Duration::ZERO, count: 0 },
        };
        Settings {
            maximum_segment_size: config.maximum_segment_size,
            default_send_maximum_segment_size: config.default_send_maximum_segment_size,
            window_scales: match config.window_scale {
                Some(scale) => nibbles(scale, config.least_window_scale),
                None => nibbles(0, config.least_window_scale),
            },
            syn_linear_timeouts_and_beacon: nibbles(config.syn_linear_timeouts, config.ecn_option_beacon),
            congestion_control: config.congestion_control,
            ecn: config.ecn,
            switches: Switches::empty()
                .with(Switches::WINDOW_SCALE, config.window_scale.is_some())
                .with(Switches::SELECTIVE_ACKNOWLEDGMENTS, config.selective_acknowledgments)
                .with(Switches::RECENT_ACKNOWLEDGMENT, config.recent_acknowledgment)
                .with(Switches::TIMESTAMPS, config.timestamps)
                .with(Switches::URGENT_INLINE, config.urgent_inline)
                .with(Switches::URGENT_POINTER_TO_LAST, config.urgent_pointer_to_last)
                .with(Switches::NO_DELAY, config.no_delay)
                .with(Switches::SLOW_START_AFTER_IDLE, config.slow_start_after_idle)
                .with(Switches::CORK, config.cork)
                .with(Switches::UNREACHABLE_ENDS_CONNECTING, config.unreachable_ends_connecting)
                .with(Switches::EMPTY_WINDOW_PROBES, config.empty_window_probes)
                .with(Switches::KEEPALIVE, config.keepalive.is_some())
                .with(Switches::WINDOW_SLOW_START, config.window_slow_start)
                .with(Switches::ECN_FALLBACK, config.ecn_fallback)
                .with(Switches::ECN_OPTION_1, config.ecn_option as u8 & 1 != 0)
                .with(Switches::ECN_OPTION_2, config.ecn_option as u8 & 2 != 0),
            challenge_interval: Milliseconds::of(config.challenge_interval)
                .min_of(Milliseconds(u16::MAX as u32))
                .0 as u16,
            quick_acknowledgments: config.quick_acknowledgments,
            syn_retries: config.syn_retries,
            syn_ack_retries: config.syn_ack_retries,
            retries: config.retries,
            orphan_retries: config.orphan_retries,
            keepalive_count: keepalive.count,
            timestamp_offset: config.timestamp_offset,
            delayed_acknowledgment: Milliseconds::of(config.delayed_acknowledgment)
                .min_of(Self::LONGEST_DELAY)
                .0 as u16,
            initial_retransmission_timeout: Milliseconds::of(config.initial_retransmission_timeout),
            minimum_retransmission_timeout: Milliseconds::of(config.minimum_retransmission_timeout),
            maximum_retransmission_timeout: Milliseconds::of(config.maximum_retransmission_timeout),
            user_timeout: match config.user_timeout {
                Some(timeout) => Milliseconds::of(timeout),
                None => Self::NONE,
            },
            keepalive_idle: Milliseconds::of(keepalive.idle),
            keepalive_interval: Milliseconds::of(keepalive.interval),
            time_wait: Milliseconds::of(config.time_wait),
            fin_timeout: Milliseconds::of(config.fin_timeout),
        }
    }

    pub(super) fn config(&self) -> Config {
        Config {
            maximum_segment_size: self.maximum_segment_size,
            default_send_maximum_segment_size: self.default_send_maximum_segment_size,
            window_scale: self.window_scale(),
            least_window_scale: self.least_window_scale(),
            selective_acknowledgments: self.selective_acknowledgments(),
            recent_acknowledgment: self.recent_acknowledgment(),
            congestion_control: self.congestion_control,
            timestamps: self.timestamps(),
            timestamp_offset: self.timestamp_offset,
            ecn: self.ecn,
            ecn_option: self.ecn_option(),
            ecn_option_beacon: self.ecn_option_beacon(),
            ecn_fallback: self.ecn_fallback(),
            urgent_inline: self.urgent_inline(),
            urgent_pointer_to_last: self.urgent_pointer_to_last(),
            no_delay: self.no_delay(),
            slow_start_after_idle: self.slow_start_after_idle(),
            cork: self.cork(),
            window_slow_start: self.window_slow_start(),
            challenge_interval: self.challenge_interval().duration(),
            unreachable_ends_connecting: self.unreachable_ends_connecting(),
            empty_window_probes: self.empty_window_probes(),
            delayed_acknowledgment: self.delayed_acknowledgment().duration(),
            quick_acknowledgments: self.quick_acknowledgments,
            initial_retransmission_timeout: self.initial_retransmission_timeout.duration(),
            minimum_retransmission_timeout: self.minimum_retransmission_timeout.duration(),
            maximum_retransmission_timeout: self.maximum_retransmission_timeout.duration(),
            syn_retries: self.syn_retries,
            syn_linear_timeouts: self.syn_linear_timeouts(),
            syn_ack_retries: self.syn_ack_retries,
            retries: self.retries,
            orphan_retries: self.orphan_retries,
            user_timeout: self.user_timeout().map(Milliseconds::duration),
            keepalive: self.keepalive().map(|(idle, interval, count)| Keepalive {
                idle: idle.duration(),
                interval: interval.duration(),
                count,
            }),
            time_wait: self.time_wait.duration(),
            fin_timeout: self.fin_timeout.duration(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_what_was_given() {
        let mut config = Config { keepalive: Some(Keepalive::default()), ..Config::ipv6(1280) };
        assert_eq!(Settings::new(&config).config(), config);
        config = Config { user_timeout: Some(Duration::from_secs(1)), cork: true, ..Config::default() };
        assert_eq!(Settings::new(&config).config(), config);
        for option in [EcnOption::Never, EcnOption::Sparing, EcnOption::Always, EcnOption::Persistent] {
            config.ecn_option = option;
            assert_eq!(Settings::new(&config).config(), config);
        }
        config.time_wait = Duration::from_nanos(1);
        assert_eq!(Settings::new(&config).config().time_wait, Duration::from_millis(1));
        config.user_timeout = Some(Duration::MAX);
        assert_eq!(Settings::new(&config).config().user_timeout, None, "584 million years are no limit");
    }
}
