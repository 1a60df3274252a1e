//! An address of any family inside a structure.

use core::fmt;

use super::Field;
use crate::addr::{ADDRESS_MAX, SockAddr, family_of};
use crate::constants::Family;
use crate::error::DecodeError;

/// `struct sockaddr_storage`: 128 bytes that begin with an address. How long the address is, only its family
/// says.
///
/// ```
/// use anysock::layout::SockAddrStorage;
/// use core::net::{Ipv4Addr, SocketAddrV4};
///
/// let group = SocketAddrV4::new(Ipv4Addr::new(239, 1, 2, 3), 0);
/// let storage = SockAddrStorage::new(&group);
/// assert_eq!(storage.address::<SocketAddrV4>(), Ok(group));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[doc(alias = "sockaddr_storage")]
pub struct SockAddrStorage(pub [u8; ADDRESS_MAX]);

impl SockAddrStorage {
    /// No address: every byte is zero.
    pub const UNSPECIFIED: SockAddrStorage = SockAddrStorage([0; ADDRESS_MAX]);

    /// The storage that begins with `address`.
    pub fn new<A: SockAddr>(address: &A) -> Self {
        let mut storage = SockAddrStorage::UNSPECIFIED;
        for (to, from) in storage.0.iter_mut().zip(address.encode().as_ref()) {
            *to = *from;
        }
        storage
    }

    /// The family of the address.
    pub fn family(&self) -> Family {
        family_of(&self.0)
    }

    /// The address, as one of the family `A`.
    ///
    /// # Errors
    /// Where it is of another family, or longer than `A` may be.
    pub fn address<A: SockAddr>(&self) -> Result<A, DecodeError> {
        let len = A::buffer().as_ref().len();
        A::decode(self.0.get(..len).unwrap_or(&self.0))
    }
}

impl fmt::Debug for SockAddrStorage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let used = self.0.iter().rposition(|byte| *byte != 0).map_or(0, |last| last.saturating_add(1));
        write!(f, "{:?}", self.family())?;
        for byte in self.0.get(2..used).unwrap_or_default() {
            write!(f, " {byte:02x}")?;
        }
        Ok(())
    }
}

impl Field for SockAddrStorage {
    const SIZE: usize = ADDRESS_MAX;
    /// That of a pointer.
    const ALIGN: usize = align_of::<usize>();

    fn put(&self, bytes: &mut [u8]) {
        if let Some(room) = bytes.first_chunk_mut() {
            *room = self.0;
        }
    }

    fn take(bytes: &[u8]) -> Option<Self> {
        bytes.first_chunk().copied().map(SockAddrStorage)
    }
}
