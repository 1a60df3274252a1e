//! What a node's IP has counted: the fields of `/proc/net/snmp` and `/proc/net/snmp6`, both families together.

/// What a node's IP has counted since it started (RFC 4293, RFC 4022, RFC 4113).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct InetStatistics {
    /// `InHdrErrors`: packets that were malformed or whose checksum was wrong, and routed ones that were too old.
    pub ip_in_header_errors: u64,
    /// `InAddrErrors`: packets for somebody else.
    pub ip_in_address_errors: u64,
    /// `InUnknownProtos`: packets of a protocol that the node has not.
    pub ip_in_unknown_protocols: u64,
    /// `ForwDatagrams`: packets that were passed on.
    pub ip_forwarded: u64,
    /// `OutNoRoutes`: packets for which there was no way.
    pub ip_out_no_routes: u64,
    /// `FragFails`: packets that were too big for the way and must not be fragmented.
    pub ip_fragmentation_failures: u64,
    /// `FragCreates`: fragments made.
    pub ip_fragments_created: u64,
    /// `ReasmOKs`: packets put together again.
    pub ip_reassembled: u64,
    /// `IcmpInMsgs`.
    pub icmp_in_messages: u64,
    /// `IcmpInCsumErrors`: messages whose checksum was wrong, or that were too short for one.
    pub icmp_in_checksum_errors: u64,
    /// `IcmpOutMsgs`.
    pub icmp_out_messages: u64,
    /// `TcpExtOutOfWindowIcmps`: messages about what was not in flight.
    pub tcp_out_of_window_icmps: u64,
    /// `TcpInErrs`: segments that were malformed or whose checksum was wrong.
    pub tcp_in_errors: u64,
    /// `UdpInErrors`: datagrams that were malformed or whose checksum was wrong, or for which there was no room.
    pub udp_in_errors: u64,
    /// `UdpNoPorts`: datagrams for a port that nobody has.
    pub udp_no_ports: u64,
}
