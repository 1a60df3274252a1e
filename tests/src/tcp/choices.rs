//! Bytes as a row of choices.

/// What is left to choose from.
pub(super) struct Choices<'a> {
    bytes: &'a [u8],
}

impl<'a> Choices<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Choices { bytes }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The next byte; zero at the end.
    pub(super) fn byte(&mut self) -> u8 {
        let (first, rest) = self.bytes.split_first().unwrap_or((&0, &[]));
        self.bytes = rest;
        *first
    }

    /// The last byte, so that what is chosen by it moves none of the others; zero at the end.
    pub(super) fn last_byte(&mut self) -> u8 {
        let (last, rest) = self.bytes.split_last().unwrap_or((&0, &[]));
        self.bytes = rest;
        *last
    }

    pub(super) fn word(&mut self) -> u16 {
        u16::from_be_bytes([self.byte(), self.byte()])
    }

    pub(super) fn number(&mut self) -> u32 {
        u32::from(self.word()) << 16 | u32::from(self.word())
    }

    /// A distance: mostly a short one, to either side.
    pub(super) fn near(&mut self) -> u32 {
        match self.byte() {
            255 => self.number(),
            254 => self.word() as i16 as u32,
            short => (short % 16) as u32,
        }
        .wrapping_sub(3)
    }
}
