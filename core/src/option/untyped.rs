//! Which options have no type, and why.

use super::TYPES;

const UNTYPED: &[(&str, &[&str])] = &[
    (
        "carries a pointer or a descriptor, which a call with plain bytes refuses; a backend's own calls offer it",
        &[
            "MPTCP_FULL_INFO",
            "PACKET_FANOUT_DATA",
            "RDS_GET_MR",
            "RDS_GET_MR_FOR_DEST",
            "SCTP_SOCKOPT_CONNECTX3",
            "SCTP_SOCKOPT_PEELOFF",
            "SCTP_SOCKOPT_PEELOFF_FLAGS",
            "SO_ATTACH_BPF",
            "SO_ATTACH_FILTER",
            "SO_ATTACH_REUSEPORT_CBPF",
            "SO_ATTACH_REUSEPORT_EBPF",
            "SO_GET_FILTER",
            "SO_PEERPIDFD",
            "TCP_ZEROCOPY_RECEIVE",
            "XDP_UMEM_REG",
        ],
    ),
    (
        "another name of an option that has a type",
        &[
            "IPV6_ADD_MEMBERSHIP",
            "IPV6_DROP_MEMBERSHIP",
            "IPV6_RXDSTOPTS",
            "IPV6_RXHOPOPTS",
            "IP_RECVRETOPTS",
            "SCTP_DELAYED_ACK",
            "SCTP_DELAYED_ACK_TIME",
            "SCTP_EXPOSE_PF_STATE",
            "SCTP_SOCKOPT_CONNECTX_OLD",
            "SO_DETACH_BPF",
            "SO_TIMESTAMP",
            "SO_TIMESTAMPING",
            "SO_TIMESTAMPNS",
        ],
    ),
    ("`getpeername` gives it", &["SO_PEERNAME"]),
    (
        "the type of a control message, no option",
        &[
            "ALG_SET_AEAD_ASSOCLEN",
            "ALG_SET_IV",
            "ALG_SET_OP",
            "IPV6_HOPLIMIT",
            "IPV6_ORIGDSTADDR",
            "IP_ORIGDSTADDR",
            "PACKET_TX_TIMESTAMP",
            "SO_DEVMEM_DMABUF",
            "SO_DEVMEM_LINEAR",
            "TCP_CM_INQ",
        ],
    ),
    (
        "no kernel has it, or none acts on it",
        &[
            "CAIFSO_RSP_PARAM",
            "DCCP_SOCKOPT_CHANGE_L",
            "DCCP_SOCKOPT_CHANGE_R",
            "DCCP_SOCKOPT_PACKET_SIZE",
            "IPV6_AUTHHDR",
            "LLC_OPT_UNKNOWN",
            "NETLINK_RX_RING",
            "NETLINK_TX_RING",
            "PACKET_RECV_OUTPUT",
            "SCTP_SENDMSG_CONNECT",
            "SO_BSDCOMPAT",
            "SO_CIRANGE",
            "SO_SECURITY_AUTHENTICATION",
            "SO_SECURITY_ENCRYPTION_NETWORK",
            "SO_SECURITY_ENCRYPTION_TRANSPORT",
            "SO_VM_SOCKETS_NONBLOCK_TXRX",
            "SO_VM_SOCKETS_PEER_HOST_VM_ID",
            "SO_VM_SOCKETS_TRUSTED",
            "TCP_COOKIE_TRANSACTIONS",
            "TIPC_NODE_RECVQ_DEPTH",
        ],
    ),
    (
        "newer than the headers that structures are proved against",
        &["TCP_AO_ADD_KEY", "TCP_AO_DEL_KEY", "TCP_AO_GET_KEYS", "TCP_AO_INFO", "TCP_AO_REPAIR"],
    ),
    ("its structure changed from one kernel to the next", &["BT_CODEC", "BT_ISO_QOS"]),
    ("bit fields of an interface that is no more made", &["SO_ATMQOS", "SO_ATMSAP"]),
    ("one value is set and another is read", &["DCCP_SOCKOPT_RX_CCID", "DCCP_SOCKOPT_TX_CCID"]),
    ("in a header that no program can include", &["DCCP_SOCKOPT_CCID_RX_INFO", "DCCP_SOCKOPT_CCID_TX_INFO"]),
    ("an array of structures, one of them of any length", &["MPTCP_SUBFLOW_ADDRS", "MPTCP_TCPINFO"]),
    (
        "a policy of IPsec, whose vocabulary is NETLINK_XFRM's",
        &["IPV6_IPSEC_POLICY", "IPV6_XFRM_POLICY", "IP_IPSEC_POLICY", "IP_XFRM_POLICY"],
    ),
];

#[test]
fn each_option_has_a_type_or_a_reason() {
    for (name, types) in TYPES.iter().copied().flatten() {
        let reasons = UNTYPED.iter().filter(|(_, names)| names.contains(name)).count();
        assert_eq!(types.len() + reasons, 1, "{name}");
    }
    for name in UNTYPED.iter().flat_map(|(_, names)| *names) {
        assert!(TYPES.iter().copied().flatten().any(|(known, _)| known == name), "{name}");
    }
}
