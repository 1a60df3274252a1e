//! Calls that open, name and close sockets.

use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

use anysock::io_control::IoRequest;
use anysock::option::ipv6::IPV6_V6ONLY;
use anysock::option::socket::SO_ERROR;
use anysock::{Deadline, Errno, Family, Level, PollEvents, Protocol, Shutdown, SocketType, Wait};

use super::{Answer, Calls, Descriptor, Opening, Progress};
use crate::Persona;
use crate::error::Difference;
use crate::files::Files;
use crate::freebsd;
use crate::script::{Call, Expression};
use crate::value::{self, decode};

/// `SOCK_NONBLOCK` (bits/socket_type.h).
pub(super) const SOCK_NONBLOCK: i64 = 0o4000;
/// `SOCK_CLOEXEC`.
const SOCK_CLOEXEC: i64 = 0o2_000_000;
/// `O_NONBLOCK`.
pub(super) const O_NONBLOCK: i64 = 0o4000;
/// `O_RDWR`: what every socket is open for.
const O_RDWR: i64 = 2;

/// Answers of calls that return nothing but success.
pub(super) fn success(outcome: Result<(), Errno>) -> Answer {
    outcome.map(|()| Some(0))
}

impl<K: Files> Calls<K> {
    pub(super) fn socket(&mut self, call: &Call) -> Result<Answer, Difference> {
        let family = match self.argument(call, 0)? {
            Expression::Any => self.family(),
            given => Family(value::number(given)? as u16),
        };
        let kind = self.number(call, 1)?;
        let protocol = Protocol(self.number(call, 2)? as i32);
        let socket_type = SocketType((kind & !(SOCK_NONBLOCK | SOCK_CLOEXEC)) as i32);
        match self.kernel.socket(family, socket_type, protocol) {
            Ok(handle) => {
                // FreeBSD's sockets of IPv6 are for IPv6 alone (net.inet6.ip6.v6only), but for those of mapped
                // addresses.
                if self.is_freebsd() && family == Family::INET6 && self.family() == Family::INET {
                    let on = 1_i32.to_ne_bytes();
                    let _ = self.kernel.set_option(&handle, Level::IPV6, IPV6_V6ONLY, &on);
                }
                let answer = self.insert(call, handle, kind & SOCK_NONBLOCK != 0)?;
                if let Ok(Some(number)) = answer
                    && let Some(descriptor) = self.descriptors.get_mut(&number)
                {
                    descriptor.is_datagram = socket_type == SocketType::DGRAM;
                }
                Ok(answer)
            }
            Err(errno) => Ok(Err(errno)),
        }
    }

    /// The address that an argument is; `...` is `default`.
    pub(super) fn address(&self, argument: &Expression, default: SocketAddr) -> Result<Vec<u8>, Difference> {
        match argument {
            Expression::Any => Ok(value::encode(default)),
            given => value::address(given),
        }
    }

    pub(super) fn bind(&mut self, call: &Call) -> Result<Answer, Difference> {
        let address = self.address(self.argument(call, 1)?, self.local)?;
        self.with(call, |kernel, handle| success(kernel.bind(handle, &address)))
    }

    pub(super) fn listen(&mut self, call: &Call) -> Result<Answer, Difference> {
        let backlog = self.number(call, 1)? as i32;
        let answer = self.with(call, |kernel, handle| success(kernel.listen(handle, backlog)))?;
        if answer.is_ok() {
            self.opening = Some(Opening::Listens);
        }
        Ok(answer)
    }

    pub(super) fn accept(&mut self, call: &Call) -> Result<Answer, Difference> {
        let number = self.descriptor_number(call)?;
        let Some(descriptor) = self.descriptors.get(&number) else { return Ok(Err(Errno::EBADF)) };
        let mut address = [0; 128];
        match self.kernel.accept(&descriptor.handle, &mut address) {
            Err(Errno::EAGAIN) if !descriptor.non_blocking => Ok(Ok(None)),
            Err(errno) => Ok(Err(errno)),
            Ok((handle, length)) => {
                self.check_address(call, 1, &address[..length])?;
                // FreeBSD's has what the listener has.
                let inherited = self.is_freebsd() && descriptor.non_blocking;
                let non_blocking = match call.name.as_str() {
                    "accept4" => self.number(call, 3)? & SOCK_NONBLOCK != 0,
                    _ => inherited,
                };
                let answer = self.insert(call, handle, non_blocking)?;
                self.current = answer.ok().flatten();
                Ok(answer)
            }
        }
    }

