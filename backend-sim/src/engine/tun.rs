//! TUN interfaces: the other end of the wire is whoever runs the world (`tuntap.rst` of the kernel's
//! networking documentation).
//!
//! The caller takes out the IP packets that the node sends, each with the virtual time at which it was sent, and
//! puts packets in. So a test speaks to a simulated kernel octet by octet, and a world is joined to another one.
//!
//! ```
//! use anysock::Instant;
//! use anysock_sim::engine::{Engine, Step};
//!
//! let mut engine = Engine::new(7);
//! let node = engine.add_node("a");
//! let name = "tun0".parse()?;
//! let tun = engine.attach_tun(node, name, &["192.0.2.1/24".parse()?], 1500)?;
//! // An echo request from 192.0.2.2, and the reply.
//! let request = [
//!     0x45, 0, 0, 28, 0, 0, 0, 0, 64, 1, 0xF6, 0xDD, 192, 0, 2, 2, 192, 0, 2, 1,
//!     8, 0, 0xF7, 0xFD, 0, 1, 0, 1,
//! ];
//! engine.tun_write(tun, &request);
//! let (at, reply) = engine.tun_read(tun).unwrap();
//! assert_eq!((at, &reply[12..24]), (Instant::ZERO, &[192, 0, 2, 1, 192, 0, 2, 2, 0, 0, 0xFF, 0xFD][..]));
//! # Ok::<(), anysock::Errno>(())
//! ```

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::net::IpAddr;

use anysock::constants::packet::PacketType;
use anysock::{Errno, Instant, InterfaceName};

use super::inet::{LinkCast, RouteMetrics, StaticRoute};
use super::network::LEAST_MTU;
use super::node::{Device, NodeId};
use super::trace::Fate;
use super::{Engine, InetPrefix, inet};

/// LINKTYPE_RAW of pcap: packets that begin with an IP header.
const LINKTYPE_RAW: u16 = 101;

/// A TUN interface.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TunId(pub(crate) u32);

/// The node's side of a TUN interface.
#[derive(Debug)]
pub(crate) struct TunInterface {
    pub(crate) tun: TunId,
    pub(crate) mtu: u16,
    /// IP addresses with the lengths of their prefixes.
    pub(crate) inet: Vec<(IpAddr, u8)>,
}

/// The caller's side.
#[derive(Debug)]
pub(crate) struct Tun {
    wire: u32,
    node: NodeId,
    /// What the node has sent and nobody has taken out, with the time of sending.
    sent: VecDeque<(Instant, Vec<u8>)>,
}

impl Engine {
    /// Gives a node a TUN interface with these addresses, for packets of up to `mtu` octets.
    ///
    /// # Errors
    /// `EINVAL` below the 68 octets that IPv4 needs.
    pub fn attach_tun(
        &mut self,
        node: NodeId,
        name: InterfaceName,
        addresses: &[InetPrefix],
        mtu: u16,
    ) -> Result<TunId, Errno> {
        if mtu < LEAST_MTU {
            return Err(Errno::EINVAL);
        }
        let wire_name = alloc::format!("{}:{name}", self.node_name(node));
        let wire = self.add_wire(&wire_name, LINKTYPE_RAW);
        let tun = TunId(self.tuns.len() as u32);
        self.tuns.push(Tun { wire, node, sent: VecDeque::new() });
        let inet = addresses.iter().map(|prefix| (prefix.address, prefix.length)).collect();
        let interface = TunInterface { tun, mtu, inet };
        self.add_interface(node, name, Device::Tun(interface));
        Ok(tun)
    }

    /// Sends what goes to `prefix` out by the interface, as `ip route add PREFIX dev TUN` does: `0.0.0.0/0` and
    /// `::/0` are everything for which there is no other route.
    pub fn add_tun_route(&mut self, tun: TunId, prefix: InetPrefix) {
        let node = self.tuns[tun.0 as usize].node;
        if let Some(interface) = self.interface_of_tun(tun) {
            self.push_route(
                node,
                StaticRoute { prefix, interface, gateway: None, metrics: RouteMetrics::default() },
            );
        }
    }

    /// Sets the largest packet that the interface takes, as `ip link set TUN mtu MTU` does. Connections that
    /// there are keep the segment size that they have.
    ///
    /// # Errors
    /// `EINVAL` below the 68 octets that IPv4 needs, `ENODEV` where the node has the interface no more.
    pub fn set_tun_mtu(&mut self, tun: TunId, mtu: u16) -> Result<(), Errno> {
        if mtu < LEAST_MTU {
            return Err(Errno::EINVAL);
        }
        let node = self.tuns[tun.0 as usize].node;
        self.node_mut(node).interfaces.change(|interfaces| {
            let mut devices = interfaces.iter_mut().map(|interface| &mut interface.device);
            let of_tun = devices.find_map(|device| match device {
                Device::Tun(interface) if interface.tun == tun => Some(interface),
                _ => None,
            });
            of_tun.ok_or(Errno::ENODEV)?.mtu = mtu;
            Ok(())
        })
    }

    /// The oldest packet that the node has sent by the interface and that was not taken out yet, with the time at
    /// which it was sent.
    pub fn tun_read(&mut self, tun: TunId) -> Option<(Instant, Vec<u8>)> {
        self.tuns[tun.0 as usize].sent.pop_front()
    }

    /// A packet comes in by the interface now. What is no IP packet, or is not for the node, is dropped, as it
    /// is when it comes by a network.
    pub fn tun_write(&mut self, tun: TunId, packet: &[u8]) {
        let Tun { wire, node, .. } = self.tuns[tun.0 as usize];
        // The device refuses what is of neither version (`tun_get_user`).
        if !packet.first().is_some_and(|octet| matches!(octet >> 4, 4 | 6)) {
            return;
        }
        self.record(wire, Fate::Sent, packet);
        if let Some(interface) = self.interface_of_tun(tun) {
            self.packet_passes(node, interface, PacketType::HOST, [packet, &[]]);
            inet::packet_arrives(self, node, interface, LinkCast::Own, packet);
        }
    }

    /// The node sends a packet by the interface.
    pub(super) fn tun_send(&mut self, tun: TunId, packet: &[u8]) {
        let node = self.tuns[tun.0 as usize].node;
        if let Some(interface) = self.interface_of_tun(tun) {
            self.packet_passes(node, interface, PacketType::OUTGOING, [packet, &[]]);
        }
        self.send_by_tun(tun, packet.to_vec());
    }

    /// A packet leaves by the interface.
    pub(super) fn send_by_tun(&mut self, tun: TunId, packet: Vec<u8>) {
        let now = self.now();
        let wire = self.tuns[tun.0 as usize].wire;
        self.record(wire, Fate::Sent, &packet);
        self.tuns[tun.0 as usize].sent.push_back((now, packet));
    }

    /// The number of the interface, if it is up.
    fn interface_of_tun(&self, tun: TunId) -> Option<u32> {
        let of_tun = |device: &Device| matches!(device, Device::Tun(interface) if interface.tun == tun);
        let mut interfaces = self.node(self.tuns[tun.0 as usize].node).interfaces.iter();
        interfaces
            .find(|interface| interface.up && of_tun(&interface.device))
            .map(|interface| interface.index)
    }
}
