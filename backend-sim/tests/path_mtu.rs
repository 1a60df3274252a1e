//! What ICMP tells of the way's MTU, and who believes it (net/ipv4/route.c, net/ipv6/route.c).

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use anysock::constants::Errno;
use anysock::option::socket::PendingError;
use anysock::option::{ip, ipv6};
use anysock::{Error, UdpSocket};
use anysock_sim::{Node, Sim, Tun, World};
use etherparse::PacketBuilder;

const HERE_V4: [u8; 4] = [192, 0, 2, 1];
const THERE_V4: [u8; 4] = [192, 0, 2, 2];
const HERE_V6: [u8; 16] = [0x20, 1, 0xD, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
const THERE_V6: [u8; 16] = [0x20, 1, 0xD, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2];
/// The port of the socket that ICMP tells of its datagrams.
const PORT: u16 = 4000;
/// The MTU of the interface.
const INTERFACE: i32 = 1400;

type Socket = UdpSocket<Sim<'static>>;

/// A world with a wire, and the sockets of one of its nodes that are connected by IPv4 and by IPv6.
fn world() -> (World, Node, Tun, [Socket; 2]) {
    let mut world = World::new(5);
    let node = world.node("node");
    let tun = node.tun("tun0", "192.0.2.1/24 2001:db8::1/64", INTERFACE as u16).unwrap();
    let ends = [
        ([HERE_V4, THERE_V4].map(|address| Ipv4Addr::from(address).into())),
        ([HERE_V6, THERE_V6].map(|address| Ipv6Addr::from(address).into())),
    ];
    let sockets = ends.map(|[here, there]| {
        let socket = UdpSocket::bind(node.kernel(), &SocketAddr::new(here, PORT)).unwrap();
        socket.connect(&SocketAddr::new(there, 7)).unwrap();
        socket
    });
    (world, node, tun, sockets)
}

/// "Fragmentation needed", about a datagram from `port`.
fn too_big_v4(tun: &Tun, port: u16, mtu: u16) {
    let quoted = PacketBuilder::ipv4(HERE_V4, THERE_V4, 64).udp(port, 7);
    let mut datagram = vec![0; quoted.size(8)];
    quoted.write_to_slice(&mut datagram, &[0; 8]).unwrap();
    let [high, low] = mtu.to_be_bytes();
    let message = PacketBuilder::ipv4(THERE_V4, HERE_V4, 64).icmpv4_raw(3, 4, [0, 0, high, low]);
    let mut packet = vec![0; message.size(datagram.len())];
    message.write_to_slice(&mut packet, &datagram).unwrap();
    tun.write(&packet);
}

/// "Packet too big", about a datagram from `port`.
fn too_big_v6(tun: &Tun, port: u16, mtu: u32) {
    let quoted = PacketBuilder::ipv6(HERE_V6, THERE_V6, 64).udp(port, 7);
    let mut datagram = vec![0; quoted.size(8)];
    quoted.write_to_slice(&mut datagram, &[0; 8]).unwrap();
    let message = PacketBuilder::ipv6(THERE_V6, HERE_V6, 64).icmpv6_raw(2, 0, mtu.to_be_bytes());
    let mut packet = vec![0; message.size(datagram.len())];
    message.write_to_slice(&mut packet, &datagram).unwrap();
    tun.write(&packet);
}

fn mtus([v4, v6]: &[Socket; 2]) -> [Result<i32, Error>; 2] {
    [v4.get(ip::Mtu), v6.get(ipv6::Mtu)]
}

#[test]
fn what_is_told_later_only_makes_it_smaller() {
    let (mut world, _node, tun, sockets) = world();
    for (told, expected) in [(1300, 1300), (1350, 1300), (1290, 1290), (1500, 1290)] {
        too_big_v4(&tun, PORT, told);
        too_big_v6(&tun, PORT, told.into());
        assert_eq!(mtus(&sockets), [Ok(expected); 2], "after {told}");
    }
    // net.ipv4.route.mtu_expires, net.ipv6.route.mtu_expires.
    world.run_for(Duration::from_secs(600));
    assert_eq!(mtus(&sockets), [Ok(INTERFACE); 2]);
    too_big_v4(&tun, PORT, 1350);
    too_big_v6(&tun, PORT, 1350);
    assert_eq!(mtus(&sockets), [Ok(1350); 2]);
}

#[test]
fn below_the_least_of_ipv6_nothing_is_learnt() {
    let (_world, _node, tun, sockets) = world();
    too_big_v4(&tun, PORT, 100);
    too_big_v6(&tun, PORT, 1279);
    // net.ipv4.route.min_pmtu.
    assert_eq!(mtus(&sockets), [Ok(552), Ok(INTERFACE)]);
    too_big_v6(&tun, PORT, 1280);
    assert_eq!(mtus(&sockets), [Ok(552), Ok(1280)]);
}

#[test]
fn what_no_socket_can_have_sent_is_not_believed() {
    let (_world, _node, tun, sockets) = world();
    too_big_v4(&tun, PORT + 1, 1300);
    too_big_v6(&tun, PORT + 1, 1300);
    assert_eq!(mtus(&sockets), [Ok(INTERFACE); 2]);
}

#[test]
fn an_unconnected_socket_learns_and_is_not_told() {
    let (_world, node, tun, sockets) = world();
    let other =
        UdpSocket::bind(node.kernel(), &SocketAddr::new(Ipv6Addr::UNSPECIFIED.into(), PORT + 1)).unwrap();
    too_big_v4(&tun, PORT + 1, 1300);
    too_big_v6(&tun, PORT + 1, 1300);
    assert_eq!(mtus(&sockets), [Ok(1300); 2]);
    assert_eq!(other.get(PendingError), Ok(None));
}

#[test]
fn a_socket_that_does_not_mind_the_path_learns_nothing() {
    /// IP_PMTUDISC_INTERFACE, IP_PMTUDISC_OMIT.
    const NOT_MINDING: [i32; 2] = [4, 5];
    for discovery in NOT_MINDING {
        let (_world, _node, tun, sockets) = world();
        sockets[0].set(ip::MtuDiscover, discovery).unwrap();
        sockets[1].set(ipv6::MtuDiscover, discovery).unwrap();
        too_big_v4(&tun, PORT, 1300);
        too_big_v6(&tun, PORT, 1300);
        assert_eq!(mtus(&sockets), [Ok(INTERFACE); 2]);
        // IPv4 tells it all the same.
        let told = sockets.map(|socket| socket.get(PendingError));
        assert_eq!(told, [Ok(Some(Errno::EMSGSIZE)), Ok(None)]);
    }
}
