//! `struct sockaddr_pkt` of the obsolete SOCK_PACKET (packet(7), linux/if_packet.h).

use core::fmt;
use core::str::FromStr;

use super::fields::{Encoded, Reader, Writer};
use super::{SockAddr, family_of};
use crate::constants::Family;
use crate::error::DecodeError;
use crate::text::{Escaped, Name, ParseError, Parser};

/// `sizeof(struct sockaddr)`, which has no protocol.
const SOCKADDR: usize = 16;
/// `sizeof(struct sockaddr_pkt)`.
const SOCKADDR_PKT: usize = 18;

/// The address of a `SOCK_PACKET` socket: a network interface by its name.
///
/// Linux binds to an address without a protocol, 16 bytes, and wants the same or one with a protocol, 18
/// bytes, to send to. Of a received packet the family is the kind of device.
///
/// Its text is the interface, the protocol in hexadecimal and, where it is not AF_PACKET, the family:
/// `pkt:eth0`, `pkt:eth0:0800/family:1`.
///
/// ```
/// use anysock::addr::{PacketDeviceAddr, SockAddr};
///
/// let device: PacketDeviceAddr = "pkt:eth0".parse().unwrap();
/// assert_eq!(device.encode().as_ref().len(), 16);
/// assert_eq!(PacketDeviceAddr::decode(device.encode().as_ref()), Ok(device));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct PacketDeviceAddr {
    /// `spkt_family`: [`Family::PACKET`]; of a received packet the kind of device, ARPHRD_*.
    pub family: Family,
    /// `spkt_device`: the interface's name.
    pub device: Name<14>,
    /// `spkt_protocol`: the EtherType, ETH_P_*; the structure has it in network byte order.
    pub protocol: Option<u16>,
}

impl SockAddr for PacketDeviceAddr {
    type Encoded = Encoded<SOCKADDR_PKT>;
    type Buffer = [u8; SOCKADDR_PKT];

    fn encode(&self) -> Self::Encoded {
        let address = Writer::new(self.family).put(self.device.padded());
        match self.protocol {
            Some(protocol) => address.put(protocol.to_be_bytes()).finish_at(SOCKADDR_PKT),
            None => address.finish_at(SOCKADDR),
        }
    }

    /// Of any family.
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let family = family_of(bytes);
        let mut fields = Reader::new(bytes, family, SOCKADDR)?;
        let device: [u8; 14] = fields.take();
        let protocol = fields.rest().first_chunk().map(|protocol| u16::from_be_bytes(*protocol));
        Ok(PacketDeviceAddr { family, device: Name::from_c_string(&device), protocol })
    }

    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_PKT]
    }
}

impl fmt::Display for PacketDeviceAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let device = Escaped { bytes: self.device.as_bytes(), and: |byte| matches!(byte, b':' | b'/') };
        write!(f, "pkt:{device}")?;
        if let Some(protocol) = self.protocol {
            write!(f, ":{protocol:04x}")?;
        }
        if self.family != Family::PACKET {
            write!(f, "/family:{}", self.family.0)?;
        }
        Ok(())
    }
}

impl FromStr for PacketDeviceAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            text.literal("pkt:")?;
            let device = text.name(b":/")?;
            let protocol = if text.accept(":") { Some(text.hex()?) } else { None };
            let family = if text.accept("/family:") { Family(text.decimal()?) } else { Family::PACKET };
            Ok(PacketDeviceAddr { family, device, protocol })
        })
    }
}
