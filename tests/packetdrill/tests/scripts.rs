//! Every script of the project, on the simulator.
//!
//! What Linux 6.18 counts of TCP while each runs is in `counters.txt`: of what `cargo xtask packetdrill --on linux
//! --counters` prints, the counters of TCP that the simulator keeps, as most of three runs have it: a machine with
//! other work lets a timer expire now and then. The simulator counts as much. Every script is there that passes on
//! both.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anysock_packetdrill::{Persona, Settings, Target, Verdict, deviation, judge};

fn scripts(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            scripts(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "pkt") {
            found.push(path);
        }
    }
}

/// Scripts while which the simulator counts otherwise than Linux did, what of it, and why.
const COUNTED_OTHERWISE: [(&str, &[&str], &str); 21] = [
    (
        "ends/fin_beyond_the_congestion_window.pkt",
        &["TcpExtTCPDelivered"],
        "a FIN behind a whole segment's text counts as a segment",
    ),
    (
        "fast_open/client_meets_a_narrow_path.pkt",
        &["TcpExtTCPSlowStartRetrans"],
        "the SYN that goes again without its text counts as one in a recovery",
    ),
    (
        "fast_open/client_waits_on_a_narrow_path.pkt",
        &["TcpExtTCPLossFailures", "TcpExtTCPLostRetransmit", "TcpExtTCPSlowStartRetrans"],
        "the SYN that goes again without its text counts as one in a recovery, which fails when it is lost later",
    ),
    (
        "flags/syn_received_fin_ack.pkt",
        &["TcpExtDelayedACKs"],
        "the acknowledgment of a FIN that ends the handshake is not a timer's",
    ),
    (
        "keepalive/text_puts_it_off.pkt",
        &["TcpExtTCPKeepAlive", "TcpOutSegs"],
        "a timer expires at the end of the script",
    ),
    (
        "nagle/corked.pkt",
        &["TcpExtTCPOrigDataSent", "TcpOutSegs"],
        "a timer expires at the end of the script",
    ),
    (
        "nagle/more_never_comes.pkt",
        &["TcpExtTCPOrigDataSent", "TcpOutSegs"],
        "a timer expires at the end of the script",
    ),
    (
        "nagle/records_of_2400.pkt",
        &["TcpExtTCPDelivered"],
        "small segments that are sent in one instant share a record, and count as one",
    ),
    (
        "nagle/records_of_400.pkt",
        &["TcpExtTCPDelivered"],
        "small segments that are sent in one instant share a record, and count as one",
    ),
    (
        "out_of_order/fin_alone.pkt",
        &["TcpExtTCPRcvCoalesce"],
        "what waited for other text is not put behind that into one packet",
    ),
    (
        "path_mtu_probing/larger_segment_arrives.pkt",
        &["TcpExtTCPDelivered"],
        "a probe that is larger than a segment counts as two",
    ),
    (
        "queue_sizes/to_read.pkt",
        &["TcpExtTCPRcvCoalesce"],
        "what waited for other text is not put behind that into one packet",
    ),
    (
        "queue_sizes/to_send.pkt",
        &["TcpExtTCPSACKReorder"],
        "an acknowledgment of the text before a FIN counts as one that was overtaken",
    ),
    (
        "quick_acknowledgments/handshake_is_answered_again.pkt",
        &["TcpExtTCPRcvCoalesce"],
        "Linux keeps the second text in a packet of its own",
    ),
    (
        "receive_window/fin_into_a_closed_window.pkt",
        &["TcpExtDelayedACKs"],
        "the acknowledgment of the FIN is not a timer's",
    ),
    (
        "receive_window/is_overrun_by_one_segment.pkt",
        &["TcpExtTCPFromZeroWindowAdv", "TcpExtTCPToZeroWindowAdv"],
        "the simulator's window is shut",
    ),
    (
        "receive_window/more_than_a_syn_can_say.pkt",
        &["TcpExtTCPRcvCoalesce"],
        "Linux keeps the second text in a packet of its own",
    ),
    (
        "timestamping/calls_in_one_buffer.pkt",
        &["TcpExtTCPDelivered"],
        "small segments that are sent in one instant share a record, and count as one",
    ),
    (
        "urgent/sent_behind_text.pkt",
        &["TcpExtTCPDelivered"],
        "small segments that are sent in one instant share a record, and count as one",
    ),
    (
        "window_clamp/on_a_connection.pkt",
        &["TcpExtDelayedACKs"],
        "some of Linux's acknowledgments are a timer's",
    ),
    (
        "wrong_calls/listener_without_router.pkt",
        &["TcpExtListenDrops"],
        "a SYN to which no answer leads is dropped before the listener",
    ),
];

