//! Clients of the socketcand protocol, over TCP.

use anysock::{Deadline, TcpStream};
use anysock_examples::gateway::Config;

use crate::bench::*;

/// python-can wants `< hi >` and each `< ok >` alone in one `recv`.
#[test]
fn each_answer_of_the_handshake_arrives_alone() {
    let mut bench = Bench::new();
    // Frames on the bus all the time.
    bench.ecu_sends(millis(0), &["123#01"; 100]);
    bench.laptop(|sim| {
        let stream = TcpStream::connect(sim.clone(), &gateway_address()).unwrap();
        let mut buffer = [0; 256];
        let mut receive = || {
            let length = stream.recv(&mut buffer).unwrap();
            String::from_utf8(buffer[..length].to_vec()).unwrap()
        };
        assert_eq!(receive(), "< hi >");
        stream.send_all(b"< open can0 >").unwrap();
        assert_eq!(receive(), "< ok >");
        stream.send_all(b"< rawmode >").unwrap();
        // However late the client reads, within the time that frames are held off.
        sleep(&sim, millis(40));
        assert_eq!(receive(), "< ok >");
        assert!(receive().starts_with("< frame 123 "));
    });
}

#[test]
fn the_time_of_holding_off_is_a_setting() {
    let mut bench = Bench::with(Config { hold_off: millis(300), ..Config::default() });
    bench.ecu_sends(millis(0), &["123#01"; 100]);
    bench.laptop(|sim| {
        let mut client = raw(&sim, "can0");
        let begun = sim_now(&sim);
        client.next().unwrap();
        let waited = sim_now(&sim).since(begun);
        assert!((millis(290)..millis(320)).contains(&waited), "{waited:?}");
        // Nothing was lost meanwhile.
        assert_eq!(frames(&sim, &mut client, millis(1000)).len(), 99 - 1);
    });
}

fn sim_now<B: anysock::Backend>(backend: &B) -> anysock::Instant {
    backend.now()
}

#[test]
fn frames_go_both_ways() {
    let mut bench = Bench::new();
    let heard = bench.ecu_hears();
    bench.ecu_sends(millis(100), &["123#DEADBEEF", "1ABCDEF0#", "7FF#0102030405060708"]);
    let received = bench.laptop(|sim| {
        let mut client = raw(&sim, "can0");
        client.send(&frame("7DF#02010C")).unwrap();
        client.send(&frame("00000123#")).unwrap();
        frames(&sim, &mut client, millis(500))
    });
    assert_eq!(received, ["123#DEADBEEF", "1ABCDEF0#", "7FF#0102030405060708"]);
    assert_eq!(heard.borrow()[..2], [frame("7DF#02010C"), frame("00000123#")]);
}

#[test]
fn clients_hear_each_other_and_not_themselves() {
    let mut bench = Bench::new();
    bench.laptop(|sim| {
        let (mut one, mut other) = (raw(&sim, "can0"), raw(&sim, "can0"));
        let mut elsewhere = raw(&sim, "can1");
        one.send(&frame("100#01")).unwrap();
        other.send(&frame("200#02")).unwrap();
        assert_eq!(frames(&sim, &mut one, millis(100)), ["200#02"]);
        assert_eq!(frames(&sim, &mut other, millis(100)), ["100#01"]);
        assert_eq!(frames(&sim, &mut elsewhere, millis(100)), [""; 0]);
    });
}

/// Neither a remote nor an FD frame has a form in socketcand's own protocol.
#[test]
fn remote_and_fd_frames_go_to_clients_that_ask_for_them() {
    let mut bench = Bench::new();
    let sent = ["123#R4", "123##1AABB", "123#01"];
    bench.ecu_sends(millis(300), &sent);
    let heard = bench.ecu_hears();
    bench.laptop(move |sim| {
        let mut plain = raw(&sim, "can0");
        let mut extended = connect(&sim);
        extended.ask("extensions fd rtr").unwrap();
        extended.ask("open can0").unwrap();
        extended.ask("rawmode").unwrap();
        assert_eq!(frames(&sim, &mut extended, millis(500)), sent);
        assert_eq!(frames(&sim, &mut plain, millis(10)), ["123#01"]);
        extended.send(&frame("321##1112233")).unwrap();
        extended.send(&frame("321#R2")).unwrap();
        sleep(&sim, millis(50));
    });
    let sent_by_client: Vec<_> = heard.borrow().iter().rev().take(2).map(ToString::to_string).collect();
    assert_eq!(sent_by_client, ["321#R2", "321##1112233"]);
    // Two of the control unit and two of the other client, for the plain one.
    assert_eq!(bench.statistics().usage.skipped, 4);
}

#[test]
fn a_bus_that_does_not_exist_is_refused_with_those_that_do() {
    let mut bench = Bench::new();
    bench.laptop(|sim| {
        let mut client = connect(&sim);
        client.say("open can7").unwrap();
        assert_eq!(words(&mut client), "error no bus can7, there are: can0 can1");
        client.ask("open can1").unwrap();
        client.say("open can0").unwrap();
        assert_eq!(words(&mut client), "error a bus is open already");
    });
}

