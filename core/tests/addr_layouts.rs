//! Every address is the bytes that a C compiler makes of the same fields with the system's headers.
#![cfg(target_os = "linux")]

mod c_program;

use std::fmt::Write;

use anysock::addr::*;

/// A structure in C and the address that it is.
struct Case {
    c_type: &'static str,
    /// Its fields, as C initializes them.
    fields: &'static str,
    address: Vec<u8>,
}

/// The address of this text.
fn case<A>(c_type: &'static str, fields: &'static str, text: &str) -> Case
where
    A: SockAddr + std::str::FromStr<Err: std::fmt::Debug>,
{
    let address: A = text.parse().unwrap();
    Case { c_type, fields, address: address.encode().as_ref().to_vec() }
}

/// Compares the bytes of static objects, whose padding is zero.
fn agree(name: &str, headers: &[&str], declarations: &str, cases: &[Case]) {
    let mut body = String::new();
    let mut expected = String::new();
    for Case { c_type, fields, address } in cases {
        body += &format!(
            "{{ static {c_type} a = {{ {fields} }}; printf(\"{c_type}\");\n\
             for (size_t i = 0; i < sizeof a; i++) printf(\" %02x\", ((unsigned char *)&a)[i]);\n\
             printf(\"\\n\"); }}\n"
        );
        expected += c_type;
        for byte in address {
            write!(expected, " {byte:02x}").unwrap();
        }
        expected += "\n";
    }
    let body = format!("{declarations}\n{body}");
    assert_eq!(c_program::output(name, headers, &body), expected);
}

