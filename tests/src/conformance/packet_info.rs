//! What is known of a datagram, and what a message says of its own way: IP_PKTINFO and its like (ip(7), ipv6(7)).

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use anysock::message::{self, ControlBuffer, In6Pktinfo, InPktinfo};
use anysock::option::{ip, ipv6};
use anysock::{Errno, Interfaces, Level, MessageFlags, SendMsg, SockAddr, Spawn, UdpSocket};

use super::Machine;
use super::machine::{ReceivedMessage, localhost, patient, receive_message};

const LO: u32 = 1;
const NO_NUMBER: u32 = 4_000_000;

/// The next datagram, with so much room for control messages.
fn take<B: Interfaces + Spawn>(socket: &UdpSocket<B>, room: usize) -> ReceivedMessage {
    receive_message(socket.socket(), room, MessageFlags::empty()).unwrap()
}

fn names(taken: &ReceivedMessage) -> Vec<(Level, i32)> {
    taken.controls().map(|message| (message.level, message.name)).collect()
}

fn send<B: Interfaces + Spawn>(
    m: &Machine<B>,
    socket: &UdpSocket<B>,
    to: SocketAddr,
    control: &[u8],
) -> Result<usize, Errno> {
    let to = to.encode();
    let message = SendMsg {
        address: Some(to.as_ref()),
        slices: &[b"hello"[..].into()],
        control,
        handles: &[],
        flags: MessageFlags::empty(),
    };
    m.backend.send_msg(socket.socket().handle(), &message)
}

/// One control message.
fn control(level: Level, name: i32, data: &[u8]) -> Vec<u8> {
    let mut buffer = ControlBuffer::<64>::new();
    let mut writer = buffer.writer();
    assert!(writer.deliver(level, name, data));
    writer.into_bytes().to_vec()
}

fn udp_v6<B: Interfaces + Spawn>(m: &Machine<B>, at: Ipv6Addr) -> (UdpSocket<B>, SocketAddr) {
    let socket = UdpSocket::bind(m.backend.clone(), &SocketAddr::from((at, 0))).unwrap();
    let port = socket.local_addr().unwrap().port();
    (patient(socket.into_socket()).into(), SocketAddr::from((Ipv6Addr::LOCALHOST, port)))
}

pub fn of_ipv4<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (sender, _) = m.udp();
    let (socket, to) = m.udp();
    m.check(
        "nothing",
        {
            sender.send_to(b"x", &to).unwrap();
            names(&take(&socket, 128))
        },
        vec![],
    );
    // What has come before it was wanted is not known.
    sender.send_to(b"x", &to).unwrap();
    m.pause();
    for option in [ip::IP_PKTINFO, ip::IP_RECVTTL, ip::IP_RECVTOS] {
        let value = |socket: &UdpSocket<B>| {
            let mut value = [9; 4];
            socket.socket().get_bytes(Level::IP, option, &mut value).unwrap();
            i32::from_ne_bytes(value)
        };
        m.check("off", value(&socket), 0);
        m.check("on", socket.socket().set_bytes(Level::IP, option, &[7]), Ok(()));
        m.check("on", value(&socket), 1);
    }
    let info = |taken: &ReceivedMessage| taken.controls().first(message::ip::Pktinfo).unwrap().unwrap();
    let nowhere = Ipv4Addr::UNSPECIFIED;
    let early = InPktinfo { interface: 0, local: nowhere, destination: Ipv4Addr::LOCALHOST };
    m.check("too early", info(&take(&socket, 128)), early);
    sender.set(ip::TimeToLive, 9).unwrap();
    sender.set(ip::TypeOfService, 0x28).unwrap();
    sender.send_to(b"x", &to).unwrap();
    let taken = take(&socket, 128);
    let wanted = [(Level::IP, ip::IP_PKTINFO), (Level::IP, ip::IP_TTL), (Level::IP, ip::IP_TOS)];
    m.check("in this order", names(&taken), wanted.to_vec());
    let here = InPktinfo { interface: LO, local: Ipv4Addr::LOCALHOST, ..early };
    m.check("where", info(&taken), here);
    let data: Vec<_> = taken.controls().map(|message| message.data.to_vec()).collect();
    m.check("TTL", data[1].clone(), 9i32.to_ne_bytes().to_vec());
    m.check("TOS", data[2].clone(), vec![0x28]);
    sender.send_to(b"x", &to).unwrap();
    let taken = take(&socket, 40);
    m.check("room for one", names(&taken), wanted[..1].to_vec());
    m.check("and told so", taken.flags, MessageFlags::CTRUNC);
    // To an address of no interface's own.
    let (socket, _) = m.udp();
    let any = UdpSocket::bind(m.backend.clone(), &SocketAddr::from((nowhere, 0))).unwrap();
    any.set_packet_info(true).unwrap();
    let other = Ipv4Addr::new(127, 0, 0, 9);
    let port = any.local_addr().unwrap().port();
    socket.send_to(b"x", &SocketAddr::from((other, port))).unwrap();
    let there = InPktinfo { interface: LO, local: other, destination: other };
    m.check("another address", info(&take(&any, 128)), there);
}

