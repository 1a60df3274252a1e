//! Names of hosts: addresses as text, this machine, what getaddrinfo's flags ask for.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use anysock::constants::resolve::{NameFlags, ResolveFlags};
use anysock::resolve::{Hints, Resolve};
use anysock::{Errno, Family, HostError, Interfaces, IpProtocol, Protocol, ResolveError, SocketType, Spawn};

use super::Machine;

/// A family, a type and a protocol, by their numbers, and the address.
type Info = (u16, i32, i32, String);

const TCP: (i32, i32) = (SocketType::STREAM.0, IpProtocol::TCP.0);
const UDP: (i32, i32) = (SocketType::DGRAM.0, IpProtocol::UDP.0);
const RAW: (i32, i32) = (SocketType::RAW.0, 0);
const INET: u16 = Family::INET.0;
const INET6: u16 = Family::INET6.0;

pub(super) fn infos<B: Resolve>(
    backend: &B,
    host: Option<&str>,
    service: Option<&str>,
    hints: &Hints,
) -> Result<Vec<Info>, ResolveError> {
    let mut infos = Vec::new();
    backend.address_info(host, service, hints, &mut |info| {
        infos.push((info.family.0, info.kind.0, info.protocol.0, info.address.to_string()));
    })?;
    Ok(infos)
}

/// Addresses of one family for TCP, with port 80.
fn tcp(family: u16, addresses: &[&str]) -> Result<Vec<Info>, ResolveError> {
    Ok(addresses.iter().map(|address| (family, TCP.0, TCP.1, address.to_string())).collect())
}

fn stream(family: Family, flags: ResolveFlags) -> Hints {
    Hints { family, flags, ..Hints::STREAM }
}

const NO_FLAGS: ResolveFlags = ResolveFlags::empty();

pub fn addresses_as_text<B: Interfaces + Spawn + Resolve>(m: &Machine<B>) {
    for (text, family, address) in [
        ("127.0.0.1", INET, "127.0.0.1:80"),
        ("127.1", INET, "127.0.0.1:80"),
        ("0x7f.1", INET, "127.0.0.1:80"),
        ("2130706433", INET, "127.0.0.1:80"),
        ("1.2.3", INET, "1.2.0.3:80"),
        ("::1", INET6, "[::1]:80"),
        ("2001:DB8:0::1", INET6, "[2001:db8::1]:80"),
        ("::ffff:1.2.3.4", INET6, "[::ffff:1.2.3.4]:80"),
        ("fe80::1%lo", INET6, "[fe80::1%1]:80"),
        ("fe80::1%1", INET6, "[fe80::1%1]:80"),
        ("ff02::1%lo", INET6, "[ff02::1%1]:80"),
    ] {
        for flags in [NO_FLAGS, ResolveFlags::NUMERICHOST, ResolveFlags::PASSIVE] {
            let hints = stream(Family::UNSPEC, flags);
            m.check(text, infos(&m.backend, Some(text), Some("80"), &hints), tcp(family, &[address]));
        }
    }
    for text in ["fe80::1%nosuchinterface", "::1%lo", "[::1]", "", "1.2.3.4.5", "256.1.1.1", "localhost"] {
        let hints = stream(Family::UNSPEC, ResolveFlags::NUMERICHOST);
        m.check(text, infos(&m.backend, Some(text), Some("80"), &hints), Err(ResolveError::NO_NAME));
    }
}

pub fn families<B: Interfaces + Spawn + Resolve>(m: &Machine<B>) {
    let ask = |host, family, flags| infos(&m.backend, Some(host), Some("80"), &stream(family, flags));
    let (v4, v6) = (Family::INET, Family::INET6);
    let mapped = || tcp(INET6, &["[::ffff:127.0.0.1]:80"]);
    let both = ResolveFlags::V4MAPPED | ResolveFlags::ALL;
    m.check("IPv4 as IPv4", ask("127.0.0.1", v4, NO_FLAGS), tcp(INET, &["127.0.0.1:80"]));
    m.check("IPv4 as IPv6", ask("127.0.0.1", v6, NO_FLAGS), Err(ResolveError::ADDRESS_FAMILY));
    m.check("mapped", ask("127.0.0.1", v6, ResolveFlags::V4MAPPED), mapped());
    m.check("mapped, and all", ask("127.0.0.1", v6, both), mapped());
    m.check("all alone", ask("127.0.0.1", v6, ResolveFlags::ALL), Err(ResolveError::ADDRESS_FAMILY));
    m.check("IPv6 as IPv4", ask("::1", v4, NO_FLAGS), Err(ResolveError::ADDRESS_FAMILY));
    m.check("IPv6, not mapped", ask("::1", v6, both), tcp(INET6, &["[::1]:80"]));
    m.check("mapped as IPv4", ask("::ffff:1.2.3.4", v4, NO_FLAGS), tcp(INET, &["1.2.3.4:80"]));
    m.check("no family of IP", ask("127.0.0.1", Family::UNIX, NO_FLAGS), Err(ResolveError::FAMILY));
    m.check("no family at all", ask("127.0.0.1", Family(4711), NO_FLAGS), Err(ResolveError::FAMILY));
}

