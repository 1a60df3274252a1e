//! Names of hosts, services and protocols, as the C library answers on Linux.
//!
//! The hosts are `localhost`, the nodes by their names, and what [`Engine::add_host`] adds: every node sees the
//! same, as if they had one `/etc/hosts`. Nobody asks a name server.

mod address_info;
mod hosts;
mod name_info;
mod services;

pub use hosts::Host;
pub(crate) use hosts::HostsLine;
pub use services::{protocol_by_name, service_by_name, service_by_port};

#[cfg(doc)]
use super::Engine;
