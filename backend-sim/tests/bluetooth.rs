//! Programs that talk over RFCOMM in a simulated piconet.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anysock::message::Timestamp;
use anysock::{BdAddr, Errno, Error, RfcommAddr, RfcommListener, RfcommStream};
use anysock_sim::{Chance, Fate, Link, Node, Piconet, Tap, Wire, World};

const CAR: &str = "00:11:22:33:44:66";
const PHONE: &str = "00:11:22:33:44:55";

/// A radio as two nearby devices have it: 2 Mbit/s.
const NEAR: Link = Link::new().latency(Duration::from_micros(625)).rate(2_000_000);

fn port(device: &str, channel: u8) -> RfcommAddr {
    RfcommAddr { device: device.parse().unwrap(), channel }
}

/// A car and a phone that hear each other.
fn car_and_phone(world: &mut World, link: Link) -> (Node, Node, Piconet) {
    let piconet = world.piconet(link);
    let car = world.node("car").bluetooth(piconet, CAR).unwrap();
    let phone = world.node("phone").bluetooth(piconet, PHONE).unwrap();
    (car, phone, piconet)
}

fn pattern(len: usize) -> Vec<u8> {
    (0..len).map(|index| (index % 251) as u8).collect()
}

/// The car sends 50 kB, the phone sends them back; the trace hash, and how long it took.
fn echo(seed: u64, link: Link) -> (u128, Duration) {
    let mut world = World::new(seed);
    let (car, phone, _) = car_and_phone(&mut world, link);
    phone.spawn("echo", |sim| {
        let listener = RfcommListener::bind(sim, &RfcommAddr { device: BdAddr::ANY, channel: 3 }).unwrap();
        let (stream, peer) = listener.accept().unwrap();
        assert_eq!(peer, port(CAR, 3));
        let mut buffer = [0; 700];
        loop {
            match stream.recv(&mut buffer) {
                Ok(len) => stream.send_all(&buffer[..len]).unwrap(),
                Err(error) => return assert_eq!(error, Error::Os(Errno::ECONNRESET)),
            }
        }
    });
    let echoed = world.block_on(&car, |sim| {
        let stream = RfcommStream::connect(sim, &port(PHONE, 3)).unwrap();
        assert_eq!(stream.peer_addr().unwrap(), port(PHONE, 3));
        let (mut sent, mut received) = (0, Vec::new());
        let data = pattern(50_000);
        while received.len() < data.len() {
            let until = data.len().min(sent + 5000);
            stream.send_all(&data[sent..until]).unwrap();
            let mut part = vec![0; until - sent];
            stream.recv_exact(&mut part).unwrap();
            received.extend(part);
            sent = until;
        }
        received
    });
    assert_eq!(echoed.unwrap(), pattern(50_000));
    world.run().unwrap();
    (world.trace().hash(), Duration::from_nanos(world.now().as_nanos()))
}

#[test]
fn two_programs_exchange_data_and_the_same_seed_gives_the_same_run() {
    assert_eq!(echo(1, NEAR), echo(1, NEAR));
    assert_ne!(echo(1, NEAR.loss(Chance::percent(10))).0, echo(2, NEAR.loss(Chance::percent(10))).0);
}

#[test]
fn a_disturbed_link_is_slower_and_loses_nothing() {
    let (_, near) = echo(3, NEAR);
    let (_, far) = echo(3, NEAR.loss(Chance::percent(30)).jitter(Duration::from_millis(2)));
    assert!(far > near, "{far:?} {near:?}");
    // Whatever the link is said to do, an ACL link keeps the order and sends everything once.
    echo(3, NEAR.duplication(Chance::percent(50)).reordering(Chance::percent(50)));
}

