//! What an administrator sets for a node's TCP: `sysctl net.ipv4.…` (Documentation/networking/ip-sysctl.rst).
//!
//! A socket takes the settings as they are when it is made.

use core::str::{FromStr, SplitWhitespace};
use core::time::Duration;

use anysock::Errno;
use anysock::tcp::{Config, CongestionAlgorithm, EcnOption, Keepalive, SynCookies};

/// Settings that the simulator has one value of, or several that are the same to it: setting another is refused.
const FIXED: [(&str, &[&str]); 17] = [
    ("net.ipv4.tcp_abort_on_overflow", &["0"]),
    ("net.ipv4.tcp_adv_win_scale", &["1"]),
    ("net.ipv4.tcp_autocorking", &["0", "1"]),
    ("net.ipv4.tcp_dsack", &["1"]),
    ("net.ipv4.tcp_early_retrans", &["3", "4"]),
    ("net.ipv4.tcp_fack", &["0"]),
    ("net.ipv4.tcp_frto", &["2"]),
    ("net.ipv4.tcp_limit_output_bytes", &["1048576", "4194304"]),
    ("net.ipv4.tcp_max_reordering", &["300"]),
    ("net.ipv4.tcp_mtu_probing", &["0"]),
    ("net.ipv4.tcp_no_metrics_save", &["0", "1"]),
    ("net.ipv4.tcp_notsent_lowat", &["4294967295", "-1"]),
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

/// The settings of a node's TCP.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct TcpSysctls {
    /// The sizes of a receive buffer: the least, that of a new socket, and the largest it may grow to, which makes
    /// the window scale.
    receive_memory: [u32; 3],
    /// Whether a receive buffer grows by itself.
    moderate_receive_buffer: bool,
    send_memory: [u32; 3],
    window_scaling: bool,
    selective_acknowledgments: bool,
    slow_start_after_idle: bool,
    /// In milliseconds.
    pub(super) longest_retransmission_timeout: u32,
    /// Whether windows begin small and grow with the text that comes.
    window_slow_start: bool,
    /// In milliseconds.
    challenge_interval: u16,
    timestamps: bool,
    recovery: bool,
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
            send_memory: [4096, 16_384, 262_144],
            window_scaling: true,
            selective_acknowledgments: true,
            slow_start_after_idle: true,
            longest_retransmission_timeout: 120_000,
            window_slow_start: true,
            challenge_interval: 500,
            timestamps: true,
            recovery: true,
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

/// The next of several values.
fn next<T: FromStr>(values: &mut SplitWhitespace<'_>) -> Result<T, Errno> {
    values.next().and_then(|value| value.parse().ok()).ok_or(Errno::EINVAL)
}

fn flag(value: u8) -> Result<bool, Errno> {
    if value <= 1 { Ok(value == 1) } else { Err(Errno::EINVAL) }
}

impl TcpSysctls {
    /// Sets what `name` is called, to one value or several.
    ///
    /// # Errors
    /// `ENOENT` for an unknown name, `EINVAL` for what is no value of it, `EOPNOTSUPP` for a value that the
    /// simulator does not have.
    pub(crate) fn set(&mut self, name: &str, value: &str) -> Result<(), Errno> {
        let values = &mut value.split_whitespace();
        match name {
            "net.ipv4.tcp_rmem" => self.receive_memory = [next(values)?, next(values)?, next(values)?],
            "net.ipv4.tcp_moderate_rcvbuf" => self.moderate_receive_buffer = next::<u8>(values)? != 0,
            "net.ipv4.tcp_wmem" => self.send_memory = [next(values)?, next(values)?, next(values)?],
            "net.ipv4.tcp_window_scaling" => self.window_scaling = flag(next(values)?)?,
            "net.ipv4.tcp_sack" => self.selective_acknowledgments = flag(next(values)?)?,
            "net.ipv4.tcp_slow_start_after_idle" => self.slow_start_after_idle = flag(next(values)?)?,
            // Of kernels later than 6.1, whose scripts set it.
            "net.ipv4.tcp_rto_max_ms" => match next(values)? {
                timeout @ 1000..=120_000 => self.longest_retransmission_timeout = timeout,
                _ => return Err(Errno::EINVAL),
            },
            // How much is handed to an interface that segments by itself: none does.
            "net.ipv4.tcp_min_tso_segs" | "net.ipv4.tcp_tso_win_divisor" => {
                next::<u32>(values)?;
            }
            // No setting of Linux's: for machines that are to be like others.
            "simulator.tcp_window_slow_start" => self.window_slow_start = flag(next(values)?)?,
            "net.ipv4.tcp_invalid_ratelimit" => {
                let milliseconds: i32 = next(values)?;
                self.challenge_interval = milliseconds.try_into().map_err(|_| Errno::EOPNOTSUPP)?;
            }
            "net.ipv4.tcp_timestamps" => self.timestamps = next::<u8>(values)? != 0,
            "net.ipv4.tcp_recovery" => self.recovery = next::<u8>(values)? & 1 != 0,
            "net.ipv4.tcp_stdurg" => self.urgent_pointer_to_last = flag(next(values)?)?,
            "net.ipv4.tcp_syncookies" => {
                self.syn_cookies = match next::<u8>(values)? {
                    0 => SynCookies::Never,
                    1 => SynCookies::UnderPressure,
                    2 => SynCookies::Always,
                    // Linux takes any octet.
                    _ => SynCookies::UnderPressure,
                };
            }
            "net.ipv4.tcp_congestion_control" => self.congestion_control = congestion_algorithm(value)?,
            "net.ipv4.tcp_syn_retries" => self.syn_retries = next(values)?,
            // Of kernels later than 6.1, too.
            "net.ipv4.tcp_syn_linear_timeouts" => match next(values)? {
                timeouts @ 0..=15 => self.syn_linear_timeouts = timeouts,
                16..=127u8 => return Err(Errno::EOPNOTSUPP),
                _ => return Err(Errno::EINVAL),
            },
            "net.ipv4.tcp_synack_retries" => match next(values)? {
                retries @ 0..=15u8 => self.syn_ack_retries = retries,
                _ => return Err(Errno::EOPNOTSUPP),
            },
            "net.ipv4.tcp_retries2" => self.retries = next(values)?,
            "net.ipv4.tcp_orphan_retries" => {
                // Zero is eight (tcp_orphan_retries of net/ipv4/tcp_timer.c).
                self.orphan_retries = match next(values)? {
                    0 => 8,
                    retries => retries,
                }
            }
            "net.ipv4.tcp_ecn_option" => {
                self.ecn.option = match next(values)? {
                    0 => EcnOption::Never,
                    1 => EcnOption::Sparing,
                    2 => EcnOption::Always,
                    3 => EcnOption::Persistent,
                    _ => return Err(Errno::EINVAL),
                }
            }
            "net.ipv4.tcp_ecn_option_beacon" => match next(values)? {
                beacon @ 0..=3 => self.ecn.beacon = beacon,
                _ => return Err(Errno::EINVAL),
            },
            "net.ipv4.tcp_ecn_fallback" => self.ecn.fallback = flag(next(values)?)?,
            "net.ipv4.tcp_fin_timeout" => self.fin_timeout = next(values)?,
            "net.ipv4.tcp_keepalive_time" => self.keepalive[0] = next(values)?,
            "net.ipv4.tcp_keepalive_intvl" => self.keepalive[1] = next(values)?,
            "net.ipv4.tcp_keepalive_probes" => self.keepalive_probes = next(values)?,
            name => {
                let (_, allowed) = FIXED.iter().find(|(fixed, _)| *fixed == name).ok_or(Errno::ENOENT)?;
                return if allowed.contains(&value.trim()) { Ok(()) } else { Err(Errno::EOPNOTSUPP) };
            }
        }
        Ok(())
    }

    /// SO_SNDBUF of a new socket.
    pub(super) fn send_buffer(&self) -> i32 {
        self.send_memory[1] as i32
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
        config.empty_window_probes = true;
        config.maximum_retransmission_timeout =
            Duration::from_millis(self.longest_retransmission_timeout.into());
        config.window_slow_start = self.window_slow_start;
        config.challenge_interval = Duration::from_millis(self.challenge_interval.into());
        config.timestamps = self.timestamps;
        config.recent_acknowledgment = self.recovery;
        config.urgent_pointer_to_last = self.urgent_pointer_to_last;
        config.syn_ack_retries = self.syn_ack_retries;
        config.retries = self.retries;
        config.orphan_retries = self.orphan_retries;
        // Seven retransmission timeouts of the shortest kind, halved, are the least (tcp_fin_time).
        config.fin_timeout = Duration::from_secs(self.fin_timeout.into()).max(Duration::from_millis(700));
    }
}

/// The scale for a buffer that may become so large (`tcp_select_initial_window`).
fn window_scale(largest: u32) -> u8 {
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
