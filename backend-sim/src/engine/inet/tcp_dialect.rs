//! What the TCP of other systems does otherwise than Linux's, for nodes that are to be like them: settings that no
//! system has (`simulator.tcp_…`), whose values are Linux's at first.

use core::time::Duration;

use anysock::tcp::{Config, Segment, TimeWait, TimeWaitArrival};
use anysock::{Errno, Instant};

use super::icmp_error::Unreachable;
use super::tcp_bsd;
use super::tcp_bsd_calls::BsdTcpCalls;
use super::tcp_calls::TcpCalls;
use super::tcp_sysctls::{flag, number};
use crate::engine::socket::Calls;

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
    is_bsd: bool,
    /// Whether a segment without a timestamp counts where both ends agreed on them.
    pub(super) takes_missing_timestamps: bool,
    /// Whether any RST, or SYN, in the window ends a connection.
    pub(super) believes_resets: bool,
    pub(super) believes_syns: bool,
    /// Whether what is older than any acknowledgment that was due counts for its text all the same.
    pub(super) takes_old_acknowledgments: bool,
    /// Whether a SYN with a FIN begins no connection.
    pub(super) drops_syn_fin: bool,
    /// Whether a SYN that has to be sent for the fourth time has no options any more but the size of segments.
    pub(super) drops_syn_options: bool,
    /// What ports without a socket do not answer: 1 for SYNs, 2 for anything.
    pub(super) blackhole: u8,
    /// How long a connection may take to begin; zero for as long as its SYN is sent again.
    pub(super) connecting: u32,
    /// What segments a peer takes that says nothing, over IPv4 and IPv6, and which it may say at the least.
    default_segments: [u16; 2],
    pub(super) least_segment: u16,
    /// Whether ICMP ends connections that have not begun.
    pub(super) icmp_refuses: bool,
    /// How often a SYN is sent again with its wish for ECN.
    pub(super) ecn_retries: u8,
    /// The port at which segments come in datagrams, and from which they go so; zero for none.
    pub(super) tunnel_port: u16,
    /// How many RSTs and SYNs out of place a connection answers within so many milliseconds; zero for any number.
    pub(super) challenges: u8,
    pub(super) challenge_period: u32,
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
            takes_old_acknowledgments: false,
            drops_syn_fin: true,
            drops_syn_options: false,
            blackhole: 0,
            connecting: 0,
            default_segments: [536, 1220],
            least_segment: 216,
            icmp_refuses: true,
            ecn_retries: u8::MAX,
            tunnel_port: 0,
            challenges: 0,
            challenge_period: 1000,
        }
    }
}

/// What becomes of a segment for a listener.
pub(super) enum ListenerScreened<'a> {
    /// The listener is given it.
    AsItIs,
    /// It is given this one.
    Given(Segment<'a>),
    Dropped,
    /// The connection that is opening is forgotten, and the peer reset.
    Refused,
}

impl Dialect {
    /// Whether segments that come and go are looked at before core's machine has them, or the wire.
    pub(super) fn screens(&self) -> bool {
        self.is_bsd
    }

    /// Whether a limit of time is for the handshake alone.
    pub(super) fn limits_only_handshakes(&self) -> bool {
        self.is_bsd
    }

    /// Whether the peer of a connection that is given up is told so.
    pub(super) fn sends_farewell(&self) -> bool {
        self.is_bsd
    }

    /// Whether a RST is `ECONNRESET` in every state.
    pub(super) fn tells_every_reset(&self) -> bool {
        self.is_bsd
    }

    /// Whether it is not core's listener that looks at the cookies of Fast Open.
    pub(super) fn checks_cookies_itself(&self) -> bool {
        self.is_bsd
    }

    /// Whether sockets have options of BSD's.
    pub(super) fn has_bsd_options(&self) -> bool {
        self.is_bsd
    }

    /// Whether a connection that waits for the peer's FIN, and that no program has open, is only remembered.
    pub(super) fn remembers_fin_wait_2(&self) -> bool {
        !self.is_bsd
    }

    /// Whether what was shut down while it connected ends as soon as it is open.
    pub(super) fn remembers_shutdown(&self) -> bool {
        self.is_bsd
    }

    /// Whether text that comes after SHUT_RD is thrown away.
    pub(super) fn discards_what_nobody_reads(&self) -> bool {
        self.is_bsd
    }

    /// What the calls of sockets do.
    pub(super) fn calls(&self) -> &'static dyn Calls {
        if self.is_bsd { &BsdTcpCalls } else { &TcpCalls }
    }

    /// Looks at a segment that comes for a listener, which is opening a connection between the same two ends or not.
    pub(super) fn screen_for_listener<'a>(
        &self,
        is_opening: bool,
        segment: &Segment<'a>,
    ) -> ListenerScreened<'a> {
        if self.is_bsd {
            return tcp_bsd::screen_for_listener(self, is_opening, segment);
        }
        // Linux begins no connection that is to end at once (tcp_rcv_state_process).
        match !is_opening && tcp_bsd::begins_and_ends(segment) {
            true => ListenerScreened::Dropped,
            false => ListenerScreened::AsItIs,
        }
    }

    /// What a segment for a connection in TIME-WAIT does, and whether that stays.
    pub(super) fn answer_in_time_wait(
        &self,
        time_wait: &mut TimeWait,
        now: Instant,
        config: &Config,
        segment: &Segment<'_>,
        may_reopen: bool,
    ) -> (TimeWaitArrival, bool) {
        match self.is_bsd {
            true => tcp_bsd::time_wait_segment_arrives(time_wait, now, config, segment),
            false => time_wait.segment_arrives(now, config, segment, may_reopen),
        }
    }

    /// Whether what ICMP tells may end a connection that a listener is opening (on BSD: `syncache_unreach`, after the
    /// SYN,ACK was sent as often as it is).
    pub(super) fn icmp_ends_half_open(&self) -> bool {
        !self.is_bsd
    }

    /// The error by which what ICMP tells ends a connection that has not begun; `None` where it goes on. Whether it
    /// was told so before, and how often it was tried again.
    pub(super) fn ended_by_icmp(
        &self,
        what: &Unreachable<'_>,
        is_known: bool,
        retransmissions: u8,
    ) -> Option<Errno> {
        match self.is_bsd {
            true => tcp_bsd::ended_by_icmp(self, what, is_known, retransmissions),
            false => Some(what.error),
        }
    }

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
            "takes_old_acknowledgments" => self.takes_old_acknowledgments = flag(value)?,
            "drops_syn_fin" => self.drops_syn_fin = flag(value)?,
            "drops_syn_options" => self.drops_syn_options = flag(value)?,
            "blackhole" => self.blackhole = number(value)?,
            "connecting" => self.connecting = number(value)?,
            "default_segment" => self.default_segments[0] = number(value)?,
            "default_segment_v6" => self.default_segments[1] = number(value)?,
            "least_segment" => self.least_segment = number(value)?,
            "ecn_retries" => self.ecn_retries = number(value)?,
            "tunnel_port" => self.tunnel_port = number(value)?,
            "challenges" => self.challenges = number(value)?,
            "challenge_period" => self.challenge_period = number(value)?,
            "icmp_refuses" => self.icmp_refuses = flag(value)?,
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

    /// What segments a peer takes that says nothing.
    pub(super) fn default_segment(&self, ipv6: bool) -> u16 {
        self.default_segments[usize::from(ipv6)]
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
