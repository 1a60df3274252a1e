//! Blocks of a ring of version 3: many packets that the kernel hands over at once.

use crate::error::DecodeError;
use crate::layout::structure;

use super::{Tpacket3Hdr, TpacketStatus};

structure! {
    "struct tpacket_bd_ts", "linux/if_packet.h";
    /// When a block was opened, or closed.
    pub struct TpacketBdTs {
        /// Seconds.
        pub seconds: u32 = "ts_sec",
        /// Nanoseconds.
        pub nanoseconds: u32 = "ts_nsec",
    }
}

structure! {
    "struct tpacket_hdr_v1", "linux/if_packet.h";
    /// What is in a block.
    pub struct TpacketHdrV1 {
        /// Whose it is: the program's with [`TpacketStatus::USER`].
        pub status: TpacketStatus = "block_status",
        /// How many packets.
        pub packets: u32 = "num_pkts",
        /// Where the first one's header is, from the block's beginning on.
        pub first: u32 = "offset_to_first_pkt",
        /// How many bytes of the block are used.
        pub len: u32 = "blk_len",
        /// The number of the block, since the ring was made.
        pub sequence: u64 = "seq_num",
        /// When it was opened.
        pub opened: TpacketBdTs = "ts_first_pkt",
        /// The time of the last packet, or when the block was closed without any.
        pub last: TpacketBdTs = "ts_last_pkt",
    }
}

structure! {
    "struct tpacket_block_desc", "linux/if_packet.h";
    /// The beginning of a block.
    pub struct TpacketBlockDesc {
        /// The version of this structure: 1.
        pub version: u32 = "version",
        /// Where the program's own room is, from the block's beginning on.
        pub private: u32 = "offset_to_priv",
        /// What is in the block.
        pub header: TpacketHdrV1 = "hdr",
    }
}

/// A block, as it is in a ring.
///
/// ```
/// use anysock::packet::{Block, Tpacket3Hdr};
///
/// fn bytes_captured(block: &[u8]) -> Result<usize, anysock::DecodeError> {
///     let block = Block::new(block)?;
///     Ok(block.packets().map(|(_, data)| data.len()).sum())
/// }
/// assert_eq!(bytes_captured(&[0; 48]), Ok(0));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Block<'a> {
    bytes: &'a [u8],
    /// What is in it.
    pub description: TpacketBlockDesc,
}

impl<'a> Block<'a> {
    /// The block that `bytes` are.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] where there are not even those of its description.
    pub fn new(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        Ok(Block { bytes, description: TpacketBlockDesc::decode(bytes)? })
    }

    /// The packets in it, with their bytes from the link layer on. Ends early at an offset that leads out of
    /// the block.
    pub fn packets(&self) -> BlockPackets<'a> {
        let header = self.description.header;
        BlockPackets { bytes: self.bytes, offset: header.first as usize, left: header.packets }
    }
}

/// The packets of a [`Block`].
#[derive(Clone, Debug, Default)]
pub struct BlockPackets<'a> {
    bytes: &'a [u8],
    offset: usize,
    left: u32,
}

impl<'a> Iterator for BlockPackets<'a> {
    type Item = (Tpacket3Hdr, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let packet = self.bytes.get(self.offset..)?;
        let header = Tpacket3Hdr::decode(packet).ok()?;
        let data = packet.get(usize::from(header.mac)..)?.get(..header.captured as usize)?;
        match header.next_offset {
            0 => self.left = 0,
            next => self.offset = self.offset.saturating_add(next as usize),
        }
        Some((header, data))
    }
}
