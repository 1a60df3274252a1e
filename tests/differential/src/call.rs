//! A program of socket calls: what both kernels are asked.

use std::time::Duration;

use anysock::constants::epoll::EpollEvents;
use anysock::io_control::IoRequest;
use anysock::{Family, Level, MessageFlags, Protocol, Shutdown, SocketType};

/// Who makes a call: each has sockets of its own, and gets another's only where they are passed to it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Process {
    /// The one that every program has.
    First,
    /// Another on the same machine, or on the other one ([`Program::apart`]).
    Second,
}

/// A socket of a program, by its number and by whose it is. Numbers are given out by the program, not by the kernel,
/// so that a call means the same when calls before it are left out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Slot {
    /// Its number, another for each socket of both processes.
    pub number: usize,
    /// Whose it is.
    pub process: Process,
}

/// An address that a call names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Address {
    /// These bytes.
    Bytes(Vec<u8>),
    /// What `getsockname(2)` says of this socket: the way to ports and names that the kernel chose.
    NameOf(Slot),
}

/// What a socket is made as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Kind {
    /// The address family.
    pub family: Family,
    /// The type.
    pub kind: SocketType,
    /// The protocol.
    pub protocol: Protocol,
}

/// A message to send.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Send {
    /// How many bytes; which ones follows from where in the program the call stands.
    pub len: usize,
    /// What the first of them are instead: a header, or all that there is to send.
    pub head: Vec<u8>,
    /// How to send.
    pub flags: MessageFlags,
    /// To whom.
    pub to: Option<Address>,
    /// Control messages as the kernel lays them out.
    pub control: Vec<u8>,
    /// Sockets that are passed along.
    pub pass: Vec<Slot>,
}

/// Room for a message to receive.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Recv {
    /// Room for the bytes.
    pub len: usize,
    /// How to receive.
    pub flags: MessageFlags,
    /// Room for the sender's address.
    pub room: usize,
    /// Room for control messages.
    pub control: usize,
    /// Which sockets those that come along become.
    pub take: Vec<Slot>,
}

/// A call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Call {
    /// `socket(2)`.
    Socket(Slot, Kind),
    /// `socketpair(2)`.
    SocketPair([Slot; 2], Kind),
    /// `dup(2)` of the second socket.
    Duplicate(Slot, Slot),
    /// `bind(2)`.
    Bind(Slot, Address),
    /// `connect(2)`.
    Connect(Slot, Address),
    /// `listen(2)`.
    Listen(Slot, i32),
    /// `accept(2)` on the second socket, with that much room for the peer's address.
    Accept(Slot, Slot, usize),
    /// `shutdown(2)`.
    Shutdown(Slot, Shutdown),
    /// `close(2)`.
    Close(Slot),
    /// `getsockname(2)`, with that much room.
    LocalAddr(Slot, usize),
    /// `getpeername(2)`, with that much room.
    PeerAddr(Slot, usize),
    /// `sendmsg(2)`.
    Send(Slot, Send),
    /// `recvmsg(2)`.
    Recv(Slot, Recv),
    /// `setsockopt(2)`.
    SetOption(Slot, Level, i32, Vec<u8>),
    /// `getsockopt(2)`, with that much room.
    GetOption(Slot, Level, i32, usize),
    /// `ioctl(2)`.
    IoControl(Slot, IoRequest),
    /// `sendmmsg(2)`, with flags for all of the messages; none of them passes sockets.
    SendSeveral(Slot, MessageFlags, Vec<Send>),
    /// `recvmmsg(2)` of as many messages as that, each with the room of one; it takes no sockets.
    RecvSeveral(Slot, usize, Recv),
    /// `epoll_create1(2)`.
    EpollCreate(Slot),
    /// `epoll_ctl(2)` of the first socket, a list: EPOLL_CTL_ADD of the second.
    EpollAdd(Slot, Slot, EpollEvents),
    /// The same: EPOLL_CTL_MOD.
    EpollModify(Slot, Slot, EpollEvents),
    /// The same: EPOLL_CTL_DEL.
    EpollDelete(Slot, Slot),
    /// `epoll_wait(2)` that does not wait, with room for so many events.
    EpollWait(Slot, usize),
    /// `unlink(2)` of a path.
    Unlink(String),
    /// `rename(2)` of the first path to the second.
    Rename(String, String),
    /// Nobody does anything for so many milliseconds. Random programs never do: it takes as long.
    Sleep(u32),
}

