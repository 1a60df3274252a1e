//! Options of ISO-TP sockets (ISO 15765-2; linux/can/isotp.h).

use crate::constants::flag_names;
use crate::layout::{newtype_field, structure};

flag_names! {
    /// How an ISO-TP socket behaves: the flags of [`IsoTpOptions`].
    pub struct IsoTpFlags(u32) {
        /// Listen only: send no flow control.
        "CAN_ISOTP_LISTEN_MODE" => LISTEN_MODE = 0x0001;
        /// Extended addressing: the first data byte is [`IsoTpOptions::ext_address`].
        "CAN_ISOTP_EXTEND_ADDR" => EXTEND_ADDR = 0x0002;
        /// Fill sent frames up with [`IsoTpOptions::tx_padding`].
        "CAN_ISOTP_TX_PADDING" => TX_PADDING = 0x0004;
        /// Expect received frames filled up with [`IsoTpOptions::rx_padding`].
        "CAN_ISOTP_RX_PADDING" => RX_PADDING = 0x0008;
        /// Refuse received frames of another length than a filled-up one has.
        "CAN_ISOTP_CHK_PAD_LEN" => CHK_PAD_LEN = 0x0010;
        /// Refuse received frames filled up with other bytes.
        "CAN_ISOTP_CHK_PAD_DATA" => CHK_PAD_DATA = 0x0020;
        /// Sending and receiving exclude each other.
        "CAN_ISOTP_HALF_DUPLEX" => HALF_DUPLEX = 0x0040;
        /// Send with the separation time of `CAN_ISOTP_TX_STMIN`, not the receiver's.
        "CAN_ISOTP_FORCE_TXSTMIN" => FORCE_TXSTMIN = 0x0080;
        /// Ignore consecutive frames that come faster than `CAN_ISOTP_RX_STMIN`.
        "CAN_ISOTP_FORCE_RXSTMIN" => FORCE_RXSTMIN = 0x0100;
        /// Received frames have an extended address of their own.
        "CAN_ISOTP_RX_EXT_ADDR" => RX_EXT_ADDR = 0x0200;
        /// `write` waits until everything is sent. Since Linux 5.11.
        "CAN_ISOTP_WAIT_TX_DONE" => WAIT_TX_DONE = 0x0400;
        /// Functional addressing, one to many: single frames only. Since Linux 5.11.
        "CAN_ISOTP_SF_BROADCAST" => SF_BROADCAST = 0x0800;
        /// One to many without flow control. Since Linux 6.0.
        "CAN_ISOTP_CF_BROADCAST" => CF_BROADCAST = 0x1000;
        /// The flow control's separation time is taken over and can be read. Since Linux 6.4.
        "CAN_ISOTP_DYN_FC_PARMS" => DYN_FC_PARMS = 0x2000;
    }
}

newtype_field!(IsoTpFlags: u32);

structure! {
    "struct can_isotp_options", "linux/can/isotp.h";
    /// What `CAN_ISOTP_OPTS` sets, before the socket is bound.
    pub struct IsoTpOptions {
        /// What is switched on.
        pub flags: IsoTpFlags = "flags",
        /// How long a frame takes to be sent (N_As, N_Ar), in nanoseconds. Zero keeps what is set;
        /// 0xFFFF_FFFF (`CAN_ISOTP_FRAME_TXTIME_ZERO`) sets zero.
        pub frame_txtime: u32 = "frame_txtime",
        /// The extended address.
        pub ext_address: u8 = "ext_address",
        /// What sent frames are filled up with.
        pub tx_padding: u8 = "txpad_content",
        /// What received frames are filled up with.
        pub rx_padding: u8 = "rxpad_content",
        /// The extended address of what is received.
        pub rx_ext_address: u8 = "rx_ext_address",
    }
}

impl Default for IsoTpOptions {
    /// What a new socket has: no flags, 50 µs a frame, and 0xCC to fill up with.
    fn default() -> Self {
        IsoTpOptions {
            flags: IsoTpFlags::empty(),
            frame_txtime: 50_000,
            ext_address: 0,
            tx_padding: 0xCC,
            rx_padding: 0xCC,
            rx_ext_address: 0,
        }
    }
}

structure! {
    "struct can_isotp_fc_options", "linux/can/isotp.h";
    /// What the socket's flow-control frames ask of the sender: `CAN_ISOTP_RECV_FC`. A new socket has zeros.
    #[derive(Default)]
    pub struct IsoTpFlowControl {
        /// Frames until the next flow control; 0 for all.
        pub block_size: u8 = "bs",
        /// Separation time: 0x00 to 0x7F in milliseconds, 0xF1 to 0xF9 in units of 100 µs.
        pub separation_time: u8 = "stmin",
        /// Wait frames at most; 0 sends none.
        pub max_wait_frames: u8 = "wftmax",
    }
}

structure! {
    "struct can_isotp_ll_options", "linux/can/isotp.h";
    /// Which CAN frames carry the messages: `CAN_ISOTP_LL_OPTS`.
    pub struct IsoTpLinkLayer {
        /// 16 for classic frames, 72 for FD.
        pub mtu: u8 = "mtu",
        /// The most data bytes in a frame: 8, 12, 16, 20, 24, 32, 48 or 64.
        pub tx_dl: u8 = "tx_dl",
        /// Flags of sent FD frames ([`super::FdFlags`]).
        pub tx_flags: u8 = "tx_flags",
    }
}

impl Default for IsoTpLinkLayer {
    /// What a new socket has: classic frames of 8 bytes.
    fn default() -> Self {
        IsoTpLinkLayer { mtu: 16, tx_dl: 8, tx_flags: 0 }
    }
}
