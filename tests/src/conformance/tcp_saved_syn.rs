//! `TCP_SAVE_SYN` and `TCP_SAVED_SYN`: the headers of the SYN that began a connection.

use std::net::{Ipv6Addr, SocketAddr};

use anysock::option::tcp::{SaveSyn, SavedSyn};
use anysock::{Errno, Family, Interfaces, SocketType, Spawn, TcpListener};

use super::Machine;
use super::machine::refused;

/// Of IPv4 and of IPv6, without options; of TCP, with the options of a SYN.
const HEADERS: [usize; 3] = [20, 40, 40];
/// Ethernet's header, as the loopback interface has it: without addresses.
const LINK_HEADER: usize = 14;
const SYN: u8 = 0x02;

pub fn settings<B: Interfaces + Spawn>(m: &Machine<B>) {
    let socket = m.socket(Family::INET, SocketType::STREAM);
    m.check("at first", socket.get(SaveSyn), Ok(0));
    for value in [1, 2, 0] {
        m.check("TCP_SAVE_SYN", socket.set(SaveSyn, value), Ok(()));
        m.check("TCP_SAVE_SYN", socket.get(SaveSyn), Ok(value));
    }
    for value in [-1, 3] {
        m.check("out of range", socket.set(SaveSyn, value), refused(Errno::EINVAL));
    }
}

pub fn headers_are_read_once<B: Interfaces + Spawn>(m: &Machine<B>) {
    let [ip, _, tcp] = HEADERS;
    for (save, link) in [(1, 0), (2, LINK_HEADER)] {
        let (listener, address) = m.tcp_listener();
        listener.set(SaveSyn, save).unwrap();
        let client = m.tcp_connect(&address);
        let (server, _) = listener.accept().unwrap();
        m.check("inherited", server.get(SaveSyn), Ok(save));
        m.check("no room", server.get(SavedSyn::<0>).map(drop), refused(Errno::EINVAL));
        m.check("too little room", server.get(SavedSyn::<53>).map(drop), refused(Errno::EINVAL));
        let headers = server.get(SavedSyn::<200>).unwrap();
        m.check("how many octets", headers.len(), link + ip + tcp);
        let (before, headers) = headers.split_at(link);
        m.check("of the link", before, &[&[0; 12][..], &[8, 0]].concat()[..link]);
        m.check("IPv4, without options", headers[0], 0x45);
        m.check("the length", &headers[2..4], &[0, 60]);
        m.check("TCP", headers[9], 6);
        m.check("the addresses", &headers[12..20], &[127, 0, 0, 1, 127, 0, 0, 1]);
        let own: SocketAddr = client.local_addr().unwrap();
        m.check("the source port", &headers[20..22], &own.port().to_be_bytes());
        m.check("the destination port", &headers[22..24], &address.port().to_be_bytes());
        m.check("no acknowledgment", &headers[28..32], &[0; 4]);
        m.check("the length of TCP's header, and the flags", &headers[32..34], &[0xA0, SYN]);
        m.check("the segment size", &headers[40..42], &[2, 4]);
        m.check("read", server.get(SavedSyn::<200>).map(|headers| headers.len()), Ok(0));
        m.check("nothing needs no room", server.get(SavedSyn::<0>).map(|headers| headers.len()), Ok(0));
        client.send(b"text").unwrap();
        m.check("it works", server.recv(&mut [0; 8]), Ok(4));
    }
}

pub fn headers_of_ipv6<B: Interfaces + Spawn>(m: &Machine<B>) {
    let [_, ip, tcp] = HEADERS;
    let listener = TcpListener::bind(m.backend.clone(), &SocketAddr::from((Ipv6Addr::LOCALHOST, 0))).unwrap();
    let address: SocketAddr = listener.local_addr().unwrap();
    for (save, link) in [(1, 0), (2, LINK_HEADER)] {
        listener.set(SaveSyn, save).unwrap();
        let _client = m.tcp_connect(&address);
        let (server, _) = listener.accept().unwrap();
        let headers = server.get(SavedSyn::<200>).unwrap();
        m.check("how many octets", headers.len(), link + ip + tcp);
        let (before, headers) = headers.split_at(link);
        m.check("of the link", before, &[&[0; 12][..], &[0x86, 0xDD]].concat()[..link]);
        m.check("IPv6", headers[0] >> 4, 6);
        m.check("TCP", headers[6], 6);
        m.check("the destination port", &headers[42..44], &address.port().to_be_bytes());
        m.check("the flags", headers[53], SYN);
    }
}

pub fn who_has_none<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (listener, address) = m.tcp_listener();
    let length = |stream: &anysock::TcpStream<B>| stream.get(SavedSyn::<200>).map(|headers| headers.len());
    let client = m.tcp_connect(&address);
    // Its SYN came before.
    listener.set(SaveSyn, 1).unwrap();
    let (server, _) = listener.accept().unwrap();
    m.check("before it was asked for", (length(&client), length(&server)), (Ok(0), Ok(0)));
    let client = m.tcp_connect(&address);
    let (server, _) = listener.accept().unwrap();
    m.check("only who was connected to", (length(&client), length(&server)), (Ok(0), Ok(60)));
    m.check("a listener", listener.get(SavedSyn::<200>).map(|headers| headers.len()), Ok(0));
    listener.set(SaveSyn, 0).unwrap();
    let _client = m.tcp_connect(&address);
    let (server, _) = listener.accept().unwrap();
    m.check("no more", length(&server), Ok(0));
}
