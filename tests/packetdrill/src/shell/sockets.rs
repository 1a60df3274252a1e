//! The tools that list sockets: `ss`, `sockstat` and `netstat`, and `/proc/net/tcp`.

use std::net::{IpAddr, SocketAddr};

use super::Node;
use super::tools::Output;
use crate::error::Difference;

/// Names of states: Linux's (`ss`), and FreeBSD's (`sockstat`), by `tcpi_state`.
const STATES: [(&str, &str); 12] = [
    ("UNKNOWN", "UNKNOWN"),
    ("ESTAB", "ESTABLISHED"),
    ("SYN-SENT", "SYN_SENT"),
    ("SYN-RECV", "SYN_RCVD"),
    ("FIN-WAIT-1", "FIN_WAIT_1"),
    ("FIN-WAIT-2", "FIN_WAIT_2"),
    ("TIME-WAIT", "TIME_WAIT"),
    ("UNCONN", "CLOSED"),
    ("CLOSE-WAIT", "CLOSE_WAIT"),
    ("LAST-ACK", "LAST_ACK"),
    ("LISTEN", "LISTEN"),
    ("CLOSING", "CLOSING"),
];

fn state(number: u8) -> (&'static str, &'static str) {
    STATES.get(usize::from(number)).copied().unwrap_or(STATES[0])
}

/// `/proc/net/tcp`, or `/proc/net/tcp6`.
pub(super) fn table(node: &impl Node, version_6: bool) -> String {
    let mut text =
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
            .to_owned();
    let sockets = node.sockets().into_iter().filter(|(local, ..)| local.is_ipv6() == version_6);
    for (number, (local, remote, state)) in sockets.enumerate() {
        let (local, remote) = (hexadecimal(local), hexadecimal(remote.unwrap_or(nobody(local))));
        text.push_str(&format!(
            "{number:4}: {local} {remote} {state:02X} 00000000:00000000 00:00000000 00000000     0        0 0\n"
        ));
    }
    text
}

/// No address, of the same family.
fn nobody(like: SocketAddr) -> SocketAddr {
    let ip = if like.is_ipv4() { IpAddr::from([0; 4]) } else { IpAddr::from([0; 16]) };
    SocketAddr::new(ip, 0)
}

/// An address as `/proc/net/tcp` has it: its words as the machine, which is little-endian, has them.
fn hexadecimal(address: SocketAddr) -> String {
    let octets = match address.ip() {
        IpAddr::V4(ip) => ip.octets().to_vec(),
        IpAddr::V6(ip) => ip.octets().to_vec(),
    };
    let word = |word: &[u8]| word.iter().rev().map(|octet| format!("{octet:02X}")).collect::<String>();
    let ip: String = octets.chunks(4).map(word).collect();
    format!("{ip}:{:04X}", address.port())
}

/// `ss`: without `-a`, neither listeners nor what is over.
pub(super) fn ss(arguments: &[&str], node: &impl Node) -> Option<String> {
    let flags: String = arguments
        .iter()
        .filter_map(|argument| argument.strip_prefix('-'))
        .filter(|flag| flag.len() < 6)
        .collect();
    // What a socket's TCP knows, and what waits in it, is not told here.
    if flags.contains(['i', 'm', 'e', 'o', 'K']) {
        return None;
    }
    let wanted = match arguments.iter().position(|argument| *argument == "state") {
        Some(place) => Some(arguments.get(place + 1)?.to_uppercase()),
        None => None,
    };
    let wanted = wanted.map(|state| if state == "ESTABLISHED" { "ESTAB".to_owned() } else { state });
    let mut text = "State      Recv-Q Send-Q Local Address:Port Peer Address:Port\n".to_owned();
    for (local, remote, number) in node.sockets() {
        let (name, _) = state(number);
        let is_shown = match (&wanted, number) {
            (Some(wanted), _) => name == wanted,
            (None, 10) => flags.contains(['a', 'l']),
            (None, 3 | 6) => flags.contains('a'),
            (None, _) => !flags.contains('l'),
        };
        let version = match (flags.contains('4'), flags.contains('6')) {
            (true, false) => local.is_ipv4(),
            (false, true) => local.is_ipv6(),
            _ => true,
        };
        if is_shown && version {
            let remote = remote.map_or("*:*".to_owned(), |remote| remote.to_string());
            text.push_str(&format!("{name:<10} 0      0      {local} {remote}\n"));
        }
    }
    Some(text)
}

/// The version of IP whose sockets alone `-4` or `-6` of `sockstat`, or `-f` of `netstat`, asks for.
fn is_of_version(local: SocketAddr, v4: bool, v6: bool) -> bool {
    v4 == v6 || local.is_ipv4() == v4
}

