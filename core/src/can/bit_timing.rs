//! How long a frame is on the wire, to the bit: the bits are built as a controller sends them, with real
//! CRC and stuff bits.
//!
//! ```
//! use anysock::can::{FdFlags, FdFrame, Frame, Id, WireLength};
//!
//! let id = Id::standard(0x555).unwrap();
//! // 0101… needs few stuff bits: 111 bits are the least that 8 bytes take.
//! let frame = Frame::new(id, &[0x55; 8]).unwrap();
//! assert!((111..=135).contains(&WireLength::of_classic(&frame).arbitration));
//! // 64 bytes with the rate switched: most of the frame goes at 2 Mbit/s.
//! let frame = FdFrame::new(id, FdFlags::BRS, &[0x55; 64]).unwrap();
//! assert_eq!(WireLength::of_fd(&frame).at(500_000, 2_000_000).as_micros(), 333);
//! ```
//!
//! Source: ISO 11898-1:2015, 10.4 (frame formats), 10.5 (stuffing, CRC).

use core::time::Duration;

use super::stuffing::{Crc15, Field, StuffCount};
use super::{FdFlags, FdFrame, Frame, Id};

/// The bits between a frame and the next: the bus is not idle before they have passed.
pub const INTERMISSION_BITS: u32 = 3;
/// The dominant bits of an error flag. Flags of several nodes may add up to twice as many.
pub const ERROR_FLAG_BITS: u32 = 6;
/// The recessive bits after an error flag, before the intermission.
pub const ERROR_DELIMITER_BITS: u32 = 8;

/// ACK slot and delimiter, end of frame, intermission.
const END_BITS: u32 = 9 + INTERMISSION_BITS;
/// The stuff count in an FD frame's CRC field: three bits in Gray code, and their parity.
const STUFF_COUNT_BITS: u32 = 4;

const ACK_AND_END: [bool; 9] = [DOMINANT, true, true, true, true, true, true, true, true];
const DOMINANT: bool = false;
const RECESSIVE: bool = true;

/// At which of the two rates a bit is sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// The nominal bit rate: classic frames, and the beginning and end of FD frames.
    Arbitration,
    /// The data bit rate: an FD frame with [`FdFlags::BRS`], from its ESI bit to the CRC delimiter.
    Data,
}

/// The number of bits of a frame, from the start of frame to the end of the intermission, stuff bits
/// included.
///
/// The rate of an FD frame changes at the sample point within the BRS bit, and back within the CRC
/// delimiter. The first is counted whole in the arbitration phase and the second whole in the data phase,
/// which gives the exact duration where both phases have their sample point at the same fraction of a bit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct WireLength {
    /// Bits at the nominal bit rate.
    pub arbitration: u32,
    /// Bits at the data bit rate; 0 in a classic frame and in an FD frame without BRS.
    pub data: u32,
}

impl WireLength {
    /// The length of a classic frame.
    pub fn of_classic(frame: &Frame) -> WireLength {
        let mut count = StuffCount::new();
        let mut crc = Crc15::new();
        for field in fields(classic_header(frame), frame.data()) {
            count.add(field);
            crc.add(field);
        }
        count.add(crc.field());
        count.finish();
        WireLength { arbitration: count.bits.wrapping_add(1).wrapping_add(END_BITS), data: 0 }
    }

    /// The length of an FD frame.
    pub fn of_fd(frame: &FdFrame) -> WireLength {
        let mut count = StuffCount::new();
        count.add(fd_header(frame));
        let arbitration = count.bits;
        for field in fields(fd_control(frame), frame.data()) {
            count.add(field);
        }
        // The CRC field with a fixed stuff bit before each four of its bits, whatever they are.
        let crc_field = fd_crc(frame).width.wrapping_add(STUFF_COUNT_BITS);
        let data = count.bits.wrapping_sub(arbitration).wrapping_add(crc_field);
        let data = data.wrapping_add(crc_field.div_ceil(4)).wrapping_add(1);
        if frame.flags().contains(FdFlags::BRS) {
            WireLength { arbitration: arbitration.wrapping_add(END_BITS), data }
        } else {
            WireLength { arbitration: arbitration.wrapping_add(data).wrapping_add(END_BITS), data: 0 }
        }
    }

