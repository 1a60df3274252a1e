//! Listening to low-energy devices that advertise.

use super::super::bytes::Reader;
use crate::addr::{BdAddr, BdAddrType};
use crate::error::DecodeError;

/// How devices are listened to: the parameters of
/// [`Opcode::LE_SET_SCAN_PARAMETERS`](super::Opcode::LE_SET_SCAN_PARAMETERS).
///
/// ```
/// use anysock::bluetooth::hci::ScanParameters;
///
/// assert_eq!(ScanParameters::PASSIVE.encode(), [0, 0x10, 0, 0x10, 0, 0, 0]);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ScanParameters {
    /// Whether more is asked of the devices that are heard.
    pub active: bool,
    /// How often, in units of 0.625 ms, 4 to 16,384.
    pub interval: u16,
    /// For how long each time, in units of 0.625 ms, 4 to the interval.
    pub window: u16,
    /// The own address: 0 public, 1 random.
    pub own_address_type: u8,
    /// Who is told of: 0 everyone, 1 those of the accept list.
    pub filter_policy: u8,
}

impl ScanParameters {
    /// All the time, to everyone, without asking.
    pub const PASSIVE: ScanParameters =
        ScanParameters { active: false, interval: 16, window: 16, own_address_type: 0, filter_policy: 0 };

    /// The parameters.
    pub fn encode(&self) -> [u8; 7] {
        let [interval, window] = [self.interval, self.window].map(u16::to_le_bytes);
        let kind = u8::from(self.active);
        [kind, interval[0], interval[1], window[0], window[1], self.own_address_type, self.filter_policy]
    }
}

/// What was heard of a low-energy device.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct AdvertisingReport<'a> {
    /// 0 it can be connected to, 1 by one device, 2 it can be asked for more, 3 neither, 4 it is the answer.
    pub kind: u8,
    /// The kind of its address, as addresses of sockets have it: public or random, whether or not the
    /// controller has resolved it.
    pub address_type: BdAddrType,
    /// The device.
    pub address: BdAddr,
    /// What it says, for [`AdvertisingData`](crate::bluetooth::AdvertisingData).
    pub data: &'a [u8],
    /// How well it is heard, in dBm; 127 for unknown.
    pub rssi: i8,
}

/// The reports of an event.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AdvertisingReports<'a> {
    left: u8,
    reports: Reader<'a>,
}

impl<'a> AdvertisingReports<'a> {
    pub(super) fn decode(parameters: &'a [u8]) -> Result<Self, DecodeError> {
        let mut reports = Reader::new(parameters);
        Ok(AdvertisingReports { left: reports.byte()?, reports })
    }

    fn take(&mut self) -> Result<AdvertisingReport<'a>, DecodeError> {
        let fields = &mut self.reports;
        let kind = fields.byte()?;
        // 2 and 3 are public and random addresses that the controller has resolved. Sockets know of no such
        // difference, and what is not public is random, as in the kernel (ev_bdaddr_type, link_to_bdaddr).
        let address_type = match fields.byte()? {
            0 | 2 => BdAddrType::LE_PUBLIC,
            _ => BdAddrType::LE_RANDOM,
        };
        let address = fields.address()?;
        let length = fields.byte()?;
        let data = fields.slice(length.into())?;
        Ok(AdvertisingReport { kind, address_type, address, data, rssi: i8::from_le_bytes(fields.array()?) })
    }
}

/// Ends at the last, or where one is cut short.
impl<'a> Iterator for AdvertisingReports<'a> {
    type Item = AdvertisingReport<'a>;

    fn next(&mut self) -> Option<AdvertisingReport<'a>> {
        self.left = self.left.checked_sub(1)?;
        self.take().ok()
    }
}
