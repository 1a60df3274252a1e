//! What a socket is told of a packet beside its bytes, and what a message says of its own way: IP_PKTINFO and its like
//! (`ip_cmsg_recv_offset` and `ip_cmsg_send` of net/ipv4/ip_sockglue.c; `ip6_datagram_recv_ctl` and
//! `ip6_datagram_send_ctl` of net/ipv6/datagram.c).

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, SocketAddr};

use anysock::message::{Control, ControlWriter, Controls, In6Pktinfo, InPktinfo};
use anysock::option::ip::{
    IP_ORIGDSTADDR, IP_PKTINFO, IP_PROTOCOL, IP_RECVOPTS, IP_RECVORIGDSTADDR, IP_RECVTOS, IP_RECVTTL,
    IP_RETOPTS, IP_TOS, IP_TTL,
};
use anysock::option::ipv6::{
    IPV6_DONTFRAG, IPV6_FLOWINFO, IPV6_HOPLIMIT, IPV6_ORIGDSTADDR, IPV6_PKTINFO, IPV6_RECVHOPLIMIT,
    IPV6_RECVORIGDSTADDR, IPV6_RECVPKTINFO, IPV6_RECVTCLASS, IPV6_TCLASS,
};
use anysock::option::socket::{SO_DONTROUTE, SO_MARK, SO_TIMESTAMPING_NEW, SO_TIMESTAMPING_OLD};
use anysock::{AnyAddr, Errno, Family, Level, MessageFlags};

use super::header_options::HeaderOptions;
use super::icmp_error::Unreachable;
use super::ip_options::int_or_byte;
use super::packet::{Arrived, HeaderFields};
use super::route::{LOOPBACK, Route};
use super::sockaddr::{self, needs_scope};
use crate::engine::Engine;
use crate::engine::node::{Node, NodeId};
use crate::engine::socket::{Common, Socket};

/// What is known of a packet that has come.
#[derive(Clone, Debug)]
pub(super) struct Known {
    destination: IpAddr,
    /// The second half of the first four octets of what is inside; `None` where it is shorter.
    destination_port: Option<u16>,
    /// The traffic class and the flow label of IPv6, as they are in the header.
    flow_info: [u8; 4],
    interface: u32,
    /// The address that an answer comes from, of IPv4.
    local: Ipv4Addr,
    hop_limit: u8,
    traffic_class: u8,
    /// The options of IPv4's header, as they came and as an answer has them.
    options: Option<Box<[HeaderOptions; 2]>>,
}

impl Known {
    /// What is known of the message that tells of an error.
    pub(super) fn of_error(what: &Unreachable<'_>) -> Self {
        let class = what.traffic_class;
        Known {
            destination: what.source.ip(),
            destination_port: None,
            flow_info: [class >> 4, class << 4, 0, 0],
            interface: what.device,
            local: Ipv4Addr::UNSPECIFIED,
            hop_limit: what.hop_limit,
            traffic_class: class,
            options: None,
        }
    }
}

/// What a socket wants to know of what comes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Wanted {
    /// IP_PKTINFO, IP_RECVTTL, IP_RECVTOS, IP_RECVORIGDSTADDR.
    v4: Version,
    /// IPV6_RECVPKTINFO, IPV6_RECVHOPLIMIT, IPV6_RECVTCLASS, IPV6_RECVORIGDSTADDR, IPV6_FLOWINFO.
    v6: Version,
    /// IP_RECVOPTS, IP_RETOPTS.
    options: bool,
    answer_options: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Version {
    packet_info: bool,
    hop_limit: bool,
    traffic_class: bool,
    destination: bool,
    flow_info: bool,
}

impl Wanted {
    /// The switch of an option; `None` where it is another's.
    fn switch(&mut self, family: Family, option: (Level, i32)) -> Option<&mut bool> {
        Some(match option {
            (Level::IP, IP_PKTINFO) => &mut self.v4.packet_info,
            (Level::IP, IP_RECVTTL) => &mut self.v4.hop_limit,
            (Level::IP, IP_RECVTOS) => &mut self.v4.traffic_class,
            (Level::IP, IP_RECVORIGDSTADDR) => &mut self.v4.destination,
            (Level::IP, IP_RECVOPTS) => &mut self.options,
            (Level::IP, IP_RETOPTS) => &mut self.answer_options,
            (Level::IPV6, _) if family != Family::INET6 => return None,
            (Level::IPV6, IPV6_RECVPKTINFO) => &mut self.v6.packet_info,
            (Level::IPV6, IPV6_RECVHOPLIMIT) => &mut self.v6.hop_limit,
            (Level::IPV6, IPV6_RECVTCLASS) => &mut self.v6.traffic_class,
            (Level::IPV6, IPV6_RECVORIGDSTADDR) => &mut self.v6.destination,
            (Level::IPV6, IPV6_FLOWINFO) => &mut self.v6.flow_info,
            _ => return None,
        })
    }

