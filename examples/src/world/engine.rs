//! The engine.

use core::time::Duration;

use anysock::can::Id;

use super::controller::{Content, Controller, Message, swing, values};
use super::obd::Data;

const FAST: Duration = Duration::from_millis(10);
const SLOW: Duration = Duration::from_millis(100);
const SLOWEST: Duration = Duration::from_secs(1);

/// The engine: speed and torque 100 times a second, temperatures 10 times; J1939's vehicle speed and engine
/// temperature.
pub const ENGINE: Controller = Controller {
    name: "engine",
    messages: &[
        Message { id: Id::standard(0x0C0).unwrap(), period: FAST, content: Content::Classic(rotation) },
        Message { id: Id::standard(0x1A0).unwrap(), period: SLOW, content: Content::Classic(temperatures) },
        Message {
            id: Id::extended(0x18FE_F100).unwrap(),
            period: SLOW,
            content: Content::Classic(vehicle_speed),
        },
        Message {
            id: Id::extended(0x18FE_EE00).unwrap(),
            period: SLOWEST,
            content: Content::Classic(temperature_1),
        },
    ],
    request_id: Id::standard(0x7E0).unwrap(),
    current_data,
};

/// Revolutions a minute, in quarters: idling to 4000, back and forth in 20 seconds.
fn quarter_rpm(elapsed: Duration) -> u16 {
    swing(elapsed, Duration::from_secs(20), 4 * 800, 4 * 4000)
}

/// Kilometres an hour.
pub(super) fn speed(elapsed: Duration) -> u16 {
    swing(elapsed, Duration::from_secs(40), 0, 120)
}

/// Coolant, in degrees Celsius plus 40: it warms up in a minute.
fn coolant(elapsed: Duration) -> u8 {
    40 + 20 + elapsed.as_secs().min(60) as u8
}

/// Throttle, 0 to 255.
fn throttle(elapsed: Duration) -> u8 {
    swing(elapsed, Duration::from_secs(10), 20, 230) as u8
}

fn rotation(elapsed: Duration) -> [u8; 8] {
    let torque = swing(elapsed, Duration::from_secs(10), 100, 320);
    values(quarter_rpm(elapsed), torque, throttle(elapsed).into(), elapsed, FAST)
}

fn temperatures(elapsed: Duration) -> [u8; 8] {
    values(coolant(elapsed).into(), u16::from(coolant(elapsed)) + 8, 40 + 21, elapsed, SLOW)
}

/// CCVS of SAE J1939-71: the wheel-based speed in 1/256 km/h, least significant byte first.
fn vehicle_speed(elapsed: Duration) -> [u8; 8] {
    let [low, high] = (speed(elapsed) * 256).to_le_bytes();
    [0xFF, low, high, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]
}

/// ET1 of SAE J1939-71: the coolant in degrees Celsius plus 40.
fn temperature_1(elapsed: Duration) -> [u8; 8] {
    [coolant(elapsed), 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]
}

fn current_data(pid: u8, elapsed: Duration) -> Option<Data> {
    match pid {
        0x05 => Some(Data::One(coolant(elapsed))),
        0x0C => Some(Data::Two(quarter_rpm(elapsed))),
        0x0D => Some(Data::One(speed(elapsed) as u8)),
        0x11 => Some(Data::One(throttle(elapsed))),
        0x1F => Some(Data::Two(elapsed.as_secs().min(u16::MAX.into()) as u16)),
        _ => None,
    }
}
