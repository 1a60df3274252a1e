//! anysock on a deterministic simulator.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod engine;

pub use engine::{Chance, Link};