    /// The bits of both phases.
    pub const fn total(self) -> u32 {
        self.arbitration.saturating_add(self.data)
    }

    /// The time on the wire at these rates in bits per second, rounded down to a nanosecond. A rate of 0
    /// counts as 1.
    pub const fn at(self, bit_rate: u32, data_bit_rate: u32) -> Duration {
        const fn nanos(bits: u32, rate: u32) -> u64 {
            let rate = if rate == 0 { 1 } else { rate as u64 };
            match (bits as u64 * 1_000_000_000).checked_div(rate) {
                Some(nanos) => nanos,
                None => 0,
            }
        }
        Duration::from_nanos(
            nanos(self.arbitration, bit_rate).saturating_add(nanos(self.data, data_bit_rate)),
        )
    }
}

/// Calls `each` with every bit of the frame as it is on the wire (`true` is recessive), from the start of
/// frame to the end of the intermission, acknowledged. An error message has no bits.
pub fn wire_bits(frame: &super::AnyFrame, mut each: impl FnMut(bool, Phase)) {
    match frame {
        super::AnyFrame::Classic(frame) => classic_bits(frame, &mut each),
        super::AnyFrame::Fd(frame) => fd_bits(frame, &mut each),
        super::AnyFrame::Error(_) => {}
    }
}

/// A CRC of `width` bits, highest first.
struct Crc {
    width: u32,
    polynomial: u32,
    value: u32,
}

impl Crc {
    /// x^15 + x^14 + x^10 + x^8 + x^7 + x^4 + x^3 + 1, from 0.
    const CRC_15: Crc = Crc { width: 15, polynomial: 0x4599, value: 0 };
    /// x^17 + x^16 + x^14 + x^13 + x^11 + x^6 + x^4 + x^3 + x + 1, from 1 0…0.
    const CRC_17: Crc = Crc { width: 17, polynomial: 0x1_685B, value: 1 << 16 };
    /// x^21 + x^20 + x^13 + x^11 + x^7 + x^4 + x^3 + 1, from 1 0…0.
    const CRC_21: Crc = Crc { width: 21, polynomial: 0x10_2899, value: 1 << 20 };

    #[inline]
    fn push(&mut self, bit: bool) {
        let top = self.value >> self.width.wrapping_sub(1) & 1;
        self.value = self.value << 1 & (1_u32 << self.width).wrapping_sub(1);
        if top != u32::from(bit) {
            self.value ^= self.polynomial;
        }
    }
}

/// Sends bits, with a stuff bit of the other level after five equal ones.
struct Stuffer<'a, E> {
    each: &'a mut E,
    phase: Phase,
    crc: Crc,
    /// Whether the CRC is also taken of the stuff bits, as in FD.
    crc_of_stuff_bits: bool,
    last: bool,
    /// How many bits in a row have had the level `last`.
    run: u8,
    stuff_bits: u32,
}

impl<'a, E: FnMut(bool, Phase)> Stuffer<'a, E> {
    fn new(each: &'a mut E, crc: Crc, crc_of_stuff_bits: bool) -> Self {
        Stuffer {
            each,
            phase: Phase::Arbitration,
            crc,
            crc_of_stuff_bits,
            last: RECESSIVE,
            run: 0,
            stuff_bits: 0,
        }
    }

    /// Sends the stuff bit that five equal bits have called for. It comes before the next bit, so that none
    /// follows the last stuffed bit of an FD frame, where a fixed one takes its place.
    #[inline]
    fn stuff(&mut self) {
        if self.run == 5 {
            self.last = !self.last;
            self.run = 1;
            self.stuff_bits = self.stuff_bits.wrapping_add(1);
            (self.each)(self.last, self.phase);
            if self.crc_of_stuff_bits {
                self.crc.push(self.last);
            }
        }
    }

    #[inline]
    fn raw(&mut self, bit: bool) {
        self.run = if bit == self.last { self.run.wrapping_add(1) } else { 1 };
        self.last = bit;
        (self.each)(bit, self.phase);
    }