#[test]
#[ignore = "wants a C compiler and the headers of Linux 6.1: cargo xtask test has them"]
fn c_headers_of_the_kernels_headers() {
    let headers = [
        "linux/if_alg.h",
        "linux/atalk.h",
        "linux/atm.h",
        "linux/can.h",
        "linux/if_packet.h",
        "linux/if_xdp.h",
        "linux/llc.h",
        "linux/mctp.h",
        "linux/netlink.h",
        "linux/nfc.h",
        "linux/phonet.h",
        "linux/qrtr.h",
        "linux/tipc.h",
        "linux/vm_sockets.h",
        "linux/x25.h",
        "arpa/inet.h",
    ];
    let cases = [
        case::<AlgAddr>(
            "struct sockaddr_alg",
            ".salg_family = AF_ALG, .salg_type = \"skcipher\", .salg_feat = 8, .salg_mask = 9, \
             .salg_name = \"cbc(aes)\"",
            "alg:skcipher/feat:8/mask:9:cbc(aes)",
        ),
        case::<AppleTalkAddr>(
            "struct sockaddr_at",
            ".sat_family = AF_APPLETALK, .sat_port = 253, .sat_addr = { __builtin_bswap16(65280), 130 }",
            "65280.130:253",
        ),
        case::<AtmPvcAddr>(
            "struct sockaddr_atmpvc",
            ".sap_family = AF_ATMPVC, .sap_addr = { .itf = ATM_ITF_ANY, .vpi = ATM_VPI_UNSPEC, .vci = 35 }",
            "*.?.35",
        ),
        case::<AtmSvcAddr>(
            "struct sockaddr_atmsvc",
            ".sas_family = AF_ATMSVC, .sas_addr = { .prv = { 0x47, [19] = 1 }, .pub = \"4122345\", \
             .lij_type = 2, .lij_id = 7 }",
            "4700000000000000000000000000000000000001+4122345/lij:2:7",
        ),
        case::<CanAddr>("struct sockaddr_can", ".can_family = AF_CAN, .can_ifindex = 3", "can:3"),
        case::<IsotpAddr>(
            "struct sockaddr_can",
            ".can_family = AF_CAN, .can_ifindex = 3, .can_addr.tp = { .rx_id = 0x18DAF110 | CAN_EFF_FLAG, \
             .tx_id = 0x7E0 }",
            "can:3/isotp:18DAF110:7E0",
        ),
        case::<J1939Addr>(
            "struct sockaddr_can",
            ".can_family = AF_CAN, .can_ifindex = 3, .can_addr.j1939 = { .name = 0x1122334455667788, \
             .pgn = 0x12300, .addr = 0x80 }",
            "can:3/j1939:80,12300,1122334455667788",
        ),
        case::<LlcAddr>(
            "struct sockaddr_llc",
            ".sllc_family = AF_LLC, .sllc_arphrd = 1, .sllc_test = 2, .sllc_xid = 3, .sllc_ua = 4, \
             .sllc_sap = 0x42, .sllc_mac = { 0, 0x1b, 0x21, 0xaa, 0xbb, 0xcc }",
            "00:1b:21:aa:bb:cc/llc:42/arphrd:1/test:2/xid:3/ua:4",
        ),
        case::<MctpAddr>(
            "struct sockaddr_mctp",
            ".smctp_family = AF_MCTP, .smctp_network = 258, .smctp_addr = { 9 }, .smctp_type = 1, \
             .smctp_tag = MCTP_TAG_OWNER",
            "mctp:258:9/type:1/tag:8",
        ),
        case::<MctpExtAddr>(
            "struct sockaddr_mctp_ext",
            ".smctp_base = { .smctp_family = AF_MCTP, .smctp_network = 258, .smctp_addr = { 9 }, \
             .smctp_type = 1 }, .smctp_ifindex = 2, .smctp_halen = 2, .smctp_haddr = { 0x1d, 0x1e }",
            "mctp:258:9/type:1/if:2/lladdr:1d:1e",
        ),
        case::<NetlinkAddr>(
            "struct sockaddr_nl",
            ".nl_family = AF_NETLINK, .nl_pid = 1234, .nl_groups = 0x11",
            "netlink:1234/groups:11",
        ),
        case::<NfcAddr>(
            "struct sockaddr_nfc",
            ".sa_family = AF_NFC, .dev_idx = 1, .target_idx = 2, .nfc_protocol = NFC_PROTO_ISO14443",
            "nfc:1:2:4",
        ),
        case::<NfcLlcpAddr>(
            "struct sockaddr_nfc_llcp",
            ".sa_family = AF_NFC, .dev_idx = 1, .target_idx = 2, .nfc_protocol = NFC_PROTO_NFC_DEP, .dsap = 4, \
             .ssap = 32, .service_name = \"urn:nfc:sn:snep\", .service_name_len = 15",
            "nfc:1:2:5/llcp:4:32/urn:nfc:sn:snep",
        ),
        case::<PhonetAddr>(
            "struct sockaddr_pn",
            ".spn_family = AF_PHONET, .spn_obj = 0x15, .spn_dev = 0x6c, .spn_resource = 0x10",
            "phonet:6c:15:10",
        ),
        case::<QrtrAddr>(
            "struct sockaddr_qrtr",
            ".sq_family = AF_QIPCRTR, .sq_node = 1, .sq_port = QRTR_PORT_CTRL",
            "qrtr:1:4294967294",
        ),
        case::<PacketAddr>(
            "struct sockaddr_ll",
            ".sll_family = AF_PACKET, .sll_protocol = __builtin_bswap16(0x86dd), .sll_ifindex = 2, \
             .sll_hatype = 772, .sll_pkttype = PACKET_OUTGOING, .sll_halen = 6, \
             .sll_addr = { 0, 0x1b, 0x21, 0xaa, 0xbb, 0xcc }",
            "packet:2:86dd:00:1b:21:aa:bb:cc/arphrd:772/pkttype:4",
        ),
        case::<PacketDeviceAddr>(
            "struct sockaddr_pkt",
            ".spkt_family = 1, .spkt_device = \"eth0\", .spkt_protocol = __builtin_bswap16(0x800)",
            "pkt:eth0:0800/family:1",
        ),
        case::<TipcAddr>(
            "struct sockaddr_tipc",
            ".family = AF_TIPC, .addrtype = TIPC_SERVICE_ADDR, .scope = TIPC_NODE_SCOPE, \
             .addr.name = { .name = { .type = 18888, .instance = 17 }, .domain = 0x1001001 }",
            "{18888:17}@1001001/node",
        ),
        case::<TipcAddr>(
            "struct sockaddr_tipc",
            ".family = AF_TIPC, .addrtype = TIPC_SERVICE_RANGE, .scope = -TIPC_CLUSTER_SCOPE, \
             .addr.nameseq = { .type = 18888, .lower = 1, .upper = 99 }",
            "{18888:1:99}/-2",
        ),
        case::<TipcAddr>(
            "struct sockaddr_tipc",
            ".family = AF_TIPC, .addrtype = TIPC_SOCKET_ADDR, .addr.id = { .ref = 4023, .node = 0x1001001 }",
            "<1001001:4023>",
        ),
        case::<VsockAddr>(
            "struct sockaddr_vm",
            ".svm_family = AF_VSOCK, .svm_port = 1024, .svm_cid = VMADDR_CID_HOST, \
             .svm_flags = VMADDR_FLAG_TO_HOST",
            "vsock:2:1024/flags:1",
        ),
        case::<X25Addr>(
            "struct sockaddr_x25",
            ".sx25_family = AF_X25, .sx25_addr = { \"123456789012345\" }",
            "x25:123456789012345",
        ),
        case::<XdpAddr>(
            "struct sockaddr_xdp",
            ".sxdp_family = AF_XDP, .sxdp_flags = XDP_USE_NEED_WAKEUP, .sxdp_ifindex = 3, .sxdp_queue_id = 5",
            "xdp:3:5/flags:8",
        ),
    ];
    agree("addr_kernel", &headers, "", &cases);
}

