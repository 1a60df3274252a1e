//! Programs as text: a call a line, as it is written in C, as far as that goes.
//!
//! ```
//! use anysock_differential::Program;
//!
//! let text = "\
//! 0 = socket AF_INET SOCK_DGRAM 0
//! bind 0 127.0.0.1:1001
//! setsockopt 0 SOL_SOCKET SO_RCVBUF 00100000
//! send 0 len 10 flags MSG_CONFIRM|MSG_MORE to name-of:0
//! recv 0 len 100 room 16
//! ";
//! let program: Program = text.parse()?;
//! assert_eq!(program.to_string(), text);
//! # Ok::<(), anysock_differential::SyntaxError>(())
//! ```
//!
//! The number before `=` is the socket that the call makes. A number with a prime, as `3'`, is a socket of the second
//! process, which makes the calls that name it first. A line `apart` puts that process on another machine
//! ([`crate::link`]). Lines that begin with `#` are comments; those that begin
//! with two spaces say what was answered ([`answers_in`]).

use std::fmt::{self, Display};
use std::net::{SocketAddrV4, SocketAddrV6};
use std::num::ParseIntError;
use std::str::{FromStr, SplitWhitespace};

use anysock::constants::epoll::EpollEvents;
use anysock::constants::{self, by_name};
use anysock::io_control::IoRequest;
use anysock::{Family, Level, MessageFlags, Protocol, Shutdown, SockAddr, SocketType, UnixAddr};

use crate::call::{Address, Call, Kind, Process, Program, Recv, Send, Slot};

/// The line of a program whose processes are on two machines.
const APART: &str = "apart";

/// A line that is no call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyntaxError {
    /// The line's number, from one.
    pub line: usize,
    /// What was expected.
    pub expected: &'static str,
}

impl Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: expected {}", self.line, self.expected)
    }
}

impl std::error::Error for SyntaxError {}

impl Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.apart {
            writeln!(f, "{APART}")?;
        }
        self.calls.iter().try_for_each(|call| writeln!(f, "{call}"))
    }
}

impl FromStr for Program {
    type Err = SyntaxError;

    fn from_str(text: &str) -> Result<Self, SyntaxError> {
        let apart = text.lines().any(|line| line == APART);
        let is_call = |line: &str| !line.is_empty() && line != APART && !line.starts_with(['#', ' ', '\t']);
        let lines = text.lines().zip(1..).filter(|(line, _)| is_call(line));
        let call = |(text, line): (&str, usize)| {
            Words(text.split_whitespace()).call().map_err(|Expected(expected)| SyntaxError { line, expected })
        };
        Ok(Program { apart, calls: lines.map(call).collect::<Result<_, _>>()? })
    }
}

/// The answers that stand under the calls of a program's text: the lines that begin with two spaces.
pub fn answers_in(text: &str) -> Vec<String> {
    let answers = text.lines().filter_map(|line| line.strip_prefix("  "));
    answers.filter(|line| !line.starts_with(' ')).map(str::to_owned).collect()
}

/// Bytes in hexadecimal, or `-` where there are none.
pub(crate) struct Hex<'a>(pub(crate) &'a [u8]);

impl Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("-");
        }
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The bytes of an address: readable where that says everything about them.
pub(crate) struct AddressText<'a>(pub(crate) &'a [u8]);

impl Display for AddressText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.0;
        if let Ok(address) = SocketAddrV4::decode(bytes)
            && address.encode().as_ref() == bytes
        {
            return address.fmt(f);
        }
        if let Ok(address) = SocketAddrV6::decode(bytes)
            && address.encode().as_ref() == bytes
            && address.to_string().parse() == Ok(address)
        {
            return address.fmt(f);
        }
        if let Ok(address) = UnixAddr::decode(bytes)
            && address.encode().as_ref() == bytes
            && !address.to_string().contains(char::is_whitespace)
        {
            return write!(f, "unix:{address}");
        }
        write!(f, "bytes:{}", Hex(bytes))
    }
}

