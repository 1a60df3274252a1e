//! `getaddrinfo(3)`, in the order in which glibc looks at what it is asked.

use alloc::string::String;
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

use anysock::constants::resolve::ResolveFlags;
use anysock::resolve::{AddressInfo, Hints};
use anysock::text::inet_pton;
use anysock::{Errno, Family, InterfaceName, IpProtocol, Protocol, ResolveError, SocketType};

use super::hosts::ipv4_text;
use super::services::service_by_name;
use crate::engine::Engine;
use crate::engine::node::NodeId;

/// A type of socket with a protocol, the name of the protocol for its services, where it has some, and whether it
/// is given where neither was asked for: glibc's `gaih_inet_typeproto`.
struct TypeAndProtocol {
    kind: SocketType,
    /// `None` for any.
    protocol: Option<IpProtocol>,
    services: Option<&'static str>,
    by_default: bool,
}

#[rustfmt::skip]
const TYPES: [TypeAndProtocol; 7] = [
    entry(SocketType::STREAM, Some(IpProtocol::TCP), Some("tcp"), true),
    entry(SocketType::DGRAM, Some(IpProtocol::UDP), Some("udp"), true),
    entry(SocketType::DCCP, Some(IpProtocol::DCCP), Some("dccp"), false),
    entry(SocketType::DGRAM, Some(IpProtocol::UDPLITE), Some("udplite"), false),
    entry(SocketType::STREAM, Some(IpProtocol::SCTP), Some("sctp"), false),
    entry(SocketType::SEQPACKET, Some(IpProtocol::SCTP), Some("sctp"), false),
    entry(SocketType::RAW, None, None, true),
];

const fn entry(
    kind: SocketType,
    protocol: Option<IpProtocol>,
    services: Option<&'static str>,
    by_default: bool,
) -> TypeAndProtocol {
    TypeAndProtocol { kind, protocol, services, by_default }
}

impl TypeAndProtocol {
    fn fits(&self, hints: &Hints) -> bool {
        let any_kind = hints.kind == SocketType(0);
        let any_protocol = hints.protocol == Protocol::DEFAULT;
        (any_kind || hints.kind == self.kind)
            && (any_protocol || self.protocol.is_none_or(|protocol| protocol.0 == hints.protocol.0))
    }

    /// The socket that is meant, at a port.
    fn at(&self, port: u16, hints: &Hints) -> (SocketType, Protocol, u16) {
        (self.kind, self.protocol.map_or(hints.protocol, Protocol::from), port)
    }
}

/// A service that was asked for: by its name, or a port.
enum Service<'a> {
    Named(&'a str),
    Port(u16),
}

impl<'a> Service<'a> {
    /// A port is what `strtoul(3)` reads, and of that the last sixteen bits.
    fn new(text: &'a str, hints: &Hints) -> Result<Option<Self>, ResolveError> {
        if text.is_empty() {
            return Ok(None);
        }
        let number = text.trim_start_matches(|letter: char| letter.is_ascii_whitespace());
        match number.strip_prefix('+').unwrap_or(number).parse::<i32>() {
            Ok(number) if number >= 0 => Ok(Some(Service::Port(number as u16))),
            _ if hints.flags.contains(ResolveFlags::NUMERICSERV) => Err(ResolveError::NO_NAME),
            _ => Ok(Some(Service::Named(text))),
        }
    }
}

