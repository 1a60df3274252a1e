//! `SOL_PACKET`: what the kernel knows of a packet beside its bytes (packet(7)).
//!
//! `PACKET_TX_TIMESTAMP` (16) is an entry of the error queue.
//!
//! ```
//! use anysock::message::{ControlMessage, packet::AuxData};
//!
//! assert_eq!(AuxData::C_NAME, "PACKET_AUXDATA");
//! ```

use super::{SockExtendedErr, messages};
use crate::constants::Level;
use crate::packet::TpacketAuxdata;

messages! {
    Level::PACKET;

    /// Lengths, offsets, and the VLAN tag that was taken off. Since Linux 2.6.21.
    "PACKET_AUXDATA" = 8 => AuxData: TpacketAuxdata;
    /// An entry of the error queue: a time of transmission is beside it.
    "PACKET_TX_TIMESTAMP" = 16 => TxTimestamp: SockExtendedErr;
}
