//! What TCP sockets answer to `getsockopt`, of their own options and of IP's.

use alloc::vec::Vec;

use anysock::option::OptionValue;
use anysock::option::tcp::{TCP_FASTOPEN_KEY, TCP_INFO};
use anysock::{Errno, Level};

use super::multicast::Multicast;
use super::tcp::tcp;
use super::{ip_options, multicast, path_mtu};
use crate::engine::{Engine, SocketId};

/// The value of an option.
///
/// # Errors
/// `ENOPROTOOPT` for an unknown one, `ENOTCONN` for the MTU of a path that leads nowhere.
pub(super) fn get(engine: &Engine, id: SocketId, (level, name): (Level, i32)) -> Result<Vec<u8>, Errno> {
    let (entry, socket) = (engine.socket(id)?, tcp(engine, id)?);
    let family = entry.family;
    match (level, name) {
        (Level::TCP, TCP_FASTOPEN_KEY) if socket.options.fast_open_key.is_none() => {
            let of_node = engine.node(entry.node).sysctls.tcp_fastopen_key;
            Ok(of_node.map(|key| key.to_vec()).unwrap_or_default())
        }
        (Level::TCP, TCP_INFO) => {
            let mut info = socket.info(engine.now());
            info.path_mtu = path_mtu::of_connection(engine, id).unwrap_or(0);
            Ok(info.encode().to_vec())
        }
        (Level::TCP, name) => socket.option(name),
        option if ip_options::is_mtu(family, option) => {
            Ok(ip_options::told_mtu(name, path_mtu::of_connection(engine, id)? as usize))
        }
        option => {
            let known = match &socket.multicast {
                Some(multicast) => multicast::get(family, option, multicast),
                None => multicast::get(family, option, &Multicast::of_family(family)),
            };
            let known = known.or_else(|| socket.wanted.get(family, option));
            let known = known.or_else(|| socket.keeps_errors(family, option));
            let other = || ip_options::get(family, option, &socket.fields, socket.v6_only, &entry.common);
            known.map_or_else(other, Ok)
        }
    }
}
