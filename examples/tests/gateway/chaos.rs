//! Whatever happens, in whatever order: afterwards the gateway serves as if nothing had happened.

use anysock::{Interfaces, TcpStream};
use anysock_examples::gateway::Config;
use anysock_sim::{Chance, Link, World, for_each_seed};

use crate::bench::*;

/// A small generator of its own, so that the test does not depend on the simulator's draws.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// Commands that follow each other as no sane client would have it; then it vanishes, or goes on listening.
fn misbehave<B: Interfaces>(sim: B, mut dice: Dice) {
    const WORDS: [&str; 12] = [
        "< open can0 >",
        "< open can1 >",
        "< rawmode >",
        "< bcmmode >",
        "< controlmode >",
        "< statistics 10 >",
        "< add 0 1000 123 8 1 2 3 4 5 6 7 8 >",
        "< subscribe 0 5000 123 >",
        "< filter 0 0 123 1 FF >",
        "< send 123 1 1 >",
        "< fdsend 7FF 1 3 1 2 3 >< nonsense >",
        "< extensions fd rtr error drops >",
    ];
    let Ok(mut stream) = TcpStream::connect_timeout(sim.clone(), &gateway_address(), Some(millis(5000)))
    else {
        return;
    };
    for _ in 0..dice.roll(40) {
        if stream.send_all(WORDS[dice.roll(12) as usize].as_bytes()).is_err() {
            return;
        }
        if dice.roll(3) == 0 {
            sleep(&sim, millis(dice.roll(50)));
        }
    }
    stream.set_timeout(Some(millis(dice.roll(1000) + 1)));
    let mut buffer = [0; 4096];
    while stream.recv(&mut buffer).is_ok_and(|length| length > 0) && dice.roll(200) > 0 {}
}

#[test]
fn afterwards_everything_works() {
    for_each_seed(0..40, |world| {
        let seed = world.seed();
        let world = core::mem::replace(world, World::new(seed));
        let link = Link::new().latency(millis(1)).jitter(millis(2)).loss(Chance::percent(2));
        let mut bench = Bench::on(world, link, Config::default());
        let interface = bench.gateway.can_interface("can0").unwrap();
        interface.set_restart(Some(millis(100)));
        let mut dice = Dice(seed);
        let (mut is_removed, heard) = (false, bench.ecu_hears());
        for number in 0..60 {
            match dice.roll(9) {
                0 if !is_removed => interface.set_up(false).unwrap(),
                1 if !is_removed => interface.set_up(true).unwrap(),
                2 if !is_removed => {
                    interface.remove().unwrap();
                    is_removed = true;
                }
                3 if is_removed => {
                    interface.restore().unwrap();
                    is_removed = false;
                }
                4 => interface.unplug(),
                5 => interface.plug(),
                6 if !is_removed => interface.force_bus_off(),
                _ => {
                    let dice = Dice(seed << 32 | number);
                    bench.laptop.spawn("client", |sim| misbehave(sim, dice));
                }
            }
            bench.world.run_for(millis(dice.roll(300)));
        }
        interface.plug();
        let back = if is_removed { interface.restore().map(|_| ()) } else { interface.set_up(true) };
        back.unwrap();
        bench.world.run_for(millis(30_000));

        let statistics = bench.statistics();
        assert_eq!(
            (statistics.clients, statistics.queued, statistics.buses[0].queued),
            (0, 0, 0),
            "{statistics}"
        );
        heard.borrow_mut().clear();
        bench.ecu_sends(millis(20_000), &["7A5#5A"]);
        let received = bench.laptop(|sim| {
            let mut client = raw(&sim, "can0");
            client.send(&frame("321#ABCD")).unwrap();
            frames(&sim, &mut client, millis(30_000))
        });
        assert_eq!(received, ["7A5#5A"]);
        assert_eq!(*heard.borrow(), ["321#ABCD", "7A5#5A"].map(frame));
    });
}
