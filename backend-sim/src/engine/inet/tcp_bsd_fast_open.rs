//! Fast Open as BSD's sockets have it: sys/netinet/tcp_fastopen.c of FreeBSD. A server's cookie is of the peer's
//! address alone, comes with every SYN,ACK whose SYN has the option, and may have been changed by a key that both ends
//! have; a client's text waits for the connection where there is no cookie.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::net::IpAddr;

use anysock::tcp::{FastOpenCookie, Payload, SecretKey, Segment};
use anysock::{Errno, Instant};

use super::connected::Connected;
use super::ports::Pair;
use super::tcp::{Phase, TcpSocket, tcp, tcp_mut};
use super::tcp_connect::connect_to;
use super::tcp_send;
use super::tcp_sysctls::flag;
use crate::engine::socket::Outgoing;
use crate::engine::sysctl::Sysctls;
use crate::engine::{Engine, SocketId};

/// How many octets a key has (`TCP_FASTOPEN_KEY_LEN`, `TCP_FASTOPEN_PSK_LEN`).
pub(super) const KEY_LENGTH: usize = 16;

/// The keys of a server, the newest first, and which cookies are right.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct FastOpenKeys {
    /// Any is (`acceptany`).
    takes_any: bool,
    /// Those that a key of both ends has made of the server's (`psk_enable`).
    are_pre_shared: bool,
    own: [Option<[u8; KEY_LENGTH]>; 2],
    pre_shared: [Option<[u8; KEY_LENGTH]>; 2],
}

/// The octets of a key, in hexadecimal.
fn key(text: &str) -> Result<[u8; KEY_LENGTH], Errno> {
    let number = u128::from_str_radix(text.trim(), 16).map_err(|_| Errno::EINVAL)?;
    if text.trim().len() == 2 * KEY_LENGTH { Ok(number.to_be_bytes()) } else { Err(Errno::EINVAL) }
}

/// The cookie that the other end makes of a server's by the key that both have.
fn changed(cookie: FastOpenCookie, key: [u8; KEY_LENGTH]) -> FastOpenCookie {
    cookie_of(SecretKey::new(key).hash(&[cookie.octets()]))
}

fn cookie_of(hash: u64) -> FastOpenCookie {
    FastOpenCookie::new(&hash.to_le_bytes()).unwrap_or(FastOpenCookie::REQUEST)
}

/// The cookie of a peer.
fn cookie_for(key: &SecretKey, remote: IpAddr) -> FastOpenCookie {
    cookie_of(match remote {
        IpAddr::V4(ip) => key.hash(&[&ip.octets()]),
        IpAddr::V6(ip) => key.hash(&[&ip.octets()]),
    })
}

impl FastOpenKeys {
    /// What the names of the settings begin with.
    pub(super) const NAMES: &str = "simulator.tcp_fast_open_";

    /// Sets what is called `name` behind that; a key is there beside the one before it.
    ///
    /// # Errors
    /// `ENOENT` for an unknown name, `EINVAL` for what is no value of it.
    pub(super) fn set(&mut self, name: &str, value: &str) -> Result<(), Errno> {
        match name {
            "takes_any" => self.takes_any = flag(value)?,
            "are_pre_shared" => {
                self.are_pre_shared = flag(value)?;
                if !self.are_pre_shared {
                    self.pre_shared = [None; 2];
                }
            }
            "key" => self.own = [Some(key(value)?), self.own[0]],
            "pre_shared_key" => self.pre_shared = [Some(key(value)?), self.pre_shared[0]],
            _ => return Err(Errno::ENOENT),
        }
        Ok(())
    }

    /// Whether a peer's cookie is right, and which one it is granted (`tcp_fastopen_check_cookie`); `secret` makes them
    /// as long as no key was set.
    fn check(&self, secret: &SecretKey, remote: IpAddr, cookie: FastOpenCookie) -> (bool, FastOpenCookie) {
        if self.takes_any {
            return (true, FastOpenCookie::new(&[0; 8]).unwrap_or(FastOpenCookie::REQUEST));
        }
        let newest = self.own[0].map_or_else(|| secret.clone(), SecretKey::new);
        let before = self.own[1].map(SecretKey::new);
        let is_of = |key: &SecretKey| {
            let own = cookie_for(key, remote);
            match self.are_pre_shared {
                true => {
                    self.pre_shared.iter().flatten().any(|key| changed(own, *key).octets() == cookie.octets())
                }
                false => own.octets() == cookie.octets(),
            }
        };
        (is_of(&newest) || before.is_some_and(|key| is_of(&key)), cookie_for(&newest, remote))
    }
}

