//! Pieces of a message: `struct iovec` with the lifetime of what it points to.

use core::fmt;
use core::marker::PhantomData;
use core::ops::{Deref, DerefMut};
use core::slice;

use libc::iovec;

/// Bytes to send, laid out as `struct iovec`.
///
/// ```
/// use anysock_linux::IoSlice;
///
/// let slice = IoSlice::from(&b"ping"[..]);
/// assert_eq!(&*slice, b"ping");
/// ```
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct IoSlice<'a>(iovec, PhantomData<&'a [u8]>);

/// Room to receive into, laid out as `struct iovec`.
#[repr(transparent)]
pub struct IoSliceMut<'a>(iovec, PhantomData<&'a mut [u8]>);

// SAFETY: an IoSlice is a `&[u8]` in another layout.
unsafe impl Send for IoSlice<'_> {}
// SAFETY: an IoSlice is a `&[u8]` in another layout.
unsafe impl Sync for IoSlice<'_> {}
// SAFETY: an IoSliceMut is a `&mut [u8]` in another layout.
unsafe impl Send for IoSliceMut<'_> {}
// SAFETY: an IoSliceMut is a `&mut [u8]` in another layout.
unsafe impl Sync for IoSliceMut<'_> {}

impl<'a> From<&'a [u8]> for IoSlice<'a> {
    #[inline]
    fn from(bytes: &'a [u8]) -> Self {
        // sendmsg(2) never writes through the pointer.
        IoSlice(iovec { iov_base: bytes.as_ptr().cast_mut().cast(), iov_len: bytes.len() }, PhantomData)
    }
}

impl<'a> From<&'a mut [u8]> for IoSliceMut<'a> {
    #[inline]
    fn from(bytes: &'a mut [u8]) -> Self {
        IoSliceMut(iovec { iov_base: bytes.as_mut_ptr().cast(), iov_len: bytes.len() }, PhantomData)
    }
}

impl Deref for IoSlice<'_> {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        // SAFETY: pointer and length are those of the `&[u8]` that this was made from, which is still borrowed.
        unsafe { slice::from_raw_parts(self.0.iov_base.cast(), self.0.iov_len) }
    }
}

impl Deref for IoSliceMut<'_> {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        // SAFETY: pointer and length are those of the `&mut [u8]` that this was made from, still borrowed.
        unsafe { slice::from_raw_parts(self.0.iov_base.cast(), self.0.iov_len) }
    }
}

impl DerefMut for IoSliceMut<'_> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [u8] {
        // SAFETY: pointer and length are those of the `&mut [u8]` that this was made from, which is still
        // borrowed, and `self` is borrowed exclusively.
        unsafe { slice::from_raw_parts_mut(self.0.iov_base.cast(), self.0.iov_len) }
    }
}

impl fmt::Debug for IoSlice<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl fmt::Debug for IoSliceMut<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}
