//! Every body of the conformance suite on the simulator, which has a bug where it answers otherwise than Linux.

use std::time::Duration;

use anysock_sim::{BitRates, Chance, Deadlock, Link, Sim, World, for_each_seed};
use anysock_tests::conformance::{Machine, Peer};

const OWN_DEVICE: &str = "00:AA:01:00:00:00";
const PEER_DEVICE: &str = "00:AA:01:01:00:01";

/// Under how many seeds each body runs.
const SEEDS: u64 = 10;

/// Runs a body as the program of a node of its own, under every seed.
fn run(body: for<'a, 'b> fn(&'b Machine<Sim<'a>>)) {
    for_each_seed(0..SEEDS, |world| match run_in(world, body) {
        Ok(failures) if failures.is_empty() => Ok(()),
        Ok(failures) => Err(failures),
        Err(deadlock) => Err(vec![deadlock.to_string()]),
    });
}

/// Runs a body, and returns what the simulator answered otherwise than Linux.
fn run_in(world: &mut World, body: for<'a, 'b> fn(&'b Machine<Sim<'a>>)) -> Result<Vec<String>, Deadlock> {
    let buses = ["vcan0", "vcan1"].map(|name| world.can_bus(name, BitRates::fd(500_000, 2_000_000)));
    let piconet = world.piconet(Link::new().latency(Duration::from_micros(625)).rate(2_000_000));
    let link = Link::new().latency(Duration::from_millis(2)).jitter(Duration::from_millis(3));
    let network = world.network("network", link.loss(Chance::percent(5)).duplication(Chance::percent(2)));
    let mut node = |name, device, address| {
        let node = world.node(name).can("vcan0", buses[0])?.can("vcan1", buses[1])?;
        node.bluetooth(piconet, device)?.ethernet("eth0", network, address)
    };
    let machine = node("machine", OWN_DEVICE, "10.0.0.1/24").unwrap();
    machine.set_sysctl("net.ipv4.ping_group_range", "0 0").unwrap();
    // The peer also acknowledges the machine's frames.
    let peer = node("peer", PEER_DEVICE, "10.0.0.2/24").unwrap();
    world.block_on(&machine, move |sim| {
        let ip = [[10, 0, 0, 1], [10, 0, 0, 2]].map(Into::into);
        let bluetooth = [OWN_DEVICE, PEER_DEVICE].map(|device| device.parse().unwrap());
        let peer = Peer::<Sim<'_>>::new(ip, Some(bluetooth), move |program| {
            peer.spawn("peer", program);
        });
        let machine = Machine::new(sim, "/tmp", peer, Duration::from_secs(1));
        body(&machine);
        machine.into_failures()
    })
}

macro_rules! tests {
    ($( $topic:ident: $($name:ident),+; )* $( [$lacking:ident: $needs:literal] $($body:ident),+; )*) => {
        $(
            mod $topic {
                use anysock_tests::conformance::$topic;
                $(
                    #[test]
                    fn $name() {
                        super::run(|machine| $topic::$name(machine));
                    }
                )+
            }
        )*
        $(
            mod $lacking {
                use anysock_tests::conformance::$lacking;
                $(
                    #[test]
                    fn $body() {
                        super::run(|machine| $lacking::$body(machine));
                    }
                )+
            }
        )*
    };
}

anysock_tests::for_each_body!(tests);