/// The sockets that are meant: each type with its protocol and port.
fn sockets(
    service: Option<Service<'_>>,
    hints: &Hints,
) -> Result<Vec<(SocketType, Protocol, u16)>, ResolveError> {
    let any = hints.kind == SocketType(0) && hints.protocol == Protocol::DEFAULT;
    let asked_for = TYPES.iter().find(|known| known.fits(hints));
    let asked_for = match asked_for {
        Some(known) => known,
        None if hints.kind != SocketType(0) => return Err(ResolveError::SOCKET_TYPE),
        None => return Err(ResolveError::SERVICE),
    };
    if !any && service.is_some() && asked_for.services.is_none() {
        return Err(ResolveError::SERVICE);
    }
    let port = match service {
        Some(Service::Named(name)) => {
            let candidates = if any { &TYPES[..] } else { core::slice::from_ref(asked_for) };
            let named = candidates.iter().filter_map(|known| {
                let port = service_by_name(name, Some(known.services?))?;
                Some(known.at(port, hints))
            });
            let named: Vec<_> = named.collect();
            return if named.is_empty() { Err(ResolveError::SERVICE) } else { Ok(named) };
        }
        Some(Service::Port(port)) => port,
        None => 0,
    };
    if any {
        let defaults = TYPES.iter().filter(|known| known.by_default);
        return Ok(defaults.map(|known| known.at(port, hints)).collect());
    }
    Ok(alloc::vec![asked_for.at(port, hints)])
}

/// An address with its interface, where it says one.
type Scoped = (IpAddr, u32);

fn mapped(address: Ipv4Addr) -> Scoped {
    (address.to_ipv6_mapped().into(), 0)
}

