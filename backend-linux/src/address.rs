//! Addresses as the kernel takes them.

use libc::{sockaddr, socklen_t};

use anysock::addr::family_of;
use anysock::{Errno, Family};

/// `XDP_SHARED_UMEM` (linux/if_xdp.h): `sxdp_shared_umem_fd` is a descriptor.
const XDP_SHARED_UMEM: u16 = 1;
/// `PX_PROTO_OL2TP` (linux/if_pppox.h): `struct pppol2tp_addr` begins with a descriptor.
const PX_PROTO_OL2TP: u32 = 1;

/// `len` as the kernel takes it; a length that it cannot express becomes one that it refuses with `EINVAL`.
#[inline]
pub(crate) fn socklen(len: usize) -> socklen_t {
    socklen_t::try_from(len).unwrap_or(socklen_t::MAX)
}

/// Where the bytes of an address are, and how many.
#[inline]
pub(crate) fn sockaddr_of(address: &[u8]) -> (*const sockaddr, socklen_t) {
    (address.as_ptr().cast(), socklen(address.len()))
}

/// Refuses an address that names a descriptor: safe code could have the kernel use what it does not own.
pub(crate) fn refuse_descriptors(address: &[u8]) -> Result<(), Errno> {
    let fields = address.get(2..).unwrap_or_default();
    let names_descriptor = match family_of(address) {
        Family::XDP => {
            fields.first_chunk().is_some_and(|flags| u16::from_ne_bytes(*flags) & XDP_SHARED_UMEM != 0)
        }
        Family::PPPOX => {
            fields.first_chunk().is_some_and(|protocol| u32::from_ne_bytes(*protocol) == PX_PROTO_OL2TP)
        }
        _ => false,
    };
    if names_descriptor { Err(Errno::EOPNOTSUPP) } else { Ok(()) }
}
