//! The headers of packet rings, and what sets a ring up.

use crate::constants::flag_names;
use crate::error::DecodeError;
use crate::layout::{Field, newtype_field, structure};
use crate::option::OptionValue;

flag_names! {
    /// What is known of a packet. Zero: the frame is the kernel's.
    pub struct TpacketStatus(u32) {
        /// Received: the frame is the program's.
        "TP_STATUS_USER" => USER = 1 << 0;
        /// Received: it was cut off; the whole packet can be read from the socket.
        "TP_STATUS_COPY" => COPY = 1 << 1;
        /// Received: packets were dropped since the statistics were read.
        "TP_STATUS_LOSING" => LOSING = 1 << 2;
        /// Received: the checksum is still to be computed.
        "TP_STATUS_CSUMNOTREADY" => CSUMNOTREADY = 1 << 3;
        /// Received: there is a VLAN tag.
        "TP_STATUS_VLAN_VALID" => VLAN_VALID = 1 << 4;
        /// Received: the block was closed because its time was over.
        "TP_STATUS_BLK_TMO" => BLK_TMO = 1 << 5;
        /// Received: there is a VLAN protocol identifier.
        "TP_STATUS_VLAN_TPID_VALID" => VLAN_TPID_VALID = 1 << 6;
        /// Received: the checksum is right.
        "TP_STATUS_CSUM_VALID" => CSUM_VALID = 1 << 7;
        /// Received: segments of TCP, put together. Since Linux 6.3.
        "TP_STATUS_GSO_TCP" => GSO_TCP = 1 << 8;
        /// The time is software's.
        "TP_STATUS_TS_SOFTWARE" => TS_SOFTWARE = 1 << 29;
        /// The time is the interface's, in the system's clock; no kernel of today gives it.
        "TP_STATUS_TS_SYS_HARDWARE" => TS_SYS_HARDWARE = 1 << 30;
        /// The time is the interface's.
        "TP_STATUS_TS_RAW_HARDWARE" => TS_RAW_HARDWARE = 1 << 31;
        /// Received: the frame is the kernel's.
        "TP_STATUS_KERNEL" => KERNEL = 0;
        /// Sending: the frame may be filled.
        "TP_STATUS_AVAILABLE" => AVAILABLE = 0;
        /// Sending: the frame is to be sent. The number of [`TpacketStatus::USER`].
        "TP_STATUS_SEND_REQUEST" => SEND_REQUEST = 1 << 0;
        /// Sending: the frame is being sent. The number of [`TpacketStatus::COPY`].
        "TP_STATUS_SENDING" => SENDING = 1 << 1;
        /// Sending: the frame was refused. The number of [`TpacketStatus::LOSING`].
        "TP_STATUS_WRONG_FORMAT" => WRONG_FORMAT = 1 << 2;
    }
}

newtype_field!(TpacketStatus: u32);

structure! {
    "struct tpacket_auxdata", "linux/if_packet.h";
    /// What is known of a packet beside its bytes: the control message `PACKET_AUXDATA`.
    pub struct TpacketAuxdata {
        /// Which of the rest is known.
        pub status: TpacketStatus = "tp_status",
        /// The length of the packet, in bytes.
        pub len: u32 = "tp_len",
        /// How many bytes of it were kept.
        pub captured: u32 = "tp_snaplen",
        /// Where the link-layer header begins.
        pub mac: u16 = "tp_mac",
        /// Where the network-layer header begins.
        pub net: u16 = "tp_net",
        /// The VLAN tag that was taken off.
        pub vlan_tci: u16 = "tp_vlan_tci",
        /// Its protocol identifier.
        pub vlan_tpid: u16 = "tp_vlan_tpid",
    }
}

structure! {
    "struct tpacket_hdr", "linux/if_packet.h";
    /// The header of a frame in a ring of version 1, whose status is a `long`.
    pub struct TpacketHdr {
        /// What is known of it ([`TpacketStatus`] in the lower 32 bits).
        pub status: usize = "tp_status",
        /// The length of the packet, in bytes.
        pub len: u32 = "tp_len",
        /// How many bytes of it were kept.
        pub captured: u32 = "tp_snaplen",
        /// Where the link-layer header begins, from the header on.
        pub mac: u16 = "tp_mac",
        /// Where the network-layer header begins, from the header on.
        pub net: u16 = "tp_net",
        /// When it arrived: seconds.
        pub seconds: u32 = "tp_sec",
        /// And microseconds.
        pub microseconds: u32 = "tp_usec",
    }
}

