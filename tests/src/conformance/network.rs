//! TCP and UDP between this machine and the peer. In the simulator the network between them loses packets and
//! takes its time; what the programs see is the same.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use anysock::option::Linger;
use anysock::option::socket::LingerOnClose;
use anysock::{
    Backend, Deadline, Errno, Error, Interfaces, PollEvents, Shutdown, Spawn, TcpListener, TcpStream,
    UdpSocket,
};

use super::Machine;
use super::machine::{patient, refused};

const LEN: usize = 200_000;

fn pattern() -> Vec<u8> {
    (0..LEN).map(|index| (index % 251) as u8).collect()
}

/// A listener that the peer reaches, and its address.
fn listener<B: Interfaces + Spawn>(m: &Machine<B>) -> (TcpListener<B>, SocketAddr) {
    let any_port = SocketAddr::new(m.own_ip(), 0);
    let listener = TcpListener::bind(m.backend.clone(), &any_port).unwrap();
    let address = listener.local_addr().unwrap();
    (patient(listener.into_socket()).into(), address)
}

fn accept<B: Interfaces + Spawn>(listener: &TcpListener<B>) -> TcpStream<B> {
    patient(listener.accept().unwrap().0.into_socket()).into()
}

/// Receives until the end.
fn recv_all<B: Backend>(stream: &TcpStream<B>) -> Result<Vec<u8>, Error> {
    let (mut all, mut part) = (Vec::new(), [0; 4096]);
    loop {
        match stream.recv(&mut part)? {
            0 => return Ok(all),
            count => all.extend_from_slice(&part[..count]),
        }
    }
}

/// Connects from the peer; the first attempt may meet a lost packet, and still succeeds.
fn connect<B: Backend>(machine: &B, address: &SocketAddr) -> TcpStream<B> {
    TcpStream::connect(machine.clone(), address).unwrap()
}

pub fn much_data_comes<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (listener, address) = listener(m);
    m.spawn_peer(Box::new(move |machine| connect(&machine, &address).send_all(&pattern()).unwrap()));
    let stream = accept(&listener);
    m.check("every byte, in order", recv_all(&stream).map(|all| all == pattern()), Ok(true));
}

pub fn an_answer_after_a_half_close<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (listener, address) = listener(m);
    m.spawn_peer(Box::new(move |machine| {
        let stream = connect(&machine, &address);
        stream.send_all(&pattern()).unwrap();
        stream.shutdown(Shutdown::WRITE).unwrap();
        let back = recv_all(&stream).unwrap();
        // Says on another connection what it got.
        let verdict = if back == pattern() { &b"same"[..] } else { b"other" };
        connect(&machine, &address).send_all(verdict).unwrap();
    }));
    let stream = accept(&listener);
    let all = recv_all(&stream).unwrap();
    m.check("every byte", all.len(), LEN);
    m.check("and back", stream.send_all(&all), Ok(()));
    drop(stream);
    m.check("received", recv_all(&accept(&listener)), Ok(b"same".to_vec()));
}

pub fn both_ways_at_once<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (listener, address) = listener(m);
    m.spawn_peer(Box::new(move |machine| {
        let stream = connect(&machine, &address);
        for piece in pattern().chunks(1000) {
            stream.send_all(piece).unwrap();
            stream.recv_exact(&mut vec![0; piece.len()]).unwrap();
        }
    }));
    let stream = accept(&listener);
    let mut received = Vec::new();
    for piece in pattern().chunks(1000) {
        stream.send_all(piece).unwrap();
        let mut bytes = vec![0; piece.len()];
        stream.recv_exact(&mut bytes).unwrap();
        received.extend(bytes);
    }
    m.check("every byte", received == pattern(), true);
}

pub fn a_reset<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (listener, address) = listener(m);
    m.spawn_peer(Box::new(move |machine| {
        // A reset that is lost is not sent again by itself: what the other side sends brings another.
        let stream = connect(&machine, &address);
        stream.set(LingerOnClose, Linger(Some(0))).unwrap();
        stream.recv_exact(&mut [0]).unwrap();
    }));
    let stream = accept(&listener);
    stream.send(b"x").unwrap();
    let error = loop {
        match stream.send(b"x") {
            Ok(_) => m.pause(),
            Err(error) => break error,
        }
    };
    m.check("send", error, Errno::ECONNRESET.into());
    m.check("then", stream.send(b"x"), refused(Errno::EPIPE));
}

pub fn refused_by_the_peer<B: Interfaces + Spawn>(m: &Machine<B>) {
    // tcpmux, which nobody has.
    let closed = SocketAddr::new(m.peer_ip(), 1);
    let stream = TcpStream::connect(m.backend.clone(), &closed).map(|_| ());
    m.check("TCP", stream, refused(Errno::ECONNREFUSED));
    let socket = UdpSocket::bind(m.backend.clone(), &SocketAddr::new(m.own_ip(), 0)).unwrap();
    socket.connect(&closed).unwrap();
    // The datagram or its answer may be lost.
    let soon = m.soon();
    let answer = loop {
        let answer = socket.send(b"x").map(|_| ());
        if answer.is_err() || soon.has_passed(m.backend.now()) {
            break answer;
        }
        m.pause();
    };
    m.check("UDP", answer, refused(Errno::ECONNREFUSED));
}

pub fn datagrams<B: Interfaces + Spawn>(m: &Machine<B>) {
    let socket = UdpSocket::bind(m.backend.clone(), &SocketAddr::new(m.own_ip(), 0)).unwrap();
    let address = socket.local_addr().unwrap();
    let peer_ip = m.peer_ip();
    m.spawn_peer(Box::new(move |machine| {
        let socket = UdpSocket::bind(machine.clone(), &SocketAddr::new(peer_ip, 0)).unwrap();
        // Until one gets through. It is longer than a packet of the network.
        for _ in 0..200 {
            socket.send_to(&pattern()[..5000], &address).unwrap();
            let pause = Duration::from_millis(5);
            machine.sleep_until(Deadline::at(machine.now() + pause)).unwrap();
        }
    }));
    let mut bytes = vec![0; 10_000];
    let (len, sender) = patient(socket.into_socket()).recv_from::<SocketAddr>(&mut bytes).unwrap();
    m.check("all of it", bytes[..len] == pattern()[..5000], true);
    m.check("from the peer", sender.ip(), peer_ip);
}

pub fn names<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (listener, address) = listener(m);
    m.spawn_peer(Box::new(move |machine| {
        let stream = connect(&machine, &address);
        let text = format!("{} {}", stream.local_addr().unwrap(), stream.peer_addr().unwrap());
        stream.send_all(text.as_bytes()).unwrap();
    }));
    let (stream, peer) = listener.accept().unwrap();
    m.check("the peer's address", peer.ip(), m.peer_ip());
    let text = recv_all(&TcpStream::from(patient(stream.into_socket())));
    m.check("what it says", text, Ok(format!("{peer} {address}").into_bytes()));
}

pub fn the_own_address_is_that_of_the_way<B: Interfaces + Spawn>(m: &Machine<B>) {
    let socket = UdpSocket::bind(m.backend.clone(), &SocketAddr::from(([0, 0, 0, 0], 0))).unwrap();
    let unspecified: IpAddr = [0, 0, 0, 0].into();
    m.check("before", socket.local_addr().map(|own| own.ip()), Ok(unspecified));
    socket.connect(&SocketAddr::new(m.peer_ip(), 9)).unwrap();
    m.check("connected", socket.local_addr().map(|own| own.ip()), Ok(m.own_ip()));
    m.check("writable", m.poll(socket.handle()), PollEvents::OUT);
}
