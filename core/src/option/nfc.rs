//! `SOL_NFC`: options of near-field communication's LLCP sockets (linux/nfc.h). Since Linux 3.9.
//!
//! ```
//! use anysock::{Backend, Error, Socket, option};
//!
//! fn example<B: Backend>(socket: &Socket<B>) -> Result<u32, Error> {
//!     socket.set(option::nfc::MiuExtension, 64)?;
//!     socket.get(option::nfc::MiuExtension)
//! }
//! ```

use crate::constants::Level;
use crate::option::options;

options! {
    "SOL_NFC", Level::NFC;

    /// What the largest information field has over 128 bytes, 0 to 2047.
    NFC_LLCP_MIUX = 1 => MiuExtension: u32, get set;
    /// The peer's link timeout, in milliseconds. Read only.
    NFC_LLCP_REMOTE_LTO = 3 => RemoteLinkTimeout: u32, get;
    /// The peer's largest information field, in bytes. Read only.
    NFC_LLCP_REMOTE_MIU = 2 => RemoteMiu: u32, get;
    /// The peer's receive window, in frames. Read only.
    NFC_LLCP_REMOTE_RW = 4 => RemoteWindow: u32, get;
    /// How many frames may be received without acknowledgement, 0 to 15.
    NFC_LLCP_RW = 0 => ReceiveWindow: u32, get set;
}
