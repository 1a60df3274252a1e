//! The group `constant` of tests/bare-metal under libFuzzer.
#![no_main]

anysock_fuzz::group!("constant");
