//! What the TCP of other systems does otherwise than Linux's, for nodes that are to be like them: settings that no
//! system has (`simulator.tcp_…`), whose values are Linux's at first.

use core::time::Duration;

use anysock::Errno;
use anysock::tcp::Config;

use super::tcp_sysctls::{flag, number};

/// The settings. Times are in milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Dialect {
    /// Whether windows begin small and grow with the text that comes.
    window_slow_start: bool,
    /// Whether segments have no more than half of a small window.
    half_window_segments: bool,
    /// How many acknowledgments are sent at once at first.
    quick_acknowledgments: u8,
    delayed_acknowledgment: u16,
    initial_retransmission_timeout: u32,
    minimum_retransmission_timeout: u32,
    retransmission_slop: u16,
    shortest_probe_interval: u32,
    longest_probe_interval: u32,
    /// How many segments the congestion window has at first.
    initial_window: u8,
    time_wait: u32,
    empty_window_probes: bool,
    /// Whether a program that closes with text unread resets the connection.
    pub(super) resets_unread: bool,
    /// Whether every connection is kept alive.
    pub(super) always_keepalive: bool,
    /// Whether segments are looked at, and the ends of connections told, as BSD's TCP does it (`tcp_bsd`).
    pub(super) is_bsd: bool,
    /// Whether a segment without a timestamp counts where both ends agreed on them.
    pub(super) takes_missing_timestamps: bool,
    /// Whether any RST, or SYN, in the window ends a connection.
    pub(super) believes_resets: bool,
    pub(super) believes_syns: bool,
    /// Whether a SYN with a FIN begins no connection.
    pub(super) drops_syn_fin: bool,
    /// Whether a SYN that has to be sent for the fourth time has no options any more but the size of segments.
    pub(super) drops_syn_options: bool,
    /// What ports without a socket do not answer: 1 for SYNs, 2 for anything.
    pub(super) blackhole: u8,
    /// How long a connection may take to begin; zero for as long as its SYN is sent again.
    pub(super) connecting: u32,
}

impl Default for Dialect {
    fn default() -> Self {
        Dialect {
            window_slow_start: true,
            half_window_segments: true,
            quick_acknowledgments: 16,
            delayed_acknowledgment: 40,
            initial_retransmission_timeout: 1000,
            minimum_retransmission_timeout: 200,
            retransmission_slop: 0,
            shortest_probe_interval: 0,
            longest_probe_interval: u32::MAX,
            initial_window: 10,
            time_wait: 60_000,
            empty_window_probes: true,
            resets_unread: true,
            always_keepalive: false,
            is_bsd: false,
            takes_missing_timestamps: true,
            believes_resets: false,
            believes_syns: false,
            drops_syn_fin: true,
            drops_syn_options: false,
            blackhole: 0,
            connecting: 0,
        }
    }
}

impl Dialect {
    /// What the names of the settings begin with.
    pub(super) const NAMES: &str = "simulator.tcp_";

    /// Sets what is called `name` behind that.
    ///
    /// # Errors
    /// `ENOENT` for an unknown name, `EINVAL` for what is no value of it.
    pub(super) fn set(&mut self, name: &str, value: &str) -> Result<(), Errno> {
        match name {
            "window_slow_start" => self.window_slow_start = flag(value)?,
            "half_window_segments" => self.half_window_segments = flag(value)?,
            "quick_acknowledgments" => self.quick_acknowledgments = number(value)?,
            "delayed_acknowledgment" => self.delayed_acknowledgment = number(value)?,
            "initial_retransmission_timeout" => self.initial_retransmission_timeout = number(value)?,
            "minimum_retransmission_timeout" => self.minimum_retransmission_timeout = number(value)?,
            "retransmission_slop" => self.retransmission_slop = number(value)?,
            "shortest_probe_interval" => self.shortest_probe_interval = number(value)?,
            "longest_probe_interval" => self.longest_probe_interval = number(value)?,
            "initial_window" => self.initial_window = number(value)?,
            "time_wait" => self.time_wait = number(value)?,
            "empty_window_probes" => self.empty_window_probes = flag(value)?,
            "resets_unread" => self.resets_unread = flag(value)?,
            "always_keepalive" => self.always_keepalive = flag(value)?,
            "is_bsd" => self.is_bsd = flag(value)?,
            "takes_missing_timestamps" => self.takes_missing_timestamps = flag(value)?,
            "believes_resets" => self.believes_resets = flag(value)?,
            "believes_syns" => self.believes_syns = flag(value)?,
            "drops_syn_fin" => self.drops_syn_fin = flag(value)?,
            "drops_syn_options" => self.drops_syn_options = flag(value)?,
            "blackhole" => self.blackhole = number(value)?,
            "connecting" => self.connecting = number(value)?,
            _ => return Err(Errno::ENOENT),
        }
        Ok(())
    }

    /// Gives a connection's settings what is said here of them.
    pub(super) fn apply(&self, config: &mut Config) {
        let milliseconds = |time: u32| Duration::from_millis(time.into());
        config.window_slow_start = self.window_slow_start;
        config.half_window_segments = self.half_window_segments;
        config.quick_acknowledgments = self.quick_acknowledgments;
        config.delayed_acknowledgment = milliseconds(self.delayed_acknowledgment.into());
        config.initial_retransmission_timeout = milliseconds(self.initial_retransmission_timeout);
        config.minimum_retransmission_timeout = milliseconds(self.minimum_retransmission_timeout);
        config.retransmission_slop = milliseconds(self.retransmission_slop.into());
        config.shortest_probe_interval = milliseconds(self.shortest_probe_interval);
        config.longest_probe_interval = milliseconds(self.longest_probe_interval);
        config.initial_window = self.initial_window;
        config.time_wait = self.time_wait();
        config.empty_window_probes = self.empty_window_probes;
    }

    /// How long TIME-WAIT lasts.
    pub(super) fn time_wait(&self) -> Duration {
        Duration::from_millis(self.time_wait.into())
    }

    /// Whether a receive buffer that a program has set makes the window scale, and not the largest one.
    pub(super) fn scales_by_buffer(&self) -> bool {
        self.window_slow_start
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_is_in_the_configuration() {
        let mut dialect = Dialect::default();
        let mut config = Config::default();
        dialect.apply(&mut config);
        assert_eq!(config.retransmission_slop, Duration::ZERO);
        for (name, value, answer) in [
            ("retransmission_slop", "200", Ok(())),
            ("quick_acknowledgments", "0", Ok(())),
            ("time_wait", "1000", Ok(())),
            ("window_slow_start", "2", Err(Errno::EINVAL)),
            ("anything", "1", Err(Errno::ENOENT)),
        ] {
            assert_eq!(dialect.set(name, value), answer, "{name} {value}");
        }
        dialect.apply(&mut config);
        assert_eq!(config.retransmission_slop, Duration::from_millis(200));
        assert_eq!((config.quick_acknowledgments, config.time_wait), (0, Duration::from_secs(1)));
        assert!(config.window_slow_start);
    }
}
