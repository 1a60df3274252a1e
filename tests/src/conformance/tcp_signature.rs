//! Signatures of TCP's segments by MD5 (RFC 2385).

use std::net::SocketAddr;

use anysock::constants::ip::TcpMd5Flags;
use anysock::layout::SockAddrStorage;
use anysock::option::TcpMd5sig;
use anysock::option::tcp::{Md5sig, Md5sigExt};
use anysock::{Errno, Family, Interfaces, PollEvents, Socket, SocketType, Spawn};

use super::Machine;
use super::machine::{patient, refused};

const OUT: PollEvents = PollEvents::OUT;

/// The key for what is at `peer`.
fn key(peer: &SocketAddr, text: &[u8]) -> TcpMd5sig {
    let mut key = [0; 80];
    key[..text.len()].copy_from_slice(text);
    let SocketAddr::V4(peer) = peer else { panic!("an address of IPv4") };
    TcpMd5sig {
        address: SockAddrStorage::new(peer),
        flags: TcpMd5Flags(0),
        prefix: 0,
        key_length: text.len() as u16,
        interface: 0,
        key,
    }
}

/// A client that begins to connect.
fn connecting<B: Interfaces + Spawn>(m: &Machine<B>, to: &SocketAddr, text: Option<&[u8]>) -> Socket<B> {
    let client = m.nonblocking(Family::INET, SocketType::STREAM);
    if let Some(text) = text {
        m.check("TCP_MD5SIG", client.set(Md5sig, key(to, text)), Ok(()));
    }
    m.check("connect", client.connect(to), refused(Errno::EINPROGRESS));
    client
}

pub fn signed_connections<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (listener, address) = m.tcp_listener();
    m.check("TCP_MD5SIG", listener.set(Md5sig, key(&address, b"secret")), Ok(()));
    let strangers = [Some(&b"public"[..]), None].map(|text| connecting(m, &address, text));
    let client = connecting(m, &address, Some(b"secret"));
    m.check("connected", m.await_then_poll(client.handle(), OUT), OUT);
    let server = patient(listener.accept().unwrap().0.into_socket());
    m.check("there", client.send(b"signed"), Ok(6));
    let mut room = [0; 100];
    m.check("there", server.recv(&mut room), Ok(6));
    m.check("there", &room[..6], b"signed");
    m.check("and back", server.send(b"also signed"), Ok(11));
    m.backend.wait_for(client.handle(), PollEvents::IN, m.soon()).unwrap();
    m.check("and back", client.recv(&mut room), Ok(11));
    m.check("and back", &room[..11], b"also signed");
    m.pause();
    for stranger in &strangers {
        m.check("a wrong key, and none, are not answered", m.poll(stranger.handle()), PollEvents::empty());
    }
}

pub fn keys_of_signatures<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (listener, address) = m.tcp_listener();
    let none = key(&address, b"");
    m.check("none to delete", listener.set(Md5sig, none), refused(Errno::ENOENT));
    m.check("one", listener.set(Md5sig, key(&address, b"secret")), Ok(()));
    let long = TcpMd5sig { key_length: 81, ..key(&address, b"secret") };
    m.check("too long", listener.set(Md5sig, long), refused(Errno::EINVAL));
    let prefix = |prefix| TcpMd5sig { flags: TcpMd5Flags::PREFIX, prefix, ..key(&address, b"prefix") };
    m.check("no such prefix", listener.set(Md5sigExt, prefix(33)), refused(Errno::EINVAL));
    m.check("a prefix", listener.set(Md5sigExt, prefix(8)), Ok(()));
    m.check("deleted", listener.set(Md5sig, none), Ok(()));
    let client = connecting(m, &address, Some(b"prefix"));
    m.check("by the prefix", m.await_then_poll(client.handle(), OUT), OUT);
}
