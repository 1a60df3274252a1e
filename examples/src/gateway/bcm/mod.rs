//! What the kernel's broadcast manager does for BCM mode, by the gateway's own timers over raw sockets, so
//! that it is the same on every backend.
//!
//! Source: net/can/bcm.c, Documentation/networking/can.rst 4.2.

mod cyclic;
mod subscription;

pub(super) use cyclic::CyclicSends;
pub(super) use subscription::{Content, Subscriptions};

/// The most cyclic frames, and the most subscriptions, of one client.
pub(super) const MAX_JOBS: usize = 256;
