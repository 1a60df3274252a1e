//! Flags of getaddrinfo(3) and getnameinfo(3): the C library's numbers (netdb.h of glibc). Their errors are
//! [`super::ResolveError`].
//!
//! ```
//! use anysock::constants::resolve::ResolveFlags;
//!
//! assert_eq!(ResolveFlags::NUMERICHOST.bits(), 0x4);
//! assert_eq!(format!("{:?}", ResolveFlags::NUMERICHOST), "AI_NUMERICHOST");
//! ```

super::flag_names! {
    /// Flags of `getaddrinfo(3)`: the hints' `ai_flags` (netdb.h).
    pub struct ResolveFlags(i32) {
        /// Without a host name, the address is for `bind`: 0.0.0.0 or `::`.
        "AI_PASSIVE" => PASSIVE = 0x1;
        /// The host's canonical name is wanted.
        "AI_CANONNAME" => CANONNAME = 0x2;
        /// The host is an address in digits: no name is looked up.
        "AI_NUMERICHOST" => NUMERICHOST = 0x4;
        /// Without IPv6 addresses, IPv4 addresses are given as `::ffff:a.b.c.d`.
        "AI_V4MAPPED" => V4MAPPED = 0x8;
        /// With `AI_V4MAPPED`: both kinds are given.
        "AI_ALL" => ALL = 0x10;
        /// Only families are given of which this machine has an address besides the loopback.
        "AI_ADDRCONFIG" => ADDRCONFIG = 0x20;
        /// International names are encoded (glibc).
        "AI_IDN" => IDN = 0x40;
        /// The canonical name is decoded from its encoding (glibc).
        "AI_CANONIDN" => CANONIDN = 0x80;
        /// Deprecated and ignored (glibc).
        "AI_IDN_ALLOW_UNASSIGNED" => IDN_ALLOW_UNASSIGNED = 0x100;
        /// Deprecated and ignored (glibc).
        "AI_IDN_USE_STD3_ASCII_RULES" => IDN_USE_STD3_ASCII_RULES = 0x200;
        /// The service is a port in digits: no name is looked up.
        "AI_NUMERICSERV" => NUMERICSERV = 0x400;
    }
}

super::flag_names! {
    /// Flags of `getnameinfo(3)` (netdb.h).
    pub struct NameFlags(i32) {
        /// The host is given as an address in digits.
        "NI_NUMERICHOST" => NUMERICHOST = 0x1;
        /// The service is given as a port in digits.
        "NI_NUMERICSERV" => NUMERICSERV = 0x2;
        /// Of a local host only its own name is given, without the domain.
        "NI_NOFQDN" => NOFQDN = 0x4;
        /// It is an error when the host has no name.
        "NI_NAMEREQD" => NAMEREQD = 0x8;
        /// The service is of datagrams (UDP).
        "NI_DGRAM" => DGRAM = 0x10;
        /// The name is decoded from its encoding (glibc).
        "NI_IDN" => IDN = 0x20;
        /// Deprecated and ignored (glibc).
        "NI_IDN_ALLOW_UNASSIGNED" => IDN_ALLOW_UNASSIGNED = 0x40;
        /// Deprecated and ignored (glibc).
        "NI_IDN_USE_STD3_ASCII_RULES" => IDN_USE_STD3_ASCII_RULES = 0x80;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] = &[ResolveFlags::TABLE, NameFlags::TABLE];
