//! Few and many nodes on one network, in pairs: every other one connects to the one before it, all at the same time.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anysock::{Backend, Deadline};
use anysock_sim::{Link, World};

use crate::connections::{echo, one_echo};
use crate::{Failure, processor_time};

/// How many connections there are, by all nodes together.
const CONNECTIONS: u32 = 100_000;
/// When in virtual time they begin.
const BEGIN: Duration = Duration::from_secs(1);
const PORT: u16 = 1000;

fn address(node: u32) -> Ipv4Addr {
    Ipv4Addr::from_bits(Ipv4Addr::new(10, 0, 0, 1).to_bits() + node)
}

pub(crate) fn measure(nodes: u32) -> Result<(), Failure> {
    if !(2..=2 * CONNECTIONS).contains(&nodes) {
        return Err("nodes are two at least, and no more than have a connection".into());
    }
    let mut world = World::new(1);
    let lan = world.network("lan", Link::new());
    let pairs = nodes / 2;
    let mut clients = Vec::new();
    for pair in 0..pairs {
        let [server, client] = [2 * pair, 2 * pair + 1];
        let mut node = |number| {
            let prefix = format!("{}/8", address(number));
            world.node(&format!("node{number}")).ethernet("eth0", lan, &prefix).unwrap()
        };
        let to = SocketAddr::from((address(server), PORT));
        node(server).spawn("server", move |sim| echo(sim, &to));
        clients.push(node(client).spawn("client", move |sim| {
            sim.wait(&mut [], Deadline::at(anysock::Instant::ZERO + BEGIN)).unwrap();
            for _ in 0..CONNECTIONS / pairs {
                one_echo(&sim, &to);
            }
        }));
    }
    world.run_until(anysock::Instant::ZERO + BEGIN / 2);
    let (start, before) = (processor_time(), world.trace().records());
    while !clients.iter().all(|client| world.has_ended(*client)) {
        world.run_for(Duration::from_secs(1));
    }
    let (took, frames) = (processor_time() - start, world.trace().records() - before);
    println!(
        "{nodes} nodes: {:?} a frame, {:.1} frames a connection",
        took / frames as u32,
        frames as f64 / f64::from(CONNECTIONS / pairs * pairs),
    );
    Ok(())
}
