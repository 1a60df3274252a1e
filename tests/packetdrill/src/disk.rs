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

/// How much of `/dev/zero` is sent at once at the most: what a pipe holds.
const PIECE: usize = 65_536;

/// What a simulated program has opened beside its sockets.
#[derive(Debug)]
pub enum SimulatedFile {
    /// A file as it was when it was opened, and where reading goes on.
    Regular { octets: Rc<[u8]>, position: Cell<usize> },
    /// `/dev/zero`.
    Zero,
    /// What was written into a pipe and not read.
    Pipe(Rc<RefCell<Vec<u8>>>),
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
            SimulatedFile::Pipe(pipe) => Ok(pipe),
            SimulatedFile::Regular { .. } | SimulatedFile::Zero => Err(Errno::EINVAL),
        }
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
                let sent = send(&vec![0; count.min(PIECE)])?;
                offset.into_iter().for_each(|offset| *offset += sent as u64);
                return Ok(sent);
            }
            SimulatedFile::Pipe(_) => {
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
}
