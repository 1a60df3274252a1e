//! UDP (udp(7)) against socat.

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};

use anysock::addr::SockAddr;
use anysock::message::{self, ControlBuffer, In6Pktinfo, InPktinfo, control_space};
use anysock::option::socket::Broadcast;
use anysock::{Errno, MessageFlags, RecvMsg, SendMsg, UdpSocket, option};
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

/// A message for the control messages `control`, to `to`.
fn answer(socket: &UdpSocket<Linux>, bytes: &[u8], control: &[u8], to: &SocketAddr) {
    let sent = socket.socket().send_msg(&SendMsg {
        address: Some(to.encode().as_ref()),
        slices: &[bytes.into()],
        control,
        handles: &[],
        flags: MessageFlags::empty(),
    });
    assert_eq!(sent, Ok(bytes.len()));
}

/// Each end has a second address; the answer comes from the one that was asked, by the interface that it came by.
#[test]
#[ignore = "the peers are in the kernel lab"]
fn packet_information_says_who_was_asked() {
    const SECOND: [&str; 2] = ["192.0.2.3", "2001:db8::3"];
    const ROOM: usize = control_space(In6Pktinfo::SIZE);
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
            match n {
                0 => socket.set(option::ip::PacketInfo, true).unwrap(),
                _ => socket.set(option::ipv6::RecvPacketInfo, true).unwrap(),
            }
            // Connected, so that it hears no other.
            let mut socat = cable.far(&format!("socat -t 20 - UDP:{}:{PORT}", socat_host(SECOND[n])));
            let text = hexadecimal(&payload(200));
            let mut input = socat.input();
            input.write_all(format!("{text}\n").as_bytes()).unwrap();

            let mut bytes = [0; 1000];
            let mut sender = SocketAddr::buffer();
            let mut control = ControlBuffer::<ROOM>::new();
            let received = socket.socket().recv_msg(&mut RecvMsg {
                address: &mut sender,
                slices: &mut [(&mut bytes[..]).into()],
                control: control.as_mut_bytes(),
                handles: &mut [],
                flags: MessageFlags::empty(),
            });
            let received = received.unwrap();
            let sender = SocketAddr::decode(&sender[..received.address_len]).unwrap();
            assert_eq!(sender.ip(), address(FAR[n], 0).ip());
            let controls = control.controls(received.control_len);
            let mut control = ControlBuffer::<ROOM>::new();
            let mut writer = control.writer();
            match n {
                0 => {
                    let came = controls.first(message::ip::Pktinfo).unwrap().unwrap();
                    let second: Ipv4Addr = SECOND[n].parse().unwrap();
                    let expected = InPktinfo { interface: cable.index(), local: second, destination: second };
                    assert_eq!(came, expected);
                    writer.put(message::ip::Pktinfo, &InPktinfo { interface: 0, ..came }).unwrap();
                }
                _ => {
                    let came = controls.first(message::ipv6::Pktinfo).unwrap().unwrap();
                    let expected =
                        In6Pktinfo { interface: cable.index(), address: SECOND[n].parse().unwrap() };
                    assert_eq!(came, expected);
                    writer.put(message::ipv6::Pktinfo, &came).unwrap();
                }
            }
            answer(&socket, &bytes[..received.len], writer.into_bytes(), &sender);
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
