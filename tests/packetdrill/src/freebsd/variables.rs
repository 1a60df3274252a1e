//! FreeBSD's sysctl variables, and the settings of the machine that they are.

use super::algorithm;
use crate::error::Difference;

/// What a new machine has that differs from Linux's: `net.inet.tcp.sendspace`, `net.inet.tcp.recvspace` and, from
/// `kern.ipc.maxsockbuf`, a window scale of 6.
pub(crate) const DEFAULTS: [(&str, &str); 19] = [
    ("net.inet.tcp.ecn.maxretries", "1"),
    ("net.inet.tcp.ack_war_cnt", "5"),
    ("net.inet.tcp.sendspace", "32768"),
    ("net.inet.tcp.recvspace", "65536"),
    ("net.inet.tcp.rfc1323", "1"),
    ("net.inet.tcp.keepcnt", "8"),
    ("net.inet.tcp.delacktime", "40"),
    ("net.inet.tcp.syncache.rexmtlimit", "3"),
    ("net.inet.tcp.rexmit_min", "30"),
    ("net.inet.tcp.rexmit_slop", "200"),
    ("net.inet.tcp.fast_finwait2_recycle", "0"),
    ("net.inet.tcp.always_keepalive", "1"),
    ("net.inet.tcp.drop_synfin", "0"),
    ("net.inet.tcp.keepinit", "75000"),
    ("net.inet.tcp.retries", "12"),
    ("net.inet.tcp.tolerate_missing_ts", "0"),
    ("net.inet.tcp.persmin", "5000"),
    ("net.inet.tcp.persmax", "60000"),
    (DIALECT, "1"),
];

/// What FreeBSD does without Linux's refinements, and has no variable for: windows are all the room there is, segments
/// have the whole size in a small window, too, the first acknowledgments wait as all do, losses are found without RACK,
/// closed windows are probed by an octet, and text that nobody has read when a program closes is thrown away without a
/// reset. The name is this program's own.
const DIALECT: &str = "debug.dialect";

/// `kern.ipc.maxsockbuf`.
const LARGEST_BUFFER: u64 = 2_097_152;

/// Variables whose values here are what the machine does anyhow.
const FIXED: [(&str, &[&str]); 14] = [
    ("net.inet.tcp.abc_l_var", &["2"]),
    ("net.inet.tcp.do_prr", &["1"]),
    ("net.inet.tcp.blackhole_local", &["0", "1"]),
    ("net.inet.tcp.functions_default", &["freebsd"]),
    ("net.inet.tcp.newcwd", &["0"]),
    ("net.inet.tcp.newcwv", &["0"]),
    ("net.inet.tcp.nolocaltimewait", &["0"]),
    ("net.inet.tcp.path_mtu_discovery", &["1"]),
    ("net.inet.tcp.pmtud_blackhole_detection", &["0"]),
    ("net.inet.tcp.recvbuf_auto", &["0", "1"]),
    ("net.inet.tcp.rfc3042", &["1"]),
    ("net.inet.tcp.rfc3465", &["1"]),
    ("net.inet.tcp.sendbuf_auto", &["0", "1"]),
    ("net.inet.tcp.tso", &["0", "1"]),
];

/// Variables that nothing here depends on: what is remembered of hosts, what is logged, how work is divided, and limits
/// that no script reaches.
const WITHOUT_MEANING: [&str; 30] = [
    "kern.timecounter.",
    "net.inet.tcp.bb.",
    "net.inet.tcp.cc.available",
    "net.inet.tcp.do_tcpdrain",
    "net.inet.tcp.fastopen.ccache_",
    "net.inet.tcp.functions_available",
    "net.inet.tcp.functions_inherit_listen_socket_stack",
    "net.inet.tcp.hostcache.",
    "net.inet.tcp.isn_reseed_interval",
    "net.inet.tcp.log_",
    "net.inet.tcp.map_limit",
    "net.inet.tcp.maxtcptw",
    "net.inet.tcp.msl_local",
    "net.inet.tcp.pcap_packets",
    "net.inet.tcp.per_cpu_timers",
    "net.inet.tcp.reass.",
    "net.inet.tcp.recvbuf_",
    "net.inet.tcp.require_unique_port",
    "net.inet.tcp.sack.globalmaxholes",
    "net.inet.tcp.sack.maxholes",
    "net.inet.tcp.sendbuf_",
    "net.inet.tcp.soreceive_stream",
    "net.inet.tcp.split_limit",
    "net.inet.tcp.syncache.bucketlimit",
    "net.inet.tcp.syncache.see_other",
    "net.inet.tcp.tcbhashsize",
    "net.inet.tcp.udp_tunneling_overhead",
    "net.inet.ip.portrange.",
    "net.inet.icmp.icmplim",
    "net.inet6.icmp6.errppslimit",
];

