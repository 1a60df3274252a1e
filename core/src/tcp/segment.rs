//! Segments as the connection sees them: no addresses, no ports, no checksum.

use super::SequenceNumber;
use super::ecn_counters::EcnCounters;
use crate::time::Instant;

bitflags::bitflags! {
    /// The control bits of the header (RFC 9293 §3.1).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct Flags: u16 {
        /// No more data from the sender.
        const FIN = 0x001;
        /// Synchronize sequence numbers.
        const SYN = 0x002;
        /// Reset the connection.
        const RST = 0x004;
        /// Push: hand the data to the receiver's user now.
        const PSH = 0x008;
        /// The acknowledgment number is significant.
        const ACK = 0x010;
        /// The urgent pointer is significant.
        const URG = 0x020;
        /// ECN-Echo (RFC 3168).
        const ECE = 0x040;
        /// Congestion window reduced (RFC 3168).
        const CWR = 0x080;
        /// Accurate ECN (RFC 9768 §3.1); with CWR and ECE, the three bits of the ACE field.
        const AE = 0x100;
    }
}

impl Flags {
    /// The bits of the ACE field (RFC 9768 §3.2.2).
    pub const ACE: Flags = Flags::AE.union(Flags::CWR).union(Flags::ECE);

    /// The ACE field, 0 to 7: AE, CWR and ECE.
    ///
    /// ```
    /// use anysock::tcp::Flags;
    ///
    /// assert_eq!((Flags::AE | Flags::ECE | Flags::ACK).ace(), 5);
    /// assert_eq!(Flags::with_ace(13), Flags::AE | Flags::ECE);
    /// ```
    #[inline]
    pub const fn ace(self) -> u8 {
        (self.bits() >> 6) as u8 & 7
    }

    /// The bits that make the ACE field say `number`, modulo 8.
    #[inline]
    pub const fn with_ace(number: u8) -> Flags {
        Flags::from_bits_retain((number as u16 & 7) << 6)
    }
}

/// The ECN field of the IP header: the two lowest bits of what was the type of service (RFC 3168 §5).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Ecn {
    /// Not-ECT: routers may only drop the packet.
    #[default]
    #[doc(alias = "Not-ECT")]
    NotCapable,
    /// ECT(1): they may mark it.
    #[doc(alias = "ECT(1)")]
    Capable1,
    /// ECT(0): the same.
    #[doc(alias = "ECT(0)")]
    Capable0,
    /// CE: a router has marked it.
    #[doc(alias = "CE")]
    CongestionExperienced,
}

impl Ecn {
    /// The field's value, 0 to 3.
    pub const fn bits(self) -> u8 {
        self as u8
    }

    /// By the two lowest bits of `octet`, the former type of service.
    pub const fn from_bits(octet: u8) -> Ecn {
        match octet & 3 {
            0 => Ecn::NotCapable,
            1 => Ecn::Capable1,
            2 => Ecn::Capable0,
            _ => Ecn::CongestionExperienced,
        }
    }
}

/// The timestamps option (RFC 7323 §3).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Timestamps {
    /// TSval: the sender's clock.
    pub value: u32,
    /// TSecr: the most recent TSval received, valid with ACK.
    pub echo_reply: u32,
}

impl Timestamps {
    /// A tick of our timestamp clock in nanoseconds: RFC 7323 §5.4 asks for 1 ms to 1 s, and Linux has 1 ms.
    pub(super) const TICK: u64 = 1_000_000;

    /// Our timestamp clock, as a connection with this offset shows it.
    pub(super) fn clock(now: Instant, offset: u32) -> u32 {
        ((now.as_nanos() / Self::TICK) as u32).wrapping_add(offset)
    }
}

/// A contiguous block of sequence numbers, as in the SACK option (RFC 2018 §3).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Block {
    /// The first sequence number of the block.
    pub left_edge: SequenceNumber,
    /// The sequence number that follows the last one of the block.
    pub right_edge: SequenceNumber,
}

impl Block {
    /// A block of nothing, to fill a table with.
    pub const NONE: Block = Block { left_edge: SequenceNumber(0), right_edge: SequenceNumber(0) };

    /// Whether it has no numbers.
    #[inline]
    pub(super) const fn is_empty(&self) -> bool {
        !self.left_edge.is_before(self.right_edge)
    }

    /// Whether the two overlap or adjoin.
    #[inline]
    pub(super) fn touches(&self, other: &Block) -> bool {
        !self.right_edge.is_before(other.left_edge) && !other.right_edge.is_before(self.left_edge)
    }

    /// Whether `other` lies in it.
    #[cfg(any(feature = "tcp-sack", feature = "tcp-info"))]
    pub(super) const fn contains(&self, other: &Block) -> bool {
        !other.left_edge.is_before(self.left_edge) && !other.right_edge.is_after(self.right_edge)
    }
}

