//! Readiness of many sockets at once (epoll(7)): [`Poll`], and [`Wakers`] for tasks.
//!
//! [`Backend::wait`] is told of every handle in each call; a [`Poll`] keeps the list, so that ten thousand idle
//! connections cost nothing. What it reports is level-triggered: as long as there is something to read, it says so
//! again.
//!
//! ```
//! use anysock::poll::{Epoll, Event, Poll};
//! use anysock::{Deadline, Error, PollEvents, TcpListener, TcpStream};
//!
//! const LISTENER: u64 = u64::MAX;
//!
//! /// Sends back what comes, on every connection, until `deadline`.
//! fn echo<B: Epoll>(listener: &TcpListener<B>, backend: B, deadline: Deadline) -> Result<(), Error> {
//!     let mut streams: [Option<TcpStream<B>>; 64] = [const { None }; 64];
//!     let poll = Poll::new(backend)?;
//!     poll.add(listener.handle(), PollEvents::IN, LISTENER)?;
//!     let mut events = [Event::default(); 16];
//!     loop {
//!         let ready = poll.wait(&mut events, deadline)?;
//!         for event in &events[..ready] {
//!             if event.token == LISTENER {
//!                 let (stream, _) = listener.accept()?;
//!                 if let Some(free) = streams.iter().position(Option::is_none) {
//!                     poll.add(stream.handle(), PollEvents::IN, free as u64)?;
//!                     streams[free] = Some(stream);
//!                 }
//!             } else if let Some(stream) = &streams[event.token as usize] {
//!                 let mut bytes = [0; 1024];
//!                 match stream.recv(&mut bytes) {
//!                     Ok(length @ 1..) => stream.send_all(&bytes[..length])?,
//!                     // Dropping the stream takes it out of the list.
//!                     _ => streams[event.token as usize] = None,
//!                 }
//!             }
//!         }
//!         if ready == 0 {
//!             return Ok(());
//!         }
//!     }
//! }
//! ```

mod wakers;

pub use wakers::{Slot, Wakers};

use crate::backend::Backend;
use crate::constants::epoll::EpollEvents;
use crate::constants::{Errno, PollEvents};
use crate::time::Deadline;

/// A handle is ready: `struct epoll_event`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Event {
    /// What the program called the handle.
    pub token: u64,
    /// What came.
    pub events: PollEvents,
}

/// A backend that keeps lists of handles and says which of them are ready: `epoll(7)`.
///
/// The list is a handle itself, readable where one of its handles is ready. A handle is in one list at most: adding
/// it to another takes it out of the first. A handle that is dropped or given away is taken out, even where a
/// duplicate keeps the socket open, so that no token of what is gone arrives.
pub trait Epoll: Backend {
    /// `epoll_create1(2)`: an empty list, close-on-exec.
    fn epoll_create(&self) -> Result<Self::Handle, Errno>;

    /// Adds a handle: `EPOLL_CTL_ADD`. Besides `events`, `EPOLLERR` and `EPOLLHUP` are always reported.
    ///
    /// # Errors
    /// `EEXIST` where it is in the list already, `EINVAL` where `epoll` is no list, or is `handle`, `ELOOP` where
    /// lists would contain each other.
    fn epoll_add(
        &self,
        epoll: &Self::Handle,
        handle: &Self::Handle,
        events: EpollEvents,
        token: u64,
    ) -> Result<(), Errno>;

    /// Changes what a handle is asked for, and its token: `EPOLL_CTL_MOD`.
    ///
    /// # Errors
    /// `ENOENT` where it is not in the list.
    fn epoll_modify(
        &self,
        epoll: &Self::Handle,
        handle: &Self::Handle,
        events: EpollEvents,
        token: u64,
    ) -> Result<(), Errno>;

    /// Takes a handle out: `EPOLL_CTL_DEL`.
    ///
    /// # Errors
    /// `ENOENT` where it is not in the list.
    fn epoll_delete(&self, epoll: &Self::Handle, handle: &Self::Handle) -> Result<(), Errno>;

    /// Stops until a handle of the list is ready or `deadline` has come, and returns how many of `events` it has
    /// filled in: `epoll_pwait2(2)`. `Ok(0)` says that the deadline came first. Where there are more than
    /// `events` has room for, the others come first the next time.
    ///
    /// # Errors
    /// `EINVAL` where `events` is empty, or `epoll` is no list.
    fn epoll_wait(
        &self,
        epoll: &Self::Handle,
        events: &mut [Event],
        deadline: Deadline,
    ) -> Result<usize, Errno>;
}

/// A list of handles, level-triggered. See the [module's page](self).
#[derive(Debug)]
pub struct Poll<B: Epoll> {
    epoll: B::Handle,
    backend: B,
}

impl<B: Epoll> Poll<B> {
    /// An empty list.
    ///
    /// # Errors
    /// `EMFILE` and its like.
    pub fn new(backend: B) -> Result<Self, Errno> {
        Ok(Poll { epoll: backend.epoll_create()?, backend })
    }

    /// The list's own handle: readable where one of its handles is ready.
    pub fn handle(&self) -> &B::Handle {
        &self.epoll
    }

    /// Reports `events` of `handle` as `token` from now on, besides `POLLERR` and `POLLHUP`. The handle of a
    /// [`Backend::waker`] is one like any other.
    ///
    /// # Errors
    /// `EEXIST` where the handle is in the list already; the others of [`Epoll::epoll_add`].
    pub fn add(&self, handle: &B::Handle, events: PollEvents, token: u64) -> Result<(), Errno> {
        self.backend.epoll_add(&self.epoll, handle, events.into(), token)
    }

    /// Asks for other events of a handle, or gives it another token.
    ///
    /// # Errors
    /// `ENOENT` where the handle is not in the list.
    pub fn change(&self, handle: &B::Handle, events: PollEvents, token: u64) -> Result<(), Errno> {
        self.backend.epoll_modify(&self.epoll, handle, events.into(), token)
    }

    /// Takes a handle out. A handle that is dropped needs no call.
    ///
    /// # Errors
    /// `ENOENT` where the handle is not in the list.
    pub fn remove(&self, handle: &B::Handle) -> Result<(), Errno> {
        self.backend.epoll_delete(&self.epoll, handle)
    }

    /// Waits until `deadline`, and returns how many of `events` were filled in; zero where the deadline came
    /// first.
    ///
    /// Who drops a handle while going through `events` may find its token further on in them: they were true
    /// when the call returned. No later call reports it.
    ///
    /// # Errors
    /// `EINVAL` where `events` is empty.
    pub fn wait(&self, events: &mut [Event], deadline: Deadline) -> Result<usize, Errno> {
        self.backend.epoll_wait(&self.epoll, events, deadline)
    }
}

impl From<PollEvents> for EpollEvents {
    /// The bits are the same.
    fn from(events: PollEvents) -> Self {
        EpollEvents(u32::from(events.bits() as u16))
    }
}
