//! The options of multicasts (`do_ip_setsockopt`, `do_ipv6_setsockopt`).

use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, SocketAddrV4, SocketAddrV6};

use anysock::layout::SockAddrStorage;
use anysock::multicast::{GroupReq, GroupSourceReq, IpMreq, IpMreqSource, IpMreqn, Ipv6Mreq};
use anysock::option::ip::{
    IP_ADD_MEMBERSHIP, IP_ADD_SOURCE_MEMBERSHIP, IP_BLOCK_SOURCE, IP_DROP_MEMBERSHIP,
    IP_DROP_SOURCE_MEMBERSHIP, IP_MULTICAST_ALL, IP_MULTICAST_IF, IP_MULTICAST_LOOP, IP_MULTICAST_TTL,
    IP_UNBLOCK_SOURCE, IP_UNICAST_IF,
};
use anysock::option::ipv6::{
    IPV6_JOIN_GROUP, IPV6_LEAVE_GROUP, IPV6_MULTICAST_ALL, IPV6_MULTICAST_HOPS, IPV6_MULTICAST_IF,
    IPV6_MULTICAST_LOOP, IPV6_UNICAST_IF,
};
use anysock::option::multicast::{
    MCAST_BLOCK_SOURCE, MCAST_JOIN_GROUP, MCAST_JOIN_SOURCE_GROUP, MCAST_LEAVE_GROUP,
    MCAST_LEAVE_SOURCE_GROUP, MCAST_UNBLOCK_SOURCE,
};
use anysock::{DecodeError, Errno, Family, Level};

use super::super::ip_options::int_or_byte;
use super::{Mode, Multicast, Request, change_source, join, leave, of, source_filter};
use crate::engine::{Engine, SocketId};

/// What an option's value that is too short is answered.
fn too_short(_: DecodeError) -> Errno {
    Errno::EINVAL
}

/// An `int` of SOL_IPV6.
fn int(value: &[u8]) -> Result<i32, Errno> {
    value.first_chunk().copied().map(i32::from_ne_bytes).ok_or(Errno::EINVAL)
}

/// A group or a source of either version, if it is of that one.
pub(super) fn address(level: Level, storage: &SockAddrStorage) -> Option<IpAddr> {
    match level {
        Level::IP => storage.address::<SocketAddrV4>().ok().map(|address| (*address.ip()).into()),
        _ => storage.address::<SocketAddrV6>().ok().map(|address| (*address.ip()).into()),
    }
}

/// `setsockopt(2)` of a datagram or raw socket; `None` where the option is no multicast's.
pub(in crate::engine::inet) fn set(
    engine: &mut Engine,
    id: SocketId,
    (level, name): (Level, i32),
    value: &[u8],
) -> Option<Result<(), Errno>> {
    let family = engine.socket(id).ok()?.family;
    let answer = match (level, name) {
        (Level::IP, _) => set_v4(engine, id, name, value),
        (Level::IPV6, _) if family == Family::INET6 => set_v6(engine, id, name, value),
        _ => return None,
    };
    let answer = answer.or_else(|| source_filter::set(engine, id, (level, name), value));
    answer.or_else(|| {
        let takes_either = level == Level::IP || (level == Level::IPV6 && family == Family::INET6);
        takes_either.then(|| set_either(engine, id, (level, name), value)).flatten()
    })
}

/// How the options of multicasts are refused that a TCP socket does not have; `None` where it is no such option.
pub(in crate::engine::inet) fn refused_by_tcp(
    family: Family,
    option: (Level, i32),
    value: &[u8],
) -> Option<Errno> {
    match option {
        (Level::IP, IP_ADD_MEMBERSHIP | IP_DROP_MEMBERSHIP) => Some(Errno::EPROTO),
        (Level::IP, IP_MULTICAST_TTL | IP_MULTICAST_IF) => Some(Errno::EINVAL),
        (Level::IPV6, _) if family != Family::INET6 => None,
        (Level::IPV6, IPV6_JOIN_GROUP | IPV6_LEAVE_GROUP) if value.len() < Ipv6Mreq::SIZE => {
            Some(Errno::EINVAL)
        }
        (Level::IPV6, IPV6_JOIN_GROUP | IPV6_LEAVE_GROUP) => Some(Errno::EPROTO),
        (Level::IPV6, IPV6_MULTICAST_HOPS | IPV6_MULTICAST_IF) => Some(Errno::ENOPROTOOPT),
        _ => None,
    }
}

