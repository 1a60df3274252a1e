//! One classic CAN frame sent, and one received, with its identifier and data.
//!
//! Over a pair of Unix datagram sockets: an ordinary kernel has no AF_CAN, and what runs in user space is the
//! same, since a raw CAN socket sends and receives `struct can_frame` without an address.

use std::hint::black_box;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::net::UnixDatagram;

use anysock::can::{Frame, Id};
use anysock::{CanSocket, Socket};
use anysock_linux::{Handle, Linux};

use crate::{Failure, Run, check};

pub(crate) const INTERFACES: &[(&str, Run)] =
    &[("libc", libc), ("anysock", anysock), ("rustix", rustix), ("nix", nix), ("socket2", socket2)];

const LEN: usize = size_of::<libc::can_frame>();

/// A frame with identifier 0x7DF and eight bytes.
fn frame() -> libc::can_frame {
    // SAFETY: integers may be zero.
    let mut frame: libc::can_frame = unsafe { std::mem::zeroed() };
    (frame.can_id, frame.can_dlc, frame.data) = (0x7DF, 8, [2, 1, 0x0C, 0, 0, 0, 0, 0]);
    frame
}

/// The bytes of a frame, for the interfaces that know no CAN.
fn bytes(frame: &libc::can_frame) -> &[u8] {
    // SAFETY: a frame of integers without padding is as many bytes.
    unsafe { std::slice::from_raw_parts((&raw const *frame).cast(), LEN) }
}

/// The frame in bytes that were received.
#[inline(always)]
fn look_at(room: &[u8; LEN], received: usize) -> Result<(), Failure> {
    if received != LEN {
        return Err("no frame".into());
    }
    // SAFETY: any bytes are a frame.
    let frame: libc::can_frame = unsafe { room.as_ptr().cast::<libc::can_frame>().read_unaligned() };
    black_box((frame.can_id & libc::CAN_SFF_MASK, frame.can_dlc, frame.data));
    Ok(())
}

#[inline(never)]
fn libc(count: u64) -> Result<(), Failure> {
    let (one, other) = UnixDatagram::pair()?;
    let (one, other) = (one.as_raw_fd(), other.as_raw_fd());
    let (frame, mut room) = (frame(), [0_u8; LEN]);
    for _ in 0..count {
        let frame = black_box(&frame);
        // SAFETY: there are LEN bytes at `frame`.
        check(unsafe { libc::send(one, (&raw const *frame).cast(), LEN, libc::MSG_NOSIGNAL) })?;
        // SAFETY: there are LEN bytes at `room`.
        let received = check(unsafe { libc::recv(other, room.as_mut_ptr().cast(), LEN, 0) })?;
        look_at(&room, received)?;
    }
    Ok(())
}

#[inline(never)]
fn anysock(count: u64) -> Result<(), Failure> {
    let (one, other) = UnixDatagram::pair()?;
    let can = |socket| CanSocket::from(Socket::from_handle(Linux, Handle::from(OwnedFd::from(socket))));
    let (one, other) = (can(one), can(other));
    let id = Id::standard(0x7DF).ok_or("no identifier")?;
    let frame = Frame::new(id, &[2, 1, 0x0C, 0, 0, 0, 0, 0]).ok_or("no frame")?;
    for _ in 0..count {
        one.send_classic(black_box(&frame))?;
        let frame = other.recv_classic()?;
        let Some(data) = frame.data().first_chunk::<8>() else { return Err("not as many bytes".into()) };
        black_box((frame.id().raw(), frame.len(), *data));
    }
    Ok(())
}

#[inline(never)]
fn rustix(count: u64) -> Result<(), Failure> {
    use rustix::net::{RecvFlags, SendFlags, recv, send};

    let (one, other) = UnixDatagram::pair()?;
    let (frame, mut room) = (frame(), [0; LEN]);
    for _ in 0..count {
        send(&one, bytes(black_box(&frame)), SendFlags::NOSIGNAL)?;
        let (received, _) = recv(&other, &mut room[..], RecvFlags::empty())?;
        look_at(&room, received)?;
    }
    Ok(())
}

#[inline(never)]
fn nix(count: u64) -> Result<(), Failure> {
    use nix::sys::socket::{MsgFlags, recv, send};

    let (one, other) = UnixDatagram::pair()?;
    let (frame, mut room) = (frame(), [0; LEN]);
    for _ in 0..count {
        send(one.as_raw_fd(), bytes(black_box(&frame)), MsgFlags::MSG_NOSIGNAL)?;
        let received = recv(other.as_raw_fd(), &mut room, MsgFlags::empty())?;
        look_at(&room, received)?;
    }
    Ok(())
}

#[inline(never)]
fn socket2(count: u64) -> Result<(), Failure> {
    use std::io::Read;

    let (one, other) = UnixDatagram::pair()?;
    let (one, mut other) =
        (socket2::Socket::from(OwnedFd::from(one)), socket2::Socket::from(OwnedFd::from(other)));
    let (frame, mut room) = (frame(), [0; LEN]);
    for _ in 0..count {
        one.send(bytes(black_box(&frame)))?;
        let received = other.read(&mut room)?;
        look_at(&room, received)?;
    }
    Ok(())
}
