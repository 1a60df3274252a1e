//! Packets as they are on the wire: to octets, from octets, and in packetdrill's words.
//!
//! A test has to be able to send what no stack would, so nothing is refused here that can be written down.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::script::Header;
use crate::tunnel;

/// The letters of TCP's flags, with their bits in the header; AE is RFC 9768's.
pub const FLAG_LETTERS: [(char, u16); 9] = [
    ('F', 0x001),
    ('S', 0x002),
    ('R', 0x004),
    ('P', 0x008),
    ('.', 0x010),
    ('U', 0x020),
    ('E', 0x040),
    ('W', 0x080),
    ('A', 0x100),
];
/// SYN of the flags.
pub const SYN: u16 = 0x002;
/// FIN of the flags.
pub const FIN: u16 = 0x001;
/// RST of the flags.
pub const RST: u16 = 0x004;
/// PSH of the flags.
pub const PSH: u16 = 0x008;
/// ACK of the flags.
pub const ACK: u16 = 0x010;

/// A TCP option.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TcpOption {
    /// The end of the options.
    EndOfList,
    /// Nothing: room to align the next.
    NoOperation,
    /// MSS (RFC 9293 §3.2).
    MaximumSegmentSize(u16),
    /// Window scale (RFC 7323 §2).
    WindowScale(u8),
    /// SACK permitted (RFC 2018 §2).
    SackPermitted,
    /// SACK: left and right edges (RFC 2018 §3).
    Sack(Vec<(u32, u32)>),
    /// Timestamps (RFC 7323 §3).
    Timestamps {
        /// TSval.
        value: u32,
        /// TSecr.
        echo: u32,
    },
    /// Fast Open's cookie; empty to ask for one (RFC 7413 §4.1.1).
    FastOpen(Vec<u8>),
    /// The same, as an experiment: kind 254 with 0xF989 (RFC 6994).
    ExperimentalFastOpen(Vec<u8>),
    /// The signature (RFC 2385) that the script's key makes, or one that it does not make.
    Signature {
        /// Whether the key makes it.
        valid: bool,
    },
    /// Any other.
    Other {
        /// Its kind.
        kind: u8,
        /// Its octets after the length.
        data: Vec<u8>,
    },
}

/// Fast Open's number among the experiments.
const FAST_OPEN_EXPERIMENT: [u8; 2] = [0xF9, 0x89];

/// The kind of a signature.
pub(crate) const SIGNATURE: u8 = 19;

impl TcpOption {
    fn write(&self, octets: &mut Vec<u8>) {
        let mut option = |kind: u8, data: &[u8]| {
            octets.extend_from_slice(&[kind, data.len() as u8 + 2]);
            octets.extend_from_slice(data);
        };
        match self {
            TcpOption::EndOfList => octets.push(0),
            TcpOption::NoOperation => octets.push(1),
            TcpOption::MaximumSegmentSize(size) => option(2, &size.to_be_bytes()),
            TcpOption::WindowScale(shift) => option(3, &[*shift]),
            TcpOption::SackPermitted => option(4, &[]),
            TcpOption::Sack(blocks) => {
                let edges = blocks.iter().flat_map(|(left, right)| [*left, *right]);
                option(5, &edges.flat_map(u32::to_be_bytes).collect::<Vec<u8>>());
            }
            TcpOption::Timestamps { value, echo } => {
                option(8, &[value.to_be_bytes(), echo.to_be_bytes()].concat());
            }
            TcpOption::FastOpen(cookie) => option(34, cookie),
            TcpOption::ExperimentalFastOpen(cookie) => {
                option(254, &[&FAST_OPEN_EXPERIMENT[..], cookie].concat());
            }
            // The digest is made when the rest is known (signature.rs).
            TcpOption::Signature { .. } => option(SIGNATURE, &[0; 16]),
            TcpOption::Other { kind, data } => option(*kind, data),
        }
    }