pub fn types_and_protocols<B: Interfaces + Spawn + Resolve>(m: &Machine<B>) {
    let ask = |kind, protocol: IpProtocol, service| {
        let hints = Hints { kind, protocol: protocol.into(), ..Hints::ANY };
        let infos = infos(&m.backend, Some("127.0.0.1"), service, &hints)?;
        Ok(infos.into_iter().map(|(_, kind, protocol, _)| (kind, protocol)).collect::<Vec<_>>())
    };
    let (any, ip) = (SocketType(0), IpProtocol::IP);
    m.check("any", ask(any, ip, None), Ok(vec![TCP, UDP, RAW]));
    m.check("any, at a port", ask(any, ip, Some("80")), Ok(vec![TCP, UDP, RAW]));
    m.check("stream", ask(SocketType::STREAM, ip, None), Ok(vec![TCP]));
    m.check("datagrams", ask(SocketType::DGRAM, ip, None), Ok(vec![UDP]));
    m.check("raw", ask(SocketType::RAW, ip, None), Ok(vec![RAW]));
    let icmp = Ok(vec![(SocketType::RAW.0, IpProtocol::ICMP.0)]);
    m.check("ICMP", ask(SocketType::RAW, IpProtocol::ICMP, None), icmp);
    m.check("TCP", ask(any, IpProtocol::TCP, None), Ok(vec![TCP]));
    let sctp = |kind: SocketType| Ok(vec![(kind.0, IpProtocol::SCTP.0)]);
    m.check("SCTP", ask(any, IpProtocol::SCTP, None), sctp(SocketType::STREAM));
    m.check("seqpacket", ask(SocketType::SEQPACKET, ip, None), sctp(SocketType::SEQPACKET));
    let refused = Err(ResolveError::SOCKET_TYPE);
    m.check("UDP as a stream", ask(SocketType::STREAM, IpProtocol::UDP, None), refused.clone());
    m.check("no type", ask(SocketType(99), ip, None), refused);
    let refused = Err(ResolveError::SERVICE);
    m.check("a raw port", ask(SocketType::RAW, ip, Some("80")), refused.clone());
    m.check("a port of ICMP", ask(any, IpProtocol::ICMP, Some("80")), refused);
}

pub fn ports<B: Interfaces + Spawn + Resolve>(m: &Machine<B>) {
    let ask = |service, flags| infos(&m.backend, Some("::1"), Some(service), &stream(Family::UNSPEC, flags));
    let at = |port: u16| tcp(INET6, &[&format!("[::1]:{port}")]);
    m.check("digits", ask("29536", NO_FLAGS), at(29536));
    m.check("digits alone", ask("29536", ResolveFlags::NUMERICSERV), at(29536));
    m.check("white space before", ask(" 80", NO_FLAGS), at(80));
    m.check("sixteen bits of it", ask("99999", NO_FLAGS), at(34463));
    m.check("empty", ask("", NO_FLAGS), at(0));
    m.check("any", ask("*", NO_FLAGS), at(0));
    m.check("not digits alone", ask("80x", ResolveFlags::NUMERICSERV), Err(ResolveError::NO_NAME));
    for service in ["80x", "-1", "0x50", "no such service"] {
        m.check(service, ask(service, NO_FLAGS), Err(ResolveError::SERVICE));
    }
}

