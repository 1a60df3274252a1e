//! UDP.

use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::time::Duration;

use anysock::addr::SockAddr;
use anysock::message;
use anysock::option::socket::{Broadcast, PendingError, ReuseAddr, RxqOverflow};
use anysock::{
    Errno, Error, Family, Interfaces, MessageFlags, PollEvents, RecvMsg, Shutdown, SocketType, Spawn,
    UdpSocket,
};

use super::Machine;
use super::machine::{localhost, receive_message, refused};

/// The most bytes of a datagram over IPv4: 65535 less the headers of 20 and 8.
const LONGEST: usize = 65507;

/// A UDP address at which nobody listens.
fn closed_port<B: Interfaces + Spawn>(m: &Machine<B>) -> SocketAddr {
    m.udp().1
}

pub fn exchange<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (server, address) = m.udp();
    let (client, own) = m.udp();
    let mut bytes = [0; 16];
    m.check("send_to", client.send_to(b"ping", &address), Ok(4));
    m.check("recv_from", server.recv_from(&mut bytes), Ok((4, own)));
    m.check("the bytes", &bytes[..4], b"ping");
    m.check("send_to", server.send_to(b"pong!", &own), Ok(5));
    m.check("recv_from", client.recv_from(&mut bytes), Ok((5, address)));
    m.check("own address", client.local_addr(), Ok(own));
}

pub fn datagrams_keep_their_boundaries<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (server, address) = m.udp();
    let (client, _) = m.udp();
    for datagram in [&b"one"[..], b"", b"three"] {
        m.check("send_to", client.send_to(datagram, &address), Ok(datagram.len()));
    }
    m.check("one", server.recv(&mut [0; 16]), Ok(3));
    m.check("an empty one", server.recv(&mut [0; 16]), Ok(0));
    m.check("three", server.recv(&mut [0; 16]), Ok(5));
}

pub fn what_does_not_fit_is_lost<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (server, address) = m.udp();
    let (client, _) = m.udp();
    let socket = server.socket();
    for _ in 0..4 {
        client.send_to(b"datagram", &address).unwrap();
    }
    let mut bytes = [0; 4];
    m.check("recv", socket.recv(&mut bytes), Ok(4));
    m.check("the beginning", &bytes, b"data");
    m.check("MSG_TRUNC", socket.recv_with(&mut bytes, MessageFlags::TRUNC), Ok(8));
    m.check("MSG_PEEK", socket.recv_with(&mut bytes, MessageFlags::PEEK), Ok(4));
    let both = MessageFlags::PEEK | MessageFlags::TRUNC;
    m.check("both", socket.recv_with(&mut [], both), Ok(8));
    m.check("no room at all", socket.recv(&mut []), Ok(0));
    m.check("the fourth", socket.recv(&mut [0; 16]), Ok(8));
    m.check("no more", socket.recv_with(&mut bytes, MessageFlags::DONTWAIT), refused(Errno::EAGAIN));
}

pub fn recvmsg_says_what_was_cut<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (server, address) = m.udp();
    let (client, own) = m.udp();
    let receive = |room: usize, flags: MessageFlags| {
        client.send_to(b"datagram", &address).unwrap();
        let (mut bytes, mut name) = ([0; 16], [0; 32]);
        let mut slices = [B::IoSliceMut::from(&mut bytes[..room])];
        let mut message =
            RecvMsg { address: &mut name, slices: &mut slices, control: &mut [], handles: &mut [], flags };
        let received = server.socket().recv_msg(&mut message).unwrap();
        let sender = SocketAddr::decode(&name[..received.address_len]);
        m.check("the sender", sender, Ok(own));
        (received.len, received.flags)
    };
    m.check("room enough", receive(16, MessageFlags::empty()), (8, MessageFlags::empty()));
    m.check("room for four", receive(4, MessageFlags::empty()), (4, MessageFlags::TRUNC));
    m.check("MSG_TRUNC asked for", receive(4, MessageFlags::TRUNC), (8, MessageFlags::TRUNC));
}

