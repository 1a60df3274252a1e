//! The search for the size of segments that a path takes (RFC 4821): whatever is asked for, no segment is larger than
//! what the peer takes.

mod tcp_end;

use anysock::tcp::{Config, Flags, Options, PathMtuProbing, Timestamps};
use tcp_end::{End, segment};

/// The largest segment, text and options that no segment goes without, of a long text to a peer that takes `size`
/// octets, and that acknowledges each flight.
fn largest(probing: PathMtuProbing, size: u16, timestamps: bool) -> usize {
    let mut config = Config::default();
    (config.path_mtu_probing, config.timestamps) = (Some(probing), timestamps);
    let stamp = |value| timestamps.then_some(Timestamps { value, echo_reply: 0 });
    let mut options = Options::NONE;
    (options.maximum_segment_size, options.timestamps) = (Some(size), stamp(1000));
    let mut end = End::established_with_options(&config, options);
    let of_options = if timestamps { 12 } else { 0 };
    let mut largest = 0;
    for round in 0..40 {
        let room = end.connection.writable(&end.memory).min(30 * usize::from(size));
        end.connection.send(end.now, &vec![7; room], &mut end.memory).unwrap();
        let Some(last) = end.sent().into_iter().inspect(|sent| largest = largest.max(sent.3)).last() else {
            continue;
        };
        let mut ack = segment(Flags::ACK, 225, last.1 + last.3 as u32, b"");
        (ack.window, ack.options.timestamps) = (60_000, stamp(1001 + round));
        end.connection.segment_arrives(end.now, &ack, &mut end.memory);
    }
    largest + of_options
}

#[test]
fn no_segment_is_larger_than_the_peer_takes() {
    for (size, base) in [(536, 1024), (48, 1024), (48, 48), (100, 60), (536, 100), (400, 100)] {
        for at_once in [false, true] {
            for timestamps in [false, true] {
                for threshold in [0, 8, u16::MAX] {
                    let probing = PathMtuProbing { at_once, base, floor: 48, threshold };
                    let largest = largest(probing, size, timestamps);
                    assert!(largest <= size.into(), "{probing:?} {size} {timestamps}: {largest}");
                }
            }
        }
    }
}

#[test]
fn segments_become_larger() {
    let probing = PathMtuProbing { at_once: true, base: 60, floor: 48, threshold: 8 };
    for timestamps in [false, true] {
        let largest = largest(probing, 160, timestamps);
        assert!((152..=160).contains(&largest), "{timestamps}: {largest}");
    }
}
