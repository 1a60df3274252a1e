//! RFCOMM: serial ports over an L2CAP channel. TS 07.10 in the profile of the RFCOMM specification 1.2,
//! which is frames that need no flags around them, credit-based flow control, and one multiplexer
//! session for each pair of devices.
//!
//! ```
//! use anysock_sim::engine::bluetooth::rfcomm::Dlci;
//!
//! assert_eq!(Dlci::to_channel(true, 3).get(), 6);
//! assert_eq!(Dlci::to_channel(false, 3).get(), 7);
//! ```

pub mod command;
pub mod dlc;
pub mod frame;
pub mod port;
pub mod session;
pub mod socket;

/// The smallest server channel.
pub const CHANNEL_MIN: u8 = 1;
/// The largest server channel.
pub const CHANNEL_MAX: u8 = 30;
/// The maximum frame size (N1) before one was negotiated, in bytes of information.
pub const DEFAULT_MTU: u16 = 127;

/// Whether `channel` is a server channel: 1 to 30.
pub fn is_channel(channel: u8) -> bool {
    (CHANNEL_MIN..=CHANNEL_MAX).contains(&channel)
}

/// A data link connection identifier: 0 is the multiplexer's own, 2 to 61 carry data.
///
/// RFCOMM makes it of a server channel and a direction bit, so that both devices can serve the same
/// channel over one session. RFCOMM 1.2, 5.4
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Dlci(u8);

impl Dlci {
    /// The multiplexer's control channel.
    pub const CONTROL: Dlci = Dlci(0);

    /// The lower six bits of `dlci`.
    pub const fn new(dlci: u8) -> Self {
        Dlci(dlci & 0x3F)
    }

    /// The identifier that a connection has which is opened by the session's initiator (or else by its
    /// responder) to the other side's `channel`.
    pub const fn to_channel(opened_by_initiator: bool, channel: u8) -> Self {
        Dlci((channel & 0x1F) << 1 | !opened_by_initiator as u8)
    }

    /// The identifier's number, 0 to 63.
    pub const fn get(self) -> u8 {
        self.0
    }

    /// The server channel that it leads to.
    pub const fn channel(self) -> u8 {
        self.0 >> 1
    }
}
