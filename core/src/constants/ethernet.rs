//! Ethernet protocol numbers (linux/if_ether.h).
//!
//! ```
//! use anysock::constants::ethernet::EtherType;
//!
//! assert_eq!(EtherType::IPV6.0, 0x86dd);
//! assert_eq!(format!("{:?}", EtherType::IPV6), "ETH_P_IPV6");
//! ```

super::value_names! {
    /// The protocol of an Ethernet frame, and of an `AF_PACKET` socket (linux/if_ether.h).
    ///
    /// `socket(2)` and `struct sockaddr_ll` take it in network byte order; the numbers here are in the
    /// host's.
    pub struct EtherType(u16) {
        /// Ethernet loopback, as Xerox had it.
        "ETH_P_LOOP" => LOOP = 0x60;
        /// Xerox PUP.
        "ETH_P_PUP" => PUP = 0x200;
        /// Address translation of Xerox PUP.
        "ETH_P_PUPAT" => PUPAT = 0x201;
        /// Time-sensitive networking (IEEE 1722).
        "ETH_P_TSN" => TSN = 0x22f0;
        /// Mirrored frames in GRE, version 2 and 3.
        "ETH_P_ERSPAN2" => ERSPAN2 = 0x22eb;
        /// IPv4 (RFC 894).
        "ETH_P_IP" => IP = 0x800;
        /// CCITT X.25.
        "ETH_P_X25" => X25 = 0x805;
        /// Address resolution (RFC 826).
        "ETH_P_ARP" => ARP = 0x806;
        /// AX.25 of amateur radio over Ethernet (G8BPQ).
        "ETH_P_BPQ" => BPQ = 0x8ff;
        /// Xerox PUP with IEEE 802.3 addresses.
        "ETH_P_IEEEPUP" => IEEEPUP = 0xa00;
        /// Address translation of Xerox PUP with IEEE 802.3 addresses.
        "ETH_P_IEEEPUPAT" => IEEEPUPAT = 0xa01;
        /// Mesh routing B.A.T.M.A.N. Advanced.
        "ETH_P_BATMAN" => BATMAN = 0x4305;
        /// Assigned to DEC.
        "ETH_P_DEC" => DEC = 0x6000;
        /// DEC DNA, loading and dumping.
        "ETH_P_DNA_DL" => DNA_DL = 0x6001;
        /// DEC DNA, remote console.
        "ETH_P_DNA_RC" => DNA_RC = 0x6002;
        /// DEC DNA, routing: DECnet, removed in Linux 6.1.
        "ETH_P_DNA_RT" => DNA_RT = 0x6003;
        /// DEC LAT, terminals.
        "ETH_P_LAT" => LAT = 0x6004;
        /// DEC diagnostics.
        "ETH_P_DIAG" => DIAG = 0x6005;
        /// For DEC's customers.
        "ETH_P_CUST" => CUST = 0x6006;
        /// DEC systems communication architecture.
        "ETH_P_SCA" => SCA = 0x6007;
        /// Ethernet frames in GRE: transparent bridging.
        "ETH_P_TEB" => TEB = 0x6558;
        /// Reverse address resolution (RFC 903).
        "ETH_P_RARP" => RARP = 0x8035;
        /// AppleTalk DDP.
        "ETH_P_ATALK" => ATALK = 0x809b;
        /// AppleTalk address resolution.
        "ETH_P_AARP" => AARP = 0x80f3;
        /// A VLAN tag (IEEE 802.1Q).
        "ETH_P_8021Q" => IEEE_8021Q = 0x8100;
        /// Mirrored frames in GRE, version 1.
        "ETH_P_ERSPAN" => ERSPAN = 0x88be;
        /// Novell IPX; removed in Linux 4.18.
        "ETH_P_IPX" => IPX = 0x8137;
        /// IPv6 (RFC 2464).
        "ETH_P_IPV6" => IPV6 = 0x86dd;
        /// Flow control (IEEE 802.3x).
        "ETH_P_PAUSE" => PAUSE = 0x8808;
        /// Slow protocols, link aggregation among them (IEEE 802.3ad).
        "ETH_P_SLOW" => SLOW = 0x8809;
        /// Cisco's web cache redirection.
        "ETH_P_WCCP" => WCCP = 0x883e;
        /// MPLS, unicast.
        "ETH_P_MPLS_UC" => MPLS_UC = 0x8847;
        /// MPLS, multicast.
        "ETH_P_MPLS_MC" => MPLS_MC = 0x8848;
        /// Multiprotocol over ATM.
        "ETH_P_ATMMPOA" => ATMMPOA = 0x884c;
        /// PPP over Ethernet, discovery (RFC 2516).
        "ETH_P_PPP_DISC" => PPP_DISC = 0x8863;
        /// PPP over Ethernet, session (RFC 2516).
        "ETH_P_PPP_SES" => PPP_SES = 0x8864;
        /// HPNA link control of power lines.
        "ETH_P_LINK_CTL" => LINK_CTL = 0x886c;
        /// ATM frames over Ethernet.
        "ETH_P_ATMFATE" => ATMFATE = 0x8884;
        /// Port access (IEEE 802.1X).
        "ETH_P_PAE" => PAE = 0x888e;
        /// PROFINET.
        "ETH_P_PROFINET" => PROFINET = 0x8892;
        /// Realtek's own protocols, for switches.
        "ETH_P_REALTEK" => REALTEK = 0x8899;
        /// ATA disks over Ethernet.
        "ETH_P_AOE" => AOE = 0x88a2;
        /// EtherCAT.
        "ETH_P_ETHERCAT" => ETHERCAT = 0x88a4;
        /// A service VLAN tag (IEEE 802.1ad).
        "ETH_P_8021AD" => IEEE_8021AD = 0x88a8;
        /// For local experiments (IEEE 802).
        "ETH_P_802_EX1" => IEEE_802_EX1 = 0x88b5;
        /// Pre-authentication of wireless stations (IEEE 802.11).
        "ETH_P_PREAUTH" => PREAUTH = 0x88c7;
        /// TIPC.
        "ETH_P_TIPC" => TIPC = 0x88ca;
        /// Link layer discovery (IEEE 802.1AB).
        "ETH_P_LLDP" => LLDP = 0x88cc;
        /// Media redundancy (IEC 62439-2).
        "ETH_P_MRP" => MRP = 0x88e3;
        /// MAC security (IEEE 802.1AE).
        "ETH_P_MACSEC" => MACSEC = 0x88e5;
        /// A provider backbone tag (IEEE 802.1ah).
        "ETH_P_8021AH" => IEEE_8021AH = 0x88e7;
        /// Registration of VLANs (IEEE 802.1Q).
        "ETH_P_MVRP" => MVRP = 0x88f5;
        /// Precision time (IEEE 1588).
        "ETH_P_1588" => IEEE_1588 = 0x88f7;
        /// Network controller sideband interface.
        "ETH_P_NCSI" => NCSI = 0x88f8;
        /// Parallel redundancy (IEC 62439-3).
        "ETH_P_PRP" => PRP = 0x88fb;
        /// Connectivity fault management (IEEE 802.1ag).
        "ETH_P_CFM" => CFM = 0x8902;
        /// Fibre Channel over Ethernet.
        "ETH_P_FCOE" => FCOE = 0x8906;
        /// InfiniBand over Ethernet.
        "ETH_P_IBOE" => IBOE = 0x8915;
        /// Tunnelled direct links of wireless stations.
        "ETH_P_TDLS" => TDLS = 0x890d;
        /// Discovery for Fibre Channel over Ethernet.
        "ETH_P_FIP" => FIP = 0x8914;
        /// Handover between networks (IEEE 802.21).
        "ETH_P_80221" => IEEE_80221 = 0x8917;
        /// High-availability rings (IEC 62439-3).
        "ETH_P_HSR" => HSR = 0x892f;
        /// Network service header (RFC 8300).
        "ETH_P_NSH" => NSH = 0x894f;
        /// Ethernet loopback (IEEE 802.3).
        "ETH_P_LOOPBACK" => LOOPBACK = 0x9000;
        /// An older number of stacked VLAN tags.
        "ETH_P_QINQ1" => QINQ1 = 0x9100;
        /// An older number of stacked VLAN tags.
        "ETH_P_QINQ2" => QINQ2 = 0x9200;
        /// An older number of stacked VLAN tags.
        "ETH_P_QINQ3" => QINQ3 = 0x9300;
        /// Marvell's switch tag with an Ethernet type; not registered.
        "ETH_P_EDSA" => EDSA = 0xdada;
        /// Switch ports as VLAN tags; not registered.
        "ETH_P_DSA_8021Q" => DSA_8021Q = 0xdadb;
        /// The switch tag of Renesas A5PSW; not registered.
        "ETH_P_DSA_A5PSW" => DSA_A5PSW = 0xe001;
        /// Metadata between forwarding elements (RFC 8013); not registered.
        "ETH_P_IFE" => IFE = 0xed3e;
        /// IBM's IUCV over HiperSockets; not registered.
        "ETH_P_AF_IUCV" => AF_IUCV = 0xfbfb;
        /// The least number that is a type: less is a length (IEEE 802.3).
        "ETH_P_802_3_MIN" => IEEE_802_3_MIN = 0x600;
        /// Inside the kernel: a frame with a length instead of a type.
        "ETH_P_802_3" => IEEE_802_3 = 0x1;
        /// Inside the kernel: amateur radio AX.25.
        "ETH_P_AX25" => AX25 = 0x2;
        /// Every frame, whatever its protocol.
        "ETH_P_ALL" => ALL = 0x3;
        /// Inside the kernel: IEEE 802.2 frames.
        "ETH_P_802_2" => IEEE_802_2 = 0x4;
        /// Inside the kernel: SNAP headers.
        "ETH_P_SNAP" => SNAP = 0x5;
        /// Inside the kernel: DEC DDCMP.
        "ETH_P_DDCMP" => DDCMP = 0x6;
        /// Inside the kernel: PPP on wide area links.
        "ETH_P_WAN_PPP" => WAN_PPP = 0x7;
        /// Inside the kernel: PPP over several links.
        "ETH_P_PPP_MP" => PPP_MP = 0x8;
        /// Inside the kernel: LocalTalk.
        "ETH_P_LOCALTALK" => LOCALTALK = 0x9;
        /// Inside the kernel: CAN frames.
        "ETH_P_CAN" => CAN = 0xc;
        /// Inside the kernel: CAN FD frames.
        "ETH_P_CANFD" => CANFD = 0xd;
        /// Inside the kernel: CAN XL frames.
        "ETH_P_CANXL" => CANXL = 0xe;
        /// Inside the kernel: AppleTalk over PPP.
        "ETH_P_PPPTALK" => PPPTALK = 0x10;
        /// Inside the kernel: IEEE 802.2 on token ring.
        "ETH_P_TR_802_2" => TR_802_2 = 0x11;
        /// Inside the kernel: Mobitex radio.
        "ETH_P_MOBITEX" => MOBITEX = 0x15;
        /// Inside the kernel: control frames of a card.
        "ETH_P_CONTROL" => CONTROL = 0x16;
        /// Inside the kernel: infrared; removed in Linux 4.17.
        "ETH_P_IRDA" => IRDA = 0x17;
        /// Inside the kernel: Acorn Econet; removed in Linux 3.5.
        "ETH_P_ECONET" => ECONET = 0x18;
        /// Inside the kernel: HDLC frames.
        "ETH_P_HDLC" => HDLC = 0x19;
        /// Inside the kernel: 1A of ARCnet.
        "ETH_P_ARCNET" => ARCNET = 0x1a;
        /// Inside the kernel: frames with a switch's tag.
        "ETH_P_DSA" => DSA = 0x1b;
        /// Inside the kernel: frames with a switch's trailer.
        "ETH_P_TRAILER" => TRAILER = 0x1c;
        /// Inside the kernel: Nokia Phonet.
        "ETH_P_PHONET" => PHONET = 0xf5;
        /// Inside the kernel: IEEE 802.15.4.
        "ETH_P_IEEE802154" => IEEE802154 = 0xf6;
        /// Inside the kernel: ST-Ericsson CAIF.
        "ETH_P_CAIF" => CAIF = 0xf7;
        /// Inside the kernel: several tags of switches.
        "ETH_P_XDSA" => XDSA = 0xf8;
        /// Inside the kernel: Qualcomm's multiplexing.
        "ETH_P_MAP" => MAP = 0xf9;
        /// Inside the kernel: MCTP.
        "ETH_P_MCTP" => MCTP = 0xfa;
        /// OSI within GRE.
        "ETH_P_GRE_OSI" => GRE_OSI = 254;
        /// IEEE 802.1ac.
        "ETH_P_8021AC" => DOT1AC = 34928;
        /// Tags of Motorcomm's switch chips.
        "ETH_P_YT921X" => YT921X = 39304;
        /// Tags of MaxLinear's switch chips.
        "ETH_P_MXLGSW" => MXLGSW = 35011;
        /// Tags of NXP's switch chips.
        "ETH_P_NXP_NETC" => NXP_NETC = 64826;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] = &[EtherType::TABLE];
