//! A program that uses CAN frames and nothing else: it answers a remote frame that a filter lets through.
#![cfg_attr(target_os = "none", no_std, no_main)]

use core::hint::black_box;

use anysock::can::{Filter, Frame, Id};
use anysock_bare_metal::image;

const TEMPERATURE: Filter = Filter::new(0x123, 0x7FF);

fn answer(bytes: &[u8]) -> Option<[u8; 16]> {
    let asked = Frame::decode(bytes).ok()?;
    let answer = Frame::new(Id::standard(0x124)?, asked.data())?;
    TEMPERATURE.matches(asked.can_id()).then(|| *answer.as_bytes())
}

image!({
    black_box(answer(black_box(&[])));
});
