//! The caller at the other end of a node's wire: packets in and out, with their virtual times.

use std::iter;
use std::net::SocketAddr;
use std::time::Duration;

use anysock::{Errno, Instant, TcpListener, TcpStream, UdpSocket};
use anysock_sim::{Node, Tun, World};
use etherparse::{NetSlice, PacketBuilder, SlicedPacket, TransportSlice};

fn node_with_tun(addresses: &str) -> (World, Node, Tun) {
    let mut world = World::new(5);
    let node = world.node("node");
    let tun = node.tun("tun0", addresses, 1400).unwrap();
    (world, node, tun)
}

fn syn(port: u16) -> Vec<u8> {
    let builder = PacketBuilder::ipv4([192, 0, 2, 2], [192, 0, 2, 1], 64).tcp(40_000, port, 77, 1000).syn();
    let mut packet = vec![0; builder.size(0)];
    builder.write_to_slice(&mut packet, &[]).unwrap();
    packet
}

#[test]
fn a_segment_that_is_put_in_is_answered_with_one_that_is_taken_out() {
    let (mut world, node, tun) = node_with_tun("192.0.2.1/24");
    node.spawn("listener", |sim| {
        let address: SocketAddr = "192.0.2.1:7".parse().unwrap();
        TcpListener::bind(sim, &address).unwrap().accept().unwrap();
    });
    world.run_for(Duration::from_secs(1));
    tun.write(&syn(7));
    world.run_for(Duration::from_secs(2));
    for at in [1, 2] {
        // The SYN,ACK is sent again after a second, as nobody acknowledges it.
        let (sent_at, packet) = tun.read().expect("a packet");
        assert_eq!(sent_at, Instant::ZERO + Duration::from_secs(at));
        let Ok(SlicedPacket { transport: Some(TransportSlice::Tcp(tcp)), .. }) =
            SlicedPacket::from_ip(&packet)
        else {
            panic!("not TCP: {packet:?}");
        };
        assert!(tcp.syn() && tcp.ack());
        assert_eq!((tcp.destination_port(), tcp.acknowledgment_number()), (40_000, 78));
        let options: Vec<_> = tcp.options_iterator().flatten().collect();
        let size = options.iter().find_map(|option| match option {
            etherparse::TcpOptionElement::MaximumSegmentSize(size) => Some(*size),
            _ => None,
        });
        assert_eq!(size, Some(1360), "from the wire's MTU");
    }
    assert_eq!(tun.read(), None);
}

#[test]
fn what_is_for_nobody_here_is_dropped() {
    let (mut world, _node, tun) = node_with_tun("192.0.2.3/24");
    for packet in [&[][..], &[0x45], &[0xFF; 40], &syn(7)] {
        tun.write(packet);
    }
    world.run_for(Duration::from_secs(1));
    assert_eq!(tun.read(), None);
}

#[test]
fn only_routes_lead_beyond_the_networks_of_its_addresses() {
    let (mut world, node, tun) = node_with_tun("192.0.2.1/24 2001:db8::1/64");
    let send = |to: &'static str| {
        move |sim: anysock_sim::Sim<'_>| {
            let to: SocketAddr = to.parse().unwrap();
            let any: SocketAddr = if to.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" }.parse().unwrap();
            UdpSocket::bind(sim, &any).unwrap().send_to(b"x", &to)
        }
    };
    let unreachable = world.block_on(&node, send("198.51.100.1:9")).unwrap();
    assert_eq!(unreachable.unwrap_err().errno(), Some(Errno::ENETUNREACH));
    tun.add_route("0.0.0.0/0").unwrap();
    for to in ["198.51.100.1:9", "192.0.2.9:9", "[2001:db8::2]:9"] {
        world.block_on(&node, send(to)).unwrap().unwrap();
        let (_, packet) = tun.read().expect("a packet");
        let packet = SlicedPacket::from_ip(&packet).unwrap();
        let source = match packet.net.unwrap() {
            NetSlice::Ipv4(ip) => ip.header().source_addr().to_string(),
            NetSlice::Ipv6(ip) => ip.header().source_addr().to_string(),
            other => panic!("{other:?}"),
        };
        assert_eq!(source, if to.starts_with('[') { "2001:db8::1" } else { "192.0.2.1" });
    }
    let unreachable = world.block_on(&node, send("[2001:db8:1::]:9")).unwrap();
    assert_eq!(unreachable.unwrap_err().errno(), Some(Errno::ENETUNREACH));
}

#[test]
fn two_worlds_are_joined_by_carrying_their_packets() {
    let (mut one, server, server_tun) = node_with_tun("192.0.2.1/24");
    let (mut other, client, client_tun) = node_with_tun("192.0.2.2/24");
    let address: SocketAddr = "192.0.2.1:7".parse().unwrap();
    let serving = server.spawn("server", move |sim| {
        let (stream, _) = TcpListener::bind(sim, &address).unwrap().accept().unwrap();
        let mut octets = [0; 5];
        stream.recv_exact(&mut octets).unwrap();
        assert_eq!(&octets, b"hello");
    });
    client.spawn("client", move |sim| {
        TcpStream::connect(sim, &address).unwrap().send_all(b"hello").unwrap();
    });
    for _ in 0..100 {
        one.run_for(Duration::from_millis(10));
        other.run_for(Duration::from_millis(10));
        while let Some((_, packet)) = server_tun.read() {
            client_tun.write(&packet);
        }
        while let Some((_, packet)) = client_tun.read() {
            server_tun.write(&packet);
        }
    }
    assert!(one.has_ended(serving));
}

#[test]
fn an_mtu_that_ipv4_cannot_do_with_is_refused() {
    let mut world = World::new(5);
    let node = world.node("node");
    assert_eq!(node.tun("tun0", "192.0.2.1/24 2001:db8::1/64", 67).unwrap_err(), Errno::EINVAL);
    let tun = node.tun("tun0", "192.0.2.1/24 2001:db8::1/64", 68).unwrap();
    for (any, to) in [("0.0.0.0:0", "192.0.2.2:9"), ("[::]:0", "[2001:db8::2]:9")] {
        let socket = UdpSocket::bind(node.kernel(), &any.parse().unwrap()).unwrap();
        assert_eq!(socket.send_to(&[7; 200], &to.parse().unwrap()), Ok(200));
        let fragments: Vec<_> = iter::from_fn(|| tun.read()).collect();
        assert!(fragments.len() > 4 && fragments.iter().all(|(_, packet)| packet.len() <= 68));
    }
    world.with_engine(|engine| {
        let (node, name) = (engine.node_named("node").unwrap(), "tun1".parse().unwrap());
        let tun = engine.attach_tun(node, name, &[], 1500).unwrap();
        assert_eq!(engine.set_tun_mtu(tun, 67), Err(Errno::EINVAL));
        assert_eq!(engine.set_tun_mtu(tun, 68), Ok(()));
    });
}