/// What the names of FreeBSD's variables begin with (sysctl(8)).
const TREES: [&str; 13] = [
    "compat.",
    "debug.",
    "dev.",
    "hw.",
    "kern.",
    "kstat.",
    "machdep.",
    "net.",
    "p1003_1b.",
    "security.",
    "user.",
    "vfs.",
    "vm.",
];

/// What the names of Linux's settings begin with that FreeBSD does not have.
const LINUX: [&str; 3] = ["net.core.", "net.ipv4.", "net.ipv6."];

/// Variables of `net.inet.tcp.`, and their values at first where they have one that is always the same: those of
/// tcp(4), syncache(4), blackhole(4) and mod_cc(4) of FreeBSD 12 to 14, and of their sources. A name that ends with a
/// point stands for a whole branch.
const OF_TCP: [(&str, &str); 156] = [
    ("abc_l_var", "2"),
    ("ack_war_cnt", "5"),
    ("ack_war_timewindow", "1000"),
    ("always_keepalive", "1"),
    ("bb.", ""),
    ("bbr.", ""),
    ("bind_all_fibs", "1"),
    ("blackhole", "0"),
    ("blackhole_local", "0"),
    ("cc.", ""),
    ("cc.abe", "0"),
    ("cc.abe_frlossreduce", "0"),
    ("cc.algorithm", "cubic"),
    ("cc.available", ""),
    ("delacktime", "40"),
    ("delayed_ack", "1"),
    ("do_lrd", "0"),
    ("do_prr", "1"),
    ("do_prr_conservative", "0"),
    ("do_tcpdrain", "1"),
    ("drop", ""),
    ("drop_synfin", "0"),
    ("ecn.", ""),
    ("ecn.enable", "2"),
    ("ecn.maxretries", "1"),
    ("fast_finwait2_recycle", "0"),
    ("fastopen.", ""),
    ("fastopen.acceptany", "0"),
    ("fastopen.autokey", "120"),
    ("fastopen.ccache_bucket_limit", "16"),
    ("fastopen.ccache_buckets", "2048"),
    ("fastopen.ccache_list", ""),
    ("fastopen.client_enable", "1"),
    ("fastopen.keylen", "16"),
    ("fastopen.maxkeys", "2"),
    ("fastopen.maxpsks", "2"),
    ("fastopen.numkeys", "0"),
    ("fastopen.numpsks", "0"),
    ("fastopen.path_disable_time", "900"),
    ("fastopen.psk_enable", "0"),
    ("fastopen.server_enable", "0"),
    ("fastopen.setkey", ""),
    ("fastopen.setpsk", ""),
    ("finwait2_timeout", "60000"),
    ("functions_available", ""),
    ("functions_default", "freebsd"),
    ("functions_inherit_listen_socket_stack", "1"),
    ("getcred", ""),
    ("hostcache.", ""),
    ("hostcache.bucketlimit", "30"),
    ("hostcache.cachelimit", "15360"),
    ("hostcache.count", "0"),
    ("hostcache.enable", "1"),
    ("hostcache.expire", "3600"),
    ("hostcache.hashsize", "512"),
    ("hostcache.prune", "300"),
    ("hostcache.purge", "0"),
    ("hostcache.purgenow", "0"),
    ("hpts.", ""),
    ("icmp_may_rst", "1"),
    ("initcwnd_segments", "10"),
    ("insecure_ack", "0"),
    ("insecure_rst", "0"),
    ("insecure_syn", "0"),
    ("isn_reseed_interval", "0"),
    ("keepcnt", "8"),
    ("keepidle", "7200000"),
    ("keepinit", "75000"),
    ("keepintvl", "75000"),
    ("local_slowstart_flightsize", ""),
    ("log_debug", "0"),
    ("log_in_vain", "0"),
    ("lro.", ""),
    ("map_limit", "0"),
    ("maxpersistidle", "7200000"),
    ("maxtcptw", ""),
    ("maxunacktime", "0"),
    ("minmss", "216"),
    ("msl", "30000"),
    ("msl_local", "10000"),
    ("mssdflt", "536"),
    ("newcwd", "0"),
    ("newcwv", "0"),
    ("nolocaltimewait", "0"),
    ("pacing_count", "0"),
    ("pacing_limit", "10000"),
    ("path_mtu_discovery", "1"),
    ("pcap_packets", "0"),
    ("pcbcount", ""),
    ("pcblist", ""),
    ("per_cpu_timers", "0"),
    ("persmax", "60000"),
    ("persmin", "5000"),
    ("pmtud_blackhole_activated", ""),
    ("pmtud_blackhole_activated_min_mss", ""),
    ("pmtud_blackhole_detection", "0"),
    ("pmtud_blackhole_failed", ""),
    ("pmtud_blackhole_mss", "1200"),
    ("rack.", ""),
    ("reass.", ""),
    ("reass.cursegments", "0"),
    ("reass.maxqueuelen", "100"),
    ("reass.new_limit", "0"),
    ("reass.queueguard", "16"),
    ("reass.stats", ""),
    ("recvbuf_auto", "1"),
    ("recvbuf_inc", "16384"),
    ("recvbuf_max", "2097152"),
    ("recvspace", "65536"),
    ("require_unique_port", "0"),
    ("retries", "12"),
    ("rexmit_drop_options", "0"),
    ("rexmit_initial", "1000"),
    ("rexmit_min", "30"),
    ("rexmit_slop", "200"),
    ("rfc1323", "1"),
    ("rfc3042", "1"),
    ("rfc3390", "1"),
    ("rfc3465", "1"),
    ("rfc6675_pipe", "0"),
    ("sack.", ""),
    ("sack.enable", "1"),
    ("sack.globalholes", "0"),
    ("sack.globalmaxholes", "65536"),
    ("sack.lrd", "1"),
    ("sack.maxholes", "128"),
    ("sack.revised", "1"),
    ("sendbuf_auto", "1"),
    ("sendbuf_auto_lowat", "0"),
    ("sendbuf_inc", "8192"),
    ("sendbuf_max", "2097152"),
    ("sendspace", "32768"),
    ("slowstart_flightsize", ""),
    ("soreceive_stream", "0"),
    ("split_limit", "0"),
    ("stats", ""),
    ("syncache.", ""),
    ("syncache.bucketlimit", "30"),
    ("syncache.cachelimit", "15375"),
    ("syncache.count", "0"),
    ("syncache.hashsize", "512"),
    ("syncache.rexmtlimit", "3"),
    ("syncache.rst_on_sock_fail", "1"),
    ("syncache.see_other", "0"),
    ("syncookies", "1"),
    ("syncookies_only", "0"),
    ("tcbhashsize", ""),
    ("timer_race", "0"),
    ("tolerate_missing_ts", "0"),
    ("ts_offset_per_conn", "1"),
    ("ts_offset_per_connection", "1"),
    ("tso", "1"),
    ("udp_tunneling_overhead", "8"),
    ("udp_tunneling_port", "0"),
    ("v6mssdflt", "1220"),
    ("v6pmtud_blackhole_mss", "1220"),
];