    /// The number that the option begins with.
    pub(crate) fn kind(&self) -> u8 {
        match self {
            TcpOption::EndOfList => 0,
            TcpOption::NoOperation => 1,
            TcpOption::MaximumSegmentSize(_) => 2,
            TcpOption::WindowScale(_) => 3,
            TcpOption::SackPermitted => 4,
            TcpOption::Sack(_) => 5,
            TcpOption::Timestamps { .. } => 8,
            TcpOption::FastOpen(_) => 34,
            TcpOption::ExperimentalFastOpen(_) => 254,
            TcpOption::Signature { .. } => SIGNATURE,
            TcpOption::Other { kind, .. } => *kind,
        }
    }

    /// The options of a header, as far as they can be read.
    fn read(mut octets: &[u8]) -> Vec<TcpOption> {
        let mut options = Vec::new();
        while let [kind, rest @ ..] = octets {
            let (option, after) = match (*kind, rest) {
                (0, _) => (TcpOption::EndOfList, rest),
                (1, _) => (TcpOption::NoOperation, rest),
                (kind, [length, data @ ..]) if (2..=data.len() + 2).contains(&usize::from(*length)) => {
                    let (data, after) = data.split_at(usize::from(*length) - 2);
                    (TcpOption::of(kind, data), after)
                }
                _ => break,
            };
            options.push(option);
            octets = after;
        }
        options
    }

    fn of(kind: u8, data: &[u8]) -> TcpOption {
        match (kind, data) {
            (2, &[high, low]) => TcpOption::MaximumSegmentSize(u16::from_be_bytes([high, low])),
            (3, &[shift]) => TcpOption::WindowScale(shift),
            (4, []) => TcpOption::SackPermitted,
            (5, data) if data.len() % 8 == 0 => {
                let block = |octets: &[u8]| (number(&octets[..4]), number(&octets[4..]));
                TcpOption::Sack(data.chunks(8).map(block).collect())
            }
            (8, data) if data.len() == 8 => {
                TcpOption::Timestamps { value: number(&data[..4]), echo: number(&data[4..]) }
            }
            (34, cookie) => TcpOption::FastOpen(cookie.to_vec()),
            (254, data) if data.starts_with(&FAST_OPEN_EXPERIMENT) => {
                TcpOption::ExperimentalFastOpen(data[2..].to_vec())
            }
            (kind, data) => TcpOption::Other { kind, data: data.to_vec() },
        }
    }
}

impl fmt::Display for TcpOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hexadecimal =
            |octets: &[u8]| octets.iter().map(|octet| format!("{octet:02x}")).collect::<String>();
        match self {
            TcpOption::EndOfList => f.write_str("eol"),
            TcpOption::NoOperation => f.write_str("nop"),
            TcpOption::MaximumSegmentSize(size) => write!(f, "mss {size}"),
            TcpOption::WindowScale(shift) => write!(f, "wscale {shift}"),
            TcpOption::SackPermitted => f.write_str("sackOK"),
            TcpOption::Sack(blocks) => {
                f.write_str("sack")?;
                blocks.iter().try_for_each(|(left, right)| write!(f, " {left}:{right}"))
            }
            TcpOption::Timestamps { value, echo } => write!(f, "TS val {value} ecr {echo}"),
            TcpOption::FastOpen(cookie) => write!(f, "FO {}", hexadecimal(cookie)),
            TcpOption::ExperimentalFastOpen(cookie) => write!(f, "FOEXP {}", hexadecimal(cookie)),
            TcpOption::Signature { valid: true } => f.write_str("md5 valid"),
            TcpOption::Signature { valid: false } => f.write_str("md5 invalid"),
            TcpOption::Other { kind, data } => write!(f, "{kind} 0x{}", hexadecimal(data)),
        }
    }
}

/// A packet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Packet {
    /// The headers of tunnels before it.
    pub headers: Vec<Header>,
    /// From.
    pub source: IpAddr,
    /// To.
    pub destination: IpAddr,
    /// Type of service, or traffic class.
    pub tos: u8,
    /// Time to live, or hop limit.
    pub ttl: u8,
    /// The flow label of IPv6; 0 in IPv4.
    pub flow_label: u32,
    /// The ports of the datagram that its segment is in.
    pub tunnel: Option<(u16, u16)>,
    /// What is in it.
    pub payload: Payload,
}

