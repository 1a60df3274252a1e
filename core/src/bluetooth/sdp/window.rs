//! The part of an answer that fits.

/// Room for a part of an answer, which is written from its beginning each time: what is before the part, and what is
/// behind it, is only counted.
#[derive(Debug)]
pub(super) struct Window<'b> {
    /// How much of the answer is before the part.
    before: usize,
    room: &'b mut [u8],
    /// How much was written, all in all.
    total: usize,
}

impl<'b> Window<'b> {
    /// The part from `before` on that fits into `room`.
    pub(super) fn new(before: usize, room: &'b mut [u8]) -> Self {
        Window { before, room, total: 0 }
    }

    pub(super) fn put(&mut self, bytes: &[u8]) {
        for byte in bytes {
            let place = self.total.checked_sub(self.before).and_then(|place| self.room.get_mut(place));
            if let Some(room) = place {
                *room = *byte;
            }
            self.total = self.total.saturating_add(1);
        }
    }

    /// How much was written, all in all.
    pub(super) fn total(&self) -> usize {
        self.total
    }

    /// How much of it is in the room.
    pub(super) fn filled(&self) -> usize {
        self.total.saturating_sub(self.before).min(self.room.len())
    }
}
