//! Raw sockets (raw(7)).

use std::net::{Ipv6Addr, SocketAddr};

use anysock::message::{self, Controls, ErrorOrigin};
use anysock::option::socket::{BindToInterface, PendingError};
use anysock::option::{ip, ipv6};
use anysock::{
    Errno, Family, Interfaces, IpProtocol, MessageFlags, PollEvents, RawSocket, Socket, SocketType, Spawn,
    UdpSocket,
};

use super::Machine;
use super::error_queue::{entry, take};
use super::machine::{localhost, patient, refused};

/// Two that nobody uses (RFC 3692).
const EXPERIMENT: IpProtocol = IpProtocol(253);
const OTHER_EXPERIMENT: IpProtocol = IpProtocol(254);

const HOSTS: [(Family, &str); 2] = [(Family::INET, "127.0.0.1:0"), (Family::INET6, "[::1]:0")];

fn raw<B: Interfaces + Spawn>(m: &Machine<B>, family: Family, protocol: IpProtocol) -> RawSocket<B> {
    patient(RawSocket::open(m.backend.clone(), family, protocol).unwrap().into_socket()).into()
}

pub fn any_protocol<B: Interfaces + Spawn>(m: &Machine<B>) {
    for (family, host) in HOSTS {
        let host: SocketAddr = host.parse().unwrap();
        let (one, other) = (raw(m, family, EXPERIMENT), raw(m, family, OTHER_EXPERIMENT));
        let payload = format!("{:?} of {:p}", std::time::Instant::now(), m);
        m.check("send", one.send_to(payload.as_bytes(), &host), Ok(payload.len()));
        let mut room = [0; 200];
        let received = one.recv(&mut room).unwrap();
        m.check("from", received.from, host);
        m.check("the payload", received.payload == payload.as_bytes(), true);
        let length = if family == Family::INET { 20 } else { 0 };
        m.check("a header, of IPv4 only", received.header.len(), length);
        let nothing = other.socket().recv_with(&mut [0; 8], MessageFlags::DONTWAIT);
        m.check("another protocol's", nothing, refused(Errno::EAGAIN));
    }
}

pub fn headers<B: Interfaces + Spawn>(m: &Machine<B>) {
    use anysock::option::ip::{TimeToLive, TypeOfService};
    let socket = raw(m, Family::INET, IpProtocol(251));
    socket.set(TimeToLive, 9).unwrap();
    socket.set(TypeOfService, 0x28).unwrap();
    socket.send_to(b"x", &localhost(0)).unwrap();
    let mut room = [0; 64];
    let header = socket.recv(&mut room).unwrap().header;
    m.check("version and length", header[0], 0x45);
    m.check("the type of service", header[1], 0x28);
    m.check("the total length", header[2..4] == [0, 21], true);
    m.check("not to be fragmented", header[6..8] == [0x40, 0], true);
    m.check("the time to live", header[8], 9);
    m.check("the protocol", header[9], 251);
    m.check("both addresses", header[12..20] == [127, 0, 0, 1, 127, 0, 0, 1], true);
    let words = header.chunks(2).map(|word| u32::from(u16::from_be_bytes([word[0], word[1]])));
    m.check("the checksum", words.sum::<u32>() % 0xFFFF, 0);
}

pub fn header_included<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (receiver, address) = m.udp();
    let socket = RawSocket::with_header(m.backend.clone(), Family::INET, IpProtocol::RAW).unwrap();
    // Total length, identification and checksum are the kernel's affair; no checksum of UDP's.
    let mut packet = vec![0x45, 0, 0, 0, 0, 0, 0, 0, 64, 17, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1];
    packet.extend_from_slice(&4711_u16.to_be_bytes());
    packet.extend_from_slice(&address.port().to_be_bytes());
    packet.extend_from_slice(&[0, 13, 0, 0]);
    packet.extend_from_slice(b"hello");
    m.check("send", socket.send_to(&packet, &localhost(0)), Ok(packet.len()));
    let mut room = [0; 16];
    m.check("received", receiver.recv_from(&mut room), Ok((5, localhost(4711))));
    m.check("the bytes", &room[..5], b"hello");
    m.check("too short", socket.send_to(&packet[..19], &localhost(0)), refused(Errno::EINVAL));
    let long = vec![0x45; 65_535];
    m.check(
        "a header that is longer than the packet",
        socket.send_to(&[0x4F; 30], &localhost(0)),
        refused(Errno::EINVAL),
    );
    m.check("the longest", socket.send_to(&long, &localhost(0)), Ok(65_535));
    m.check("IPPROTO_RAW receives nothing", m.poll(socket.handle()).contains(anysock::PollEvents::IN), false);
}

