//! Two machines that a link joins: datagrams and connections between them, what raw and ping sockets see of those,
//! groups and broadcasts, and interfaces that are named rightly and wrongly.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

use anysock::message::{ControlWriter, In6Pktinfo, InPktinfo, control_space};
use anysock::multicast::IpMreqn;
use anysock::option::{icmpv6, ip, ipv6, socket};
use anysock::{Family, IpProtocol, Level, MessageFlags, Protocol, Shutdown, SockAddr, SocketType};

use super::options::is_tcp;
use super::{Generator, Known};
use crate::call::{Address, Call, Kind, Process, Send, Slot};

/// Addresses of both machines, of many, and of nobody. Of a neighbour that is not there Linux knows after seconds.
const ADDRESSES: [&str; 14] = [
    "10.0.0.1",
    "10.0.0.1",
    "10.0.0.1",
    "10.0.0.2",
    "10.0.0.2",
    "10.0.0.2",
    "127.0.0.1",
    "10.0.0.255",
    "10.0.0.255",
    "255.255.255.255",
    "239.1.1.1",
    "224.0.0.1",
    "239.1.1.2",
    "198.51.100.1",
];
const ADDRESSES_V6: [&str; 14] = [
    "fd00::1",
    "fd00::1",
    "fd00::1",
    "fd00::2",
    "fd00::2",
    "fd00::2",
    "fe80::1",
    "fe80::2",
    "ff02::1",
    "ff05::1",
    "2001:db8::1",
    "::1",
    "::",
    "::ffff:10.0.0.2",
];
/// How many of them are one machine's.
const UNICAST: usize = 6;
/// The ports of UDP, which are the same in every run: raw sockets see them.
const PORTS: [u16; 4] = [501, 501, 502, 503];
/// The ports of TCP.
const TCP_PORTS: [u16; 3] = [1001, 1001, 1002];
/// Interfaces: routing's choice, the loopback one, the link, and one that nobody has.
const INTERFACES: [u32; 7] = [0, 2, 2, 2, 2, 1, 7];
const OPTIONS: [(Level, i32); 26] = [
    (Level::SOCKET, socket::SO_BROADCAST),
    (Level::SOCKET, socket::SO_BROADCAST),
    (Level::SOCKET, socket::SO_BINDTOIFINDEX),
    (Level::SOCKET, socket::SO_BINDTODEVICE),
    (Level::SOCKET, socket::SO_REUSEADDR),
    (Level::SOCKET, socket::SO_ERROR),
    (Level::IP, ip::IP_MULTICAST_IF),
    (Level::IP, ip::IP_MULTICAST_TTL),
    (Level::IP, ip::IP_MULTICAST_LOOP),
    (Level::IP, ip::IP_MULTICAST_ALL),
    (Level::IP, ip::IP_UNICAST_IF),
    (Level::IP, ip::IP_PKTINFO),
    (Level::IP, ip::IP_RECVERR),
    (Level::IP, ip::IP_MTU_DISCOVER),
    (Level::IP, ip::IP_MTU),
    (Level::IP, ip::IP_TTL),
    (Level::IPV6, ipv6::IPV6_MULTICAST_IF),
    (Level::IPV6, ipv6::IPV6_MULTICAST_HOPS),
    (Level::IPV6, ipv6::IPV6_MULTICAST_LOOP),
    (Level::IPV6, ipv6::IPV6_MULTICAST_ALL),
    (Level::IPV6, ipv6::IPV6_UNICAST_IF),
    (Level::IPV6, ipv6::IPV6_RECVPKTINFO),
    (Level::IPV6, ipv6::IPV6_RECVERR),
    (Level::IPV6, ipv6::IPV6_MTU_DISCOVER),
    (Level::IPV6, ipv6::IPV6_MTU),
    (Level::IPV6, ipv6::IPV6_V6ONLY),
];
/// The flags of a send.
const FLAGS: [MessageFlags; 3] = [MessageFlags::DONTWAIT, MessageFlags::NOSIGNAL, MessageFlags::CONFIRM];
const GROUPS: [&str; 2] = ["239.1.1.1", "239.1.1.2"];
const GROUPS_V6: [&str; 2] = ["ff05::1", "ff02::7"];