/// Whether FreeBSD has a socket for it: a connection that a listener has not seen the end of the handshake of is none.
fn is_socket(node: &impl Node, (local, _, state): &(SocketAddr, Option<SocketAddr>, u8)) -> bool {
    const SYN_RECEIVED: u8 = 3;
    const LISTEN: u8 = 10;
    *state != SYN_RECEIVED
        || !node.sockets().iter().any(|(other, _, state)| *state == LISTEN && other.port() == local.port())
}

/// FreeBSD's `sockstat`: with the states, whether they are asked for or not.
pub(super) fn sockstat(arguments: &[&str], node: &impl Node) -> String {
    let flags = flags_of(arguments);
    let has = |flag: char| flags.contains(flag);
    let ports = arguments.iter().position(|argument| argument.starts_with('-') && argument.ends_with('p'));
    let ports: Option<Vec<u16>> = ports
        .and_then(|place| arguments.get(place + 1))
        .map(|ports| ports.split(',').filter_map(|port| port.parse().ok()).collect());
    let mut text =
        "USER     COMMAND    PID   FD  PROTO  LOCAL ADDRESS         FOREIGN ADDRESS       STATE\n".to_owned();
    for socket @ (local, remote, number) in node.sockets() {
        let is_of_port = |ports: &Vec<u16>| {
            ports.contains(&local.port()) || remote.is_some_and(|remote| ports.contains(&remote.port()))
        };
        let is_of_kind = has('l') == has('c') || has('c') == remote.is_some();
        if !is_socket(node, &socket)
            || !is_of_version(local, has('4'), has('6'))
            || !is_of_kind
            || !ports.as_ref().is_none_or(is_of_port)
        {
            continue;
        }
        let version = if local.is_ipv4() { "tcp4" } else { "tcp6" };
        let (_, name) = state(number);
        let remote = remote.map_or("*:*".to_owned(), |remote| remote.to_string());
        text.push_str(&format!("root     packetdrill 100  3   {version}   {local} {remote} {name}\n"));
    }
    text
}

/// FreeBSD's `netstat`, as far as it lists the sockets of TCP: without `-a`, no listeners.
pub(super) fn netstat(arguments: &[&str], node: &impl Node) -> String {
    let lists_all =
        arguments.iter().any(|argument| argument.starts_with('-') && argument.contains(['a', 'l']));
    let (v4, v6) = (arguments.contains(&"inet"), arguments.contains(&"inet6"));
    let shown = |address: SocketAddr| format!("{}.{}", address.ip(), address.port());
    let mut text = "Active Internet connections\n\
                    Proto Recv-Q Send-Q Local Address          Foreign Address        (state)\n"
        .to_owned();
    for socket @ (local, remote, number) in node.sockets() {
        if !is_socket(node, &socket) || !is_of_version(local, v4, v6) || remote.is_none() && !lists_all {
            continue;
        }
        let version = if local.is_ipv4() { "tcp4" } else { "tcp6" };
        let (_, name) = state(number);
        let remote = remote.map_or("*.*".to_owned(), shown);
        text.push_str(&format!("{version}       0      0 {:<22} {remote:<22} {name}\n", shown(local)));
    }
    text
}

/// The letters behind a single line.
pub(super) fn flags_of(arguments: &[&str]) -> String {
    arguments.iter().filter_map(|argument| argument.strip_prefix('-')).collect()
}

/// FreeBSD's `tcpdrop`: of one connection, of those in a state (`-s`), or of all (`-a`); with `-l` it would only tell.
pub(super) fn tcpdrop(arguments: &[&str], node: &mut impl Node) -> Result<Option<Output>, Difference> {
    let end = |ip: &str, port: &str| Some(SocketAddr::new(ip.parse().ok()?, port.parse().ok()?));
    let wanted: Box<dyn Fn(SocketAddr, SocketAddr, u8) -> bool> = match arguments {
        [first, ..] if first.starts_with('-') && first.contains('l') => return Ok(Some(Output::default())),
        ["-a"] => Box::new(|_, _, _| true),
        ["-s", wanted] => {
            let wanted = (*wanted).to_owned();
            Box::new(move |_, _, number| state(number).1 == wanted)
        }
        [local, local_port, remote, remote_port] => {
            let (Some(own), Some(other)) = (end(local, local_port), end(remote, remote_port)) else {
                return Ok(None);
            };
            Box::new(move |local, remote, _| (local, remote) == (own, other))
        }
        _ => return Ok(None),
    };
    let mut succeeded = false;
    for socket @ (local, remote, number) in node.sockets() {
        if let Some(remote) = remote.filter(|remote| wanted(local, *remote, number))
            && is_socket(node, &socket)
        {
            node.drop_connection(local, remote)?;
            succeeded = true;
        }
    }
    Ok(Some(Output { text: String::new(), succeeded }))
}
