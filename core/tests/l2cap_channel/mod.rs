//! A kernel that has one socket: a classic L2CAP channel, whose peer has sent messages and closed it.
#![allow(dead_code, reason = "each test file uses its part")]

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use anysock::bluetooth::L2capOptions;
use anysock::constants::bluetooth::L2capMode;
use anysock::option::l2cap::L2CAP_OPTIONS;
use anysock::socket::L2capSeqpacket;
use anysock::{
    Backend, BluetoothProtocol, Deadline, Errno, Family, Instant, Level, MessageFlags, PollEvents, Protocol,
    Received, RecvMsg, SendMsg, Shutdown, Socket, SocketType, Wait, Waker,
};

/// What is received in [`Backend::recv`], and what of [`Backend::send`] reached the peer.
#[derive(Debug, Default)]
struct Messages {
    to_receive: VecDeque<Vec<u8>>,
    /// What comes as soon as somebody waits for it.
    to_come: VecDeque<Vec<u8>>,
    attempts: u32,
    sent: Vec<Vec<u8>>,
}

/// The kernel, and its channel.
#[derive(Clone, Debug)]
pub(crate) struct Channel {
    send_mtu: u16,
    messages: Rc<RefCell<Messages>>,
}

impl Channel {
    /// A channel whose peer takes messages of up to `send_mtu` bytes, and has sent these.
    pub(crate) fn new(send_mtu: u16, from_peer: &[&[u8]]) -> Self {
        let to_receive = from_peer.iter().map(|message| message.to_vec()).collect();
        let messages = Messages { to_receive, ..Messages::default() };
        Channel { send_mtu, messages: Rc::new(RefCell::new(messages)) }
    }

    /// A channel whose peer sends this message when somebody waits for it.
    pub(crate) fn with_message_to_come(message: &[u8]) -> Self {
        let channel = Channel::new(672, &[]);
        channel.messages.borrow_mut().to_come.push_back(message.to_vec());
        channel
    }

    /// How often something was to be received.
    pub(crate) fn attempts(&self) -> u32 {
        self.messages.borrow().attempts
    }

    pub(crate) fn socket(&self) -> L2capSeqpacket<Channel> {
        let protocol = BluetoothProtocol::L2CAP;
        Socket::new(self.clone(), Family::BLUETOOTH, SocketType::SEQPACKET, protocol).unwrap().into()
    }

    /// What the peer was sent.
    pub(crate) fn sent(&self) -> Vec<Vec<u8>> {
        self.messages.borrow().sent.clone()
    }
}

#[derive(Clone, Debug)]
pub(crate) enum NoWaker {}

impl Waker for NoWaker {
    fn wake(&self) {
        match *self {}
    }
}

/// Calls that a channel in use does not need.
type Refused<T> = Result<T, Errno>;
const REFUSED: Errno = Errno::ENOSYS;

impl Backend for Channel {
    type Handle = ();
    type IoSlice<'a> = &'a [u8];
    type IoSliceMut<'a> = &'a mut [u8];
    type Waker = NoWaker;

    fn socket(&self, _: Family, _: SocketType, _: Protocol) -> Result<(), Errno> {
        Ok(())
    }

    fn recv(&self, (): &(), bytes: &mut [u8], _: MessageFlags) -> Result<usize, Errno> {
        let mut messages = self.messages.borrow_mut();
        messages.attempts += 1;
        if messages.to_receive.is_empty() && !messages.to_come.is_empty() {
            return Err(Errno::EAGAIN);
        }
        let message = messages.to_receive.pop_front().unwrap_or_default();
        let length = message.len().min(bytes.len());
        bytes[..length].copy_from_slice(&message[..length]);
        Ok(length)
    }

    /// As Linux's `l2cap_chan_send`.
    fn send(&self, (): &(), bytes: &[u8], _: MessageFlags) -> Result<usize, Errno> {
        if bytes.len() > self.send_mtu.into() {
            return Err(Errno::EMSGSIZE);
        }
        self.messages.borrow_mut().sent.push(bytes.to_vec());
        Ok(bytes.len())
    }

    fn get_option(&self, (): &(), level: Level, name: i32, value: &mut [u8]) -> Result<usize, Errno> {
        if (level, name) != (Level::L2CAP, L2CAP_OPTIONS) {
            return Err(Errno::ENOPROTOOPT);
        }
        let options = L2capOptions {
            send_mtu: self.send_mtu,
            receive_mtu: 672,
            flush_timeout: 0xFFFF,
            mode: L2capMode::BASIC,
            frame_check_sequence: 1,
            max_transmissions: 3,
            transmit_window: 63,
        };
        let bytes = options.encode();
        let length = bytes.len().min(value.len());
        value[..length].copy_from_slice(&bytes[..length]);
        Ok(length)
    }

    fn wait(&self, waits: &mut [Wait<'_, ()>], _: Deadline) -> Result<usize, Errno> {
        let messages = &mut *self.messages.borrow_mut();
        messages.to_receive.append(&mut messages.to_come);
        for wait in &mut *waits {
            wait.revents = wait.events & PollEvents::IN;
        }
        Ok(waits.len())
    }

    fn now(&self) -> Instant {
        Instant::ZERO
    }

    fn socket_pair(&self, _: Family, _: SocketType, _: Protocol) -> Refused<((), ())> {
        Err(REFUSED)
    }
    fn duplicate(&self, (): &()) -> Refused<()> {
        Err(REFUSED)
    }
    fn bind(&self, (): &(), _: &[u8]) -> Refused<()> {
        Err(REFUSED)
    }
    fn connect(&self, (): &(), _: &[u8]) -> Refused<()> {
        Err(REFUSED)
    }
    fn listen(&self, (): &(), _: i32) -> Refused<()> {
        Err(REFUSED)
    }
    fn accept(&self, (): &(), _: &mut [u8]) -> Refused<((), usize)> {
        Err(REFUSED)
    }
    fn shutdown(&self, (): &(), _: Shutdown) -> Refused<()> {
        Err(REFUSED)
    }
    fn close(&self, (): ()) -> Refused<()> {
        Err(REFUSED)
    }
    fn local_addr(&self, (): &(), _: &mut [u8]) -> Refused<usize> {
        Err(REFUSED)
    }
    fn peer_addr(&self, (): &(), _: &mut [u8]) -> Refused<usize> {
        Err(REFUSED)
    }
    fn send_to(&self, (): &(), _: &[u8], _: MessageFlags, _: &[u8]) -> Refused<usize> {
        Err(REFUSED)
    }
    fn send_msg(&self, (): &(), _: &SendMsg<'_, '_, Self>) -> Refused<usize> {
        Err(REFUSED)
    }
    fn recv_from(&self, (): &(), _: &mut [u8], _: MessageFlags, _: &mut [u8]) -> Refused<(usize, usize)> {
        Err(REFUSED)
    }
    fn recv_msg(&self, (): &(), _: &mut RecvMsg<'_, '_, Self>) -> Refused<Received> {
        Err(REFUSED)
    }
    fn set_option(&self, (): &(), _: Level, _: i32, _: &[u8]) -> Refused<()> {
        Err(REFUSED)
    }
    fn waker(&self) -> Refused<(NoWaker, ())> {
        Err(REFUSED)
    }
    fn reset(&self, (): &()) -> Refused<()> {
        Err(REFUSED)
    }
}
