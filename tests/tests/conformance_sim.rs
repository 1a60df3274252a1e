//! Every body of the conformance suite on the simulator, which has a bug where it answers otherwise than Linux.

use anysock_sim::{BitRates, Sim, World};
use anysock_tests::conformance::Machine;

/// Runs a body as the program of a node of its own.
fn run(body: for<'a, 'b> fn(&'b Machine<Sim<'a>>)) {
    let mut world = World::new(1);
    let rates = BitRates::fd(500_000, 2_000_000);
    let buses = ["vcan0", "vcan1"].map(|name| world.can_bus(name, rates));
    let node = world.node("machine").can("vcan0", buses[0]).unwrap().can("vcan1", buses[1]).unwrap();
    // Somebody has to acknowledge frames.
    world.node("listener").can("can0", buses[0]).unwrap().can("can1", buses[1]).unwrap();
    let failures = world.block_on(&node, move |sim| {
        let machine = Machine::new(sim, "/tmp");
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
