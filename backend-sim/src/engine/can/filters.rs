//! Which frames a raw socket wants: its filters as net/can/af_can.c registers and matches them.

use alloc::vec;
use alloc::vec::Vec;

use anysock::Errno;
use anysock::can::{
    CAN_EFF_FLAG, CAN_ERR_FLAG, CAN_ERR_MASK, CAN_INV_FILTER, CAN_RTR_FLAG, CAN_SFF_MASK, Filter,
};

/// The filters of a socket: `CAN_RAW_FILTER`, `CAN_RAW_ERR_FILTER`, `CAN_RAW_JOIN_FILTERS`.
#[derive(Debug)]
pub(super) struct Filters {
    /// As they were set.
    given: Vec<Filter>,
    /// As they are matched.
    registered: Vec<Filter>,
    /// The classes of error messages.
    pub(super) error_mask: u32,
    /// Whether every filter must match instead of any.
    pub(super) join: i32,
}

impl Filters {
    /// A new socket's: everything but error messages.
    pub(super) fn new() -> Self {
        Filters { given: vec![Filter::ALL], registered: vec![Filter::ALL], error_mask: 0, join: 0 }
    }

    /// No filter at all: what is left when the socket's interface vanishes.
    pub(super) fn clear(&mut self) {
        self.given.clear();
        self.registered.clear();
    }

    /// The bytes of `CAN_RAW_FILTER`, set.
    ///
    /// # Errors
    /// `EINVAL` where they are not a number of `struct can_filter`, or more than 512 of them.
    pub(super) fn set(&mut self, bytes: &[u8]) -> Result<(), Errno> {
        let (filters, rest) = bytes.as_chunks::<{ Filter::SIZE }>();
        if !rest.is_empty() || filters.len() > Filter::MAX {
            return Err(Errno::EINVAL);
        }
        self.given = filters.iter().map(|filter| Filter::decode(*filter)).collect();
        self.registered = self.given.iter().map(|filter| registered(*filter)).collect();
        Ok(())
    }

    /// The bytes of `CAN_RAW_FILTER`, read.
    pub(super) fn encode(&self) -> Vec<u8> {
        self.given.iter().flat_map(|filter| filter.encode()).collect()
    }

    /// Sets `CAN_RAW_ERR_FILTER`.
    pub(super) fn set_error_mask(&mut self, mask: u32) {
        self.error_mask = mask & CAN_ERR_MASK;
    }

    /// Whether a frame of this `can_id` passes.
    #[inline]
    pub(super) fn pass(&self, can_id: u32) -> bool {
        let error = can_id & CAN_ERR_FLAG != 0 && can_id & self.error_mask != 0;
        if self.join == 0 {
            return error || self.registered.iter().any(|filter| filter.matches(can_id));
        }
        let matches = self.registered.iter().filter(|filter| filter.matches(can_id)).count();
        matches + usize::from(error) >= self.registered.len().max(1)
    }
}

/// A filter as `can_rcv_list_find` makes it: of a filter for standard identifiers only, the bits of the mask
/// that no standard identifier has do not count.
fn registered(filter: Filter) -> Filter {
    let (can_id, mut mask) = (filter.can_id(), filter.can_mask());
    if mask & CAN_ERR_FLAG != 0 {
        return filter;
    }
    if mask & CAN_EFF_FLAG != 0 && can_id & CAN_EFF_FLAG == 0 {
        mask &= CAN_SFF_MASK | CAN_EFF_FLAG | CAN_RTR_FLAG;
    }
    Filter::new(can_id & (mask | CAN_INV_FILTER), mask)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filters(list: &[Filter]) -> Filters {
        let mut filters = Filters::new();
        let bytes: Vec<u8> = list.iter().flat_map(|filter| filter.encode()).collect();
        filters.set(&bytes).unwrap();
        filters
    }

    #[test]
    fn joined_filters_must_all_match() {
        let not = |id| Filter::new(id, CAN_SFF_MASK).inverted();
        let mut both = filters(&[not(0x100), not(0x200)]);
        assert!(both.pass(0x100) && both.pass(0x300), "any inverted filter lets the other's pass");
        both.join = 1;
        assert!(!both.pass(0x100) && !both.pass(0x200) && both.pass(0x300));
    }

    #[test]
    fn a_mask_wider_than_a_standard_identifier_is_cut() {
        // candump's 123:DFFFFFFF.
        let exact = filters(&[Filter::new(0x123, 0xDFFF_FFFF)]);
        assert!(exact.pass(0x123) && !exact.pass(0x123 | CAN_EFF_FLAG));
        assert!(filters(&[Filter::new(0x5123 & !CAN_EFF_FLAG, 0xDFFF_FFFF)]).pass(0x123));
    }

    #[test]
    fn error_messages_have_a_mask_of_their_own() {
        let mut none = filters(&[]);
        assert!(!none.pass(0x123) && !none.pass(CAN_ERR_FLAG | 0x40));
        none.set_error_mask(0x40);
        assert!(!none.pass(0x123) && none.pass(CAN_ERR_FLAG | 0x40) && !none.pass(CAN_ERR_FLAG | 0x4));
    }
}