pub fn the_longest_datagram<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (server, address) = m.udp();
    let (client, own) = m.udp();
    let bytes = vec![7; LONGEST + 1];
    m.check("too long", client.send_to(&bytes, &address), refused(Errno::EMSGSIZE));
    m.check("the longest", client.send_to(&bytes[..LONGEST], &address), Ok(LONGEST));
    let mut room = vec![0; LONGEST + 1];
    m.check("received", server.recv_from(&mut room), Ok((LONGEST, own)));
    m.check("the bytes", room[..LONGEST] == bytes[..LONGEST], true);
}

pub fn connected_sockets<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (server, address) = m.udp();
    let (stranger, _) = m.udp();
    let (client, own) = m.udp();
    m.check("connect", client.connect(&address), Ok(()));
    m.check("getpeername", client.peer_addr(), Ok(address));
    m.check("send", client.send(b"hi"), Ok(2));
    m.check("received", server.recv_from(&mut [0; 8]), Ok((2, own)));
    stranger.send_to(b"stranger", &own).unwrap();
    server.send_to(b"friend", &own).unwrap();
    m.check("only from the peer", client.recv_from(&mut [0; 16]), Ok((6, address)));
    let other = stranger.local_addr().unwrap();
    m.check("elsewhere all the same", client.send_to(b"hello", &other), Ok(5));
    m.check("received", stranger.recv_from(&mut [0; 8]), Ok((5, own)));
    m.check("connect elsewhere", client.connect(&other), Ok(()));
    m.check("getpeername", client.peer_addr(), Ok(other));
}

pub fn connecting_chooses_the_own_address<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (_server, address) = m.udp();
    let socket = m.socket(Family::INET, SocketType::DGRAM);
    socket.connect(&address).unwrap();
    let own = socket.local_addr::<SocketAddrV4>().unwrap();
    m.check("the address", *own.ip(), Ipv4Addr::LOCALHOST);
    m.check("a port", own.port() != 0, true);
    // AF_UNSPEC takes the peer away, and with it what connect chose.
    let unspecified = [0; 16];
    m.check("disconnect", m.backend.connect(socket.handle(), &unspecified), Ok(()));
    m.check("no peer", socket.peer_addr::<SocketAddr>(), refused(Errno::ENOTCONN));
    let unnamed = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
    m.check("no address and no port", socket.local_addr(), Ok(unnamed));
    m.check("no peer to send to", socket.send(b"x"), refused(Errno::EDESTADDRREQ));
    // What the program asked for stays.
    let (bound, own) = m.udp();
    bound.connect(&address).unwrap();
    m.check("disconnect", m.backend.connect(bound.handle(), &unspecified), Ok(()));
    m.check("the address and no port", bound.local_addr(), Ok(SocketAddr::new(own.ip(), 0)));
    let again = m.socket(Family::INET, SocketType::DGRAM);
    again.bind(&own).unwrap();
    again.connect(&address).unwrap();
    m.check("disconnect", m.backend.connect(again.handle(), &unspecified), Ok(()));
    m.check("the address and the port", again.local_addr(), Ok(own));
}

pub fn sending_binds_even_in_vain<B: Interfaces + Spawn>(m: &Machine<B>) {
    let socket = m.socket(Family::INET, SocketType::DGRAM);
    m.check("send", socket.send(b"x"), refused(Errno::EDESTADDRREQ));
    let own = socket.local_addr::<SocketAddrV4>().unwrap();
    m.check("no address", *own.ip(), Ipv4Addr::UNSPECIFIED);
    m.check("a port", own.port() != 0, true);
    m.check("bind", socket.bind(&localhost(0)), refused(Errno::EINVAL));
}

