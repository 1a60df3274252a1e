//! `AF_MCTP`: `struct sockaddr_mctp` and `struct sockaddr_mctp_ext` (linux/mctp.h, Linux's
//! Documentation/networking/mctp.rst).

use core::fmt;
use core::str::FromStr;

use super::fields::{Reader, Writer};
use super::{HardwareAddr, SockAddr};
use crate::constants::Family;
use crate::error::DecodeError;
use crate::text::{ParseError, Parser};

/// `sizeof(struct sockaddr_mctp)`.
const SOCKADDR_MCTP: usize = 12;
/// `sizeof(struct sockaddr_mctp_ext)`.
const SOCKADDR_MCTP_EXT: usize = 52;

/// The address of a Management Component Transport Protocol socket (DMTF DSP0236): a network, an endpoint, a
/// message type, and the tag of a message.
///
/// Its text is network and endpoint, the type, and the tag where it is not zero: `mctp:1:9/type:1`,
/// `mctp:1:9/type:1/tag:8`. The kernel wants the padding to be zero, and so it is.
///
/// ```
/// use anysock::addr::{MctpAddr, SockAddr};
///
/// let request = MctpAddr { network: 1, endpoint: 9, message_type: 1, tag: MctpAddr::TAG_OWNER };
/// assert_eq!(request.to_string(), "mctp:1:9/type:1/tag:8");
/// assert_eq!(MctpAddr::decode(&request.encode()), Ok(request));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct MctpAddr {
    /// `smctp_network`: the network; 0 (MCTP_NET_ANY) for the default one.
    pub network: u32,
    /// `smctp_addr`: the endpoint's identifier; 0xFF (MCTP_ADDR_ANY) for any.
    pub endpoint: u8,
    /// `smctp_type`: the message's type; bit 7 says that it has an integrity check.
    pub message_type: u8,
    /// `smctp_tag`: the message's tag, and [`MctpAddr::TAG_OWNER`], [`MctpAddr::TAG_PREALLOC`].
    pub tag: u8,
}

impl MctpAddr {
    /// The sender of this message owns the tag; the kernel chooses it.
    #[doc(alias = "MCTP_TAG_OWNER")]
    pub const TAG_OWNER: u8 = 0x08;
    /// The tag was allocated before (SIOCMCTPALLOCTAG).
    #[doc(alias = "MCTP_TAG_PREALLOC")]
    pub const TAG_PREALLOC: u8 = 0x10;

    fn put<const N: usize>(&self) -> Writer<N> {
        Writer::new(Family::MCTP).skip(2).put(self.network.to_ne_bytes()).put([
            self.endpoint,
            self.message_type,
            self.tag,
            0,
        ])
    }

    fn take(fields: &mut Reader<'_>) -> Self {
        let network = u32::from_ne_bytes(fields.skip(2).take());
        let [endpoint, message_type, tag, _] = fields.take();
        MctpAddr { network, endpoint, message_type, tag }
    }

    fn read(text: &mut Parser<'_>) -> Result<Self, ParseError> {
        text.literal("mctp:")?;
        let network = text.decimal()?;
        text.literal(":")?;
        let endpoint = text.decimal()?;
        text.literal("/type:")?;
        Ok(MctpAddr { network, endpoint, message_type: text.decimal()?, tag: text.optional("/tag:")? })
    }
}

impl SockAddr for MctpAddr {
    type Encoded = [u8; SOCKADDR_MCTP];
    type Buffer = [u8; SOCKADDR_MCTP];

    fn encode(&self) -> Self::Encoded {
        self.put().finish()
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        Ok(MctpAddr::take(&mut Reader::new(bytes, Family::MCTP, SOCKADDR_MCTP)?))
    }

    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_MCTP]
    }
}

impl fmt::Display for MctpAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "mctp:{}:{}/type:{}", self.network, self.endpoint, self.message_type)?;
        if self.tag != 0 {
            write!(f, "/tag:{}", self.tag)?;
        }
        Ok(())
    }
}

impl FromStr for MctpAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, MctpAddr::read)
    }
}

/// An [`MctpAddr`] with the hardware address of the endpoint, after the option MCTP_OPT_ADDR_EXT: it needs no
/// route.
///
/// Its text has the interface's index and the hardware address last: `mctp:1:9/type:1/if:2`,
/// `mctp:1:9/type:1/if:2/lladdr:1d`.
///
/// ```
/// use anysock::addr::{HardwareAddr, MctpAddr, MctpExtAddr, SockAddr};
///
/// let base = MctpAddr { network: 1, endpoint: 9, message_type: 1, tag: 0 };
/// let on_bus = MctpExtAddr { base, interface: 2, hardware: HardwareAddr::new(&[0x1D])? };
/// assert_eq!(on_bus.to_string(), "mctp:1:9/type:1/if:2/lladdr:1d");
/// assert_eq!(MctpExtAddr::decode(&on_bus.encode()), Ok(on_bus));
/// # Ok::<(), anysock::DecodeError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct MctpExtAddr {
    /// `smctp_base`: the address.
    pub base: MctpAddr,
    /// `smctp_ifindex`: the interface's index.
    pub interface: u32,
    /// `smctp_haddr`: the endpoint on that interface.
    pub hardware: HardwareAddr,
}

impl SockAddr for MctpExtAddr {
    type Encoded = [u8; SOCKADDR_MCTP_EXT];
    type Buffer = [u8; SOCKADDR_MCTP_EXT];

    fn encode(&self) -> Self::Encoded {
        self.base
            .put()
            .put(self.interface.to_ne_bytes())
            .put([self.hardware.len(), 0, 0, 0])
            .put(self.hardware.padded())
            .finish()
    }

    /// [`DecodeError::Invalid`] for a hardware address of more than 32 bytes. Bytes beyond its length are
    /// passed over, as in the kernel.
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(bytes, Family::MCTP, SOCKADDR_MCTP_EXT)?;
        let base = MctpAddr::take(&mut fields);
        let interface = u32::from_ne_bytes(fields.take());
        let wrong_length = fields.invalid();
        let [len, _, _, _] = fields.take();
        let hardware: [u8; HardwareAddr::MAX] = fields.take();
        let hardware = hardware.get(..usize::from(len)).ok_or(wrong_length)?;
        Ok(MctpExtAddr { base, interface, hardware: HardwareAddr::new(hardware)? })
    }

    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_MCTP_EXT]
    }
}

impl fmt::Display for MctpExtAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/if:{}", self.base, self.interface)?;
        if self.hardware != HardwareAddr::EMPTY {
            write!(f, "/lladdr:{}", self.hardware)?;
        }
        Ok(())
    }
}

impl FromStr for MctpExtAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            let base = MctpAddr::read(text)?;
            text.literal("/if:")?;
            let interface = text.decimal()?;
            let hardware =
                if text.accept("/lladdr:") { HardwareAddr::read(text)? } else { HardwareAddr::EMPTY };
            Ok(MctpExtAddr { base, interface, hardware })
        })
    }
}
