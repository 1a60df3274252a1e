//! What scripts do with a machine beside its sockets: files, pipes, and sending without a copy.

use anysock::poll::Epoll;
use anysock::{Backend, Errno, MessageFlags};
use anysock_linux::Linux;
use anysock_sim::Sim;
use rustix::fs::{Mode, OFlags};
use rustix::net::SendFlags;
use rustix::pipe::{PipeFlags, SpliceFlags};

/// A kernel with files and pipes.
pub trait Files: Backend + Epoll {
    /// An open file, or an end of a pipe.
    type File;

    /// `open(2)` for reading.
    fn open(&self, path: &str) -> Result<Self::File, Errno>;

    /// `pipe(2)`: the end to read from and the end to write to.
    fn pipe(&self) -> Result<(Self::File, Self::File), Errno>;

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

    /// `send(2)` with `MSG_ZEROCOPY`.
    fn send_uncopied(
        &self,
        socket: &Self::Handle,
        octets: Vec<u8>,
        flags: MessageFlags,
    ) -> Result<usize, Errno>;
}

fn errno(error: rustix::io::Errno) -> Errno {
    Errno(error.raw_os_error())
}

impl Files for Linux {
    type File = std::os::fd::OwnedFd;

    fn open(&self, path: &str) -> Result<Self::File, Errno> {
        rustix::fs::open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty()).map_err(errno)
    }

    fn pipe(&self) -> Result<(Self::File, Self::File), Errno> {
        rustix::pipe::pipe_with(PipeFlags::CLOEXEC).map_err(errno)
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
        rustix::pipe::splice(socket, None, pipe, None, count, SpliceFlags::NONBLOCK).map_err(errno)
    }

    fn splice_to(&self, pipe: &Self::File, socket: &Self::Handle, count: usize) -> Result<usize, Errno> {
        rustix::pipe::splice(pipe, None, socket, None, count, SpliceFlags::NONBLOCK).map_err(errno)
    }

    fn send_uncopied(
        &self,
        socket: &Self::Handle,
        octets: Vec<u8>,
        flags: MessageFlags,
    ) -> Result<usize, Errno> {
        // The kernel reads the octets until they have been acknowledged: nobody else gets their memory.
        let octets: &'static [u8] = octets.leak();
        rustix::net::send(socket, octets, SendFlags::from_bits_retain(flags.bits() as u32)).map_err(errno)
    }
}

/// The simulator has neither.
impl Files for Sim<'static> {
    type File = std::convert::Infallible;

    fn open(&self, _path: &str) -> Result<Self::File, Errno> {
        Err(Errno::ENOSYS)
    }

    fn pipe(&self) -> Result<(Self::File, Self::File), Errno> {
        Err(Errno::ENOSYS)
    }

    fn send_file(
        &self,
        _socket: &Self::Handle,
        file: &Self::File,
        _offset: Option<&mut u64>,
        _count: usize,
    ) -> Result<usize, Errno> {
        match *file {}
    }

    fn splice_from(&self, _socket: &Self::Handle, pipe: &Self::File, _count: usize) -> Result<usize, Errno> {
        match *pipe {}
    }

    fn splice_to(&self, pipe: &Self::File, _socket: &Self::Handle, _count: usize) -> Result<usize, Errno> {
        match *pipe {}
    }

    fn send_uncopied(
        &self,
        socket: &Self::Handle,
        octets: Vec<u8>,
        flags: MessageFlags,
    ) -> Result<usize, Errno> {
        self.send(socket, &octets, flags)
    }
}