/// Their headers include others that those above conflict with.
#[test]
#[ignore = "wants a C compiler and the headers of Linux 6.1: cargo xtask test has them"]
fn c_headers_of_headers_that_stand_alone() {
    let call = "{ 'N' << 1, '0' << 1, 'C' << 1, 'A' << 1, (char)('L' << 1), (char)('L' << 1), 7 << 1 }";
    let relay = "{ 'R' << 1, 'E' << 1, 'L' << 1, 'A' << 1, 'Y' << 1, ' ' << 1, 0 }";
    let declarations =
        format!("static const int unused = 0; (void)unused;\n#define CALL {call}\n#define RELAY {relay}");
    let ax25 = [
        case::<Ax25Addr>(
            "struct sockaddr_ax25",
            ".sax25_family = AF_AX25, .sax25_call = { CALL }",
            "N0CALL-7",
        ),
        case::<Ax25Addr>(
            "struct full_sockaddr_ax25",
            ".fsa_ax25 = { .sax25_family = AF_AX25, .sax25_call = { CALL }, .sax25_ndigis = 2 }, \
             .fsa_digipeater = { { RELAY }, { CALL } }",
            "N0CALL-7 via RELAY N0CALL-7",
        ),
        case::<NetromAddr>(
            "struct full_sockaddr_ax25",
            ".fsa_ax25 = { .sax25_family = AF_NETROM, .sax25_call = { CALL }, .sax25_ndigis = 1 }, \
             .fsa_digipeater = { { RELAY } }",
            "netrom:N0CALL-7@RELAY",
        ),
        case::<RoseAddr>(
            "struct sockaddr_rose",
            ".srose_family = AF_ROSE, .srose_addr = { { 0x20, (char)0x80, 0x17, 0x55, 0x20 } }, \
             .srose_call = { CALL }, .srose_ndigis = 1, .srose_digi = { RELAY }",
            "2080175520:N0CALL-7 via RELAY",
        ),
        case::<RoseAddr>(
            "struct full_sockaddr_rose",
            ".srose_family = AF_ROSE, .srose_addr = { { 0x20, (char)0x80, 0x17, 0x55, 0x20 } }, \
             .srose_call = { CALL }, .srose_ndigis = 2, .srose_digis = { { RELAY }, { CALL } }",
            "2080175520:N0CALL-7 via RELAY N0CALL-7",
        ),
    ];
    agree("addr_ax25", &["linux/ax25.h", "linux/rose.h"], &declarations, &ax25);

    let caif = [
        case::<CaifAtAddr>(
            "struct sockaddr_caif",
            ".family = AF_CAIF, .u.at.type = CAIF_ATTYPE_PLAIN",
            "caif:at:2",
        ),
        case::<CaifUtilAddr>(
            "struct sockaddr_caif",
            ".family = AF_CAIF, .u.util.service = \"gps\"",
            "caif:util:gps",
        ),
        case::<CaifDatagramAddr>(
            "struct sockaddr_caif",
            ".family = AF_CAIF, .u.dgm.connection_id = 258",
            "caif:datagram:258",
        ),
        case::<CaifRfmAddr>(
            "struct sockaddr_caif",
            ".family = AF_CAIF, .u.rfm = { .connection_id = 258, .volume = \"flash\" }",
            "caif:rfm:258:flash",
        ),
        case::<CaifDebugAddr>(
            "struct sockaddr_caif",
            ".family = AF_CAIF, .u.dbg = { .type = CAIF_DEBUG_TRACE, .service = CAIF_APP_DEBUG_SERVICE }",
            "caif:debug:1:2",
        ),
    ];
    agree("addr_caif", &["linux/caif/caif_socket.h"], "", &caif);

    let ip = "__builtin_bswap32(0xc0000201)";
    let declarations = format!("(void)0;\n#define IP {ip}");
    let pppox = [
        case::<PppoeAddr>(
            "struct sockaddr_pppox",
            ".sa_family = AF_PPPOX, .sa_protocol = PX_PROTO_OE, .sa_addr.pppoe = { \
             .sid = __builtin_bswap16(17), .remote = { 0, 0x1b, 0x21, 0xaa, 0xbb, 0xcc }, .dev = \"eth0\" }",
            "pppoe:17:00:1b:21:aa:bb:cc@eth0",
        ),
        case::<PptpAddr>(
            "struct sockaddr_pppox",
            ".sa_family = AF_PPPOX, .sa_protocol = PX_PROTO_PPTP, .sa_addr.pptp = { .call_id = 42, \
             .sin_addr = { IP } }",
            "pptp:192.0.2.1:42",
        ),
    ];
    agree("addr_pppox", &["linux/if_pppox.h"], &declarations, &pppox);

    let rxrpc = [
        case::<RxrpcAddr>(
            "struct sockaddr_rxrpc",
            ".srx_family = AF_RXRPC, .srx_service = 52, .transport_type = SOCK_DGRAM, \
             .transport_len = sizeof(struct sockaddr_in), .transport.sin = { .sin_family = AF_INET, \
             .sin_port = __builtin_bswap16(7003), .sin_addr = { IP } }",
            "rxrpc:52@192.0.2.1:7003",
        ),
        case::<RxrpcAddr>(
            "struct sockaddr_rxrpc",
            ".srx_family = AF_RXRPC, .srx_service = 52, .transport_type = SOCK_DGRAM, \
             .transport_len = sizeof(struct sockaddr_in6), .transport.sin6 = { .sin6_family = AF_INET6, \
             .sin6_port = __builtin_bswap16(7003), .sin6_addr.s6_addr = { 0xfe, 0x80, [15] = 1 }, \
             .sin6_scope_id = 3 }",
            "rxrpc:52@[fe80::1%3]:7003",
        ),
    ];
    agree("addr_rxrpc", &["linux/in.h", "linux/in6.h", "linux/rxrpc.h"], &declarations, &rxrpc);
}

