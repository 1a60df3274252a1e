//! The files of a simulated machine, which shell commands write and calls open.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use anysock::Errno;

/// What is in files, by their paths. Clones are the same disk.
#[derive(Clone, Debug, Default)]
pub struct Disk(Rc<RefCell<BTreeMap<String, Rc<[u8]>>>>);

impl Disk {
    /// Writes a file, after what is in it where that `appends`.
    pub(crate) fn write(&self, path: &str, octets: &[u8], appends: bool) {
        let before = self.read(path).filter(|_| appends).unwrap_or_default();
        self.0.borrow_mut().insert(path.to_owned(), [&before, octets].concat().into());
    }

    /// What is in a file, if there is one.
    pub(crate) fn read(&self, path: &str) -> Option<Rc<[u8]>> {
        self.0.borrow().get(path).cloned()
    }

    /// Removes a file; whether there was one.
    pub(crate) fn remove(&self, path: &str) -> bool {
        self.0.borrow_mut().remove(path).is_some()
    }
}

/// How much a pipe holds, and how much of `/dev/zero` is sent at once at the most.
pub(crate) const PIPE: usize = 65_536;

/// What a simulated program has opened beside its sockets.
#[derive(Debug)]
pub enum SimulatedFile {
    /// A file as it was when it was opened, and where reading goes on.
    Regular { octets: Rc<[u8]>, position: Cell<usize> },
    /// `/dev/zero`.
    Zero,
    /// The end of a pipe to read from: what was written into it and not read.
    Reader(Rc<RefCell<Vec<u8>>>),
    /// The end to write into.
    Writer(Rc<RefCell<Vec<u8>>>),
}

impl SimulatedFile {
    /// Opens a file for reading (`open(2)`).
    ///
    /// # Errors
    /// `ENOENT` where there is none, and `ENOSYS` for other devices than `/dev/zero`.
    pub(crate) fn open(path: &str, disk: &Disk) -> Result<Self, Errno> {
        match disk.read(path) {
            Some(octets) => Ok(SimulatedFile::Regular { octets, position: Cell::new(0) }),
            None if path == "/dev/zero" => Ok(SimulatedFile::Zero),
            None if path.starts_with("/dev/") || path.starts_with("/proc/") => Err(Errno::ENOSYS),
            None => Err(Errno::ENOENT),
        }
    }

    /// The pipe, where it is one: of two places that octets are spliced between one must be (`do_splice`).
    pub(crate) fn pipe(&self) -> Result<&RefCell<Vec<u8>>, Errno> {
        match self {
            SimulatedFile::Reader(pipe) | SimulatedFile::Writer(pipe) => Ok(pipe),
            SimulatedFile::Regular { .. } | SimulatedFile::Zero => Err(Errno::EINVAL),
        }
    }

    /// Reads from where reading was (`read(2)`): `EAGAIN` where a pipe is empty into which somebody can still write.
    pub(crate) fn read(&self, room: &mut [u8]) -> Result<usize, Errno> {
        match self {
            SimulatedFile::Reader(pipe) => {
                let is_over = Rc::strong_count(pipe) == 1;
                let mut held = pipe.borrow_mut();
                if held.is_empty() && !is_over && !room.is_empty() {
                    return Err(Errno::EAGAIN);
                }
                let count = held.len().min(room.len());
                room[..count].copy_from_slice(&held[..count]);
                held.drain(..count);
                Ok(count)
            }
            SimulatedFile::Writer(_) => Err(Errno::EBADF),
            SimulatedFile::Zero => {
                room.fill(0);
                Ok(room.len())
            }
            SimulatedFile::Regular { octets, position } => {
                let rest = octets.get(position.get()..).unwrap_or_default();
                let count = rest.len().min(room.len());
                room[..count].copy_from_slice(&rest[..count]);
                position.set(position.get() + count);
                Ok(count)
            }
        }
    }

