//! The group `socketcand` of tests/bare-metal under libFuzzer.
#![no_main]

anysock_fuzz::group!("socketcand");
