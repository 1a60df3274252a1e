//! Ending by Ctrl-C.

use anysock::{Backend, Waker};
use anysock_linux::{Handle, Linux};

/// A handle that becomes readable when the program is to end (SIGINT, SIGTERM, SIGHUP).
///
/// # Errors
/// In one line for the user.
pub(crate) fn requested() -> Result<Handle, String> {
    let (waker, handle) = Linux.waker().map_err(|errno| format!("cannot make an eventfd: {errno}"))?;
    ctrlc::set_handler(move || waker.wake()).map_err(|error| format!("cannot handle Ctrl-C: {error}"))?;
    Ok(handle)
}
