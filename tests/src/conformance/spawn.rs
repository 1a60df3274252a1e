//! Several programs on one machine.

use std::time::Duration;

use anysock::{Backend, Deadline, Interfaces, Spawn, TcpListener, TcpStream, UdpSocket};

use super::Machine;
use super::machine::localhost;

/// Sends everything back until the stream ends.
fn echo<B: Backend>(stream: &TcpStream<B>) {
    let mut bytes = [0; 512];
    while let Ok(count @ 1..) = stream.recv(&mut bytes) {
        stream.send_all(&bytes[..count]).unwrap();
    }
}

pub fn a_server_and_its_clients<B: Interfaces + Spawn>(m: &Machine<B>) {
    // The server says on a port known to the clients which one it listens on.
    let (reports, report_to) = m.udp();
    m.spawn(move |machine| {
        let listener = TcpListener::bind(machine.clone(), &localhost(0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let socket = UdpSocket::bind(machine, &localhost(0)).unwrap();
        socket.send_to(&port.to_be_bytes(), &report_to).unwrap();
        for _ in 0..3 {
            let (stream, _) = listener.accept().unwrap();
            echo(&stream);
        }
    });
    let mut port = [0; 2];
    reports.recv(&mut port).unwrap();
    for text in ["one", "two", "three"] {
        let stream = m.tcp_connect(&localhost(u16::from_be_bytes(port)));
        stream.send_all(text.as_bytes()).unwrap();
        let mut answer = vec![0; text.len()];
        m.check("the answer", stream.recv_exact(&mut answer), Ok(()));
        m.check("the bytes", answer, text.as_bytes().to_vec());
    }
}

pub fn clients_at_the_same_time<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (listener, address) = m.tcp_listener();
    for number in 0..5u8 {
        m.spawn(move |machine| {
            let stream = TcpStream::connect(machine.clone(), &address).unwrap();
            let pause = Duration::from_millis(u64::from(5 - number));
            machine.sleep_until(Deadline::at(machine.now() + pause)).unwrap();
            stream.send(&[number]).unwrap();
            // Leaves only when the other side does.
            assert_eq!(stream.recv(&mut [0; 4]), Ok(0));
        });
    }
    let streams: Vec<_> = (0..5).map(|_| listener.accept().unwrap().0).collect();
    let mut numbers: Vec<u8> = streams
        .iter()
        .map(|stream| {
            let mut number = [0];
            stream.recv_exact(&mut number).unwrap();
            number[0]
        })
        .collect();
    numbers.sort();
    m.check("every client", numbers, vec![0, 1, 2, 3, 4]);
}

pub fn a_program_s_sockets_close_with_it<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (listener, address) = m.tcp_listener();
    m.spawn(move |machine| {
        let stream = TcpStream::connect(machine, &address).unwrap();
        stream.send(b"bye").unwrap();
    });
    let (stream, _) = listener.accept().unwrap();
    let mut bytes = [0; 8];
    m.check("what it sent", stream.recv_exact(&mut bytes[..3]), Ok(()));
    m.check("the end", stream.recv(&mut bytes), Ok(0));
}

pub fn time_is_the_same_for_all<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (reports, report_to) = m.udp();
    let start = m.backend.now();
    m.spawn(move |machine| {
        let now = machine.now();
        let socket = UdpSocket::bind(machine, &localhost(0)).unwrap();
        socket.send_to(&now.as_nanos().to_be_bytes(), &report_to).unwrap();
    });
    let mut bytes = [0; 8];
    reports.recv(&mut bytes).unwrap();
    let child = u64::from_be_bytes(bytes);
    m.check("not before", child >= start.as_nanos(), true);
    m.check("not after", child <= m.backend.now().as_nanos(), true);
}
