//! Options of `SOL_SOCKET` that change little or nothing, with values good and absurd.

use anysock::Level;
use anysock::layout::SockTimeval;
use anysock::message::SockTxtime;
use anysock::option::socket;

use super::Generator;
use crate::call::{Call, Slot};

/// The options. What a socket is told of the processor, of the memory of its group, and by a handle of a process is a
/// matter of the machine.
const OPTIONS: [i32; 36] = [
    socket::SO_BPF_EXTENSIONS,
    socket::SO_BSDCOMPAT,
    socket::SO_BUF_LOCK,
    socket::SO_BUSY_POLL,
    socket::SO_BUSY_POLL_BUDGET,
    socket::SO_CNX_ADVICE,
    socket::SO_DETACH_REUSEPORT_BPF,
    socket::SO_DONTROUTE,
    socket::SO_MAX_PACING_RATE,
    socket::SO_NOFCS,
    socket::SO_NO_CHECK,
    socket::SO_PASSCRED,
    socket::SO_PASSRIGHTS,
    socket::SO_PASSSEC,
    socket::SO_PEERCRED,
    socket::SO_PEERNAME,
    socket::SO_PEERSEC,
    socket::SO_PREFER_BUSY_POLL,
    socket::SO_RCVTIMEO_NEW,
    socket::SO_RCVTIMEO_OLD,
    socket::SO_RESERVE_MEM,
    socket::SO_SELECT_ERR_QUEUE,
    socket::SO_SNDLOWAT,
    socket::SO_SNDTIMEO_NEW,
    socket::SO_SNDTIMEO_OLD,
    socket::SO_TIMESTAMP_NEW,
    socket::SO_TIMESTAMP_OLD,
    socket::SO_TIMESTAMPNS_NEW,
    socket::SO_TIMESTAMPNS_OLD,
    socket::SO_TXREHASH,
    socket::SO_TXTIME,
    socket::SO_WIFI_STATUS,
    socket::SO_ZEROCOPY,
    socket::SO_PEERCRED,
    socket::SO_INQ,
    socket::SO_INQ,
];

impl Generator {
    /// Sets one of them, or reads it.
    pub(super) fn kept_option(&mut self, slot: Slot, is_tcp: bool) {
        let name = self.random.of(&OPTIONS);
        let level = Level::SOCKET;
        // TCP has no time of what came before a worker of the kernel has begun to take it.
        let is_time = matches!(
            name,
            socket::SO_TIMESTAMP_NEW
                | socket::SO_TIMESTAMP_OLD
                | socket::SO_TIMESTAMPNS_NEW
                | socket::SO_TIMESTAMPNS_OLD
        );
        let changes_flow = matches!(name, socket::SO_MAX_PACING_RATE | socket::SO_BUF_LOCK);
        if self.random.one_in(2) || is_tcp && (is_time || changes_flow) {
            let room = self.random.of(&[4, 4, 4, 1, 8, 16, 40]);
            return self.calls.push(Call::GetOption(slot, level, name, room));
        }
        let is_timeout = matches!(
            name,
            socket::SO_RCVTIMEO_NEW
                | socket::SO_RCVTIMEO_OLD
                | socket::SO_SNDTIMEO_NEW
                | socket::SO_SNDTIMEO_OLD
        );
        let value = match self.random.below(12) {
            0 => self.random.bytes(12),
            1 => self.random.int().to_ne_bytes().to_vec(),
            2 => (-1i32).to_ne_bytes().to_vec(),
            3.. if is_timeout => {
                let seconds = self.random.of(&[0, 1, 1, 2, 3600, -1, i64::MAX]);
                // No others: ticks are of another length in another kernel.
                let microseconds = self.random.of(&[0, 0, 0, 999_999, 1_000_000, -1]);
                SockTimeval { seconds, microseconds }.encode().to_vec()
            }
            3.. if name == socket::SO_TXTIME => {
                let time = SockTxtime {
                    clock: self.random.of(&[0, 1, 11, 300]),
                    flags: self.random.below(5) as u32,
                };
                time.encode().to_vec()
            }
            _ => self.random.of(&[0i32, 1, 1, 1, 2, 3, 70_000]).to_ne_bytes().to_vec(),
        };
        self.calls.push(Call::SetOption(slot, level, name, value));
    }
}