    /// Writes into a pipe (`write(2)`): `EAGAIN` where there is no room, `EPIPE` where nobody can read any more.
    pub(crate) fn write(&self, octets: &[u8]) -> Result<usize, Errno> {
        let SimulatedFile::Writer(pipe) = self else { return Err(Errno::EBADF) };
        if Rc::strong_count(pipe) == 1 {
            return Err(Errno::EPIPE);
        }
        let mut held = pipe.borrow_mut();
        let count = octets.len().min(PIPE - held.len());
        if count == 0 && !octets.is_empty() {
            return Err(Errno::EAGAIN);
        }
        held.extend_from_slice(&octets[..count]);
        Ok(count)
    }

    /// Gives `send` up to `count` octets from `offset`, or from where reading was, which is moved on by as many as it
    /// took (`do_sendfile`).
    pub(crate) fn send(
        &self,
        offset: Option<&mut u64>,
        count: usize,
        send: impl FnOnce(&[u8]) -> Result<usize, Errno>,
    ) -> Result<usize, Errno> {
        let (octets, position) = match self {
            SimulatedFile::Regular { octets, position } => (octets, position),
            SimulatedFile::Zero => {
                let sent = send(&vec![0; count.min(PIPE)])?;
                offset.into_iter().for_each(|offset| *offset += sent as u64);
                return Ok(sent);
            }
            SimulatedFile::Reader(_) | SimulatedFile::Writer(_) => {
                return Err(if offset.is_some() { Errno::ESPIPE } else { Errno::EINVAL });
            }
        };
        let begin = match &offset {
            Some(offset) => usize::try_from(**offset).unwrap_or(usize::MAX),
            None => position.get(),
        };
        let rest = octets.get(begin..).unwrap_or_default();
        let piece = &rest[..count.min(rest.len())];
        if piece.is_empty() {
            return Ok(0);
        }
        let sent = send(piece)?;
        match offset {
            Some(offset) => *offset += sent as u64,
            None => position.set(begin + sent),
        }
        Ok(sent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_sent_from_where_reading_was_or_from_an_offset() {
        let disk = Disk::default();
        assert!(matches!(SimulatedFile::open("/tmp/file", &disk), Err(Errno::ENOENT)));
        disk.write("/tmp/file", b"abc", false);
        disk.write("/tmp/file", b"def", true);
        let file = SimulatedFile::open("/tmp/file", &disk).unwrap();
        disk.write("/tmp/file", b"", false);
        let mut offset = 4;
        let mut taken = Vec::new();
        for (from_offset, count, most, expected) in [
            (false, 4, 2, 2),
            (false, 1, 9, 1),
            (true, 9, 1, 1),
            (true, 9, 9, 1),
            (true, 9, 9, 0),
            (false, 9, 9, 3),
        ] {
            let sent = file.send(from_offset.then_some(&mut offset), count, |octets| {
                let octets = &octets[..octets.len().min(most)];
                taken.extend_from_slice(octets);
                Ok(octets.len())
            });
            assert_eq!(sent, Ok(expected));
        }
        assert_eq!((taken.as_slice(), offset), (b"abcefdef".as_slice(), 6));
        assert!(disk.remove("/tmp/file") && !disk.remove("/tmp/file"));
    }

    /// pipe(7).
    #[test]
    fn a_pipe_is_full_empty_and_over() {
        let pipe = Rc::default();
        let (reader, writer) = (SimulatedFile::Reader(Rc::clone(&pipe)), SimulatedFile::Writer(pipe));
        assert_eq!(reader.read(&mut [0; 2]), Err(Errno::EAGAIN));
        assert_eq!(writer.write(&[7; PIPE + 1]), Ok(PIPE));
        assert_eq!(writer.write(&[7]), Err(Errno::EAGAIN));
        let mut room = [0; PIPE - 1];
        assert_eq!((reader.read(&mut room), room[9]), (Ok(PIPE - 1), 7));
        drop(writer);
        assert_eq!((reader.read(&mut [0; 2]), reader.read(&mut [0; 2])), (Ok(1), Ok(0)));
        let pipe = Rc::default();
        assert_eq!(SimulatedFile::Writer(pipe).write(&[7]), Err(Errno::EPIPE));
    }
}