pub fn refused_where_nobody_listens<B: Interfaces + Spawn>(m: &Machine<B>) {
    let closed = closed_port(m);
    let (client, _) = m.udp();
    client.connect(&closed).unwrap();
    m.check("the first goes out", client.send(b"x"), Ok(1));
    let events = m.await_then_poll(client.handle(), PollEvents::ERR);
    m.check("poll", events, PollEvents::OUT | PollEvents::ERR);
    m.check("the answer", client.recv(&mut [0; 4]), refused(Errno::ECONNREFUSED));
    m.check("once", client.socket().recv_with(&mut [0; 4], MessageFlags::DONTWAIT), refused(Errno::EAGAIN));
    m.check("again", client.send(b"x"), Ok(1));
    m.backend.wait_for(client.handle(), PollEvents::ERR, m.soon()).unwrap();
    m.check("send takes it too", client.send(b"x"), refused(Errno::ECONNREFUSED));
    m.check("and is done with it", client.send(b"x"), Ok(1));
    m.backend.wait_for(client.handle(), PollEvents::ERR, m.soon()).unwrap();
    m.check("SO_ERROR", client.get(PendingError), Ok(Some(Errno::ECONNREFUSED)));
    m.check("SO_ERROR is taken", client.get(PendingError), Ok(None));
}

pub fn an_unconnected_socket_hears_of_nothing<B: Interfaces + Spawn>(m: &Machine<B>) {
    let closed = closed_port(m);
    let (client, _) = m.udp();
    m.check("send", client.send_to(b"x", &closed), Ok(1));
    m.pause();
    m.check("poll", m.poll(client.handle()), PollEvents::OUT);
    m.check("send again", client.send_to(b"x", &closed), Ok(1));
}

pub fn address_in_use<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (server, address) = m.udp();
    let bind = |address: &SocketAddr| UdpSocket::bind(m.backend.clone(), address).map(|_| ());
    m.check("the same", bind(&address), refused(Errno::EADDRINUSE));
    let anywhere = SocketAddr::from((Ipv4Addr::UNSPECIFIED, address.port()));
    m.check("every address", bind(&anywhere), refused(Errno::EADDRINUSE));
    m.check("another address", bind(&SocketAddr::from(([127, 0, 0, 2], address.port()))), Ok(()));
    drop(server);
    m.check("afterwards", bind(&address), Ok(()));

    let shared = |address: &SocketAddr| {
        let socket = m.socket(Family::INET, SocketType::DGRAM);
        socket.set(ReuseAddr, true).unwrap();
        socket.bind(address).map(|()| socket)
    };
    let first = shared(&localhost(0)).unwrap();
    let address = first.local_addr().unwrap();
    m.check("SO_REUSEADDR on both", shared(&address).map(|_| ()), Ok(()));
    m.check("SO_REUSEADDR on one", bind(&address), refused(Errno::EADDRINUSE));
}

pub fn every_local_address<B: Interfaces + Spawn>(m: &Machine<B>) {
    let server = UdpSocket::bind(m.backend.clone(), &SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0))).unwrap();
    let port = server.local_addr().unwrap().port();
    let (client, own) = m.udp();
    for address in [[127, 0, 0, 1], [127, 0, 0, 2], [127, 1, 2, 3]] {
        m.check("send", client.send_to(b"x", &SocketAddr::from((address, port))), Ok(1));
        m.check("received", server.recv_from(&mut [0; 4]), Ok((1, own)));
    }
}

pub fn timeouts<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, _) = m.udp();
    let mut client = client.into_socket();
    client.set_timeout(Some(Duration::from_millis(30)));
    let start = m.backend.now();
    m.check("recv", client.recv(&mut [0; 4]), Err(Error::TimedOut));
    m.check("recv_from", client.recv_from::<SocketAddr>(&mut [0; 4]), Err(Error::TimedOut));
    m.check("not too early", m.backend.now().since(start) >= Duration::from_millis(60), true);
    client.set_blocking(false);
    m.check("without waiting", client.recv(&mut [0; 4]), refused(Errno::EAGAIN));
    m.check("nb", client.recv_from_nb::<SocketAddr>(&mut [0; 4]), Err(nb::Error::WouldBlock));
}

