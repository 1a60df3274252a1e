//! The system calls of a script.
//!
//! The machine's calls never block; a call that a script has block is made again until it has an answer.

mod control;
mod file;
mod option;
mod poll;
mod signature;
mod socket;
mod transfer;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use anysock::{Errno, Family, Instant};

use file::OpenFile;

use crate::code::Measured;
use crate::disk::Disk;
use crate::error::Difference;
use crate::files::Files;
use crate::options::Options;
use crate::script::{Call, Expression};
use crate::value;

/// An open descriptor of the script.
#[derive(Debug)]
struct Descriptor<H> {
    handle: H,
    non_blocking: bool,
    /// It connects by sending, as FreeBSD's sockets with TCP_FASTOPEN.
    fast_open: bool,
    /// Each of its messages stands alone: the octets of a datagram are not counted.
    is_datagram: bool,
    /// Those that `dup` makes have the same.
    counted: Rc<Counted>,
}

impl<H> Descriptor<H> {
    fn new(handle: H, non_blocking: bool) -> Self {
        Descriptor { handle, non_blocking, fast_open: false, is_datagram: false, counted: Rc::default() }
    }

    /// The machine has given so many octets.
    fn receives(&self, octets: usize) {
        if !self.is_datagram {
            self.counted.received.set(self.counted.received.get().wrapping_add(octets as u32));
        }
    }

    /// The machine has taken so many octets.
    fn sends(&self, octets: usize) {
        self.counted.sent.set(self.counted.sent.get().wrapping_add(octets as u32));
    }
}

/// How many octets the machine took from the script, and how many it gave.
#[derive(Debug, Default)]
struct Counted {
    sent: Cell<u32>,
    received: Cell<u32>,
}

/// What a call answers: a number, an error, or nothing yet.
type Answer = Result<Option<i64>, Errno>;

/// How far a call has come that is not answered at its first attempt.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Progress {
    /// Octets transferred.
    done: usize,
    /// When a time-out of the call's own ends it.
    deadline: Option<Instant>,
    /// It has been tried before.
    begun: bool,
}

/// What a call tells of the connections to come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Opening {
    /// A socket listens.
    Listens,
    /// A socket has begun to connect, from here to there.
    Connects(SocketAddr, SocketAddr),
}

/// Calls that transfer octets, from and to files, too.
const TRANSFERS: [&str; 10] =
    ["read", "readv", "recv", "recvfrom", "recvmsg", "write", "writev", "send", "sendto", "sendmsg"];

/// The calls of a script, and what they have opened.
#[derive(Debug)]
pub(crate) struct Calls<K: Files> {
    kernel: K,
    disk: Disk,
    options: Options,
    descriptors: BTreeMap<i64, Descriptor<K::Handle>>,
    /// Open descriptors whose numbers stand for others now.
    forgotten: Vec<Descriptor<K::Handle>>,
    files: BTreeMap<i64, OpenFile<K::File>>,
    /// The time of day when the script began.
    pub(crate) begin: Duration,
    /// The machine was given text to send that is not the script's.
    pub(crate) sends_foreign_text: bool,
    /// The machine's and the peer's address, as sockets have them.
    local: SocketAddr,
    remote: SocketAddr,
    /// The descriptor of the connection under test.
    pub(crate) current: Option<i64>,
    opening: Option<Opening>,
    /// Options that the script has set and that have no effect on the machine.
    pub(crate) without_effect: Vec<String>,
    /// The key of `TCP_MD5SIG` that the script has set last.
    pub(crate) signing_key: Option<Vec<u8>>,
}

