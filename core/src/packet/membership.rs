//! Which packets of an interface a socket asks for, and how sockets share them.

use crate::addr::MacAddr;
use crate::constants::value_names;
use crate::error::DecodeError;
use crate::layout::{newtype_field, structure};
use crate::option::OptionValue;

value_names! {
    /// Which packets.
    pub struct MembershipKind(u16) {
        /// Those of a multicast address.
        "PACKET_MR_MULTICAST" => MULTICAST = 0;
        /// All.
        "PACKET_MR_PROMISC" => PROMISC = 1;
        /// Those of every multicast address.
        "PACKET_MR_ALLMULTI" => ALLMULTI = 2;
        /// Those of another unicast address. Since Linux 2.6.31.
        "PACKET_MR_UNICAST" => UNICAST = 3;
    }
}

newtype_field!(MembershipKind: u16);

structure! {
    "struct packet_mreq", "linux/if_packet.h";
    /// `PACKET_ADD_MEMBERSHIP`, `PACKET_DROP_MEMBERSHIP`.
    pub struct PacketMreq {
        /// The interface's number.
        pub interface: u32 = "mr_ifindex",
        /// Which packets.
        pub kind: MembershipKind = "mr_type",
        /// How many bytes of the address there are.
        pub len: u16 = "mr_alen",
        /// The address.
        pub address: [u8; 8] = "mr_address",
    }
}

impl PacketMreq {
    /// All packets that pass by the interface.
    pub const fn promiscuous(interface: u32) -> Self {
        PacketMreq { interface, kind: MembershipKind::PROMISC, len: 0, address: [0; 8] }
    }

    /// The packets of every multicast address.
    pub const fn all_multicast(interface: u32) -> Self {
        PacketMreq { interface, kind: MembershipKind::ALLMULTI, len: 0, address: [0; 8] }
    }

    /// The packets of a multicast address of Ethernet.
    pub const fn multicast(interface: u32, address: MacAddr) -> Self {
        PacketMreq::of_address(interface, MembershipKind::MULTICAST, address)
    }

    /// The packets of another unicast address of Ethernet.
    pub const fn unicast(interface: u32, address: MacAddr) -> Self {
        PacketMreq::of_address(interface, MembershipKind::UNICAST, address)
    }

    const fn of_address(interface: u32, kind: MembershipKind, address: MacAddr) -> Self {
        let MacAddr([a, b, c, d, e, f]) = address;
        PacketMreq { interface, kind, len: 6, address: [a, b, c, d, e, f, 0, 0] }
    }
}

structure! {
    "struct fanout_args", "linux/if_packet.h";
    /// How the sockets of a group share packets: `PACKET_FANOUT`, with a bound on their number. The first two
    /// fields change places on a big-endian machine.
    pub struct FanoutArgs {
        /// The group.
        pub id: u16 = "id",
        /// How, with flags.
        pub type_flags: u16 = "type_flags",
        /// The most sockets; 0 for 256. Since Linux 5.11.
        pub max_members: u32 = "max_num_members",
    }
}

/// How the sockets of a group share packets: the value of `PACKET_FANOUT`.
///
/// Without a bound on the number of sockets it is set as one `int`, which kernels before 5.11 want; read, it always
/// is one. A socket in no group answers with zeros.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Fanout(pub FanoutArgs);

impl OptionValue for Fanout {
    type Bytes = heapless::Vec<u8, { FanoutArgs::SIZE }>;

    fn encode(&self) -> Self::Bytes {
        let mut bytes = heapless::Vec::from_array(self.0.encode());
        if self.0.max_members == 0 {
            bytes.truncate(4);
        }
        bytes
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut whole = [0; FanoutArgs::SIZE];
        if bytes.len() < 4 {
            return Err(DecodeError::TooShort { needed: 4, found: bytes.len() });
        }
        for (to, from) in whole.iter_mut().zip(bytes) {
            *to = *from;
        }
        FanoutArgs::decode(&whole).map(Fanout)
    }

    fn buffer() -> Self::Bytes {
        heapless::Vec::from_array([0; FanoutArgs::SIZE])
    }
}
