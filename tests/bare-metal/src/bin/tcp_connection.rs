//! A program that uses one TCP connection and its octets on the wire, and nothing else: it echoes.
#![cfg_attr(target_os = "none", no_std, no_main)]

use core::hint::black_box;
use core::net::Ipv4Addr;

use anysock::tcp::{Config, Connection, Fixed, Segment, SequenceNumber, wire};
use anysock::time::Instant;
use anysock_bare_metal::image;

fn echo(packets: &mut [&mut [u8]]) {
    let addresses = wire::PseudoHeader::ipv4(Ipv4Addr::LOCALHOST, Ipv4Addr::LOCALHOST);
    let mut memory = Fixed::<1024, 1024>::new();
    let mut now = Instant::ZERO;
    let syn = black_box(Segment::default());
    let mut connection = Connection::accept(&Config::default(), black_box(SequenceNumber(1)), &syn, now);
    for packet in packets {
        let Ok((ports, segment)) = wire::decode(&addresses, packet) else { continue };
        connection.segment_arrives(now, &segment, &mut memory);
        let mut octets = [0; 64];
        if let Ok(length) = connection.receive(now, &mut octets, &mut memory) {
            let _ = connection.send(now, octets.get(..length).unwrap_or_default(), &mut memory);
        }
        now = connection.poll_timeout().unwrap_or(now);
        connection.handle_timeout(now, &mut memory);
        while let Some(segment) = connection.poll_transmit(now, &mut memory) {
            let _ = wire::encode(&addresses, ports, &segment, packet);
        }
    }
}

image!(echo(black_box(&mut [])));
