//! FreeBSD's words for what a script sets: sysctl variables, options, algorithms, names of states.
//!
//! The machine stays what it is; a script of FreeBSD's dialect finds its settings, its sizes of buffers and the
//! options of its segments in it, in whatever order they are.

use anysock::option::socket::SO_REUSEPORT;
use anysock::option::tcp::TCP_CORK;

use crate::error::Difference;
use crate::packet::TcpOption;

/// What a new machine has that differs from Linux's: `net.inet.tcp.sendspace`, `net.inet.tcp.recvspace` and, from
/// `kern.ipc.maxsockbuf`, a window scale of 6.
pub(crate) const DEFAULTS: [(&str, &str); 4] = [
    ("net.inet.tcp.sendspace", "32768"),
    ("net.inet.tcp.recvspace", "65536"),
    ("net.inet.tcp.rfc1323", "1"),
    (SYN_BACKOFF, "4"),
];

/// How often a SYN is sent again before the time between two doubles.
const SYN_BACKOFF: &str = "net.inet.tcp.syn_backoff";

/// `kern.ipc.maxsockbuf`.
const LARGEST_BUFFER: u64 = 2_097_152;

/// Variables whose values here are what the machine does anyhow.
const FIXED: [(&str, &[&str]); 26] = [
    ("kern.ipc.maxsockbuf", &["2097152"]),
    ("net.inet.tcp.abc_l_var", &["2"]),
    ("net.inet.tcp.blackhole", &["0"]),
    ("net.inet.tcp.delayed_ack", &["1"]),
    ("net.inet.tcp.do_prr", &["1"]),
    ("net.inet.tcp.drop_synfin", &["0"]),
    ("net.inet.tcp.ecn.maxretries", &["1"]),
    ("net.inet.tcp.functions_default", &["freebsd"]),
    ("net.inet.tcp.icmp_may_rst", &["1"]),
    ("net.inet.tcp.initcwnd_segments", &["10"]),
    ("net.inet.tcp.insecure_ack", &["0"]),
    ("net.inet.tcp.insecure_rst", &["0"]),
    ("net.inet.tcp.insecure_syn", &["0"]),
    ("net.inet.tcp.mssdflt", &["536"]),
    ("net.inet.tcp.newcwd", &["0"]),
    ("net.inet.tcp.nolocaltimewait", &["0"]),
    ("net.inet.tcp.path_mtu_discovery", &["1"]),
    ("net.inet.tcp.pmtud_blackhole_detection", &["0"]),
    ("net.inet.tcp.rexmit_initial", &["1000"]),
    ("net.inet.tcp.rexmit_min", &["200"]),
    ("net.inet.tcp.rfc3042", &["1"]),
    ("net.inet.tcp.rfc3390", &["0", "1"]),
    ("net.inet.tcp.rfc3465", &["1"]),
    ("net.inet.tcp.sendbuf_auto", &["0", "1"]),
    ("net.inet.tcp.syncookies_only", &["0"]),
    ("net.inet.tcp.tso", &["0", "1"]),
];

/// Variables that nothing here depends on: what is remembered of hosts, what is logged, and how work is divided.
const WITHOUT_MEANING: [&str; 8] = [
    "kern.timecounter.",
    "net.inet.tcp.hostcache.",
    "net.inet.tcp.log_",
    "net.inet.tcp.bb.",
    "net.inet.tcp.per_cpu_timers",
    "net.inet.tcp.reass.",
    "net.inet.ip.portrange.",
    "net.inet.icmp.icmplim",
];

/// What the names of FreeBSD's variables begin with.
const NAMES: [&str; 8] =
    ["net.inet.", "net.inet6.", "net.link.", "net.isr.", "kern.", "debug.", "hw.", "security."];

/// Linux's settings for one of FreeBSD's; `None` for what the machine does not have. A segment of the interface's has
/// so much text.
///
/// # Errors
/// That this is no name of FreeBSD's.
pub(crate) fn settings(
    name: &str,
    value: &str,
    segment: u64,
) -> Result<Option<Vec<(String, String)>>, Difference> {
    if NAMES.iter().any(|begin| name.starts_with(begin)) {
        return Ok(linux_settings(name, value, segment));
    }
    Err(Difference::Unsupported(format!("{name}={value}, which is no variable of FreeBSD's")))
}

