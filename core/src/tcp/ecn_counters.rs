//! The option of Accurate ECN: how many octets of text have come with each mark (RFC 9768 §3.2.3).

use super::segment::Ecn;

/// In which order the option has its fields, which its kind tells: where it has fewer than three, the last are missing.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum EcnOrder {
    /// ECT(0), CE, ECT(1): kind 172.
    #[doc(alias = "AccECN0")]
    Zero,
    /// ECT(1), CE, ECT(0): kind 174, the one that Linux sends.
    #[doc(alias = "AccECN1")]
    One,
}

impl EcnOrder {
    pub(super) const fn kind(self) -> u8 {
        match self {
            EcnOrder::Zero => 172,
            EcnOrder::One => 174,
        }
    }

    /// Of which mark each field is.
    pub const fn marks(self) -> [Ecn; 3] {
        match self {
            EcnOrder::Zero => [Ecn::Capable0, Ecn::CongestionExperienced, Ecn::Capable1],
            EcnOrder::One => [Ecn::Capable1, Ecn::CongestionExperienced, Ecn::Capable0],
        }
    }
}

/// The byte counters of an AccECN option as they are in the segment: up to three fields of 24 bits. Those of ECT(0) and
/// ECT(1) begin with 1, that of CE with 0 (RFC 9768 §3.2.1).
///
/// ```
/// use anysock::tcp::{EcnCounters, EcnOrder};
///
/// let counters = EcnCounters::new(EcnOrder::One, &[1, 0, 1 << 24 | 1001]);
/// assert_eq!(counters.fields().collect::<Vec<u32>>(), [1, 0, 1001]);
/// assert_eq!(EcnCounters::new(EcnOrder::Zero, &[]).fields().count(), 0);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct EcnCounters {
    order: EcnOrder,
    count: u8,
    fields: [[u8; 3]; 3],
}

/// The longest option, in octets.
const LONGEST: usize = 11;

impl EcnCounters {
    /// The counters of these fields, each modulo 2^24; what follows the third is left out.
    pub fn new(order: EcnOrder, fields: &[u32]) -> EcnCounters {
        let mut counters = EcnCounters { order, count: fields.len().min(3) as u8, fields: [[0; 3]; 3] };
        for (place, field) in counters.fields.iter_mut().zip(fields) {
            let [_, rest @ ..] = field.to_be_bytes();
            *place = rest;
        }
        counters
    }

    /// From an option's octets behind its length: as many whole fields as there are, three at most; the rest is
    /// padding.
    pub(super) fn read(order: EcnOrder, data: &[u8]) -> EcnCounters {
        let (fields, _) = data.as_chunks::<3>();
        let mut counters = EcnCounters { order, count: fields.len().min(3) as u8, fields: [[0; 3]; 3] };
        for (place, field) in counters.fields.iter_mut().zip(fields) {
            *place = *field;
        }
        counters
    }

    /// The order of the fields.
    pub const fn order(&self) -> EcnOrder {
        self.order
    }

    /// The fields that are there.
    pub fn fields(&self) -> impl Iterator<Item = u32> + '_ {
        self.fields.iter().take(usize::from(self.count)).map(|&[a, b, c]| u32::from_be_bytes([0, a, b, c]))
    }

    /// The same with the mark that each field counts.
    pub fn marked(&self) -> impl Iterator<Item = (Ecn, u32)> + '_ {
        self.order.marks().into_iter().zip(self.fields())
    }

    /// Kind, length and fields, each octet behind them being `padding`.
    pub(super) fn octets(&self, padding: u8) -> [u8; LONGEST + 1] {
        let mut octets = [padding; LONGEST + 1];
        let length = self.count.wrapping_mul(3).wrapping_add(2);
        let head = [self.order.kind(), length];
        let used = self.fields.as_flattened().iter().take(usize::from(length).saturating_sub(2));
        for (place, octet) in octets.iter_mut().zip(head.iter().chain(used)) {
            *place = *octet;
        }
        octets
    }

    /// How many whole words the option fills, the first octets of what it does not being put into the padding of the
    /// option behind it.
    pub(super) const fn words(&self) -> usize {
        match self.count {
            0 => 0,
            1 => 1,
            2 => 2,
            _ => 3,
        }
    }

    /// Whether that leaves octets for the padding.
    pub(super) const fn has_rest(&self) -> bool {
        self.count < 2
    }

    /// With as many fields as fit into `room` octets, of which there are whole words, where the next option is padded
    /// by `padding` octets that can be used; `least` at least, or nothing (Linux: tcp_options_fit_accecn). With the
    /// octets that it takes beside the padding.
    pub(super) fn fitted(self, least: u8, room: usize, padding: usize) -> Option<(EcnCounters, usize)> {
        (least..=self.count).rev().find_map(|count| {
            let length = usize::from(count).wrapping_mul(3).wrapping_add(2);
            let (whole, over) = (length & !3, length & 3);
            let taken = if over > padding { whole.wrapping_add(4) } else { whole };
            (taken <= room).then_some((EcnCounters { count, ..self }, taken))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counters(count: usize) -> EcnCounters {
        EcnCounters::new(EcnOrder::One, &[0x010203, 0x040506, 0x070809][..count])
    }

    #[test]
    fn fields_are_left_out_where_there_is_no_room() {
        // Linux 7.2, tcp_options_fit_accecn: how many fields, and what they take.
        for (least, room, padding, expected) in [
            (0, 40, 0, Some((3, 12))),
            (0, 12, 2, Some((3, 12))),
            (0, 11, 2, Some((2, 8))),
            (1, 4, 2, Some((1, 4))),
            (0, 4, 0, Some((0, 4))),
            (0, 0, 2, Some((0, 0))),
            (0, 0, 1, None),
            (3, 8, 2, None),
        ] {
            let fitted = counters(3).fitted(least, room, padding);
            let fitted = fitted.map(|(counters, taken)| (counters.fields().count(), taken));
            assert_eq!(fitted, expected, "{least} {room} {padding}");
        }
    }

    #[test]
    fn octets_are_those_of_the_rfc() {
        assert_eq!(counters(3).octets(1), [174, 11, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1]);
        assert_eq!(counters(1).octets(1), [174, 5, 1, 2, 3, 1, 1, 1, 1, 1, 1, 1]);
        assert_eq!(counters(0).octets(1)[..3], [174, 2, 1]);
        for count in 0..=3 {
            let octets = counters(count).octets(1);
            assert_eq!(EcnCounters::read(EcnOrder::One, &octets[2..count * 3 + 2]), counters(count));
        }
        // Octets that are no whole field, and a fourth field, say nothing.
        assert_eq!(EcnCounters::read(EcnOrder::One, &[1, 2, 3, 4]), counters(1));
        assert_eq!(EcnCounters::read(EcnOrder::One, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]), counters(3));
    }
}