/// glibc has kept what the kernel has removed, or does not export.
#[test]
#[ignore = "wants a C compiler and the headers of Linux 6.1: cargo xtask test has them"]
fn c_headers_of_the_c_librarys_headers() {
    let cases = [
        case::<IpxAddr>(
            "struct sockaddr_ipx",
            ".sipx_family = AF_IPX, .sipx_port = __builtin_bswap16(0x451), \
             .sipx_network = __builtin_bswap32(0x102), .sipx_node = { 0, 0, 0x1b, 0x21, 0xaa, 0xbb }, \
             .sipx_type = 0x11",
            "00000102:00001b21aabb:0451/type:11",
        ),
        case::<AshAddr>(
            "struct sockaddr_ash",
            ".sash_family = AF_ASH, .sash_ifindex = 2, .sash_channel = ASH_CHANNEL_CONTROL, .sash_plen = 32, \
             .sash_prefix = { 0x20, 0x01, 0x0d, 0xb8 }",
            "ash:2:1:20010db8000000000000000000000000/32",
        ),
        case::<EconetAddr>(
            "struct sockaddr_ec",
            ".sec_family = AF_ECONET, .port = 0x99, .cb = 0x80, .type = ECTYPE_TRANSMIT_STATUS, \
             .addr = { .station = 254, .net = 1 }, .cookie = 7",
            "1.254:99/cb:80/type:10/cookie:7",
        ),
        case::<IucvAddr>(
            "struct sockaddr_iucv",
            ".siucv_family = AF_IUCV, .siucv_nodeid = \"        \", .siucv_user_id = \"LINUX01 \", \
             .siucv_name = \"MYAPP   \"",
            "iucv:LINUX01:MYAPP",
        ),
    ];
    let headers = ["netash/ash.h", "netipx/ipx.h", "neteconet/ec.h", "netiucv/iucv.h"];
    agree("addr_libc", &headers, "", &cases);
}

