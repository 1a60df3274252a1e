//! What the simulator's TCP is measured by: connections that are made, echo, and close; and one bulk transfer.

use std::net::SocketAddr;

use anysock::{Shutdown, TcpListener, TcpStream};
use anysock_sim::{Link, Node, Sim, World};

/// A server port for each client: a pair of addresses has only so many ephemeral ports, and TIME-WAIT keeps
/// each for a minute of virtual time.
const SERVERS: u16 = 8;

fn server(port: u16) -> SocketAddr {
    SocketAddr::from(([10, 0, 0, 1], port))
}

fn two_nodes() -> (World, Node, Node) {
    let mut world = World::new(1);
    let lan = world.network("lan", Link::new());
    let server = world.node("server").ethernet("eth0", lan, "10.0.0.1/24").unwrap();
    let client = world.node("client").ethernet("eth0", lan, "10.0.0.2/24").unwrap();
    (world, server, client)
}

fn echo(sim: Sim<'_>, port: u16) {
    let listener = TcpListener::bind(sim, &server(port)).unwrap();
    let mut buffer = [0; 64];
    loop {
        let (stream, _) = listener.accept().unwrap();
        while let Ok(length @ 1..) = stream.recv(&mut buffer) {
            stream.send(&buffer[..length]).unwrap();
        }
    }
}

/// Connects, sends a few bytes, reads them back, closes; this often. The hash of the trace, which is the same
/// each time.
pub(crate) fn connect_echo_close(connections: u64) -> u128 {
    let (mut world, server_node, client) = two_nodes();
    for port in 0..SERVERS {
        server_node.spawn("echo", move |sim| echo(sim, 1000 + port));
    }
    let finished = world.block_on(&client, move |sim| {
        for connection in 0..connections {
            let to = server(1000 + (connection % u64::from(SERVERS)) as u16);
            let stream = TcpStream::connect(sim.clone(), &to).unwrap();
            stream.send(b"echo").unwrap();
            stream.recv_exact(&mut [0; 4]).unwrap();
        }
    });
    finished.unwrap();
    world.trace().hash()
}

/// Sends this many bytes over one connection. The hash of the trace.
pub(crate) fn bulk(length: u64) -> u128 {
    let (mut world, server_node, client) = two_nodes();
    server_node.spawn("sink", |sim| {
        let (stream, _) = TcpListener::bind(sim, &server(1000)).unwrap().accept().unwrap();
        let mut buffer = vec![0; 65_536];
        while let Ok(1..) = stream.recv(&mut buffer) {}
    });
    let finished = world.block_on(&client, move |sim| {
        let stream = TcpStream::connect(sim, &server(1000)).unwrap();
        let bytes = vec![7; 65_536];
        for _ in 0..length / bytes.len() as u64 {
            stream.send_all(&bytes).unwrap();
        }
        stream.shutdown(Shutdown::WRITE).unwrap();
        stream.recv(&mut [0; 1]).unwrap();
    });
    finished.unwrap();
    world.trace().hash()
}
