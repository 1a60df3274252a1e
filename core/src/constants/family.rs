//! Address families.

super::value_names! {
    /// An address family: the first argument of `socket(2)`, and the first field of every address.
    ///
    /// Values are those of linux/socket.h. `sa_family_t` is 16 bits wide.
    pub struct Family(u16) {
        /// No family: any that fits.
        "AF_UNSPEC" => UNSPEC = 0;
        /// Programs of one machine (unix(7)).
        "AF_UNIX" => UNIX = 1;
        /// IPv4 (ip(7)).
        "AF_INET" => INET = 2;
        /// Amateur Radio AX.25.
        "AF_AX25" => AX25 = 3;
        /// Novell IPX; removed in Linux 4.18.
        "AF_IPX" => IPX = 4;
        /// AppleTalk DDP.
        "AF_APPLETALK" => APPLETALK = 5;
        /// Amateur Radio NET/ROM.
        "AF_NETROM" => NETROM = 6;
        /// Multiprotocol bridge: names a family in rtnetlink messages only.
        "AF_BRIDGE" => BRIDGE = 7;
        /// ATM permanent virtual circuits.
        "AF_ATMPVC" => ATMPVC = 8;
        /// ITU-T X.25.
        "AF_X25" => X25 = 9;
        /// IPv6 (ipv6(7)).
        "AF_INET6" => INET6 = 10;
        /// Amateur Radio X.25 PLP.
        "AF_ROSE" => ROSE = 11;
        /// DECnet; removed in Linux 6.1.
        "AF_DECnet" => DECNET = 12;
        /// Reserved for an 802.2LLC project; no kernel has it.
        "AF_NETBEUI" => NETBEUI = 13;
        /// Security callback; no kernel has it.
        "AF_SECURITY" => SECURITY = 14;
        /// PF_KEYv2 key management (RFC 2367).
        "AF_KEY" => KEY = 15;
        /// The kernel's configuration and events (netlink(7)).
        "AF_NETLINK" => NETLINK = 16;
        /// Frames of a network interface (packet(7)).
        "AF_PACKET" => PACKET = 17;
        /// Ash; no kernel ever had it.
        "AF_ASH" => ASH = 18;
        /// Acorn Econet; removed in Linux 3.5.
        "AF_ECONET" => ECONET = 19;
        /// ATM switched virtual circuits.
        "AF_ATMSVC" => ATMSVC = 20;
        /// Reliable Datagram Sockets.
        "AF_RDS" => RDS = 21;
        /// Linux SNA; no kernel has it.
        "AF_SNA" => SNA = 22;
        /// Infrared; removed in Linux 4.17.
        "AF_IRDA" => IRDA = 23;
        /// PPP over something: PPPoE, L2TP, PPTP.
        "AF_PPPOX" => PPPOX = 24;
        /// Sangoma WANPIPE; removed in Linux 2.6.21.
        "AF_WANPIPE" => WANPIPE = 25;
        /// IEEE 802.2 logical link control.
        "AF_LLC" => LLC = 26;
        /// InfiniBand native addresses.
        "AF_IB" => IB = 27;
        /// Multiprotocol label switching: routes only.
        "AF_MPLS" => MPLS = 28;
        /// Controller Area Network (linux/can.h).
        "AF_CAN" => CAN = 29;
        /// Transparent Inter-Process Communication.
        "AF_TIPC" => TIPC = 30;
        /// Bluetooth: L2CAP, HCI, SCO, RFCOMM.
        "AF_BLUETOOTH" => BLUETOOTH = 31;
        /// z/VM inter-user communication.
        "AF_IUCV" => IUCV = 32;
        /// RxRPC sessions.
        "AF_RXRPC" => RXRPC = 33;
        /// mISDN.
        "AF_ISDN" => ISDN = 34;
        /// Nokia Phonet.
        "AF_PHONET" => PHONET = 35;
        /// IEEE 802.15.4 low-rate wireless.
        "AF_IEEE802154" => IEEE802154 = 36;
        /// ST-Ericsson CAIF.
        "AF_CAIF" => CAIF = 37;
        /// The kernel's cryptography.
        "AF_ALG" => ALG = 38;
        /// Near-field communication.
        "AF_NFC" => NFC = 39;
        /// Virtual machines and their hosts (vsock(7)).
        "AF_VSOCK" => VSOCK = 40;
        /// Kernel Connection Multiplexor.
        "AF_KCM" => KCM = 41;
        /// Qualcomm IPC router.
        "AF_QIPCRTR" => QIPCRTR = 42;
        /// Shared Memory Communications.
        "AF_SMC" => SMC = 43;
        /// eXpress Data Path.
        "AF_XDP" => XDP = 44;
        /// Management Component Transport Protocol.
        "AF_MCTP" => MCTP = 45;
        /// One more than the highest family of Linux 6.1.
        "AF_MAX" => MAX = 46;
        /// POSIX's name for [`Family::UNIX`].
        "AF_LOCAL" => LOCAL = 1;
        /// The C library's name for [`Family::UNIX`].
        "AF_FILE" => FILE = 1;
        /// BSD's name for [`Family::NETLINK`].
        "AF_ROUTE" => ROUTE = 16;
    }
}
