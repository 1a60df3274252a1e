//! Names of hosts and their addresses (getaddrinfo(3)).
//!
//! ```
//! use anysock::resolve::Resolve;
//! use anysock::{Error, ResolveError, TcpStream};
//! use core::net::SocketAddr;
//!
//! /// The first address of `host` that accepts a connection.
//! fn connect<B: Resolve>(backend: &B, host: &str, port: u16) -> Result<Option<TcpStream<B>>, ResolveError> {
//!     let mut stream = None;
//!     backend.resolve(host, &mut |address| {
//!         if stream.is_none() {
//!             stream = TcpStream::connect(backend.clone(), &SocketAddr::new(address, port)).ok();
//!         }
//!     })?;
//!     Ok(stream)
//! }
//! ```

use core::net::IpAddr;

use crate::backend::Backend;
use crate::constants::ResolveError;

/// A backend that knows the names of hosts.
pub trait Resolve: Backend {
    /// Calls `each` with every address of `host`, in the order in which they should be tried. An address as
    /// text is its own.
    ///
    /// On Linux this may block, for as long as the system's resolver takes: no deadline ends it.
    ///
    /// # Errors
    /// [`ResolveError::NO_NAME`] where the name is unknown, or longer than 1,024 bytes, or contains a zero;
    /// the resolver's others.
    #[doc(alias = "getaddrinfo")]
    #[doc(alias = "gethostbyname")]
    fn resolve(&self, host: &str, each: &mut dyn FnMut(IpAddr)) -> Result<(), ResolveError>;
}
