//! The options that the documentation says change nothing: they are kept, and nothing is another with them.

use std::net::SocketAddr;

use anysock::option::udp::UDP_ENCAP;
use anysock::{Level, MessageFlags, RecvMsg, Socket, TcpListener, TcpStream, UdpSocket, constants};
use anysock_sim::{Link, Sim, World};

const SERVER: &str = "10.0.0.2:7";

/// The options of the list: their names, levels and numbers.
fn listed() -> Vec<(&'static str, Level, i32)> {
    let names =
        include_str!("../OPTIONS.md").lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let found = names.map(|name| {
        let level = match name.split_once('_').unwrap().0 {
            "SO" => Level::SOCKET,
            "TCP" => Level::TCP,
            "UDP" => Level::UDP,
            "IP" => Level::IP,
            "IPV6" => Level::IPV6,
            _ => panic!("{name} is of no level that is known here"),
        };
        let constant = constants::by_name(name).unwrap_or_else(|| panic!("there is no {name}"));
        (name, level, constant.value as i32)
    });
    found.collect()
}

/// Sets an option to what it was not: to 1, or to a structure that begins so. Whether the socket has it.
fn set(socket: &Socket<Sim<'_>>, level: Level, name: i32) -> bool {
    let mut room = [0; 64];
    let Ok(length) = socket.get_bytes(level, name, &mut room) else { return false };
    let mut value = vec![0; length];
    value[0] = if (level, name) == (Level::UDP, UDP_ENCAP) { 3 } else { 1 };
    if room[..length] == value {
        value[0] = 0;
    }
    socket.set_bytes(level, name, &value).unwrap();
    socket.get_bytes(level, name, &mut room).unwrap();
    assert_eq!(room[..length], value, "it is told again");
    true
}

/// A message: its bytes, and its control messages.
type Message = (Vec<u8>, Vec<u8>);

fn received(socket: &Socket<Sim<'_>>) -> Message {
    let (mut bytes, mut control) = ([0; 2000], [0; 256]);
    let mut slices = [&mut bytes[..]];
    let mut message = RecvMsg {
        address: &mut [],
        slices: &mut slices,
        control: &mut control,
        handles: &mut [],
        flags: MessageFlags::empty(),
    };
    let received = socket.recv_msg(&mut message).unwrap();
    (bytes[..received.len].to_vec(), control[..received.control_len].to_vec())
}

/// A question and an answer by UDP, and some text by TCP, over a slow link: the hash of all frames, what came,
/// and to how many sockets the option was set.
fn exchange(option: Option<(Level, i32)>) -> (u128, Vec<Message>, usize) {
    let mut world = World::new(5);
    let lan = world.network("lan", Link::new().rate(1_000_000));
    let client = world.node("client").ethernet("eth0", lan, "10.0.0.1/24").unwrap();
    let server = world.node("server").ethernet("eth0", lan, "10.0.0.2/24").unwrap();
    let address: SocketAddr = SERVER.parse().unwrap();
    let prepare = move |socket: &Socket<Sim<'_>>| match option {
        Some((level, name)) => usize::from(set(socket, level, name)),
        None => 0,
    };
    server.spawn("server", move |sim| {
        // Sockets of both families: IPv6's options are set on the servers'.
        let everywhere: SocketAddr = "[::]:7".parse().unwrap();
        let udp = UdpSocket::bind(sim.clone(), &everywhere).unwrap();
        let listener = TcpListener::bind(sim, &everywhere).unwrap();
        prepare(udp.socket());
        prepare(listener.socket());
        let mut bytes = [0; 100];
        let (length, from) = udp.recv_from(&mut bytes).unwrap();
        udp.send_to(&bytes[..length], &from).unwrap();
        let (stream, _) = listener.accept().unwrap();
        stream.send_all(&[7; 20_000]).unwrap();
    });
    let answers = world.block_on(&client, move |sim| {
        let udp = UdpSocket::bind(sim.clone(), &"0.0.0.0:0".parse().unwrap()).unwrap();
        let of_ipv6 = UdpSocket::bind(sim.clone(), &"[::]:0".parse().unwrap()).unwrap();
        let mut count = prepare(udp.socket()) + prepare(of_ipv6.socket());
        udp.send_to(b"question", &address).unwrap();
        let mut all = vec![received(udp.socket())];
        let stream = TcpStream::connect(sim, &address).unwrap();
        count += prepare(stream.socket());
        loop {
            let part = received(stream.socket());
            if part.0.is_empty() {
                return (all, count);
            }
            all.push(part);
        }
    });
    let (all, count) = answers.unwrap();
    (world.trace().hash(), all, count)
}

#[test]
fn what_is_listed_changes_nothing() {
    let (hash, all, _) = exchange(None);
    let listed = listed();
    assert!(listed.len() > 10, "the list is there");
    for (name, level, number) in listed {
        let (with_hash, with_all, count) = exchange(Some((level, number)));
        assert!(count > 0, "no socket has {name}");
        assert_eq!(with_hash, hash, "{name} changes what is on the wire");
        assert_eq!(with_all, all, "{name} changes what is received");
    }
}

#[test]
fn an_option_with_an_effect_would_be_seen() {
    let (hash, all, _) = exchange(None);
    let timestamps = constants::by_name("SO_TIMESTAMP").unwrap().value as i32;
    assert_ne!(exchange(Some((Level::SOCKET, timestamps))).1, all);
    let time_to_live = constants::by_name("IP_TTL").unwrap().value as i32;
    assert_ne!(exchange(Some((Level::IP, time_to_live))).0, hash);
}
