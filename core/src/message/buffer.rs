//! A buffer for control messages, aligned as the kernel wants it.

use super::{ControlWriter, Controls};

/// Room for `N` bytes of control messages, aligned for `struct cmsghdr` on every target.
///
/// [`super::control_space`] says how much room a message takes.
///
/// ```
/// use anysock::message::{ControlBuffer, control_space};
///
/// let buffer = ControlBuffer::<{ control_space(16) + control_space(4) }>::new();
/// assert_eq!(buffer.as_bytes().as_ptr().addr() % 8, 0);
/// ```
#[derive(Clone, Debug)]
#[repr(align(8))]
pub struct ControlBuffer<const N: usize>([u8; N]);

impl<const N: usize> ControlBuffer<N> {
    /// An empty buffer.
    pub const fn new() -> Self {
        ControlBuffer([0; N])
    }

    /// The whole buffer.
    #[inline]
    pub const fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The whole buffer, to receive into.
    #[inline]
    pub const fn as_mut_bytes(&mut self) -> &mut [u8] {
        &mut self.0
    }

    /// Writes messages from the beginning on.
    pub fn writer(&mut self) -> ControlWriter<'_> {
        ControlWriter::new(&mut self.0)
    }

    /// The messages in the first `len` bytes, which [`Received::control_len`](crate::Received) says.
    #[inline]
    pub fn controls(&self, len: usize) -> Controls<'_> {
        Controls::new(self.0.get(..len).unwrap_or(&self.0))
    }
}

impl<const N: usize> Default for ControlBuffer<N> {
    fn default() -> Self {
        ControlBuffer::new()
    }
}