/// Options of `SOL_IP` alone.
fn set_v4(engine: &mut Engine, id: SocketId, name: i32, value: &[u8]) -> Option<Result<(), Errno>> {
    let settings = |engine| of(engine, id).map(|multicast: &mut Multicast| &mut multicast.v4);
    Some(match name {
        IP_MULTICAST_TTL => match int_or_byte(value) {
            _ if value.is_empty() => Err(Errno::EINVAL),
            -1 => settings(engine).map(|v4| v4.hops = 1),
            hops @ 0..=255 => settings(engine).map(|v4| v4.hops = hops as u8),
            _ => Err(Errno::EINVAL),
        },
        IP_MULTICAST_LOOP if value.is_empty() => Err(Errno::EINVAL),
        IP_MULTICAST_LOOP => settings(engine).map(|v4| v4.loops = int_or_byte(value) != 0),
        IP_MULTICAST_ALL => match int_or_byte(value) {
            _ if value.is_empty() => Err(Errno::EINVAL),
            all @ 0..=1 => settings(engine).map(|v4| v4.all = all == 1),
            _ => Err(Errno::EINVAL),
        },
        IP_MULTICAST_IF => set_interface(engine, id, value),
        IP_UNICAST_IF => unicast_interface(engine, id, value)
            .and_then(|interface| settings(engine).map(|v4| v4.unicast_interface = interface)),
        IP_ADD_MEMBERSHIP => mreqn(value).and_then(|request| join(engine, id, &request, Mode::Exclude)),
        IP_DROP_MEMBERSHIP => mreqn(value).and_then(|request| leave(engine, id, &request)),
        IP_ADD_SOURCE_MEMBERSHIP | IP_DROP_SOURCE_MEMBERSHIP | IP_BLOCK_SOURCE | IP_UNBLOCK_SOURCE => {
            if value.len() != IpMreqSource::SIZE {
                return Some(Err(Errno::EINVAL));
            }
            IpMreqSource::decode(value).map_err(too_short).and_then(|mreq| {
                let request = Request { group: mreq.group.into(), interface: 0, address: mreq.local };
                set_source(engine, id, name, &request, mreq.source.into())
            })
        }
        _ => return None,
    })
}

/// What IP_ADD_MEMBERSHIP and IP_DROP_MEMBERSHIP hold: `struct ip_mreqn`, or the shorter `struct ip_mreq`.
fn mreqn(value: &[u8]) -> Result<Request, Errno> {
    if value.len() >= IpMreqn::SIZE {
        let IpMreqn { group, local, interface } = IpMreqn::decode(value).map_err(too_short)?;
        return Ok(Request { group: group.into(), interface, address: local });
    }
    let IpMreq { group, local } = IpMreq::decode(value).map_err(too_short)?;
    Ok(Request { group: group.into(), interface: 0, address: local })
}

/// IP_MULTICAST_IF: `struct ip_mreqn`, `struct ip_mreq`, or the address of an interface.
fn set_interface(engine: &mut Engine, id: SocketId, value: &[u8]) -> Result<(), Errno> {
    let Request { interface, address, .. } = if value.len() >= IpMreq::SIZE {
        mreqn(value)?
    } else {
        let address: [u8; 4] = *value.first_chunk().ok_or(Errno::EINVAL)?;
        let group = Ipv4Addr::UNSPECIFIED.into();
        Request { group, interface: 0, address: address.into() }
    };
    let kernel = engine.node(engine.socket(id)?.node);
    let found = match interface {
        0 if address.is_unspecified() => Some(0),
        0 => kernel.interface_of(address.into()),
        interface => kernel.interface(interface).map(|found| found.index),
    };
    let found = found.ok_or(Errno::EADDRNOTAVAIL)?;
    let bound = engine.socket(id)?.common.bound_interface;
    if bound != 0 && found != 0 && found != bound {
        return Err(Errno::EINVAL);
    }
    let multicast = of(engine, id)?;
    (multicast.v4.interface, multicast.address) = (found, address);
    Ok(())
}

/// IP_UNICAST_IF and IPV6_UNICAST_IF: the number of an interface, in network byte order.
fn unicast_interface(engine: &Engine, id: SocketId, value: &[u8]) -> Result<u32, Errno> {
    let interface = u32::from_be_bytes(value.try_into().map_err(|_| Errno::EINVAL)?);
    let socket = engine.socket(id)?;
    if interface != 0 {
        engine.node(socket.node).interface(interface).ok_or(Errno::EADDRNOTAVAIL)?;
        // Whichever it is bound to.
        if socket.common.bound_interface != 0 {
            return Err(Errno::EINVAL);
        }
    }
    Ok(interface)
}

