//! TUN interfaces (tuntap.rst of the kernel's networking documentation, linux/if_tun.h).

use libc::c_short;

use anysock::tun::TunInterfaces;
use anysock::{Errno, InterfaceName};

use crate::Linux;
use crate::errno::retry;
use crate::handle::Handle;

/// Opens `/dev/net/tun` for the interface of this name, which is of the kind that `mode` says.
fn open(name: &InterfaceName, mode: libc::c_int) -> Result<Handle, Errno> {
    let flags = libc::O_RDWR | libc::O_NONBLOCK | libc::O_CLOEXEC;
    // SAFETY: the path is a string.
    let descriptor = retry(|| unsafe { libc::open(c"/dev/net/tun".as_ptr(), flags) })?;
    // SAFETY: the kernel has just made this descriptor, for this call alone.
    let handle = unsafe { Handle::from_raw(descriptor as i32) };
    let mut request = libc::ifreq {
        ifr_name: name.to_ifr_name().map(|byte| byte as libc::c_char),
        ifr_ifru: libc::__c_anonymous_ifr_ifru { ifru_flags: mode as c_short },
    };
    // SAFETY: TUNSETIFF reads a `struct ifreq`, and writes the name back into it.
    retry(|| unsafe { libc::ioctl(handle.as_raw(), libc::TUNSETIFF as _, &raw mut request) })?;
    Ok(handle)
}

impl Linux {
    /// Opens a TUN interface as [`TunInterfaces::open_tun`] does, with `IFF_VNET_HDR`: a `struct virtio_net_hdr`
    /// (linux/virtio_net.h) of 10 octets stands before each packet that is read or written. So a program hands in
    /// several TCP segments as one packet.
    ///
    /// # Errors
    /// As [`TunInterfaces::open_tun`].
    pub fn open_tun_with_virtio_header(&self, name: &InterfaceName) -> Result<Handle, Errno> {
        open(name, libc::IFF_TUN | libc::IFF_NO_PI | libc::IFF_VNET_HDR)
    }
}

impl TunInterfaces for Linux {
    fn open_tun(&self, name: &InterfaceName) -> Result<Handle, Errno> {
        open(name, libc::IFF_TUN | libc::IFF_NO_PI)
    }

    fn read_packet(&self, handle: &Handle, packet: &mut [u8]) -> Result<usize, Errno> {
        // SAFETY: there is room for as many bytes.
        retry(|| unsafe { libc::read(handle.as_raw(), packet.as_mut_ptr().cast(), packet.len()) })
    }

    fn write_packet(&self, handle: &Handle, packet: &[u8]) -> Result<(), Errno> {
        // SAFETY: so many bytes are readable. A packet is written whole or not at all.
        retry(|| unsafe { libc::write(handle.as_raw(), packet.as_ptr().cast(), packet.len()) }).map(|_| ())
    }
}
