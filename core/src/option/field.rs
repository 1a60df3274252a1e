//! Fields of structures that are also values of options and control messages on their own.

use core::net::{Ipv4Addr, Ipv6Addr};

use super::OptionValue;
use crate::constants::bluetooth::BluetoothMode;
use crate::constants::sctp::SctpHmac;
use crate::error::DecodeError;
use crate::layout::{Be32, Field, SockAddrStorage};

macro_rules! field_value {
    ($($Number:ty),+) => { $(
        impl OptionValue for $Number {
            type Bytes = [u8; <$Number as Field>::SIZE];

            #[inline]
            fn encode(&self) -> Self::Bytes {
                let mut bytes = Self::buffer();
                self.put(&mut bytes);
                bytes
            }

            #[inline]
            fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
                let needed = <$Number as Field>::SIZE;
                Field::take(bytes).ok_or(DecodeError::TooShort { needed, found: bytes.len() })
            }

            #[inline]
            fn buffer() -> Self::Bytes {
                [0; <$Number as Field>::SIZE]
            }
        }
    )+ };
}

field_value!(usize, BluetoothMode, Be32, Ipv4Addr, Ipv6Addr, SctpHmac, SockAddrStorage);

/// A message or an option that says all there is to say by being there.
impl OptionValue for () {
    type Bytes = [u8; 0];

    fn encode(&self) -> [u8; 0] {
        []
    }

    fn decode(_: &[u8]) -> Result<Self, DecodeError> {
        Ok(())
    }

    fn buffer() -> [u8; 0] {
        []
    }
}
