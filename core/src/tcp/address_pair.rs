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

/// `::ffff:0:0/96`: the IPv6 addresses that IPv4's map to (RFC 4291 §2.5.5.2).
pub(super) const MAPPED: [u8; 12] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255];

/// Whether the addresses are IPv4's.
pub(super) fn is_ipv4(pair: &impl AddressPair) -> bool {
    let [local, _] = pair.addresses();
    let octets: &[u8] = local.as_ref();
    octets.len() < 16 || octets.starts_with(&MAPPED)
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
