//! Raw sockets (raw(7)) against ping, socat and tcpdump.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use anysock::option::Icmp6Filter;
use anysock::option::icmpv6::Filter;
use anysock::option::raw::IcmpFilter;
use anysock::{Family, IpProtocol, RawSocket, UdpSocket};
use anysock_linux::Linux;

use crate::cable::tcpdump_frames;
use crate::inet::{ANY, FAR, NEAR, PORT, VERSIONS, address, cable, echo, listening, sysctl};
use crate::namespace::in_namespace;
use crate::witness::{TIME_LIMIT, counted, hexadecimal, payload};

const FAMILIES: [Family; 2] = [Family::INET, Family::INET6];
/// The bytes of IP's header, by version.
const HEADER: [usize; 2] = [20, 40];

fn patient(mut socket: RawSocket<Linux>) -> RawSocket<Linux> {
    socket.set_timeout(Some(TIME_LIMIT));
    socket
}

/// This test answers ping in the kernel's place.
#[test]
#[ignore = "the peers are in the kernel lab"]
fn ping_is_answered_from_a_raw_socket() {
    /// The types of requests and replies, by version.
    const TYPES: [[u8; 2]; 2] = [[8, 0], [128, 129]];
    in_namespace(|| {
        let cable = cable();
        sysctl("net.ipv4.icmp_echo_ignore_all", "1");
        sysctl("net.ipv6.icmp.echo_ignore_all", "1");
        for (n, version) in VERSIONS.into_iter().enumerate() {
            let protocol = [IpProtocol::ICMP, IpProtocol::ICMPV6][n];
            let socket = patient(RawSocket::open(Linux, FAMILIES[n], protocol).unwrap());
            // Nothing but echo requests.
            let [request, reply] = TYPES[n];
            match n {
                0 => socket.set(IcmpFilter, !(1 << request)).unwrap(),
                _ => socket.set(Filter, Icmp6Filter::BLOCK_ALL.pass(request)).unwrap(),
            }
            let pattern = payload(16);
            let words = format!("ping -n -c 3 -i 0.01 -p {} {}", hexadecimal(&pattern), NEAR[n]);
            let mut ping = cable.far(&words);
            for sequence in 1..=3 {
                let mut buffer = [0; 1500];
                let packet = socket.recv(&mut buffer).unwrap();
                assert_eq!((packet.from, packet.header.len()), (address(FAR[n], 0), [20, 0][n]));
                let mut answer = packet.payload.to_vec();
                assert_eq!((answer[0], answer[7], answer.len()), (request, sequence, 64));
                assert!(answer[24..].chunks(16).all(|chunk| pattern.starts_with(chunk) || chunk.len() < 16));
                // The kernel writes the checksum of ICMPv6 alone (RFC 3542 §3.1).
                answer[0] = reply;
                answer[2..4].fill(0);
                let sum = checksum(&[&answer]);
                answer[2..4].copy_from_slice(&sum.to_be_bytes());
                assert_eq!(socket.send_to(&answer, &packet.from), Ok(answer.len()));
            }
            let said = ping.rest();
            assert!(said.contains("3 received") && !said.contains("wrong data"), "{said}");
            counted(&format!("raw {version}, ICMP"), "ping", &pattern);
        }
    });
}

/// The checksum of the Internet protocols (RFC 1071); each piece but the last has an even length.
fn checksum(pieces: &[&[u8]]) -> u16 {
    let words = pieces.iter().flat_map(|piece| piece.chunks(2));
    let mut sum: u32 =
        words.map(|word| u32::from(word[0]) << 8 | u32::from(*word.get(1).unwrap_or(&0))).sum();
    while sum > 0xFFFF {
        sum = (sum & 0xFFFF) + (sum >> 16);
    }
    !(sum as u16)
}

