//! When datagrams came and left: SO_TIMESTAMPING and what the error queue tells of it.

use anysock::constants::socket_option::TimestampingFlags;
use anysock::option::socket::{SO_TIMESTAMPING_NEW, SO_TIMESTAMPING_OLD};
use anysock::{Level, MessageFlags};

use super::options::is_udp;
use super::{Generator, Known};
use crate::call::{Call, Recv, Send};

/// What is asked for: of what left only the times, for the packet has a number that the kernel chooses.
const FLAGS: [TimestampingFlags; 9] = [
    TimestampingFlags::SOFTWARE,
    TimestampingFlags::SOFTWARE,
    TimestampingFlags::RX_SOFTWARE,
    TimestampingFlags::TX_SOFTWARE,
    TimestampingFlags::TX_SOFTWARE,
    TimestampingFlags::TX_SCHED,
    TimestampingFlags::OPT_ID,
    TimestampingFlags::OPT_ID,
    TimestampingFlags::OPT_RX_FILTER,
];

impl Generator {
    /// A datagram, its times, or which of them are to be told.
    pub(super) fn timestamps_step(&mut self) {
        let at = self.random.below(self.known.len());
        let Known { slot, kind, passed, .. } = self.known[at];
        if passed || !is_udp(kind) || self.corks {
            return self.open_anything();
        }
        match self.random.below(12) {
            0..3 => {
                let name = self.random.of(&[SO_TIMESTAMPING_NEW, SO_TIMESTAMPING_OLD]);
                let mut flags = TimestampingFlags::OPT_TSONLY;
                for _ in 0..self.random.below(6) {
                    flags |= self.random.of(&FLAGS);
                }
                let value = match self.random.below(10) {
                    0 => vec![0; self.random.below(6)],
                    1 => (1u32 << (19 + self.random.below(13))).to_ne_bytes().to_vec(),
                    _ => flags.bits().to_ne_bytes().to_vec(),
                };
                self.calls.push(Call::SetOption(slot, Level::SOCKET, name, value));
            }
            3 => {
                let name = self.random.of(&[SO_TIMESTAMPING_NEW, SO_TIMESTAMPING_OLD]);
                let room = self.random.of(&[4, 8, 20]);
                self.calls.push(Call::GetOption(slot, Level::SOCKET, name, room));
            }
            4..8 => {
                let len = self.random.below(20);
                let to = if self.was_connected(slot) { None } else { Some(self.peer(kind)) };
                self.calls.push(Call::Send(slot, Send { len, to, ..Send::default() }));
            }
            step => {
                let flags = if step < 10 { MessageFlags::ERRQUEUE } else { MessageFlags::empty() };
                let control = self.random.of(&[200, 200, 200, 40, 0]);
                self.calls
                    .push(Call::Recv(slot, Recv { len: 30, flags, room: 28, control, ..Recv::default() }));
            }
        }
    }
}
