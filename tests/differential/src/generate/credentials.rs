//! Who has sent what comes by a Unix socket.

use anysock::message::{ControlWriter, Ucred, control_space};
use anysock::option::socket::{SO_PASSCRED, SO_PASSRIGHTS, SO_PEERCRED};
use anysock::{Family, Level, MessageFlags, Protocol, SocketType};

use super::Generator;
use crate::call::{Call, Kind, Recv, Send};
use crate::credentials::{OWN, SCM_CREDENTIALS};

impl Generator {
    /// A small message with credentials, or to one who wants to know them.
    pub(super) fn credentials_step(&mut self) {
        let kind = self.random.of(&[
            SocketType::STREAM,
            SocketType::STREAM,
            SocketType::DGRAM,
            SocketType::SEQPACKET,
        ]);
        let kind = Kind { family: Family::UNIX, kind, protocol: Protocol::DEFAULT };
        let same: Vec<_> =
            self.known.iter().filter(|known| known.kind == kind && !known.passed).copied().collect();
        if same.len() < 2 {
            return if self.random.one_in(3) { self.scene() } else { self.pair(kind) };
        }
        let slot = self.random.of(&same).slot;
        match self.random.below(16) {
            0..3 => {
                let name = self.random.of(&[SO_PASSCRED, SO_PASSCRED, SO_PASSRIGHTS]);
                let value = self.random.of(&[0i32, 1, 1]).to_ne_bytes().to_vec();
                self.calls.push(Call::SetOption(slot, Level::SOCKET, name, value));
            }
            3 => self.calls.push(Call::GetOption(slot, Level::SOCKET, SO_PEERCRED, 12)),
            4..10 => {
                let control = if self.random.one_in(3) { self.said_credentials() } else { Vec::new() };
                let pass = if self.random.one_in(6) { self.passed(slot.process, kind) } else { Vec::new() };
                let send = Send { len: self.random.below(6), control, pass, ..Send::default() };
                self.calls.push(Call::Send(slot, send));
            }
            _ => {
                let flags =
                    self.random.of(&[MessageFlags::empty(), MessageFlags::empty(), MessageFlags::PEEK]);
                let control = self.random.of(&[128, 128, 128, 0, 20]);
                let len = self.random.below(10);
                self.calls.push(Call::Recv(slot, Recv { len, flags, room: 110, control, ..Recv::default() }));
            }
        }
    }

    fn said_credentials(&mut self) -> Vec<u8> {
        let pid = self.random.of(&[OWN, OWN, OWN, OWN, 0, -1, i32::MAX]);
        let (uid, gid) = (self.random.of(&[0, 0, 0, u32::MAX]), self.random.of(&[0, 0, 0, u32::MAX]));
        let mut data = Ucred { pid, uid, gid }.encode().to_vec();
        if self.random.one_in(15) {
            data.pop();
        }
        let mut bytes = vec![0; control_space(data.len())];
        let mut writer = ControlWriter::new(&mut bytes);
        writer.push(Level::SOCKET, SCM_CREDENTIALS, &data).expect("there is room for it");
        bytes
    }
}
