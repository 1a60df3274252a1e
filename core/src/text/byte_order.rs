//! Between the byte order of the machine and that of the network (byteorder(3)).

/// A 32-bit number of this machine, with its bytes in network order.
///
/// ```
/// assert_eq!(anysock::text::htonl(0x0102_0304).to_ne_bytes(), [1, 2, 3, 4]);
/// ```
#[inline]
pub const fn htonl(host: u32) -> u32 {
    host.to_be()
}

/// A 16-bit number of this machine, with its bytes in network order.
#[inline]
pub const fn htons(host: u16) -> u16 {
    host.to_be()
}

/// A 32-bit number whose bytes are in network order, as this machine has it.
#[inline]
pub const fn ntohl(network: u32) -> u32 {
    u32::from_be(network)
}

/// A 16-bit number whose bytes are in network order, as this machine has it.
#[inline]
pub const fn ntohs(network: u16) -> u16 {
    u16::from_be(network)
}
