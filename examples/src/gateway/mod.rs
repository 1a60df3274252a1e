//! The CAN gateway: several buses, several clients on each, over TCP, Bluetooth and UDP, on any backend.
//!
//! [`run`] is one program around the backend's single point of suspension, without threads. Each client and
//! peer has its own raw CAN socket, so that the kernel tells its frames from those of the others: every
//! client hears all the others, and never itself.
//!
//! ```
//! use anysock::{Backend, Interfaces};
//! use anysock_examples::gateway::{self, Config, GatewayError};
//!
//! fn gateway<B: Interfaces>(backend: B, stop: &B::Handle) -> Result<(), GatewayError> {
//!     let config = Config {
//!         buses: vec!["can0".parse().unwrap()],
//!         tcp: vec!["0.0.0.0:29536".parse().unwrap()],
//!         ..Config::default()
//!     };
//!     gateway::run(backend, &config, stop, |statistics| eprintln!("{statistics}"))?;
//!     Ok(())
//! }
//! ```
//!
//! On Linux, until something else in the program ends it:
//!
//! ```no_run
//! use anysock::{Backend, Waker};
//! use anysock_examples::gateway::{self, Config};
//! use anysock_linux::Linux;
//!
//! let (waker, stop) = Linux.waker().unwrap();
//! std::thread::spawn(move || {
//!     std::io::stdin().read_line(&mut String::new()).unwrap();
//!     waker.wake();
//! });
//! let config = Config { buses: vec!["can0".parse().unwrap()], ..Config::default() };
//! let statistics = gateway::run(Linux, &config, &stop, |_| ()).unwrap();
//! println!("{statistics}");
//! ```
//!
//! # What happens when something is too slow, or gone
//! - **A slow client**: frames wait for it up to [`Config::to_client`], in number and in age; then the oldest
//!   are dropped and counted. No one else notices.
//! - **A client that sends too much**: up to [`Config::to_bus`] wait for the bus; then nothing is read from
//!   the client until there is room, and what has become too old is dropped and counted.
//! - **A full bus** (ENOBUFS): the next attempt is made after [`Config::pace`], and counted.
//! - **A bus that goes away** is reopened by name, with growing pauses; clients stay connected.
//! - **A client that dies** is found by TCP's keepalive. Anything that is no command is answered by an error.

mod announcer;
mod attachment;
mod bcm;
mod bus;
mod client;
mod config;
mod error;
mod listener;
mod output;
mod peer;
mod queue;
mod run;
mod session;
mod statistics;

pub use config::{BeaconConfig, Config, PeerConfig};
pub use error::GatewayError;
pub use queue::{Drops, Limits, Queue};
pub use run::{Gateway, run};
pub use statistics::{BusStatistics, BusUse, ClientUse, Count, Statistics};
