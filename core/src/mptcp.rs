//! The structures of Multipath TCP's options (linux/mptcp.h).
//!
//! ```
//! use anysock::{Backend, Error, Socket, option};
//!
//! fn subflows<B: Backend>(mptcp: &Socket<B>) -> Result<u8, Error> {
//!     Ok(mptcp.get(option::mptcp::Info)?.subflows)
//! }
//! ```

use crate::layout::structure;

structure! {
    "struct mptcp_info", "linux/mptcp.h";
    /// State and figures of a connection, as Linux 5.16 has them: `MPTCP_INFO`. Later kernels know more.
    pub struct MptcpInfo {
        /// How many subflows it has besides the first.
        pub subflows: u8 = "mptcpi_subflows",
        /// How many addresses were announced.
        pub addresses_announced: u8 = "mptcpi_add_addr_signal",
        /// How many addresses of the peer's were taken.
        pub addresses_accepted: u8 = "mptcpi_add_addr_accepted",
        /// The most subflows.
        pub max_subflows: u8 = "mptcpi_subflows_max",
        /// The most addresses to announce.
        pub max_addresses_announced: u8 = "mptcpi_add_addr_signal_max",
        /// The most addresses to take.
        pub max_addresses_accepted: u8 = "mptcpi_add_addr_accepted_max",
        /// Bits of `MPTCP_INFO_FLAG_…`.
        pub flags: u32 = "mptcpi_flags",
        /// The token of this end.
        pub token: u32 = "mptcpi_token",
        /// The next number of what is sent.
        pub write_sequence: u64 = "mptcpi_write_seq",
        /// The first number of what is not acknowledged.
        pub send_unacknowledged: u64 = "mptcpi_snd_una",
        /// The next number of what is received.
        pub receive_next: u64 = "mptcpi_rcv_nxt",
        /// How many addresses of this end are used.
        pub local_addresses: u8 = "mptcpi_local_addr_used",
        /// The most that may be.
        pub max_local_addresses: u8 = "mptcpi_local_addr_max",
        /// Whether the data has checksums.
        pub checksum: bool = "mptcpi_csum_enabled",
    }
}