/// Takes from a SYN for a listener what that is not to have: text without the right cookie. The cookie that the answer
/// grants.
pub(super) fn screen(
    engine: &Engine,
    listener: SocketId,
    (pair, is_opening): (Pair, bool),
    syn: &mut Segment<'_>,
) -> Option<FastOpenCookie> {
    if is_opening {
        return None;
    }
    let remote = pair.remote.ip();
    let node = engine.node(engine.socket(listener).ok()?.node);
    let Phase::Listening(listening) = &tcp(engine, listener).ok()?.phase else { return None };
    let (_, limit) = listening.listener.fast_opens();
    let asked = syn.options.fast_open.filter(|_| limit > 0 && syn.is_bare_syn());
    let checked =
        asked.map(|cookie| node.sysctls.tcp.fast_open_keys.check(&node.inet.secret, remote, cookie));
    if syn.is_bare_syn() && !checked.is_some_and(|(is_right, _)| is_right) {
        syn.options.fast_open = None;
        syn.payload = Payload::default();
    }
    checked.map(|(_, granted)| granted)
}

/// What a socket has that is to connect by its first text.
#[derive(Debug, Default)]
pub(super) struct FirstText {
    /// `TCP_FASTOPEN`.
    pub(super) fast_open: bool,
    /// The key that the server has, too.
    pub(super) pre_shared_key: Option<[u8; KEY_LENGTH]>,
    /// What waits for the connection.
    waiting: Vec<u8>,
}

/// Connects, with the text in the SYN where there is a cookie, and after the handshake where there is none. How much of
/// it is taken: what there is room for (`sbspace`).
pub(super) fn connect_with_text(
    engine: &mut Engine,
    id: SocketId,
    message: &Outgoing<'_>,
) -> Result<usize, Errno> {
    let address = message.address.unwrap_or_default();
    let node = engine.socket(id)?.node;
    let may = engine.node(node).sysctls.tcp_fastopen & Sysctls::FAST_OPEN_CLIENT != 0;
    let (socket, _) = tcp_mut(engine, id)?;
    let first = socket.bsd.first_text.get_or_insert_default();
    let (fast_open, key) = (first.fast_open && may, first.pre_shared_key);
    connect_to(engine, id, address, fast_open)?;
    let (socket, _) = tcp_mut(engine, id)?;
    if let Some(key) = key {
        socket.fast_open_cookie = socket.fast_open_cookie.map(|cookie| changed(cookie, key));
    }
    let sent = if socket.deferred { tcp_send::send(engine, id, message)? } else { 0 };
    let (socket, common) = tcp_mut(engine, id)?;
    // Half of what Linux calls the buffer is for itself.
    let room = (common.send_buffer.max(0) / 2) as usize;
    let taken = message.bytes.len().min(room.max(sent));
    if let Some(first) = &mut socket.bsd.first_text {
        first.waiting = message.bytes[sent..taken].to_vec();
    }
    Ok(taken)
}

/// The connection is there: what has waited for it is sent.
pub(super) fn send_waiting(socket: &mut TcpSocket, now: Instant) {
    let Some(mut first) = socket.bsd.first_text.take() else { return };
    if let Some(Connected { connection, storage, write_queue, .. }) = socket.connected_mut()
        && let Ok(sent) = connection.send(now, &first.waiting, storage)
    {
        write_queue.take(sent as u32, 0);
        first.waiting.clear();
    }
    socket.bsd.first_text = Some(first);
}

/// `TCP_FASTOPEN`: a switch, or one with the key that both ends have behind it. A listener takes as many connections
/// early as there may be.
pub(super) fn set_option(engine: &mut Engine, id: SocketId, value: &[u8]) -> Result<(), Errno> {
    /// How many connections may be open early at a listener.
    const MOST: u32 = 1024;
    let (enable, key) = value.split_first_chunk().ok_or(Errno::EINVAL)?;
    let enable = i32::from_ne_bytes(*enable) != 0;
    let node = engine.socket(id)?.node;
    let allowed = engine.node(node).sysctls.tcp_fastopen;
    let (socket, _) = tcp_mut(engine, id)?;
    let needed = match &socket.phase {
        Phase::Connected(_) => return Err(Errno::EINVAL),
        Phase::Listening(_) => Sysctls::FAST_OPEN_SERVER,
        Phase::Idle => Sysctls::FAST_OPEN_SERVER | Sysctls::FAST_OPEN_CLIENT,
    };
    if allowed & needed == 0 {
        return Err(Errno::EPERM);
    }
    socket.options.fast_open = if enable { MOST } else { 0 };
    let key = key.first_chunk().copied().filter(|key| *key != [0; KEY_LENGTH]);
    socket.bsd.first_text =
        Some(Box::new(FirstText { fast_open: enable, pre_shared_key: key, waiting: Vec::new() }));
    Ok(())
}
