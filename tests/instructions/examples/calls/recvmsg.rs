//! One `recvmsg` of a datagram with two control messages: where it came in (IP_PKTINFO) and when
//! (SO_TIMESTAMPNS). The C library sends it. rustix and socket2 know neither message: they receive them, and do
//! not look.

use std::hint::black_box;
use std::io::{IoSliceMut, Read as _};
use std::net::{Ipv4Addr, UdpSocket};
use std::os::fd::{AsRawFd, OwnedFd};

use anysock::message::{ControlBuffer, control_space, ip, socket};
use anysock::{MessageFlags, RecvMsg, Socket};
use anysock_linux::{Handle, Linux};

use crate::{Failure, Run, check};

const LEN: usize = 64;
/// Room for both messages.
const CONTROL: usize = control_space(16) + control_space(12);

pub(crate) const INTERFACES: &[(&str, Run)] =
    &[("libc", libc), ("anysock", anysock), ("rustix", rustix), ("nix", nix), ("socket2", socket2)];

/// A socket that is connected to itself, with both messages asked for.
fn asking() -> Result<UdpSocket, Failure> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    socket.connect(socket.local_addr()?)?;
    let on = 1_i32;
    for (level, name) in [(libc::IPPROTO_IP, libc::IP_PKTINFO), (libc::SOL_SOCKET, libc::SO_TIMESTAMPNS)] {
        let (value, len) = ((&raw const on).cast(), size_of_val(&on) as libc::socklen_t);
        // SAFETY: there are `len` bytes at `value`.
        check(unsafe { libc::setsockopt(socket.as_raw_fd(), level, name, value, len) } as isize)?;
    }
    Ok(socket)
}

#[inline(always)]
fn rounds(count: u64, socket: i32, mut receive: impl FnMut() -> Result<(), Failure>) -> Result<(), Failure> {
    let bytes = [0_u8; LEN];
    for _ in 0..count {
        // SAFETY: there are LEN bytes at `bytes`.
        check(unsafe { libc::send(socket, bytes.as_ptr().cast(), LEN, libc::MSG_NOSIGNAL) })?;
        receive()?;
    }
    Ok(())
}

#[inline(never)]
fn libc(count: u64) -> Result<(), Failure> {
    let socket = asking()?;
    let descriptor = socket.as_raw_fd();
    let (mut room, mut control) = ([0_u8; LEN], [0_usize; CONTROL / size_of::<usize>()]);
    rounds(count, descriptor, || {
        // SAFETY: null pointers and zero lengths are an address and a header.
        let mut sender: libc::sockaddr_in = unsafe { std::mem::zeroed() };
        // SAFETY: as above.
        let mut header: libc::msghdr = unsafe { std::mem::zeroed() };
        let mut slice = libc::iovec { iov_base: room.as_mut_ptr().cast(), iov_len: LEN };
        header.msg_name = (&raw mut sender).cast();
        header.msg_namelen = size_of_val(&sender) as libc::socklen_t;
        (header.msg_iov, header.msg_iovlen) = (&raw mut slice, 1);
        (header.msg_control, header.msg_controllen) = (control.as_mut_ptr().cast(), CONTROL as _);
        // SAFETY: the header leads to memory of the lengths that it says.
        let received = check(unsafe { libc::recvmsg(descriptor, &raw mut header, libc::MSG_CMSG_CLOEXEC) })?;
        let (mut interface, mut time) = (None, None);
        // SAFETY: the kernel has written the header and the control messages.
        let mut message = unsafe { libc::CMSG_FIRSTHDR(&raw const header) };
        while !message.is_null() {
            // SAFETY: `message` is one of the messages.
            let (level, name) = unsafe { ((*message).cmsg_level, (*message).cmsg_type) };
            // SAFETY: as above.
            let data = unsafe { libc::CMSG_DATA(message) };
            match (level, name) {
                (libc::IPPROTO_IP, libc::IP_PKTINFO) => {
                    // SAFETY: the data of that message is one.
                    interface = Some(unsafe { data.cast::<libc::in_pktinfo>().read_unaligned() }.ipi_ifindex);
                }
                (libc::SOL_SOCKET, libc::SCM_TIMESTAMPNS) => {
                    // SAFETY: the data of that message is one.
                    time = Some(unsafe { data.cast::<libc::timespec>().read_unaligned() });
                }
                _ => {}
            }
            // SAFETY: the header leads to the messages.
            message = unsafe { libc::CMSG_NXTHDR(&raw const header, message) };
        }
        let time = time.map(|time| (time.tv_sec, time.tv_nsec)).ok_or("no time")?;
        let port = u16::from_be(sender.sin_port);
        black_box((received, port, interface.ok_or("no interface")?, time));
        Ok(())
    })
}

