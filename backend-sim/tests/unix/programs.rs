//! Programs that talk over Unix sockets.

use std::time::Duration;

use anysock::{
    Backend, Deadline, Errno, Error, Family, Instant, MessageFlags, Protocol, RecvMsg, SendMsg, Shutdown,
    Socket, SocketType, UnixAddr, UnixDatagram, UnixListener, UnixStream,
};
use anysock_sim::{Node, World};

use crate::kernel::address;

const SECOND: Duration = Duration::from_secs(1);

fn world() -> (World, Node) {
    let mut world = World::new(1);
    let node = world.node("gateway");
    (world, node)
}

#[test]
fn a_stream_between_two_programs() {
    let (mut world, node) = world();
    node.spawn("echo", |sim| {
        let listener = UnixListener::bind(sim, &address("/run/echo")).unwrap();
        let (stream, from) = listener.accept().unwrap();
        assert_eq!(from, UnixAddr::UNNAMED);
        let mut buffer = [0; 4096];
        loop {
            match stream.recv(&mut buffer).unwrap() {
                0 => return,
                len => stream.send_all(&buffer[..len]).unwrap(),
            }
        }
    });
    let data: Vec<u8> = (0..1_000_000).map(|index| (index % 251) as u8).collect();
    let sent = data.clone();
    let echoed = world.block_on(&node, move |sim| {
        sim.sleep_until(Deadline::at(Instant::ZERO + SECOND)).unwrap();
        let stream = UnixStream::connect(sim, &address("/run/echo")).unwrap();
        assert_eq!(stream.peer_addr().unwrap(), address("/run/echo"));
        let mut received = Vec::new();
        for part in sent.chunks(50_000) {
            stream.send_all(part).unwrap();
            let mut back = vec![0; part.len()];
            stream.recv_exact(&mut back).unwrap();
            received.extend(back);
        }
        received
    });
    assert!(echoed.unwrap() == data);
    // No time passes inside a node.
    assert_eq!(world.now(), Instant::ZERO + SECOND);
    assert_eq!(node.unix_paths(), [b"/run/echo"]);
    assert_eq!((node.unlink(b"/run/echo"), node.unlink(b"/run/echo")), (Ok(()), Err(Errno::ENOENT)));
}

#[test]
fn datagrams_between_two_programs() {
    let (mut world, node) = world();
    node.spawn("log", |sim| {
        let log = UnixDatagram::bind(sim, &address("/dev/log")).unwrap();
        let mut buffer = [0; 64];
        for number in 0..100 {
            let (len, from) = log.recv_from(&mut buffer).unwrap();
            assert_eq!(buffer[..len], [number]);
            if number == 99 {
                log.send_to(b"ok", &from).unwrap();
            }
        }
    });
    world
        .block_on(&node, |sim| {
            sim.sleep_until(Deadline::at(Instant::ZERO + SECOND)).unwrap();
            let program = UnixDatagram::bind(sim, &address("@program")).unwrap();
            // More than fit into the queue: the program waits.
            for number in 0..100 {
                program.send_to(&[number], &address("/dev/log")).unwrap();
            }
            let mut buffer = [0; 64];
            assert_eq!(program.recv_from(&mut buffer).unwrap(), (2, address("/dev/log")));
        })
        .unwrap();
}

#[test]
fn a_datagram_of_nobody() {
    let (mut world, node) = world();
    let from = world.block_on(&node, |sim| {
        let log = UnixDatagram::bind(sim.clone(), &address("@log")).unwrap();
        UnixDatagram::unbound(sim).unwrap().send_to(b"x", &address("@log")).unwrap();
        log.recv_from(&mut [0; 4])
    });
    assert_eq!(from.unwrap(), Ok((1, UnixAddr::UNNAMED)));
}

#[test]
fn connect_waits_for_a_listener_that_is_full() {
    let (mut world, node) = world();
    node.spawn("slow", |sim| {
        let listener = UnixListener::bind(sim.clone(), &address("@slow")).unwrap();
        listener.socket().listen(0).unwrap();
        for second in 1..4 {
            sim.sleep_until(Deadline::at(Instant::ZERO + SECOND * second)).unwrap();
            listener.accept().unwrap();
        }
        sim.sleep_until(Deadline::at(Instant::ZERO + SECOND * 10)).unwrap();
    });
    let times = world.block_on(&node, |sim| {
        sim.sleep_until(Deadline::at(Instant::ZERO + SECOND / 2)).unwrap();
        let mut times = Vec::new();
        for _ in 0..4 {
            UnixStream::connect(sim.clone(), &address("@slow")).unwrap();
            times.push(sim.now());
        }
        // Nobody accepts any more: a timeout ends the wait, and so does the listener's end.
        let mut late = Socket::new(sim.clone(), Family::UNIX, SocketType::STREAM, Protocol::DEFAULT).unwrap();
        late.set_timeout(Some(SECOND));
        assert_eq!(late.connect(&address("@slow")), Err(Error::TimedOut));
        times.push(sim.now());
        late.set_timeout(None);
        assert_eq!(late.connect(&address("@slow")), Err(Error::Os(Errno::ECONNREFUSED)));
        times.push(sim.now());
        times
    });
    let halves: Vec<_> = times.unwrap().into_iter().map(|at| at.as_nanos() / 500_000_000).collect();
    assert_eq!(halves, [1, 2, 4, 6, 8, 20]);
}

