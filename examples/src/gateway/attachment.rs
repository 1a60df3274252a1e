//! One user's socket on a bus: a client's, a peer's, or the gateway's own. The bus may go away and come back,
//! and its queue may be full; neither is the user's concern.

use core::time::Duration;

use anysock::can::{AnyFrame, CAN_ERR_MASK, Filter};
use anysock::socket::ReceivedFrame;
use anysock::{
    CanSocket, Deadline, Errno, Error, Instant, InterfaceName, Interfaces, PollEvents, Wait, option,
};

use super::config::Config;
use super::queue::Queue;
use super::statistics::BusUse;

/// How many frames are received at once before others have their turn: more than one turn of every client
/// brings about, so that a burst of theirs is not lost in the kernel.
const BATCH: usize = 1024;
/// What the kernel may keep of frames not yet received, in bytes; it has its own limit (net.core.rmem_max).
/// A frame takes almost a kilobyte of it.
const RECEIVE_BUFFER: i32 = 1 << 20;

/// Which frames a user wants.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Interest {
    /// None.
    Nothing,
    /// All, error messages too.
    Everything,
    /// What matches one of these.
    Only(Vec<Filter>),
}

/// A socket on a bus, and what waits to be sent.
#[derive(Debug)]
pub(super) struct Attachment<B: Interfaces> {
    backend: B,
    name: InterfaceName,
    interest: Interest,
    /// `None` while the bus is away.
    socket: Option<CanSocket<B>>,
    outbound: Queue<AnyFrame>,
    /// The bus's own queue was full: try again then.
    paced: Option<Instant>,
    /// The socket's send buffer was full: wait until it is writable.
    blocked: bool,
    /// The bus is away: try to reopen it then, and if that fails, this much later.
    reopen_at: Instant,
    reopen_wait: Duration,
    losses: u64,
    /// The kernel's count of frames this socket has missed, so far.
    missed: u32,
    usage: BusUse,
}

impl<B: Interfaces> Attachment<B> {
    /// A user of the bus `name`. Where the bus is away, it is used as soon as it comes back.
    pub(super) fn new(
        backend: &B,
        name: InterfaceName,
        interest: Interest,
        config: &Config,
    ) -> Attachment<B> {
        let now = backend.now();
        let mut attachment = Attachment {
            backend: backend.clone(),
            name,
            interest,
            socket: None,
            outbound: Queue::new(config.to_bus),
            paced: None,
            blocked: false,
            reopen_at: now,
            reopen_wait: config.reopen_first,
            losses: 0,
            missed: 0,
            usage: BusUse::default(),
        };
        attachment.reopen(now, config);
        attachment
    }

    /// A socket on the bus, receiving `interest`.
    ///
    /// # Errors
    /// `ENODEV` where there is no such interface or it is no CAN interface, `ENETDOWN` where it is down.
    pub(super) fn open(
        backend: &B,
        name: &InterfaceName,
        interest: &Interest,
    ) -> Result<CanSocket<B>, Error> {
        let mut socket = CanSocket::open(backend.clone(), name)?;
        socket.socket_mut().set_blocking(false);
        socket.set(option::can_raw::FdFrames, true)?;
        socket.set(option::socket::TimestampNs, true)?;
        socket.set(option::socket::RxqOverflow, true)?;
        socket.set(option::socket::RecvBuffer, RECEIVE_BUFFER)?;
        apply(&socket, interest)?;
        // An interface that is down can be bound; the error says so.
        match socket.get(option::socket::PendingError)? {
            None => Ok(socket),
            Some(errno) => Err(errno.into()),
        }
    }

    /// Changes what is received.
    pub(super) fn set_interest(&mut self, now: Instant, interest: Interest) {
        if self.interest == interest {
            return;
        }
        self.interest = interest;
        if let Some(socket) = &self.socket
            && apply(socket, &self.interest).is_err()
        {
            self.lose(now);
        }
    }

    /// Queues a frame for the bus. An error message is refused: a driver might take it for a frame.
    pub(super) fn send(&mut self, now: Instant, frame: AnyFrame) {
        match frame {
            AnyFrame::Error(_) => self.usage.refused += 1,
            frame => self.outbound.push(now, frame),
        }
    }

    /// Whether the queue to the bus is full: the next frame would push out the oldest.
    pub(super) fn is_full(&self) -> bool {
        self.outbound.is_full()
    }

    /// Frames that wait for the bus.
    pub(super) fn queued(&self) -> usize {
        self.outbound.len()
    }

    /// Whether the bus is there and up, as far as is known.
    pub(super) fn is_up(&self) -> bool {
        self.socket.is_some()
    }

