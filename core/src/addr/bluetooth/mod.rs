//! `AF_BLUETOOTH`: device addresses, and one structure for each protocol.
//!
//! The kernel's headers for user space do not have them; they are in include/net/bluetooth/ of its source, and
//! in BlueZ's bluetooth/*.h.

mod bd_addr;
mod hci;
mod iso;
mod l2cap;
mod rfcomm;
mod sco;

pub use bd_addr::{BdAddr, BdAddrType, ParseBdAddrError};
pub use hci::HciAddr;
pub use iso::{IsoAddr, IsoBroadcast};
pub use l2cap::L2capAddr;
pub use rfcomm::RfcommAddr;
pub use sco::ScoAddr;
