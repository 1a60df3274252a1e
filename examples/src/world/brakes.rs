//! The brakes.

use core::time::Duration;

use anysock::can::Id;

use super::controller::{Content, Controller, Message, swing, values};
use super::engine::speed;
use super::obd::Data;

const FAST: Duration = Duration::from_millis(10);
const MIDDLE: Duration = Duration::from_millis(20);
const SLOW: Duration = Duration::from_millis(100);

/// The brakes: the speed of each wheel 100 times a second, the pressure 50 times; J1939's brake controller.
pub const BRAKES: Controller = Controller {
    name: "brakes",
    messages: &[
        Message { id: Id::standard(0x0D4).unwrap(), period: FAST, content: Content::Classic(wheels) },
        Message { id: Id::standard(0x0D0).unwrap(), period: MIDDLE, content: Content::Classic(pressure) },
        Message {
            id: Id::extended(0x18F0_010B).unwrap(),
            period: SLOW,
            content: Content::Classic(controller_1),
        },
    ],
    request_id: Id::standard(0x7E1).unwrap(),
    current_data,
};

/// Each wheel in 1/100 km/h; the outer ones turn a little faster.
fn wheels(elapsed: Duration) -> [u8; 8] {
    let inner = speed(elapsed) * 100;
    let [[a, b], [c, d]] = [inner.to_be_bytes(), (inner + inner / 200).to_be_bytes()];
    [a, b, c, d, a, b, c, d]
}

/// The pressure in 1/100 bar: pressed every ten seconds.
fn hundredth_bar(elapsed: Duration) -> u16 {
    if elapsed.as_secs() % 10 < 8 { 0 } else { swing(elapsed, Duration::from_secs(2), 0, 6000) }
}

fn pressure(elapsed: Duration) -> [u8; 8] {
    let pressure = hundredth_bar(elapsed);
    values(pressure, u16::from(pressure > 0), 0x0101, elapsed, MIDDLE)
}

/// EBC1 of SAE J1939-71: ready, and the pedal in 0.4 %.
fn controller_1(elapsed: Duration) -> [u8; 8] {
    [0xF0, (hundredth_bar(elapsed) / 24) as u8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]
}

fn current_data(pid: u8, elapsed: Duration) -> Option<Data> {
    match pid {
        0x0D => Some(Data::One(speed(elapsed) as u8)),
        _ => None,
    }
}
