//! Programs on a simulated CAN bus: ordinary blocking code with `CanSocket`.

use std::time::Duration;

use anysock::can::{AnyFrame, ErrorClass, FdFlags, FdFrame, Filter, Frame, Id};
use anysock::option::{can_raw, socket};
use anysock::{Backend, CanSocket, Deadline, Errno, Error};
use anysock_sim::{BitRates, Chance, ControllerState, Sim, World, for_each_seed};

const REQUEST: Id = Id::standard(0x7DF).unwrap();
const RESPONSE: Id = Id::standard(0x7E8).unwrap();
const SECOND: Duration = Duration::from_secs(1);

fn open<'a>(sim: &Sim<'a>) -> CanSocket<Sim<'a>> {
    CanSocket::open(sim.clone(), &"can0".parse().unwrap()).unwrap()
}

fn data(id: Id, bytes: &[u8]) -> AnyFrame {
    Frame::new(id, bytes).unwrap().into()
}

/// Answers requests for ever.
fn answer(sim: Sim<'_>) {
    let can = open(&sim);
    can.set_filters(&[Filter::exact(REQUEST)]).unwrap();
    loop {
        let AnyFrame::Classic(request) = can.recv().unwrap() else { continue };
        can.send(&data(RESPONSE, &[&[0x41], request.data()].concat())).unwrap();
    }
}

#[test]
fn one_program_asks_and_another_answers() {
    let mut world = World::new(1);
    let bus = world.can_bus("bus", BitRates::classic(500_000));
    let tester = world.node("tester").can("can0", bus).unwrap();
    let ecu = world.node("ecu").can("can0", bus).unwrap();
    ecu.spawn("obd", answer);
    let response = world.block_on(&tester, |sim| {
        let can = open(&sim);
        can.set(socket::TimestampNs, true).unwrap();
        can.send(&data(REQUEST, &[0x0C])).unwrap();
        can.recv_msg().unwrap()
    });
    let response = response.unwrap();
    assert_eq!(response.frame, data(RESPONSE, &[0x41, 0x0C]));
    assert!(!response.from_this_machine && response.timestamp.is_some());
    let statistics = world.can_bus_statistics(bus);
    assert_eq!(statistics.frames, 2);
    assert_eq!(world.now().as_nanos(), u64::from(u32::try_from(statistics.bits).unwrap() - 3) * 2_000);
}

#[test]
fn nothing_is_lost_and_nothing_overtakes_on_a_disturbed_bus() {
    for_each_seed(0..20, |world| {
        let bus = world.can_bus("bus", BitRates::fd(500_000, 2_000_000));
        world.set_bit_errors(bus, Chance::percent(5));
        let sender = world.node("sender").can("can0", bus).unwrap();
        let receiver = world.node("receiver").can("can0", bus).unwrap();
        sender.spawn("counter", |sim| {
            let can = open(&sim);
            can.set(can_raw::FdFrames, true).unwrap();
            for number in 0..100_u32 {
                let id = Id::extended(number).unwrap();
                let frame = FdFrame::new(id, FdFlags::BRS, &number.to_be_bytes()).unwrap().into();
                can.send_until(&frame, Deadline::NEVER).unwrap();
            }
        });
        let received = world.block_on(&receiver, |sim| {
            let can = open(&sim);
            can.set(can_raw::FdFrames, true).unwrap();
            (0..100).map(|_| can.recv().unwrap().id().unwrap().raw()).collect::<Vec<_>>()
        });
        assert_eq!(received.unwrap(), (0..100).collect::<Vec<_>>());
    });
}

#[test]
fn a_program_outlives_bus_off() {
    let mut world = World::new(1);
    let bus = world.can_bus("bus", BitRates::classic(250_000));
    let ecu = world.node("ecu").can("can0", bus).unwrap();
    let monitor = world.node("monitor").can("can0", bus).unwrap();
    let interface = ecu.can_interface("can0").unwrap();
    interface.set_restart(Some(Duration::from_millis(100)));
    ecu.spawn("heartbeat", |sim| {
        let can = open(&sim);
        loop {
            can.send(&data(RESPONSE, &[1])).unwrap();
            sim.sleep_until(Deadline::at(sim.now() + Duration::from_millis(10))).unwrap();
        }
    });
    let watched = interface.clone();
    let (errors, beats) = world
        .block_on(&ecu, move |sim| {
            let can = open(&sim);
            can.set_filters(&[]).unwrap();
            can.set(can_raw::ErrorFilter, (ErrorClass::BUS_OFF | ErrorClass::RESTARTED).bits()).unwrap();
            watched.force_bus_off();
            let errors = [can.recv().unwrap(), can.recv().unwrap()];
            can.set_filters(&[Filter::ALL]).unwrap();
            (errors, can.recv().unwrap())
        })
        .unwrap();
    assert_eq!(errors.map(|error| error.can_id() & 0x1FFF_FFFF), [0x40, 0x100]);
    assert_eq!(beats, data(RESPONSE, &[1]));
    assert_eq!(interface.state(), ControllerState::ErrorActive);
    assert!(monitor.can_interface("can0").unwrap().statistics().rx_frames >= 1);
}

#[test]
fn an_adapter_is_pulled_out_and_put_back() {
    let mut world = World::new(1);
    let bus = world.can_bus("bus", BitRates::classic(500_000));
    let node = world.node("gateway").can("can0", bus).unwrap();
    let peer = world.node("peer").can("can0", bus).unwrap();
    peer.spawn("talker", |sim| {
        let can = open(&sim);
        loop {
            can.send(&data(RESPONSE, &[])).unwrap();
            sim.sleep_until(Deadline::at(sim.now() + SECOND)).unwrap();
        }
    });
    let adapter = node.can_interface("can0").unwrap();
    let reader = node.spawn("reader", |sim| {
        let can = open(&sim);
        let lost = loop {
            match can.recv() {
                Ok(_) => {}
                Err(error) => break error,
            }
        };
        assert_eq!(lost, Error::Os(Errno::ENODEV));
        let can = loop {
            match CanSocket::open(sim.clone(), &"can0".parse().unwrap()) {
                Ok(can) => break can,
                Err(error) => assert_eq!(error, Error::Os(Errno::ENODEV)),
            }
            sim.sleep_until(Deadline::at(sim.now() + SECOND)).unwrap();
        };
        can.recv().unwrap();
    });
    world.run_for(5 * SECOND);
    adapter.remove().unwrap();
    world.run_for(5 * SECOND);
    assert!(!world.has_ended(reader));
    adapter.restore().unwrap();
    world.run_for(5 * SECOND);
    assert!(world.has_ended(reader));
}

#[test]
fn who_waits_for_what_is_said_in_words() {
    let mut world = World::new(1);
    let bus = world.can_bus("bus", BitRates::classic(500_000));
    world.node("ecu").can("can0", bus).unwrap().spawn("obd", answer);
    let deadlock = world.run().unwrap_err().to_string();
    assert!(
        deadlock.contains("obd on ecu waits for POLLIN | POLLRDHUP of a CAN socket on can0"),
        "{deadlock}"
    );
}
