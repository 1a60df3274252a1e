//! An RFCOMM socket by itself: its state, its addresses, its queues, its errors. What it asks of the
//! layers below is done by the [host](super::super::host), which owns both.
//!
//! Behaviour is that of Linux (net/bluetooth/rfcomm/sock.c and af_bluetooth.c), which differs from
//! TCP's: shutting down always ends both directions, the peer's orderly close is `ECONNRESET` and never
//! an end of stream, and a second `connect` is `EBADFD`.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use anysock::{BdAddr, Errno, MessageFlags, PollEvents, RfcommAddr};

use super::DEFAULT_MTU;
use super::dlc::{DlcId, MAX_CREDITS};

/// What both queues of a new socket hold, in bytes (`SO_SNDBUF`, `SO_RCVBUF`): `rfcomm_sock_alloc`.
pub const DEFAULT_BUFFER: usize = MAX_CREDITS as usize * DEFAULT_MTU as usize * 10;

/// The security of a new socket: no authentication asked for.
const BT_SECURITY_LOW: u8 = 1;
/// The most that a program may ask for: a PIN of 16 digits or a comparison of numbers.
const BT_SECURITY_HIGH: u8 = 3;

/// The states of a socket (include/net/bluetooth/bluetooth.h).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// BT_OPEN: new.
    Open,
    /// BT_BOUND: it has an address.
    Bound,
    /// BT_LISTEN.
    Listen,
    /// BT_CONNECT: `connect` was called.
    Connecting,
    /// BT_CONFIG: a listener's, not open yet.
    Config,
    /// BT_CONNECT2: a listener's with `BT_DEFER_SETUP`; the first `recv` answers the other side.
    Deferred,
    /// BT_CONNECTED.
    Connected,
    /// BT_CLOSED: the connection is over.
    Closed,
}

/// An RFCOMM socket.
#[derive(Clone, Debug)]
pub struct RfcommSocket {
    pub(in super::super) state: State,
    pub(in super::super) source: BdAddr,
    pub(in super::super) destination: BdAddr,
    /// The own server channel, or after `connect` the other side's.
    pub(in super::super) channel: u8,
    /// The listener in whose queue it is.
    pub(in super::super) parent: Option<DlcId>,
    /// The connections that wait to be accepted, open or not yet.
    pub(in super::super) accept_queue: VecDeque<DlcId>,
    pub(in super::super) backlog: usize,
    /// `SO_ERROR`, until someone is told.
    error: Option<Errno>,
    pub(in super::super) is_shut_down: bool,
    /// `BT_DEFER_SETUP` of a listener: who accepts a connection decides whether it is opened.
    pub(in super::super) defer_setup: bool,
    /// `BT_SECURITY`: what the program asked for. Simulated devices are paired and encrypt as they please.
    pub(in super::super) security: u8,
    /// What has arrived, frame by frame.
    receive_queue: VecDeque<Vec<u8>>,
    /// How many bytes of the first frame were received already.
    offset: usize,
    /// How many bytes wait to be received.
    readable: usize,
    /// `SO_SNDBUF`.
    pub send_buffer: usize,
    /// `SO_RCVBUF`.
    pub receive_buffer: usize,
}

impl Default for RfcommSocket {
    fn default() -> Self {
        Self::new()
    }
}

impl RfcommSocket {
    /// A new socket.
    pub fn new() -> Self {
        RfcommSocket {
            state: State::Open,
            source: BdAddr::ANY,
            destination: BdAddr::ANY,
            channel: 0,
            parent: None,
            accept_queue: VecDeque::new(),
            backlog: 0,
            error: None,
            is_shut_down: false,
            defer_setup: false,
            security: BT_SECURITY_LOW,
            receive_queue: VecDeque::new(),
            offset: 0,
            readable: 0,
            send_buffer: DEFAULT_BUFFER,
            receive_buffer: DEFAULT_BUFFER,
        }
    }

    /// The socket's state.
    pub fn state(&self) -> State {
        self.state
    }

    /// `getsockname(2)`: after `connect`, the channel is the other side's, as on Linux.
    pub fn local_addr(&self) -> RfcommAddr {
        RfcommAddr { device: self.source, channel: self.channel }
    }

    /// `getpeername(2)`.
    ///
    /// # Errors
    /// `ENOTCONN`: neither connected nor connecting.
    pub fn peer_addr(&self) -> Result<RfcommAddr, Errno> {
        match self.state {
            State::Connected | State::Connecting | State::Deferred => {
                Ok(RfcommAddr { device: self.destination, channel: self.channel })
            }
            _ => Err(Errno::ENOTCONN),
        }
    }

    /// `BT_DEFER_SETUP`: whether who accepts a connection decides, by `recv` or `close`, whether it is
    /// opened.
    ///
    /// # Errors
    /// `EINVAL`: neither bound nor listening.
    pub fn defer_setup(&self) -> Result<bool, Errno> {
        match self.state {
            State::Bound | State::Listen => Ok(self.defer_setup),
            _ => Err(Errno::EINVAL),
        }
    }

    /// Sets `BT_DEFER_SETUP`.
    ///
    /// # Errors
    /// `EINVAL`: neither bound nor listening.
    pub fn set_defer_setup(&mut self, on: bool) -> Result<(), Errno> {
        self.defer_setup()?;
        self.defer_setup = on;
        Ok(())
    }

