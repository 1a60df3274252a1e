//! What a controller says of itself.

use super::super::bytes::Reader;
use crate::error::DecodeError;

/// The versions that a controller has: the answer to
/// [`Opcode::READ_LOCAL_VERSION_INFORMATION`](super::Opcode::READ_LOCAL_VERSION_INFORMATION).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct LocalVersion {
    /// Of HCI: 6 is 4.0, 9 is 5.0, 13 is 5.4 (Assigned Numbers).
    pub hci_version: u8,
    /// The maker's own of that.
    pub hci_subversion: u16,
    /// Of the link manager, in the same numbers.
    pub lmp_version: u8,
    /// The maker (Assigned Numbers).
    pub company: u16,
    /// The maker's own of the link manager.
    pub lmp_subversion: u16,
}

impl LocalVersion {
    /// The answer, without its status.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] where there are fewer than 8 bytes.
    pub fn decode(parameters: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(parameters);
        Ok(LocalVersion {
            hci_version: fields.byte()?,
            hci_subversion: fields.u16_le()?,
            lmp_version: fields.byte()?,
            company: fields.u16_le()?,
            lmp_subversion: fields.u16_le()?,
        })
    }
}
