//! The world that the gateway runs in by default: [`Vehicle`], and the programs in it, which would run on any
//! backend.

mod battery;
mod brakes;
mod controller;
mod engine;
pub mod logger;
pub mod obd;
pub mod phone;
pub mod player;
pub mod tester;
mod vehicle;

pub use battery::BATTERY;
pub use brakes::BRAKES;
pub use controller::{Content, Controller, Message};
pub use engine::ENGINE;
pub use vehicle::{PORT, Summary, Vehicle};
