//! What is on the wire, in which order, and when.

use std::sync::{Arc, Mutex};

use super::*;

#[test]
fn a_frame_arrives_at_the_end_of_its_end_of_frame() {
    let mut bench = Bench::new(2);
    let (sender, receiver) = (bench.open(0), bench.open(1));
    // 123#DEADBEEF has 81 bits with the intermission, of which the last three come after it.
    let sent = standard(0x123, &[0xDE, 0xAD, 0xBE, 0xEF]);
    assert_eq!(WireLength::of_classic(&sent).total(), 81);
    bench.send(sender, sent).unwrap();
    bench.send(sender, sent).unwrap();
    assert_eq!(bench.next(receiver), (78 * BIT, "123#DEADBEEF".into()));
    assert_eq!(bench.next(receiver), ((81 + 78) * BIT, "123#DEADBEEF".into()));
    let statistics = bench.engine.can_bus_statistics(bench.bus);
    assert_eq!((statistics.frames, statistics.bits), (2, 162));
    assert_eq!(statistics.busy, Duration::from_nanos(162 * BIT));
    assert_eq!(statistics.load_permille(Duration::from_nanos(2 * 162 * BIT)), 500);
}

#[test]
fn the_data_phase_goes_at_its_own_rate() {
    let mut bench = Bench::new(2);
    let (sender, receiver) = (bench.open(0), bench.open(1));
    for socket in [sender, receiver] {
        bench.set_raw(socket, can_raw::CAN_RAW_FD_FRAMES, 1);
    }
    let id = Id::standard(0x1A0).unwrap();
    let fast = FdFrame::new(id, FdFlags::BRS, &[7; 64]).unwrap();
    let length = WireLength::of_fd(&fast);
    assert!(length.data > 8 * 64);
    bench.send(sender, fast).unwrap();
    let (at, text) = bench.next(receiver);
    assert_eq!(at, u64::from(length.arbitration - 3) * BIT + u64::from(length.data) * 500);
    assert_eq!(frame(&text), AnyFrame::Fd(fast));
    // Without BRS, all of it goes at the nominal rate.
    let slow = FdFrame::new(id, FdFlags::empty(), &[7; 64]).unwrap();
    bench.run();
    let began = bench.engine.now();
    bench.send(sender, slow).unwrap();
    bench.run();
    let took = bench.engine.now().since(began).as_nanos() as u64;
    let free = 3 * BIT; // The intermission after the first frame.
    assert_eq!(took, free + u64::from(WireLength::of_fd(&slow).total() - 3) * BIT);
}

#[test]
fn the_smallest_arbitration_field_wins() {
    // What each node sends at the same moment, and the order on the wire.
    let mut bench = Bench::new(7);
    let listener = bench.open(6);
    let sent = ["200#", "100#R", "04000000#", "100#", "03FFFFFF#", "04000000#R"];
    for (node, text) in sent.into_iter().enumerate() {
        let socket = bench.open(node);
        bench.send(socket, frame(text)).unwrap();
    }
    bench.run();
    let order = bench.drain(listener);
    // Of the base 0FF the extended one; then 100: data before remote, standard before extended.
    let expected = ["03FFFFFF#", "100#", "100#R", "04000000#", "04000000#R", "200#"];
    assert_eq!(order, expected.map(|text| frame(text).to_string()));
    assert_eq!(bench.engine.can_statistics(bench.controllers[0]).arbitration_lost, 5);
    assert_eq!(bench.engine.can_statistics(bench.controllers[4]).arbitration_lost, 0);
}

#[test]
fn a_frame_on_the_wire_is_not_interrupted() {
    let mut bench = Bench::new(3);
    let (late, early, listener) = (bench.open(0), bench.open(1), bench.open(2));
    bench.send(early, standard(0x700, &[])).unwrap();
    bench.run_for(Duration::from_micros(10));
    bench.send(early, standard(0x6FF, &[])).unwrap();
    bench.send(late, standard(0x001, &[])).unwrap();
    bench.run();
    assert_eq!(bench.drain(listener), ["700#", "001#", "6FF#"]);
}

