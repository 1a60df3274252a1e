//! The system-call boundary: a backend is a kernel.
//!
//! Each call of [`Backend`] is one attempt and never blocks; [`Backend::wait`] is the one place where a
//! program stops. The `…_until` methods are those two put together, written here once, so that they behave
//! the same on every backend; a backend overrides one only where its `wait` lies (Linux reports a Unix socket
//! as writable while the listener's queue is full).
//!
//! Addresses, option values and control messages cross the boundary as bytes, exactly as the kernel has them.
//! The types that encode them live above, so that a new family needs nothing from a backend that passes it
//! on. What crosses as bytes never carries a pointer or a descriptor: handles travel as handles.
//!
//! ```
//! use anysock::{Backend, Deadline, Errno, Error, Family, Protocol, SocketType};
//!
//! /// Receives one datagram on a port of its own, or gives up at `deadline`; on any backend.
//! fn receive_one<B: Backend>(backend: &B, address: &[u8], deadline: Deadline) -> Result<usize, Error> {
//!     let handle = backend.socket(Family::INET, SocketType::DGRAM, Protocol::DEFAULT)?;
//!     backend.bind(&handle, address)?;
//!     backend.recv_until(&handle, &mut [0; 1500], Default::default(), deadline)
//! }
//! ```

use core::fmt::Debug;

use crate::addr::family_of;
use crate::constants::{Errno, Family, Level, MessageFlags, PollEvents, Protocol, Shutdown, SocketType};
use crate::error::Error;
use crate::time::{Deadline, Instant};

/// One handle to wait for, and what came of it: `struct pollfd` with a borrowed handle.
#[derive(Debug)]
pub struct Wait<'a, H> {
    /// Whose readiness is waited for.
    pub handle: &'a H,
    /// What to wait for. `POLLERR`, `POLLHUP` and `POLLNVAL` are always reported.
    pub events: PollEvents,
    /// What came: empty until [`Backend::wait`] has filled it in.
    pub revents: PollEvents,
}

impl<'a, H> Wait<'a, H> {
    /// Wait for `events` of `handle`.
    #[inline]
    pub fn new(handle: &'a H, events: PollEvents) -> Self {
        Wait { handle, events, revents: PollEvents::empty() }
    }
}

/// A message to send: `struct msghdr` of `sendmsg(2)`.
#[derive(Debug)]
pub struct SendMsg<'a, 'b, B: Backend> {
    /// The destination; `None` on a connected socket.
    pub address: Option<&'a [u8]>,
    /// The bytes, in pieces.
    pub slices: &'a [B::IoSlice<'b>],
    /// Control messages as the kernel lays them out; see [`crate::message`].
    pub control: &'a [u8],
    /// Handles to pass (SCM_RIGHTS): the receiver gets duplicates.
    pub handles: &'a [&'a B::Handle],
    /// How to send.
    pub flags: MessageFlags,
}

/// Room for a message to receive: `struct msghdr` of `recvmsg(2)`.
#[derive(Debug)]
pub struct RecvMsg<'a, 'b, B: Backend> {
    /// Room for the sender's address; may be empty.
    pub address: &'a mut [u8],
    /// Room for the bytes, in pieces.
    pub slices: &'a mut [B::IoSliceMut<'b>],
    /// Room for control messages.
    pub control: &'a mut [u8],
    /// Room for passed handles. What does not fit is closed, and MSG_CTRUNC says so.
    pub handles: &'a mut [Option<B::Handle>],
    /// How to receive.
    pub flags: MessageFlags,
}

/// What came of [`Backend::recv_msg`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Received {
    /// Bytes received; with MSG_TRUNC asked for, the real length of the datagram.
    pub len: usize,
    /// Length of the sender's address; it may be more than there was room for.
    pub address_len: usize,
    /// Bytes of control messages received.
    pub control_len: usize,
    /// Handles received.
    pub handles: usize,
    /// MSG_TRUNC, MSG_CTRUNC, MSG_EOR, MSG_OOB, MSG_ERRQUEUE, and CAN's MSG_DONTROUTE and MSG_CONFIRM.
    pub flags: MessageFlags,
}

