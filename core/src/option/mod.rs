//! Socket options, typed: one file per level.
//!
//! ```
//! use anysock::option::{self, SockOpt};
//! use anysock::{Backend, Error, Socket};
//!
//! fn prepare<B: Backend>(socket: &Socket<B>) -> Result<bool, Error> {
//!     socket.set(option::socket::ReuseAddr, true)?;
//!     socket.get(option::socket::ReuseAddr)
//! }
//! assert_eq!(option::socket::ReuseAddr::C_NAME, "SO_REUSEADDR");
//! ```
//!
//! Each option has a constant of its C name. One whose value is a number, a switch or another plain type has
//! a type besides, to set and to read it by; what is read only or set only, the compiler knows.
//!
//! An option that this crate does not know, or whose value is a structure without a type here, is set and
//! read by level, name and bytes:
//! [`crate::Socket::set_bytes`], [`crate::Socket::get_bytes`].

mod address;
pub mod alg;
pub mod atm;
pub mod ax25;
pub mod bluetooth;
pub mod caif;
pub mod can_isotp;
pub mod can_j1939;
pub mod can_raw;
pub mod dccp;
mod field;
pub mod hci;
pub mod icmpv6;
pub mod ip;
pub mod ipv6;
pub mod kcm;
pub mod l2cap;
pub mod llc;
pub mod mctp;
pub mod mptcp;
pub mod multicast;
pub mod netlink;
pub mod netrom;
pub mod nfc;
pub mod packet;
pub mod phonet;
pub mod pppol2tp;
pub mod raw;
pub mod rds;
pub mod rfcomm;
pub mod rose;
pub mod rxrpc;
pub mod sco;
pub mod sctp;
pub mod smc;
pub mod socket;
pub mod tcp;
mod tcp_info;
pub mod tipc;
pub mod tls;
pub mod udp;
mod value;
pub mod vsock;
pub mod x25;
pub mod xdp;

pub use tcp_info::TcpInfo;
pub use value::{Linger, OptionValue};

use crate::constants::Level;

/// A socket option: a name at a level, with the type of its value.
pub trait SockOpt {
    /// What the option holds.
    type Value: OptionValue;
    /// The level.
    const LEVEL: Level;
    /// The number at that level.
    const NAME: i32;
    /// The name in C.
    const C_NAME: &'static str;
}

/// An option that can be read: `getsockopt(2)`.
pub trait GetOption: SockOpt {}

/// An option that can be set: `setsockopt(2)`.
pub trait SetOption: SockOpt {}

