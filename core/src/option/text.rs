//! Values that are text.

use super::OptionValue;
use crate::error::DecodeError;
use crate::interface::InterfaceName;
use crate::text::Name;

/// A name without terminating zero, which the kernel adds; one that is read ends before its first zero.
impl<const N: usize> OptionValue for Name<N> {
    type Bytes = heapless::Vec<u8, N>;

    fn encode(&self) -> Self::Bytes {
        let mut bytes = Self::buffer();
        bytes.as_mut_slice().copy_from_slice(&self.padded());
        bytes.truncate(self.len());
        bytes
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let len = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
        Name::new(bytes.get(..len).unwrap_or(bytes))
    }

    fn buffer() -> Self::Bytes {
        heapless::Vec::from_array([0; N])
    }
}

/// The name of an interface, or an empty one for none.
impl OptionValue for Option<InterfaceName> {
    type Bytes = [u8; InterfaceName::SIZE];

    fn encode(&self) -> Self::Bytes {
        self.map_or([0; InterfaceName::SIZE], InterfaceName::to_ifr_name)
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        match bytes.iter().position(|byte| *byte == 0).map_or(bytes, |len| bytes.get(..len).unwrap_or(bytes))
        {
            [] => Ok(None),
            name => InterfaceName::new(name).map(Some).map_err(|_| DecodeError::Invalid { offset: 0 }),
        }
    }

    fn buffer() -> Self::Bytes {
        [0; InterfaceName::SIZE]
    }
}
