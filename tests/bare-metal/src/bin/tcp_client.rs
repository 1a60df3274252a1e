//! A TCP client over IPv4: connects, sends a request, reads the answer, closes. `examples/smoltcp_client.rs` is
//! the same program on smoltcp.
//!
//! The static `STATE` is as large as the state, which is on the stack, so that `size` tells what it takes.
#![cfg_attr(target_os = "none", no_std, no_main)]

#[path = "../../client/driver.rs"]
mod driver;
#[path = "../../../tcp_stacks/ipv4.rs"]
mod ipv4;

use core::sync::atomic::AtomicU8;

use anysock::tcp::wire::{self, Ports, PseudoHeader};
use anysock::tcp::{Config, Connection, Fixed, SequenceNumber, State};
use anysock::time::Instant;
use anysock_bare_metal::image;
use driver::{BUFFER, CLIENT, CLIENT_PORT, MTU, REQUEST, SERVER, SERVER_PORT};

struct Client {
    connection: Connection,
    memory: Fixed<BUFFER, BUFFER>,
    packet: [u8; MTU],
}

static STATE: [AtomicU8; size_of::<Client>()] = [const { AtomicU8::new(0) }; size_of::<Client>()];

const PORTS: Ports = Ports { source: CLIENT_PORT, destination: SERVER_PORT };

impl Client {
    fn arrives(&mut self, now: Instant, length: usize) {
        let packet = self.packet.get(..length).unwrap_or_default();
        let Some((source @ SERVER, octets)) = ipv4::decode(packet, CLIENT) else { return };
        let Ok((ports, segment)) = &wire::decode(&PseudoHeader::ipv4(source, CLIENT), octets) else { return };
        if (ports.source, ports.destination) == (PORTS.destination, PORTS.source) {
            self.connection.segment_arrives(now, segment, &mut self.memory);
        }
    }

    fn transmit(&mut self, now: Instant) {
        let addresses = PseudoHeader::ipv4(CLIENT, SERVER);
        while let Some(segment) = &self.connection.poll_transmit(now, &mut self.memory) {
            let Some((header, room)) = self.packet.split_first_chunk_mut() else { return };
            let Ok(length) = wire::encode(&addresses, PORTS, segment, room) else { return };
            let length = length.wrapping_add(ipv4::HEADER_LENGTH);
            ipv4::encode(header, length, CLIENT, SERVER);
            driver::transmit(self.packet.get(..length).unwrap_or_default());
        }
    }

    /// Reads what has come; at the end of the stream it closes.
    fn read(&mut self, now: Instant) {
        let mut answer = [0; 64];
        match self.connection.receive(now, &mut answer, &mut self.memory) {
            Ok(0) => self.connection.close(now),
            Ok(length) => driver::use_answer(answer.get(..length).unwrap_or_default()),
            Err(_) => (),
        }
    }
}

fn run() {
    core::hint::black_box(&STATE);
    let now = Instant::from_nanos(driver::microseconds().wrapping_mul(1000));
    let isn = SequenceNumber(driver::random() as u32);
    let connection = Connection::connect(&Config::ipv4(MTU as u16), isn, now);
    let mut client = Client { connection, memory: Fixed::new(), packet: [0; MTU] };
    let mut is_sent = false;
    while client.connection.state() != State::Closed {
        let now = Instant::from_nanos(driver::microseconds().wrapping_mul(1000));
        if let Some(length) = driver::receive(&mut client.packet) {
            client.arrives(now, length);
        }
        client.connection.handle_timeout(now, &mut client.memory);
        if !is_sent && client.connection.state().may_send() {
            is_sent = client.connection.send(now, REQUEST, &mut client.memory).is_ok();
        }
        client.read(now);
        client.transmit(now);
    }
}

image!(run());
