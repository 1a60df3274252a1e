//! Kinds of network hardware (linux/if_arp.h).
//!
//! ```
//! use anysock::constants::hardware::ArpHardware;
//!
//! assert_eq!(ArpHardware::CAN.0, 280);
//! assert_eq!(format!("{:?}", ArpHardware::CAN), "ARPHRD_CAN");
//! ```

super::value_names! {
    /// What kind of hardware an interface is: the hardware type of ARP, extended by the kernel
    /// (linux/if_arp.h).
    pub struct ArpHardware(u16) {
        /// Amateur radio NET/ROM.
        "ARPHRD_NETROM" => NETROM = 0;
        /// Ethernet, 10 Mbit/s and more.
        "ARPHRD_ETHER" => ETHER = 1;
        /// Experimental Ethernet.
        "ARPHRD_EETHER" => EETHER = 2;
        /// Amateur radio AX.25.
        "ARPHRD_AX25" => AX25 = 3;
        /// The token ring PROnet.
        "ARPHRD_PRONET" => PRONET = 4;
        /// Chaosnet.
        "ARPHRD_CHAOS" => CHAOS = 5;
        /// IEEE 802.2 Ethernet, token ring and token bus.
        "ARPHRD_IEEE802" => IEEE802 = 6;
        /// ARCnet.
        "ARPHRD_ARCNET" => ARCNET = 7;
        /// AppleTalk.
        "ARPHRD_APPLETLK" => APPLETALK = 8;
        /// Frame relay.
        "ARPHRD_DLCI" => DLCI = 15;
        /// ATM.
        "ARPHRD_ATM" => ATM = 19;
        /// Metricom's radio STRIP.
        "ARPHRD_METRICOM" => METRICOM = 23;
        /// IEEE 1394 (FireWire), IPv4 (RFC 2734).
        "ARPHRD_IEEE1394" => IEEE1394 = 24;
        /// Hardware with EUI-64 addresses.
        "ARPHRD_EUI64" => EUI64 = 27;
        /// InfiniBand.
        "ARPHRD_INFINIBAND" => INFINIBAND = 32;
        /// IP over a serial line.
        "ARPHRD_SLIP" => SLIP = 256;
        /// IP over a serial line, headers compressed.
        "ARPHRD_CSLIP" => CSLIP = 257;
        /// IP over a serial line with 6 bits.
        "ARPHRD_SLIP6" => SLIP6 = 258;
        /// IP over a serial line with 6 bits, headers compressed.
        "ARPHRD_CSLIP6" => CSLIP6 = 259;
        /// For a new kind of serial line.
        "ARPHRD_RSRVD" => RESERVED = 260;
        /// Adaptive serial line.
        "ARPHRD_ADAPT" => ADAPT = 264;
        /// Amateur radio ROSE.
        "ARPHRD_ROSE" => ROSE = 270;
        /// CCITT X.25.
        "ARPHRD_X25" => X25 = 271;
        /// Boards with X.25 in their firmware.
        "ARPHRD_HWX25" => HWX25 = 272;
        /// Controller Area Network.
        "ARPHRD_CAN" => CAN = 280;
        /// MCTP.
        "ARPHRD_MCTP" => MCTP = 290;
        /// PPP.
        "ARPHRD_PPP" => PPP = 512;
        /// Cisco's HDLC.
        "ARPHRD_CISCO" => CISCO = 513;
        /// LAPB.
        "ARPHRD_LAPB" => LAPB = 516;
        /// DEC DDCMP.
        "ARPHRD_DDCMP" => DDCMP = 517;
        /// Raw HDLC.
        "ARPHRD_RAWHDLC" => RAWHDLC = 518;
        /// IP packets without a header before them.
        "ARPHRD_RAWIP" => RAWIP = 519;
        /// A tunnel IPv4 in IPv4.
        "ARPHRD_TUNNEL" => TUNNEL = 768;
        /// A tunnel in IPv6.
        "ARPHRD_TUNNEL6" => TUNNEL6 = 769;
        /// A frame relay access device.
        "ARPHRD_FRAD" => FRAD = 770;
        /// SKIP virtual private networks.
        "ARPHRD_SKIP" => SKIP = 771;
        /// The loopback interface.
        "ARPHRD_LOOPBACK" => LOOPBACK = 772;
        /// LocalTalk.
        "ARPHRD_LOCALTLK" => LOCALTALK = 773;
        /// The fibre ring FDDI.
        "ARPHRD_FDDI" => FDDI = 774;
        /// AP1000's BIF.
        "ARPHRD_BIF" => BIF = 775;
        /// A tunnel IPv6 in IPv4.
        "ARPHRD_SIT" => SIT = 776;
        /// A tunnel IP in AppleTalk DDP.
        "ARPHRD_IPDDP" => IPDDP = 777;
        /// A tunnel in GRE over IPv4.
        "ARPHRD_IPGRE" => IPGRE = 778;
        /// The register interface of multicast routing.
        "ARPHRD_PIMREG" => PIMREG = 779;
        /// The parallel interface HIPPI.
        "ARPHRD_HIPPI" => HIPPI = 780;
        /// Nexus' Ash; no kernel has it.
        "ARPHRD_ASH" => ASH = 781;
        /// Acorn Econet; removed in Linux 3.5.
        "ARPHRD_ECONET" => ECONET = 782;
        /// Infrared; removed in Linux 4.17.
        "ARPHRD_IRDA" => IRDA = 783;
        /// Fibre Channel, point to point.
        "ARPHRD_FCPP" => FCPP = 784;
        /// Fibre Channel, arbitrated loop.
        "ARPHRD_FCAL" => FCAL = 785;
        /// Fibre Channel, public loop.
        "ARPHRD_FCPL" => FCPL = 786;
        /// Fibre Channel, fabric.
        "ARPHRD_FCFABRIC" => FCFABRIC = 787;
        /// Token ring with IEEE 802.2.
        "ARPHRD_IEEE802_TR" => IEEE802_TR = 800;
        /// Wireless frames (IEEE 802.11).
        "ARPHRD_IEEE80211" => IEEE80211 = 801;
        /// Wireless frames with a Prism2 header.
        "ARPHRD_IEEE80211_PRISM" => IEEE80211_PRISM = 802;
        /// Wireless frames with a radiotap header.
        "ARPHRD_IEEE80211_RADIOTAP" => IEEE80211_RADIOTAP = 803;
        /// IEEE 802.15.4.
        "ARPHRD_IEEE802154" => IEEE802154 = 804;
        /// IEEE 802.15.4, listening to everything.
        "ARPHRD_IEEE802154_MONITOR" => IEEE802154_MONITOR = 805;
        /// Nokia Phonet, point to point.
        "ARPHRD_PHONET" => PHONET = 820;
        /// A Phonet pipe.
        "ARPHRD_PHONET_PIPE" => PHONET_PIPE = 821;
        /// ST-Ericsson CAIF.
        "ARPHRD_CAIF" => CAIF = 822;
        /// A tunnel in GRE over IPv6.
        "ARPHRD_IP6GRE" => IP6GRE = 823;
        /// Netlink traffic, for tracing.
        "ARPHRD_NETLINK" => NETLINK = 824;
        /// IPv6 over low-power links (RFC 4944).
        "ARPHRD_6LOWPAN" => SIXLOWPAN = 825;
        /// Virtual machine sockets' traffic, for tracing.
        "ARPHRD_VSOCKMON" => VSOCKMON = 826;
        /// Nothing is known.
        "ARPHRD_VOID" => VOID = 65535;
        /// No hardware header at all.
        "ARPHRD_NONE" => NONE = 65534;
        /// The same as [`ArpHardware::CISCO`].
        "ARPHRD_HDLC" => HDLC = 513;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] = &[ArpHardware::TABLE];
