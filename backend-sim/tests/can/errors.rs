//! Error counters, error messages, bus-off, and the cable.

use super::*;

/// The error messages at a socket.
fn messages(bench: &mut Bench, socket: SocketId) -> Vec<String> {
    let messages = core::iter::from_fn(|| bench.recv(socket).ok());
    let errors = messages.filter_map(|message| match message.frame {
        AnyFrame::Error(error) => Some(error.words().to_string()),
        _ => None,
    });
    errors.collect()
}

#[test]
fn a_lone_controller_becomes_error_passive_and_stays() {
    let mut bench = Bench::new(1);
    let socket = bench.open(0);
    bench.set_raw(socket, can_raw::CAN_RAW_ERR_FILTER, -1);
    bench.send(socket, standard(0x123, &[])).unwrap();
    bench.run();
    assert_eq!(bench.state(0), ControllerState::ErrorPassive);
    assert_eq!(bench.counters(0), (128, 0));
    assert_eq!(
        messages(&mut bench, socket),
        [
            "controller problem (tx error warning), error counters (tx 96, rx 0)",
            "controller problem (tx error passive), error counters (tx 128, rx 0)",
        ]
    );
    assert_eq!(bench.engine.can_statistics(bench.controllers[0]).tx_frames, 0);

    // Somebody who acknowledges it comes: the frame is sent, and the counter goes down.
    let node = bench.engine.add_node("late");
    bench.run_for(Duration::from_secs(3600));
    bench.engine.attach_can(node, bench.bus, "can0".parse().unwrap());
    bench.run();
    assert_eq!(bench.engine.can_statistics(bench.controllers[0]).tx_frames, 1);
    assert_eq!(bench.counters(0), (127, 0));
    assert_eq!(bench.state(0), ControllerState::ErrorWarning);
    assert!(bench.engine.now().as_nanos() < 3_601_000_000_000);
}

#[test]
fn an_unacknowledged_frame_ends_behind_its_ack_slot() {
    let mut bench = Bench::new(1);
    let socket = bench.open(0);
    let sent = standard(0x123, &[]);
    bench.send(socket, sent).unwrap();
    bench.set_raw(socket, can_raw::CAN_RAW_ERR_FILTER, -1);
    let bits = u64::from(WireLength::of_classic(&sent).total());
    // Up to the ACK slot; error flag and delimiter; intermission: once for each step of 8 up to 96.
    let attempt = bits - 11 + 6 + 8;
    let (at, _) = bench.next(socket);
    assert_eq!(at, (12 * (attempt + 3) - 3) * BIT);
    // An error passive transmitter waits 8 bits more, which takes part in no earlier attempt.
    let (at, _) = bench.next(socket);
    assert_eq!(at, (16 * (attempt + 3) - 3) * BIT);
}

#[test]
fn disturbed_frames_are_sent_again() {
    let mut bench = Bench::new(2);
    let (sender, receiver) = (bench.open(0), bench.open(1));
    // More than one in nine would end in bus-off: an error counts 8, a frame that is sent takes back 1.
    bench.engine.set_bit_errors(bench.bus, Chance::percent(5));
    for number in 0..200_u16 {
        while bench.send(sender, standard(0x100, &number.to_be_bytes())) == Err(Errno::ENOBUFS) {
            bench.run_for(Duration::from_millis(1));
        }
    }
    bench.run();
    let expected: Vec<_> = (0..200).map(|number| format!("100#{number:04X}")).collect();
    assert_eq!(bench.drain(receiver), expected);
    let sent = bench.engine.can_statistics(bench.controllers[0]);
    let received = bench.engine.can_statistics(bench.controllers[1]);
    assert_eq!((sent.tx_frames, received.rx_frames), (200, 200));
    assert_eq!(sent.tx_errors, received.rx_errors);
    assert!((3..30).contains(&sent.tx_errors), "{}", sent.tx_errors);
}