fn linux_settings(name: &str, value: &str, segment: u64) -> Option<Vec<(String, String)>> {
    let ipv4 = |name: &str, value: &str| (format!("net.ipv4.{name}"), value.to_owned());
    let number = || value.parse::<u64>().ok();
    let seconds = || Some(number()?.div_ceil(1000).to_string());
    let flag = |on: &'static str, off: &'static str| Some(if number()? == 0 { off } else { on });
    Some(match name {
        "net.inet.tcp.sendspace" => vec![ipv4("tcp_wmem", &format!("4096 {value} {LARGEST_BUFFER}"))],
        // A connection's buffer is a whole number of segments (`tcp_mss` of sys/netinet/tcp_input.c). Linux counts
        // what the octets take, too: half of a buffer is window.
        "net.inet.tcp.recvspace" => {
            let buffer = number()?.checked_next_multiple_of(segment)?.checked_mul(2)?;
            vec![ipv4("tcp_rmem", &format!("4096 {buffer} {LARGEST_BUFFER}"))]
        }
        "net.inet.tcp.rfc1323" => {
            let (scaling, timestamps) = match value {
                "0" => ("0", "0"),
                "1" => ("1", "1"),
                "2" => ("1", "0"),
                "3" => ("0", "1"),
                _ => return None,
            };
            vec![ipv4("tcp_window_scaling", scaling), ipv4("tcp_timestamps", timestamps)]
        }
        "net.inet.tcp.sack.enable" => vec![ipv4("tcp_sack", value)],
        "net.inet.tcp.ecn.enable" => vec![ipv4("tcp_ecn", value)],
        "net.inet.tcp.syncookies" => vec![ipv4("tcp_syncookies", value)],
        "net.inet.tcp.recvbuf_auto" => vec![ipv4("tcp_moderate_rcvbuf", value)],
        "net.inet.tcp.keepidle" => vec![ipv4("tcp_keepalive_time", &seconds()?)],
        "net.inet.tcp.keepintvl" => vec![ipv4("tcp_keepalive_intvl", &seconds()?)],
        "net.inet.tcp.keepcnt" => vec![ipv4("tcp_keepalive_probes", value)],
        "net.inet.tcp.finwait2_timeout" => vec![ipv4("tcp_fin_timeout", &seconds()?)],
        "net.inet.tcp.fastopen.server_enable" => vec![ipv4("tcp_fastopen", flag("3", "1")?)],
        "net.inet.tcp.fastopen.client_enable" => vec![ipv4("tcp_fastopen", flag("3", "2")?)],
        "net.inet.tcp.cc.algorithm" => vec![ipv4("tcp_congestion_control", algorithm(value))],
        // A SYN is sent again every second at first (`tcp_syn_backoff` of sys/netinet/tcp_timer.c); a name of this
        // program's, for what FreeBSD has no variable for.
        SYN_BACKOFF => vec![ipv4("tcp_syn_linear_timeouts", value)],
        name if WITHOUT_MEANING.iter().any(|prefix| name.starts_with(prefix)) => Vec::new(),
        name => {
            let (_, allowed) = FIXED.iter().find(|(fixed, _)| *fixed == name)?;
            return allowed.contains(&value).then(Vec::new);
        }
    })
}

/// Linux's name for a congestion control.
pub(crate) fn algorithm(name: &str) -> &str {
    if name == "newreno" { "reno" } else { name }
}

/// Options of Linux for options of FreeBSD's alone.
pub(crate) fn option(name: &str) -> Option<i32> {
    match name {
        "TCP_NOPUSH" => Some(TCP_CORK),
        "SO_REUSEPORT_LB" => Some(SO_REUSEPORT),
        _ => None,
    }
}

/// Constants that FreeBSD alone has: the states of `tcpi_state` (sys/netinet/tcp_fsm.h), by the numbers that the machine
/// has for them.
pub(crate) fn constant(name: &str) -> Option<i64> {
    const STATES: [(&str, i64); 11] = [
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
    ];
    STATES.iter().find(|(state, _)| *state == name).map(|(_, number)| *number)
}

/// Fields of FreeBSD's `struct tcp_info` (sys/netinet/tcp.h) that are another thing than Linux's of that name, or have
/// another name there: what they are made of, and whether it is in segments there and in octets here.
pub(crate) const FIELDS: [(&str, &str, bool); 4] = [
    ("tcpi_snd_cwnd", "tcpi_snd_cwnd", true),
    ("tcpi_snd_ssthresh", "tcpi_snd_ssthresh", true),
    ("tcpi_snd_rexmitpack", "tcpi_total_retrans", false),
    ("__tcpi_ato", "tcpi_ato", false),
];

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
    fn variables_are_settings_of_linux_or_refused() {
        let linux = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            settings("net.inet.tcp.recvspace", "65536", 1460),
            Ok(Some(vec![linux("net.ipv4.tcp_rmem", "4096 131400 2097152")]))
        );
        assert_eq!(
            settings("net.inet.tcp.rfc1323", "2", 1460),
            Ok(Some(vec![linux("net.ipv4.tcp_window_scaling", "1"), linux("net.ipv4.tcp_timestamps", "0")]))
        );
        assert_eq!(
            settings("net.inet.tcp.keepidle", "7200000", 1460),
            Ok(Some(vec![linux("net.ipv4.tcp_keepalive_time", "7200")]))
        );
        assert_eq!(settings("net.inet.tcp.hostcache.purgenow", "1", 1460), Ok(Some(vec![])));
        assert_eq!(settings("net.inet.tcp.blackhole", "0", 1460), Ok(Some(vec![])));
        assert_eq!(settings("net.inet.tcp.blackhole", "2", 1460), Ok(None));
        assert!(settings("net.ipv4.tcp_sack", "1", 1460).is_err());
    }
}
