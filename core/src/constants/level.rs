//! Levels of socket options.

super::value_names! {
    /// The level of a socket option: the second argument of `setsockopt(2)` (linux/socket.h).
    ///
    /// Bluetooth uses the numbers of IP protocols again: `Debug` prints the IP name.
    pub struct Level(i32) {
        /// IPv4.
        "SOL_IP" => IP = 0;
        /// Every socket (socket(7)).
        "SOL_SOCKET" => SOCKET = 1;
        /// TCP (tcp(7)).
        "SOL_TCP" => TCP = 6;
        /// UDP (udp(7)).
        "SOL_UDP" => UDP = 17;
        /// IPv6 (ipv6(7)).
        "SOL_IPV6" => IPV6 = 41;
        /// ICMP for IPv6.
        "SOL_ICMPV6" => ICMPV6 = 58;
        /// Base of the CAN levels: plus a CAN protocol.
        "SOL_CAN_BASE" => CAN_BASE = 100;
        /// CAN raw sockets.
        "SOL_CAN_RAW" => CAN_RAW = 101;
        /// CAN broadcast manager.
        "SOL_CAN_BCM" => CAN_BCM = 102;
        /// ISO-TP.
        "SOL_CAN_ISOTP" => CAN_ISOTP = 106;
        /// J1939.
        "SOL_CAN_J1939" => CAN_J1939 = 107;
        /// SCTP.
        "SOL_SCTP" => SCTP = 132;
        /// UDP-Lite.
        "SOL_UDPLITE" => UDPLITE = 136;
        /// Raw sockets.
        "SOL_RAW" => RAW = 255;
        /// IPX.
        "SOL_IPX" => IPX = 256;
        /// AX.25.
        "SOL_AX25" => AX25 = 257;
        /// AppleTalk.
        "SOL_ATALK" => ATALK = 258;
        /// NET/ROM.
        "SOL_NETROM" => NETROM = 259;
        /// ROSE.
        "SOL_ROSE" => ROSE = 260;
        /// DECnet.
        "SOL_DECNET" => DECNET = 261;
        /// X.25.
        "SOL_X25" => X25 = 262;
        /// Packet sockets (packet(7)).
        "SOL_PACKET" => PACKET = 263;
        /// ATM cells.
        "SOL_ATM" => ATM = 264;
        /// ATM adaptation layer.
        "SOL_AAL" => AAL = 265;
        /// Infrared.
        "SOL_IRDA" => IRDA = 266;
        /// NetBEUI.
        "SOL_NETBEUI" => NETBEUI = 267;
        /// IEEE 802.2.
        "SOL_LLC" => LLC = 268;
        /// DCCP.
        "SOL_DCCP" => DCCP = 269;
        /// Netlink.
        "SOL_NETLINK" => NETLINK = 270;
        /// TIPC.
        "SOL_TIPC" => TIPC = 271;
        /// RxRPC.
        "SOL_RXRPC" => RXRPC = 272;
        /// PPP over L2TP.
        "SOL_PPPOL2TP" => PPPOL2TP = 273;
        /// Every Bluetooth socket.
        "SOL_BLUETOOTH" => BLUETOOTH = 274;
        /// Phonet pipes.
        "SOL_PNPIPE" => PNPIPE = 275;
        /// RDS.
        "SOL_RDS" => RDS = 276;
        /// IUCV.
        "SOL_IUCV" => IUCV = 277;
        /// CAIF.
        "SOL_CAIF" => CAIF = 278;
        /// Kernel cryptography.
        "SOL_ALG" => ALG = 279;
        /// NFC.
        "SOL_NFC" => NFC = 280;
        /// KCM.
        "SOL_KCM" => KCM = 281;
        /// Kernel TLS.
        "SOL_TLS" => TLS = 282;
        /// XDP.
        "SOL_XDP" => XDP = 283;
        /// Multipath TCP.
        "SOL_MPTCP" => MPTCP = 284;
        /// MCTP.
        "SOL_MCTP" => MCTP = 285;
        /// SMC.
        "SOL_SMC" => SMC = 286;
        /// The error queue of virtual machine sockets (their options' level is the family's number). Since
        /// Linux 6.7.
        "SOL_VSOCK" => VSOCK = 287;
        /// L2CAP; the number of [`Level::TCP`] in another family.
        "SOL_L2CAP" => L2CAP = 6;
        /// HCI; the number of [`Level::IP`] in another family.
        "SOL_HCI" => HCI = 0;
        /// SCO; the number of [`Level::UDP`] in another family.
        "SOL_SCO" => SCO = 17;
        /// RFCOMM.
        "SOL_RFCOMM" => RFCOMM = 18;
    }
}
