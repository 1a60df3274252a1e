//! Programs: that they run beside each other, fail as tests do, and are replayed by a seed.

use std::net::SocketAddr;
use std::time::Duration;

use anysock::{
    Backend, Deadline, Errno, Family, PollEvents, Protocol, RecvMsg, SocketType, Spawn, TcpListener,
    TcpStream, UdpSocket, Wait,
};
use anysock_sim::{Link, Sim, World, for_each_seed};

use crate::{SERVER, address, echo, two_nodes};

#[test]
fn a_spawned_program_runs_beside_its_parent() {
    let mut world = World::new(1);
    let node = world.node("alone");
    world
        .block_on(&node, |sim| {
            let listener = TcpListener::bind(sim.clone(), &address("127.0.0.1:0")).unwrap();
            let to = listener.local_addr().unwrap();
            sim.spawn(move |child| {
                TcpStream::connect(child, &to).unwrap().send_all(b"from the child").unwrap();
            })
            .unwrap();
            let (stream, _) = listener.accept().unwrap();
            let mut text = [0; 14];
            stream.recv_exact(&mut text).unwrap();
            assert_eq!(&text, b"from the child");
        })
        .unwrap();
}

#[test]
#[should_panic(expected = "the program's own panic")]
fn a_panic_of_a_program_is_the_test_s() {
    let mut world = World::new(1);
    let (server, client) = two_nodes(&mut world, Link::new());
    server.spawn("echo", |sim| echo(sim, address(SERVER)));
    let _ = world.block_on(&client, |sim| {
        let _stream = TcpStream::connect(sim, &address(SERVER)).unwrap();
        panic!("the program's own panic");
    });
}

#[test]
#[should_panic(expected = "seed 13 fails: it is unlucky")]
fn the_first_failing_seed_is_named() {
    for_each_seed(0..100, |world| match world.seed() {
        0..13 => Ok(()),
        _ => Err(Words("it is unlucky")),
    });
}

#[test]
#[should_panic(expected = "ANYSOCK_SEED=3 cargo test programs::the_command_that_replays_a_seed_is_told")]
fn the_command_that_replays_a_seed_is_told() {
    for_each_seed(0..10, |world| assert_ne!(world.seed(), 3));
}

/// Shows words without quotes.
struct Words(&'static str);

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

/// Handles have numbers, and every world counts them from the same one.
#[test]
fn a_handle_of_another_world_is_none() {
    let open = |sim: &Sim<'_>| sim.socket(Family::INET, SocketType::DGRAM, Protocol::DEFAULT).unwrap();
    let mut here = World::new(1);
    let node = here.node("node");
    let foreign = here.block_on(&node, move |sim| open(&sim)).unwrap();
    let mut elsewhere = World::new(1);
    let node = elsewhere.node("node");
    let program = move |sim: Sim<'_>| {
        let own = open(&sim);
        assert_eq!(sim.local_addr(&foreign, &mut [0; 16]), Err(Errno::EBADF));
        assert_eq!(sim.duplicate(&foreign).err(), Some(Errno::EBADF));
        let mut waits = [Wait::new(&foreign, PollEvents::IN), Wait::new(&own, PollEvents::OUT)];
        assert_eq!(sim.wait(&mut waits, Deadline::NEVER), Ok(2));
        assert_eq!(waits.map(|wait| wait.revents), [PollEvents::NVAL, PollEvents::OUT]);
    };
    elsewhere.block_on(&node, program).unwrap();
}

#[test]
fn room_behind_a_message_stays_as_it_is() {
    let mut world = World::new(1);
    let node = world.node("node");
    let program = |sim: Sim<'_>| {
        let socket = UdpSocket::bind(sim, &address("127.0.0.1:7")).unwrap();
        socket.send_to(b"abc", &address("127.0.0.1:7")).unwrap();
        let (mut one, mut other) = ([9; 2], [9; 4]);
        let slices = &mut [&mut one[..], &mut other[..]];
        let flags = Default::default();
        let (address, control, handles) = (&mut [][..], &mut [][..], &mut [][..]);
        let mut message = RecvMsg { address, slices, control, handles, flags };
        assert_eq!(socket.socket().recv_msg(&mut message).unwrap().len, 3);
        assert_eq!((one, other), (*b"ab", [b'c', 9, 9, 9]));
    };
    world.block_on(&node, program).unwrap();
}

/// `nb::block!` of a call, or a loop until a time has come: on a machine, others go on meanwhile.
#[test]
fn a_program_that_tries_again_and_again_gets_on() {
    let mut world = World::new(1);
    let (server, client) = two_nodes(&mut world, Link::new());
    client.spawn("late", |sim| {
        sim.sleep_until(Deadline::at(sim.now() + Duration::from_millis(1))).unwrap();
        let socket = UdpSocket::bind(sim, &address("10.0.0.2:7")).unwrap();
        socket.send_to(b"x", &address(SERVER)).unwrap();
    });
    let program = |sim: Sim<'_>| {
        let socket = UdpSocket::bind(sim.clone(), &address(SERVER)).unwrap();
        let received = loop {
            match socket.socket().recv_from_nb::<SocketAddr>(&mut [0; 4]) {
                Ok((length, _)) => break length,
                Err(error) => assert_eq!(format!("{error:?}"), "WouldBlock"),
            }
        };
        let end = sim.now() + Duration::from_millis(1);
        while sim.now() < end {}
        received
    };
    assert_eq!(world.block_on(&server, program), Ok(1));
    assert!(world.now().as_nanos() < 5_000_000, "{:?}", world.now());
}

/// Waits when it is dropped, as a farewell to a peer would.
struct Farewell<'a>(Sim<'a>);

impl Drop for Farewell<'_> {
    fn drop(&mut self) {
        let deadline = Deadline::at(self.0.now() + Duration::from_secs(1));
        assert_eq!(self.0.sleep_until(deadline).is_ok(), !std::thread::panicking());
    }
}

#[test]
#[should_panic(expected = "the program's own panic")]
fn a_panicking_program_does_not_wait_in_what_it_drops() {
    let mut world = World::new(1);
    let node = world.node("alone");
    let _ = world.block_on(&node, |sim| {
        let _farewell = Farewell(sim);
        panic!("the program's own panic");
    });
}
