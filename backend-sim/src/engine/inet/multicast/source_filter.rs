//! Whole source filters, as IP_MSFILTER and MCAST_MSFILTER set and read them (RFC 3678 §4.2; `ip_mc_msfilter`,
//! `ip_mc_msfget` and `ip_mc_gsfget` of net/ipv4/igmp.c, `ip6_mc_msfilter` and `ip6_mc_msfget` of net/ipv6/mcast.c).

use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

use anysock::constants::ip::MulticastFilterMode;
use anysock::layout::SockAddrStorage;
use anysock::multicast::{GroupFilterHead, IpMsfilterHead};
use anysock::option::OptionValue;
use anysock::option::ip::IP_MSFILTER;
use anysock::option::multicast::MCAST_MSFILTER;
use anysock::{Errno, Family, Level, SocketType};

use super::super::path_mtu;
use super::options::address;
use super::{
    Filter, Membership, Mode, Request, SOURCES_MAX, SOURCES_MAX_V6, announce, find_interface, leave, of,
};
use crate::engine::calls::OPTMEM_MAX;
use crate::engine::socket::{Calls, Socket};
use crate::engine::{Engine, SocketId};

/// `sizeof(struct sockaddr_storage)`.
const STORAGE: usize = 128;

/// A filter as an option says it, with the bytes of its sources.
struct Said<'a> {
    request: Request,
    mode: MulticastFilterMode,
    /// How many sources there are, or there is room for.
    count: usize,
    sources: &'a [u8],
}

/// What the value of an option says; `None` where it is none of the two.
fn said(level: Level, name: i32, value: &[u8]) -> Option<Result<Said<'_>, Errno>> {
    let unspecified = Ipv4Addr::UNSPECIFIED;
    Some(match (level, name) {
        (Level::IP, IP_MSFILTER) => IpMsfilterHead::decode(value).map_err(|_| Errno::EINVAL).map(|head| {
            let request = Request { group: head.group.into(), interface: 0, address: head.local };
            let sources = value.get(IpMsfilterHead::SIZE..).unwrap_or_default();
            Said { request, mode: head.mode, count: head.count as usize, sources }
        }),
        (Level::IP | Level::IPV6, MCAST_MSFILTER) => {
            GroupFilterHead::decode(value).map_err(|_| Errno::EINVAL).map(|head| {
                // Another family's address is no group.
                let group = address(level, &head.group).unwrap_or(match level {
                    Level::IP => unspecified.into(),
                    _ => Ipv6Addr::UNSPECIFIED.into(),
                });
                let request = Request { group, interface: head.interface, address: unspecified };
                let sources = value.get(GroupFilterHead::SIZE..).unwrap_or_default();
                Said { request, mode: head.mode, count: head.count as usize, sources }
            })
        }
        _ => return None,
    })
}

/// `setsockopt(2)`; `None` where the option is another.
pub(super) fn set(
    engine: &mut Engine,
    id: SocketId,
    (level, name): (Level, i32),
    value: &[u8],
) -> Option<Result<(), Errno>> {
    let said = match said(level, name, value)? {
        Ok(_) if value.len() > OPTMEM_MAX => Err(Errno::ENOBUFS),
        said => said,
    };
    Some(said.and_then(|said| {
        let sources = sources(level, name, &said)?;
        replace(engine, id, &said, &sources)
    }))
}

/// The sources of a filter.
fn sources(level: Level, name: i32, said: &Said<'_>) -> Result<Vec<IpAddr>, Errno> {
    let most = if level == Level::IP { SOURCES_MAX } else { SOURCES_MAX_V6 };
    if said.count > most {
        return Err(Errno::ENOBUFS);
    }
    let length = if name == IP_MSFILTER { size_of::<Ipv4Addr>() } else { STORAGE };
    let bytes = said.sources.get(..said.count * length).ok_or(Errno::EINVAL)?;
    let source = |bytes: &[u8]| match bytes.first_chunk() {
        Some(v4) if name == IP_MSFILTER => Some(IpAddr::from(<[u8; 4]>::clone(v4))),
        _ => address(level, &SockAddrStorage::decode(bytes).ok()?),
    };
    bytes.chunks(length).map(|bytes| source(bytes).ok_or(Errno::EADDRNOTAVAIL)).collect()
}