structure! {
    "struct tpacket2_hdr", "linux/if_packet.h";
    /// The header of a frame in a ring of version 2.
    pub struct Tpacket2Hdr {
        /// What is known of it.
        pub status: TpacketStatus = "tp_status",
        /// The length of the packet, in bytes.
        pub len: u32 = "tp_len",
        /// How many bytes of it were kept.
        pub captured: u32 = "tp_snaplen",
        /// Where the link-layer header begins, from the header on.
        pub mac: u16 = "tp_mac",
        /// Where the network-layer header begins, from the header on.
        pub net: u16 = "tp_net",
        /// When it arrived: seconds.
        pub seconds: u32 = "tp_sec",
        /// And nanoseconds.
        pub nanoseconds: u32 = "tp_nsec",
        /// The VLAN tag that was taken off.
        pub vlan_tci: u16 = "tp_vlan_tci",
        /// Its protocol identifier.
        pub vlan_tpid: u16 = "tp_vlan_tpid",
        /// Nothing.
        pub padding: [u8; 4] = "tp_padding",
    }
}

structure! {
    "struct tpacket_hdr_variant1", "linux/if_packet.h";
    /// What a ring of version 3 knows more.
    pub struct TpacketHdrVariant1 {
        /// The hash of the flow, where `TP_FT_REQ_FILL_RXHASH` asked for it.
        pub rxhash: u32 = "tp_rxhash",
        /// The VLAN tag that was taken off.
        pub vlan_tci: u32 = "tp_vlan_tci",
        /// Its protocol identifier.
        pub vlan_tpid: u16 = "tp_vlan_tpid",
        /// Nothing.
        pub padding: u16 = "tp_padding",
    }
}

structure! {
    "struct tpacket3_hdr", "linux/if_packet.h";
    /// The header of a packet in a block of a ring of version 3.
    pub struct Tpacket3Hdr {
        /// Where the next packet's header is, from this one on; 0 in the last.
        pub next_offset: u32 = "tp_next_offset",
        /// When it arrived: seconds.
        pub seconds: u32 = "tp_sec",
        /// And nanoseconds.
        pub nanoseconds: u32 = "tp_nsec",
        /// How many bytes of it were kept.
        pub captured: u32 = "tp_snaplen",
        /// The length of the packet, in bytes.
        pub len: u32 = "tp_len",
        /// What is known of it.
        pub status: TpacketStatus = "tp_status",
        /// Where the link-layer header begins, from the header on.
        pub mac: u16 = "tp_mac",
        /// Where the network-layer header begins, from the header on.
        pub net: u16 = "tp_net",
        /// The hash of the flow, and the VLAN tag.
        pub variant: TpacketHdrVariant1 = "hv1",
        /// Nothing.
        pub padding: [u8; 8] = "tp_padding",
    }
}

structure! {
    "struct tpacket_req", "linux/if_packet.h";
    /// How large a ring of version 1 or 2 is: `PACKET_RX_RING`, `PACKET_TX_RING`.
    pub struct TpacketReq {
        /// The size of a block: a multiple of a page.
        pub block_size: u32 = "tp_block_size",
        /// How many blocks.
        pub block_count: u32 = "tp_block_nr",
        /// The size of a frame: a multiple of 16.
        pub frame_size: u32 = "tp_frame_size",
        /// How many frames: as many as the blocks hold.
        pub frame_count: u32 = "tp_frame_nr",
    }
}

structure! {
    "struct tpacket_req3", "linux/if_packet.h";
    /// How large a ring of version 3 is.
    #[derive(Default)]
    pub struct TpacketReq3 {
        /// The size of a block: a multiple of a page.
        pub block_size: u32 = "tp_block_size",
        /// How many blocks.
        pub block_count: u32 = "tp_block_nr",
        /// The size of a frame: a multiple of 16.
        pub frame_size: u32 = "tp_frame_size",
        /// How many frames: as many as the blocks hold.
        pub frame_count: u32 = "tp_frame_nr",
        /// After how many milliseconds a block is closed; 0 leaves it to the kernel.
        pub retire_block_timeout: u32 = "tp_retire_blk_tov",
        /// Room at the beginning of each block for the program, in bytes.
        pub private_size: u32 = "tp_sizeof_priv",
        /// 1 (`TP_FT_REQ_FILL_RXHASH`) asks for the hash of each flow.
        pub features: u32 = "tp_feature_req_word",
    }
}

/// How large a ring is, of either layout: the value of `PACKET_RX_RING` and `PACKET_TX_RING`. All zeros takes the ring
/// away.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum RingRequest {
    /// Of version 1 or 2.
    V1(TpacketReq),
    /// Of version 3.
    V3(TpacketReq3),
}

impl OptionValue for RingRequest {
    type Bytes = heapless::Vec<u8, { TpacketReq3::SIZE }>;

    fn encode(&self) -> Self::Bytes {
        let mut bytes = Self::buffer();
        match self {
            RingRequest::V1(request) => {
                request.put(&mut bytes);
                bytes.truncate(TpacketReq::SIZE);
            }
            RingRequest::V3(request) => request.put(&mut bytes),
        }
        bytes
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        if bytes.len() < TpacketReq3::SIZE {
            return TpacketReq::decode(bytes).map(RingRequest::V1);
        }
        TpacketReq3::decode(bytes).map(RingRequest::V3)
    }

    fn buffer() -> Self::Bytes {
        heapless::Vec::from_array([0; TpacketReq3::SIZE])
    }
}
