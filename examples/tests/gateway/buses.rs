//! Buses that are missing, go away and come back.

use anysock::{Backend, Errno, Error};
use anysock_examples::gateway::{Config, Gateway, GatewayError, PeerConfig};

use crate::bench::*;

fn config(buses: &[&str]) -> Config {
    Config { buses: buses.iter().map(|name| name.parse().unwrap()).collect(), ..Config::default() }
}

/// Why a gateway of this configuration cannot begin, on the bench's gateway node.
fn refusal(config: Config) -> Option<GatewayError> {
    let mut bench = Bench::new();
    let node = bench.gateway.clone();
    bench.world.block_on(&node, move |sim| Gateway::new(sim, &config).err()).unwrap()
}

#[test]
fn a_missing_interface_is_named_beside_those_that_exist() {
    let error = refusal(config(&["can0", "can7"])).unwrap();
    assert_eq!(error.to_string(), "there is no interface can7; there are: lo eth0 can0 can1");
}

#[test]
fn an_interface_of_another_kind_is_named() {
    assert_eq!(refusal(config(&["eth0"])).unwrap(), GatewayError::NotCan("eth0".parse().unwrap()));
}

#[test]
fn an_address_in_use_is_named() {
    let error = refusal(Config { tcp: vec![gateway_address()], ..config(&["can0"]) }).unwrap();
    assert_eq!(error, GatewayError::Listen("10.0.0.1:29536".into(), Error::Os(Errno::EADDRINUSE)));
    let peer = PeerConfig {
        bus: "can5".parse().unwrap(),
        local: "10.0.0.1:20000".parse().unwrap(),
        remote: "10.0.0.2:20000".parse().unwrap(),
        delay: millis(5),
    };
    let error = refusal(Config { cannelloni: vec![peer], ..config(&["can0"]) }).unwrap();
    assert_eq!(error.to_string(), "can5 is not one of the gateway's buses");
}

#[test]
fn a_bus_that_goes_down_comes_back() {
    let mut bench = Bench::new();
    let interface = bench.gateway.can_interface("can0").unwrap();
    bench.ecu_sends(millis(5000), &["123#01", "123#02"]);
    bench.laptop(move |sim| {
        let mut client = raw(&sim, "can0");
        let mut other = raw(&sim, "can1");
        sleep(&sim, millis(500));
        interface.set_up(false).unwrap();
        sleep(&sim, millis(1500));
        client.say("echo").unwrap();
        assert_eq!(words(&mut client), "echo", "the client stays connected");
        // A client that comes meanwhile is served too.
        let mut newcomer = raw(&sim, "can0");
        interface.set_up(true).unwrap();
        sleep(&sim, millis(2500));
        for client in [&mut client, &mut newcomer] {
            let received = messages(&sim, client, millis(1000));
            let frames = received.iter().filter(|message| format!("{message:?}").contains("123#0"));
            assert_eq!(frames.count(), 2, "{received:?}");
        }
        assert_eq!(frames(&sim, &mut other, millis(1)), [""; 0]);
    });
    let statistics = bench.statistics();
    assert!(statistics.buses[0].is_up && statistics.buses[0].losses == 1, "{statistics:?}");
    assert_eq!(statistics.buses[1].losses, 0);
}

/// A USB adapter that is pulled out and put in again has another index.
#[test]
fn an_interface_that_vanishes_is_found_again_by_its_name() {
    let mut bench = Bench::new();
    let heard = bench.ecu_hears();
    let interface = bench.gateway.can_interface("can0").unwrap();
    bench.laptop(move |sim| {
        let mut client = raw(&sim, "can0");
        interface.remove().unwrap();
        sleep(&sim, millis(3000));
        interface.restore().unwrap();
        sleep(&sim, millis(2500));
        client.send(&frame("321#01")).unwrap();
        sleep(&sim, millis(10));
    });
    assert_eq!(*heard.borrow(), [frame("321#01")]);
    assert_eq!(bench.statistics().buses[0].losses, 1);
}

/// While it is away, attempts to reopen it become rare.
#[test]
fn a_bus_that_stays_away_costs_little() {
    let mut bench = Bench::new();
    let interface = bench.gateway.can_interface("can0").unwrap();
    interface.remove().unwrap();
    bench.laptop(|sim| {
        let client = raw(&sim, "can0");
        let begun = std::time::Instant::now();
        sleep(&sim, core::time::Duration::from_secs(600));
        assert!(begun.elapsed().as_secs() < 20);
        drop(client);
    });
    let statistics = bench.statistics();
    assert!(!statistics.buses[0].is_up && statistics.buses[1].is_up);
}

#[test]
fn bus_off_is_told_and_survived() {
    let mut bench = Bench::new();
    let interface = bench.gateway.can_interface("can0").unwrap();
    interface.set_restart(Some(millis(100)));
    bench.ecu_sends(millis(1500), &["123#01"]);
    bench.laptop(move |sim| {
        let mut client = raw(&sim, "can0");
        sleep(&sim, millis(200));
        interface.force_bus_off();
        let received = frames(&sim, &mut client, millis(2000));
        assert_eq!(received.first().unwrap(), "20000040#", "CAN_ERR_BUSOFF, without details");
        assert_eq!(received.last().unwrap(), "123#01");
    });
}

#[test]
fn the_gateway_ends_when_told() {
    let mut bench = Bench::new();
    let node = bench.gateway.clone();
    let statistics = bench.world.block_on(&node, |sim| {
        let config = config(&["can0"]);
        let (waker, stop) = sim.waker().unwrap();
        let gateway = Gateway::new(sim, &config).unwrap();
        anysock::Waker::wake(&waker);
        gateway.run(&stop, |_| ())
    });
    assert_eq!(statistics.unwrap().unwrap().clients, 0);
}
