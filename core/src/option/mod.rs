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
//! Each option has a constant of its C name, and a type besides, to set and to read it by; what is read only
//! or set only, the compiler knows. An option that answers a question, such as the state of one of a socket's
//! associations, is read by [`crate::Socket::get_with`].
//!
//! An option that this crate does not know, or that has a constant only, is set and read by level, name and
//! bytes: [`crate::Socket::set_bytes`], [`crate::Socket::get_bytes`]. Why one has no type is said in `untyped.rs`
//! beside this file.

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
mod flow_label;
pub mod hci;
mod icmp6_filter;
pub mod icmpv6;
pub mod ieee802154;
pub mod ip;
pub mod ipv6;
pub mod iucv;
pub mod kcm;
pub mod l2cap;
mod list;
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
mod tail;
pub mod tcp;
mod tcp_info;
mod tcp_md5sig;
mod tcp_repair;
mod text;
mod timeout;
pub mod tipc;
pub mod tls;
pub mod udp;
#[cfg(test)]
mod untyped;
mod value;
pub mod vsock;
pub mod x25;
pub mod xdp;

pub use flow_label::In6FlowlabelReq;
pub use icmp6_filter::Icmp6Filter;
pub use list::{List, ListBytes};
pub use tcp_info::TcpInfo;
pub use tcp_md5sig::TcpMd5sig;
pub use tcp_repair::{TcpRepairOpt, TcpRepairWindow};
pub use timeout::Timeout;
pub use value::{Linger, OptionValue};

pub(crate) use tail::tailed;

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

/// An option whose answer depends on what is asked: `getsockopt(2)` is given a value and fills it in.
pub trait QueryOption: SockOpt {}

/// An option that can be set: `setsockopt(2)`.
pub trait SetOption: SockOpt {}

/// The options of one level, a line each: `C_NAME = number => Type: Value, access;` where access is some of
/// `get`, `set` and `query`, or `C_NAME = number;` for one without a type (`untyped.rs` says why). `Type<N>` is one
/// whose value has room for `N` of something. Makes a constant of each, a type where there is one, and the
/// level's table.
macro_rules! options {
    (
        $group:literal, $level:expr;
        $(
            $(#[$meta:meta])*
            $c_name:ident = $number:expr $(=> $Type:ident $(<$N:ident>)?: $Value:ty, $($access:ident)+)?;
        )*
    ) => {
        $(
            $crate::option::option! {
                $level; $(#[$meta])* $c_name = $number $(=> $Type $(<$N>)?: $Value, $($access)+)?
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

        /// The options of this level by their C names, with their types: one, or none.
        #[cfg(test)]
        pub(crate) const TYPES: &[(&str, &[&str])] = &[
            $( (stringify!($c_name), &[$( stringify!($Type) )?]), )*
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
        $c_name:ident = $number:expr => $Type:ident $(<$N:ident>)?: $Value:ty, $($access:ident)+
    ) => {
        #[doc = concat!("The number of [`", stringify!($Type), "`].")]
        pub const $c_name: i32 = $number;

        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub struct $Type $(<const $N: usize>)?;

        impl $(<const $N: usize>)? $crate::option::SockOpt for $Type $(<$N>)? {
            type Value = $Value;
            const LEVEL: $crate::constants::Level = $level;
            const NAME: i32 = $c_name;
            const C_NAME: &'static str = stringify!($c_name);
        }

        $crate::option::access!($Type $(<$N>)?, $($access)+);
    };
}

macro_rules! access {
    ($Type:ident $(<$N:ident>)?, ) => {};
    ($Type:ident $(<$N:ident>)?, get $($rest:ident)*) => {
        impl $(<const $N: usize>)? $crate::option::GetOption for $Type $(<$N>)? {}
        $crate::option::access!($Type $(<$N>)?, $($rest)*);
    };
    ($Type:ident $(<$N:ident>)?, query $($rest:ident)*) => {
        impl $(<const $N: usize>)? $crate::option::QueryOption for $Type $(<$N>)? {}
        $crate::option::access!($Type $(<$N>)?, $($rest)*);
    };
    ($Type:ident $(<$N:ident>)?, set $($rest:ident)*) => {
        impl $(<const $N: usize>)? $crate::option::SetOption for $Type $(<$N>)? {}
        $crate::option::access!($Type $(<$N>)?, $($rest)*);
    };
}

pub(crate) use {access, option, options};

/// The tables of each level.
macro_rules! tables {
    ($($level:ident)+) => {
        /// The table of each level.
        pub(crate) const TABLES: &[&[crate::constants::Constant]] = &[ $( $level::TABLE, )+ ];

        /// The types of each level.
        #[cfg(test)]
        const TYPES: &[&[(&str, &[&str])]] = &[ $( $level::TYPES, )+ ];
    };
}

tables! {
    socket alg atm ax25 bluetooth caif can_isotp can_j1939 can_raw dccp hci icmpv6 ieee802154 ip
    ipv6 iucv kcm l2cap llc mctp mptcp multicast netlink netrom nfc packet phonet pppol2tp raw rds
    rfcomm rose rxrpc sco sctp smc tcp tipc tls udp vsock x25 xdp
}

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
