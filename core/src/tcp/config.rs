//! The settings of a connection, as the user gives them. The defaults are those of Linux.

use super::congestion::INITIAL_WINDOW;
use super::standard_control::CongestionAlgorithm;
use core::num::NonZeroU8;
use core::time::Duration;

/// When an idle connection is probed (RFC 9293 §3.8.4).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Keepalive {
    /// How long the connection must be silent before the first probe.
    #[doc(alias = "TCP_KEEPIDLE")]
    pub idle: Duration,
    /// The time between probes.
    #[doc(alias = "TCP_KEEPINTVL")]
    pub interval: Duration,
    /// How many unanswered probes end the connection.
    #[doc(alias = "TCP_KEEPCNT")]
    pub count: u8,
}

/// Linux: two hours, then nine probes 75 s apart.
impl Default for Keepalive {
    fn default() -> Self {
        Keepalive { idle: Duration::from_secs(7200), interval: Duration::from_secs(75), count: 9 }
    }
}

/// Whether a connection uses explicit congestion notification (RFC 3168), and whether accurately (RFC 9768).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[doc(alias = "tcp_ecn")]
pub enum EcnNegotiation {
    /// Never.
    Off,
    /// Where the peer asks for it: Linux's default.
    #[default]
    Accept,
    /// Our SYN asks for it, too. The owner must carry [`Segment::ecn`](super::Segment::ecn) both ways.
    Request,
    /// Accurate ECN (RFC 9768) where the peer asks for it, and our SYN does so, too; otherwise what RFC 3168 has, where
    /// the peer has that. Without the feature `tcp-accurate-ecn` this is [`Request`](Self::Request).
    RequestAccurate,
    /// Accurate ECN where the peer asks for it; our SYN asks for what RFC 3168 has.
    AcceptAccurateRequestClassic,
    /// Accurate ECN, or what RFC 3168 has, where the peer asks for it; our SYN asks for nothing.
    AcceptAccurate,
}

impl EcnNegotiation {
    /// Whether our SYN asks for any.
    #[cfg(feature = "tcp-ecn")]
    pub(super) const fn requests(self) -> bool {
        use EcnNegotiation::{AcceptAccurateRequestClassic, Request, RequestAccurate};
        matches!(self, Request | RequestAccurate | AcceptAccurateRequestClassic)
    }
}

/// When segments carry the option of Accurate ECN (RFC 9768 §3.2.3), once both ends use that and the peer's option has
/// been seen; the SYN,ACK has it except with [`Never`](Self::Never).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[doc(alias = "tcp_ecn_option")]
pub enum EcnOption {
    /// Never.
    Never = 0,
    /// Where something has changed, and [so many times](Config::ecn_option_beacon) a round trip.
    Sparing = 1,
    /// Wherever there is room: Linux's default.
    #[default]
    Always = 2,
    /// The same, even where segments that have it seem not to arrive.
    Persistent = 3,
}

/// How a connection finds out which segments its path takes where no ICMP tells it (RFC 4821), as Linux does it: by one
/// larger segment, at the size in the middle between what has arrived and what may, where there is enough to send
/// behind it. Sizes are of segments' text without options.
#[doc(alias = "tcp_mtu_probing")]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct PathMtuProbing {
    /// From the beginning; otherwise only once a segment has been sent again for more than three seconds in vain.
    pub at_once: bool,
    /// What the search begins with (Linux: 1024).
    #[doc(alias = "tcp_base_mss")]
    pub base: u16,
    /// The least that it comes down to, a half each time, where nothing arrives (Linux: 48, which is the least of all).
    #[doc(alias = "tcp_mtu_probe_floor")]
    pub floor: u16,
    /// How much there has to be to win, so that it goes on (Linux: 8).
    #[doc(alias = "tcp_probe_threshold")]
    pub threshold: u16,
}

