//! What is too slow, or too much.

use anysock::{CanSocket, Deadline, TcpStream, option};
use anysock_examples::gateway::{Config, Limits};

use crate::bench::*;

/// Has the control unit send `count` frames, numbered, as fast as the bus takes them.
fn flood(bench: &Bench, count: u32) {
    bench.ecu.spawn("flood", move |sim| {
        let can = CanSocket::open(sim.clone(), &"can0".parse().unwrap()).unwrap();
        sleep(&sim, millis(500));
        for number in 0..count {
            let text = format!("0F0#{number:08X}");
            can.send_until(&text.parse().unwrap(), Deadline::NEVER).unwrap();
        }
    });
}

fn number(frame: &str) -> u32 {
    u32::from_str_radix(frame.split_once('#').unwrap().1, 16).unwrap()
}

#[test]
fn a_slow_client_costs_only_itself() {
    let limits = Limits { length: 100, age: millis(10_000) };
    let mut bench = Bench::with(Config { to_client: limits, ..Config::default() });
    flood(&bench, 20_000);
    bench.laptop.spawn("slow", |sim| {
        let mut slow = raw(&sim, "can0");
        // It does not read until all is over; what the kernels between do not hold is lost, the oldest first.
        sleep(&sim, millis(12_000));
        let frames = frames(&sim, &mut slow, millis(500));
        assert!(frames.len() < 19_000, "{} of 20000", frames.len());
        assert_eq!(number(frames.last().unwrap()), 19_999);
        let numbers: Vec<_> = frames.iter().map(|frame| number(frame)).collect();
        assert!(numbers.is_sorted());
    });
    let received = bench.laptop(|sim| {
        let mut fast = raw(&sim, "can0");
        frames(&sim, &mut fast, millis(10_000)).len()
    });
    assert_eq!(received, 20_000);
    let statistics = bench.statistics();
    assert!(statistics.usage.drops.full > 1000 && statistics.queued <= 100, "{statistics}");
    assert_eq!(statistics.usage.drops.stale, 0);
    bench.world.run_for(millis(5000));
}

/// After a stall, a client receives what is new, not what has become stale.
#[test]
fn stale_frames_are_not_sent_after_a_stall() {
    let limits = Limits { length: 100_000, age: millis(200) };
    let mut bench = Bench::with(Config { to_client: limits, ..Config::default() });
    flood(&bench, 20_000);
    bench.laptop(|sim| {
        let mut client = raw(&sim, "can0");
        sleep(&sim, millis(12_000));
        frames(&sim, &mut client, millis(500));
    });
    let drops = bench.statistics().usage.drops;
    assert!(drops.stale > 1000 && drops.full == 0, "{drops:?}");
}

/// A thousand frames at once take a quarter of a second on the bus; its own queue holds ten.
#[test]
fn a_burst_is_paced_and_nothing_of_it_is_lost() {
    let mut bench = Bench::new();
    let heard = bench.ecu_hears();
    bench.laptop(|sim| {
        let mut client = raw(&sim, "can0");
        for number in 0..1000 {
            client.send(&format!("0F0#{number:08X}").parse().unwrap()).unwrap();
        }
        sleep(&sim, millis(2000));
    });
    let numbers: Vec<_> = heard.borrow().iter().map(|frame| number(&frame.to_string())).collect();
    assert_eq!(numbers, (0..1000).collect::<Vec<_>>());
    let statistics = bench.statistics();
    assert!(statistics.buses[0].usage.full > 0, "{statistics}");
    assert_eq!(statistics.dropped(), 0);
}

/// Nobody acknowledges: the bus takes nothing, and what waits for it becomes stale.
#[test]
fn stale_frames_are_not_sent_to_a_bus_that_comes_back() {
    let mut bench = Bench::new();
    let heard = bench.ecu_hears();
    let interface = bench.gateway.can_interface("can0").unwrap();
    interface.unplug();
    bench.laptop(move |sim| {
        let mut client = raw(&sim, "can0");
        for number in 0..100 {
            client.send(&format!("0F0#{number:08X}").parse().unwrap()).unwrap();
        }
        sleep(&sim, millis(2000));
        interface.plug();
        sleep(&sim, millis(500));
        client.send(&frame("0F0#FFFFFFFF")).unwrap();
        sleep(&sim, millis(500));
    });
    // The controller's own queue of ten, and the frame it was sending, know no age.
    assert!(heard.borrow().len() <= 12, "{}", heard.borrow().len());
    assert_eq!(heard.borrow().last(), Some(&frame("0F0#FFFFFFFF")));
    assert!(bench.statistics().buses[0].usage.drops.stale >= 88);
}

/// Nothing is read from a client while the bus is behind; TCP holds it back.
#[test]
fn a_client_that_sends_too_much_is_held_back() {
    let config = Config { to_bus: Limits { length: 50, age: millis(60_000) }, ..Config::default() };
    let mut bench = Bench::with(config);
    let heard = bench.ecu_hears();
    bench.laptop(|sim| {
        let mut client = raw(&sim, "can0");
        for _ in 0..20_000 {
            client.send(&frame("0F0#0102030405060708")).unwrap();
        }
    });
    let statistics = bench.statistics();
    assert!(statistics.buses[0].queued <= 50, "{statistics}");
    bench.world.run_for(millis(10_000));
    assert_eq!(heard.borrow().len(), 20_000);
    assert_eq!(bench.statistics().dropped(), 0);
}

/// A classic controller would destroy FD frames: the interface refuses them, and the rest goes on.
#[test]
fn a_frame_that_the_bus_refuses_holds_up_nothing() {
    let mut bench = Bench::new();
    let heard = bench.ecu_hears();
    bench.gateway.can_interface("can0").unwrap().set_fd(false);
    bench.laptop(|sim| {
        let mut client = raw(&sim, "can0");
        client.send(&frame("123##1AA")).unwrap();
        client.send(&frame("123#AA")).unwrap();
        sleep(&sim, millis(50));
    });
    assert_eq!(*heard.borrow(), [frame("123#AA")]);
    assert_eq!(bench.statistics().buses[0].usage.refused, 1);
}

#[test]
fn idle_clients_cost_no_time() {
    let mut bench = Bench::with(Config { report: Some(millis(3_600_000)), ..Config::default() });
    bench.laptop(|sim| {
        let clients: Vec<_> = (0..20).map(|_| raw(&sim, "can0")).collect();
        let begun = std::time::Instant::now();
        sleep(&sim, core::time::Duration::from_secs(3600));
        drop(clients);
        assert!(begun.elapsed().as_secs() < 20, "it turned without need");
    });
}

/// Its commands wait for room for their answers, which it never takes.
#[test]
fn a_client_that_dies_with_commands_unanswered_is_parted_with() {
    let mut bench = Bench::new();
    bench.laptop(|sim| {
        let stream = TcpStream::connect(sim.clone(), &gateway_address()).unwrap();
        stream.set(option::socket::LingerOnClose, option::Linger(Some(0))).unwrap();
        let mut socket = stream.into_socket();
        socket.set_timeout(Some(millis(100)));
        while socket.send(&b"< what >".repeat(500)).is_ok() {}
    });
    assert_eq!(bench.statistics().clients, 0);
}
