//! libFuzzer's targets: any bytes, as long as they reach something new, to all codecs of one group.
//!
//! `cargo xtask fuzz` builds and runs them; so does `cargo fuzz run NAME`, where cargo-fuzz is installed. The
//! corpus in `corpus/NAME` is fed by `cargo test`, too.

pub use libfuzzer_sys::fuzz_target;

/// The target of a group.
#[macro_export]
macro_rules! group {
    ($name:literal) => {
        $crate::fuzz_target!(|bytes: &[u8]| anysock_tests::codecs::feed($name, bytes));
    };
}
