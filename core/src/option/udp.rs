//! `SOL_UDP` and `SOL_UDPLITE`: options of UDP sockets (udp(7), linux/udp.h).
//!
//! ```
//! use anysock::{Backend, Error, Socket, option};
//!
//! fn example<B: Backend>(socket: &Socket<B>) -> Result<bool, Error> {
//!     socket.set(option::udp::Cork, true)?;
//!     socket.get(option::udp::Cork)
//! }
//! ```

use crate::constants::Level;
use crate::option::options;

options! {
    "SOL_UDP", Level::UDP;

    /// The least checksum coverage that is accepted, in bytes (RFC 3828, SOL_UDPLITE).
    UDPLITE_RECV_CSCOV = 11 => ReceiveCoverage: i32, get set;
    /// How many bytes of each datagram its checksum covers (RFC 3828, SOL_UDPLITE).
    UDPLITE_SEND_CSCOV = 10 => SendCoverage: i32, get set;
    /// Whether data is gathered into one datagram, sent when it is switched off. Since Linux 2.5.44.
    UDP_CORK = 1 => Cork: bool, get set;
    /// What the datagrams carry for the kernel to unwrap: `UDP_ENCAP_ESPINUDP` and its like. Since Linux
    /// 2.5.67.
    UDP_ENCAP = 100 => Encap: i32, get set;
    /// Whether datagrams of one flow arrive as one, with their size beside it. Since Linux 5.0.
    UDP_GRO = 104 => Gro: bool, get set;
    /// Whether datagrams over IPv6 are accepted without checksum (RFC 6935). Since Linux 3.16.
    UDP_NO_CHECK6_RX = 102 => NoChecksum6Rx: bool, get set;
    /// Whether datagrams over IPv6 are sent without checksum (RFC 6935). Since Linux 3.16.
    UDP_NO_CHECK6_TX = 101 => NoChecksum6Tx: bool, get set;
    /// The size, in bytes, of the datagrams that each message sent is cut into; 0 for no cutting. Since
    /// Linux 4.18.
    UDP_SEGMENT = 103 => Segment: i32, get set;
}