/// What is in a packet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Payload {
    /// A TCP segment.
    Tcp(Segment),
    /// A UDP datagram.
    Udp {
        /// From.
        source_port: u16,
        /// To.
        destination_port: u16,
        /// Its octets.
        octets: Vec<u8>,
    },
    /// An ICMP message, from its type on; its checksum is filled in.
    Icmp(Vec<u8>),
    /// Another protocol.
    Other(u8),
}

/// A TCP segment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Segment {
    /// From.
    pub source_port: u16,
    /// To.
    pub destination_port: u16,
    /// The sequence number.
    pub seq: u32,
    /// The acknowledgment number.
    pub ack: u32,
    /// The flags ([`FLAG_LETTERS`]).
    pub flags: u16,
    /// The window, as in the header.
    pub window: u16,
    /// The urgent pointer.
    pub urgent: u16,
    /// The options.
    pub options: Vec<TcpOption>,
    /// The text.
    pub text: Vec<u8>,
}

fn number(octets: &[u8]) -> u32 {
    octets.iter().fold(0, |number, octet| number << 8 | u32::from(*octet))
}

/// The ones' complement sum of octets, as in RFC 1071, before it is complemented.
fn sum(octets: &[u8]) -> u32 {
    let sum = octets.chunks(2).map(|pair| u32::from(pair[0]) << 8 | u32::from(*pair.get(1).unwrap_or(&0)));
    let mut sum = sum.sum::<u32>();
    while sum > 0xFFFF {
        sum = (sum & 0xFFFF) + (sum >> 16);
    }
    sum
}

/// An IP header before `length` octets of a protocol's: from and to; type of service, time to live and flow label.
pub(crate) fn ip_header(
    addresses: (IpAddr, IpAddr),
    (tos, ttl, flow_label): (u8, u8, u32),
    protocol: u8,
    length: usize,
) -> Vec<u8> {
    match addresses {
        (IpAddr::V4(from), IpAddr::V4(to)) => {
            let total = (length as u16).wrapping_add(20).to_be_bytes();
            let mut header = vec![0x45, tos, total[0], total[1], 0, 0, 0x40, 0, ttl, protocol, 0, 0];
            header.extend_from_slice(&from.octets());
            header.extend_from_slice(&to.octets());
            let checksum = !(sum(&header) as u16);
            header[10..12].copy_from_slice(&checksum.to_be_bytes());
            header
        }
        (from, to) => {
            let octets = |address| match address {
                IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
                IpAddr::V6(address) => address.octets(),
            };
            let length = (length as u16).to_be_bytes();
            let first = 6 << 28 | u32::from(tos) << 20 | flow_label & 0xF_FFFF;
            let mut header = first.to_be_bytes().to_vec();
            header.extend_from_slice(&[length[0], length[1], protocol, ttl]);
            header.extend_from_slice(&octets(from));
            header.extend_from_slice(&octets(to));
            header
        }
    }
}

impl Packet {
    /// A packet as most are: no type of service, a time to live of 64.
    pub fn new(source: IpAddr, destination: IpAddr, payload: Payload) -> Packet {
        Packet {
            headers: Vec::new(),
            source,
            destination,
            tos: 0,
            ttl: 64,
            flow_label: 0,
            tunnel: None,
            payload,
        }
    }

