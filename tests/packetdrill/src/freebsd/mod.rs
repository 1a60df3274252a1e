//! FreeBSD's words for what a script sets: sysctl variables, options, algorithms, names of states.
//!
//! The machine stays what it is; a script of FreeBSD's dialect finds its settings, its sizes of buffers and the
//! options of its segments in it, in whatever order they are.

mod statistics;
mod variables;

use anysock::option::socket::{SO_PROTOCOL, SO_REUSEPORT};
use anysock::option::tcp::{TCP_CORK, TCP_USER_TIMEOUT};

use anysock_sim::engine::freebsd::{TCP_FASTOPEN, TCP_NOOPT, TCP_REMOTE_UDP_ENCAPS_PORT};

use crate::packet::TcpOption;
pub(crate) use statistics::{is_counted, lines};
pub(crate) use variables::{DEFAULTS, default, is_variable, settings};

/// `O_NONBLOCK` (sys/fcntl.h), as `F_GETFL` answers it.
pub(crate) const O_NONBLOCK: i64 = 4;

/// Linux's name for a congestion control.
pub(crate) fn algorithm(name: &str) -> &str {
    if name == "newreno" { "reno" } else { name }
}

/// Options of Linux, or of the simulator's sockets alone, for options of FreeBSD's.
pub(crate) fn option(name: &str) -> Option<i32> {
    match name {
        "TCP_FASTOPEN" => Some(TCP_FASTOPEN),
        "TCP_NOOPT" => Some(TCP_NOOPT),
        "TCP_REMOTE_UDP_ENCAPS_PORT" => Some(TCP_REMOTE_UDP_ENCAPS_PORT),
        "TCP_NOPUSH" => Some(TCP_CORK),
        // So long may a connection take to begin; it counts no longer than that.
        "TCP_KEEPINIT" => Some(TCP_USER_TIMEOUT),
        "SO_REUSEPORT_LB" => Some(SO_REUSEPORT),
        "SO_PROTOTYPE" => Some(SO_PROTOCOL),
        _ => None,
    }
}

/// An option's seconds, as the milliseconds that it has here; as many as it takes, where they are more.
pub(crate) fn milliseconds(seconds: i64) -> i32 {
    let milliseconds = seconds.saturating_mul(1000);
    milliseconds.clamp(i32::MIN.into(), i32::MAX.into()) as i32
}

/// Options of FreeBSD's alone: setsockopt(2), tcp(4), ip(4), ip6(4) and sys/netinet/tcp.h. A name that ends with a line
/// stands for all that begin so.
const OPTIONS: [&str; 77] = [
    "SO_ACCEPTFILTER",
    "SO_BINTIME",
    "SO_DOMAIN",
    "SO_LABEL",
    "SO_LISTENINCQLEN",
    "SO_LISTENQLEN",
    "SO_LISTENQLIMIT",
    "SO_MAX_PACING_RATE",
    "SO_NO_DDP",
    "SO_NO_OFFLOAD",
    "SO_NOSIGPIPE",
    "SO_PEERLABEL",
    "SO_RERROR",
    "SO_SETFIB",
    "SO_SPLICE",
    "SO_TS_CLOCK",
    "SO_USELOOPBACK",
    "SO_USER_COOKIE",
    "TCP_BBR_",
    "TCP_CCALGOOPT",
    "TCP_DATA_AFTER_CLOSE",
    "TCP_DEFER_OPTIONS",
    "TCP_DELACK",
    "TCP_DGP_UPPER_BOUNDS",
    "TCP_FAST_RSM_HACK",
    "TCP_FILLCW_RATE_CAP",
    "TCP_FIN_IS_RST",
    "TCP_FUNCTION_ALIAS",
    "TCP_FUNCTION_BLK",
    "TCP_HDWR_",
    "TCP_HONOR_HPTS_MIN",
    "TCP_HYBRID_PACING",
    "TCP_IDLE_REDUCE",
    "TCP_IWND_",
    "TCP_LOG",
    "TCP_LOG_",
    "TCP_LRD",
    "TCP_MAXPEAKRATE",
    "TCP_MAXUNACKTIME",
    "TCP_NO_PRR",
    "TCP_NO_TIMELY",
    "TCP_NON_REC_",
    "TCP_NOOPT",
    "TCP_PACING_",
    "TCP_PCAP_IN",
    "TCP_PCAP_OUT",
    "TCP_PERF_INFO",
    "TCP_POLICER_",
    "TCP_PROC_ACCOUNTING",
    "TCP_RACK_",
    "TCP_REC_ABC_VAL",
    "TCP_REMOTE_UDP_ENCAPS_PORT",
    "TCP_REUSPORT_LB_NUMA",
    "TCP_REUSPORT_LB_NUMA_",
    "TCP_RXTLS_",
    "TCP_SHARED_CWND_",
    "TCP_SIDECHAN_DIS",
    "TCP_STATS",
    "TCP_TIMELY_DYN_ADJ",
    "TCP_TXTLS_",
    "TCP_USE_CMP_ACKS",
    "TCP_USE_DDP",
    "TCP_MD5SIG",
    "IP_BINDANY",
    "IP_DONTFRAG",
    "IP_FLOWID",
    "IP_FLOWTYPE",
    "IP_ONESBCAST",
    "IP_ORIGDSTADDR",
    "IP_PORTRANGE",
    "IP_RECVDSTADDR",
    "IP_RECVIF",
    "IP_RSSBUCKETID",
    "IP_VLAN_PCP",
    "IPV6_BINDANY",
    "IPV6_PORTRANGE",
    "IPV6_VLAN_PCP",
];

