//! Which packets of an interface a socket asks for, and how sockets share them.

use crate::constants::value_names;
use crate::layout::{newtype_field, structure};

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
