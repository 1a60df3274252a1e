//! One `send` of 64 bytes, and one `recv` at the other end.

use std::hint::black_box;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::fd::{AsRawFd, OwnedFd};

use anysock::Socket;
use anysock_linux::{Handle, Linux};

use crate::{Failure, Run, check};

const LEN: usize = 64;

pub(crate) const INTERFACES: &[(&str, Run)] =
    &[("libc", libc), ("anysock", anysock), ("rustix", rustix), ("nix", nix), ("socket2", socket2)];

/// A connection on the loopback interface.
fn connected() -> Result<(TcpStream, TcpStream), Failure> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let client = TcpStream::connect(listener.local_addr()?)?;
    Ok((client, listener.accept()?.0))
}

#[inline(never)]
fn libc(count: u64) -> Result<(), Failure> {
    let (client, server) = connected()?;
    let (client, server) = (client.as_raw_fd(), server.as_raw_fd());
    let (bytes, mut room) = ([0_u8; LEN], [0_u8; LEN]);
    for _ in 0..count {
        // SAFETY: there are LEN bytes at `bytes`.
        check(unsafe { libc::send(client, bytes.as_ptr().cast(), LEN, libc::MSG_NOSIGNAL) })?;
        // SAFETY: there are LEN bytes at `room`.
        let received = check(unsafe { libc::recv(server, room.as_mut_ptr().cast(), LEN, 0) })?;
        black_box(received);
    }
    Ok(())
}

#[inline(never)]
fn anysock(count: u64) -> Result<(), Failure> {
    let (client, server) = connected()?;
    let stream = |stream: TcpStream| {
        anysock::TcpStream::from(Socket::from_handle(Linux, Handle::from(OwnedFd::from(stream))))
    };
    let (client, server) = (stream(client), stream(server));
    let (bytes, mut room) = ([0; LEN], [0; LEN]);
    for _ in 0..count {
        client.send(&bytes)?;
        black_box(server.recv(&mut room)?);
    }
    Ok(())
}

#[inline(never)]
fn rustix(count: u64) -> Result<(), Failure> {
    use rustix::net::{RecvFlags, SendFlags, recv, send};

    let (client, server) = connected()?;
    let (bytes, mut room) = ([0; LEN], [0; LEN]);
    for _ in 0..count {
        send(&client, &bytes, SendFlags::NOSIGNAL)?;
        black_box(recv(&server, &mut room[..], RecvFlags::empty())?);
    }
    Ok(())
}

#[inline(never)]
fn nix(count: u64) -> Result<(), Failure> {
    use nix::sys::socket::{MsgFlags, recv, send};

    let (client, server) = connected()?;
    let (bytes, mut room) = ([0; LEN], [0; LEN]);
    for _ in 0..count {
        send(client.as_raw_fd(), &bytes, MsgFlags::MSG_NOSIGNAL)?;
        black_box(recv(server.as_raw_fd(), &mut room, MsgFlags::empty())?);
    }
    Ok(())
}

#[inline(never)]
fn socket2(count: u64) -> Result<(), Failure> {
    let (client, server) = connected()?;
    let (client, server) = (socket2::Socket::from(client), socket2::Socket::from(server));
    let (bytes, mut room) = ([0; LEN], [std::mem::MaybeUninit::uninit(); LEN]);
    for _ in 0..count {
        client.send(&bytes)?;
        black_box(server.recv(&mut room)?);
    }
    Ok(())
}
