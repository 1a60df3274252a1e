//! The types of option values, and how the kernel lays them out.

use core::time::Duration;

use crate::constants::{Errno, Family, Protocol, SocketType};
use crate::error::DecodeError;

/// The value of a socket option, with the kernel's bytes for it.
pub trait OptionValue: Sized {
    /// The bytes of a value.
    type Bytes: AsRef<[u8]> + AsMut<[u8]>;

    /// The bytes that `setsockopt` takes.
    fn encode(&self) -> Self::Bytes;

    /// A value from the bytes that `getsockopt` gave.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] where bytes are missing.
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError>;

    /// Room for what `getsockopt` gives.
    fn buffer() -> Self::Bytes;
}

/// Reads the first `N` bytes.
fn first<const N: usize>(bytes: &[u8]) -> Result<[u8; N], DecodeError> {
    bytes.first_chunk().copied().ok_or(DecodeError::TooShort { needed: N, found: bytes.len() })
}

/// A value that is an `int` to the kernel.
macro_rules! int_value {
    ($Type:ty, $encode:expr, $decode:expr) => {
        impl OptionValue for $Type {
            type Bytes = [u8; 4];

            #[inline]
            fn encode(&self) -> [u8; 4] {
                let encode: fn(&$Type) -> i32 = $encode;
                encode(self).to_ne_bytes()
            }

            #[inline]
            fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
                let decode: fn(i32) -> $Type = $decode;
                // A level may answer with one byte where the program gave room for one (IP_TOS does).
                match bytes {
                    &[byte] => Ok(decode(i32::from(byte))),
                    _ => Ok(decode(i32::from_ne_bytes(first(bytes)?))),
                }
            }

            #[inline]
            fn buffer() -> [u8; 4] {
                [0; 4]
            }
        }
    };
}

int_value!(i32, |value| *value, |value| value);
int_value!(u32, |value| *value as i32, |value| value as u32);
int_value!(bool, |value| i32::from(*value), |value| value != 0);
int_value!(SocketType, |value| value.0, SocketType);
int_value!(Protocol, |value| value.0, Protocol);
int_value!(Family, |value| i32::from(value.0), |value| Family(value as u16));
int_value!(Option<Errno>, |value| value.map_or(0, |errno| errno.0), |value| match value {
    0 => None,
    errno => Some(Errno(errno)),
});
// Whole seconds, rounded up: a zero would switch the option off.
int_value!(
    Duration,
    |value| i32::try_from(value.as_secs().saturating_add(u64::from(value.subsec_nanos() > 0)))
        .unwrap_or(i32::MAX),
    |value| Duration::from_secs(value.max(0) as u64)
);

/// A value that is a number of another width to the kernel.
macro_rules! number_value {
    ($( $Type:ty, $size:literal; )*) => {
        $( impl OptionValue for $Type {
            type Bytes = [u8; $size];

            #[inline]
            fn encode(&self) -> [u8; $size] {
                self.to_ne_bytes()
            }

            #[inline]
            fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
                Ok(<$Type>::from_ne_bytes(first(bytes)?))
            }

            #[inline]
            fn buffer() -> [u8; $size] {
                [0; $size]
            }
        } )*
    };
}

number_value! {
    u8, 1;
    u16, 2;
    u64, 8;
}

/// What `close` does with data not yet sent: `struct linger` (socket(7)).
///
/// `None`: close returns at once and the kernel goes on sending. `Some(0)`: the connection is reset and the
/// data thrown away. `Some(seconds)`: a blocking close waits that long.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Linger(pub Option<u32>);

impl OptionValue for Linger {
    type Bytes = [u8; 8];

    fn encode(&self) -> [u8; 8] {
        let [a, b, c, d] = u32::from(self.0.is_some()).to_ne_bytes();
        let [e, f, g, h] = self.0.unwrap_or(0).to_ne_bytes();
        [a, b, c, d, e, f, g, h]
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let [a, b, c, d, e, f, g, h] = first(bytes)?;
        let seconds = u32::from_ne_bytes([e, f, g, h]);
        Ok(Linger((u32::from_ne_bytes([a, b, c, d]) != 0).then_some(seconds)))
    }

    fn buffer() -> [u8; 8] {
        [0; 8]
    }
}
