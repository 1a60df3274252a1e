//! The command line.

use core::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use core::time::Duration;
use std::path::PathBuf;
use std::process::ExitCode;

use anysock::InterfaceName;
use anysock_examples::gateway::{BeaconConfig, Config, PeerConfig};
use anysock_examples::socketcand::beacon;
use clap::Parser;

use crate::status::say;

/// How long a frame to a cannelloni peer waits for others to fill the datagram.
const CANNELLONI_DELAY: Duration = Duration::from_millis(5);
/// The TCP port of socketcand.
const PORT: u16 = 29_536;
/// How often the status line is written.
const STATUS: Duration = Duration::from_secs(1);

/// A CAN gateway: carries frames between CAN buses and clients that speak the socketcand protocol over TCP or
/// Bluetooth, or cannelloni over UDP.
///
/// Without --can it runs in a simulator, with nothing but a real TCP port for real clients: a 500 kbit/s CAN
/// bus "can0" (2 Mbit/s for the data of FD frames) on which an engine, brakes and a battery pack talk and
/// answer OBD-II requests (7DF, 7E0 to 7E2), and a phone that is connected over a Bluetooth link. Try it with
/// python-can: can.Bus(interface="socketcand", host="127.0.0.1", port=29536, channel="can0").
///
/// With --can it is the same gateway on the interfaces of this machine.
#[derive(Parser, Debug)]
#[command(name = "gateway", version, verbatim_doc_comment)]
pub(crate) struct Options {
    /// A CAN interface of this machine; may be given several times
    #[arg(long, value_name = "INTERFACE")]
    pub(crate) can: Vec<InterfaceName>,

    /// Where to listen for socketcand clients over TCP; may be given several times [default: 127.0.0.1:29536]
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Vec<SocketAddr>,

    /// Also listen for socketcand clients over Bluetooth, on this RFCOMM channel
    #[arg(long, value_name = "CHANNEL", value_parser = clap::value_parser!(u8).range(1..=30))]
    rfcomm: Option<u8>,

    /// Also exchange the frames of a bus with a cannelloni peer over UDP: from this address of ours, with
    /// that of the peer; may be given several times
    #[arg(long, verbatim_doc_comment, value_name = "BUS=LOCAL:PORT,REMOTE:PORT", value_parser = peer)]
    cannelloni: Vec<PeerConfig>,

    /// Also announce the gateway to this address, usually a broadcast address, by a beacon every 3 seconds
    /// [default port: 42000]
    #[arg(long, verbatim_doc_comment, value_name = "ADDRESS[:PORT]", value_parser = destination)]
    beacon: Option<SocketAddr>,

    /// How long clients receive no frame after an "< ok >", which python-can wants to receive alone
    #[arg(long, value_name = "DURATION", value_parser = duration, default_value = "50ms")]
    pub(crate) hold_off: Duration,

    /// Simulator: play this candump log (candump -l) onto the bus
    #[arg(long, value_name = "FILE", conflicts_with = "can")]
    pub(crate) candump: Option<PathBuf>,

    /// Simulator: everything random comes from this number
    #[arg(long, value_name = "NUMBER", conflicts_with = "can", default_value = "1")]
    pub(crate) seed: u64,

    /// Simulator: run for this long of virtual time, clients included, without any real socket; then print a
    /// summary and the hash of all that passed, which is the same each time
    #[arg(long, verbatim_doc_comment, value_name = "DURATION", value_parser = duration)]
    #[arg(conflicts_with_all = ["can", "listen"])]
    pub(crate) duration: Option<Duration>,

    /// Simulator: write what passes on every link to this file, for Wireshark
    #[arg(long, value_name = "FILE", conflicts_with = "can")]
    pub(crate) pcap: Option<PathBuf>,
}

impl Options {
    /// The command line's options; or help, or what is wrong in one line, printed, and the exit code.
    pub(crate) fn read() -> Result<Options, ExitCode> {
        Options::try_parse().and_then(Options::checked).map_err(|error| {
            if !error.use_stderr() {
                // Help or version. A closed standard output leaves nobody to tell.
                let _ = error.print();
                return ExitCode::SUCCESS;
            }
            let text = error.to_string();
            let lines: Vec<_> = text.lines().take_while(|line| !line.is_empty()).map(str::trim).collect();
            let line = lines.join(" ");
            say(format_args!("gateway: {} (see gateway --help)", line.trim_start_matches("error: ")));
            ExitCode::from(2)
        })
    }

    /// The options, provided that they go together.
    fn checked(self) -> Result<Options, clap::Error> {
        let given = [
            ("--rfcomm", self.rfcomm.is_some()),
            ("--cannelloni", !self.cannelloni.is_empty()),
            ("--beacon", self.beacon.is_some()),
        ];
        match given.into_iter().find(|(_, given)| *given && self.can.is_empty()) {
            Some((option, _)) => {
                let kind = clap::error::ErrorKind::MissingRequiredArgument;
                Err(clap::Error::raw(
                    kind,
                    format!("{option} is for real interfaces: it wants --can <INTERFACE>\n"),
                ))
            }
            None => Ok(self),
        }
    }

    /// Where to listen for clients over TCP.
    pub(crate) fn listen(&self) -> Vec<SocketAddr> {
        match self.listen.as_slice() {
            [] => vec![SocketAddr::from((Ipv4Addr::LOCALHOST, PORT))],
            given => given.to_vec(),
        }
    }

    /// The gateway that the options describe, on this machine.
    pub(crate) fn config(&self) -> Config {
        let beacon = self.beacon.map(|destination| BeaconConfig {
            destination,
            interval: Duration::from_secs(3),
            name: host_name(),
            description: "anysock CAN gateway".into(),
        });
        Config {
            buses: self.can.clone(),
            tcp: self.listen(),
            rfcomm: self.rfcomm,
            cannelloni: self.cannelloni.clone(),
            beacon,
            hold_off: self.hold_off,
            report: Some(STATUS),
            ..Config::default()
        }
    }
}

fn host_name() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    if name.trim().is_empty() { "gateway".into() } else { name.trim().into() }
}

/// A number with a unit: `500us`, `50ms`, `60s`, `2m`, `1h`.
fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let micros: u64 = match unit {
        "us" => 1,
        "ms" => 1_000,
        "s" => 1_000_000,
        "m" => 60_000_000,
        "h" => 3_600_000_000,
        _ => return Err("a duration is a number and a unit (us, ms, s, m, h), such as 50ms".into()),
    };
    let number: u64 = number.parse().map_err(|_| "a duration is a number and a unit, such as 60s")?;
    number.checked_mul(micros).map(Duration::from_micros).ok_or("that is too long".into())
}

fn destination(text: &str) -> Result<SocketAddr, String> {
    let address = text.parse::<SocketAddr>();
    let without_port = text.parse::<Ipv4Addr>().map(|ip| SocketAddrV4::new(ip, beacon::PORT).into());
    address.or(without_port).map_err(|_| "an address is such as 192.168.0.255 or 192.168.0.255:42000".into())
}

fn peer(text: &str) -> Result<PeerConfig, String> {
    let parse = || {
        let (bus, addresses) = text.split_once('=')?;
        let (local, remote) = addresses.split_once(',')?;
        Some(PeerConfig {
            bus: bus.parse().ok()?,
            local: local.parse().ok()?,
            remote: remote.parse().ok()?,
            delay: CANNELLONI_DELAY,
        })
    };
    parse().ok_or_else(|| "a peer is such as can0=0.0.0.0:20000,192.168.0.2:20000".into())
}
