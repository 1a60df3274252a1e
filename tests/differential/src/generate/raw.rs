//! Raw sockets, ping sockets, and the traffic that they see: ICMP, UDP, the segments of refused connections.

use std::net::SocketAddr;

use anysock::option::{icmpv6, ip, ipv6, raw, socket};
use anysock::{Family, IpProtocol, Level, MessageFlags, Protocol, Shutdown, SockAddr, SocketType};

use super::{Generator, Known};
use crate::call::{Address, Call, Kind, Process, Send, Slot};

/// Protocols of raw sockets: what is seen often, then IPPROTO_RAW, 0, and what nobody has.
const PROTOCOLS: [i32; 16] = [1, 1, 1, 1, 17, 17, 6, 253, 253, 255, 0, 4, 41, 200, 256, 300];
const PROTOCOLS_V6: [i32; 16] = [58, 58, 58, 58, 17, 17, 6, 253, 253, 255, 0, 1, 41, 43, 59, 256];
const ADDRESSES: [&str; 11] = [
    "127.0.0.1",
    "127.0.0.1",
    "127.0.0.1",
    "127.0.0.1",
    "127.0.0.2",
    "0.0.0.0",
    "10.0.0.1",
    "127.255.255.255",
    "224.0.0.1",
    "239.1.1.1",
    "240.0.0.1",
];
const ADDRESSES_V6: [&str; 11] =
    ["::1", "::1", "::1", "::1", "::1", "::", "::ffff:127.0.0.1", "fe80::1", "ff02::1", "ff05::1", "fd00::1"];
/// The ports of UDP and TCP here. They are the same in every run: nothing connects to a listening socket.
const PORTS: [u16; 4] = [501, 501, 502, 503];
/// The flags of a send.
const FLAGS: [MessageFlags; 6] = [
    MessageFlags::MORE,
    MessageFlags::DONTWAIT,
    MessageFlags::NOSIGNAL,
    MessageFlags::EOR,
    MessageFlags::DONTROUTE,
    MessageFlags::CONFIRM,
];
/// What these sockets alone are asked.
const OPTIONS: [(Level, i32); 25] = [
    (Level::RAW, raw::ICMP_FILTER),
    (Level::RAW, raw::ICMP_FILTER),
    (Level::ICMPV6, icmpv6::ICMPV6_FILTER),
    (Level::ICMPV6, icmpv6::ICMPV6_FILTER),
    (Level::RAW, ipv6::IPV6_CHECKSUM),
    (Level::RAW, ipv6::IPV6_CHECKSUM),
    (Level::IPV6, ipv6::IPV6_CHECKSUM),
    (Level::IP, ip::IP_HDRINCL),
    (Level::IP, ip::IP_HDRINCL),
    (Level::IPV6, ipv6::IPV6_HDRINCL),
    (Level::IP, ip::IP_RECVERR),
    (Level::IPV6, ipv6::IPV6_RECVERR),
    (Level::IP, ip::IP_PKTINFO),
    (Level::IPV6, ipv6::IPV6_RECVPKTINFO),
    (Level::IPV6, ipv6::IPV6_RECVHOPLIMIT),
    (Level::IP, ip::IP_FREEBIND),
    (Level::IP, ip::IP_RECVTOS),
    (Level::IP, ip::IP_RECVTTL),
    (Level::IP, ip::IP_TRANSPARENT),
    (Level::IPV6, ipv6::IPV6_DONTFRAG),
    (Level::IPV6, ipv6::IPV6_MTU),
    (Level::IPV6, ipv6::IPV6_RECVPATHMTU),
    (Level::IPV6, ipv6::IPV6_RECVTCLASS),
    (Level::IPV6, ipv6::IPV6_TRANSPARENT),
    (Level::SOCKET, socket::SO_TIMESTAMP_NEW),
];

fn is_icmp(kind: Kind) -> bool {
    [IpProtocol::ICMP.0, IpProtocol::ICMPV6.0].contains(&kind.protocol.0)
}

fn is_ping(kind: Kind) -> bool {
    kind.kind == SocketType::DGRAM && is_icmp(kind)
}

/// The checksum of the Internet (RFC 1071).
fn checksum(bytes: &[u8]) -> [u8; 2] {
    let words = bytes.chunks(2).map(|word| u32::from(word[0]) << 8 | u32::from(*word.get(1).unwrap_or(&0)));
    let sum: u32 = words.sum();
    let folded = (sum & 0xFFFF) + (sum >> 16);
    (!(folded + (folded >> 16)) as u16).to_be_bytes()
}

