//! One BSD-style socket API for any address family, on any backend.
#![no_std]
#![forbid(unsafe_code)]

pub mod can;
pub mod tcp;
pub mod time;
