//! TUN interfaces: network interfaces whose other end is a program (tuntap.rst of the kernel's networking
//! documentation).
//!
//! What the machine routes to the interface, the program reads, an IP packet at a time; what it writes, the
//! machine receives there.
//!
//! ```
//! use anysock::tun::{Tun, TunInterfaces};
//! use anysock::{Deadline, Error};
//!
//! /// Sends the next packet back to where it came from.
//! fn reflect<B: TunInterfaces>(backend: B) -> Result<(), Error> {
//!     let tun = Tun::open(backend, &"tun0".parse()?)?;
//!     let mut packet = [0; 65_535];
//!     let length = tun.read_until(&mut packet, Deadline::NEVER)?;
//!     tun.write(&packet[..length])?;
//!     Ok(())
//! }
//! ```

use core::fmt;

use crate::backend::{Backend, attempt_until};
use crate::constants::{Errno, PollEvents};
use crate::error::Error;
use crate::interface::InterfaceName;
use crate::time::Deadline;

/// A backend whose machine can have TUN interfaces.
pub trait TunInterfaces: Backend {
    /// Opens the TUN interface of this name, and makes it where there is none: `TUNSETIFF` with `IFF_TUN` and
    /// `IFF_NO_PI`. One that was made goes when the handle is closed.
    ///
    /// # Errors
    /// `EPERM` without CAP_NET_ADMIN, `EBUSY` where another program has it open, `EINVAL` where an interface of
    /// this name is none of this kind, `ENOENT` where the machine knows no such devices.
    fn open_tun(&self, name: &InterfaceName) -> Result<Self::Handle, Errno>;

    /// Takes out the oldest packet that the machine has sent by the interface, and returns its length. What does
    /// not fit is lost.
    ///
    /// # Errors
    /// `EAGAIN` where there is none, `EBADFD` where the interface has been deleted.
    fn read_packet(&self, handle: &Self::Handle, packet: &mut [u8]) -> Result<usize, Errno>;

    /// Lets the machine receive an IP packet by the interface.
    ///
    /// # Errors
    /// `EIO` where the interface is not up, `EINVAL` for what does not begin as an IP packet does, `EBADFD` where
    /// the interface has been deleted.
    fn write_packet(&self, handle: &Self::Handle, packet: &[u8]) -> Result<(), Errno>;
}

/// An open TUN interface. See the [module's page](self).
pub struct Tun<B: Backend> {
    backend: B,
    handle: B::Handle,
}

impl<B: Backend> fmt::Debug for Tun<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tun")
    }
}

impl<B: TunInterfaces> Tun<B> {
    /// Opens the interface of this name, and makes it where there is none. Its addresses, routes and MTU are the
    /// machine's affair, as is that it is up.
    ///
    /// # Errors
    /// As [`TunInterfaces::open_tun`].
    pub fn open(backend: B, name: &InterfaceName) -> Result<Self, Error> {
        let handle = backend.open_tun(name)?;
        Ok(Tun { backend, handle })
    }

    /// The backend.
    pub fn backend(&self) -> &B {
        &self.backend
    }

    /// The handle, to wait for: it is readable where there is a packet.
    pub fn handle(&self) -> &B::Handle {
        &self.handle
    }

    /// Takes out the oldest packet that the machine has sent by the interface, and returns its length. What does
    /// not fit is lost.
    ///
    /// # Errors
    /// As [`TunInterfaces::read_packet`].
    pub fn read(&self, packet: &mut [u8]) -> Result<usize, Error> {
        Ok(self.backend.read_packet(&self.handle, packet)?)
    }

    /// [`Tun::read`], which waits for a packet until `deadline`.
    ///
    /// # Errors
    /// As [`Tun::read`], and [`Error::TimedOut`].
    pub fn read_until(&self, packet: &mut [u8], deadline: Deadline) -> Result<usize, Error> {
        let Tun { backend, handle } = self;
        attempt_until(backend, handle, PollEvents::IN, deadline, || backend.read_packet(handle, packet))
    }

    /// Lets the machine receive an IP packet by the interface.
    ///
    /// # Errors
    /// As [`TunInterfaces::write_packet`].
    pub fn write(&self, packet: &[u8]) -> Result<(), Error> {
        Ok(self.backend.write_packet(&self.handle, packet)?)
    }
}
