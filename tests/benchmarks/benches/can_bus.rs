//! 1,000,000 CAN frames over one simulated bus to four listeners: by programs with `CanSocket` in a world,
//! and by calls on the engine alone.

use anysock::addr::{CanAddr, SockAddr};
use anysock::can::{AnyFrame, Frame, Id};
use anysock::{CanProtocol, CanSocket, Deadline, Family, Instant, MessageFlags, Protocol, SocketType};
use anysock_sim::World;
use anysock_sim::engine::{BitRates, Engine, Incoming, NodeId, Outgoing, SocketId, Step};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const FRAMES: u32 = 1_000_000;
const LISTENERS: usize = 4;
const RATES: BitRates = BitRates::classic(500_000);

fn frame(number: u32) -> AnyFrame {
    let id = Id::standard((number & 0x7FF) as u16).expect("11 bits");
    let data = [number.to_be_bytes(), (!number).to_be_bytes()].concat();
    Frame::new(id, &data).expect("8 bytes").into()
}

/// Programs on five nodes: one sends and paces itself, four receive.
fn in_a_world(frames: u32) -> u128 {
    let mut world = World::new(1);
    let bus = world.can_bus("can", RATES);
    for listener in 0..LISTENERS {
        let node = world.node(&format!("listener {listener}")).can("can0", bus).unwrap();
        node.spawn("listen", move |sim| {
            let can = CanSocket::open(sim, &"can0".parse().unwrap()).unwrap();
            for number in 0..frames {
                assert_eq!(can.recv().unwrap().can_id(), number & 0x7FF);
            }
        });
    }
    world.node("sender").can("can0", bus).unwrap().spawn("send", move |sim| {
        let can = CanSocket::open(sim, &"can0".parse().unwrap()).unwrap();
        for number in 0..frames {
            can.send_until(&frame(number), Deadline::NEVER).unwrap();
        }
    });
    world.run().unwrap();
    world.trace().hash()
}

fn open(engine: &mut Engine, node: NodeId) -> SocketId {
    let protocol = Protocol(CanProtocol::RAW.0);
    let socket = engine.open(node, Family::CAN, SocketType::RAW, protocol).unwrap();
    let interface = engine.interface_index(node, &"can0".parse().unwrap()).unwrap();
    engine.bind(socket, &CanAddr { interface }.encode()).unwrap();
    socket
}

/// Empties a socket's queue.
fn drain(engine: &mut Engine, socket: SocketId) -> u32 {
    let (mut address, mut bytes) = (CanAddr::buffer(), [0; 16]);
    let mut frames = 0;
    loop {
        let mut incoming = Incoming {
            address: &mut address,
            bytes: &mut bytes,
            control: &mut [],
            handle_room: 0,
            handles: Vec::new(),
            flags: MessageFlags::empty(),
        };
        match engine.recv(socket, &mut incoming) {
            Ok(_) => frames += 1,
            Err(_) => return frames,
        }
    }
}

/// The same calls without programs.
fn on_the_engine(frames: u32) -> u128 {
    let mut engine = Engine::new(1);
    let bus = engine.add_can_bus("can", RATES);
    let sockets: Vec<_> = (0..=LISTENERS)
        .map(|number| {
            let node = engine.add_node(&format!("node {number}"));
            engine.attach_can(node, bus, "can0".parse().unwrap());
            open(&mut engine, node)
        })
        .collect();
    let (mut sent, mut received) = (0, 0);
    while received < frames * LISTENERS as u32 {
        while sent < frames {
            let frame = frame(sent);
            let flags = MessageFlags::empty();
            let message =
                Outgoing { address: None, bytes: frame.as_bytes(), control: &[], handles: &[], flags };
            if engine.send(sockets[0], &message).is_err() {
                break;
            }
            sent += 1;
        }
        for _ in 0..8 {
            assert!(matches!(engine.step(Instant::MAX), Step::Happened | Step::Idle));
        }
        received += sockets[1..].iter().map(|socket| drain(&mut engine, *socket)).sum::<u32>();
    }
    engine.trace().hash()
}

fn one_bus_to_four_listeners(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("CAN: 1,000,000 frames to four listeners");
    group.sample_size(10).throughput(Throughput::Elements(FRAMES.into()));
    group.bench_function("programs in a world", |bencher| bencher.iter(|| in_a_world(FRAMES)));
    group.bench_function("calls on the engine", |bencher| bencher.iter(|| on_the_engine(FRAMES)));
    group.finish();
}

criterion_group!(benches, one_bus_to_four_listeners);
criterion_main!(benches);
