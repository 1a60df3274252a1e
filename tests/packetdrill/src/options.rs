//! The options of a script (`--name=value`), as packetdrill knows them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use anysock::Family;

use crate::cursor::Definition;
use crate::error::Difference;
use crate::machine::SetUp;
use crate::script::{Script, ScriptOption};
use crate::{Persona, Target};

/// Which addresses the sockets have, and which the packets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum IpVersion {
    V4,
    V4MappedV6,
    V6,
}

/// The options of a script.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    version: IpVersion,
    local: Option<IpAddr>,
    remote: Option<IpAddr>,
    gateway: Option<IpAddr>,
    prefix_length: Option<u8>,
    mtu: u16,
    pub(crate) bind_port: u16,
    pub(crate) connect_port: u16,
    /// Whose dialect the script is in.
    pub(crate) persona: Persona,
    /// `--mss`: how much text the segments have from which the interface makes larger ones.
    receive_offload: Option<u16>,
    /// How far from its time something may happen.
    pub(crate) tolerance: Duration,
    /// `--non_fatal`: what differs in packets, or in the answers of calls, ends nothing.
    pub(crate) tolerated_packets: bool,
    pub(crate) tolerated_calls: bool,
    /// Text that is cut differently than expected is another text.
    pub(crate) strict_segments: bool,
    /// The script is only read.
    pub(crate) dry_run: bool,
    /// How far from its time something may happen, in millionths of the time since what came before.
    pub(crate) tolerance_of_interval: u32,
    /// How much later than that, in thousandths of the same time.
    pub(crate) lateness_of_interval: u32,
    /// Options that change nothing here, where a script may depend on them.
    pub(crate) without_effect: Vec<String>,
    /// Shell scripts that run before the script.
    pub(crate) init_scripts: Vec<String>,
    /// How long a tick of the timestamps takes, where their values are compared.
    pub(crate) timestamp_tick: Option<Duration>,
}

/// What the names stand for that the suites' own runners define for every script, by version: Fast Open's cookies
/// of the usual addresses under the usual keys, and how errors are delivered.
const USUAL_DEFINITIONS: [(&str, [&str; 3]); 4] = [
    ("TFO_COOKIE", ["3021b9d889017eeb", "3021b9d889017eeb", "c1d1e9742a47a9bc"]),
    ("TFO_COOKIE_ZERO", ["b7c12350a90dc8f5", "b7c12350a90dc8f5", "82af1a8f9a205c34"]),
    ("CMSG_LEVEL_IP", ["SOL_IP", "SOL_IPV6", "SOL_IPV6"]),
    ("CMSG_TYPE_RECVERR", ["IP_RECVERR", "IPV6_RECVERR", "IPV6_RECVERR"]),
];

/// What names stand for: the usual ones, and those of `--define NAME=VALUE`, of which the last counts.
pub(crate) fn definitions(options: &[ScriptOption]) -> Vec<Definition> {
    let version = options.iter().rev().find(|option| option.name == "ip_version");
    let version = match version.map(|option| option.value.as_str()) {
        Some("ipv4-mapped-ipv6") => 1,
        Some("ipv6") => 2,
        _ => 0,
    };
    let usual =
        USUAL_DEFINITIONS.iter().map(|(name, values)| ((*name).to_owned(), values[version].to_owned()));
    let own = options.iter().filter(|option| option.name == "define");
    let own = own.filter_map(|option| option.value.split_once('='));
    usual.chain(own.map(|(name, value)| (name.to_owned(), value.to_owned()))).collect()
}

/// Options that change something here.
const WITH_EFFECT: [&str; 19] = [
    "ip_version",
    "local_ip",
    "remote_ip",
    "gateway_ip",
    "netmask_ip",
    "mtu",
    "mss",
    "bind_port",
    "connect_port",
    "tolerance_usecs",
    "tolerance_percent",
    "tcp_ts_tick_usecs",
    "non_fatal",
    "strict_segments",
    "dry_run",
    "init_scripts",
    "code_format",
    "code_sockopt",
    "define",
];

/// Options that say how packetdrill itself works: they mean nothing here, and change nothing.
const WITHOUT_MEANING: [&str; 12] = [
    "verbose",
    "debug",
    "no_cleanup",
    "speed",
    "ttl",
    "code_command",
    "send_omit_free",
    "is_anyip",
    "tcp_ts_ecr_scaled",
    "persistent_tun_dev",
    "so_flags",
    "tun_dev",
];

/// Options that cannot be had, so that what a script sees may not be what it was written for: the machine and its peer
/// are one process here (`wire_…`), calls are made by a backend and not by a library that is loaded, and packets in
/// UDP say so themselves.
const WITHOUT_EFFECT: [&str; 11] = [
    "wire_client",
    "wire_server",
    "wire_client_dev",
    "wire_server_dev",
    "wire_server_ip",
    "wire_server_port",
    "so_filename",
    "local_linklocal_ip",
    "remote_linklocal_ip",
    "udp_encaps",
    "udp_encapsulation",
];

/// Socket options whose fields code finds.
const CODE_OPTIONS: [&str; 3] = ["TCP_INFO", "TCP_CC_INFO", "SO_MEMINFO"];

/// The ones that a mask begins with, which has to be nothing else.
fn prefix_length(mask: Ipv4Addr) -> Option<u8> {
    let ones = mask.to_bits().leading_ones();
    (mask.to_bits().count_ones() == ones).then_some(ones as u8)
}

/// Whether a switch is on: it is without a value.
fn is_set(value: &str) -> Option<bool> {
    match value {
        "" | "1" | "true" => Some(true),
        "0" | "false" => Some(false),
        _ => None,
    }
}

