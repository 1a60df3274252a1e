//! Options: those that the simulator knows, with values good and bad, and once in a while any number.

use anysock::option::{ip, ipv6, socket, tcp};
use anysock::{Family, Level, SocketType};

use super::Generator;
use crate::call::{Call, Kind, Slot};

/// The options that are set and read.
const OPTIONS: [(Level, i32); 34] = [
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
    (Level::SOCKET, socket::SO_SNDBUF),
    (Level::SOCKET, socket::SO_TIMESTAMPNS_NEW),
    (Level::SOCKET, socket::SO_TYPE),
    (Level::IP, ip::IP_TOS),
    (Level::IP, ip::IP_TTL),
    (Level::IPV6, ipv6::IPV6_UNICAST_HOPS),
    (Level::IPV6, ipv6::IPV6_V6ONLY),
    (Level::IPV6, ipv6::IPV6_V6ONLY),
    (Level::TCP, tcp::TCP_CORK),
    (Level::TCP, tcp::TCP_KEEPCNT),
    (Level::TCP, tcp::TCP_KEEPIDLE),
    (Level::TCP, tcp::TCP_KEEPINTVL),
    (Level::TCP, tcp::TCP_NODELAY),
    (Level::TCP, tcp::TCP_SYNCNT),
    (Level::TCP, tcp::TCP_USER_TIMEOUT),
];
/// Levels of which an unknown option is tried.
const LEVELS: [i32; 6] = [0, 1, 6, 17, 41, 12345];
/// A number that is no option's.
const NO_OPTION: i32 = 9999;

fn is_tcp(kind: Kind) -> bool {
    kind.kind == SocketType::STREAM && kind.family != Family::UNIX
}

fn is_buffer(level: Level, name: i32) -> bool {
    level == Level::SOCKET && matches!(name, socket::SO_RCVBUF | socket::SO_SNDBUF)
}

impl Generator {
    fn option(&mut self) -> (Level, i32) {
        match self.random.one_in(30) {
            true => (Level(self.random.of(&LEVELS)), NO_OPTION),
            false => self.random.of(&OPTIONS),
        }
    }

    pub(super) fn set_option(&mut self, slot: Slot, kind: Kind) {
        let (level, name) = self.option();
        if name == socket::SO_TIMESTAMPNS_NEW && is_tcp(kind) {
            // TCP has no time of what came before a worker of the kernel has begun to take it.
            return;
        }
        let is_buffer = is_buffer(level, name);
        if is_buffer && is_tcp(kind) {
            // How much a small one takes depends on how the kernel cuts text into pieces.
            return;
        }
        if name == socket::SO_SNDBUF && self.is_corked(kind) {
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
            4..6 => self.random.of(&[0i32, 50, 100, 128, 1000, 5000, 100_000]).to_ne_bytes().to_vec(),
            6 => [1i32.to_ne_bytes(), 0i32.to_ne_bytes()].concat(),
            _ => self.random.of(&[0i32, 1, 1, 1, 2]).to_ne_bytes().to_vec(),
        };
        self.calls.push(Call::SetOption(slot, level, name, value));
    }

    pub(super) fn get_option(&mut self, slot: Slot, kind: Kind) {
        let (level, name) = self.option();
        if is_buffer(level, name) && is_tcp(kind) {
            // TCP tunes its buffers as it goes.
            return;
        }
        let room = if self.random.one_in(8) { self.random.below(10) } else { 4 };
        self.calls.push(Call::GetOption(slot, level, name, room));
    }
}
