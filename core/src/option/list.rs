//! Values that are several of a kind, one behind the other.

use core::ops::Deref;

use super::OptionValue;
use crate::error::DecodeError;

/// Up to `N` values, one behind the other: an option that is an array, or plain bytes (`List<u8, N>`).
///
/// An option whose list may have any length has the capacity as its own parameter, which follows from the value
/// when it is set and is said when it is read.
///
/// ```
/// use anysock::can::Filter;
/// use anysock::option::{List, can_raw, socket};
/// use anysock::{Backend, Error, Socket};
///
/// fn prepare<B: Backend>(can: &Socket<B>, unix: &Socket<B>) -> Result<(), Error> {
///     can.set(can_raw::Filters, List::from([Filter::new(0x7E8, 0x7F8), Filter::new(0x123, 0x7FF)]))?;
///     let groups = unix.get(socket::PeerGroups::<64>)?;
///     assert!(groups.iter().all(|group| *group != 0));
///     Ok(())
/// }
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct List<T, const N: usize>(heapless::Vec<T, N>);

impl<T: Clone, const N: usize> List<T, N> {
    /// The list of `values`.
    ///
    /// # Errors
    /// [`DecodeError::TooLong`] where there are more than `N`.
    pub fn new(values: &[T]) -> Result<Self, DecodeError> {
        let too_long = DecodeError::TooLong { most: N, found: values.len() };
        heapless::Vec::from_slice(values).map(List).map_err(|_| too_long)
    }
}

impl<T, const N: usize> List<T, N> {
    /// No values.
    pub const EMPTY: List<T, N> = List(heapless::Vec::new());
}

impl<T, const N: usize> From<[T; N]> for List<T, N> {
    fn from(values: [T; N]) -> Self {
        List(heapless::Vec::from_array(values))
    }
}

impl<T, const N: usize> Deref for List<T, N> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

/// The bytes of a [`List`]: up to `N` values of `SIZE` bytes.
#[derive(Clone, Debug)]
pub struct ListBytes<const SIZE: usize, const N: usize> {
    values: [[u8; SIZE]; N],
    len: usize,
}

impl<const SIZE: usize, const N: usize> AsRef<[u8]> for ListBytes<SIZE, N> {
    fn as_ref(&self) -> &[u8] {
        let bytes = self.values.as_flattened();
        bytes.get(..self.len).unwrap_or(bytes)
    }
}

impl<const SIZE: usize, const N: usize> AsMut<[u8]> for ListBytes<SIZE, N> {
    fn as_mut(&mut self) -> &mut [u8] {
        self.values.as_flattened_mut()
    }
}

impl<T, const SIZE: usize, const N: usize> OptionValue for List<T, N>
where
    T: OptionValue<Bytes = [u8; SIZE]>,
{
    type Bytes = ListBytes<SIZE, N>;

    fn encode(&self) -> Self::Bytes {
        let mut bytes = Self::buffer();
        for (to, value) in bytes.values.iter_mut().zip(&self.0) {
            *to = value.encode();
        }
        bytes.len = self.0.len().saturating_mul(SIZE);
        bytes
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut list = heapless::Vec::new();
        let (values, rest) = bytes.as_chunks::<SIZE>();
        for value in values {
            let too_long = DecodeError::TooLong { most: N.saturating_mul(SIZE), found: bytes.len() };
            list.push(T::decode(value)?).map_err(|_| too_long)?;
        }
        if rest.is_empty() {
            return Ok(List(list));
        }
        let needed = bytes.len().saturating_sub(rest.len()).saturating_add(SIZE);
        Err(DecodeError::TooShort { needed, found: bytes.len() })
    }

    fn buffer() -> Self::Bytes {
        ListBytes { values: [[0; SIZE]; N], len: N.saturating_mul(SIZE) }
    }
}
