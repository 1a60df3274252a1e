//! The Internet checksum (RFC 1071), in the machine's byte order, which makes no difference to the sum (§2 (B)).

use super::storage::copy;

/// How many sums run side by side: as many as fill two vector registers of the least that a 64-bit machine has.
const LANES: usize = if cfg!(target_pointer_width = "64") { 8 } else { 1 };
/// The octets that one step takes.
const BLOCK: usize = LANES * size_of::<u32>();
/// So few octets that lanes are not worth the while.
const FEW: usize = 4 * BLOCK;
/// So few octets that no lane's sum of 16-bit words overflows.
const PART: usize = 1 << 16;

/// A sum of 16-bit words, or of longer ones, which fold to the same.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Sum(u64);

impl Sum {
    pub(super) const ZERO: Sum = Sum(0);

    /// The sum over `octets`, the last one padded with zero.
    #[inline]
    pub(super) fn of(octets: &[u8]) -> Sum {
        if octets.len() < FEW { Sum::of_few(octets) } else { Sum::of_many(octets) }
    }

    #[inline(never)]
    fn of_many(octets: &[u8]) -> Sum {
        let mut sum = Sum::ZERO;
        for part in octets.chunks(PART) {
            let (blocks, rest) = part.as_chunks::<BLOCK>();
            let mut lanes = Lanes::ZERO;
            for block in blocks {
                lanes.add(block);
            }
            sum = sum.plus(lanes.sum()).plus(Sum::of_few(rest));
        }
        sum
    }

    /// The same over few octets, such as a header.
    #[inline]
    pub(super) fn of_few(octets: &[u8]) -> Sum {
        let (pairs, rest) = octets.as_chunks::<8>();
        // The end-around carry of eight octets at once (RFC 1071 §2 (C)).
        let sum = pairs.iter().fold(0u64, |sum, pair| {
            let (sum, carry) = sum.overflowing_add(u64::from_ne_bytes(*pair));
            sum.wrapping_add(u64::from(carry))
        });
        let sum = Sum((sum & 0xffff_ffff).wrapping_add(sum >> 32));
        if rest.is_empty() { sum } else { sum.plus(Sum::of_rest(rest)) }
    }

    /// The same over octets whose number is known, and a multiple of four.
    #[inline]
    pub(super) fn of_words<const OCTETS: usize>(octets: &[u8; OCTETS]) -> Sum {
        let words = octets.as_chunks::<4>().0.iter();
        Sum(words.fold(0u64, |sum, word| sum.wrapping_add(u64::from(u32::from_ne_bytes(*word)))))
    }

    /// The same over less than eight octets.
    #[inline]
    fn of_rest(octets: &[u8]) -> Sum {
        let (word, octets) = match octets.split_first_chunk() {
            Some((word, rest)) => (u32::from_ne_bytes(*word), rest),
            None => (0, octets),
        };
        let last = match *octets {
            [] => [0; 4],
            [a] => [a, 0, 0, 0],
            [a, b] => [a, b, 0, 0],
            [a, b, c, ..] => [a, b, c, 0],
        };
        Sum(u64::from(word).wrapping_add(u64::from(u32::from_ne_bytes(last))))
    }

    /// Copies as much of `from` as `to` has room for, and sums it up on the way.
    #[inline(never)]
    pub(super) fn copying(to: &mut [u8], from: &[u8]) -> Sum {
        let length = to.len().min(from.len());
        let (Some(to), Some(from)) = (to.get_mut(..length), from.get(..length)) else { return Sum::ZERO };
        if length < FEW {
            copy(to, from);
            return Sum::of_few(from);
        }
        let mut sum = Sum::ZERO;
        for (to, from) in to.chunks_mut(PART).zip(from.chunks(PART)) {
            let ((places, to_rest), (blocks, rest)) =
                (to.as_chunks_mut::<BLOCK>(), from.as_chunks::<BLOCK>());
            let mut lanes = Lanes::ZERO;
            for (place, block) in places.iter_mut().zip(blocks) {
                let octets = *block;
                *place = octets;
                lanes.add(&octets);
            }
            copy(to_rest, rest);
            sum = sum.plus(lanes.sum()).plus(Sum::of_few(rest));
        }
        sum
    }

    /// The sum over what was summed here, followed by what was summed in `next`; `length` octets went before it.
    #[inline]
    pub(super) fn followed_by(self, next: Sum, length: usize) -> Sum {
        let next = if length.is_multiple_of(2) { next.0 } else { u64::from(next.folded().swap_bytes()) };
        Sum(self.0.wrapping_add(next))
    }

    /// The sum of both.
    #[inline]
    pub(super) fn plus(self, other: Sum) -> Sum {
        Sum(self.0.wrapping_add(other.0))
    }

    /// The sum and a 16-bit number of the header.
    #[inline]
    pub(super) fn plus_number(self, number: u16) -> Sum {
        Sum(self.0.wrapping_add(u64::from(number.to_be())))
    }

    /// The sum and a 32-bit number of the header. Summing numbers up is faster than reading again what has just
    /// been written.
    #[inline]
    pub(super) fn plus_word(self, number: u32) -> Sum {
        Sum(self.0.wrapping_add(u64::from(number.to_be())))
    }

    /// The checksum, as it stands in the header.
    #[inline]
    pub(super) fn checksum(self) -> [u8; 2] {
        (!self.folded()).to_ne_bytes()
    }

