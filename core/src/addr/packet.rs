//! `AF_PACKET`: `struct sockaddr_ll` (packet(7), linux/if_packet.h).

use core::fmt;
use core::str::FromStr;

use super::fields::{Encoded, Reader, Writer};
use super::{HardwareAddr, SockAddr};
use crate::constants::Family;
use crate::error::DecodeError;
use crate::text::{ParseError, Parser};

/// `sizeof(struct sockaddr_ll)`, whose address has room for 8 bytes.
const SOCKADDR_LL: usize = 20;
/// `offsetof(struct sockaddr_ll, sll_addr)`.
const SLL_ADDR: usize = 12;

/// The address of a packet socket: a protocol on a network interface.
///
/// Its text is the interface, the protocol in hexadecimal, and what else there is: the hardware address, the
/// kind of device (ARPHRD_*) and of packet (PACKET_*). `packet:2:0800`,
/// `packet:2:86dd:00:1b:21:aa:bb:cc/arphrd:1/pkttype:4`.
///
/// An address of more than 8 bytes (InfiniBand has 20) makes the structure longer, as the kernel has it.
///
/// ```
/// use anysock::addr::{MacAddr, PacketAddr, SockAddr};
///
/// let ipv4_on_2 = PacketAddr { interface: 2, protocol: 0x0800, ..PacketAddr::default() };
/// assert_eq!(ipv4_on_2.to_string(), "packet:2:0800");
/// let to = PacketAddr { hardware: MacAddr::BROADCAST.into(), ..ipv4_on_2 };
/// assert_eq!(to.to_string(), "packet:2:0800:ff:ff:ff:ff:ff:ff");
/// assert_eq!(PacketAddr::decode(to.encode().as_ref()), Ok(to));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct PacketAddr {
    /// `sll_ifindex`: the interface's index, zero for every interface.
    pub interface: u32,
    /// `sll_protocol`: the EtherType, ETH_P_*; the structure has it in network byte order. ETH_P_ALL (3) is
    /// every protocol.
    pub protocol: u16,
    /// `sll_hatype`: the kind of device, ARPHRD_*. The kernel sets it, and ignores it in what it is given.
    pub hardware_type: u16,
    /// `sll_pkttype`: PACKET_HOST (0), PACKET_BROADCAST (1), PACKET_MULTICAST (2), PACKET_OTHERHOST (3),
    /// PACKET_OUTGOING (4). The kernel sets it, and ignores it in what it is given.
    pub packet_type: u8,
    /// `sll_addr`: the sender's or receiver's hardware address.
    pub hardware: HardwareAddr,
}

impl SockAddr for PacketAddr {
    type Encoded = Encoded<{ SLL_ADDR + HardwareAddr::MAX }>;
    type Buffer = [u8; SLL_ADDR + HardwareAddr::MAX];

    #[inline]
    fn encode(&self) -> Self::Encoded {
        let len = SLL_ADDR.wrapping_add(usize::from(self.hardware.len()));
        Writer::new(Family::PACKET)
            .put(self.protocol.to_be_bytes())
            .put(self.interface.to_ne_bytes())
            .put(self.hardware_type.to_ne_bytes())
            .put([self.packet_type, self.hardware.len()])
            .put(self.hardware.padded())
            .finish_at(len.max(SOCKADDR_LL))
    }

    /// Bytes of `sll_addr` beyond `sll_halen` are passed over, as in the kernel, and need not be there: what
    /// `getsockname(2)` answers ends with the address.
    #[inline]
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(bytes, Family::PACKET, SLL_ADDR)?;
        let protocol = u16::from_be_bytes(fields.take());
        let interface = u32::from_ne_bytes(fields.take());
        let hardware_type = u16::from_ne_bytes(fields.take());
        let packet_type = fields.byte();
        let wrong_length = fields.invalid();
        let len = usize::from(fields.byte());
        if len > HardwareAddr::MAX {
            return Err(wrong_length);
        }
        let hardware = fields
            .rest()
            .get(..len)
            .ok_or(DecodeError::TooShort { needed: SLL_ADDR.wrapping_add(len), found: bytes.len() })?;
        let hardware = HardwareAddr::new(hardware)?;
        Ok(PacketAddr { interface, protocol, hardware_type, packet_type, hardware })
    }

    #[inline]
    fn buffer() -> Self::Buffer {
        [0; SLL_ADDR + HardwareAddr::MAX]
    }
}

impl fmt::Display for PacketAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "packet:{}:{:04x}", self.interface, self.protocol)?;
        if self.hardware != HardwareAddr::EMPTY {
            write!(f, ":{}", self.hardware)?;
        }
        if self.hardware_type != 0 {
            write!(f, "/arphrd:{}", self.hardware_type)?;
        }
        if self.packet_type != 0 {
            write!(f, "/pkttype:{}", self.packet_type)?;
        }
        Ok(())
    }
}

impl FromStr for PacketAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            text.literal("packet:")?;
            let interface = text.decimal()?;
            text.literal(":")?;
            let protocol = text.hex()?;
            let hardware = if text.accept(":") { HardwareAddr::read(text)? } else { HardwareAddr::EMPTY };
            let hardware_type = text.optional("/arphrd:")?;
            let packet_type = text.optional("/pkttype:")?;
            Ok(PacketAddr { interface, protocol, hardware_type, packet_type, hardware })
        })
    }
}
