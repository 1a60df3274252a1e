//! Options of TCP's sockets that BSD alone has, and those of both that are something else there (`tcp_ctloutput` of
//! FreeBSD's sys/netinet/tcp_usrreq.c).

use alloc::vec::Vec;

use anysock::option::tcp::{
    TCP_CONGESTION, TCP_CORK, TCP_KEEPCNT, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_MAXSEG, TCP_NODELAY,
};
use anysock::tcp::{Config, State};
use anysock::{Errno, Level};

use super::connected::Connected;
use super::tcp::{TcpSocket, tcp, tcp_mut};
use super::tcp_bsd_fast_open;
use super::tcp_calls::TcpCalls;
use super::tcp_dialect::Dialect;
use super::tcp_in_udp;
use crate::engine::freebsd::{TCP_FASTOPEN, TCP_NOOPT, TCP_REMOTE_UDP_ENCAPS_PORT};
use crate::engine::socket::Calls;
use crate::engine::{Engine, SocketId};

/// What the flags of `t_flags` are that `getsockopt` tells of as they are (sys/netinet/tcp_var.h).
const TF_NODELAY: i32 = 0x4;
const TF_NOOPT: i32 = 0x8;
const TF_NOPUSH: i32 = 0x1000;

/// How many octets of a segment are headers at the least, as TCP_MAXSEG counts them.
const HEADERS: i32 = 40;
/// What timestamps take of each segment.
const TIMESTAMPS: u32 = 12;

/// What a program has set that only BSD's sockets have.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct BsdOptions {
    /// `TCP_NOOPT`.
    pub(super) no_options: bool,
    /// `TCP_MAXSEG`, before there is a connection, which knows better; zero for none.
    segment_size: u16,
}

impl BsdOptions {
    /// Gives a connection's settings what is said here of them.
    pub(super) fn apply(&self, dialect: &Dialect, ipv6: bool, config: &mut Config) {
        config.default_send_maximum_segment_size = dialect.default_segment(ipv6);
        if self.no_options {
            config.window_scale = None;
            config.timestamps = false;
            config.selective_acknowledgments = false;
        }
    }
}

/// The largest segment that is sent, the room for the options of each included (`t_maxseg`).
fn segment_size(socket: &TcpSocket, ipv6: bool) -> u16 {
    let options = &socket.options;
    match socket.connected() {
        Some(Connected { connection, .. }) if connection.state() != State::SynSent => {
            let timestamps = if connection.uses_timestamps() { TIMESTAMPS } else { 0 };
            u16::try_from(connection.maximum_segment_size() + timestamps).unwrap_or(u16::MAX)
        }
        _ if options.bsd.segment_size != 0 => options.bsd.segment_size,
        _ => options.dialect().default_segment(ipv6),
    }
}

/// `TCP_MAXSEG` only makes segments smaller, and not smaller than `minmss`.
fn set_segment_size(engine: &mut Engine, id: SocketId, wished: i32) -> Result<(), Errno> {
    let ipv6 = is_ipv6(engine, id);
    let (socket, _) = tcp_mut(engine, id)?;
    let least = i32::from(socket.options.dialect().least_segment);
    let size = u16::try_from(wished).ok().filter(|size| (1..=segment_size(socket, ipv6)).contains(size));
    let size = size.filter(|_| wished + HEADERS >= least).ok_or(Errno::EINVAL)?;
    let connected = socket.connected().map(|it| it.connection.state());
    if connected.is_none_or(|state| state == State::SynSent) {
        socket.options.bsd.segment_size = size;
        return Ok(());
    }
    let now = engine.now();
    let (socket, _) = tcp_mut(engine, id)?;
    if let Some(Connected { connection, .. }) = socket.connected_mut() {
        let mut config = connection.config();
        config.send_maximum_segment_size = Some(size);
        connection.set_config(now, &config);
    }
    Ok(())
}

fn is_ipv6(engine: &Engine, id: SocketId) -> bool {
    let remote = tcp(engine, id).ok().and_then(|socket| socket.remote.or(socket.local));
    match remote {
        Some(address) => address.is_ipv6(),
        None => engine.socket(id).is_ok_and(|socket| socket.family == anysock::Family::INET6),
    }
}

/// Sets one of TCP's options.
///
/// # Errors
/// As `setsockopt` of FreeBSD, and what Linux's says of the others.
pub(super) fn set(engine: &mut Engine, id: SocketId, name: i32, value: &[u8]) -> Result<(), Errno> {
    let number = || value.first_chunk().copied().map(i32::from_ne_bytes).ok_or(Errno::EINVAL);
    match name {
        TCP_NOOPT => tcp_mut(engine, id)?.0.options.bsd.no_options = number()? != 0,
        TCP_REMOTE_UDP_ENCAPS_PORT => tcp_in_udp::set_remote_port(engine, id, number()?)?,
        TCP_FASTOPEN => tcp_bsd_fast_open::set_option(engine, id, value)?,
        TCP_MAXSEG => set_segment_size(engine, id, number()?)?,
        TCP_KEEPIDLE | TCP_KEEPINTVL | TCP_KEEPCNT if number()? == 0 => {
            // As much as the node says.
            let own = tcp(engine, id)?.options.keepalive_of_node();
            let usual = match name {
                TCP_KEEPIDLE => own.idle.as_secs() as i32,
                TCP_KEEPINTVL => own.interval.as_secs() as i32,
                _ => own.count.into(),
            };
            TcpCalls.set_option(engine, id, Level::TCP, name, &usual.to_ne_bytes())?;
        }
        _ => {
            let set = TcpCalls.set_option(engine, id, Level::TCP, name, value);
            let is_unknown_algorithm = name == TCP_CONGESTION && set == Err(Errno::ENOENT);
            return if is_unknown_algorithm { Err(Errno::ESRCH) } else { set };
        }
    }
    Ok(())
}

/// Reads one of TCP's options.
///
/// # Errors
/// As Linux's.
pub(super) fn get(engine: &Engine, id: SocketId, name: i32) -> Result<Vec<u8>, Errno> {
    let options = &tcp(engine, id)?.options;
    let flag = |is_set: bool, flag: i32| if is_set { flag } else { 0 };
    let number = match name {
        TCP_NOOPT => flag(options.bsd.no_options, TF_NOOPT),
        TCP_REMOTE_UDP_ENCAPS_PORT => tcp(engine, id)?.fields.tunnel_port.into(),
        TCP_NODELAY => flag(options.no_delay, TF_NODELAY),
        TCP_CORK => flag(options.cork, TF_NOPUSH),
        TCP_MAXSEG => segment_size(tcp(engine, id)?, is_ipv6(engine, id)).into(),
        _ => return TcpCalls.get_option(engine, id, Level::TCP, name),
    };
    Ok(number.to_ne_bytes().to_vec())
}
