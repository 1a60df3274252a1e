//! Why a text is no address.

use core::fmt;

/// What is wrong with a text that should have been an address, and where.
///
/// ```
/// use anysock::addr::VsockAddr;
///
/// let error = "vsock:2:port".parse::<VsockAddr>().unwrap_err();
/// assert_eq!(error.to_string(), "a decimal number expected at byte 8");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ParseError {
    /// What should have been there.
    pub expected: Expected,
    /// In which byte of the text, counted from 0.
    pub at: usize,
}

/// What a text should have had.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Expected {
    /// These very characters.
    Literal(&'static str),
    /// A decimal number.
    Decimal,
    /// A hexadecimal number.
    Hexadecimal,
    /// A number that the field can hold.
    InRange,
    /// A byte as two hexadecimal digits.
    HexByte,
    /// An escape: a backslash and `n`, `r`, `t`, `\`, `'`, `"`, or `x` and two hexadecimal digits.
    Escape,
    /// A name that is no longer than it may be, and without a zero byte.
    Name,
    /// A CAN identifier, of three digits or eight.
    CanId,
    /// An AX.25 call sign: up to six letters and digits, and an identifier to 15.
    CallSign,
    /// The name of a network interface.
    InterfaceName,
    /// An IPv4 address, four numbers to 255 with dots between them.
    Ipv4,
    /// An IPv6 address.
    Ipv6,
    /// A family whose addresses have such a text.
    Family,
    /// No more elements than the address has room for.
    Fewer,
    /// The end of the text.
    End,
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match *self {
            // Not by Debug, which looks characters up in tables that it might leave.
            Expected::Literal(literal) => return write!(f, "\"{literal}\""),
            Expected::Decimal => "a decimal number",
            Expected::Hexadecimal => "a hexadecimal number",
            Expected::InRange => "a smaller number",
            Expected::HexByte => "a byte of two hexadecimal digits",
            Expected::Escape => "an escape such as \\n or \\x00",
            Expected::Name => "a shorter name, without a zero byte,",
            Expected::CanId => "a CAN identifier of 3 digits (to 7FF) or 8 (to 1FFFFFFF)",
            Expected::CallSign => "a call sign such as N0CALL-7",
            Expected::InterfaceName => "the name of a network interface",
            Expected::Ipv4 => "an IPv4 address such as 192.0.2.1",
            Expected::Ipv6 => "an IPv6 address such as 2001:db8::1",
            Expected::Family => "AF_INET or AF_INET6",
            Expected::Fewer => "fewer elements",
            Expected::End => "the end",
        })
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} expected at byte {}", self.expected, self.at)
    }
}

impl core::error::Error for ParseError {}
