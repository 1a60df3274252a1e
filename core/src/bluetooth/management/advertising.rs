//! What a controller advertises.

use super::super::bytes::Writer;
use crate::constants::{Errno, flag_names};

flag_names! {
    /// How something is advertised (net/bluetooth/mgmt.h).
    pub struct AdvertisingFlags(u32) {
        /// It can be connected to.
        "MGMT_ADV_FLAG_CONNECTABLE" => CONNECTABLE = 0x1;
        /// It says that it can be found.
        "MGMT_ADV_FLAG_DISCOV" => DISCOV = 0x2;
        /// It says that it can be found for a limited time.
        "MGMT_ADV_FLAG_LIMITED_DISCOV" => LIMITED_DISCOV = 0x4;
        /// The kernel adds the flags.
        "MGMT_ADV_FLAG_MANAGED_FLAGS" => MANAGED_FLAGS = 0x8;
        /// The kernel adds the power.
        "MGMT_ADV_FLAG_TX_POWER" => TX_POWER = 0x10;
        /// The kernel adds what kind of device it is.
        "MGMT_ADV_FLAG_APPEARANCE" => APPEARANCE = 0x20;
        /// The kernel adds the name.
        "MGMT_ADV_FLAG_LOCAL_NAME" => LOCAL_NAME = 0x40;
    }
}

/// Something to advertise: the parameters of
/// [`ManagementOpcode::ADD_ADVERTISING`](super::ManagementOpcode::ADD_ADVERTISING).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[doc(alias = "mgmt_cp_add_advertising")]
pub struct Advertising<'a> {
    /// Its number, from 1 on. What had that number is advertised no longer.
    pub instance: u8,
    /// How it is advertised.
    pub flags: AdvertisingFlags,
    /// For how many seconds in turn with others; 0 for the kernel's choice.
    pub duration: u16,
    /// For how many seconds in all; 0 for ever.
    pub timeout: u16,
    /// What is said ([`AdvertisingData::write`](crate::bluetooth::AdvertisingData::write)), at most 31 bytes with what
    /// the kernel adds.
    pub data: &'a [u8],
    /// What is said to who asks for more, at most 31 bytes.
    pub scan_response: &'a [u8],
}

impl Advertising<'_> {
    /// Writes the parameters to the front of `buffer`.
    ///
    /// # Errors
    /// `ENOBUFS` where they do not fit, `EINVAL` for more than 255 bytes of data.
    pub fn encode<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b [u8], Errno> {
        let length = |data: &[u8]| u8::try_from(data.len()).map_err(|_| Errno::EINVAL);
        let mut writer = Writer::new(buffer);
        writer.put(&[self.instance])?;
        writer.put(&self.flags.0.to_le_bytes())?;
        writer.put(&self.duration.to_le_bytes())?;
        writer.put(&self.timeout.to_le_bytes())?;
        writer.put(&[length(self.data)?, length(self.scan_response)?])?;
        writer.put(self.data)?;
        writer.put(self.scan_response)?;
        Ok(writer.finish())
    }
}