impl Generator {
    pub(super) fn raw_program(&mut self) {
        for _ in 0..2 + self.random.below(3) {
            self.open_raw();
        }
        let length = self.calls.len() + 10 + self.random.below(30);
        while self.calls.len() < length {
            self.raw_step();
        }
    }

    fn open_raw(&mut self) {
        let family = self.random.of(&[Family::INET, Family::INET6]);
        let of_ipv6 = family == Family::INET6;
        let (kind, protocol) = match self.random.below(12) {
            0..6 => (SocketType::RAW, self.random.of(if of_ipv6 { &PROTOCOLS_V6 } else { &PROTOCOLS })),
            6..9 => (SocketType::DGRAM, if of_ipv6 { IpProtocol::ICMPV6.0 } else { IpProtocol::ICMP.0 }),
            9 | 10 => (SocketType::DGRAM, 0),
            _ => (SocketType::STREAM, 0),
        };
        let kind = Kind { family, kind, protocol: Protocol(protocol) };
        let slot = self.open_in(Process::First, kind);
        if kind.kind == SocketType::DGRAM && !self.random.one_in(4) {
            let address = if of_ipv6 { self.random.of(&["::1", "::"]) } else { "127.0.0.1" };
            let port = self.port(kind);
            self.calls.push(Call::Bind(slot, plain(address, port)));
        }
    }

    /// A port, an identifier of a ping socket, or a protocol once more.
    fn port(&mut self, kind: Kind) -> u16 {
        match kind.kind {
            _ if is_ping(kind) => 32_001 + self.random.below(8) as u16,
            SocketType::RAW => self.random.of(&[0, 0, 0, 0, kind.protocol.0 as u16, 501]),
            _ => self.random.of(&PORTS),
        }
    }

    fn raw_address(&mut self, kind: Kind) -> Address {
        let of_ipv6 = (kind.family == Family::INET6) != self.random.one_in(20);
        let address = self.random.of(if of_ipv6 { &ADDRESSES_V6 } else { &ADDRESSES });
        let Address::Bytes(mut bytes) = plain(address, self.port(kind)) else {
            unreachable!("these are bytes")
        };
        match self.random.below(60) {
            0 => bytes.truncate(self.random.below(bytes.len() + 1)),
            1 => bytes.extend(self.random.bytes(4)),
            2 => bytes = vec![0; self.random.of(&[2, 16, 28])],
            3 => bytes[0] = self.random.of(&[0, 1, 2, 10, 99]),
            // An interface, which only some addresses have.
            4..8 if of_ipv6 && bytes.len() == 28 => bytes[24] = self.random.of(&[1, 1, 7]),
            _ => {}
        }
        Address::Bytes(bytes)
    }

    fn raw_step(&mut self) {
        if self.known.is_empty() {
            return self.open_raw();
        }
        let at = self.random.below(self.known.len());
        let Known { slot, kind, .. } = self.known[at];
        let is_tcp = kind.kind == SocketType::STREAM;
        match self.random.below(100) {
            0..8 => self.open_raw(),
            8..14 if !is_tcp => {
                let address = self.raw_address(kind);
                self.calls.push(Call::Bind(slot, address));
            }
            14..20 => self.raw_connect(slot, kind),
            20..22 => {
                let how = self.random.below(4) as i32;
                self.calls.push(Call::Shutdown(slot, Shutdown(how)));
            }
            22..25 => self.close(at),
            25..28 => {
                let room = self.room();
                self.calls.push(Call::LocalAddr(slot, room));
            }
            28..31 => {
                let room = self.room();
                self.calls.push(Call::PeerAddr(slot, room));
            }
            31 => self.calls.push(Call::Listen(slot, 1)),
            32..58 if !is_tcp => self.raw_send(slot, kind),
            58..80 if !is_tcp => self.recv(slot, kind),
            80..82 => self.request(self.known[at]),
            82..90 if !is_tcp => self.raw_option(slot, kind),
            90..93 if !is_tcp => self.set_option(slot, kind),
            93..96 if !is_tcp => self.get_option(slot, kind),
            96.. if !is_tcp => {
                let ((level, name), room) = (self.random.of(&OPTIONS), self.random.below(40));
                self.calls.push(Call::GetOption(slot, level, name, room));
            }
            _ => self.raw_connect(slot, kind),
        }
    }

    fn raw_connect(&mut self, slot: Slot, kind: Kind) {
        // Over IPv4, an attempt of UDP's that fails has Linux send to where it led, one datagram later.
        let address = if kind.protocol == Protocol::DEFAULT {
            let address = if kind.family == Family::INET6 { "::1" } else { "127.0.0.1" };
            plain(address, self.random.of(&PORTS))
        } else {
            self.raw_address(kind)
        };
        self.calls.push(Call::Connect(slot, address));
    }

