//! Multicast over UDP (RFC 3678) against socat, with `ip maddress` and two cables.

use std::io::Write;
use std::net::IpAddr;
use std::time::Duration;

use anysock::multicast::IpMreqn;
use anysock::{Errno, Family, Interfaces, IpProtocol, Socket, SocketType, UdpSocket, option};
use anysock_linux::Linux;

use crate::inet::{ANY, FAR, NEAR, PORT, VERSIONS, address, cable, listening, socat_host};
use crate::namespace::in_namespace;
use crate::witness::{TIME_LIMIT, counted, hexadecimal, output, payload, wait_until};

/// A group of each version of IP.
const GROUPS: [&str; 2] = ["239.1.2.3", "ff15::1:2:3"];
/// An address that nobody has, of each version.
const NOBODY: [&str; 2] = ["192.0.2.77", "2001:db8::77"];

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// A socket that shares the port, and hears no groups but its own.
fn member(n: usize) -> UdpSocket<Linux> {
    let family = [Family::INET, Family::INET6][n];
    let mut socket = Socket::new(Linux, family, SocketType::DGRAM, IpProtocol::UDP).unwrap();
    socket.set(option::socket::ReuseAddr, true).unwrap();
    match n {
        0 => socket.set(option::ip::MulticastAll, false).unwrap(),
        _ => socket.set(option::ipv6::MulticastAll, false).unwrap(),
    }
    socket.bind(&address(ANY[n], PORT)).unwrap();
    socket.set_timeout(Some(TIME_LIMIT));
    socket.into()
}

/// What two sockets of one port get of what socat sends to the group: the first has joined it all the time, so that
/// what it has received has been there for the second.
#[test]
#[ignore = "the peers are in the kernel lab"]
fn members_of_a_group_hear_socat() {
    in_namespace(|| {
        let cable = cable();
        let interface = cable.index();
        for (n, version) in VERSIONS.into_iter().enumerate() {
            let (group, source, nobody) = (ip(GROUPS[n]), ip(FAR[n]), ip(NOBODY[n]));
            let (first, second) = (member(n), member(n));
            first.socket().join_group(&group, interface).unwrap();
            assert!(output("ip", &["maddress", "show", "near"]).contains(GROUPS[n]));
            let options = ["ip-multicast-if=192.0.2.2,", ""][n];
            let words = format!(
                "socat -t 20 - UDP{}-DATAGRAM:{}:{PORT},{options}",
                ["4", "6"][n],
                socat_host(GROUPS[n])
            );
            let mut socat = cable.far(words.trim_end_matches(','));
            let mut input = socat.input();
            let mut sent = Vec::new();
            // Sends a line; whether the second socket gets it, which then answers.
            let mut heard = |second: &mut UdpSocket<Linux>| {
                let text = hexadecimal(&payload(100));
                input.write_all(format!("{text}\n").as_bytes()).unwrap();
                let mut bytes = [0; 1000];
                let (length, from) = first.recv_from(&mut bytes).unwrap();
                assert_eq!((&bytes[..length - 1], from.ip()), (text.as_bytes(), source));
                second.set_timeout(Some(Duration::ZERO));
                match second.recv_from(&mut bytes) {
                    Ok((length, from)) => {
                        assert_eq!(&bytes[..length - 1], text.as_bytes());
                        second.send_to(&bytes[..length], &from).unwrap();
                        assert_eq!(socat.line_with(&text), text);
                        sent.extend(text.into_bytes());
                        true
                    }
                    Err(error) => {
                        assert_eq!(error, Errno::EAGAIN.into());
                        false
                    }
                }
            };
            let mut second = second;
            assert!(!heard(&mut second));
            second.socket().join_group(&group, interface).unwrap();
            assert_eq!(second.socket().join_group(&group, interface), Err(Errno::EADDRINUSE.into()));
            assert!(heard(&mut second));
            second.socket().block_source(&group, &source, interface).unwrap();
            assert!(!heard(&mut second));
            second.socket().unblock_source(&group, &source, interface).unwrap();
            assert!(heard(&mut second));
            second.socket().leave_group(&group, interface).unwrap();
            assert_eq!(second.socket().leave_group(&group, interface), Err(Errno::EADDRNOTAVAIL.into()));
            assert!(!heard(&mut second));

            second.socket().join_source_group(&group, &nobody, interface).unwrap();
            assert!(!heard(&mut second));
            second.socket().join_source_group(&group, &source, interface).unwrap();
            assert!(heard(&mut second));
            second.socket().leave_source_group(&group, &source, interface).unwrap();
            assert!(!heard(&mut second));
            counted(&format!("multicast over {version}"), "socat", &sent);
        }
    });
}

/// socat has joined on the second cable only.
#[test]
#[ignore = "the peers are in the kernel lab"]
fn a_multicast_leaves_by_the_chosen_interface() {
    in_namespace(|| {
        let cable = cable();
        cable.second();
        let second = Linux.interface_index(&"near2".parse().unwrap()).unwrap();
        for (n, version) in VERSIONS.into_iter().enumerate() {
            let join = ["ip-add-membership=239.1.2.3:far2", "ipv6-join-group=[ff15::1:2:3]:far2"][n];
            let words = format!("socat UDP{}-RECVFROM:{PORT},{join} PIPE", ["4", "6"][n]);
            let _socat = listening(&cable, PORT, &words);
            // It joins once it is bound.
            wait_until("socat joins", || cable.far("ip maddress show dev far2").rest().contains(GROUPS[n]));
            let mut socket = UdpSocket::bind(Linux, &address(NEAR[n], 0)).unwrap();
            socket.set_timeout(Some(TIME_LIMIT));
            let sent = [10, 1000].map(payload);
            // It answers the first that it gets.
            for (interface, bytes) in [cable.index(), second].into_iter().zip(&sent) {
                match n {
                    0 => {
                        let none = std::net::Ipv4Addr::UNSPECIFIED;
                        let chosen = IpMreqn { group: none, local: none, interface };
                        socket.set(option::ip::MulticastInterface, chosen).unwrap();
                    }
                    _ => socket.set(option::ipv6::MulticastInterface, interface as i32).unwrap(),
                }
                assert_eq!(socket.send_to(bytes, &address(GROUPS[n], PORT)), Ok(bytes.len()));
            }
            let mut received = [0; 2000];
            assert_eq!(socket.recv_from(&mut received).unwrap(), (sent[1].len(), address(FAR[n], PORT)));
            assert_eq!(received[..sent[1].len()], sent[1]);
            counted(&format!("multicast, interface, {version}"), "socat", &sent[1]);
        }
    });
}