/// The settings of a connection.
///
/// A connection keeps durations in whole milliseconds, rounded up, of 49 days at most.
///
/// ```
/// use anysock::tcp::Config;
/// let mut config = Config::ipv6(1280);
/// config.no_delay = true;
/// assert_eq!(config.maximum_segment_size, 1220);
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub struct Config {
    /// The largest segment that we announce and send, in octets of text (RFC 9293 §3.7.1).
    #[doc(alias = "TCP_MAXSEG")]
    pub maximum_segment_size: u16,
    /// The largest segment that we send, where that is not what we announce (Linux: `advmss` of a route is announced,
    /// and its MTU is what is sent).
    pub send_maximum_segment_size: Option<u16>,
    /// What the peer takes if it announces nothing: 536 for IPv4, 1220 for IPv6 (MUST-15).
    pub default_send_maximum_segment_size: u16,
    /// The most that our windows are scaled by (RFC 7323 §2: at most 14); `None` does without window scaling.
    /// The least shift that can express the receive buffer's capacity when the SYN is sent is used.
    pub window_scale: Option<u8>,
    /// The least that our windows are scaled by, 14 at most, where the receive buffer may become larger than it is when
    /// the SYN is sent.
    pub least_window_scale: u8,
    /// Receive as Linux does: offer whole segments at first, and more only as text comes (`rcv_ssthresh`). Otherwise as
    /// BSD does: offer all the room there is in every segment, tell of it in one of its own where reading has made room
    /// for two segments and a quarter of the buffer, or half of that; acknowledge every second segment, however small,
    /// and a FIN at once, and nothing for the sake of a user who has read. The room is rounded up to the unit of the
    /// window field (`1 << shift`), so that the last segment may be larger than what a buffer of a fixed size can take:
    /// a part of it is taken then, and the peer sends the rest again.
    pub window_slow_start: bool,
    /// Say which text has arrived out of order, and send only what is missing, if the peer does so too (RFC 2018,
    /// RFC 2883, RFC 6675).
    #[doc(alias = "tcp_sack")]
    pub selective_acknowledgments: bool,
    /// Find losses by time, and probe where the tail of a transfer is lost (RACK-TLP, RFC 8985); it wants selective
    /// acknowledgments. Without, a segment is lost that three have overtaken (RFC 6675).
    #[doc(alias = "tcp_recovery")]
    pub recent_acknowledgment: bool,
    /// Probe where the tail of a transfer may be lost; otherwise RACK-TLP is RACK alone (Linux: `tcp_early_retrans`).
    #[doc(alias = "tcp_early_retrans")]
    pub tail_loss_probes: bool,
    /// How much may be in flight.
    #[doc(alias = "TCP_CONGESTION")]
    pub congestion_control: CongestionAlgorithm,
    /// How many segments the congestion window has after the handshake, and after a pause (Linux: 10, RFC 6928, or
    /// `initcwnd` of a route).
    #[doc(alias = "initcwnd")]
    pub initial_window: u8,
    /// How many segments our window offers at the most before text comes, with
    /// [`window_slow_start`](Self::window_slow_start); `None`, the default, for what there is room for (Linux:
    /// `initrwnd` of a route).
    #[doc(alias = "initrwnd")]
    pub initial_receive_window: Option<NonZeroU8>,
    /// What a loss reduces is the whole congestion window, as on Linux, and not what of it was in flight (RFC 5681
    /// §3.1; RFC 9438 §4.6 knows both): a sender that pauses loses less.
    pub reduce_whole_window: bool,
    /// Put timestamps into every segment if the peer does so too: they measure round-trip times and tell old
    /// segments from new ones (RFC 7323 §3).
    #[doc(alias = "tcp_timestamps")]
    pub timestamps: bool,
    /// What is added to the clock of the timestamps, of milliseconds. It is best a secret that is the same for all
    /// connections between the same two addresses and ports, so that a peer can tell a new connection from an old one
    /// and learns nothing else (RFC 7323 §7.1): [`InitialNumbers`](super::InitialNumbers) has one.
    pub timestamp_offset: u32,
    /// Explicit congestion notification; without the feature `tcp-ecn`, never.
    #[doc(alias = "tcp_ecn")]
    pub ecn: EcnNegotiation,
    /// When the option of Accurate ECN is sent.
    #[doc(alias = "tcp_ecn_option")]
    pub ecn_option: EcnOption,
    /// How many times a round trip the option is sent at least, where it is sent [sparingly](EcnOption::Sparing); 0 for
    /// no times, 15 at most.
    #[doc(alias = "tcp_ecn_option_beacon")]
    pub ecn_option_beacon: u8,
    /// A SYN that has to be sent again asks for nothing any more (RFC 3168 §6.1.1.1; one for Accurate ECN the second
    /// time, RFC 9768 §3.1.4.1), and a mark that the path cannot have set is not believed.
    #[doc(alias = "tcp_ecn_fallback")]
    pub ecn_fallback: bool,
    /// Urgent octets stay in the stream; otherwise they are taken out of it.
    #[doc(alias = "SO_OOBINLINE")]
    pub urgent_inline: bool,
    /// The urgent pointer points to the last urgent octet, as RFC 1122 had it, and not behind it, as everyone
    /// does it (RFC 6093 §3.1, RFC 9293 §3.8.5).
    #[doc(alias = "tcp_stdurg")]
    pub urgent_pointer_to_last: bool,
    /// Send small segments at once: no Nagle algorithm (RFC 9293 §3.7.4). Without this, a small segment waits as
    /// long as an earlier small one is unacknowledged (RFC 9293 §A.3; so does Linux).
    #[doc(alias = "TCP_NODELAY")]
    pub no_delay: bool,
    /// Look for the size of segments that the path takes; `None`, the default, and without the feature
    /// `tcp-path-mtu-probing`: what ICMP says.
    pub path_mtu_probing: Option<PathMtuProbing>,
    /// Send segments of no more than half of the largest window that the peer has offered, as Linux does
    /// (tcp_bound_to_half_wnd), so that a small window takes more than one.
    pub half_window_segments: bool,
    /// Hold back what does not fill a segment, until this is taken back, the user closes, or a retransmission
    /// timeout has passed with nothing in flight (Linux: 200 ms at least).
    #[doc(alias = "TCP_CORK")]
    pub cork: bool,
    /// A connection that was idle for longer than a retransmission timeout begins anew with the initial congestion
    /// window (RFC 5681 §4.1).
    #[doc(alias = "tcp_slow_start_after_idle")]
    pub slow_start_after_idle: bool,
    /// An ICMP message that says that the peer cannot be reached ends an attempt to connect at once, as on Linux;
    /// otherwise it may pass, and is the reason that is given in the end (RFC 9293 §3.9.2.2, MUST-56).
    pub unreachable_ends_connecting: bool,
    /// Probe a closed window by a segment without text that begins before SND.UNA, and so draws an acknowledgment, as
    /// Linux does (tcp_xmit_probe_skb); otherwise by an octet of text (RFC 9293 §3.8.6.1, MUST-36).
    pub empty_window_probes: bool,
    /// How long nothing is said to a second segment that is not acceptable and has neither text nor FIN, so that two
    /// confused endpoints do not answer each other for ever (RFC 5961 §7); zero for no limit, and 65 s at most.
    #[doc(alias = "tcp_invalid_ratelimit")]
    pub challenge_interval: Duration,
    /// How long an acknowledgment may wait for company (RFC 9293 §3.8.6.3: below 0.5 s, so 499 ms are
    /// the most; Linux: 40 ms). It does
    /// not wait once the user has read everything, unless text of ours has been answering the peer's.
    pub delayed_acknowledgment: Duration,
    /// How many of the first segments of text are acknowledged without delay, for the sake of the peer's slow
    /// start, unless text of ours answers them (Linux: 16); with [`u8::MAX`] all are, whatever answers (Linux:
    /// `quickack` of a route).
    #[doc(alias = "TCP_QUICKACK")]
    pub quick_acknowledgments: u8,
    /// The retransmission timeout before any measurement (RFC 6298 §2.1); 65 s at most.
    pub initial_retransmission_timeout: Duration,
    /// The least that the timeout exceeds the smoothed round-trip time by (Linux: 200 ms, `TCP_RTO_MIN`); 65 s at
    /// most.
    pub minimum_retransmission_timeout: Duration,
    /// What is added to each timeout but the first before any measurement, in hundredths of a second, rounded up, and
    /// 1.27 s at most; the [least one](Self::minimum_retransmission_timeout) is then the least timeout before that
    /// (FreeBSD: 200 ms and 30 ms, `rexmit_slop` and `rexmit_min`; zero, as here, for none).
    pub retransmission_slop: Duration,
    /// The most that the timeout backs off to (Linux: 120 s, `TCP_RTO_MAX`); 262 s at most.
    pub maximum_retransmission_timeout: Duration,
    /// The least time between probes of a closed window, in halves of a second, rounded up, and 63.5 s at most; zero,
    /// as here, for a timeout, whatever it is (FreeBSD: 5 s, `persmin`).
    pub shortest_probe_interval: Duration,
    /// The most of it, in the same units (FreeBSD: 60 s, `persmax`); what is longer than 63 s, as here, is no limit but
    /// the [timeout's own](Self::maximum_retransmission_timeout).
    pub longest_probe_interval: Duration,
    /// Retransmissions of a SYN before giving up (Linux: 6, 127 s in all).
    #[doc(alias = "TCP_SYNCNT")]
    pub syn_retries: u8,
    /// How many of the first retransmissions of a SYN leave the timeout as it is: those that follow double it, and
    /// [`syn_retries`](Self::syn_retries) counts them alone (Linux since 6.5: 4, `tcp_syn_linear_timeouts`; before:
    /// none, as here); 15 at most.
    pub syn_linear_timeouts: u8,
    /// Retransmissions of a SYN,ACK before giving up (Linux: 5, 63 s in all); a [`Listener`](super::Listener) counts 15
    /// at most.
    pub syn_ack_retries: u8,
    /// Retransmissions of data, or unanswered window probes, before giving up: R2 (Linux: 15).
    pub retries: u8,
    /// The same once the user has closed the connection (Linux: 8).
    pub orphan_retries: u8,
    /// How long text may stay unacknowledged, or wait for a window, before giving up (RFC 9293 §3.10.8), however
    /// often it was sent; `None`, the default, counts retransmissions instead.
    #[doc(alias = "TCP_USER_TIMEOUT")]
    pub user_timeout: Option<Duration>,
    /// Probe idle connections; `None`, the default, does not.
    #[doc(alias = "SO_KEEPALIVE")]
    pub keepalive: Option<Keepalive>,
    /// How long TIME-WAIT lasts: 2 MSL (Linux: 60 s).
    pub time_wait: Duration,
    /// How long FIN-WAIT-2 lasts once the user has closed (Linux: 60 s), three and a half retransmission timeouts at
    /// least; zero for none of it, the peer being reset.
    #[doc(alias = "TCP_LINGER2")]
    pub fin_timeout: Duration,
}