impl Engine {
    /// `getaddrinfo(3)` on a node.
    ///
    /// # Errors
    /// Those of [`anysock::Resolve::address_info`].
    pub fn address_info(
        &self,
        node: NodeId,
        host: Option<&str>,
        service: Option<&str>,
        hints: &Hints,
        each: &mut dyn FnMut(&AddressInfo<'_>),
    ) -> Result<(), ResolveError> {
        let host = host.filter(|host| *host != "*");
        let service = service.filter(|service| *service != "*");
        if host.is_none() && service.is_none() {
            return Err(ResolveError::NO_NAME);
        }
        let flags = hints.flags;
        if flags.0 & !0x7FF != 0 || (host.is_none() && flags.contains(ResolveFlags::CANONNAME)) {
            return Err(ResolveError::BAD_FLAGS);
        }
        let hints = &Hints { family: self.family_to_ask_for(node, hints)?, ..*hints };
        let service = service.map(|text| Service::new(text, hints)).transpose()?.flatten();
        if !matches!(hints.family, Family::UNSPEC | Family::INET | Family::INET6) {
            return Err(ResolveError::FAMILY);
        }
        let sockets = sockets(service, hints)?;
        let (name, addresses) = match host {
            Some(host) => self.addresses_of(node, host, hints)?,
            None => (String::new(), own_addresses(hints)),
        };
        let mut name = flags.contains(ResolveFlags::CANONNAME).then_some(name.as_str());
        for (ip, scope) in addresses {
            for (kind, protocol, port) in &sockets {
                let (family, address) = match ip {
                    IpAddr::V4(_) => (Family::INET, SocketAddr::new(ip, *port)),
                    IpAddr::V6(ip) => (Family::INET6, SocketAddrV6::new(ip, *port, 0, scope).into()),
                };
                let canonical_name = name.take();
                each(&AddressInfo { family, kind: *kind, protocol: *protocol, address, canonical_name });
            }
        }
        Ok(())
    }

    /// The family that is left to ask for under `AI_ADDRCONFIG`: one of which the node has an address that is
    /// not the loopback's.
    fn family_to_ask_for(&self, node: NodeId, hints: &Hints) -> Result<Family, ResolveError> {
        if !hints.flags.contains(ResolveFlags::ADDRCONFIG) {
            return Ok(hints.family);
        }
        let has_ipv4 = self.node(node).addresses().any(|address| address.is_ipv4());
        let has_ipv6 = self.node(node).addresses().any(|address| address.is_ipv6());
        match hints.family {
            Family::UNSPEC if has_ipv4 && !has_ipv6 => Ok(Family::INET),
            Family::UNSPEC if has_ipv6 && !has_ipv4 => Ok(Family::INET6),
            Family::INET if !has_ipv4 => Err(ResolveError::NO_NAME),
            Family::INET6 if !has_ipv6 => Err(ResolveError::NO_NAME),
            family => Ok(family),
        }
    }

    /// The canonical name of a host, and its addresses.
    fn addresses_of(
        &self,
        node: NodeId,
        host: &str,
        hints: &Hints,
    ) -> Result<(String, Vec<Scoped>), ResolveError> {
        let (family, flags) = (hints.family, hints.flags);
        let maps = family == Family::INET6 && flags.contains(ResolveFlags::V4MAPPED);
        if let Some(address) = ipv4_text(host) {
            return match family {
                Family::INET6 if maps => Ok((host.into(), alloc::vec![mapped(address)])),
                Family::INET6 => Err(ResolveError::ADDRESS_FAMILY),
                _ => Ok((host.into(), alloc::vec![(address.into(), 0)])),
            };
        }
        if let Some(address) = self.ipv6_text(node, host)? {
            return match (family, address.0) {
                (Family::INET, IpAddr::V6(ip)) => match ip.to_ipv4_mapped() {
                    Some(ip) => Ok((host.into(), alloc::vec![(ip.into(), 0)])),
                    None => Err(ResolveError::ADDRESS_FAMILY),
                },
                _ => Ok((host.into(), alloc::vec![address])),
            };
        }
        if flags.contains(ResolveFlags::NUMERICHOST) {
            return Err(ResolveError::NO_NAME);
        }
        let mut found = self.host_named(host, family);
        let mut addresses: Vec<Scoped> =
            found.iter().flat_map(|host| &host.addresses).map(|ip| (*ip, 0)).collect();
        if maps && (addresses.is_empty() || flags.contains(ResolveFlags::ALL)) {
            let ipv4 = self.host_named(host, Family::INET);
            for address in ipv4.iter().flat_map(|host| &host.addresses) {
                if let IpAddr::V4(address) = address {
                    addresses.push(mapped(*address));
                }
            }
            found = found.or(ipv4);
        }
        Ok((found.ok_or(ResolveError::NO_NAME)?.name, addresses))
    }

    /// An IPv6 address, perhaps with `%` and the interface that it is meant on: by its name where the address
    /// is of one link, by its number everywhere.
    fn ipv6_text(&self, node: NodeId, text: &str) -> Result<Option<Scoped>, ResolveError> {
        let (address, scope) = match text.split_once('%') {
            Some((address, scope)) => (address, Some(scope)),
            None => (text, None),
        };
        let Ok(IpAddr::V6(address)) = inet_pton(Family::INET6, address) else { return Ok(None) };
        let scope = match scope {
            None => 0,
            Some(scope) => {
                let named = InterfaceName::new(scope.as_bytes())
                    .and_then(|name| self.interface_index(node, &name))
                    .ok()
                    .filter(|_| is_of_one_link(address));
                let number = scope.parse().map_err(|_| Errno::EINVAL);
                named.map_or(number, Ok).map_err(|_| ResolveError::NO_NAME)?
            }
        };
        Ok(Some((address.into(), scope)))
    }
}

/// Whether an address is one of a link: its interface has a name then.
pub(super) fn is_of_one_link(address: Ipv6Addr) -> bool {
    let multicast_of_link = address.segments()[0] & 0xFF0F == 0xFF02;
    address.is_unicast_link_local() || multicast_of_link
}

/// The addresses of this machine: to bind to, or to connect to.
fn own_addresses(hints: &Hints) -> Vec<Scoped> {
    let both: [IpAddr; 2] = if hints.flags.contains(ResolveFlags::PASSIVE) {
        [Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into()]
    } else {
        [Ipv6Addr::LOCALHOST.into(), Ipv4Addr::LOCALHOST.into()]
    };
    let wanted = both.into_iter().filter(|address| super::hosts::is_of(*address, hints.family));
    wanted.map(|address| (address, 0)).collect()
}
