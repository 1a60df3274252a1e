//! Bluetooth BR/EDR from the controller's interface up to RFCOMM, in real frames, and without any I/O.
//!
//! Every layer takes bytes in and hands bytes out; time is an argument; nothing blocks. Names are those
//! of the Bluetooth Core Specification (HCI, L2CAP), of the RFCOMM specification and of TS 07.10, on
//! which RFCOMM stands; behaviour where those leave a choice is Linux's (net/bluetooth, 6.1).
//!
//! A [`device`] puts the layers together; [`hci`], [`l2cap`] and [`rfcomm`] have them, each with its
//! frames and its states. The engine joins devices by radios: see
//! [`add_piconet`](crate::engine::Engine::add_piconet). A device by itself, and its first packet:
//!
//! ```
//! use anysock::{BdAddr, Errno, Instant, RfcommAddr};
//! use anysock_sim::engine::bluetooth::device::Device;
//!
//! let phone = BdAddr([0x00, 0x11, 0x22, 0x33, 0x44, 0x55]);
//! let mut car = Device::new(BdAddr([0x00, 0x11, 0x22, 0x33, 0x44, 0x66]), 0x240408);
//! let socket = car.call(Instant::ZERO, |host| host.socket());
//! let port = RfcommAddr { device: phone, channel: 3 };
//! assert_eq!(car.call(Instant::ZERO, |host| host.connect(socket, port, Instant::ZERO)), Err(Errno::EINPROGRESS));
//! assert_eq!(car.poll_air(Instant::ZERO, |_| true).map(|(to, _page)| to), Some(phone));
//! ```

pub mod controller;
pub mod device;
pub mod hci;
pub mod host;
pub mod l2cap;
pub mod link;
pub mod rfcomm;

mod calls;
mod piconet;
mod wire;

pub(crate) use calls::open;
pub(crate) use piconet::{NodeBluetooth, Piconet};
pub use piconet::{PiconetId, RadioId};

pub use wire::DecodeError;