#[test]
fn the_link_drops_in_the_middle_of_a_transfer() {
    let mut world = World::new(4);
    let (car, phone, _) = car_and_phone(&mut world, NEAR);
    let received = Rc::new(RefCell::new(0));
    let count = received.clone();
    let server = phone.spawn("sink", move |sim| {
        let listener = RfcommListener::bind(sim, &RfcommAddr { device: BdAddr::ANY, channel: 1 }).unwrap();
        let (stream, _) = listener.accept().unwrap();
        let mut buffer = [0; 4096];
        let error = loop {
            match stream.recv(&mut buffer) {
                Ok(len) => *count.borrow_mut() += len,
                Err(error) => break error,
            }
        };
        assert_eq!(error, Error::Os(Errno::ETIMEDOUT));
    });
    let client = car.spawn("source", |sim| {
        let stream = RfcommStream::connect(sim, &port(PHONE, 1)).unwrap();
        let failed = stream.send_all(&pattern(10_000_000)).unwrap_err();
        assert_eq!(failed.error, Error::Os(Errno::ETIMEDOUT));
    });
    world.run_for(Duration::from_secs(2));
    let before = *received.borrow();
    assert!(before > 100_000, "{before}");
    // Out of reach for a while, and back: it goes on.
    phone.set_radio_side(1).unwrap();
    world.run_for(Duration::from_secs(15));
    let during = *received.borrow();
    assert!(during - before < 10_000, "{before} {during}");
    phone.set_radio_side(0).unwrap();
    world.run_for(Duration::from_secs(1));
    assert!(*received.borrow() > during + 50_000);
    // Out of reach for good.
    phone.set_radio_side(1).unwrap();
    let gone = world.now();
    world.run().unwrap();
    assert!(world.has_ended(server) && world.has_ended(client));
    assert!(world.now().since(gone) >= Duration::from_secs(20));
    assert!(*received.borrow() < 10_000_000);
}

#[test]
fn who_is_not_there_is_down_and_who_does_not_listen_refuses() {
    let mut world = World::new(5);
    let (car, _, _) = car_and_phone(&mut world, NEAR);
    let alone = world.node("no adapter");
    let connect = |to: RfcommAddr| move |sim: anysock_sim::Sim<'_>| RfcommStream::connect(sim, &to).err();
    let mut ask = |node: &Node, to| world.block_on(node, connect(to)).unwrap().and_then(Error::errno);
    assert_eq!(ask(&car, port("00:00:00:00:00:99", 1)), Some(Errno::EHOSTDOWN));
    assert_eq!(ask(&car, port(PHONE, 9)), Some(Errno::ECONNREFUSED));
    assert_eq!(ask(&car, port(PHONE, 0)), Some(Errno::EINVAL));
    assert_eq!(ask(&alone, port(PHONE, 9)), Some(Errno::EHOSTUNREACH));
}

#[test]
fn a_peer_that_crashes_is_missed_after_the_supervision_timeout_and_can_be_called_again() {
    let mut world = World::new(6);
    let (car, phone, _) = car_and_phone(&mut world, NEAR);
    let serve = |sim: anysock_sim::Sim<'_>| {
        let listener = RfcommListener::bind(sim, &RfcommAddr { device: BdAddr::ANY, channel: 1 }).unwrap();
        let (stream, _) = listener.accept().unwrap();
        stream.send_all(b"hi").unwrap();
        let _ = stream.recv(&mut [0]);
    };
    phone.spawn("server", serve);
    let client = car.spawn("client", |sim| {
        let stream = RfcommStream::connect(sim, &port(PHONE, 1)).unwrap();
        stream.recv_exact(&mut [0; 2]).unwrap();
        assert_eq!(stream.recv(&mut [0]), Err(Error::Os(Errno::ETIMEDOUT)));
    });
    world.run_for(Duration::from_secs(1));
    world.crash(&phone);
    let crashed = world.now();
    while !world.has_ended(client) {
        world.run_for(Duration::from_secs(1));
    }
    let missed = world.now().since(crashed);
    assert!((Duration::from_secs(19)..Duration::from_secs(22)).contains(&missed), "{missed:?}");
    phone.spawn("server again", serve);
    let again = world.block_on(&car, |sim| {
        let stream = RfcommStream::connect(sim, &port(PHONE, 1)).unwrap();
        stream.recv_exact(&mut [0; 2])
    });
    again.unwrap().unwrap();
}

#[test]
fn a_link_that_loses_everything_is_no_link() {
    let deaf = NEAR.loss(Chance::ALWAYS);
    let mut world = World::new(9);
    let (car, _, _) = car_and_phone(&mut world, deaf);
    let connected = world.block_on(&car, |sim| RfcommStream::connect(sim, &port(PHONE, 1)).err());
    assert_eq!(connected.unwrap(), Some(Error::Os(Errno::EHOSTDOWN)));
    world.run().unwrap();

    let mut world = World::new(10);
    let (car, phone, _) = car_and_phone(&mut world, NEAR);
    let receive_for_ever = |stream: RfcommStream<anysock_sim::Sim<'_>>| loop {
        if let Err(error) = stream.recv(&mut [0; 64]) {
            return assert_eq!(error, Error::Os(Errno::ETIMEDOUT));
        }
    };
    let server = phone.spawn("server", move |sim| {
        let listener = RfcommListener::bind(sim, &port(PHONE, 1)).unwrap();
        receive_for_ever(listener.accept().unwrap().0);
    });
    let client = car.spawn("client", |sim| {
        let stream = RfcommStream::connect(sim, &port(PHONE, 1)).unwrap();
        assert!(stream.send_all(&pattern(1_000_000)).is_err());
    });
    world.run_for(Duration::from_secs(1));
    car.set_radio_link(deaf).unwrap();
    phone.set_radio_link(deaf).unwrap();
    world.run_for(Duration::from_secs(19));
    assert!(!world.has_ended(server) && !world.has_ended(client));
    world.run_for(Duration::from_secs(2));
    assert!(world.has_ended(server) && world.has_ended(client));
}

