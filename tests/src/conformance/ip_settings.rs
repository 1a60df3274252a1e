//! Settings of `SOL_IP` and `SOL_IPV6` that decide who may have which address and port, and what a socket takes and
//! tells (ip(7), ipv6(7)).

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use anysock::option::{GetOption, SetOption, ip, ipv6};
use anysock::{
    Errno, Error, Family, Interfaces, Level, MessageFlags, PollEvents, SockAddr, SocketType, Spawn, message,
};

use super::Machine;
use super::machine::{localhost, receive_message, refused};

pub fn an_address_without_a_port<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (listener, address) = m.tcp_listener();
    let socket = m.socket(Family::INET, SocketType::STREAM);
    m.check("off", socket.get(ip::BindAddressNoPort), Ok(false));
    socket.set(ip::BindAddressNoPort, true).unwrap();
    let own = SocketAddr::from((Ipv4Addr::new(127, 0, 0, 2), 0));
    socket.bind(&own).unwrap();
    m.check("no port", socket.local_addr(), Ok(own));
    socket.connect(&address).unwrap();
    let name: SocketAddr = socket.local_addr().unwrap();
    m.check("the address", name.ip(), own.ip());
    m.check("a port", name.port() != 0, true);
    let (accepted, peer) = listener.accept().unwrap();
    m.check("the peer", peer, name);
    socket.send(b"text").unwrap();
    m.check("text", accepted.recv(&mut [0; 9]), Ok(4));
    let datagrams = m.socket(Family::INET, SocketType::DGRAM);
    datagrams.set(ip::BindAddressNoPort, true).unwrap();
    datagrams.bind(&own).unwrap();
    m.check("no port", datagrams.local_addr(), Ok(own));
    let (_receiver, to) = m.udp();
    datagrams.send_to(b"x", &to).unwrap();
    let name: SocketAddr = datagrams.local_addr().unwrap();
    m.check("a port", (name.ip(), name.port() != 0), (own.ip(), true));
}

pub fn ports_to_choose_from<B: Interfaces + Spawn>(m: &Machine<B>) {
    // One address of its own, on which nobody else has a port.
    let own = SocketAddr::from((Ipv4Addr::new(127, 0, 0, 51), 0));
    const ONE: u16 = 50_123;
    let range = |first: u16, last: u16| u32::from(last) << 16 | u32::from(first);
    let socket = m.socket(Family::INET, SocketType::DGRAM);
    m.check("the node's", socket.get(ip::LocalPortRange), Ok(0));
    m.check("the last first", socket.set(ip::LocalPortRange, range(ONE + 1, ONE)), refused(Errno::EINVAL));
    m.check("one", socket.set(ip::LocalPortRange, range(ONE, ONE)), Ok(()));
    m.check("one", socket.get(ip::LocalPortRange), Ok(range(ONE, ONE)));
    socket.bind(&own).unwrap();
    m.check("it", socket.local_addr(), Ok(SocketAddr::new(own.ip(), ONE)));
    let other = m.socket(Family::INET, SocketType::DGRAM);
    other.set(ip::LocalPortRange, range(ONE, ONE)).unwrap();
    m.check("no other", other.bind(&own), refused(Errno::EADDRINUSE));
    other.set(ip::LocalPortRange, range(ONE, ONE + 1)).unwrap();
    m.check("the next", other.bind(&own), Ok(()));
    m.check("the next", other.local_addr(), Ok(SocketAddr::new(own.ip(), ONE + 1)));
}

pub fn what_has_come_too_far<B: Interfaces + Spawn>(m: &Machine<B>) {
    far(m, localhost(0), (ip::MinTtl, ip::TimeToLive));
    far(m, SocketAddr::from((Ipv6Addr::LOCALHOST, 0)), (ipv6::MinHopCount, ipv6::UnicastHops));
}

