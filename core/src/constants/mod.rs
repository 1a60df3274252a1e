//! The kernel's numbers under their own names: families, types, protocols, levels, flags, errors.
//!
//! Everything that a kernel may extend is an open newtype with associated constants: an unknown value is
//! kept, and printed as a number. `Debug` prints the C name, each constant is found in these pages by its C
//! name, and one table ([`all`], [`by_name`]) serves configuration files, traces and the proof against the
//! kernel's headers.
//!
//! ```
//! use anysock::constants::{self, Family};
//!
//! assert_eq!(format!("{:?}", Family::CAN), "AF_CAN");
//! assert_eq!(format!("{:?}", Family(99)), "Family(99)");
//! assert_eq!(constants::by_name("SOCK_STREAM").map(|constant| constant.value), Some(1));
//! ```

mod errno;
mod family;
mod flags;
mod level;
mod names;
mod protocol;
mod resolve_error;
mod socket_type;

pub use errno::Errno;
pub use family::Family;
pub use flags::{MessageFlags, PollEvents, Shutdown};
pub use level::Level;
pub use protocol::{BluetoothProtocol, CanProtocol, IpProtocol, Protocol};
pub use resolve_error::ResolveError;
pub use socket_type::SocketType;

pub(crate) use names::{flag_names, value_names};

/// One named number of the kernel's or the C library's interface.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Constant {
    /// The C name, for instance `AF_CAN`.
    pub name: &'static str,
    /// The type of this crate that carries it, for instance `Family`; for an option its level.
    pub group: &'static str,
    /// Its value on Linux's generic interface (x86, ARM, RISC-V).
    pub value: i64,
    /// Whether it is an option whose bytes carry a pointer or a descriptor, so that safe code may not set or
    /// read it as bytes ([`crate::option::carries_pointer`]).
    pub carries_pointer: bool,
}

/// The table of each group, in the order in which [`all`] lists them.
static TABLES: &[&[Constant]] = &[
    Family::TABLE,
    SocketType::TABLE,
    IpProtocol::TABLE,
    BluetoothProtocol::TABLE,
    CanProtocol::TABLE,
    Level::TABLE,
    MessageFlags::TABLE,
    PollEvents::TABLE,
    Shutdown::TABLE,
    Errno::TABLE,
    ResolveError::TABLE,
    crate::option::socket::TABLE,
    crate::option::alg::TABLE,
    crate::option::atm::TABLE,
    crate::option::ax25::TABLE,
    crate::option::bluetooth::TABLE,
    crate::option::caif::TABLE,
    crate::option::can_isotp::TABLE,
    crate::option::can_j1939::TABLE,
    crate::option::can_raw::TABLE,
    crate::option::dccp::TABLE,
    crate::option::hci::TABLE,
    crate::option::icmpv6::TABLE,
    crate::option::ip::TABLE,
    crate::option::ipv6::TABLE,
    crate::option::kcm::TABLE,
    crate::option::l2cap::TABLE,
    crate::option::llc::TABLE,
    crate::option::mctp::TABLE,
    crate::option::mptcp::TABLE,
    crate::option::multicast::TABLE,
    crate::option::netlink::TABLE,
    crate::option::netrom::TABLE,
    crate::option::nfc::TABLE,
    crate::option::packet::TABLE,
    crate::option::phonet::TABLE,
    crate::option::pppol2tp::TABLE,
    crate::option::raw::TABLE,
    crate::option::rds::TABLE,
    crate::option::rfcomm::TABLE,
    crate::option::rose::TABLE,
    crate::option::rxrpc::TABLE,
    crate::option::sco::TABLE,
    crate::option::sctp::TABLE,
    crate::option::smc::TABLE,
    crate::option::tcp::TABLE,
    crate::option::tipc::TABLE,
    crate::option::tls::TABLE,
    crate::option::udp::TABLE,
    crate::option::vsock::TABLE,
    crate::option::x25::TABLE,
    crate::option::xdp::TABLE,
];

/// Every constant of this crate, group by group.
pub fn all() -> impl Iterator<Item = &'static Constant> {
    TABLES.iter().copied().flatten()
}

/// The constant of this C name, for instance `"SO_KEEPALIVE"`.
pub fn by_name(name: &str) -> Option<&'static Constant> {
    all().find(|constant| constant.name == name)
}