    /// Its octets, with the checksums.
    pub fn encode(&self) -> Vec<u8> {
        let (protocol, mut payload, checksum_at) = match (self.tunnel, &self.payload) {
            // Its own checksum is zero.
            (Some((source_port, destination_port)), Payload::Tcp(segment)) => {
                Payload::Udp { source_port, destination_port, octets: segment.encode() }.encode(false)
            }
            (_, payload) => payload.encode(self.source.is_ipv6()),
        };
        if let Some(at) = checksum_at {
            let pseudo_header = match protocol {
                1 => 0,
                _ => self.pseudo_header_sum(protocol, payload.len()),
            };
            let checksum =
                !(sum(&[&sum(&payload).to_be_bytes()[..], &pseudo_header.to_be_bytes()].concat()) as u16);
            payload[at..at + 2].copy_from_slice(&checksum.to_be_bytes());
        }
        let Packet { source, destination, tos, ttl, flow_label, .. } = *self;
        let addresses = (source, destination);
        let mut octets = ip_header(addresses, (tos, ttl, flow_label), protocol, payload.len());
        octets.append(&mut payload);
        tunnel::encode(&self.headers, octets)
    }

    /// Takes the segment out of a datagram that was sent from this port.
    pub(crate) fn leave_tunnel(&mut self, port: Option<u16>) {
        if let Payload::Udp { source_port, destination_port, octets } = &self.payload
            && Some(*source_port) == port
            && let Some(segment) = Segment::decode(octets)
        {
            self.tunnel = Some((*source_port, *destination_port));
            self.payload = Payload::Tcp(segment);
        }
    }

    fn pseudo_header_sum(&self, protocol: u8, length: usize) -> u32 {
        let addresses = match (self.source, self.destination) {
            (IpAddr::V4(from), IpAddr::V4(to)) => [from.octets(), to.octets()].concat(),
            (IpAddr::V6(from), IpAddr::V6(to)) => [from.octets(), to.octets()].concat(),
            _ => Vec::new(),
        };
        sum(&addresses) + u32::from(protocol) + length as u32
    }

    /// Reads a packet; `None` where it is none, or cut off.
    pub fn decode(octets: &[u8]) -> Option<Packet> {
        let (headers, octets) = tunnel::decode(octets)?;
        let version = octets.first()? >> 4;
        let (source, destination, tos, ttl, flow_label, protocol, payload) = match version {
            4 if octets.len() >= 20 => {
                let header = usize::from(octets[0] & 15) * 4;
                let address = |at: usize| IpAddr::V4(Ipv4Addr::from(number(&octets[at..at + 4])));
                let length = usize::from(u16::from_be_bytes([octets[2], octets[3]]));
                let payload = octets.get(header..length)?;
                (address(12), address(16), octets[1], octets[8], 0, octets[9], payload)
            }
            6 if octets.len() >= 40 => {
                let address = |at: usize| {
                    octets[at..at + 16].first_chunk::<16>().map(|octets| IpAddr::V6(Ipv6Addr::from(*octets)))
                };
                let length = usize::from(u16::from_be_bytes([octets[4], octets[5]]));
                let tos = octets[0] << 4 | octets[1] >> 4;
                let flow_label = number(&octets[..4]) & 0xF_FFFF;
                let payload = octets.get(40..40 + length)?;
                (address(8)?, address(24)?, tos, octets[7], flow_label, octets[6], payload)
            }
            _ => return None,
        };
        Some(Packet {
            headers,
            source,
            destination,
            tos,
            ttl,
            flow_label,
            tunnel: None,
            payload: Payload::decode(protocol, payload)?,
        })
    }
}

impl Payload {
    /// The protocol, the octets with a checksum of zero, and where that is.
    fn encode(&self, ipv6: bool) -> (u8, Vec<u8>, Option<usize>) {
        match self {
            Payload::Tcp(segment) => (6, segment.encode(), Some(16)),
            Payload::Udp { source_port, destination_port, octets } => {
                let ports = [source_port.to_be_bytes(), destination_port.to_be_bytes()].concat();
                let length = (octets.len() as u16).wrapping_add(8).to_be_bytes();
                (17, [&ports[..], &length, &[0, 0], octets].concat(), Some(6))
            }
            Payload::Icmp(message) => (if ipv6 { 58 } else { 1 }, message.clone(), Some(2)),
            Payload::Other(protocol) => (*protocol, Vec::new(), None),
        }
    }

