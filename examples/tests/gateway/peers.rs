//! cannelloni peers, and the beacon.

use anysock::UdpSocket;
use anysock_examples::cannelloni::{self, DatagramWriter};
use anysock_examples::gateway::{BeaconConfig, Config, PeerConfig};
use anysock_sim::Sim;

use crate::bench::*;

fn with_peer() -> Bench {
    let peer = PeerConfig {
        bus: "can0".parse().unwrap(),
        local: "10.0.0.1:20000".parse().unwrap(),
        remote: "10.0.0.2:20000".parse().unwrap(),
        delay: millis(5),
    };
    Bench::with(Config { cannelloni: vec![peer], ..Config::default() })
}

fn socket(sim: Sim<'_>, port: u16) -> UdpSocket<Sim<'_>> {
    let mut socket = UdpSocket::bind(sim, &([10, 0, 0, 2], port).into()).unwrap();
    socket.set_timeout(Some(millis(500)));
    socket
}

fn gateway() -> core::net::SocketAddr {
    ([10, 0, 0, 1], 20000).into()
}

#[test]
fn frames_of_a_peer_go_to_the_bus_and_to_clients() {
    let mut bench = with_peer();
    let heard = bench.ecu_hears();
    bench.laptop(|sim| {
        let mut client = raw(&sim, "can0");
        let socket = socket(sim.clone(), 20000);
        let mut datagram = DatagramWriter::new(0, 1400);
        for text in ["123#01", "123##1AABB", "1ABCDEF0#R3"] {
            assert!(datagram.push(&frame(text)));
        }
        socket.send_to(datagram.bytes(), &gateway()).unwrap();
        assert_eq!(frames(&sim, &mut client, millis(100)), ["123#01"]);
    });
    let heard: Vec<_> = heard.borrow().iter().map(ToString::to_string).collect();
    assert_eq!(heard, ["123#01", "123##1AABB", "1ABCDEF0#R3"]);
}

#[test]
fn frames_of_the_bus_go_to_the_peer_several_in_a_datagram() {
    let mut bench = with_peer();
    bench.ecu.spawn("burst", |sim| {
        let can = anysock::CanSocket::open(sim.clone(), &"can0".parse().unwrap()).unwrap();
        sleep(&sim, millis(100));
        for text in ["123#01", "124#02", "125#R2"] {
            can.send(&frame(text)).unwrap();
        }
        sleep(&sim, millis(100));
        can.send(&frame("126#")).unwrap();
    });
    bench.laptop(|sim| {
        let socket = socket(sim, 20000);
        let mut buffer = [0; 2000];
        let mut receive = || {
            let (length, from) = socket.recv_from(&mut buffer).unwrap();
            assert_eq!(from, gateway());
            let datagram = cannelloni::decode(&buffer[..length]).unwrap();
            (datagram.sequence, datagram.frames)
        };
        assert_eq!(receive(), (0, ["123#01", "124#02", "125#R2"].map(frame).into()));
        assert_eq!(receive(), (1, vec![frame("126#")]));
    });
}

#[test]
fn datagrams_that_are_wrong_or_from_elsewhere_are_dropped_and_counted() {
    let mut bench = with_peer();
    let heard = bench.ecu_hears();
    bench.laptop(move |sim| {
        let mut datagram = DatagramWriter::new(0, 1400);
        assert!(datagram.push(&frame("123#01")));
        socket(sim.clone(), 20001).send_to(datagram.bytes(), &gateway()).unwrap();
        let socket = socket(sim.clone(), 20000);
        for wrong in [&[][..], &[2, 0, 0, 0xFF, 0xFF], &[1; 100], &[2, 0, 0, 0, 1, 0, 0, 1, 0x23, 0xFF, 0]] {
            socket.send_to(wrong, &gateway()).unwrap();
        }
        sleep(&sim, millis(10));
        assert_eq!(*heard.borrow(), []);
        socket.send_to(datagram.bytes(), &gateway()).unwrap();
        sleep(&sim, millis(10));
        assert_eq!(*heard.borrow(), [frame("123#01")]);
    });
    assert_eq!(bench.statistics().usage.wrong, 5);
}

#[test]
fn the_gateway_announces_itself() {
    let beacon = BeaconConfig {
        destination: "10.0.0.255:42000".parse().unwrap(),
        interval: millis(3000),
        name: "bench".into(),
        description: "a test".into(),
    };
    let mut bench = Bench::with(Config { beacon: Some(beacon), ..Config::default() });
    bench.laptop(|sim| {
        let mut socket = UdpSocket::bind(sim.clone(), &"0.0.0.0:42000".parse().unwrap()).unwrap();
        socket.set_timeout(Some(millis(3100)));
        let mut buffer = [0; 1024];
        for _ in 0..2 {
            let (length, from) = socket.recv_from(&mut buffer).unwrap();
            assert_eq!(from.ip().to_string(), "10.0.0.1");
            assert_eq!(
                String::from_utf8_lossy(&buffer[..length]),
                "<CANBeacon name=\"bench\" type=\"SocketCAN\" description=\"a test\">\
                <URL>can://10.0.0.1:29536</URL><Bus name=\"can0\"/><Bus name=\"can1\"/></CANBeacon>"
            );
        }
    });
}