#[inline(never)]
fn anysock(count: u64) -> Result<(), Failure> {
    let socket = asking()?;
    let descriptor = socket.as_raw_fd();
    let socket = Socket::from_handle(Linux, Handle::from(OwnedFd::from(socket)));
    let (mut room, mut address) = ([0; LEN], [0; 16]);
    let mut buffer = ControlBuffer::<CONTROL>::new();
    rounds(count, descriptor, || {
        let received = socket.recv_msg(&mut RecvMsg {
            address: &mut address,
            slices: &mut [(&mut room[..]).into()],
            control: buffer.as_mut_bytes(),
            handles: &mut [],
            flags: MessageFlags::empty(),
        })?;
        let (mut interface, mut time) = (None, None);
        for control in buffer.controls(received.control_len) {
            if let Ok(Some(info)) = control.get(ip::Pktinfo) {
                interface = Some(info.interface);
            } else if let Ok(Some(timestamp)) = control.get(socket::TimestampNsOld) {
                time = Some((timestamp.seconds, timestamp.nanoseconds));
            }
        }
        let port = u16::from_be_bytes([address[2], address[3]]);
        black_box((received.len, port, interface.ok_or("no interface")?, time.ok_or("no time")?));
        Ok(())
    })
}

#[inline(never)]
fn rustix(count: u64) -> Result<(), Failure> {
    use rustix::net::{RecvAncillaryBuffer, RecvFlags, recvmsg};
    use std::mem::MaybeUninit;

    let socket = asking()?;
    let (mut room, mut control) = ([0; LEN], [MaybeUninit::uninit(); CONTROL]);
    rounds(count, socket.as_raw_fd(), || {
        let mut control = RecvAncillaryBuffer::new(&mut control);
        let mut slices = [IoSliceMut::new(&mut room)];
        let received = recvmsg(&socket, &mut slices, &mut control, RecvFlags::CMSG_CLOEXEC)?;
        let sender = received.address.ok_or("no sender")?;
        let sender = std::net::SocketAddr::try_from(sender)?;
        black_box((received.bytes, sender.port(), control.drain().count()));
        Ok(())
    })
}

#[inline(never)]
fn nix(count: u64) -> Result<(), Failure> {
    use nix::sys::socket::{ControlMessageOwned, MsgFlags, SockaddrIn, recvmsg};

    let socket = asking()?;
    let (mut room, mut control) = ([0; LEN], [0; CONTROL]);
    let descriptor = socket.as_raw_fd();
    rounds(count, descriptor, || {
        let mut slices = [IoSliceMut::new(&mut room)];
        let flags = MsgFlags::MSG_CMSG_CLOEXEC;
        let received = recvmsg::<SockaddrIn>(descriptor, &mut slices, Some(&mut control[..]), flags)?;
        let (mut interface, mut time) = (None, None);
        for message in received.cmsgs()? {
            match message {
                ControlMessageOwned::Ipv4PacketInfo(info) => interface = Some(info.ipi_ifindex),
                ControlMessageOwned::ScmTimestampns(timestamp) => time = Some(timestamp),
                _ => {}
            }
        }
        let port = received.address.ok_or("no sender")?.port();
        black_box((received.bytes, port, interface.ok_or("no interface")?, time.ok_or("no time")?));
        Ok(())
    })
}

#[inline(never)]
fn socket2(count: u64) -> Result<(), Failure> {
    use socket2::{MaybeUninitSlice, MsgHdrMut, SockAddr};
    use std::mem::MaybeUninit;

    let socket = asking()?;
    let descriptor = socket.as_raw_fd();
    let mut socket = socket2::Socket::from(socket);
    let (mut room, mut control) = ([MaybeUninit::uninit(); LEN], [MaybeUninit::uninit(); CONTROL]);
    rounds(count, descriptor, || {
        // SAFETY: an address of zeros is one.
        let (_, mut sender) = unsafe { SockAddr::try_init(|_, _| Ok(())) }?;
        let mut slices = [MaybeUninitSlice::new(&mut room)];
        let mut header =
            MsgHdrMut::new().with_addr(&mut sender).with_buffers(&mut slices).with_control(&mut control);
        let received = socket.recvmsg(&mut header, libc::MSG_CMSG_CLOEXEC)?;
        let control_len = header.control_len();
        black_box((received, control_len, sender.as_socket().map(|sender| sender.port())));
        Ok(())
    })?;
    // Nothing is left.
    socket.set_nonblocking(true)?;
    match socket.read(&mut [0]) {
        Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => Ok(()),
        _ => Err("a datagram too many".into()),
    }
}
