//! What scripts do with a machine beside its sockets: files, pipes, and sending without a copy.

use std::cell::RefCell;
use std::io::IoSlice;
use std::os::fd::AsFd;
use std::rc::Rc;

use anysock::io_control::{IoControl, IoRequest};
use anysock::option::socket::SO_TYPE;
use anysock::poll::Epoll;
use anysock::zero_copy::SendZeroCopy;
use anysock::{Backend, Deadline, Errno, Level, MessageFlags, PollEvents, SocketType, Wait};
use anysock_linux::Linux;
use anysock_sim::Sim;
use rustix::fs::{Mode, OFlags};
use rustix::net::{SendAncillaryBuffer, SendFlags};
use rustix::pipe::{PipeFlags, SpliceFlags};

use crate::disk::{Disk, PIPE, SimulatedFile};
use crate::null_pointer;

/// A kernel with files and pipes.
pub trait Files: Backend + Epoll + IoControl + SendZeroCopy {
    /// An open file, or an end of a pipe.
    type File;

    /// `open(2)` for reading; a simulated machine's files are on `disk`.
    fn open(&self, path: &str, disk: &Disk) -> Result<Self::File, Errno>;

    /// `pipe(2)`: the end to read from and the end to write to. Neither waits.
    fn pipe(&self) -> Result<(Self::File, Self::File), Errno>;

    /// `read(2)` of a file or a pipe.
    fn read_file(&self, file: &Self::File, octets: &mut [u8]) -> Result<usize, Errno>;

    /// `write(2)` into a pipe.
    fn write_file(&self, file: &Self::File, octets: &[u8]) -> Result<usize, Errno>;

    /// `sendfile(2)`; `offset` is moved on.
    fn send_file(
        &self,
        socket: &Self::Handle,
        file: &Self::File,
        offset: Option<&mut u64>,
        count: usize,
    ) -> Result<usize, Errno>;

    /// `splice(2)` from a socket into a pipe, without waiting.
    fn splice_from(&self, socket: &Self::Handle, pipe: &Self::File, count: usize) -> Result<usize, Errno>;

    /// `splice(2)` from a pipe into a socket, without waiting.
    fn splice_to(&self, pipe: &Self::File, socket: &Self::Handle, count: usize) -> Result<usize, Errno>;

    /// `sendmsg(2)` with `MSG_ZEROCOPY`, of octets that lie in several places.
    fn send_uncopied(
        &self,
        socket: &Self::Handle,
        pieces: &[&'static [u8]],
        flags: MessageFlags,
    ) -> Result<usize, Errno>;

    /// `sendto(2)` of `length` octets from a null pointer.
    fn send_null(
        &self,
        socket: &Self::Handle,
        length: usize,
        flags: MessageFlags,
        address: Option<&[u8]>,
    ) -> Result<usize, Errno>;

    /// `recvfrom(2)` of up to `length` octets into a null pointer.
    fn receive_null(&self, socket: &Self::Handle, length: usize, flags: MessageFlags)
    -> Result<usize, Errno>;
}

fn errno(error: rustix::io::Errno) -> Errno {
    Errno(error.raw_os_error())
}

impl Files for Linux {
    type File = std::os::fd::OwnedFd;

    fn open(&self, path: &str, _disk: &Disk) -> Result<Self::File, Errno> {
        rustix::fs::open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty()).map_err(errno)
    }

    fn pipe(&self) -> Result<(Self::File, Self::File), Errno> {
        rustix::pipe::pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK).map_err(errno)
    }

    fn read_file(&self, file: &Self::File, octets: &mut [u8]) -> Result<usize, Errno> {
        rustix::io::read(file, octets).map_err(errno)
    }

    fn write_file(&self, file: &Self::File, octets: &[u8]) -> Result<usize, Errno> {
        rustix::io::write(file, octets).map_err(errno)
    }

    fn send_file(
        &self,
        socket: &Self::Handle,
        file: &Self::File,
        offset: Option<&mut u64>,
        count: usize,
    ) -> Result<usize, Errno> {
        rustix::fs::sendfile(socket, file, offset, count).map_err(errno)
    }

    fn splice_from(&self, socket: &Self::Handle, pipe: &Self::File, count: usize) -> Result<usize, Errno> {
        let splice = |flags| rustix::pipe::splice(socket, None, pipe, None, count, flags).map_err(errno);
        match splice(SpliceFlags::NONBLOCK) {
            // That there is something urgent is told only to who would wait, and does not have to.
            Err(Errno::EAGAIN) if self.io_control(socket, IoRequest::AtMark)? != 0 => {
                let flags = rustix::fs::fcntl_getfl(socket).map_err(errno)?;
                rustix::fs::fcntl_setfl(socket, flags - OFlags::NONBLOCK).map_err(errno)?;
                let spliced = splice(SpliceFlags::empty());
                rustix::fs::fcntl_setfl(socket, flags).map_err(errno)?;
                spliced
            }
            spliced => spliced,
        }
    }

    fn splice_to(&self, pipe: &Self::File, socket: &Self::Handle, count: usize) -> Result<usize, Errno> {
        rustix::pipe::splice(pipe, None, socket, None, count, SpliceFlags::NONBLOCK).map_err(errno)
    }

    fn send_uncopied(
        &self,
        socket: &Self::Handle,
        pieces: &[&'static [u8]],
        flags: MessageFlags,
    ) -> Result<usize, Errno> {
        let pieces: Vec<IoSlice<'_>> = pieces.iter().map(|piece| IoSlice::new(piece)).collect();
        let flags = SendFlags::from_bits_retain(flags.bits() as u32) | SendFlags::NOSIGNAL;
        let mut control = SendAncillaryBuffer::default();
        rustix::net::sendmsg(socket, &pieces, &mut control, flags).map_err(errno)
    }

    fn send_null(
        &self,
        socket: &Self::Handle,
        length: usize,
        flags: MessageFlags,
        address: Option<&[u8]>,
    ) -> Result<usize, Errno> {
        null_pointer::send(socket.as_fd(), length, flags.bits() as _, address)
    }

    fn receive_null(
        &self,
        socket: &Self::Handle,
        length: usize,
        flags: MessageFlags,
    ) -> Result<usize, Errno> {
        null_pointer::receive(socket.as_fd(), length, flags.bits() as _)
    }
}

