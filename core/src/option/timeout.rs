//! How long a call waits: `struct timeval` as the value of an option.

use core::time::Duration;

use super::OptionValue;
use crate::error::DecodeError;
use crate::layout::Timeval;

/// How long a call waits before it fails; `None` for ever. In microseconds; a fraction of one counts as a whole,
/// so that a short time does not become for ever.
///
/// A backend's calls never block, so these options say something to other programs that share the socket, and
/// nothing to this one: its own time-out is [`crate::Socket`]'s.
///
/// ```
/// use anysock::option::{OptionValue, Timeout};
/// use core::time::Duration;
///
/// let timeout = Timeout(Some(Duration::from_millis(1500)));
/// assert_eq!(Timeout::decode(timeout.encode().as_ref()), Ok(timeout));
/// assert_eq!(Timeout::decode(Timeout(None).encode().as_ref()), Ok(Timeout(None)));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Timeout(pub Option<Duration>);

impl OptionValue for Timeout {
    type Bytes = [u8; Timeval::SIZE];

    fn encode(&self) -> Self::Bytes {
        let wait = self.0.map(|wait| match wait.subsec_nanos() % 1000 {
            0 if wait.is_zero() => Duration::from_micros(1),
            0 => wait,
            part => wait.saturating_add(Duration::from_nanos(u64::from(1000u32.saturating_sub(part)))),
        });
        Timeval::from(wait.unwrap_or_default()).encode()
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let time = Timeval::decode(bytes)?.duration().ok_or(DecodeError::Invalid { offset: 0 })?;
        Ok(Timeout((!time.is_zero()).then_some(time)))
    }

    fn buffer() -> Self::Bytes {
        [0; Timeval::SIZE]
    }
}
