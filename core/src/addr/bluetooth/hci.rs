//! `struct sockaddr_hci` (net/bluetooth/hci_sock.h).

use core::fmt;
use core::str::FromStr;

use crate::addr::SockAddr;
use crate::addr::fields::{Reader, Writer};
use crate::constants::Family;
use crate::error::DecodeError;
use crate::text::{ParseError, Parser};

/// `sizeof(struct sockaddr_hci)`.
const SOCKADDR_HCI: usize = 6;

/// The address of an HCI socket: a local adapter and a channel to it.
///
/// Its text is the adapter's name and the channel, where it is not the raw one: `hci0`, `hci0/channel:1`.
///
/// ```
/// use anysock::addr::{HciAddr, SockAddr};
///
/// let adapter = HciAddr { device: 0, channel: HciAddr::CHANNEL_USER };
/// assert_eq!(adapter.to_string(), "hci0/channel:1");
/// assert_eq!("hci0/channel:1".parse(), Ok(adapter));
/// assert_eq!(HciAddr::decode(&adapter.encode()), Ok(adapter));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct HciAddr {
    /// `hci_dev`: the adapter's number, or [`HciAddr::DEV_NONE`].
    pub device: u16,
    /// `hci_channel`: one of the channels below.
    pub channel: u16,
}

impl HciAddr {
    /// No adapter: all of them, for the monitor and control channels.
    #[doc(alias = "HCI_DEV_NONE")]
    pub const DEV_NONE: u16 = 0xFFFF;
    /// The longest message that a socket sends (`HCI_MAX_FRAME_SIZE` of net/bluetooth/hci.h). On the channels
    /// of management and of logging a program can set another limit (`BT_SNDMTU`, up to 65,535).
    ///
    /// Drivers, as a rule, take packets of up to as many bytes from a controller, not counting the byte of
    /// their kind, which is before them where a socket receives them.
    #[doc(alias = "HCI_MAX_FRAME_SIZE")]
    pub const FRAME_MAX: usize = 1028;
    /// Commands and events beside the kernel's own.
    #[doc(alias = "HCI_CHANNEL_RAW")]
    pub const CHANNEL_RAW: u16 = 0;
    /// The adapter alone, without the kernel.
    #[doc(alias = "HCI_CHANNEL_USER")]
    pub const CHANNEL_USER: u16 = 1;
    /// What passes between the kernel and its adapters.
    #[doc(alias = "HCI_CHANNEL_MONITOR")]
    pub const CHANNEL_MONITOR: u16 = 2;
    /// The management interface.
    #[doc(alias = "HCI_CHANNEL_CONTROL")]
    pub const CHANNEL_CONTROL: u16 = 3;
    /// Messages for the monitor's log.
    #[doc(alias = "HCI_CHANNEL_LOGGING")]
    pub const CHANNEL_LOGGING: u16 = 4;
}

impl fmt::Display for HciAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "hci{}", self.device)?;
        if self.channel != HciAddr::CHANNEL_RAW {
            write!(f, "/channel:{}", self.channel)?;
        }
        Ok(())
    }
}

impl FromStr for HciAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            text.literal("hci")?;
            Ok(HciAddr { device: text.decimal()?, channel: text.optional("/channel:")? })
        })
    }
}

impl SockAddr for HciAddr {
    type Encoded = [u8; SOCKADDR_HCI];
    type Buffer = [u8; SOCKADDR_HCI];

    #[inline]
    fn encode(&self) -> Self::Encoded {
        Writer::new(Family::BLUETOOTH).put(self.device.to_ne_bytes()).put(self.channel.to_ne_bytes()).finish()
    }

    #[inline]
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(bytes, Family::BLUETOOTH, SOCKADDR_HCI)?;
        Ok(HciAddr { device: u16::from_ne_bytes(fields.take()), channel: u16::from_ne_bytes(fields.take()) })
    }

    #[inline]
    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_HCI]
    }
}
