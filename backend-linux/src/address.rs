//! Addresses as the kernel takes them.

use libc::{sockaddr, socklen_t};

use anysock::addr::family_of;
use anysock::{Errno, Family};

/// `XDP_SHARED_UMEM` (linux/if_xdp.h): `sxdp_shared_umem_fd` is a descriptor.
const XDP_SHARED_UMEM: u16 = 1;
/// `PX_PROTO_OL2TP` (linux/if_pppox.h): the tunnel's socket is a descriptor.
const PX_PROTO_OL2TP: u32 = 1;
/// The lengths of `struct sockaddr_pppol2tp`, `sockaddr_pppol2tpv3`, `sockaddr_pppol2tpin6` and
/// `sockaddr_pppol2tpv3in6`.
const PPPOL2TP: [usize; 4] = [38, 46, 50, 58];

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
    let flags = fields.first_chunk().copied().map_or(0, u16::from_ne_bytes);
    let shares_memory = family_of(address) == Family::XDP && flags & XDP_SHARED_UMEM != 0;
    // The kernel tells these by their length and the protocol: it does not look at the family.
    let protocol = fields.first_chunk().copied().map_or(0, u32::from_ne_bytes);
    let is_tunnel = protocol == PX_PROTO_OL2TP && PPPOL2TP.contains(&address.len());
    if shares_memory || is_tunnel { Err(Errno::EOPNOTSUPP) } else { Ok(()) }
}