/// Ends a [`Backend::wait`] of another program, from anywhere.
pub trait Waker: Clone + Debug {
    /// Makes the handle that belongs to this waker readable, until [`Backend::reset`].
    fn wake(&self);
}

/// A kernel: the calls that a socket needs. See the [module's page](self).
///
/// Every method returns the kernel's error number where the kernel refuses; none panics.
pub trait Backend: Clone + Debug {
    /// An open socket. Owned and not `Copy`: dropping it closes it, without lingering.
    type Handle: Debug;
    /// A piece of a message to send: `struct iovec` on Linux.
    type IoSlice<'a>: Copy + Debug + From<&'a [u8]>;
    /// A piece of room to receive into: `struct iovec` on Linux.
    type IoSliceMut<'a>: Debug + From<&'a mut [u8]>;
    /// What [`Backend::waker`] gives.
    type Waker: Waker;

    /// `socket(2)`: the handle is close-on-exec and its calls never block.
    fn socket(&self, family: Family, kind: SocketType, protocol: Protocol) -> Result<Self::Handle, Errno>;

    /// `socketpair(2)`: two sockets connected to each other.
    fn socket_pair(
        &self,
        family: Family,
        kind: SocketType,
        protocol: Protocol,
    ) -> Result<(Self::Handle, Self::Handle), Errno>;

    /// `dup(2)`: another handle of the same socket. `close` of one leaves the other open.
    fn duplicate(&self, handle: &Self::Handle) -> Result<Self::Handle, Errno>;

    /// `bind(2)`.
    fn bind(&self, handle: &Self::Handle, address: &[u8]) -> Result<(), Errno>;

    /// `connect(2)`: `EINPROGRESS` where the handshake takes time; `wait` for POLLOUT, then read SO_ERROR.
    fn connect(&self, handle: &Self::Handle, address: &[u8]) -> Result<(), Errno>;

    /// `listen(2)`: at most `backlog` connections wait to be accepted, capped by the system's own limit.
    fn listen(&self, handle: &Self::Handle, backlog: i32) -> Result<(), Errno>;

    /// `accept4(2)`: the new handle, and the length of the peer's address written to `address`.
    fn accept(&self, handle: &Self::Handle, address: &mut [u8]) -> Result<(Self::Handle, usize), Errno>;

    /// `shutdown(2)`.
    fn shutdown(&self, handle: &Self::Handle, how: Shutdown) -> Result<(), Errno>;

    /// `close(2)`: as dropping the handle, with the error that dropping cannot report.
    fn close(&self, handle: Self::Handle) -> Result<(), Errno>;

    /// `getsockname(2)`: writes to `address`, returns the address's whole length.
    fn local_addr(&self, handle: &Self::Handle, address: &mut [u8]) -> Result<usize, Errno>;

    /// `getpeername(2)`: writes to `address`, returns the address's whole length.
    fn peer_addr(&self, handle: &Self::Handle, address: &mut [u8]) -> Result<usize, Errno>;

    /// `send(2)`. Never raises SIGPIPE.
    fn send(&self, handle: &Self::Handle, bytes: &[u8], flags: MessageFlags) -> Result<usize, Errno>;

    /// `sendto(2)`. Never raises SIGPIPE.
    fn send_to(
        &self,
        handle: &Self::Handle,
        bytes: &[u8],
        flags: MessageFlags,
        address: &[u8],
    ) -> Result<usize, Errno>;

    /// `sendmsg(2)`. Never raises SIGPIPE.
    fn send_msg(&self, handle: &Self::Handle, message: &SendMsg<'_, '_, Self>) -> Result<usize, Errno>;