    /// `setsockopt(2)`; `None` where the option is none of these.
    pub(super) fn set(
        &mut self,
        family: Family,
        option: (Level, i32),
        value: &[u8],
    ) -> Option<Result<(), Errno>> {
        let switch = self.switch(family, option)?;
        if option.0 == Level::IPV6 && value.len() < size_of::<i32>() {
            return Some(Err(Errno::EINVAL));
        }
        *switch = int_or_byte(value) != 0;
        Some(Ok(()))
    }

    /// `getsockopt(2)`; `None` where the option is none of these.
    pub(super) fn get(mut self, family: Family, option: (Level, i32)) -> Option<Vec<u8>> {
        Some(i32::from(*self.switch(family, option)?).to_ne_bytes().to_vec())
    }

    /// What a socket may be told of a packet later: of one of IPv4, where it has come to only where the socket has
    /// wanted to know that by then (`ipv4_pktinfo_prepare`).
    pub(super) fn known(&self, engine: &Engine, node: NodeId, arrived: &Arrived<'_>) -> Known {
        let (kernel, destination) = (engine.node(node), arrived.contents.destination);
        let Arrived { hop_limit, traffic_class, interface, .. } = *arrived;
        let local = Ipv4Addr::UNSPECIFIED;
        let came = HeaderOptions::of_packet(if destination.is_ipv4() { arrived.packet } else { &[] });
        let options = (came.len() > 0).then(|| Box::new([came, came.to_return(engine, node)]));
        let destination_port = match arrived.contents.payload {
            [_, _, high, low, ..] => Some(u16::from_be_bytes([*high, *low])),
            _ => None,
        };
        let flow_info = match arrived.packet {
            [version, rest @ ..] if version >> 4 == 6 => {
                let [a, b, c] = rest.first_chunk().copied().unwrap_or_default();
                [version & 0xF, a, b, c]
            }
            _ => [0; 4],
        };
        let known = Known {
            destination,
            destination_port,
            flow_info,
            interface,
            local,
            hop_limit,
            traffic_class,
            options,
        };
        match destination {
            IpAddr::V6(_) => known,
            IpAddr::V4(_) if !self.v4.packet_info && !self.v6.packet_info => Known { interface: 0, ..known },
            IpAddr::V4(own) if kernel.is_local(destination) => Known { local: own, ..known },
            IpAddr::V4(_) => match engine.route(node, arrived.contents.source) {
                Ok((_, IpAddr::V4(local))) => Known { local, ..known },
                _ => known,
            },
        }
    }

    /// The same of a ping socket, which nobody prepares it for (`ping_queue_rcv_skb`).
    pub(super) fn known_unprepared(&self, engine: &Engine, node: NodeId, arrived: &Arrived<'_>) -> Known {
        let known = self.known(engine, node, arrived);
        let is_own = engine.node(node).is_local(arrived.contents.source);
        let interface = if is_own { LOOPBACK } else { arrived.interface };
        match known.destination {
            IpAddr::V4(_) => Known { interface, local: Ipv4Addr::UNSPECIFIED, ..known },
            IpAddr::V6(_) => known,
        }
    }

    /// Tells who has sent a datagram, after what else is wanted of it, and whether there was room for that.
    pub(super) fn tell(
        &self,
        family: Family,
        (from, known): &(SocketAddr, Known),
        control: &mut ControlWriter<'_>,
    ) -> (AnyAddr, bool) {
        let fits = *self == Wanted::default() || self.deliver(family, known, control);
        (sockaddr::encode(family, *from), fits)
    }

