//! The error queue (ip(7), `IP_RECVERR`): the far end's kernel reports, and tcpdump sees it; socat gets what fits.

use anysock::constants::Errno;
use anysock::constants::ip::PathMtuDiscovery;
use anysock::message::ErrorOrigin;
use anysock::{UdpSocket, option};
use anysock_linux::Linux;

use crate::cable::tcpdump_frames;
use crate::inet::{ANY, FAR, PORT, VERSIONS, address, cable, echo};
use crate::namespace::in_namespace;
use crate::witness::{TIME_LIMIT, counted, payload};

fn bound(n: usize) -> UdpSocket<Linux> {
    let mut socket = UdpSocket::bind(Linux, &address(ANY[n], PORT + 1)).unwrap();
    socket.set_timeout(Some(TIME_LIMIT));
    socket
}

fn keep_errors(socket: &UdpSocket<Linux>, n: usize) {
    match n {
        0 => socket.set(option::ip::RecvError, true).unwrap(),
        _ => socket.set(option::ipv6::RecvError, true).unwrap(),
    }
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn the_error_queue_says_who_refused() {
    /// Destination unreachable, by reason of the port (RFC 792, RFC 4443).
    const UNREACHABLE: [(ErrorOrigin, u8, u8); 2] = [(ErrorOrigin::ICMP, 3, 3), (ErrorOrigin::ICMP6, 1, 4)];
    in_namespace(|| {
        let cable = cable();
        for (n, version) in VERSIONS.into_iter().enumerate() {
            let filter = ["udp or icmp", "udp or (icmp6 and ip6[40] = 1)"][n];
            let mut tcpdump =
                cable.far(&format!("tcpdump -Z root -i far -n --immediate-mode -s 1500 -xx -c 2 {filter}"));
            tcpdump.line_with("listening on");
            let socket = bound(n);
            keep_errors(&socket, n);
            let sent = payload(500);
            let to = address(FAR[n], PORT);
            socket.send_to(&sent, &to).unwrap();
            let mut buffer = [0; 2000];
            // A receive fails with it, too.
            assert_eq!(socket.recv(&mut buffer), Err(Errno::ECONNREFUSED.into()));
            let entry = socket.socket().recv_error(&mut buffer).unwrap();
            let error = entry.error;
            assert_eq!((error.errno, error.origin, error.kind, error.code), {
                let (origin, kind, code) = UNREACHABLE[n];
                (Errno::ECONNREFUSED, origin, kind, code)
            });
            assert_eq!((entry.offender, entry.destination), (Some(address(FAR[n], 0)), Some(to)));
            assert_eq!((entry.data, entry.times), (&sent[..], None));
            // tcpdump has the datagram, and the report with it at its end.
            let frames = tcpdump_frames(&tcpdump.rest());
            assert!(frames.len() == 2 && frames.iter().all(|frame| frame.ends_with(&sent)));
            counted(&format!("error queue of {version}"), "kernel, tcpdump", &sent);
        }
    });
}

/// What is too long for the way is refused, with what is not.
#[test]
#[ignore = "the peers are in the kernel lab"]
fn the_error_queue_says_how_long_a_packet_may_be() {
    in_namespace(|| {
        let cable = cable();
        for (n, version) in VERSIONS.into_iter().enumerate() {
            let _socat = echo(&cable, &format!("UDP{}-LISTEN:{PORT}", ["4", "6"][n]));
            let socket = bound(n);
            keep_errors(&socket, n);
            match n {
                0 => socket.set(option::ip::MtuDiscover, PathMtuDiscovery::DO.0).unwrap(),
                _ => socket.set(option::ipv6::MtuDiscover, PathMtuDiscovery::V6_DO.0).unwrap(),
            }
            let to = address(FAR[n], PORT);
            let sent = payload(2000);
            assert_eq!(socket.send_to(&sent, &to), Err(Errno::EMSGSIZE.into()));
            let mut buffer = [0; 2000];
            let entry = socket.socket().recv_error(&mut buffer).unwrap();
            assert_eq!((entry.error.errno, entry.error.origin), (Errno::EMSGSIZE, ErrorOrigin::LOCAL));
            assert_eq!(entry.destination.map(|address| address.ip()), Some(to.ip()));
            assert_eq!((entry.offender, entry.data), (None, &[][..]));
            // Without the headers of IP and UDP.
            let fits = entry.error.info as usize - [20, 40][n] - 8;
            assert_eq!(socket.send_to(&sent[..fits + 1], &to), Err(Errno::EMSGSIZE.into()));
            assert_eq!(socket.send_to(&sent[..fits], &to), Ok(fits));
            assert_eq!(socket.recv_from(&mut buffer), Ok((fits, to)));
            assert_eq!(buffer[..fits], sent[..fits]);
            counted(&format!("error queue, MTU of {version}"), "socat", &sent[..fits]);
        }
    });
}
