//! SO_PEEK_OFF: from where on MSG_PEEK looks.

/// How many bytes MSG_PEEK passes over; below zero, it looks at what comes first, and nothing is counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PeekOffset(pub(super) i32);

impl Default for PeekOffset {
    fn default() -> Self {
        PeekOffset(-1)
    }
}

impl PeekOffset {
    /// How many bytes, where it is set.
    pub(super) fn get(self) -> Option<usize> {
        usize::try_from(self.0).ok()
    }

    /// So many bytes were looked at (`forward`), or received (`sk_peek_offset_fwd`, `sk_peek_offset_bwd`).
    pub(super) fn advance(&mut self, bytes: usize, forward: bool) {
        if self.0 >= 0 {
            let bytes = i32::try_from(bytes).unwrap_or(i32::MAX);
            let moved = if forward { self.0.wrapping_add(bytes) } else { self.0.saturating_sub(bytes) };
            self.0 = moved.max(0);
        }
    }
}
