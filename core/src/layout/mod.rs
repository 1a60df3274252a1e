//! How the kernel lays out its structures: what [`structure!`](self) declares once serves as a type, as a
//! codec to the kernel's bytes, and as a [`Layout`] to prove against the kernel's headers.
//!
//! Fields stand where C puts them on the target: numbers in the machine's byte order, each at a multiple of
//! its alignment, `long` as wide as a pointer. Padding is written as zero and not looked at.
//!
//! ```
//! use anysock::can::IsoTpFlowControl;
//! use anysock::layout;
//!
//! let options = IsoTpFlowControl { block_size: 8, separation_time: 0xF1, max_wait_frames: 0 };
//! assert_eq!(options.encode(), [8, 0xF1, 0]);
//! assert_eq!(IsoTpFlowControl::decode(&[8, 0xF1, 0]), Ok(options));
//!
//! let layout = layout::by_name("struct can_isotp_fc_options").unwrap();
//! assert_eq!((layout.size, layout.fields[1].name, layout.fields[1].offset), (3, "stmin", 1));
//! ```

mod field;
#[cfg(target_arch = "arm")]
mod narrow;
mod storage;
mod table;
mod time_types;

pub use field::{Be16, Be32, Field};
pub use storage::SockAddrStorage;
pub use table::{all, by_name};
pub use time_types::{KernelTimespec, OldTimespec, OldTimeval, SockTimeval, Timeval};

pub(crate) use field::{Cursor, Room, Shown, newtype_field};
pub(crate) use time_types::TIME_IS_WIDE;

/// A structure's size, alignment and fields.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Layout {
    /// The type in C, for instance `struct can_filter`.
    pub c_type: &'static str,
    /// The header that declares it, without `/usr/include/`; one that is not installed for programs begins
    /// with `net/`.
    pub header: &'static str,
    /// `sizeof`.
    pub size: usize,
    /// `_Alignof`.
    pub align: usize,
    /// The fields, in order, without padding.
    pub fields: &'static [FieldLayout],
}

/// Where a field of a structure is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct FieldLayout {
    /// Its name in C; a member of a member is `outer.inner`.
    pub name: &'static str,
    /// `offsetof`.
    pub offset: usize,
    /// Its `sizeof`.
    pub size: usize,
    align: usize,
}

impl FieldLayout {
    /// A field that is still to be placed.
    pub(crate) const fn of<T: Field>(name: &'static str, packed: bool) -> Self {
        FieldLayout { name, offset: 0, size: T::SIZE, align: if packed { 1 } else { T::ALIGN } }
    }
}

/// The next multiple of `align`, a power of two.
pub(crate) const fn round_up(offset: usize, align: usize) -> usize {
    offset.saturating_add(align.saturating_sub(1)) & !align.saturating_sub(1)
}

/// The fields at the offsets that C gives them. For constants only.
pub(crate) const fn place<const N: usize>(mut fields: [FieldLayout; N]) -> [FieldLayout; N] {
    let mut index = 0;
    let mut end = 0;
    while index < N {
        fields[index].offset = round_up(end, fields[index].align);
        end = fields[index].offset + fields[index].size;
        index += 1;
    }
    fields
}

/// The alignment of a structure of `fields`, which is at least `least`.
pub(crate) const fn align_of(fields: &[FieldLayout], least: usize) -> usize {
    match fields {
        [] => least,
        [field, rest @ ..] => align_of(rest, if field.align > least { field.align } else { least }),
    }
}

/// The size of a structure of `fields` that is aligned to `align`.
pub(crate) const fn size_of(fields: &[FieldLayout], align: usize) -> usize {
    match fields {
        [] => 0,
        [.., last] => round_up(last.offset.saturating_add(last.size), align),
    }
}

