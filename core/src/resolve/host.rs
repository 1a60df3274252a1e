//! Names: [`HostName`], [`ServiceName`] and [`HostEntry`].

use core::net::IpAddr;

use crate::text::Name;

/// The name of a host: DNS has none that is longer than 255 bytes (RFC 1035 section 2.3.4).
pub type HostName = Name<255>;

/// The name of a service, or its port in digits: as long as NI_MAXSERV.
pub type ServiceName = Name<32>;

/// What is known of a host: `struct hostent`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HostEntry<'a> {
    /// Its official name.
    pub name: &'a str,
    /// Its other names.
    pub aliases: &'a [&'a str],
    /// Its addresses, all of one family, in the order in which they should be tried.
    pub addresses: &'a [IpAddr],
}