    /// `BT_SECURITY`: the level asked for, 0 (SDP) to 3 (high).
    pub fn security(&self) -> u8 {
        self.security
    }

    /// Sets `BT_SECURITY`. It changes nothing in the simulator.
    ///
    /// # Errors
    /// `EINVAL`: past 3.
    pub fn set_security(&mut self, level: u8) -> Result<(), Errno> {
        if level > BT_SECURITY_HIGH {
            return Err(Errno::EINVAL);
        }
        self.security = level;
        Ok(())
    }

    /// `SO_ERROR`: the pending error, which is no longer pending then.
    pub fn take_error(&mut self) -> Option<Errno> {
        self.error.take()
    }

    /// `recv(2)`: copies what is there, over the boundaries of frames; with `MSG_PEEK` at most the rest
    /// of the first frame. 0 after `shutdown`.
    ///
    /// # Errors
    /// `EAGAIN`: nothing is there. `EOPNOTSUPP`: `MSG_OOB`. The pending error, once everything that came
    /// before it was received.
    pub fn recv(&mut self, bytes: &mut [u8], flags: MessageFlags) -> Result<usize, Errno> {
        if flags.contains(MessageFlags::OOB) {
            return Err(Errno::EOPNOTSUPP);
        }
        if self.receive_queue.is_empty() {
            return match self.error.take() {
                Some(error) => Err(error),
                None if self.is_shut_down => Ok(0),
                None => Err(Errno::EAGAIN),
            };
        }
        let mut copied = 0;
        while let (Some(frame), Some(room)) = (self.receive_queue.front(), bytes.get_mut(copied..)) {
            let rest = frame.get(self.offset..).unwrap_or_default();
            let count = rest.len().min(room.len());
            if let (Some(to), Some(from)) = (room.get_mut(..count), rest.get(..count)) {
                to.copy_from_slice(from);
            }
            copied += count;
            if flags.contains(MessageFlags::PEEK) {
                break;
            }
            self.readable = self.readable.saturating_sub(count);
            if count < rest.len() {
                self.offset += count;
                break;
            }
            self.offset = 0;
            self.receive_queue.pop_front();
        }
        Ok(copied)
    }

    /// Whether the other side may send again: the queue is down to a quarter.
    pub(in super::super) fn has_drained(&self) -> bool {
        self.readable <= self.receive_buffer / 4
    }

    /// Data came; whether the other side should stop sending, because the queue is full.
    pub(in super::super) fn data_arrives(&mut self, information: Vec<u8>) -> bool {
        self.readable += information.len();
        self.receive_queue.push_back(information);
        self.readable >= self.receive_buffer
    }

    /// What `send(2)` says before it looks at the connection. `queued` is what waits on it, frame by frame.
    ///
    /// # Errors
    /// `EOPNOTSUPP`: `MSG_OOB`. `EPIPE` after `shutdown`. The pending error. `EAGAIN`: the queue is full.
    pub(in super::super) fn check_send<'a>(
        &mut self,
        flags: MessageFlags,
        queued: impl Iterator<Item = &'a [u8]>,
    ) -> Result<usize, Errno> {
        if flags.contains(MessageFlags::OOB) {
            return Err(Errno::EOPNOTSUPP);
        }
        if self.is_shut_down {
            return Err(Errno::EPIPE);
        }
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        match self.send_buffer.checked_sub(buffered(queued)) {
            None | Some(0) => Err(Errno::EAGAIN),
            Some(room) => Ok(room),
        }
    }

    /// The connection is over.
    pub(in super::super) fn closed(&mut self, error: Option<Errno>) {
        self.state = State::Closed;
        self.error = error.or(self.error);
    }

    /// `poll(2)` on anything but a listener (`bt_sock_poll`). `queued` is what waits to be sent, frame
    /// by frame.
    pub(in super::super) fn poll<'a>(&self, queued: impl Iterator<Item = &'a [u8]>) -> PollEvents {
        let mut events = PollEvents::empty();
        if self.error.is_some() {
            events |= PollEvents::ERR;
        }
        if self.is_shut_down {
            events |= PollEvents::RDHUP | PollEvents::IN | PollEvents::RDNORM | PollEvents::HUP;
        }
        if !self.receive_queue.is_empty() {
            events |= PollEvents::IN | PollEvents::RDNORM;
        }
        if self.state == State::Closed {
            events |= PollEvents::HUP;
        }
        let connecting = matches!(self.state, State::Connecting | State::Config | State::Deferred);
        if !connecting && buffered(queued) < self.send_buffer / 2 {
            events |= PollEvents::OUT | PollEvents::WRNORM | PollEvents::WRBAND;
        }
        events
    }
}

/// What frames that wait to be sent count against `SO_SNDBUF`.
pub(in super::super) fn buffered<'a>(queued: impl Iterator<Item = &'a [u8]>) -> usize {
    queued.map(|information| buffer_size(information.len())).sum()
}

/// The memory that Linux on a 64-bit machine takes for a frame of `len` bytes of information
/// (`skb->truesize`): the frame with room for its header (8) and trailer (2), and `struct
/// skb_shared_info`, in a block that is a power of two; and `struct sk_buff`.
pub(in super::super) fn buffer_size(len: usize) -> usize {
    let aligned = |size: usize| size.next_multiple_of(64);
    (aligned(len + 10) + aligned(320)).next_power_of_two() + aligned(232)
}
