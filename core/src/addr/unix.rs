//! `AF_UNIX`: `struct sockaddr_un` (unix(7)).

use super::{SockAddr, fields};
use crate::constants::Family;
use crate::error::DecodeError;
use crate::text::{Expected, ParseError, Parser};

/// `sizeof(sun_path)`.
const PATH_MAX: usize = 108;
/// `sizeof(struct sockaddr_un)`.
const SOCKADDR_UN: usize = 2 + PATH_MAX;

/// The address of a Unix socket: a path, an abstract name, or none.
///
/// ```
/// use anysock::addr::{SockAddr, UnixAddr, UnixName};
///
/// let address = UnixAddr::path(b"/run/gateway")?;
/// assert_eq!(address.encode().as_ref().len(), 2 + 12 + 1);
/// assert_eq!(address.name(), UnixName::Path(b"/run/gateway"));
/// assert_eq!(UnixAddr::abstract_name(b"gateway")?.to_string(), "@gateway");
/// # Ok::<(), anysock::DecodeError>(())
/// ```
#[derive(Clone, Copy)]
pub struct UnixAddr {
    /// `sun_path` without a path's terminating zero; an abstract name begins with a zero.
    bytes: [u8; PATH_MAX],
    len: u8,
}

/// What a [`UnixAddr`] names.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum UnixName<'a> {
    /// No name: a socket that was never bound, or one of a pair.
    Unnamed,
    /// A path of the file system, without its terminating zero.
    Path(&'a [u8]),
    /// A name of Linux's abstract namespace, without its leading zero. Any bytes, of any length to 107.
    Abstract(&'a [u8]),
}

impl UnixAddr {
    /// No name. Binding to it asks the kernel for an abstract name of its own choice.
    pub const UNNAMED: UnixAddr = UnixAddr { bytes: [0; PATH_MAX], len: 0 };

    /// The socket at `path`, 1 to 108 bytes.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] for an empty path, [`DecodeError::TooLong`] for more than 108 bytes,
    /// [`DecodeError::Invalid`] where it contains a zero.
    pub fn path(path: &[u8]) -> Result<Self, DecodeError> {
        if path.is_empty() {
            return Err(DecodeError::TooShort { needed: 1, found: 0 });
        }
        if let Some(offset) = path.iter().position(|byte| *byte == 0) {
            return Err(DecodeError::Invalid { offset });
        }
        UnixAddr::from_sun_path(0, path)
    }

    /// The socket of this name in the abstract namespace, to 107 bytes of any value.
    ///
    /// # Errors
    /// [`DecodeError::TooLong`] for more than 107 bytes.
    pub fn abstract_name(name: &[u8]) -> Result<Self, DecodeError> {
        UnixAddr::from_sun_path(1, name)
    }

    /// What the address names.
    pub fn name(&self) -> UnixName<'_> {
        match self.sun_path() {
            [] => UnixName::Unnamed,
            [0, name @ ..] => UnixName::Abstract(name),
            path => UnixName::Path(path),
        }
    }

    fn sun_path(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or(&self.bytes)
    }

    /// The address whose `sun_path` is `lead`, none or one zero, and then `name`.
    fn from_sun_path(lead: usize, name: &[u8]) -> Result<Self, DecodeError> {
        let mut address = UnixAddr::UNNAMED;
        let found = name.len().saturating_add(lead);
        let rest = address.bytes.get_mut(lead..).unwrap_or_default();
        let Some(room) = rest.get_mut(..name.len()) else {
            return Err(DecodeError::TooLong { most: PATH_MAX, found });
        };
        room.copy_from_slice(name);
        address.len = found as u8;
        Ok(address)
    }
}

/// The bytes of an encoded [`UnixAddr`]: the family, the name, and a path's terminating zero where it fits.
#[derive(Clone, Copy, Debug)]
pub struct UnixEncoded {
    bytes: [u8; SOCKADDR_UN],
    len: u8,
}

impl AsRef<[u8]> for UnixEncoded {
    fn as_ref(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or(&self.bytes)
    }
}

impl SockAddr for UnixAddr {
    type Encoded = UnixEncoded;
    type Buffer = [u8; SOCKADDR_UN];

    fn encode(&self) -> UnixEncoded {
        let mut bytes = [0; SOCKADDR_UN];
        if let Some((family, path)) = bytes.split_first_chunk_mut() {
            *family = Family::UNIX.0.to_ne_bytes();
            if let Some(path) = path.first_chunk_mut() {
                *path = self.bytes;
            }
        }
        let terminator = match self.name() {
            UnixName::Path(path) if path.len() < PATH_MAX => 1,
            _ => 0,
        };
        UnixEncoded { bytes, len: 2 + self.len + terminator }
    }

    /// No bytes at all are what `recvfrom` tells of a sender without a name.
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        if bytes.is_empty() {
            return Ok(UnixAddr::UNNAMED);
        }
        fields::<2>(bytes, Family::UNIX)?;
        if bytes.len() > SOCKADDR_UN {
            return Err(DecodeError::TooLong { most: SOCKADDR_UN, found: bytes.len() });
        }
        match bytes.get(2..).unwrap_or_default() {
            [] => Ok(UnixAddr::UNNAMED),
            [0, name @ ..] => UnixAddr::from_sun_path(1, name),
            path => UnixAddr::from_sun_path(0, path.split(|byte| *byte == 0).next().unwrap_or(path)),
        }
    }

    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_UN]
    }
}

impl PartialEq for UnixAddr {
    fn eq(&self, other: &Self) -> bool {
        self.sun_path() == other.sun_path()
    }
}

impl Eq for UnixAddr {}

/// A path as it is, an abstract name after `@`, as `ss` and `netstat` print them, and `*` for none. Other
/// bytes than visible ASCII are escaped (`\n`, `\x00`), and so is the first of a path that would otherwise
/// read as one of the others.
impl core::fmt::Display for UnixAddr {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.name() {
            UnixName::Unnamed => f.write_str("*"),
            UnixName::Path([first @ (b'@' | b'*'), rest @ ..]) => {
                write!(f, "\\x{first:02x}{}", rest.escape_ascii())
            }
            UnixName::Path(path) => write!(f, "{}", path.escape_ascii()),
            UnixName::Abstract(name) => write!(f, "@{}", name.escape_ascii()),
        }
    }
}

/// What `Display` prints; bytes that it would escape are taken as they are, too.
impl core::str::FromStr for UnixAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        if text == "*" {
            return Ok(UnixAddr::UNNAMED);
        }
        Parser::whole(text, |text| {
            let mut address = UnixAddr::UNNAMED;
            let is_abstract = text.accept("@");
            if is_abstract {
                address.len = 1;
            }
            while text.peek().is_some() {
                let start = *text;
                let byte = text.byte()?;
                let room = address.bytes.get_mut(usize::from(address.len));
                let room = room.filter(|_| is_abstract || byte != 0);
                *room.ok_or(start.expected(Expected::Name))? = byte;
                address.len = address.len.wrapping_add(1);
            }
            if address.len > 0 { Ok(address) } else { Err(text.expected(Expected::Name)) }
        })
    }
}

impl core::fmt::Debug for UnixAddr {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.name().fmt(f)
    }
}
