//! Programs in a world: links, time, names, and programs themselves.

mod connecting;
mod links;
mod names;
mod programs;
mod time;

use std::net::SocketAddr;

use anysock::{Shutdown, TcpListener, TcpStream};
use anysock_sim::{Link, Node, Sim, World};

const SERVER: &str = "10.0.0.1:7";

fn address(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

/// Two nodes on a network.
fn two_nodes(world: &mut World, link: Link) -> (Node, Node) {
    let lan = world.network("lan", link);
    let server = world.node("server").ethernet("eth0", lan, "10.0.0.1/24 fd00::1/64").unwrap();
    let client = world.node("client").ethernet("eth0", lan, "10.0.0.2/24 fd00::2/64").unwrap();
    (server, client)
}

/// Echoes whatever comes on one connection.
fn echo(sim: Sim<'_>, at: SocketAddr) {
    let (stream, _) = TcpListener::bind(sim, &at).unwrap().accept().unwrap();
    let mut buffer = [0; 4096];
    loop {
        match stream.recv(&mut buffer).unwrap() {
            0 => return,
            length => stream.send_all(&buffer[..length]).unwrap(),
        }
    }
}

/// Sends `length` bytes and reads them back while it sends.
fn echoed(sim: &Sim<'_>, to: SocketAddr, length: usize) -> Vec<u8> {
    let stream = TcpStream::connect(sim.clone(), &to).unwrap();
    let bytes: Vec<u8> = (0..length).map(|byte| (byte * 7 % 251) as u8).collect();
    let mut back = vec![0; length];
    for (sent, returned) in bytes.chunks(10_000).zip(back.chunks_mut(10_000)) {
        stream.send_all(sent).unwrap();
        stream.recv_exact(returned).unwrap();
    }
    stream.shutdown(Shutdown::WRITE).unwrap();
    assert_eq!(stream.recv(&mut [0; 1]), Ok(0));
    assert_eq!(back, bytes);
    back
}
