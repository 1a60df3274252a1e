//! What a gateway connects, and its limits.

use core::net::SocketAddr;
use core::time::Duration;

use anysock::InterfaceName;

use super::queue::Limits;

/// What a gateway connects, and its limits. Begin with [`Config::default`], which connects nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Config {
    /// The CAN interfaces.
    pub buses: Vec<InterfaceName>,
    /// Where to listen for socketcand clients over TCP.
    pub tcp: Vec<SocketAddr>,
    /// On which RFCOMM channel, 1 to 30, to listen for socketcand clients over Bluetooth.
    pub rfcomm: Option<u8>,
    /// cannelloni peers.
    pub cannelloni: Vec<PeerConfig>,
    /// Where to announce the gateway.
    pub beacon: Option<BeaconConfig>,
    /// The most clients at once; more are refused with an error.
    pub max_clients: usize,
    /// How long no frame is sent after an `< ok >`, because clients want to receive that alone.
    pub hold_off: Duration,
    /// Frames that wait for a client. Beyond this the oldest are dropped.
    pub to_client: Limits,
    /// Frames that wait for a bus, of one client. Beyond the age the oldest are dropped; while the length is
    /// reached, nothing is read from the client, so that TCP and RFCOMM hold it back. From a cannelloni peer,
    /// which cannot be held back, the oldest are dropped.
    pub to_bus: Limits,
    /// How long to wait after a bus's own queue was full (ENOBUFS): no event says when there is room.
    pub pace: Duration,
    /// How long to wait before the first attempt to reopen a bus that has gone away; doubled each time.
    pub reopen_first: Duration,
    /// The longest wait between attempts to reopen a bus.
    pub reopen_most: Duration,
    /// TCP keepalive: how long a client is silent before it is probed, and between the probes; after three
    /// unanswered ones the connection is closed. So it is where frames are not acknowledged for that long.
    pub keepalive: Duration,
    /// How often to report statistics; `None` never.
    pub report: Option<Duration>,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            buses: Vec::new(),
            tcp: Vec::new(),
            rfcomm: None,
            cannelloni: Vec::new(),
            beacon: None,
            max_clients: 64,
            hold_off: Duration::from_millis(50),
            to_client: Limits { length: 4096, age: Duration::from_secs(2) },
            to_bus: Limits { length: 256, age: Duration::from_millis(500) },
            pace: Duration::from_millis(2),
            reopen_first: Duration::from_millis(100),
            reopen_most: Duration::from_secs(2),
            keepalive: Duration::from_secs(10),
            report: None,
        }
    }
}

/// A cannelloni peer: its frames go to a bus, and the bus's frames to it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PeerConfig {
    /// The bus.
    pub bus: InterfaceName,
    /// The gateway's own address.
    pub local: SocketAddr,
    /// The peer's address; datagrams from elsewhere are dropped.
    pub remote: SocketAddr,
    /// How long a frame waits for others to fill the datagram.
    pub delay: Duration,
}

/// How the gateway announces itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BeaconConfig {
    /// Where to: a broadcast address, usually, and port 42000.
    pub destination: SocketAddr,
    /// How often: clients wait 3 seconds for it.
    pub interval: Duration,
    /// The machine's name.
    pub name: String,
    /// A description for people.
    pub description: String,
}
