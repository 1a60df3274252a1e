//! Programs to start from.
//!
//! [`engine_speed`] is the smallest: one question on a CAN bus, and its answer. Write a program of your own as it is
//! written, as a function of a backend: `main` gives it `Linux`, and a test gives it a node of a simulated world.
//!
//! The CAN gateway is the largest: [`gateway`] carries frames between CAN buses and clients on TCP, Bluetooth and UDP,
//! with one loop around [`Backend::wait`](anysock::Backend::wait) and no thread. [`socketcand`], [`cannelloni`] and
//! [`candump`] are the formats it speaks, without input or output; [`world`] is the vehicle that it is simulated in by
//! default, with programs of which each would run on a real bus. [`families`] asks a kernel what it has.

pub mod candump;
pub mod cannelloni;
mod engine_speed;
pub mod families;
pub mod gateway;
pub mod socketcand;
pub mod world;

pub use engine_speed::engine_speed;

/// The programs in the README, so that they are compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod readme {}
