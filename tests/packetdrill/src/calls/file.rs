//! Calls on files and pipes, and between them and sockets.

use anysock::Errno;

use super::{Answer, Calls};
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

impl<K: Files> Calls<K> {
    pub(super) fn open(&mut self, call: &Call) -> Result<Answer, Difference> {
        let path = match self.argument(call, 0)? {
            Expression::Text(path) => String::from_utf8_lossy(path),
            other => return Err(Difference::Unsupported(format!("{other} as a path"))),
        };
        let number = value::number(&call.result)?;
        Ok(supported(call, self.kernel.open(&path, &self.disk))?.map(|file| {
            self.files.insert(number, file);
            Some(number)
        }))
    }

    /// `pipe([5, 6])`: the numbers that the script gives the ends.
    pub(super) fn pipe(&mut self, call: &Call) -> Result<Answer, Difference> {
        let numbers = match self.argument(call, 0)? {
            Expression::List(ends) => ends.iter().map(value::number).collect::<Result<Vec<_>, _>>()?,
            _ => Vec::new(),
        };
        let &[read, write] = numbers.as_slice() else {
            return Err(Difference::Unsupported("a pipe without the numbers of its ends".to_owned()));
        };
        Ok(supported(call, self.kernel.pipe())?.map(|(from, to)| {
            self.files.insert(read, from);
            self.files.insert(write, to);
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
        let (Some(descriptor), Some(file)) = (self.descriptors.get_mut(&socket), self.files.get(&file))
        else {
            return Ok(Err(Errno::EBADF));
        };
        let sent = self.kernel.send_file(&descriptor.handle, file, offset.as_mut(), count);
        descriptor.sent += *sent.as_ref().unwrap_or(&0) as u32;
        self.sends_foreign_text = true;
        Ok(sent.map(|sent| Some(sent as i64)))
    }

    /// `splice(4, NULL, 6, NULL, 99, 0)` from a socket into a pipe, or from a pipe into a socket.
    pub(super) fn splice(&mut self, call: &Call) -> Result<Answer, Difference> {
        let (from, to) = (self.descriptor_number(call)?, self.number(call, 2)?);
        let count = self.number(call, 4)? as usize;
        let spliced = match (self.descriptors.get_mut(&from), self.files.get(&to)) {
            (Some(socket), Some(pipe)) => {
                let spliced = self.kernel.splice_from(&socket.handle, pipe, count);
                socket.received += *spliced.as_ref().unwrap_or(&0) as u32;
                spliced
            }
            _ => match (self.files.get(&from), self.descriptors.get_mut(&to)) {
                (Some(pipe), Some(socket)) => {
                    let spliced = self.kernel.splice_to(pipe, &socket.handle, count);
                    socket.sent += *spliced.as_ref().unwrap_or(&0) as u32;
                    self.sends_foreign_text = true;
                    spliced
                }
                _ => Err(Errno::EBADF),
            },
        };
        Ok(spliced.map(|spliced| Some(spliced as i64)))
    }
}
