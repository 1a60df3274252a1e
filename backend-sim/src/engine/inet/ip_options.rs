//! `SOL_IP` and `SOL_IPV6`: what goes into the header of every packet (net/ipv4/ip_sockglue.c).

use alloc::vec::Vec;

use anysock::message::ipv6::Ip6MtuInfo;
use anysock::option::ip::{
    IP_BIND_ADDRESS_NO_PORT, IP_FREEBIND, IP_HDRINCL, IP_LOCAL_PORT_RANGE, IP_MINTTL, IP_MTU,
    IP_MTU_DISCOVER, IP_MULTICAST_IF, IP_TOS, IP_TRANSPARENT, IP_TTL,
};
use anysock::option::ipv6::{
    IPV6_DONTFRAG, IPV6_FLOWINFO_SEND, IPV6_FREEBIND, IPV6_MINHOPCOUNT, IPV6_MTU, IPV6_MTU_DISCOVER,
    IPV6_PATHMTU, IPV6_RECVPATHMTU, IPV6_TCLASS, IPV6_TRANSPARENT, IPV6_UNICAST_HOPS, IPV6_V6ONLY,
};
use anysock::{Errno, Family, Level, SocketType};

use super::packet::{HeaderFields, PathMtuDiscovery};
use super::path_mtu::LEAST_IPV6;
use crate::engine::socket::Common;

/// Who may have which address and port, and what is taken.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct IpSettings {
    /// IP_FREEBIND, IPV6_FREEBIND: an address need not be the node's.
    free_bind: bool,
    /// IP_TRANSPARENT, IPV6_TRANSPARENT: the same, and packets are sent from it.
    pub(super) transparent: bool,
    /// IP_BIND_ADDRESS_NO_PORT: a bind without a port leaves that to who connects or sends.
    pub(super) binds_address_only: bool,
    /// IP_LOCAL_PORT_RANGE: the first port in the low half, the last in the high one.
    pub(super) port_range: u32,
    /// IP_MINTTL and IPV6_MINHOPCOUNT.
    pub(super) least_hop_limits: [u8; 2],
    /// IPV6_FLOWINFO_SEND: what an address says of the flow is sent.
    pub(super) sends_flow_info: bool,
    /// IPV6_RECVPATHMTU: what was too large for its way is told by a message.
    pub(super) hears_of_path_mtu: bool,
}

impl IpSettings {
    /// Whether an address may be bound that is not the node's (`inet_can_nonlocal_bind`).
    pub(super) const fn binds_any_address(&self) -> bool {
        self.free_bind || self.transparent
    }
}

/// The value of an option that may be an `int`, a single byte, or nothing, which is zero.
pub(super) fn int_or_byte(value: &[u8]) -> i32 {
    match (value.first_chunk(), value) {
        (Some(int), _) => i32::from_ne_bytes(*int),
        (None, [byte, ..]) => i32::from(*byte),
        (None, []) => 0,
    }
}

/// The value of an option that is an `int`.
fn int(value: &[u8]) -> Result<i32, Errno> {
    value.first_chunk().copied().map(i32::from_ne_bytes).ok_or(Errno::EINVAL)
}

/// The value of IP_MINTTL and IPV6_MINHOPCOUNT.
fn least_hop_limit(value: i32) -> Result<u8, Errno> {
    u8::try_from(value).map_err(|_| Errno::EINVAL)
}

/// The value of IP_LOCAL_PORT_RANGE: an end that is 0 is the node's.
fn port_range(value: &[u8]) -> Result<u32, Errno> {
    let range = u32::from_ne_bytes(value.try_into().map_err(|_| Errno::EINVAL)?);
    let (first, last) = (range & 0xFFFF, range >> 16);
    if first != 0 && last != 0 && first > last { Err(Errno::EINVAL) } else { Ok(range) }
}

fn discovery(value: i32) -> Result<PathMtuDiscovery, Errno> {
    let known = PathMtuDiscovery::DONT.0..=PathMtuDiscovery::OMIT.0;
    if known.contains(&value) { Ok(PathMtuDiscovery(value)) } else { Err(Errno::EINVAL) }
}

