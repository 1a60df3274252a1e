//! Looking for classic devices.

use super::super::bytes::Reader;
use super::EventCode;
use crate::addr::BdAddr;
use crate::error::DecodeError;

/// How devices are looked for: the parameters of [`Opcode::INQUIRY`](super::Opcode::INQUIRY).
///
/// ```
/// use anysock::bluetooth::hci::Inquiry;
///
/// let inquiry = Inquiry { length: 4, responses: 0, ..Inquiry::GENERAL };
/// assert_eq!(inquiry.encode(), [0x33, 0x8B, 0x9E, 4, 0]);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Inquiry {
    /// The access code of those that are to answer (LAP), 24 bits.
    pub access_code: u32,
    /// For how long, in units of 1.28 s, 1 to 48.
    pub length: u8,
    /// After how many answers it ends; 0 for never.
    pub responses: u8,
}

impl Inquiry {
    /// For any device that can be found (GIAC), for 10.24 s.
    pub const GENERAL: Inquiry = Inquiry { access_code: 0x9E8B33, length: 8, responses: 0 };

    /// The parameters.
    pub fn encode(&self) -> [u8; 5] {
        let [low, middle, high, _] = self.access_code.to_le_bytes();
        [low, middle, high, self.length, self.responses]
    }
}

/// A device that answered an inquiry.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct InquiryResult<'a> {
    /// The device.
    pub address: BdAddr,
    /// How often it can be paged: 0 R0, 1 R1, 2 R2.
    pub page_scan_repetition_mode: u8,
    /// What kind of device it says that it is, 24 bits.
    pub class: u32,
    /// Its clock before this one's, bits 16 to 2.
    pub clock_offset: u16,
    /// How well it is heard, in dBm.
    pub rssi: Option<i8>,
    /// What it says of itself, for [`AdvertisingData`](crate::bluetooth::AdvertisingData): 240 bytes, or
    /// none.
    pub extended: &'a [u8],
}

/// `sizeof(struct inquiry_info_rssi_pscan)`: a result with RSSI and with two reserved bytes.
const WITH_PAGE_SCAN_MODE: usize = 15;

/// The devices of an event.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InquiryResults<'a> {
    code: EventCode,
    left: u8,
    /// How many bytes of each are reserved.
    reserved: usize,
    results: Reader<'a>,
}

impl<'a> InquiryResults<'a> {
    pub(super) fn decode(code: EventCode, parameters: &'a [u8]) -> Result<Self, DecodeError> {
        let mut results = Reader::new(parameters);
        let left = results.byte()?;
        let reserved = match code {
            EventCode::INQUIRY_RESULT => 2,
            // An older form, which its length tells (hci_inquiry_result_with_rssi_evt in the kernel).
            EventCode::INQUIRY_RESULT_WITH_RSSI
                if results.rest().len() == usize::from(left).saturating_mul(WITH_PAGE_SCAN_MODE) =>
            {
                2
            }
            _ => 1,
        };
        Ok(InquiryResults { code, left, reserved, results })
    }

    fn take(&mut self) -> Result<InquiryResult<'a>, DecodeError> {
        let fields = &mut self.results;
        let address = fields.address()?;
        let page_scan_repetition_mode = fields.byte()?;
        fields.slice(self.reserved)?;
        let [low, middle, high] = fields.array()?;
        let class = u32::from_le_bytes([low, middle, high, 0]);
        let clock_offset = fields.u16_le()?;
        let rssi = match self.code {
            EventCode::INQUIRY_RESULT => None,
            _ => Some(i8::from_le_bytes(fields.array()?)),
        };
        let extended = match self.code {
            EventCode::EXTENDED_INQUIRY_RESULT => fields.slice(fields.rest().len().min(240))?,
            _ => &[],
        };
        Ok(InquiryResult { address, page_scan_repetition_mode, class, clock_offset, rssi, extended })
    }
}

/// Ends at the last, or where one is cut short.
impl<'a> Iterator for InquiryResults<'a> {
    type Item = InquiryResult<'a>;

    fn next(&mut self) -> Option<InquiryResult<'a>> {
        self.left = self.left.checked_sub(1)?;
        self.take().ok()
    }
}
