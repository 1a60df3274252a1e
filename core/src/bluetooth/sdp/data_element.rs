//! How service discovery writes values: a byte of type and size, the length where that does not say it, the value
//! (Core Specification, volume 3, part B, 3).

use super::super::bytes::{Reader, Writer};
use super::Uuid;
use crate::constants::Errno;
use crate::error::DecodeError;

/// A value. Numbers keep the width that they have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DataElement<'a> {
    /// Nothing.
    Nil,
    /// An unsigned number of 8 bits.
    Unsigned8(u8),
    /// An unsigned number of 16 bits.
    Unsigned16(u16),
    /// An unsigned number of 32 bits.
    Unsigned32(u32),
    /// An unsigned number of 64 bits.
    Unsigned64(u64),
    /// An unsigned number of 128 bits.
    Unsigned128(u128),
    /// A signed number of 8 bits.
    Signed8(i8),
    /// A signed number of 16 bits.
    Signed16(i16),
    /// A signed number of 32 bits.
    Signed32(i32),
    /// A signed number of 64 bits.
    Signed64(i64),
    /// A signed number of 128 bits.
    Signed128(i128),
    /// A number that is the only one of its kind.
    Uuid(Uuid),
    /// Text, in UTF-8 unless the record says otherwise.
    Text(&'a [u8]),
    /// Yes or no.
    Bool(bool),
    /// All of these.
    Sequence(DataElements<'a>),
    /// One of these.
    Alternative(DataElements<'a>),
    /// An address in the World Wide Web.
    Url(&'a [u8]),
}

/// The types, in the upper five bits.
mod kind {
    pub(super) const NIL: u8 = 0;
    pub(super) const UNSIGNED: u8 = 1;
    pub(super) const SIGNED: u8 = 2;
    pub(super) const UUID: u8 = 3;
    pub(super) const TEXT: u8 = 4;
    pub(super) const BOOL: u8 = 5;
    pub(super) const SEQUENCE: u8 = 6;
    pub(super) const ALTERNATIVE: u8 = 7;
    pub(super) const URL: u8 = 8;
}

impl<'a> DataElement<'a> {
    /// The first value of `bytes`, and what is behind it.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] where bytes are missing, [`DecodeError::Invalid`] for a type or a size that there is
    /// not. What is inside of a sequence is looked at when that is iterated over.
    pub fn decode(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), DecodeError> {
        let mut fields = Reader::new(bytes);
        let element = DataElement::take(&mut fields)?;
        Ok((element, fields.rest()))
    }

    pub(super) fn take(fields: &mut Reader<'a>) -> Result<Self, DecodeError> {
        let header = fields.byte()?;
        let invalid = fields.invalid(1);
        Ok(match (header >> 3, header & 7) {
            (kind::NIL, 0) => DataElement::Nil,
            (kind::UNSIGNED, 0) => DataElement::Unsigned8(fields.byte()?),
            (kind::UNSIGNED, 1) => DataElement::Unsigned16(u16::from_be_bytes(fields.array()?)),
            (kind::UNSIGNED, 2) => DataElement::Unsigned32(u32::from_be_bytes(fields.array()?)),
            (kind::UNSIGNED, 3) => DataElement::Unsigned64(u64::from_be_bytes(fields.array()?)),
            (kind::UNSIGNED, 4) => DataElement::Unsigned128(u128::from_be_bytes(fields.array()?)),
            (kind::SIGNED, 0) => DataElement::Signed8(i8::from_be_bytes(fields.array()?)),
            (kind::SIGNED, 1) => DataElement::Signed16(i16::from_be_bytes(fields.array()?)),
            (kind::SIGNED, 2) => DataElement::Signed32(i32::from_be_bytes(fields.array()?)),
            (kind::SIGNED, 3) => DataElement::Signed64(i64::from_be_bytes(fields.array()?)),
            (kind::SIGNED, 4) => DataElement::Signed128(i128::from_be_bytes(fields.array()?)),
            (kind::UUID, 1) => DataElement::Uuid(Uuid::Short(u16::from_be_bytes(fields.array()?))),
            (kind::UUID, 2) => DataElement::Uuid(Uuid::Medium(u32::from_be_bytes(fields.array()?))),
            (kind::UUID, 4) => DataElement::Uuid(Uuid::Long(u128::from_be_bytes(fields.array()?))),
            (kind::BOOL, 0) => DataElement::Bool(fields.byte()? != 0),
            (kind::TEXT, size @ 5..) => DataElement::Text(sized(fields, size)?),
            (kind::SEQUENCE, size @ 5..) => {
                DataElement::Sequence(DataElements { rest: Reader::new(sized(fields, size)?) })
            }
            (kind::ALTERNATIVE, size @ 5..) => {
                DataElement::Alternative(DataElements { rest: Reader::new(sized(fields, size)?) })
            }
            (kind::URL, size @ 5..) => DataElement::Url(sized(fields, size)?),
            _ => return Err(invalid),
        })
    }
}

/// Bytes behind their length, which has one, two or four bytes.
fn sized<'a>(fields: &mut Reader<'a>, size: u8) -> Result<&'a [u8], DecodeError> {
    let length = match size {
        5 => u32::from(fields.byte()?),
        6 => u32::from(u16::from_be_bytes(fields.array()?)),
        _ => u32::from_be_bytes(fields.array()?),
    };
    fields.slice(usize::try_from(length).unwrap_or(usize::MAX))
}

/// The values in a sequence. Ends at the first that does not decode.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DataElements<'a> {
    rest: Reader<'a>,
}

