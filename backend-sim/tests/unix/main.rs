//! Unix sockets, call by call. Every expected result is what Linux answered to the same calls.

mod datagrams;
mod handles;
mod kernel;
mod programs;
mod sockets;
