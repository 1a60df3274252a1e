//! How often a node tells others of errors: so many messages a second in all, and so many to each (icmp(7);
//! `icmp_global_allow` and `icmpv4_xrlim_allow` of net/ipv4/icmp.c, `icmpv6_xrlim_allow` of net/ipv6/icmp.c,
//! `inet_peer_xrlim_allow` of net/ipv4/inetpeer.c, `ip_rt_send_redirect` of net/ipv4/route.c).

use core::net::IpAddr;
use core::time::Duration;

use anysock::{Errno, Instant};

use super::icmp::{DESTINATION_UNREACHABLE, FRAGMENTATION_NEEDED};
use crate::engine::map::{Map, make_room};
use crate::engine::random::Random;

/// How many messages somebody may be told at once who has been told none for long: XRLIM_BURST_FACTOR.
const BURST: u32 = 6;
/// ip_rt_error_cost and ip_rt_error_burst.
const NO_ROUTE: Duration = Duration::from_secs(1);
const NO_ROUTE_BURST: u32 = 5;
/// What is not known of somebody is as if nothing had been told for so long.
const FORGOTTEN: Duration = Duration::from_secs(60);
/// How many peers are known before those of long ago are forgotten, or that of longest ago.
const PEERS_MAX: usize = 4096;
/// The credit of all messages grows after so long, and by no more than a second's.
const REFILL: Duration = Duration::from_millis(20);
/// How many redirects somebody is sent who does not heed them, how long after the first the second may follow, which
/// doubles each time, and after how long without any it begins anew: ip_rt_redirect_number, _load and _silence.
const REDIRECTS_MAX: u32 = 9;
const REDIRECT_LOAD: Duration = Duration::from_millis(20);
const REDIRECT_SILENCE: Duration = REDIRECT_LOAD.saturating_mul(1 << (REDIRECTS_MAX + 1));

/// The settings of a node. The values at first are those of Linux 6.18.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct IcmpSysctls {
    /// `net.ipv4.icmp_ratelimit`, `net.ipv6.icmp.ratelimit`: the time between two messages to somebody.
    interval: [Duration; 2],
    /// `net.ipv4.icmp_ratemask`: the types that are limited, a bit each.
    types: u32,
    /// `net.ipv6.icmp.ratemask`.
    types_v6: [u128; 2],
    /// `net.ipv4.icmp_msgs_per_sec`, `net.ipv4.icmp_msgs_burst`: of both versions, how many messages there may be.
    per_second: u32,
    burst: u32,
}

impl Default for IcmpSysctls {
    fn default() -> Self {
        IcmpSysctls {
            interval: [Duration::from_secs(1), Duration::from_millis(100)],
            types: 0x1818,
            // All errors but Packet Too Big.
            types_v6: [!(1 << 2), 0],
            per_second: 1000,
            burst: 50,
        }
    }
}

impl IcmpSysctls {
    /// Sets the one of this name; `None` where it is none of these.
    pub(crate) fn set(&mut self, name: &str, value: &str) -> Option<Result<(), Errno>> {
        fn number<T: TryFrom<u32>>(value: &str, to: &mut T) -> Result<(), Errno> {
            let number: u32 = value.trim().parse().map_err(|_| Errno::EINVAL)?;
            *to = number.try_into().map_err(|_| Errno::EINVAL)?;
            Ok(())
        }
        let milliseconds = |to: &mut Duration| {
            let mut number_of = 0u32;
            number(value, &mut number_of).map(|()| *to = Duration::from_millis(number_of.into()))
        };
        Some(match name {
            "net.ipv4.icmp_ratelimit" => milliseconds(&mut self.interval[0]),
            "net.ipv6.icmp.ratelimit" => milliseconds(&mut self.interval[1]),
            "net.ipv4.icmp_ratemask" => number(value, &mut self.types),
            "net.ipv6.icmp.ratemask" => bitmap(value).map(|types| self.types_v6 = types),
            "net.ipv4.icmp_msgs_per_sec" => number(value, &mut self.per_second),
            "net.ipv4.icmp_msgs_burst" => number(value, &mut self.burst),
            _ => return None,
        })
    }

    /// Whether messages of a type and code are limited (`icmpv4_mask_allow`, `icmpv6_mask_allow`).
    fn limits(&self, to: IpAddr, (kind, code): (u8, u8)) -> bool {
        match to {
            // The search for a path's MTU is not.
            IpAddr::V4(_) if (kind, code) == (DESTINATION_UNREACHABLE, FRAGMENTATION_NEEDED) => false,
            IpAddr::V4(_) => 1u32.checked_shl(kind.into()).is_some_and(|bit| self.types & bit != 0),
            IpAddr::V6(_) => self.types_v6[usize::from(kind >> 7)] >> (kind & 0x7F) & 1 != 0,
        }
    }
}

/// A list of numbers below 256 and of ranges of them, as in `0-1,3-127` (`proc_do_large_bitmap`).
fn bitmap(list: &str) -> Result<[u128; 2], Errno> {
    let mut bits = [0; 2];
    for range in list.trim().split(',').filter(|range| !range.is_empty()) {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let end = |text: &str| text.parse::<u8>().map_err(|_| Errno::EINVAL);
        let (first, last) = (end(first)?, end(last)?);
        if first > last {
            return Err(Errno::EINVAL);
        }
        (first..=last).for_each(|bit| bits[usize::from(bit >> 7)] |= 1u128 << (bit & 0x7F));
    }
    Ok(bits)
}

/// What somebody was told, and when.
#[derive(Clone, Copy, Debug)]
struct Peer {
    tokens: Duration,
    last: Option<Instant>,
    redirects: u32,
}

