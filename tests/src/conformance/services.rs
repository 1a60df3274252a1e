//! Names of services and protocols.

use anysock::constants::resolve::{NameFlags, ResolveFlags};
use anysock::resolve::{Hints, Resolve};
use anysock::{Interfaces, IpProtocol, ResolveError, SocketType, Spawn};

use super::Machine;
use super::names::infos;

pub fn by_name<B: Interfaces + Spawn + Resolve>(m: &Machine<B>) {
    for (name, protocol, port) in [
        ("http", None, Some(80)),
        ("http", Some("tcp"), Some(80)),
        ("http", Some("udp"), None),
        ("http", Some("sctp"), None),
        ("www", None, Some(80)),
        ("tftp", None, Some(69)),
        ("tftp", Some("tcp"), None),
        ("domain", Some("udp"), Some(53)),
        ("syslog", Some("udp"), Some(514)),
        ("ntp", None, Some(123)),
        ("ssh", None, Some(22)),
        ("https", Some("tcp"), Some(443)),
        ("HTTP", None, None),
        ("80", None, None),
        ("", None, None),
        ("with\0zero", None, None),
        ("no such service", None, None),
    ] {
        m.check(name, m.backend.service_by_name(name, protocol), port);
    }
}

pub fn by_port<B: Interfaces + Spawn + Resolve>(m: &Machine<B>) {
    for (port, protocol, name) in [
        (80, None, Some("http")),
        (80, Some("tcp"), Some("http")),
        (80, Some("udp"), None),
        (69, None, Some("tftp")),
        (53, Some("udp"), Some("domain")),
        (22, None, Some("ssh")),
        (64999, None, None),
    ] {
        let answer = m.backend.service_by_port(port, protocol).map(|name| name.to_string());
        m.check("the name of a port", answer, name.map(String::from));
    }
}

pub fn protocols<B: Interfaces + Spawn + Resolve>(m: &Machine<B>) {
    for (name, protocol) in [
        ("ip", Some(IpProtocol::IP)),
        ("icmp", Some(IpProtocol::ICMP)),
        ("igmp", Some(IpProtocol::IGMP)),
        ("tcp", Some(IpProtocol::TCP)),
        ("TCP", Some(IpProtocol::TCP)),
        ("udp", Some(IpProtocol::UDP)),
        ("dccp", Some(IpProtocol::DCCP)),
        ("ipv6", Some(IpProtocol::IPV6)),
        ("gre", Some(IpProtocol::GRE)),
        ("esp", Some(IpProtocol::ESP)),
        ("ah", Some(IpProtocol::AH)),
        ("ipv6-icmp", Some(IpProtocol::ICMPV6)),
        ("sctp", Some(IpProtocol::SCTP)),
        ("udplite", Some(IpProtocol::UDPLITE)),
        ("6", None),
        ("", None),
        ("no such protocol", None),
    ] {
        m.check(name, m.backend.protocol_by_name(name), protocol);
    }
}

pub fn of_addresses<B: Interfaces + Spawn + Resolve>(m: &Machine<B>) {
    let ask = |service, kind, flags| {
        let hints = Hints { kind, flags, ..Hints::ANY };
        let infos = infos(&m.backend, Some("127.0.0.1"), Some(service), &hints)?;
        Ok(infos.into_iter().map(|(_, kind, _, address)| (kind, address)).collect::<Vec<_>>())
    };
    let none = ResolveFlags::empty();
    let at = |kind: SocketType, port: u16| (kind.0, format!("127.0.0.1:{port}"));
    let (any, stream, datagram) = (SocketType(0), SocketType::STREAM, SocketType::DGRAM);
    m.check("of TCP alone", ask("http", any, none), Ok(vec![at(stream, 80)]));
    m.check("of both", ask("domain", any, none), Ok(vec![at(stream, 53), at(datagram, 53)]));
    m.check("of the type", ask("tftp", datagram, none), Ok(vec![at(datagram, 69)]));
    m.check("of another type", ask("tftp", stream, none), Err(ResolveError::SERVICE));
    m.check("of raw", ask("http", SocketType::RAW, none), Err(ResolveError::SERVICE));
    let digits = ResolveFlags::NUMERICSERV;
    m.check("digits alone", ask("http", any, digits), Err(ResolveError::NO_NAME));
}

pub fn of_names<B: Interfaces + Spawn + Resolve>(m: &Machine<B>) {
    let ask = |port: u16, flags| {
        let address = super::machine::localhost(port);
        m.backend.name_info(&address, NameFlags::NUMERICHOST | flags).map(|(_, service)| service.to_string())
    };
    m.check("TCP's", ask(80, NameFlags::empty()), Ok("http".into()));
    m.check("not TCP's", ask(69, NameFlags::empty()), Ok("69".into()));
    m.check("UDP's", ask(69, NameFlags::DGRAM), Ok("tftp".into()));
    m.check("in digits", ask(80, NameFlags::NUMERICSERV), Ok("80".into()));
}
