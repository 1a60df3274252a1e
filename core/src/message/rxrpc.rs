//! `SOL_RXRPC`: which call a message belongs to (Documentation/networking/rxrpc.rst, linux/rxrpc.h).
//!
//! ```
//! use anysock::message::{self, ControlBuffer};
//!
//! let mut buffer = ControlBuffer::<64>::new();
//! let mut writer = buffer.writer();
//! writer.put(message::rxrpc::UserCallId, &7)?;
//! writer.put(message::rxrpc::ExclusiveCall, &())?;
//! # Ok::<(), anysock::Errno>(())
//! ```

use super::messages;
use crate::constants::Level;
use crate::option::List;

messages! {
    Level::RXRPC;

    /// The number that the program gave the call: an `unsigned long`.
    "RXRPC_USER_CALL_ID" = 1 => UserCallId: usize;
    /// The call is aborted, with this code.
    "RXRPC_ABORT" = 2 => Abort: u32;
    /// Received: the last acknowledgement of a service's answer.
    "RXRPC_ACK" = 3 => Ack: ();
    /// Received: a network error, an errno.
    "RXRPC_NET_ERROR" = 5 => NetError: i32;
    /// Received: the server is busy.
    "RXRPC_BUSY" = 6 => Busy: ();
    /// Received: an error of this machine, an errno.
    "RXRPC_LOCAL_ERROR" = 7 => LocalError: i32;
    /// Received: a call has come in.
    "RXRPC_NEW_CALL" = 8 => NewCall: ();
    /// Sent: the call has a connection of its own.
    "RXRPC_EXCLUSIVE_CALL" = 10 => ExclusiveCall: ();
    /// Sent: ask for the newer form of the service.
    "RXRPC_UPGRADE_SERVICE" = 11 => UpgradeService: ();
    /// Sent: how many bytes the call will send in all.
    "RXRPC_TX_LENGTH" = 12 => TxLength: u64;
    /// Sent: how long the call may take in all, in seconds; then how long nothing may come, and how long until
    /// something comes, in milliseconds. One to three numbers, 0 for no bound.
    "RXRPC_SET_CALL_TIMEOUT" = 13 => SetCallTimeout: List<u32, 3>;
    /// Sent: a number for a call that is to come in.
    "RXRPC_CHARGE_ACCEPT" = 14 => ChargeAccept: ();
}
