//! Sequence numbers (RFC 9293 §3.4): 32 bits that wrap.

use core::fmt;
use core::ops::{Add, AddAssign, Sub};

/// A position in one direction of a connection, counted modulo 2^32 (RFC 9293 §3.4).
///
/// There is no `Ord`: "before" is not transitive on a circle. Two numbers compare within 2^31 of each other.
///
/// ```
/// use anysock::tcp::SequenceNumber;
/// let last = SequenceNumber(u32::MAX);
/// assert!(last.is_before(last + 1));
/// assert_eq!((last + 11).since(last), 11);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SequenceNumber(pub u32);

impl SequenceNumber {
    /// How far `self` lies behind `earlier`, modulo 2^32.
    #[inline]
    pub const fn since(self, earlier: SequenceNumber) -> u32 {
        self.0.wrapping_sub(earlier.0)
    }

    /// SEG.A < SEG.B, modulo 2^32: whether `self` comes before `other`.
    #[inline]
    pub const fn is_before(self, other: SequenceNumber) -> bool {
        (self.0.wrapping_sub(other.0) as i32) < 0
    }

    /// SEG.A > SEG.B, modulo 2^32: whether `self` comes after `other`.
    #[inline]
    pub const fn is_after(self, other: SequenceNumber) -> bool {
        other.is_before(self)
    }

    /// Whether `self` is one of the `length` numbers that begin at `start`.
    #[inline]
    pub const fn is_within(self, start: SequenceNumber, length: u32) -> bool {
        self.since(start) < length
    }

    /// The later of the two.
    #[inline]
    pub const fn later(self, other: SequenceNumber) -> SequenceNumber {
        if self.is_before(other) { other } else { self }
    }

    /// The earlier of the two.
    #[inline]
    pub const fn earlier(self, other: SequenceNumber) -> SequenceNumber {
        if other.is_before(self) { other } else { self }
    }
}

impl Add<u32> for SequenceNumber {
    type Output = SequenceNumber;

    #[inline]
    fn add(self, octets: u32) -> SequenceNumber {
        SequenceNumber(self.0.wrapping_add(octets))
    }
}

impl AddAssign<u32> for SequenceNumber {
    #[inline]
    fn add_assign(&mut self, octets: u32) {
        *self = *self + octets;
    }
}

impl Sub<u32> for SequenceNumber {
    type Output = SequenceNumber;

    #[inline]
    fn sub(self, octets: u32) -> SequenceNumber {
        SequenceNumber(self.0.wrapping_sub(octets))
    }
}

impl From<u32> for SequenceNumber {
    fn from(number: u32) -> Self {
        SequenceNumber(number)
    }
}

impl fmt::Debug for SequenceNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
