//! `SOL_ALG`: an operation of the kernel's cryptography (Documentation/crypto/userspace-if.rst).
//!
//! ```
//! use anysock::message::{self, ControlBuffer};
//! use anysock::message::alg::{AlgIv, AlgOperation};
//!
//! let mut buffer = ControlBuffer::<128>::new();
//! let mut writer = buffer.writer();
//! writer.put(message::alg::SetOp, &AlgOperation::ENCRYPT)?;
//! writer.put(message::alg::SetIv, &AlgIv::new(&[0x24; 16]).unwrap())?;
//! # Ok::<(), anysock::Errno>(())
//! ```

use super::messages;
use crate::constants::{Level, value_names};
use crate::error::DecodeError;
use crate::layout::Field;
use crate::option::OptionValue;

value_names! {
    /// What to do (linux/if_alg.h).
    pub struct AlgOperation(u32) {
        /// Decrypt.
        "ALG_OP_DECRYPT" => DECRYPT = 0;
        /// Encrypt.
        "ALG_OP_ENCRYPT" => ENCRYPT = 1;
    }
}

impl OptionValue for AlgOperation {
    type Bytes = [u8; 4];

    fn encode(&self) -> [u8; 4] {
        self.0.to_ne_bytes()
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        u32::decode(bytes).map(AlgOperation)
    }

    fn buffer() -> [u8; 4] {
        [0; 4]
    }
}

/// An initialization vector: `struct af_alg_iv`, its length and then its bytes.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[doc(alias = "af_alg_iv")]
pub struct AlgIv(heapless::Vec<u8, { AlgIv::MAX }>);

impl AlgIv {
    /// The most bytes that an algorithm of the kernel takes: those of Adiantum.
    pub const MAX: usize = 32;

    /// The vector `bytes`.
    ///
    /// # Errors
    /// [`DecodeError::TooLong`] where there are more than [`AlgIv::MAX`].
    pub fn new(bytes: &[u8]) -> Result<Self, DecodeError> {
        let too_long = DecodeError::TooLong { most: AlgIv::MAX, found: bytes.len() };
        heapless::Vec::from_slice(bytes).map(AlgIv).map_err(|_| too_long)
    }

    /// The bytes of the vector.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl OptionValue for AlgIv {
    type Bytes = heapless::Vec<u8, { 4 + AlgIv::MAX }>;

    fn encode(&self) -> Self::Bytes {
        let len = (self.0.len() as u32).to_ne_bytes();
        let mut bytes = Self::Bytes::new();
        // There is room for both.
        let _ = bytes.extend_from_slice(&len);
        let _ = bytes.extend_from_slice(&self.0);
        bytes
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let (len, iv) = bytes.split_at_checked(4).unwrap_or((bytes, &[]));
        let too_short = |needed| DecodeError::TooShort { needed, found: bytes.len() };
        let len = u32::take(len).ok_or(too_short(4))? as usize;
        AlgIv::new(iv.get(..len).ok_or(too_short(len.saturating_add(4)))?)
    }

    fn buffer() -> Self::Bytes {
        heapless::Vec::from_array([0; 4 + AlgIv::MAX])
    }
}

messages! {
    Level::ALG;

    /// The initialization vector.
    "ALG_SET_IV" = 2 => SetIv: AlgIv;
    /// Encrypt or decrypt.
    "ALG_SET_OP" = 3 => SetOp: AlgOperation;
    /// How many of the bytes are authenticated only. Since Linux 4.1.
    "ALG_SET_AEAD_ASSOCLEN" = 4 => SetAeadAssocLen: u32;
}
