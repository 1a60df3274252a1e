//! The settings of a connection, as the connection keeps them: a third of the size of [`Config`].

use super::config::{Config, EcnNegotiation, EcnOption, Keepalive, PathMtuProbing};
use super::connection::MAXIMUM_WINDOW_SCALE;
use super::standard_control::CongestionAlgorithm;
use crate::time::Instant;
use core::num::NonZeroU8;
use core::ops::Add;
use core::time::Duration;

/// A duration in milliseconds, of 49 days at most.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Milliseconds(pub(super) u32);

impl Milliseconds {
    /// Rounded up.
    const fn of(duration: Duration) -> Milliseconds {
        const LONGEST: u32 = u32::MAX / 1000;
        if duration.as_secs() >= LONGEST as u64 {
            return Milliseconds(u32::MAX);
        }
        let rest = duration.subsec_nanos().wrapping_add(999_999) / 1_000_000;
        Milliseconds((duration.as_secs() as u32).wrapping_mul(1000).wrapping_add(rest))
    }

    const fn min_of(self, other: Milliseconds) -> Milliseconds {
        if self.0 < other.0 { self } else { other }
    }

    const fn of_halves(halves: u32) -> Milliseconds {
        Milliseconds(halves.wrapping_mul(500))
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
        const HALF_WINDOW_SEGMENTS = 0x001;
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

    /// How the congestion window changes, and what is sent beside it.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    struct CongestionSwitches: u8 {
        /// Otherwise it is NewReno.
        const CUBIC = 1;
        const REDUCE_WHOLE_WINDOW = 2;
        const TAIL_LOSS_PROBES = 4;
    }
}

impl CongestionSwitches {
    const fn of(config: &Config) -> CongestionSwitches {
        let control = match config.congestion_control {
            CongestionAlgorithm::NewReno => CongestionSwitches::empty(),
            CongestionAlgorithm::Cubic => CongestionSwitches::CUBIC,
        };
        control
            .with(CongestionSwitches::REDUCE_WHOLE_WINDOW, config.reduce_whole_window)
            .with(CongestionSwitches::TAIL_LOSS_PROBES, config.tail_loss_probes)
    }

    /// The same, with `switch` where it is on.
    const fn with(self, switch: CongestionSwitches, on: bool) -> CongestionSwitches {
        CongestionSwitches::from_bits_retain(self.bits() | switch.bits().wrapping_mul(on as u8))
    }
}

impl Switches {
    /// Of what the SYN announces.
    const OF_SYN: Switches = Switches::SELECTIVE_ACKNOWLEDGMENTS.union(Switches::TIMESTAMPS);

    /// Apart from the rest of the settings, for which there are not registers enough beside it.
    #[cfg_attr(target_pointer_width = "64", inline(never))]
    const fn of(config: &Config) -> Switches {
        Switches::empty()
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
            .with(Switches::ECN_OPTION_2, config.ecn_option as u8 & 2 != 0)
            .with(Switches::HALF_WINDOW_SEGMENTS, config.half_window_segments)
    }

    /// The same, with `switch` where it is on.
    const fn with(self, switch: Switches, on: bool) -> Switches {
        Switches::from_bits_retain(self.bits() | switch.bits().wrapping_mul(on as u16))
    }
}

/// What stands for no window scaling.
const NO_WINDOW_SCALE: u8 = 15;

/// Two numbers of four bits; more than 15 is 15.
const fn nibbles(low: u8, high: u8) -> u8 {
    let low = if low < 15 { low } else { 15 };
    let high = if high < 15 { high } else { 15 };
    low | high << 4
}

/// A time in milliseconds, of 65 seconds at most.
const fn short(time: Duration) -> u16 {
    Milliseconds::of(time).min_of(Milliseconds(u16::MAX as u32)).0 as u16
}

/// The most of seven bits.
const MOST_HALVES: u32 = 127;

const fn timeout_limits(config: &Config) -> u32 {
    const fn halves(time: Duration) -> u32 {
        Milliseconds(Milliseconds::of(time).0.div_ceil(500)).min_of(Milliseconds(MOST_HALVES)).0
    }
    let longest = Milliseconds::of(config.maximum_retransmission_timeout);
    let longest = longest.min_of(Settings::LONGEST_TIMEOUT).0;
    longest | halves(config.shortest_probe_interval) << 18 | halves(config.longest_probe_interval) << 25
}