    /// Tells what is wanted of what is known. Whether there was room.
    pub(super) fn deliver(&self, family: Family, known: &Known, control: &mut ControlWriter<'_>) -> bool {
        let Known { destination, interface, local, hop_limit, traffic_class, ref options, .. } = *known;
        let mut fits = true;
        if family == Family::INET6 && self.v6.packet_info {
            let address = match destination {
                IpAddr::V4(address) => address.to_ipv6_mapped(),
                IpAddr::V6(address) => address,
            };
            let info = In6Pktinfo { address, interface };
            fits &= control.deliver(Level::IPV6, IPV6_PKTINFO, &info.encode());
        }
        let hops = i32::from(hop_limit).to_ne_bytes();
        let whole = known.destination_port.map(|port| SocketAddr::new(destination, port));
        match destination {
            IpAddr::V4(destination) => {
                if self.v4.packet_info {
                    let info = InPktinfo { interface, local, destination };
                    fits &= control.deliver(Level::IP, IP_PKTINFO, &info.encode());
                }
                if self.v4.hop_limit {
                    fits &= control.deliver(Level::IP, IP_TTL, &hops);
                }
                if self.v4.traffic_class {
                    fits &= control.deliver(Level::IP, IP_TOS, &[traffic_class]);
                }
                let wanted = [(self.options, IP_RECVOPTS), (self.answer_options, IP_RETOPTS)];
                for ((is_wanted, name), options) in wanted.iter().zip(options.iter().flat_map(|it| **it)) {
                    fits &= !is_wanted || control.deliver(Level::IP, *name, options.as_bytes());
                }
                if let Some(whole) = whole.filter(|_| self.v4.destination) {
                    let whole = sockaddr::encode(Family::INET, whole);
                    fits &= control.deliver(Level::IP, IP_ORIGDSTADDR, whole.as_bytes());
                }
            }
            IpAddr::V6(_) => {
                if self.v6.hop_limit {
                    fits &= control.deliver(Level::IPV6, IPV6_HOPLIMIT, &hops);
                }
                if self.v6.traffic_class {
                    let class = i32::from(traffic_class).to_ne_bytes();
                    fits &= control.deliver(Level::IPV6, IPV6_TCLASS, &class);
                }
                if self.v6.flow_info && known.flow_info != [0; 4] {
                    fits &= control.deliver(Level::IPV6, IPV6_FLOWINFO, &known.flow_info);
                }
                if let Some(whole) = whole.filter(|_| self.v6.destination) {
                    let whole = sockaddr::encode(Family::INET6, sockaddr::on_interface(whole, interface));
                    fits &= control.deliver(Level::IPV6, IPV6_ORIGDSTADDR, whole.as_bytes());
                }
            }
        }
        fits
    }
}

/// What a message says of its way.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Said {
    /// The number of the interface, or 0.
    pub(super) interface: u32,
    pub(super) source: Option<IpAddr>,
    /// It names none over IPv4, and so not the socket's either.
    pub(super) any_source: bool,
    /// SO_DONTROUTE or MSG_DONTROUTE: it does not go by a router.
    without_router: bool,
    hop_limit: Option<u8>,
    traffic_class: Option<u8>,
    /// IPV6_DONTFRAG.
    dont_fragment: Option<bool>,
    /// Of IPv6: what the message, or the address that it names, says of the flow.
    flow_info: Option<u32>,
    /// IP_RETOPTS: the options of the header.
    pub(super) options: Option<HeaderOptions>,
}

impl Said {
    /// What goes into the header, where otherwise it would be `fields`.
    pub(super) fn fields(&self, fields: HeaderFields) -> HeaderFields {
        HeaderFields {
            time_to_live: self.hop_limit.unwrap_or(fields.time_to_live),
            hop_limit: self.hop_limit.unwrap_or(fields.hop_limit),
            type_of_service: self.traffic_class.unwrap_or(fields.type_of_service),
            traffic_class: self.traffic_class.unwrap_or(fields.traffic_class),
            dont_fragment: self.dont_fragment.unwrap_or(fields.dont_fragment),
            flow_info: self.flow_info.unwrap_or(fields.flow_info),
            ..fields
        }
    }
}

/// An `int` between two bounds.
fn int(control: &Control<'_>, least: i32, most: i32) -> Result<i32, Errno> {
    let bytes = control.data.try_into().map_err(|_| Errno::EINVAL)?;
    let value = i32::from_ne_bytes(bytes);
    if (least..=most).contains(&value) { Ok(value) } else { Err(Errno::EINVAL) }
}

