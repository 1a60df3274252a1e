//! Tasks that wait for sockets: the part of an asynchronous runtime that knows them.

use core::task::Waker;

use super::{Epoll, Event, Poll};
use crate::constants::epoll::EpollEvents;
use crate::constants::{Errno, PollEvents};
use crate::time::Deadline;

/// How many tasks one wait wakes at most; the others come next.
const AT_ONCE: usize = 32;

/// A handle's place among [`Wakers`]. One that is used again after [`Wakers::remove`] is another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Slot {
    index: u32,
    generation: u32,
}

impl Slot {
    fn token(self) -> u64 {
        u64::from(self.generation) << 32 | u64::from(self.index)
    }

    fn of_token(token: u64) -> Self {
        Slot { index: token as u32, generation: (token >> 32) as u32 }
    }
}

/// What is known of a slot.
#[derive(Debug)]
struct Place {
    generation: u32,
    used: bool,
    waker: Option<Waker>,
}

/// The tasks that wait for up to `N` handles: each is woken once, by its [`Waker`], when its events come.
///
/// ```
/// use anysock::poll::{Epoll, Slot, Wakers};
/// use anysock::{Errno, Error, PollEvents, Socket};
/// use core::task::{Context, Poll};
///
/// /// Receives, as the `poll` of a future.
/// fn poll_recv<B: Epoll, const N: usize>(
///     wakers: &mut Wakers<B, N>,
///     slot: Slot,
///     socket: &Socket<B>,
///     bytes: &mut [u8],
///     context: &Context<'_>,
/// ) -> Poll<Result<usize, Error>> {
///     match socket.recv_nb(bytes) {
///         Ok(length) => Poll::Ready(Ok(length)),
///         Err(nb::Error::Other(error)) => Poll::Ready(Err(error)),
///         Err(nb::Error::WouldBlock) => {
///             match wakers.wake_on(slot, socket.handle(), PollEvents::IN, context.waker()) {
///                 Ok(()) => Poll::Pending,
///                 Err(errno) => Poll::Ready(Err(errno.into())),
///             }
///         }
///     }
/// }
/// ```
#[derive(Debug)]
pub struct Wakers<B: Epoll, const N: usize> {
    poll: Poll<B>,
    places: [Place; N],
}

impl<B: Epoll, const N: usize> Wakers<B, N> {
    /// Nobody waits yet.
    pub fn new(backend: B) -> Result<Self, Errno> {
        let places = [const { Place { generation: 0, used: false, waker: None } }; N];
        Ok(Wakers { poll: Poll::new(backend)?, places })
    }

    /// The handle that is readable where a task is to be woken: to wait for it together with others.
    pub fn handle(&self) -> &B::Handle {
        self.poll.handle()
    }

    /// A slot for a handle. Nobody waits for it yet.
    ///
    /// # Errors
    /// `ENOSPC` where all `N` are taken; those of [`Epoll::epoll_add`].
    pub fn add(&mut self, handle: &B::Handle) -> Result<Slot, Errno> {
        let free = self.places.iter_mut().enumerate().find(|(_, place)| !place.used);
        let (index, place) = free.ok_or(Errno::ENOSPC)?;
        let slot = Slot { index: index as u32, generation: place.generation };
        self.poll.backend.epoll_add(&self.poll.epoll, handle, EpollEvents::ONESHOT, slot.token())?;
        place.used = true;
        Ok(slot)
    }

    /// Wakes `waker` once `events` of the slot's handle come, or an error or the end does. It takes the place of
    /// an earlier one.
    ///
    /// # Errors
    /// `ENOENT` where the slot or the handle was removed.
    pub fn wake_on(
        &mut self,
        slot: Slot,
        handle: &B::Handle,
        events: PollEvents,
        waker: &Waker,
    ) -> Result<(), Errno> {
        let place = place_of(&mut self.places, slot).ok_or(Errno::ENOENT)?;
        let events = EpollEvents::from(events) | EpollEvents::ONESHOT;
        self.poll.backend.epoll_modify(&self.poll.epoll, handle, events, slot.token())?;
        match &mut place.waker {
            Some(known) => known.clone_from(waker),
            none => *none = Some(waker.clone()),
        }
        Ok(())
    }

    /// Gives a slot back. The task that waited is not woken.
    ///
    /// # Errors
    /// `ENOENT` where it was given back before.
    pub fn remove(&mut self, slot: Slot, handle: &B::Handle) -> Result<(), Errno> {
        let place = place_of(&mut self.places, slot).ok_or(Errno::ENOENT)?;
        *place = Place { generation: place.generation.wrapping_add(1), used: false, waker: None };
        self.poll.remove(handle)
    }

    /// Waits until `deadline`, wakes the tasks whose events came, and returns how many these are.
    pub fn wait(&mut self, deadline: Deadline) -> Result<usize, Errno> {
        let mut events = [Event::default(); AT_ONCE];
        let ready = self.poll.wait(&mut events, deadline)?;
        let mut woken = 0_usize;
        for event in events.iter().take(ready) {
            let place = place_of(&mut self.places, Slot::of_token(event.token));
            if let Some(waker) = place.and_then(|place| place.waker.take()) {
                waker.wake();
                woken = woken.saturating_add(1);
            }
        }
        Ok(woken)
    }
}

/// The place of a slot that was not given back.
fn place_of(places: &mut [Place], slot: Slot) -> Option<&mut Place> {
    let place = places.get_mut(usize::try_from(slot.index).ok()?)?;
    (place.used && place.generation == slot.generation).then_some(place)
}
