//! Text and byte order: printing and reading addresses without an allocator, and `htonl` and its like.
//!
//! - [`inet_pton`], [`inet_ntop`], [`inet_aton`], [`inet_ntoa`] are inet(3)'s and inet_pton(3)'s functions;
//!   [`IpText`] prints and reads `core::net`'s types, which is what a configuration file needs.
//! - [`htonl`], [`htons`], [`ntohl`], [`ntohs`] are byteorder(3)'s.
//! - The addresses of the other families print and read themselves (`Display`, `FromStr`; see [`crate::addr`]).
//!
//! ```
//! use anysock::text::{IpText, inet_aton, inet_ntop, inet_pton};
//! use anysock::Family;
//! use core::net::{Ipv4Addr, SocketAddr};
//!
//! assert_eq!(inet_pton(Family::INET6, "2001:DB8:0:0::1").map(|ip| inet_ntop(ip).to_string()).as_deref(),
//!     Ok("2001:db8::1"));
//! assert_eq!(inet_aton("127.1"), Ok(Ipv4Addr::LOCALHOST));
//! let IpText(server): IpText<SocketAddr> = "[fe80::1%3]:29536".parse()?;
//! assert_eq!(server.port(), 29536);
//! # Ok::<(), anysock::text::ParseError>(())
//! ```

mod byte_order;
mod error;
mod inet;
mod ip_text;
mod name;
mod parser;

pub use byte_order::{htonl, htons, ntohl, ntohs};
pub use error::{Expected, ParseError};
pub use inet::{inet_aton, inet_ntoa, inet_ntop, inet_pton};
pub use ip_text::IpText;
pub(crate) use name::Escaped;
pub use name::Name;
pub(crate) use parser::Parser;