const fn delayed_acknowledgment_and_slop(config: &Config) -> u16 {
    /// Of seven bits.
    const MOST_SLOP: u32 = 127;
    let delay = Milliseconds::of(config.delayed_acknowledgment).min_of(Settings::LONGEST_DELAY).0;
    let slop = Milliseconds::of(config.retransmission_slop).0.div_ceil(10);
    let slop = if slop < MOST_SLOP { slop } else { MOST_SLOP };
    delay as u16 | (slop as u16) << 9
}

/// A [`Config`] in the form in which connections keep it: a third of its size, and times in milliseconds.
///
/// Whatever takes settings takes a `&Config`. Where many connections have the same, one that was made beforehand
/// spares them the conversion.
///
/// ```
/// use anysock::tcp::{Config, Connection, SequenceNumber, Settings};
/// use anysock::time::Instant;
///
/// let config = Config::ipv4(1500);
/// let settings = Settings::from(&config);
/// let by_settings = Connection::connect(&settings, SequenceNumber(100), Instant::ZERO);
/// assert_eq!(by_settings, Connection::connect(&config, SequenceNumber(100), Instant::ZERO));
/// assert_eq!(settings.config(), config);
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Settings {
    pub(super) maximum_segment_size: u16,
    pub(super) send_maximum_segment_size: u16,
    pub(super) default_send_maximum_segment_size: u16,
    /// The window scale, or [`NO_WINDOW_SCALE`], and 16 times the least.
    window_scales: u8,
    congestion: CongestionSwitches,
    pub(super) ecn: EcnNegotiation,
    /// [`Config::syn_linear_timeouts`], and 16 times [`Config::ecn_option_beacon`].
    syn_linear_timeouts_and_beacon: u8,
    switches: Switches,
    pub(super) initial_window: u8,
    /// [`Config::initial_receive_window`], or 0.
    pub(super) initial_receive_window: u8,
    /// In milliseconds.
    challenge_interval: u16,
    pub(super) quick_acknowledgments: u8,
    pub(super) syn_retries: u8,
    pub(super) syn_ack_retries: u8,
    pub(super) retries: u8,
    pub(super) orphan_retries: u8,
    keepalive_count: u8,
    pub(super) timestamp_offset: u32,
    /// [`Config::delayed_acknowledgment`] in milliseconds, of nine bits, and above it [`Config::retransmission_slop`]
    /// in hundredths of a second.
    delayed_acknowledgment_and_slop: u16,
    /// In milliseconds.
    initial_retransmission_timeout: u16,
    /// In milliseconds.
    minimum_retransmission_timeout: u16,
    /// [`Config::maximum_retransmission_timeout`] in milliseconds, of 18 bits, and above it, of seven bits each, the
    /// [least](Config::shortest_probe_interval) and the [most](Config::longest_probe_interval) between probes in halves
    /// of a second, the most of which stands for none.
    timeout_limits: u32,
    /// The longest: none.
    user_timeout: Milliseconds,
    keepalive_idle: Milliseconds,
    keepalive_interval: Milliseconds,
    pub(super) time_wait: Milliseconds,
    pub(super) fin_timeout: Milliseconds,
    #[cfg(feature = "tcp-path-mtu-probing")]
    path_mtu_probing: Option<PathMtuProbing>,
}

impl Settings {
    const NONE: Milliseconds = Milliseconds(u32::MAX);
    /// "The delay MUST be less than 0.5 seconds" (RFC 9293 §3.8.6.3, MUST-40).
    const LONGEST_DELAY: Milliseconds = Milliseconds(499);
    /// Of 18 bits.
    const LONGEST_TIMEOUT: Milliseconds = Milliseconds((1 << 18) - 1);

    #[inline]
    const fn is_on(&self, switch: Switches) -> bool {
        self.switches.contains(switch)
    }

    #[inline]
    pub(super) const fn window_slow_start(&self) -> bool {
        self.is_on(Switches::WINDOW_SLOW_START)
    }