#[test]
fn too_many_errors_end_in_bus_off_and_a_restart() {
    let mut bench = Bench::new(2);
    let (sender, receiver) = (bench.open(0), bench.open(1));
    bench.set_raw(sender, can_raw::CAN_RAW_ERR_FILTER, -1);
    bench.engine.set_bit_errors(bench.bus, Chance::ALWAYS);
    for _ in 0..3 {
        bench.send(sender, standard(0x100, &[])).unwrap();
    }
    bench.run();
    assert_eq!(bench.state(0), ControllerState::BusOff);
    assert_eq!(
        messages(&mut bench, sender),
        [
            "controller problem (tx error warning), error counters (tx 96, rx 0)",
            "controller problem (tx error passive), error counters (tx 128, rx 0)",
            "bus off",
        ]
    );
    assert_eq!(bench.counters(1), (0, 32));
    // Without carrier there is no queue: what it held is lost, and what is sent now as well.
    assert_eq!(bench.send(sender, standard(0x101, &[])), Ok(16));
    assert_eq!(bench.engine.can_statistics(bench.controllers[0]).tx_dropped, 4);

    bench.engine.set_bit_errors(bench.bus, Chance::NEVER);
    assert_eq!(bench.engine.restart_can(bench.controllers[1]), Err(Errno::EBUSY));
    let restarted = bench.engine.now().as_nanos();
    bench.engine.restart_can(bench.controllers[0]).unwrap();
    assert_eq!(messages(&mut bench, sender), ["restarted"]);
    assert_eq!((bench.state(0), bench.counters(0)), (ControllerState::ErrorActive, (0, 0)));
    let sent = standard(0x102, &[]);
    bench.send(sender, sent).unwrap();
    let (at, text) = bench.next(receiver);
    assert_eq!(text, "102#");
    let bits = 128 * 11 + u64::from(WireLength::of_classic(&sent).total()) - 3;
    assert_eq!(at, restarted + bits * BIT);
}

#[test]
fn restart_ms_restarts_by_itself() {
    let mut bench = Bench::new(2);
    let socket = bench.open(0);
    bench.set_raw(socket, can_raw::CAN_RAW_ERR_FILTER, -1);
    bench.engine.set_can_restart(bench.controllers[0], Some(Duration::from_millis(100)));
    bench.engine.force_bus_off(bench.controllers[0]);
    assert_eq!(bench.state(0), ControllerState::BusOff);
    assert_eq!(bench.engine.restart_can(bench.controllers[0]), Err(Errno::EINVAL));
    bench.run_for(Duration::from_millis(99));
    assert_eq!(messages(&mut bench, socket), ["bus off"]);
    bench.run_for(Duration::from_millis(1));
    assert_eq!(messages(&mut bench, socket), ["restarted"]);
    assert_eq!(bench.engine.can_statistics(bench.controllers[0]).restarts, 1);
    assert_eq!(bench.engine.can_statistics(bench.controllers[0]).bus_off, 1);
}

#[test]
fn recovery_counts_the_frames_of_others() {
    let mut bench = Bench::new(3);
    let (talker, _listener) = (bench.open(1), bench.open(2));
    let recovering = bench.open(0);
    bench.engine.force_bus_off(bench.controllers[0]);
    bench.engine.restart_can(bench.controllers[0]).unwrap();
    bench.engine.set_can_queue_length(bench.controllers[1], 1000);
    for _ in 0..200 {
        bench.send(talker, standard(0x555, &[0x55; 8])).unwrap();
    }
    bench.run();
    // Each frame gives one sequence, so it sees all but the first 128.
    assert_eq!(bench.drain(recovering).len(), 200 - 128);
}

#[test]
fn every_bus_error_is_reported_where_asked_for() {
    let mut bench = Bench::new(2);
    let (sender, receiver) = (bench.open(0), bench.open(1));
    for node in 0..2 {
        bench.engine.set_can_error_reporting(bench.controllers[node], true);
    }
    for socket in [sender, receiver] {
        bench.set_raw(socket, can_raw::CAN_RAW_ERR_FILTER, ErrorClass::BUS_ERROR.bits() as i32);
    }
    bench.engine.set_bit_errors(bench.bus, Chance::ALWAYS);
    bench.send(sender, standard(0x100, &[])).unwrap();
    bench.run_for(Duration::from_micros(150));
    assert_eq!(
        messages(&mut bench, sender)[0],
        "protocol violation (bit error, on transmission; at: unspecified), bus error, \
         error counters (tx 8, rx 0)"
    );
    assert_eq!(
        messages(&mut bench, receiver)[0],
        "protocol violation (stuff error; at: unspecified), bus error, error counters (tx 0, rx 1)"
    );
}

