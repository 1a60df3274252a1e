//! What raw sockets alone are asked: who makes the header, which messages of ICMP they do not want, and where in a
//! packet of IPv6 the checksum is (`do_raw_setsockopt`, `rawv6_setsockopt`).

use alloc::vec::Vec;
use core::net::IpAddr;

use anysock::option::icmpv6::ICMPV6_FILTER;
use anysock::option::ip::IP_HDRINCL;
use anysock::option::ipv6::{IPV6_CHECKSUM, IPV6_HDRINCL};
use anysock::option::raw::ICMP_FILTER;
use anysock::{Errno, Family, IpProtocol, Level};
use etherparse::checksum::Sum16BitWords;

use super::ip_options::int_or_byte;
use super::packet::Contents;

/// The options of a raw socket.
#[derive(Debug)]
pub(super) struct RawOptions {
    protocol: IpProtocol,
    /// IP_HDRINCL, IPV6_HDRINCL: the program gives the IP header.
    pub(super) header_included: bool,
    /// ICMP_FILTER: a bit for each type of message that is not wanted.
    icmp_filter: [u8; 4],
    /// ICMPV6_FILTER.
    icmpv6_filter: [u8; 32],
    /// IPV6_CHECKSUM: where the checksum is, which the kernel makes and looks at.
    pub(super) checksum_at: Option<usize>,
}

/// The sum of what is in a packet of IPv6, with that of its addresses, its length and its protocol (RFC 8200 §8.1).
pub(super) fn with_pseudo_header(
    mut sum: Sum16BitWords,
    [from, to]: [IpAddr; 2],
    protocol: u8,
    length: usize,
) -> u16 {
    for address in [from, to] {
        if let IpAddr::V6(address) = address {
            sum = sum.add_16bytes(address.octets());
        }
    }
    sum.add_4bytes((length as u32).to_be_bytes()).add_2bytes([0, protocol]).ones_complement().to_be()
}

impl RawOptions {
    pub(super) fn new(family: Family, protocol: IpProtocol) -> Self {
        /// IPPROTO_MH.
        const MOBILITY_HEADER: i32 = 135;
        let checksum_at = match protocol.0 {
            number if number == IpProtocol::ICMPV6.0 => Some(2),
            MOBILITY_HEADER => Some(4),
            _ => None,
        };
        RawOptions {
            protocol,
            // IPPROTO_RAW implies it (raw(7)).
            header_included: protocol == IpProtocol::RAW,
            icmp_filter: [0; 4],
            icmpv6_filter: [0; 32],
            checksum_at: checksum_at.filter(|_| family == Family::INET6),
        }
    }

    /// Whether a packet is not one that the socket does not want, and intact, where it looks at that.
    pub(super) fn lets_through(&self, contents: &Contents<'_>) -> bool {
        let Contents { source, destination, protocol, payload } = *contents;
        let is_blocked = |filter: &[u8], kind: u8| {
            filter.get(usize::from(kind / 8)).is_some_and(|bits| bits >> (kind % 8) & 1 == 1)
        };
        let is_filtered = match (source, payload) {
            (IpAddr::V4(_), _) if self.protocol != IpProtocol::ICMP => false,
            (IpAddr::V4(_), [kind, ..]) if payload.len() >= 8 => {
                is_blocked(&in_order(self.icmp_filter), *kind)
            }
            (IpAddr::V6(_), _) if self.protocol != IpProtocol::ICMPV6 => false,
            (IpAddr::V6(_), [kind, _, _, _, ..]) => is_blocked(&self.icmpv6_filter_in_order(), *kind),
            _ => true,
        };
        let is_intact = || {
            let sum = Sum16BitWords::new().add_slice(payload);
            self.checksum_at.is_none()
                || with_pseudo_header(sum, [source, destination], protocol.0, payload.len()) == 0
        };
        !is_filtered && is_intact()
    }

    fn icmpv6_filter_in_order(&self) -> [u8; 32] {
        let mut bits = self.icmpv6_filter;
        let (words, _) = bits.as_chunks_mut::<4>();
        words.iter_mut().for_each(|word| *word = in_order(*word));
        bits
    }

