//! UDP (udp(7)) against socat.

use std::io::Write;

use anysock::option::socket::Broadcast;
use anysock::socket::PacketInfo;
use anysock::{Errno, UdpSocket};
use anysock_linux::Linux;

use crate::inet::{ANY, FAR, PORT, VERSIONS, address, cable, echo, socat_host};
use crate::namespace::{in_namespace, ip};
use crate::witness::{TIME_LIMIT, counted, hexadecimal, payload};

fn bound(ip: &str, port: u16) -> UdpSocket<Linux> {
    let mut socket = UdpSocket::bind(Linux, &address(ip, port)).unwrap();
    socket.set_timeout(Some(TIME_LIMIT));
    socket
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn udp_to_socat_is_echoed() {
    in_namespace(|| {
        let cable = cable();
        for (n, version) in VERSIONS.into_iter().enumerate() {
            let _socat = echo(&cable, &format!("UDP{}-LISTEN:{PORT}", ["4", "6"][n]));
            let socket = bound(ANY[n], 0);
            socket.connect(&address(FAR[n], PORT)).unwrap();
            // One byte, one packet, and several fragments.
            let messages = [1, 1400, 30_000].map(payload);
            let mut received = vec![0; 40_000];
            for message in &messages {
                assert_eq!(socket.send(message), Ok(message.len()));
                assert_eq!(socket.recv_from(&mut received), Ok((message.len(), address(FAR[n], PORT))));
                assert!(received[..message.len()] == message[..]);
            }
            counted(&format!("UDP over {version}"), "socat UDP-LISTEN", &messages.concat());
        }
    });
}

/// Each end has a second address; the answer comes from the one that was asked, by the interface that it came by.
#[test]
#[ignore = "the peers are in the kernel lab"]
fn packet_information_says_who_was_asked() {
    const SECOND: [&str; 2] = ["192.0.2.3", "2001:db8::3"];
    in_namespace(|| {
        let cable = cable();
        ip("address add 192.0.2.3/24 dev near
            address add 2001:db8::3/64 dev near nodad");
        cable.far_ip(
            "neighbour add 192.0.2.3 lladdr 02:00:00:00:00:01 dev far
             neighbour add 2001:db8::3 lladdr 02:00:00:00:00:01 dev far",
        );
        for (n, version) in VERSIONS.into_iter().enumerate() {
            let socket = bound(ANY[n], PORT);
            socket.set_packet_info(true).unwrap();
            // Connected, so that it hears no other.
            let mut socat = cable.far(&format!("socat -t 20 - UDP:{}:{PORT}", socat_host(SECOND[n])));
            let text = hexadecimal(&payload(200));
            let mut input = socat.input();
            input.write_all(format!("{text}\n").as_bytes()).unwrap();
            let mut bytes = [0; 1000];
            let question = socket.recv_datagram(&mut bytes).unwrap();
            assert_eq!(question.from.ip(), address(FAR[n], 0).ip());
            let asked = PacketInfo { local: SECOND[n].parse().unwrap(), interface: cable.index() };
            assert_eq!((question.info, question.segment, question.truncated), (Some(asked), None, false));
            let answer = socket.send_from(question.data, &asked, &question.from);
            assert_eq!(answer, Ok(text.len() + 1));
            assert_eq!(socat.line_with(&text), text);
            counted(&format!("UDP, pktinfo of {version}"), "socat UDP", text.as_bytes());
        }
    });
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn a_broadcast_reaches_socat() {
    in_namespace(|| {
        let cable = cable();
        let socket = bound(ANY[0], 0);
        let everyone = address("192.0.2.255", PORT);
        let sent = payload(1000);
        assert_eq!(socket.send_to(&sent, &everyone), Err(Errno::EACCES.into()));
        socket.set(Broadcast, true).unwrap();
        let _socat = echo(&cable, &format!("UDP4-RECVFROM:{PORT}"));
        assert_eq!(socket.send_to(&sent, &everyone), Ok(sent.len()));
        let mut received = [0; 2000];
        assert_eq!(socket.recv_from(&mut received), Ok((sent.len(), address(FAR[0], PORT))));
        assert_eq!(received[..sent.len()], sent);
        counted("UDP, SO_BROADCAST", "socat UDP4-RECVFROM", &sent);
    });
}