#[test]
fn equal_frames_of_two_transmitters_are_one() {
    let mut bench = Bench::new(3);
    let (one, other, listener) = (bench.open(0), bench.open(1), bench.open(2));
    bench.send(one, standard(0x123, &[1])).unwrap();
    bench.send(other, standard(0x123, &[1])).unwrap();
    bench.run();
    assert_eq!(bench.drain(listener), ["123#01"]);
    assert_eq!(bench.engine.can_statistics(bench.controllers[0]).tx_frames, 1);
    assert_eq!(bench.engine.can_statistics(bench.controllers[1]).tx_frames, 1);
}

#[test]
fn different_frames_of_one_identifier_destroy_each_other() {
    let mut bench = Bench::new(3);
    let (one, other, listener) = (bench.open(0), bench.open(1), bench.open(2));
    bench.send(one, standard(0x123, &[1])).unwrap();
    bench.send(other, standard(0x123, &[2])).unwrap();
    bench.run();
    // Neither gives way, so both go bus-off: 32 errors of 8.
    assert_eq!((bench.state(0), bench.state(1)), (ControllerState::BusOff, ControllerState::BusOff));
    assert_eq!(bench.engine.can_bus_statistics(bench.bus).error_frames, 32);
    assert_eq!(bench.counters(2), (0, 32));
    assert!(bench.drain(listener).is_empty());
}

#[test]
fn a_classic_controller_destroys_fd_frames() {
    let mut bench = Bench::new(3);
    let (sender, listener) = (bench.open(0), bench.open(1));
    bench.set_raw(sender, can_raw::CAN_RAW_FD_FRAMES, 1);
    bench.set_raw(listener, can_raw::CAN_RAW_FD_FRAMES, 1);
    bench.engine.set_can_fd(bench.controllers[2], false);
    bench.send(sender, frame("123##1AA")).unwrap();
    bench.run();
    assert_eq!(bench.state(0), ControllerState::BusOff);
    assert!(bench.drain(listener).is_empty());
}

#[test]
fn the_same_seed_gives_the_same_trace() {
    fn run(seed: u64) -> u128 {
        let mut bench = Bench::seeded(seed, 4);
        bench.engine.set_bit_errors(bench.bus, Chance::percent(10));
        let sockets: Vec<_> = (0..4).map(|node| bench.open(node)).collect();
        for number in 0..100_u16 {
            for (node, socket) in sockets.iter().enumerate() {
                let id = (number * 7 + node as u16 * 512) & 0x7FF;
                bench.send(*socket, standard(id, &number.to_be_bytes())).unwrap();
            }
            bench.run_for(Duration::from_millis(1));
        }
        bench.run();
        assert!(bench.engine.can_bus_statistics(bench.bus).error_frames > 10);
        bench.engine.trace().hash()
    }
    assert_eq!(run(3), run(3));
    assert_ne!(run(3), run(4));
}

/// What passed.
type Passed = Arc<Mutex<Vec<(Fate, Vec<u8>)>>>;

/// Keeps what passes.
#[derive(Debug, Default)]
struct Record(Passed);

impl Tap for Record {
    fn frame(&mut self, _: Timestamp, wire: &Wire, fate: Fate, bytes: &[u8]) {
        assert_eq!(wire.link_type, 227, "LINKTYPE_CAN_SOCKETCAN");
        self.0.lock().unwrap().push((fate, bytes.to_vec()));
    }
}

#[test]
fn a_capture_has_socketcan_records() {
    let mut bench = Bench::new(2);
    let record = Record::default();
    let seen = record.0.clone();
    bench.engine.set_tap(Box::new(record));
    let sender = bench.open(0);
    bench.set_raw(sender, can_raw::CAN_RAW_FD_FRAMES, 1);
    for text in ["123#DEAD", "18DAF110#R3", "7FF##1AABB"] {
        bench.send(sender, frame(text)).unwrap();
    }
    bench.run();
    let expected = [
        vec![0, 0, 0x01, 0x23, 2, 0, 0, 0, 0xDE, 0xAD],
        vec![0x18 | 0x80 | 0x40, 0xDA, 0xF1, 0x10, 3, 0, 0, 0],
        vec![0, 0, 0x07, 0xFF, 2, 0x05, 0, 0, 0xAA, 0xBB],
    ];
    assert_eq!(*seen.lock().unwrap(), expected.map(|bytes| (Fate::Sent, bytes)));
}
