//! What a TCP connection in repair mode is saved and restored by (linux/tcp.h).

use crate::layout::structure;

structure! {
    "struct tcp_repair_opt", "linux/tcp.h";
    /// An option of the peer's SYN: one of the array of `TCP_REPAIR_OPTIONS`.
    pub struct TcpRepairOpt {
        /// Its number: 2 the segment size, 3 the window scales, 4 SACK, 8 timestamps (RFC 9293 §3.2).
        pub code: u32 = "opt_code",
        /// Its value; of the window scales this end's in the upper 16 bits.
        pub value: u32 = "opt_val",
    }
}

structure! {
    "struct tcp_repair_window", "linux/tcp.h";
    /// Both windows: `TCP_REPAIR_WINDOW`.
    pub struct TcpRepairWindow {
        /// The segment that last updated the window to send into (SND.WL1).
        pub send_update: u32 = "snd_wl1",
        /// The window to send into (SND.WND), in bytes.
        pub send_window: u32 = "snd_wnd",
        /// The largest window that the peer has offered, in bytes.
        pub max_window: u32 = "max_window",
        /// The window to receive into (RCV.WND), in bytes.
        pub receive_window: u32 = "rcv_wnd",
        /// RCV.NXT when that was last sent.
        pub receive_update: u32 = "rcv_wup",
    }
}
