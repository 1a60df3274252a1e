//! The world that the gateway runs in by default.

mod battery;
mod brakes;
mod controller;
mod engine;
pub mod obd;

pub use battery::BATTERY;
pub use brakes::BRAKES;
pub use controller::{Content, Controller, Message};
pub use engine::ENGINE;
