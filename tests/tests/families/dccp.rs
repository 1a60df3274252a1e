//! DCCP (RFC 4340) against socat.

use std::net::{IpAddr, SocketAddr};

use anysock::{DccpConnection, DccpListener, Errno};
use anysock_linux::Linux;

use crate::inet::{ANY, FAR, NEAR, PORT, VERSIONS, address, cable, echo, echo_to};
use crate::namespace::in_namespace;
use crate::witness::{TIME_LIMIT, counted, hexadecimal, output, payload};

/// The service code of both ends.
const SERVICE: u32 = u32::from_be_bytes(*b"ECHO");

/// socat has no name for DCCP, but takes numbers, and an address as `struct sockaddr` has it after the family.
fn socat(kind: &str, address: SocketAddr) -> String {
    let port = hexadecimal(&address.port().to_be_bytes());
    let (family, rest) = match address.ip() {
        IpAddr::V4(ip) => (libc::AF_INET, [&ip.octets()[..], &[0; 8]].concat()),
        IpAddr::V6(ip) => (libc::AF_INET6, [&[0; 4], &ip.octets()[..], &[0; 4]].concat()),
    };
    let (rest, service) = (hexadecimal(&rest), hexadecimal(&SERVICE.to_be_bytes()));
    // IPPROTO_DCCP; SOCK_DCCP; SOL_DCCP, DCCP_SOCKOPT_SERVICE.
    format!("SOCKET-{kind}:{family}:33:x{port}{rest},so-type=6,setsockopt-listen=269:2:x{service}")
}

/// Datagrams that come back. The largest that this end may send, the other may not.
fn echoed(mut connection: DccpConnection<Linux>) -> Vec<u8> {
    connection.set_timeout(Some(TIME_LIMIT));
    let largest = connection.max_packet_size().unwrap();
    assert!((1300..1500).contains(&largest), "{largest}");
    let datagrams = [1, 500, 1300].map(payload);
    let mut received = [0; 2000];
    for datagram in &datagrams {
        assert_eq!(connection.send(datagram), Ok(datagram.len()));
        assert_eq!(connection.recv(&mut received), Ok(datagram.len()));
        assert_eq!(received[..datagram.len()], datagram[..]);
    }
    assert_eq!(connection.send(&vec![0; largest + 1]), Err(Errno::EMSGSIZE.into()));
    datagrams.concat()
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn datagrams_of_a_connection_are_echoed() {
    in_namespace(|| {
        // Debian's kernel does not load it by itself.
        output("modprobe", &["dccp_ipv6"]);
        let cable = cable();
        for (n, version) in VERSIONS.into_iter().enumerate() {
            let _socat = echo(&cable, &socat("LISTEN", address(ANY[n], PORT)));
            let to = address(FAR[n], PORT);
            // Nobody listens for that service.
            let other = DccpConnection::connect(Linux, &to, SERVICE + 1).err();
            assert_eq!(other, Some(Errno::EBADRQC.into()));
            let connection = DccpConnection::connect(Linux, &to, SERVICE).unwrap();
            assert_eq!(connection.peer_addr(), Ok(to));
            counted(&format!("DCCP over {version}"), "socat SOCKET-LISTEN", &echoed(connection));

            let listener = DccpListener::bind(Linux, &address(NEAR[n], PORT), SERVICE).unwrap();
            let _socat = echo_to(&cable, &socat("CONNECT", address(NEAR[n], PORT)));
            let (connection, peer) = listener.accept().unwrap();
            assert_eq!(peer.ip(), to.ip());
            counted(&format!("DCCP over {version}"), "socat SOCKET-CONNECT", &echoed(connection));
        }
    });
}