/// Whether FreeBSD has a variable of this name, as far as this program can know: of TCP each name is known, of all else
/// the trees.
pub(crate) fn is_variable(name: &str) -> bool {
    let is_in = |trees: &[&str]| trees.iter().any(|tree| name.starts_with(tree));
    match name.strip_prefix("net.inet.tcp.") {
        Some(own) => {
            let is_it =
                |(known, _): &(&str, _)| own == *known || known.ends_with('.') && own.starts_with(known);
            OF_TCP.iter().any(is_it)
        }
        None => is_in(&TREES) && !is_in(&LINUX),
    }
}

/// The value of a variable that nobody has set; `None` where it depends on the machine.
pub(crate) fn default(name: &str) -> Option<&'static str> {
    let own = name.strip_prefix("net.inet.tcp.")?;
    let (_, value) = OF_TCP.iter().find(|(known, value)| *known == own && !value.is_empty())?;
    Some(value)
}

/// Linux's settings for one of FreeBSD's; `None` for what the machine does not have. A segment of the interface's has
/// so much text; `made` tells what was set before, this one included.
///
/// # Errors
/// That this is no name of FreeBSD's.
pub(crate) fn settings(
    name: &str,
    value: &str,
    segment: u64,
    made: &[(String, String)],
) -> Result<Option<Vec<(String, String)>>, Difference> {
    if is_variable(name) {
        return Ok(linux_settings(name, value, segment, made));
    }
    Err(Difference::Unsupported(format!("{name}={value}, which is no variable of FreeBSD's")))
}

