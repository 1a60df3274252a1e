//! Announces the gateway by beacons.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use core::time::Duration;

use anysock::{Deadline, Error, Instant, Interfaces, UdpSocket, option};

use super::config::{BeaconConfig, Config};
use super::error::GatewayError;
use crate::socketcand::beacon::Beacon;

/// Sends beacons.
#[derive(Debug)]
pub(super) struct Announcer<B: Interfaces> {
    socket: UdpSocket<B>,
    datagram: String,
    interval: Duration,
    next: Instant,
}

impl<B: Interfaces> Announcer<B> {
    pub(super) fn new(
        backend: &B,
        beacon: &BeaconConfig,
        config: &Config,
    ) -> Result<Announcer<B>, GatewayError> {
        let socket = connect(backend, beacon.destination);
        let socket = socket.map_err(|error| GatewayError::Udp(beacon.destination.to_string(), error))?;
        let listening = config.tcp.first();
        // A listener on every address is reached on the one that beacons come from.
        let url = match listening {
            Some(address) if !address.ip().is_unspecified() => format!("can://{address}"),
            Some(address) => {
                let own = socket.local_addr().map_or(address.ip(), |own| own.ip());
                format!("can://{}", SocketAddr::new(own, address.port()))
            }
            None => String::new(),
        };
        let buses: Vec<_> = config.buses.iter().map(ToString::to_string).collect();
        let (name, description) = (&beacon.name[..], &beacon.description[..]);
        let datagram = Beacon { name, description, url: &url, buses: &buses }.to_string();
        Ok(Announcer { socket, datagram, interval: beacon.interval, next: backend.now() })
    }

    /// When the next beacon is due.
    pub(super) fn deadline(&self) -> Deadline {
        Deadline::at(self.next)
    }

    /// Sends a beacon where one is due. One that the network does not take is lost; the next follows soon.
    pub(super) fn turn(&mut self, now: Instant) {
        if self.next <= now {
            self.next = now + self.interval;
            let _ = self.socket.send(self.datagram.as_bytes());
        }
    }
}

/// A socket whose own address is the one that `destination` sees.
fn connect<B: Interfaces>(backend: &B, destination: SocketAddr) -> Result<UdpSocket<B>, Error> {
    let any = match destination {
        SocketAddr::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        SocketAddr::V6(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    };
    let mut socket = UdpSocket::bind(backend.clone(), &SocketAddr::new(any, 0))?;
    socket.socket_mut().set_blocking(false);
    socket.set(option::socket::Broadcast, true)?;
    socket.connect(&destination)?;
    Ok(socket)
}