impl Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Bytes(bytes) => AddressText(bytes).fmt(f),
            Address::NameOf(slot) => write!(f, "name-of:{slot}"),
        }
    }
}

impl Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prime = match self.process {
            Process::First => "",
            Process::Second => "'",
        };
        write!(f, "{}{prime}", self.number)
    }
}

impl FromStr for Slot {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        let (number, process) = match text.strip_suffix('\'') {
            Some(number) => (number, Process::Second),
            None => (text, Process::First),
        };
        Ok(Slot { number: number.parse()?, process })
    }
}

impl Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Kind { family, kind, protocol } = self;
        named(f, family.name(), family.0)?;
        f.write_str(" ")?;
        named(f, kind.name(), kind.0)?;
        write!(f, " {}", protocol.0)
    }
}

fn named(f: &mut fmt::Formatter<'_>, name: Option<&str>, number: impl Display) -> fmt::Result {
    match name {
        Some(name) => f.write_str(name),
        None => number.fmt(f),
    }
}

/// The names of flags, with the rest as a number.
pub(crate) struct Flags(pub(crate) MessageFlags);

impl Display for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("0");
        }
        let debug = format!("{:?}", self.0);
        f.write_str(&debug.replace(' ', ""))
    }
}

/// The level and the name of an option.
struct OptionText(Level, i32);

impl Display for OptionText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let OptionText(level, name) = *self;
        named(f, level.name(), level.0)?;
        f.write_str(" ")?;
        let group = level.name().unwrap_or_default();
        let is_it = |known: &&constants::Constant| known.group == group && known.value == i64::from(name);
        named(f, constants::all().find(is_it).map(|known| known.name), name)
    }
}

fn write_slots(f: &mut fmt::Formatter<'_>, word: &str, slots: &[Slot]) -> fmt::Result {
    if slots.is_empty() {
        return Ok(());
    }
    let numbers: Vec<_> = slots.iter().map(ToString::to_string).collect();
    write!(f, " {word} {}", numbers.join(","))
}

/// To whom a message goes, and its control messages.
fn write_to_and_control(f: &mut fmt::Formatter<'_>, send: &Send) -> fmt::Result {
    if let Some(to) = &send.to {
        write!(f, " to {to}")?;
    }
    if !send.control.is_empty() {
        write!(f, " control {}", Hex(&send.control))?;
    }
    Ok(())
}

/// The requests of `ioctl(2)` by name.
const IO_REQUESTS: [(&str, IoRequest); 4] = [
    ("SIOCINQ", IoRequest::Readable),
    ("SIOCOUTQ", IoRequest::Unacknowledged),
    ("SIOCOUTQNSD", IoRequest::Unsent),
    ("SIOCATMARK", IoRequest::AtMark),
];

/// The names of what a list is asked for, with the rest as a number.
struct Events(EpollEvents);

impl Display for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("0");
        }
        f.write_str(&format!("{:?}", self.0).replace(' ', ""))
    }
}

fn write_unless_zero(f: &mut fmt::Formatter<'_>, word: &str, number: usize) -> fmt::Result {
    if number == 0 { Ok(()) } else { write!(f, " {word} {number}") }
}

