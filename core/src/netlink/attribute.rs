//! Attributes: a length, a number, and data, which may be attributes again.

use crate::constants::Errno;
use crate::error::DecodeError;
use crate::layout::{Field, structure};
use crate::option::OptionValue;

use super::align;

/// The data are attributes.
const NESTED: u16 = 1 << 15;
/// The data are numbers in network byte order.
const NET_BYTEORDER: u16 = 1 << 14;

structure! {
    "struct nlattr", "linux/netlink.h";
    /// The header of an attribute.
    pub struct NlAttr {
        /// The length of header and data, in bytes.
        pub len: u16 = "nla_len",
        /// The attribute's number, and two flags.
        pub kind: u16 = "nla_type",
    }
}

structure! {
    "struct nla_bitfield32", "linux/netlink.h";
    /// Bits, and which of them are meant.
    pub struct NlaBitfield32 {
        /// The bits.
        pub value: u32 = "value",
        /// Which are meant.
        pub selector: u32 = "selector",
    }
}

/// An attribute, borrowed from the buffer that it was received into.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Attribute<'a> {
    /// `nla_type`: the number with its flags.
    pub kind: u16,
    /// The data.
    pub data: &'a [u8],
}

impl<'a> Attribute<'a> {
    /// The attribute's number, without flags (`NLA_TYPE_MASK`).
    pub const fn number(&self) -> u16 {
        self.kind & !(NESTED | NET_BYTEORDER)
    }

    /// Whether the data are said to be attributes (`NLA_F_NESTED`). Older parts of the kernel do not say it.
    pub const fn is_nested(&self) -> bool {
        self.kind & NESTED != 0
    }

    /// Whether the data are said to be in network byte order (`NLA_F_NET_BYTEORDER`).
    pub const fn is_network_order(&self) -> bool {
        self.kind & NET_BYTEORDER != 0
    }

    /// The attributes that the data are.
    pub fn nested(&self) -> Attributes<'a> {
        Attributes::new(self.data)
    }

    /// The data as a value.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] where bytes are missing.
    pub fn value<T: OptionValue>(&self) -> Result<T, DecodeError> {
        T::decode(self.data)
    }

    /// The data as text, up to the terminating zero.
    pub fn text(&self) -> &'a [u8] {
        self.data.split(|byte| *byte == 0).next().unwrap_or_default()
    }
}

/// The attributes in a message, or in another attribute. Ends at the first that is cut short or malformed.
#[derive(Clone, Debug)]
pub struct Attributes<'a> {
    rest: &'a [u8],
}

impl<'a> Attributes<'a> {
    /// The attributes in `bytes`.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Attributes { rest: bytes }
    }

    /// What has not been iterated over: at the end nothing, or what is no attribute.
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The first attribute of this number.
    pub fn first(mut self, number: u16) -> Option<Attribute<'a>> {
        self.find(|attribute| attribute.number() == number)
    }

    /// The value of the first attribute of this number; `None` where there is none, or bytes of it are missing.
    pub fn value<T: OptionValue>(&self, number: u16) -> Option<T> {
        self.clone().first(number)?.value().ok()
    }

    /// The text of the first attribute of this number, up to the terminating zero.
    pub fn text(&self, number: u16) -> Option<&'a [u8]> {
        self.clone().first(number).map(|attribute| attribute.text())
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Attribute<'a>;

    fn next(&mut self) -> Option<Attribute<'a>> {
        let header = NlAttr::take(self.rest)?;
        let len = usize::from(header.len);
        let data = self.rest.get(NlAttr::SIZE..len)?;
        self.rest = self.rest.get(align(len)..).unwrap_or_default();
        Some(Attribute { kind: header.kind, data })
    }
}

/// Writes attributes into a buffer.
#[derive(Debug)]
pub struct AttributeWriter<'a> {
    bytes: &'a mut [u8],
    len: usize,
}

impl<'a> AttributeWriter<'a> {
    /// Writes to the beginning of `bytes`.
    pub const fn new(bytes: &'a mut [u8]) -> Self {
        AttributeWriter { bytes, len: 0 }
    }

