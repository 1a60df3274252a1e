//! Programs beside the calling one: threads.

use std::thread;

use anysock::{Errno, Spawn};

use crate::Linux;

impl Spawn for Linux {
    type Child<'a> = Linux;

    /// Starts a thread that nobody joins: it ends with the process at the latest.
    fn spawn<F>(&self, program: F) -> Result<(), Errno>
    where
        F: for<'a> FnOnce(Linux) + Send + 'static,
    {
        match thread::Builder::new().spawn(move || program(Linux)) {
            Ok(_) => Ok(()),
            Err(error) => Err(error.raw_os_error().map_or(Errno::EAGAIN, Errno)),
        }
    }
}