impl Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Call::Socket(slot, kind) => write!(f, "{slot} = socket {kind}"),
            Call::SocketPair([one, other], kind) => write!(f, "{one},{other} = socketpair {kind}"),
            Call::Duplicate(slot, of) => write!(f, "{slot} = dup {of}"),
            Call::Bind(slot, address) => write!(f, "bind {slot} {address}"),
            Call::Connect(slot, address) => write!(f, "connect {slot} {address}"),
            Call::Listen(slot, backlog) => write!(f, "listen {slot} {backlog}"),
            Call::Accept(slot, listener, room) => {
                write!(f, "{slot} = accept {listener}")?;
                write_unless_zero(f, "room", *room)
            }
            Call::Shutdown(slot, how) => {
                write!(f, "shutdown {slot} ")?;
                named(f, how.name(), how.0)
            }
            Call::Close(slot) => write!(f, "close {slot}"),
            Call::LocalAddr(slot, room) => write!(f, "getsockname {slot} room {room}"),
            Call::PeerAddr(slot, room) => write!(f, "getpeername {slot} room {room}"),
            Call::Send(slot, send) => {
                write!(f, "send {slot} len {}", send.len)?;
                if !send.head.is_empty() {
                    write!(f, " head {}", Hex(&send.head))?;
                }
                if !send.flags.is_empty() {
                    write!(f, " flags {}", Flags(send.flags))?;
                }
                write_to_and_control(f, send)?;
                write_slots(f, "pass", &send.pass)
            }
            Call::Recv(slot, recv) => {
                write!(f, "recv {slot} len {}", recv.len)?;
                if !recv.flags.is_empty() {
                    write!(f, " flags {}", Flags(recv.flags))?;
                }
                write_unless_zero(f, "room", recv.room)?;
                write_unless_zero(f, "control", recv.control)?;
                write_slots(f, "take", &recv.take)
            }
            Call::SetOption(slot, level, name, value) => {
                write!(f, "setsockopt {slot} {} {}", OptionText(*level, *name), Hex(value))
            }
            Call::GetOption(slot, level, name, room) => {
                write!(f, "getsockopt {slot} {} room {room}", OptionText(*level, *name))
            }
            Call::IoControl(slot, request) => {
                let known = IO_REQUESTS.iter().find(|(_, known)| known == request);
                write!(f, "ioctl {slot} {}", known.map_or("", |(name, _)| name))
            }
            Call::SendSeveral(slot, flags, messages) => {
                write!(f, "sendmmsg {slot} flags {}", Flags(*flags))?;
                messages.iter().try_for_each(|message| {
                    write!(f, " message len {}", message.len)?;
                    write_to_and_control(f, message)
                })
            }
            Call::RecvSeveral(slot, count, recv) => {
                write!(f, "recvmmsg {slot} messages {count} len {} control {}", recv.len, recv.control)?;
                write!(f, " flags {}", Flags(recv.flags))
            }
            Call::EpollCreate(slot) => write!(f, "{slot} = epoll_create"),
            Call::EpollAdd(list, slot, events) => write!(f, "epoll_add {list} {slot} {}", Events(*events)),
            Call::EpollModify(list, slot, events) => write!(f, "epoll_mod {list} {slot} {}", Events(*events)),
            Call::EpollDelete(list, slot) => write!(f, "epoll_del {list} {slot}"),
            Call::EpollWait(list, room) => write!(f, "epoll_wait {list} room {room}"),
            Call::Unlink(path) => write!(f, "unlink {path}"),
            Call::Rename(from, to) => write!(f, "rename {from} {to}"),
            Call::Sleep(milliseconds) => write!(f, "sleep {milliseconds}"),
        }
    }
}

/// What a word should have been.
struct Expected(&'static str);

/// What is left of a line.
struct Words<'a>(SplitWhitespace<'a>);

