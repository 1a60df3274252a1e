//! L2CAP on a BR/EDR link: connection-oriented channels in Basic mode, and the signalling channel that opens,
//! configures and closes them.
//!
//! Bluetooth Core Specification, volume 3, part A. [`frame`] has the bytes, [`connection`] the states.

mod channel;
mod configuration;
pub mod connection;
pub mod frame;

/// The signalling channel's identifier.
pub const CID_SIGNALLING: u16 = 0x0001;
/// The first identifier of connection-oriented channels; the last one is 0xFFFF.
pub const CID_DYNAMIC: u16 = 0x0040;
/// The protocol/service multiplexer that RFCOMM's channel connects to.
pub const PSM_RFCOMM: u16 = 0x0003;
/// The MTU of a channel whose configuration names none.
pub const DEFAULT_MTU: u16 = 672;
/// The smallest MTU that a device must support.
pub const MIN_MTU: u16 = 48;
/// The MTU of the signalling channel.
pub const SIGNALLING_MTU: usize = 48;
/// The MTU that Linux asks for on a link with three-slot and five-slot packets at 3 Mb/s: the payload of
/// a 3-DH5 (`l2cap_mtu_auto`).
pub const AUTO_MTU: u16 = 1021;
