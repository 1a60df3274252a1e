//! Many datagrams in one call (udp(7)): what is cut on its way out and joined on its way in, against Python.

use anysock::addr::SockAddr;
use anysock::message::{self, ControlBuffer, control_space};
use anysock::{Errno, MessageFlags, RecvMsg, SendMsg, UdpSocket, option};
use anysock_linux::Linux;

use crate::inet::{ANY, FAR, PORT, VERSIONS, address, cable, listening};
use crate::namespace::in_namespace;
use crate::witness::{TIME_LIMIT, counted, payload};

/// Receives datagrams of so many bytes altogether, says how long each is, and sends them back in one call.
const GATHER: &str = "
import socket, sys
family, port, total, segment = (int(argument) for argument in sys.argv[1:])
udp = socket.socket(family, socket.SOCK_DGRAM)
udp.bind(('', port))
came = []
while sum(map(len, came)) < total:
    datagram, sender = udp.recvfrom(65536)
    came.append(datagram)
print(*map(len, came), flush=True)
udp.setsockopt(socket.IPPROTO_UDP, 103, segment) # UDP_SEGMENT
udp.sendto(b''.join(came), sender)
";

#[test]
#[ignore = "the peers are in the kernel lab"]
fn datagrams_are_cut_and_joined() {
    const SEGMENT: u16 = 1200;
    in_namespace(|| {
        let cable = cable();
        let directory = tempfile::tempdir().unwrap();
        let script = directory.path().join("gather.py");
        std::fs::write(&script, GATHER).unwrap();
        for (n, version) in VERSIONS.into_iter().enumerate() {
            let sent = payload(10 * usize::from(SEGMENT) + 500);
            let family = [libc::AF_INET, libc::AF_INET6][n];
            let script = script.display();
            let words = format!("/usr/bin/python3 {script} {family} {PORT} {} {SEGMENT}", sent.len());
            let mut python = listening(&cable, PORT, &words);
            let mut socket = UdpSocket::bind(Linux, &address(ANY[n], 0)).unwrap();
            socket.set_timeout(Some(TIME_LIMIT));
            socket.set(option::udp::Gro, true).unwrap();
            let to = address(FAR[n], PORT);
            let mut control = ControlBuffer::<{ control_space(2) }>::new();
            let mut writer = control.writer();
            writer.put(message::udp::Segment, &SEGMENT).unwrap();
            let together = socket.socket().send_msg(&SendMsg {
                address: Some(to.encode().as_ref()),
                slices: &[sent[..].into()],
                control: writer.into_bytes(),
                handles: &[],
                flags: MessageFlags::empty(),
            });
            assert_eq!(together, Ok(sent.len()));
            let lengths: Vec<usize> =
                python.line_with("1200").split(' ').map(|length| length.parse().unwrap()).collect();
            assert_eq!(lengths, [[1200; 10].as_slice(), &[500]].concat());
            counted(&format!("UDP_SEGMENT, {version}"), "python3", &sent);

            let mut received = vec![0; 65536];
            let mut control = ControlBuffer::<{ control_space(4) }>::new();
            let mut from = std::net::SocketAddr::buffer();
            let joined = socket.socket().recv_msg(&mut RecvMsg {
                address: &mut from,
                slices: &mut [received.as_mut_slice().into()],
                control: control.as_mut_bytes(),
                handles: &mut [],
                flags: MessageFlags::empty(),
            });
            let joined = joined.unwrap();
            assert!(received[..joined.len] == sent);
            let segment = control.controls(joined.control_len).first(message::udp::Gro);
            assert_eq!(segment, Ok(Some(SEGMENT.into())));
            counted(&format!("UDP_GRO, {version}"), "python3", &sent);

            // More than the kernel cuts at once (UDP_MAX_SEGMENTS).
            socket.set(option::udp::Segment, 1).unwrap();
            assert_eq!(socket.send_to(&sent, &to), Err(Errno::EINVAL.into()));
        }
    });
}
