//! What routers do with the options of IPv4's header. What is expected was recorded from Linux 6.18: the same nodes as
//! network namespaces.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anysock::message::{self, ControlBuffer, Timestamp};
use anysock::option::List;
use anysock::option::ip::{MtuDiscover, Options, RecvOptions, TimeToLive};
use anysock::{Backend, Deadline, Family, IpProtocol, MessageFlags, RawSocket, RecvMsg, UdpSocket};
use anysock_sim::{Fate, Link, Node, Sim, Tap, Wire, World};

const SERVER: &str = "10.3.0.2:7";
/// A record of the route with room for nine.
const RECORD: [u8; 40] = {
    let mut option = [0; 40];
    (option[0], option[1], option[2], option[39]) = (7, 39, 4, 1);
    option
};

/// The headers of IPv4 on the last network.
#[derive(Clone, Debug, Default)]
struct Headers(Arc<Mutex<Vec<Vec<u8>>>>);

impl Tap for Headers {
    fn frame(&mut self, _: Timestamp, wire: &Wire, _: Fate, bytes: &[u8]) {
        if wire.name == "last" && bytes[12..14] == [8, 0] {
            let header = &bytes[14..][..usize::from(bytes[14] & 15) * 4];
            self.0.lock().unwrap().push(header.to_vec());
        }
    }
}

/// A client and a server with two routers between them, and 1,000 octets at most between those.
fn world() -> (World, Node, Node, Headers) {
    let mut world = World::new(3);
    let [first, middle, last] = ["first", "middle", "last"].map(|name| world.network(name, Link::new()));
    let client = world.node("client").ethernet("eth0", first, "10.1.0.2/24").unwrap();
    let client = client.route("0.0.0.0/0", "10.1.0.1").unwrap();
    let near = world.node("near").ethernet("eth0", first, "10.1.0.1/24").unwrap();
    let near = near.ethernet("eth1", middle, "10.2.0.1/24").unwrap().router();
    let near = near.route("10.3.0.0/24", "10.2.0.2").unwrap();
    near.set_mtu("eth1", 1000).unwrap();
    let far = world.node("far").ethernet("eth0", middle, "10.2.0.2/24").unwrap();
    let far = far.ethernet("eth1", last, "10.3.0.1/24").unwrap().router();
    far.route("10.1.0.0/24", "10.2.0.1").unwrap();
    let server = world.node("server").ethernet("eth0", last, "10.3.0.2/24").unwrap();
    let server = server.route("0.0.0.0/0", "10.3.0.1").unwrap();
    let headers = Headers::default();
    world.set_tap(headers.clone());
    (world, client, server, headers)
}

fn pause(sim: &Sim<'_>) {
    sim.sleep_until(Deadline::at(sim.now() + Duration::from_secs(1))).unwrap();
}

fn socket<'a>(sim: Sim<'a>, options: &[u8]) -> UdpSocket<Sim<'a>> {
    let any = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
    let socket = UdpSocket::bind(sim, &any).unwrap();
    socket.set(Options, List::new(options).unwrap()).unwrap();
    socket
}

/// The options with which datagrams come to the server that the client sends with these.
fn received(sent: [Vec<u8>; 2]) -> [Vec<u8>; 2] {
    let (mut world, client, server, _) = world();
    let of_client = sent.clone();
    client.spawn("client", move |sim| {
        // Once the server is there.
        pause(&sim);
        for options in &of_client {
            socket(sim.clone(), options).send_to(b"x", &SERVER.parse().unwrap()).unwrap();
        }
    });
    let received = world.block_on(&server, move |sim| {
        let socket = UdpSocket::bind(sim, &SERVER.parse().unwrap()).unwrap();
        socket.set(RecvOptions, true).unwrap();
        let next = |_| {
            let mut control = ControlBuffer::<64>::new();
            let mut message = RecvMsg {
                address: &mut [],
                slices: &mut [],
                control: control.as_mut_bytes(),
                handles: &mut [],
                flags: MessageFlags::empty(),
            };
            let length = socket.socket().recv_msg(&mut message).unwrap().control_len;
            control.controls(length).first(message::ip::RecvOpts).unwrap().unwrap().to_vec()
        };
        sent.each_ref().map(next)
    });
    received.unwrap()
}

