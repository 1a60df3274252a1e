//! Addresses: of this machine, of others, of nobody, and bytes that are none.

use std::net::{IpAddr, SocketAddr};

use anysock::{Family, SockAddr, SocketType, UnixAddr};

use super::Generator;
use crate::call::{Address, Kind};

/// IPv4 addresses; those that lead somewhere are there more than once. The broadcast to any network is not there: the
/// simulator has no route for it over the loopback interface.
const IPV4: [&str; 16] = [
    "127.0.0.1",
    "127.0.0.1",
    "127.0.0.1",
    "127.0.0.1",
    "127.0.0.1",
    "127.0.0.2",
    "127.0.0.2",
    "0.0.0.0",
    "0.0.0.0",
    "127.255.255.255",
    "10.0.0.1",
    "10.0.0.9",
    "10.0.0.255",
    "127.0.0.3",
    "198.51.100.1",
    "240.0.0.1",
];
/// IPv6 addresses.
const IPV6: [&str; 18] = [
    "::1",
    "::1",
    "::1",
    "::1",
    "::1",
    "::1",
    "::",
    "::",
    "::ffff:127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:0.0.0.0",
    "::ffff:127.255.255.255",
    "::ffff:198.51.100.1",
    "::ffff:239.1.1.1",
    "fd00::1",
    "fe80::1",
    "fd00::9",
    "2001:db8::1",
];
/// Groups, for datagrams.
pub(super) const GROUPS: [&str; 3] = ["239.1.1.1", "239.1.1.2", "224.0.0.1"];
pub(super) const GROUPS_V6: [&str; 3] = ["ff05::1", "ff02::1", "ff01::7"];
/// The ports that programs name.
const PORTS: [u16; 8] = [1001, 1001, 1001, 1002, 1002, 1003, 1004, 0];
/// The names of Unix sockets; abstract ones have no hexadecimal digits, of which those that bind chooses are.
const NAMES: [&str; 8] = ["a", "a", "b", "c", "@x", "@x", "@y", "@"];

impl Generator {
    /// An address that a server could have.
    pub(super) fn bind_address(&mut self, kind: Kind) -> Vec<u8> {
        match kind.family {
            Family::UNIX => self.unix_name(),
            Family::INET => ip("127.0.0.1", self.random.of(&[1001, 1002, 0])),
            _ => {
                let address = match (kind.kind, self.maps) {
                    (SocketType::STREAM, true) => "::ffff:127.0.0.1",
                    (SocketType::STREAM, false) => self.random.of(&["::1", "::"]),
                    _ => self.random.of(&["::1", "::", "::ffff:127.0.0.1"]),
                };
                ip(address, self.random.of(&[1001, 1002, 0]))
            }
        }
    }

    /// An address of a socket's family, once in a while another's, cut short, too long, or any bytes.
    pub(super) fn address(&mut self, kind: Kind) -> Address {
        let mut bytes = match kind.family {
            Family::UNIX => self.unix_name(),
            family => {
                let of_ipv6 = (family == Family::INET6) != self.random.one_in(20);
                let is_group = kind.kind == SocketType::DGRAM && self.random.one_in(8);
                let address = match of_ipv6 {
                    true if is_group => self.random.of(&GROUPS_V6),
                    false if is_group => self.random.of(&GROUPS),
                    true if kind.kind == SocketType::STREAM => self.ipv6_of_one_kind(),
                    true => self.random.of(&IPV6),
                    false => self.random.of(&IPV4),
                };
                ip(address, self.random.of(&PORTS))
            }
        };
        match self.random.below(60) {
            0 => bytes.truncate(self.random.below(bytes.len() + 1)),
            1 => bytes.extend(self.random.bytes(4)),
            2 => bytes.resize(120 + self.random.below(20), 0),
            3 | 4 => bytes = vec![0; self.random.of(&[2, 16, 28])],
            5 => bytes[0] = self.random.of(&[0, 1, 2, 10, 29, 99]),
            6 => bytes = self.random.bytes(30),
            _ => {}
        }
        Address::Bytes(bytes)
    }

    /// An IPv6 address that is one of IPv4 where the program's are, and else none of them.
    fn ipv6_of_one_kind(&mut self) -> &'static str {
        loop {
            let address = self.random.of(&IPV6);
            if address.starts_with("::ffff:") == self.maps {
                return address;
            }
        }
    }

    /// An address of this machine.
    pub(super) fn reachable(&mut self, kind: Kind) -> Address {
        let address = match kind.family {
            Family::INET => self.random.of(&["127.0.0.1", "127.0.0.2", "0.0.0.0"]),
            _ => self.random.of(&["::1", "::ffff:127.0.0.1", "::"]),
        };
        Address::Bytes(ip(address, self.random.of(&PORTS)))
    }

    fn unix_name(&mut self) -> Vec<u8> {
        match self.random.below(12) {
            // bind chooses.
            0 => Family::UNIX.0.to_ne_bytes().to_vec(),
            1 => [&Family::UNIX.0.to_ne_bytes()[..], &[b'x'; 108]].concat(),
            _ => {
                let name = self.random.of(&NAMES).parse::<UnixAddr>();
                name.expect("these are names").encode().as_ref().to_vec()
            }
        }
    }
}

pub(super) fn ip(address: &str, port: u16) -> Vec<u8> {
    let address: IpAddr = address.parse().expect("these are addresses");
    SocketAddr::new(address, port).encode().as_ref().to_vec()
}