/// Of what size receive buffers are, and what they may become.
fn receive_buffer(space: &str, largest: Option<&str>, segment: u64) -> Option<Vec<(String, String)>> {
    let largest: u64 = largest.map_or(Some(LARGEST_BUFFER), |largest| largest.parse().ok())?;
    let buffer = space.parse::<u64>().ok()?.checked_next_multiple_of(segment)?.checked_mul(2)?;
    Some(vec![("net.ipv4.tcp_rmem".to_owned(), format!("4096 {buffer} {largest}"))])
}

/// Variables whose values mean for a setting of ours what they mean for FreeBSD.
const SAME_VALUE: [(&str, &str); 21] = [
    ("net.inet.tcp.ecn.maxretries", "simulator.tcp_ecn_retries"),
    ("net.inet.tcp.ack_war_cnt", "simulator.tcp_challenges"),
    ("net.inet.tcp.ack_war_timewindow", "simulator.tcp_challenge_period"),
    ("net.inet.tcp.udp_tunneling_port", "simulator.tcp_tunnel_port"),
    ("net.inet.tcp.mssdflt", "simulator.tcp_default_segment"),
    ("net.inet.tcp.v6mssdflt", "simulator.tcp_default_segment_v6"),
    ("net.inet.tcp.minmss", "simulator.tcp_least_segment"),
    ("net.inet.tcp.fastopen.setkey", "simulator.tcp_fast_open_key"),
    ("net.inet.tcp.fastopen.setpsk", "simulator.tcp_fast_open_pre_shared_key"),
    ("net.inet.tcp.sack.enable", "net.ipv4.tcp_sack"),
    ("net.inet.tcp.syncookies", "net.ipv4.tcp_syncookies"),
    ("net.inet.tcp.keepcnt", "net.ipv4.tcp_keepalive_probes"),
    ("net.inet.tcp.syncache.rexmtlimit", "net.ipv4.tcp_synack_retries"),
    ("net.inet.tcp.delacktime", "simulator.tcp_delayed_acknowledgment"),
    ("net.inet.tcp.rexmit_initial", "simulator.tcp_initial_retransmission_timeout"),
    ("net.inet.tcp.rexmit_min", "simulator.tcp_minimum_retransmission_timeout"),
    ("net.inet.tcp.rexmit_slop", "simulator.tcp_retransmission_slop"),
    ("net.inet.tcp.persmin", "simulator.tcp_shortest_probe_interval"),
    ("net.inet.tcp.persmax", "simulator.tcp_longest_probe_interval"),
    ("net.inet.tcp.keepinit", "simulator.tcp_connecting"),
    ("net.inet.tcp.blackhole", "simulator.tcp_blackhole"),
];

/// Variables that are zero where a setting of ours is off.
const FLAGS: [(&str, &str); 10] = [
    ("net.inet.tcp.insecure_ack", "simulator.tcp_takes_old_acknowledgments"),
    ("net.inet.tcp.fastopen.acceptany", "simulator.tcp_fast_open_takes_any"),
    ("net.inet.tcp.fastopen.psk_enable", "simulator.tcp_fast_open_are_pre_shared"),
    ("net.inet.tcp.icmp_may_rst", "simulator.tcp_icmp_refuses"),
    ("net.inet.tcp.always_keepalive", "simulator.tcp_always_keepalive"),
    ("net.inet.tcp.drop_synfin", "simulator.tcp_drops_syn_fin"),
    ("net.inet.tcp.insecure_rst", "simulator.tcp_believes_resets"),
    ("net.inet.tcp.insecure_syn", "simulator.tcp_believes_syns"),
    ("net.inet.tcp.rexmit_drop_options", "simulator.tcp_drops_syn_options"),
    ("net.inet.tcp.tolerate_missing_ts", "simulator.tcp_takes_missing_timestamps"),
];

