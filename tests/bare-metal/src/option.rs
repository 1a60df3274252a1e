//! The values of socket options: one option of each type of value.

use anysock::constants::Level;
use anysock::option::{carries_pointer, socket};

use crate::check::option;

codecs! {
    option<socket::ReuseAddr>;
    pointers;
}

fn pointers(bytes: &[u8]) -> bool {
    let &[a, b, c, d, e, f, g, h, ..] = bytes else { return true };
    let level = Level(i32::from_ne_bytes([a, b, c, d]));
    core::hint::black_box(carries_pointer(level, i32::from_ne_bytes([e, f, g, h])));
    true
}