pub fn this_machine<B: Interfaces + Spawn + Resolve>(m: &Machine<B>) {
    let ask = |host, family, flags| {
        let mut infos = infos(&m.backend, host, Some("80"), &stream(family, flags))?;
        // Which comes first depends on the machine's routes.
        infos.sort();
        Ok(infos)
    };
    let both = |v4: &str, v6: &str| {
        Ok([tcp(INET, &[v4])?, tcp(INET6, &[v6])?].concat()) as Result<Vec<Info>, ResolveError>
    };
    let (any, passive) = (Family::UNSPEC, ResolveFlags::PASSIVE);
    for host in [None, Some("*")] {
        m.check("to connect", ask(host, any, NO_FLAGS), both("127.0.0.1:80", "[::1]:80"));
        m.check("to bind", ask(host, any, passive), both("0.0.0.0:80", "[::]:80"));
        m.check("IPv4", ask(host, Family::INET, NO_FLAGS), tcp(INET, &["127.0.0.1:80"]));
        m.check("IPv6 to bind", ask(host, Family::INET6, passive), tcp(INET6, &["[::]:80"]));
    }
    let nothing = infos(&m.backend, None, None, &Hints::ANY);
    m.check("neither host nor service", nothing, Err(ResolveError::NO_NAME));
}

pub fn flags<B: Interfaces + Spawn + Resolve>(m: &Machine<B>) {
    let canonical = |host, flags| {
        let mut names = Vec::new();
        let hints = Hints { flags, ..Hints::ANY };
        m.backend.address_info(host, Some("80"), &hints, &mut |info| {
            names.push(info.canonical_name.map(String::from));
        })?;
        Ok(names)
    };
    let wanted = ResolveFlags::CANONNAME;
    let first = |name: &str| Ok(vec![Some(name.into()), None, None]);
    m.check("of an address", canonical(Some("127.1"), wanted), first("127.1"));
    m.check("not asked for", canonical(Some("127.1"), NO_FLAGS), Ok(vec![None; 3]));
    m.check("of no host", canonical(None, wanted), Err(ResolveError::BAD_FLAGS));
    let localhost = canonical(Some("localhost"), wanted).map(|names| names.first().cloned().flatten());
    m.check("of localhost", localhost, Ok(Some("localhost".into())));
    let unknown = ResolveFlags(0x8000);
    m.check("no flag", canonical(Some("127.1"), unknown), Err(ResolveError::BAD_FLAGS));
}

pub fn only_families_with_an_address<B: Interfaces + Spawn + Resolve>(m: &Machine<B>) {
    // The machine and its peer have IPv4; where that is the loopback, nothing is known of what else it has.
    if m.own_ip().is_loopback() {
        return;
    }
    let ask = |family| {
        let hints = stream(family, ResolveFlags::ADDRCONFIG);
        infos(&m.backend, Some("localhost"), Some("80"), &hints)
    };
    m.check("IPv4", ask(Family::INET), tcp(INET, &["127.0.0.1:80"]));
    m.check("IPv6", ask(Family::INET6), Err(ResolveError::NO_NAME));
    m.check("either", ask(Family::UNSPEC), tcp(INET, &["127.0.0.1:80"]));
}

pub fn localhost<B: Interfaces + Spawn + Resolve>(m: &Machine<B>) {
    for name in ["localhost", "LOCALHOST"] {
        let mut addresses = Vec::new();
        let answer = m.backend.resolve(name, &mut |address| addresses.push(address));
        m.check("known", answer, Ok(()));
        m.check("has IPv4", addresses.contains(&Ipv4Addr::LOCALHOST.into()), true);
        m.check("is this machine", addresses.iter().all(IpAddr::is_loopback), true);
        let mut hosts = Vec::new();
        let answer = m.backend.host_by_name(name, Family::INET, &mut |entry| {
            hosts.push((entry.name.to_owned(), entry.addresses.to_vec()));
        });
        m.check("gethostbyname", answer, Ok(()));
        m.check("its host", hosts, vec![("localhost".into(), vec![Ipv4Addr::LOCALHOST.into()])]);
    }
}

