//! `AF_VSOCK`: `struct sockaddr_vm` (vsock(7), linux/vm_sockets.h).

use core::fmt;
use core::str::FromStr;

use super::SockAddr;
use super::fields::{Reader, Writer};
use crate::constants::Family;
use crate::error::DecodeError;
use crate::text::{ParseError, Parser};

/// `sizeof(struct sockaddr_vm)`.
const SOCKADDR_VM: usize = 16;

/// The address of a socket between a virtual machine and its host: a context identifier and a port.
///
/// Its text has the context identifier first, as `ss` and `socat` do, and the flags where there are any:
/// `vsock:2:1024`, `vsock:3:1024/flags:1`.
///
/// ```
/// use anysock::addr::{SockAddr, VsockAddr};
///
/// let host = VsockAddr { cid: VsockAddr::CID_HOST, port: 1024, flags: 0 };
/// assert_eq!(host.to_string(), "vsock:2:1024");
/// assert_eq!("vsock:2:1024".parse(), Ok(host));
/// assert_eq!(VsockAddr::decode(&host.encode()), Ok(host));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct VsockAddr {
    /// `svm_cid`: the context identifier, of a machine.
    pub cid: u32,
    /// `svm_port`: the port; below 1024 for the privileged.
    pub port: u32,
    /// `svm_flags`: [`VsockAddr::FLAG_TO_HOST`] or 0.
    pub flags: u8,
}

impl VsockAddr {
    /// Any context identifier, to `bind`.
    #[doc(alias = "VMADDR_CID_ANY")]
    pub const CID_ANY: u32 = u32::MAX;
    /// The hypervisor; obsolete.
    #[doc(alias = "VMADDR_CID_HYPERVISOR")]
    pub const CID_HYPERVISOR: u32 = 0;
    /// This machine.
    #[doc(alias = "VMADDR_CID_LOCAL")]
    pub const CID_LOCAL: u32 = 1;
    /// The host.
    #[doc(alias = "VMADDR_CID_HOST")]
    pub const CID_HOST: u32 = 2;
    /// A port of the kernel's choice, to `bind`.
    #[doc(alias = "VMADDR_PORT_ANY")]
    pub const PORT_ANY: u32 = u32::MAX;
    /// The host passes the packets on to a sibling machine.
    #[doc(alias = "VMADDR_FLAG_TO_HOST")]
    pub const FLAG_TO_HOST: u8 = 1;
}

impl SockAddr for VsockAddr {
    type Encoded = [u8; SOCKADDR_VM];
    type Buffer = [u8; SOCKADDR_VM];

    #[inline]
    fn encode(&self) -> Self::Encoded {
        Writer::new(Family::VSOCK)
            .skip(2)
            .put(self.port.to_ne_bytes())
            .put(self.cid.to_ne_bytes())
            .put([self.flags])
            .finish()
    }

    #[inline]
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(bytes, Family::VSOCK, SOCKADDR_VM)?;
        fields.skip(2);
        let port = u32::from_ne_bytes(fields.take());
        Ok(VsockAddr { cid: u32::from_ne_bytes(fields.take()), port, flags: fields.byte() })
    }

    #[inline]
    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_VM]
    }
}

impl fmt::Display for VsockAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "vsock:{}:{}", self.cid, self.port)?;
        if self.flags != 0 {
            write!(f, "/flags:{}", self.flags)?;
        }
        Ok(())
    }
}

impl FromStr for VsockAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            text.literal("vsock:")?;
            let cid = text.decimal()?;
            text.literal(":")?;
            Ok(VsockAddr { cid, port: text.decimal()?, flags: text.optional("/flags:")? })
        })
    }
}
