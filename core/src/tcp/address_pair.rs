//! Both ends of a connection: what tells it from every other.

use core::net::{IpAddr, SocketAddr, SocketAddrV4, SocketAddrV6};

/// The addresses and ports of both ends of a connection, as the owner of connections keeps them. The machine
/// only compares and hashes them.
///
/// Implemented for tuples of core's socket addresses, the local one first; a stack of its own may use something
/// smaller.
pub trait AddressPair: Clone + PartialEq {
    /// The octets of one address.
    type Address: AsRef<[u8]>;

    /// The local and the remote address, without ports, as they are hashed.
    fn addresses(&self) -> [Self::Address; 2];

    /// The local and the remote port.
    fn ports(&self) -> [u16; 2];
}

impl AddressPair for (SocketAddrV4, SocketAddrV4) {
    type Address = [u8; 4];

    fn addresses(&self) -> [[u8; 4]; 2] {
        [self.0.ip().octets(), self.1.ip().octets()]
    }

    fn ports(&self) -> [u16; 2] {
        [self.0.port(), self.1.port()]
    }
}

impl AddressPair for (SocketAddrV6, SocketAddrV6) {
    type Address = [u8; 16];

    fn addresses(&self) -> [[u8; 16]; 2] {
        [self.0.ip().octets(), self.1.ip().octets()]
    }

    fn ports(&self) -> [u16; 2] {
        [self.0.port(), self.1.port()]
    }
}

/// IPv4 addresses are hashed as the IPv6 addresses that they map to.
impl AddressPair for (SocketAddr, SocketAddr) {
    type Address = [u8; 16];

    fn addresses(&self) -> [[u8; 16]; 2] {
        [self.0, self.1].map(|address| match address.ip() {
            IpAddr::V4(ip) => ip.to_ipv6_mapped().octets(),
            IpAddr::V6(ip) => ip.octets(),
        })
    }

    fn ports(&self) -> [u16; 2] {
        [self.0.port(), self.1.port()]
    }
}
