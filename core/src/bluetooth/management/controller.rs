//! What a controller is, and how it is set.

use core::fmt;

use super::super::bytes::Reader;
use super::ManagementSettings;
use crate::addr::BdAddr;
use crate::constants::Errno;
use crate::error::DecodeError;

/// The controllers that there are: the answer to
/// [`ManagementOpcode::READ_INDEX_LIST`](super::ManagementOpcode::READ_INDEX_LIST).
#[derive(Clone, Debug)]
pub struct Controllers<'a> {
    indices: core::slice::Iter<'a, [u8; 2]>,
}

impl<'a> Controllers<'a> {
    /// The answer to the command.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] where there are fewer than it says.
    pub fn decode(parameters: &'a [u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(parameters);
        let count = usize::from(fields.u16_le()?);
        let (indices, _) = fields.slice(count.saturating_mul(2))?.as_chunks();
        Ok(Controllers { indices: indices.iter() })
    }
}

/// Their numbers: 0 is `hci0`.
impl Iterator for Controllers<'_> {
    type Item = u16;

    fn next(&mut self) -> Option<u16> {
        self.indices.next().copied().map(u16::from_le_bytes)
    }
}

/// A name in UTF-8, at most `N - 1` bytes: `N` is [`LocalName::LONG`] or [`LocalName::SHORT`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct LocalName<const N: usize> {
    bytes: [u8; N],
}

impl LocalName<0> {
    /// Of the name: `MGMT_MAX_NAME_LENGTH`, with a zero.
    pub const LONG: usize = 249;
    /// Of the short name: `MGMT_MAX_SHORT_NAME_LENGTH`, with a zero.
    pub const SHORT: usize = 11;
}

impl<const N: usize> LocalName<N> {
    /// A name.
    ///
    /// # Errors
    /// `EINVAL` where it is too long, or has a zero in it.
    pub fn new(name: &[u8]) -> Result<Self, Errno> {
        let mut bytes = [0; N];
        let room = bytes.get_mut(..name.len()).filter(|_| name.len() < N && !name.contains(&0));
        room.ok_or(Errno::EINVAL)?.copy_from_slice(name);
        Ok(LocalName { bytes })
    }

    /// The name as far as its terminating zero.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.split(|byte| *byte == 0).next().unwrap_or_default()
    }

    /// The kernel's bytes: zeros behind the name.
    pub fn encode(&self) -> [u8; N] {
        self.bytes
    }
}

impl<const N: usize> fmt::Debug for LocalName<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.as_bytes().escape_ascii())
    }
}

/// What a controller is, and how it is set: the answer to
/// [`ManagementOpcode::READ_INFO`](super::ManagementOpcode::READ_INFO).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ControllerInformation {
    /// Its address.
    pub address: BdAddr,
    /// The version of Bluetooth: 6 is 4.0, 9 is 5.0, 13 is 5.4 (Assigned Numbers).
    pub version: u8,
    /// The maker (Assigned Numbers).
    pub manufacturer: u16,
    /// What of it can be set.
    pub supported_settings: ManagementSettings,
    /// How it is set.
    pub current_settings: ManagementSettings,
    /// What kind of device it says that it is, 24 bits.
    pub class: u32,
    /// Its name.
    pub name: LocalName<{ LocalName::LONG }>,
    /// A shorter one, for where there is little room.
    pub short_name: LocalName<{ LocalName::SHORT }>,
}

impl ControllerInformation {
    /// The answer to the command.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] where there are fewer than 280 bytes.
    pub fn decode(parameters: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(parameters);
        let address = fields.address()?;
        let version = fields.byte()?;
        let manufacturer = fields.u16_le()?;
        let supported_settings = ManagementSettings(fields.u32_le()?);
        let current_settings = ManagementSettings(fields.u32_le()?);
        let [low, middle, high] = fields.array()?;
        Ok(ControllerInformation {
            address,
            version,
            manufacturer,
            supported_settings,
            current_settings,
            class: u32::from_le_bytes([low, middle, high, 0]),
            name: LocalName { bytes: fields.array()? },
            short_name: LocalName { bytes: fields.array()? },
        })
    }
}
