//! Structures that end in an array of no fixed length.

/// A structure of the kernel's whose last field is an array: `pub struct Type { head: Head, count, field: [Item;
/// most] }`. `count` is the field of the head that says how many there are; encoding fills it in.
macro_rules! tailed {
    (
        $(#[$meta:meta])*
        pub struct $Type:ident {
            head: $Head:ident, $count:ident: $Count:ty,
            $(#[$field_meta:meta])*
            $field:ident: [$Item:ty; $most:expr],
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Hash, Debug)]
        pub struct $Type {
            #[doc = concat!("What comes first. Its `", stringify!($count), "` is filled in when this is encoded.")]
            pub head: $Head,
            $(#[$field_meta])*
            pub $field: $crate::option::List<$Item, { $most }>,
        }

        impl $Type {
            /// `sizeof` with as many as there can be.
            pub const SIZE: usize = $Head::SIZE + $most * <$Item as $crate::layout::Field>::SIZE;
        }

        impl $crate::option::OptionValue for $Type {
            type Bytes = heapless::Vec<u8, { $Type::SIZE }>;

            fn encode(&self) -> Self::Bytes {
                let mut head = self.head;
                head.$count = self.$field.len() as $Count;
                let list = $crate::option::OptionValue::encode(&self.$field);
                let mut bytes = Self::Bytes::new();
                // There is room for both.
                let _ = bytes.extend_from_slice(&head.encode());
                let _ = bytes.extend_from_slice(list.as_ref());
                bytes
            }

            fn decode(bytes: &[u8]) -> Result<Self, $crate::error::DecodeError> {
                let head = $Head::decode(bytes)?;
                let len = (head.$count as usize).saturating_mul(<$Item as $crate::layout::Field>::SIZE);
                let end = $Head::SIZE.saturating_add(len);
                let list = bytes.get($Head::SIZE..end);
                let too_short = $crate::error::DecodeError::TooShort { needed: end, found: bytes.len() };
                let $field = $crate::option::OptionValue::decode(list.ok_or(too_short)?)?;
                Ok($Type { head, $field })
            }

            fn buffer() -> Self::Bytes {
                heapless::Vec::from_array([0; $Type::SIZE])
            }
        }
    };
}

pub(crate) use tailed;
