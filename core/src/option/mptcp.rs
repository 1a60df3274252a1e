//! `SOL_MPTCP`: options of Multipath TCP sockets (RFC 8684, linux/mptcp.h). All are read only.
//!
//! ```
//! use anysock::{Backend, Error, Socket, option};
//!
//! fn paths<B: Backend>(socket: &Socket<B>) -> Result<u8, Error> {
//!     Ok(1 + socket.get(option::mptcp::Info)?.subflows)
//! }
//! ```

use crate::constants::Level;
use crate::mptcp::MptcpInfo;
use crate::option::options;

options! {
    "SOL_MPTCP", Level::MPTCP;

    /// The connection and its subflows, into memory given by pointers: `struct mptcp_full_info`. Since
    /// Linux 6.6.
    MPTCP_FULL_INFO = 4;
    /// State and figures of the connection: `struct mptcp_info`. Since Linux 5.16.
    MPTCP_INFO = 1 => Info: MptcpInfo, get;
    /// The addresses of each subflow: `struct mptcp_subflow_addrs`. Since Linux 5.16.
    MPTCP_SUBFLOW_ADDRS = 3;
    /// State and figures of each subflow: `struct tcp_info`. Since Linux 5.16.
    MPTCP_TCPINFO = 2;
}
