//! The battery pack.

use core::time::Duration;

use anysock::can::Id;

use super::controller::{Content, Controller, Message, swing, values};
use super::obd::Data;

const CELLS: Duration = Duration::from_millis(50);
const SLOW: Duration = Duration::from_millis(100);
const SLOWER: Duration = Duration::from_millis(200);

/// The battery pack: the voltage of each of its 32 cells in one FD frame 20 times a second; voltage, current
/// and charge 10 times; its limits.
pub const BATTERY: Controller = Controller {
    name: "battery",
    messages: &[
        Message { id: Id::standard(0x3C0).unwrap(), period: CELLS, content: Content::Fd(cells) },
        Message { id: Id::standard(0x3B0).unwrap(), period: SLOW, content: Content::Classic(pack) },
        Message { id: Id::extended(0x18FF_50E5).unwrap(), period: SLOWER, content: Content::Classic(limits) },
    ],
    request_id: Id::standard(0x7E2).unwrap(),
    current_data,
};

/// The mean voltage of a cell in millivolts.
fn cell_millivolts(elapsed: Duration) -> u16 {
    swing(elapsed, Duration::from_secs(30), 3400, 3900)
}

/// Charge in 1/10 %: it falls by a tenth every two seconds, from 80 % to 20 %.
fn charge(elapsed: Duration) -> u16 {
    800 - (elapsed.as_secs() / 2).min(600) as u16
}

/// No two cells are alike: each is up to 15 mV off the mean, always the same.
fn cells(elapsed: Duration) -> [u8; 64] {
    let mean = cell_millivolts(elapsed);
    let mut bytes = [0; 64];
    for (number, cell) in (0..).zip(bytes.chunks_exact_mut(2)) {
        let offset: u16 = number * 7 % 31;
        cell.copy_from_slice(&(mean + offset - 15).to_be_bytes());
    }
    bytes
}

/// The pack's voltage in 1/10 V, its current in 1/10 A above -1000 A, its charge.
fn pack(elapsed: Duration) -> [u8; 8] {
    let current = 10_000 - swing(elapsed, Duration::from_secs(10), 0, 2500);
    values(cell_millivolts(elapsed) / 100 * 32, current, charge(elapsed), elapsed, SLOW)
}

/// What it gives and takes at most, in 1/10 kW.
fn limits(elapsed: Duration) -> [u8; 8] {
    let most = charge(elapsed) + 400;
    values(most, 1200 - most / 2, 0x0001, elapsed, SLOWER)
}

fn current_data(pid: u8, elapsed: Duration) -> Option<Data> {
    match pid {
        // Control module voltage in millivolts.
        0x42 => Some(Data::Two(13_800)),
        // Remaining life of a hybrid battery pack in 100/255 %.
        0x5B => Some(Data::One((u32::from(charge(elapsed)) * 255 / 1000) as u8)),
        _ => None,
    }
}