pub fn of_ipv6<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (sender, _) = udp_v6(m, Ipv6Addr::LOCALHOST);
    let (socket, to) = udp_v6(m, Ipv6Addr::UNSPECIFIED);
    socket.set(ipv6::RecvPacketInfo, true).unwrap();
    socket.set(ipv6::RecvHopLimit, true).unwrap();
    socket.set(ipv6::RecvTrafficClass, true).unwrap();
    m.check("on", socket.get(ipv6::RecvPacketInfo), Ok(true));
    m.check("traffic class", sender.get(ipv6::TrafficClass), Ok(0));
    m.check("traffic class", sender.set(ipv6::TrafficClass, 0x28), Ok(()));
    m.check("traffic class", sender.get(ipv6::TrafficClass), Ok(0x28));
    sender.set(ipv6::UnicastHops, 9).unwrap();
    sender.send_to(b"x", &to).unwrap();
    let taken = take(&socket, 128);
    let wanted = [ipv6::IPV6_PKTINFO, ipv6::IPV6_HOPLIMIT, ipv6::IPV6_TCLASS].map(|name| (Level::IPV6, name));
    m.check("in this order", names(&taken), wanted.to_vec());
    let info = taken.controls().first(message::ipv6::Pktinfo).unwrap();
    m.check("where", info, Some(In6Pktinfo { address: Ipv6Addr::LOCALHOST, interface: LO }));
    let data: Vec<_> = taken.controls().map(|message| message.data.to_vec()).collect();
    m.check("hops", data[1].clone(), 9i32.to_ne_bytes().to_vec());
    m.check("class", data[2].clone(), 0x28i32.to_ne_bytes().to_vec());
    let (of_ipv4, _) = m.udp();
    of_ipv4.send_to(b"x", &localhost(to.port())).unwrap();
    let taken = take(&socket, 128);
    m.check("of IPv4, the address alone", names(&taken), wanted[..1].to_vec());
    let info = taken.controls().first(message::ipv6::Pktinfo).unwrap();
    let address = Ipv4Addr::LOCALHOST.to_ipv6_mapped();
    m.check("mapped", info, Some(In6Pktinfo { address, interface: LO }));
    m.check("too short", socket.socket().set_bytes(Level::IPV6, ipv6::IPV6_RECVPKTINFO, &[1]).is_err(), true);
    m.check("off", sender.set(ipv6::TrafficClass, -1), Ok(()));
    m.check("class", sender.get(ipv6::TrafficClass), Ok(0));
    m.check("too large", sender.set(ipv6::TrafficClass, 256), super::machine::refused(Errno::EINVAL));
}

