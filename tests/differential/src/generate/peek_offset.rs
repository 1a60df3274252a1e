//! Looking at what waits from an offset on, of UDP and TCP.

use anysock::option::socket::SO_PEEK_OFF;
use anysock::{Family, Level, MessageFlags};

use super::{Generator, Known};
use crate::call::{Call, Recv, Send};

impl Generator {
    /// Something small that is sent, looked at or received.
    pub(super) fn peek_step(&mut self) {
        let at = self.random.below(self.known.len());
        let Known { slot, kind, passed, .. } = self.known[at];
        if passed || kind.family == Family::UNIX {
            return self.open_anything();
        }
        let len = self.random.below(9);
        match self.random.below(12) {
            0..4 => {
                let to = if self.is_corked(kind) || self.was_connected(slot) {
                    None
                } else {
                    Some(self.peer(kind))
                };
                self.calls.push(Call::Send(slot, Send { len, to, ..Send::default() }));
            }
            4..6 => {
                let offset = self.random.of(&[-1i32, 0, 0, 0, 1, 2, 5, 9, i32::MAX]);
                let value = offset.to_ne_bytes().to_vec();
                self.calls.push(Call::SetOption(slot, Level::SOCKET, SO_PEEK_OFF, value));
            }
            6 => self.calls.push(Call::GetOption(slot, Level::SOCKET, SO_PEEK_OFF, 4)),
            _ => {
                let mut flags =
                    self.random.of(&[MessageFlags::empty(), MessageFlags::PEEK, MessageFlags::PEEK]);
                if self.random.one_in(6) {
                    flags |= MessageFlags::TRUNC;
                }
                self.calls.push(Call::Recv(slot, Recv { len, flags, ..Recv::default() }));
            }
        }
    }
}