impl<K: Files> Calls<K> {
    pub(crate) fn new(kernel: K, disk: Disk, options: Options) -> Self {
        let set_up = options.set_up();
        let local = options.socket_address(SocketAddr::new(set_up.local, options.bind_port));
        let remote = options.socket_address(SocketAddr::new(set_up.remote, options.connect_port));
        Calls {
            kernel,
            disk,
            options,
            descriptors: BTreeMap::new(),
            forgotten: Vec::new(),
            files: BTreeMap::new(),
            begin: Duration::ZERO,
            sends_foreign_text: false,
            local,
            remote,
            current: None,
            opening: None,
            without_effect: Vec::new(),
            signing_key: None,
        }
    }

    /// What the last call told of connections to come.
    pub(crate) fn opening(&mut self) -> Option<Opening> {
        self.opening.take()
    }

    /// Makes a call; `None` where it blocks. It is made again with the same `progress` until it answers.
    ///
    /// # Errors
    /// That it is unknown, or answers otherwise than the script says.
    pub(crate) fn attempt(&mut self, call: &Call, progress: &mut Progress) -> Result<Option<()>, Difference> {
        let answer = match self.dispatch(call, progress)? {
            Ok(None) => {
                progress.begun = true;
                return Ok(None);
            }
            Ok(Some(number)) => Ok(number),
            Err(errno) => Err(errno),
        };
        check(call, answer)?;
        Ok(Some(()))
    }

    /// How long a call may still wait that has a time-out of its own.
    pub(crate) fn time_left(&self, progress: &Progress) -> Option<Duration> {
        progress.deadline.map(|deadline| deadline.since(self.kernel.now()))
    }

    fn dispatch(&mut self, call: &Call, progress: &mut Progress) -> Result<Answer, Difference> {
        if TRANSFERS.contains(&call.name.as_str())
            && let Some(answer) = self.transfer_of_file(call, progress)?
        {
            return Ok(answer);
        }
        match call.name.as_str() {
            "socket" => self.socket(call),
            "socketpair" => self.socket_pair(call),
            "bind" => self.bind(call),
            "listen" => self.listen(call),
            "accept" | "accept4" => self.accept(call),
            "connect" => self.connect(call, progress),
            "shutdown" => self.shutdown(call),
            "close" => self.close(call),
            "dup" => self.dup(call),
            "getsockname" | "getpeername" => self.name(call),
            "fcntl" => self.fcntl(call),
            "ioctl" => self.ioctl(call),
            "read" | "recv" | "recvfrom" | "readv" | "recvmsg" => self.receive(call, progress),
            "write" | "send" | "sendto" | "writev" | "sendmsg" => self.send(call, progress),
            "getsockopt" => self.get_option(call),
            "setsockopt" => self.set_option(call),
            "open" => self.open(call),
            "pipe" | "pipe2" => self.pipe(call),
            "sendfile" => self.send_file(call),
            "splice" => self.splice(call),
            "poll" | "ppoll" => self.poll(call, progress),
            "epoll_create" | "epoll_create1" => self.epoll_create(call),
            "epoll_ctl" => self.epoll_control(call),
            "epoll_wait" | "epoll_pwait" | "epoll_pwait2" => self.epoll_wait(call, progress),
            "cap_set" => self.set_capabilities(call),
            name => Err(Difference::Unsupported(format!("the call {name}"))),
        }
    }

    /// The process stays what it is, and the call answers what the script says: that is told.
    fn set_capabilities(&mut self, call: &Call) -> Result<Answer, Difference> {
        self.without_effect.push(call.name.clone());
        Ok(match call.error.as_deref() {
            None => Ok(Some(value::number(&call.result)?)),
            Some(_) => Err(Errno::EPERM),
        })
    }