impl Generator {
    pub(super) fn link_program(&mut self) {
        self.two = true;
        for _ in 0..2 + self.random.below(3) {
            self.link_scene();
        }
        let length = self.calls.len() + 10 + self.random.below(30);
        while self.calls.len() < length {
            self.link_step();
        }
    }

    fn link_kind(&mut self) -> Kind {
        let family = self.random.of(&[Family::INET, Family::INET6]);
        let of_ipv6 = family == Family::INET6;
        let protocols = if of_ipv6 { [17, 58, 58, 253, 255] } else { [1, 1, 17, 17, 253] };
        let (kind, protocol) = match self.random.below(10) {
            0..4 => (SocketType::DGRAM, 0),
            4..6 => (SocketType::STREAM, 0),
            6..8 => (SocketType::DGRAM, if of_ipv6 { IpProtocol::ICMPV6.0 } else { IpProtocol::ICMP.0 }),
            _ => (SocketType::RAW, self.random.of(&protocols)),
        };
        Kind { family, kind, protocol: Protocol(protocol) }
    }

    /// A socket that is bound, or one that waits for connections and one that is connected to it.
    fn link_scene(&mut self) {
        let kind = self.link_kind();
        let slot = self.open(kind);
        if kind.kind == SocketType::RAW && kind.protocol.0 == IpProtocol::ICMPV6.0 {
            // Who asks for neighbours, and who listens to groups: the machines may know that from programs before.
            let mut bits = [0; 32];
            for blocked in (130..=137).chain([143]) {
                bits[blocked / 8] |= 1 << (blocked % 8);
            }
            self.calls.push(Call::SetOption(slot, Level::ICMPV6, icmpv6::ICMPV6_FILTER, bits.to_vec()));
        }
        if is_tcp(kind) {
            let any = if kind.family == Family::INET6 { "::" } else { "0.0.0.0" };
            let port = self.random.of(&TCP_PORTS);
            self.calls.push(Call::Bind(slot, named(any, port, 0)));
            self.listen(slot, 2);
            let other = match slot.process {
                Process::First => Process::Second,
                Process::Second => Process::First,
            };
            let client = self.open_in(other, kind);
            let own = if slot.process == Process::First { 0 } else { 3 };
            let addresses = if kind.family == Family::INET6 { &ADDRESSES_V6 } else { &ADDRESSES };
            self.calls.push(Call::Connect(client, named(addresses[own], port, 0)));
            self.connected.insert(client);
            self.accept(slot, kind);
        } else if kind.kind == SocketType::DGRAM && !self.random.one_in(5) {
            let address = match (kind.family, kind.protocol.0) {
                (Family::INET6, 58) => "::",
                (Family::INET6, _) => self.random.of(&["::", "::", "ff05::1"]),
                (_, 0) => self.random.of(&["0.0.0.0", "0.0.0.0", "239.1.1.1"]),
                _ => "0.0.0.0",
            };
            let port = self.link_port(kind);
            self.calls.push(Call::Bind(slot, named(address, port, 0)));
        }
    }

    fn link_port(&mut self, kind: Kind) -> u16 {
        match (kind.kind, kind.protocol.0) {
            (SocketType::STREAM, _) => self.random.of(&TCP_PORTS),
            (SocketType::DGRAM, 0) => self.random.of(&PORTS),
            (SocketType::DGRAM, _) => 32_001 + self.random.below(8) as u16,
            _ => 0,
        }
    }

    fn link_address(&mut self, kind: Kind) -> Address {
        let port = self.link_port(kind);
        let of_ipv6 = (kind.family == Family::INET6) != self.random.one_in(30);
        let addresses = if of_ipv6 { &ADDRESSES_V6 } else { &ADDRESSES };
        let most = if is_tcp(kind) { UNICAST } else { addresses.len() };
        let address = self.random.of(&addresses[..most]);
        let scope = match address.starts_with('f') && !address.starts_with("fd") {
            true => self.random.of(&INTERFACES),
            false => self.random.of(&[0, 0, 0, 0, 0, 2, 7]),
        };
        named(address, port, scope)
    }

