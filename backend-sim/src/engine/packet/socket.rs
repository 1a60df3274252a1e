//! What a packet socket does with each call, but for sending.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use anysock::addr::{HardwareAddr, family_of};
use anysock::constants::ethernet::EtherType;
use anysock::constants::packet::PacketType;
use anysock::option::packet::{
    PACKET_ADD_MEMBERSHIP, PACKET_AUXDATA, PACKET_DROP_MEMBERSHIP, PACKET_FANOUT, PACKET_IGNORE_OUTGOING,
    PACKET_ORIGDEV, PACKET_STATISTICS,
};
use anysock::packet::{MembershipKind, PacketMreq, TpacketAuxdata, TpacketStats, TpacketStatus};
use anysock::{
    AnyAddr, Errno, Family, Level, MessageFlags, PacketAddr, PollEvents, Protocol, Received, SockAddr,
    SocketType,
};

use super::{Seen, fanout, hardware, send};
use crate::engine::datagram_queue::DatagramQueue;
use crate::engine::node::NodeId;
use crate::engine::socket::{Calls, Incoming, Outgoing, SocketState};
use crate::engine::{Engine, SocketId};

/// `sizeof(struct sockaddr_ll)`, and where the hardware address begins in it.
pub(super) const SOCKADDR_LL: usize = 20;
pub(super) const SLL_ADDR: usize = 12;

/// What is known of a frame that waits to be received.
#[derive(Debug)]
struct Known {
    from: PacketAddr,
    /// Where the network-layer header begins.
    net: u16,
    /// How many bytes it had before a filter.
    length: u32,
}

/// A packet socket.
#[derive(Debug, Default)]
pub(crate) struct PacketSocket {
    /// The EtherType of what it sees: none, or that of every protocol.
    pub(super) protocol: u16,
    /// The number of the interface that it is bound to, or 0.
    pub(super) interface: u32,
    queue: DatagramQueue<Known>,
    /// PACKET_STATISTICS: how many frames it was to see, and of how many there was no room, since that was read.
    seen: u32,
    dropped: u32,
    auxdata: bool,
    original_device: bool,
    ignore_outgoing: bool,
    /// Which socket of its group had room when it had none.
    pub(super) rolled_over_to: usize,
}

#[derive(Debug)]
struct PacketCalls;

/// A new packet socket.
///
/// # Errors
/// `ESOCKTNOSUPPORT` for another type than SOCK_RAW and SOCK_DGRAM.
pub(in crate::engine) fn open(
    engine: &mut Engine,
    node: NodeId,
    what: (Family, SocketType, Protocol),
) -> Result<SocketId, Errno> {
    let (_, kind, protocol) = what;
    if !matches!(kind, SocketType::RAW | SocketType::DGRAM) {
        return Err(Errno::ESOCKTNOSUPPORT);
    }
    // The number is in network byte order.
    let protocol = u16::from_be(protocol.0 as u16);
    let state = SocketState::Packet(Box::new(PacketSocket { protocol, ..PacketSocket::default() }));
    let id = engine.insert_socket(node, what, &PacketCalls, state);
    engine.node_mut(node).packet_sockets.push(id);
    engine.packet_sockets += 1;
    Ok(id)
}

/// An address as a program sees it.
fn sockaddr_of(address: &PacketAddr) -> AnyAddr {
    match AnyAddr::new(address.encode().as_ref()) {
        Ok(address) => address,
        Err(_) => unreachable!("a packet address is shorter than the longest address"),
    }
}

impl PacketSocket {
    /// What the frames that wait take of the receive buffer.
    pub(super) fn queued(&self) -> usize {
        self.queue.size()
    }

    /// Whether the group that it is in is to see a frame.
    pub(super) fn takes_in_group(&self, seen: &Seen<'_>, ignores_outgoing: bool) -> bool {
        let is_outgoing = seen.packet_type == PacketType::OUTGOING.0;
        let suits = match self.protocol {
            all if all == EtherType::ALL.0 => !(is_outgoing && ignores_outgoing),
            own => own == seen.protocol() && !is_outgoing,
        };
        suits && (self.interface == 0 || self.interface == seen.interface)
    }

    /// Whether it is to see a frame.
    fn takes(&self, seen: &Seen<'_>) -> bool {
        self.protocol != 0 && self.takes_in_group(seen, self.ignore_outgoing)
    }
}