    /// How often the bus has gone away.
    pub(super) fn losses(&self) -> u64 {
        self.losses
    }

    /// What has been done with the socket so far.
    pub(super) fn usage(&self) -> BusUse {
        BusUse { drops: self.outbound.drops(), ..self.usage }
    }

    /// What to wait for.
    pub(super) fn wait(&self) -> Option<Wait<'_, B::Handle>> {
        let blocked = if self.blocked { PollEvents::OUT } else { PollEvents::empty() };
        Some(Wait::new(self.socket.as_ref()?.handle(), PollEvents::IN | blocked))
    }

    /// When [`Attachment::turn`] has something to do even if nothing happens.
    pub(super) fn deadline(&self) -> Deadline {
        match (&self.socket, self.paced) {
            (None, _) => Deadline::at(self.reopen_at),
            (Some(_), Some(instant)) => Deadline::at(instant),
            // Something is queued that nothing holds back.
            (Some(_), None) if !self.blocked && !self.outbound.is_empty() => Deadline::NOW,
            (Some(_), None) => self.outbound.expires(),
        }
    }

    /// Does what is to be done now; calls `receive` with each frame that has come.
    pub(super) fn turn(
        &mut self,
        now: Instant,
        ready: PollEvents,
        config: &Config,
        mut receive: impl FnMut(ReceivedFrame),
    ) {
        self.outbound.expire(now);
        if self.socket.is_none() && self.reopen_at <= now {
            self.reopen(now, config);
        }
        if !ready.is_empty() {
            self.receive(now, &mut receive);
        }
        if ready.contains(PollEvents::OUT) {
            self.blocked = false;
        }
        self.flush(now, config);
    }

    fn receive(&mut self, now: Instant, receive: &mut impl FnMut(ReceivedFrame)) {
        for _ in 0..BATCH {
            let Some(socket) = &self.socket else { return };
            match socket.recv_msg() {
                Ok(received) => {
                    if let Some(missed) = received.dropped {
                        self.usage.missed += u64::from(missed.wrapping_sub(self.missed));
                        self.missed = missed;
                    }
                    receive(received);
                }
                Err(Error::Frame(_)) => self.usage.malformed += 1,
                Err(error) if error.is_would_block() => return,
                Err(_) => self.lose(now),
            }
        }
    }

    /// Sends what is queued, as far as the bus takes it.
    pub(super) fn flush(&mut self, now: Instant, config: &Config) {
        if self.blocked || self.paced.is_some_and(|instant| now < instant) {
            return;
        }
        self.paced = None;
        while let Some(socket) = &self.socket {
            let Some(frame) = self.outbound.peek(now) else { return };
            let sent = socket.send(frame);
            match sent {
                Ok(()) => self.usage.sent.add(frame.data()),
                Err(Error::Os(Errno::ENOBUFS)) => {
                    self.usage.full += 1;
                    self.paced = Some(now + config.pace);
                    return;
                }
                Err(error) if error.is_would_block() => {
                    self.blocked = true;
                    return;
                }
                Err(Error::Os(Errno::ENETDOWN | Errno::ENODEV | Errno::ENXIO)) => {
                    self.lose(now);
                    return;
                }
                Err(_) => self.usage.refused += 1,
            }
            self.outbound.pop(now);
        }
    }

    /// The bus has gone away: an interface that comes back may be another one of the same name.
    fn lose(&mut self, now: Instant) {
        self.socket = None;
        self.losses += 1;
        self.reopen_at = now + self.reopen_wait;
    }

    fn reopen(&mut self, now: Instant, config: &Config) {
        match Attachment::open(&self.backend, &self.name, &self.interest) {
            Ok(socket) => {
                self.socket = Some(socket);
                (self.blocked, self.paced, self.missed) = (false, None, 0);
                self.reopen_wait = config.reopen_first;
            }
            Err(_) => {
                self.reopen_at = now + self.reopen_wait;
                self.reopen_wait = (self.reopen_wait * 2).min(config.reopen_most);
            }
        }
    }
}

/// Has the kernel let pass only what is wanted.
fn apply<B: Interfaces>(socket: &CanSocket<B>, interest: &Interest) -> Result<(), Error> {
    let (filters, errors) = match interest {
        Interest::Nothing => (&[][..], 0),
        Interest::Everything => (&[Filter::ALL][..], CAN_ERR_MASK),
        Interest::Only(filters) if filters.len() <= Filter::MAX => (&filters[..], 0),
        Interest::Only(_) => (&[Filter::ALL][..], 0),
    };
    socket.set_filters(filters)?;
    socket.set(option::can_raw::ErrorFilter, errors)
}
