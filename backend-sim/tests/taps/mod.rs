//! What tests keep of the frames of a world.

use std::sync::{Arc, Mutex};

use anysock::message::Timestamp;
use anysock_sim::{Fate, Tap, Wire};

/// Every frame.
#[derive(Clone, Debug, Default)]
pub(crate) struct Frames(Arc<Mutex<Vec<Vec<u8>>>>);

impl Tap for Frames {
    fn frame(&mut self, _: Timestamp, _: &Wire, _: Fate, bytes: &[u8]) {
        self.0.lock().unwrap().push(bytes.to_vec());
    }
}

impl Frames {
    /// Those since the last time.
    pub(crate) fn take(&self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}
