//! Names of hosts, services and protocols: what the engine answers.

use std::net::{IpAddr, SocketAddr};
use std::string::String;
use std::vec::Vec;

use anysock::constants::resolve::NameFlags;
use anysock::resolve::{AddressInfo, Hints, HostEntry, HostName, Resolve, ServiceName};
use anysock::{Errno, Family, HostError, IpProtocol, ResolveError};

use crate::engine::names::{self, Host};
use crate::sim::Sim;

fn tell(host: &Host, found: &mut dyn FnMut(&HostEntry<'_>)) {
    let aliases: Vec<&str> = host.aliases.iter().map(String::as_str).collect();
    found(&HostEntry { name: &host.name, aliases: &aliases, addresses: &host.addresses });
}

/// The hosts are the nodes of the world by their names, `localhost`, and what
/// [`crate::engine::Engine::add_host`] adds.
impl Resolve for Sim<'_> {
    fn address_info(
        &self,
        host: Option<&str>,
        service: Option<&str>,
        hints: &Hints,
        each: &mut dyn FnMut(&AddressInfo<'_>),
    ) -> Result<(), ResolveError> {
        // What is told may make calls of its own.
        let (mut infos, mut name) = (Vec::new(), None);
        self.call(|engine| {
            engine.address_info(self.node, host, service, hints, &mut |info| {
                name = name.take().or(info.canonical_name.map(String::from));
                infos.push(AddressInfo { canonical_name: None, ..*info });
            })
        })?;
        for info in infos {
            let name = name.take();
            each(&AddressInfo { canonical_name: name.as_deref(), ..info });
        }
        Ok(())
    }

    fn name_info(
        &self,
        address: &SocketAddr,
        flags: NameFlags,
    ) -> Result<(HostName, ServiceName), ResolveError> {
        let (host, service) = self.call(|engine| engine.name_info(self.node, address, flags))?;
        let host = HostName::new(host.as_bytes()).map_err(|_| ResolveError::OVERFLOW)?;
        Ok((host, ServiceName::new(service.as_bytes()).map_err(|_| ResolveError::OVERFLOW)?))
    }

    fn host_name(&self) -> Result<HostName, Errno> {
        self.call(|engine| HostName::new(engine.node_name(self.node).as_bytes()))
            .map_err(|_| Errno::ENAMETOOLONG)
    }

    fn host_by_name(
        &self,
        name: &str,
        family: Family,
        found: &mut dyn FnMut(&HostEntry<'_>),
    ) -> Result<(), HostError> {
        tell(&self.call(|engine| engine.host_by_name(name, family))?, found);
        Ok(())
    }

    fn host_by_address(
        &self,
        address: IpAddr,
        found: &mut dyn FnMut(&HostEntry<'_>),
    ) -> Result<(), HostError> {
        tell(&self.call(|engine| engine.host_by_address(address))?, found);
        Ok(())
    }

    fn service_by_name(&self, name: &str, protocol: Option<&str>) -> Option<u16> {
        names::service_by_name(name, protocol)
    }

    fn service_by_port(&self, port: u16, protocol: Option<&str>) -> Option<ServiceName> {
        ServiceName::new(names::service_by_port(port, protocol)?.as_bytes()).ok()
    }

    fn protocol_by_name(&self, name: &str) -> Option<IpProtocol> {
        names::protocol_by_name(name)
    }
}
