//! `SO_RCVLOWAT` of a TCP socket: a reader that waits for so much is not left waiting for what there is no room for
//! (`tcp_set_rcvlowat`, `tcp_epollin_ready`).

use std::net::SocketAddr;
use std::time::Duration;

use anysock::option::socket::{RecvBuffer, RecvLowWater};
use anysock::{
    Backend, Deadline, Family, MessageFlags, PollEvents, Protocol, Socket, SocketType, TcpListener, Wait,
};
use anysock_sim::{Link, Sim, World};

/// Connects a socket that `prepare` has set up to a peer that sends `length` octets. SO_RCVLOWAT, SO_RCVBUF, and
/// how many octets there are to read when the socket is readable, within a minute.
fn readable(length: usize, prepare: impl Fn(&Socket<Sim<'_>>) + 'static) -> (i32, i32, Option<usize>) {
    let mut world = World::new(1);
    let lan = world.network("lan", Link::new());
    let server = world.node("server").ethernet("eth0", lan, "10.0.0.1/24").unwrap();
    let client = world.node("client").ethernet("eth0", lan, "10.0.0.2/24").unwrap();
    client.set_sysctl("net.ipv4.tcp_rmem", "4096 131072 4194304").unwrap();
    let address: SocketAddr = "10.0.0.1:7".parse().unwrap();
    server.spawn("source", move |sim| {
        let (stream, _) = TcpListener::bind(sim, &address).unwrap().accept().unwrap();
        // The reader may leave before it has everything.
        let _ = stream.send_all(&vec![7; length]);
    });
    let seen = world.block_on(&client, move |sim| {
        let socket = Socket::new(sim.clone(), Family::INET, SocketType::STREAM, Protocol::DEFAULT).unwrap();
        socket.connect(&address).unwrap();
        prepare(&socket);
        let (low_water, buffer) = (socket.get(RecvLowWater).unwrap(), socket.get(RecvBuffer).unwrap());
        let mut waits = [Wait::new(socket.handle(), PollEvents::IN)];
        let ready = sim.wait(&mut waits, Deadline::at(sim.now() + Duration::from_secs(60)));
        let unread = || socket.recv_with(&mut vec![0; length], MessageFlags::PEEK).unwrap();
        (low_water, buffer, ready.is_ok_and(|ready| ready > 0).then(unread))
    });
    seen.unwrap()
}

#[test]
fn a_buffer_that_is_not_set_grows_to_twice_as_much() {
    let (low_water, buffer, unread) = readable(200_000, |socket| socket.set(RecvLowWater, 200_000).unwrap());
    assert_eq!((low_water, buffer), (200_000, 400_000));
    // There is room for no more than a segment before it is full.
    assert!(unread.is_some_and(|unread| unread >= 200_000 - 1460), "{unread:?}");
    let (low_water, buffer, _) = readable(1, |socket| socket.set(RecvLowWater, i32::MAX).unwrap());
    assert_eq!((low_water, buffer), (2_097_152, 4_194_304), "the last value of net.ipv4.tcp_rmem");
}

#[test]
fn half_of_a_buffer_that_is_set_is_the_most() {
    // Twice that is what a buffer that is not set has.
    let (low_water, buffer, unread) = readable(200_000, |socket| {
        socket.set(RecvBuffer, 65_536).unwrap();
        socket.set(RecvLowWater, 200_000).unwrap();
    });
    assert_eq!((low_water, buffer), (65_536, 131_072));
    assert!(unread.is_some());
}

#[test]
fn what_leaves_room_for_no_more_than_a_segment_is_readable() {
    let (low_water, buffer, unread) = readable(60_000, |socket| {
        socket.set(RecvLowWater, 60_000).unwrap();
        socket.set(RecvBuffer, 4096).unwrap();
    });
    assert_eq!((low_water, buffer), (60_000, 8192));
    assert!(unread.is_some_and(|unread| unread < 60_000), "{unread:?}");
}
