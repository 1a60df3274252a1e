//! `SOL_IP`: messages of IPv4 sockets (ip(7)).
//!
//! What the options of the header say, [`crate::ip_options`] reads.
//!
//! ```
//! use anysock::message::{self, ControlBuffer, InPktinfo};
//! use core::net::Ipv4Addr;
//!
//! // Answer from the address that was asked:
//! let from = InPktinfo { interface: 0, local: Ipv4Addr::LOCALHOST, destination: Ipv4Addr::UNSPECIFIED };
//! let mut buffer = ControlBuffer::<64>::new();
//! buffer.writer().put(message::ip::Pktinfo, &from)?;
//! # Ok::<(), anysock::Errno>(())
//! ```

use core::net::SocketAddrV4;

use super::{InPktinfo, ReceivedError, messages};
use crate::constants::Level;
use crate::option::List;
use crate::text::Name;

messages! {
    Level::IP;

    /// The sum of the data, folded into 32 bits, as the checksum counts it. Since Linux 4.0.
    "IP_CHECKSUM" = 23 => Checksum: u32;
    /// Where it was sent to, before it was redirected here (`IP_RECVORIGDSTADDR`): a `struct sockaddr_in`.
    /// Since Linux 2.6.29.
    "IP_ORIGDSTADDR" = 20 => OrigDstAddr: SocketAddrV4;
    /// Where it came in, or is to leave.
    "IP_PKTINFO" = 8 => Pktinfo: InPktinfo;
    /// Sent: the protocol, in raw sockets of `IPPROTO_RAW`. Since Linux 6.4.
    "IP_PROTOCOL" = 52 => ProtocolOf: i32;
    /// An entry of the error queue.
    "IP_RECVERR" = 11 => RecvErr: ReceivedError<SocketAddrV4>;
    /// The size of the largest fragment. Since Linux 4.2.
    "IP_RECVFRAGSIZE" = 25 => RecvFragSize: i32;
    /// The options of the header as they came (`IP_RECVOPTS`).
    "IP_RECVOPTS" = 6 => RecvOpts: List<u8, 40>;
    /// The options of an answer (`IP_RETOPTS`); sent to have them in the header.
    "IP_RETOPTS" = 7 => RetOpts: List<u8, 40>;
    /// The sender's security context (`IP_PASSSEC`). Since Linux 2.6.17.
    "SCM_SECURITY" = 3 => Security: Name<255>;
    /// Type of service: received as one byte.
    "IP_TOS" = 1 => Tos: i32;
    /// Time to live.
    "IP_TTL" = 2 => Ttl: i32;
}
