//! `getnameinfo(3)`.

use alloc::format;
use alloc::string::{String, ToString};
use core::net::SocketAddr;

use anysock::ResolveError;
use anysock::constants::resolve::NameFlags;
use anysock::text::IpText;

use super::address_info::is_of_one_link;
use super::services::service_by_port;
use crate::engine::Engine;
use crate::engine::node::NodeId;

impl Engine {
    /// `getnameinfo(3)` on a node.
    ///
    /// # Errors
    /// Those of [`anysock::Resolve::name_info`].
    pub fn name_info(
        &self,
        node: NodeId,
        address: &SocketAddr,
        flags: NameFlags,
    ) -> Result<(String, String), ResolveError> {
        if flags.0 & !0xFF != 0 {
            return Err(ResolveError::BAD_FLAGS);
        }
        let host = match self.host_by_address(address.ip()) {
            Ok(host) if !flags.contains(NameFlags::NUMERICHOST) => {
                self.without_domain(node, host.name, flags)
            }
            _ if flags.contains(NameFlags::NAMEREQD) => return Err(ResolveError::NO_NAME),
            _ => self.in_digits(node, address),
        };
        let protocol = if flags.contains(NameFlags::DGRAM) { "udp" } else { "tcp" };
        let service = service_by_port(address.port(), Some(protocol));
        let service = service.filter(|_| !flags.contains(NameFlags::NUMERICSERV));
        Ok((host, service.map_or_else(|| address.port().to_string(), String::from)))
    }

    /// With `NI_NOFQDN` a host of the node's own domain is given without it.
    fn without_domain(&self, node: NodeId, name: String, flags: NameFlags) -> String {
        let own_domain = self.node(node).name.split_once('.').map(|(_, domain)| domain);
        match name.split_once('.') {
            Some((host, domain)) if flags.contains(NameFlags::NOFQDN) && Some(domain) == own_domain => {
                host.into()
            }
            _ => name,
        }
    }

    /// An address in digits, with its interface where it says one.
    fn in_digits(&self, node: NodeId, address: &SocketAddr) -> String {
        let digits = IpText(address.ip());
        match address {
            SocketAddr::V6(v6) if v6.scope_id() != 0 => {
                let scope = v6.scope_id();
                match self.interface_name(node, scope) {
                    Ok(name) if is_of_one_link(*v6.ip()) => format!("{digits}%{name}"),
                    _ => format!("{digits}%{scope}"),
                }
            }
            _ => digits.to_string(),
        }
    }
}
