//! Network interfaces: their names and numbers (netdevice(7), if_nametoindex(3)).

use core::fmt;
use core::str::FromStr;

use crate::backend::Backend;
use crate::constants::Errno;

/// The name of a network interface: 1 to 15 bytes, neither `/`, `:` nor white space (`dev_valid_name`).
///
/// ```
/// use anysock::interface::InterfaceName;
///
/// let name: InterfaceName = "can0".parse()?;
/// assert_eq!(name.as_bytes(), b"can0");
/// assert!("an interface".parse::<InterfaceName>().is_err());
/// # Ok::<(), anysock::Errno>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct InterfaceName {
    /// Filled with zeros behind the name, of which there is at least one.
    bytes: [u8; InterfaceName::SIZE],
}

impl InterfaceName {
    /// `IFNAMSIZ`: the bytes of a name with its terminating zero.
    #[doc(alias = "IFNAMSIZ")]
    pub const SIZE: usize = 16;

    /// The name `name`.
    ///
    /// # Errors
    /// `EINVAL` where no interface can have that name.
    pub fn new(name: &[u8]) -> Result<Self, Errno> {
        // White space as the kernel's `isspace` has it.
        let forbidden = |byte: &u8| matches!(byte, b'/' | b':' | b' ' | 0 | 0x09..=0x0D | 0xA0);
        if name.is_empty() || name == b"." || name == b".." || name.iter().any(forbidden) {
            return Err(Errno::EINVAL);
        }
        let mut bytes = [0; InterfaceName::SIZE];
        match bytes.get_mut(..name.len()) {
            Some(room) if name.len() < InterfaceName::SIZE => room.copy_from_slice(name),
            _ => return Err(Errno::EINVAL),
        }
        Ok(InterfaceName { bytes })
    }

    /// The name without its terminating zero.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.split(|byte| *byte == 0).next().unwrap_or(&self.bytes)
    }

    /// The name as `ifr_name` holds it: filled with zeros.
    pub const fn to_ifr_name(self) -> [u8; InterfaceName::SIZE] {
        self.bytes
    }
}

impl FromStr for InterfaceName {
    type Err = Errno;

    /// The name as it is printed: `\\`, `\'`, `\"` and `\xHH` stand for one byte each.
    fn from_str(text: &str) -> Result<Self, Errno> {
        let digit = |digit: u8| char::from(digit).to_digit(16).ok_or(Errno::EINVAL);
        let mut name = heapless::Vec::<u8, { InterfaceName::SIZE }>::new();
        let mut rest = text.as_bytes();
        while let [first, tail @ ..] = rest {
            let (byte, tail) = match (first, tail) {
                (b'\\', [b'x', high, low, tail @ ..]) => ((digit(*high)? << 4 | digit(*low)?) as u8, tail),
                (b'\\', [byte @ (b'\\' | b'\'' | b'"'), tail @ ..]) => (*byte, tail),
                (b'\\', _) => return Err(Errno::EINVAL),
                _ => (*first, tail),
            };
            name.push(byte).map_err(|_| Errno::EINVAL)?;
            rest = tail;
        }
        InterfaceName::new(&name)
    }
}

impl fmt::Display for InterfaceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.as_bytes().escape_ascii())
    }
}

impl fmt::Debug for InterfaceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A network interface: `struct if_nameindex`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Interface {
    /// Its number, from 1. An interface that vanishes and comes back has another.
    pub index: u32,
    /// Its name.
    pub name: InterfaceName,
}

/// A backend with network interfaces.
pub trait Interfaces: Backend {
    /// The number of the interface of this name: `if_nametoindex(3)`.
    ///
    /// # Errors
    /// `ENODEV` where there is none.
    #[doc(alias = "if_nametoindex")]
    fn interface_index(&self, name: &InterfaceName) -> Result<u32, Errno>;

    /// The name of the interface of this number: `if_indextoname(3)`.
    ///
    /// # Errors
    /// `ENXIO` where there is none.
    #[doc(alias = "if_indextoname")]
    fn interface_name(&self, index: u32) -> Result<InterfaceName, Errno>;

    /// Calls `each` with every interface, in the order of their numbers: `if_nameindex(3)`.
    #[doc(alias = "if_nameindex")]
    fn interfaces(&self, each: &mut dyn FnMut(Interface)) -> Result<(), Errno>;
}
