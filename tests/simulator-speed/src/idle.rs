//! Many TCP connections in one world, both ends simulated, of which one at a time has something to say.

use std::cell::Cell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use anysock::poll::{Event, Poll};
use anysock::{Backend, Deadline, PollEvents, TcpListener, TcpStream};
use anysock_sim::{Link, Sim, World};

use crate::connections::server;
use crate::{Failure, memory, processor_time};

/// From one address, so many connections lead to each port of the server's: there are 28,232 ephemeral ports.
const EACH: u64 = 20_000;
/// How many echoes are measured.
const ECHOES: u64 = 100_000;
/// When the connections are there, and the echoes begin.
const CONNECTED: Duration = Duration::from_secs(3600);
/// When the echoes are over.
const OVER: Duration = Duration::from_secs(7200);

/// When in virtual time something is to happen.
fn at(time: Duration) -> anysock::Instant {
    anysock::Instant::ZERO + time
}

/// Accepts on every port, and sends back what comes, from one `Poll`.
fn serve(sim: Sim<'_>, ports: u64) {
    let poll = Poll::new(sim.clone()).unwrap();
    let listeners: Vec<_> =
        (0..ports).map(|port| TcpListener::bind(sim.clone(), &server(port)).unwrap()).collect();
    for (token, listener) in listeners.iter().enumerate() {
        poll.add(listener.handle(), PollEvents::IN, token as u64).unwrap();
    }
    let mut streams = Vec::new();
    let (mut events, mut buffer) = ([Event::default(); 16], [0; 64]);
    loop {
        let ready = poll.wait(&mut events, Deadline::NEVER).unwrap();
        for event in &events[..ready] {
            let token = event.token as usize;
            if let Some(listener) = listeners.get(token) {
                let (stream, _): (_, SocketAddr) = listener.accept().unwrap();
                let token = (listeners.len() + streams.len()) as u64;
                poll.add(stream.handle(), PollEvents::IN, token).unwrap();
                streams.push(stream);
            } else {
                let stream = &streams[token - listeners.len()];
                let length = stream.recv(&mut buffer).unwrap();
                stream.send(&buffer[..length]).unwrap();
            }
        }
    }
}

/// Makes the connections, is idle until [`CONNECTED`], and then has one after the other echo, none beside the last one.
fn connect_and_echo(sim: &Sim<'_>, connections: u64, echoes: &Cell<u64>) {
    let streams: Vec<_> = (0..connections)
        .map(|number| TcpStream::connect(sim.clone(), &server(number / EACH)).unwrap())
        .collect();
    sim.wait(&mut [], Deadline::at(at(CONNECTED))).unwrap();
    for echo in 0..ECHOES {
        let stream = &streams[(echo * 7_919 % connections) as usize];
        stream.send(b"echo").unwrap();
        stream.recv_exact(&mut [0; 4]).unwrap();
        echoes.set(echo + 1);
    }
    sim.wait(&mut [], Deadline::NEVER).unwrap();
}

/// What a part of the run took: time, and frames.
fn part(world: &mut World, until: Duration) -> (Duration, u64) {
    let (start, before) = (processor_time(), world.trace().records());
    world.run_until(at(until));
    (processor_time() - start, world.trace().records() - before)
}

pub(crate) fn measure(connections: u64) -> Result<(), Failure> {
    let mut world = World::new(1);
    let lan = world.network("lan", Link::new());
    let server_node = world.node("server").ethernet("eth0", lan, "10.0.0.1/24").unwrap();
    let client = world.node("client").ethernet("eth0", lan, "10.0.0.2/24").unwrap();
    let empty = memory()?;
    server_node.spawn("server", move |sim| serve(sim, connections.div_ceil(EACH)));
    let echoes = Rc::new(Cell::new(0));
    let counted = echoes.clone();
    client.spawn("client", move |sim| connect_and_echo(&sim, connections, &counted));
    let (connecting, frames) = part(&mut world, CONNECTED - Duration::from_secs(1));
    let each = memory()?.saturating_sub(empty) / connections;
    let (echoing, echoed) = part(&mut world, OVER);
    if echoes.get() != ECHOES {
        return Err(format!("{} echoes of {ECHOES} came in time", echoes.get()).into());
    }
    println!(
        "{connections} connections: {each} bytes of memory each; {:?} to make one, of {:.1} frames; {:?} for an echo, \
         of {:.1} frames",
        connecting / connections as u32,
        frames as f64 / connections as f64,
        echoing / ECHOES as u32,
        echoed as f64 / ECHOES as f64,
    );
    Ok(())
}
