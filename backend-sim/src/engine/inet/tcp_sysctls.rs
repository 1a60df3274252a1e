//! What an administrator sets for a node's TCP: `sysctl net.ipv4.…` (Documentation/networking/ip-sysctl.rst).
//!
//! A socket takes the settings as they are when it is made.

use alloc::vec::Vec;
use core::ops::RangeInclusive;
use core::str::{FromStr, SplitWhitespace};
use core::time::Duration;

use anysock::Errno;
use anysock::tcp::{Config, CongestionAlgorithm, EcnOption, Keepalive, PathMtuProbing, SynCookies};

use super::tcp::tcp_mut;
use super::tcp_bsd_fast_open::FastOpenKeys;
use super::tcp_dialect::Dialect;
use crate::engine::node::NodeId;
use crate::engine::{Engine, SocketId};

/// Settings that the simulator has one value of, or several that are the same to it: setting another is refused.
const FIXED: [(&str, &[&str]); 14] = [
    ("net.ipv4.tcp_abort_on_overflow", &["0"]),
    ("net.ipv4.tcp_adv_win_scale", &["1"]),
    ("net.ipv4.tcp_autocorking", &["0", "1"]),
    ("net.ipv4.tcp_dsack", &["1"]),
    ("net.ipv4.tcp_fack", &["0"]),
    ("net.ipv4.tcp_frto", &["2"]),
    ("net.ipv4.tcp_limit_output_bytes", &["1048576", "4194304"]),
    ("net.ipv4.tcp_max_reordering", &["300"]),
    ("net.ipv4.tcp_no_metrics_save", &["0", "1"]),
    ("net.ipv4.tcp_pacing_ca_ratio", &["120", "200"]),
    ("net.ipv4.tcp_pacing_ss_ratio", &["200"]),
    ("net.ipv4.tcp_reordering", &["3"]),
    ("net.ipv4.tcp_rfc1337", &["0"]),
    ("net.ipv4.tcp_shrink_window", &["0"]),
];

/// How Accurate ECN goes on, of sockets that exist, too.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct EcnSysctls {
    option: EcnOption,
    beacon: u8,
    fallback: bool,
}

impl EcnSysctls {
    pub(super) fn apply(&self, config: &mut Config) {
        config.ecn_option = self.option;
        config.ecn_option_beacon = self.beacon;
        config.ecn_fallback = self.fallback;
    }
}

/// Gives the connections of a node what `sysctl` says of Accurate ECN, which the kernel asks for with every segment.
pub(crate) fn change_ecn(engine: &mut Engine, node: NodeId, sysctls: EcnSysctls) {
    let now = engine.now();
    let ids: Vec<SocketId> = engine.node(node).inet.connections.iter().map(|(_, id)| *id).collect();
    for id in ids {
        let Ok((socket, _)) = tcp_mut(engine, id) else { continue };
        let Some(connected) = socket.connected_mut() else { continue };
        let mut config = connected.connection.config();
        sysctls.apply(&mut config);
        connected.connection.set_config(now, &config);
    }
}

/// The settings of a node's TCP.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct TcpSysctls {
    /// The sizes of a receive buffer: the least, that of a new socket, and the largest it may grow to, which makes
    /// the window scale.
    receive_memory: [u32; 3],
    /// Whether a receive buffer grows by itself.
    moderate_receive_buffer: bool,
    /// The sizes of a send buffer: the least, that of a new socket, and the largest it may grow to.
    send_memory: [u32; 3],
    /// How many segments are handed to the interface at a time at the least.
    pub(super) least_packet_segments: u32,
    window_scaling: bool,
    selective_acknowledgments: bool,
    slow_start_after_idle: bool,
    /// In milliseconds.
    pub(super) longest_retransmission_timeout: u32,
    /// What other systems do otherwise than Linux.
    pub(super) dialect: Dialect,
    /// Those of BSD's Fast Open.
    pub(super) fast_open_keys: FastOpenKeys,
    /// In milliseconds.
    challenge_interval: u16,
    timestamps: bool,
    recovery: bool,
    tail_loss_probes: bool,
    /// In octets; the largest number is no limit.
    not_sent_low_water: u32,
    /// In microseconds.
    shortest_retransmission_timeout: u32,
    /// 0: none; 1: where a path swallows segments; 2: at once.
    path_mtu_probing: u8,
    probing: PathMtuProbing,
    urgent_pointer_to_last: bool,
    pub(super) syn_cookies: SynCookies,
    congestion_control: CongestionAlgorithm,
    syn_retries: u8,
    syn_linear_timeouts: u8,
    syn_ack_retries: u8,
    retries: u8,
    orphan_retries: u8,
    /// In seconds.
    pub(super) fin_timeout: u16,
    /// In seconds: idle time and interval.
    keepalive: [u16; 2],
    keepalive_probes: u8,
    pub(crate) ecn: EcnSysctls,
}

