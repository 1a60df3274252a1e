//! The group `tcp_connection` of tests/bare-metal under libFuzzer.
#![no_main]

anysock_fuzz::group!("tcp_connection");
