//! [`anysock::Backend`] for [`Linux`]: each method is its system call.

use core::ptr::null_mut;

use libc::{c_int, sockaddr, socklen_t};

use anysock::{
    Backend, Deadline, Errno, Error, Family, Instant, Level, MessageFlags, PollEvents, Protocol, Received,
    RecvMsg, SendMsg, Shutdown, SocketType, Wait,
};

use crate::address::{self, sockaddr_of, socklen};
use crate::errno::{Answer, once, retry};
use crate::handle::Handle;
use crate::io_slice::{IoSlice, IoSliceMut};
use crate::{Linux, Waker, message, option, send, until, wait, waker};

/// What every socket is made with.
const SOCKET_FLAGS: c_int = libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK;
/// What everything is received with.
pub(crate) const RECV_FLAGS: MessageFlags = MessageFlags::DONTWAIT;

/// Calls `call` with room for an address, and returns the address's length with the answer.
#[inline]
fn with_address_room<A: Answer>(
    address: &mut [u8],
    mut call: impl FnMut(*mut sockaddr, *mut socklen_t) -> A,
) -> Result<(usize, usize), Errno> {
    let (start, mut len) = (address.as_mut_ptr().cast(), socklen(address.len()));
    let len_at = &raw mut len;
    // An interrupted call has not touched the length.
    let answer = retry(move || call(start, len_at))?;
    Ok((answer, len as usize))
}

impl Backend for Linux {
    type Handle = Handle;
    type IoSlice<'a> = IoSlice<'a>;
    type IoSliceMut<'a> = IoSliceMut<'a>;
    type Waker = Waker;

    fn socket(&self, family: Family, kind: SocketType, protocol: Protocol) -> Result<Handle, Errno> {
        let kind = kind.0 | SOCKET_FLAGS;
        // SAFETY: socket(2) takes integers only.
        let descriptor = retry(|| unsafe { libc::socket(family.0.into(), kind, protocol.0) })?;
        // SAFETY: the kernel has just made this descriptor, for this call alone.
        Ok(unsafe { Handle::from_raw(descriptor as c_int) })
    }

    fn socket_pair(
        &self,
        family: Family,
        kind: SocketType,
        protocol: Protocol,
    ) -> Result<(Handle, Handle), Errno> {
        let kind = kind.0 | SOCKET_FLAGS;
        let mut pair = [-1; 2];
        // SAFETY: `pair` has room for two descriptors.
        retry(|| unsafe { libc::socketpair(family.0.into(), kind, protocol.0, pair.as_mut_ptr()) })?;
        let [one, other] = pair;
        // SAFETY: the kernel has just made these descriptors, for this call alone.
        Ok(unsafe { (Handle::from_raw(one), Handle::from_raw(other)) })
    }

    fn duplicate(&self, handle: &Handle) -> Result<Handle, Errno> {
        handle.duplicate()
    }

    fn bind(&self, handle: &Handle, address: &[u8]) -> Result<(), Errno> {
        address::refuse_descriptors(address)?;
        let (address, len) = sockaddr_of(address);
        // SAFETY: there are `len` readable bytes at `address`.
        retry(|| unsafe { libc::bind(handle.as_raw(), address, len) }).map(|_| ())
    }

    fn connect(&self, handle: &Handle, address: &[u8]) -> Result<(), Errno> {
        address::refuse_descriptors(address)?;
        let (address, len) = sockaddr_of(address);
        // SAFETY: there are `len` readable bytes at `address`.
        match once(unsafe { libc::connect(handle.as_raw(), address, len) }) {
            Ok(_) => Ok(()),
            // The attempt goes on without the interrupted call (POSIX, connect).
            Err(Errno::EINTR) => Err(Errno::EINPROGRESS),
            Err(errno) => Err(errno),
        }
    }

    fn listen(&self, handle: &Handle, backlog: i32) -> Result<(), Errno> {
        // SAFETY: listen(2) takes integers only.
        retry(|| unsafe { libc::listen(handle.as_raw(), backlog) }).map(|_| ())
    }

    #[inline]
    fn accept(&self, handle: &Handle, address: &mut [u8]) -> Result<(Handle, usize), Errno> {
        // Without room the kernel is not asked for an address: AF_ALG has none, and would refuse.
        let wanted = !address.is_empty();
        let (descriptor, len) = with_address_room(address, move |address, len| {
            let (address, len) = if wanted { (address, len) } else { (null_mut(), null_mut()) };
            // SAFETY: there are `*len` writable bytes at `address`, or both are null.
            unsafe { libc::accept4(handle.as_raw(), address, len, SOCKET_FLAGS) }
        })?;
        // SAFETY: the kernel has just made this descriptor, for this call alone.
        Ok((unsafe { Handle::from_raw(descriptor as c_int) }, len))
    }

    fn shutdown(&self, handle: &Handle, how: Shutdown) -> Result<(), Errno> {
        // SAFETY: shutdown(2) takes integers only.
        retry(|| unsafe { libc::shutdown(handle.as_raw(), how.0) }).map(|_| ())
    }