impl Default for TcpSysctls {
    fn default() -> Self {
        TcpSysctls {
            receive_memory: [4096, 131_072, 6_291_456],
            moderate_receive_buffer: true,
            send_memory: [4096, 16_384, 4_194_304],
            least_packet_segments: 2,
            window_scaling: true,
            selective_acknowledgments: true,
            slow_start_after_idle: true,
            longest_retransmission_timeout: 120_000,
            dialect: Dialect::default(),
            fast_open_keys: FastOpenKeys::default(),
            challenge_interval: 500,
            timestamps: true,
            recovery: true,
            tail_loss_probes: true,
            not_sent_low_water: u32::MAX,
            shortest_retransmission_timeout: 200_000,
            path_mtu_probing: 0,
            probing: PathMtuProbing { at_once: false, base: 1024, floor: 48, threshold: 8 },
            urgent_pointer_to_last: false,
            syn_cookies: SynCookies::UnderPressure,
            congestion_control: CongestionAlgorithm::Cubic,
            syn_retries: 6,
            syn_linear_timeouts: 0,
            syn_ack_retries: 5,
            retries: 15,
            orphan_retries: 8,
            fin_timeout: 60,
            keepalive: [7200, 75],
            keepalive_probes: 9,
            ecn: EcnSysctls { option: EcnOption::Always, beacon: 3, fallback: true },
        }
    }
}

/// Sets one setting to the text that is given.
type Setter = fn(&mut TcpSysctls, &str) -> Result<(), Errno>;

