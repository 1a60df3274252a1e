//! What `netstat -s -p tcp` tells (`tcp_stats` of FreeBSD's usr.bin/netstat/inet.c), as far as the machine counts the
//! same.

/// How far a line is indented, what it counts, what is behind an s in the plural, and the machine's counters that add
/// up to its number.
const LINES: [(usize, &str, &str, &[&str]); 10] = [
    (1, "packet", " sent", &["TcpOutSegs", "TcpRetransSegs"]),
    (1, "packet", " received", &["TcpInSegs"]),
    (2, "discarded for bad checksum", "", &["TcpInCsumErrors"]),
    (1, "connection request", "", &["TcpActiveOpens"]),
    (1, "connection accept", "", &["TcpPassiveOpens"]),
    (1, "listen queue overflow", "", &["TcpExtListenOverflows"]),
    (2, "keepalive probe", " sent", &["TcpExtTCPKeepAlive"]),
    (1, "cookie", " sent", &["TcpExtSyncookiesSent"]),
    (1, "cookie", " received", &["TcpExtSyncookiesRecv"]),
    (1, "SACK recovery episode", "", &["TcpExtTCPSackRecovery"]),
];

/// The lines, where `counted` says what the machine has counted.
pub(crate) fn lines(counted: impl Fn(&str) -> u64) -> String {
    let line = |(depth, what, behind, counters): &(usize, &str, &str, &[&str])| {
        let count: u64 = counters.iter().map(|name| counted(name)).sum();
        let plural = if count == 1 { "" } else { "s" };
        format!("{}{count} {what}{plural}{behind}\n", "\t".repeat(*depth))
    };
    "tcp:\n".to_owned() + &LINES.iter().map(line).collect::<String>()
}

/// Whether a command asks for one of them.
pub(crate) fn is_counted(command: &str) -> bool {
    let is_in = |line: String| command.contains(&line);
    LINES.iter().any(|(_, what, behind, _)| {
        is_in(format!("{what}{behind}")) || !behind.is_empty() && is_in(format!("{what}s{behind}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_in_the_plural_but_for_one() {
        let text = lines(|name| match name {
            "TcpPassiveOpens" => 1,
            "TcpOutSegs" => 2,
            _ => 0,
        });
        for line in ["\t2 packets sent\n", "\t1 connection accept\n", "\t0 connection requests\n"] {
            assert!(text.contains(line), "{text}");
        }
    }

    #[test]
    fn what_the_machine_does_not_count_is_not_asked_for() {
        for (command, expected) in [
            ("netstat -s -p tcp | grep '1 packet sent'", true),
            ("netstat -s -p tcp | grep -q '2 connection accepts'", true),
            ("netstat -s -p tcp | grep '1 packet (100 bytes) received in-sequence'", false),
        ] {
            assert_eq!(is_counted(command), expected, "{command}");
        }
    }
}
