//! anysock on a deterministic simulator.
#![no_std]
#![forbid(unsafe_code)]
