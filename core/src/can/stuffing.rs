//! Stuff bits and the CRC of classic frames, counted four bits at a time: what the length of a frame needs,
//! without the bits themselves.

/// Some bits of a frame as they are sent, the first of them highest.
#[derive(Clone, Copy)]
pub(super) struct Field {
    pub(super) bits: u64,
    /// How many they are, at most 64.
    pub(super) width: u32,
}

impl Field {
    /// At most 8 bytes.
    pub(super) fn of_bytes(bytes: &[u8]) -> Field {
        let empty = Field { bits: 0, width: 0 };
        bytes.iter().fold(empty, |field, byte| field.then((*byte).into(), 8))
    }

    /// This field with `width` more bits behind it.
    pub(super) const fn then(self, bits: u64, width: u32) -> Field {
        Field { bits: self.bits << width | bits, width: self.width.wrapping_add(width) }
    }
}

/// Four bits at a time, and what is left one at a time.
macro_rules! for_each_group {
    ($field:expr, $nibble:pat => $four:expr, $bit:pat => $one:expr) => {{
        let Field { bits, mut width } = $field;
        while let Some(rest) = width.checked_sub(4) {
            width = rest;
            let $nibble = (bits >> width) as u8 & 0xF;
            $four;
        }
        while let Some(rest) = width.checked_sub(1) {
            width = rest;
            let $bit = (bits >> width) as u8 & 1;
            $one;
        }
    }};
}

/// What the stuffing rule has to remember of the bits so far: the level of the last bit in bit 3, and in the
/// others how many bits in a row, 1 to 5, have had it.
type Run = u8;

/// The run after `bit`, and whether a stuff bit comes before it.
const fn stuffed(run: Run, bit: u8) -> (Run, bool) {
    let (mut level, mut length) = (run >> 3, run & 7);
    let full = length == 5;
    if full {
        (level, length) = (level ^ 1, 1);
    }
    let length = if bit == level { length.wrapping_add(1) } else { 1 };
    (bit << 3 | length, full)
}

/// By the run, and the next four bits: the run behind them, and above it how many stuff bits there are.
const STUFFED: [u8; 256] = {
    let mut table = [0; 256];
    let mut index = 0_u8;
    loop {
        let (mut run, mut stuff_bits) = (index >> 4, 0);
        let mut position = 4;
        while position > 0 {
            position -= 1;
            let (next, full) = stuffed(run, index >> position & 1);
            run = next & 0xF;
            stuff_bits += full as u8;
        }
        table[index as usize] = stuff_bits << 4 | run;
        if index == u8::MAX {
            break table;
        }
        index += 1;
    }
};

/// Counts the bits of a frame, stuff bits included.
pub(super) struct StuffCount {
    run: Run,
    pub(super) bits: u32,
}

impl StuffCount {
    /// Before the start of frame: the bus is recessive, and as it is not stuffed, its length does not count.
    pub(super) const fn new() -> StuffCount {
        StuffCount { run: 1 << 3 | 1, bits: 0 }
    }

    /// Adds bits with the stuff bits before each of them.
    #[inline]
    pub(super) fn add(&mut self, field: Field) {
        self.bits = self.bits.wrapping_add(field.width);
        for_each_group!(
            field,
            nibble => {
                let entry = STUFFED[usize::from(self.run << 4 | nibble)];
                self.run = entry & 0xF;
                self.bits = self.bits.wrapping_add(u32::from(entry >> 4));
            },
            bit => {
                let (run, full) = stuffed(self.run, bit);
                self.run = run;
                self.bits = self.bits.wrapping_add(full.into());
            }
        );
    }

    /// Adds the stuff bit that five equal bits at the end of a classic frame's CRC call for.
    pub(super) fn finish(&mut self) {
        self.bits = self.bits.wrapping_add((self.run & 7 == 5).into());
    }
}

/// x^15 + x^14 + x^10 + x^8 + x^7 + x^4 + x^3 + 1.
const POLYNOMIAL: u16 = 0x4599;

/// The remainder behind `bit`.
const fn divided(remainder: u16, bit: u8) -> u16 {
    let next = remainder << 1 & 0x7FFF;
    if remainder >> 14 != bit as u16 { next ^ POLYNOMIAL } else { next }
}

/// The remainder behind four zero bits, by the four highest bits of that before.
const DIVIDED: [u16; 16] = {
    let mut table = [0; 16];
    let mut index = 0;
    while index < 16 {
        let mut remainder = (index as u16) << 11;
        let mut position = 4;
        while position > 0 {
            position -= 1;
            remainder = divided(remainder, 0);
        }
        table[index] = remainder;
        index += 1;
    }
    table
};

/// The CRC of a classic frame.
pub(super) struct Crc15(u16);

impl Crc15 {
    pub(super) const fn new() -> Crc15 {
        Crc15(0)
    }

    #[inline]
    pub(super) fn add(&mut self, field: Field) {
        for_each_group!(
            field,
            nibble => {
                let index = (self.0 >> 11) as u8 ^ nibble;
                self.0 = self.0 << 4 & 0x7FFF ^ DIVIDED[usize::from(index & 0xF)];
            },
            bit => self.0 = divided(self.0, bit)
        );
    }

    /// The CRC sequence.
    pub(super) fn field(&self) -> Field {
        Field { bits: self.0.into(), width: 15 }
    }
}