    /// Sends a bit that the CRC covers.
    #[inline]
    fn bit(&mut self, bit: bool) {
        self.stuff();
        self.crc.push(bit);
        self.raw(bit);
    }

    fn field(&mut self, field: Field) {
        for position in (0..field.width).rev() {
            self.bit(field.bits >> position & 1 != 0);
        }
    }
}

/// SOF to IDE; in an extended frame to the RTR bit. `remote` is RTR, or the RRS of an FD frame, which is
/// always dominant.
fn arbitration(id: Id, remote: bool) -> Field {
    let field = Field { bits: u64::from(id.arbitration_field(remote)), width: 33 };
    if id.is_extended() { field } else { Field { bits: field.bits >> 19, width: 14 } }
}

/// SOF to DLC. FDF is what classic CAN knows as r0 (r1 in an extended frame, followed by r0).
fn classic_header(frame: &Frame) -> Field {
    let reserved = if frame.id().is_extended() { 2 } else { 1 };
    arbitration(frame.id(), frame.is_remote()).then(0, reserved).then(frame.dlc().into(), 4)
}

/// SOF to BRS: FDF is recessive, res dominant.
fn fd_header(frame: &FdFrame) -> Field {
    arbitration(frame.id(), false).then(0b10, 2).then(frame.flags().contains(FdFlags::BRS).into(), 1)
}

/// ESI and DLC.
fn fd_control(frame: &FdFrame) -> Field {
    Field { bits: frame.flags().contains(FdFlags::ESI).into(), width: 1 }.then(frame.dlc().into(), 4)
}

fn fd_crc(frame: &FdFrame) -> Crc {
    if frame.len() <= 16 { Crc::CRC_17 } else { Crc::CRC_21 }
}

/// A field, and the data field behind it.
fn fields(first: Field, data: &[u8]) -> impl Iterator<Item = Field> {
    core::iter::once(first).chain(data.chunks(8).map(Field::of_bytes))
}

/// ACK slot and delimiter, end of frame, intermission.
fn end_bits(each: &mut impl FnMut(bool, Phase)) {
    for bit in ACK_AND_END {
        each(bit, Phase::Arbitration);
    }
    for _ in 0..INTERMISSION_BITS {
        each(RECESSIVE, Phase::Arbitration);
    }
}

fn classic_bits(frame: &Frame, each: &mut impl FnMut(bool, Phase)) {
    let mut wire = Stuffer::new(each, Crc::CRC_15, false);
    for field in fields(classic_header(frame), frame.data()) {
        wire.field(field);
    }
    wire.field(Field { bits: wire.crc.value.into(), width: wire.crc.width });
    wire.stuff();
    each(RECESSIVE, Phase::Arbitration); // CRC delimiter
    end_bits(each);
}

fn fd_bits(frame: &FdFrame, each: &mut impl FnMut(bool, Phase)) {
    let mut wire = Stuffer::new(each, fd_crc(frame), true);
    wire.field(fd_header(frame));
    if frame.flags().contains(FdFlags::BRS) {
        // A stuff bit after BRS belongs to the data phase already.
        wire.phase = Phase::Data;
    }
    for field in fields(fd_control(frame), frame.data()) {
        wire.field(field);
    }

    // The stuff bit count modulo 8 in Gray code with its parity, then the CRC, with a fixed stuff bit before
    // each group of four: the CRC is taken of the count, not of the fixed stuff bits.
    let count = wire.stuff_bits & 7;
    let gray = count ^ count >> 1;
    let count_bits = gray << 1 | gray.count_ones() & 1;
    for position in (0..4).rev() {
        wire.crc.push(count_bits >> position & 1 != 0);
    }
    let width = wire.crc.width;
    let field = u64::from(count_bits) << width | u64::from(wire.crc.value);
    let field_bits = width.wrapping_add(STUFF_COUNT_BITS);
    for (index, position) in (0..field_bits).rev().enumerate() {
        if index & 3 == 0 {
            wire.raw(!wire.last);
        }
        wire.raw(field >> position & 1 != 0);
    }
    wire.raw(RECESSIVE); // CRC delimiter
    end_bits(each);
}
