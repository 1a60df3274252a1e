//! A script, read: its options, and its events in their order.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

pub use crate::code::{
    Clause, Comprehension, Expression as CodeExpression, Function, Handler, Statement, Target,
};
use crate::packet::TcpOption;

/// A script.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Script {
    /// `--name=value`.
    pub options: Vec<ScriptOption>,
    /// What happens, and is to happen.
    pub events: Vec<Event>,
}

/// A line `--name=value`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScriptOption {
    /// Its line, from 1.
    pub line: usize,
    /// The name.
    pub name: String,
    /// The value; empty where there is none.
    pub value: String,
}

/// Something that happens at a time, or is expected then.
#[derive(Clone, PartialEq, Debug)]
pub struct Event {
    /// Its line, from 1.
    pub line: usize,
    /// When.
    pub time: Time,
    /// What.
    pub action: Action,
}

/// When an event happens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Time {
    /// The earliest, or the only, time; `None` for any time (`*`).
    pub begin: Option<Duration>,
    /// The latest time (`a~b`), or when a call that blocks returns (`a...b`).
    pub end: Option<Duration>,
    /// Whether the times count from the event before (`+`).
    pub relative: bool,
}

/// What an event is.
#[derive(Clone, PartialEq, Debug)]
pub enum Action {
    /// A packet that is put in.
    In(PacketSpec),
    /// A packet that is to come out.
    Out(PacketSpec),
    /// A system call.
    Call(Call),
    /// A shell command between back-quotes, and the octet of the script that it begins at.
    Command(String, usize),
    /// Statements between `%{` and `}%`.
    Code(Vec<Statement>),
}

/// A packet as a script has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PacketSpec {
    /// The headers of tunnels before it, the outermost first.
    pub headers: Vec<Header>,
    /// What it says of the IP header.
    pub ip: IpSpec,
    /// The descriptor of the connection's socket, where it names one: `sock(4)`.
    pub socket: Option<i64>,
    /// Source and destination port, where it gives them.
    pub ports: Option<(u16, u16)>,
    /// What is in it.
    pub body: Body,
    /// The ports of the datagram that the segment goes in.
    pub tunnel: Option<(u16, u16)>,
}

/// A header of a tunnel, before the packet that goes through it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Header {
    /// IPv4 or IPv6: `ipv4 192.0.2.1 > 192.0.2.2:`.
    Ip {
        /// From.
        source: IpAddr,
        /// To.
        destination: IpAddr,
    },
    /// Generic routing encapsulation (RFC 2784, RFC 2890): `gre flags 0x2000, key 5:`.
    Gre {
        /// The first half of its first word: which fields it has.
        flags: u16,
        /// The protocol of what follows; `None` for what it is.
        protocol: Option<u16>,
        /// The checksum.
        checksum: u16,
        /// The half beside the checksum.
        offset: u16,
        /// The key.
        key: u32,
        /// The sequence number.
        sequence: u32,
    },
    /// A stack of MPLS labels (RFC 3032): `mpls (label 5, tc 0, [S], ttl 64):`.
    Mpls(Vec<Label>),
}

/// A label of MPLS (RFC 3032 §2.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Label {
    /// The label: 20 bits.
    pub label: u32,
    /// The traffic class: 3 bits.
    pub traffic_class: u8,
    /// It is the last.
    pub bottom: bool,
    /// The time to live.
    pub ttl: u8,
}

/// What a script says of an IP header; what it does not say is not looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct IpSpec {
    /// The two bits of ECN.
    pub ecn: Option<Ecn>,
    /// The whole type of service, or traffic class.
    pub tos: Option<u8>,
    /// The time to live, or hop limit.
    pub ttl: Option<u8>,
    /// The flow label of IPv6.
    pub flow_label: Option<u32>,
}

/// Explicit congestion notification in the IP header (RFC 3168 §5).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ecn {
    /// One value of the two bits.
    Is(u8),
    /// ECT(0) or ECT(1).
    Capable,
}

