//! A program of socket calls: what both kernels are asked.

use anysock::{Family, Level, MessageFlags, Protocol, Shutdown, SocketType};

/// Who makes a call: each has sockets of its own, and gets another's only where they are passed to it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Process {
    /// The one that every program has.
    First,
    /// Another on the same machine.
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
}

impl Call {
    /// The socket that is called, or the first that is made.
    pub fn slot(&self) -> Slot {
        match self {
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
            | Call::GetOption(slot, ..) => *slot,
        }
    }

    /// Who makes the call.
    pub fn process(&self) -> Process {
        self.slot().process
    }

    /// The sockets that the call makes, where it succeeds.
    pub fn makes(&self) -> Vec<Slot> {
        match self {
            Call::Socket(slot, _) | Call::Duplicate(slot, _) | Call::Accept(slot, ..) => vec![*slot],
            Call::SocketPair(slots, _) => slots.to_vec(),
            Call::Recv(_, recv) => recv.take.clone(),
            _ => Vec::new(),
        }
    }
}

/// A program: its calls, one after the other.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Program {
    /// The calls.
    pub calls: Vec<Call>,
}

impl Program {
    /// Whether the second process makes any of the calls.
    pub fn has_second_process(&self) -> bool {
        self.calls.iter().any(|call| call.process() == Process::Second)
    }
}