/// An answer of `SOL_IP` in `room` bytes: a small number becomes a byte where there is no room for an `int`.
pub(in crate::engine) fn narrowed((level, name): (Level, i32), mut answer: Vec<u8>, room: usize) -> Vec<u8> {
    // IP_MULTICAST_IF answers an address.
    let is_int = level == Level::IP && name != IP_MULTICAST_IF && answer.len() == size_of::<i32>();
    if is_int && (1..size_of::<i32>()).contains(&room) && answer[1..] == [0; 3] {
        answer.truncate(1);
    }
    answer
}

/// Whether an option tells the MTU of the way to the peer.
pub(super) fn is_mtu(family: Family, option: (Level, i32)) -> bool {
    match option {
        (Level::IP, IP_MTU) => true,
        (Level::IPV6, IPV6_MTU | IPV6_PATHMTU) => family == Family::INET6,
        _ => false,
    }
}

/// What such an option answers: IPV6_PATHMTU in a structure, whose address is nobody's.
pub(super) fn told_mtu(name: i32, mtu: usize) -> Vec<u8> {
    match name {
        IPV6_PATHMTU => Ip6MtuInfo { address: [0; 28], mtu: mtu as u32 }.encode().to_vec(),
        _ => (mtu as i32).to_ne_bytes().to_vec(),
    }
}

/// SO_PRIORITY of a socket whose type of service this has become (ip_tos2prio): TC_PRIO_BESTEFFORT, TC_PRIO_BULK,
/// TC_PRIO_INTERACTIVE, TC_PRIO_INTERACTIVE_BULK.
fn priority(service: u8) -> i32 {
    [0, 2, 6, 4][usize::from(service >> 3 & 3)]
}

/// What a program sets of the octet that was `before`, whose ECN field is TCP's own.
fn with_own_ecn(kind: SocketType, set: u8, before: u8) -> u8 {
    if kind == SocketType::STREAM { set & !3 | before & 3 } else { set }
}

/// Sets one.
///
/// # Errors
/// `EINVAL` for a value out of its range, `ENOPROTOOPT` for an unknown option.
pub(super) fn set(
    (family, kind): (Family, SocketType),
    (level, name): (Level, i32),
    value: &[u8],
    fields: &mut HeaderFields,
    v6_only: &mut bool,
    bound: bool,
    common: &mut Common,
) -> Result<(), Errno> {
    if (level == Level::IP || level == Level::IPV6 && family == Family::INET6)
        && let Some(answer) = common.kept_ip.set(kind, (level, name), value)
    {
        return answer;
    }
    match level {
        Level::IP => set_v4(kind, name, value, fields, common),
        Level::IPV6 if family == Family::INET6 && name == IPV6_V6ONLY => {
            let only = int(value)?;
            if bound {
                return Err(Errno::EINVAL);
            }
            *v6_only = only != 0;
            Ok(())
        }
        Level::IPV6 if family == Family::INET6 => set_v6(kind, name, value, fields, common),
        _ => Err(Errno::ENOPROTOOPT),
    }
}

/// `SOL_IP`.
fn set_v4(
    kind: SocketType,
    name: i32,
    value: &[u8],
    fields: &mut HeaderFields,
    common: &mut Common,
) -> Result<(), Errno> {
    match name {
        IP_TOS => {
            let service = with_own_ecn(kind, int_or_byte(value) as u8, fields.type_of_service);
            if service != fields.type_of_service {
                fields.type_of_service = service;
                common.priority = priority(service);
            }
        }
        IP_TTL => {
            fields.time_to_live = match int_or_byte(value) {
                -1 => HeaderFields::default().time_to_live,
                ttl @ 1..=255 => ttl as u8,
                _ => return Err(Errno::EINVAL),
            }
        }
        IP_MTU_DISCOVER => fields.discovery = discovery(int_or_byte(value))?,
        IP_FREEBIND | IP_TRANSPARENT | IP_MINTTL if value.is_empty() => return Err(Errno::EINVAL),
        IP_FREEBIND => common.ip.free_bind = int_or_byte(value) != 0,
        IP_TRANSPARENT => common.ip.transparent = int_or_byte(value) != 0,
        IP_BIND_ADDRESS_NO_PORT => common.ip.binds_address_only = int_or_byte(value) != 0,
        IP_MINTTL => common.ip.least_hop_limits[0] = least_hop_limit(int_or_byte(value))?,
        IP_LOCAL_PORT_RANGE => common.ip.port_range = port_range(value)?,
        _ => return Err(Errno::ENOPROTOOPT),
    }
    Ok(())
}

