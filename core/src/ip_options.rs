//! What the headers of IP carry besides addresses: the options of IPv4 (RFC 791 §3.1), and the extension headers of
//! IPv6 (RFC 8200 §4), as control messages and socket options have them.
//!
//! ```
//! use anysock::ip_options::{ExtensionOptions, HeaderOption};
//!
//! // A hop-by-hop header with the router alert of RFC 2711, as IPV6_HOPOPTS takes it:
//! let mut room = [0; 64];
//! let alert = HeaderOption { kind: 5, data: &[0, 0] };
//! let header = ExtensionOptions::write(&mut room, 0, [alert])?;
//! assert_eq!(header, [0, 0, 5, 2, 0, 0, 1, 0]);
//! let read = ExtensionOptions::new(header)?;
//! assert_eq!(read.options().next(), Some(alert));
//! # Ok::<(), anysock::DecodeError>(())
//! ```

use core::net::Ipv6Addr;

use crate::error::DecodeError;

/// One option of a header.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HeaderOption<'a> {
    /// Its type.
    pub kind: u8,
    /// Its data, without type and length.
    pub data: &'a [u8],
}

/// The options of an IPv4 header; those of no operation are left out. Ends at the end-of-list option, or at the first
/// that is malformed.
#[derive(Clone, Debug)]
pub struct Ipv4Options<'a> {
    rest: &'a [u8],
}

impl<'a> Ipv4Options<'a> {
    /// The options in `bytes`: what `IP_OPTIONS` and `IP_RECVOPTS` give.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Ipv4Options { rest: bytes }
    }
}

impl<'a> Iterator for Ipv4Options<'a> {
    type Item = HeaderOption<'a>;

    fn next(&mut self) -> Option<HeaderOption<'a>> {
        while let [1, rest @ ..] = self.rest {
            self.rest = rest;
        }
        let [kind, len, ..] = *self.rest else { return None };
        if kind == 0 {
            return None;
        }
        let data = self.rest.get(2..usize::from(len))?;
        self.rest = self.rest.get(usize::from(len)..)?;
        Some(HeaderOption { kind, data })
    }
}

/// The whole extension header at the beginning of `bytes`: its second byte counts units of eight beyond the first.
fn header(bytes: &[u8]) -> Result<&[u8], DecodeError> {
    let needed = match bytes {
        [_, units, ..] => usize::from(*units).saturating_add(1).saturating_mul(8),
        _ => 8,
    };
    bytes.get(..needed).ok_or(DecodeError::TooShort { needed, found: bytes.len() })
}

/// A hop-by-hop or destination options header of IPv6.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ExtensionOptions<'a> {
    /// The protocol of what follows.
    pub next_header: u8,
    bytes: &'a [u8],
}

impl<'a> ExtensionOptions<'a> {
    /// The header at the beginning of `bytes`.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] where there is less than its length says.
    pub fn new(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let bytes = header(bytes)?;
        let next_header = bytes.first().copied().unwrap_or_default();
        Ok(ExtensionOptions { next_header, bytes: bytes.get(2..).unwrap_or_default() })
    }

    /// The options, without padding. Ends at the first that is malformed.
    pub fn options(&self) -> impl Iterator<Item = HeaderOption<'a>> + Clone + use<'a> {
        TypeLengthValue { rest: self.bytes }.filter(|option| option.kind > 1)
    }

    /// Writes a header of these options to the beginning of `room`, and pads it.
    ///
    /// Each stands where the one before ends; one that must be aligned, the caller puts behind padding of its own (type
    /// 1).
    ///
    /// # Errors
    /// [`DecodeError::TooLong`] where `room` is too small, or an option or the header too long for its length field.
    pub fn write<'r, 'o>(
        room: &'r mut [u8],
        next_header: u8,
        options: impl IntoIterator<Item = HeaderOption<'o>>,
    ) -> Result<&'r [u8], DecodeError> {
        let most = room.len().min(2048);
        let mut at = 2usize;
        for option in options {
            let end = at.saturating_add(2).saturating_add(option.data.len());
            let too_long = DecodeError::TooLong { most, found: end };
            let len = u8::try_from(option.data.len()).map_err(|_| too_long)?;
            let to = room.get_mut(at..end).ok_or(too_long)?;
            for (to, from) in to.iter_mut().zip([option.kind, len].iter().chain(option.data)) {
                *to = *from;
            }
            at = end;
        }
        let end = at.saturating_add(7) & !7;
        let too_long = DecodeError::TooLong { most, found: end };
        let units = u8::try_from(end.saturating_sub(8) / 8).map_err(|_| too_long)?;
        let padding = room.get_mut(at..end).ok_or(too_long)?;
        padding.fill(0);
        // One byte of padding is a type alone, more are an option.
        if let [kind, len, zeros @ ..] = padding {
            *kind = 1;
            *len = zeros.len() as u8;
        }
        if let [first, second, ..] = room {
            *first = next_header;
            *second = units;
        }
        room.get(..end).ok_or(too_long)
    }
}

