//! anysock on a deterministic simulator: nodes, networks, CAN buses and radios in memory, from a seed.
//!
//! Programs run unchanged: what is generic over [`anysock::Backend`] takes a [`Sim`] here as it takes Linux
//! elsewhere, and blocks as it does there. Time is virtual, and the same seed gives the same run, to the byte.
//!
//! ```
//! use anysock::{TcpListener, TcpStream};
//! use anysock_sim::{Chance, Link, World};
//!
//! let mut world = World::new(7);
//! let lan = world.network("lan", Link::new().loss(Chance::percent(10)));
//! let server = world.node("server").ethernet("eth0", lan, "10.0.0.1/24")?;
//! let client = world.node("client").ethernet("eth0", lan, "10.0.0.2/24")?;
//! let address = "10.0.0.1:7".parse()?;
//! server.spawn("echo", move |sim| {
//!     let (stream, _) = TcpListener::bind(sim, &address).unwrap().accept().unwrap();
//!     let mut buffer = [0; 64];
//!     let length = stream.recv(&mut buffer).unwrap();
//!     stream.send_all(&buffer[..length]).unwrap();
//! });
//! let echoed = world.block_on(&client, move |sim| {
//!     let stream = TcpStream::connect(sim, &address).unwrap();
//!     stream.send_all(b"hello").unwrap();
//!     let mut buffer = [0; 5];
//!     stream.recv_exact(&mut buffer).unwrap();
//!     buffer
//! })?;
//! assert_eq!(&echoed, b"hello");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Without the feature `std` there is the [`engine`] alone, `no_std` + alloc, for schedulers of your own.
//!
#![doc = include_str!("../OPTIONS.md")]
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

#[cfg(feature = "std")]
mod attach;
#[cfg(feature = "std")]
mod batch;
#[cfg(feature = "std")]
mod can;
#[cfg(feature = "std")]
mod capture;
pub mod engine;
#[cfg(feature = "std")]
mod epoll;
#[cfg(feature = "std")]
mod forward;
#[cfg(feature = "std")]
mod io_control;
#[cfg(feature = "std")]
mod real_time;
#[cfg(feature = "std")]
mod recording;
#[cfg(feature = "std")]
mod resolve;
#[cfg(feature = "std")]
mod seeds;
#[cfg(feature = "std")]
mod send_file;
#[cfg(feature = "std")]
mod sim;
#[cfg(feature = "std")]
mod until;
#[cfg(feature = "std")]
mod world;
#[cfg(feature = "std")]
mod zero_copy;

#[cfg(feature = "std")]
pub use attach::Attachment;
#[cfg(feature = "std")]
pub use batch::{SimRecvBatch, SimSendBatch};
#[cfg(feature = "std")]
pub use can::{CanBus, CanInterface};
#[cfg(feature = "std")]
pub use capture::Capture;
pub use engine::{
    BitRates, Bursts, BusStatistics, Chance, ControllerState, ControllerStatistics, Fate, InetPrefix,
    InetStatistics, Link, Tap, TcpEntry, Trace, Wire,
};
#[cfg(feature = "std")]
pub use forward::Forward;
#[cfg(feature = "std")]
pub use recording::{Input, ParseRecordingError, Recording};
#[cfg(feature = "std")]
pub use seeds::{Outcome, for_each_seed};
#[cfg(feature = "std")]
pub use send_file::SimFile;
#[cfg(feature = "std")]
pub use sim::{Sim, SimHandle, SimWaker};
#[cfg(feature = "std")]
pub use world::{Deadlock, Network, Node, Piconet, Process, Tun, World};
