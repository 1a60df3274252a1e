//! Sending frames: `packet_snd`, in its order.

use alloc::vec::Vec;

use anysock::constants::ethernet::EtherType;
use anysock::constants::packet::PacketType;
use anysock::{Errno, PacketAddr, SockAddr, SocketType};

use super::socket::{SLL_ADDR, SOCKADDR_LL};
use super::{LOOPBACK, hardware};
use crate::engine::event::Event;
use crate::engine::inet::check_socket_level;
use crate::engine::network::ETHERNET_HEADER;
use crate::engine::node::{Device, NodeId};
use crate::engine::socket::Outgoing;
use crate::engine::{Engine, SocketId};

/// The bytes of a VLAN tag (IEEE 802.1Q), by which a frame may be longer.
const VLAN_TAG: usize = 4;
/// The largest packet of the loopback interface.
const LOOPBACK_MTU: usize = 65_536;

/// What a frame leaves by.
#[derive(Clone, Copy, Debug)]
struct Way {
    node: NodeId,
    interface: u32,
    /// The bytes of its link-layer header.
    header: usize,
    mtu: usize,
}

/// `sendmsg(2)`.
pub(super) fn send(engine: &mut Engine, id: SocketId, message: &Outgoing<'_>) -> Result<usize, Errno> {
    let is_cooked = engine.socket(id)?.kind == SocketType::DGRAM;
    let node = engine.socket(id)?.node;
    let socket = engine.packet(id)?;
    let named = match message.address.filter(|address| !address.is_empty()) {
        Some(address) if address.len() < SOCKADDR_LL => return Err(Errno::EINVAL),
        Some(address) if address.len() < SLL_ADDR + usize::from(address[SLL_ADDR - 1]) => {
            return Err(Errno::EINVAL);
        }
        Some(address) => Some(address),
        None => None,
    };
    // The family is not looked at.
    let (interface, protocol, to) = match named {
        None => (socket.interface, socket.protocol, [0; 6]),
        Some(address) => {
            let mut known = Vec::from(address);
            known[..2].copy_from_slice(&anysock::Family::PACKET.0.to_ne_bytes());
            let named = PacketAddr::decode(&known).map_err(|_| Errno::EINVAL)?;
            let to = address.get(SLL_ADDR..SLL_ADDR + 6).and_then(|to| to.try_into().ok());
            (named.interface, named.protocol, to.ok_or(Errno::EINVAL)?)
        }
    };
    let way = way_out(engine, node, interface)?;
    check_socket_level(message.control)?;
    let reserve = if is_cooked { 0 } else { way.header };
    let length = message.bytes.len();
    if length > way.mtu + reserve + VLAN_TAG {
        return Err(Errno::EMSGSIZE);
    }
    if length < reserve || length == 0 && way.header == 0 {
        return Err(Errno::EINVAL);
    }
    let frame = if is_cooked && way.header > 0 {
        let (_, own) = engine.node(node).interface(interface).map(hardware).ok_or(Errno::ENXIO)?;
        // Where nobody is named, it is for nobody (`eth_header`).
        [&to[..], own.as_bytes(), &protocol.to_be_bytes(), message.bytes].concat()
    } else {
        message.bytes.to_vec()
    };
    let is_tagged = frame.get(12..14) == Some(&EtherType::IEEE_8021Q.0.to_be_bytes());
    if length > way.mtu + reserve && !is_tagged {
        return Err(Errno::EMSGSIZE);
    }
    transmit(engine, id, &way, frame);
    Ok(length)
}

/// The way out by an interface.
///
/// # Errors
/// `ENXIO` where there is no such interface, `ENETDOWN` where it is down, `EOPNOTSUPP` for a CAN interface.
fn way_out(engine: &Engine, node: NodeId, interface: u32) -> Result<Way, Errno> {
    let found = engine.node(node).interface(interface).ok_or(Errno::ENXIO)?;
    if !found.up {
        return Err(Errno::ENETDOWN);
    }
    let (header, mtu) = match &found.device {
        Device::Loopback => (ETHERNET_HEADER, LOOPBACK_MTU),
        Device::Ethernet(ethernet) => (ETHERNET_HEADER, usize::from(ethernet.mtu)),
        Device::Tun(tun) => (0, usize::from(tun.mtu)),
        Device::Can(_) => return Err(Errno::EOPNOTSUPP),
    };
    Ok(Way { node, interface, header, mtu })
}

/// Sends a whole frame.
fn transmit(engine: &mut Engine, id: SocketId, way: &Way, frame: Vec<u8>) {
    let Way { node, interface, .. } = *way;
    let device = engine.node(node).interface(interface).map(|interface| &interface.device);
    match device {
        Some(Device::Ethernet(ethernet)) => {
            let port = ethernet.port;
            engine.ethernet_leaves(node, interface, &frame, Some(id));
            engine.send_frame(port, frame, false);
        }
        Some(Device::Loopback) => {
            engine.ethernet_leaves(node, LOOPBACK, &frame, Some(id));
            let now = engine.now();
            engine.events.push(now, Event::LoopbackFrame { node, frame });
        }
        Some(Device::Tun(tun)) => {
            let tun = tun.tun;
            engine.packet_passes(node, interface, PacketType::OUTGOING, [&frame, &[]]);
            engine.send_by_tun(tun, frame);
        }
        _ => {}
    }
}
