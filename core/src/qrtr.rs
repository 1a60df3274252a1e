//! Messages of the name service of Qualcomm's IPC router (linux/qrtr.h).
//!
//! ```
//! use anysock::addr::QrtrAddr;
//! use anysock::constants::qrtr::QrtrPacketType;
//! use anysock::qrtr::{QrtrControl, QrtrServer};
//!
//! let server = QrtrServer { service: 77, instance: 1, address: QrtrAddr { node: 1, port: 42 } };
//! let message = QrtrControl { command: QrtrPacketType::NEW_SERVER, server };
//! assert_eq!(message.encode()[..8], [4, 0, 0, 0, 77, 0, 0, 0]);
//! assert_eq!(QrtrControl::decode(&message.encode()), Ok(message));
//! ```

use crate::addr::QrtrAddr;
use crate::constants::qrtr::QrtrPacketType;
use crate::error::DecodeError;

/// An instance of a service, and where it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QrtrServer {
    /// The service.
    pub service: u32,
    /// The instance.
    pub instance: u32,
    /// The endpoint that offers it.
    pub address: QrtrAddr,
}

/// A message to or from the name service about a service: `struct qrtr_ctrl_pkt`, in little-endian order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[doc(alias = "qrtr_ctrl_pkt")]
pub struct QrtrControl {
    /// What it is about.
    pub command: QrtrPacketType,
    /// The service. One of zeros only ends a list.
    pub server: QrtrServer,
}

impl QrtrControl {
    /// `sizeof(struct qrtr_ctrl_pkt)`.
    pub const SIZE: usize = 20;

    /// The bytes of the message.
    pub fn encode(&self) -> [u8; Self::SIZE] {
        let QrtrServer { service, instance, address } = self.server;
        let mut bytes = [0; Self::SIZE];
        let fields = [self.command.0, service, instance, address.node, address.port];
        for (room, field) in bytes.as_chunks_mut::<4>().0.iter_mut().zip(fields) {
            *room = field.to_le_bytes();
        }
        bytes
    }

    /// The message in `bytes`.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] where there are fewer than [`QrtrControl::SIZE`].
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let too_short = DecodeError::TooShort { needed: Self::SIZE, found: bytes.len() };
        let bytes: &[u8; Self::SIZE] = bytes.first_chunk().ok_or(too_short)?;
        let mut fields = bytes.as_chunks::<4>().0.iter().copied().map(u32::from_le_bytes);
        let mut next = || fields.next().unwrap_or_default();
        let command = QrtrPacketType(next());
        let [service, instance, node, port] = [next(), next(), next(), next()];
        let server = QrtrServer { service, instance, address: QrtrAddr { node, port } };
        Ok(QrtrControl { command, server })
    }
}
