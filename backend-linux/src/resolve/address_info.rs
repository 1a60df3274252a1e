//! `getaddrinfo(3)` and `getnameinfo(3)`.

use core::ffi::CStr;
use core::net::SocketAddr;
use core::{mem, ptr, slice};

use anysock::constants::resolve::NameFlags;
use anysock::resolve::{AddressInfo, Hints, HostName, ServiceName};
use anysock::{Family, Protocol, ResolveError, SockAddr, SocketType};

use super::text::{CText, text_at};
use crate::address::sockaddr_of;

pub(super) fn address_info(
    host: Option<&str>,
    service: Option<&str>,
    hints: &Hints,
    each: &mut dyn FnMut(&AddressInfo<'_>),
) -> Result<(), ResolveError> {
    let list = AddressList::new(host, service, hints)?;
    let mut entry = list.0;
    while !entry.is_null() {
        // SAFETY: the entry is one of the list's, which lives until the end of the function.
        let libc::addrinfo {
            ai_family,
            ai_socktype,
            ai_protocol,
            ai_addr,
            ai_addrlen,
            ai_canonname,
            ai_next,
            ..
        } = unsafe { *entry };
        // SAFETY: an entry's address has as many bytes as the entry says.
        let bytes = unsafe { slice::from_raw_parts(ai_addr.cast::<u8>(), ai_addrlen as usize) };
        if let Ok(address) = SocketAddr::decode(bytes) {
            each(&AddressInfo {
                family: Family(ai_family as u16),
                kind: SocketType(ai_socktype),
                protocol: Protocol(ai_protocol),
                address,
                // SAFETY: an entry's name is null or a string of the list.
                canonical_name: unsafe { text_at(ai_canonname) },
            });
        }
        entry = ai_next;
    }
    Ok(())
}

/// The list that `getaddrinfo(3)` allocates, freed when dropped.
struct AddressList(*mut libc::addrinfo);

impl AddressList {
    fn new(host: Option<&str>, service: Option<&str>, asked: &Hints) -> Result<Self, ResolveError> {
        let host = CText::optional(host).map_err(|()| ResolveError::NO_NAME)?;
        let service = CText::optional(service).map_err(|()| ResolveError::SERVICE)?;
        // SAFETY: a struct of integers and pointers may be all zero.
        let mut hints: libc::addrinfo = unsafe { mem::zeroed() };
        hints.ai_flags = asked.flags.bits();
        hints.ai_family = asked.family.0.into();
        hints.ai_socktype = asked.kind.0;
        hints.ai_protocol = asked.protocol.0;
        let (host, service) = (CText::optional_ptr(host.as_ref()), CText::optional_ptr(service.as_ref()));
        let mut list = ptr::null_mut();
        // SAFETY: the names are null or end in a zero; they, the hints and the list live until the end of the
        // call.
        match unsafe { libc::getaddrinfo(host, service, &hints, &mut list) } {
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

pub(super) fn name_info(
    address: &SocketAddr,
    flags: NameFlags,
) -> Result<(HostName, ServiceName), ResolveError> {
    let address = address.encode();
    let (address, len) = sockaddr_of(address.as_ref());
    let (mut host, mut service) = ([0; libc::NI_MAXHOST as usize], [0; 32]);
    let (to, to_len) = (host.as_mut_ptr().cast(), host.len() as libc::socklen_t);
    let (at, at_len) = (service.as_mut_ptr().cast(), service.len() as libc::socklen_t);
    // SAFETY: there are `len` readable bytes at `address`, and `to_len` and `at_len` writable ones at `to` and
    // `at`.
    match unsafe { libc::getnameinfo(address, len, to, to_len, at, at_len, flags.bits()) } {
        0 => {}
        error => return Err(ResolveError(error)),
    }
    let text = |bytes| CStr::from_bytes_until_nul(bytes).unwrap_or_default();
    let host = HostName::new(text(&host).to_bytes()).map_err(|_| ResolveError::OVERFLOW)?;
    let service = ServiceName::new(text(&service).to_bytes()).map_err(|_| ResolveError::OVERFLOW)?;
    Ok((host, service))
}
