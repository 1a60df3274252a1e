//! IP addresses as text, as the C library reads and prints them (inet(3), inet_pton(3), inet_ntop(3)).

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Expected, IpText, ParseError, Parser};
use crate::constants::Family;

/// Reads an address of `family`, AF_INET or AF_INET6: `inet_pton(3)`.
///
/// IPv4 is four decimal numbers without leading zeros; IPv6 is RFC 4291's text, without a zone.
///
/// # Errors
/// [`ParseError`], for another family too.
pub fn inet_pton(family: Family, text: &str) -> Result<IpAddr, ParseError> {
    match family {
        Family::INET => Parser::whole(text, ipv4).map(IpAddr::V4),
        Family::INET6 => Parser::whole(text, ipv6).map(IpAddr::V6),
        _ => Err(ParseError { expected: Expected::Family, at: 0 }),
    }
}

/// Prints an address: `inet_ntop(3)`. RFC 5952, with the last 32 bits of IPv4-mapped and IPv4-compatible
/// addresses as IPv4, as glibc and musl do.
pub fn inet_ntop(address: impl Into<IpAddr>) -> IpText<IpAddr> {
    IpText(address.into())
}

/// Prints an IPv4 address: `inet_ntoa(3)`.
pub fn inet_ntoa(address: Ipv4Addr) -> IpText<Ipv4Addr> {
    IpText(address)
}

/// Reads an IPv4 address in any of its old forms: `inet_aton(3)`.
///
/// One to four numbers with dots between them, each decimal, octal (`0…`) or hexadecimal (`0x…`); the last
/// fills all the bytes that the others leave: `127.1`, `0x7f000001`, `010.0.0.1`. As in glibc, white space
/// ends the address and what follows it does not count.
///
/// # Errors
/// [`ParseError`].
pub fn inet_aton(text: &str) -> Result<Ipv4Addr, ParseError> {
    let space = |byte: &u8| matches!(byte, b' ' | b'\t'..=b'\r');
    let end = text.as_bytes().iter().position(space).unwrap_or(text.len());
    Parser::whole(text.get(..end).unwrap_or(text), |text| {
        let mut high = 0_u32;
        let mut room = 32_u32;
        loop {
            let start = *text;
            let number = c_number(text)?;
            if text.peek() == Some(b'.') && room > 8 {
                if number > 0xFF {
                    return Err(start.expected(Expected::InRange));
                }
                room = room.wrapping_sub(8);
                high |= number.unbounded_shl(room);
                text.advance();
            } else if u64::from(number) < 1_u64.unbounded_shl(room) {
                return Ok(Ipv4Addr::from_bits(high | number));
            } else {
                return Err(start.expected(Expected::InRange));
            }
        }
    })
}

/// A number as C writes it: `0x` and hexadecimal digits, `0` and octal ones, or decimal ones.
fn c_number(text: &mut Parser<'_>) -> Result<u32, ParseError> {
    let rest = text.rest();
    if rest.starts_with(b"0x") || rest.starts_with(b"0X") {
        text.advance();
        text.advance();
        text.hex()
    } else if rest.starts_with(b"0") {
        text.number(8, Expected::Decimal)
    } else {
        text.decimal()
    }
}

/// Four decimal numbers to 255 without leading zeros.
pub(super) fn ipv4(text: &mut Parser<'_>) -> Result<Ipv4Addr, ParseError> {
    let start = *text;
    let wrong = |_| start.expected(Expected::Ipv4);
    let mut octets = [0_u8; 4];
    for (place, octet) in octets.iter_mut().enumerate() {
        if place > 0 {
            text.literal(".").map_err(wrong)?;
        }
        let zero = text.peek() == Some(b'0');
        let digits = text.rest();
        *octet = text.decimal().map_err(wrong)?;
        if zero && digits.len().wrapping_sub(text.rest().len()) > 1 {
            return Err(start.expected(Expected::Ipv4));
        }
    }
    Ok(Ipv4Addr::from_bits(u32::from_be_bytes(octets)))
}

