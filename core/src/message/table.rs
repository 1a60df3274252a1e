//! The names of control messages.

use super::{
    alg, bluetooth, can, hci, ip, ipv6, llc, netlink, packet, rxrpc, sctp, socket, tcp, tipc, tls, udp, vsock,
};
use crate::constants::{Constant, Level};

static TABLES: &[&[(Level, Constant)]] = &[
    socket::TABLE,
    ip::TABLE,
    ipv6::TABLE,
    tcp::TABLE,
    udp::TABLE,
    can::TABLE,
    sctp::TABLE,
    packet::TABLE,
    llc::TABLE,
    netlink::TABLE,
    tipc::TABLE,
    rxrpc::TABLE,
    bluetooth::TABLE,
    hci::TABLE,
    alg::TABLE,
    tls::TABLE,
    vsock::TABLE,
];

/// Every kind of control message that this crate has a type for, with its level.
pub fn all() -> impl Iterator<Item = &'static (Level, Constant)> {
    TABLES.iter().copied().flatten()
}

/// The C name of a kind of control message, for a trace.
///
/// ```
/// use anysock::{Level, message};
///
/// assert_eq!(message::name_of(Level::IP, 8), Some("IP_PKTINFO"));
/// assert_eq!(message::name_of(Level::IP, 4711), None);
/// ```
pub fn name_of(level: Level, name: i32) -> Option<&'static str> {
    all().find(|(of, known)| *of == level && known.value == i64::from(name)).map(|(_, known)| known.name)
}