#[test]
fn routers_say_by_which_address_a_packet_leaves() {
    let [whole, short] = received([RECORD.to_vec(), vec![7, 7, 4, 0, 0, 0, 0, 1]]);
    assert_eq!(whole[..4], [7, 39, 20, 10]);
    assert_eq!(whole[3..19], [10, 1, 0, 2, 10, 2, 0, 1, 10, 3, 0, 1, 10, 3, 0, 2]);
    assert_eq!(short, [7, 7, 8, 10, 1, 0, 2, 1]);
}

#[test]
fn timestamps_say_to_which_address_a_packet_came() {
    let times = [&[68, 36, 5, 1][..], &[0; 32]].concat();
    let asked = vec![68, 20, 5, 3, 10, 2, 0, 2, 0, 0, 0, 0, 10, 3, 0, 2, 0, 0, 0, 0];
    let [times, asked] = received([times, asked]);
    assert_eq!(times[..4], [68, 36, 37, 1]);
    let addresses: Vec<&[u8]> = times[4..].chunks(8).map(|entry| &entry[..4]).collect();
    assert_eq!(addresses, [[10, 1, 0, 2], [10, 1, 0, 1], [10, 2, 0, 2], [10, 3, 0, 2]]);
    assert!(times[4..].chunks(8).all(|entry| entry[4..] != [0; 4]), "each with its time");
    assert_eq!(asked[..8], [68, 20, 21, 3, 10, 2, 0, 2]);
    assert_eq!(asked[12..16], [10, 3, 0, 2]);
    assert!(asked[8..12] != [0; 4] && asked[16..] != [0; 4], "both were there");
}

/// The header of the ICMP error that a datagram with this time to live draws, and the options that it quotes.
fn error(time_to_live: u8) -> (Vec<u8>, Vec<u8>) {
    let (mut world, client, ..) = world();
    let answer = world.block_on(&client, move |sim| {
        let errors = RawSocket::open(sim.clone(), Family::INET, IpProtocol::ICMP).unwrap();
        let socket = socket(sim, &RECORD);
        socket.set(TimeToLive, time_to_live.into()).unwrap();
        socket.send_to(b"x", &SERVER.parse().unwrap()).unwrap();
        let mut room = [0; 600];
        let error = errors.recv(&mut room).unwrap();
        (error.header[20..].to_vec(), error.payload[28..68].to_vec())
    });
    answer.unwrap()
}

#[test]
fn an_error_goes_on_recording() {
    let (header, quoted) = error(1);
    assert_eq!(header[..3], [7, 39, 20]);
    assert_eq!(header[3..19], [10, 1, 0, 2, 10, 1, 0, 1, 10, 1, 0, 1, 10, 1, 0, 2]);
    assert_eq!(quoted[..11], [7, 39, 12, 10, 1, 0, 2, 10, 1, 0, 1]);
    let (header, quoted) = error(2);
    assert_eq!(header[..3], [7, 39, 28]);
    assert_eq!(header[3..15], [10, 1, 0, 2, 10, 2, 0, 1, 10, 2, 0, 2]);
    assert_eq!(header[15..27], [10, 2, 0, 2, 10, 1, 0, 1, 10, 1, 0, 2]);
    assert_eq!(quoted[..15], [7, 39, 16, 10, 1, 0, 2, 10, 2, 0, 1, 10, 2, 0, 2]);
}

#[test]
fn later_fragments_have_no_record() {
    let (mut world, client, server, headers) = world();
    server.spawn("server", |sim| {
        let socket = UdpSocket::bind(sim, &SERVER.parse().unwrap()).unwrap();
        assert_eq!(socket.recv(&mut [0; 2000]), Ok(1400));
    });
    let sent = world.block_on(&client, |sim| {
        let socket = socket(sim.clone(), &[7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
        // IP_PMTUDISC_DONT.
        socket.set(MtuDiscover, 0).unwrap();
        socket.send_to(&[7; 1400], &SERVER.parse().unwrap()).unwrap();
        pause(&sim);
    });
    sent.unwrap();
    let headers = headers.0.lock().unwrap();
    let [first, later] = &headers[..] else { panic!("{headers:?}") };
    assert_eq!(first[..4], [0x48, 0, 3, 0xE8]);
    assert_eq!(first[20..], [7, 11, 12, 10, 1, 0, 2, 10, 2, 0, 1, 1]);
    assert_eq!(later[..4], [0x48, 0, 1, 0xD8]);
    assert_eq!(later[6..8], [0, 0x79]);
    assert_eq!(later[20..], [1; 12]);
}
