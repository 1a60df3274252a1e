//! How connections of TCP end: by closing, by half, with an abort, by another connection, and what is said of it then.

use anysock::option::socket::{SO_ERROR, SO_LINGER};
use anysock::option::tcp::TCP_INFO;
use anysock::{Level, MessageFlags, Shutdown};

use super::options::is_tcp;
use super::{Generator, Known};
use crate::call::{Address, Call, Recv, Send};

impl Generator {
    pub(super) fn ending_step(&mut self) {
        let at = self.random.below(self.known.len());
        let Known { slot, kind, listening, passed, .. } = self.known[at];
        if passed || !is_tcp(kind) {
            return self.open_anything();
        }
        match self.random.below(32) {
            0..5 => {
                // Aborts with 0 seconds, which nobody waits for; with more, closing would wait.
                let linger = [self.random.of(&[0i32, 1, 1, 1]), 0];
                let value = linger.into_iter().flat_map(i32::to_ne_bytes).collect();
                self.calls.push(Call::SetOption(slot, Level::SOCKET, SO_LINGER, value));
            }
            5..9 => self.calls.push(Call::GetOption(slot, Level::SOCKET, SO_ERROR, 4)),
            9..11 => self.calls.push(Call::GetOption(slot, Level::TCP, TCP_INFO, 2)),
            11..15 => {
                let how = Shutdown(self.random.below(3) as i32);
                self.calls.push(Call::Shutdown(slot, how));
            }
            15..18 => self.close(at),
            18..20 => {
                let nobody = vec![0; self.random.of(&[2, 16, 16, 28])];
                self.calls.push(Call::Connect(slot, Address::Bytes(nobody)));
            }
            20..23 if listening => self.accept(slot, kind),
            20..23 => {
                let address = self.peer(kind);
                self.connected.insert(slot);
                self.calls.push(Call::Connect(slot, address));
            }
            23 => self.listen(slot, 1),
            24..28 => {
                let flags = self.random.of(&[MessageFlags::empty(), MessageFlags::OOB]);
                let len = self.random.below(10);
                self.calls.push(Call::Send(slot, Send { len, flags, ..Send::default() }));
            }
            _ => {
                let flags = self.random.of(&[
                    MessageFlags::empty(),
                    MessageFlags::empty(),
                    MessageFlags::PEEK,
                    MessageFlags::WAITALL,
                    MessageFlags::PEEK.union(MessageFlags::WAITALL),
                    MessageFlags::OOB,
                    MessageFlags::TRUNC,
                ]);
                let len = self.random.below(20);
                self.calls.push(Call::Recv(slot, Recv { len, flags, ..Recv::default() }));
            }
        }
    }
}
