//! Connections through the simulator's TCP sockets that are made, echo, and close; and one bulk transfer.

use std::net::SocketAddr;

use anysock::{Shutdown, TcpListener, TcpStream};
use anysock_sim::{Link, Node, Sim, World};

use crate::{AT_A_TIME, Measured};

/// A server port for each client: a pair of addresses has only so many ephemeral ports, and TIME-WAIT keeps
/// each for a minute of virtual time.
const SERVERS: u64 = 8;

/// How many bytes are given to the socket at once.
const PIECE: usize = 65_536;

pub(crate) fn server(port: u64) -> SocketAddr {
    SocketAddr::from(([10, 0, 0, 1], 1000 + port as u16))
}

fn two_nodes() -> (World, Node, Node) {
    let mut world = World::new(1);
    let lan = world.network("lan", Link::new());
    let server = world.node("server").ethernet("eth0", lan, "10.0.0.1/24").unwrap();
    let client = world.node("client").ethernet("eth0", lan, "10.0.0.2/24").unwrap();
    (world, server, client)
}

/// Accepts connections at `address`, one after the other, and sends back what comes.
pub(crate) fn echo(sim: Sim<'_>, address: &SocketAddr) {
    let listener = TcpListener::bind(sim, address).unwrap();
    let mut buffer = [0; 64];
    loop {
        let (stream, _) = listener.accept().unwrap();
        while let Ok(length @ 1..) = stream.recv(&mut buffer) {
            stream.send(&buffer[..length]).unwrap();
        }
    }
}

/// Connects, sends four octets, reads them back, closes.
pub(crate) fn one_echo(sim: &Sim<'_>, address: &SocketAddr) {
    let stream = TcpStream::connect(sim.clone(), address).unwrap();
    stream.send(b"echo").unwrap();
    stream.recv_exact(&mut [0; 4]).unwrap();
}

pub(crate) fn one_after_the_other(connections: u64) -> Measured {
    Measured::new("connections", connections, || {
        let (mut world, server_node, client) = two_nodes();
        for port in 0..SERVERS {
            server_node.spawn("echo", move |sim| echo(sim, &server(port)));
        }
        let finished = world.block_on(&client, move |sim| {
            for connection in 0..connections {
                one_echo(&sim, &server(connection % SERVERS));
            }
        });
        finished.unwrap();
        Some(world.trace().hash())
    })
}

/// The same by so many clients at the same time, each with its own server.
pub(crate) fn at_a_time(connections: u64) -> Measured {
    let each = connections.div_ceil(AT_A_TIME);
    Measured::new("connections", each * AT_A_TIME, || {
        let (mut world, server_node, client) = two_nodes();
        let mut clients = Vec::new();
        for number in 0..AT_A_TIME {
            server_node.spawn("echo", move |sim| echo(sim, &server(number)));
            clients.push(client.spawn("client", move |sim| {
                for _ in 0..each {
                    one_echo(&sim, &server(number));
                }
            }));
        }
        while !clients.iter().all(|client| world.has_ended(*client)) {
            world.run_for(std::time::Duration::from_secs(1));
        }
        Some(world.trace().hash())
    })
}

/// Sends this many bytes, or a few more, over one connection.
pub(crate) fn bulk(length: u64) -> Measured {
    let pieces = length.div_ceil(PIECE as u64);
    Measured::new("bytes", pieces * PIECE as u64, || {
        let (mut world, server_node, client) = two_nodes();
        server_node.spawn("sink", |sim| {
            let (stream, _) = TcpListener::bind(sim, &server(0)).unwrap().accept().unwrap();
            let mut buffer = vec![0; PIECE];
            while let Ok(1..) = stream.recv(&mut buffer) {}
        });
        let finished = world.block_on(&client, move |sim| {
            let stream = TcpStream::connect(sim, &server(0)).unwrap();
            let bytes = vec![7; PIECE];
            for _ in 0..pieces {
                stream.send_all(&bytes).unwrap();
            }
            stream.shutdown(Shutdown::WRITE).unwrap();
            stream.recv(&mut [0; 1]).unwrap();
        });
        finished.unwrap();
        Some(world.trace().hash())
    })
}