    fn close(&self, handle: Handle) -> Result<(), Errno> {
        handle.close()
    }

    fn local_addr(&self, handle: &Handle, address: &mut [u8]) -> Result<usize, Errno> {
        let (_, len) = with_address_room(address, |address, len| {
            // SAFETY: there are `*len` writable bytes at `address`.
            unsafe { libc::getsockname(handle.as_raw(), address, len) }
        })?;
        Ok(len)
    }

    fn peer_addr(&self, handle: &Handle, address: &mut [u8]) -> Result<usize, Errno> {
        let (_, len) = with_address_room(address, |address, len| {
            // SAFETY: there are `*len` writable bytes at `address`.
            unsafe { libc::getpeername(handle.as_raw(), address, len) }
        })?;
        Ok(len)
    }

    #[inline]
    fn send(&self, handle: &Handle, bytes: &[u8], flags: MessageFlags) -> Result<usize, Errno> {
        let (start, len) = (bytes.as_ptr().cast(), bytes.len());
        // SAFETY: `bytes` are readable.
        send::send(handle, flags, move |flags| unsafe { libc::send(handle.as_raw(), start, len, flags) })
    }

    #[inline]
    fn send_to(
        &self,
        handle: &Handle,
        bytes: &[u8],
        flags: MessageFlags,
        address: &[u8],
    ) -> Result<usize, Errno> {
        let (address, address_len) = sockaddr_of(address);
        let (start, len) = (bytes.as_ptr().cast(), bytes.len());
        send::send(handle, flags, move |flags| {
            // SAFETY: `bytes` are readable, and so are `address_len` bytes at `address`.
            unsafe { libc::sendto(handle.as_raw(), start, len, flags, address, address_len) }
        })
    }

    fn send_msg(&self, handle: &Handle, message: &SendMsg<'_, '_, Self>) -> Result<usize, Errno> {
        message::send(handle, message)
    }

    #[inline]
    fn recv(&self, handle: &Handle, bytes: &mut [u8], flags: MessageFlags) -> Result<usize, Errno> {
        let flags = flags.union(RECV_FLAGS).bits();
        // SAFETY: `bytes` are writable.
        retry(move || unsafe { libc::recv(handle.as_raw(), bytes.as_mut_ptr().cast(), bytes.len(), flags) })
    }

    #[inline]
    fn recv_from(
        &self,
        handle: &Handle,
        bytes: &mut [u8],
        flags: MessageFlags,
        address: &mut [u8],
    ) -> Result<(usize, usize), Errno> {
        let flags = flags.union(RECV_FLAGS).bits();
        with_address_room(address, move |address, address_len| {
            let (start, len) = (bytes.as_mut_ptr().cast(), bytes.len());
            // SAFETY: `bytes` are writable, and so are `*address_len` bytes at `address`.
            unsafe { libc::recvfrom(handle.as_raw(), start, len, flags, address, address_len) }
        })
    }

    #[inline]
    fn recv_msg(&self, handle: &Handle, message: &mut RecvMsg<'_, '_, Self>) -> Result<Received, Errno> {
        message::receive(handle, message)
    }

    fn set_option(&self, handle: &Handle, level: Level, name: i32, value: &[u8]) -> Result<(), Errno> {
        option::set(handle, level, name, value)
    }

    fn get_option(&self, handle: &Handle, level: Level, name: i32, value: &mut [u8]) -> Result<usize, Errno> {
        option::get(handle, level, name, value)
    }

    fn wait(&self, waits: &mut [Wait<'_, Handle>], deadline: Deadline) -> Result<usize, Errno> {
        wait::wait(waits, deadline)
    }

    fn now(&self) -> Instant {
        wait::now()
    }

    fn waker(&self) -> Result<(Waker, Handle), Errno> {
        waker::new()
    }

    fn reset(&self, wake: &Handle) -> Result<(), Errno> {
        waker::reset(wake)
    }

    fn wait_beside(
        &self,
        handle: &Handle,
        events: PollEvents,
        deadline: Deadline,
    ) -> Result<PollEvents, Error> {
        until::beside(handle, events, deadline)
    }

    fn connect_until(&self, handle: &Handle, address: &[u8], deadline: Deadline) -> Result<(), Error> {
        until::connect(handle, address, deadline)
    }

    fn send_to_until(
        &self,
        handle: &Handle,
        bytes: &[u8],
        flags: MessageFlags,
        address: &[u8],
        deadline: Deadline,
    ) -> Result<usize, Error> {
        until::send(handle, Some(address), deadline, || self.send_to(handle, bytes, flags, address))
    }

    fn send_msg_until(
        &self,
        handle: &Handle,
        message: &SendMsg<'_, '_, Self>,
        deadline: Deadline,
    ) -> Result<usize, Error> {
        until::send(handle, message.address, deadline, || self.send_msg(handle, message))
    }
}