/// Whether FreeBSD has an option of this name.
fn is_option(name: &str) -> bool {
    OPTIONS.iter().any(|own| name == *own || own.ends_with('_') && name.starts_with(own))
}

/// What is told of an option that nobody here has heard of: it may be misspelt.
const UNHEARD_OF: &str = " (unknown)";

/// What is told of an option that only FreeBSD has.
pub(crate) fn told_of_option(name: &str) -> String {
    format!("{name}{}", if is_option(name) { "" } else { UNHEARD_OF })
}

/// The text that is sent is the last: `MSG_EOF`, by the number that Linux, which does nothing with it, has for that
/// name.
pub(crate) const MSG_EOF: i64 = 0x200;

/// Constants that FreeBSD alone has: the states of `tcpi_state` (sys/netinet/tcp_fsm.h), by the numbers that the
/// machine has for them, and those of sys/netinet/tcp.h, cc_newreno.h and in.h.
pub(crate) const NUMBERS: [(&str, i64); 40] = [
    ("TCPI_OPT_TIMESTAMPS", 1),
    ("TCPI_OPT_SACK", 2),
    ("TCPI_OPT_WSCALE", 4),
    ("TCPI_OPT_ECN", 8),
    ("TCPS_ESTABLISHED", 1),
    ("TCPS_SYN_SENT", 2),
    ("TCPS_SYN_RECEIVED", 3),
    ("TCPS_FIN_WAIT_1", 4),
    ("TCPS_FIN_WAIT_2", 5),
    ("TCPS_TIME_WAIT", 6),
    ("TCPS_CLOSED", 7),
    ("TCPS_CLOSE_WAIT", 8),
    ("TCPS_LAST_ACK", 9),
    ("TCPS_LISTEN", 10),
    ("TCPS_CLOSING", 11),
    ("TCPI_OPT_TOE", 0x10),
    ("TCPI_OPT_TFO", 0x20),
    ("TCPI_OPT_ACE", 0x40),
    ("TCP_FUNCTION_NAME_LEN_MAX", 32),
    ("TCP_LOG_ID_LEN", 64),
    ("TCP_FASTOPEN_PSK_LEN", 16),
    ("TCP_FASTOPEN_MIN_COOKIE_LEN", 4),
    ("TCP_FASTOPEN_MAX_COOKIE_LEN", 16),
    ("TCP_MSS", 536),
    ("TCP_MAXWIN", 65_535),
    ("TCP_MAX_WINSHIFT", 14),
    ("TCP_LOG_STATE_OFF", 0),
    ("TCP_LOG_STATE_TAIL", 1),
    ("TCP_LOG_STATE_HEAD", 2),
    ("TCP_LOG_STATE_HEAD_AUTO", 3),
    ("TCP_LOG_STATE_CONTINUAL", 4),
    ("TCP_LOG_STATE_TAIL_AUTO", 5),
    ("CC_NEWRENO_BETA", 1),
    ("CC_NEWRENO_BETA_ECN", 2),
    ("TCP_CA_NAME_MAX", 16),
    ("IP_PORTRANGE_DEFAULT", 0),
    ("IP_PORTRANGE_HIGH", 1),
    ("IP_PORTRANGE_LOW", 2),
    // Flags of messages that mean nothing in a stream, or that the call does not block (sys/socket.h).
    ("MSG_NBIO", 0x40),
    ("SO_TS_REALTIME_MICRO", 0),
];

/// The number of one of these.
pub(crate) fn constant(name: &str) -> Option<i64> {
    NUMBERS.iter().find(|(own, _)| *own == name).map(|(_, number)| *number)
}