/// Gives a membership another filter.
fn replace(engine: &mut Engine, id: SocketId, said: &Said<'_>, sources: &[IpAddr]) -> Result<(), Errno> {
    let (Request { group, .. }, node) = (said.request, engine.socket(id)?.node);
    let mode = match said.mode {
        _ if !group.is_multicast() => return Err(Errno::EINVAL),
        MulticastFilterMode::INCLUDE => Mode::Include,
        MulticastFilterMode::EXCLUDE => Mode::Exclude,
        _ => return Err(Errno::EINVAL),
    };
    let found = find_interface(engine, node, &said.request).ok_or(Errno::ENODEV)?;
    let interface = if group.is_ipv4() { found } else { said.request.interface };
    // Nobody is listened to any more.
    if mode == Mode::Include && sources.is_empty() {
        return leave(engine, id, &Request { interface, ..said.request });
    }
    let multicast = of(engine, id)?;
    let is_it = |one: &Membership| one.group == group && one.interface == interface;
    let at = multicast.memberships.iter().position(is_it).ok_or(Errno::EINVAL)?;
    let membership = multicast.memberships.get_mut(at).ok_or(Errno::EINVAL)?;
    membership.filter = Filter { mode, sources: sources.iter().copied().collect() };
    membership.listed = sources.to_vec();
    membership.named = !sources.is_empty();
    announce(engine, id, at)
}

/// What an option answers that a socket of `calls` is asked for, where the question may name a filter.
pub(in crate::engine::inet) fn take_option(
    calls: &impl Calls,
    engine: &mut Engine,
    id: SocketId,
    (level, name): (Level, i32),
    question: &[u8],
) -> Result<Vec<u8>, Errno> {
    let Socket { family, kind, .. } = *engine.socket(id)?;
    let has_level = match level {
        Level::IP => (family, kind) != (Family::INET6, SocketType::RAW),
        _ => family == Family::INET6,
    };
    if has_level && path_mtu::has_no_room((level, name), question.len()) {
        return Err(Errno::EINVAL);
    }
    let known = if has_level { get(engine, id, (level, name), question) } else { None };
    known.unwrap_or_else(|| calls.get_option(engine, id, level, name))
}

/// `getsockopt(2)`, where `question` says of which group; `None` where the option is another.
fn get(
    engine: &mut Engine,
    id: SocketId,
    (level, name): (Level, i32),
    question: &[u8],
) -> Option<Result<Vec<u8>, Errno>> {
    Some(said(level, name, question)?.and_then(|said| answer(engine, id, (level, name), &said, question)))
}

fn answer(
    engine: &mut Engine,
    id: SocketId,
    (level, name): (Level, i32),
    said: &Said<'_>,
    question: &[u8],
) -> Result<Vec<u8>, Errno> {
    let (Request { group, .. }, node) = (said.request, engine.socket(id)?.node);
    if !group.is_multicast() {
        return Err(Errno::EINVAL);
    }
    let interface = match name {
        IP_MSFILTER => find_interface(engine, node, &said.request).ok_or(Errno::ENODEV)?,
        _ => said.request.interface,
    };
    let multicast = of(engine, id)?;
    let is_it = |one: &&Membership| one.group == group && one.interface == interface;
    let membership = multicast.memberships.iter().find(is_it).ok_or(Errno::EADDRNOTAVAIL)?;
    let mode = match membership.filter.mode {
        Mode::Include => MulticastFilterMode::INCLUDE,
        Mode::Exclude => MulticastFilterMode::EXCLUDE,
    };
    let count = membership.listed.len() as u32;
    let sources = membership.listed.iter().take(said.count);
    let decoded = |_| Errno::EINVAL;
    if (level, name) == (Level::IP, IP_MSFILTER) {
        let head = IpMsfilterHead { mode, count, ..IpMsfilterHead::decode(question).map_err(decoded)? };
        let mut answer = head.encode().to_vec();
        for source in sources {
            if let IpAddr::V4(source) = source {
                answer.extend_from_slice(&source.octets());
            }
        }
        return Ok(answer);
    }
    let head = GroupFilterHead { mode, count, ..GroupFilterHead::decode(question).map_err(decoded)? };
    let mut answer = head.encode().to_vec();
    for source in sources {
        let storage = match SocketAddr::new(*source, 0) {
            SocketAddr::V4(source) => SockAddrStorage::new(&source),
            SocketAddr::V6(source) => SockAddrStorage::new::<SocketAddrV6>(&source),
        };
        answer.extend_from_slice(&storage.encode());
    }
    Ok(answer)
}