/// RFC 4291 section 2.2: groups of one to four hexadecimal digits, `::` once for a run of zeros, and perhaps
/// an IPv4 address instead of the last two groups.
pub(super) fn ipv6(text: &mut Parser<'_>) -> Result<Ipv6Addr, ParseError> {
    let start = *text;
    let wrong = || start.expected(Expected::Ipv6);
    let mut before = Groups::default();
    let mut after = Groups::default();
    let mut compressed = text.accept("::");
    if !compressed {
        before.push(group(text).ok_or_else(wrong)?).ok_or_else(wrong)?;
    }
    loop {
        let here = *text;
        // Directly behind `::` stands a group or nothing; elsewhere a colon and a group, or `::`.
        let behind_compression = compressed && after.len == 0;
        if !behind_compression {
            if !compressed && text.accept("::") {
                compressed = true;
                continue;
            }
            if !text.accept(":") {
                break;
            }
        }
        let groups = if compressed { &mut after } else { &mut before };
        let embedded = *text;
        match group(text) {
            Some(_) if text.peek() == Some(b'.') => {
                *text = embedded;
                let [a, b, c, d] = ipv4(text)?.to_bits().to_be_bytes();
                groups.push(u16::from_be_bytes([a, b])).ok_or_else(wrong)?;
                groups.push(u16::from_be_bytes([c, d])).ok_or_else(wrong)?;
                break;
            }
            Some(value) => groups.push(value).ok_or_else(wrong)?,
            None if behind_compression => break,
            None => {
                *text = here;
                return Err(wrong());
            }
        }
    }
    let written = before.len.wrapping_add(after.len);
    if if compressed { written > 7 } else { written != 8 } {
        return Err(wrong());
    }
    let mut all = before.values;
    for (to, from) in all.iter_mut().rev().zip(after.values().iter().rev()) {
        *to = *from;
    }
    Ok(Ipv6Addr::from(all))
}

/// Groups of an IPv6 address, zeros behind them.
#[derive(Default)]
struct Groups {
    values: [u16; 8],
    len: usize,
}

impl Groups {
    fn push(&mut self, group: u16) -> Option<()> {
        *self.values.get_mut(self.len)? = group;
        self.len = self.len.wrapping_add(1);
        Some(())
    }

    fn values(&self) -> &[u16] {
        self.values.get(..self.len).unwrap_or(&self.values)
    }
}

/// One to four hexadecimal digits; what is longer is no group.
fn group(text: &mut Parser<'_>) -> Option<u16> {
    let digits = text.rest().iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    if digits > 4 {
        return None;
    }
    text.hex().ok()
}

pub(super) fn write_ipv4(f: &mut fmt::Formatter<'_>, address: Ipv4Addr) -> fmt::Result {
    let [a, b, c, d] = address.to_bits().to_be_bytes();
    write!(f, "{a}.{b}.{c}.{d}")
}

pub(super) fn write_ipv6(f: &mut fmt::Formatter<'_>, address: Ipv6Addr) -> fmt::Result {
    let groups = address.segments();
    let zeros = longest_run_of_zeros(&groups);
    let ipv4 = match groups {
        [0, 0, 0, 0, 0, 0xFFFF, high, low] => Some((high, low)),
        [0, 0, 0, 0, 0, 0, high, low] if high != 0 => Some((high, low)),
        _ => None,
    };
    for (place, group) in groups.iter().enumerate() {
        if zeros.contains(&place) {
            if place == zeros.start {
                f.write_str("::")?;
            }
            continue;
        }
        if place != 0 && place != zeros.end {
            f.write_str(":")?;
        }
        match ipv4 {
            Some((high, low)) if place == 6 => {
                return write_ipv4(f, Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)));
            }
            _ => write!(f, "{group:x}")?,
        }
    }
    Ok(())
}

/// RFC 5952 section 4.2: the longest run of two zeros or more, the first of equals. `8..8` where there is
/// none.
fn longest_run_of_zeros(groups: &[u16; 8]) -> core::ops::Range<usize> {
    let mut longest = 8..8;
    let mut start = 0_usize;
    for (place, group) in groups.iter().enumerate() {
        let end = place.wrapping_add(1);
        if *group != 0 {
            start = end;
        } else if end.wrapping_sub(start) > longest.len().max(1) {
            longest = start..end;
        }
    }
    longest
}
