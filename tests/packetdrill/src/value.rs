//! The values of expressions.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use anysock::SockAddr;
use anysock::constants::by_name;

use crate::error::Difference;
use crate::freebsd;
use crate::script::{Expression, Field};

/// Constants of calls that are no sockets' (fcntl.h, asm-generic/sockios.h, sys/epoll.h).
const CONSTANTS: [(&str, i64); 36] = [
    ("PF_INET", 2),
    ("PF_INET6", 10),
    ("INADDR_ANY", 0),
    ("INADDR_LOOPBACK", 0x7F00_0001),
    ("O_CREAT", 0o100),
    ("O_CLOEXEC", 0o2_000_000),
    ("SPLICE_F_MOVE", 1),
    ("SPLICE_F_NONBLOCK", 2),
    ("SPLICE_F_MORE", 4),
    ("SIOCOUTQNSD", 0x894B),
    ("O_RDONLY", 0),
    ("O_WRONLY", 1),
    ("O_RDWR", 2),
    ("O_NONBLOCK", 0o4000),
    ("F_GETFD", 1),
    ("F_SETFD", 2),
    ("FD_CLOEXEC", 1),
    ("F_GETFL", 3),
    ("F_SETFL", 4),
    ("FIONBIO", 0x5421),
    ("FIONREAD", 0x541B),
    ("SIOCINQ", 0x541B),
    ("SIOCOUTQ", 0x5411),
    ("TIOCINQ", 0x541B),
    ("TIOCOUTQ", 0x5411),
    ("SIOCATMARK", 0x8905),
    ("EPOLL_CTL_ADD", 1),
    ("EPOLL_CTL_DEL", 2),
    ("EPOLL_CTL_MOD", 3),
    ("IPPROTO_IPV6", 41),
    ("SOL_TCP", 6),
    ("SOL_IP", 0),
    ("SOL_IPV6", 41),
    ("NULL", 0),
    ("TCP_CA_NAME_MAX", 16),
    ("SO_EE_CODE_ZEROCOPY_COPIED", 1),
];

fn unsupported<T>(expression: &Expression) -> Result<T, Difference> {
    Err(Difference::Unsupported(expression.to_string()))
}

/// The number that an expression is.
///
/// # Errors
/// That a name or form is unknown.
pub(crate) fn number(expression: &Expression) -> Result<i64, Difference> {
    match expression {
        Expression::Number(number) => Ok(*number),
        Expression::Name(name) => constant(name),
        Expression::Or(terms) => terms.iter().try_fold(0, |bits, term| Ok(bits | number(term)?)),
        Expression::Not(inner) => Ok(!number(inner)?),
        Expression::List(values) if values.len() == 1 => number(&values[0]),
        Expression::Function { name, arguments } if arguments.len() == 1 => match name.as_str() {
            "htons" | "htonl" | "ntohs" | "ntohl" => number(&arguments[0]),
            _ => unsupported(expression),
        },
        _ => unsupported(expression),
    }
}

/// A constant by its C name.
pub(crate) fn constant(name: &str) -> Result<i64, Difference> {
    let own = CONSTANTS.iter().find(|(own, _)| *own == name).map(|(_, value)| *value);
    own.or_else(|| by_name(name).map(|constant| constant.value))
        .or_else(|| freebsd::constant(name))
        .ok_or_else(|| Difference::Unsupported(format!("the constant {name}")))
}

/// The field of a structure.
pub(crate) fn field<'a>(fields: &'a [Field], name: &str) -> Option<&'a Expression> {
    fields.iter().find(|field| field.name == name).map(|field| &field.value)
}

/// A field's number; zero where the structure does not have it.
pub(crate) fn field_number(fields: &[Field], name: &str) -> Result<i64, Difference> {
    field(fields, name).map_or(Ok(0), number)
}

/// The address that a structure is, as the octets of a call.
pub(crate) fn address(expression: &Expression) -> Result<Vec<u8>, Difference> {
    if let Expression::Name(family) = expression {
        // A family alone: AF_UNSPEC, which disconnects.
        return Ok([&(constant(family)? as u16).to_ne_bytes()[..], &[0; 14]].concat());
    }
    let Expression::Structure(fields) = expression else { return unsupported(expression) };
    let Some(port) = field(fields, "sin_port").or_else(|| field(fields, "sin6_port")) else {
        // An address of another family, AF_UNSPEC for instance, has no contents here.
        let family = field_number(fields, "sa_family")? as u16;
        return Ok([&family.to_ne_bytes()[..], &[0; 14]].concat());
    };
    let ip = ip_field(fields).map_or_else(|| unsupported(expression), ip_address)?;
    Ok(encode(SocketAddr::new(ip, number(port)? as u16)))
}

