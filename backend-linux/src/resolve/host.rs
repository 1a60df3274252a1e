//! `gethostname(2)`, `gethostbyname2(3)` and `gethostbyaddr(3)`, the last two in their reentrant forms.

use alloc::vec::Vec;
use core::ffi::{CStr, c_char, c_int, c_void};
use core::net::IpAddr;
use core::{iter, mem, ptr};

use libc::{hostent, socklen_t};

use anysock::resolve::{HostEntry, HostName};
use anysock::{Errno, Family, HostError};

use super::buffer::{BufferError, with_buffer};
use super::text::{CText, text_at};
use crate::errno::{last, once};

// The libc crate does not have them; glibc and musl do.
unsafe extern "C" {
    fn gethostbyname2_r(
        name: *const c_char,
        family: c_int,
        entry: *mut hostent,
        buffer: *mut c_char,
        len: usize,
        result: *mut *mut hostent,
        error: *mut c_int,
    ) -> c_int;

    fn gethostbyaddr_r(
        address: *const c_void,
        len: socklen_t,
        family: c_int,
        entry: *mut hostent,
        buffer: *mut c_char,
        len: usize,
        result: *mut *mut hostent,
        error: *mut c_int,
    ) -> c_int;
}

pub(super) fn name() -> Result<HostName, Errno> {
    let mut name = [0; 256];
    // SAFETY: there is room for one byte less than `name` has, so that a zero always ends it.
    once(unsafe { libc::gethostname(name.as_mut_ptr().cast(), name.len() - 1) })?;
    let name = CStr::from_bytes_until_nul(&name).unwrap_or_default();
    HostName::new(name.to_bytes()).map_err(|_| Errno::ENAMETOOLONG)
}

pub(super) fn by_name(
    name: &str,
    family: Family,
    found: &mut dyn FnMut(&HostEntry<'_>),
) -> Result<(), HostError> {
    let name = CText::new(name).ok_or(HostError::NOT_FOUND)?;
    with_entry(found, |entry, buffer, result, error| {
        let (start, len) = (buffer.as_mut_ptr().cast(), buffer.len());
        // SAFETY: the name ends in a zero, there are `len` writable bytes at `start`, and the rest are valid.
        unsafe { gethostbyname2_r(name.as_ptr(), family.0.into(), entry, start, len, result, error) }
    })
}

pub(super) fn by_address(address: IpAddr, found: &mut dyn FnMut(&HostEntry<'_>)) -> Result<(), HostError> {
    let (v4, v6);
    let (octets, family): (&[u8], _) = match address {
        IpAddr::V4(address) => {
            v4 = address.octets();
            (&v4, libc::AF_INET)
        }
        IpAddr::V6(address) => {
            v6 = address.octets();
            (&v6, libc::AF_INET6)
        }
    };
    with_entry(found, |entry, buffer, result, error| {
        let (start, len) = (buffer.as_mut_ptr().cast(), buffer.len());
        let (address, address_len) = (octets.as_ptr().cast(), octets.len() as socklen_t);
        // SAFETY: there are `address_len` readable bytes at `address` and `len` writable ones at `start`, and the
        // rest are valid.
        unsafe { gethostbyaddr_r(address, address_len, family, entry, start, len, result, error) }
    })
}

/// Calls `call` with a buffer that is large enough, and `found` with what it finds.
fn with_entry(
    found: &mut dyn FnMut(&HostEntry<'_>),
    call: impl Fn(*mut hostent, &mut [u8], *mut *mut hostent, *mut c_int) -> c_int,
) -> Result<(), HostError> {
    let mut error = HostError::SUCCESS.0;
    let answer = with_buffer(|buffer| {
        // SAFETY: a struct of integers and pointers may be all zero.
        let mut entry: hostent = unsafe { mem::zeroed() };
        let mut result = ptr::null_mut();
        error = HostError::SUCCESS.0;
        let answer = call(&raw mut entry, buffer, &raw mut result, &raw mut error);
        // SAFETY: where there is a result it is `entry`, whose pointers lead into `buffer`.
        if let Some(entry) = unsafe { result.as_ref() } {
            // SAFETY: as above.
            unsafe { tell(entry, found) };
            return Some(true);
        }
        let too_small = answer == libc::ERANGE || (answer == -1 && last() == Errno::ERANGE);
        (!too_small).then_some(false)
    });
    match answer {
        Ok(true) => Ok(()),
        Err(BufferError::NoMemory) => Err(HostError::INTERNAL),
        Ok(false) | Err(BufferError::TooSmall) if error == HostError::SUCCESS.0 => Err(HostError::NOT_FOUND),
        Ok(false) | Err(BufferError::TooSmall) => Err(HostError(error)),
    }
}

/// # Safety
/// The pointers of `entry` are valid: lists that end in a null pointer, of strings and of addresses of the
/// length that it says.
unsafe fn tell(entry: &hostent, found: &mut dyn FnMut(&HostEntry<'_>)) {
    // SAFETY: the list of aliases is a list of strings.
    let aliases: Vec<&str> = unsafe { list(entry.h_aliases).filter_map(|alias| text_at(alias)).collect() };
    // SAFETY: every address has the length of its family.
    let addresses = unsafe { list(entry.h_addr_list) }.filter_map(|address| match entry.h_addrtype {
        // SAFETY: an IPv4 address has four bytes.
        libc::AF_INET => Some(IpAddr::from(unsafe { *address.cast::<[u8; 4]>() })),
        // SAFETY: an IPv6 address has sixteen bytes.
        libc::AF_INET6 => Some(IpAddr::from(unsafe { *address.cast::<[u8; 16]>() })),
        _ => None,
    });
    let addresses: Vec<IpAddr> = addresses.collect();
    // SAFETY: the name is a string.
    let name = unsafe { text_at(entry.h_name) }.unwrap_or_default();
    found(&HostEntry { name, aliases: &aliases, addresses: &addresses });
}

/// The pointers of a list that ends in a null pointer.
///
/// # Safety
/// `start` is null or such a list, for as long as the iterator lives.
unsafe fn list(start: *mut *mut c_char) -> impl Iterator<Item = *mut c_char> {
    let mut at = start;
    iter::from_fn(move || {
        if at.is_null() {
            return None;
        }
        // SAFETY: `at` never moves behind the null pointer that ends the list.
        let entry = unsafe { *at };
        if entry.is_null() {
            return None;
        }
        // SAFETY: this was not the last entry.
        at = unsafe { at.add(1) };
        Some(entry)
    })
}
