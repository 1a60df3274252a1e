//! `SOL_TLS`: the content types of records (Documentation/networking/tls.rst).
//!
//! ```
//! use anysock::message::{self, ControlBuffer};
//!
//! let mut buffer = ControlBuffer::<32>::new();
//! buffer.writer().put(message::tls::SetRecordType, &21)?; // an alert
//! # Ok::<(), anysock::Errno>(())
//! ```

use super::messages;
use crate::constants::Level;

messages! {
    Level::TLS;

    /// Sent: the record's content type (RFC 8446 §5.1: 20 to 24). Without it, application data, 23.
    "TLS_SET_RECORD_TYPE" = 1 => SetRecordType: u8;
    /// Received: the record's content type.
    "TLS_GET_RECORD_TYPE" = 2 => GetRecordType: u8;
}