impl Options {
    /// The options of a script that is run against `target`.
    pub(crate) fn of(
        script: &Script,
        persona: Persona,
        target: Target,
    ) -> Result<Options, (usize, Difference)> {
        let mut options = Options {
            version: IpVersion::V4,
            local: None,
            remote: None,
            gateway: None,
            prefix_length: None,
            mtu: 1500,
            bind_port: 8080,
            connect_port: 8080,
            persona,
            receive_offload: None,
            tolerance: target.tolerance(),
            timestamp_tick: None,
            tolerated_packets: false,
            tolerated_calls: false,
            strict_segments: false,
            dry_run: false,
            tolerance_of_interval: 0,
            lateness_of_interval: target.lateness_of_interval(),
            without_effect: Vec::new(),
            init_scripts: Vec::new(),
        };
        for option in &script.options {
            options.set(&option.name, &option.value).map_err(|difference| (option.line, difference))?;
        }
        Ok(options)
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), Difference> {
        if WITHOUT_MEANING.contains(&name) {
            return Ok(());
        }
        let given = format!("--{name}={value}");
        let known = self.set_known(name, value).ok_or_else(|| Difference::Unsupported(given.clone()))?;
        if !known {
            self.without_effect.push(given);
        }
        Ok(())
    }

    /// Whether packetdrill has an option of this name.
    pub(crate) fn has(name: &str) -> bool {
        [&WITH_EFFECT[..], &WITHOUT_MEANING, &WITHOUT_EFFECT].concat().contains(&name)
    }

    /// Returns whether the option has an effect here; `None` where there is no such option, or the value is none of
    /// its.
    fn set_known(&mut self, name: &str, value: &str) -> Option<bool> {
        match name {
            "ip_version" => {
                self.version = match value {
                    "ipv4" => IpVersion::V4,
                    "ipv4-mapped-ipv6" => IpVersion::V4MappedV6,
                    "ipv6" => IpVersion::V6,
                    _ => return None,
                }
            }
            "local_ip" => self.local = Some(value.parse().ok()?),
            "remote_ip" => self.remote = Some(value.split('/').next()?.parse().ok()?),
            "gateway_ip" => self.gateway = Some(value.parse().ok()?),
            "netmask_ip" => self.prefix_length = Some(prefix_length(value.parse().ok()?)?),
            "mtu" => self.mtu = value.parse().ok()?,
            "mss" => self.receive_offload = Some(value.parse().ok()?),
            "bind_port" => self.bind_port = value.parse().ok()?,
            "connect_port" => self.connect_port = value.parse().ok()?,
            "tolerance_usecs" => {
                self.tolerance = self.tolerance.max(Duration::from_micros(value.parse().ok()?));
            }
            "tolerance_percent" => {
                let percent: f64 = value.parse().ok()?;
                self.tolerance_of_interval =
                    (0.0..=100.0).contains(&percent).then_some((percent * 1e4) as u32)?;
            }
            "tcp_ts_tick_usecs" => {
                let tick = Duration::from_micros(value.parse().ok()?);
                self.timestamp_tick = Some(tick).filter(|tick| !tick.is_zero());
            }
            "non_fatal" => {
                for what in value.split(',') {
                    match what {
                        "packet" | "packets" => self.tolerated_packets = true,
                        "syscall" | "syscalls" => self.tolerated_calls = true,
                        _ => return None,
                    }
                }
            }
            "strict_segments" => self.strict_segments = is_set(value)?,
            "dry_run" => self.dry_run = is_set(value)?,
            "init_scripts" => self.init_scripts = value.split(',').map(str::to_owned).collect(),
            // Code is read here, whatever else could run it.
            "code_format" if value == "python" => {}
            "code_sockopt" if value.split(['|', ',']).all(|option| CODE_OPTIONS.contains(&option)) => {}
            // `definitions` has them.
            "define" if value.contains('=') => {}
            name if WITHOUT_EFFECT.contains(&name) => return Some(false),
            _ => return None,
        }
        Some(true)
    }

    /// The machine that the script wants.
    pub(crate) fn set_up(&self) -> SetUp {
        let own = |v4: &str, v6: &str| {
            let text = if self.version == IpVersion::V6 { v6 } else { v4 };
            text.parse().unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED))
        };
        SetUp {
            local: self.local.unwrap_or_else(|| own("192.168.0.1", "fd3d:a0b:17d6::1")),
            prefix_length: match self.version {
                IpVersion::V6 => 48,
                IpVersion::V4 | IpVersion::V4MappedV6 => self.prefix_length.unwrap_or(16),
            },
            gateway: self.gateway.unwrap_or_else(|| own("192.168.0.2", "fd3d:a0b:17d6:8888::1")),
            remote: self.remote.unwrap_or_else(|| own("192.0.2.1", "fd3d:fa7b:d17d::1")),
            mtu: self.mtu,
            receive_offload: self.receive_offload,
            persona: self.persona,
        }
    }

    /// The family of a socket of which the script says `...`.
    pub(crate) fn family(&self) -> Family {
        if self.version == IpVersion::V4 { Family::INET } else { Family::INET6 }
    }

    /// An address as the script's sockets have it.
    pub(crate) fn socket_address(&self, address: SocketAddr) -> SocketAddr {
        match (self.version, address.ip()) {
            (IpVersion::V4MappedV6, IpAddr::V4(ip)) => {
                SocketAddr::new(ip.to_ipv6_mapped().into(), address.port())
            }
            _ => address,
        }
    }
}
