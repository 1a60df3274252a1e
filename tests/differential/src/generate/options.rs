//! Options: those that the simulator knows, with values good and bad, and once in a while any number.

use std::net::{Ipv4Addr, Ipv6Addr};

use anysock::multicast::IpMreqn;
use anysock::option::{ip, ipv6, socket, tcp};
use anysock::{Family, Level, SocketType};

use super::address::{GROUPS, GROUPS_V6};
use super::{Generator, Theme};
use crate::call::{Call, Kind, Slot};

/// The options that are set and read.
const OPTIONS: [(Level, i32); 45] = [
    (Level::SOCKET, socket::SO_ACCEPTCONN),
    (Level::SOCKET, socket::SO_BROADCAST),
    (Level::SOCKET, socket::SO_BROADCAST),
    (Level::SOCKET, socket::SO_DOMAIN),
    (Level::SOCKET, socket::SO_ERROR),
    (Level::SOCKET, socket::SO_ERROR),
    (Level::SOCKET, socket::SO_ERROR),
    (Level::SOCKET, socket::SO_KEEPALIVE),
    (Level::SOCKET, socket::SO_LINGER),
    (Level::SOCKET, socket::SO_OOBINLINE),
    (Level::SOCKET, socket::SO_PRIORITY),
    (Level::SOCKET, socket::SO_PROTOCOL),
    (Level::SOCKET, socket::SO_RCVBUF),
    (Level::SOCKET, socket::SO_RCVLOWAT),
    (Level::SOCKET, socket::SO_REUSEADDR),
    (Level::SOCKET, socket::SO_REUSEADDR),
    (Level::SOCKET, socket::SO_REUSEADDR),
    (Level::SOCKET, socket::SO_REUSEPORT),
    (Level::SOCKET, socket::SO_REUSEPORT),
    (Level::SOCKET, socket::SO_RXQ_OVFL),
    (Level::SOCKET, socket::SO_SNDBUF),
    (Level::SOCKET, socket::SO_TIMESTAMPNS_NEW),
    (Level::SOCKET, socket::SO_TYPE),
    (Level::IP, ip::IP_TOS),
    (Level::IP, ip::IP_TTL),
    (Level::IPV6, ipv6::IPV6_UNICAST_HOPS),
    (Level::IPV6, ipv6::IPV6_V6ONLY),
    (Level::IPV6, ipv6::IPV6_V6ONLY),
    (Level::TCP, tcp::TCP_CONGESTION),
    (Level::TCP, tcp::TCP_CORK),
    (Level::TCP, tcp::TCP_DEFER_ACCEPT),
    (Level::TCP, tcp::TCP_FASTOPEN),
    (Level::TCP, tcp::TCP_FASTOPEN_CONNECT),
    (Level::TCP, tcp::TCP_INFO),
    (Level::TCP, tcp::TCP_INFO),
    (Level::TCP, tcp::TCP_KEEPCNT),
    (Level::TCP, tcp::TCP_KEEPIDLE),
    (Level::TCP, tcp::TCP_KEEPINTVL),
    (Level::TCP, tcp::TCP_LINGER2),
    (Level::TCP, tcp::TCP_MAXSEG),
    (Level::TCP, tcp::TCP_NODELAY),
    (Level::TCP, tcp::TCP_NOTSENT_LOWAT),
    (Level::TCP, tcp::TCP_QUICKACK),
    (Level::TCP, tcp::TCP_SYNCNT),
    (Level::TCP, tcp::TCP_USER_TIMEOUT),
];
/// Those of datagrams alone: TCP takes some of them, too, and does nothing with them.
const OF_DATAGRAMS: [(Level, i32); 34] = [
    (Level::IP, ip::IP_BIND_ADDRESS_NO_PORT),
    (Level::IP, ip::IP_FREEBIND),
    (Level::IP, ip::IP_LOCAL_PORT_RANGE),
    (Level::IP, ip::IP_MINTTL),
    (Level::IP, ip::IP_MTU),
    (Level::IP, ip::IP_MTU_DISCOVER),
    (Level::IP, ip::IP_MULTICAST_ALL),
    (Level::IP, ip::IP_MULTICAST_IF),
    (Level::IP, ip::IP_MULTICAST_LOOP),
    (Level::IP, ip::IP_MULTICAST_TTL),
    (Level::IP, ip::IP_PKTINFO),
    (Level::IP, ip::IP_RECVERR),
    (Level::IP, ip::IP_RECVORIGDSTADDR),
    (Level::IP, ip::IP_RECVTOS),
    (Level::IP, ip::IP_RECVTTL),
    (Level::IP, ip::IP_TRANSPARENT),
    (Level::IPV6, ipv6::IPV6_DONTFRAG),
    (Level::IPV6, ipv6::IPV6_FLOWINFO_SEND),
    (Level::IPV6, ipv6::IPV6_FREEBIND),
    (Level::IPV6, ipv6::IPV6_MINHOPCOUNT),
    (Level::IPV6, ipv6::IPV6_MTU),
    (Level::IPV6, ipv6::IPV6_MTU_DISCOVER),
    (Level::IPV6, ipv6::IPV6_MULTICAST_ALL),
    (Level::IPV6, ipv6::IPV6_MULTICAST_HOPS),
    (Level::IPV6, ipv6::IPV6_MULTICAST_IF),
    (Level::IPV6, ipv6::IPV6_MULTICAST_LOOP),
    (Level::IPV6, ipv6::IPV6_RECVERR),
    (Level::IPV6, ipv6::IPV6_RECVHOPLIMIT),
    (Level::IPV6, ipv6::IPV6_RECVORIGDSTADDR),
    (Level::IPV6, ipv6::IPV6_RECVPATHMTU),
    (Level::IPV6, ipv6::IPV6_RECVPKTINFO),
    (Level::IPV6, ipv6::IPV6_RECVTCLASS),
    (Level::IPV6, ipv6::IPV6_TCLASS),
    (Level::IPV6, ipv6::IPV6_TRANSPARENT),
];
/// Those of IP that TCP takes, too, and does nothing with, or little.
const OF_STREAMS: [(Level, i32); 38] = [
    (Level::IP, ip::IP_BIND_ADDRESS_NO_PORT),
    (Level::IP, ip::IP_FREEBIND),
    (Level::IP, ip::IP_LOCAL_PORT_RANGE),
    (Level::IP, ip::IP_MINTTL),
    (Level::IP, ip::IP_MTU),
    (Level::IP, ip::IP_MTU_DISCOVER),
    (Level::IP, ip::IP_MULTICAST_ALL),
    (Level::IP, ip::IP_MULTICAST_LOOP),
    (Level::IP, ip::IP_NODEFRAG),
    (Level::IP, ip::IP_PASSSEC),
    (Level::IP, ip::IP_PKTINFO),
    (Level::IP, ip::IP_RECVERR),
    (Level::IP, ip::IP_RECVERR_RFC4884),
    (Level::IP, ip::IP_RECVOPTS),
    (Level::IP, ip::IP_RECVORIGDSTADDR),
    (Level::IP, ip::IP_RECVTOS),
    (Level::IP, ip::IP_RECVTTL),
    (Level::IP, ip::IP_RETOPTS),
    (Level::IP, ip::IP_TRANSPARENT),
    (Level::IP, ip::IP_UNICAST_IF),
    (Level::IPV6, ipv6::IPV6_AUTOFLOWLABEL),
    (Level::IPV6, ipv6::IPV6_DONTFRAG),
    (Level::IPV6, ipv6::IPV6_FLOWINFO_SEND),
    (Level::IPV6, ipv6::IPV6_FREEBIND),
    (Level::IPV6, ipv6::IPV6_MINHOPCOUNT),
    (Level::IPV6, ipv6::IPV6_MTU),
    (Level::IPV6, ipv6::IPV6_MTU_DISCOVER),
    (Level::IPV6, ipv6::IPV6_MULTICAST_ALL),
    (Level::IPV6, ipv6::IPV6_MULTICAST_LOOP),
    (Level::IPV6, ipv6::IPV6_RECVERR),
    (Level::IPV6, ipv6::IPV6_RECVERR_RFC4884),
    (Level::IPV6, ipv6::IPV6_RECVHOPLIMIT),
    (Level::IPV6, ipv6::IPV6_RECVORIGDSTADDR),
    (Level::IPV6, ipv6::IPV6_RECVPATHMTU),
    (Level::IPV6, ipv6::IPV6_RECVPKTINFO),
    (Level::IPV6, ipv6::IPV6_ROUTER_ALERT_ISOLATE),
    (Level::IPV6, ipv6::IPV6_TCLASS),
    (Level::IPV6, ipv6::IPV6_TRANSPARENT),
];
/// Those of Unix sockets alone, which others may have or not have.
const OF_UNIX: [(Level, i32); 2] =
    [(Level::SOCKET, socket::SO_PEEK_OFF), (Level::SOCKET, socket::SO_OOBINLINE)];