/// What the control messages of a message to `to` say, which is sent by the interface `scope`, if that is not 0.
///
/// # Errors
/// `EINVAL` for what the kernel does not know, or what is out of its range; `ENODEV` for an interface that is missing.
pub(super) fn said(
    engine: &Engine,
    socket: &Socket,
    to: IpAddr,
    scope: u32,
    control: &[u8],
) -> Result<Said, Errno> {
    let mut said = Said { interface: scope, ..Said::default() };
    let Socket { family, node, .. } = *socket;
    for control in Controls::new(control) {
        match (control.level, to) {
            (Level::SOCKET, _) => check_common(&control)?,
            (Level::IP, IpAddr::V4(_)) if control.name == IP_RETOPTS => {
                said.options = Some(HeaderOptions::new(engine, node, control.data)?);
            }
            (Level::IP, IpAddr::V4(_)) => said.take_v4(&control)?,
            (Level::IPV6, IpAddr::V4(_)) if family == Family::INET6 && control.name == IPV6_PKTINFO => {
                let info = In6Pktinfo::decode(control.data).map_err(|_| Errno::EINVAL)?;
                let source = info.address.to_ipv4_mapped().ok_or(Errno::EINVAL)?;
                said.take_source(info.interface, source);
            }
            (Level::IPV6, IpAddr::V6(_)) => said.take_v6(engine, socket, &control)?,
            _ => {}
        }
    }
    Ok(said)
}

/// A control message of every socket (`__sock_cmsg_send`).
fn check_common(control: &Control<'_>) -> Result<(), Errno> {
    const SCM_RIGHTS: i32 = 1;
    const SCM_CREDENTIALS: i32 = 2;
    /// SOF_TIMESTAMPING_TX_RECORD_MASK: the flags of SO_TIMESTAMPING that ask for times of sending.
    const SENDING: u32 = 1 | 1 << 1 | 1 << 8 | 1 << 9;
    let word = control.data.try_into().map(u32::from_ne_bytes);
    match (control.name, word) {
        (SCM_RIGHTS | SCM_CREDENTIALS, _) | (SO_MARK, Ok(_)) => Ok(()),
        (SO_TIMESTAMPING_OLD | SO_TIMESTAMPING_NEW, Ok(flags)) if flags & !SENDING == 0 => Ok(()),
        _ => Err(Errno::EINVAL),
    }
}

/// Refuses control messages of every socket that the kernel would (`sock_cmsg_send`); those of other levels are
/// nobody's.
pub(in crate::engine) fn check_socket_level(control: &[u8]) -> Result<(), Errno> {
    let mut of_socket = Controls::new(control).filter(|control| control.level == Level::SOCKET);
    of_socket.try_for_each(|control| check_common(&control))
}

/// The address to send from, if a message or its socket says one. It may be anybody's over IPv6, or with
/// IP_TRANSPARENT.
///
/// # Errors
/// `EINVAL` and `ENETUNREACH` where it is not the node's (`ip_route_output_key_hash_rcu`).
pub(super) fn checked_source(
    source: Option<IpAddr>,
    node: &Node,
    common: &Common,
) -> Result<Option<IpAddr>, Errno> {
    let is_own = |ip| node.is_local(ip) && !node.is_broadcast(ip);
    match source {
        Some(IpAddr::V4(said)) if said.is_multicast() || said.is_broadcast() => Err(Errno::EINVAL),
        Some(said) if said.is_ipv4() && !common.ip.transparent && !is_own(said) => Err(Errno::ENETUNREACH),
        source => Ok(source),
    }
}

impl Said {
    /// What is sent to nobody over IPv4 stays on the node, whatever interface it names, if there is one of that number.
    ///
    /// # Errors
    /// `ENODEV` where there is none.
    pub(super) fn stay_for(&mut self, to: IpAddr, bound: u32, node: &Node) -> Result<(), Errno> {
        if to.is_ipv4() && to.is_unspecified() {
            let interface = if self.interface != 0 { self.interface } else { bound };
            if interface != 0 {
                node.interface(interface).ok_or(Errno::ENODEV)?;
            }
            self.interface = LOOPBACK;
        }
        Ok(())
    }

