//! Events of devices: what `NETLINK_KOBJECT_UEVENT` tells (lib/kobject_uevent.c).

use crate::error::DecodeError;

/// An event of a device: what happened, where it is in /sys, and variables such as `SUBSYSTEM`.
///
/// ```
/// use anysock::netlink::Uevent;
///
/// let event = Uevent::decode(b"add@/devices/virtual/net/vcan0\0ACTION=add\0SUBSYSTEM=net\0INTERFACE=vcan0\0")?;
/// assert_eq!((event.action, event.path), (&b"add"[..], &b"/devices/virtual/net/vcan0"[..]));
/// assert_eq!(event.variable("INTERFACE"), Some(&b"vcan0"[..]));
/// # Ok::<(), anysock::DecodeError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Uevent<'a> {
    /// What happened: `add`, `remove`, `change`, `move`, `online`, `offline`, `bind`, `unbind`.
    pub action: &'a [u8],
    /// Where the device is below /sys.
    pub path: &'a [u8],
    /// `NAME=value`, each with a terminating zero.
    variables: &'a [u8],
}

impl<'a> Uevent<'a> {
    /// The event that a datagram of the kernel is.
    ///
    /// # Errors
    /// [`DecodeError::Invalid`] where it does not begin with what happened, `@` and where: a datagram of udev's, for
    /// instance.
    pub fn decode(datagram: &'a [u8]) -> Result<Self, DecodeError> {
        let (head, variables) = split(datagram, 0).unwrap_or((datagram, &[]));
        let (action, path) = split(head, b'@').ok_or(DecodeError::Invalid { offset: 0 })?;
        Ok(Uevent { action, path, variables })
    }

    /// The variables: names and values.
    pub fn variables(&self) -> impl Iterator<Item = (&'a [u8], &'a [u8])> + use<'a> {
        self.variables.split(|byte| *byte == 0).filter_map(|variable| split(variable, b'='))
    }

    /// The value of a variable.
    pub fn variable(&self, name: &str) -> Option<&'a [u8]> {
        self.variables().find(|(each, _)| *each == name.as_bytes()).map(|(_, value)| value)
    }
}

/// What is before the first `separator` and after it.
fn split(bytes: &[u8], separator: u8) -> Option<(&[u8], &[u8])> {
    let at = bytes.iter().position(|byte| *byte == separator)?;
    Some((bytes.get(..at)?, bytes.get(at.saturating_add(1)..)?))
}
