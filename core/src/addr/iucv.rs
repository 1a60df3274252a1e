//! `AF_IUCV`: `struct sockaddr_iucv` (include/net/iucv/af_iucv.h of the kernel source; netiucv/iucv.h).

use core::fmt;
use core::str::FromStr;

use super::SockAddr;
use super::fields::{Reader, Writer};
use crate::constants::Family;
use crate::error::DecodeError;
use crate::text::{Escaped, Expected, ParseError, Parser};

/// `sizeof(struct sockaddr_iucv)`.
const SOCKADDR_IUCV: usize = 32;
/// The bytes of each name, spaces behind it.
const NAME: usize = 8;

/// The address of a z/VM inter-user communication socket: a guest, and an application there.
///
/// Names are up to eight characters; the structure fills them with spaces, and spaces at their end are no
/// part of them. The reserved fields are zero, and the node's name spaces, as the kernel has them.
///
/// Its text is `iucv:` and both names: `iucv:LINUX01:MYAPP`.
///
/// ```
/// use anysock::addr::{IucvAddr, SockAddr};
///
/// let application: IucvAddr = "iucv:LINUX01:MYAPP".parse().unwrap();
/// assert_eq!(application.user_id(), b"LINUX01");
/// assert_eq!(&application.encode()[16..], b"LINUX01 MYAPP   ");
/// assert_eq!(IucvAddr::decode(&application.encode()), Ok(application));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct IucvAddr {
    /// Spaces behind the names, so that equal addresses are equal bytes.
    user_id: [u8; NAME],
    name: [u8; NAME],
}

impl IucvAddr {
    /// The application `name` of the guest `user_id`.
    ///
    /// # Errors
    /// [`DecodeError::TooLong`] where one has more than eight bytes.
    pub fn new(user_id: &[u8], name: &[u8]) -> Result<Self, DecodeError> {
        Ok(IucvAddr { user_id: padded(user_id)?, name: padded(name)? })
    }

    /// `siucv_user_id`: the guest.
    pub fn user_id(&self) -> &[u8] {
        trimmed(&self.user_id)
    }

    /// `siucv_name`: the application.
    pub fn name(&self) -> &[u8] {
        trimmed(&self.name)
    }
}

/// The name with spaces behind it.
fn padded(name: &[u8]) -> Result<[u8; NAME], DecodeError> {
    let mut padded = [b' '; NAME];
    let room = padded.get_mut(..name.len());
    room.ok_or(DecodeError::TooLong { most: NAME, found: name.len() })?.copy_from_slice(name);
    Ok(padded)
}

/// The name without the spaces behind it.
fn trimmed(mut name: &[u8]) -> &[u8] {
    while let Some((b' ', shorter)) = name.split_last() {
        name = shorter;
    }
    name
}

impl SockAddr for IucvAddr {
    type Encoded = [u8; SOCKADDR_IUCV];
    type Buffer = [u8; SOCKADDR_IUCV];

    fn encode(&self) -> Self::Encoded {
        Writer::new(Family::IUCV).skip(6).put([b' '; NAME]).put(self.user_id).put(self.name).finish()
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(bytes, Family::IUCV, SOCKADDR_IUCV)?;
        fields.skip(6 + NAME);
        Ok(IucvAddr { user_id: fields.take(), name: fields.take() })
    }

    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_IUCV]
    }
}

impl fmt::Display for IucvAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let user_id = Escaped { bytes: self.user_id(), and: |byte| byte == b':' };
        let name = Escaped { bytes: self.name(), and: |_| false };
        write!(f, "iucv:{user_id}:{name}")
    }
}

impl FromStr for IucvAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            text.literal("iucv:")?;
            let user_id = name(text, b":")?;
            text.literal(":")?;
            Ok(IucvAddr { user_id, name: name(text, b"")? })
        })
    }
}

/// A name, in which a zero may be, up to one of `ends`.
fn name(text: &mut Parser<'_>, ends: &[u8]) -> Result<[u8; NAME], ParseError> {
    let mut name = [b' '; NAME];
    let mut room = name.iter_mut();
    while text.peek().is_some_and(|byte| !ends.contains(&byte)) {
        let start = *text;
        let byte = text.byte()?;
        *room.next().ok_or(start.expected(Expected::Name))? = byte;
    }
    Ok(name)
}
