//! `SOL_XDP`: options of XDP sockets (linux/if_xdp.h). Since Linux 4.18.
//!
//! ```
//! use anysock::{Backend, Error, Socket, option};
//!
//! fn example<B: Backend>(socket: &Socket<B>) -> Result<(), Error> {
//!     socket.set(option::xdp::MaxTxBudget, 64)
//! }
//! ```

use crate::constants::Level;
use crate::option::options;
use crate::xdp::{XdpMmapOffsets, XdpOptions, XdpStatistics};

options! {
    "SOL_XDP", Level::XDP;

    /// How many packets one `send` passes on in copy mode. Set only; since Linux 6.17.
    XDP_MAX_TX_SKB_BUDGET = 9 => MaxTxBudget: u32, set;
    /// Where the parts of the rings are: `struct xdp_mmap_offsets`. Read only.
    XDP_MMAP_OFFSETS = 1 => MmapOffsets: XdpMmapOffsets, get;
    /// Whether nothing is copied: `struct xdp_options`. Read only; since Linux 5.3.
    XDP_OPTIONS = 8 => Options: XdpOptions, get;
    /// Makes the ring of received frames, with so many descriptors, a power of two. Set only.
    XDP_RX_RING = 2 => RxRing: u32, set;
    /// What was dropped: `struct xdp_statistics`. Read only.
    XDP_STATISTICS = 7 => Statistics: XdpStatistics, get;
    /// Makes the ring of frames to send, with so many descriptors, a power of two. Set only.
    XDP_TX_RING = 3 => TxRing: u32, set;
    /// Makes the ring of frames that were sent, with so many descriptors, a power of two. Set only.
    XDP_UMEM_COMPLETION_RING = 6 => CompletionRing: u32, set;
    /// Makes the ring of frames to fill, with so many descriptors, a power of two. Set only.
    XDP_UMEM_FILL_RING = 5 => FillRing: u32, set;
    /// Registers the memory of the frames, by a pointer: `struct xdp_umem_reg`. Set only.
    XDP_UMEM_REG = 4;
}