/// The options of one level, a line each: `C_NAME = number => Type: Value, access;` where access is
/// `get set`, `get` or `set`, or `C_NAME = number;` for one whose value is a structure that has no type here.
/// Makes a constant of each, a type where there is one, and the level's table.
macro_rules! options {
    (
        $group:literal, $level:expr;
        $(
            $(#[$meta:meta])*
            $c_name:ident = $number:expr $(=> $Type:ident: $Value:ty, $($access:ident)+)?;
        )*
    ) => {
        $(
            $crate::option::option! {
                $level; $(#[$meta])* $c_name = $number $(=> $Type: $Value, $($access)+)?
            }
        )*

        /// Every option of this level.
        pub(crate) const TABLE: &[$crate::constants::Constant] = &[
            $( $crate::constants::Constant {
                name: stringify!($c_name),
                group: $group,
                value: $c_name as i64,
                carries_pointer: $crate::option::carries_pointer($level, $c_name),
            }, )*
        ];
    };
}

/// One option: its constant, and its type.
macro_rules! option {
    ($level:expr; $(#[$meta:meta])* $c_name:ident = $number:expr) => {
        $(#[$meta])*
        pub const $c_name: i32 = $number;
    };
    (
        $level:expr;
        $(#[$meta:meta])*
        $c_name:ident = $number:expr => $Type:ident: $Value:ty, $($access:ident)+
    ) => {
        #[doc = concat!("The number of [`", stringify!($Type), "`].")]
        pub const $c_name: i32 = $number;

        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub struct $Type;

        impl $crate::option::SockOpt for $Type {
            type Value = $Value;
            const LEVEL: $crate::constants::Level = $level;
            const NAME: i32 = $c_name;
            const C_NAME: &'static str = stringify!($c_name);
        }

        $( $crate::option::access!($Type, $access); )+
    };
}

macro_rules! access {
    ($Type:ident, get) => {
        impl $crate::option::GetOption for $Type {}
    };
    ($Type:ident, set) => {
        impl $crate::option::SetOption for $Type {}
    };
}

pub(crate) use {access, option, options};

/// The table of each level.
pub(crate) const TABLES: &[&[crate::constants::Constant]] = &[
    socket::TABLE,
    alg::TABLE,
    atm::TABLE,
    ax25::TABLE,
    bluetooth::TABLE,
    caif::TABLE,
    can_isotp::TABLE,
    can_j1939::TABLE,
    can_raw::TABLE,
    dccp::TABLE,
    hci::TABLE,
    icmpv6::TABLE,
    ip::TABLE,
    ipv6::TABLE,
    kcm::TABLE,
    l2cap::TABLE,
    llc::TABLE,
    mctp::TABLE,
    mptcp::TABLE,
    multicast::TABLE,
    netlink::TABLE,
    netrom::TABLE,
    nfc::TABLE,
    packet::TABLE,
    phonet::TABLE,
    pppol2tp::TABLE,
    raw::TABLE,
    rds::TABLE,
    rfcomm::TABLE,
    rose::TABLE,
    rxrpc::TABLE,
    sco::TABLE,
    sctp::TABLE,
    smc::TABLE,
    tcp::TABLE,
    tipc::TABLE,
    tls::TABLE,
    udp::TABLE,
    vsock::TABLE,
    x25::TABLE,
    xdp::TABLE,
];

/// Options whose bytes carry a pointer or a descriptor, or whose answer is not measured in bytes: safe code
/// could read or overwrite foreign memory through them, so [`crate::Backend::set_option`] and
/// [`crate::Backend::get_option`] refuse them with `EOPNOTSUPP`.
const CARRIES_POINTER: &[(Level, i32)] = &[
    (Level::SOCKET, 26), // SO_ATTACH_FILTER, SO_GET_FILTER: struct sock_fprog; a count of instructions
    (Level::SOCKET, 50), // SO_ATTACH_BPF: a descriptor
    (Level::SOCKET, 51), // SO_ATTACH_REUSEPORT_CBPF: struct sock_fprog
    (Level::SOCKET, 52), // SO_ATTACH_REUSEPORT_EBPF: a descriptor
    (Level::SOCKET, 77), // SO_PEERPIDFD: a descriptor
    (Level::TCP, 35),    // TCP_ZEROCOPY_RECEIVE: an address that is written to
    (Level::IP, 64),     // IPT_SO_SET_REPLACE: a pointer to counters
    (Level::IP, 96),     // ARPT_SO_SET_REPLACE: a pointer to counters
    (Level::IP, 128),    // EBT_SO_SET_ENTRIES: pointers to entries and counters
    (Level::IP, 129),    // EBT_SO_SET_COUNTERS, EBT_SO_GET_ENTRIES: pointers to entries and counters
    (Level::IP, 131),    // EBT_SO_GET_INIT_ENTRIES: pointers to entries and counters
    (Level::IPV6, 64),   // IP6T_SO_SET_REPLACE: a pointer to counters
    (Level::PACKET, 22), // PACKET_FANOUT_DATA: struct sock_fprog or a descriptor
    (Level::SCTP, 102),  // SCTP_SOCKOPT_PEELOFF: a descriptor
    (Level::SCTP, 111),  // SCTP_SOCKOPT_CONNECTX3: a pointer to addresses
    (Level::SCTP, 122),  // SCTP_SOCKOPT_PEELOFF_FLAGS: a descriptor
    (Level::RDS, 2),     // RDS_GET_MR: pointers to memory
    (Level::RDS, 7),     // RDS_GET_MR_FOR_DEST: pointers to memory
    (Level::MPTCP, 4),   // MPTCP_FULL_INFO: pointers to memory that is written to
    (Level::XDP, 4),     // XDP_UMEM_REG: a pointer to memory
];

/// Whether the bytes of this option carry a pointer or a descriptor, which a call with plain bytes must not.
#[inline]
pub const fn carries_pointer(level: Level, name: i32) -> bool {
    let mut rest = CARRIES_POINTER;
    while let [(known_level, known_name), others @ ..] = rest {
        if known_level.0 == level.0 && *known_name == name {
            return true;
        }
        rest = others;
    }
    false
}