/// Structures that no header for programs declares: these declarations say what the kernel's own headers do.
/// Bluetooth is net/bluetooth/*.h, IEEE 802.15.4 net/af_ieee802154.h, ISDN linux/mISDNif.h, InfiniBand
/// rdma/ib.h of Linux 6.1; IrDA was linux/irda.h to Linux 4.16 (libopenobex 1.7.2 still carries it), DECnet
/// linux/dn.h to 6.0 (Zig 0.9.1 still carries it).
const DECLARATIONS: &str = "
    typedef struct { uint8_t b[6]; } __attribute__((packed)) bdaddr_t;
    struct sockaddr_l2 {
        sa_family_t l2_family; uint16_t l2_psm; bdaddr_t l2_bdaddr; uint16_t l2_cid; uint8_t l2_bdaddr_type;
    };
    struct sockaddr_rc { sa_family_t rc_family; bdaddr_t rc_bdaddr; uint8_t rc_channel; };
    struct sockaddr_sco { sa_family_t sco_family; bdaddr_t sco_bdaddr; };
    struct sockaddr_hci { sa_family_t hci_family; unsigned short hci_dev, hci_channel; };
    struct sockaddr_iso { sa_family_t iso_family; bdaddr_t iso_bdaddr; uint8_t iso_bdaddr_type; };
    struct sockaddr_ieee802154 {
        sa_family_t family;
        struct { int addr_type; uint16_t pan_id; union { uint8_t hwaddr[8]; uint16_t short_addr; }; } addr;
    };
    struct sockaddr_mISDN { sa_family_t family; unsigned char dev, channel, sapi, tei; };
    struct sockaddr_ib {
        unsigned short sib_family; uint16_t sib_pkey; uint32_t sib_flowinfo; uint8_t sib_addr[16];
        uint64_t sib_sid, sib_sid_mask, sib_scope_id;
    };
    struct sockaddr_irda {
        sa_family_t sir_family; uint8_t sir_lsap_sel; uint32_t sir_addr; char sir_name[25];
    };
    struct sockaddr_dn {
        uint16_t sdn_family; uint8_t sdn_flags, sdn_objnum; uint16_t sdn_objnamel; uint8_t sdn_objname[16];
        struct { uint16_t a_len; uint8_t a_addr[2]; } sdn_add;
    };";

