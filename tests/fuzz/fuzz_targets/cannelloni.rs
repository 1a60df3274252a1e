//! The group `cannelloni` of tests/bare-metal under libFuzzer.
#![no_main]

anysock_fuzz::group!("cannelloni");