/// The simulator has what is here of files and pipes.
impl Files for Sim<'static> {
    type File = SimulatedFile;

    fn open(&self, path: &str, disk: &Disk) -> Result<Self::File, Errno> {
        SimulatedFile::open(path, disk)
    }

    fn pipe(&self) -> Result<(Self::File, Self::File), Errno> {
        let pipe = Rc::new(RefCell::new(Vec::new()));
        Ok((SimulatedFile::Reader(Rc::clone(&pipe)), SimulatedFile::Writer(pipe)))
    }

    fn read_file(&self, file: &Self::File, octets: &mut [u8]) -> Result<usize, Errno> {
        file.read(octets)
    }

    fn write_file(&self, file: &Self::File, octets: &[u8]) -> Result<usize, Errno> {
        file.write(octets)
    }

    fn send_file(
        &self,
        socket: &Self::Handle,
        file: &Self::File,
        offset: Option<&mut u64>,
        count: usize,
    ) -> Result<usize, Errno> {
        file.send(offset, count, |octets| self.send(socket, octets, MessageFlags::empty()))
    }

    fn splice_from(&self, socket: &Self::Handle, pipe: &Self::File, count: usize) -> Result<usize, Errno> {
        let mut held = pipe.pipe()?.borrow_mut();
        let mut octets = vec![0; count.min(PIPE - held.len())];
        if octets.is_empty() {
            return if count == 0 { Ok(0) } else { Err(Errno::EAGAIN) };
        }
        // Before what is urgent it ends (`tcp_splice_read`).
        if self.io_control(socket, IoRequest::AtMark)? != 0 {
            return Ok(0);
        }
        let spliced = self.recv(socket, &mut octets, MessageFlags::empty())?;
        held.extend_from_slice(&octets[..spliced]);
        Ok(spliced)
    }

    fn splice_to(&self, pipe: &Self::File, socket: &Self::Handle, count: usize) -> Result<usize, Errno> {
        let mut held = pipe.pipe()?.borrow_mut();
        let octets = &held[..count.min(held.len())];
        if octets.is_empty() {
            return if count == 0 { Ok(0) } else { Err(Errno::EAGAIN) };
        }
        let spliced = self.send(socket, octets, MessageFlags::empty())?;
        held.drain(..spliced);
        Ok(spliced)
    }

    fn send_uncopied(
        &self,
        socket: &Self::Handle,
        pieces: &[&'static [u8]],
        flags: MessageFlags,
    ) -> Result<usize, Errno> {
        self.send_zero_copy(socket, pieces.concat().leak(), flags, None)
    }

    /// The simulator's programs have no pointers: this answers what Linux does, which looks at everything else
    /// first (`tcp_sendmsg_locked`). `ENOSYS` for sockets of datagrams, which trying would send one of.
    fn send_null(
        &self,
        socket: &Self::Handle,
        length: usize,
        flags: MessageFlags,
        address: Option<&[u8]>,
    ) -> Result<usize, Errno> {
        let mut kind = [0; 4];
        self.get_option(socket, Level::SOCKET, SO_TYPE, &mut kind)?;
        if i32::from_ne_bytes(kind) != SocketType::STREAM.0 {
            return Err(Errno::ENOSYS);
        }
        let sent = match address {
            Some(address) => self.send_to(socket, &[], flags, address)?,
            None => self.send(socket, &[], flags)?,
        };
        let mut room = [Wait::new(socket, PollEvents::OUT)];
        match self.wait(&mut room, Deadline::NOW) {
            _ if length == 0 => Ok(sent),
            Ok(0) => Err(Errno::EAGAIN),
            _ => Err(Errno::EFAULT),
        }
    }

    /// What Linux answers: only where there is something to copy it finds out that there is no buffer
    /// (`tcp_recvmsg_locked`).
    fn receive_null(
        &self,
        socket: &Self::Handle,
        length: usize,
        flags: MessageFlags,
    ) -> Result<usize, Errno> {
        let there = self.recv(socket, &mut [0], flags | MessageFlags::PEEK)?;
        if there == 0 || length == 0 { Ok(0) } else { Err(Errno::EFAULT) }
    }
}
