//! The group `candump` of tests/bare-metal under libFuzzer.
#![no_main]

anysock_fuzz::group!("candump");
