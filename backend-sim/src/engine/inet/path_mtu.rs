//! What is known of the largest packet on the way to somebody (RFC 1191, RFC 8201; net/ipv4/route.c).

use alloc::collections::BTreeMap;
use core::net::IpAddr;
use core::time::Duration;

use anysock::Instant;

/// net.ipv4.route.mtu_expires, net.ipv6.route.mtu_expires.
const LIFETIME: Duration = Duration::from_secs(600);
/// net.ipv4.route.min_pmtu.
const LEAST_IPV4: u32 = 552;
/// IPV6_MIN_MTU.
pub(super) const LEAST_IPV6: u32 = 1280;

/// The path MTUs that ICMP has told.
#[derive(Debug, Default)]
pub(crate) struct PathMtu(BTreeMap<IpAddr, (u32, Instant)>);

impl PathMtu {
    /// What is known of the way to `destination`, in bytes.
    pub(super) fn get(&self, now: Instant, destination: IpAddr) -> Option<u32> {
        if self.0.is_empty() {
            return None;
        }
        let (mtu, since) = self.0.get(&destination)?;
        (now.since(*since) < LIFETIME).then_some(*mtu)
    }

    /// ICMP says that packets to `destination` may have `mtu` bytes. Too little is not believed.
    pub(super) fn learn(&mut self, now: Instant, destination: IpAddr, mtu: u32) {
        let least = if destination.is_ipv4() { LEAST_IPV4 } else { LEAST_IPV6 };
        self.0.insert(destination, (mtu.max(least), now));
    }
}
