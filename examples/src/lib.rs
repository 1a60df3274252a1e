//! Programs to start from.
//!
//! The CAN gateway: [`gateway`] carries frames between CAN buses and clients on TCP, Bluetooth and UDP, on
//! any backend. [`socketcand`], [`cannelloni`] and [`candump`] are the formats it speaks, without input or
//! output; [`world`] is the vehicle that it is simulated in by default. [`families`] asks a kernel what it has.

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