#[test]
fn an_error_passive_transmitter_marks_its_fd_frames_and_lets_others_begin() {
    let mut bench = Bench::new(3);
    let (passive, other, listener) = (bench.open(0), bench.open(1), bench.open(2));
    for socket in [passive, listener] {
        bench.set_raw(socket, can_raw::CAN_RAW_FD_FRAMES, 1);
    }
    for node in [1, 2] {
        bench.engine.unplug_can(bench.controllers[node]);
    }
    bench.send(passive, standard(0x100, &[])).unwrap();
    bench.run();
    assert_eq!(bench.state(0), ControllerState::ErrorPassive);
    for node in [1, 2] {
        bench.engine.plug_can(bench.controllers[node]);
    }
    // Acknowledged, the frame takes the counter below 128; another absence brings it back.
    bench.run();
    assert_eq!(bench.drain(listener), ["100#"]);
    bench.engine.set_bit_errors(bench.bus, Chance::ALWAYS);
    bench.send(passive, frame("101##1AA")).unwrap();
    bench.run_for(Duration::from_micros(60));
    bench.engine.set_bit_errors(bench.bus, Chance::NEVER);
    bench.send(passive, standard(0x102, &[])).unwrap();
    bench.send(other, standard(0x7FF, &[])).unwrap();
    bench.run();
    assert_eq!(bench.drain(listener), ["7FF#", "101##3AA", "102#"], "101 carries ESI, and comes second");
}

#[test]
fn a_cut_cable_leaves_both_ends_to_themselves() {
    let mut bench = Bench::new(3);
    let sockets = [bench.open(0), bench.open(1), bench.open(2)];
    bench.engine.unplug_can(bench.controllers[0]);
    bench.send(sockets[0], standard(0x100, &[])).unwrap();
    bench.send(sockets[1], standard(0x200, &[])).unwrap();
    bench.run();
    assert_eq!(bench.drain(sockets[2]), ["200#"]);
    assert!(bench.drain(sockets[0]).is_empty());
    assert_eq!(bench.counters(0).0, 128);
    bench.engine.plug_can(bench.controllers[0]);
    bench.run();
    assert_eq!(bench.drain(sockets[2]), ["100#"]);
}

#[test]
fn a_transmitter_that_vanishes_destroys_its_frame() {
    let mut bench = Bench::new(3);
    let (sender, other, listener) = (bench.open(0), bench.open(1), bench.open(2));
    bench.send(sender, standard(0x100, &[0; 8])).unwrap();
    bench.run_for(Duration::from_micros(100));
    bench.engine.unplug_can(bench.controllers[0]);
    bench.send(other, standard(0x200, &[])).unwrap();
    bench.run_for(Duration::from_millis(1));
    assert_eq!(bench.drain(listener), ["200#"]);
    assert_eq!(bench.engine.can_bus_statistics(bench.bus).error_frames, 1);
    assert_eq!(bench.engine.can_statistics(bench.controllers[2]).rx_errors, 1);
}

#[test]
fn error_messages_are_told_apart_by_their_class() {
    let mut bench = Bench::new(1);
    let (bus_off, all) = (bench.open(0), bench.open(0));
    bench.set_raw(bus_off, can_raw::CAN_RAW_ERR_FILTER, ErrorClass::BUS_OFF.bits() as i32);
    bench.set_raw(all, can_raw::CAN_RAW_ERR_FILTER, -1);
    bench.engine.unplug_can(bench.controllers[0]);
    bench.send(all, standard(0x100, &[])).unwrap();
    bench.run();
    bench.engine.force_bus_off(bench.controllers[0]);
    let message = bench.recv(bus_off).unwrap();
    assert_eq!(message.frame.can_id(), CAN_ERR_FLAG | ErrorClass::BUS_OFF.bits());
    assert_eq!(messages(&mut bench, bus_off), [""; 0]);
    let AnyFrame::Error(first) = bench.recv(all).unwrap().frame else { panic!("no error message") };
    assert_eq!(first.controller(), ControllerProblem::TX_WARNING);
}
