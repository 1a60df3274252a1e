//! The conformance suite: what a program may rely on, as one body a behaviour, run on every backend.
//!
//! See [`conformance`].

pub mod codecs;
pub mod conformance;
pub mod tcp;
