//! Socket filters: a classic BPF program that decides which packets a socket receives (bpf(4) of the BSDs,
//! Documentation/networking/filter.rst).

use alloc::vec::Vec;

use anysock::Errno;
use anysock::bpf::{MAX_INSTRUCTIONS, SockFilter};

use crate::errno::retry;
use crate::handle::Handle;

impl Handle {
    /// Attaches a program to the socket: of each packet it returns how many bytes are received; with 0 it is dropped
    /// (SO_ATTACH_FILTER, whose bytes carry a pointer, so that [`anysock::Socket::set`] cannot). It replaces the one
    /// before; [`DetachFilter`](anysock::option::socket::DetachFilter) takes it away.
    ///
    /// ```
    /// use anysock::bpf::{self, SockFilter};
    /// use anysock::{Error, PacketSocket};
    /// use anysock_linux::Linux;
    ///
    /// /// A raw socket that receives ARP alone, whatever it is bound to.
    /// fn arp() -> Result<PacketSocket<Linux>, Error> {
    ///     let socket = PacketSocket::raw(Linux)?;
    ///     socket.handle().attach_filter(&[
    ///         SockFilter::new(bpf::LD | bpf::H | bpf::ABS, 12),
    ///         SockFilter::jump(bpf::JMP | bpf::JEQ | bpf::K, 0x0806, 0, 1),
    ///         SockFilter::new(bpf::RET | bpf::K, u32::MAX),
    ///         SockFilter::new(bpf::RET | bpf::K, 0),
    ///     ])?;
    ///     Ok(socket)
    /// }
    /// ```
    ///
    /// # Errors
    /// `EINVAL` for a program that the kernel does not accept: none at all, more than [`MAX_INSTRUCTIONS`], a jump out
    /// of it, an end without a return. `EPERM` where the filter is locked (SO_LOCK_FILTER).
    #[doc(alias("SO_ATTACH_FILTER", "sock_fprog"))]
    pub fn attach_filter(&self, program: &[SockFilter]) -> Result<(), Errno> {
        if program.len() > MAX_INSTRUCTIONS {
            return Err(Errno::EINVAL);
        }
        let mut instructions: Vec<_> = program.iter().map(instruction).collect();
        let program = libc::sock_fprog { len: instructions.len() as u16, filter: instructions.as_mut_ptr() };
        let len = size_of::<libc::sock_fprog>() as libc::socklen_t;
        let (level, name) = (libc::SOL_SOCKET, libc::SO_ATTACH_FILTER);
        // SAFETY: `program` is a `struct sock_fprog` of `len` bytes, and points to as many instructions as it says;
        // the kernel copies both during the call.
        retry(|| unsafe { libc::setsockopt(self.as_raw(), level, name, (&raw const program).cast(), len) })
            .map(|_| ())
    }
}

fn instruction(instruction: &SockFilter) -> libc::sock_filter {
    libc::sock_filter {
        code: instruction.code,
        jt: instruction.jump_true,
        jf: instruction.jump_false,
        k: instruction.constant,
    }
}