    /// Whether the sum, which is not zero, covered a checksum that is right: then all its 16 bits are ones, and in more
    /// bits it is a multiple of that.
    #[inline]
    pub(super) fn covers_right_checksum(self) -> bool {
        self.in_32_bits().is_multiple_of(0xffff)
    }

    /// The one's complement sum in 32 bits.
    #[inline]
    fn in_32_bits(self) -> u32 {
        let (sum, carry) = (self.0 as u32).overflowing_add((self.0 >> 32) as u32);
        sum.wrapping_add(u32::from(carry))
    }

    /// The one's complement sum in 16 bits: in the upper half of this sum, for which the lower half has the carry.
    #[inline]
    fn folded(self) -> u16 {
        let sum = self.in_32_bits();
        (sum.wrapping_add(sum.rotate_left(16)) >> 16) as u16
    }
}

/// Sums side by side. Both halves of a word are summed for the price of little more than one: all words with the
/// carries lost, and their upper halves, from which the sum of the lower halves follows.
struct Lanes {
    words: [u32; LANES],
    upper: [u32; LANES],
}

impl Lanes {
    const ZERO: Lanes = Lanes { words: [0; LANES], upper: [0; LANES] };

    /// One loop for each of its three steps, so that each becomes one vector instruction.
    #[inline]
    fn add(&mut self, block: &[u8; BLOCK]) {
        let mut new = [0; LANES];
        for (word, octets) in new.iter_mut().zip(block.as_chunks::<4>().0) {
            *word = u32::from_ne_bytes(*octets);
        }
        for (words, word) in self.words.iter_mut().zip(new) {
            *words = words.wrapping_add(word);
        }
        for (upper, word) in self.upper.iter_mut().zip(new) {
            *upper = upper.wrapping_add(word >> 16);
        }
    }

    /// Not inlined, or the compiler gathers the lanes in the order in which this adds them, at every block.
    #[inline(never)]
    fn sum(&self) -> Sum {
        let lanes = self.words.iter().zip(&self.upper);
        Sum(lanes.fold(0u64, |sum, (words, upper)| {
            let lower = words.wrapping_sub(upper.wrapping_shl(16));
            sum.wrapping_add(u64::from(lower)).wrapping_add(u64::from(*upper))
        }))
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use std::vec;

    use proptest::prelude::*;

    /// RFC 1071 §4.1, word by word.
    fn by_the_rfc(octets: &[u8]) -> [u8; 2] {
        let mut sum = 0u64;
        for pair in octets.chunks(2) {
            sum += u64::from(u16::from_be_bytes([pair[0], *pair.get(1).unwrap_or(&0)]));
        }
        while sum > 0xffff {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        (!(sum as u16)).to_be_bytes()
    }

    #[test]
    fn the_example_of_rfc_1071() {
        let octets = [0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7];
        assert_eq!(Sum::of(&octets).checksum(), (!0xddf2u16).to_be_bytes());
    }

    #[test]
    fn no_lane_overflows() {
        for length in [PART - 1, PART, PART + 3, 3 * PART + BLOCK + 1] {
            let octets = vec![0xff; length];
            assert_eq!(Sum::of(&octets).checksum(), by_the_rfc(&octets), "{length}");
            let mut copied = vec![0; length];
            assert_eq!(Sum::copying(&mut copied, &octets).checksum(), by_the_rfc(&octets), "{length}");
            assert_eq!(copied, octets);
        }
    }

    proptest! {
        #[test]
        fn any_octets(
            octets in proptest::collection::vec(any::<u8>(), 0..600),
            cut in any::<usize>(),
            number in any::<u16>(),
        ) {
            prop_assert_eq!(Sum::of(&octets).checksum(), by_the_rfc(&octets));
            let mut copied = vec![0; octets.len()];
            prop_assert_eq!(Sum::copying(&mut copied, &octets), Sum::of(&octets));
            prop_assert_eq!(&copied, &octets);
            let mut longer = vec![0; octets.len() + 5];
            prop_assert_eq!(Sum::copying(&mut longer, &octets), Sum::of(&octets));
            prop_assert_eq!(&longer[..octets.len()], &octets);

            let (first, second) = octets.split_at(cut % (octets.len() + 1));
            let sum = Sum::of(first).followed_by(Sum::of(second), first.len());
            prop_assert_eq!(sum.checksum(), by_the_rfc(&octets));

            // A checksum that is right makes all bits ones, another number does not.
            if octets.iter().any(|octet| *octet != 0) {
                let right = u16::from_be_bytes(by_the_rfc(&octets));
                prop_assert!(Sum::of(&octets).plus_number(right).covers_right_checksum());
                let other = [number.to_be_bytes().to_vec(), octets.clone()].concat();
                let is_right = Sum::of(&octets).plus_number(number).covers_right_checksum();
                prop_assert_eq!(is_right, by_the_rfc(&other) == [0; 2]);
            }
            if let Some(words) = octets.first_chunk::<20>() {
                prop_assert_eq!(Sum::of_words(words).checksum(), Sum::of(words).checksum());
            }

            let word = u32::from(number) << 16 | u32::from(number);
            let sum = Sum::of(&octets).plus_number(number).plus_number(number);
            prop_assert_eq!(Sum::of(&octets).plus_word(word).checksum(), sum.checksum());
            let header = [number.to_be_bytes().to_vec(), octets.clone()].concat();
            prop_assert_eq!(Sum::of(&octets).plus_number(number).checksum(), by_the_rfc(&header));
        }
    }
}
