//! Plays a candump log onto a bus, in its own time.

use anysock::can::AnyFrame;
use anysock::{CanSocket, Deadline, Errno, Error, InterfaceName, Interfaces, option};

use crate::candump::LogLine;

/// Sends each frame of a log, whatever interface it passed on, as long after the first as it did then. Error
/// messages are of the past and are passed over. Returns how many frames were sent.
///
/// # Errors
/// Where a frame cannot be sent.
pub fn run<B: Interfaces>(backend: B, bus: &InterfaceName, log: &[LogLine]) -> Result<u64, Error> {
    let can = CanSocket::open(backend.clone(), bus)?;
    can.set(option::can_raw::FdFrames, true)?;
    let start = backend.now();
    let beginning = log.first().map(|line| line.time).unwrap_or_default();
    let mut sent = 0;
    for line in log.iter().filter(|line| !matches!(line.frame, AnyFrame::Error(_))) {
        let due = start + line.time.saturating_sub(beginning);
        if backend.now() < due {
            backend.sleep_until(Deadline::at(due)).map_err(Error::Os)?;
        }
        match can.send_until(&line.frame, Deadline::NEVER) {
            Ok(()) => sent += 1,
            // An FD frame, on a bus that knows none.
            Err(Error::Os(Errno::EINVAL)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(sent)
}
