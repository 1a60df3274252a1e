//! Requests of `ioctl(2)` that answer a number.

use libc::{Ioctl, c_int};

use anysock::Errno;
use anysock::io_control::{IoControl, IoRequest};

use crate::Linux;
use crate::errno::retry;
use crate::handle::Handle;

/// `SIOCOUTQNSD` and `SIOCATMARK` (linux/sockios.h, asm-generic/sockios.h).
const SIOCOUTQNSD: Ioctl = 0x894B;
const SIOCATMARK: Ioctl = 0x8905;

impl IoControl for Linux {
    fn io_control(&self, handle: &Handle, request: IoRequest) -> Result<i32, Errno> {
        let request = match request {
            IoRequest::Readable => libc::FIONREAD,
            IoRequest::Unacknowledged => libc::TIOCOUTQ,
            IoRequest::Unsent => SIOCOUTQNSD,
            IoRequest::AtMark => SIOCATMARK,
        };
        let mut answer: c_int = 0;
        // SAFETY: each of these requests writes an int, for which there is room at `answer`.
        retry(|| unsafe { libc::ioctl(handle.as_raw(), request, &raw mut answer) })?;
        Ok(answer)
    }
}