    /// `setsockopt(2)`; `None` where the option is another.
    pub(super) fn set(
        &mut self,
        family: Family,
        is_ping: bool,
        (level, name): (Level, i32),
        value: &[u8],
    ) -> Option<Result<(), Errno>> {
        if (level, name) == (Level::IP, IP_HDRINCL) {
            if is_ping {
                return Some(Err(Errno::ENOPROTOOPT));
            }
            self.header_included = int_or_byte(value) != 0;
            return Some(Ok(()));
        }
        if is_ping {
            return None;
        }
        let fill = |filter: &mut [u8]| filter.iter_mut().zip(value).for_each(|(old, new)| *old = *new);
        Some(match (family, level, name) {
            (Family::INET, Level::RAW, ICMP_FILTER) if self.protocol == IpProtocol::ICMP => {
                fill(&mut self.icmp_filter);
                Ok(())
            }
            (Family::INET, Level::RAW, ICMP_FILTER) => Err(Errno::EOPNOTSUPP),
            (Family::INET, Level::RAW, _) => Err(Errno::ENOPROTOOPT),
            (Family::INET6, Level::ICMPV6, _) if self.protocol != IpProtocol::ICMPV6 => {
                Err(Errno::EOPNOTSUPP)
            }
            (Family::INET6, Level::ICMPV6, ICMPV6_FILTER) => {
                fill(&mut self.icmpv6_filter);
                Ok(())
            }
            (Family::INET6, Level::ICMPV6, _) => Err(Errno::ENOPROTOOPT),
            (Family::INET6, Level::RAW, _) | (Family::INET6, Level::IPV6, IPV6_CHECKSUM | IPV6_HDRINCL) => {
                self.set_v6(level, name, value)
            }
            _ => return None,
        })
    }

    fn set_v6(&mut self, level: Level, name: i32, value: &[u8]) -> Result<(), Errno> {
        let int = value.first_chunk().copied().map(i32::from_ne_bytes).ok_or(Errno::EINVAL)?;
        match name {
            IPV6_HDRINCL => self.header_included = int != 0,
            // RFC 3542 §3.1: not on sockets of ICMPv6; but by the other level they may.
            IPV6_CHECKSUM if self.protocol == IpProtocol::ICMPV6 && level == Level::IPV6 => {
                return Err(Errno::EINVAL);
            }
            IPV6_CHECKSUM if int > 0 && int % 2 == 1 => return Err(Errno::EINVAL),
            IPV6_CHECKSUM => self.checksum_at = usize::try_from(int).ok(),
            _ => return Err(Errno::ENOPROTOOPT),
        }
        Ok(())
    }

    /// `getsockopt(2)`; `None` where the option is another.
    pub(super) fn get(
        &self,
        family: Family,
        is_ping: bool,
        (level, name): (Level, i32),
    ) -> Option<Result<Vec<u8>, Errno>> {
        let int = |value: i32| Ok(value.to_ne_bytes().to_vec());
        Some(match (family, level, name) {
            _ if is_ping => return None,
            (_, Level::IP, IP_HDRINCL) => int(self.header_included.into()),
            (Family::INET, Level::RAW, ICMP_FILTER) if self.protocol == IpProtocol::ICMP => {
                Ok(self.icmp_filter.to_vec())
            }
            (Family::INET, Level::RAW, ICMP_FILTER) => Err(Errno::EOPNOTSUPP),
            (Family::INET, Level::RAW, _) => Err(Errno::ENOPROTOOPT),
            (Family::INET6, Level::ICMPV6, _) if self.protocol != IpProtocol::ICMPV6 => {
                Err(Errno::EOPNOTSUPP)
            }
            (Family::INET6, Level::ICMPV6, ICMPV6_FILTER) => Ok(self.icmpv6_filter.to_vec()),
            (Family::INET6, Level::ICMPV6, _) => Err(Errno::ENOPROTOOPT),
            (Family::INET6, Level::RAW | Level::IPV6, IPV6_HDRINCL) => int(self.header_included.into()),
            (Family::INET6, Level::RAW | Level::IPV6, IPV6_CHECKSUM) => {
                int(self.checksum_at.map_or(-1, |at| at as i32))
            }
            (Family::INET6, Level::RAW, _) => Err(Errno::ENOPROTOOPT),
            _ => return None,
        })
    }
}

/// The bytes of a word of the machine, the least significant first.
fn in_order(word: [u8; 4]) -> [u8; 4] {
    u32::from_ne_bytes(word).to_le_bytes()
}