/// Options of `SOL_IPV6` alone.
fn set_v6(engine: &mut Engine, id: SocketId, name: i32, value: &[u8]) -> Option<Result<(), Errno>> {
    let node = engine.socket(id).ok()?.node;
    let settings = |engine| of(engine, id).map(|multicast: &mut Multicast| &mut multicast.v6);
    Some(match name {
        IPV6_MULTICAST_HOPS => int(value).and_then(|hops| match hops {
            -1 => settings(engine).map(|v6| v6.hops = 1),
            hops @ 0..=255 => settings(engine).map(|v6| v6.hops = hops as u8),
            _ => Err(Errno::EINVAL),
        }),
        IPV6_MULTICAST_LOOP => int(value).and_then(|loops| match loops {
            0 | 1 => settings(engine).map(|v6| v6.loops = loops == 1),
            _ => Err(Errno::EINVAL),
        }),
        IPV6_MULTICAST_ALL => int(value).and_then(|all| settings(engine).map(|v6| v6.all = all != 0)),
        IPV6_MULTICAST_IF => int(value).and_then(|interface| {
            let interface = interface.cast_unsigned();
            if interface != 0 && engine.node(node).interface(interface).is_none() {
                return Err(Errno::ENODEV);
            }
            let bound = engine.socket(id)?.common.bound_interface;
            if interface != 0 && bound != 0 && bound != interface {
                return Err(Errno::EINVAL);
            }
            settings(engine).map(|v6| v6.interface = interface)
        }),
        IPV6_UNICAST_IF => unicast_interface(engine, id, value)
            .and_then(|interface| settings(engine).map(|v6| v6.unicast_interface = interface)),
        IPV6_JOIN_GROUP | IPV6_LEAVE_GROUP => {
            Ipv6Mreq::decode(value).map_err(too_short).and_then(|Ipv6Mreq { group, interface }| {
                let request = Request { group: group.into(), interface, address: Ipv4Addr::UNSPECIFIED };
                match name {
                    IPV6_JOIN_GROUP => join(engine, id, &request, Mode::Exclude),
                    _ => leave(engine, id, &request),
                }
            })
        }
        _ => return None,
    })
}

/// Options that both levels have.
fn set_either(
    engine: &mut Engine,
    id: SocketId,
    (level, name): (Level, i32),
    value: &[u8],
) -> Option<Result<(), Errno>> {
    let request = |interface, group| Request { group, interface, address: Ipv4Addr::UNSPECIFIED };
    // Of another family. For IPv4, the kernel has two errors.
    let foreign = if level == Level::IP { Errno::EINVAL } else { Errno::EADDRNOTAVAIL };
    Some(match name {
        MCAST_JOIN_GROUP | MCAST_LEAVE_GROUP => {
            GroupReq::decode(value).map_err(too_short).and_then(|GroupReq { interface, group }| {
                let request = request(interface, address(level, &group).ok_or(foreign)?);
                match name {
                    MCAST_JOIN_GROUP => join(engine, id, &request, Mode::Exclude),
                    _ => leave(engine, id, &request),
                }
            })
        }
        MCAST_JOIN_SOURCE_GROUP | MCAST_LEAVE_SOURCE_GROUP | MCAST_BLOCK_SOURCE | MCAST_UNBLOCK_SOURCE => {
            GroupSourceReq::decode(value).map_err(too_short).and_then(
                |GroupSourceReq { interface, group, source }| {
                    let group = address(level, &group).ok_or(Errno::EADDRNOTAVAIL)?;
                    let source = address(level, &source).ok_or(Errno::EADDRNOTAVAIL)?;
                    set_source(engine, id, name, &request(interface, group), source)
                },
            )
        }
        _ => return None,
    })
}

/// An option about a source: which one, the name says.
fn set_source(
    engine: &mut Engine,
    id: SocketId,
    name: i32,
    request: &Request,
    source: IpAddr,
) -> Result<(), Errno> {
    let how = match name {
        IP_BLOCK_SOURCE | MCAST_BLOCK_SOURCE => (true, Mode::Exclude),
        IP_UNBLOCK_SOURCE | MCAST_UNBLOCK_SOURCE => (false, Mode::Exclude),
        IP_ADD_SOURCE_MEMBERSHIP | MCAST_JOIN_SOURCE_GROUP => (true, Mode::Include),
        _ => (false, Mode::Include),
    };
    if how == (true, Mode::Include) {
        match join(engine, id, request, Mode::Include) {
            // It has joined for other sources.
            Ok(()) | Err(Errno::EADDRINUSE) => {}
            Err(error) => return Err(error),
        }
    }
    change_source(engine, id, request, source, how)
}

/// `getsockopt(2)`; `None` where the option is no multicast's.
pub(in crate::engine::inet) fn get(
    family: Family,
    (level, name): (Level, i32),
    multicast: &Multicast,
) -> Option<Vec<u8>> {
    let Multicast { v4, v6, address, .. } = multicast;
    let value = match (level, name) {
        (Level::IP, IP_MULTICAST_TTL) => i32::from(v4.hops),
        (Level::IP, IP_MULTICAST_LOOP) => i32::from(v4.loops),
        (Level::IP, IP_MULTICAST_ALL) => i32::from(v4.all),
        (Level::IP, IP_MULTICAST_IF) => return Some(address.octets().to_vec()),
        (Level::IP, IP_UNICAST_IF) => return Some(v4.unicast_interface.to_be_bytes().to_vec()),
        (Level::IPV6, _) if family != Family::INET6 => return None,
        (Level::IPV6, IPV6_UNICAST_IF) => return Some(v6.unicast_interface.to_be_bytes().to_vec()),
        (Level::IPV6, IPV6_MULTICAST_HOPS) => i32::from(v6.hops),
        (Level::IPV6, IPV6_MULTICAST_LOOP) => i32::from(v6.loops),
        (Level::IPV6, IPV6_MULTICAST_ALL) => i32::from(v6.all),
        (Level::IPV6, IPV6_MULTICAST_IF) => v6.interface.cast_signed(),
        _ => return None,
    };
    Some(value.to_ne_bytes().to_vec())
}