/// Levels of which an unknown option is tried.
const LEVELS: [i32; 6] = [0, 1, 6, 17, 41, 12345];
/// A number that is no option's.
const NO_OPTION: i32 = 9999;

pub(super) fn is_tcp(kind: Kind) -> bool {
    kind.kind == SocketType::STREAM && kind.family != Family::UNIX
}

pub(super) fn is_udp(kind: Kind) -> bool {
    kind.kind == SocketType::DGRAM && kind.family != Family::UNIX
}

fn is_buffer(level: Level, name: i32) -> bool {
    level == Level::SOCKET && matches!(name, socket::SO_RCVBUF | socket::SO_SNDBUF)
}

impl Generator {
    fn option(&mut self, kind: Kind) -> (Level, i32) {
        match self.random.one_in(30) {
            false if is_udp(kind) && self.random.one_in(3) => self.random.of(&OF_DATAGRAMS),
            false if is_tcp(kind) && self.random.one_in(6) => self.random.of(&OF_STREAMS),
            false if kind.family == Family::UNIX && self.random.one_in(3) => self.random.of(&OF_UNIX),
            true => (Level(self.random.of(&LEVELS)), NO_OPTION),
            false => self.random.of(&OPTIONS),
        }
    }

    pub(super) fn set_option(&mut self, slot: Slot, kind: Kind) {
        if is_udp(kind) && self.random.one_in(3) {
            return self.membership(slot, kind);
        }
        let (level, name) = self.option(kind);
        if name == socket::SO_PEEK_OFF && self.known.iter().any(|known| known.slot == slot && known.passed) {
            return;
        }
        if name == socket::SO_TIMESTAMPNS_NEW && is_tcp(kind) {
            // TCP has no time of what came before a worker of the kernel has begun to take it.
            return;
        }
        let is_buffer = is_buffer(level, name);
        if is_buffer && is_tcp(kind) {
            // How much a small one takes depends on how the kernel cuts text into pieces.
            return;
        }
        let is_corked = self.is_corked(kind) || self.corks && self.theme == Theme::Raw;
        if name == socket::SO_SNDBUF && is_corked {
            // What of it a datagram takes that is not complete depends on the sizes in which the kernel gives memory.
            return;
        }
        // A machine may have set the most that a buffer can be to more than the kernel's default.
        let value = match self.random.below(20) {
            0 if is_buffer => self.random.bytes(3),
            0 => self.random.bytes(12),
            1 if !is_buffer => self.random.int().to_ne_bytes().to_vec(),
            2 if !is_buffer => i32::MAX.to_ne_bytes().to_vec(),
            3 if !is_buffer => (-1i32).to_ne_bytes().to_vec(),
            4..6 => self.random.of(&[0i32, 50, 100, 128, 1000, 1280, 5000, 100_000]).to_ne_bytes().to_vec(),
            7.. if (level, name) == (Level::TCP, tcp::TCP_CONGESTION) => {
                self.random.of(&["reno", "reno", "reno\0", "", "none"]).into()
            }
            6 => [1i32.to_ne_bytes(), 0i32.to_ne_bytes()].concat(),
            _ => self.random.of(&[0i32, 1, 1, 1, 1, 2, 2, 3, 5]).to_ne_bytes().to_vec(),
        };
        self.calls.push(Call::SetOption(slot, level, name, value));
    }

