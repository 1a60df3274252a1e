//! `SOL_LLC`: where an IEEE 802.2 frame came in (linux/llc.h).
//!
//! ```
//! use anysock::message::llc::LlcPktinfo;
//!
//! let info = LlcPktinfo { interface: 3, sap: 0x42, mac: [2, 0, 0, 0, 0, 1] };
//! assert_eq!(LlcPktinfo::decode(&info.encode()), Ok(info));
//! ```

use super::messages;
use crate::constants::Level;
use crate::layout::structure;

structure! {
    "struct llc_pktinfo", "linux/llc.h";
    /// Where a frame came in.
    pub struct LlcPktinfo {
        /// The interface's number.
        pub interface: u32 = "lpi_ifindex",
        /// The service access point that it was sent to.
        pub sap: u8 = "lpi_sap",
        /// The hardware address that it was sent to.
        pub mac: [u8; 6] = "lpi_mac",
    }
}

messages! {
    Level::LLC;

    /// Where it came in (option `LLC_OPT_PKTINFO`). Since Linux 2.6.30.
    "LLC_OPT_PKTINFO" = 9 => Pktinfo: LlcPktinfo;
}
