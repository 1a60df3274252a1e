//! The management interface of the kernel's controllers (net/bluetooth/mgmt.h; doc/mgmt-api.txt of BlueZ): switch
//! them on, make them discoverable, look for devices, pair. A
//! [`ManagementSocket`](crate::socket::ManagementSocket) carries its messages.
//!
//! ```
//! use anysock::bluetooth::management::{ManagementMessage, ManagementOpcode};
//!
//! let power = ManagementMessage { code: ManagementOpcode::SET_POWERED.0, index: 0, parameters: &[1] };
//! let mut buffer = [0; 16];
//! assert_eq!(power.encode(&mut buffer)?, [5, 0, 0, 0, 1, 0, 1]);
//! # Ok::<(), anysock::Errno>(())
//! ```

mod advertising;
mod command;
mod controller;
mod event;
mod settings;
mod status;

pub use advertising::{Advertising, AdvertisingFlags};
pub use command::ManagementOpcode;
pub use controller::{ControllerInformation, Controllers, LocalName};
pub use event::{ManagementEvent, ManagementEventCode};
pub use settings::ManagementSettings;
pub use status::ManagementStatus;

use super::bytes::{Reader, Writer};
use crate::constants::Errno;
use crate::error::DecodeError;

/// A command or an event: `struct mgmt_hdr`, and its parameters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[doc(alias = "mgmt_hdr")]
pub struct ManagementMessage<'a> {
    /// A [`ManagementOpcode`] in what is sent, a [`ManagementEventCode`] in what is received.
    pub code: u16,
    /// The controller; [`HciAddr::DEV_NONE`](crate::HciAddr::DEV_NONE) for none.
    pub index: u16,
    /// The parameters.
    pub parameters: &'a [u8],
}

impl<'a> ManagementMessage<'a> {
    /// The message in `bytes`, a whole one and nothing else.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] and [`DecodeError::TooLong`] where its header says something else.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(bytes);
        let code = fields.u16_le()?;
        let index = fields.u16_le()?;
        let length = fields.u16_le()?;
        Ok(ManagementMessage { code, index, parameters: fields.exactly(length.into())? })
    }

    /// Writes the message to the front of `buffer`.
    ///
    /// # Errors
    /// `ENOBUFS` where it does not fit, `EINVAL` for more than 65,535 bytes of parameters.
    pub fn encode<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b [u8], Errno> {
        let length = u16::try_from(self.parameters.len()).map_err(|_| Errno::EINVAL)?;
        let mut writer = Writer::new(buffer);
        for field in [self.code, self.index, length] {
            writer.put(&field.to_le_bytes())?;
        }
        writer.put(self.parameters)?;
        Ok(writer.finish())
    }
}
