//! What [`super::Resolve::address_info`] is asked, and what it answers.

use core::net::SocketAddr;

use crate::constants::resolve::ResolveFlags;
use crate::constants::{Family, Protocol, SocketType};

/// What addresses are asked for: the hints of `getaddrinfo(3)`. By default any.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Hints {
    /// How to ask.
    pub flags: ResolveFlags,
    /// [`Family::INET`], [`Family::INET6`], or [`Family::UNSPEC`] for both.
    pub family: Family,
    /// The type of the socket; `SocketType(0)` for every one.
    pub kind: SocketType,
    /// The socket's protocol; [`Protocol::DEFAULT`] for every one.
    pub protocol: Protocol,
}

impl Hints {
    /// Any address, for any socket.
    pub const ANY: Hints = Hints {
        flags: ResolveFlags::empty(),
        family: Family::UNSPEC,
        kind: SocketType(0),
        protocol: Protocol::DEFAULT,
    };

    /// Addresses for TCP.
    pub const STREAM: Hints = Hints { kind: SocketType::STREAM, ..Hints::ANY };

    /// Addresses for UDP.
    pub const DATAGRAM: Hints = Hints { kind: SocketType::DGRAM, ..Hints::ANY };
}

impl Default for Hints {
    fn default() -> Self {
        Hints::ANY
    }
}

/// A socket to make and its address: `struct addrinfo`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AddressInfo<'a> {
    /// The socket's family.
    pub family: Family,
    /// The socket's type.
    pub kind: SocketType,
    /// The socket's protocol.
    pub protocol: Protocol,
    /// The address.
    pub address: SocketAddr,
    /// The host's canonical name, with the first address, where `AI_CANONNAME` asks for it.
    pub canonical_name: Option<&'a str>,
}