/// How many messages a node may send now.
#[derive(Debug)]
pub(crate) struct IcmpLimits {
    credit: i64,
    refilled: Option<Instant>,
    peers: Map<IpAddr, Peer>,
    random: Random,
}

impl IcmpLimits {
    /// Nobody was told anything yet; `random` says how much of the credit each message takes, so that nobody can tell
    /// from outside.
    pub(super) fn new(random: Random) -> IcmpLimits {
        IcmpLimits { credit: 0, refilled: None, peers: Map::default(), random }
    }

    /// Whether an error of this type and code may be sent to `to` now, and counts it. What has come by the loopback
    /// interface, and what leaves by it, is `local` in that order.
    pub(super) fn allow(
        &mut self,
        now: Instant,
        sysctls: &IcmpSysctls,
        to: IpAddr,
        message: (u8, u8),
        [comes_locally, goes_locally]: [bool; 2],
    ) -> bool {
        if comes_locally || !sysctls.limits(to, message) {
            return true;
        }
        if !self.has_credit(now, sysctls) {
            return false;
        }
        let interval = sysctls.interval[usize::from(to.is_ipv6())];
        if !goes_locally && !self.peer(now, to).allow(now, interval, BURST) {
            return false;
        }
        self.credit -= self.random.below(3) as i64;
        true
    }

    /// Whether there may be one more message to anybody.
    fn has_credit(&mut self, now: Instant, sysctls: &IcmpSysctls) -> bool {
        if self.credit > 0 {
            return true;
        }
        let second = Duration::from_secs(1);
        let passed = self.refilled.map_or(second, |refilled| now.since(refilled).min(second));
        let more = (u128::from(sysctls.per_second) * passed.as_nanos() / second.as_nanos()) as i64;
        if passed < REFILL || more == 0 {
            return false;
        }
        self.refilled = Some(now);
        self.credit = (self.credit + more).min(sysctls.burst.into());
        true
    }

    fn peer(&mut self, now: Instant, of: IpAddr) -> &mut Peer {
        let counts = |peer: &Peer| peer.last.is_some_and(|last| now.since(last) < FORGOTTEN);
        make_room(&mut self.peers, PEERS_MAX, &of, counts, |peer| peer.last);
        self.peers.entry(of).or_insert(Peer { tokens: Duration::ZERO, last: None, redirects: 0 })
    }

    /// Whether somebody may be told that a router knows no way for his packets (`ip_error`); the message itself counts
    /// once more.
    pub(super) fn allow_no_route(&mut self, now: Instant, to: IpAddr) -> bool {
        self.peer(now, to).allow(now, NO_ROUTE, NO_ROUTE_BURST)
    }

    /// Whether a redirect of IPv6 may be sent to, or about, somebody now (`inet_peer_xrlim_allow`).
    pub(super) fn allow_redirect_v6(&mut self, now: Instant, peer: IpAddr) -> bool {
        self.peer(now, peer).allow(now, Duration::from_secs(1), BURST)
    }

    /// Whether somebody is sent a redirect of IPv4 now, and counts it.
    pub(super) fn allow_redirect(&mut self, now: Instant, to: IpAddr) -> bool {
        let peer = self.peer(now, to);
        let passed = peer.last.map(|last| now.since(last));
        if passed.is_none_or(|passed| passed > REDIRECT_SILENCE) {
            (peer.tokens, peer.redirects) = (Duration::ZERO, 0);
        }
        if peer.redirects >= REDIRECTS_MAX {
            peer.last = Some(now);
            return false;
        }
        let load = REDIRECT_LOAD.saturating_mul(1 << peer.redirects);
        if peer.redirects > 0 && passed.is_some_and(|passed| passed <= load) {
            return false;
        }
        (peer.last, peer.redirects) = (Some(now), peer.redirects + 1);
        true
    }
}

impl Peer {
    /// Takes a token, which there is a new one of after each `interval`, and never more than `burst`.
    fn allow(&mut self, now: Instant, interval: Duration, burst: u32) -> bool {
        let passed = self.last.map_or(FORGOTTEN, |last| now.since(last));
        let tokens = (self.tokens + passed).min(interval * burst);
        self.last = Some(now);
        let left = tokens.checked_sub(interval);
        self.tokens = left.unwrap_or(tokens);
        left.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peers_are_bounded() {
        use core::net::Ipv4Addr;

        let at = |seconds| Instant::ZERO + Duration::from_secs(seconds);
        let address = |number: u32| IpAddr::V4(Ipv4Addr::from_bits(0x0A00_0000 + number));
        let mut limits = IcmpLimits::new(Random::new(1, 1));
        assert!(limits.allow_no_route(at(100), address(9000)));
        for number in 0..5000 {
            assert!(limits.allow_no_route(at(101), address(number)));
        }
        assert_eq!(limits.peers.len(), PEERS_MAX);
        assert!(!limits.peers.contains_key(&address(9000)), "that of longest ago");
        // One that is known makes nobody forgotten, however long ago the others are.
        limits.allow_no_route(at(1000), address(4999));
        assert_eq!(limits.peers.len(), PEERS_MAX);
        limits.allow_no_route(at(1000), address(9000));
        assert_eq!(limits.peers.len(), 2);
    }

    #[test]
    fn lists_of_types() {
        assert_eq!(bitmap("0-1,3-127"), Ok(IcmpSysctls::default().types_v6));
        assert_eq!(bitmap(" 1,129-130\n"), Ok([2, 6]));
        assert_eq!(bitmap(""), Ok([0, 0]));
        for wrong in ["x", "3-1", "256", "1-", "-1"] {
            assert_eq!(bitmap(wrong), Err(Errno::EINVAL), "{wrong}");
        }
    }
}
