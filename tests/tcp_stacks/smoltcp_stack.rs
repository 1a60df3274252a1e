//! A host on smoltcp.

use std::net::Ipv4Addr;

use anysock::Instant;
use smoltcp::iface::{Config, Interface, SocketHandle, SocketSet};
use smoltcp::phy::{self, ChecksumCapabilities, Device, DeviceCapabilities, Medium};
use smoltcp::socket::tcp::{CongestionControl, RecvError, Socket, SocketBuffer, State};
use smoltcp::wire::{HardwareAddress, IpAddress, IpCidr};

use super::packets::Packets;
use super::{Features, SERVER, SERVER_PORT, Settings, Stack};

pub(crate) struct Host {
    interface: Interface,
    sockets: SocketSet<'static>,
    socket: SocketHandle,
    mtu: u16,
}

/// Both directions of the wire during one poll.
struct Wire<'a> {
    arrived: &'a mut Packets,
    leaving: &'a mut Packets,
    mtu: u16,
}

struct Arrived<'a>(&'a mut Packets);

struct Leaving<'a>(&'a mut Packets);

impl phy::RxToken for Arrived<'_> {
    fn consume<R, F: FnOnce(&[u8]) -> R>(self, use_packet: F) -> R {
        let result = use_packet(self.0.front().unwrap_or_default());
        self.0.pop();
        result
    }
}

impl phy::TxToken for Leaving<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, length: usize, fill: F) -> R {
        let result = fill(&mut self.0.vacant()[..length]);
        self.0.push(length);
        result
    }
}

impl Device for Wire<'_> {
    type RxToken<'a>
        = Arrived<'a>
    where
        Self: 'a;
    type TxToken<'a>
        = Leaving<'a>
    where
        Self: 'a;

    fn receive(&mut self, _: smoltcp::time::Instant) -> Option<(Arrived<'_>, Leaving<'_>)> {
        let is_possible = !self.arrived.is_empty() && !self.leaving.is_full();
        is_possible.then_some((Arrived(&mut *self.arrived), Leaving(&mut *self.leaving)))
    }

    fn transmit(&mut self, _: smoltcp::time::Instant) -> Option<Leaving<'_>> {
        (!self.leaving.is_full()).then_some(Leaving(&mut *self.leaving))
    }

    fn capabilities(&self) -> DeviceCapabilities {
        capabilities(self.mtu)
    }
}

/// Every checksum is computed and verified.
fn capabilities(mtu: u16) -> DeviceCapabilities {
    let mut capabilities = DeviceCapabilities::default();
    capabilities.medium = Medium::Ip;
    capabilities.max_transmission_unit = usize::from(mtu);
    capabilities.checksum = ChecksumCapabilities::default();
    capabilities
}

fn instant(now: Instant) -> smoltcp::time::Instant {
    smoltcp::time::Instant::from_micros((now.as_nanos() / 1000) as i64)
}

impl Host {
    fn socket(&self) -> &Socket<'static> {
        self.sockets.get(self.socket)
    }

    fn socket_mut(&mut self) -> &mut Socket<'static> {
        self.sockets.get_mut(self.socket)
    }
}

impl Stack for Host {
    const NAME: &'static str = "smoltcp";

    fn new(settings: &Settings, address: Ipv4Addr) -> Host {
        let (mut arrived, mut leaving) = (Packets::new(1, 0), Packets::new(1, 0));
        let mut wire = Wire { arrived: &mut arrived, leaving: &mut leaving, mtu: settings.mtu };
        let mut config = Config::new(HardwareAddress::Ip);
        config.random_seed = u64::from(u32::from(address));
        let mut interface = Interface::new(config, &mut wire, instant(Instant::ZERO));
        interface.update_ip_addrs(|addresses| {
            addresses.push(IpCidr::new(IpAddress::Ipv4(address), 24)).expect("room for an address");
        });
        let buffer = || SocketBuffer::new(vec![0; settings.buffer]);
        let mut sockets = SocketSet::new(Vec::with_capacity(1));
        let mut socket = Socket::new(buffer(), buffer());
        socket.set_congestion_control(match settings.features {
            Features::CongestionControl => CongestionControl::Cubic,
            Features::Default | Features::Common => CongestionControl::None,
        });
        let socket = sockets.add(socket);
        Host { interface, sockets, socket, mtu: settings.mtu }
    }

    fn listen(&mut self) {
        self.socket_mut().abort();
        self.socket_mut().listen(SERVER_PORT).expect("the socket is closed");
    }

    fn connect(&mut self, _now: Instant, local_port: u16) {
        let socket = self.sockets.get_mut::<Socket<'_>>(self.socket);
        socket.abort();
        let to = (IpAddress::Ipv4(SERVER), SERVER_PORT);
        socket.connect(self.interface.context(), to, local_port).expect("the socket is closed");
    }

    fn poll(&mut self, now: Instant, arrived: &mut Packets, leaving: &mut Packets) {
        let mut wire = Wire { arrived, leaving, mtu: self.mtu };
        self.interface.poll(instant(now), &mut wire, &mut self.sockets);
    }

    fn poll_at(&mut self, now: Instant) -> Option<Instant> {
        let at = self.interface.poll_at(instant(now), &self.sockets)?;
        Some(Instant::from_nanos(at.total_micros() as u64 * 1000).max(now))
    }

    fn send(&mut self, _now: Instant, octets: &[u8]) -> usize {
        let socket = self.socket_mut();
        if socket.may_send() { socket.send_slice(octets).expect("the socket is open") } else { 0 }
    }

    fn receive(&mut self, _now: Instant, octets: &mut [u8]) -> Option<usize> {
        let socket = self.socket_mut();
        match socket.recv_slice(octets) {
            Ok(length) => Some(length),
            Err(RecvError::Finished) => None,
            Err(RecvError::InvalidState) => Some(0),
        }
    }

    fn close(&mut self, _now: Instant) {
        self.socket_mut().close();
    }

    fn is_open(&self) -> bool {
        !matches!(self.socket().state(), State::Closed | State::Listen | State::SynSent | State::SynReceived)
    }

    fn is_finished(&self) -> bool {
        matches!(self.socket().state(), State::Closed | State::TimeWait)
    }
}
