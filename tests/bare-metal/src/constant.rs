//! Names of the kernel's numbers, both ways.

use anysock::constants::{
    self, Errno, Family, Level, MessageFlags, PollEvents, Protocol, ResolveError, Shutdown, SocketType,
};

use crate::check::{debugs, displays};

codecs! {
    names;
    errors;
    by_name;
}

fn number(bytes: &[u8]) -> i32 {
    bytes.first_chunk().map_or(0, |number| i32::from_ne_bytes(*number))
}

fn names(bytes: &[u8]) -> bool {
    let number = number(bytes);
    debugs(&Family(number as u16))
        && debugs(&SocketType(number))
        && debugs(&Protocol(number))
        && debugs(&Level(number))
        && debugs(&Shutdown(number))
        && debugs(&MessageFlags::from_bits_retain(number))
        && debugs(&PollEvents::from_bits_retain(number as i16))
}

fn errors(bytes: &[u8]) -> bool {
    let number = number(bytes);
    displays(&Errno(number))
        && debugs(&Errno(number))
        && displays(&ResolveError(number))
        && debugs(&ResolveError(number))
}

fn by_name(bytes: &[u8]) -> bool {
    let Ok(name) = core::str::from_utf8(bytes) else { return true };
    constants::by_name(name).is_none_or(|constant| constant.name == name)
}
