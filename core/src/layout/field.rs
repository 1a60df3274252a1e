//! What a structure is made of: values of a size and an alignment, in the machine's byte order.

use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};

use super::round_up;
use crate::text::IpText;

/// A value that can stand in a structure.
pub trait Field: Copy + fmt::Debug {
    /// `sizeof`.
    const SIZE: usize;
    /// `_Alignof`.
    const ALIGN: usize;

    /// Writes the value to the beginning of `bytes`, which has at least [`Field::SIZE`]; else nothing.
    fn put(&self, bytes: &mut [u8]);

    /// The value at the beginning of `bytes`; `None` where there are fewer than [`Field::SIZE`].
    fn take(bytes: &[u8]) -> Option<Self>;

    /// Prints the value as `Debug` of its structure does.
    ///
    /// # Errors
    /// The formatter's.
    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// A field that prints itself.
pub(crate) struct Shown<'a, T>(pub(crate) &'a T);

impl<T: Field> fmt::Debug for Shown<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.show(f)
    }
}

/// Fills the fields of a structure in, one after the other.
pub(crate) struct Room<'a> {
    bytes: &'a mut [u8],
    offset: usize,
    packed: bool,
}

impl<'a> Room<'a> {
    #[inline]
    pub(crate) fn new(bytes: &'a mut [u8], packed: bool) -> Self {
        Room { bytes, offset: 0, packed }
    }

    /// How many bytes the fields so far take.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.offset
    }

    #[inline]
    pub(crate) fn put<T: Field>(&mut self, value: &T) {
        let begin = round_up(self.offset, if self.packed { 1 } else { T::ALIGN });
        self.offset = begin.saturating_add(T::SIZE);
        if let Some(room) = self.bytes.get_mut(begin..self.offset) {
            value.put(room);
        }
    }
}

/// Reads the fields of a structure, one after the other.
pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    offset: usize,
    packed: bool,
}

impl<'a> Cursor<'a> {
    #[inline]
    pub(crate) fn new(bytes: &'a [u8], packed: bool) -> Self {
        Cursor { bytes, offset: 0, packed }
    }

    #[inline]
    pub(crate) fn take<T: Field>(&mut self) -> Option<T> {
        let begin = round_up(self.offset, if self.packed { 1 } else { T::ALIGN });
        self.offset = begin.saturating_add(T::SIZE);
        T::take(self.bytes.get(begin..self.offset)?)
    }
}

macro_rules! number_field {
    ($($Number:ty)+) => { $(
        impl Field for $Number {
            const SIZE: usize = size_of::<$Number>();
            const ALIGN: usize = align_of::<$Number>();

            #[inline]
            fn put(&self, bytes: &mut [u8]) {
                if let Some(room) = bytes.first_chunk_mut() {
                    *room = self.to_ne_bytes();
                }
            }

            #[inline]
            fn take(bytes: &[u8]) -> Option<Self> {
                bytes.first_chunk().map(|bytes| <$Number>::from_ne_bytes(*bytes))
            }
        }
    )+ };
}

number_field! { u8 i8 u16 i16 u32 i32 u64 i64 usize isize }

/// A `__u8` that is zero or not.
impl Field for bool {
    const SIZE: usize = 1;
    const ALIGN: usize = 1;

    #[inline]
    fn put(&self, bytes: &mut [u8]) {
        u8::from(*self).put(bytes);
    }

    #[inline]
    fn take(bytes: &[u8]) -> Option<Self> {
        u8::take(bytes).map(|byte| byte != 0)
    }
}

impl<T: Field + Default, const N: usize> Field for [T; N] {
    const SIZE: usize = N.saturating_mul(T::SIZE);
    const ALIGN: usize = T::ALIGN;

    #[inline]
    fn put(&self, bytes: &mut [u8]) {
        for (value, room) in self.iter().zip(bytes.chunks_mut(T::SIZE.max(1))) {
            value.put(room);
        }
    }

    #[inline]
    fn take(bytes: &[u8]) -> Option<Self> {
        let bytes = bytes.get(..<Self as Field>::SIZE)?;
        let mut values = [T::default(); N];
        for (value, bytes) in values.iter_mut().zip(bytes.chunks(T::SIZE.max(1))) {
            *value = T::take(bytes)?;
        }
        Some(values)
    }
}

/// `struct in_addr`.
impl Field for Ipv4Addr {
    const SIZE: usize = 4;
    const ALIGN: usize = 4;

    #[inline]
    fn put(&self, bytes: &mut [u8]) {
        self.octets().put(bytes);
    }

    #[inline]
    fn take(bytes: &[u8]) -> Option<Self> {
        bytes.first_chunk::<4>().map(|octets| Ipv4Addr::from(*octets))
    }

    // `Debug` of `core::net` contains a panic.
    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&IpText(*self), f)
    }
}

/// `struct in6_addr`.
impl Field for Ipv6Addr {
    const SIZE: usize = 16;
    const ALIGN: usize = 4;

    #[inline]
    fn put(&self, bytes: &mut [u8]) {
        self.octets().put(bytes);
    }

    #[inline]
    fn take(bytes: &[u8]) -> Option<Self> {
        bytes.first_chunk::<16>().map(|octets| Ipv6Addr::from(*octets))
    }

    // `Debug` of `core::net` contains a panic.
    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&IpText(*self), f)
    }
}

macro_rules! big_endian_field {
    ($(#[$meta:meta])* $Type:ident($Number:ty)) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        pub struct $Type(pub $Number);

        impl Field for $Type {
            const SIZE: usize = size_of::<$Number>();
            const ALIGN: usize = align_of::<$Number>();

            fn put(&self, bytes: &mut [u8]) {
                self.0.to_be_bytes().put(bytes);
            }

            fn take(bytes: &[u8]) -> Option<Self> {
                Field::take(bytes).map(|bytes| $Type(<$Number>::from_be_bytes(bytes)))
            }
        }
    };
}

big_endian_field! {
    /// `__be16`: a number in network byte order.
    Be16(u16)
}
big_endian_field! {
    /// `__be32`: a number in network byte order.
    Be32(u32)
}

/// Lets open newtypes stand in structures, as the numbers that they are.
macro_rules! newtype_field {
    ($($Type:ty: $Number:ty),+ $(,)?) => { $(
        impl $crate::layout::Field for $Type {
            const SIZE: usize = size_of::<$Number>();
            const ALIGN: usize = align_of::<$Number>();

            fn put(&self, bytes: &mut [u8]) {
                $crate::layout::Field::put(&self.0, bytes);
            }

            fn take(bytes: &[u8]) -> Option<Self> {
                <$Number as $crate::layout::Field>::take(bytes).map(Self)
            }
        }
    )+ };
}

pub(crate) use newtype_field;