pub fn connected<B: Interfaces + Spawn>(m: &Machine<B>) {
    let socket = raw(m, Family::INET, IpProtocol(252));
    m.check("unconnected", socket.send(b"x"), refused(Errno::EDESTADDRREQ));
    m.check("connect", socket.connect(&"127.0.0.2:0".parse().unwrap()), Ok(()));
    let stranger = raw(m, Family::INET, IpProtocol(252));
    stranger.bind(&"127.0.0.3:0".parse().unwrap()).unwrap();
    let own: SocketAddr = socket.socket().local_addr().unwrap();
    stranger.send_to(b"stranger", &SocketAddr::new(own.ip(), 0)).unwrap();
    let friend = raw(m, Family::INET, IpProtocol(252));
    friend.bind(&"127.0.0.2:0".parse().unwrap()).unwrap();
    friend.send_to(b"friend", &SocketAddr::new(own.ip(), 0)).unwrap();
    let mut room = [0; 64];
    m.check("only from the peer", socket.recv(&mut room).unwrap().payload, b"friend");
    m.check("to the peer", socket.send(b"hello"), Ok(5));
    m.check("received", friend.recv(&mut room).unwrap().payload, b"hello");
}

/// An echo request by hand: the raw socket sees it arrive, and the kernel's answer too.
pub fn icmp<B: Interfaces + Spawn>(m: &Machine<B>) {
    let socket = raw(m, Family::INET, IpProtocol::ICMP);
    // Nobody else has this pair of addresses.
    let (from, to): (SocketAddr, SocketAddr) =
        ("127.0.9.1:0".parse().unwrap(), "127.0.9.2:0".parse().unwrap());
    socket.bind(&from).unwrap();
    let mut request = [8, 0, 0, 0, 0x12, 0x34, 0, 1, b'h', b'i'];
    let sum: u32 = request.chunks(2).map(|word| u32::from(u16::from_be_bytes([word[0], word[1]]))).sum();
    let checksum = !((sum & 0xFFFF) + (sum >> 16)) as u16;
    request[2..4].copy_from_slice(&checksum.to_be_bytes());
    m.check("send", socket.send_to(&request, &to), Ok(10));
    let mut room = [0; 64];
    let reply = socket.recv(&mut room).unwrap();
    m.check("from", reply.from, to);
    m.check("an echo reply", reply.payload[0], 0);
    m.check("of this request", &reply.payload[4..], &request[4..]);
    let socket = raw(m, Family::INET6, IpProtocol::ICMPV6);
    let host = "[::1]:0".parse().unwrap();
    // The kernel makes the checksum.
    m.check("send", socket.send_to(&[128, 0, 0, 0, 0x56, 0x78, 0, 1], &host), Ok(8));
    loop {
        // Others use this address as well; the own request is seen first.
        let reply = socket.recv(&mut room).unwrap();
        if reply.payload.len() == 8 && reply.payload[4..6] == [0x56, 0x78] && reply.payload[0] == 129 {
            break;
        }
    }
}

pub fn names_and_refusals<B: Interfaces + Spawn>(m: &Machine<B>) {
    let open =
        |family, protocol| Socket::new(m.backend.clone(), family, SocketType::RAW, protocol).map(|_| ());
    m.check("no protocol", open(Family::INET, IpProtocol::IP), refused(Errno::EPROTONOSUPPORT));
    m.check("too large a number", open(Family::INET, IpProtocol(263)), refused(Errno::EINVAL));
    let socket = raw(m, Family::INET, EXPERIMENT);
    let own = |socket: &RawSocket<B>| socket.socket().local_addr::<SocketAddr>();
    m.check("the port is the protocol", own(&socket), Ok("0.0.0.0:253".parse().unwrap()));
    m.check("bind", socket.bind(&localhost(9)), Ok(()));
    m.check("the address", own(&socket), Ok("127.0.0.1:253".parse().unwrap()));
    m.check("elsewhere", socket.bind(&"192.0.2.1:0".parse().unwrap()), refused(Errno::EADDRNOTAVAIL));
    m.check("too long", socket.send_to(&[0; 65_536], &localhost(0)), refused(Errno::EMSGSIZE));
    m.check(
        "too long with its header",
        socket.send_to(&[0; 65_530], &localhost(0)),
        refused(Errno::EMSGSIZE),
    );
}