/// A protocol for experiments (RFC 3692): socat's raw socket sends a packet back.
#[test]
#[ignore = "the peers are in the kernel lab"]
fn socat_echoes_a_packet_of_another_protocol() {
    const EXPERIMENT: u16 = 253;
    in_namespace(|| {
        let cable = cable();
        for (n, version) in VERSIONS.into_iter().enumerate() {
            let words = format!("socat IP{}-RECVFROM:{EXPERIMENT} PIPE", ["4", "6"][n]);
            let _socat = listening(&cable, EXPERIMENT, &words);
            let socket = RawSocket::open(Linux, FAMILIES[n], IpProtocol(EXPERIMENT.into())).unwrap();
            let socket = patient(socket);
            let sent = payload(1000);
            socket.send_to(&sent, &address(FAR[n], 0)).unwrap();
            let mut buffer = [0; 1500];
            let packet = socket.recv(&mut buffer).unwrap();
            assert_eq!((packet.from, packet.payload), (address(FAR[n], 0), &sent[..]));
            counted(&format!("raw {version}"), "socat IP-RECVFROM", &sent);
        }
    });
}

/// A datagram of UDP with the header of IP before it, from the near end to the far, whose time to live is 33.
fn datagram(n: usize, port: u16, data: &[u8]) -> Vec<u8> {
    let [source, destination] = [NEAR[n], FAR[n]].map(|address| address.parse().unwrap());
    let octets = |address| match address {
        IpAddr::V4(address) => Ipv4Addr::octets(&address).to_vec(),
        IpAddr::V6(address) => Ipv6Addr::octets(&address).to_vec(),
    };
    let addresses = [octets(source), octets(destination)].concat();
    let length = 8 + data.len() as u16;
    let ports = [port.to_be_bytes(), PORT.to_be_bytes()].concat();
    let udp = [&ports[..], &length.to_be_bytes(), &[0, 0], data].concat();
    // The pseudo-header (RFC 768, RFC 8200 §8.1).
    let sum = checksum(&[&addresses, &[0, 17], &length.to_be_bytes(), &udp]);
    let udp = [&ports[..], &length.to_be_bytes(), &sum.to_be_bytes(), data].concat();
    let header = match n {
        // Identification 0x1234; length and checksum are the kernel's.
        0 => [&[0x45, 0, 0, 0, 0x12, 0x34, 0, 0, 33, 17, 0, 0], &addresses[..]].concat(),
        // Flow label 0x12345.
        _ => [&[0x60, 1, 0x23, 0x45], &length.to_be_bytes()[..], &[17, 33], &addresses].concat(),
    };
    [header, udp].concat()
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn socat_echoes_a_packet_whose_header_was_written_here() {
    in_namespace(|| {
        let cable = cable();
        for (n, version) in VERSIONS.into_iter().enumerate() {
            let _socat = echo(&cable, &format!("UDP{}-LISTEN:{PORT}", ["4", "6"][n]));
            let filter = format!("udp and src host {}", NEAR[n]);
            let mut tcpdump =
                cable.far(&format!("tcpdump -Z root -i far -n --immediate-mode -s 1500 -xx -c 1 {filter}"));
            tcpdump.line_with("listening on");
            // Takes the port, and the answer too.
            let udp = UdpSocket::bind(Linux, &address(ANY[n], 0)).unwrap();
            let port = udp.local_addr().unwrap().port();
            let receiver = patient(RawSocket::open(Linux, FAMILIES[n], IpProtocol::UDP).unwrap());
            let sender = RawSocket::with_header(Linux, FAMILIES[n], IpProtocol::UDP).unwrap();
            let sent = payload(1000);
            let packet = datagram(n, port, &sent);
            assert_eq!(sender.send_to(&packet, &address(FAR[n], 0)), Ok(packet.len()));
            let mut buffer = [0; 1500];
            let answer = receiver.recv(&mut buffer).unwrap();
            assert_eq!(answer.from, address(FAR[n], 0));
            assert_eq!(answer.payload[2..4], port.to_be_bytes());
            assert_eq!(answer.payload[8..], sent);
            let seen = tcpdump_frames(&tcpdump.rest());
            let header = &seen[0][14..14 + HEADER[n]];
            match n {
                0 => assert_eq!((&header[4..6], header[8]), (&[0x12, 0x34][..], 33)),
                _ => assert_eq!(header, &packet[..HEADER[n]]),
            }
            counted(&format!("raw {version}, with header"), "socat, tcpdump", &sent);
        }
    });
}