/// Connects to a listener that takes only what nobody has passed on.
fn far<B, Least, Limit>(m: &Machine<B>, at: SocketAddr, (least, limit): (Least, Limit))
where
    B: Interfaces + Spawn,
    Least: GetOption<Value = i32> + SetOption<Value = i32> + Copy,
    Limit: SetOption<Value = i32>,
{
    let family = if at.is_ipv4() { Family::INET } else { Family::INET6 };
    let listener = m.socket(family, SocketType::STREAM);
    m.check("any", listener.get(least), Ok(0));
    for value in [256, -1] {
        m.check("none", listener.set(least, value), refused(Errno::EINVAL));
    }
    m.check("255", listener.set(least, 255), Ok(()));
    m.check("255", listener.get(least), Ok(255));
    listener.bind(&at).unwrap();
    listener.listen(1).unwrap();
    let address: SocketAddr = listener.local_addr().unwrap();
    let usual = m.nonblocking(family, SocketType::STREAM);
    m.check("connect", usual.connect(&address), refused(Errno::EINPROGRESS));
    m.pause();
    m.check("nothing is answered", m.poll(usual.handle()), PollEvents::empty());
    let near = m.socket(family, SocketType::STREAM);
    near.set(limit, 255).unwrap();
    m.check("connect", near.connect(&address), Ok(()));
    let (accepted, _) = listener.accept::<SocketAddr>().unwrap();
    m.check("inherited", accepted.get(least), Ok(255));
    near.send(b"text").unwrap();
    m.check("text", accepted.recv(&mut [0; 9]), Ok(4));
}

pub fn addresses_of_others<B: Interfaces + Spawn>(m: &Machine<B>) {
    let foreign = SocketAddr::from((Ipv4Addr::new(192, 0, 2, 1), 0));
    let socket = m.socket(Family::INET, SocketType::DGRAM);
    m.check("bind", socket.bind(&foreign), refused(Errno::EADDRNOTAVAIL));
    let bound = |option: &dyn Fn() -> Result<(), Error>| option().and_then(|()| socket.bind(&foreign));
    if bound(&|| socket.set(ip::Transparent, true)) == refused(Errno::EPERM) {
        // For administrators only.
        return;
    }
    m.check("kept", socket.get(ip::Transparent), Ok(true));
    m.check("another option", socket.get(ip::FreeBind), Ok(false));
    let (receiver, to) = m.udp();
    m.check("send_to", socket.send_to(b"text", &to), Ok(4));
    let from = receiver.recv_from(&mut [0; 9]).map(|(len, from)| (len, from.ip()));
    m.check("from there", from, Ok((4, foreign.ip())));
    let free = m.socket(Family::INET, SocketType::DGRAM);
    free.set(ip::FreeBind, true).unwrap();
    m.check("bind", free.bind(&foreign), Ok(()));
    m.check("no way from there", free.send_to(b"text", &to), refused(Errno::ENETUNREACH));
}

pub fn whom_a_datagram_was_for<B: Interfaces + Spawn>(m: &Machine<B>) {
    let socket = m.socket(Family::INET, SocketType::DGRAM);
    m.check("off", socket.get(ip::RecvOriginalDestination), Ok(false));
    socket.set(ip::RecvOriginalDestination, true).unwrap();
    socket.bind(&SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0))).unwrap();
    let port = socket.local_addr::<SocketAddr>().unwrap().port();
    let to = SocketAddrV4::new(Ipv4Addr::new(127, 0, 0, 9), port);
    let (sender, _) = m.udp();
    sender.send_to(b"x", &to.into()).unwrap();
    let taken = receive_message(&socket, 128, MessageFlags::empty()).unwrap();
    m.check("it", taken.controls().first(message::ip::OrigDstAddr), Ok(Some(to)));
    let socket = m.socket(Family::INET6, SocketType::DGRAM);
    m.check("off", socket.get(ipv6::RecvOriginalDestination), Ok(false));
    let short = socket.set_bytes(Level::IPV6, ipv6::IPV6_RECVORIGDSTADDR, &[1]);
    m.check("a byte", short, refused(Errno::EINVAL));
    socket.set(ipv6::RecvOriginalDestination, true).unwrap();
    let own = SocketAddr::from((Ipv6Addr::LOCALHOST, 0));
    socket.bind(&own).unwrap();
    let name: SocketAddr = socket.local_addr().unwrap();
    socket.send_to(b"x", &name).unwrap();
    let taken = receive_message(&socket, 128, MessageFlags::empty()).unwrap();
    let told = taken.controls().first(message::ipv6::OrigDstAddr).map(|told| told.map(SocketAddr::V6));
    m.check("it", told, Ok(Some(name)));
}

