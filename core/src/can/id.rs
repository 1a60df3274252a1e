//! The identifier of a frame, and with it its priority.

use core::cmp::Ordering;
use core::fmt;

use super::{CAN_EFF_FLAG, CAN_EFF_MASK, CAN_SFF_MASK};

/// A CAN identifier: standard (11 bits) or extended (29 bits). `0x123` standard and `0x123` extended are
/// two different identifiers.
///
/// The order is that of arbitration: what is smaller wins the bus. The first 11 bits decide; where they are
/// the same, standard wins over extended (its IDE bit is dominant), then the other 18 bits decide.
///
/// ```
/// use anysock::can::Id;
///
/// let standard = Id::standard(0x100).unwrap();
/// let extended = Id::extended(0x100 << 18).unwrap(); // the same first 11 bits
/// assert!(standard < extended);
/// assert!(Id::extended(0x0FF << 18 | 0x3FFFF).unwrap() < standard);
/// assert!(Id::standard(0x800).is_none());
/// assert_eq!((standard.to_string(), extended.to_string()), ("100".into(), "04000000".into()));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Id(u32);

impl Id {
    /// A standard identifier; `None` above 0x7FF.
    pub const fn standard(id: u16) -> Option<Id> {
        if id as u32 <= CAN_SFF_MASK { Some(Id(id as u32)) } else { None }
    }

    /// An extended identifier; `None` above 0x1FFF_FFFF.
    pub const fn extended(id: u32) -> Option<Id> {
        if id <= CAN_EFF_MASK { Some(Id(id | CAN_EFF_FLAG)) } else { None }
    }

    /// The identifier in a kernel `can_id`, whose flags other than [`CAN_EFF_FLAG`] are ignored; `None`
    /// where [`CAN_EFF_FLAG`] is clear and the identifier has more than 11 bits.
    #[inline]
    pub const fn from_can_id(can_id: u32) -> Option<Id> {
        let id = can_id & CAN_EFF_MASK;
        if can_id & CAN_EFF_FLAG != 0 {
            Id::extended(id)
        } else if id <= CAN_SFF_MASK {
            Some(Id(id))
        } else {
            None
        }
    }

    /// The identifier in a `can_id` of which [`Id::from_can_id`] would make one, without other flags.
    #[inline]
    pub(super) const fn from_valid(can_id: u32) -> Id {
        Id(can_id)
    }

    /// The identifier as the kernel writes it: [`CAN_EFF_FLAG`] is set in an extended one.
    #[inline]
    pub const fn can_id(self) -> u32 {
        self.0
    }

    /// The number alone, 11 or 29 bits.
    #[inline]
    pub const fn raw(self) -> u32 {
        self.0 & CAN_EFF_MASK
    }

    /// Whether the identifier has 29 bits.
    #[inline]
    pub const fn is_extended(self) -> bool {
        self.0 & CAN_EFF_FLAG != 0
    }

    /// The base identifier: the first 11 bits on the wire.
    #[inline]
    pub const fn base(self) -> u32 {
        if self.is_extended() { self.raw() >> 18 } else { self.raw() }
    }

    /// The identifier extension: the other 18 bits; zero in a standard identifier.
    #[inline]
    pub const fn extension(self) -> u32 {
        if self.is_extended() { self.0 & 0x3_FFFF } else { 0 }
    }

    /// The arbitration field as it is sent, first bit highest: base, RTR or SRR, IDE, extension, RTR. Of
    /// two frames that start at once, that with the smaller field wins.
    #[inline]
    pub(super) const fn arbitration_field(self, remote: bool) -> u32 {
        let remote = remote as u32;
        if self.is_extended() {
            self.base() << 21 | 0b11 << 19 | self.extension() << 1 | remote
        } else {
            self.base() << 21 | remote << 20
        }
    }
}

impl Ord for Id {
    fn cmp(&self, other: &Id) -> Ordering {
        self.arbitration_field(false).cmp(&other.arbitration_field(false))
    }
}

impl PartialOrd for Id {
    fn partial_cmp(&self, other: &Id) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Three hexadecimal digits, or eight where extended: candump's notation.
impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_extended() { write!(f, "{:08X}", self.raw()) } else { write!(f, "{:03X}", self.raw()) }
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
