//! SO_BINDTODEVICE and SO_BINDTOIFINDEX: sockets that use one interface alone (socket(7); `sock_setbindtodevice` and
//! `sock_bindtoindex` of net/core/sock.c).

use alloc::vec::Vec;

use anysock::option::socket::{SO_BINDTODEVICE, SO_BINDTOIFINDEX};
use anysock::{Errno, InterfaceName};

use super::{Engine, SocketId};

/// IFNAMSIZ: the bytes of an interface's name with the zero behind it.
const NAME: usize = 16;

/// Whether this option sets `sk_bound_dev_if`, after which a socket remembers no route (`sk_dst_reset`).
pub(super) fn sets_bound_device(name: i32) -> bool {
    matches!(name, SO_BINDTODEVICE | SO_BINDTOIFINDEX)
}

impl Engine {
    /// `setsockopt(2)`; `None` where the option is another.
    pub(super) fn bind_to_device(
        &mut self,
        id: SocketId,
        name: i32,
        value: &[u8],
    ) -> Option<Result<(), Errno>> {
        let interface = match name {
            SO_BINDTODEVICE => self.named(id, value),
            // Whether there is such an interface is not looked at.
            SO_BINDTOIFINDEX => match value.first_chunk().copied().map(i32::from_ne_bytes) {
                Some(interface @ 0..) => Ok(interface.cast_unsigned()),
                _ => Err(Errno::EINVAL),
            },
            _ => return None,
        };
        Some(interface.and_then(|interface| {
            self.socket_mut(id)?.common.bound_interface = interface;
            Ok(())
        }))
    }

    /// The number of the interface of this name; 0 for none.
    fn named(&self, id: SocketId, value: &[u8]) -> Result<u32, Errno> {
        let name = value.get(..NAME - 1).unwrap_or(value);
        let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
        if name.is_empty() {
            return Ok(0);
        }
        let name = InterfaceName::new(name).map_err(|_| Errno::ENODEV)?;
        self.interface_index(self.socket(id)?.node, &name)
    }

    /// `getsockopt(2)` in `room` bytes; `None` where the option is another.
    pub(super) fn bound_device(
        &self,
        id: SocketId,
        name: i32,
        room: usize,
    ) -> Option<Result<Vec<u8>, Errno>> {
        let socket = self.socket(id).ok()?;
        let interface = socket.common.bound_interface;
        match name {
            SO_BINDTOIFINDEX => Some(Ok(interface.to_ne_bytes().to_vec())),
            SO_BINDTODEVICE if interface == 0 => Some(Ok(Vec::new())),
            SO_BINDTODEVICE if room < NAME => Some(Err(Errno::EINVAL)),
            SO_BINDTODEVICE => {
                let known = self.interface_name(socket.node, interface).map_err(|_| Errno::ENODEV);
                Some(known.map(|known| [known.as_bytes(), &[0]].concat()))
            }
            _ => None,
        }
    }
}