pub fn the_way_of_a_connection<B: Interfaces + Spawn>(m: &Machine<B>) {
    let fresh = m.socket(Family::INET, SocketType::STREAM);
    m.check("none", fresh.get(ip::Mtu), refused(Errno::ENOTCONN));
    m.check("off", fresh.get(ip::RecvError), Ok(false));
    m.check("on", fresh.set(ip::RecvError, true), Ok(()));
    m.check("on", fresh.get(ip::RecvError), Ok(true));
    let (client, server) = m.tcp_pair();
    for socket in [client.socket(), server.socket()] {
        m.check("that of the loopback interface", socket.get(ip::Mtu), Ok(65_535));
    }
    let listener = m.socket(Family::INET6, SocketType::STREAM);
    m.check("none", listener.get(ipv6::Mtu), refused(Errno::ENOTCONN));
    listener.set(ipv6::RecvError, true).unwrap();
    listener.bind(&SocketAddr::from((Ipv6Addr::LOCALHOST, 0))).unwrap();
    listener.listen(1).unwrap();
    let client = m.tcp_connect(&listener.local_addr().unwrap());
    m.check("over IPv6", client.socket().get(ipv6::Mtu), Ok(65_536));
    let (accepted, _) = listener.accept::<SocketAddr>().unwrap();
    m.check("inherited", accepted.get(ipv6::RecvError), Ok(true));
}

pub fn what_is_too_large<B: Interfaces + Spawn>(m: &Machine<B>) {
    const LEAST: usize = 1280;
    const HEADERS: usize = 40 + 8;
    let socket = m.socket(Family::INET6, SocketType::DGRAM);
    m.check("no way", socket.get(ipv6::PathMtu), refused(Errno::ENOTCONN));
    socket.bind(&SocketAddr::from((Ipv6Addr::LOCALHOST, 0))).unwrap();
    let own: SocketAddr = socket.local_addr().unwrap();
    socket.set(ipv6::Mtu, LEAST as i32).unwrap();
    m.check("in fragments", socket.send_to(&[0; LEAST], &own), Ok(LEAST));
    m.check("off", (socket.get(ipv6::DontFragment), socket.get(ipv6::RecvPathMtu)), (Ok(false), Ok(false)));
    socket.set(ipv6::DontFragment, true).unwrap();
    socket.set(ipv6::RecvPathMtu, true).unwrap();
    m.check("what fits", socket.send_to(&[0; LEAST - HEADERS], &own), Ok(LEAST - HEADERS));
    let larger = socket.send_to(&[0; LEAST - HEADERS + 1], &own);
    m.check("one more", larger, refused(Errno::EMSGSIZE));
    // Before what has come.
    let told = receive_message(&socket, 64, MessageFlags::empty()).unwrap();
    let info = told.controls().first(message::ipv6::PathMtu).unwrap().unwrap();
    let to = SocketAddrV6::decode(&info.address).map(|to| *to.ip());
    m.check("told", (told.bytes.len(), info.mtu, to), (0, LEAST as u32, Ok(Ipv6Addr::LOCALHOST)));
    for len in [LEAST, LEAST - HEADERS] {
        m.check("what has come", socket.recv(&mut [0; 2 * LEAST]), Ok(len));
    }
    socket.connect(&own).unwrap();
    let way = socket.get(ipv6::PathMtu).map(|info| info.mtu);
    m.check("that of the loopback interface", way, Ok(65_536));
}

pub fn flow_labels<B: Interfaces + Spawn>(m: &Machine<B>) {
    const LABEL: u32 = 0x1_2345;
    let receiver = m.socket(Family::INET6, SocketType::DGRAM);
    m.check("off", receiver.get(ipv6::FlowInfo), Ok(false));
    receiver.set(ipv6::FlowInfo, true).unwrap();
    receiver.bind(&SocketAddr::from((Ipv6Addr::LOCALHOST, 0))).unwrap();
    let mut to = SocketAddrV6::new(Ipv6Addr::LOCALHOST, 0, LABEL, 0);
    to.set_port(receiver.local_addr::<SocketAddr>().unwrap().port());
    let told = || {
        let taken = receive_message(&receiver, 64, MessageFlags::empty()).unwrap();
        taken.controls().first(message::ipv6::FlowInfo).map(|told| told.map(|info| info.0))
    };
    let sender = m.socket(Family::INET6, SocketType::DGRAM);
    m.check("off", sender.get(ipv6::FlowInfoSend), Ok(false));
    sender.set(ipv6::AutoFlowLabel, false).unwrap();
    sender.send_to(b"x", &to).unwrap();
    m.check("nothing", told(), Ok(None));
    sender.set(ipv6::FlowInfoSend, true).unwrap();
    sender.set(ipv6::TrafficClass, 0x28).unwrap();
    sender.send_to(b"x", &to).unwrap();
    m.check("the class and the label", told(), Ok(Some(0x28 << 20 | LABEL)));
    sender.connect(&to).unwrap();
    m.check("the peer", sender.peer_addr::<SocketAddrV6>(), Ok(to));
    sender.send(b"x").unwrap();
    m.check("of a connected socket", told(), Ok(Some(0x28 << 20 | LABEL)));
}