    /// The argument at a place.
    fn argument<'c>(&self, call: &'c Call, place: usize) -> Result<&'c Expression, Difference> {
        let missing = || Difference::Unsupported(format!("{} without its argument {}", call.name, place + 1));
        call.arguments.get(place).ok_or_else(missing)
    }

    fn number(&self, call: &Call, place: usize) -> Result<i64, Difference> {
        value::number(self.argument(call, place)?)
    }

    /// The number of the descriptor that is the first argument; it may not be open.
    fn descriptor_number(&self, call: &Call) -> Result<i64, Difference> {
        self.number(call, 0)
    }

    /// Has the script's number stand for what a call has opened.
    fn insert(&mut self, call: &Call, handle: K::Handle, non_blocking: bool) -> Result<Answer, Difference> {
        let number = value::number(&call.result)?;
        if number < 0 {
            // The script expects it to fail: the check says that it has not.
            return Ok(Ok(Some(0)));
        }
        let descriptor = Descriptor::new(handle, non_blocking);
        // A number that is given again means the new one from now on; the old one stays open.
        self.forgotten.extend(self.descriptors.insert(number, descriptor));
        Ok(Ok(Some(number)))
    }

    /// The family of sockets that `...` stands for.
    fn family(&self) -> Family {
        self.options.family()
    }

    /// What the connection under test tells of itself.
    pub(crate) fn measured(&self) -> Measured {
        let descriptor = self.current.and_then(|number| self.descriptors.get(&number));
        let option = |level, name| {
            let mut octets = vec![0; 512];
            let length = self.kernel.get_option(&descriptor?.handle, level, name, &mut octets).ok()?;
            octets.truncate(length);
            Some(octets)
        };
        Measured {
            tcp_info: option(anysock::Level::TCP, anysock::option::tcp::TCP_INFO),
            memory: option(anysock::Level::SOCKET, anysock::option::socket::SO_MEMINFO),
            buffers: [anysock::option::socket::SO_RCVBUF, anysock::option::socket::SO_SNDBUF]
                .map(|name| option(anysock::Level::SOCKET, name)),
            congestion_control: option(anysock::Level::TCP, anysock::option::tcp::TCP_CONGESTION),
            congestion_info: option(anysock::Level::TCP, anysock::option::tcp::TCP_CC_INFO),
            persona: self.options.persona,
        }
    }

    /// Where a socket of this number sends from and to.
    pub(crate) fn addresses(&self, number: i64) -> Option<(SocketAddr, Option<SocketAddr>)> {
        let handle = &self.descriptors.get(&number)?.handle;
        let mut octets = [0; 128];
        let length = self.kernel.local_addr(handle, &mut octets).ok()?;
        let local = value::decode(octets.get(..length)?)?;
        let remote = match self.kernel.peer_addr(handle, &mut octets) {
            Ok(length) => octets.get(..length).and_then(value::decode),
            Err(_) => None,
        };
        Some((local, remote))
    }
}

/// Compares what a call has answered with what the script says.
fn check(call: &Call, answer: Result<i64, Errno>) -> Result<(), Difference> {
    let differs = |actual: String| {
        let name = call.error.as_deref().unwrap_or_default();
        let expected = match &call.result {
            Expression::Any => "anything".to_owned(),
            result => value::number(result).map_or_else(|_| result.to_string(), |number| number.to_string()),
        };
        let expected = format!("{expected} {name}").trim().to_owned();
        Err(Difference::Differs { what: "result of the call", expected, actual })
    };
    let actual = match answer {
        Ok(number) => number.to_string(),
        Err(errno) => format!("-1 {errno:?}"),
    };
    let (any, expected) = match &call.result {
        Expression::Any => (true, 0),
        result => (false, value::number(result)?),
    };
    match (answer, &call.error) {
        (_, None) if any => Ok(()),
        (Ok(number), None) if number == expected => Ok(()),
        (Err(errno), Some(name)) if errno.name() == Some(name) || alias(name) == errno.name() => Ok(()),
        (Err(_), None) if expected == -1 => Ok(()),
        _ => differs(actual),
    }
}

/// The other name of an error.
fn alias(name: &str) -> Option<&'static str> {
    match name {
        "EWOULDBLOCK" => Some("EAGAIN"),
        "ENOTSUP" => Some("EOPNOTSUPP"),
        _ => None,
    }
}