    fn raw_option(&mut self, slot: Slot, kind: Kind) {
        let (level, name) = self.random.of(&OPTIONS);
        let value = match (self.random.below(20), level, name) {
            (0, ..) => self.random.bytes(40),
            (1, ..) => self.random.int().to_ne_bytes().to_vec(),
            (_, Level::RAW, raw::ICMP_FILTER) => {
                self.random.of(&[0u32, 1, 1 << 8, 1 << 3, u32::MAX]).to_ne_bytes().to_vec()
            }
            (_, Level::ICMPV6, _) => {
                let mut bits = vec![self.random.of(&[0u8, 0, 0xFF]); 32];
                let word = self.random.of(&[0, 16, 16]);
                bits[word] ^= self.random.of(&[0, 1, 2, 3]);
                bits
            }
            (.., ipv6::IPV6_CHECKSUM) if level != Level::IP => {
                let offset = match kind.protocol.0 {
                    17 => self.random.of(&[6, 6, 6, -1]),
                    _ => self.random.of(&[-1, 0, 2, 2, 3, 6, 50, 1000]),
                };
                i32::to_ne_bytes(offset).to_vec()
            }
            (_, Level::IPV6, ipv6::IPV6_MTU) => self.random.of(&[0i32, 1280, 1280]).to_ne_bytes().to_vec(),
            _ => self.random.of(&[0i32, 1, 1, 1, 2]).to_ne_bytes().to_vec(),
        };
        self.calls.push(Call::SetOption(slot, level, name, value));
    }

    fn raw_send(&mut self, slot: Slot, kind: Kind) {
        let mut head = self.raw_message(kind);
        let len = match self.random.below(12) {
            0 => self.random.below(head.len() + 1),
            1 => self.random.below(3000),
            // For the answer to a long echo request, the kernel may not find that much memory in one piece.
            2 if !is_icmp(kind) && kind.kind == SocketType::RAW => self.random.below(70_000),
            _ => head.len(),
        };
        head.truncate(len);
        let mut flags = self.flags(&FLAGS);
        if !self.corks || kind.protocol == Protocol::DEFAULT {
            flags.remove(MessageFlags::MORE);
        }
        // Where a packet is sent to many, and its header says one, Linux still knows of the many.
        let to = match self.random.one_in(4) {
            true => None,
            false if self.has_headers(kind) => Some(plain(self.random.of(&ADDRESSES[..7]), 0)),
            false => Some(self.raw_address(kind)),
        };
        let control = match self.random.below(20) {
            0 => self.random.bytes(40),
            1..4 => self.control(kind),
            _ => Vec::new(),
        };
        let flags = if self.random.one_in(20) { flags | MessageFlags::OOB } else { flags };
        self.calls.push(Call::Send(slot, Send { len, head, flags, to, control, ..Send::default() }));
    }

    /// Whether packets of IPv4 may be sent with headers of the program's.
    fn has_headers(&self, kind: Kind) -> bool {
        let includes = |call: &Call| matches!(call, Call::SetOption(_, Level::IP, ip::IP_HDRINCL, _));
        kind.family == Family::INET && (kind.protocol.0 == 255 || self.calls.iter().any(includes))
    }

    /// What a socket of this kind may send.
    pub(super) fn raw_message(&mut self, kind: Kind) -> Vec<u8> {
        let has_header = self.has_headers(kind);
        match (kind.kind, kind.protocol.0, kind.family) {
            (SocketType::RAW, 255, Family::INET) => self.packet(),
            (SocketType::RAW, _, Family::INET) if has_header && self.random.one_in(2) => self.packet(),
            (_, 1, Family::INET) => self.icmp_message(),
            (_, 58, _) => self.icmp_v6_message(),
            (SocketType::RAW, 17, _) => self.datagram(),
            _ => (0..self.random.below(60)).map(|byte| byte as u8).collect(),
        }
    }

