//! Several sockets for one port: addresses of both families and of any, with every option that says who may have it.

use anysock::option::ipv6::IPV6_V6ONLY;
use anysock::option::socket::{SO_BINDTODEVICE, SO_BINDTOIFINDEX, SO_REUSEADDR, SO_REUSEPORT};
use anysock::{Family, Level, Protocol, SocketType};

use super::options::{is_tcp, is_udp};
use super::{Generator, Theme};
use crate::call::{Address, Call, Kind, Send, Slot};

/// The ports.
const PORTS: [u16; 4] = [1001, 1001, 1001, 1002];
const IPV4: [&str; 4] = ["0.0.0.0", "0.0.0.0", "127.0.0.1", "127.0.0.2"];
const IPV6: [&str; 5] = ["::", "::", "::1", "::ffff:127.0.0.1", "::ffff:0.0.0.0"];

impl Generator {
    /// A socket that is bound as it likes, or says what it minds, or is given up.
    pub(super) fn binding_step(&mut self) {
        let kind = match self.theme {
            Theme::Udp => SocketType::DGRAM,
            _ => SocketType::STREAM,
        };
        let is_like = |known: &&super::Known| !known.passed && (is_tcp(known.kind) || is_udp(known.kind));
        let known: Vec<_> = self.known.iter().filter(is_like).map(|known| (known.slot, known.kind)).collect();
        if known.is_empty() || self.random.one_in(5) {
            let family = self.random.of(&[Family::INET, Family::INET6, Family::INET6]);
            let slot = self.open(Kind { family, kind, protocol: Protocol::DEFAULT });
            for _ in 0..self.random.below(3) {
                self.binding_option(slot);
            }
            return;
        }
        let (slot, kind) = self.random.of(&known);
        match self.random.below(20) {
            0..9 => {
                let address = self.place(kind);
                self.calls.push(Call::Bind(slot, address));
            }
            9..13 => self.binding_option(slot),
            13..15 if is_tcp(kind) => self.listen(slot, 1),
            15..17 if is_tcp(kind) => {
                let address = self.bind_address(kind);
                self.calls.push(Call::Connect(slot, Address::Bytes(address)));
                self.connected.insert(slot);
            }
            13..17 => {
                let send = Send { len: 3, to: Some(self.place(kind)), ..Send::default() };
                self.calls.push(Call::Send(slot, send));
            }
            17 => self.calls.push(Call::LocalAddr(slot, 128)),
            18 => {
                if let Some(at) = self.known.iter().position(|known| known.slot == slot) {
                    self.close(at);
                }
            }
            _ => {
                let option = self.random.of(&[SO_REUSEADDR, SO_REUSEPORT, SO_BINDTODEVICE, SO_BINDTOIFINDEX]);
                self.calls.push(Call::GetOption(slot, Level::SOCKET, option, 20));
            }
        }
    }

    fn place(&mut self, kind: Kind) -> Address {
        let address = match kind.family {
            // A connection's addresses are all of one family.
            Family::INET6 if is_tcp(kind) && !self.maps => self.random.of(&IPV6[..3]),
            Family::INET6 => self.random.of(&IPV6),
            _ => self.random.of(&IPV4),
        };
        Address::Bytes(super::address::ip(address, self.random.of(&PORTS)))
    }

    fn binding_option(&mut self, slot: Slot) {
        let on = self.random.of(&[0i32, 1, 1]).to_ne_bytes().to_vec();
        let (level, name, value) = match self.random.below(8) {
            0..3 => (Level::SOCKET, SO_REUSEADDR, on),
            3..5 => (Level::SOCKET, SO_REUSEPORT, on),
            5 => (Level::IPV6, IPV6_V6ONLY, on),
            6 => (Level::SOCKET, SO_BINDTODEVICE, self.random.of(&["lo", "lo\0", "", "nobody"]).into()),
            _ => (Level::SOCKET, SO_BINDTOIFINDEX, self.random.of(&[0i32, 1, 1, 7]).to_ne_bytes().to_vec()),
        };
        self.calls.push(Call::SetOption(slot, level, name, value));
    }
}
