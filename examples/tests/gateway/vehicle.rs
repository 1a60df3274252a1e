//! The default world: the same each time, whole on a network that loses packets, and patient with Bluetooth.

use core::time::Duration;

use anysock_examples::gateway::{Config, Limits};
use anysock_examples::world::{Summary, Vehicle};
use anysock_sim::{Chance, Link, for_each_seed};

use crate::bench::*;

fn run(seed: u64, time: Duration) -> Summary {
    let mut vehicle = Vehicle::new(seed, Config::default()).unwrap();
    vehicle.add_clients().unwrap();
    vehicle.world.run_for(time);
    vehicle.end().unwrap()
}

#[test]
fn the_same_seed_gives_the_same_run_and_another_another() {
    let first = run(3, millis(5000));
    assert_eq!(first, run(3, millis(5000)));
    assert_ne!(first.hash, run(4, millis(5000)).hash);
}

#[test]
fn every_request_is_answered_and_nothing_is_lost() {
    let summary = run(1, millis(10_000));
    let asked = summary.tester.unwrap();
    assert!(asked.requests >= 39 && asked.answered == asked.requests, "{summary}");
    assert_eq!(summary.gateway.dropped(), 0, "{summary}");
    // 100 + 10 + 10 + 1 of the engine, 100 + 50 + 10 of the brakes, 20 + 10 + 5 of the battery: each second.
    let frames = summary.gateway.buses[0].received.frames;
    assert!((3160..3400).contains(&frames), "{summary}");
    assert!(summary.phone > 10, "{summary}");
}

#[test]
fn a_log_is_played_in_its_own_time() {
    let mut vehicle = Vehicle::new(1, Config::default()).unwrap();
    let log =
        "(1.000000) vcan0 7A1#01\n(1.500000) vcan0 20000004#0000000000000000\n(2.000000) vcan0 7A1##102\n";
    vehicle.play(anysock_examples::candump::parse_log(log).unwrap()).unwrap();
    vehicle.world.run_for(millis(900));
    vehicle.world.run_for(millis(200));
    assert_eq!(vehicle.end().unwrap().played, Some(2));
}

/// Packets are lost, come twice and out of order; TCP makes it good, whatever the seed.
#[test]
fn a_bad_network_loses_no_frame() {
    for_each_seed(0..12, |world| {
        let link = Link::new().latency(millis(2)).jitter(millis(5)).loss(Chance::percent(5));
        let world = core::mem::replace(world, anysock_sim::World::new(0));
        // As patient as TCP.
        let to_client = Limits { length: 1000, age: millis(60_000) };
        let config = Config { to_client, ..Config::default() };
        let mut bench = Bench::on(world, link.duplication(Chance::percent(5)), config);
        bench.ecu_sends(millis(20_000), &["123#01"; 200]);
        let received = bench.laptop(|sim| {
            let mut client = raw(&sim, "can0");
            frames(&sim, &mut client, millis(60_000)).len()
        });
        assert_eq!(received, 200);
    });
}

#[test]
fn a_phone_that_was_out_of_reach_comes_back() {
    let mut vehicle = Vehicle::new(1, Config { report: Some(millis(100)), ..Config::default() }).unwrap();
    let mut after = |side: u32, time: u64| {
        vehicle.gateway.set_radio_side(side).unwrap();
        vehicle.world.run_for(millis(time));
        let statistics = vehicle.statistics();
        (statistics.clients, statistics.usage.sent)
    };
    let (clients, before) = after(0, 10_000);
    assert_eq!(clients, 1);
    assert!(before > 10, "{before}");
    let (clients, meanwhile) = after(1, 60_000);
    assert_eq!(clients, 0);
    let (clients, afterwards) = after(0, 30_000);
    assert_eq!(clients, 1);
    assert!(afterwards > meanwhile + 10, "{meanwhile} {afterwards}");
}
