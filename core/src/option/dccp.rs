//! `SOL_DCCP`: options of DCCP sockets (RFC 4340, linux/dccp.h). DCCP was removed in Linux 6.16.
//!
//! ```
//! use anysock::{Backend, Error, Socket, option};
//!
//! fn example<B: Backend>(socket: &Socket<B>) -> Result<bool, Error> {
//!     socket.set(option::dccp::ServerTimewait, true)?;
//!     socket.get(option::dccp::ServerTimewait)
//! }
//! ```

use crate::constants::Level;
use crate::layout::Be32;
use crate::option::{List, options};

options! {
    "SOL_DCCP", Level::DCCP;

    /// The congestion controls that the kernel has, a byte each. Read only; since Linux 2.6.29.
    DCCP_SOCKOPT_AVAILABLE_CCIDS = 12 => AvailableCcids<N>: List<u8, N>, get;
    /// The congestion controls for both directions, in order of preference, a byte each. Set only; since
    /// Linux 2.6.29.
    DCCP_SOCKOPT_CCID = 13 => Ccid<N>: List<u8, N>, set;
    /// What the receiving congestion control knows: `struct tfrc_rx_info`. Read only.
    DCCP_SOCKOPT_CCID_RX_INFO = 128;
    /// What the sending congestion control knows: `struct tfrc_tx_info`. Read only.
    DCCP_SOCKOPT_CCID_TX_INFO = 192;
    /// Negotiates a feature of this end; without effect since Linux 2.6.29.
    DCCP_SOCKOPT_CHANGE_L = 3;
    /// Negotiates a feature of the peer; without effect since Linux 2.6.29.
    DCCP_SOCKOPT_CHANGE_R = 4;
    /// The largest packet that may be sent now, in bytes. Read only.
    DCCP_SOCKOPT_GET_CUR_MPS = 5 => MaxPacketSize: i32, get;
    /// The size of packets; deprecated, without effect.
    DCCP_SOCKOPT_PACKET_SIZE = 1;
    /// How packets wait to be sent: `DCCPQ_POLICY_…`. Since Linux 2.6.38.
    DCCP_SOCKOPT_QPOLICY_ID = 16 => QueuePolicy: i32, get set;
    /// How many packets may wait to be sent. Since Linux 2.6.38.
    DCCP_SOCKOPT_QPOLICY_TXQLEN = 17 => QueueLength: i32, get set;
    /// The least checksum coverage that is accepted, 0 to 15.
    DCCP_SOCKOPT_RECV_CSCOV = 11 => ReceiveCoverage: i32, get set;
    /// The congestion control for receiving, one byte. Since Linux 2.6.29.
    DCCP_SOCKOPT_RX_CCID = 15;
    /// How much of each packet its checksum covers, 0 to 15.
    DCCP_SOCKOPT_SEND_CSCOV = 10 => SendCoverage: i32, get set;
    /// Whether this end keeps the TIME-WAIT state after closing.
    DCCP_SOCKOPT_SERVER_TIMEWAIT = 6 => ServerTimewait: bool, get set;
    /// The service codes, 32 bits each in network byte order.
    DCCP_SOCKOPT_SERVICE = 2 => Service<N>: List<Be32, N>, get set;
    /// The congestion control for sending, one byte. Since Linux 2.6.29.
    DCCP_SOCKOPT_TX_CCID = 14;
}
