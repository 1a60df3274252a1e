//! Names of hosts, services and protocols, as the C library answers on Linux.
//!
//! The hosts are `localhost`, the nodes by their names, and what [`Engine::add_host`] adds: every node sees the
//! same, as if they had one `/etc/hosts`. Nobody asks a name server.
//!
//! ```
//! use anysock::Family;
//! use anysock_sim::engine::Engine;
//! use anysock_sim::engine::names::service_by_name;
//!
//! let mut engine = Engine::new(1);
//! engine.add_host("192.0.2.7".parse().unwrap(), &["backend", "b"]);
//! assert_eq!(engine.host_by_name("b", Family::INET).unwrap().name, "backend");
//! assert_eq!(service_by_name("ssh", Some("tcp")), Some(22));
//! ```

mod address_info;
mod hosts;
mod name_info;
mod services;

pub use hosts::Host;
pub(crate) use hosts::HostsLine;
pub use services::{protocol_by_name, service_by_name, service_by_port};

#[cfg(doc)]
use super::Engine;