impl<'a> Words<'a> {
    fn word(&mut self, expected: &'static str) -> Result<&'a str, Expected> {
        self.0.next().ok_or(Expected(expected))
    }

    fn number<T: FromStr>(&mut self) -> Result<T, Expected> {
        self.word("a number")?.parse().map_err(|_| Expected("a number"))
    }

    /// A C name, or a number.
    fn named<T: TryFrom<i64>>(&mut self) -> Result<T, Expected> {
        number_or_name(self.word("a name or a number")?)
    }

    fn bytes(&mut self) -> Result<Vec<u8>, Expected> {
        hex(self.word("bytes in hexadecimal")?)
    }

    fn address(&mut self) -> Result<Address, Expected> {
        address(self.word("an address")?)
    }

    fn kind(&mut self) -> Result<Kind, Expected> {
        Ok(Kind {
            family: Family(self.named()?),
            kind: SocketType(self.named()?),
            protocol: Protocol(self.number()?),
        })
    }

    /// The number behind `word`, where that comes next.
    fn optional_room(&mut self) -> Result<usize, Expected> {
        match self.0.next() {
            None => Ok(0),
            Some("room") => self.number(),
            Some(_) => Err(Expected("room")),
        }
    }

    fn room(&mut self) -> Result<usize, Expected> {
        self.word("room")?;
        self.number()
    }

    fn call(mut self) -> Result<Call, Expected> {
        let first = self.word("a call")?;
        let call = if first.starts_with(|c: char| c.is_ascii_digit()) {
            self.making_call(&slots(first)?)?
        } else {
            self.plain_call(first)?
        };
        if self.0.next().is_some() { Err(Expected("the end of the line")) } else { Ok(call) }
    }

    fn making_call(&mut self, made: &[Slot]) -> Result<Call, Expected> {
        if self.word("=")? != "=" {
            return Err(Expected("="));
        }
        match (self.word("socket, socketpair, dup, accept or epoll_create")?, made) {
            ("socket", [slot]) => Ok(Call::Socket(*slot, self.kind()?)),
            ("socketpair", [one, other]) => Ok(Call::SocketPair([*one, *other], self.kind()?)),
            ("dup", [slot]) => Ok(Call::Duplicate(*slot, self.number()?)),
            ("accept", [slot]) => Ok(Call::Accept(*slot, self.number()?, self.optional_room()?)),
            ("epoll_create", [slot]) => Ok(Call::EpollCreate(*slot)),
            _ => Err(Expected("socket, socketpair, dup, accept or epoll_create")),
        }
    }

    fn plain_call(&mut self, name: &str) -> Result<Call, Expected> {
        match name {
            "unlink" => return Ok(Call::Unlink(self.word("a path")?.into())),
            "rename" => return Ok(Call::Rename(self.word("a path")?.into(), self.word("a path")?.into())),
            "sleep" => return Ok(Call::Sleep(self.number()?)),
            _ => {}
        }
        let slot = self.number()?;
        Ok(match name {
            "bind" => Call::Bind(slot, self.address()?),
            "connect" => Call::Connect(slot, self.address()?),
            "listen" => Call::Listen(slot, self.number()?),
            "shutdown" => Call::Shutdown(slot, Shutdown(self.named()?)),
            "close" => Call::Close(slot),
            "getsockname" => Call::LocalAddr(slot, self.room()?),
            "getpeername" => Call::PeerAddr(slot, self.room()?),
            "send" => Call::Send(slot, self.send()?),
            "recv" => Call::Recv(slot, self.recv()?),
            "setsockopt" => Call::SetOption(slot, Level(self.named()?), self.named()?, self.bytes()?),
            "getsockopt" => Call::GetOption(slot, Level(self.named()?), self.named()?, self.room()?),
            "ioctl" => {
                let name = self.word("a request")?;
                let known = IO_REQUESTS.iter().find(|(known, _)| *known == name);
                Call::IoControl(slot, known.ok_or(Expected("a request"))?.1)
            }
            "sendmmsg" => self.send_several(slot)?,
            "recvmmsg" => {
                let count = self.after("messages")?;
                let recv =
                    Recv { len: self.after("len")?, control: self.after("control")?, ..Recv::default() };
                Call::RecvSeveral(slot, count, Recv { flags: self.flags()?, ..recv })
            }
            "epoll_add" => Call::EpollAdd(slot, self.number()?, self.events()?),
            "epoll_mod" => Call::EpollModify(slot, self.number()?, self.events()?),
            "epoll_del" => Call::EpollDelete(slot, self.number()?),
            "epoll_wait" => Call::EpollWait(slot, self.room()?),
            _ => return Err(Expected("a call")),
        })
    }

    /// The number behind `word`.
    fn after(&mut self, word: &'static str) -> Result<usize, Expected> {
        if self.word(word)? == word { self.number() } else { Err(Expected(word)) }
    }

    fn flags(&mut self) -> Result<MessageFlags, Expected> {
        if self.word("flags")? == "flags" { flags(self.word("flags")?) } else { Err(Expected("flags")) }
    }

    fn events(&mut self) -> Result<EpollEvents, Expected> {
        bits(self.word("events")?).map(|bits| EpollEvents(bits as u32))
    }

    fn send_several(&mut self, slot: Slot) -> Result<Call, Expected> {
        let flags = self.flags()?;
        let mut messages: Vec<Send> = Vec::new();
        while let Some(word) = self.0.next() {
            match (word, messages.last_mut()) {
                ("message", _) => messages.push(Send::default()),
                ("len", Some(message)) => message.len = self.number()?,
                ("to", Some(message)) => message.to = Some(self.address()?),
                ("control", Some(message)) => message.control = self.bytes()?,
                _ => return Err(Expected("message, len, to or control")),
            }
        }
        Ok(Call::SendSeveral(slot, flags, messages))
    }

    fn send(&mut self) -> Result<Send, Expected> {
        let mut send = Send::default();
        while let Some(word) = self.0.next() {
            match word {
                "len" => send.len = self.number()?,
                "head" => send.head = self.bytes()?,
                "flags" => send.flags = flags(self.word("flags")?)?,
                "to" => send.to = Some(self.address()?),
                "control" => send.control = self.bytes()?,
                "pass" => send.pass = slots(self.word("sockets")?)?,
                _ => return Err(Expected("len, head, flags, to, control or pass")),
            }
        }
        Ok(send)
    }

    fn recv(&mut self) -> Result<Recv, Expected> {
        let mut recv = Recv::default();
        while let Some(word) = self.0.next() {
            match word {
                "len" => recv.len = self.number()?,
                "flags" => recv.flags = flags(self.word("flags")?)?,
                "room" => recv.room = self.number()?,
                "control" => recv.control = self.number()?,
                "take" => recv.take = slots(self.word("sockets")?)?,
                _ => return Err(Expected("len, flags, room, control or take")),
            }
        }
        Ok(recv)
    }
}

fn number_or_name<T: TryFrom<i64>>(word: &str) -> Result<T, Expected> {
    let number = match word.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16).ok().map(u64::cast_signed),
        None => word.parse().ok().or_else(|| by_name(word).map(|constant| constant.value)),
    };
    number.and_then(|number| T::try_from(number).ok()).ok_or(Expected("a name or a number"))
}

