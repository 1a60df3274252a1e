//! The memory-mapped ring of received packets, of version 3 (packet(7),
//! Documentation/networking/packet_mmap.rst).

use core::mem::offset_of;
use core::ptr::{self, NonNull};
use core::slice;
use core::sync::atomic::{AtomicU32, Ordering};
use core::time::Duration;

use anysock::constants::packet::PacketRingVersion;
use anysock::option::packet::{RxRing, Version};
use anysock::option::socket::PendingError;
use anysock::packet::{Block, BlockPackets, RingRequest, TpacketReq3, TpacketStatus};
use anysock::{Backend, Errno, Error, PacketAddr, PacketSocket, PollEvents, Wait};

use crate::errno::last;
use crate::{Handle, Linux};

/// What the kernel counts a ring in: frames of this many bytes. Those of version 3 are as long as they are.
const FRAME_SIZE: u32 = 2048;

/// Where a block says whose it is.
const STATUS: usize = offset_of!(libc::tpacket_block_desc, hdr);

/// How large a ring is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RingSize {
    /// The size of a block in bytes: a multiple of a page, and of 2,048. A packet that is longer than a block is cut
    /// off.
    pub block_size: u32,
    /// How many blocks.
    pub blocks: u32,
    /// After how long a block with packets is handed over though it has room; in milliseconds.
    pub retire_timeout: Duration,
}

/// Eight blocks of 256 KiB, handed over after 10 ms.
impl Default for RingSize {
    fn default() -> Self {
        RingSize { block_size: 1 << 18, blocks: 8, retire_timeout: Duration::from_millis(10) }
    }
}

/// Packets that the kernel writes into memory shared with this program, block by block: receiving one costs no system
/// call, unless there is nothing to receive.
///
/// ```
/// use anysock::constants::ethernet::EtherType;
/// use anysock::{Error, PacketAddr};
/// use anysock_linux::{PacketRing, RingSize};
///
/// /// How many bytes of IPv4 the next `count` blocks of packets have.
/// fn bytes(interface: u32, count: usize) -> Result<usize, Error> {
///     let address = PacketAddr { interface, protocol: EtherType::IP.0, ..PacketAddr::default() };
///     let mut ring = PacketRing::bind(RingSize::default(), &address)?;
///     let mut bytes = 0;
///     for _ in 0..count {
///         let block = ring.recv()?;
///         bytes += block.packets().map(|(_header, data)| data.len()).sum::<usize>();
///     }
///     Ok(bytes)
/// }
/// ```
#[derive(Debug)]
pub struct PacketRing {
    socket: PacketSocket<Linux>,
    memory: Memory,
    block_size: usize,
    blocks: usize,
    /// The block that the kernel hands over next.
    next: usize,
}

impl PacketRing {
    /// A ring of a raw socket of its own, which receives nothing until that is bound ([`PacketRing::socket`]).
    ///
    /// # Errors
    /// `EPERM` without the right to raw sockets, `EINVAL` for a size that cannot be, `ENOMEM`.
    pub fn open(size: RingSize) -> Result<Self, Error> {
        let frames = (size.block_size / FRAME_SIZE).checked_mul(size.blocks);
        let block_size = size.block_size as usize;
        let blocks = size.blocks as usize;
        let (Some(frame_count), Some(len)) = (frames, block_size.checked_mul(blocks)) else {
            return Err(Errno::EINVAL.into());
        };
        let timeout = size.retire_timeout.as_millis();
        // The socket is nobody else's until its memory is mapped. From then on the kernel refuses to change the ring
        // (EBUSY), so that the memory stays as it is laid out here.
        let socket = PacketSocket::raw(Linux)?;
        socket.set(Version, PacketRingVersion::V3.0)?;
        socket.set(
            RxRing,
            RingRequest::V3(TpacketReq3 {
                block_size: size.block_size,
                block_count: size.blocks,
                frame_size: FRAME_SIZE,
                frame_count,
                // Zero would leave it to the kernel.
                retire_block_timeout: u32::try_from(timeout).map_err(|_| Errno::EINVAL)?.max(1),
                ..TpacketReq3::default()
            }),
        )?;
        let memory = Memory::of(socket.handle(), len)?;
        Ok(PacketRing { socket, memory, block_size, blocks, next: 0 })
    }

    /// The socket: to bind it, to join, to share, to attach a filter, for statistics.
    pub fn socket(&self) -> &PacketSocket<Linux> {
        &self.socket
    }

