//! The reader that every address's `FromStr` uses.

use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use super::{Expected, Name, ParseError};

/// What is left of a text, and how far it is from the beginning.
#[derive(Clone, Copy)]
pub(crate) struct Parser<'a> {
    rest: &'a [u8],
    at: usize,
}

impl<'a> Parser<'a> {
    /// Reads the whole of `text` with `read`.
    pub(crate) fn whole<T>(
        text: &'a str,
        read: impl FnOnce(&mut Parser<'a>) -> Result<T, ParseError>,
    ) -> Result<T, ParseError> {
        let mut parser = Parser { rest: text.as_bytes(), at: 0 };
        let value = read(&mut parser)?;
        if parser.rest.is_empty() { Ok(value) } else { Err(parser.expected(Expected::End)) }
    }

    /// The error that here is something else than `expected`.
    pub(crate) fn expected(&self, expected: Expected) -> ParseError {
        ParseError { expected, at: self.at }
    }

    /// The bytes that are left.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    pub(crate) fn advance(&mut self) {
        self.skip(1);
    }

    fn skip(&mut self, bytes: usize) {
        if let Some(rest) = self.rest.get(bytes..) {
            self.rest = rest;
            self.at = self.at.wrapping_add(bytes);
        }
    }

    /// Takes `literal` where it is next.
    pub(crate) fn accept(&mut self, literal: &str) -> bool {
        let found = self.rest.starts_with(literal.as_bytes());
        if found {
            self.skip(literal.len());
        }
        found
    }

    /// Takes `literal`, which must be next.
    pub(crate) fn literal(&mut self, literal: &'static str) -> Result<(), ParseError> {
        if self.accept(literal) { Ok(()) } else { Err(self.expected(Expected::Literal(literal))) }
    }

    /// A decimal number that fits into `T`.
    pub(crate) fn decimal<T: TryFrom<u64>>(&mut self) -> Result<T, ParseError> {
        self.number(10, Expected::Decimal)
    }

    /// A hexadecimal number without prefix that fits into `T`.
    pub(crate) fn hex<T: TryFrom<u64>>(&mut self) -> Result<T, ParseError> {
        self.number(16, Expected::Hexadecimal)
    }

    /// A decimal number, a minus before a negative one, that fits into `T`.
    pub(crate) fn signed<T: TryFrom<i64>>(&mut self) -> Result<T, ParseError> {
        let start = *self;
        let negative = self.accept("-");
        let magnitude: u32 = self.decimal()?;
        let number = if negative { -i64::from(magnitude) } else { i64::from(magnitude) };
        T::try_from(number).map_err(|_| start.expected(Expected::InRange))
    }

    /// `prefix` and a decimal number; `T`'s zero where `prefix` is not next.
    pub(crate) fn optional<T: TryFrom<u64> + Default>(&mut self, prefix: &str) -> Result<T, ParseError> {
        if self.accept(prefix) { self.decimal() } else { Ok(T::default()) }
    }

    /// `prefix` and a hexadecimal number; `T`'s zero where `prefix` is not next.
    pub(crate) fn optional_hex<T: TryFrom<u64> + Default>(&mut self, prefix: &str) -> Result<T, ParseError> {
        if self.accept(prefix) { self.hex() } else { Ok(T::default()) }
    }

    pub(crate) fn number<T: TryFrom<u64>>(&mut self, base: u32, expected: Expected) -> Result<T, ParseError> {
        let start = *self;
        let mut number = None;
        while let Some(digit) = self.peek().and_then(|byte| char::from(byte).to_digit(base)) {
            let so_far = number.unwrap_or(0_u64).checked_mul(u64::from(base));
            let so_far = so_far.and_then(|number| number.checked_add(u64::from(digit)));
            number = Some(so_far.ok_or(start.expected(Expected::InRange))?);
            self.advance();
        }
        let number = number.ok_or(start.expected(expected))?;
        T::try_from(number).map_err(|_| start.expected(Expected::InRange))
    }

    /// A byte as two hexadecimal digits.
    pub(crate) fn hex_byte(&mut self) -> Result<u8, ParseError> {
        let digit = |byte: u8| char::from(byte).to_digit(16);
        let pair = self.rest.first_chunk().and_then(|&[high, low]| Some((digit(high)?, digit(low)?)));
        let Some((high, low)) = pair else {
            return Err(self.expected(Expected::HexByte));
        };
        self.skip(2);
        Ok((high << 4 | low) as u8)
    }

    /// `N` bytes of two hexadecimal digits each, with `separator` between them.
    pub(crate) fn hex_bytes<const N: usize>(
        &mut self,
        separator: &'static str,
    ) -> Result<[u8; N], ParseError> {
        let mut bytes = [0; N];
        for (place, byte) in bytes.iter_mut().enumerate() {
            if place > 0 {
                self.literal(separator)?;
            }
            *byte = self.hex_byte()?;
        }
        Ok(bytes)
    }

    /// An IPv4 address.
    pub(crate) fn ipv4(&mut self) -> Result<Ipv4Addr, ParseError> {
        super::inet::ipv4(self)
    }

    /// An IPv6 address.
    pub(crate) fn ipv6(&mut self) -> Result<Ipv6Addr, ParseError> {
        super::inet::ipv6(self)
    }

    /// An IP address of either version and a port.
    pub(crate) fn socket(&mut self) -> Result<SocketAddr, ParseError> {
        super::ip_text::socket(self)
    }

    /// A name up to one of `ends` or the end of the text, its escapes replaced by what they mean.
    pub(crate) fn name<const N: usize>(&mut self, ends: &[u8]) -> Result<Name<N>, ParseError> {
        let mut name = Name::EMPTY;
        while self.peek().is_some_and(|byte| !ends.contains(&byte)) {
            let start = *self;
            let byte = self.byte()?;
            name.push(byte).ok_or(start.expected(Expected::Name))?;
        }
        Ok(name)
    }

    /// The next byte, or the one that the escape here means.
    pub(crate) fn byte(&mut self) -> Result<u8, ParseError> {
        let start = *self;
        let wrong = start.expected(Expected::Escape);
        let first = self.peek().ok_or(wrong)?;
        self.advance();
        if first != b'\\' {
            return Ok(first);
        }
        let byte = match self.peek() {
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(byte @ (b'\\' | b'\'' | b'"')) => byte,
            Some(b'x') => {
                self.advance();
                return self.hex_byte().map_err(|_| wrong);
            }
            _ => return Err(wrong),
        };
        self.advance();
        Ok(byte)
    }
}
