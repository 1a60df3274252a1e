//! The explorer: clean on the machine as it is, and not on one with a bug.

use anysock::tcp::State;
use anysock_explore::{Closing, Failure, Limits, Opening, Planted, Scenario, scenarios, search};

/// Every scenario without faults, and one with (`cargo xtask explore` goes further); each state of a connection is
/// seen.
#[test]
fn the_machine_is_clean() {
    let mut seen = 0;
    for scenario in scenarios(0, 0).into_iter().chain([Scenario { early: 0, ..Scenario::default() }]) {
        let report =
            search(&scenario, &Limits::default()).unwrap_or_else(|failure| panic!("{scenario}: {failure}"));
        assert!(report.states > 200 && report.ends > 0, "{scenario}: {report:?}");
        seen |= report.seen;
    }
    assert_eq!(seen, (1 << State::ALL.len()) - 1, "each of the eleven states");
}

#[test]
fn faults_and_timers_make_more_states() {
    let states = |faults, early| {
        let scenario = Scenario { faults, early, octets: [1, 0], ..Scenario::default() };
        search(&scenario, &Limits::default()).expect("it is clean").states
    };
    let counts = [states(0, 0), states(1, 0), states(1, 1)];
    assert!(counts[0] * 5 < counts[1] && counts[1] * 3 < counts[2], "{counts:?}");
}

/// The scenario that shows a planted bug, and what is said of it.
fn shows(planted: Planted) -> (Scenario, &'static str) {
    let base =
        Scenario { early: 0, faults: 0, octets: [1, 1], planted: Some(planted), ..Scenario::default() };
    let lossy = Scenario { faults: 1, ..base.clone() };
    match planted {
        // What is lost once comes again by a probe, or by the block of what came behind it.
        Planted::NoRetransmission => (Scenario { octets: [0, 0], faults: 2, ..base }, "for ever"),
        Planted::DeafToAcknowledgmentOfFin => (base, "resets without cause"),
        Planted::NoProbe => {
            let closing = [Closing::AfterPeer, Closing::First];
            (Scenario { closing, octets: [0, 3], capacity: 2, reads_late: true, ..lossy }, "for ever")
        }
        Planted::OctetTwice => (base, "reads"),
        Planted::FinAheadOfText => (Scenario { octets: [2, 0], ..lossy }, "has read 1 octets"),
        Planted::AcknowledgesTooMuch => (base, "acknowledges what was never sent"),
        Planted::EndlessTimeWait => {
            (Scenario { closing: [Closing::AfterPeer, Closing::First], ..base }, "TIME-WAIT for ever")
        }
    }
}

#[test]
fn every_planted_bug_is_found() {
    for planted in Planted::ALL {
        let (scenario, expected) = shows(planted);
        match search(&scenario, &Limits::default()) {
            Err(Failure::Violation(what, way)) => {
                assert!(what.contains(expected), "{planted:?}: {what}");
                assert!(!way.is_empty(), "{planted:?}: no way to it");
            }
            other => panic!("{planted:?} is not found: {other:?}"),
        }
        let sound = Scenario { planted: None, ..scenario };
        if let Err(failure) = search(&sound, &Limits::default()) {
            panic!("without {planted:?} it fails, too: {failure}");
        }
    }
}

#[test]
fn a_failure_is_found_by_a_shortest_way() {
    let (scenario, _) = shows(Planted::AcknowledgesTooMuch);
    let Err(Failure::Violation(_, way)) = search(&scenario, &Limits::default()) else {
        panic!("it is found")
    };
    // The SYN arrives, and the SYN,ACK is wrong.
    assert_eq!(way.len(), 1, "{way:?}");
}

#[test]
fn too_little_memory_is_said() {
    let scenario = Scenario { opening: Opening::Simultaneous, ..Scenario::default() };
    let outcome = search(&scenario, &Limits { memory: 100_000 });
    assert!(matches!(outcome, Err(Failure::Memory(states)) if states > 0), "{outcome:?}");
}