/// What each setting takes.
const SETTINGS: [(&str, Setter); 34] = [
    ("net.ipv4.tcp_rmem", |it, text| sizes(text).map(|sizes| it.receive_memory = sizes)),
    ("net.ipv4.tcp_moderate_rcvbuf", |it, text| {
        number::<u8>(text).map(|value| it.moderate_receive_buffer = value != 0)
    }),
    ("net.ipv4.tcp_wmem", |it, text| sizes(text).map(|sizes| it.send_memory = sizes)),
    ("net.ipv4.tcp_window_scaling", |it, text| flag(text).map(|on| it.window_scaling = on)),
    ("net.ipv4.tcp_sack", |it, text| flag(text).map(|on| it.selective_acknowledgments = on)),
    ("net.ipv4.tcp_slow_start_after_idle", |it, text| flag(text).map(|on| it.slow_start_after_idle = on)),
    // Of kernels later than 6.1, whose scripts set it.
    ("net.ipv4.tcp_rto_max_ms", |it, text| {
        within(text, 1000..=120_000, Errno::EINVAL).map(|timeout| it.longest_retransmission_timeout = timeout)
    }),
    ("net.ipv4.tcp_min_tso_segs", |it, text| {
        number(text).map(|segments| it.least_packet_segments = segments)
    }),
    // What waits for more to be handed to an interface that segments by itself: nothing does.
    ("net.ipv4.tcp_tso_win_divisor", |_, text| number::<u32>(text).map(|_| ())),
    ("net.ipv4.tcp_invalid_ratelimit", |it, text| {
        let milliseconds: i32 = number(text)?;
        it.challenge_interval = milliseconds.try_into().map_err(|_| Errno::EOPNOTSUPP)?;
        Ok(())
    }),
    ("net.ipv4.tcp_timestamps", |it, text| number::<u8>(text).map(|value| it.timestamps = value != 0)),
    ("net.ipv4.tcp_recovery", |it, text| number::<u8>(text).map(|value| it.recovery = value & 1 != 0)),
    // Without selective acknowledgments it does nothing, with them 3 and 4 are the same (tcp_schedule_loss_probe).
    ("net.ipv4.tcp_early_retrans", |it, text| {
        within(text, 0..=4u8, Errno::EINVAL).map(|value| it.tail_loss_probes = matches!(value, 3 | 4))
    }),
    ("net.ipv4.tcp_notsent_lowat", |it, text| {
        it.not_sent_low_water = if text.trim() == "-1" { u32::MAX } else { number(text)? };
        Ok(())
    }),
    // Of kernels later than 6.1.
    ("net.ipv4.tcp_rto_min_us", |it, text| {
        within(text, 1..=u32::MAX, Errno::EINVAL).map(|time| it.shortest_retransmission_timeout = time)
    }),
    ("net.ipv4.tcp_mtu_probing", |it, text| {
        it.path_mtu_probing = within(text, 0..=2u8, Errno::EINVAL)?;
        it.probing.at_once = it.path_mtu_probing == 2;
        Ok(())
    }),
    ("net.ipv4.tcp_base_mss", |it, text| {
        within(text, 48..=u16::MAX, Errno::EOPNOTSUPP).map(|size| it.probing.base = size)
    }),
    ("net.ipv4.tcp_mtu_probe_floor", |it, text| {
        within(text, 48..=u16::MAX, Errno::EOPNOTSUPP).map(|size| it.probing.floor = size)
    }),
    ("net.ipv4.tcp_probe_threshold", |it, text| {
        within(text, 0..=u16::MAX, Errno::EOPNOTSUPP).map(|octets| it.probing.threshold = octets)
    }),
    ("net.ipv4.tcp_stdurg", |it, text| flag(text).map(|on| it.urgent_pointer_to_last = on)),
    ("net.ipv4.tcp_syncookies", |it, text| syn_cookies(text).map(|cookies| it.syn_cookies = cookies)),
    ("net.ipv4.tcp_congestion_control", |it, text| {
        congestion_algorithm(text).map(|algorithm| it.congestion_control = algorithm)
    }),
    ("net.ipv4.tcp_syn_retries", |it, text| number(text).map(|retries| it.syn_retries = retries)),
    // Of kernels later than 6.1, too.
    ("net.ipv4.tcp_syn_linear_timeouts", |it, text| {
        let timeouts = within(text, 0..=127, Errno::EINVAL)?;
        it.syn_linear_timeouts = if timeouts <= 15 { timeouts } else { return Err(Errno::EOPNOTSUPP) };
        Ok(())
    }),
    ("net.ipv4.tcp_synack_retries", |it, text| {
        within(text, 0..=15, Errno::EOPNOTSUPP).map(|retries| it.syn_ack_retries = retries)
    }),
    ("net.ipv4.tcp_retries2", |it, text| number(text).map(|retries| it.retries = retries)),
    ("net.ipv4.tcp_orphan_retries", |it, text| {
        // Zero is eight (tcp_orphan_retries of net/ipv4/tcp_timer.c).
        number(text).map(|retries| it.orphan_retries = if retries == 0 { 8 } else { retries })
    }),
    ("net.ipv4.tcp_ecn_option", |it, text| ecn_option(text).map(|option| it.ecn.option = option)),
    ("net.ipv4.tcp_ecn_option_beacon", |it, text| {
        within(text, 0..=3, Errno::EINVAL).map(|beacon| it.ecn.beacon = beacon)
    }),
    ("net.ipv4.tcp_ecn_fallback", |it, text| flag(text).map(|on| it.ecn.fallback = on)),
    ("net.ipv4.tcp_fin_timeout", |it, text| number(text).map(|seconds| it.fin_timeout = seconds)),
    ("net.ipv4.tcp_keepalive_time", |it, text| number(text).map(|seconds| it.keepalive[0] = seconds)),
    ("net.ipv4.tcp_keepalive_intvl", |it, text| number(text).map(|seconds| it.keepalive[1] = seconds)),
    ("net.ipv4.tcp_keepalive_probes", |it, text| number(text).map(|probes| it.keepalive_probes = probes)),
];