/// The counters that moved, and by how much.
type Counters<'a> = BTreeMap<&'a str, i64>;

/// What is recorded of Linux for each script.
fn recorded() -> BTreeMap<&'static str, Counters<'static>> {
    let lines: Vec<&str> = include_str!("counters.txt").lines().collect();
    let (records, []) = lines.as_chunks() else { panic!("a script without counters") };
    let counter = |told: &'static str| {
        let (name, by) = told.split_once(' ').expect("a counter, and by how much it moved");
        (name, by.parse().expect("a number"))
    };
    let counters = |line: &'static str| match line.trim() {
        "nothing" => Counters::new(),
        line => line.split(", ").map(counter).collect(),
    };
    records.iter().map(|[script, line]| (*script, counters(line))).collect()
}

/// How what was counted while a script ran differs from what is recorded, other than it is known to.
fn difference(script: &str, counted: &[(String, u64)], recorded: &Counters<'_>) -> Option<String> {
    let counted = counted.iter().filter(|(name, _)| name.starts_with("Tcp"));
    let counted: Counters<'_> = counted.map(|(name, by)| (&**name, by.cast_signed())).collect();
    let names: BTreeSet<&str> = counted.keys().chain(recorded.keys()).copied().collect();
    let differs = |name: &&str| counted.get(name) != recorded.get(name);
    let different: Vec<&str> = names.into_iter().filter(differs).collect();
    let known = COUNTED_OTHERWISE.iter().find(|(known, ..)| *known == script);
    let known = known.map_or(&[][..], |(_, counters, _)| counters);
    (different != known).then(|| {
        format!(
            "0: {different:?} differ, and not {known:?}: counted\n  {counted:?}\ninstead of\n  {recorded:?}"
        )
    })
}

/// Runs the scripts of a directory, of which there have to be so many, and holds what is counted against what is
/// recorded of each that passes on Linux, too.
fn pass_on_the_simulator(
    directory: &str,
    persona: Persona,
    least: usize,
    mut recorded: Option<BTreeMap<&str, Counters<'_>>>,
) {
    let mut found = Vec::new();
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
    scripts(&directory, &mut found);
    found.sort();
    let failed: Vec<String> = found
        .iter()
        .filter_map(|path| {
            let text = fs::read_to_string(path).expect("a text");
            let settings = Settings { persona, ..Target::Simulator.into() };
            let why = match judge(&text, path.parent().expect("a directory"), settings) {
                Verdict::Failed(why) => Some(why),
                Verdict::Deviates(_) => None,
                Verdict::Passed(report) => {
                    // What nobody has heard of may be misspelt.
                    let unknown = report.without_effect.iter().find(|told| told.ends_with("(unknown)"));
                    let unknown = unknown.map(|unknown| format!(" {unknown}"));
                    let script = path.strip_prefix(&directory).ok().and_then(Path::to_str).expect("a name");
                    let record = recorded.as_mut().map(|recorded| recorded.remove(script));
                    let otherwise = match record {
                        Some(Some(record)) => difference(script, &report.counted, &record),
                        Some(None) if deviation(&text, Target::Linux).is_none() => {
                            Some("0: what Linux counts is not recorded".to_owned())
                        }
                        Some(None) | None => None,
                    };
                    unknown.or(otherwise)
                }
            };
            why.map(|why| format!("{}:{why}", path.display()))
        })
        .collect();
    assert!(failed.is_empty(), "{} of {} failed:\n{}", failed.len(), found.len(), failed.join("\n"));
    assert!(found.len() >= least, "{} scripts", found.len());
    let left: Vec<&str> = recorded.iter().flat_map(BTreeMap::keys).copied().collect();
    assert!(left.is_empty(), "recorded of no script that passes: {left:?}");
}

#[test]
fn every_script_passes_on_the_simulator() {
    let recorded = recorded();
    for (script, counters, _) in COUNTED_OTHERWISE {
        assert!(recorded.contains_key(script) && !counters.is_empty(), "{script}");
    }
    pass_on_the_simulator("scripts", Persona::Linux, 773, Some(recorded));
}

#[test]
fn every_script_of_freebsds_dialect_passes_on_the_simulator() {
    pass_on_the_simulator("freebsd", Persona::FreeBsd, 264, None);
}
