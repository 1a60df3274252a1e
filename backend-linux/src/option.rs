//! `setsockopt(2)` and `getsockopt(2)`, in room of our own where the program's is small.
//!
//! Some of the kernel's protocols read or write an option's whole structure whatever length they are given:
//! BT_DEFER_SETUP always writes four bytes, SO_ATMQOS of the wrong level writes 88. A short slice of safe code
//! must not cost memory behind it, so a value shorter than [`ROOM`] goes through a buffer that long.

use libc::c_void;

use anysock::{Errno, Level, option};

use crate::address::socklen;
use crate::errno::retry;
use crate::handle::Handle;

/// More bytes than any structure that the kernel copies without looking at the length.
const ROOM: usize = 512;

pub(crate) fn set(handle: &Handle, level: Level, name: i32, value: &[u8]) -> Result<(), Errno> {
    if option::carries_pointer(level, name) {
        return Err(Errno::EOPNOTSUPP);
    }
    let mut room = [0; ROOM];
    let from: *const c_void = match room.get_mut(..value.len()) {
        // TIPC wants a null pointer for an option without value.
        Some([]) => core::ptr::null(),
        Some(copy) => {
            copy.copy_from_slice(value);
            room.as_ptr().cast()
        }
        None => value.as_ptr().cast(),
    };
    let len = socklen(value.len());
    // SAFETY: there are at least ROOM readable bytes at `from`, and at least `len` where that is more, or it is
    // null, for which the kernel answers EFAULT where it reads; the options whose bytes the kernel would take for a
    // pointer were refused above.
    retry(|| unsafe { libc::setsockopt(handle.as_raw(), level.0, name, from, len) }).map(|_| ())
}

pub(crate) fn get(handle: &Handle, level: Level, name: i32, value: &mut [u8]) -> Result<usize, Errno> {
    if option::carries_pointer(level, name) {
        return Err(Errno::EOPNOTSUPP);
    }
    let mut room = [0; ROOM];
    let small = value.len() < ROOM;
    let to: *mut c_void = match room.get_mut(..value.len()) {
        Some(copy) if small => {
            // Some answers depend on what the value asks (SCTP_STATUS).
            copy.copy_from_slice(value);
            room.as_mut_ptr().cast()
        }
        _ => value.as_mut_ptr().cast(),
    };
    let mut len = socklen(value.len());
    // SAFETY: there are at least ROOM writable bytes at `to`, and at least `len` where that is more; the
    // options whose bytes the kernel would take for a pointer were refused above. An interrupted call has not
    // touched the length.
    retry(|| unsafe { libc::getsockopt(handle.as_raw(), level.0, name, to, &raw mut len) })?;
    if small && let Some(answer) = room.get(..value.len()) {
        value.copy_from_slice(answer);
    }
    Ok(len as usize)
}