impl Config {
    /// The defaults for IPv4 on a path that takes packets of `mtu` octets.
    pub const fn ipv4(mtu: u16) -> Config {
        Config::with_sizes(mtu.saturating_sub(40), 536)
    }

    /// The defaults for IPv6 on a path that takes packets of `mtu` octets.
    pub const fn ipv6(mtu: u16) -> Config {
        Config::with_sizes(mtu.saturating_sub(60), 1220)
    }

    const fn with_sizes(maximum_segment_size: u16, default_send_maximum_segment_size: u16) -> Config {
        Config {
            maximum_segment_size,
            send_maximum_segment_size: None,
            default_send_maximum_segment_size,
            initial_window: INITIAL_WINDOW,
            initial_receive_window: None,
            window_scale: Some(14),
            least_window_scale: 0,
            window_slow_start: true,
            selective_acknowledgments: true,
            recent_acknowledgment: true,
            tail_loss_probes: true,
            congestion_control: CongestionAlgorithm::Cubic,
            reduce_whole_window: false,
            timestamps: true,
            timestamp_offset: 0,
            ecn: EcnNegotiation::Accept,
            ecn_option: EcnOption::Always,
            ecn_option_beacon: 3,
            ecn_fallback: true,
            urgent_inline: false,
            urgent_pointer_to_last: false,
            no_delay: false,
            half_window_segments: false,
            path_mtu_probing: None,
            cork: false,
            slow_start_after_idle: true,
            unreachable_ends_connecting: false,
            empty_window_probes: false,
            challenge_interval: Duration::from_millis(500),
            delayed_acknowledgment: Duration::from_millis(40),
            quick_acknowledgments: 16,
            initial_retransmission_timeout: Duration::from_secs(1),
            minimum_retransmission_timeout: Duration::from_millis(200),
            retransmission_slop: Duration::ZERO,
            maximum_retransmission_timeout: Duration::from_secs(120),
            shortest_probe_interval: Duration::ZERO,
            longest_probe_interval: Duration::MAX,
            syn_retries: 6,
            syn_linear_timeouts: 0,
            syn_ack_retries: 5,
            retries: 15,
            orphan_retries: 8,
            user_timeout: None,
            keepalive: None,
            time_wait: Duration::from_secs(60),
            fin_timeout: Duration::from_secs(60),
        }
    }
}

/// IPv4 over Ethernet.
impl Default for Config {
    fn default() -> Self {
        Config::ipv4(1500)
    }
}