    fn decode(protocol: u8, octets: &[u8]) -> Option<Payload> {
        match protocol {
            6 => Segment::decode(octets).map(Payload::Tcp),
            17 if octets.len() >= 8 => Some(Payload::Udp {
                source_port: u16::from_be_bytes([octets[0], octets[1]]),
                destination_port: u16::from_be_bytes([octets[2], octets[3]]),
                octets: octets[8..].to_vec(),
            }),
            1 | 58 => {
                let mut message = octets.to_vec();
                message.get_mut(..8)?[2..4].fill(0);
                Some(Payload::Icmp(message))
            }
            other => Some(Payload::Other(other)),
        }
    }
}

impl Segment {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut options = Vec::new();
        self.options.iter().for_each(|option| option.write(&mut options));
        options.resize(options.len().next_multiple_of(4), 0);
        let offset = (20 + options.len()) as u16 / 4;
        let mut octets = Vec::with_capacity(20 + options.len() + self.text.len());
        octets.extend_from_slice(&self.source_port.to_be_bytes());
        octets.extend_from_slice(&self.destination_port.to_be_bytes());
        octets.extend_from_slice(&self.seq.to_be_bytes());
        octets.extend_from_slice(&self.ack.to_be_bytes());
        octets.extend_from_slice(&(offset << 12 | self.flags).to_be_bytes());
        octets.extend_from_slice(&self.window.to_be_bytes());
        octets.extend_from_slice(&[0, 0]);
        octets.extend_from_slice(&self.urgent.to_be_bytes());
        octets.append(&mut options);
        octets.extend_from_slice(&self.text);
        octets
    }

    fn decode(octets: &[u8]) -> Option<Segment> {
        let header = octets.first_chunk::<20>()?;
        let half = |at: usize| u16::from_be_bytes([header[at], header[at + 1]]);
        let offset = usize::from(half(12) >> 12) * 4;
        Some(Segment {
            source_port: half(0),
            destination_port: half(2),
            seq: number(&header[4..8]),
            ack: number(&header[8..12]),
            flags: half(12) & 0x1FF,
            window: half(14),
            urgent: half(18),
            options: TcpOption::read(octets.get(20..offset)?),
            text: octets.get(offset..)?.to_vec(),
        })
    }
}

/// Flags as letters; `-` where there are none.
pub(crate) fn flag_letters(flags: u16) -> String {
    const ORDER: &str = "FSRPUEWA.";
    let is_set = |c: &char| FLAG_LETTERS.iter().any(|(letter, bit)| letter == c && flags & bit != 0);
    let letters: String = ORDER.chars().filter(is_set).collect();
    if letters.is_empty() { "-".to_owned() } else { letters }
}

/// As a script would have it, with the numbers that it has.
impl fmt::Display for Packet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.tos & 3 {
            1 => f.write_str("[ect1] ")?,
            2 => f.write_str("[ect0] ")?,
            3 => f.write_str("[ce] ")?,
            _ => {}
        }
        match &self.payload {
            Payload::Tcp(segment) => segment.fmt(f),
            Payload::Udp { octets, .. } => write!(f, "udp ({})", octets.len()),
            Payload::Icmp(message) => write!(f, "icmp {:?}", message.get(..2).unwrap_or_default()),
            Payload::Other(protocol) => write!(f, "IP protocol {protocol}"),
        }
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = self.seq.wrapping_add(self.text.len() as u32);
        write!(f, "{} {}:{end}({})", flag_letters(self.flags), self.seq, self.text.len())?;
        if self.flags & ACK != 0 {
            write!(f, " ack {}", self.ack)?;
        }
        write!(f, " win {}", self.window)?;
        if self.urgent != 0 {
            write!(f, " urg {}", self.urgent)?;
        }
        if !self.options.is_empty() {
            let options: Vec<String> = self.options.iter().map(TcpOption::to_string).collect();
            write!(f, " <{}>", options.join(","))?;
        }
        Ok(())
    }
}
