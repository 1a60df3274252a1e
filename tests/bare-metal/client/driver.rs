//! What a client's program stands on: a network and a clock of which nothing is known, and what it is set to.

use core::hint::black_box;
use core::net::Ipv4Addr;

pub(crate) const CLIENT: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 1);
pub(crate) const SERVER: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 2);
pub(crate) const CLIENT_PORT: u16 = 49_152;
pub(crate) const SERVER_PORT: u16 = 80;
/// The largest packet.
pub(crate) const MTU: usize = 1500;
/// The size of the send buffer and of the receive buffer.
pub(crate) const BUFFER: usize = 1024;
pub(crate) const REQUEST: &[u8] = b"GET / HTTP/1.0\r\n\r\n";

/// Sends a packet.
#[inline(never)]
pub(crate) fn transmit(packet: &[u8]) {
    black_box(packet);
}

/// The length of the packet that has arrived, if one has.
#[inline(never)]
pub(crate) fn receive(packet: &mut [u8]) -> Option<usize> {
    black_box(packet);
    black_box(None)
}

#[inline(never)]
pub(crate) fn use_answer(octets: &[u8]) {
    black_box(octets);
}

/// Microseconds since the machine was switched on.
#[inline(never)]
pub(crate) fn microseconds() -> u64 {
    black_box(0)
}

#[inline(never)]
pub(crate) fn random() -> u64 {
    black_box(0)
}