    pub(super) fn connect(&mut self, call: &Call, progress: &mut Progress) -> Result<Answer, Difference> {
        let address = self.address(self.argument(call, 1)?, self.remote)?;
        let number = self.descriptor_number(call)?;
        let Some(descriptor) = self.descriptors.get(&number) else { return Ok(Err(Errno::EBADF)) };
        if progress.begun {
            // One that has begun has its answer when it can be written to, or has failed.
            let mut wait = [Wait::new(&descriptor.handle, PollEvents::OUT)];
            if self.kernel.wait(&mut wait, Deadline::NOW) == Ok(0) {
                return Ok(Ok(None));
            }
            if self.is_freebsd() {
                return Ok(success(outcome(&self.kernel, &descriptor.handle)));
            }
        }
        let answer = self.kernel.connect(&descriptor.handle, &address);
        let blocks = !descriptor.non_blocking;
        if !progress.begun && matches!(answer, Ok(()) | Err(Errno::EINPROGRESS)) {
            self.begins(number, &address);
        }
        match answer {
            Err(Errno::EINPROGRESS | Errno::EALREADY) if blocks => Ok(Ok(None)),
            Err(Errno::EISCONN) if progress.begun => Ok(Ok(Some(0))),
            other => Ok(success(other)),
        }
    }

    /// A socket has begun to connect: the connection under test is its.
    pub(super) fn begins(&mut self, number: i64, address: &[u8]) {
        let Some((local, _)) = self.addresses(number) else { return };
        let Some(remote) = decode(address) else { return };
        self.current = Some(number);
        let on_the_wire = |address: SocketAddr| SocketAddr::new(address.ip().to_canonical(), address.port());
        let local = match local.ip() {
            ip if ip.is_unspecified() => SocketAddr::new(self.local.ip(), local.port()),
            _ => local,
        };
        self.opening = Some(Opening::Connects(on_the_wire(local), on_the_wire(remote)));
    }

    pub(super) fn shutdown(&mut self, call: &Call) -> Result<Answer, Difference> {
        let how = Shutdown(self.number(call, 1)? as i32);
        self.with(call, |kernel, handle| success(kernel.shutdown(handle, how)))
    }

    pub(super) fn close(&mut self, call: &Call) -> Result<Answer, Difference> {
        let number = self.descriptor_number(call)?;
        if self.files.remove(&number).is_some() {
            return Ok(Ok(Some(0)));
        }
        let Some(descriptor) = self.descriptors.remove(&number) else { return Ok(Err(Errno::EBADF)) };
        if self.current == Some(number) {
            self.current = None;
        }
        Ok(success(self.kernel.close(descriptor.handle)))
    }

    pub(super) fn dup(&mut self, call: &Call) -> Result<Answer, Difference> {
        let number = self.descriptor_number(call)?;
        let Some(descriptor) = self.descriptors.get(&number) else { return Ok(Err(Errno::EBADF)) };
        let Descriptor { non_blocking, is_datagram, ref counted, .. } = *descriptor;
        let counted = Rc::clone(counted);
        let duplicate = match self.kernel.duplicate(&descriptor.handle) {
            Ok(handle) => handle,
            Err(errno) => return Ok(Err(errno)),
        };
        let answer = self.insert(call, duplicate, non_blocking)?;
        if let Ok(Some(number)) = answer
            && let Some(descriptor) = self.descriptors.get_mut(&number)
        {
            (descriptor.is_datagram, descriptor.counted) = (is_datagram, counted);
        }
        Ok(answer)
    }

    pub(super) fn name(&mut self, call: &Call) -> Result<Answer, Difference> {
        let mut address = [0; 128];
        let own = call.name == "getsockname";
        let mut length = 0;
        let answer = self.with(call, |kernel, handle| {
            let found = if own {
                kernel.local_addr(handle, &mut address)
            } else {
                kernel.peer_addr(handle, &mut address)
            };
            found.map(|found| {
                length = found;
                Some(0)
            })
        })?;
        if answer.is_ok() {
            self.check_address(call, 1, &address[..length])?;
        }
        Ok(answer)
    }

    /// Compares an address that a call has answered with the structure that the script has there.
    pub(super) fn check_address(&self, call: &Call, place: usize, address: &[u8]) -> Result<(), Difference> {
        let Some(expected @ Expression::Structure(_)) = call.arguments.get(place) else { return Ok(()) };
        let actual = decode(address);
        if value::is_address(expected, actual)? {
            return Ok(());
        }
        let actual = actual.map_or("none".to_owned(), |address| address.to_string());
        Err(Difference::Differs { what: "address", expected: expected.to_string(), actual })
    }

