//! The time of a message's arrival.

use core::time::Duration;

use super::Control;
use crate::constants::Level;
use crate::option::socket::SO_TIMESTAMPNS_NEW;

/// When a message arrived: the control message of [`crate::option::socket::TimestampNs`], in nanoseconds
/// since 1970 (`CLOCK_REALTIME`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Timestamp(pub Duration);

impl Timestamp {
    /// The bytes of the control message: `struct __kernel_timespec`.
    pub const SIZE: usize = 16;

    /// The timestamp of a control message; `None` where it is another message.
    pub fn from_control(control: &Control<'_>) -> Option<Self> {
        if control.level != Level::SOCKET || control.name != SO_TIMESTAMPNS_NEW {
            return None;
        }
        let (seconds, rest) = control.data.split_first_chunk()?;
        let nanos = rest.first_chunk()?;
        let seconds = u64::try_from(i64::from_ne_bytes(*seconds)).ok()?;
        let nanos = u32::try_from(i64::from_ne_bytes(*nanos)).ok()?;
        Some(Timestamp(Duration::from_secs(seconds).saturating_add(Duration::from_nanos(nanos.into()))))
    }

    /// The data of the control message.
    pub fn to_timespec(self) -> [u8; Timestamp::SIZE] {
        let seconds = i64::try_from(self.0.as_secs()).unwrap_or(i64::MAX).to_ne_bytes();
        let nanos = i64::from(self.0.subsec_nanos()).to_ne_bytes();
        let mut bytes = [0; Timestamp::SIZE];
        for (to, from) in bytes.iter_mut().zip(seconds.into_iter().chain(nanos)) {
            *to = from;
        }
        bytes
    }
}
