//! What a device says of itself: advertising data and extended inquiry responses, which have one format (Core
//! Specification, volume 3, part C, 11; the types are in the Assigned Numbers).

use super::bytes::Writer;
use crate::constants::{Errno, value_names};

value_names! {
    /// What a structure of advertising data says (Assigned Numbers, 2.3). `Debug` prints the name there.
    pub struct AdvertisingDataType(u8) {
        /// How the device can be found: bit 0 for a limited time, bit 1 always, bit 2 without classic Bluetooth.
        "Flags" => FLAGS = 0x01;
        /// Some of its services, of 16 bits each.
        "Incomplete List of 16-bit Service Class UUIDs" => INCOMPLETE_UUIDS_16 = 0x02;
        /// All of its services, of 16 bits each.
        "Complete List of 16-bit Service Class UUIDs" => COMPLETE_UUIDS_16 = 0x03;
        /// Its name, shortened.
        "Shortened Local Name" => SHORTENED_LOCAL_NAME = 0x08;
        /// Its name.
        "Complete Local Name" => COMPLETE_LOCAL_NAME = 0x09;
        /// With how much power it sends, in dBm.
        "Tx Power Level" => TX_POWER_LEVEL = 0x0A;
        /// What kind of device it is, 24 bits.
        "Class of Device" => CLASS_OF_DEVICE = 0x0D;
        /// What kind of device it is, in low energy's numbers.
        "Appearance" => APPEARANCE = 0x19;
        /// A maker, 16 bits, and whatever that likes.
        "Manufacturer Specific Data" => MANUFACTURER_SPECIFIC = 0xFF;
    }
}

/// The structures of advertising data, each a type and its data. Ends at the first of zero length, which is
/// padding, or that is cut short.
///
/// ```
/// use anysock::bluetooth::{AdvertisingData, AdvertisingDataType};
///
/// let heard = [2, 0x01, 0x06, 5, 0x09, b'l', b'a', b'm', b'p'];
/// let mut data = AdvertisingData::new(&heard);
/// assert_eq!(data.clone().name(), Some(&b"lamp"[..]));
/// assert_eq!(data.next(), Some((AdvertisingDataType::FLAGS, &[6][..])));
/// ```
#[derive(Clone, Debug)]
pub struct AdvertisingData<'a> {
    rest: &'a [u8],
}

impl<'a> AdvertisingData<'a> {
    /// The structures in `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        AdvertisingData { rest: bytes }
    }

    /// The data of the first structure of this type.
    pub fn first(mut self, kind: AdvertisingDataType) -> Option<&'a [u8]> {
        self.find(|(each, _)| *each == kind).map(|(_, data)| data)
    }

    /// The device's name, whole or shortened, in UTF-8.
    pub fn name(self) -> Option<&'a [u8]> {
        let whole = self.clone().first(AdvertisingDataType::COMPLETE_LOCAL_NAME);
        whole.or_else(|| self.first(AdvertisingDataType::SHORTENED_LOCAL_NAME))
    }

    /// Writes structures to the front of `buffer`: 31 bytes of advertising data at most in its first form, 240 of an
    /// extended inquiry response.
    ///
    /// # Errors
    /// `ENOBUFS` where they do not fit, `EINVAL` where one has more than 254 bytes.
    pub fn write<'b>(
        buffer: &'b mut [u8],
        structures: &[(AdvertisingDataType, &[u8])],
    ) -> Result<&'b [u8], Errno> {
        let mut writer = Writer::new(buffer);
        for (kind, data) in structures {
            let length = u8::try_from(data.len().saturating_add(1)).map_err(|_| Errno::EINVAL)?;
            writer.put(&[length, kind.0])?;
            writer.put(data)?;
        }
        Ok(writer.finish())
    }
}

impl<'a> Iterator for AdvertisingData<'a> {
    type Item = (AdvertisingDataType, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (length, rest) = self.rest.split_first()?;
        let (structure, rest) = rest.split_at_checked(usize::from(*length))?;
        let (kind, data) = structure.split_first()?;
        self.rest = rest;
        Some((AdvertisingDataType(*kind), data))
    }
}