    /// `F_GETFL` and `F_SETFL`, of which only O_NONBLOCK means anything for sockets; nothing is executed that
    /// FD_CLOEXEC could be for.
    pub(super) fn fcntl(&mut self, call: &Call) -> Result<Answer, Difference> {
        let (number, command) = (self.descriptor_number(call)?, self.number(call, 1)?);
        let set = value::constant("F_SETFL")? == command;
        let flags = if set { self.number(call, 2)? } else { 0 };
        let non_blocking = match (self.descriptors.get_mut(&number), self.files.get_mut(&number)) {
            (Some(descriptor), _) => &mut descriptor.non_blocking,
            (None, Some(file)) => &mut file.non_blocking,
            (None, None) => return Ok(Err(Errno::EBADF)),
        };
        if [value::constant("F_GETFD")?, value::constant("F_SETFD")?].contains(&command) {
            return Ok(Ok(Some(0)));
        }
        if set {
            let also = if self.options.persona == Persona::FreeBsd { freebsd::O_NONBLOCK } else { 0 };
            *non_blocking = flags & (O_NONBLOCK | also) != 0;
            return Ok(Ok(Some(0)));
        }
        let flag = if self.options.persona == Persona::FreeBsd { freebsd::O_NONBLOCK } else { O_NONBLOCK };
        let non_blocking = if *non_blocking { flag } else { 0 };
        Ok(Ok(Some(O_RDWR | non_blocking)))
    }

    /// `ioctl(4, SIOCINQ, [1000])`.
    pub(super) fn ioctl(&mut self, call: &Call) -> Result<Answer, Difference> {
        if self.number(call, 1)? == value::constant("FIONBIO")? {
            let (number, on) = (self.descriptor_number(call)?, self.number(call, 2)?);
            let Some(descriptor) = self.descriptors.get_mut(&number) else { return Ok(Err(Errno::EBADF)) };
            descriptor.non_blocking = on != 0;
            return Ok(Ok(Some(0)));
        }
        let request = match self.number(call, 1)? {
            0x541B => IoRequest::Readable,
            0x5411 => IoRequest::Unacknowledged,
            0x894B => IoRequest::Unsent,
            0x8905 => IoRequest::AtMark,
            _ => return Err(Difference::Unsupported(format!("ioctl of {}", self.argument(call, 1)?))),
        };
        let mut answered = 0;
        let answer = self.with(call, |kernel, handle| {
            answered = i64::from(kernel.io_control(handle, request)?);
            Ok(Some(0))
        })?;
        let expected = self.argument(call, 2)?;
        if answer.is_ok() && !matches!(expected, Expression::Any) && value::number(expected)? != answered {
            let (expected, actual) = (value::number(expected)?.to_string(), answered.to_string());
            return Err(Difference::Differs { what: "number of the request", expected, actual });
        }
        Ok(answer)
    }

    /// Makes a call on the descriptor that is the first argument.
    pub(super) fn with(
        &mut self,
        call: &Call,
        make: impl FnOnce(&K, &K::Handle) -> Answer,
    ) -> Result<Answer, Difference> {
        let number = self.descriptor_number(call)?;
        let Some(descriptor) = self.descriptors.get(&number) else { return Ok(Err(Errno::EBADF)) };
        Ok(make(&self.kernel, &descriptor.handle))
    }

    /// The peer's address on the wire.
    pub(crate) fn remote(&self) -> SocketAddr {
        SocketAddr::new(IpAddr::to_canonical(&self.remote.ip()), self.remote.port())
    }

    /// The machine's address on the wire.
    pub(crate) fn local(&self) -> SocketAddr {
        SocketAddr::new(IpAddr::to_canonical(&self.local.ip()), self.local.port())
    }
}

/// What a `connect` that has waited answers on FreeBSD (`kern_connectat` of sys/kern/uipc_syscalls.c): the error.
fn outcome<K: Files>(kernel: &K, handle: &K::Handle) -> Result<(), Errno> {
    let mut error = [0; 4];
    kernel.get_option(handle, Level::SOCKET, SO_ERROR, &mut error)?;
    match i32::from_ne_bytes(error) {
        0 => Ok(()),
        number => Err(Errno(number)),
    }
}
