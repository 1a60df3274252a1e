//! `ip`: the interface's MTU, and routes with their metrics (ip-link(8), ip-route(8)).

use super::{Node, Shell};
use crate::error::Difference;

/// What a route may say of itself that changes nothing here.
const HARMLESS: [&str; 7] = ["dev", "src", "proto", "scope", "table", "metric", "type"];
/// The metrics that a machine has.
const METRICS: [&str; 10] = [
    "advmss",
    "congctl",
    "fastopen_no_cookie",
    "hoplimit",
    "initcwnd",
    "initrwnd",
    "mtu",
    "quickack",
    "rto_min",
    "window",
];
/// The other metrics. What TCP remembers of a host begins with some of them: nothing of a first connection's depends on
/// that (`tcp_init_metrics`).
const OTHERS: [&str; 6] = ["cwnd", "reordering", "rtt", "rttvar", "ssthresh", "realms"];

impl Shell {
    /// `ip`, as far as it is understood; `None` for the rest.
    pub(super) fn ip(&mut self, arguments: &[&str], node: &mut impl Node) -> Result<Option<()>, Difference> {
        let is_v6 = arguments.contains(&"-6");
        let arguments: Vec<&str> = arguments.iter().filter(|word| !word.starts_with('-')).copied().collect();
        match arguments.as_slice() {
            ["tcp_metrics", "flush" | "delete" | "show", ..] | [.., "show" | "list"] => Ok(Some(())),
            ["link" | "l", "set", .., "mtu", mtu] | ["link" | "l", "set", "mtu", mtu, ..] => {
                match mtu.parse() {
                    Ok(mtu) => node.set_mtu(mtu).map(Some),
                    Err(_) => Ok(None),
                }
            }
            ["link" | "l", "set", .., "up"] => Ok(Some(())),
            ["route" | "ro" | "r", "add" | "change" | "replace" | "append", prefix, route @ ..] => {
                self.route(prefix, route, is_v6, node)
            }
            ["route" | "ro" | "r", "flush", "cache"] => Ok(Some(())),
            _ => Ok(None),
        }
    }

    /// A route to a prefix: names with values.
    fn route(
        &mut self,
        prefix: &str,
        route: &[&str],
        is_v6: bool,
        node: &mut impl Node,
    ) -> Result<Option<()>, Difference> {
        let prefix = match prefix {
            "default" if is_v6 => "::/0".to_owned(),
            "default" => "0.0.0.0/0".to_owned(),
            network if network.contains('/') => network.to_owned(),
            host if host.contains(':') => format!("{host}/128"),
            host => format!("{host}/32"),
        };
        let mut metrics: Vec<&str> = Vec::new();
        let (mut told, mut router) = (Vec::new(), None);
        let mut words = route.iter().copied().peekable();
        while let Some(name) = words.next() {
            if name == "onlink" {
                continue;
            }
            let lock = words.next_if_eq(&"lock");
            let Some(value) = words.next() else { return Ok(None) };
            let is_metric = METRICS.contains(&name) || (name, value) == ("features", "ecn");
            if is_metric && (lock.is_none() || name == "mtu") {
                metrics.extend([Some(name), lock, Some(value)].into_iter().flatten());
            } else if is_metric || OTHERS.contains(&name) || name == "features" {
                let words: Vec<&str> = [Some(name), lock, Some(value)].into_iter().flatten().collect();
                told.push(format!("`ip route … {}`", words.join(" ")));
            } else if name == "via" {
                router = Some(value);
            } else if !HARMLESS.contains(&name) {
                return Ok(None);
            }
        }
        node.set_route(&prefix, router, &metrics.join(" "))?;
        self.without_effect.extend(told);
        Ok(Some(()))
    }
}
