//! Errors of datagrams that did not arrive, or could not leave, and all that is told with them (`IP_RECVERR`).

use anysock::option::{ip, ipv6, socket};
use anysock::{Family, Level, MessageFlags};

use super::options::is_udp;
use super::{Generator, Known};
use crate::call::{Call, Recv, Send, Slot};

/// What is kept of errors, what is told with them, and what makes a datagram too large for its way.
const OPTIONS: [(Level, i32); 20] = [
    (Level::IP, ip::IP_RECVERR),
    (Level::IP, ip::IP_RECVERR),
    (Level::IPV6, ipv6::IPV6_RECVERR),
    (Level::IPV6, ipv6::IPV6_RECVERR),
    (Level::IP, ip::IP_PKTINFO),
    (Level::IP, ip::IP_RECVTTL),
    (Level::IP, ip::IP_RECVTOS),
    (Level::IP, ip::IP_TTL),
    (Level::IP, ip::IP_TOS),
    (Level::IPV6, ipv6::IPV6_RECVHOPLIMIT),
    (Level::IPV6, ipv6::IPV6_RECVPKTINFO),
    (Level::IPV6, ipv6::IPV6_RECVTCLASS),
    (Level::IPV6, ipv6::IPV6_UNICAST_HOPS),
    (Level::IPV6, ipv6::IPV6_TCLASS),
    (Level::IPV6, ipv6::IPV6_DONTFRAG),
    (Level::IPV6, ipv6::IPV6_RECVPATHMTU),
    (Level::IPV6, ipv6::IPV6_MTU),
    (Level::SOCKET, socket::SO_TIMESTAMP_NEW),
    (Level::SOCKET, socket::SO_TIMESTAMPNS_OLD),
    (Level::SOCKET, socket::SO_SELECT_ERR_QUEUE),
];

impl Generator {
    /// A datagram to where nobody is, an error, or what is to be told of those.
    pub(super) fn errors_step(&mut self) {
        let at = self.random.below(self.known.len());
        let Known { slot, kind, passed, .. } = self.known[at];
        if passed || !is_udp(kind) || self.corks {
            return self.open_anything();
        }
        match self.random.below(20) {
            0..7 => self.error_option(slot, kind.family),
            7 if !self.was_connected(slot) => {
                let address = self.reachable(kind);
                self.connected.insert(slot);
                self.calls.push(Call::Connect(slot, address));
            }
            7..13 => {
                let len = self.random.of(&[0, 3, 20, 1231, 1232, 1233, 3000, 65_507, 65_508]);
                let to = if self.was_connected(slot) { None } else { Some(self.reachable(kind)) };
                self.calls.push(Call::Send(slot, Send { len, to, ..Send::default() }));
            }
            13 => self.calls.push(Call::GetOption(slot, Level::SOCKET, socket::SO_ERROR, 4)),
            step => {
                let flags = if step < 18 { MessageFlags::ERRQUEUE } else { MessageFlags::empty() };
                let (len, control) = (self.random.of(&[0, 2, 30]), self.random.of(&[300, 300, 300, 60, 0]));
                let recv =
                    Recv { len, flags, room: self.random.of(&[28, 28, 16, 0]), control, take: Vec::new() };
                self.calls.push(Call::Recv(slot, recv));
            }
        }
    }

    fn error_option(&mut self, slot: Slot, family: Family) {
        let (level, name) = self.random.of(&OPTIONS);
        if level == Level::IPV6 && family != Family::INET6 {
            return self.calls.push(Call::GetOption(slot, level, name, 4));
        }
        let value = match (level, name) {
            (Level::IPV6, ipv6::IPV6_MTU) => self.random.of(&[0i32, 1279, 1280, 1280, 2000]),
            _ => self.random.of(&[0i32, 1, 1, 1, 7]),
        };
        self.calls.push(Call::SetOption(slot, level, name, value.to_ne_bytes().to_vec()));
    }
}