/// A Fast Open cookie (RFC 7413 §4.1.1): 4 to 16 octets, an even number of them, or none in a request.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct FastOpenCookie {
    octets: [u8; 16],
    length: u8,
    /// In the option of the experiment that came before the standard (RFC 7413, appendix A).
    experimental: bool,
}

impl FastOpenCookie {
    /// The empty cookie, which asks for one.
    pub const REQUEST: FastOpenCookie = FastOpenCookie { octets: [0; 16], length: 0, experimental: false };

    /// The cookie of these octets; `None` where there cannot be one of so many.
    pub fn new(octets: &[u8]) -> Option<FastOpenCookie> {
        let fits = matches!(octets.len(), 0 | 4 | 6 | 8 | 10 | 12 | 14 | 16);
        let length = octets.len() as u8;
        let mut cookie = FastOpenCookie { octets: [0; 16], length, experimental: false };
        super::storage::copy(&mut cookie.octets, octets);
        fits.then_some(cookie)
    }

    /// The octets.
    pub fn octets(&self) -> &[u8] {
        self.octets.get(..usize::from(self.length)).unwrap_or_default()
    }

    /// The same in the option of the experiment that came before the standard: kind 254 with the number 0xF989
    /// (RFC 7413, appendix A; RFC 6994), which some peers still speak.
    #[must_use]
    pub const fn experimental(self) -> FastOpenCookie {
        FastOpenCookie { experimental: true, ..self }
    }

    /// Whether it is in the option of the experiment. Who answers it uses the same.
    pub const fn is_experimental(&self) -> bool {
        self.experimental
    }
}

/// The options of a segment (RFC 9293 §3.2 and the RFCs named below), parsed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// Maximum segment size, in octets; only in a SYN (RFC 9293 §3.7.1).
    pub maximum_segment_size: Option<u16>,
    /// Window scale shift count, at most 14; only in a SYN (RFC 7323 §2).
    pub window_scale: Option<u8>,
    /// SACK is welcome; only in a SYN (RFC 2018 §2).
    pub sack_permitted: bool,
    /// Timestamps (RFC 7323 §3).
    pub timestamps: Option<Timestamps>,
    /// Fast Open cookie, or the request for one; only in a SYN (RFC 7413 §4.1.1).
    pub fast_open: Option<FastOpenCookie>,
    /// Octets received with each mark (RFC 9768 §3.2.3).
    pub ecn_counters: Option<EcnCounters>,
    /// An MD5 signature or an authentication option came with the segment (RFC 2385, RFC 5925), which is neither
    /// checked nor ever sent: an owner drops it, for whoever signs expects to be known.
    #[doc(alias = "TCP_MD5SIG")]
    pub signed: bool,
    /// SACK blocks, the most recent first (RFC 2018 §3); `None` ends the list.
    pub sack: [Option<Block>; 4],
}

impl Options {
    /// No options.
    pub const NONE: Options = Options {
        maximum_segment_size: None,
        window_scale: None,
        sack_permitted: false,
        timestamps: None,
        fast_open: None,
        ecn_counters: None,
        signed: false,
        sack: [None; 4],
    };

    /// These timestamps alone. Field by field: of a constant the compiler would copy every octet.
    #[inline]
    pub(super) const fn of_timestamps(timestamps: Option<Timestamps>) -> Options {
        Options {
            maximum_segment_size: None,
            window_scale: None,
            sack_permitted: false,
            timestamps,
            fast_open: None,
            ecn_counters: None,
            signed: false,
            sack: [None, None, None, None],
        }
    }

    /// Whether there are SACK blocks.
    #[inline]
    pub(super) const fn has_blocks(&self) -> bool {
        let [first, ..] = &self.sack;
        first.is_some()
    }
}

/// The text of a segment: up to two slices, for a ring buffer wraps.
#[derive(Clone, Copy, Debug, Default)]
pub struct Payload<'a> {
    first: &'a [u8],
    second: &'a [u8],
}

impl<'a> Payload<'a> {
    /// The octets of `first`, followed by those of `second`.
    #[inline]
    pub const fn new(first: &'a [u8], second: &'a [u8]) -> Self {
        Payload { first, second }
    }

    /// The two parts, in order; either may be empty.
    #[inline]
    pub const fn parts(&self) -> (&'a [u8], &'a [u8]) {
        (self.first, self.second)
    }

    /// The number of octets.
    #[inline]
    pub const fn len(&self) -> usize {
        self.first.len().saturating_add(self.second.len())
    }

    /// Whether there is no text.
    #[inline]
    pub const fn is_empty(&self) -> bool {
        self.first.is_empty() && self.second.is_empty()
    }