pub fn hosts_by_address<B: Interfaces + Spawn + Resolve>(m: &Machine<B>) {
    let mut hosts = Vec::new();
    let answer = m.backend.host_by_address(Ipv4Addr::LOCALHOST.into(), &mut |entry| {
        hosts.push((entry.name.to_owned(), entry.addresses.to_vec()));
    });
    m.check("known", answer, Ok(()));
    m.check("this machine", hosts, vec![("localhost".into(), vec![Ipv4Addr::LOCALHOST.into()])]);
    let numeric = |text: &str, family| {
        let mut found = Vec::new();
        let each = &mut |entry: &anysock::resolve::HostEntry<'_>| {
            found.push((entry.name.to_owned(), entry.aliases.len(), entry.addresses.to_vec()));
        };
        m.backend.host_by_name(text, family, each)?;
        Ok::<_, HostError>(found)
    };
    let own_name = |text: &str, ip: IpAddr| Ok(vec![(text.into(), 0, vec![ip])]);
    m.check("an address", numeric("127.0.0.1", Family::INET), own_name("127.0.0.1", [127, 0, 0, 1].into()));
    m.check("an old form", numeric("127.1", Family::INET), own_name("127.1", [127, 0, 0, 1].into()));
    m.check("IPv6", numeric("::1", Family::INET6), own_name("::1", Ipv6Addr::LOCALHOST.into()));
}

pub fn what_cannot_be_a_name<B: Interfaces + Spawn + Resolve>(m: &Machine<B>) {
    let long = "x".repeat(5000);
    for host in ["with\0zero", &long, ""] {
        m.check("getaddrinfo", m.backend.resolve(host, &mut |_| ()), Err(ResolveError::NO_NAME));
    }
    let full = |name| m.backend.full_host_name(name).map(|name| name.to_string());
    m.check("a zero", full("with\0zero"), Err(Errno::EINVAL));
    m.check("too long", full(&long), Err(Errno::ENAMETOOLONG));
    let answer = m.backend.host_by_name("with\0zero", Family::INET, &mut |_| ());
    m.check("gethostbyname", answer, Err(HostError::NOT_FOUND));
}

pub fn names_of_addresses<B: Interfaces + Spawn + Resolve>(m: &Machine<B>) {
    let digits = NameFlags::NUMERICHOST | NameFlags::NUMERICSERV;
    let ask = |address: &str, flags| {
        let address: SocketAddr = address.parse().unwrap();
        let (host, service) = m.backend.name_info(&address, flags)?;
        Ok::<_, ResolveError>((host.to_string(), service.to_string()))
    };
    let names = |host: &str, service: &str| Ok((host.into(), service.into()));
    m.check("IPv4", ask("127.0.0.1:80", digits), names("127.0.0.1", "80"));
    m.check("IPv6", ask("[2001:db8::1]:443", digits), names("2001:db8::1", "443"));
    m.check("of a link", ask("[fe80::1%1]:9", digits), names("fe80::1%lo", "9"));
    m.check("of a multicast link", ask("[ff02::1%1]:9", digits), names("ff02::1%lo", "9"));
    m.check("of no link", ask("[::1%1]:9", digits), names("::1%1", "9"));
    m.check("no such interface", ask("[fe80::1%77777]:9", digits), names("fe80::1%77777", "9"));
    m.check("by name", ask("127.0.0.1:9", NameFlags::NUMERICSERV), names("localhost", "9"));
    let without_domain = NameFlags::NUMERICSERV | NameFlags::NOFQDN;
    m.check("without a domain", ask("127.0.0.1:9", without_domain), names("localhost", "9"));
    let required = NameFlags::NAMEREQD | digits;
    m.check("a name in digits", ask("127.0.0.1:9", required), Err(ResolveError::NO_NAME));
    m.check("no flag", ask("127.0.0.1:9", NameFlags(0x8000)), Err(ResolveError::BAD_FLAGS));
    m.check(
        "a port that is nobody's",
        ask("127.0.0.1:64999", NameFlags::NUMERICHOST),
        names("127.0.0.1", "64999"),
    );
}

pub fn the_own_name<B: Interfaces + Spawn + Resolve>(m: &Machine<B>) {
    let name = m.backend.host_name().map(|name| name.to_string()).unwrap();
    m.check("there is one", name.is_empty(), false);
    let full = |name: &str| m.backend.full_host_name(name).map(|name| name.to_string());
    m.check("of localhost", full("localhost"), Ok("localhost".into()));
    m.check("its own", full("").is_ok(), true);
    m.check("the same", full("::"), full("0.0.0.0"));
    m.check("the protocol of every hint", Hints::default().protocol, Protocol::DEFAULT);
}