    /// `recv(2)`.
    fn recv(&self, handle: &Self::Handle, bytes: &mut [u8], flags: MessageFlags) -> Result<usize, Errno>;

    /// `recvfrom(2)`: the bytes received, and the length of the sender's address written to `address`.
    fn recv_from(
        &self,
        handle: &Self::Handle,
        bytes: &mut [u8],
        flags: MessageFlags,
        address: &mut [u8],
    ) -> Result<(usize, usize), Errno>;

    /// `recvmsg(2)`.
    fn recv_msg(&self, handle: &Self::Handle, message: &mut RecvMsg<'_, '_, Self>)
    -> Result<Received, Errno>;

    /// `setsockopt(2)`. `EOPNOTSUPP` for an option whose bytes would carry a pointer or a descriptor
    /// ([`crate::option::carries_pointer`]).
    fn set_option(&self, handle: &Self::Handle, level: Level, name: i32, value: &[u8]) -> Result<(), Errno>;

    /// `getsockopt(2)`: writes to `value`, returns the length of the answer. `EOPNOTSUPP` as for
    /// [`Backend::set_option`].
    fn get_option(
        &self,
        handle: &Self::Handle,
        level: Level,
        name: i32,
        value: &mut [u8],
    ) -> Result<usize, Errno>;

