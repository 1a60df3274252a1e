//! Shared memory communications, which stay TCP where the peer has TCP alone, against socat.

use std::net::{Ipv4Addr, SocketAddr};

use anysock::socket::{SmcListener, SmcStream};
use anysock_linux::Linux;

use crate::namespace::in_namespace;
use crate::witness::{Peer, TIME_LIMIT, counted, echoed, output, wait_until};

fn local(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn socat_listens() {
    output("modprobe", &["smc"]);
    in_namespace(|| {
        output("ip", &["link", "set", "lo", "up"]);
        let _socat = Peer::start("socat", &["TCP4-LISTEN:7000", "EXEC:cat"]);
        let mut stream = None;
        wait_until("socat listens", || {
            stream = SmcStream::connect(Linux, &local(7000)).ok();
            stream.is_some()
        });
        let mut stream = stream.unwrap();
        stream.set_timeout(Some(TIME_LIMIT));
        counted("AF_SMC (stays TCP)", "socat TCP4-LISTEN", &echoed(&mut stream, 50_000));
    });
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn socat_connects() {
    output("modprobe", &["smc"]);
    in_namespace(|| {
        output("ip", &["link", "set", "lo", "up"]);
        let listener = SmcListener::bind(Linux, &local(0)).unwrap();
        let address = listener.local_addr().unwrap();
        let _socat = Peer::start("socat", &[&format!("TCP4:{address}"), "EXEC:cat"]);
        let (mut stream, peer) = listener.accept().unwrap();
        stream.set_timeout(Some(TIME_LIMIT));
        assert_eq!(stream.peer_addr(), Ok(peer));
        counted("AF_SMC (stays TCP)", "socat TCP4", &echoed(&mut stream, 50_000));
    });
}