/// What is in a packet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Body {
    /// A TCP segment.
    Tcp(SegmentSpec),
    /// A UDP datagram with so many octets.
    Udp(u16),
    /// An ICMP message.
    Icmp(IcmpSpec),
}

/// A TCP segment as a script has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SegmentSpec {
    /// The flags, as in the header: FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64, CWR 128, AE 256.
    pub flags: u16,
    /// The sequence number, in the script's numbers.
    pub seq: u32,
    /// How many octets of text.
    pub length: u32,
    /// The acknowledgment number, in the script's numbers.
    pub ack: Option<u32>,
    /// The window as in the header.
    pub window: Option<u16>,
    /// The urgent pointer.
    pub urgent: Option<u16>,
    /// The options; `None` where they are not looked at (`<...>`).
    pub options: Option<Vec<TcpOption>>,
}

/// An ICMP error as a script has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IcmpSpec {
    /// The type's name.
    pub kind: String,
    /// The code's name, or empty.
    pub code: String,
    /// The identifier of an echo.
    pub identifier: Option<u16>,
    /// The MTU of the next hop.
    pub mtu: Option<u32>,
    /// What is quoted; `None` for nothing, or, of a packet that comes out, for what is not looked at.
    pub quoted: Option<Quoted>,
}

/// The packet that an ICMP message is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Quoted {
    /// A TCP segment with this sequence number, in the script's numbers, and so many octets.
    Tcp {
        /// The sequence number.
        seq: u32,
        /// How many octets of text.
        length: u32,
    },
    /// A UDP datagram with so many octets.
    Udp(u16),
}

/// A system call, with what it is to answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Call {
    /// Its text, for messages.
    pub text: String,
    /// Its name.
    pub name: String,
    /// Its arguments.
    pub arguments: Vec<Expression>,
    /// What it returns.
    pub result: Expression,
    /// The error's name, where it fails.
    pub error: Option<String>,
}

/// A value in a call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Expression {
    /// `...`: whatever fits.
    Any,
    /// A number.
    Number(i64),
    /// A name of a constant.
    Name(String),
    /// Values joined with `|`.
    Or(Vec<Expression>),
    /// All bits but these: `~`.
    Not(Box<Expression>),
    /// A text between quotes: its octets.
    Text(Vec<u8>),
    /// Values between brackets.
    List(Vec<Expression>),
    /// Fields between braces.
    Structure(Vec<Field>),
    /// A function: `htons(8080)`.
    Function {
        /// Its name.
        name: String,
        /// Its arguments.
        arguments: Vec<Expression>,
    },
}

/// As a script has it.
impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn list(expressions: &[Expression], between: &str) -> String {
            expressions.iter().map(Expression::to_string).collect::<Vec<_>>().join(between)
        }
        match self {
            Expression::Any => f.write_str("..."),
            Expression::Number(number) => number.fmt(f),
            Expression::Name(name) => f.write_str(name),
            Expression::Or(terms) => f.write_str(&list(terms, "|")),
            Expression::Not(inner) => write!(f, "~{inner}"),
            Expression::Text(octets) => write!(f, "{:?}", String::from_utf8_lossy(octets)),
            Expression::List(values) => write!(f, "[{}]", list(values, ", ")),
            Expression::Structure(fields) => {
                let field = |Field { name, value }: &Field| match name.as_str() {
                    "" => value.to_string(),
                    name => format!("{name}={value}"),
                };
                write!(f, "{{{}}}", fields.iter().map(field).collect::<Vec<_>>().join(", "))
            }
            Expression::Function { name, arguments } => write!(f, "{name}({})", list(arguments, ", ")),
        }
    }
}

/// A field of a structure.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    /// Its name; empty where the place says which it is.
    pub name: String,
    /// Its value.
    pub value: Expression,
}
