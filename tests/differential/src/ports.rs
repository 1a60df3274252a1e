//! Ports: those that programs name, which are others in each run of a network namespace, and those that the kernel
//! chooses, which are told in the order in which they are seen.

use std::ops::RangeInclusive;

use anysock::Family;
use anysock::addr::family_of;

/// The ports that programs name.
pub(crate) const NAMED: RangeInclusive<u16> = 1001..=1008;
/// How many ports a run takes.
const STEP: u16 = 8;
/// How many runs there are until the ports of the first come again.
pub(crate) const RUNS: usize = ((FIRST_CHOSEN - *NAMED.start()) / STEP) as usize;
/// The first port that a kernel chooses: the beginning of net.ipv4.ip_local_port_range.
const FIRST_CHOSEN: u16 = 32_768;
/// The first port that is told instead.
const FIRST_TOLD: u16 = 40_001;

/// The ports of a run.
#[derive(Clone, Debug)]
pub(crate) struct Ports {
    /// How far off the ports are that the program names: a connection that has ended keeps its port for a minute,
    /// and must not be in the way of the next program.
    shift: u16,
    chosen: Vec<u16>,
}

impl Ports {
    /// The ports of run number `run`, below [`RUNS`].
    pub(crate) fn new(run: usize) -> Self {
        Ports { shift: (run % RUNS) as u16 * STEP, chosen: Vec::new() }
    }

    /// An address that the program names, as the kernel gets it.
    pub(crate) fn meant(&self, address: &[u8]) -> Vec<u8> {
        let named = |port: u16| if NAMED.contains(&port) { port + self.shift } else { port };
        with_port(address, named)
    }

    /// An address that the kernel tells, as the program sees it.
    pub(crate) fn told(&mut self, address: &[u8]) -> Vec<u8> {
        let shift = self.shift;
        with_port(address, |port| match port.checked_sub(shift) {
            _ if port >= FIRST_CHOSEN => self.place(port),
            Some(named) if NAMED.contains(&named) => named,
            _ => port,
        })
    }

    fn place(&mut self, port: u16) -> u16 {
        let known = self.chosen.iter().position(|known| *known == port);
        let place = known.unwrap_or_else(|| {
            self.chosen.push(port);
            self.chosen.len() - 1
        });
        FIRST_TOLD + place as u16
    }
}

/// The address with another port, where it is one of IP, or of no family, which IPv4 takes for one, and long enough to
/// have one; without half a one.
fn with_port(address: &[u8], other: impl FnOnce(u16) -> u16) -> Vec<u8> {
    let mut address = address.to_vec();
    if !matches!(family_of(&address), Family::INET | Family::INET6 | Family::UNSPEC) {
        return address;
    }
    match &mut address[..] {
        [_, _, half] => *half = 0,
        [_, _, high, low, ..] => {
            [*high, *low] = other(u16::from_be_bytes([*high, *low])).to_be_bytes();
        }
        _ => {}
    }
    address
}
