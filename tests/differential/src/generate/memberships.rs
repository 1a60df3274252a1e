//! Options by which groups are joined and left, from everybody or from one source: their names, drawn, and their
//! values.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use anysock::layout::SockAddrStorage;
use anysock::multicast::{GroupReq, GroupSourceReq, IpMreqSource, Ipv6Mreq};
use anysock::option::{ip, ipv6, multicast};

use super::Generator;

impl Generator {
    pub(super) fn ipv6_membership(&mut self, group: Ipv6Addr, interface: u32) -> (i32, Vec<u8>) {
        let name = self.random.of(&[ipv6::IPV6_JOIN_GROUP, ipv6::IPV6_JOIN_GROUP, ipv6::IPV6_LEAVE_GROUP]);
        (name, Ipv6Mreq { group, interface }.encode().to_vec())
    }

    pub(super) fn source_membership(
        &mut self,
        group: Ipv4Addr,
        local: Ipv4Addr,
        source: Ipv4Addr,
    ) -> (i32, Vec<u8>) {
        let name = self.random.of(&[
            ip::IP_ADD_SOURCE_MEMBERSHIP,
            ip::IP_DROP_SOURCE_MEMBERSHIP,
            ip::IP_BLOCK_SOURCE,
            ip::IP_UNBLOCK_SOURCE,
        ]);
        (name, IpMreqSource { group, local, source }.encode().to_vec())
    }

    /// For either family.
    pub(super) fn group_request(&mut self, interface: u32, group: &str) -> (i32, Vec<u8>) {
        let name = self.random.of(&[multicast::MCAST_JOIN_GROUP, multicast::MCAST_LEAVE_GROUP]);
        (name, GroupReq { interface, group: storage(group) }.encode().to_vec())
    }

    /// For either family.
    pub(super) fn group_source_request(
        &mut self,
        interface: u32,
        group: &str,
        source: &str,
    ) -> (i32, Vec<u8>) {
        let name = self.random.of(&[
            multicast::MCAST_JOIN_SOURCE_GROUP,
            multicast::MCAST_LEAVE_SOURCE_GROUP,
            multicast::MCAST_BLOCK_SOURCE,
            multicast::MCAST_UNBLOCK_SOURCE,
        ]);
        let (group, source) = (storage(group), storage(source));
        (name, GroupSourceReq { interface, group, source }.encode().to_vec())
    }
}

fn storage(ip: &str) -> SockAddrStorage {
    SockAddrStorage::new(&SocketAddr::new(ip.parse().expect("these are addresses"), 0))
}
