//! `AF_IB`: `struct sockaddr_ib` (include/rdma/ib.h of the kernel source; infiniband/ib.h of rdma-core).

use core::fmt;
use core::net::Ipv6Addr;
use core::str::FromStr;

use super::SockAddr;
use super::fields::{Reader, Writer};
use crate::constants::Family;
use crate::error::DecodeError;
use crate::text::{IpText, ParseError, Parser};

/// `sizeof(struct sockaddr_ib)`.
const SOCKADDR_IB: usize = 48;

/// An InfiniBand native address, of a connection manager's endpoint: a port and a service there.
///
/// Its text has the port's global identifier as an IPv6 address and the service's in hexadecimal, then what
/// else is not zero, in hexadecimal too: `ib:[fe80::2:c903:0:1]:1060000/pkey:ffff/flow:1/mask:ff/scope:2`.
///
/// ```
/// use anysock::addr::{InfinibandAddr, SockAddr};
///
/// let service: InfinibandAddr = "ib:[fe80::2:c903:0:1]:1060000/pkey:ffff".parse().unwrap();
/// assert_eq!((service.service_id, service.partition_key), (0x106_0000, 0xFFFF));
/// assert_eq!(InfinibandAddr::decode(&service.encode()), Ok(service));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct InfinibandAddr {
    /// `sib_addr`: the port's global identifier.
    pub gid: [u8; 16],
    /// `sib_sid`: the service's identifier; the structure has it in network byte order.
    pub service_id: u64,
    /// `sib_sid_mask`: which of its bits count; in network byte order.
    pub service_id_mask: u64,
    /// `sib_pkey`: the partition; in network byte order.
    pub partition_key: u16,
    /// `sib_flowinfo`: the flow label; in network byte order.
    pub flow: u32,
    /// `sib_scope_id`: the scope of a link-local address.
    pub scope: u64,
}

impl SockAddr for InfinibandAddr {
    type Encoded = [u8; SOCKADDR_IB];
    type Buffer = [u8; SOCKADDR_IB];

    fn encode(&self) -> Self::Encoded {
        Writer::new(Family::IB)
            .put(self.partition_key.to_be_bytes())
            .put(self.flow.to_be_bytes())
            .put(self.gid)
            .put(self.service_id.to_be_bytes())
            .put(self.service_id_mask.to_be_bytes())
            .put(self.scope.to_ne_bytes())
            .finish()
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(bytes, Family::IB, SOCKADDR_IB)?;
        let partition_key = u16::from_be_bytes(fields.take());
        let flow = u32::from_be_bytes(fields.take());
        Ok(InfinibandAddr {
            gid: fields.take(),
            service_id: u64::from_be_bytes(fields.take()),
            service_id_mask: u64::from_be_bytes(fields.take()),
            partition_key,
            flow,
            scope: u64::from_ne_bytes(fields.take()),
        })
    }

    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_IB]
    }
}

impl fmt::Display for InfinibandAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let gid = IpText(Ipv6Addr::from_bits(u128::from_be_bytes(self.gid)));
        write!(f, "ib:[{gid}]:{:x}", self.service_id)?;
        let others = [
            ("pkey", self.partition_key.into()),
            ("flow", self.flow.into()),
            ("mask", self.service_id_mask),
            ("scope", self.scope),
        ];
        for (name, value) in others {
            if value != 0 {
                write!(f, "/{name}:{value:x}")?;
            }
        }
        Ok(())
    }
}

/// The text: what `derive` makes of more than five fields contains a panic.
impl fmt::Debug for InfinibandAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for InfinibandAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            text.literal("ib:[")?;
            let gid = text.ipv6()?.octets();
            text.literal("]:")?;
            let service_id = text.hex()?;
            let partition_key = text.optional_hex("/pkey:")?;
            let flow = text.optional_hex("/flow:")?;
            let service_id_mask = text.optional_hex("/mask:")?;
            let scope = text.optional_hex("/scope:")?;
            Ok(InfinibandAddr { gid, service_id, service_id_mask, partition_key, flow, scope })
        })
    }
}