/// A frame passes by: it is queued where the socket is to see it (`packet_rcv`).
pub(super) fn frame_passes(engine: &mut Engine, id: SocketId, seen: &Seen<'_>, in_group: bool) {
    let at = engine.realtime();
    let Ok(is_cooked) = engine.socket(id).map(|socket| socket.kind == SocketType::DGRAM) else { return };
    let Ok(socket) = engine.packet(id) else { return };
    let protocol = seen.protocol();
    if !in_group && !socket.takes(seen) {
        return;
    }
    let header = if is_cooked { &[][..] } else { seen.header };
    let mut bytes = [header, seen.payload[0], seen.payload[1]].concat();
    let length = bytes.len();
    let most = engine.filtered(id, 0, || seen.filtered(&bytes, header.len()));
    let Some(most) = most else { return };
    bytes.truncate(most);
    let Ok((socket, common)) = engine.packet_mut(id) else { return };
    socket.seen = socket.seen.wrapping_add(1);
    if socket.queue.size() >= common.recv_buffer as usize {
        socket.dropped = socket.dropped.wrapping_add(1);
        common.count_drop();
        return;
    }
    let from = PacketAddr {
        interface: seen.interface,
        protocol,
        hardware_type: seen.hardware_type,
        packet_type: seen.packet_type,
        hardware: seen.sender(),
    };
    socket.queue.push(common, Known { from, net: header.len() as u16, length: length as u32 }, bytes, at);
    engine.notify(id);
}

/// PACKET_ADD_MEMBERSHIP (`packet_mc_add`): what the switch sends, the interface takes anyway.
fn check_membership(engine: &Engine, id: SocketId, membership: &PacketMreq) -> Result<(), Errno> {
    let node = engine.node(engine.socket(id)?.node);
    let interface = node.interface(membership.interface).ok_or(Errno::ENODEV)?;
    let (_, own) = hardware(interface);
    let names = matches!(membership.kind, MembershipKind::MULTICAST | MembershipKind::UNICAST);
    let own = own.as_bytes().len() as u16;
    if membership.len > own || names && membership.len != own { Err(Errno::EINVAL) } else { Ok(()) }
}

impl Calls for PacketCalls {
    fn bind(&self, engine: &mut Engine, id: SocketId, address: &[u8]) -> Result<(), Errno> {
        if address.len() < SOCKADDR_LL || family_of(address) != Family::PACKET {
            return Err(Errno::EINVAL);
        }
        // The hardware address is not looked at, nor its length.
        let mut known = Vec::from(&address[..SOCKADDR_LL]);
        known[SLL_ADDR - 1] = 0;
        let PacketAddr { interface, protocol, .. } = PacketAddr::decode(&known).map_err(|_| Errno::EINVAL)?;
        let node = engine.node(engine.socket(id)?.node);
        if node.fanouts.has(id) {
            return Err(Errno::EINVAL);
        }
        let up = match interface {
            0 => true,
            interface => node.interface(interface).ok_or(Errno::ENODEV)?.up,
        };
        let (socket, _) = engine.packet_mut(id)?;
        socket.interface = interface;
        if protocol != 0 {
            socket.protocol = protocol;
        }
        if !up && socket.protocol != 0 {
            engine.socket_mut(id)?.common.error = Some(Errno::ENETDOWN);
            engine.notify(id);
        }
        Ok(())
    }

    fn local_addr(&self, engine: &Engine, id: SocketId) -> Result<AnyAddr, Errno> {
        let socket = engine.packet(id)?;
        let interface = engine.node(engine.socket(id)?.node).interface(socket.interface);
        let (hardware_type, hardware) = interface.map_or((0, HardwareAddr::EMPTY), |interface| {
            let (kind, address) = hardware(interface);
            (kind.0, address)
        });
        let (interface, protocol) = (socket.interface, socket.protocol);
        let name = PacketAddr { interface, protocol, hardware_type, packet_type: 0, hardware };
        let bytes = name.encode();
        let length = SLL_ADDR + hardware.as_bytes().len();
        AnyAddr::new(bytes.as_ref().get(..length).unwrap_or(bytes.as_ref())).map_err(|_| Errno::EINVAL)
    }

    fn send(&self, engine: &mut Engine, id: SocketId, message: &Outgoing<'_>) -> Result<usize, Errno> {
        send::send(engine, id, message)
    }