    /// The same of a message with these flags from a socket (`ip_sendmsg_scope`).
    pub(super) fn of_socket(self, common: &Common, flags: MessageFlags) -> Said {
        let without_router = common.is_kept_on(SO_DONTROUTE) || flags.contains(MessageFlags::DONTROUTE);
        Said { without_router, ..self }
    }

    /// The same of a message that names an address: what that says of the flow, where the message does not itself.
    pub(super) fn of_address(self, address: Option<&[u8]>, common: &Common) -> Said {
        let named = address.map(|address| sockaddr::flow_info(address, common));
        Said { flow_info: self.flow_info.or(named), ..self }
    }

    /// Whether it may not go by a router, which IPv6 does not know.
    pub(super) fn is_without_router(&self, to: IpAddr) -> bool {
        self.without_router && to.is_ipv4()
    }

    /// How it leaves and from which address, where others do so by `found`, by an interface that was chosen or not.
    ///
    /// # Errors
    /// `ENETUNREACH` where that is by a router, and it does not go by one.
    pub(super) fn route(
        &self,
        node: &Node,
        to: IpAddr,
        found: (Route, IpAddr),
        is_chosen: bool,
    ) -> Result<(Route, IpAddr), Errno> {
        if self.is_without_router(to) { node.without_router(to, found, is_chosen) } else { Ok(found) }
    }

    fn take_source(&mut self, interface: u32, source: Ipv4Addr) {
        if interface != 0 {
            self.interface = interface;
        }
        self.source = Some(source.into()).filter(|source: &IpAddr| !source.is_unspecified());
        self.any_source = self.source.is_none();
    }

    fn take_v4(&mut self, control: &Control<'_>) -> Result<(), Errno> {
        match control.name {
            IP_PKTINFO if control.data.len() == InPktinfo::SIZE => {
                let info = InPktinfo::decode(control.data).map_err(|_| Errno::EINVAL)?;
                self.take_source(info.interface, info.local);
            }
            IP_TTL => self.hop_limit = Some(int(control, 1, 255)? as u8),
            IP_TOS => {
                self.traffic_class = Some(match control.data {
                    [byte] => *byte,
                    _ => int(control, 0, 255)? as u8,
                });
            }
            // Of those who send, only raw sockets with headers of their own have it looked at.
            IP_PROTOCOL => _ = int(control, 1, 255)?,
            _ => return Err(Errno::EINVAL),
        }
        Ok(())
    }

    fn take_v6(&mut self, engine: &Engine, socket: &Socket, control: &Control<'_>) -> Result<(), Errno> {
        match control.name {
            IPV6_PKTINFO => {
                let In6Pktinfo { address, interface } =
                    In6Pktinfo::decode(control.data).map_err(|_| Errno::EINVAL)?;
                if interface != 0 {
                    if self.interface != 0 && self.interface != interface {
                        return Err(Errno::EINVAL);
                    }
                    self.interface = interface;
                }
                let kernel = engine.node(socket.node);
                if self.interface != 0 {
                    kernel.interface(self.interface).ok_or(Errno::ENODEV)?;
                } else if address.is_unicast_link_local() {
                    return Err(Errno::EINVAL);
                }
                if !address.is_unspecified() {
                    let own = kernel.interface_of(address.into());
                    let strict = needs_scope(address) || address.is_loopback();
                    let is_own =
                        own.is_some() && (!strict || self.interface == 0 || own == Some(self.interface));
                    if !is_own && !socket.common.ip.binds_any_address() {
                        return Err(Errno::EINVAL);
                    }
                    self.source = Some(address.into());
                }
            }
            IPV6_HOPLIMIT => self.hop_limit = u8::try_from(int(control, -1, 255)?).ok(),
            IPV6_DONTFRAG => self.dont_fragment = Some(int(control, 0, 1)? == 1),
            IPV6_FLOWINFO => {
                let bytes = control.data.first_chunk().ok_or(Errno::EINVAL)?;
                self.flow_info = Some(u32::from_be_bytes(*bytes) & 0x0FFF_FFFF);
            }
            // Minus one is no more than its bits.
            IPV6_TCLASS => self.traffic_class = Some(int(control, -1, 255)? as u8),
            _ => return Err(Errno::EINVAL),
        }
        Ok(())
    }
}
