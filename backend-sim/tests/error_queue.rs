//! The error queue of a UDP socket shares the receive buffer with what has come (`sock_queue_err_skb`).

use std::iter;
use std::net::SocketAddr;
use std::time::Duration;

use anysock::UdpSocket;
use anysock::option::ip;
use anysock::option::socket::RecvBuffer;
use anysock_sim::{Sim, World};

type Socket = UdpSocket<Sim<'static>>;

/// A socket that keeps errors and has a receive buffer of 4608 bytes, and another one.
fn sockets(world: &mut World) -> [Socket; 2] {
    let node = world.node("node");
    let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
    let sockets = [0; 2].map(|_| UdpSocket::bind(node.kernel(), &any).unwrap());
    let [mut socket, other] = sockets;
    socket.set(ip::RecvError, true).unwrap();
    socket.set(RecvBuffer, 2304).unwrap();
    socket.set_timeout(Some(Duration::ZERO));
    [socket, other]
}

/// Sends what is longer than any datagram: each is an error.
fn fill_with_errors(socket: &Socket) {
    for _ in 0..100 {
        socket.send_to(&[0; 65_508], &"127.0.0.1:9".parse().unwrap()).unwrap_err();
    }
}

/// Sends a hundred datagrams to `to`.
fn fill_with_datagrams(world: &mut World, from: &Socket, to: &Socket) {
    let to = to.local_addr().unwrap();
    for _ in 0..100 {
        from.send_to(b"x", &to).unwrap();
    }
    world.run_for(Duration::from_millis(1));
}

fn take_errors(socket: &Socket) -> usize {
    iter::from_fn(|| socket.socket().recv_error(&mut [0; 8]).ok().map(|_| ())).count()
}

fn take_datagrams(socket: &Socket) -> usize {
    iter::from_fn(|| socket.recv(&mut [0; 8]).ok()).count()
}

#[test]
fn errors_that_do_not_fit_are_lost() {
    let mut world = World::new(5);
    let [socket, _] = sockets(&mut world);
    // So many on Linux, too.
    for _ in 0..2 {
        fill_with_errors(&socket);
        assert_eq!(take_errors(&socket), 5);
    }
    // Off, nothing stays.
    fill_with_errors(&socket);
    socket.set(ip::RecvError, false).unwrap();
    socket.set(ip::RecvError, true).unwrap();
    fill_with_errors(&socket);
    assert_eq!(take_errors(&socket), 5);
}

#[test]
fn errors_and_datagrams_take_the_room_of_each_other() {
    let mut world = World::new(5);
    let [socket, other] = sockets(&mut world);
    fill_with_datagrams(&mut world, &other, &socket);
    fill_with_errors(&socket);
    assert_eq!(take_errors(&socket), 0);
    let alone = take_datagrams(&socket);
    fill_with_errors(&socket);
    fill_with_datagrams(&mut world, &other, &socket);
    let beside = take_datagrams(&socket);
    assert!(beside < alone, "{beside} and {alone}");
    assert_eq!(take_errors(&socket), 5);
}
