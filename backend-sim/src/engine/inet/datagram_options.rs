//! `SOL_IP` and `SOL_IPV6` as UDP, raw and ping sockets have them.

use alloc::vec::Vec;

use anysock::option::ip::IP_OPTIONS;
use anysock::{Errno, Level};

use super::{header_options, ip_options, multicast};
use crate::engine::socket::{Socket, SocketState};
use crate::engine::{Engine, SocketId};

/// `setsockopt(2)`.
///
/// # Errors
/// `ENOPROTOOPT` for an unknown one, `EINVAL` for a value that it cannot have, and what joining a group answers.
pub(super) fn set(
    engine: &mut Engine,
    id: SocketId,
    option: (Level, i32),
    value: &[u8],
) -> Result<(), Errno> {
    if option == (Level::IP, IP_OPTIONS) {
        return header_options::set(engine, id, value);
    }
    if let Some(answer) = multicast::set(engine, id, option, value) {
        return answer;
    }
    let Socket { family, kind, state, common, .. } = engine.socket_mut(id)?;
    let (wanted, errors, fields, v6_only, has_number) = match state {
        SocketState::Udp(udp) => {
            let has_port = udp.local.is_some();
            (&mut udp.wanted, &mut udp.errors, &mut udp.fields, &mut udp.v6_only, has_port)
        }
        SocketState::Raw(raw) => {
            let has_number = !raw.is_ping || raw.port.is_some();
            (&mut raw.wanted, &mut raw.errors, &mut raw.fields, &mut raw.v6_only, has_number)
        }
        _ => return Err(Errno::ENOPROTOOPT),
    };
    let known = wanted.set(*family, option, value).or_else(|| errors.set(*family, option, value));
    known.unwrap_or_else(|| {
        ip_options::set((*family, *kind), option, value, fields, v6_only, has_number, common)
    })
}

/// `getsockopt(2)`.
///
/// # Errors
/// `ENOPROTOOPT` for an unknown one.
pub(super) fn get(engine: &Engine, id: SocketId, option: (Level, i32)) -> Result<Vec<u8>, Errno> {
    if option == (Level::IP, IP_OPTIONS) {
        return header_options::get(engine, id);
    }
    let &Socket { family, ref state, ref common, .. } = engine.socket(id)?;
    let (wanted, errors, groups, fields, v6_only) = match state {
        SocketState::Udp(udp) => (&udp.wanted, &udp.errors, &udp.multicast, &udp.fields, udp.v6_only),
        SocketState::Raw(raw) => (&raw.wanted, &raw.errors, &raw.multicast, &raw.fields, raw.v6_only),
        _ => return Err(Errno::ENOPROTOOPT),
    };
    let known = wanted.get(family, option).or_else(|| errors.get(family, option));
    let known = known.or_else(|| multicast::get(family, option, groups));
    known.map_or_else(|| ip_options::get(family, option, fields, v6_only, common), Ok)
}
