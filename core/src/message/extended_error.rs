//! Errors from a socket's error queue, which `recvmsg` with `MSG_ERRQUEUE` reads.

use core::fmt;

use crate::addr::SockAddr;
use crate::constants::{Errno, value_names};
use crate::error::DecodeError;
use crate::layout::{newtype_field, structure};
use crate::option::OptionValue;
use crate::text::IpText;

value_names! {
    /// Where an extended error comes from (linux/errqueue.h).
    pub struct ErrorOrigin(u8) {
        /// Nowhere.
        "SO_EE_ORIGIN_NONE" => NONE = 0;
        /// This machine.
        "SO_EE_ORIGIN_LOCAL" => LOCAL = 1;
        /// An ICMP message.
        "SO_EE_ORIGIN_ICMP" => ICMP = 2;
        /// An ICMPv6 message.
        "SO_EE_ORIGIN_ICMP6" => ICMP6 = 3;
        /// No error: a time of transmission (`SO_EE_ORIGIN_TIMESTAMPING`).
        "SO_EE_ORIGIN_TXSTATUS" => TXSTATUS = 4;
        /// No error: the kernel is done with data sent with `MSG_ZEROCOPY`.
        "SO_EE_ORIGIN_ZEROCOPY" => ZEROCOPY = 5;
        /// A message whose time of transmission (`SCM_TXTIME`) could not be kept.
        "SO_EE_ORIGIN_TXTIME" => TXTIME = 6;
        /// Another name of [`ErrorOrigin::TXSTATUS`].
        "SO_EE_ORIGIN_TIMESTAMPING" => TIMESTAMPING = 4;
    }
}

value_names! {
    /// Which moment of transmission a time is of: `ee_info` of [`ErrorOrigin::TXSTATUS`].
    pub struct TimestampKind(u32) {
        /// The driver passed it to the interface, or the interface sent it.
        "SCM_TSTAMP_SND" => SND = 0;
        /// It entered the packet scheduler.
        "SCM_TSTAMP_SCHED" => SCHED = 1;
        /// The peer acknowledged all of it.
        "SCM_TSTAMP_ACK" => ACK = 2;
        /// The interface reported completion. Since Linux 6.15.
        "SCM_TSTAMP_COMPLETION" => COMPLETION = 3;
    }
}

newtype_field!(Errno: i32, ErrorOrigin: u8);

structure! {
    "struct sock_extended_err", "linux/errqueue.h";
    /// An entry of the error queue (ip(7), `IP_RECVERR`).
    pub struct SockExtendedErr {
        /// The error.
        pub errno: Errno = "ee_errno",
        /// Where it comes from.
        pub origin: ErrorOrigin = "ee_origin",
        /// The ICMP type.
        pub kind: u8 = "ee_type",
        /// The ICMP code; of zerocopy whether the data was copied after all
        /// (`SO_EE_CODE_ZEROCOPY_COPIED`, 1).
        pub code: u8 = "ee_code",
        /// Nothing.
        pub padding: u8 = "ee_pad",
        /// The path MTU where the error is `EMSGSIZE`; the first of the calls that are done, of zerocopy.
        pub info: u32 = "ee_info",
        /// The last of the calls that are done, of zerocopy; the number of the call, of a time; the offset of
        /// ICMP extensions and whether they are valid (RFC 4884).
        pub data: u32 = "ee_data",
    }
}

impl SockExtendedErr {
    /// Of which moment the time beside this entry is; `None` where it is about no time.
    pub fn timestamp(&self) -> Option<TimestampKind> {
        (self.origin == ErrorOrigin::TXSTATUS).then_some(TimestampKind(self.info))
    }

    /// The first and the last of the `MSG_ZEROCOPY` calls whose data the kernel is done with. The counter
    /// wraps around.
    pub fn zerocopy(&self) -> Option<(u32, u32)> {
        (self.origin == ErrorOrigin::ZEROCOPY).then_some((self.info, self.data))
    }
}

/// An error, and who reported it: the address behind `struct sock_extended_err` (`SO_EE_OFFENDER`).
///
/// ```
/// use anysock::message::{ErrorOrigin, ReceivedError};
/// use core::net::SocketAddrV4;
///
/// // 192.0.2.1 says: time exceeded. What Linux puts into IP_RECVERR then:
/// let mut data = [0; 32];
/// data[..4].copy_from_slice(&113u32.to_ne_bytes()); // EHOSTUNREACH
/// data[4..6].copy_from_slice(&[2, 11]);
/// data[16..18].copy_from_slice(&2u16.to_ne_bytes());
/// data[20..24].copy_from_slice(&[192, 0, 2, 1]);
/// let error = ReceivedError::<SocketAddrV4>::from_data(&data)?;
/// assert_eq!(error.error.origin, ErrorOrigin::ICMP);
/// assert_eq!(error.offender, Some("192.0.2.1:0".parse().unwrap()));
/// # Ok::<(), anysock::DecodeError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ReceivedError<A> {
    /// The entry.
    pub error: SockExtendedErr,
    /// Who reported it; `None` where the family is `AF_UNSPEC`.
    pub offender: Option<A>,
}

/// The bytes of the longest offender, `struct sockaddr_in6`.
const OFFENDER: usize = 28;

// `Debug` of `core::net` contains a panic.
impl<A: Copy> fmt::Debug for ReceivedError<A>
where
    IpText<A>: fmt::Display,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceivedError")
            .field("error", &self.error)
            .field("offender", &self.offender.map(IpText))
            .finish()
    }
}

impl<A: SockAddr> ReceivedError<A> {
    /// The error in the data of a control message.
    ///
    /// # Errors
    /// Where bytes are missing, or the address is of another family.
    pub fn from_data(data: &[u8]) -> Result<Self, DecodeError> {
        let error = SockExtendedErr::decode(data)?;
        let address = data.get(SockExtendedErr::SIZE..).unwrap_or_default();
        let unspecified = crate::addr::family_of(address) == crate::constants::Family::UNSPEC;
        let offender = if unspecified { None } else { Some(A::decode(address)?) };
        Ok(ReceivedError { error, offender })
    }
}

impl<A: SockAddr> OptionValue for ReceivedError<A> {
    type Bytes = heapless::Vec<u8, { SockExtendedErr::SIZE + OFFENDER }>;

    fn encode(&self) -> Self::Bytes {
        let offender = self.offender.as_ref().map(SockAddr::encode);
        let offender = offender.as_ref().map_or(&[0; 16][..], AsRef::as_ref);
        let mut bytes = Self::Bytes::new();
        // There is room for both; an address that is longer than any offender's is cut.
        let _ = bytes.extend_from_slice(&self.error.encode());
        let _ = bytes.extend_from_slice(offender.get(..OFFENDER).unwrap_or(offender));
        bytes
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        ReceivedError::from_data(bytes)
    }

    fn buffer() -> Self::Bytes {
        heapless::Vec::from_array([0; SockExtendedErr::SIZE + OFFENDER])
    }
}
