//! The TCP machine under arbitrary segments, timers and calls: the fuzzer's two bodies, under seeds that are always
//! the same.

use anysock_tests::tcp::{connection, pair};

/// SplitMix64, as bytes.
fn bytes(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed;
    let draw = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) as u8
    };
    std::iter::repeat_with(draw).take(length).collect()
}

#[test]
fn a_connection_holds_against_anything() {
    for seed in 0..1500 {
        eprintln!("seed {seed}");
        connection::holds(&bytes(seed, 600));
    }
}

#[test]
fn a_pair_delivers_everything_over_any_network() {
    for seed in 0..400 {
        eprintln!("seed {seed}");
        pair::holds(&bytes(seed, 1500));
    }
}
