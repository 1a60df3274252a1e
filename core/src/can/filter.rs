//! Receive filters, as `CAN_RAW_FILTER` takes them.

use super::{CAN_EFF_FLAG, CAN_EFF_MASK, CAN_ERR_FLAG, CAN_INV_FILTER, CAN_RTR_FLAG, CAN_SFF_MASK, Id};
use crate::error::DecodeError;
use crate::option::OptionValue;

/// One `struct can_filter`: a frame passes where `frame.can_id & can_mask == can_id & can_mask`, or where
/// that is not so, in an inverted filter. A socket receives what any of its filters lets pass.
///
/// The flag bits belong to the comparison: a filter whose mask lacks [`CAN_EFF_FLAG`] lets the standard and
/// the extended identifier of the same number pass. Error messages pass only a filter whose mask has
/// [`CAN_ERR_FLAG`], and then where the mask has a bit of their class.
///
/// ```
/// use anysock::can::{Filter, Id};
///
/// let id = Id::standard(0x123).unwrap();
/// let obd = Filter::new(0x7E8, 0x7F8); // 7E8 to 7EF
/// assert!(obd.matches(0x7EA) && !obd.matches(0x7DF));
/// assert!(Filter::exact(id).matches(id.can_id()));
/// assert!(!Filter::exact(id).inverted().matches(id.can_id()));
/// ```
///
/// Source: `struct can_filter` in linux/can.h; `can_rcv_list_find` and `can_rcv_filter` in net/can/af_can.c.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[doc(alias = "can_filter")]
pub struct Filter {
    can_id: u32,
    can_mask: u32,
}

impl Filter {
    /// The size of the kernel's `struct can_filter`.
    pub const SIZE: usize = 8;
    /// The most filters that one socket takes.
    #[doc(alias = "CAN_RAW_FILTER_MAX")]
    pub const MAX: usize = 512;
    /// Every frame but error messages. A new socket has this one.
    pub const ALL: Filter = Filter::new(0, 0);

    /// A filter of the kernel's two words.
    pub const fn new(can_id: u32, can_mask: u32) -> Filter {
        Filter { can_id, can_mask }
    }

    /// Data frames of exactly this identifier: neither remote frames, nor the other format's same number.
    pub const fn exact(id: Id) -> Filter {
        let mask = if id.is_extended() { CAN_EFF_MASK } else { CAN_SFF_MASK };
        Filter::new(id.can_id(), mask | CAN_EFF_FLAG | CAN_RTR_FLAG)
    }

    /// The error messages of these classes.
    pub const fn errors(classes: super::ErrorClass) -> Filter {
        Filter::new(0, CAN_ERR_FLAG | classes.bits())
    }

    /// The filter that lets pass what this one stops. (The kernel inverts no filter for error messages.)
    #[must_use]
    pub const fn inverted(self) -> Filter {
        Filter { can_id: self.can_id ^ CAN_INV_FILTER, ..self }
    }

    /// Whether the filter lets pass what does not match.
    pub const fn is_inverted(self) -> bool {
        self.can_id & CAN_INV_FILTER != 0
    }

    /// The identifier word, with [`CAN_INV_FILTER`] where inverted.
    pub const fn can_id(self) -> u32 {
        self.can_id
    }

    /// The mask word.
    pub const fn can_mask(self) -> u32 {
        self.can_mask
    }

    /// Whether a frame with this `can_id` passes.
    pub const fn matches(self, can_id: u32) -> bool {
        let wants_errors = self.can_mask & CAN_ERR_FLAG != 0;
        let is_error = can_id & CAN_ERR_FLAG != 0;
        if wants_errors || is_error {
            return wants_errors && is_error && can_id & self.can_mask & CAN_EFF_MASK != 0;
        }
        let equal = can_id & self.can_mask == self.can_id & self.can_mask;
        equal != self.is_inverted()
    }

    /// The filter as the kernel's `struct can_filter`, in the machine's byte order.
    pub const fn encode(self) -> [u8; Filter::SIZE] {
        let [i0, i1, i2, i3] = self.can_id.to_ne_bytes();
        let [m0, m1, m2, m3] = self.can_mask.to_ne_bytes();
        [i0, i1, i2, i3, m0, m1, m2, m3]
    }

    /// The filter in a `struct can_filter`.
    pub const fn decode(bytes: [u8; Filter::SIZE]) -> Filter {
        let [i0, i1, i2, i3, m0, m1, m2, m3] = bytes;
        Filter::new(u32::from_ne_bytes([i0, i1, i2, i3]), u32::from_ne_bytes([m0, m1, m2, m3]))
    }
}

impl OptionValue for Filter {
    type Bytes = [u8; Filter::SIZE];

    fn encode(&self) -> Self::Bytes {
        Filter::encode(*self)
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let needed = Filter::SIZE;
        let bytes = bytes.first_chunk().ok_or(DecodeError::TooShort { needed, found: bytes.len() })?;
        Ok(Filter::decode(*bytes))
    }

    fn buffer() -> Self::Bytes {
        [0; Filter::SIZE]
    }
}

#[cfg(test)]
mod tests {
    use super::super::ErrorClass;
    use super::*;

    #[test]
    fn flag_bits_belong_to_the_comparison() {
        let both_formats = Filter::new(0x123, CAN_SFF_MASK);
        assert!(both_formats.matches(0x123));
        assert!(both_formats.matches(0x123 | CAN_EFF_FLAG));
        assert!(both_formats.matches(0x123 | CAN_RTR_FLAG));
        assert!(both_formats.matches(0x1800_0123 | CAN_EFF_FLAG), "the mask has 11 bits");
        let standard_data = Filter::exact(Id::standard(0x123).unwrap());
        assert!(standard_data.matches(0x123));
        assert!(!standard_data.matches(0x123 | CAN_EFF_FLAG));
        assert!(!standard_data.matches(0x123 | CAN_RTR_FLAG));
        let all_extended = Filter::new(CAN_EFF_FLAG, CAN_EFF_FLAG);
        assert!(all_extended.matches(5 | CAN_EFF_FLAG) && !all_extended.matches(5));
    }

    #[test]
    fn error_messages_pass_only_filters_for_errors() {
        let bus_off = CAN_ERR_FLAG | ErrorClass::BUS_OFF.bits();
        assert!(!Filter::ALL.matches(bus_off));
        assert!(!Filter::new(0x123, 0x7FF).inverted().matches(bus_off));
        assert!(Filter::errors(ErrorClass::BUS_OFF | ErrorClass::ACK).matches(bus_off));
        assert!(!Filter::errors(ErrorClass::ACK).matches(bus_off));
        assert!(!Filter::errors(ErrorClass::all()).matches(0x123));
    }

    #[test]
    fn an_inverted_filter_for_nothing_stops_everything() {
        assert!(!Filter::ALL.inverted().matches(0x123));
        let filter = Filter::new(0x7E8, 0x7F8).inverted();
        assert_eq!(Filter::decode(filter.encode()), filter);
    }
}