#[test]
fn who_waits_for_room_is_told_in_words() {
    let (mut world, node) = world();
    node.spawn("full", |sim| {
        let listener = UnixListener::bind(sim.clone(), &address("/run/full")).unwrap();
        listener.socket().listen(0).unwrap();
        let _first = UnixStream::connect(sim.clone(), &address("/run/full")).unwrap();
        UnixStream::connect(sim, &address("/run/full")).unwrap();
    });
    let deadlock = world.run().unwrap_err();
    assert_eq!(
        deadlock.waiting[0].waits[0].0,
        "room in the queue of a Unix stream socket at /run/full, listening"
    );
}

#[test]
fn another_node_has_other_names_and_a_crash_forgets_them() {
    let (mut world, node) = world();
    let other = world.node("other");
    let bind = |sim: anysock_sim::Sim<'_>| UnixListener::bind(sim, &address("/run/here")).map(|_| ());
    let connect = |sim: anysock_sim::Sim<'_>| UnixStream::connect(sim, &address("/run/here")).map(|_| ());
    assert_eq!(world.block_on(&node, bind).unwrap(), Ok(()));
    assert_eq!(world.block_on(&node, bind).unwrap(), Err(Error::Os(Errno::EADDRINUSE)));
    assert_eq!(world.block_on(&node, connect).unwrap(), Err(Error::Os(Errno::ECONNREFUSED)));
    assert_eq!(world.block_on(&other, connect).unwrap(), Err(Error::Os(Errno::ENOENT)));
    world.crash(&node);
    assert_eq!(node.unix_paths(), [[0; 0]; 0]);
    assert_eq!(world.block_on(&node, bind).unwrap(), Ok(()));
}

#[test]
fn a_program_hands_a_connection_to_another() {
    let (mut world, node) = world();
    node.spawn("worker", |sim| {
        let listener = UnixListener::bind(sim.clone(), &address("@worker")).unwrap();
        let (stream, _) = listener.accept().unwrap();
        let (mut bytes, mut handles) = ([0; 8], [None, None]);
        let mut message = RecvMsg {
            address: &mut [],
            slices: &mut [&mut bytes[..]],
            control: &mut [],
            handles: &mut handles,
            flags: MessageFlags::empty(),
        };
        let received = stream.socket().recv_msg(&mut message).unwrap();
        assert_eq!((received.len, received.handles, received.flags), (4, 1, MessageFlags::empty()));
        let passed = UnixStream::from(Socket::from_handle(sim, handles[0].take().unwrap()));
        passed.send_all(b"from the worker").unwrap();
    });
    let answer = world.block_on(&node, |sim| {
        let (mine, theirs) = UnixStream::pair(sim.clone()).unwrap();
        let at = Deadline::at(Instant::ZERO + SECOND);
        sim.sleep_until(at).unwrap();
        let worker = UnixStream::connect(sim, &address("@worker")).unwrap();
        let message = SendMsg {
            address: None,
            slices: &[&b"take"[..]],
            control: &[],
            handles: &[theirs.handle()],
            flags: MessageFlags::empty(),
        };
        assert_eq!(worker.socket().send_msg(&message), Ok(4));
        drop(theirs);
        let mut answer: Vec<u8> = Vec::new();
        let mut buffer = [0; 64];
        loop {
            match mine.recv(&mut buffer).unwrap() {
                0 => return answer,
                len => answer.extend(&buffer[..len]),
            }
        }
    });
    assert_eq!(answer.unwrap(), b"from the worker");
}

#[test]
fn a_blocking_receive_ends_once_the_socket_is_shut_for_reading() {
    let mut world = World::new(1);
    let node = world.node("alone");
    let shut = world.block_on(&node, |sim| {
        let (one, _other) = UnixDatagram::pair(sim.clone()).unwrap();
        one.socket().shutdown(Shutdown::READ).unwrap();
        assert_eq!(one.recv(&mut [0; 1]), Ok(0));
        let address = UnixAddr::abstract_name(b"listener").unwrap();
        let listener = UnixListener::bind(sim, &address).unwrap();
        listener.socket().shutdown(Shutdown::READ).unwrap();
        listener.accept().map(|_| ())
    });
    assert_eq!(shut, Ok(Err(Error::Os(Errno::EINVAL))));
}
