//! The names of control messages.

use super::{
    alg, bluetooth, can, hci, ieee802154, ip, ipv6, iucv, llc, netlink, packet, rds, rxrpc, sctp, socket,
    tcp, tipc, tls, udp, vsock,
};
use crate::constants::Level;

static TABLES: &[&[Kind]] = &[
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
    rds::TABLE,
    iucv::TABLE,
    ieee802154::TABLE,
    bluetooth::TABLE,
    hci::TABLE,
    alg::TABLE,
    tls::TABLE,
    vsock::TABLE,
];

/// A kind of control message that this crate has a type for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Kind {
    /// `cmsg_level`.
    pub level: Level,
    /// `cmsg_type`.
    pub name: i32,
    /// The name of the type in C.
    pub c_name: &'static str,
}

/// Every kind of control message that this crate has a type for.
pub fn all() -> impl Iterator<Item = &'static Kind> {
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
    all().find(|kind| kind.level == level && kind.name == name).map(|kind| kind.c_name)
}
