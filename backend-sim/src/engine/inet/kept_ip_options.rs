//! Options of `SOL_IP` and `SOL_IPV6` that a socket keeps and tells again, and that change nothing else here
//! (net/ipv4/ip_sockglue.c, net/ipv6/ipv6_sockglue.c).

use anysock::option::ip::{IP_NODEFRAG, IP_PASSSEC, IP_RECVERR_RFC4884};
use anysock::option::ipv6::{IPV6_AUTOFLOWLABEL, IPV6_RECVERR_RFC4884, IPV6_ROUTER_ALERT_ISOLATE};
use anysock::{Errno, Level, SocketType};

use super::ip_options::int_or_byte;

/// An option that is on or off.
struct Switch {
    option: (Level, i32),
    /// What it is on a new socket.
    is_on: bool,
    /// How many bytes a value has at the least.
    shortest: usize,
    /// Whether other numbers than 0 and 1 are refused.
    is_strict: bool,
}

const fn switch(option: (Level, i32), is_on: bool, shortest: usize, is_strict: bool) -> Switch {
    Switch { option, is_on, shortest, is_strict }
}

const SWITCHES: [Switch; 6] = [
    switch((Level::IP, IP_PASSSEC), false, 0, false),
    switch((Level::IP, IP_NODEFRAG), false, 0, false),
    switch((Level::IP, IP_RECVERR_RFC4884), false, 0, true),
    switch((Level::IPV6, IPV6_AUTOFLOWLABEL), true, 0, false),
    switch((Level::IPV6, IPV6_RECVERR_RFC4884), false, 4, true),
    switch((Level::IPV6, IPV6_ROUTER_ALERT_ISOLATE), false, 4, false),
];

/// What is kept: a bit for each of [`SWITCHES`] that is not as on a new socket.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct KeptIpOptions(u8);

/// The switch of an option, and its bit.
fn find(option: (Level, i32)) -> Option<(&'static Switch, u8)> {
    let place = SWITCHES.iter().position(|switch| switch.option == option)?;
    Some((&SWITCHES[place], 1 << place))
}

/// What a value says: `SOL_IP` takes a byte for an `int`, `SOL_IPV6` takes what is shorter for zero.
fn number(level: Level, value: &[u8]) -> i32 {
    if level == Level::IP || value.len() >= size_of::<i32>() { int_or_byte(value) } else { 0 }
}

impl KeptIpOptions {
    /// `setsockopt(2)` of a socket of this kind; `None` where the option is none of these.
    pub(super) fn set(
        &mut self,
        kind: SocketType,
        option: (Level, i32),
        value: &[u8],
    ) -> Option<Result<(), Errno>> {
        let (switch, bit) = find(option)?;
        if option == (Level::IP, IP_NODEFRAG) && kind != SocketType::RAW {
            return Some(Err(Errno::ENOPROTOOPT));
        }
        let number = number(option.0, value);
        if value.len() < switch.shortest || switch.is_strict && !matches!(number, 0 | 1) {
            return Some(Err(Errno::EINVAL));
        }
        self.0 = if (number != 0) == switch.is_on { self.0 & !bit } else { self.0 | bit };
        Some(Ok(()))
    }

    /// `getsockopt(2)`; `None` where the option is none of these.
    pub(super) fn get(self, option: (Level, i32)) -> Option<bool> {
        find(option).map(|(switch, bit)| switch.is_on != (self.0 & bit != 0))
    }
}