/// The next of several values.
fn next<T: FromStr>(values: &mut SplitWhitespace<'_>) -> Result<T, Errno> {
    values.next().and_then(|value| value.parse().ok()).ok_or(Errno::EINVAL)
}

pub(super) fn number<T: FromStr>(text: &str) -> Result<T, Errno> {
    next(&mut text.split_whitespace())
}

/// A number of this range; `otherwise` for another.
fn within<T: FromStr + PartialOrd>(
    text: &str,
    range: RangeInclusive<T>,
    otherwise: Errno,
) -> Result<T, Errno> {
    number(text).and_then(|value| if range.contains(&value) { Ok(value) } else { Err(otherwise) })
}

fn sizes(text: &str) -> Result<[u32; 3], Errno> {
    let values = &mut text.split_whitespace();
    Ok([next(values)?, next(values)?, next(values)?])
}

pub(super) fn flag(text: &str) -> Result<bool, Errno> {
    within(text, 0..=1u8, Errno::EINVAL).map(|value| value == 1)
}

fn syn_cookies(text: &str) -> Result<SynCookies, Errno> {
    number::<u8>(text).map(|value| match value {
        0 => SynCookies::Never,
        2 => SynCookies::Always,
        // Linux takes any octet.
        _ => SynCookies::UnderPressure,
    })
}

fn ecn_option(text: &str) -> Result<EcnOption, Errno> {
    match number(text)? {
        0 => Ok(EcnOption::Never),
        1 => Ok(EcnOption::Sparing),
        2 => Ok(EcnOption::Always),
        3 => Ok(EcnOption::Persistent),
        _ => Err(Errno::EINVAL),
    }
}

impl TcpSysctls {
    /// Sets what `name` is called, to one value or several.
    ///
    /// # Errors
    /// `ENOENT` for an unknown name, `EINVAL` for what is no value of it, `EOPNOTSUPP` for a value that the
    /// simulator does not have.
    pub(crate) fn set(&mut self, name: &str, value: &str) -> Result<(), Errno> {
        if let Some((_, set)) = SETTINGS.iter().find(|(known, _)| *known == name) {
            return set(self, value);
        }
        if let Some(own) = name.strip_prefix(FastOpenKeys::NAMES) {
            return self.fast_open_keys.set(own, value);
        }
        if let Some(own) = name.strip_prefix(Dialect::NAMES) {
            return self.dialect.set(own, value);
        }
        let (_, allowed) = FIXED.iter().find(|(fixed, _)| *fixed == name).ok_or(Errno::ENOENT)?;
        if allowed.contains(&value.trim()) { Ok(()) } else { Err(Errno::EOPNOTSUPP) }
    }

    /// SO_SNDBUF of a new socket.
    pub(super) fn send_buffer(&self) -> i32 {
        self.send_memory[1] as i32
    }

    /// The largest SO_SNDBUF that a socket gets by itself.
    pub(super) fn largest_send_buffer(&self) -> u32 {
        self.send_memory[2]
    }

    /// SO_RCVBUF of a new socket.
    pub(super) fn receive_buffer(&self) -> i32 {
        self.receive_memory[1] as i32
    }

    /// Whether SO_RCVBUF grows with what a program reads.
    pub(super) fn moderate_receive_buffer(&self) -> bool {
        self.moderate_receive_buffer
    }

    /// The largest SO_RCVBUF that a socket gets by itself.
    pub(super) fn largest_receive_buffer(&self) -> usize {
        self.receive_memory[2] as usize
    }

    /// TCP_SYNCNT of a new socket.
    pub(super) fn syn_retries(&self) -> u8 {
        self.syn_retries
    }

    /// What TCP_NOTSENT_LOWAT is where a program has set none.
    pub(super) fn not_sent_low_water(&self) -> u32 {
        self.not_sent_low_water
    }

    /// TCP_RTO_MIN_US of a new socket.
    pub(super) fn shortest_retransmission_timeout(&self) -> u32 {
        self.shortest_retransmission_timeout
    }