    fn link_step(&mut self) {
        let at = self.random.below(self.known.len());
        let Known { slot, kind, listening, .. } = self.known[at];
        match self.random.below(100) {
            0..4 => self.link_scene(),
            4..10 if !is_tcp(kind) => {
                let address = self.link_address(kind);
                self.calls.push(Call::Bind(slot, address));
            }
            10..16 if !is_tcp(kind) => self.link_connect(slot, kind),
            16..18 => {
                let how = self.random.below(3) as i32;
                self.calls.push(Call::Shutdown(slot, Shutdown(how)));
            }
            18..21 if self.known.len() > 1 => self.close(at),
            21..24 => self.calls.push(Call::LocalAddr(slot, 128)),
            24..27 => self.calls.push(Call::PeerAddr(slot, 128)),
            _ if listening => self.accept(slot, kind),
            27..58 => self.link_send(slot, kind),
            58..83 => self.recv(slot, kind),
            83..88 if !is_tcp(kind) => self.link_membership(slot, kind),
            88..97 if !is_tcp(kind) => self.link_option(slot, kind),
            _ => self.get_option(slot, kind),
        }
    }

    fn link_connect(&mut self, slot: Slot, kind: Kind) {
        let address = match kind.protocol {
            // Over IPv4, an attempt of UDP's that fails has Linux send to where it led, one datagram later.
            Protocol::DEFAULT => {
                let addresses = if kind.family == Family::INET6 { &ADDRESSES_V6 } else { &ADDRESSES };
                named(self.random.of(&addresses[..UNICAST]), self.random.of(&PORTS), 0)
            }
            _ => self.link_address(kind),
        };
        self.connected.insert(slot);
        self.calls.push(Call::Connect(slot, address));
    }

    fn link_send(&mut self, slot: Slot, kind: Kind) {
        let flags = self.flags(&FLAGS).difference(MessageFlags::MORE);
        if is_tcp(kind) {
            let len = self.random.of(&[1, 10, 100, 1000]);
            return self.calls.push(Call::Send(slot, Send { len, flags, ..Send::default() }));
        }
        let head = if kind.protocol == Protocol::DEFAULT { Vec::new() } else { self.raw_message(kind) };
        let len = match self.random.below(6) {
            0 => 1400 + self.random.below(200),
            1 => self.random.below(6000),
            _ => head.len().max(self.random.below(100)),
        };
        let to = if self.random.one_in(4) { None } else { Some(self.link_address(kind)) };
        let control = if self.random.one_in(5) { self.link_control(kind) } else { Vec::new() };
        self.calls.push(Call::Send(slot, Send { len, head, flags, to, control, ..Send::default() }));
    }

    /// By which interface, and from which address.
    fn link_control(&mut self, kind: Kind) -> Vec<u8> {
        let interface = self.random.of(&INTERFACES);
        let (level, name, data) = if kind.family == Family::INET6 {
            let address = self.random.of(&["::", "::", "fd00::1", "fd00::2", "fe80::1", "fe80::2", "::1"]);
            let address: Ipv6Addr = address.parse().expect("these are addresses");
            (Level::IPV6, ipv6::IPV6_PKTINFO, In6Pktinfo { address, interface }.encode().to_vec())
        } else {
            let addresses = [[0; 4], [0; 4], [10, 0, 0, 1], [10, 0, 0, 2], [127, 0, 0, 1], [10, 0, 0, 9]];
            let local = Ipv4Addr::from(self.random.of(&addresses));
            let info = InPktinfo { interface, local, destination: Ipv4Addr::UNSPECIFIED };
            (Level::IP, ip::IP_PKTINFO, info.encode().to_vec())
        };
        let mut bytes = vec![0; control_space(data.len())];
        let written = ControlWriter::new(&mut bytes).push(level, name, &data).is_ok();
        debug_assert!(written);
        bytes
    }

