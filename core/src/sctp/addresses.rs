//! The addresses of an association, one behind the other, each as long as its family's (RFC 6458 §9).

use core::net::{SocketAddr, SocketAddrV4, SocketAddrV6};

use crate::addr::{SockAddr, family_of};
use crate::constants::Family;
use crate::error::DecodeError;
use crate::layout::structure;
use crate::option::{List, OptionValue};

/// The longest address: `struct sockaddr_in6`.
const LONGEST: usize = 28;

/// The addresses that one association has: those to bind, or to connect to (`SCTP_SOCKOPT_BINDX_ADD`,
/// `SCTP_SOCKOPT_CONNECTX` and their like). Up to [`Addresses::MAX`]; the kernel takes more, by bytes.
///
/// ```
/// use anysock::option::{List, OptionValue};
/// use anysock::sctp::Addresses;
///
/// let both = ["192.0.2.1:9899".parse().unwrap(), "[2001:db8::1]:9899".parse().unwrap()];
/// let addresses = Addresses(List::new(&both)?);
/// assert_eq!(addresses.encode().len(), 16 + 28);
/// assert_eq!(Addresses::decode(&addresses.encode()), Ok(addresses));
/// # Ok::<(), anysock::DecodeError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Addresses(pub List<SocketAddr, { Addresses::MAX }>);

impl Addresses {
    /// The most addresses.
    pub const MAX: usize = 16;
    /// The most bytes of them.
    const SIZE: usize = Addresses::MAX * LONGEST;
}

impl OptionValue for Addresses {
    type Bytes = heapless::Vec<u8, { Addresses::SIZE }>;

    fn encode(&self) -> Self::Bytes {
        let mut bytes = Self::Bytes::new();
        for address in self.0.iter() {
            // There is room for all.
            let _ = match address {
                SocketAddr::V4(address) => bytes.extend_from_slice(&SockAddr::encode(address)),
                SocketAddr::V6(address) => bytes.extend_from_slice(&SockAddr::encode(address)),
            };
        }
        bytes
    }

    fn decode(mut bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut addresses = heapless::Vec::<_, { Addresses::MAX }>::new();
        while !bytes.is_empty() {
            let (address, len) = match family_of(bytes) {
                Family::INET => (<SocketAddrV4 as SockAddr>::decode(bytes)?.into(), 16),
                _ => (<SocketAddrV6 as SockAddr>::decode(bytes)?.into(), LONGEST),
            };
            let too_long = DecodeError::TooLong { most: Addresses::SIZE, found: bytes.len() };
            addresses.push(address).map_err(|_: SocketAddr| too_long)?;
            bytes = bytes.get(len..).unwrap_or_default();
        }
        Ok(Addresses(List::new(&addresses)?))
    }

    fn buffer() -> Self::Bytes {
        heapless::Vec::from_array([0; Addresses::SIZE])
    }
}

structure! {
    "struct sctp_getaddrs", "linux/sctp.h";
    /// What comes before a list of addresses.
    pub struct GetAddrsHead {
        /// The association: what is asked.
        pub association: i32 = "assoc_id",
        /// How many addresses it has.
        pub count: u32 = "addr_num",
    }
}

/// The addresses of one end of an association: `SCTP_GET_PEER_ADDRS`, `SCTP_GET_LOCAL_ADDRS`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct GetAddrs {
    /// The association: what is asked.
    pub association: i32,
    /// The addresses.
    pub addresses: Addresses,
}

impl GetAddrs {
    /// The question for the addresses of `association`.
    pub const fn of(association: i32) -> GetAddrs {
        GetAddrs { association, addresses: Addresses(List::EMPTY) }
    }
}

impl OptionValue for GetAddrs {
    type Bytes = heapless::Vec<u8, { GetAddrsHead::SIZE + Addresses::SIZE }>;

    fn encode(&self) -> Self::Bytes {
        let count = self.addresses.0.len() as u32;
        let mut bytes = Self::Bytes::new();
        // There is room for both.
        let _ = bytes.extend_from_slice(&GetAddrsHead { association: self.association, count }.encode());
        let _ = bytes.extend_from_slice(&self.addresses.encode());
        bytes
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let GetAddrsHead { association, .. } = GetAddrsHead::decode(bytes)?;
        let addresses = Addresses::decode(bytes.get(GetAddrsHead::SIZE..).unwrap_or_default())?;
        Ok(GetAddrs { association, addresses })
    }

    fn buffer() -> Self::Bytes {
        heapless::Vec::from_array([0; GetAddrsHead::SIZE + Addresses::SIZE])
    }
}
