//! The group `tcp_pair` of tests/bare-metal under libFuzzer.
#![no_main]

anysock_fuzz::group!("tcp_pair");
