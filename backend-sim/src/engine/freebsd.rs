//! Options of TCP's sockets on nodes whose TCP is BSD's. FreeBSD's numbers of them (sys/netinet/tcp.h) are Linux's of
//! others: those here are [`FIRST`] more.

/// From here on there are no options of Linux's.
pub const FIRST: i32 = 0x1_0000;
/// A connection sends no options with its segments, and takes none up.
pub const TCP_NOOPT: i32 = FIRST + 8;
/// The peer's port of UDP, in which a connection's segments go; the node's own is `simulator.tcp_tunnel_port`.
pub const TCP_REMOTE_UDP_ENCAPS_PORT: i32 = FIRST + 71;
/// Fast Open is switched on or off by a number, behind which there may be 16 octets of a key that both ends have.
pub const TCP_FASTOPEN: i32 = FIRST + 1025;
