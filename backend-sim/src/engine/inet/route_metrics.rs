//! What a route says of the connections that take it: the metrics of ip-route(8) (`fib_metrics` of net/ipv4/metrics.c,
//! and who asks for them with `dst_metric`).
//!
//! ```
//! use anysock_sim::World;
//!
//! let mut world = World::new(7);
//! let node = world.node("server");
//! let tun = node.tun("tun0", "192.0.2.1/24", 1500)?;
//! tun.add_route("0.0.0.0/0")?;
//! // Connections to behind the router begin with four segments, and wait 10 ms more than a round trip at the least.
//! node.set_route_metrics("0.0.0.0/0", "initcwnd 4 rto_min 10ms")?;
//! # Ok::<(), anysock::Errno>(())
//! ```

use core::net::IpAddr;
use core::num::NonZeroU8;
use core::str::FromStr;
use core::time::Duration;

use anysock::Errno;
use anysock::tcp::{Config, CongestionAlgorithm, EcnNegotiation};

use super::tcp_sysctls::congestion_algorithm;
use crate::engine::node::{Node, NodeId};
use crate::engine::{Engine, InetPrefix};

/// The metrics of a route; those of a route that has none are the default.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct RouteMetrics {
    /// The largest packet, whatever the interface takes.
    pub(super) mtu: Option<u16>,
    /// ICMP does not change that, and nothing forbids fragments.
    pub(super) mtu_is_locked: bool,
    /// What a SYN announces as the largest segment.
    advertised_segment_size: Option<u16>,
    /// TCP_WINDOW_CLAMP of a connection that has none.
    pub(super) window: i32,
    /// The time to live, or the hop limit, of packets that say nothing else.
    pub(super) hop_limit: Option<NonZeroU8>,
    initial_window: Option<NonZeroU8>,
    initial_receive_window: Option<NonZeroU8>,
    minimum_retransmission_timeout: Option<Duration>,
    quick_acknowledgments: bool,
    pub(super) congestion_control: Option<CongestionAlgorithm>,
    ecn: bool,
    pub(super) fast_open_without_cookie: bool,
}

impl FromStr for RouteMetrics {
    type Err = Errno;

    /// In the words of ip-route(8): `initcwnd 4 mtu lock 1400 features ecn`.
    ///
    /// # Errors
    /// `EINVAL` for a value that cannot be one, `ENOENT` for a congestion control that is not there, `EOPNOTSUPP` for a
    /// metric that changes nothing here.
    fn from_str(text: &str) -> Result<Self, Errno> {
        /// `fip_metrics`: no segment is larger.
        const LARGEST_SEGMENT: u16 = 65_535 - 40;
        let mut metrics = RouteMetrics::default();
        let mut words = text.split_ascii_whitespace();
        while let Some(name) = words.next() {
            let mut value = words.next().ok_or(Errno::EINVAL)?;
            if name == "mtu" && value == "lock" {
                metrics.mtu_is_locked = true;
                value = words.next().ok_or(Errno::EINVAL)?;
            }
            match name {
                "mtu" => metrics.mtu = Some(number(value)?.min(u16::MAX.into()) as u16),
                "advmss" => {
                    let size = number(value)?.min(LARGEST_SEGMENT.into()) as u16;
                    metrics.advertised_segment_size = Some(size).filter(|size| *size != 0);
                }
                "window" => metrics.window = number(value)?.min(i32::MAX as u32) as i32,
                // As fib_metrics bounds it.
                "hoplimit" => metrics.hop_limit = at_most_255(value)?,
                "initcwnd" => metrics.initial_window = at_most_255(value)?,
                "initrwnd" => metrics.initial_receive_window = at_most_255(value)?,
                "rto_min" => metrics.minimum_retransmission_timeout = Some(time(value)?),
                "quickack" => metrics.quick_acknowledgments = number(value)? != 0,
                "congctl" => metrics.congestion_control = Some(congestion_algorithm(value)?),
                "features" if value == "ecn" => metrics.ecn = true,
                "fastopen_no_cookie" => metrics.fast_open_without_cookie = number(value)? != 0,
                _ => return Err(Errno::EOPNOTSUPP),
            }
        }
        Ok(metrics)
    }
}

fn number(text: &str) -> Result<u32, Errno> {
    text.parse().map_err(|_| Errno::EINVAL)
}

/// More is as much; zero is none.
fn at_most_255(text: &str) -> Result<Option<NonZeroU8>, Errno> {
    number(text).map(|number| NonZeroU8::new(number.min(u8::MAX.into()) as u8))
}

