//! Names of hosts: `getaddrinfo(3)`.

use core::ffi::CStr;
use core::net::{IpAddr, SocketAddr};
use core::{mem, ptr, slice};

use anysock::{Resolve, ResolveError, SockAddr};

use crate::Linux;

/// The longest name of a host with its zero: NI_MAXHOST.
const NAME_MAX: usize = 1025;

impl Resolve for Linux {
    fn resolve(&self, host: &str, each: &mut dyn FnMut(IpAddr)) -> Result<(), ResolveError> {
        let list = AddressList::new(host)?;
        let mut entry = list.0;
        while !entry.is_null() {
            // SAFETY: the entry is one of the list's, which lives until the end of the function.
            let libc::addrinfo { ai_addr, ai_addrlen, ai_next, .. } = unsafe { *entry };
            // SAFETY: an entry's address has as many bytes as the entry says.
            let bytes = unsafe { slice::from_raw_parts(ai_addr.cast::<u8>(), ai_addrlen as usize) };
            if let Ok(address) = SocketAddr::decode(bytes) {
                each(address.ip());
            }
            entry = ai_next;
        }
        Ok(())
    }
}

/// The list that `getaddrinfo(3)` allocates, freed when dropped.
struct AddressList(*mut libc::addrinfo);

impl AddressList {
    fn new(host: &str) -> Result<Self, ResolveError> {
        let mut name = [0; NAME_MAX];
        let room = name.get_mut(..host.len()).ok_or(ResolveError::NO_NAME)?;
        room.copy_from_slice(host.as_bytes());
        let name = CStr::from_bytes_until_nul(&name).map_err(|_| ResolveError::NO_NAME)?;
        if name.count_bytes() != host.len() {
            return Err(ResolveError::NO_NAME);
        }
        // SAFETY: a struct of integers and pointers may be all zero.
        let mut hints: libc::addrinfo = unsafe { mem::zeroed() };
        // One entry an address, instead of one for each socket type.
        hints.ai_socktype = libc::SOCK_STREAM;
        let mut list = ptr::null_mut();
        // SAFETY: the name ends in a zero; it, the hints and the list live until the end of the call.
        match unsafe { libc::getaddrinfo(name.as_ptr(), ptr::null(), &hints, &mut list) } {
            0 => Ok(AddressList(list)),
            error => Err(ResolveError(error)),
        }
    }
}

impl Drop for AddressList {
    fn drop(&mut self) {
        // SAFETY: getaddrinfo(3) made the list, and it is freed once.
        unsafe { libc::freeaddrinfo(self.0) };
    }
}