    /// How many bytes are written.
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// Adds an attribute. `kind` is its number, with flags where it needs any.
    ///
    /// # Errors
    /// `ENOBUFS` where it does not fit, `EMSGSIZE` where it is longer than an attribute can be; what was there
    /// stays.
    pub fn push(&mut self, kind: u16, data: &[u8]) -> Result<(), Errno> {
        self.write(kind, |room| {
            room.get_mut(..data.len()).ok_or(Errno::ENOBUFS)?.copy_from_slice(data);
            Ok(data.len())
        })
    }

    /// Adds an attribute that holds `value`.
    ///
    /// # Errors
    /// As [`AttributeWriter::push`].
    pub fn put<T: OptionValue>(&mut self, kind: u16, value: &T) -> Result<(), Errno> {
        self.push(kind, value.encode().as_ref())
    }

    /// Adds an attribute that holds `text` and a terminating zero.
    ///
    /// # Errors
    /// As [`AttributeWriter::push`].
    pub fn text(&mut self, kind: u16, text: &[u8]) -> Result<(), Errno> {
        self.write(kind, |room| {
            let (to, rest) = room.split_at_mut_checked(text.len()).ok_or(Errno::ENOBUFS)?;
            to.copy_from_slice(text);
            *rest.first_mut().ok_or(Errno::ENOBUFS)? = 0;
            Ok(text.len().saturating_add(1))
        })
    }

    /// Adds an attribute that holds those that `fill` writes, and says so in its flags.
    ///
    /// # Errors
    /// As [`AttributeWriter::push`], and what `fill` gives.
    pub fn nested<F>(&mut self, number: u16, fill: F) -> Result<(), Errno>
    where
        F: FnOnce(&mut AttributeWriter<'_>) -> Result<(), Errno>,
    {
        self.write(number | NESTED, |room| {
            let mut inner = AttributeWriter::new(room);
            fill(&mut inner)?;
            Ok(inner.len)
        })
    }

    /// [`AttributeWriter::nested`] with a structure before the attributes, padded to four bytes, and without saying so
    /// in the flags: what the kernel does not take for attributes alone.
    ///
    /// # Errors
    /// As [`AttributeWriter::nested`].
    pub fn nested_behind<F>(&mut self, number: u16, body: &[u8], fill: F) -> Result<(), Errno>
    where
        F: FnOnce(&mut AttributeWriter<'_>) -> Result<(), Errno>,
    {
        self.write(number, |room| {
            let (start, room) = room.split_at_mut_checked(align(body.len())).ok_or(Errno::ENOBUFS)?;
            start.fill(0);
            start.get_mut(..body.len()).ok_or(Errno::ENOBUFS)?.copy_from_slice(body);
            let mut inner = AttributeWriter::new(room);
            fill(&mut inner)?;
            Ok(start.len().saturating_add(inner.len))
        })
    }

    /// Adds an attribute whose data `fill` writes; it returns their length.
    fn write<F>(&mut self, kind: u16, fill: F) -> Result<(), Errno>
    where
        F: FnOnce(&mut [u8]) -> Result<usize, Errno>,
    {
        let room = self.bytes.get_mut(self.len..).ok_or(Errno::ENOBUFS)?;
        let (header, room) = room.split_at_mut_checked(NlAttr::SIZE).ok_or(Errno::ENOBUFS)?;
        let data = fill(room)?;
        let end = NlAttr::SIZE.saturating_add(data);
        let len = u16::try_from(end).map_err(|_| Errno::EMSGSIZE)?;
        let padding = room.get_mut(data..align(data)).ok_or(Errno::ENOBUFS)?;
        padding.fill(0);
        NlAttr { len, kind }.put(header);
        self.len = self.len.saturating_add(align(end));
        Ok(())
    }

    /// The bytes written.
    pub fn into_bytes(self) -> &'a [u8] {
        let len = self.len;
        self.bytes.get(..len).unwrap_or_default()
    }
}