    /// TCP_CONGESTION of a new socket.
    pub(super) fn congestion_control(&self) -> CongestionAlgorithm {
        self.congestion_control
    }

    /// TCP_KEEPIDLE, TCP_KEEPINTVL and TCP_KEEPCNT of a new socket.
    pub(super) fn keepalive(&self) -> Keepalive {
        let [idle, interval] = self.keepalive.map(|seconds| Duration::from_secs(seconds.into()));
        Keepalive { idle, interval, count: self.keepalive_probes }
    }

    /// Gives a connection's settings what is said here of them.
    pub(super) fn apply(&self, config: &mut Config) {
        config.window_scale = self.window_scaling.then_some(14);
        config.least_window_scale = window_scale(self.receive_memory[2]);
        config.selective_acknowledgments = self.selective_acknowledgments;
        config.syn_linear_timeouts = self.syn_linear_timeouts;
        config.slow_start_after_idle = self.slow_start_after_idle;
        config.reduce_whole_window = true;
        config.maximum_retransmission_timeout =
            Duration::from_millis(self.longest_retransmission_timeout.into());
        self.dialect.apply(config);
        config.challenge_interval = Duration::from_millis(self.challenge_interval.into());
        config.timestamps = self.timestamps;
        config.recent_acknowledgment = self.recovery;
        config.tail_loss_probes = self.tail_loss_probes;
        config.path_mtu_probing = (self.path_mtu_probing != 0).then_some(self.probing);
        config.urgent_pointer_to_last = self.urgent_pointer_to_last;
        config.syn_ack_retries = self.syn_ack_retries;
        config.retries = self.retries;
        config.orphan_retries = self.orphan_retries;
        // Seven retransmission timeouts of the shortest kind, halved, are the least (tcp_fin_time).
        config.fin_timeout = Duration::from_secs(self.fin_timeout.into()).max(Duration::from_millis(700));
    }
}

/// The scale for a buffer that may become so large (`tcp_select_initial_window`).
pub(super) fn window_scale(largest: u32) -> u8 {
    largest.checked_ilog2().unwrap_or(0).saturating_sub(15).min(14) as u8
}

/// An algorithm by the name that Linux gives it; `ENOENT` for one that is not there.
pub(super) fn congestion_algorithm(name: &str) -> Result<CongestionAlgorithm, Errno> {
    match name.trim() {
        "reno" => Ok(CongestionAlgorithm::NewReno),
        "cubic" => Ok(CongestionAlgorithm::Cubic),
        _ => Err(Errno::ENOENT),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Linux takes and the simulator does not have is refused, and not something else instead.
    #[test]
    fn numbers_have_their_limits() {
        let mut sysctls = TcpSysctls::default();
        for (name, value, answer) in [
            ("tcp_syn_linear_timeouts", "15", Ok(())),
            ("tcp_syn_linear_timeouts", "16", Err(Errno::EOPNOTSUPP)),
            ("tcp_syn_linear_timeouts", "127", Err(Errno::EOPNOTSUPP)),
            ("tcp_syn_linear_timeouts", "128", Err(Errno::EINVAL)),
            ("tcp_invalid_ratelimit", "65535", Ok(())),
            ("tcp_invalid_ratelimit", "65536", Err(Errno::EOPNOTSUPP)),
            ("tcp_invalid_ratelimit", "2147483648", Err(Errno::EINVAL)),
            ("tcp_synack_retries", "15", Ok(())),
            ("tcp_synack_retries", "16", Err(Errno::EOPNOTSUPP)),
            ("tcp_synack_retries", "255", Err(Errno::EOPNOTSUPP)),
            ("tcp_synack_retries", "256", Err(Errno::EINVAL)),
        ] {
            assert_eq!(sysctls.set(&["net.ipv4.", name].concat(), value), answer, "{name} {value}");
        }
        let mut config = Config::default();
        sysctls.apply(&mut config);
        assert_eq!((config.syn_linear_timeouts, config.syn_ack_retries), (15, 15));
        assert_eq!(config.challenge_interval, Duration::from_millis(65_535));
    }
}
