//! `AF_DECnet`: `struct sockaddr_dn` (linux/dn.h of Linux 6.0, the last that had it; compared with the copy
//! that Zig 0.9.1 carries).

use core::fmt;
use core::str::FromStr;

use super::SockAddr;
use super::fields::{Reader, Writer};
use crate::constants::Family;
use crate::error::DecodeError;
use crate::text::{Expected, Name, ParseError, Parser};

/// `sizeof(struct sockaddr_dn)`.
const SOCKADDR_DN: usize = 26;

/// The address of a DECnet socket: a node, and an object there by number or by name.
///
/// Its text is DECnet's: area and number of the node, and the object's number, with a name after `=`:
/// `1.10::17`, `1.10::0=TASK`. No node is `*`; flags follow the number: `*::17/flags:1`.
///
/// ```
/// use anysock::addr::{DecnetAddr, SockAddr};
///
/// let task: DecnetAddr = "1.10::0=TASK".parse().unwrap();
/// assert_eq!(task.node, Some(1 << 10 | 10));
/// assert_eq!(DecnetAddr::decode(&task.encode()), Ok(task));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct DecnetAddr {
    /// `sdn_add`: the node, an area in the upper six bits and a number in the lower ten. The structure has it
    /// in little-endian order.
    pub node: Option<u16>,
    /// `sdn_objnum`: the object's number; 0 where it has a name.
    pub object: u8,
    /// `sdn_objname`: the object's name.
    pub name: Name<16>,
    /// `sdn_flags`: 1 is SDF_WILD, 2 SDF_PROXY, 4 SDF_UICPROXY.
    pub flags: u8,
}

impl SockAddr for DecnetAddr {
    type Encoded = [u8; SOCKADDR_DN];
    type Buffer = [u8; SOCKADDR_DN];

    fn encode(&self) -> Self::Encoded {
        let node_len = if self.node.is_some() { 2_u16 } else { 0 };
        Writer::new(Family::DECNET)
            .put([self.flags, self.object])
            .put((self.name.len() as u16).to_le_bytes())
            .put(self.name.padded())
            .put(node_len.to_le_bytes())
            .put(self.node.unwrap_or(0).to_le_bytes())
            .finish()
    }

    /// [`DecodeError::Invalid`] for a name of more than 16 bytes or with a zero in it, and for a node of other
    /// than two bytes or none.
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(bytes, Family::DECNET, SOCKADDR_DN)?;
        let [flags, object] = fields.take();
        let wrong_name = fields.invalid();
        let name_len = u16::from_le_bytes(fields.take());
        let name: [u8; 16] = fields.take();
        let name =
            name.get(..usize::from(name_len)).and_then(|name| Name::new(name).ok()).ok_or(wrong_name)?;
        let wrong_node = fields.invalid();
        let node = match (u16::from_le_bytes(fields.take()), u16::from_le_bytes(fields.take())) {
            (0, _) => None,
            (2, node) => Some(node),
            _ => return Err(wrong_node),
        };
        Ok(DecnetAddr { node, object, name, flags })
    }

    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_DN]
    }
}

impl fmt::Display for DecnetAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.node {
            Some(node) => write!(f, "{}.{}::{}", node >> 10, node & 0x3FF, self.object)?,
            None => write!(f, "*::{}", self.object)?,
        }
        if self.flags != 0 {
            write!(f, "/flags:{:x}", self.flags)?;
        }
        if !self.name.is_empty() {
            write!(f, "={}", self.name)?;
        }
        Ok(())
    }
}

impl FromStr for DecnetAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            let node = if text.accept("*") { None } else { Some(node(text)?) };
            text.literal("::")?;
            let object = text.decimal()?;
            let flags = text.optional_hex("/flags:")?;
            let name = if text.accept("=") { text.name(b"")? } else { Name::EMPTY };
            Ok(DecnetAddr { node, object, name, flags })
        })
    }
}

/// `area.number`, to 63 and 1023.
fn node(text: &mut Parser<'_>) -> Result<u16, ParseError> {
    let start = *text;
    let area: u16 = text.decimal()?;
    text.literal(".")?;
    let number: u16 = text.decimal()?;
    if area > 63 || number > 1023 {
        return Err(start.expected(Expected::InRange));
    }
    Ok(area << 10 | number)
}