/// `SOL_IPV6`.
fn set_v6(
    kind: SocketType,
    name: i32,
    value: &[u8],
    fields: &mut HeaderFields,
    common: &mut Common,
) -> Result<(), Errno> {
    match name {
        IPV6_FREEBIND => common.ip.free_bind = int(value)? != 0,
        IPV6_TRANSPARENT => common.ip.transparent = int(value)? != 0,
        IPV6_MINHOPCOUNT => common.ip.least_hop_limits[1] = least_hop_limit(int(value)?)?,
        IPV6_MTU_DISCOVER => fields.discovery_v6 = discovery(int(value)?)?,
        // What is too short counts as zero.
        IPV6_DONTFRAG => fields.dont_fragment = int(value).unwrap_or(0) != 0,
        IPV6_FLOWINFO_SEND => common.ip.sends_flow_info = int(value)? != 0,
        IPV6_RECVPATHMTU => common.ip.hears_of_path_mtu = int(value)? != 0,
        IPV6_MTU => {
            fields.fragment_size = match u32::try_from(int(value)?) {
                Ok(size) if size == 0 || size >= LEAST_IPV6 => size,
                _ => return Err(Errno::EINVAL),
            }
        }
        IPV6_UNICAST_HOPS => {
            fields.hop_limit = match int(value)? {
                -1 => HeaderFields::default().hop_limit,
                hops @ 0..=255 => hops as u8,
                _ => return Err(Errno::EINVAL),
            }
        }
        IPV6_TCLASS => {
            let class = match int(value)? {
                -1 => 0,
                class @ 0..=255 => class as u8,
                _ => return Err(Errno::EINVAL),
            };
            fields.traffic_class = with_own_ecn(kind, class, fields.traffic_class);
        }
        _ => return Err(Errno::ENOPROTOOPT),
    }
    Ok(())
}

pub(super) fn get(
    family: Family,
    (level, name): (Level, i32),
    fields: &HeaderFields,
    v6_only: bool,
    common: &Common,
) -> Result<Vec<u8>, Errno> {
    let value = match (level, name) {
        (Level::IP, IP_TOS) => i32::from(fields.type_of_service),
        (Level::IP, IP_TTL) => i32::from(fields.time_to_live),
        (Level::IP, IP_MTU_DISCOVER) => fields.discovery.0,
        (Level::IP, IP_FREEBIND) => i32::from(common.ip.free_bind),
        (Level::IP, IP_TRANSPARENT) => i32::from(common.ip.transparent),
        (Level::IP, IP_BIND_ADDRESS_NO_PORT) => i32::from(common.ip.binds_address_only),
        (Level::IP, IP_MINTTL) => i32::from(common.ip.least_hop_limits[0]),
        (Level::IP, IP_LOCAL_PORT_RANGE) => common.ip.port_range.cast_signed(),
        // Raw sockets alone have it.
        (Level::IP, IP_HDRINCL) => 0,
        // An IPv4 socket knows no other level (do_ip_getsockopt).
        _ if level != Level::IP && family != Family::INET6 => return Err(Errno::EOPNOTSUPP),
        (Level::IPV6, IPV6_UNICAST_HOPS) => i32::from(fields.hop_limit),
        (Level::IPV6, IPV6_TCLASS) => i32::from(fields.traffic_class),
        (Level::IPV6, IPV6_FREEBIND) => i32::from(common.ip.free_bind),
        (Level::IPV6, IPV6_TRANSPARENT) => i32::from(common.ip.transparent),
        (Level::IPV6, IPV6_MINHOPCOUNT) => i32::from(common.ip.least_hop_limits[1]),
        (Level::IPV6, IPV6_V6ONLY) => i32::from(v6_only),
        (Level::IPV6, IPV6_DONTFRAG) => i32::from(fields.dont_fragment),
        (Level::IPV6, IPV6_FLOWINFO_SEND) => i32::from(common.ip.sends_flow_info),
        (Level::IPV6, IPV6_RECVPATHMTU) => i32::from(common.ip.hears_of_path_mtu),
        (Level::IPV6, IPV6_MTU_DISCOVER) => fields.discovery_v6.0,
        option => common.kept_ip.get(option).map(i32::from).ok_or(Errno::ENOPROTOOPT)?,
    };
    Ok(value.to_ne_bytes().to_vec())
}