/// What FreeBSD says for a field of `tcp_info` that is another thing than Linux's of that name, or has another name
/// there, as the machine's fields, by their own names, have it: `tcp_fill_info` of sys/netinet/tcp_usrreq.c.
pub(crate) fn field(name: &str, linux: impl Fn(&str) -> Option<i128>) -> Option<i128> {
    /// `TCP_MAXWIN << TCP_MAX_WINSHIFT`: the slow start threshold at first.
    const LARGEST_THRESHOLD: i128 = 65_535 << 14;
    const TIMESTAMPS: i128 = 1;
    /// What the bits mean for both: timestamps, SACK, window scales and ECN.
    const OPTIONS_OF_BOTH: i128 = 0xF;
    let octets = |name| Some(linux(name)?.saturating_mul(linux("tcpi_snd_mss")?));
    match name {
        "tcpi_snd_cwnd" => octets(name),
        "tcpi_snd_ssthresh" => octets(name).map(|octets| octets.min(LARGEST_THRESHOLD)),
        // The room for the options of each segment is not taken off.
        "tcpi_snd_mss" => {
            let has_timestamps = linux("tcpi_options")? & TIMESTAMPS != 0;
            Some(linux(name)? + if has_timestamps { 12 } else { 0 })
        }
        "tcpi_snd_rexmitpack" => linux("tcpi_total_retrans"),
        // It is the one of the segments that are sent.
        "tcpi_rcv_mss" => field("tcpi_snd_mss", linux),
        // In microseconds.
        "tcpi_last_data_recv" => linux(name)?.checked_mul(1000),
        "tcpi_options" => Some(linux(name)? & OPTIONS_OF_BOTH),
        // The room that the last segment told of.
        "tcpi_rcv_space" => linux("tcpi_rcv_wnd"),
        "tcpi_snd_bwnd" | "tcpi_toe_tid" => Some(0),
        // Fields that FreeBSD has for the sake of Linux's programs, and never fills in.
        name if name.starts_with("__tcpi_") => Some(0),
        _ => None,
    }
}

/// The names that [`field`] knows.
pub(crate) const FIELDS: [&str; 28] = [
    "tcpi_rcv_mss",
    "tcpi_last_data_recv",
    "tcpi_options",
    "tcpi_rcv_space",
    "tcpi_snd_bwnd",
    "tcpi_toe_tid",
    "tcpi_snd_cwnd",
    "tcpi_snd_ssthresh",
    "tcpi_snd_mss",
    "tcpi_snd_rexmitpack",
    "__tcpi_ca_state",
    "__tcpi_retransmits",
    "__tcpi_probes",
    "__tcpi_backoff",
    "__tcpi_ato",
    "__tcpi_unacked",
    "__tcpi_sacked",
    "__tcpi_lost",
    "__tcpi_retrans",
    "__tcpi_fackets",
    "__tcpi_last_data_sent",
    "__tcpi_last_ack_sent",
    "__tcpi_last_ack_recv",
    "__tcpi_pmtu",
    "__tcpi_rcv_ssthresh",
    "__tcpi_advmss",
    "__tcpi_reordering",
    "__tcpi_rcv_rtt",
];

/// Whether a field is one of FreeBSD's, which the machine may not have.
pub(crate) fn is_field(name: &str) -> bool {
    name.starts_with("tcpi_") || name.starts_with("__tcpi_")
}

/// Options that say how a connection is logged, and which of several stacks it has: here nothing depends on them.
pub(crate) fn is_without_meaning(option: &str) -> bool {
    option.starts_with("TCP_LOG") || matches!(option, "TCP_FUNCTION_BLK" | "SO_NOSIGPIPE" | "TCP_STATS")
}

/// Options without what aligns them, in the order of their kinds.
pub(crate) fn in_order(options: &[TcpOption]) -> Vec<TcpOption> {
    let matters = |option: &&TcpOption| !matches!(option, TcpOption::NoOperation | TcpOption::EndOfList);
    let mut options: Vec<TcpOption> = options.iter().filter(matters).cloned().collect();
    options.sort_by_key(TcpOption::kind);
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_seconds_than_an_option_has_milliseconds_are_the_most() {
        assert_eq!([75, 2_147_483, -1].map(milliseconds), [75_000, 2_147_483_000, -1000]);
        assert_eq!([2_147_484, i64::MAX].map(milliseconds), [i32::MAX; 2]);
        assert_eq!(milliseconds(i64::MIN), i32::MIN);
    }
}