    /// A packet of IPv4 with its header. It is no fragment: those that are not complete outlast the program.
    fn packet(&mut self) -> Vec<u8> {
        let protocol = self.random.of(&[1u8, 1, 17, 17, 253, 255, 6, 200]);
        let contents = match protocol {
            1 => self.icmp_message(),
            17 => self.datagram(),
            _ => self.random.bytes(30),
        };
        let first = self.random.of(&[0x45u8, 0x45, 0x45, 0x45, 0x45, 0x45, 0x45, 0x46, 0x44, 0x55, 0x4F]);
        let addresses =
            [[127, 0, 0, 1], [127, 0, 0, 1], [127, 0, 0, 1], [0; 4], [127, 0, 0, 2], [10, 0, 0, 1]];
        let length = (20 + contents.len() as u16).to_be_bytes();
        let identification = self.random.of(&[0u8, 7]);
        let flags = self.random.of(&[0u8, 0, 0x40]);
        let hops = self.random.of(&[64u8, 64, 64, 1, 0]);
        let service = self.random.of(&[0u8, 0, 3, 0xFF]);
        let mut packet =
            vec![first, service, length[0], length[1], 0, identification, flags, 0, hops, protocol, 0, 0];
        packet.extend(self.random.of(&addresses));
        packet.extend([127, 0, 0, 1]);
        if first == 0x46 {
            packet.extend([1, 1, 1, 0]);
        }
        packet.extend(contents);
        packet
    }

    /// A message of ICMP: most often an echo request. Nothing that changes routes, which outlast the program.
    fn icmp_message(&mut self) -> Vec<u8> {
        let kind = self.random.of(&[8u8, 8, 8, 8, 8, 8, 0, 0, 3, 3, 11, 12, 17, 42, 255]);
        let code = match kind {
            3 => self.random.of(&[0, 1, 2, 3, 3, 9, 13, 99]),
            11 | 12 => self.random.of(&[0, 0, 1]),
            _ => self.random.of(&[0, 0, 0, 0, 0, 0, 1]),
        };
        let [high, low] = (32_001 + self.random.below(8) as u16).to_be_bytes();
        let mut message = vec![kind, code, 0, 0, high, low, 0, self.random.below(3) as u8];
        if matches!(kind, 3 | 11 | 12) {
            let protocol = self.random.of(&[1u8, 1, 17, 17, 253, 6]);
            let local = [127, 0, 0, 1];
            let mut quoted = vec![0x45, 0, 0, 40, 0, 0, 0x40, 0, 64, protocol, 0, 0];
            quoted.extend(local.iter().chain(&local));
            let sum = checksum(&quoted);
            quoted[10..12].copy_from_slice(&sum);
            match protocol {
                1 => quoted.extend([8, 0, 0, 0, high, low, 0, 1]),
                _ => quoted.extend([1, 245, 1, 246, 0, 20, 0, 0]),
            }
            quoted.extend([7; 12]);
            message.extend(quoted);
        } else {
            message.extend(self.random.bytes(40));
        }
        if !self.random.one_in(8) {
            let sum = checksum(&message);
            message[2..4].copy_from_slice(&sum);
        }
        message
    }

    /// A message of ICMPv6, of which the kernel makes the checksum.
    fn icmp_v6_message(&mut self) -> Vec<u8> {
        let kind = self.random.of(&[128u8, 128, 128, 128, 128, 129, 129, 1, 1, 3, 4, 127, 200, 255]);
        let code = match kind {
            1 => self.random.of(&[0, 1, 3, 4, 4, 9]),
            _ => self.random.of(&[0, 0, 0, 0, 0, 0, 1]),
        };
        let [high, low] = (32_001 + self.random.below(8) as u16).to_be_bytes();
        let mut message = vec![kind, code, 0, 0, high, low, 0, self.random.below(3) as u8];
        if kind < 5 {
            message[4..6].fill(0);
            let protocol = self.random.of(&[58u8, 58, 17, 17, 253, 6]);
            let mut quoted = vec![0x60, 0, 0, 0, 0, 20, protocol, 64];
            for _ in 0..2 {
                quoted.extend([0; 15]);
                quoted.push(1);
            }
            match protocol {
                58 => quoted.extend([128, 0, 0, 0, high, low, 0, 1]),
                _ => quoted.extend([1, 245, 1, 246, 0, 20, 0, 0]),
            }
            quoted.extend([7; 12]);
            message.extend(quoted);
        } else {
            message.extend(self.random.bytes(40));
        }
        message
    }

    /// A datagram of UDP without a checksum.
    fn datagram(&mut self) -> Vec<u8> {
        let [source, destination] = [self.random.of(&PORTS), self.random.of(&PORTS)].map(u16::to_be_bytes);
        let payload = self.random.bytes(40);
        let length = (8 + payload.len() as u16).to_be_bytes();
        [&source[..], &destination, &length, &[0, 0], &payload].concat()
    }
}

fn plain(address: &str, port: u16) -> Address {
    let address = SocketAddr::new(address.parse().expect("these are addresses"), port);
    Address::Bytes(address.encode().as_ref().to_vec())
}
