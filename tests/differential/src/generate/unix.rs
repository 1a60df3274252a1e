//! What only Unix sockets are asked: about their urgent data, and about paths.

use anysock::SockAddr;
use anysock::option::socket::{SO_OOBINLINE, SO_PEEK_OFF};
use anysock::{Family, Level, MessageFlags, Protocol, SocketType, UnixAddr};

use super::{Generator, Known};
use crate::call::{Address, Call, Kind, Recv, Send};

/// The paths that sockets are bound to.
const PATHS: [&str; 3] = ["a", "b", "c"];

impl Generator {
    pub(super) fn unix_call(&mut self, known: Known) {
        match self.random.below(8) {
            0 | 1 => self.unlink(),
            2 | 3 => self.rename(),
            _ => self.request(known),
        }
    }

    fn unlink(&mut self) {
        let path = self.random.of(&PATHS).into();
        self.calls.push(Call::Unlink(path));
    }

    fn rename(&mut self) {
        let (from, to) = (self.random.of(&PATHS).into(), self.random.of(&PATHS).into());
        self.calls.push(Call::Rename(from, to));
    }

    /// Something small that a Unix socket sends or receives, most often a stream.
    pub(super) fn urgent_step(&mut self) {
        let family = Family::UNIX;
        let kind =
            self.random.of(&[SocketType::STREAM, SocketType::STREAM, SocketType::STREAM, SocketType::DGRAM]);
        let kind = Kind { family, kind, protocol: Protocol::DEFAULT };
        let same: Vec<_> =
            self.known.iter().filter(|known| known.kind == kind && !known.passed).copied().collect();
        if same.len() < 2 {
            return self.pair(kind);
        }
        let known = self.random.of(&same);
        let (slot, len) = (known.slot, self.random.below(6));
        match self.random.below(20) {
            0..8 => {
                let flags = self.random.of(&[MessageFlags::OOB, MessageFlags::OOB, MessageFlags::empty()]);
                self.calls.push(Call::Send(slot, Send { len, flags, ..Send::default() }));
            }
            8..15 => {
                let mut flags = MessageFlags::empty();
                for (flag, often) in [
                    (MessageFlags::PEEK, 3),
                    (MessageFlags::OOB, 4),
                    (MessageFlags::WAITALL, 9),
                    (MessageFlags::TRUNC, 9),
                ] {
                    if self.random.one_in(often) {
                        flags |= flag;
                    }
                }
                self.calls.push(Call::Recv(slot, Recv { len, flags, room: 110, ..Recv::default() }));
            }
            15..18 => self.request(known),
            18 => {
                let offset = self.random.of(&[-1i32, 0, 0, 1, 3, 7, i32::MAX]);
                let value = offset.to_ne_bytes().to_vec();
                self.calls.push(Call::SetOption(slot, Level::SOCKET, SO_PEEK_OFF, value));
            }
            _ => {
                let value = self.random.of(&[0i32, 1]).to_ne_bytes().to_vec();
                self.calls.push(Call::SetOption(slot, Level::SOCKET, SO_OOBINLINE, value));
            }
        }
    }

    /// A path gets another socket, or goes away, or somebody asks who is there.
    pub(super) fn path_step(&mut self) {
        let path = self.random.of(&PATHS).parse::<UnixAddr>().expect("these are paths");
        let address = Address::Bytes(path.encode().as_ref().to_vec());
        let known: Vec<_> =
            self.known.iter().filter(|known| known.kind.family == Family::UNIX).copied().collect();
        if known.is_empty() || self.random.one_in(4) {
            let kind = self.random.of(&[SocketType::STREAM, SocketType::DGRAM, SocketType::SEQPACKET]);
            self.open(Kind { family: Family::UNIX, kind, protocol: Protocol::DEFAULT });
            return;
        }
        let slot = self.random.of(&known).slot;
        match self.random.below(12) {
            0..3 => self.calls.push(Call::Bind(slot, address)),
            3..5 => self.listen(slot, 2),
            5..7 => self.calls.push(Call::Connect(slot, address)),
            7..9 => self.rename(),
            9 => self.unlink(),
            10 => self.calls.push(Call::LocalAddr(slot, 110)),
            _ => {
                let send = Send { len: 5, to: Some(address), ..Send::default() };
                self.calls.push(Call::Send(slot, send));
            }
        }
    }
}