impl<'a> DataElements<'a> {
    /// The values in `bytes`, one behind the other.
    pub fn new(bytes: &'a [u8]) -> Self {
        DataElements { rest: Reader::new(bytes) }
    }

    /// What has not been iterated over: at the end nothing, or what does not decode.
    pub fn rest(&self) -> &'a [u8] {
        self.rest.rest()
    }

    /// The sequences that are next, for as long as there are some.
    pub(super) fn sequences(self) -> impl Iterator<Item = DataElements<'a>> {
        self.map_while(|element| match element {
            DataElement::Sequence(inner) => Some(inner),
            _ => None,
        })
    }
}

impl<'a> Iterator for DataElements<'a> {
    type Item = DataElement<'a>;

    fn next(&mut self) -> Option<DataElement<'a>> {
        let mut fields = self.rest;
        let element = DataElement::take(&mut fields).ok()?;
        self.rest = fields;
        Some(element)
    }
}

/// Writes values, one behind the other.
///
/// ```
/// use anysock::bluetooth::sdp::{DataElement, DataElementWriter, Uuid};
///
/// let mut buffer = [0; 16];
/// let mut writer = DataElementWriter::new(&mut buffer);
/// writer.sequence(|writer| {
///     writer.push(DataElement::Uuid(Uuid::RFCOMM))?;
///     writer.push(DataElement::Unsigned8(5))
/// })?;
/// assert_eq!(writer.into_bytes(), [0x36, 0, 5, 0x19, 0x00, 0x03, 0x08, 5]);
/// # Ok::<(), anysock::Errno>(())
/// ```
#[derive(Debug)]
pub struct DataElementWriter<'b> {
    writer: Writer<'b>,
}

impl<'b> DataElementWriter<'b> {
    /// Writes to the front of `buffer`.
    pub fn new(buffer: &'b mut [u8]) -> Self {
        DataElementWriter { writer: Writer::new(buffer) }
    }

    /// Writes a value. A text or a sequence has two bytes of length, whatever it had where it comes from.
    ///
    /// # Errors
    /// `ENOBUFS` where it does not fit, `EINVAL` for more than 65,535 bytes.
    pub fn push(&mut self, element: DataElement<'_>) -> Result<(), Errno> {
        match element {
            DataElement::Nil => self.fixed(kind::NIL, 0, &[]),
            DataElement::Unsigned8(value) => self.fixed(kind::UNSIGNED, 0, &value.to_be_bytes()),
            DataElement::Unsigned16(value) => self.fixed(kind::UNSIGNED, 1, &value.to_be_bytes()),
            DataElement::Unsigned32(value) => self.fixed(kind::UNSIGNED, 2, &value.to_be_bytes()),
            DataElement::Unsigned64(value) => self.fixed(kind::UNSIGNED, 3, &value.to_be_bytes()),
            DataElement::Unsigned128(value) => self.fixed(kind::UNSIGNED, 4, &value.to_be_bytes()),
            DataElement::Signed8(value) => self.fixed(kind::SIGNED, 0, &value.to_be_bytes()),
            DataElement::Signed16(value) => self.fixed(kind::SIGNED, 1, &value.to_be_bytes()),
            DataElement::Signed32(value) => self.fixed(kind::SIGNED, 2, &value.to_be_bytes()),
            DataElement::Signed64(value) => self.fixed(kind::SIGNED, 3, &value.to_be_bytes()),
            DataElement::Signed128(value) => self.fixed(kind::SIGNED, 4, &value.to_be_bytes()),
            DataElement::Uuid(Uuid::Short(value)) => self.fixed(kind::UUID, 1, &value.to_be_bytes()),
            DataElement::Uuid(Uuid::Medium(value)) => self.fixed(kind::UUID, 2, &value.to_be_bytes()),
            DataElement::Uuid(Uuid::Long(value)) => self.fixed(kind::UUID, 4, &value.to_be_bytes()),
            DataElement::Bool(value) => self.fixed(kind::BOOL, 0, &[value.into()]),
            DataElement::Text(bytes) => self.sized(kind::TEXT, bytes),
            DataElement::Sequence(elements) => self.sized(kind::SEQUENCE, elements.rest()),
            DataElement::Alternative(elements) => self.sized(kind::ALTERNATIVE, elements.rest()),
            DataElement::Url(bytes) => self.sized(kind::URL, bytes),
        }
    }

    /// Writes a sequence of what `fill` writes.
    ///
    /// # Errors
    /// As [`DataElementWriter::push`], and `fill`'s own.
    pub fn sequence(&mut self, fill: impl FnOnce(&mut Self) -> Result<(), Errno>) -> Result<(), Errno> {
        self.writer.put(&[kind::SEQUENCE << 3 | 6])?;
        let begin = self.writer.len();
        self.writer.put(&[0; 2])?;
        fill(self)?;
        let length = self.writer.len().saturating_sub(begin).saturating_sub(2);
        let length = u16::try_from(length).map_err(|_| Errno::EINVAL)?;
        self.writer.put_at(begin, &length.to_be_bytes())
    }

    /// The bytes written.
    pub fn into_bytes(self) -> &'b [u8] {
        self.writer.finish()
    }

    fn fixed(&mut self, kind: u8, size: u8, value: &[u8]) -> Result<(), Errno> {
        self.writer.put(&[kind << 3 | size])?;
        self.writer.put(value)
    }

    fn sized(&mut self, kind: u8, bytes: &[u8]) -> Result<(), Errno> {
        let length = u16::try_from(bytes.len()).map_err(|_| Errno::EINVAL)?;
        self.writer.put(&[kind << 3 | 6])?;
        self.writer.put(&length.to_be_bytes())?;
        self.writer.put(bytes)
    }
}