    /// Joins a group or leaves it, from everybody or from one source, most often on the loopback interface; or sends
    /// by that from now on.
    fn membership(&mut self, slot: Slot, kind: Kind) {
        let local = self.random.of(&[[127, 0, 0, 1], [127, 0, 0, 1], [127, 0, 0, 1], [0; 4], [10, 0, 0, 1]]);
        let local = Ipv4Addr::from(local);
        let interface = self.random.of(&[0, 1, 1, 1, 7]);
        let of_ipv6 = kind.family == Family::INET6 && self.random.one_in(2);
        let (level, group) = match of_ipv6 {
            true => (Level::IPV6, self.random.of(&GROUPS_V6)),
            false => (Level::IP, self.random.of(&GROUPS)),
        };
        let source = self.random.of(&["127.0.0.1", "127.0.0.2", "::1"]);
        let v4 = |ip: &str| ip.parse().unwrap_or(Ipv4Addr::new(127, 0, 0, 1));
        let (name, mut value) = match self.random.below(10) {
            0..3 if of_ipv6 => self.ipv6_membership(group.parse().unwrap_or(Ipv6Addr::LOCALHOST), interface),
            0..5 if !of_ipv6 => {
                let name = self.random.of(&[
                    ip::IP_ADD_MEMBERSHIP,
                    ip::IP_ADD_MEMBERSHIP,
                    ip::IP_DROP_MEMBERSHIP,
                    ip::IP_MULTICAST_IF,
                    ip::IP_MULTICAST_IF,
                ]);
                (name, IpMreqn { group: v4(group), local, interface: interface & 1 }.encode().to_vec())
            }
            5..7 if !of_ipv6 => self.source_membership(v4(group), local, v4(source)),
            7 => self.group_request(interface, group),
            _ => self.group_source_request(interface, group, source),
        };
        if self.random.one_in(30) {
            value.truncate(self.random.below(value.len() + 1));
        }
        self.calls.push(Call::SetOption(slot, level, name, value));
    }

    pub(super) fn get_option(&mut self, slot: Slot, kind: Kind) {
        let (level, name) = self.option(kind);
        if name == socket::SO_PEEK_OFF && self.known.iter().any(|known| known.slot == slot && known.passed) {
            return;
        }
        if is_buffer(level, name) && is_tcp(kind) {
            // TCP tunes its buffers as it goes.
            return;
        }
        if name == tcp::TCP_MAXSEG && self.was_connected(slot) {
            // What a connection's is depends on the windows that kernels of different versions offer.
            return;
        }
        if (level, name) == (Level::TCP, tcp::TCP_INFO) {
            // The state, and that of congestion: what follows depends on the kernel's version and on times.
            return self.calls.push(Call::GetOption(slot, level, name, 2));
        }
        let room = if self.random.one_in(8) { self.random.below(10) } else { 4 };
        self.calls.push(Call::GetOption(slot, level, name, room));
    }

    /// Whether the socket was connected once, or may have been.
    pub(super) fn was_connected(&self, slot: Slot) -> bool {
        let original = self.known.iter().find(|known| known.slot == slot).map(|known| known.original);
        original.is_some_and(|original| self.connected.contains(&original))
    }
}