    /// The socket, to change its timeout, which is how long [`PacketRing::recv`] may take.
    pub fn socket_mut(&mut self) -> &mut PacketSocket<Linux> {
        &mut self.socket
    }

    /// [`PacketRing::open`], bound.
    ///
    /// # Errors
    /// As [`PacketRing::open`] and [`PacketSocket::bind`].
    pub fn bind(size: RingSize, address: &PacketAddr) -> Result<Self, Error> {
        let ring = PacketRing::open(size)?;
        ring.socket.bind(address)?;
        Ok(ring)
    }

    /// The next block of packets, waiting for one. Dropped, it is the kernel's again.
    ///
    /// # Errors
    /// [`Error::TimedOut`]; `EAGAIN` with a timeout of zero; `ENETDOWN`, once, where the interface went down.
    pub fn recv(&mut self) -> Result<RingBlock<'_>, Error> {
        let deadline = self.socket.socket().deadline();
        // What the kernel wrote before it handed the block over is seen after this.
        while self.status().load(Ordering::Acquire) & TpacketStatus::USER.bits() == 0 {
            if self.socket.timeout() == Some(Duration::ZERO) {
                return Err(Errno::EAGAIN.into());
            }
            let mut waits = [Wait::new(self.socket.handle(), PollEvents::IN)];
            if Linux.wait(&mut waits, deadline)? == 0 {
                return Err(Error::TimedOut);
            }
            if let Some(errno) = self.socket.get(PendingError)? {
                return Err(errno.into());
            }
        }
        Ok(RingBlock { ring: self })
    }

    /// Where the next block begins.
    fn block(&self) -> NonNull<u8> {
        // SAFETY: `next` is less than `blocks`, and the memory has `blocks` times `block_size` bytes.
        unsafe { self.memory.start.add(self.next * self.block_size) }
    }

    /// Whose the next block is.
    fn status(&self) -> &AtomicU32 {
        // SAFETY: every block begins at a page, so that its status, within its first bytes, is aligned. Kernel and
        // program both read and write it in one piece.
        unsafe { AtomicU32::from_ptr(self.block().add(STATUS).cast().as_ptr()) }
    }
}

/// A block of packets. Dropped, it is the kernel's again.
#[derive(Debug)]
pub struct RingBlock<'r> {
    ring: &'r mut PacketRing,
}

impl RingBlock<'_> {
    /// The packets, with their bytes from the link layer on. It ends early at an offset that leads out of the block.
    pub fn packets(&self) -> BlockPackets<'_> {
        // A block has at least a page, and so its description.
        Block::new(self.bytes()).map(|block| block.packets()).unwrap_or_default()
    }

    fn bytes(&self) -> &[u8] {
        // SAFETY: the block is this program's until `drop`, which the borrow does not outlive: the kernel does not
        // write to it, and nothing else maps the ring. It is `block_size` bytes of the mapped memory.
        unsafe { slice::from_raw_parts(self.ring.block().as_ptr(), self.ring.block_size) }
    }
}

impl Drop for RingBlock<'_> {
    fn drop(&mut self) {
        // What was read of the block is read before this.
        self.ring.status().store(TpacketStatus::KERNEL.bits(), Ordering::Release);
        self.ring.next = (self.ring.next + 1) % self.ring.blocks;
    }
}

/// The mapped memory. It keeps the socket open, whatever becomes of its descriptors.
#[derive(Debug)]
struct Memory {
    start: NonNull<u8>,
    len: usize,
}

// SAFETY: the memory is the process's, not a thread's.
unsafe impl Send for Memory {}
// SAFETY: through a shared Memory only a status is read, in one piece.
unsafe impl Sync for Memory {}

impl Memory {
    fn of(handle: &Handle, len: usize) -> Result<Self, Errno> {
        let protection = libc::PROT_READ | libc::PROT_WRITE;
        // SAFETY: the kernel chooses an address that is not in use.
        let start =
            unsafe { libc::mmap(ptr::null_mut(), len, protection, libc::MAP_SHARED, handle.as_raw(), 0) };
        if start == libc::MAP_FAILED {
            return Err(last());
        }
        Ok(Memory { start: NonNull::new(start.cast()).ok_or(Errno::ENOMEM)?, len })
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        // SAFETY: the memory was mapped with this length, and nothing borrows it any more.
        unsafe { libc::munmap(self.start.as_ptr().cast(), self.len) };
    }
}
