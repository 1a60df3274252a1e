//! One UDP `sendto` and one `recvfrom` of 64 bytes, many times, through one of several interfaces: what
//! callgrind counts the user-space instructions of.
//!
//! `udp_calls INTERFACE COUNT`; without arguments it lists the interfaces.

use std::hint::black_box;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};

use anysock::{Family, IpProtocol, Socket, SocketType, UdpSocket};
use anysock_linux::Linux;

const LEN: usize = 64;

type Failure = Box<dyn std::error::Error>;

/// Sends and receives `count` times, and looks at the length and the sender's port.
type Run = fn(count: u64) -> Result<(), Failure>;

/// Each interface with its name, in the order of the table that is printed.
const INTERFACES: &[(&str, Run)] = &[
    ("libc", libc_calls),
    ("anysock-socket", anysock_socket),
    ("anysock-udp", anysock_udp),
    ("rustix", rustix_calls),
    ("nix", nix_calls),
    ("std", std_calls),
    ("socket2", socket2_calls),
];

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let Some(name) = arguments.next() else {
        INTERFACES.iter().for_each(|(name, _)| println!("{name}"));
        return Ok(());
    };
    let (_, run) = INTERFACES.iter().find(|(known, _)| *known == name).ok_or("no such interface")?;
    run(arguments.next().ok_or("how many times?")?.parse()?)
}

/// A bound socket, and the address that it sends to: its own.
fn bound() -> Result<(std::net::UdpSocket, SocketAddrV4), Failure> {
    let socket = std::net::UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    match socket.local_addr()? {
        SocketAddr::V4(address) => Ok((socket, address)),
        SocketAddr::V6(_) => Err("bound to IPv4, and named by IPv6".into()),
    }
}

#[inline(never)]
fn libc_calls(count: u64) -> Result<(), Failure> {
    use std::os::fd::AsRawFd;

    let (socket, own) = bound()?;
    let address = libc::sockaddr_in {
        sin_family: libc::AF_INET as libc::sa_family_t,
        sin_port: own.port().to_be(),
        sin_addr: libc::in_addr { s_addr: u32::from_ne_bytes(own.ip().octets()) },
        sin_zero: [0; 8],
    };
    let (descriptor, bytes, mut room) = (socket.as_raw_fd(), [0u8; LEN], [0u8; LEN]);
    for _ in 0..count {
        let mut sender = address;
        let mut len = size_of_val(&sender) as libc::socklen_t;
        let (to, from) = ((&raw const address).cast(), (&raw mut sender).cast());
        // SAFETY: there are LEN bytes at `bytes` and `len` at `to`.
        let sent =
            unsafe { libc::sendto(descriptor, bytes.as_ptr().cast(), LEN, libc::MSG_NOSIGNAL, to, len) };
        // SAFETY: there are LEN bytes at `room` and `len` at `from`.
        let received =
            unsafe { libc::recvfrom(descriptor, room.as_mut_ptr().cast(), LEN, 0, from, &raw mut len) };
        if sent < 0 || received < 0 {
            return Err(std::io::Error::last_os_error().into());
        }
        black_box((received, u16::from_be(sender.sin_port)));
    }
    Ok(())
}

#[inline(never)]
fn anysock_socket(count: u64) -> Result<(), Failure> {
    let socket = Socket::new(Linux, Family::INET, SocketType::DGRAM, IpProtocol::UDP)?;
    socket.bind(&SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0))?;
    let own = socket.local_addr::<SocketAddrV4>()?;
    let (bytes, mut room) = ([0; LEN], [0; LEN]);
    for _ in 0..count {
        socket.send_to(&bytes, &own)?;
        let (received, sender) = socket.recv_from::<SocketAddrV4>(&mut room)?;
        black_box((received, sender.port()));
    }
    Ok(())
}

#[inline(never)]
fn anysock_udp(count: u64) -> Result<(), Failure> {
    let socket = UdpSocket::bind(Linux, &SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
    let own = socket.local_addr()?;
    let (bytes, mut room) = ([0; LEN], [0; LEN]);
    for _ in 0..count {
        socket.send_to(&bytes, &own)?;
        let (received, sender) = socket.recv_from(&mut room)?;
        black_box((received, sender.port()));
    }
    Ok(())
}

#[inline(never)]
fn rustix_calls(count: u64) -> Result<(), Failure> {
    use rustix::net::{RecvFlags, SendFlags, recvfrom, sendto};

    let (socket, own) = bound()?;
    let (bytes, mut room) = ([0; LEN], [0; LEN]);
    for _ in 0..count {
        sendto(&socket, &bytes, SendFlags::NOSIGNAL, &own)?;
        let (_, received, sender) = recvfrom(&socket, &mut room[..], RecvFlags::empty())?;
        let sender = SocketAddrV4::try_from(sender.ok_or("no sender")?)?;
        black_box((received, sender.port()));
    }
    Ok(())
}

#[inline(never)]
fn nix_calls(count: u64) -> Result<(), Failure> {
    use nix::sys::socket::{MsgFlags, SockaddrIn, recvfrom, sendto};
    use std::os::fd::AsRawFd;

    let (socket, own) = bound()?;
    let (bytes, mut room) = ([0; LEN], [0; LEN]);
    for _ in 0..count {
        sendto(socket.as_raw_fd(), &bytes, &SockaddrIn::from(own), MsgFlags::MSG_NOSIGNAL)?;
        let (received, sender) = recvfrom::<SockaddrIn>(socket.as_raw_fd(), &mut room)?;
        black_box((received, sender.ok_or("no sender")?.port()));
    }
    Ok(())
}

#[inline(never)]
fn std_calls(count: u64) -> Result<(), Failure> {
    let (socket, own) = bound()?;
    let own = SocketAddr::V4(own);
    let (bytes, mut room) = ([0; LEN], [0; LEN]);
    for _ in 0..count {
        socket.send_to(&bytes, own)?;
        let (received, sender) = socket.recv_from(&mut room)?;
        black_box((received, sender.port()));
    }
    Ok(())
}

#[inline(never)]
fn socket2_calls(count: u64) -> Result<(), Failure> {
    let (socket, own) = bound()?;
    let socket = socket2::Socket::from(socket);
    let (bytes, mut room) = ([0; LEN], [std::mem::MaybeUninit::uninit(); LEN]);
    for _ in 0..count {
        socket.send_to(&bytes, &socket2::SockAddr::from(own))?;
        let (received, sender) = socket.recv_from(&mut room)?;
        black_box((received, sender.as_socket_ipv4().ok_or("no sender")?.port()));
    }
    Ok(())
}
