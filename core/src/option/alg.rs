//! `SOL_ALG`: options and control messages of the kernel's cryptography (linux/if_alg.h).
//!
//! ```
//! use anysock::{Backend, Error, Socket, option};
//!
//! /// Has the kernel take the key from its key ring, where no program can read it.
//! fn use_key_of_the_ring<B: Backend>(socket: &Socket<B>, serial: i32) -> Result<(), Error> {
//!     socket.set(option::alg::AlgKeySerial, serial)
//! }
//! ```

use crate::constants::Level;
use crate::option::{List, options};

options! {
    "SOL_ALG", Level::ALG;

    /// Control message: how many bytes of associated data come first. Since Linux 3.20.
    ALG_SET_AEAD_ASSOCLEN = 4;
    /// The size of the authentication tag: the length of the option, whose bytes do not matter. Set only; since
    /// Linux 3.20.
    ALG_SET_AEAD_AUTHSIZE = 5 => AlgAeadAuthSize<N>: List<u8, N>, set;
    /// The entropy of a deterministic generator, as bytes, for tests. Set only; since Linux 5.10.
    ALG_SET_DRBG_ENTROPY = 6 => AlgDrbgEntropy<N>: List<u8, N>, set;
    /// Control message: the initialization vector, `struct af_alg_iv`. Since Linux 2.6.38.
    ALG_SET_IV = 2;
    /// The key, as bytes. Set only; since Linux 2.6.38.
    ALG_SET_KEY = 1 => AlgKey<N>: List<u8, N>, set;
    /// The key, by its number in the kernel's key ring. Set only; since Linux 6.2.
    ALG_SET_KEY_BY_KEY_SERIAL = 7 => AlgKeySerial: i32, set;
    /// Control message: encrypt or decrypt. Since Linux 2.6.38.
    ALG_SET_OP = 3;
}