impl Call {
    /// The socket that is called, or the first that is made. Calls about paths have none, nor has a sleep.
    pub fn slot(&self) -> Option<Slot> {
        Some(match self {
            Call::Socket(slot, _)
            | Call::SocketPair([slot, _], _)
            | Call::Duplicate(_, slot)
            | Call::Bind(slot, _)
            | Call::Connect(slot, _)
            | Call::Listen(slot, _)
            | Call::Accept(_, slot, _)
            | Call::Shutdown(slot, _)
            | Call::Close(slot)
            | Call::LocalAddr(slot, _)
            | Call::PeerAddr(slot, _)
            | Call::Send(slot, _)
            | Call::Recv(slot, _)
            | Call::SetOption(slot, ..)
            | Call::GetOption(slot, ..)
            | Call::IoControl(slot, _)
            | Call::SendSeveral(slot, ..)
            | Call::RecvSeveral(slot, ..)
            | Call::EpollCreate(slot)
            | Call::EpollAdd(slot, ..)
            | Call::EpollModify(slot, ..)
            | Call::EpollDelete(slot, _)
            | Call::EpollWait(slot, _) => *slot,
            Call::Unlink(_) | Call::Rename(..) | Call::Sleep(_) => return None,
        })
    }

    /// Who makes the call.
    pub fn process(&self) -> Process {
        self.slot().map_or(Process::First, |slot| slot.process)
    }

    /// How long nobody does anything.
    pub(crate) fn pause(&self) -> Duration {
        match self {
            Call::Sleep(milliseconds) => Duration::from_millis((*milliseconds).into()),
            _ => Duration::ZERO,
        }
    }

    /// The sockets that the call makes, where it succeeds.
    pub fn makes(&self) -> Vec<Slot> {
        match self {
            Call::Socket(slot, _)
            | Call::Duplicate(slot, _)
            | Call::Accept(slot, ..)
            | Call::EpollCreate(slot) => vec![*slot],
            Call::SocketPair(slots, _) => slots.to_vec(),
            Call::Recv(_, recv) => recv.take.clone(),
            _ => Vec::new(),
        }
    }
}

/// A program: its calls, one after the other.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Program {
    /// The second process is on another machine, joined with the first one's by a link.
    pub apart: bool,
    /// The calls.
    pub calls: Vec<Call>,
}

impl Program {
    /// Whether the second process makes any of the calls.
    pub fn has_second_process(&self) -> bool {
        self.calls.iter().any(|call| call.process() == Process::Second)
    }

    /// How long nobody does anything before the call. Linux acknowledges a FIN that no text comes with at its next
    /// tick, and only after it another connection may have the addresses of what was closed.
    pub(crate) fn pause_before(&self, position: usize) -> Duration {
        const TICKS: Duration = Duration::from_millis(20);
        let (before, rest) = self.calls.split_at(position);
        let Some(Call::Connect(slot, _)) = rest.first() else { return Duration::ZERO };
        let has_port = |call: &Call| match call {
            Call::Bind(bound, _) | Call::Listen(bound, _) => bound == slot,
            _ => false,
        };
        let ends = |call: &Call| matches!(call, Call::Close(_) | Call::Shutdown(..));
        if before.iter().any(has_port) && before.iter().any(ends) { TICKS } else { Duration::ZERO }
    }
}