    fn recv(&self, engine: &mut Engine, id: SocketId, message: &mut Incoming<'_>) -> Result<Received, Errno> {
        /// Every other flag is refused.
        const FLAGS: MessageFlags = MessageFlags::PEEK
            .union(MessageFlags::DONTWAIT)
            .union(MessageFlags::TRUNC)
            .union(MessageFlags::ERRQUEUE);
        if !FLAGS.contains(message.flags) {
            return Err(Errno::EINVAL);
        }
        let (socket, common) = engine.packet_mut(id)?;
        if message.flags.contains(MessageFlags::ERRQUEUE) {
            return Err(Errno::EAGAIN);
        }
        if let Some(error) = common.error.take() {
            return Err(error);
        }
        let tells_whole = message.flags.contains(MessageFlags::TRUNC);
        let auxdata = socket.auxdata;
        socket.queue.recv(common, message, tells_whole, |known, whole, control| {
            let data = TpacketAuxdata {
                status: TpacketStatus::USER,
                len: known.length,
                captured: whole as u32,
                mac: 0,
                net: known.net,
                vlan_tci: 0,
                vlan_tpid: 0,
            };
            let fits = !auxdata || control.deliver(Level::PACKET, PACKET_AUXDATA, &data.encode());
            (sockaddr_of(&known.from), fits)
        })
    }

    fn set_option(
        &self,
        engine: &mut Engine,
        id: SocketId,
        level: Level,
        name: i32,
        value: &[u8],
    ) -> Result<(), Errno> {
        if level != Level::PACKET {
            return Err(Errno::ENOPROTOOPT);
        }
        if matches!(name, PACKET_ADD_MEMBERSHIP | PACKET_DROP_MEMBERSHIP) {
            let membership = PacketMreq::decode(value).map_err(|_| Errno::EINVAL)?;
            // What is not there is left without a word.
            let adds = name == PACKET_ADD_MEMBERSHIP;
            return if adds { check_membership(engine, id, &membership) } else { Ok(()) };
        }
        if name == PACKET_FANOUT {
            return fanout::join(engine, id, value);
        }
        let (socket, _) = engine.packet_mut(id)?;
        let switch = match name {
            PACKET_AUXDATA => &mut socket.auxdata,
            PACKET_ORIGDEV => &mut socket.original_device,
            PACKET_IGNORE_OUTGOING => &mut socket.ignore_outgoing,
            _ => return Err(Errno::ENOPROTOOPT),
        };
        let value = value.first_chunk().copied().map(i32::from_ne_bytes).ok_or(Errno::EINVAL)?;
        if name == PACKET_IGNORE_OUTGOING && !(0..=1).contains(&value) {
            return Err(Errno::EINVAL);
        }
        *switch = value != 0;
        Ok(())
    }

    fn get_option(&self, engine: &Engine, id: SocketId, level: Level, name: i32) -> Result<Vec<u8>, Errno> {
        let socket = engine.packet(id)?;
        let switch = match (level, name) {
            (Level::PACKET, PACKET_FANOUT) => {
                let fanouts = &engine.node(engine.socket(id)?.node).fanouts;
                return Ok(fanouts.option(id).to_ne_bytes().to_vec());
            }
            (Level::PACKET, PACKET_AUXDATA) => socket.auxdata,
            (Level::PACKET, PACKET_ORIGDEV) => socket.original_device,
            (Level::PACKET, PACKET_IGNORE_OUTGOING) => socket.ignore_outgoing,
            _ => return Err(Errno::ENOPROTOOPT),
        };
        Ok(i32::from(switch).to_ne_bytes().to_vec())
    }

    fn take_option(
        &self,
        engine: &mut Engine,
        id: SocketId,
        level: Level,
        name: i32,
        _question: &[u8],
    ) -> Result<Vec<u8>, Errno> {
        if (level, name) == (Level::PACKET, PACKET_STATISTICS) {
            let (socket, _) = engine.packet_mut(id)?;
            let statistics = TpacketStats { packets: socket.seen, drops: socket.dropped };
            (socket.seen, socket.dropped) = (0, 0);
            return Ok(statistics.encode().to_vec());
        }
        self.get_option(engine, id, level, name)
    }

    fn poll(&self, engine: &Engine, id: SocketId) -> PollEvents {
        let (Ok(entry), Ok(socket)) = (engine.socket(id), engine.packet(id)) else {
            return PollEvents::NVAL;
        };
        socket.queue.poll(entry.common.error.is_some(), [false; 2])
    }

    fn close(&self, engine: &mut Engine, id: SocketId) {
        if let Some(socket) = engine.remove_socket(id) {
            let node = engine.node_mut(socket.node);
            node.packet_sockets.retain(|other| *other != id);
            node.fanouts.leave(id);
            engine.packet_sockets -= 1;
        }
    }

    fn describe(&self, engine: &Engine, id: SocketId) -> String {
        match engine.packet(id) {
            Ok(PacketSocket { protocol, interface: 0, .. }) => format!("a packet socket for {protocol:#06x}"),
            Ok(PacketSocket { protocol, interface, .. }) => {
                format!("a packet socket for {protocol:#06x} of the interface {interface}")
            }
            Err(_) => "a closed socket".into(),
        }
    }
}
