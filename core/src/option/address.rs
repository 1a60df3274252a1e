//! Addresses as values of options and control messages.

use core::net::{SocketAddrV4, SocketAddrV6};

use super::OptionValue;
use crate::addr::{AtmPvcAddr, SockAddr};
use crate::error::DecodeError;

macro_rules! address_value {
    ($($Address:ty),+) => { $(
        impl OptionValue for $Address {
            type Bytes = <$Address as SockAddr>::Buffer;

            fn encode(&self) -> Self::Bytes {
                SockAddr::encode(self)
            }

            fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
                SockAddr::decode(bytes)
            }

            fn buffer() -> Self::Bytes {
                <$Address as SockAddr>::buffer()
            }
        }
    )+ };
}

address_value!(AtmPvcAddr, SocketAddrV4, SocketAddrV6);
