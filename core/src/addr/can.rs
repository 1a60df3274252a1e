//! `AF_CAN`: `struct sockaddr_can` (linux/can.h).

use super::{SockAddr, fields};
use crate::constants::Family;
use crate::error::DecodeError;

/// `sizeof(struct sockaddr_can)`; the kernel takes as little as its first 8 bytes for a raw socket.
const SOCKADDR_CAN: usize = 24;

/// The address of a raw CAN socket: an interface, or all of them.
///
/// ```
/// use anysock::addr::{CanAddr, SockAddr};
///
/// let address = CanAddr { interface: 3 };
/// assert_eq!(CanAddr::decode(address.encode().as_ref()), Ok(address));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct CanAddr {
    /// `can_ifindex`: the interface's index, zero for every CAN interface.
    pub interface: u32,
}

impl CanAddr {
    /// Every CAN interface.
    pub const ANY: CanAddr = CanAddr { interface: 0 };
}

impl SockAddr for CanAddr {
    type Encoded = [u8; SOCKADDR_CAN];
    type Buffer = [u8; SOCKADDR_CAN];

    #[inline]
    fn encode(&self) -> Self::Encoded {
        let mut bytes = [0; SOCKADDR_CAN];
        let [f0, f1, _, _, i0, i1, i2, i3, ..] = &mut bytes;
        [*f0, *f1] = Family::CAN.0.to_ne_bytes();
        [*i0, *i1, *i2, *i3] = self.interface.to_ne_bytes();
        bytes
    }

    #[inline]
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let &[_, _, _, _, i0, i1, i2, i3] = fields::<8>(bytes, Family::CAN)?;
        Ok(CanAddr { interface: u32::from_ne_bytes([i0, i1, i2, i3]) })
    }

    #[inline]
    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_CAN]
    }
}
