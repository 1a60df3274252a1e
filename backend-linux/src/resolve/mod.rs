//! Names: the C library's resolver.

mod address_info;
mod buffer;
mod host;
mod service;
mod text;

use core::net::{IpAddr, SocketAddr};

use anysock::constants::resolve::NameFlags;
use anysock::resolve::{AddressInfo, Hints, HostEntry, HostName, Resolve, ServiceName};
use anysock::{Errno, Family, HostError, IpProtocol, ResolveError};

use crate::Linux;

impl Resolve for Linux {
    fn address_info(
        &self,
        host: Option<&str>,
        service: Option<&str>,
        hints: &Hints,
        each: &mut dyn FnMut(&AddressInfo<'_>),
    ) -> Result<(), ResolveError> {
        address_info::address_info(host, service, hints, each)
    }

    fn name_info(
        &self,
        address: &SocketAddr,
        flags: NameFlags,
    ) -> Result<(HostName, ServiceName), ResolveError> {
        address_info::name_info(address, flags)
    }

    fn host_name(&self) -> Result<HostName, Errno> {
        host::name()
    }

    fn host_by_name(
        &self,
        name: &str,
        family: Family,
        found: &mut dyn FnMut(&HostEntry<'_>),
    ) -> Result<(), HostError> {
        host::by_name(name, family, found)
    }

    fn host_by_address(
        &self,
        address: IpAddr,
        found: &mut dyn FnMut(&HostEntry<'_>),
    ) -> Result<(), HostError> {
        host::by_address(address, found)
    }

    fn service_by_name(&self, name: &str, protocol: Option<&str>) -> Option<u16> {
        service::by_name(name, protocol)
    }

    fn service_by_port(&self, port: u16, protocol: Option<&str>) -> Option<ServiceName> {
        service::by_port(port, protocol)
    }

    fn protocol_by_name(&self, name: &str) -> Option<IpProtocol> {
        service::protocol(name)
    }
}
