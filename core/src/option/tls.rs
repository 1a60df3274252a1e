//! `SOL_TLS`: options of a TCP socket whose records the kernel encrypts (linux/tls.h). Since Linux 4.13.
//!
//! ```
//! use anysock::{Backend, Error, Socket, option};
//!
//! fn example<B: Backend>(socket: &Socket<B>) -> Result<bool, Error> {
//!     socket.set(option::tls::ReceiveExpectNoPad, true)?;
//!     socket.get(option::tls::ReceiveExpectNoPad)
//! }
//! ```

use crate::constants::Level;
use crate::option::options;
use crate::tls::CryptoInfo;

options! {
    "SOL_TLS", Level::TLS;

    /// The keys for receiving: `struct tls12_crypto_info_aes_gcm_128` and its like. Set only; since Linux 4.17.
    TLS_RX = 2 => ReceiveKeys: CryptoInfo, set;
    /// Promises that the peer does not pad its records, which saves a copy (TLS 1.3). Since Linux 6.0.
    TLS_RX_EXPECT_NO_PAD = 4 => ReceiveExpectNoPad: bool, get set;
    /// The keys for sending: `struct tls12_crypto_info_aes_gcm_128` and its like. Set only.
    TLS_TX = 1 => SendKeys: CryptoInfo, set;
    /// Promises that files do not change while sendfile sends them, which saves a copy. Since Linux 5.19.
    TLS_TX_ZEROCOPY_RO = 3 => SendZeroCopyReadOnly: bool, get set;
}
