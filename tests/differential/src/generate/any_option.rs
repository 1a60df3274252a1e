//! Every option that the constants know, of every level, read with room for all of it, for some, and for none.

use anysock::Level;
use anysock::constants::{self, by_name};
use anysock::option::{carries_pointer, socket, tcp};

use super::{Generator, Known};
use crate::call::Call;

/// The levels whose options are read of a socket, whatever its kind.
const LEVELS: [&str; 5] = ["SOL_SOCKET", "SOL_TCP", "SOL_UDP", "SOL_RAW", "SOL_ICMPV6"];

impl Generator {
    pub(super) fn any_option_step(&mut self) {
        let at = self.random.below(self.known.len());
        let Known { slot, .. } = self.known[at];
        let options: Vec<_> = LEVELS
            .iter()
            .filter_map(|level| Some((level, Level(by_name(level)?.value as i32))))
            .flat_map(|(name, level)| {
                let of_level = constants::all().filter(move |constant| constant.group == *name);
                of_level.map(move |constant| (level, constant.value as i32))
            })
            .filter(|(level, name)| !carries_pointer(*level, *name) && !is_of_machine(*level, *name))
            .collect();
        let (level, name) = self.random.of(&options);
        let room = self.random.of(&[0, 1, 2, 3, 4, 4, 4, 5, 7, 8, 12, 16, 20, 28, 40, 136, 300, 5000]);
        self.calls.push(Call::GetOption(slot, level, name, room));
    }
}

/// What depends on the machine, on its kernel's version, or on times.
fn is_of_machine(level: Level, name: i32) -> bool {
    match level {
        Level::SOCKET => matches!(
            name,
            socket::SO_INCOMING_CPU
                | socket::SO_INCOMING_NAPI_ID
                | socket::SO_MEMINFO
                | socket::SO_COOKIE
                | socket::SO_NETNS_COOKIE
                | socket::SO_SNDBUF
                | socket::SO_RCVBUF
        ),
        Level::TCP => matches!(
            name,
            tcp::TCP_INFO
                | tcp::TCP_TIMESTAMP
                | tcp::TCP_MAXSEG
                | tcp::TCP_WINDOW_CLAMP
                | tcp::TCP_REPAIR_WINDOW
                | tcp::TCP_AO_INFO
                | tcp::TCP_AO_GET_KEYS
                | tcp::TCP_AO_REPAIR
        ),
        _ => false,
    }
}