    /// `ppoll(2)`, in nanoseconds: stops until one of `waits` is ready or `deadline` has come, and returns
    /// how many are ready. `Ok(0)` says that the deadline came first. Without waits it sleeps.
    fn wait(&self, waits: &mut [Wait<'_, Self::Handle>], deadline: Deadline) -> Result<usize, Errno>;

    /// The time on the backend's monotonic clock.
    fn now(&self) -> Instant;

    /// A waker, and the handle that becomes readable in [`Backend::wait`] when it wakes (`eventfd(2)`).
    fn waker(&self) -> Result<(Self::Waker, Self::Handle), Errno>;

    /// Makes the handle of a waker unreadable again.
    fn reset(&self, wake: &Self::Handle) -> Result<(), Errno>;

    /// Waits until `events` of one handle come.
    ///
    /// # Errors
    /// [`Error::TimedOut`] where `deadline` comes first.
    fn wait_for(
        &self,
        handle: &Self::Handle,
        events: PollEvents,
        deadline: Deadline,
    ) -> Result<PollEvents, Error> {
        let mut waits = [Wait::new(handle, events)];
        match self.wait(&mut waits, deadline)? {
            0 => Err(Error::TimedOut),
            _ => Ok(waits[0].revents),
        }
    }

    /// Waits until `events` of one handle come, where another that is always reported (`POLLERR`, `POLLHUP`) is there
    /// and stays, for which [`Backend::wait_for`] would end at once. It may end for less than `events`.
    ///
    /// As provided it stops until `deadline`, which is right where nothing can come beside such an event. On Linux
    /// a socket whose error queue holds something reports `POLLERR`, and receives.
    ///
    /// # Errors
    /// [`Error::TimedOut`] where `deadline` comes first.
    fn wait_beside(
        &self,
        handle: &Self::Handle,
        events: PollEvents,
        deadline: Deadline,
    ) -> Result<PollEvents, Error> {
        let _ = (handle, events);
        self.sleep_until(deadline)?;
        Err(Error::TimedOut)
    }

    /// [`Backend::connect`], waiting until `deadline` for the answer.
    ///
    /// # Errors
    /// The connection's own, [`Error::TimedOut`], or `EINPROGRESS` under [`Deadline::NOW`]. An attempt that
    /// timed out goes on: a later call waits for it again.
    fn connect_until(&self, handle: &Self::Handle, address: &[u8], deadline: Deadline) -> Result<(), Error> {
        connect_until(self, handle, address, deadline)
    }

    /// [`Backend::accept`], waiting until `deadline` for a connection.
    fn accept_until(
        &self,
        handle: &Self::Handle,
        address: &mut [u8],
        deadline: Deadline,
    ) -> Result<(Self::Handle, usize), Error> {
        let ended = Err(Errno::EINVAL);
        receive_until(self, handle, PollEvents::IN, deadline, ended, || self.accept(handle, address))
    }

    /// [`Backend::send`], waiting until `deadline` for room.
    fn send_until(
        &self,
        handle: &Self::Handle,
        bytes: &[u8],
        flags: MessageFlags,
        deadline: Deadline,
    ) -> Result<usize, Error> {
        attempt_until(self, handle, PollEvents::OUT, deadline, || self.send(handle, bytes, flags))
    }

    /// [`Backend::send_to`], waiting until `deadline` for room.
    fn send_to_until(
        &self,
        handle: &Self::Handle,
        bytes: &[u8],
        flags: MessageFlags,
        address: &[u8],
        deadline: Deadline,
    ) -> Result<usize, Error> {
        attempt_until(self, handle, PollEvents::OUT, deadline, || self.send_to(handle, bytes, flags, address))
    }

    /// [`Backend::send_msg`], waiting until `deadline` for room.
    fn send_msg_until(
        &self,
        handle: &Self::Handle,
        message: &SendMsg<'_, '_, Self>,
        deadline: Deadline,
    ) -> Result<usize, Error> {
        attempt_until(self, handle, PollEvents::OUT, deadline, || self.send_msg(handle, message))
    }

    /// [`Backend::recv`], waiting until `deadline` for something to receive.
    fn recv_until(
        &self,
        handle: &Self::Handle,
        bytes: &mut [u8],
        flags: MessageFlags,
        deadline: Deadline,
    ) -> Result<usize, Error> {
        receive_until(self, handle, readable(flags), deadline, Ok(0), || self.recv(handle, bytes, flags))
    }

    /// [`Backend::recv_from`], waiting until `deadline` for something to receive.
    fn recv_from_until(
        &self,
        handle: &Self::Handle,
        bytes: &mut [u8],
        flags: MessageFlags,
        address: &mut [u8],
        deadline: Deadline,
    ) -> Result<(usize, usize), Error> {
        receive_until(self, handle, readable(flags), deadline, Ok((0, 0)), || {
            self.recv_from(handle, bytes, flags, address)
        })
    }

    /// [`Backend::recv_msg`], waiting until `deadline` for something to receive.
    fn recv_msg_until(
        &self,
        handle: &Self::Handle,
        message: &mut RecvMsg<'_, '_, Self>,
        deadline: Deadline,
    ) -> Result<Received, Error> {
        let events = readable(message.flags);
        receive_until(self, handle, events, deadline, Ok(Received::default()), || {
            self.recv_msg(handle, message)
        })
    }

    /// Stops until `deadline`, or for ever under [`Deadline::NEVER`].
    fn sleep_until(&self, deadline: Deadline) -> Result<(), Errno> {
        self.wait(&mut [], deadline).map(|_| ())
    }
}

/// What makes a receive with `flags` worth another attempt.
pub(crate) fn readable(flags: MessageFlags) -> PollEvents {
    if flags.contains(MessageFlags::ERRQUEUE) {
        PollEvents::ERR
    } else if flags.contains(MessageFlags::OOB) {
        PollEvents::PRI
    } else {
        PollEvents::IN
    }
}

/// What [`Backend::connect_until`] does, unless the backend has something better for the address: connects,
/// waits for POLLOUT, and asks SO_ERROR what came of it.
pub fn connect_until<B: Backend>(
    backend: &B,
    handle: &B::Handle,
    address: &[u8],
    deadline: Deadline,
) -> Result<(), Error> {
    match backend.connect(handle, address) {
        Err(Errno::EINPROGRESS | Errno::EALREADY) if deadline != Deadline::NOW => {}
        answer => return Ok(answer?),
    }
    backend.wait_for(handle, PollEvents::OUT, deadline)?;
    finish_connect(backend, handle, address)
}

/// What came of an attempt to connect to `address` that POLLOUT says is over.
pub(crate) fn finish_connect<B: Backend>(
    backend: &B,
    handle: &B::Handle,
    address: &[u8],
) -> Result<(), Error> {
    let mut value = [0; 4];
    backend.get_option(handle, Level::SOCKET, crate::option::socket::SO_ERROR, &mut value)?;
    let answer = match i32::from_ne_bytes(value) {
        0 => Ok(()),
        errno => Err(Error::Os(Errno(errno))),
    };
    // An IP socket keeps the attempt in mind until it is asked to connect once more: a later connect would be
    // told of this attempt, and not EISCONN or what comes of itself. AF_UNSPEC dissolves what failed.
    if matches!(family_of(address), Family::INET | Family::INET6) {
        let unspecified = &[0; 16];
        let once_more = if answer.is_ok() { address } else { unspecified };
        let _ = backend.connect(handle, once_more);
    }
    answer
}

/// What the other `…_until` methods do: attempts, and waits for `events` between attempts, until something
/// other than `EAGAIN` comes of it.
///
/// # Errors
/// The attempt's own, or [`Error::TimedOut`] where `deadline` comes first.
pub fn attempt_until<B: Backend, T>(
    backend: &B,
    handle: &B::Handle,
    events: PollEvents,
    deadline: Deadline,
    attempt: impl FnMut() -> Result<T, Errno>,
) -> Result<T, Error> {
    attempt_or_end(backend, handle, events, deadline, None, attempt)
}

/// [`attempt_until`] of a call that receives. `ended` is what the blocking call answers once the socket is
/// shut for reading: an attempt answers `EAGAIN` even then (a Unix datagram socket, a Unix listener), while
/// poll reports something to read, again and again.
fn receive_until<B: Backend, T>(
    backend: &B,
    handle: &B::Handle,
    events: PollEvents,
    deadline: Deadline,
    ended: Result<T, Errno>,
    attempt: impl FnMut() -> Result<T, Errno>,
) -> Result<T, Error> {
    attempt_or_end(backend, handle, events, deadline, Some(ended), attempt)
}

fn attempt_or_end<B: Backend, T>(
    backend: &B,
    handle: &B::Handle,
    events: PollEvents,
    deadline: Deadline,
    mut ended: Option<Result<T, Errno>>,
    mut attempt: impl FnMut() -> Result<T, Errno>,
) -> Result<T, Error> {
    let asked = if ended.is_some() { events | PollEvents::RDHUP } else { events };
    let mut came = PollEvents::empty();
    loop {
        match attempt() {
            Err(Errno::EAGAIN) if deadline != Deadline::NOW => {}
            answer => return Ok(answer?),
        }
        if came.contains(PollEvents::RDHUP)
            && let Some(ended) = ended.take()
        {
            return Ok(ended?);
        }
        // Readiness that does not hold must not outlast the deadline.
        if !came.is_empty() && deadline.has_passed(backend.now()) {
            return Err(Error::TimedOut);
        }
        came = if came.is_empty() || came.intersects(asked) {
            backend.wait_for(handle, asked, deadline)?
        } else {
            // Only what is always reported: a hang-up, an error that stays. It comes again at once, and the
            // blocking call of Linux goes on waiting through it.
            backend.wait_beside(handle, asked, deadline)?
        };
    }
}

/// A backend that can start another program beside the calling one: a thread, or a simulated process on the
/// same simulated machine.
pub trait Spawn: Backend {
    /// The backend that the new program sees.
    type Child<'a>: Spawn;

    /// Starts `program`. It ends on its own; its sockets close with it.
    ///
    /// # Errors
    /// `EAGAIN` where no more programs can be started.
    fn spawn<F>(&self, program: F) -> Result<(), Errno>
    where
        F: for<'a> FnOnce(Self::Child<'a>) + Send + 'static;
}
