//! The table of hosts: `/etc/hosts`, `gethostbyname(3)`, `gethostbyaddr(3)`.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use anysock::text::{inet_aton, inet_pton};
use anysock::{Family, HostError};

use crate::engine::Engine;

/// A line of the table: an address, and the names that it has, of which the first is the official one.
#[derive(Debug)]
pub(crate) struct HostsLine {
    pub(crate) address: IpAddr,
    pub(crate) names: Vec<String>,
}

/// A host: `struct hostent`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Host {
    /// Its official name.
    pub name: String,
    /// Its other names.
    pub aliases: Vec<String>,
    /// Its addresses.
    pub addresses: Vec<IpAddr>,
}

/// The names of Debian's `/etc/hosts`.
const LOCALHOST: [(IpAddr, &[&str]); 2] = [
    (IpAddr::V6(Ipv6Addr::LOCALHOST), &["localhost", "ip6-localhost", "ip6-loopback"]),
    (IpAddr::V4(Ipv4Addr::LOCALHOST), &["localhost"]),
];

pub(super) fn is_of(address: IpAddr, family: Family) -> bool {
    match address {
        IpAddr::V4(_) => matches!(family, Family::INET | Family::UNSPEC),
        IpAddr::V6(_) => matches!(family, Family::INET6 | Family::UNSPEC),
    }
}

/// An IPv4 address in any form that `inet_aton(3)` reads, with nothing behind it.
pub(super) fn ipv4_text(text: &str) -> Option<Ipv4Addr> {
    if text.contains(|letter: char| letter.is_ascii_whitespace()) {
        return None;
    }
    inet_aton(text).ok()
}

impl Engine {
    /// Adds a line to the table of hosts that every node sees: the first of `names` is the official one.
    pub fn add_host(&mut self, address: IpAddr, names: &[&str]) {
        let names = names.iter().map(ToString::to_string).collect();
        self.hosts.push(HostsLine { address, names });
    }

    /// Every line of the table: those of localhost, those that were added, and the nodes.
    fn lines(&self) -> impl Iterator<Item = (IpAddr, Vec<&str>)> {
        let localhost = LOCALHOST.iter().map(|(address, names)| (*address, names.to_vec()));
        let added = self.hosts.iter();
        let added = added.map(|line| (line.address, line.names.iter().map(String::as_str).collect()));
        let nodes = self.nodes.iter();
        let nodes = nodes.flat_map(|node| node.addresses().map(|ip| (ip, alloc::vec![node.name.as_str()])));
        localhost.chain(added).chain(nodes)
    }

    /// The host of this name, with its addresses of `family`, or of both for `AF_UNSPEC`. Where it has none of
    /// that family, none.
    pub(super) fn host_named(&self, name: &str, family: Family) -> Option<Host> {
        let mut lines =
            self.lines().filter(|(_, names)| names.iter().any(|it| it.eq_ignore_ascii_case(name)));
        let first = lines.find(|(address, _)| is_of(*address, family));
        let (address, names) = first?;
        let (official, aliases) = names.split_first()?;
        let others = lines.map(|(address, _)| address).filter(|address| is_of(*address, family));
        Some(Host {
            name: official.to_string(),
            aliases: aliases.iter().map(ToString::to_string).collect(),
            addresses: core::iter::once(address).chain(others).collect(),
        })
    }

    /// `gethostbyname2(3)`: an address as text is a host of that name.
    ///
    /// # Errors
    /// [`HostError::NOT_FOUND`] where there is no such host, or it has no address of that family.
    pub fn host_by_name(&self, name: &str, family: Family) -> Result<Host, HostError> {
        let numeric = match family {
            Family::INET => ipv4_text(name).map(IpAddr::V4),
            Family::INET6 => inet_pton(family, name).ok(),
            _ => return Err(HostError::INTERNAL),
        };
        match numeric {
            Some(address) => {
                Ok(Host { name: name.into(), aliases: Vec::new(), addresses: alloc::vec![address] })
            }
            None => self.host_named(name, family).ok_or(HostError::NOT_FOUND),
        }
    }

    /// `gethostbyaddr(3)`.
    ///
    /// # Errors
    /// [`HostError::NOT_FOUND`] where no host has that address.
    pub fn host_by_address(&self, address: IpAddr) -> Result<Host, HostError> {
        let (_, names) = self.lines().find(|(known, _)| *known == address).ok_or(HostError::NOT_FOUND)?;
        let (official, aliases) = names.split_first().ok_or(HostError::NOT_FOUND)?;
        Ok(Host {
            name: official.to_string(),
            aliases: aliases.iter().map(ToString::to_string).collect(),
            addresses: alloc::vec![address],
        })
    }
}
