//! One `accept` with the peer's address. The connection is made before and closed after by the C library.

use std::hint::black_box;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::fd::{AsRawFd, IntoRawFd, OwnedFd};

use anysock::Socket;
use anysock_linux::{Handle, Linux};

use crate::{Failure, Run, check};

pub(crate) const INTERFACES: &[(&str, Run)] =
    &[("libc", libc), ("anysock", anysock), ("rustix", rustix), ("nix", nix), ("socket2", socket2)];

/// A listener, and the address to connect to.
fn listening() -> Result<(TcpListener, libc::sockaddr_in), Failure> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let SocketAddr::V4(own) = listener.local_addr()? else { return Err("not IPv4".into()) };
    let address = libc::sockaddr_in {
        sin_family: libc::AF_INET as libc::sa_family_t,
        sin_port: own.port().to_be(),
        sin_addr: libc::in_addr { s_addr: u32::from_ne_bytes(own.ip().octets()) },
        sin_zero: [0; 8],
    };
    Ok((listener, address))
}

/// Connects, has `accept` accept, which answers with a descriptor and a port, and closes both ends.
#[inline(always)]
fn rounds(
    count: u64,
    address: &libc::sockaddr_in,
    mut accept: impl FnMut() -> Result<(i32, u16), Failure>,
) -> Result<(), Failure> {
    let len = size_of_val(address) as libc::socklen_t;
    for _ in 0..count {
        // SAFETY: socket(2) takes integers only.
        let client = check(unsafe { libc::socket(libc::AF_INET, libc::SOCK_STREAM, 0) } as isize)? as i32;
        // SAFETY: there are `len` bytes at `address`.
        check(unsafe { libc::connect(client, (&raw const *address).cast(), len) } as isize)?;
        let (accepted, port) = accept()?;
        black_box(port);
        let reset = libc::linger { l_onoff: 1, l_linger: 0 };
        // SAFETY: `reset` is as long as it says. Without TIME-WAIT the ports last.
        unsafe {
            let len = size_of_val(&reset) as libc::socklen_t;
            libc::setsockopt(client, libc::SOL_SOCKET, libc::SO_LINGER, (&raw const reset).cast(), len);
        }
        // SAFETY: both are owned here.
        unsafe { libc::close(client) };
        // SAFETY: as above.
        unsafe { libc::close(accepted) };
    }
    Ok(())
}

#[inline(never)]
fn libc(count: u64) -> Result<(), Failure> {
    let (listener, address) = listening()?;
    let descriptor = listener.as_raw_fd();
    rounds(count, &address, || {
        let mut peer = address;
        let mut len = size_of_val(&peer) as libc::socklen_t;
        let at = (&raw mut peer).cast();
        let flags = libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK;
        // SAFETY: there are `len` bytes at `at`.
        let accepted = check(unsafe { libc::accept4(descriptor, at, &raw mut len, flags) } as isize)?;
        Ok((accepted as i32, u16::from_be(peer.sin_port)))
    })
}

#[inline(never)]
fn anysock(count: u64) -> Result<(), Failure> {
    let (listener, address) = listening()?;
    listener.set_nonblocking(true)?;
    let socket = Socket::from_handle(Linux, Handle::from(OwnedFd::from(listener)));
    let listener = anysock::TcpListener::from(socket);
    rounds(count, &address, || {
        let (stream, peer) = listener.accept()?;
        Ok((stream.into_socket().into_handle().into_raw(), peer.port()))
    })
}

#[inline(never)]
fn rustix(count: u64) -> Result<(), Failure> {
    use rustix::net::{SocketFlags, acceptfrom_with};

    let (listener, address) = listening()?;
    rounds(count, &address, || {
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let (accepted, peer) = acceptfrom_with(&listener, flags)?;
        let peer = std::net::SocketAddr::try_from(peer.ok_or("no peer")?)?;
        Ok((accepted.into_raw_fd(), peer.port()))
    })
}

#[inline(never)]
fn nix(count: u64) -> Result<(), Failure> {
    use nix::sys::socket::{SockFlag, SockaddrIn, accept4, getpeername};

    let (listener, address) = listening()?;
    rounds(count, &address, || {
        // Its accept leaves the address to another call.
        let accepted = accept4(listener.as_raw_fd(), SockFlag::SOCK_CLOEXEC | SockFlag::SOCK_NONBLOCK)?;
        let peer = getpeername::<SockaddrIn>(accepted)?;
        Ok((accepted, peer.port()))
    })
}

#[inline(never)]
fn socket2(count: u64) -> Result<(), Failure> {
    let (listener, address) = listening()?;
    let listener = socket2::Socket::from(listener);
    rounds(count, &address, || {
        let (accepted, peer) = listener.accept()?;
        let port = peer.as_socket().ok_or("no peer")?.port();
        Ok((accepted.into_raw_fd(), port))
    })
}