/// `200`, `200ms`, `1s`: without a unit, milliseconds.
fn time(text: &str) -> Result<Duration, Errno> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    let number = number(digits)?;
    match unit {
        "" | "ms" | "msec" | "msecs" => Ok(Duration::from_millis(number.into())),
        "s" | "sec" | "secs" => Ok(Duration::from_secs(number.into())),
        _ => Err(Errno::EINVAL),
    }
}

impl RouteMetrics {
    /// Gives the settings of a connection that begins over the route what is said here of them.
    pub(super) fn apply(&self, config: &mut Config) {
        if let Some(size) = self.advertised_segment_size {
            config.send_maximum_segment_size = Some(config.maximum_segment_size);
            config.maximum_segment_size = size;
        }
        if let Some(segments) = self.initial_window {
            config.initial_window = segments.get();
        }
        config.initial_receive_window = self.initial_receive_window;
        if let Some(least) = self.minimum_retransmission_timeout {
            config.minimum_retransmission_timeout = least;
            // A tick less than the peer's would be at the least (tcp_delack_max).
            let tick = Duration::from_millis(1);
            let most = least.max(2 * tick).saturating_sub(tick);
            config.delayed_acknowledgment = config.delayed_acknowledgment.min(most);
        }
        if self.quick_acknowledgments {
            config.quick_acknowledgments = u8::MAX;
        }
        if self.ecn {
            // As the setting 1 does, or 4 (tcp_ecn_send_syn).
            config.ecn = match config.ecn {
                EcnNegotiation::Off | EcnNegotiation::Accept => EcnNegotiation::Request,
                EcnNegotiation::AcceptAccurate => EcnNegotiation::AcceptAccurateRequestClassic,
                asked => asked,
            };
        }
    }
}

impl Node {
    /// The metrics of the route to somebody; those of a network of the node's own are the default.
    #[inline]
    pub(super) fn route_metrics(&self, to: IpAddr) -> RouteMetrics {
        if self.routes.iter().all(|route| route.metrics == RouteMetrics::default()) {
            return RouteMetrics::default();
        }
        match self.route(to) {
            Ok((route, _)) if !self.is_local(to) && !self.is_on_link(route.interface, to) => {
                self.static_route(to).map_or(RouteMetrics::default(), |(route, ..)| route.metrics)
            }
            _ => RouteMetrics::default(),
        }
    }
}

impl Engine {
    /// Gives the routes of a node to a prefix metrics in the words of ip-route(8), in place of those that they had, as
    /// `ip route change PREFIX … METRICS` does: `mtu`, also with `lock`, `advmss`, `window`, `hoplimit`, `initcwnd` and
    /// `initrwnd` (255 at most), `rto_min`, `quickack`, `congctl`, `features ecn` and `fastopen_no_cookie`. Connections
    /// that begin from now on have them.
    ///
    /// # Errors
    /// `ENOENT` where there is no such route, or no such congestion control, `EINVAL` for a value that cannot be one,
    /// `EOPNOTSUPP` for another metric.
    pub fn set_route_metrics(
        &mut self,
        node: NodeId,
        prefix: InetPrefix,
        metrics: &str,
    ) -> Result<(), Errno> {
        let metrics = metrics.parse()?;
        let node = self.node_mut(node);
        let mut found = Err(Errno::ENOENT);
        for route in node.routes.iter_mut().filter(|route| route.prefix == prefix) {
            (route.metrics, found) = (metrics, Ok(()));
        }
        node.interfaces.paths.forget();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_read_in_the_words_of_ip_route() {
        let read = |text: &str| text.parse::<RouteMetrics>();
        let metrics = read("mtu lock 1400 rto_min 1s hoplimit 300 congctl reno").unwrap();
        assert_eq!((metrics.mtu, metrics.mtu_is_locked), (Some(1400), true));
        assert_eq!(metrics.minimum_retransmission_timeout, Some(Duration::from_secs(1)));
        assert_eq!(metrics.hop_limit, NonZeroU8::new(255));
        assert_eq!(metrics.congestion_control, Some(CongestionAlgorithm::NewReno));
        for (text, errno) in [
            ("initcwnd", Errno::EINVAL),
            ("initcwnd -1", Errno::EINVAL),
            ("rto_min 1h", Errno::EINVAL),
            ("congctl nothing", Errno::ENOENT),
            ("ssthresh 10", Errno::EOPNOTSUPP),
        ] {
            assert_eq!(read(text), Err(errno), "{text}");
        }
        assert_eq!(read("initcwnd 0"), Ok(RouteMetrics::default()));
    }
}
