//! Fields one after the other, in the order of bytes that the protocol has.

use crate::addr::BdAddr;
use crate::constants::Errno;
use crate::error::DecodeError;

/// Takes fields off the front of bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    /// How many were taken.
    offset: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Reader { bytes, offset: 0 }
    }

    /// The next `count` bytes.
    pub(super) fn slice(&mut self, count: usize) -> Result<&'a [u8], DecodeError> {
        let Some((taken, rest)) = self.bytes.split_at_checked(count) else {
            let found = self.offset.saturating_add(self.bytes.len());
            return Err(DecodeError::TooShort { needed: self.offset.saturating_add(count), found });
        };
        self.bytes = rest;
        self.offset = self.offset.saturating_add(count);
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let mut array = [0; N];
        array.copy_from_slice(self.slice(N)?);
        Ok(array)
    }

    pub(super) fn byte(&mut self) -> Result<u8, DecodeError> {
        self.array().map(|[byte]| byte)
    }

    pub(super) fn u16_le(&mut self) -> Result<u16, DecodeError> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u32_le(&mut self) -> Result<u32, DecodeError> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn address(&mut self) -> Result<BdAddr, DecodeError> {
        self.array().map(BdAddr::from_bdaddr)
    }

    /// What is left.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes
    }

    /// What is left, which has to be `count` bytes.
    pub(super) fn exactly(mut self, count: usize) -> Result<&'a [u8], DecodeError> {
        let taken = self.slice(count)?;
        match self.bytes {
            [] => Ok(taken),
            more => {
                let found = self.offset.saturating_add(more.len());
                Err(DecodeError::TooLong { most: self.offset, found })
            }
        }
    }

    /// The error of a field of `size` bytes that was just taken, and has a value that it cannot have.
    pub(super) fn invalid(&self, size: usize) -> DecodeError {
        DecodeError::Invalid { offset: self.offset.saturating_sub(size) }
    }
}

/// Puts fields into room, one behind the other.
#[derive(Debug)]
pub(super) struct Writer<'a> {
    room: &'a mut [u8],
    len: usize,
}

impl<'a> Writer<'a> {
    pub(super) fn new(room: &'a mut [u8]) -> Self {
        Writer { room, len: 0 }
    }

    /// Puts bytes; `ENOBUFS` where there is no room for them.
    pub(super) fn put(&mut self, bytes: &[u8]) -> Result<(), Errno> {
        self.put_at(self.len, bytes)?;
        self.len = self.len.saturating_add(bytes.len());
        Ok(())
    }

    /// How many bytes were put.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Puts bytes in the place of some that were put before; `ENOBUFS` where there is no room for them.
    pub(super) fn put_at(&mut self, begin: usize, bytes: &[u8]) -> Result<(), Errno> {
        let room = self.room.get_mut(begin..).and_then(|room| room.get_mut(..bytes.len()));
        room.ok_or(Errno::ENOBUFS)?.copy_from_slice(bytes);
        Ok(())
    }

    /// What was put.
    pub(super) fn finish(self) -> &'a [u8] {
        self.room.get(..self.len).unwrap_or_default()
    }
}