/// The field with the IP address. A function that puts it into its place has no name before it:
/// `inet_pton(AF_INET6, "::1", &sin6_addr)`.
fn ip_field(fields: &[Field]) -> Option<&Expression> {
    let puts = |field: &&Field| {
        let is_inet_pton =
            |value: &Expression| matches!(value, Expression::Function { name, .. } if name == "inet_pton");
        field.name.is_empty() && is_inet_pton(&field.value)
    };
    field(fields, "sin_addr")
        .or_else(|| field(fields, "sin6_addr"))
        .or_else(|| fields.iter().find(puts).map(|field| &field.value))
}

/// Whether an address is the one that a structure says; what is `...` there is not looked at.
pub(crate) fn is_address(expected: &Expression, actual: Option<SocketAddr>) -> Result<bool, Difference> {
    let Expression::Structure(fields) = expected else { return unsupported(expected) };
    let is_open = |expression: Option<&Expression>| expression == Some(&Expression::Any);
    let port = field(fields, "sin_port").or_else(|| field(fields, "sin6_port"));
    let ip = ip_field(fields);
    if !is_open(port) && !is_open(ip) {
        return Ok(decode(&address(expected)?) == actual);
    }
    let Some(actual) = actual else { return Ok(false) };
    let same_port = match port.filter(|port| **port != Expression::Any) {
        Some(port) => number(port)? == i64::from(actual.port()),
        None => true,
    };
    let same_ip = match ip.filter(|ip| **ip != Expression::Any) {
        Some(ip) => ip_address(ip)? == actual.ip(),
        None => true,
    };
    Ok(same_port && same_ip)
}

/// A socket's address from the octets of a call.
pub(crate) fn decode(octets: &[u8]) -> Option<SocketAddr> {
    SocketAddrV4::decode(octets)
        .map(SocketAddr::V4)
        .or_else(|_| SocketAddrV6::decode(octets).map(SocketAddr::V6))
        .ok()
}

fn ip_address(expression: &Expression) -> Result<IpAddr, Difference> {
    let text = match expression {
        Expression::Text(text) => text.as_slice(),
        // inet_addr("…"), inet_pton(AF_INET6, "…").
        Expression::Function { arguments, .. } => match arguments.as_slice() {
            [.., Expression::Text(text)] | [_, Expression::Text(text), _] => text,
            // htonl(INADDR_ANY).
            _ => return number(expression).map(|number| Ipv4Addr::from_bits(number as u32).into()),
        },
        Expression::Name(name) if name == "in6addr_any" => b"::",
        Expression::Name(name) if name == "in6addr_loopback" => b"::1",
        other => return number(other).map(|number| Ipv4Addr::from_bits(number as u32).into()),
    };
    str::from_utf8(text).ok().and_then(|text| text.parse().ok()).map_or_else(|| unsupported(expression), Ok)
}

/// An address as the octets of a call.
pub(crate) fn encode(address: SocketAddr) -> Vec<u8> {
    match address {
        SocketAddr::V4(address) => address.encode().to_vec(),
        SocketAddr::V6(address) => address.encode().to_vec(),
    }
}

/// The octets of an option's value.
pub(crate) fn option_octets(expression: &Expression) -> Result<Vec<u8>, Difference> {
    let int = |number: i64| (number as i32).to_ne_bytes();
    match expression {
        Expression::Text(text) => Ok(text.clone()),
        Expression::List(values) => match values.as_slice() {
            [one @ (Expression::Text(_) | Expression::Structure(_))] => option_octets(one),
            values => {
                let values = values.iter().map(number).collect::<Result<Vec<_>, _>>()?;
                Ok(values.into_iter().flat_map(int).collect())
            }
        },
        Expression::Structure(fields) => {
            // struct timeval has long fields, struct linger int ones.
            let long = fields.iter().any(|field| matches!(field.name.as_str(), "tv_sec" | "sec"));
            let mut octets = Vec::new();
            for Field { value, .. } in fields {
                let value = number(value)?;
                if long { octets.extend(value.to_ne_bytes()) } else { octets.extend(int(value)) }
            }
            Ok(octets)
        }
        other => Ok(int(number(other)?).to_vec()),
    }
}
