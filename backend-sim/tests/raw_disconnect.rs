//! `connect(2)` with an address of AF_UNSPEC on ping sockets and raw ones: what they are called afterwards, and
//! whether they still hear anything (`__udp_disconnect`).

use std::net::SocketAddr;

use anysock::{Backend, Errno, Error, Family, IpProtocol, MessageFlags, PingSocket, RawSocket, Socket};
use anysock_sim::{Sim, World};

const ANYWHERE: [&str; 2] = ["0.0.0.0:0", "[::]:0"];
const HOSTS: [&str; 2] = ["127.0.0.1:0", "[::1]:0"];

fn on_a_node(program: impl FnOnce(Sim<'_>) + 'static) {
    let mut world = World::new(1);
    let node = world.node("node");
    node.set_sysctl("net.ipv4.ping_group_range", "0 0").unwrap();
    world.block_on(&node, program).unwrap();
}

fn with_port(host: &str, port: u16) -> SocketAddr {
    let mut address: SocketAddr = host.parse().unwrap();
    address.set_port(port);
    address
}

/// Connects and disconnects; the address afterwards.
fn name_after(socket: &Socket<Sim<'_>>, host: &SocketAddr) -> SocketAddr {
    socket.connect(host).unwrap();
    assert_eq!(socket.local_addr::<SocketAddr>().unwrap().ip(), host.ip());
    socket.backend().connect(socket.handle(), &[0; 16]).unwrap();
    assert_eq!(socket.peer_addr::<SocketAddr>(), Err(Error::Os(Errno::ENOTCONN)));
    socket.local_addr().unwrap()
}

#[test]
fn a_ping_socket_keeps_what_it_was_bound_to() {
    on_a_node(|sim| {
        for (host, anywhere) in HOSTS.into_iter().zip(ANYWHERE) {
            let own = with_port(host, 0);
            let open = || PingSocket::open(sim.clone(), &own).unwrap();
            assert_eq!(name_after(open().socket(), &own), with_port(anywhere, 0));
            for bound in [own, with_port(host, 55), with_port(anywhere, 0), with_port(anywhere, 56)] {
                let socket = open();
                socket.bind(&bound).unwrap();
                assert_eq!(name_after(socket.socket(), &own), bound);
                socket.send_to(1, b"x", &own).unwrap();
                assert_eq!(socket.recv(&mut [0; 64]).unwrap().sequence, 1);
            }
            // One without an identifier can be bound.
            let socket = open();
            name_after(socket.socket(), &own);
            socket.bind(&with_port(host, 7)).unwrap();
            assert_eq!(socket.local_addr(), Ok(with_port(host, 7)));
        }
    });
}

#[test]
fn a_raw_socket_keeps_nothing() {
    on_a_node(|sim| {
        let families = [Family::INET, Family::INET6];
        for ((host, anywhere), family) in HOSTS.into_iter().zip(ANYWHERE).zip(families) {
            let own = with_port(host, 0);
            for is_bound in [false, true] {
                let socket = RawSocket::open(sim.clone(), family, IpProtocol(253)).unwrap();
                assert_eq!(socket.socket().local_addr(), Ok(with_port(anywhere, 253)));
                if is_bound {
                    socket.socket().bind(&own).unwrap();
                }
                assert_eq!(name_after(socket.socket(), &own), with_port(anywhere, 0));
                let nothing = || socket.socket().recv_with(&mut [0; 8], MessageFlags::DONTWAIT);
                assert_eq!(socket.send_to(b"x", &own), Ok(1));
                assert_eq!(nothing(), Err(Error::Os(Errno::EAGAIN)));
                socket.socket().connect(&own).unwrap();
                assert_eq!(socket.socket().local_addr(), Ok(own));
                assert_eq!(socket.send_to(b"x", &own), Ok(1));
                assert_eq!(nothing(), Err(Error::Os(Errno::EAGAIN)));
            }
        }
    });
}
