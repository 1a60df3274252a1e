//! A receive buffer that no program has set grows with what the program reads in a round trip.

use std::net::SocketAddr;
use std::time::Duration;

use anysock::option::socket::RecvBuffer;
use anysock::{Backend, Family, Protocol, Socket, SocketType, TcpListener};
use anysock_sim::{Link, World};

const LENGTH: usize = 20_000_000;

/// Sends twenty million octets over a path with a round trip of 100 ms to a socket whose SO_RCVBUF is set to
/// `buffer`, if that is any, on a node with this `net.ipv4.tcp_moderate_rcvbuf`. How long it takes, and SO_RCVBUF at
/// the end.
fn transfer(buffer: Option<i32>, moderate: &str) -> (Duration, i32) {
    let mut world = World::new(1);
    let lan = world.network("lan", Link::new().latency(Duration::from_millis(50)));
    let server = world.node("server").ethernet("eth0", lan, "10.0.0.1/24").unwrap();
    let client = world.node("client").ethernet("eth0", lan, "10.0.0.2/24").unwrap();
    client.set_sysctl("net.ipv4.tcp_moderate_rcvbuf", moderate).unwrap();
    let address: SocketAddr = "10.0.0.1:7".parse().unwrap();
    server.spawn("source", move |sim| {
        let (stream, _) = TcpListener::bind(sim, &address).unwrap().accept().unwrap();
        stream.send_all(&vec![7; LENGTH]).unwrap();
    });
    let took = world.block_on(&client, move |sim| {
        let socket = Socket::new(sim.clone(), Family::INET, SocketType::STREAM, Protocol::DEFAULT).unwrap();
        if let Some(buffer) = buffer {
            socket.set(RecvBuffer, buffer).unwrap();
        }
        socket.connect(&address).unwrap();
        let begin = sim.now();
        socket.recv_exact(&mut vec![0; LENGTH]).unwrap();
        (sim.now().since(begin), socket.get(RecvBuffer).unwrap())
    });
    took.unwrap()
}

#[test]
fn a_buffer_that_is_not_set_grows() {
    let (fixed, kept) = transfer(Some(65_536), "1");
    assert_eq!(kept, 131_072);
    let (sized, grown) = transfer(None, "1");
    assert!((400_000..=6_291_456).contains(&grown), "{grown}");
    assert!(sized * 2 < fixed, "{sized:?} and {fixed:?}");
}

#[test]
fn a_buffer_that_is_not_to_be_moderated_stays() {
    let (fixed, _) = transfer(Some(65_536), "1");
    assert_eq!(transfer(None, "0"), (fixed, 131_072));
}