fn flags(word: &str) -> Result<MessageFlags, Expected> {
    bits(word).map(|bits| MessageFlags(bits as i32))
}

/// Names and numbers with `|` between them.
fn bits(word: &str) -> Result<i64, Expected> {
    let bits = word.split('|').map(number_or_name::<i64>);
    bits.reduce(|one, other| Ok(one? | other?)).unwrap_or(Ok(0))
}

fn slots(word: &str) -> Result<Vec<Slot>, Expected> {
    word.split(',').map(|number| number.parse().map_err(|_| Expected("the number of a socket"))).collect()
}

fn hex(word: &str) -> Result<Vec<u8>, Expected> {
    if word == "-" {
        return Ok(Vec::new());
    }
    let digits = word.as_bytes().chunks(2);
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let bytes: Option<Vec<u8>> = digits.map(byte).collect();
    bytes.filter(|_| word.len().is_multiple_of(2)).ok_or(Expected("bytes in hexadecimal"))
}

fn address(word: &str) -> Result<Address, Expected> {
    if let Some(bytes) = word.strip_prefix("bytes:") {
        return Ok(Address::Bytes(hex(bytes)?));
    }
    if let Some(slot) = word.strip_prefix("name-of:") {
        return slot.parse().map(Address::NameOf).map_err(|_| Expected("the number of a socket"));
    }
    let encoded = match word.strip_prefix("unix:") {
        Some(name) => name.parse::<UnixAddr>().ok().map(|address| address.encode().as_ref().to_vec()),
        None => word.parse::<std::net::SocketAddr>().ok().map(|address| address.encode().as_ref().to_vec()),
    };
    encoded.map(Address::Bytes).ok_or(Expected("an address"))
}
