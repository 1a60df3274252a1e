//! The fields of a C structure, one after the other.

use super::{CallSign, Digipeaters, family_of};
use crate::constants::Family;
use crate::error::DecodeError;

/// Writes the fields of a structure of `N` bytes in their order. What is not written is zero.
pub(super) struct Writer<const N: usize> {
    bytes: [u8; N],
    at: usize,
}

impl<const N: usize> Writer<N> {
    /// A structure that begins with `family`.
    #[inline]
    pub(super) fn new(family: Family) -> Self {
        Writer { bytes: [0; N], at: 0 }.put(family.0.to_ne_bytes())
    }

    /// The next field, byte for byte.
    #[inline]
    pub(super) fn put<const M: usize>(mut self, field: [u8; M]) -> Self {
        if let Some(room) = self.bytes.get_mut(self.at..).and_then(|rest| rest.first_chunk_mut()) {
            *room = field;
        }
        self.skip(M)
    }

    /// Padding, or a field that is zero.
    #[inline]
    pub(super) fn skip(mut self, bytes: usize) -> Self {
        self.at = self.at.wrapping_add(bytes);
        self
    }

    /// The structure.
    #[inline]
    pub(super) fn finish(self) -> [u8; N] {
        self.bytes
    }

    /// The structure's first `len` bytes.
    #[inline]
    pub(super) fn finish_at(self, len: usize) -> Encoded<N> {
        Encoded { bytes: self.bytes, len: len.min(N) as u8 }
    }
}

/// Reads the fields of a structure in their order.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// An address of `family` that has at least `needed` bytes; reads on behind the family.
    #[inline]
    pub(super) fn new(bytes: &'a [u8], family: Family, needed: usize) -> Result<Self, DecodeError> {
        match bytes.get(2..) {
            Some(rest) if bytes.len() >= needed && family_of(bytes) == family => Ok(Reader { rest, at: 2 }),
            _ => Err(super::wrong_fields(bytes, family, needed)),
        }
    }

    /// The next `M` bytes; zeros where the address has ended, as optional fields at its end do.
    #[inline]
    pub(super) fn take<const M: usize>(&mut self) -> [u8; M] {
        self.at = self.at.wrapping_add(M);
        match self.rest.split_first_chunk() {
            Some((field, rest)) => {
                self.rest = rest;
                *field
            }
            None => {
                self.rest = &[];
                [0; M]
            }
        }
    }

    /// The next byte.
    #[inline]
    pub(super) fn byte(&mut self) -> u8 {
        let [byte] = self.take();
        byte
    }

    /// Passes over padding, or a field that the kernel ignores.
    #[inline]
    pub(super) fn skip(&mut self, bytes: usize) -> &mut Self {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
        self.at = self.at.wrapping_add(bytes);
        self
    }

    /// The bytes that are left.
    #[inline]
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// `number` call signs; more than `N` of them are `wrong_number`. `found` is the whole address's length.
    pub(super) fn digipeaters<const N: usize>(
        &mut self,
        number: u32,
        wrong_number: DecodeError,
        found: usize,
    ) -> Result<Digipeaters<N>, DecodeError> {
        let mut path = Digipeaters::NONE;
        for _ in 0..number {
            if self.rest.len() < 7 && usize::from(path.len()) < N {
                let needed = self.at.wrapping_add(7);
                return Err(DecodeError::TooShort { needed, found });
            }
            path.push(CallSign::from_ax25_address(self.take())).ok_or(wrong_number)?;
        }
        Ok(path)
    }

    /// The error that the next field, at this place, has an impossible value.
    pub(super) fn invalid(&self) -> DecodeError {
        DecodeError::Invalid { offset: self.at }
    }
}

/// The bytes of an encoded address whose length varies, up to `N`.
#[derive(Clone, Copy, Debug)]
pub struct Encoded<const N: usize> {
    bytes: [u8; N],
    len: u8,
}

impl<const N: usize> AsRef<[u8]> for Encoded<N> {
    #[inline]
    fn as_ref(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or(&self.bytes)
    }
}