/// How many segments of this size the congestion window has at first, where so many are wished for, or none are
/// (`tcp_compute_initwnd` of sys/netinet/tcp_input.c; RFC 6928, RFC 3390 and RFC 5681).
fn initial_window(wished: u64, by_size: bool, segment: u64) -> u64 {
    let most = |segments: u64, octets: u64| segments.min((octets / segment.max(1)).max(2));
    match (wished, by_size) {
        (0, true) => most(4, 4380),
        (0, false) if segment > 2190 => 2,
        (0, false) if segment > 1095 => 3,
        (0, false) => 4,
        (wished, _) => most(wished, wished.saturating_mul(1460)),
    }
}

/// [`settings`] of a variable that there is.
fn linux_settings(
    name: &str,
    value: &str,
    segment: u64,
    made: &[(String, String)],
) -> Option<Vec<(String, String)>> {
    let number = || value.parse::<u64>().ok();
    let seconds = || Some(number()?.div_ceil(1000).to_string());
    let flag = |on: &'static str, off: &'static str| Some(if number()? == 0 { off } else { on });
    let called = |names: &[(&str, &str)]| {
        names.iter().find(|(known, _)| *known == name).map(|(_, called)| (*called).to_owned())
    };
    if let Some(called) = called(&SAME_VALUE) {
        return Some(vec![(called, value.to_owned())]);
    }
    if let Some(called) = called(&FLAGS) {
        return Some(vec![(called, flag("1", "0")?.to_owned())]);
    }
    Some(match name {
        // Linux counts what the octets take, too.
        "net.inet.tcp.sendspace" => {
            let buffer = number()?.checked_mul(2)?;
            vec![ipv4("tcp_wmem", &format!("4096 {buffer} {}", LARGEST_BUFFER * 2))]
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
        // 3 asks for Accurate ECN and takes it, 4 takes it; its option is nowhere.
        "net.inet.tcp.ecn.enable" => {
            vec![ipv4("tcp_ecn", if value == "4" { "5" } else { value }), ipv4("tcp_ecn_option", "0")]
        }
        "net.inet.tcp.syncookies_only" => vec![ipv4("tcp_syncookies", flag("2", "1")?)],
        "net.inet.tcp.keepidle" => vec![ipv4("tcp_keepalive_time", &seconds()?)],
        "net.inet.tcp.keepintvl" => vec![ipv4("tcp_keepalive_intvl", &seconds()?)],
        "net.inet.tcp.cc.algorithm" => vec![ipv4("tcp_congestion_control", algorithm(value))],
        "net.inet.tcp.delayed_ack" => vec![simulator("delayed_acknowledgment", flag("40", "0")?)],
        "net.inet.tcp.msl" => vec![simulator("time_wait", &number()?.checked_mul(2)?.to_string())],
        "net.inet.tcp.retries" => vec![ipv4("tcp_retries2", value), ipv4("tcp_orphan_retries", value)],
        DIALECT => dialect(),
        name if WITHOUT_MEANING.iter().any(|prefix| name.starts_with(prefix)) => Vec::new(),
        name => match FIXED.iter().find(|(fixed, _)| *fixed == name) {
            Some((_, allowed)) => return allowed.contains(&value).then(Vec::new),
            None => return joint_settings(name, value, segment, made),
        },
    })
}

/// Those of a variable that has its meaning together with others.
fn joint_settings(
    name: &str,
    value: &str,
    segment: u64,
    made: &[(String, String)],
) -> Option<Vec<(String, String)>> {
    let made = |name: &str| made.iter().rev().find(|(made, _)| made == name).map(|(_, value)| value.as_str());
    Some(match name {
        // A connection's buffer is a whole number of segments (`tcp_mss` of sys/netinet/tcp_input.c). Linux counts
        // what the octets take, too: half of a buffer is window.
        "net.inet.tcp.recvspace" => receive_buffer(value, made("kern.ipc.maxsockbuf"), segment)?,
        // The scale is that of the largest buffer (`syncache_add`, `tcp_connect`).
        "kern.ipc.maxsockbuf" => receive_buffer(made("net.inet.tcp.recvspace")?, Some(value), segment)?,
        // Without recycling, FIN-WAIT-2 lasts as long as a connection is probed that does not answer (`TP_MAXIDLE`).
        "net.inet.tcp.finwait2_timeout" | "net.inet.tcp.fast_finwait2_recycle" => {
            let recycles = made("net.inet.tcp.fast_finwait2_recycle").is_some_and(|on| on != "0");
            let timeout = made("net.inet.tcp.finwait2_timeout").and_then(|timeout| timeout.parse().ok());
            let timeout: u64 = if recycles { timeout.unwrap_or(60_000) } else { 8 * 75_000 };
            vec![ipv4("tcp_fin_timeout", &timeout.div_ceil(1000).to_string())]
        }
        "net.inet.tcp.fastopen.server_enable" | "net.inet.tcp.fastopen.client_enable" => {
            let is_on = |name, at_first| made(name).unwrap_or(at_first) != "0";
            let client = u8::from(is_on("net.inet.tcp.fastopen.client_enable", "1"));
            let server = u8::from(is_on("net.inet.tcp.fastopen.server_enable", "0"));
            vec![ipv4("tcp_fastopen", &(client | server << 1).to_string())]
        }
        "net.inet.tcp.initcwnd_segments" | "net.inet.tcp.rfc3390" => {
            let chosen = made("net.inet.tcp.initcwnd_segments").unwrap_or("10").parse().ok()?;
            let by_size = made("net.inet.tcp.rfc3390").is_none_or(|on| on != "0");
            vec![simulator("initial_window", &initial_window(chosen, by_size, segment).to_string())]
        }
        _ => return None,
    })
}

fn ipv4(name: &str, value: &str) -> (String, String) {
    (format!("net.ipv4.{name}"), value.to_owned())
}

fn simulator(name: &str, value: &str) -> (String, String) {
    (format!("simulator.tcp_{name}"), value.to_owned())
}

/// What FreeBSD does otherwise whatever its variables are.
fn dialect() -> Vec<(String, String)> {
    let off = [
        "window_slow_start",
        "half_window_segments",
        "quick_acknowledgments",
        "resets_unread",
        "empty_window_probes",
    ];
    let mut settings: Vec<_> = off.iter().map(|name| simulator(name, "0")).collect();
    // A receive buffer grows there with much faster peers than those of scripts.
    settings.extend([ipv4("tcp_recovery", "0"), ipv4("tcp_moderate_rcvbuf", "0")]);
    settings.extend([simulator("is_bsd", "1"), ipv4("tcp_invalid_ratelimit", "0")]);
    // What a SYN asks for is taken away as `ecn.maxretries` says.
    settings.push(ipv4("tcp_ecn_fallback", "0"));
    // TCPTV_REXMTMAX, `rexmit_slop` included.
    settings.push(ipv4("tcp_rto_max_ms", "63800"));
    settings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_settings_of_linux_or_refused() {
        let linux = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            settings("net.inet.tcp.recvspace", "65536", 1460, &[]),
            Ok(Some(vec![linux("net.ipv4.tcp_rmem", "4096 131400 2097152")]))
        );
        assert_eq!(
            settings("net.inet.tcp.rfc1323", "2", 1460, &[]),
            Ok(Some(vec![linux("net.ipv4.tcp_window_scaling", "1"), linux("net.ipv4.tcp_timestamps", "0")]))
        );
        assert_eq!(
            settings("net.inet.tcp.keepidle", "7200000", 1460, &[]),
            Ok(Some(vec![linux("net.ipv4.tcp_keepalive_time", "7200")]))
        );
        assert_eq!(settings("net.inet.tcp.hostcache.purgenow", "1", 1460, &[]), Ok(Some(vec![])));
        assert_eq!(settings("net.inet.tcp.newcwv", "0", 1460, &[]), Ok(Some(vec![])));
        assert_eq!(settings("net.inet.tcp.newcwv", "1", 1460, &[]), Ok(None));
        assert!(settings("net.inet.tcp.newcwx", "1", 1460, &[]).is_err());
        assert_eq!(default("net.inet.tcp.msl"), Some("30000"));
        assert!(settings("net.ipv4.tcp_sack", "1", 1460, &[]).is_err());
    }
}
