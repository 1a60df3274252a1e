//! AX.25 call signs, and paths of digipeaters: what AF_AX25, AF_NETROM and AF_ROSE have in common.

use core::fmt;
use core::str::FromStr;

use crate::error::DecodeError;
use crate::text::{Escaped, Expected, ParseError, Parser};

/// The call sign of an amateur radio station with its secondary station identifier: `ax25_address`.
///
/// Its text is the call sign and, where it is not zero, the identifier: `N0CALL-7`; letters are read in
/// either case. No call sign, all spaces, is `*`, as libax25 and the kernel print it. Characters that no
/// call sign has are escaped.
///
/// ```
/// use anysock::addr::CallSign;
///
/// let station: CallSign = "n0call-7".parse()?;
/// assert_eq!(station.to_string(), "N0CALL-7");
/// assert_eq!(station.to_ax25_address(), [0x9C, 0x60, 0x86, 0x82, 0x98, 0x98, 0x0E]);
/// # Ok::<(), anysock::text::ParseError>(())
/// ```
#[doc(alias = "ax25_address")]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct CallSign {
    /// ASCII, spaces behind it.
    call: [u8; 6],
    /// 0 to 15.
    ssid: u8,
}

impl CallSign {
    /// No call sign: the kernel's `null_ax25_address`.
    pub const NONE: CallSign = CallSign { call: [b' '; 6], ssid: 0 };

    /// The kernel's form: each character in the upper seven bits of a byte, the identifier in bits 1 to 4.
    pub const fn to_ax25_address(self) -> [u8; 7] {
        let [a, b, c, d, e, f] = self.call;
        [a << 1, b << 1, c << 1, d << 1, e << 1, f << 1, self.ssid << 1]
    }

    /// A call sign from the kernel's form. The lowest bit of each byte and the upper three of the last, which
    /// are no part of it, are passed over, as the kernel's comparison does.
    pub const fn from_ax25_address([a, b, c, d, e, f, ssid]: [u8; 7]) -> Self {
        CallSign { call: [a >> 1, b >> 1, c >> 1, d >> 1, e >> 1, f >> 1], ssid: (ssid >> 1) & 0xF }
    }

    /// The call sign without the spaces behind it, 0 to 6 characters.
    pub fn call(&self) -> &[u8] {
        let mut call = &self.call[..];
        while let Some((b' ', shorter)) = call.split_last() {
            call = shorter;
        }
        call
    }

    /// The secondary station identifier, 0 to 15.
    pub const fn ssid(self) -> u8 {
        self.ssid
    }

    pub(super) fn read(text: &mut Parser<'_>) -> Result<Self, ParseError> {
        let start = *text;
        let mut sign = CallSign::NONE;
        if !text.accept("*") {
            let mut room = sign.call.iter_mut();
            while text.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'\\') {
                let escaped = text.peek() == Some(b'\\');
                let byte = text.byte()?;
                let place = room.next().filter(|_| byte < 0x80).ok_or(start.expected(Expected::CallSign))?;
                *place = if escaped { byte } else { byte.to_ascii_uppercase() };
            }
            if sign.call().is_empty() {
                return Err(start.expected(Expected::CallSign));
            }
        }
        sign.ssid = text.optional("-")?;
        if sign.ssid > 15 { Err(start.expected(Expected::CallSign)) } else { Ok(sign) }
    }
}

impl Default for CallSign {
    fn default() -> Self {
        CallSign::NONE
    }
}

impl fmt::Display for CallSign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.call() {
            [] => f.write_str("*")?,
            call => {
                let foreign = |byte: u8| !byte.is_ascii_uppercase() && !byte.is_ascii_digit();
                Escaped { bytes: call, and: foreign }.fmt(f)?;
            }
        }
        if self.ssid != 0 {
            write!(f, "-{}", self.ssid)?;
        }
        Ok(())
    }
}

impl fmt::Debug for CallSign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for CallSign {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, CallSign::read)
    }
}

/// Up to `N` stations that repeat a packet on its way, the first one first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Digipeaters<const N: usize> {
    /// [`CallSign::NONE`] behind them, so that equal paths are equal.
    stations: [CallSign; N],
    len: u8,
}

impl<const N: usize> Digipeaters<N> {
    /// None.
    pub const NONE: Digipeaters<N> = Digipeaters { stations: [CallSign::NONE; N], len: 0 };

    /// The path through `stations`.
    ///
    /// # Errors
    /// [`DecodeError::TooLong`] for more than `N`.
    pub fn new(stations: &[CallSign]) -> Result<Self, DecodeError> {
        let mut path = Digipeaters::NONE;
        for station in stations {
            path.push(*station).ok_or(DecodeError::TooLong { most: N, found: stations.len() })?;
        }
        Ok(path)
    }

    /// The stations, the first one first.
    pub fn as_slice(&self) -> &[CallSign] {
        self.stations.get(..usize::from(self.len)).unwrap_or(&self.stations)
    }

    /// How many there are.
    pub(super) const fn len(&self) -> u8 {
        self.len
    }

    /// All `N`, those that there are not as zeros.
    pub(super) fn to_ax25_addresses(self) -> [[u8; 7]; N] {
        let mut addresses = [[0; 7]; N];
        for (address, station) in addresses.iter_mut().zip(self.as_slice()) {
            *address = station.to_ax25_address();
        }
        addresses
    }

    /// One more; `None` where there is no room.
    pub(super) fn push(&mut self, station: CallSign) -> Option<()> {
        *self.stations.get_mut(usize::from(self.len))? = station;
        self.len = self.len.wrapping_add(1);
        Some(())
    }

    /// ` via ` and the stations with spaces between them, as libax25 has it; nothing where there are none.
    pub(super) fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.len > 0 {
            f.write_str(" via")?;
        }
        self.as_slice().iter().try_for_each(|station| write!(f, " {station}"))
    }

    /// What [`Digipeaters::write`] wrote.
    pub(super) fn read(text: &mut Parser<'_>) -> Result<Self, ParseError> {
        let mut path = Digipeaters::NONE;
        if text.accept(" via") {
            text.literal(" ")?;
            loop {
                path.push(CallSign::read(text)?).ok_or(text.expected(Expected::Fewer))?;
                if !text.accept(" ") {
                    break;
                }
            }
        }
        Ok(path)
    }
}

impl<const N: usize> Default for Digipeaters<N> {
    fn default() -> Self {
        Digipeaters::NONE
    }
}

impl<const N: usize> fmt::Debug for Digipeaters<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.as_slice()).finish()
    }
}
