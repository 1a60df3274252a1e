//! Every body of the conformance suite on the simulator, which has a bug where it answers otherwise than Linux.

use std::time::Duration;

use anysock_sim::{BitRates, Link, Sim, World};
use anysock_tests::conformance::Machine;

const OWN_DEVICE: &str = "00:AA:01:00:00:00";
const PEER_DEVICE: &str = "00:AA:01:01:00:01";

/// Runs a body as the program of a node of its own.
fn run(body: for<'a, 'b> fn(&'b Machine<Sim<'a>>)) {
    let mut world = World::new(1);
    let rates = BitRates::fd(500_000, 2_000_000);
    let buses = ["vcan0", "vcan1"].map(|name| world.can_bus(name, rates));
    let node = world.node("machine").can("vcan0", buses[0]).unwrap().can("vcan1", buses[1]).unwrap();
    // Somebody has to acknowledge frames.
    world.node("listener").can("can0", buses[0]).unwrap().can("can1", buses[1]).unwrap();
    let piconet = world.piconet(Link::new().latency(Duration::from_micros(625)).rate(2_000_000));
    let node = node.bluetooth(piconet, OWN_DEVICE).unwrap();
    let peer = world.node("peer").bluetooth(piconet, PEER_DEVICE).unwrap();
    let failures = world.block_on(&node, move |sim| {
        let devices = [OWN_DEVICE, PEER_DEVICE].map(|device| device.parse().unwrap());
        let machine = Machine::new(sim, "/tmp").with_bluetooth(devices, move |program| {
            peer.spawn("peer", program);
        });
        body(&machine);
        machine.into_failures()
    });
    match failures {
        Ok(failures) => {
            assert!(failures.is_empty(), "the simulator answers otherwise:\n{}", failures.join("\n"))
        }
        Err(deadlock) => panic!("{deadlock}"),
    }
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
