//! Several messages in one call.

use anysock::option::{ip, ipv6};
use anysock::{Family, Level, MessageFlags, SocketType};

use super::{Generator, Known};
use crate::call::{Call, Kind, Recv, Send, Slot};

/// The most messages of a call.
const MOST: usize = 4;

impl Generator {
    pub(super) fn several_step(&mut self) {
        let at = self.random.below(self.known.len());
        let Known { slot, kind, passed, .. } = self.known[at];
        if passed {
            return self.open_anything();
        }
        let count = 1 + self.random.below(MOST);
        if self.random.one_in(2) {
            let mut flags = self.flags(&[MessageFlags::PEEK, MessageFlags::TRUNC, MessageFlags::ERRQUEUE]);
            if self.random.one_in(12) {
                flags |= MessageFlags::OOB;
            }
            let len = self.random.below(200);
            let control = self.random.of(&[0, 0, 64]);
            return self.calls.push(Call::RecvSeveral(
                slot,
                count,
                Recv { len, flags, control, ..Recv::default() },
            ));
        }
        let count = if self.hears_at_once(slot, kind) { 1 } else { count };
        let flags = self.flags(&[MessageFlags::DONTWAIT, MessageFlags::NOSIGNAL, MessageFlags::CONFIRM]);
        let often = if kind.kind == SocketType::DGRAM { 2 } else { 12 };
        let is_udp = kind.family != Family::UNIX && kind.kind == SocketType::DGRAM;
        let messages = (0..count).map(|_| {
            let len = match self.random.below(12) {
                0 => 0,
                1 => self.random.below(if is_udp { 70_000 } else { 10_000 }),
                _ => 1 + self.random.below(100),
            };
            let to = if self.random.one_in(often) { Some(self.peer(kind)) } else { None };
            let control = match self.random.below(20) {
                0 => self.random.bytes(40),
                1..3 if is_udp => self.control(kind),
                _ => Vec::new(),
            };
            Send { len, to, control, ..Send::default() }
        });
        let messages = messages.collect();
        self.calls.push(Call::SendSeveral(slot, flags.difference(MessageFlags::MORE), messages));
    }

    /// Whether an answer to what it sends may be there before the call is over: on Linux the loopback interface
    /// delivers inside of the send, and the simulator's takes time.
    fn hears_at_once(&self, slot: Slot, kind: Kind) -> bool {
        let wants_errors = |call: &Call| match call {
            Call::SetOption(_, level, name, _) => {
                matches!((*level, *name), (Level::IP, ip::IP_RECVERR) | (Level::IPV6, ipv6::IPV6_RECVERR))
            }
            _ => false,
        };
        kind.family != Family::UNIX
            && (kind.kind != SocketType::DGRAM
                || self.was_connected(slot)
                || self.calls.iter().any(wants_errors))
    }
}