#[test]
fn who_waits_for_ever_is_named() {
    let mut world = World::new(8);
    let (car, phone, _) = car_and_phone(&mut world, NEAR);
    phone.spawn("server", |sim| {
        let listener = RfcommListener::bind(sim, &port(PHONE, 1)).unwrap();
        let (stream, _) = listener.accept().unwrap();
        let _ = stream.recv(&mut [0]);
    });
    car.spawn("client", |sim| {
        let stream = RfcommStream::connect(sim, &port(PHONE, 1)).unwrap();
        let _ = stream.recv(&mut [0]);
    });
    let deadlock = world.run().unwrap_err().to_string();
    let expected = "client on car waits for POLLIN | POLLRDHUP of an RFCOMM socket connected to \
         00:11:22:33:44:55/rfcomm:1";
    assert!(deadlock.contains(expected), "{deadlock}");
}

/// A frame, with its wire.
type Frame = (String, u16, Vec<u8>);

/// Keeps what passed each wire.
#[derive(Clone, Debug, Default)]
struct Record(Arc<Mutex<Vec<Frame>>>);

impl Tap for Record {
    fn frame(&mut self, _: Timestamp, wire: &Wire, _: Fate, bytes: &[u8]) {
        self.0.lock().unwrap().push((wire.name.clone(), wire.link_type, bytes.to_vec()));
    }
}

#[test]
fn a_capture_has_the_hci_of_both_sides() {
    let mut world = World::new(7);
    let record = Record::default();
    world.set_tap(record.clone());
    let (car, phone, _) = car_and_phone(&mut world, NEAR);
    phone.spawn("server", |sim| {
        let listener = RfcommListener::bind(sim, &RfcommAddr { device: BdAddr::ANY, channel: 1 }).unwrap();
        listener.accept().unwrap();
    });
    let connected = world.block_on(&car, |sim| RfcommStream::connect(sim, &port(PHONE, 1)).map(drop));
    connected.unwrap().unwrap();
    world.run().unwrap();
    let frames = record.0.lock().unwrap();
    assert!(frames.iter().all(|(_, link_type, _)| *link_type == 201));
    let has = |wire: &str, packet: &[u8]| {
        frames.iter().any(|(name, _, bytes)| name == wire && bytes.ends_with(packet))
    };
    // SABM on DLCI 0 in a B-frame of four bytes for channel 0x0040: sent by one, received by the other.
    let sabm = [0x08, 0x00, 0x04, 0x00, 0x40, 0x00, 0x03, 0x3F, 0x01, 0x1C];
    assert!(has("car hci0", &sabm) && has("phone hci0", &sabm));
    assert_eq!(frames[0].2[..8], [0, 0, 0, 0, 0x01, 0x05, 0x04, 0x0D], "the car's Create Connection");
}

#[test]
fn receiving_again_after_the_peer_has_closed_waits_instead_of_spinning() {
    let mut world = World::new(7);
    let (car, phone, _) = car_and_phone(&mut world, NEAR);
    phone.spawn("server", |sim| {
        let listener = RfcommListener::bind(sim, &RfcommAddr { device: BdAddr::ANY, channel: 1 }).unwrap();
        listener.accept().unwrap();
    });
    let answers = world.block_on(&car, |sim| {
        let mut stream = RfcommStream::connect(sim, &port(PHONE, 1)).unwrap();
        stream.set_timeout(Some(std::time::Duration::from_secs(90)));
        [stream.recv(&mut [0; 1]), stream.recv(&mut [0; 1])]
    });
    // Linux tells of the end once; after that its socket hangs up and still says EAGAIN.
    assert_eq!(answers, Ok([Err(Error::Os(Errno::ECONNRESET)), Err(Error::TimedOut)]));
}
