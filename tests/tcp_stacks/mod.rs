//! This crate's TCP and smoltcp's behind one trait, so that the same program measures both.
//!
//! Both ends of a connection are in one process and exchange IPv4 packets in memory: real headers, and every
//! checksum computed and verified in software. Shared by `benchmarks/benches/tcp.rs` and the examples that measure TCP.
#![allow(dead_code, reason = "each program uses its part")]

pub(crate) mod anysock_stack;
pub(crate) mod ipv4;
pub(crate) mod packets;
pub(crate) mod path;
pub(crate) mod programs;
pub(crate) mod smoltcp_stack;

use std::net::Ipv4Addr;

use anysock::Instant;
use packets::Packets;

pub(crate) const CLIENT: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 1);
pub(crate) const SERVER: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 2);
pub(crate) const SERVER_PORT: u16 = 80;

/// What both stacks are set to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    /// The largest packet, IPv4 header included.
    pub(crate) mtu: u16,
    /// The size of the send buffer and of the receive buffer, in octets.
    pub(crate) buffer: usize,
    pub(crate) features: Features,
}

/// Which of the optional parts of TCP are in use.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Features {
    /// Each stack as it comes.
    Default,
    /// What both use: window scaling, and selective acknowledgments of what arrives out of order. No timestamps,
    /// which smoltcp uses only if told to, and no RACK-TLP, which it has not.
    Common,
    /// Each stack as it comes, and smoltcp with CUBIC, which it does without unless told.
    CongestionControl,
}

/// One host with one TCP socket.
pub(crate) trait Stack: Sized {
    const NAME: &'static str;

    /// A host with this address.
    fn new(settings: &Settings, address: Ipv4Addr) -> Self;

    /// Waits for a connection to [`SERVER_PORT`]; what came before is forgotten.
    fn listen(&mut self);

    /// Begins a connection to [`SERVER`]; what came before is forgotten.
    fn connect(&mut self, now: Instant, local_port: u16);

    /// Processes the packets that have arrived and what is due, then sends all that there is to send.
    fn poll(&mut self, now: Instant, arrived: &mut Packets, leaving: &mut Packets);

    /// When to poll again, if nothing arrives.
    fn poll_at(&mut self, now: Instant) -> Option<Instant>;

    /// Takes as much of `octets` as there is room for.
    fn send(&mut self, now: Instant, octets: &[u8]) -> usize;

    /// Octets that have been received, `None` at the end of the stream.
    fn receive(&mut self, now: Instant, octets: &mut [u8]) -> Option<usize>;

    /// Closes the sending direction.
    fn close(&mut self, now: Instant);

    /// Whether the handshake is over.
    fn is_open(&self) -> bool;

    /// Whether both directions are closed and acknowledged; the side that closed first may be in TIME-WAIT.
    fn is_finished(&self) -> bool;
}
