//! `getservbyname(3)`, `getservbyport(3)` and `getprotobyname(3)`, in their reentrant forms.

use core::ffi::{c_char, c_int};
use core::{mem, ptr};

use libc::{protoent, servent};

use anysock::IpProtocol;
use anysock::resolve::ServiceName;

use super::buffer::with_buffer;
use super::text::{CText, text_at};

// The libc crate does not have them; glibc and musl do, but for the last, which only glibc has.
unsafe extern "C" {
    fn getservbyname_r(
        name: *const c_char,
        protocol: *const c_char,
        entry: *mut servent,
        buffer: *mut c_char,
        len: usize,
        result: *mut *mut servent,
    ) -> c_int;

    fn getservbyport_r(
        port: c_int,
        protocol: *const c_char,
        entry: *mut servent,
        buffer: *mut c_char,
        len: usize,
        result: *mut *mut servent,
    ) -> c_int;

    #[cfg(target_env = "gnu")]
    fn getprotobyname_r(
        name: *const c_char,
        entry: *mut protoent,
        buffer: *mut c_char,
        len: usize,
        result: *mut *mut protoent,
    ) -> c_int;
}

pub(super) fn by_name(name: &str, protocol: Option<&str>) -> Option<u16> {
    let name = CText::new(name)?;
    let protocol = CText::optional(protocol).ok()?;
    let protocol = CText::optional_ptr(protocol.as_ref());
    with_entry(
        // SAFETY: a struct of integers and pointers may be all zero.
        unsafe { mem::zeroed() },
        |entry, buffer, result| {
            let (start, len) = (buffer.as_mut_ptr().cast(), buffer.len());
            // SAFETY: the names end in a zero, or the protocol is null; there are `len` writable bytes at
            // `start`, and the rest are valid.
            unsafe { getservbyname_r(name.as_ptr(), protocol, entry, start, len, result) }
        },
        |entry: &servent| Some(u16::from_be(entry.s_port as u16)),
    )
}

pub(super) fn by_port(port: u16, protocol: Option<&str>) -> Option<ServiceName> {
    let protocol = CText::optional(protocol).ok()?;
    let protocol = CText::optional_ptr(protocol.as_ref());
    with_entry(
        // SAFETY: a struct of integers and pointers may be all zero.
        unsafe { mem::zeroed() },
        |entry, buffer, result| {
            let (start, len) = (buffer.as_mut_ptr().cast(), buffer.len());
            // SAFETY: the protocol is null or ends in a zero; there are `len` writable bytes at `start`, and
            // the rest are valid.
            unsafe { getservbyport_r(port.to_be().into(), protocol, entry, start, len, result) }
        },
        // SAFETY: the name of an entry is a string.
        |entry: &servent| ServiceName::new(unsafe { text_at(entry.s_name) }?.as_bytes()).ok(),
    )
}

#[cfg(target_env = "gnu")]
pub(super) fn protocol(name: &str) -> Option<IpProtocol> {
    let name = CText::new(name)?;
    with_entry(
        // SAFETY: a struct of integers and pointers may be all zero.
        unsafe { mem::zeroed() },
        |entry, buffer, result| {
            let (start, len) = (buffer.as_mut_ptr().cast(), buffer.len());
            // SAFETY: the name ends in a zero, there are `len` writable bytes at `start`, and the rest are
            // valid.
            unsafe { getprotobyname_r(name.as_ptr(), entry, start, len, result) }
        },
        |entry: &protoent| Some(IpProtocol(entry.p_proto)),
    )
}

/// musl has a table of its own, and one entry for all threads, which is read under a lock.
#[cfg(not(target_env = "gnu"))]
pub(super) fn protocol(name: &str) -> Option<IpProtocol> {
    use core::hint::spin_loop;
    use core::sync::atomic::{AtomicBool, Ordering};

    static LOCKED: AtomicBool = AtomicBool::new(false);

    let name = CText::new(name)?;
    while LOCKED.swap(true, Ordering::Acquire) {
        spin_loop();
    }
    // SAFETY: the name ends in a zero.
    let entry: *const protoent = unsafe { libc::getprotobyname(name.as_ptr()) };
    // SAFETY: the entry is null or valid, and nobody else calls for another one while the lock is held.
    let protocol = unsafe { entry.as_ref() }.map(|entry| IpProtocol(entry.p_proto));
    LOCKED.store(false, Ordering::Release);
    protocol
}

/// Calls `call`, one of the functions above, with a buffer that is large enough, and `read` with the entry that
/// it finds. `entry` is the room for that.
fn with_entry<E, T>(
    mut entry: E,
    call: impl Fn(*mut E, &mut [u8], *mut *mut E) -> c_int,
    read: impl Fn(&E) -> Option<T>,
) -> Option<T> {
    let found = with_buffer(|buffer| {
        let mut result = ptr::null_mut();
        let answer = call(&raw mut entry, buffer, &raw mut result);
        // SAFETY: where there is a result it is `entry`, whose pointers lead into `buffer`.
        match unsafe { result.as_ref() } {
            Some(entry) => Some(read(entry)),
            None if answer == libc::ERANGE => None,
            None => Some(None),
        }
    });
    found.ok().flatten()
}
