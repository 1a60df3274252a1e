//! Names of hosts, services and protocols (getaddrinfo(3), getnameinfo(3), gethostbyname(3), services(5),
//! protocols(5)).
//!
//! ```
//! use anysock::resolve::{Hints, Resolve};
//! use anysock::{ResolveError, TcpStream};
//!
//! /// The first address of `host` that accepts a connection to `service`, which may be `"http"` or `"80"`.
//! fn connect<B: Resolve>(
//!     backend: &B,
//!     host: &str,
//!     service: &str,
//! ) -> Result<Option<TcpStream<B>>, ResolveError> {
//!     let mut stream = None;
//!     backend.address_info(Some(host), Some(service), &Hints::STREAM, &mut |info| {
//!         if stream.is_none() {
//!             stream = TcpStream::connect(backend.clone(), &info.address).ok();
//!         }
//!     })?;
//!     Ok(stream)
//! }
//! ```

mod address_info;
mod host;

pub use address_info::{AddressInfo, Hints};
pub use host::{HostEntry, HostName, ServiceName};

use core::net::{IpAddr, SocketAddr};

use crate::backend::Backend;
use crate::constants::resolve::NameFlags;
use crate::constants::{Errno, Family, HostError, IpProtocol, ResolveError};
use crate::error::DecodeError;

/// A backend that knows names.
///
/// On Linux these calls may block, for as long as the system's resolver takes: no deadline ends them.
pub trait Resolve: Backend {
    /// Calls `each` with every address of `host` and `service`, in the order in which they should be tried:
    /// `getaddrinfo(3)`.
    ///
    /// An address as text is its own. A service is a name or a port in digits, and without one the port is
    /// zero; without a host the address is this machine's own, or with `AI_PASSIVE` the one to bind to. `"*"`
    /// is the same as `None`.
    ///
    /// # Errors
    /// [`ResolveError::NO_NAME`] where the host is unknown, or neither host nor service is given, or a name
    /// contains a zero or has more than 1,024 bytes; [`ResolveError::SERVICE`] and
    /// [`ResolveError::SOCKET_TYPE`] where the service or the protocol does not go with the type;
    /// [`ResolveError::ADDRESS_FAMILY`] where an address is of another family; [`ResolveError::BAD_FLAGS`],
    /// [`ResolveError::FAMILY`]; the resolver's others.
    #[doc(alias = "getaddrinfo")]
    fn address_info(
        &self,
        host: Option<&str>,
        service: Option<&str>,
        hints: &Hints,
        each: &mut dyn FnMut(&AddressInfo<'_>),
    ) -> Result<(), ResolveError>;

    /// The names of an address and its port: `getnameinfo(3)`. What has no name is given in digits.
    ///
    /// # Errors
    /// [`ResolveError::NO_NAME`] where `NI_NAMEREQD` asks for a name and there is none;
    /// [`ResolveError::BAD_FLAGS`]; the resolver's others.
    #[doc(alias = "getnameinfo")]
    fn name_info(
        &self,
        address: &SocketAddr,
        flags: NameFlags,
    ) -> Result<(HostName, ServiceName), ResolveError>;

    /// The name of this machine: `gethostname(2)`.
    #[doc(alias = "gethostname")]
    fn host_name(&self) -> Result<HostName, Errno>;

    /// Calls `found` with the host of this name, which may be an address as text, and its addresses of `family`:
    /// `gethostbyname2(3)`.
    ///
    /// # Errors
    /// [`HostError::NOT_FOUND`] where the name is unknown, [`HostError::NO_DATA`] where it has no such address;
    /// the resolver's others.
    #[doc(alias = "gethostbyname")]
    #[doc(alias = "gethostbyname_ex")]
    fn host_by_name(
        &self,
        name: &str,
        family: Family,
        found: &mut dyn FnMut(&HostEntry<'_>),
    ) -> Result<(), HostError>;

    /// Calls `found` with the host of this address: `gethostbyaddr(3)`.
    ///
    /// # Errors
    /// [`HostError::NOT_FOUND`] where no host is known to have it; the resolver's others.
    #[doc(alias = "gethostbyaddr")]
    fn host_by_address(
        &self,
        address: IpAddr,
        found: &mut dyn FnMut(&HostEntry<'_>),
    ) -> Result<(), HostError>;

    /// The port of a service over `protocol` (`"tcp"`, `"udp"`), or over any: `getservbyname(3)`. `None` where
    /// it is unknown.
    #[doc(alias = "getservbyname")]
    fn service_by_name(&self, name: &str, protocol: Option<&str>) -> Option<u16>;

    /// The name of the service at a port of `protocol`, or of any: `getservbyport(3)`. `None` where it is
    /// unknown.
    #[doc(alias = "getservbyport")]
    fn service_by_port(&self, port: u16, protocol: Option<&str>) -> Option<ServiceName>;

    /// The number of a protocol: `getprotobyname(3)`. `None` where it is unknown.
    #[doc(alias = "getprotobyname")]
    fn protocol_by_name(&self, name: &str) -> Option<IpProtocol>;

    /// Calls `each` with every address of `host`, in the order in which they should be tried.
    ///
    /// # Errors
    /// Those of [`Resolve::address_info`].
    fn resolve(&self, host: &str, each: &mut dyn FnMut(IpAddr)) -> Result<(), ResolveError> {
        self.address_info(Some(host), None, &Hints::STREAM, &mut |info| each(info.address.ip()))
    }

    /// The name of a host with its domain, or the first of its names that has one, as CPython's `getfqdn` finds
    /// it: of this machine for an empty `name`. A host that is unknown keeps its name.
    ///
    /// # Errors
    /// `ENAMETOOLONG` where the name has more than 255 bytes, `EINVAL` where one of them is zero; those of
    /// [`Resolve::host_name`].
    #[doc(alias = "getfqdn")]
    fn full_host_name(&self, name: &str) -> Result<HostName, Errno> {
        let own;
        let name = match name.trim() {
            "" | "0.0.0.0" | "::" => {
                own = self.host_name()?;
                str::from_utf8(own.as_bytes()).unwrap_or_default()
            }
            name => name,
        };
        let mut full = HostName::new(name.as_bytes());
        let mut address = None;
        let known = self.resolve(name, &mut |ip| address = address.or(Some(ip)));
        if let (Ok(()), Some(address)) = (known, address) {
            // Where the address has no name, the host keeps its own.
            let _ = self.host_by_address(address, &mut |entry| {
                let mut names = core::iter::once(entry.name).chain(entry.aliases.iter().copied());
                let with_domain = names.find(|name| name.contains('.'));
                full = HostName::new(with_domain.unwrap_or(entry.name).as_bytes());
            });
        }
        full.map_err(|error| match error {
            DecodeError::TooLong { .. } => Errno::ENAMETOOLONG,
            _ => Errno::EINVAL,
        })
    }
}