pub fn a_message_s_own_way<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (socket, to) = m.udp();
    let sender = UdpSocket::bind(m.backend.clone(), &SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0))).unwrap();
    socket.set(ip::RecvTtl, true).unwrap();
    socket.set(ip::RecvTos, true).unwrap();
    let number = |number: i32| number.to_ne_bytes();
    let both = [control(Level::IP, ip::IP_TTL, &number(3)), control(Level::IP, ip::IP_TOS, &[0x10])].concat();
    m.check("send", send(m, &sender, to, &both), Ok(5));
    let taken = take(&socket, 128);
    let data: Vec<_> = taken.controls().map(|message| message.data.to_vec()).collect();
    m.check("TTL", data[0].clone(), number(3).to_vec());
    m.check("TOS", data[1].clone(), vec![0x10]);
    let from = |local, interface| {
        let info = InPktinfo { interface, local, destination: Ipv4Addr::UNSPECIFIED };
        control(Level::IP, ip::IP_PKTINFO, &info.encode())
    };
    let other = Ipv4Addr::new(127, 0, 0, 9);
    m.check("from another address", send(m, &sender, to, &from(other, 0)), Ok(5));
    let port = sender.local_addr().unwrap().port();
    m.check("from there", socket.recv_from(&mut [0; 8]), Ok((5, SocketAddr::from((other, port)))));
    m.check("by lo", send(m, &sender, to, &from(Ipv4Addr::UNSPECIFIED, LO)), Ok(5));
    m.check("it came", socket.recv_from(&mut [0; 8]).map(|(length, _)| length), Ok(5));
    let refused = |what, control: Vec<u8>, errno| m.check(what, send(m, &sender, to, &control), Err(errno));
    refused("nobody's address", from(Ipv4Addr::new(192, 0, 2, 77), 0), Errno::ENETUNREACH);
    refused("a group", from(Ipv4Addr::new(239, 1, 1, 1), 0), Errno::EINVAL);
    refused("no interface", from(Ipv4Addr::UNSPECIFIED, NO_NUMBER), Errno::ENODEV);
    refused("TTL 0", control(Level::IP, ip::IP_TTL, &number(0)), Errno::EINVAL);
    refused("TTL 256", control(Level::IP, ip::IP_TTL, &number(256)), Errno::EINVAL);
    refused("TTL in a byte", control(Level::IP, ip::IP_TTL, &[7]), Errno::EINVAL);
    refused("TOS 256", control(Level::IP, ip::IP_TOS, &number(256)), Errno::EINVAL);
    refused("unknown", control(Level::IP, 99, &number(1)), Errno::EINVAL);
    refused("unknown of every socket", control(Level::SOCKET, 99, &number(1)), Errno::EINVAL);
    m.check("another level", send(m, &sender, to, &control(Level::IPV6, 99, &number(1))), Ok(5));
}

pub fn a_message_s_own_way_by_ipv6<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (sender, _) = udp_v6(m, Ipv6Addr::UNSPECIFIED);
    let (socket, to) = udp_v6(m, Ipv6Addr::LOCALHOST);
    socket.set(ipv6::RecvHopLimit, true).unwrap();
    let number = |number: i32| number.to_ne_bytes();
    let hops = |hops| control(Level::IPV6, ipv6::IPV6_HOPLIMIT, &number(hops));
    for (said, got) in [(3, 3), (-1, 64), (0, 0)] {
        m.check("send", send(m, &sender, to, &hops(said)), Ok(5));
        let taken = take(&socket, 128);
        let data: Vec<_> = taken.controls().map(|message| message.data.to_vec()).collect();
        m.check("hops", data, vec![number(got).to_vec()]);
    }
    let from = |address, interface| {
        control(Level::IPV6, ipv6::IPV6_PKTINFO, &In6Pktinfo { address, interface }.encode())
    };
    m.check("from ::1", send(m, &sender, to, &from(Ipv6Addr::LOCALHOST, 0)), Ok(5));
    m.check("by lo", send(m, &sender, to, &from(Ipv6Addr::LOCALHOST, LO)), Ok(5));
    let refused = |what, control: Vec<u8>, errno| m.check(what, send(m, &sender, to, &control), Err(errno));
    refused("nobody's address", from("2001:db8::77".parse().unwrap(), 0), Errno::EINVAL);
    refused("link-local", from("fe80::77".parse().unwrap(), 0), Errno::EINVAL);
    refused("no interface", from(Ipv6Addr::UNSPECIFIED, NO_NUMBER), Errno::ENODEV);
    refused("256 hops", hops(256), Errno::EINVAL);
    refused("-2 hops", hops(-2), Errno::EINVAL);
    refused("unknown", control(Level::IPV6, 99, &number(1)), Errno::EINVAL);
    m.check("another level", send(m, &sender, to, &control(Level::IP, 99, &number(1))), Ok(5));
}

pub fn too_much_to_say<B: Interfaces + Spawn>(m: &Machine<B>) {
    let ((socket, to), (sender, _)) = (m.udp(), m.udp());
    let ttl = control(Level::IP, ip::IP_TTL, &7i32.to_ne_bytes());
    m.check("some of it", send(m, &sender, to, &ttl.repeat(700)), Ok(5));
    m.check("comes", socket.recv(&mut [0; 8]), Ok(5));
    // More than net.core.optmem_max: 131,072 bytes, and 20,480 before Linux 6.9.
    let all = ttl.repeat(131_072_usize.div_ceil(ttl.len()));
    m.check("all of it", send(m, &sender, to, &all), Err(Errno::ENOBUFS));
}
