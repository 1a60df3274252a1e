//! Protocols, per family.

/// The third argument of `socket(2)`. What a number means depends on the family, so each family has a type
/// of its own that converts into this one.
///
/// ```
/// use anysock::constants::{CanProtocol, IpProtocol, Protocol};
///
/// assert_eq!(Protocol::from(CanProtocol::RAW), Protocol::from(IpProtocol::ICMP));
/// assert_eq!(format!("{:?}", CanProtocol::RAW), "CAN_RAW");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[repr(transparent)]
pub struct Protocol(pub i32);

impl Protocol {
    /// The family's own choice for the socket type.
    pub const DEFAULT: Protocol = Protocol(0);
}

/// A family's protocol is a [`Protocol`].
macro_rules! protocols {
    ($( $Type:ty; )*) => {
        $( impl From<$Type> for Protocol {
            #[inline]
            fn from(protocol: $Type) -> Self {
                Protocol(protocol.0 as i32)
            }
        } )*
    };
}

protocols! {
    IpProtocol;
    BluetoothProtocol;
    CanProtocol;
    super::atm::AtmAdaptationLayer;
    super::caif::CaifProtocol;
    super::kcm::KcmProtocol;
    super::netlink::NetlinkProtocol;
    super::nfc::NfcProtocol;
    super::phonet::PhonetProtocol;
    super::pppox::PppoxProtocol;
    super::smc::SmcProtocol;
}

super::value_names! {
    /// A protocol of `AF_INET` and `AF_INET6` (linux/in.h).
    pub struct IpProtocol(i32) {
        /// The family's own choice for the socket type.
        "IPPROTO_IP" => IP = 0;
        /// Internet Control Message Protocol (RFC 792).
        "IPPROTO_ICMP" => ICMP = 1;
        /// Internet Group Management Protocol (RFC 3376).
        "IPPROTO_IGMP" => IGMP = 2;
        /// IPv4 in IP.
        "IPPROTO_IPIP" => IPIP = 4;
        /// Transmission Control Protocol (RFC 9293).
        "IPPROTO_TCP" => TCP = 6;
        /// Exterior Gateway Protocol.
        "IPPROTO_EGP" => EGP = 8;
        /// Xerox PUP.
        "IPPROTO_PUP" => PUP = 12;
        /// User Datagram Protocol (RFC 768).
        "IPPROTO_UDP" => UDP = 17;
        /// XNS IDP.
        "IPPROTO_IDP" => IDP = 22;
        /// ISO transport protocol class 4.
        "IPPROTO_TP" => TP = 29;
        /// Datagram Congestion Control Protocol (RFC 4340); removed in Linux 6.16.
        "IPPROTO_DCCP" => DCCP = 33;
        /// IPv6 in IP.
        "IPPROTO_IPV6" => IPV6 = 41;
        /// Resource reservation.
        "IPPROTO_RSVP" => RSVP = 46;
        /// Generic routing encapsulation.
        "IPPROTO_GRE" => GRE = 47;
        /// IPv6 hop-by-hop options (RFC 8200).
        "IPPROTO_HOPOPTS" => HOPOPTS = 0;
        /// IPv6 routing header (RFC 8200).
        "IPPROTO_ROUTING" => ROUTING = 43;
        /// IPv6 fragment header (RFC 8200).
        "IPPROTO_FRAGMENT" => FRAGMENT = 44;
        /// IPsec encapsulating security payload.
        "IPPROTO_ESP" => ESP = 50;
        /// IPsec authentication header.
        "IPPROTO_AH" => AH = 51;
        /// ICMP for IPv6 (RFC 4443).
        "IPPROTO_ICMPV6" => ICMPV6 = 58;
        /// Nothing follows an IPv6 header (RFC 8200).
        "IPPROTO_NONE" => NONE = 59;
        /// IPv6 destination options (RFC 8200).
        "IPPROTO_DSTOPTS" => DSTOPTS = 60;
        /// Multicast transport protocol.
        "IPPROTO_MTP" => MTP = 92;
        /// IP option pseudo header for BEET.
        "IPPROTO_BEETPH" => BEETPH = 94;
        /// Encapsulation header.
        "IPPROTO_ENCAP" => ENCAP = 98;
        /// Protocol independent multicast.
        "IPPROTO_PIM" => PIM = 103;
        /// IP payload compression.
        "IPPROTO_COMP" => COMP = 108;
        /// Layer 2 tunnelling protocol.
        "IPPROTO_L2TP" => L2TP = 115;
        /// Stream Control Transmission Protocol (RFC 9260).
        "IPPROTO_SCTP" => SCTP = 132;
        /// IPv6 mobility header (RFC 6275).
        "IPPROTO_MH" => MH = 135;
        /// UDP-Lite (RFC 3828).
        "IPPROTO_UDPLITE" => UDPLITE = 136;
        /// MPLS in IP.
        "IPPROTO_MPLS" => MPLS = 137;
        /// Ethernet within IPv6.
        "IPPROTO_ETHERNET" => ETHERNET = 143;
        /// Aggregation and fragmentation within IPsec (RFC 9347). Since Linux 6.14.
        "IPPROTO_AGGFRAG" => AGGFRAG = 144;
        /// Raw IP packets, headers included.
        "IPPROTO_RAW" => RAW = 255;
        /// Shared memory communications over IP sockets. Since Linux 6.11.
        "IPPROTO_SMC" => SMC = 256;
        /// Multipath TCP (RFC 8684).
        "IPPROTO_MPTCP" => MPTCP = 262;
    }
}

super::value_names! {
    /// A protocol of `AF_BLUETOOTH` (net/bluetooth/bluetooth.h).
    pub struct BluetoothProtocol(i32) {
        /// Logical link control and adaptation.
        "BTPROTO_L2CAP" => L2CAP = 0;
        /// Host controller interface.
        "BTPROTO_HCI" => HCI = 1;
        /// Synchronous audio.
        "BTPROTO_SCO" => SCO = 2;
        /// Serial ports over L2CAP.
        "BTPROTO_RFCOMM" => RFCOMM = 3;
        /// Network encapsulation.
        "BTPROTO_BNEP" => BNEP = 4;
        /// CAPI message transport.
        "BTPROTO_CMTP" => CMTP = 5;
        /// Human interface devices.
        "BTPROTO_HIDP" => HIDP = 6;
        /// Audio and video distribution; no kernel has it.
        "BTPROTO_AVDTP" => AVDTP = 7;
        /// LE isochronous channels.
        "BTPROTO_ISO" => ISO = 8;
    }
}

super::value_names! {
    /// A protocol of `AF_CAN` (linux/can.h).
    pub struct CanProtocol(i32) {
        /// Frames as they are on the bus.
        "CAN_RAW" => RAW = 1;
        /// Broadcast manager: cyclic sending and content filters.
        "CAN_BCM" => BCM = 2;
        /// VAG transport protocol 1.6; a reserved number, no kernel has it.
        "CAN_TP16" => TP16 = 3;
        /// VAG transport protocol 2.0; a reserved number, no kernel has it.
        "CAN_TP20" => TP20 = 4;
        /// Bosch MCNet; a reserved number, no kernel has it.
        "CAN_MCNET" => MCNET = 5;
        /// ISO 15765-2 transport.
        "CAN_ISOTP" => ISOTP = 6;
        /// SAE J1939.
        "CAN_J1939" => J1939 = 7;
    }
}
