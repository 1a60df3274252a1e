//! The group `message` of tests/bare-metal under libFuzzer.
#![no_main]

anysock_fuzz::group!("message");
