//! Multicast groups of IP sockets (RFC 3678), the same for either version.

use core::net::{IpAddr, SocketAddr};

use super::Socket;
use crate::backend::Backend;
use crate::constants::Level;
use crate::error::Error;
use crate::layout::SockAddrStorage;
use crate::multicast::{GroupReq, GroupSourceReq};
use crate::option::multicast::{
    MCAST_BLOCK_SOURCE, MCAST_JOIN_GROUP, MCAST_JOIN_SOURCE_GROUP, MCAST_LEAVE_GROUP,
    MCAST_LEAVE_SOURCE_GROUP, MCAST_UNBLOCK_SOURCE,
};

/// Each version of IP has these options at a level of its own.
fn level(group: &IpAddr) -> Level {
    match group {
        IpAddr::V4(_) => Level::IP,
        IpAddr::V6(_) => Level::IPV6,
    }
}

fn storage(address: &IpAddr) -> SockAddrStorage {
    SockAddrStorage::new(&SocketAddr::new(*address, 0))
}

impl<B: Backend> Socket<B> {
    /// Joins a multicast group on an interface, by its number; 0 leaves the choice to routing. It ends with the socket.
    ///
    /// Linux lets a socket hear the groups that others joined, too, until `IP_MULTICAST_ALL` or `IPV6_MULTICAST_ALL`
    /// is off.
    ///
    /// ```
    /// use anysock::option::socket::ReuseAddr;
    /// use anysock::{Error, Family, Interfaces, IpProtocol, Socket, SocketType, UdpSocket};
    /// use core::net::SocketAddr;
    ///
    /// /// Hears the names that the hosts on "eth0" call themselves (RFC 6762), beside whoever else does.
    /// fn names<B: Interfaces>(backend: B) -> Result<UdpSocket<B>, Error> {
    ///     let interface = backend.interface_index(&"eth0".parse()?)?;
    ///     let socket = Socket::new(backend, Family::INET, SocketType::DGRAM, IpProtocol::UDP)?;
    ///     socket.set(ReuseAddr, true)?;
    ///     socket.bind(&"0.0.0.0:5353".parse::<SocketAddr>().unwrap())?;
    ///     socket.join_group(&"224.0.0.251".parse().unwrap(), interface)?;
    ///     Ok(socket.into())
    /// }
    /// ```
    ///
    /// # Errors
    /// `ENODEV` where there is no such interface, or no route that chooses one; `EADDRINUSE` where it has joined
    /// already; `EINVAL` for an address that is no group, or of the other version.
    #[doc(alias = "MCAST_JOIN_GROUP")]
    pub fn join_group(&self, group: &IpAddr, interface: u32) -> Result<(), Error> {
        self.group(MCAST_JOIN_GROUP, group, interface)
    }

    /// Leaves a group, all sources of it.
    ///
    /// # Errors
    /// `EADDRNOTAVAIL` where it has not joined.
    #[doc(alias = "MCAST_LEAVE_GROUP")]
    pub fn leave_group(&self, group: &IpAddr, interface: u32) -> Result<(), Error> {
        self.group(MCAST_LEAVE_GROUP, group, interface)
    }

    /// Joins a group for what one source sends to it; again for more sources.
    ///
    /// # Errors
    /// Those of [`Socket::join_group`]; `EADDRNOTAVAIL` where it has that source already, `EINVAL` where it joined for
    /// every source.
    #[doc(alias = "MCAST_JOIN_SOURCE_GROUP")]
    pub fn join_source_group(&self, group: &IpAddr, source: &IpAddr, interface: u32) -> Result<(), Error> {
        self.source(MCAST_JOIN_SOURCE_GROUP, group, source, interface)
    }

    /// Leaves a group for one source.
    ///
    /// # Errors
    /// `EADDRNOTAVAIL` where it has not joined for that source.
    #[doc(alias = "MCAST_LEAVE_SOURCE_GROUP")]
    pub fn leave_source_group(&self, group: &IpAddr, source: &IpAddr, interface: u32) -> Result<(), Error> {
        self.source(MCAST_LEAVE_SOURCE_GROUP, group, source, interface)
    }

    /// No longer receives what one source sends to a group that was joined for every source.
    ///
    /// # Errors
    /// `EADDRNOTAVAIL` where it is blocked already, `EINVAL` where the group was not joined so.
    #[doc(alias = "MCAST_BLOCK_SOURCE")]
    pub fn block_source(&self, group: &IpAddr, source: &IpAddr, interface: u32) -> Result<(), Error> {
        self.source(MCAST_BLOCK_SOURCE, group, source, interface)
    }

    /// Receives it again.
    ///
    /// # Errors
    /// `EADDRNOTAVAIL` where it is not blocked.
    #[doc(alias = "MCAST_UNBLOCK_SOURCE")]
    pub fn unblock_source(&self, group: &IpAddr, source: &IpAddr, interface: u32) -> Result<(), Error> {
        self.source(MCAST_UNBLOCK_SOURCE, group, source, interface)
    }

    fn group(&self, name: i32, group: &IpAddr, interface: u32) -> Result<(), Error> {
        let request = GroupReq { interface, group: storage(group) };
        self.set_bytes(level(group), name, &request.encode())
    }

    fn source(&self, name: i32, group: &IpAddr, source: &IpAddr, interface: u32) -> Result<(), Error> {
        let request = GroupSourceReq { interface, group: storage(group), source: storage(source) };
        self.set_bytes(level(group), name, &request.encode())
    }
}
