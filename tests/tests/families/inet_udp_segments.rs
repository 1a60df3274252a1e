//! Many datagrams in one call (udp(7)): what is cut on its way out and joined on its way in, against Python.

use anysock::{Errno, UdpSocket, option};
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
            assert_eq!(socket.send_segments(&sent, SEGMENT, &to), Ok(sent.len()));
            let lengths: Vec<usize> =
                python.line_with("1200").split(' ').map(|length| length.parse().unwrap()).collect();
            assert_eq!(lengths, [[1200; 10].as_slice(), &[500]].concat());
            counted(&format!("UDP_SEGMENT, {version}"), "python3", &sent);

            let mut received = vec![0; 65536];
            let joined = socket.recv_datagram(&mut received).unwrap();
            assert!(joined.data == sent && joined.from == to);
            assert_eq!(joined.segment, Some(SEGMENT.into()));
            counted(&format!("UDP_GRO, {version}"), "python3", &sent);

            // More than the kernel cuts at once (UDP_MAX_SEGMENTS).
            assert_eq!(socket.send_segments(&sent, 1, &to), Err(Errno::EINVAL.into()));
        }
    });
}
