//! The values of socket options, of every type that they have.

use core::time::Duration;

use anysock::InterfaceName;
use anysock::addr::AtmPvcAddr;
use anysock::can::{Filter, J1939Filter};
use anysock::constants::{Errno, Family, Level, Protocol, SocketType};
use anysock::option::{Linger, List, carries_pointer};
use anysock::text::Name;

use crate::check::value;

codecs! {
    value<bool>;
    value<i32>;
    value<u8>;
    value<u16>;
    value<u32>;
    value<u64>;
    value<Duration>;
    value<Family>;
    value<Protocol>;
    value<SocketType>;
    value<Option<Errno>>;
    value<Linger>;
    value<Name<15>>;
    value<Option<InterfaceName>>;
    value<List<u8, 40>>;
    value<List<u32, 9>>;
    value<List<Filter, 8>>;
    value<List<J1939Filter, 4>>;
    value<AtmPvcAddr>;
    pointers;
}

fn pointers(bytes: &[u8]) -> bool {
    let &[a, b, c, d, e, f, g, h, ..] = bytes else { return true };
    let level = Level(i32::from_ne_bytes([a, b, c, d]));
    core::hint::black_box(carries_pointer(level, i32::from_ne_bytes([e, f, g, h])));
    true
}
