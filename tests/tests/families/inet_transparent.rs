//! Addresses that the machine does not have (ip(7), `IP_FREEBIND` and `IP_TRANSPARENT`; tproxy.rst) against socat and
//! ss.

use std::net::SocketAddr;

use anysock::{Errno, Family, IpProtocol, Socket, SocketType, TcpListener, TcpStream, option};
use anysock_linux::Linux;

use crate::cable::Cable;
use crate::inet::{FAR, PORT, VERSIONS, address, cable, echo_to, listening, socat_host};
use crate::namespace::{in_namespace, ip, ip_with};
use crate::witness::{TIME_LIMIT, counted, echoed, output};

/// Addresses that neither end has.
const FOREIGN: [&str; 2] = ["203.0.113.5", "2001:db8:99::5"];

fn socket(n: usize) -> Socket<Linux> {
    let family = [Family::INET, Family::INET6][n];
    let mut socket = Socket::new(Linux, family, SocketType::STREAM, IpProtocol::TCP).unwrap();
    socket.set_timeout(Some(TIME_LIMIT));
    socket
}

/// A listener at `at`, where `set` lets it be bound.
fn listener(n: usize, at: &SocketAddr, set: impl FnOnce(&Socket<Linux>)) -> TcpListener<Linux> {
    let socket = socket(n);
    assert_eq!(socket.bind(at), Err(Errno::EADDRNOTAVAIL.into()));
    set(&socket);
    socket.bind(at).unwrap();
    socket.listen(10).unwrap();
    let listening = output("ss", &["-tlnH"]);
    assert!(listening.split_whitespace().any(|word| word == at.to_string()), "{listening}");
    socket.into()
}

/// What socat, which connects to `at`, echoes.
fn echoed_from(cable: &Cable, listener: &TcpListener<Linux>, at: &SocketAddr) -> Vec<u8> {
    let _socat = echo_to(cable, &format!("TCP:{}:{PORT}", socat_host(&at.ip().to_string())));
    let (mut stream, _) = listener.accept().unwrap();
    assert_eq!(stream.local_addr(), Ok(*at));
    stream.set_timeout(Some(TIME_LIMIT));
    echoed(&mut stream, 5000)
}

/// The listener is there before its address.
#[test]
#[ignore = "the peers are in the kernel lab"]
fn a_listener_waits_for_its_address() {
    in_namespace(|| {
        let cable = cable();
        for (n, version) in VERSIONS.into_iter().enumerate() {
            let at = address(FOREIGN[n], PORT);
            let listener = listener(n, &at, |socket| match n {
                0 => socket.set(option::ip::FreeBind, true).unwrap(),
                _ => socket.set(option::ipv6::FreeBind, true).unwrap(),
            });
            ip(&format!("address add {} dev near", at.ip()));
            let via = ["192.0.2.1", "2001:db8::1"][n];
            cable.far_ip(&format!("route add {} via {via}", at.ip()));
            let sent = echoed_from(&cable, &listener, &at);
            counted(&format!("IP_FREEBIND, {version}"), "socat, ss", &sent);
        }
    });
}

/// What is for an address that nobody has comes to this end, and what comes from there is taken for local: a
/// transparent proxy's routes.
fn proxy(cable: &Cable) {
    for (n, prefix) in ["203.0.113.0/24", "2001:db8:99::/64"].into_iter().enumerate() {
        ip_with(
            &[["-4", "-6"][n]],
            &format!("rule add iif near lookup 100\nroute add local {prefix} dev lo table 100"),
        );
        cable.far_ip(&format!("route add {prefix} via {}", ["192.0.2.1", "2001:db8::1"][n]));
    }
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn a_transparent_listener_has_a_foreign_address() {
    in_namespace(|| {
        let cable = cable();
        proxy(&cable);
        for (n, version) in VERSIONS.into_iter().enumerate() {
            let at = address(FOREIGN[n], PORT);
            let listener = listener(n, &at, |socket| match n {
                0 => socket.set(option::ip::Transparent, true).unwrap(),
                _ => socket.set(option::ipv6::Transparent, true).unwrap(),
            });
            let sent = echoed_from(&cable, &listener, &at);
            counted(&format!("IP_TRANSPARENT, {version}"), "socat, ss", &sent);
        }
    });
}

/// socat believes that the stream comes from there.
#[test]
#[ignore = "the peers are in the kernel lab"]
fn a_transparent_client_has_a_foreign_address() {
    in_namespace(|| {
        let cable = cable();
        proxy(&cable);
        for (n, version) in VERSIONS.into_iter().enumerate() {
            let words = format!("socat -d -d TCP{}-LISTEN:{PORT} PIPE", ["4", "6"][n]);
            let mut socat = listening(&cable, PORT, &words);
            let socket = socket(n);
            match n {
                0 => socket.set(option::ip::Transparent, true).unwrap(),
                _ => socket.set(option::ipv6::Transparent, true).unwrap(),
            }
            socket.bind(&address(FOREIGN[n], 5000)).unwrap();
            socket.connect(&address(FAR[n], PORT)).unwrap();
            let line = socat.line_with("accepting connection from");
            let from = ["203.0.113.5:5000", "[2001:0db8:0099:0000:0000:0000:0000:0005]:5000"][n];
            assert!(line.contains(from), "{line}");
            let sent = echoed(&mut TcpStream::from(socket), 5000);
            counted(&format!("IP_TRANSPARENT, {version}"), "socat", &sent);
        }
    });
}