/// A structure of the kernel's: `"C type", "header" [, packed] [align N];` then a struct whose fields name theirs in C.
///
/// Makes the type, `SIZE`, `LAYOUT`, `encode` and `decode`, and lets it be a field of another structure, the
/// value of an option and that of a control message. `packed` is `__attribute__((packed, aligned(4)))`; `align N` is
/// for one that ends in an array of something so aligned.
macro_rules! structure {
    (
        $c_type:literal, $header:literal $(, $packed:ident)? $(align $align:literal)?;
        $(#[$meta:meta])*
        pub struct $Type:ident {
            $( $(#[$field_meta:meta])* pub $field:ident: $Field:ty = $c_name:literal, )+
        }
    ) => {
        $(#[$meta])*
        #[doc = ""]
        #[doc = concat!("`", $c_type, "` of ", $header, ".")]
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        #[doc(alias = $c_type)]
        pub struct $Type {
            $( $(#[$field_meta])* pub $field: $Field, )+
        }

        impl $Type {
            const PACKED: bool = !$crate::layout::words(&[$(stringify!($packed))?]).is_empty();
            const FIELDS: &'static [$crate::layout::FieldLayout] = &$crate::layout::place([
                $( $crate::layout::FieldLayout::of::<$Field>($c_name, Self::PACKED), )+
            ]);
            const ALIGN: usize = $crate::layout::align_of(
                Self::FIELDS,
                $crate::layout::least_align(Self::PACKED, &[$($align)?]),
            );

            /// `sizeof`.
            pub const SIZE: usize = $crate::layout::size_of(Self::FIELDS, Self::ALIGN);

            /// How the kernel lays it out.
            pub const LAYOUT: $crate::layout::Layout = $crate::layout::Layout {
                c_type: $c_type,
                header: $header,
                size: Self::SIZE,
                align: Self::ALIGN,
                fields: Self::FIELDS,
            };

            /// The kernel's bytes; padding is zero.
            #[inline]
            pub fn encode(&self) -> [u8; Self::SIZE] {
                let mut bytes = [0; Self::SIZE];
                $crate::layout::Field::put(self, &mut bytes);
                bytes
            }

            /// The value in the first [`Self::SIZE`] bytes.
            ///
            /// # Errors
            /// [`TooShort`](crate::DecodeError::TooShort) where there are fewer.
            #[inline]
            pub fn decode(bytes: &[u8]) -> Result<Self, $crate::error::DecodeError> {
                $crate::layout::Field::take(bytes).ok_or($crate::error::DecodeError::TooShort {
                    needed: Self::SIZE,
                    found: bytes.len(),
                })
            }
        }

        impl core::fmt::Debug for $Type {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.debug_struct(stringify!($Type))
                    $( .field(stringify!($field), &$crate::layout::Shown(&self.$field)) )+
                    .finish()
            }
        }

        impl $crate::layout::Field for $Type {
            const SIZE: usize = $Type::SIZE;
            const ALIGN: usize = $Type::ALIGN;

            #[inline]
            fn put(&self, bytes: &mut [u8]) {
                let mut room = $crate::layout::Room::new(bytes, Self::PACKED);
                $( room.put(&self.$field); )+
            }

            #[inline]
            fn take(bytes: &[u8]) -> Option<Self> {
                let mut cursor = $crate::layout::Cursor::new(bytes.get(..$Type::SIZE)?, Self::PACKED);
                Some($Type { $( $field: cursor.take()?, )+ })
            }
        }

        impl $crate::option::OptionValue for $Type {
            type Bytes = [u8; $Type::SIZE];

            #[inline]
            fn encode(&self) -> Self::Bytes {
                $Type::encode(self)
            }

            #[inline]
            fn decode(bytes: &[u8]) -> Result<Self, $crate::error::DecodeError> {
                $Type::decode(bytes)
            }

            fn buffer() -> Self::Bytes {
                [0; $Type::SIZE]
            }
        }
    };
}

/// The alignment that a structure has at least.
pub(crate) const fn least_align(packed: bool, given: &[usize]) -> usize {
    match given {
        [align, ..] => *align,
        [] if packed => 4,
        [] => 1,
    }
}

/// The words that a macro was given, which may be none.
pub(crate) const fn words<'a>(words: &'a [&'a str]) -> &'a [&'a str] {
    words
}

pub(crate) use structure;