/// DEVICE is 00:11:22:33:44:55, least significant byte first. AF_DECnet and AF_IRDA are glibc's.
#[test]
#[ignore = "wants a C compiler and the headers of Linux 6.1: cargo xtask test has them"]
fn c_headers_of_declarations_that_only_the_kernel_has() {
    let declarations = format!("{DECLARATIONS}\n#define DEVICE {{ {{ 0x55, 0x44, 0x33, 0x22, 0x11, 0 }} }}");
    let cases = [
        case::<L2capAddr>(
            "struct sockaddr_l2",
            ".l2_family = AF_BLUETOOTH, .l2_psm = 0x1001, .l2_bdaddr = DEVICE, .l2_cid = 4, .l2_bdaddr_type = 2",
            "00:11:22:33:44:55/l2cap:4097/cid:4/le-random",
        ),
        case::<RfcommAddr>(
            "struct sockaddr_rc",
            ".rc_family = AF_BLUETOOTH, .rc_bdaddr = DEVICE, .rc_channel = 3",
            "00:11:22:33:44:55/rfcomm:3",
        ),
        case::<ScoAddr>(
            "struct sockaddr_sco",
            ".sco_family = AF_BLUETOOTH, .sco_bdaddr = DEVICE",
            "00:11:22:33:44:55/sco",
        ),
        case::<HciAddr>(
            "struct sockaddr_hci",
            ".hci_family = AF_BLUETOOTH, .hci_dev = 1, .hci_channel = 3",
            "hci1/channel:3",
        ),
        case::<IsoAddr>(
            "struct sockaddr_iso",
            ".iso_family = AF_BLUETOOTH, .iso_bdaddr = DEVICE, .iso_bdaddr_type = 1",
            "00:11:22:33:44:55/iso/le-public",
        ),
        case::<Ieee802154Addr>(
            "struct sockaddr_ieee802154",
            ".family = AF_IEEE802154, .addr = { .addr_type = 2, .pan_id = 0xabcd, .short_addr = 0x102 }",
            "wpan:abcd:0102",
        ),
        case::<Ieee802154Addr>(
            "struct sockaddr_ieee802154",
            ".family = AF_IEEE802154, .addr = { .addr_type = 3, .pan_id = 0xabcd, \
             .hwaddr = { 0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77 } }",
            "wpan:abcd:00:11:22:33:44:55:66:77",
        ),
        case::<IsdnAddr>(
            "struct sockaddr_mISDN",
            ".family = AF_ISDN, .dev = 1, .channel = 2, .sapi = 3, .tei = 127",
            "isdn:1:2:3:127",
        ),
        case::<InfinibandAddr>(
            "struct sockaddr_ib",
            ".sib_family = AF_IB, .sib_pkey = 0xffff, .sib_flowinfo = __builtin_bswap32(1), \
             .sib_addr = { 0xfe, 0x80, [15] = 1 }, .sib_sid = __builtin_bswap64(0x1060000), \
             .sib_sid_mask = __builtin_bswap64(0xff), .sib_scope_id = 2",
            "ib:[fe80::1]:1060000/pkey:ffff/flow:1/mask:ff/scope:2",
        ),
        case::<IrdaAddr>(
            "struct sockaddr_irda",
            ".sir_family = AF_IRDA, .sir_lsap_sel = 2, .sir_addr = 0x1a2b3c4d, .sir_name = \"IrDA:IrCOMM\"",
            "irda:1a2b3c4d:2:IrDA:IrCOMM",
        ),
        case::<DecnetAddr>(
            "struct sockaddr_dn",
            ".sdn_family = AF_DECnet, .sdn_flags = 1, .sdn_objnum = 17, .sdn_objnamel = 4, \
             .sdn_objname = \"TASK\", .sdn_add = { 2, { (1 << 10 | 10) & 0xff, (1 << 10 | 10) >> 8 } }",
            "1.10::17/flags:1=TASK",
        ),
    ];
    agree("addr_declared", &[], &declarations, &cases);
}