    /// Octets `start` to `end`; what lies outside is left out.
    #[inline]
    pub fn range(&self, start: usize, end: usize) -> Payload<'a> {
        let cut = |slice: &'a [u8], before: usize| {
            let end = end.saturating_sub(before).min(slice.len());
            slice.get(start.saturating_sub(before)..end).unwrap_or(&[])
        };
        Payload { first: cut(self.first, 0), second: cut(self.second, self.first.len()) }
    }

    /// The octets, one by one.
    pub fn iter(&self) -> impl Iterator<Item = u8> + 'a {
        self.first.iter().chain(self.second).copied()
    }
}

impl<'a> From<&'a [u8]> for Payload<'a> {
    #[inline]
    fn from(octets: &'a [u8]) -> Self {
        Payload::new(octets, &[])
    }
}

/// Equal octets are equal payloads, however they are split.
impl PartialEq for Payload<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Payload<'_> {}

/// One segment, without its ports and checksum.
///
/// [`wire`](super::wire) turns it into bytes and back.
///
/// ```
/// use anysock::tcp::{Flags, Segment, SequenceNumber};
///
/// let mut segment = Segment::new(Flags::PSH | Flags::ACK, SequenceNumber(101), SequenceNumber(225));
/// segment.payload = b"hello".as_slice().into();
/// assert_eq!(segment.sequence_length(), 5);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Segment<'a> {
    /// SEG.SEQ: the number of the first octet of the payload, or of the SYN.
    pub seq: SequenceNumber,
    /// SEG.ACK: the next number expected from the peer; significant with [`Flags::ACK`].
    pub ack: SequenceNumber,
    /// The control bits.
    pub flags: Flags,
    /// The window field as it stands in the header, not yet scaled (RFC 7323 §2.2).
    pub window: u16,
    /// SEG.UP: the urgent pointer, an offset from SEG.SEQ; significant with [`Flags::URG`].
    pub urgent_pointer: u16,
    /// What the packet's IP header carries beside: the owner puts it there when it sends the segment, and takes it
    /// from there before [`segment_arrives`](super::Connection::segment_arrives). It is not part of the bytes.
    pub ecn: Ecn,
    /// The options.
    pub options: Options,
    /// The text.
    pub payload: Payload<'a>,
}

impl<'a> Segment<'a> {
    /// A segment with these control bits and numbers, and with nothing else: no window, options or payload.
    #[inline]
    pub const fn new(flags: Flags, seq: SequenceNumber, ack: SequenceNumber) -> Self {
        Segment {
            seq,
            ack,
            flags,
            window: 0,
            urgent_pointer: 0,
            ecn: Ecn::NotCapable,
            options: Options::NONE,
            payload: Payload::new(&[], &[]),
        }
    }

    /// The block that tells what has arrived twice: a first one that lies before SEG.ACK, or in the second (RFC 2883
    /// §4).
    #[cfg(any(feature = "tcp-sack", feature = "tcp-info"))]
    pub(super) fn duplicate_block(&self) -> Option<Block> {
        let [first, second, ..] = self.options.sack;
        first.filter(|first| {
            !first.is_empty()
                && (!first.right_edge.is_after(self.ack)
                    || second.is_some_and(|second| second.contains(first)))
        })
    }

    /// The same without its text.
    pub(super) const fn without_text(self) -> Segment<'static> {
        Segment {
            seq: self.seq,
            ack: self.ack,
            flags: self.flags,
            window: self.window,
            urgent_pointer: self.urgent_pointer,
            ecn: self.ecn,
            options: self.options,
            payload: Payload::new(&[], &[]),
        }
    }

    /// Whether this is a SYN alone, with neither ACK nor RST: what a listener takes for the begin of a connection
    /// (RFC 9293 §3.10.7.2).
    ///
    /// ```
    /// use anysock::tcp::{Flags, Segment, SequenceNumber};
    ///
    /// let with = |flags| Segment::new(flags, SequenceNumber(100), SequenceNumber(0));
    /// assert!(with(Flags::SYN).is_bare_syn() && with(Flags::SYN | Flags::ECE | Flags::CWR).is_bare_syn());
    /// assert!(!with(Flags::SYN | Flags::ACK).is_bare_syn());
    /// ```
    #[inline]
    pub const fn is_bare_syn(&self) -> bool {
        self.flags.contains(Flags::SYN) && !self.flags.intersects(Flags::ACK.union(Flags::RST))
    }

    /// SEG.LEN: the octets of the payload, SYN and FIN counting one each (RFC 9293 §3.4).
    #[cfg_attr(target_pointer_width = "64", inline)]
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub fn sequence_length(&self) -> u32 {
        let controls =
            u32::from(self.flags.contains(Flags::SYN)) + u32::from(self.flags.contains(Flags::FIN));
        (self.payload.len() as u32).wrapping_add(controls)
    }
}