pub fn readiness<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (server, address) = m.udp();
    m.check("idle", m.poll(server.handle()), PollEvents::OUT);
    server.send_to(b"", &address).unwrap();
    m.check(
        "an empty datagram",
        m.await_then_poll(server.handle(), PollEvents::IN),
        PollEvents::IN | PollEvents::OUT,
    );
    m.check("received", server.recv(&mut [0; 4]), Ok(0));
    m.check("idle again", m.poll(server.handle()), PollEvents::OUT);
}

pub fn shutdowns<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (_server, address) = m.udp();
    // An unconnected socket says no, and does it all the same, so that whoever polls it wakes.
    let (unconnected, _) = m.udp();
    m.check("unconnected", unconnected.socket().shutdown(Shutdown::BOTH), refused(Errno::ENOTCONN));
    let both = PollEvents::IN | PollEvents::OUT | PollEvents::RDHUP | PollEvents::HUP;
    m.check("poll", m.poll(unconnected.handle()), both);
    m.check("send_to", unconnected.send_to(b"x", &address), refused(Errno::EPIPE));
    m.check("recv", unconnected.recv(&mut [0; 4]), Ok(0));
    let (client, _) = m.udp();
    client.connect(&address).unwrap();
    m.check("reading", client.socket().shutdown(Shutdown::READ), Ok(()));
    m.check("recv", client.recv(&mut [0; 4]), Ok(0));
    let attempt = client.socket().recv_with(&mut [0; 4], MessageFlags::DONTWAIT);
    m.check("without waiting", attempt, refused(Errno::EAGAIN));
    let events = PollEvents::IN | PollEvents::OUT | PollEvents::RDHUP;
    m.check("poll", m.poll(client.handle()), events);
    m.check("writing", client.socket().shutdown(Shutdown::WRITE), Ok(()));
    m.check("send", client.send(b"x"), refused(Errno::EPIPE));
}

pub fn broadcast_asks_for_permission<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, _) = m.udp();
    let everyone = SocketAddr::from(([127, 255, 255, 255], 9));
    m.check("without SO_BROADCAST", client.send_to(b"x", &everyone), refused(Errno::EACCES));
    client.set(Broadcast, true).unwrap();
    m.check("with SO_BROADCAST", client.send_to(b"x", &everyone), Ok(1));
}

pub fn a_full_queue_drops<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (server, address) = m.udp();
    let (client, _) = m.udp();
    for _ in 0..5000 {
        m.check("the sender never hears of it", client.send_to(&[0; 1000], &address), Ok(1000));
    }
    m.pause();
    let mut received = 0;
    let mut server = server.into_socket();
    server.set_blocking(false);
    while server.recv(&mut [0; 1000]).is_ok() {
        received += 1;
    }
    m.check("some came", received > 0, true);
    m.check("some were dropped", received < 5000, true);
}

pub fn drops_are_told<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (server, address) = m.udp();
    let (client, _) = m.udp();
    let told = || {
        let received = receive_message(server.socket(), 64, MessageFlags::DONTWAIT)?;
        let drops = received.controls().first(message::socket::RxqOvfl);
        Ok::<_, Error>(drops.unwrap())
    };
    // As many as find room, and a hundred more.
    let fill = || {
        for _ in 0..1000 {
            client.send_to(b"x", &address).unwrap();
        }
        m.pause();
        let mut count = 0;
        while let Ok(drops) = told() {
            m.check("of those before", drops, None);
            count += 1;
        }
        count
    };
    let room = fill();
    m.check("some were dropped", room < 1000, true);
    client.send_to(b"x", &address).unwrap();
    m.pause();
    m.check("nobody asked", told(), Ok(None));
    server.set(RxqOverflow, true).unwrap();
    client.send_to(b"x", &address).unwrap();
    m.pause();
    m.check("all since it is open", told(), Ok(Some(1000 - room)));
    client.send_to(b"x", &address).unwrap();
    m.pause();
    server.set(RxqOverflow, false).unwrap();
    m.check("not any more", told(), Ok(None));
}
