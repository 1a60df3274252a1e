//! Requests of `ioctl(2)` that answer a number.

use anysock::Errno;
use anysock::io_control::{IoControl, IoRequest};

use crate::sim::{Sim, SimHandle};

impl IoControl for Sim<'_> {
    fn io_control(&self, handle: &SimHandle, request: IoRequest) -> Result<i32, Errno> {
        self.call(|engine| engine.io_control(self.id(handle), request))
    }
}