#[test]
fn commands_out_of_place_are_refused() {
    let mut bench = Bench::new();
    bench.laptop(|sim| {
        let mut client = connect(&sim);
        let mut refused = |says: &str, why: &str| {
            client.say(says).unwrap();
            assert_eq!(words(&mut client), format!("error {why}"), "{says}");
        };
        refused("rawmode", "open a bus first");
        refused("send 123 0", "open a bus first");
        refused("isotpmode", "isotpmode is not supported yet");
        client.ask("open can0").unwrap();
        client.ask("rawmode").unwrap();
        let mut refused = |says: &str| {
            client.say(says).unwrap();
            assert_eq!(words(&mut client), "error not in this mode", "{says}");
        };
        refused("subscribe 0 0 123");
        refused("add 1 0 123 0");
        refused("statistics 100");
        client.say("echo").unwrap();
        assert_eq!(words(&mut client), "echo");
    });
    assert_eq!(bench.statistics().usage.wrong, 6);
}

#[test]
fn control_mode_reports_statistics() {
    let mut bench = Bench::new();
    bench.ecu_sends(millis(0), &["123#0102", "124#03"]);
    bench.laptop(|sim| {
        raw(&sim, "can0").send(&frame("321#AABBCC")).unwrap();
        let mut client = open(&sim, "can0");
        client.ask("controlmode").unwrap();
        client.say("statistics 100").unwrap();
        sleep(&sim, millis(350));
        let reports = messages(&sim, &mut client, millis(1));
        assert_eq!(reports.len(), 3);
        client.say("statistics 0").unwrap();
        sleep(&sim, millis(10));
        messages(&sim, &mut client, millis(1));
        assert_eq!(messages(&sim, &mut client, millis(500)), []);
        client.ask("extensions drops").unwrap();
        client.say("statistics 100").unwrap();
        assert_eq!(words(&mut client), "stat 3 2 3 1 0");
    });
}

#[test]
fn many_clients_at_once_and_one_too_many() {
    let mut bench = Bench::with(Config { max_clients: 50, ..Config::default() });
    bench.ecu_sends(millis(500), &["123#01"; 20]);
    bench.laptop(|sim| {
        let mut clients: Vec<_> = (0..50).map(|_| raw(&sim, "can0")).collect();
        let stream = TcpStream::connect(sim.clone(), &gateway_address()).unwrap();
        let mut buffer = [0; 64];
        let length = stream.recv(&mut buffer).unwrap();
        assert_eq!(&buffer[..length], b"< error too many clients >");
        assert_eq!(stream.recv(&mut buffer), Ok(0));
        sim_sleep_until_idle(&sim);
        for client in &mut clients {
            assert_eq!(frames(&sim, client, millis(1)).len(), 20);
        }
    });
    let statistics = bench.statistics();
    assert_eq!((statistics.accepted, statistics.refused, statistics.clients), (50, 1, 0));
}

fn sim_sleep_until_idle<B: anysock::Interfaces>(backend: &B) {
    backend.sleep_until(Deadline::at(anysock::Instant::from_nanos(2_000_000_000))).unwrap();
}

#[test]
fn what_a_client_sends_before_it_ends_is_sent() {
    let mut bench = Bench::new();
    let heard = bench.ecu_hears();
    bench.laptop(|sim| {
        let mut client = raw(&sim, "can0");
        for _ in 0..100 {
            client.send(&frame("123#0102030405060708")).unwrap();
        }
        drop(client);
    });
    bench.world.run_for(millis(100));
    assert_eq!(heard.borrow().len(), 100);
    assert_eq!(bench.statistics().clients, 0);
}

/// A machine that loses its power says no goodbye: TCP's keepalive finds out.
#[test]
fn a_half_open_connection_is_found() {
    half_open(&[]);
}

/// Frames that nobody acknowledges keep the probes from being sent; TCP's user timeout finds out.
#[test]
fn a_half_open_connection_with_frames_on_their_way_is_found() {
    half_open(&["123#01"; 5000]);
}

fn half_open(frames: &[&'static str]) {
    let mut bench = Bench::with(Config { keepalive: millis(5000), ..Config::default() });
    bench.ecu_sends(millis(0), frames);
    bench.laptop.spawn("client", |sim| {
        let mut client = raw(&sim, "can0");
        while client.next().is_ok() {}
    });
    bench.world.run_for(millis(1000));
    assert_eq!(bench.statistics().clients, 1);
    let laptop = bench.laptop.clone();
    // Its power is gone, and its cable pulled: nothing answers for it.
    laptop.set_side("eth0", 1).unwrap();
    bench.world.crash(&laptop);
    bench.world.run_for(millis(30_000));
    assert_eq!(bench.statistics().clients, 0);
}
