//! The kernel's numbers under their own names: families, types, protocols, levels, flags, errors.
//!
//! Everything that a kernel may extend is an open newtype with associated constants: an unknown value is
//! kept, and printed as a number. `Debug` prints the C name, each constant is found in these pages by its C
//! name, and one table ([`all`], [`by_name`]) serves configuration files, traces and the proof against the
//! kernel's headers. What every program with sockets needs is here; what belongs to one protocol, or to one
//! kind of message, is in a module of its own.
//!
//! ```
//! use anysock::constants::{self, Family};
//!
//! assert_eq!(format!("{:?}", Family::CAN), "AF_CAN");
//! assert_eq!(format!("{:?}", Family(99)), "Family(99)");
//! assert_eq!(constants::by_name("SOCK_STREAM").map(|constant| constant.value), Some(1));
//! ```

pub mod address_attribute;
pub mod amateur_radio;
pub mod atm;
pub mod bluetooth;
pub mod caif;
pub mod can;
pub mod can_protocol;
pub mod control;
pub mod dccp;
pub mod epoll;
mod errno;
pub mod ethernet;
mod family;
mod flags;
pub mod generic_netlink;
pub mod hardware;
pub mod hci;
mod host_error;
pub mod inet;
pub mod interface;
pub mod ip;
pub mod iucv;
pub mod kcm;
pub mod l2cap;
mod level;
pub mod link_attribute;
pub mod llc;
pub mod mctp;
pub mod mptcp;
pub mod mptcp_netlink;
mod names;
pub mod neighbour;
pub mod netlink;
pub mod nfc;
pub mod nfc_netlink;
pub mod packet;
pub mod phonet;
pub mod pppox;
mod protocol;
pub mod qrtr;
pub mod rds;
pub mod resolve;
mod resolve_error;
pub mod route_attribute;
pub mod rxrpc;
pub mod sctp;
pub mod smc;
pub mod smc_netlink;
pub mod sock_diag;
pub mod socket_option;
mod socket_type;
pub mod tipc;
pub mod tls;
pub mod vsock;
pub mod x25;
pub mod xdp;

pub use errno::Errno;
pub use family::Family;
pub use flags::{MessageFlags, PollEvents, Shutdown};
pub use host_error::HostError;
pub use level::Level;
pub use protocol::{BluetoothProtocol, CanProtocol, IpProtocol, Protocol};
pub use resolve_error::ResolveError;
pub use socket_type::{SocketFlags, SocketType};

pub(crate) use names::{c_name, flag_names, table, value_names};

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

/// The tables of each module, in the order in which [`all`] lists them.
static MODULES: &[&[&[Constant]]] = &[
    &[Family::TABLE, SocketType::TABLE, SocketFlags::TABLE],
    &[IpProtocol::TABLE, BluetoothProtocol::TABLE, CanProtocol::TABLE],
    &[Errno::TABLE, ResolveError::TABLE, HostError::TABLE],
    &[Level::TABLE, MessageFlags::TABLE, PollEvents::TABLE, Shutdown::TABLE],
    address_attribute::TABLES,
    amateur_radio::TABLES,
    atm::TABLES,
    bluetooth::TABLES,
    caif::TABLES,
    can::TABLES,
    can_protocol::TABLES,
    control::TABLES,
    dccp::TABLES,
    epoll::TABLES,
    ethernet::TABLES,
    generic_netlink::TABLES,
    hardware::TABLES,
    hci::TABLES,
    inet::TABLES,
    interface::TABLES,
    ip::TABLES,
    iucv::TABLES,
    kcm::TABLES,
    l2cap::TABLES,
    link_attribute::TABLES,
    link_attribute::bond::TABLES,
    link_attribute::bridge::TABLES,
    link_attribute::family::TABLES,
    link_attribute::overlay::TABLES,
    link_attribute::statistics::TABLES,
    link_attribute::tunnel::TABLES,
    link_attribute::virtual_function::TABLES,
    llc::TABLES,
    mctp::TABLES,
    mptcp::TABLES,
    mptcp_netlink::TABLES,
    neighbour::TABLES,
    netlink::TABLES,
    nfc::TABLES,
    nfc_netlink::TABLES,
    packet::TABLES,
    phonet::TABLES,
    pppox::TABLES,
    qrtr::TABLES,
    rds::TABLES,
    resolve::TABLES,
    route_attribute::TABLES,
    rxrpc::TABLES,
    sctp::TABLES,
    smc::TABLES,
    smc_netlink::TABLES,
    sock_diag::TABLES,
    socket_option::TABLES,
    tipc::TABLES,
    tls::TABLES,
    vsock::TABLES,
    x25::TABLES,
    xdp::TABLES,
    crate::can::TABLES,
    crate::message::TABLES,
    crate::netlink::TABLES,
    crate::packet::TABLES,
    crate::sctp::TABLES,
    crate::tipc::TABLES,
    crate::option::TABLES,
];

/// Every constant of this crate, group by group.
pub fn all() -> impl Iterator<Item = &'static Constant> {
    MODULES.iter().copied().flatten().copied().flatten()
}

/// The constant of this C name, for instance `"SO_KEEPALIVE"`.
pub fn by_name(name: &str) -> Option<&'static Constant> {
    all().find(|constant| constant.name == name)
}