/// The options of an extension header, padding among them.
#[derive(Clone, Debug)]
struct TypeLengthValue<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for TypeLengthValue<'a> {
    type Item = HeaderOption<'a>;

    fn next(&mut self) -> Option<HeaderOption<'a>> {
        if let [0, rest @ ..] = self.rest {
            self.rest = rest;
            return Some(HeaderOption { kind: 0, data: &[] });
        }
        let [kind, len, rest @ ..] = self.rest else { return None };
        let (data, rest) = rest.split_at_checked(usize::from(*len))?;
        self.rest = rest;
        Some(HeaderOption { kind: *kind, data })
    }
}

/// A routing header of IPv6 (RFC 8200 §4.4).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RoutingHeader<'a> {
    /// The protocol of what follows.
    pub next_header: u8,
    /// Its type: 0 source route (RFC 5095 forbids it), 2 mobility (RFC 6275), 3 RPL (RFC 6554), 4 segments (RFC 8754).
    pub kind: u8,
    /// How many of the nodes are still to be visited.
    pub segments_left: u8,
    /// What its type says.
    pub data: &'a [u8],
}

impl<'a> RoutingHeader<'a> {
    /// The header at the beginning of `bytes`.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] where there is less than its length says.
    pub fn new(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        match header(bytes)? {
            [next_header, _, kind, segments_left, data @ ..] => Ok(RoutingHeader {
                next_header: *next_header,
                kind: *kind,
                segments_left: *segments_left,
                data,
            }),
            short => Err(DecodeError::TooShort { needed: 8, found: short.len() }),
        }
    }

    /// The addresses of types 0, 2 and 4, as they stand: the segments of type 4 the last one first. Other types have
    /// none of that form.
    pub fn addresses(&self) -> impl Iterator<Item = Ipv6Addr> + Clone + use<'a> {
        let addresses = match self.kind {
            0 | 2 => self.data.get(4..),
            // Behind the addresses there may be more: the first byte counts them.
            4 => self.data.first().and_then(|last| {
                let end = usize::from(*last).saturating_add(1).saturating_mul(16).saturating_add(4);
                self.data.get(4..end)
            }),
            _ => None,
        };
        addresses.unwrap_or_default().as_chunks().0.iter().map(|octets: &[u8; 16]| Ipv6Addr::from(*octets))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_of_ipv4_end_at_the_end_of_the_list() {
        let bytes = [1, 1, 7, 7, 4, 0, 0, 0, 0, 0x94, 4, 0, 0, 0, 9, 9];
        let mut options = Ipv4Options::new(&bytes);
        assert_eq!(options.next(), Some(HeaderOption { kind: 7, data: &[4, 0, 0, 0, 0] }));
        assert_eq!(options.next(), Some(HeaderOption { kind: 0x94, data: &[0, 0] }));
        assert_eq!(options.next(), None);
        // A length that does not reach over its own bytes, and one that reaches too far.
        assert_eq!(Ipv4Options::new(&[7, 1, 0, 0]).next(), None);
        assert_eq!(Ipv4Options::new(&[7, 5, 0, 0]).next(), None);
    }

    #[test]
    fn padding_makes_units_of_eight() {
        let data = [1, 2, 3, 4, 5];
        for len in 0..=5 {
            let mut room = [0xFF; 16];
            let option = HeaderOption { kind: 0x3E, data: &data[..len] };
            let written = ExtensionOptions::write(&mut room, 17, [option]).unwrap();
            assert_eq!(written.len(), if len <= 4 { 8 } else { 16 });
            let read = ExtensionOptions::new(written).unwrap();
            assert_eq!((read.next_header, read.options().count()), (17, 1));
            assert_eq!(read.options().next(), Some(option));
        }
        let long = HeaderOption { kind: 0x3E, data: &data };
        assert!(ExtensionOptions::write(&mut [0; 8], 17, [long]).is_err());
    }

    #[test]
    fn segments_are_counted() {
        // RFC 8754 §2: last entry 1, flags, tag, two segments, then a TLV of padding.
        let mut header = [0; 48];
        header[..8].copy_from_slice(&[41, 5, 4, 1, 1, 0, 0, 0]);
        header[23] = 1;
        header[39] = 2;
        let routing = RoutingHeader::new(&header).unwrap();
        assert_eq!((routing.next_header, routing.segments_left), (41, 1));
        assert!(routing.addresses().eq(["::1".parse::<Ipv6Addr>().unwrap(), "::2".parse().unwrap()]));
        assert_eq!(RoutingHeader::new(&header[..40]), Err(DecodeError::TooShort { needed: 48, found: 40 }));
    }
}
