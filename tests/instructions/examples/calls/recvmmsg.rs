//! One `recvmmsg` of 32 datagrams over a prepared batch, with the length of each and its sender's port. The C
//! library sends them. rustix and socket2 have no such call.

use std::hint::black_box;
use std::io::IoSliceMut;
use std::net::{Ipv4Addr, UdpSocket};
use std::os::fd::{AsRawFd, OwnedFd};

use anysock::Socket;
use anysock::batch::{Batch, BatchSize, RecvBatch};
use anysock_linux::{Handle, Linux};

use crate::{Failure, Run, check};

const MESSAGES: usize = 32;
const LEN: usize = 64;

pub(crate) const INTERFACES: &[(&str, Run)] = &[("libc", libc), ("anysock", anysock), ("nix", nix)];

/// Pieces, addresses and headers of a batch, in the C library's types.
struct Prepared {
    bytes: Vec<[u8; LEN]>,
    addresses: Vec<libc::sockaddr_in>,
    slices: Vec<libc::iovec>,
    headers: Vec<libc::mmsghdr>,
}

fn prepare(with_addresses: bool) -> Prepared {
    // SAFETY: null pointers and zero lengths are addresses and headers.
    let (address, header) = unsafe { (std::mem::zeroed(), std::mem::zeroed()) };
    let mut prepared = Prepared {
        bytes: vec![[0; LEN]; MESSAGES],
        addresses: vec![address; MESSAGES],
        slices: vec![libc::iovec { iov_base: std::ptr::null_mut(), iov_len: LEN }; MESSAGES],
        headers: vec![header; MESSAGES],
    };
    for index in 0..MESSAGES {
        prepared.slices[index].iov_base = prepared.bytes[index].as_mut_ptr().cast();
        let header = &mut prepared.headers[index].msg_hdr;
        (header.msg_iov, header.msg_iovlen) = (&raw mut prepared.slices[index], 1);
        if with_addresses {
            header.msg_name = (&raw mut prepared.addresses[index]).cast();
            header.msg_namelen = size_of::<libc::sockaddr_in>() as libc::socklen_t;
        }
    }
    prepared
}

/// A socket that is connected to itself.
fn connected() -> Result<UdpSocket, Failure> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    socket.connect(socket.local_addr()?)?;
    Ok(socket)
}

/// Has 32 datagrams sent, and then received by `receive`.
#[inline(always)]
fn rounds(
    count: u64,
    descriptor: i32,
    mut receive: impl FnMut() -> Result<usize, Failure>,
) -> Result<(), Failure> {
    let mut outgoing = prepare(false);
    for _ in 0..count {
        let headers = outgoing.headers.as_mut_ptr();
        // SAFETY: there are MESSAGES prepared headers.
        let sent = check(unsafe { libc::sendmmsg(descriptor, headers, MESSAGES as u32, 0) } as isize)?;
        if (sent, receive()?) != (MESSAGES, MESSAGES) {
            return Err("not all of them".into());
        }
    }
    Ok(())
}

#[inline(never)]
fn libc(count: u64) -> Result<(), Failure> {
    let socket = connected()?;
    let descriptor = socket.as_raw_fd();
    let mut incoming = prepare(true);
    rounds(count, descriptor, || {
        for header in &mut incoming.headers {
            header.msg_hdr.msg_namelen = size_of::<libc::sockaddr_in>() as libc::socklen_t;
        }
        let (headers, none) = (incoming.headers.as_mut_ptr(), std::ptr::null_mut());
        // SAFETY: there are MESSAGES prepared headers.
        let received =
            unsafe { libc::recvmmsg(descriptor, headers, MESSAGES as u32, libc::MSG_DONTWAIT as _, none) };
        let received = check(received as isize)?;
        for (header, address) in incoming.headers.iter().zip(&incoming.addresses).take(received) {
            black_box((header.msg_len, address.sin_port));
        }
        Ok(received)
    })
}

#[inline(never)]
fn anysock(count: u64) -> Result<(), Failure> {
    let socket = connected()?;
    let descriptor = socket.as_raw_fd();
    let socket = Socket::from_handle(Linux, Handle::from(OwnedFd::from(socket)));
    let mut batch = Linux.new_recv_batch(BatchSize { messages: MESSAGES, len: LEN, control: 0 })?;
    rounds(count, descriptor, || {
        let received = socket.recv_batch(&mut batch)?;
        for message in batch.iter() {
            black_box((message.bytes.len(), message.address.first_chunk::<4>()));
        }
        Ok(received)
    })
}

#[inline(never)]
fn nix(count: u64) -> Result<(), Failure> {
    use nix::sys::socket::{MsgFlags, MultiHeaders, SockaddrIn, recvmmsg};

    let socket = connected()?;
    let descriptor = socket.as_raw_fd();
    let mut headers = MultiHeaders::<SockaddrIn>::preallocate(MESSAGES, None);
    let mut bytes = vec![[0; LEN]; MESSAGES];
    rounds(count, descriptor, || {
        let mut slices: Vec<_> = bytes.iter_mut().map(|bytes| [IoSliceMut::new(bytes)]).collect();
        let flags = MsgFlags::MSG_DONTWAIT;
        let mut received = 0;
        for message in recvmmsg(descriptor, &mut headers, slices.iter_mut(), flags, None)? {
            black_box((message.bytes, message.address.map(|address| address.port())));
            received += 1;
        }
        Ok(received)
    })
}