    pub(super) fn window_scale(&self) -> Option<u8> {
        Some(self.window_scales & 15).filter(|scale| *scale <= MAXIMUM_WINDOW_SCALE)
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

    #[inline]
    pub(super) const fn half_window_segments(&self) -> bool {
        self.is_on(Switches::HALF_WINDOW_SEGMENTS)
    }

    #[cfg(feature = "tcp-path-mtu-probing")]
    #[inline]
    pub(super) const fn path_mtu_probing(&self) -> Option<PathMtuProbing> {
        self.path_mtu_probing
    }

    #[cfg(not(feature = "tcp-path-mtu-probing"))]
    const fn path_mtu_probing(&self) -> Option<PathMtuProbing> {
        None
    }

    pub(super) const fn reduce_whole_window(&self) -> bool {
        self.congestion.contains(CongestionSwitches::REDUCE_WHOLE_WINDOW)
    }

    pub(super) const fn tail_loss_probes(&self) -> bool {
        self.congestion.contains(CongestionSwitches::TAIL_LOSS_PROBES)
    }

    pub(super) const fn congestion_control(&self) -> CongestionAlgorithm {
        if self.congestion.contains(CongestionSwitches::CUBIC) {
            CongestionAlgorithm::Cubic
        } else {
            CongestionAlgorithm::NewReno
        }
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
        Milliseconds(self.delayed_acknowledgment_and_slop as u32 & 0x1FF)
    }

    #[inline]
    pub(super) const fn maximum_retransmission_timeout(&self) -> Milliseconds {
        Milliseconds(self.timeout_limits & Self::LONGEST_TIMEOUT.0)
    }

    const fn shortest_probe_interval(&self) -> Milliseconds {
        Milliseconds::of_halves(self.timeout_limits >> 18 & MOST_HALVES)
    }

    fn longest_probe_interval(&self) -> Option<Milliseconds> {
        let halves = self.timeout_limits >> 25;
        (halves != MOST_HALVES).then(|| Milliseconds::of_halves(halves))
    }

    /// How long a probe of the window waits that would wait so many nanoseconds.
    pub(super) fn probe_interval(&self, nanoseconds: u64) -> u64 {
        let longest = self.longest_probe_interval().map_or(u64::MAX, Milliseconds::as_nanos);
        nanoseconds.max(self.shortest_probe_interval().as_nanos()).min(longest)
    }

    /// What is added to a timeout.
    pub(super) const fn retransmission_slop(&self) -> Milliseconds {
        Milliseconds((self.delayed_acknowledgment_and_slop as u32 >> 9).wrapping_mul(10))
    }

    pub(super) const fn initial_retransmission_timeout(&self) -> Milliseconds {
        Milliseconds(self.initial_retransmission_timeout as u32)
    }

    #[inline]
    pub(super) const fn minimum_retransmission_timeout(&self) -> Milliseconds {
        Milliseconds(self.minimum_retransmission_timeout as u32)
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
        let (keepalive_idle, keepalive_interval, keepalive_count) = match config.keepalive {
            Some(Keepalive { idle, interval, count }) => {
                (Milliseconds::of(idle), Milliseconds::of(interval), count)
            }
            None => (Milliseconds(0), Milliseconds(0), 0),
        };
        Settings {
            maximum_segment_size: config.maximum_segment_size,
            send_maximum_segment_size: match config.send_maximum_segment_size {
                Some(size) => size,
                None => config.maximum_segment_size,
            },
            initial_window: config.initial_window,
            initial_receive_window: match config.initial_receive_window {
                Some(segments) => segments.get(),
                None => 0,
            },
            default_send_maximum_segment_size: config.default_send_maximum_segment_size,
            window_scales: match config.window_scale {
                Some(MAXIMUM_WINDOW_SCALE..) => nibbles(MAXIMUM_WINDOW_SCALE, config.least_window_scale),
                Some(scale) => nibbles(scale, config.least_window_scale),
                None => nibbles(NO_WINDOW_SCALE, config.least_window_scale),
            },
            syn_linear_timeouts_and_beacon: nibbles(config.syn_linear_timeouts, config.ecn_option_beacon),
            congestion: CongestionSwitches::of(config),
            ecn: config.ecn,
            switches: Switches::of(config),
            challenge_interval: short(config.challenge_interval),
            quick_acknowledgments: config.quick_acknowledgments,
            syn_retries: config.syn_retries,
            syn_ack_retries: config.syn_ack_retries,
            retries: config.retries,
            orphan_retries: config.orphan_retries,
            keepalive_count,
            timestamp_offset: config.timestamp_offset,
            delayed_acknowledgment_and_slop: delayed_acknowledgment_and_slop(config),
            initial_retransmission_timeout: short(config.initial_retransmission_timeout),
            minimum_retransmission_timeout: short(config.minimum_retransmission_timeout),
            timeout_limits: timeout_limits(config),
            user_timeout: match config.user_timeout {
                Some(timeout) => Milliseconds::of(timeout),
                None => Self::NONE,
            },
            keepalive_idle,
            keepalive_interval,
            time_wait: Milliseconds::of(config.time_wait),
            fin_timeout: Milliseconds::of(config.fin_timeout),
            #[cfg(feature = "tcp-path-mtu-probing")]
            path_mtu_probing: config.path_mtu_probing,
        }
    }

    /// The same with another [`Config::timestamp_offset`].
    #[must_use]
    pub fn with_timestamp_offset(self, timestamp_offset: u32) -> Settings {
        Settings { timestamp_offset, ..self }
    }

    /// The same, field by field.
    pub fn config(&self) -> Config {
        Config {
            maximum_segment_size: self.maximum_segment_size,
            send_maximum_segment_size: Some(self.send_maximum_segment_size)
                .filter(|size| *size != self.maximum_segment_size),
            initial_window: self.initial_window,
            initial_receive_window: NonZeroU8::new(self.initial_receive_window),
            default_send_maximum_segment_size: self.default_send_maximum_segment_size,
            window_scale: self.window_scale(),
            least_window_scale: self.least_window_scale(),
            selective_acknowledgments: self.selective_acknowledgments(),
            recent_acknowledgment: self.recent_acknowledgment(),
            tail_loss_probes: self.tail_loss_probes(),
            congestion_control: self.congestion_control(),
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
            half_window_segments: self.half_window_segments(),
            path_mtu_probing: self.path_mtu_probing(),
            reduce_whole_window: self.reduce_whole_window(),
            window_slow_start: self.window_slow_start(),
            challenge_interval: self.challenge_interval().duration(),
            unreachable_ends_connecting: self.unreachable_ends_connecting(),
            empty_window_probes: self.empty_window_probes(),
            delayed_acknowledgment: self.delayed_acknowledgment().duration(),
            quick_acknowledgments: self.quick_acknowledgments,
            initial_retransmission_timeout: self.initial_retransmission_timeout().duration(),
            minimum_retransmission_timeout: self.minimum_retransmission_timeout().duration(),
            retransmission_slop: self.retransmission_slop().duration(),
            maximum_retransmission_timeout: self.maximum_retransmission_timeout().duration(),
            shortest_probe_interval: self.shortest_probe_interval().duration(),
            longest_probe_interval: self
                .longest_probe_interval()
                .map_or(Duration::MAX, Milliseconds::duration),
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

impl From<&Config> for Settings {
    fn from(config: &Config) -> Settings {
        Settings::new(config)
    }
}

impl From<&Settings> for Settings {
    #[inline]
    fn from(settings: &Settings) -> Settings {
        settings.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_what_was_given() {
        let mut config = Config { keepalive: Some(Keepalive::default()), ..Config::ipv6(1280) };
        config.retransmission_slop = Duration::from_millis(200);
        config.shortest_probe_interval = Duration::from_secs(5);
        config.longest_probe_interval = Duration::from_secs(60);
        assert_eq!(Settings::new(&config).config(), config);
        config = Config { user_timeout: Some(Duration::from_secs(1)), cork: true, ..Config::default() };
        (config.half_window_segments, config.reduce_whole_window) = (true, true);
        config.congestion_control = CongestionAlgorithm::NewReno;
        assert_eq!(Settings::new(&config).config(), config);
        config.send_maximum_segment_size = Some(1400);
        (config.initial_window, config.initial_receive_window) = (4, NonZeroU8::new(20));
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