pub fn errors<B: Interfaces + Spawn>(m: &Machine<B>) {
    let protocol = IpProtocol(250);
    let socket = raw(m, Family::INET, protocol);
    let nobody: SocketAddr = "127.0.0.2:0".parse().unwrap();
    socket.bind(&localhost(0)).unwrap();
    m.check("off at first", socket.get(ip::RecvError), Ok(false));
    socket.send_to(b"for nobody", &nobody).unwrap();
    m.pause();
    m.check("not connected", socket.get(PendingError), Ok(None));
    socket.set(ip::RecvError, true).unwrap();
    m.check("on", socket.get(ip::RecvError), Ok(true));
    socket.send_to(b"for nobody", &nobody).unwrap();
    let events = m.await_then_poll(socket.socket().handle(), PollEvents::ERR);
    m.check("poll", events, PollEvents::OUT | PollEvents::ERR);
    let taken = take(socket.socket()).unwrap();
    m.check("what was sent", taken.bytes, b"for nobody".to_vec());
    m.check("to whom", taken.destination, nobody);
    let error = Controls::new(&taken.control).first(message::ip::RecvErr).unwrap().unwrap();
    m.check("why", error.error, entry(Errno::ENOPROTOOPT, ErrorOrigin::ICMP, (3, 2), 0));
    m.check("who says so", error.offender, Some("127.0.0.2:0".parse().unwrap()));
    m.check("with it the error goes", socket.get(PendingError), Ok(None));
    m.check("too big", socket.send_to(&[0; 65_535], &nobody), refused(Errno::EMSGSIZE));
    let taken = take(socket.socket()).unwrap();
    m.check("the address", taken.destination, nobody);
    let error = Controls::new(&taken.control).first(message::ip::RecvErr).unwrap().unwrap();
    m.check("the longest", error.error, entry(Errno::EMSGSIZE, ErrorOrigin::LOCAL, (0, 0), 65_535));
    socket.set(ip::RecvError, false).unwrap();
    socket.connect(&nobody).unwrap();
    socket.socket().send(b"once more").unwrap();
    m.await_then_poll(socket.socket().handle(), PollEvents::ERR);
    m.check("a connected one", socket.get(PendingError), Ok(Some(Errno::ENOPROTOOPT)));
    m.check("keeps nothing", take(socket.socket()).map(|_| ()), refused(Errno::EAGAIN));
    socket.socket().send(b"short").unwrap();
    m.pause();
    m.check("what is quoted is too short", socket.get(PendingError), Ok(None));
}

/// A datagram of UDP, whose checksum is right between these two.
fn datagram(host: Ipv6Addr, from: u16, to: u16, payload: &[u8]) -> Vec<u8> {
    let length = 8 + payload.len() as u16;
    let mut bytes = [from, to, length, 0].map(u16::to_be_bytes).concat();
    bytes.extend_from_slice(payload);
    let pseudo = [&host.octets()[..], &host.octets(), &[0, 0], &length.to_be_bytes(), &[0, 0, 0, 17], &bytes];
    let mut all = pseudo.concat();
    all.resize(all.len().next_multiple_of(2), 0);
    let sum: u32 = all.chunks(2).map(|word| u32::from(u16::from_be_bytes([word[0], word[1]]))).sum();
    let folded = (sum & 0xFFFF) + (sum >> 16);
    let checksum = !((folded & 0xFFFF) + (folded >> 16)) as u16;
    bytes[6..8].copy_from_slice(&checksum.to_be_bytes());
    bytes
}

pub fn errors_over_ipv6<B: Interfaces + Spawn>(m: &Machine<B>) {
    let host = SocketAddr::from((Ipv6Addr::LOCALHOST, 0));
    let closed = UdpSocket::bind(m.backend.clone(), &host).unwrap().local_addr().unwrap().port();
    let socket = raw(m, Family::INET6, IpProtocol::UDP);
    socket.bind(&host).unwrap();
    socket.set(ipv6::RecvError, true).unwrap();
    let sent = datagram(Ipv6Addr::LOCALHOST, 9, closed, b"for nobody");
    socket.send_to(&sent, &host).unwrap();
    // Others of the machine's datagrams may be for nobody, too.
    let taken = loop {
        m.await_then_poll(socket.socket().handle(), PollEvents::ERR);
        match take(socket.socket()) {
            Ok(taken) if taken.bytes == sent => break taken,
            _ => m.pause(),
        }
    };
    m.check("to whom", taken.destination, host);
    let error = Controls::new(&taken.control).first(message::ipv6::RecvErr).unwrap().unwrap();
    m.check("why", error.error, entry(Errno::ECONNREFUSED, ErrorOrigin::ICMP6, (1, 4), 0));
    m.check("no option of IPv4", socket.set(ip::RecvError, true), refused(Errno::ENOPROTOOPT));
}

pub fn one_interface<B: Interfaces + Spawn>(m: &Machine<B>) {
    let protocol = IpProtocol(249);
    let (here, elsewhere) = (raw(m, Family::INET, protocol), raw(m, Family::INET, protocol));
    here.socket().set(BindToInterface, 1).unwrap();
    elsewhere.socket().set(BindToInterface, 4_000_000).unwrap();
    here.send_to(b"x", &localhost(0)).unwrap();
    m.check("by lo", here.recv(&mut [0; 64]).map(|received| received.payload.len()), Ok(1));
    let nothing = elsewhere.socket().recv_with(&mut [0; 8], MessageFlags::DONTWAIT);
    m.check("not by another interface", nothing, refused(Errno::EAGAIN));
    m.check("no way", elsewhere.send_to(b"x", &localhost(0)), refused(Errno::ENODEV));
}
