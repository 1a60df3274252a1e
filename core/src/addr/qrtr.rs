//! `AF_QIPCRTR`: `struct sockaddr_qrtr` (linux/qrtr.h).

use core::fmt;
use core::str::FromStr;

use super::SockAddr;
use super::fields::{Reader, Writer};
use crate::constants::Family;
use crate::error::DecodeError;
use crate::text::{ParseError, Parser};

/// `sizeof(struct sockaddr_qrtr)`.
const SOCKADDR_QRTR: usize = 12;

/// The address of a Qualcomm IPC router socket: a node and a port.
///
/// Its text is `qrtr:` and both, as `qrtr-lookup` has them: `qrtr:1:42`.
///
/// ```
/// use anysock::addr::{QrtrAddr, SockAddr};
///
/// let lookup = QrtrAddr { node: 1, port: QrtrAddr::PORT_CTRL };
/// assert_eq!(lookup.to_string(), "qrtr:1:4294967294");
/// assert_eq!(QrtrAddr::decode(&lookup.encode()), Ok(lookup));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QrtrAddr {
    /// `sq_node`: a processor of the system.
    pub node: u32,
    /// `sq_port`: an endpoint there.
    pub port: u32,
}

impl QrtrAddr {
    /// Every node.
    #[doc(alias = "QRTR_NODE_BCAST")]
    pub const NODE_BROADCAST: u32 = 0xFFFF_FFFF;
    /// The name service's port.
    #[doc(alias = "QRTR_PORT_CTRL")]
    pub const PORT_CTRL: u32 = 0xFFFF_FFFE;
}

impl SockAddr for QrtrAddr {
    type Encoded = [u8; SOCKADDR_QRTR];
    type Buffer = [u8; SOCKADDR_QRTR];

    #[inline]
    fn encode(&self) -> Self::Encoded {
        Writer::new(Family::QIPCRTR)
            .skip(2)
            .put(self.node.to_ne_bytes())
            .put(self.port.to_ne_bytes())
            .finish()
    }

    #[inline]
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(bytes, Family::QIPCRTR, SOCKADDR_QRTR)?;
        fields.skip(2);
        Ok(QrtrAddr { node: u32::from_ne_bytes(fields.take()), port: u32::from_ne_bytes(fields.take()) })
    }

    #[inline]
    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_QRTR]
    }
}

impl fmt::Display for QrtrAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "qrtr:{}:{}", self.node, self.port)
    }
}

impl FromStr for QrtrAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            text.literal("qrtr:")?;
            let node = text.decimal()?;
            text.literal(":")?;
            Ok(QrtrAddr { node, port: text.decimal()? })
        })
    }
}
