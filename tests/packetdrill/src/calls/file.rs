//! Calls on files and pipes, and between them and sockets.

use anysock::{Errno, Family, Protocol, SocketType};

use super::socket::{O_NONBLOCK, SOCK_NONBLOCK};
use super::transfer::{total, vector};
use super::{Answer, Calls, Descriptor, Progress};
use crate::error::Difference;
use crate::files::Files;
use crate::script::{Call, Expression};
use crate::value;

/// What the simulator does not have is no answer of its.
pub(super) fn supported<T>(call: &Call, answer: Result<T, Errno>) -> Result<Result<T, Errno>, Difference> {
    match answer {
        Err(Errno::ENOSYS) => {
            Err(Difference::Unsupported(format!("the call {} on the simulator", call.name)))
        }
        answer => Ok(answer),
    }
}

/// An open file, or an end of a pipe.
#[derive(Debug)]
pub(super) struct OpenFile<F> {
    pub(super) file: F,
    pub(super) non_blocking: bool,
}

/// The numbers of two ends: `[5, 6]`.
fn two_numbers(ends: &Expression) -> Result<[i64; 2], Difference> {
    let unsupported = || Difference::Unsupported(format!("{ends} as the numbers of two ends"));
    let Expression::List(numbers) = ends else { return Err(unsupported()) };
    let numbers = numbers.iter().map(value::number).collect::<Result<Vec<_>, _>>()?;
    numbers.try_into().map_err(|_| unsupported())
}

impl<K: Files> Calls<K> {
    /// `read`, `readv`, `write` and `writev` of what is no socket, whose octets are not looked at; `None` for a socket.
    pub(super) fn transfer_of_file(
        &self,
        call: &Call,
        progress: &mut Progress,
    ) -> Result<Option<Answer>, Difference> {
        let Some(OpenFile { file, non_blocking }) = self.files.get(&self.descriptor_number(call)?) else {
            return Ok(None);
        };
        let reads = match call.name.as_str() {
            "read" | "readv" => true,
            "write" | "writev" => false,
            _ => return Ok(Some(Err(Errno::ENOTSOCK))),
        };
        let length = match call.name.as_str() {
            "readv" | "writev" => total(call, &vector(self.argument(call, 1)?)?)?,
            _ => total(call, &[self.number(call, 2)? as usize])?,
        };
        let mut octets = vec![0; length - progress.done];
        let answer = if reads {
            self.kernel.read_file(file, &mut octets)
        } else {
            self.kernel.write_file(file, &octets)
        };
        Ok(Some(match answer {
            Err(Errno::EAGAIN) if !non_blocking => Ok(None),
            Ok(count) if !reads && !non_blocking && count < octets.len() => {
                progress.done += count;
                Ok(None)
            }
            answer => answer.map(|count| Some((progress.done + count) as i64)),
        }))
    }

    /// `socketpair(AF_UNIX, SOCK_STREAM, 0, [3, 4])`: the numbers that the script gives both.
    pub(super) fn socket_pair(&mut self, call: &Call) -> Result<Answer, Difference> {
        let (family, kind) = (Family(self.number(call, 0)? as u16), self.number(call, 1)?);
        let non_blocking = kind & SOCK_NONBLOCK != 0;
        let kind = SocketType((kind & !SOCK_NONBLOCK) as i32);
        let numbers = two_numbers(self.argument(call, 3)?)?;
        let pair = self.kernel.socket_pair(family, kind, Protocol(self.number(call, 2)? as i32));
        Ok(pair.map(|(first, second)| {
            for (number, handle) in numbers.into_iter().zip([first, second]) {
                let mut descriptor = Descriptor::new(handle, non_blocking);
                descriptor.is_datagram = kind == SocketType::DGRAM;
                self.forgotten.extend(self.descriptors.insert(number, descriptor));
            }
            Some(0)
        }))
    }

    pub(super) fn open(&mut self, call: &Call) -> Result<Answer, Difference> {
        let path = match self.argument(call, 0)? {
            Expression::Text(path) => String::from_utf8_lossy(path),
            other => return Err(Difference::Unsupported(format!("{other} as a path"))),
        };
        let number = value::number(&call.result)?;
        Ok(supported(call, self.kernel.open(&path, &self.disk))?.map(|file| {
            self.files.insert(number, OpenFile { file, non_blocking: false });
            Some(number)
        }))
    }

    /// `pipe([5, 6])`: the numbers that the script gives the ends.
    pub(super) fn pipe(&mut self, call: &Call) -> Result<Answer, Difference> {
        let [read, write] = two_numbers(self.argument(call, 0)?)?;
        let flags = if call.name == "pipe2" { self.number(call, 1)? } else { 0 };
        let non_blocking = flags & O_NONBLOCK != 0;
        Ok(supported(call, self.kernel.pipe())?.map(|(from, to)| {
            self.files.insert(read, OpenFile { file: from, non_blocking });
            self.files.insert(write, OpenFile { file: to, non_blocking });
            Some(0)
        }))
    }

    /// `sendfile(4, 5, [0], 5)`.
    pub(super) fn send_file(&mut self, call: &Call) -> Result<Answer, Difference> {
        let socket = self.descriptor_number(call)?;
        let file = self.number(call, 1)?;
        let mut offset = match self.argument(call, 2)? {
            Expression::List(offset) if offset.len() == 1 => Some(value::number(&offset[0])? as u64),
            _ => None,
        };
        let count = self.number(call, 3)? as usize;
        let (Some(descriptor), Some(OpenFile { file, .. })) =
            (self.descriptors.get_mut(&socket), self.files.get(&file))
        else {
            return Ok(Err(Errno::EBADF));
        };
        let sent = self.kernel.send_file(&descriptor.handle, file, offset.as_mut(), count);
        descriptor.sends(*sent.as_ref().unwrap_or(&0));
        self.sends_foreign_text = true;
        Ok(sent.map(|sent| Some(sent as i64)))
    }

    /// `splice(4, NULL, 6, NULL, 99, 0)` from a socket into a pipe, or from a pipe into a socket.
    pub(super) fn splice(&mut self, call: &Call) -> Result<Answer, Difference> {
        let (from, to) = (self.descriptor_number(call)?, self.number(call, 2)?);
        let count = self.number(call, 4)? as usize;
        let spliced = match (self.descriptors.get_mut(&from), self.files.get(&to)) {
            (Some(socket), Some(OpenFile { file: pipe, .. })) => {
                let spliced = self.kernel.splice_from(&socket.handle, pipe, count);
                socket.receives(*spliced.as_ref().unwrap_or(&0));
                spliced
            }
            _ => match (self.files.get(&from), self.descriptors.get_mut(&to)) {
                (Some(OpenFile { file: pipe, .. }), Some(socket)) => {
                    let spliced = self.kernel.splice_to(pipe, &socket.handle, count);
                    socket.sends(*spliced.as_ref().unwrap_or(&0));
                    self.sends_foreign_text = true;
                    spliced
                }
                _ => Err(Errno::EBADF),
            },
        };
        Ok(spliced.map(|spliced| Some(spliced as i64)))
    }
}