    fn link_option(&mut self, slot: Slot, kind: Kind) {
        let (level, name) = self.random.of(&OPTIONS);
        // One who is connected keeps the route that connecting has found.
        let is_for_routes = matches!((level, name), (Level::IP, ip::IP_UNICAST_IF));
        if is_for_routes && self.connected.contains(&slot) {
            return;
        }
        let interface = self.random.of(&INTERFACES);
        let value = match (level, name) {
            (Level::SOCKET, socket::SO_BINDTODEVICE) => {
                self.random.of(&["eth0", "eth0\0", "eth0", "", "nobody"]).into()
            }
            (Level::IP, ip::IP_UNICAST_IF) | (Level::IPV6, ipv6::IPV6_UNICAST_IF) => {
                interface.to_be_bytes().to_vec()
            }
            (Level::SOCKET, socket::SO_BINDTOIFINDEX) | (Level::IPV6, ipv6::IPV6_MULTICAST_IF) => {
                interface.to_ne_bytes().to_vec()
            }
            (Level::IP, ip::IP_MULTICAST_IF) => {
                let local = Ipv4Addr::from(self.random.of(&[[10, 0, 0, 1], [10, 0, 0, 2], [0; 4]]));
                IpMreqn { group: Ipv4Addr::UNSPECIFIED, local, interface }.encode().to_vec()
            }
            (Level::IPV6, ipv6::IPV6_MTU) => self.random.of(&[0i32, 1280, 1400, 5000]).to_ne_bytes().to_vec(),
            _ => self.random.of(&[0i32, 1, 1, 1, 2, 3, 5]).to_ne_bytes().to_vec(),
        };
        if self.random.one_in(6) && kind.kind != SocketType::STREAM {
            return self.calls.push(Call::GetOption(slot, level, name, 20));
        }
        self.calls.push(Call::SetOption(slot, level, name, value));
    }

    fn link_membership(&mut self, slot: Slot, kind: Kind) {
        let interface = self.random.of(&INTERFACES);
        let of_ipv6 = kind.family == Family::INET6 && !self.random.one_in(4);
        let (level, group) = match of_ipv6 {
            true => (Level::IPV6, self.random.of(&GROUPS_V6)),
            false => (Level::IP, self.random.of(&GROUPS)),
        };
        let local = Ipv4Addr::from(self.random.of(&[[10, 0, 0, 1], [10, 0, 0, 2], [0; 4]]));
        let source = if of_ipv6 {
            self.random.of(&["fd00::1", "fd00::2"])
        } else {
            self.random.of(&["10.0.0.1", "10.0.0.2"])
        };
        let v4 = |ip: &str| ip.parse().unwrap_or(Ipv4Addr::UNSPECIFIED);
        let (name, value) = match (self.random.below(8), of_ipv6) {
            (0..4, true) => self.ipv6_membership(group.parse().unwrap_or(Ipv6Addr::UNSPECIFIED), interface),
            (0..4, false) => {
                let name =
                    self.random.of(&[ip::IP_ADD_MEMBERSHIP, ip::IP_ADD_MEMBERSHIP, ip::IP_DROP_MEMBERSHIP]);
                (name, IpMreqn { group: v4(group), local, interface }.encode().to_vec())
            }
            (4, false) => self.source_membership(v4(group), local, v4(source)),
            (4..6, _) => self.group_request(interface, group),
            _ => self.group_source_request(interface, group, source),
        };
        self.calls.push(Call::SetOption(slot, level, name, value));
    }
}

/// An address with the number of an interface, which those of IPv4 have not.
fn named(address: &str, port: u16, scope: u32) -> Address {
    let mut address = SocketAddr::new(address.parse().expect("these are addresses"), port);
    if let SocketAddr::V6(v6) = address {
        address = SocketAddrV6::new(*v6.ip(), port, 0, scope).into();
    }
    Address::Bytes(address.encode().as_ref().to_vec())
}
