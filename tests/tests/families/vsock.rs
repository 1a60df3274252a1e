//! Sockets between a virtual machine and its host (vsock(7)), here within one machine, against socat and Python.

use anysock::socket::{VsockSeqpacket, VsockSeqpacketListener};
use anysock::{Errno, VsockAddr, VsockListener, VsockStream};
use anysock_linux::Linux;

use crate::witness::{Peer, TIME_LIMIT, counted, echoed, output, payload, wait_until};

/// Echoes messages, each whole, until the connection ends.
const ECHO_MESSAGES: &str = "
import socket, sys
connection = socket.socket(socket.AF_VSOCK, socket.SOCK_SEQPACKET)
connection.connect((1, int(sys.argv[1])))
while message := connection.recv(65536):
    connection.send(message)
";

fn local(port: u32) -> VsockAddr {
    VsockAddr { cid: VsockAddr::CID_LOCAL, port, flags: 0 }
}

/// A port of the kernel's choice.
const ANY: VsockAddr = VsockAddr { cid: VsockAddr::CID_ANY, port: VsockAddr::PORT_ANY, flags: 0 };

/// Loads what makes this machine its own peer.
fn loopback() {
    output("modprobe", &["vsock_loopback"]);
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn socat_listens() {
    loopback();
    // Not one that the kernel would choose: those come one after the other from one of its choice.
    let port = 1024 + u32::from(u16::from_ne_bytes(payload(2).try_into().unwrap()));
    assert_eq!(VsockStream::connect(Linux, &local(port)).err(), Some(Errno::ECONNRESET.into()));
    let _socat = Peer::start("socat", &[&format!("VSOCK-LISTEN:{port}"), "EXEC:cat"]);
    let mut stream = None;
    wait_until("socat listens", || {
        stream = VsockStream::connect(Linux, &local(port)).ok();
        stream.is_some()
    });
    let mut stream = stream.unwrap();
    assert_eq!(stream.peer_addr(), Ok(local(port)));
    stream.set_timeout(Some(TIME_LIMIT));
    counted("AF_VSOCK SOCK_STREAM", "socat VSOCK-LISTEN", &echoed(&mut stream, 50_000));
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn socat_connects() {
    loopback();
    let listener = VsockListener::bind(Linux, &ANY).unwrap();
    let port = listener.local_addr().unwrap().port;
    let _socat = Peer::start("socat", &[&format!("VSOCK-CONNECT:1:{port}"), "EXEC:cat"]);
    let (mut stream, peer) = listener.accept().unwrap();
    assert_eq!((peer.cid, stream.peer_addr()), (VsockAddr::CID_LOCAL, Ok(peer)));
    stream.set_timeout(Some(TIME_LIMIT));
    counted("AF_VSOCK SOCK_STREAM", "socat VSOCK-CONNECT", &echoed(&mut stream, 50_000));
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn python_echoes_messages() {
    loopback();
    let listener = VsockSeqpacketListener::bind(Linux, &ANY).unwrap();
    let port = listener.local_addr().unwrap().port;
    let _python = Peer::start("/usr/bin/python3", &["-c", ECHO_MESSAGES, &port.to_string()]);
    let (mut connection, _): (VsockSeqpacket<_>, _) = listener.accept().unwrap();
    connection.set_timeout(Some(TIME_LIMIT));
    let messages = [1, 9000, 300].map(payload);
    for message in &messages {
        assert_eq!(connection.send(message), Ok(message.len()));
    }
    for message in &messages {
        let mut received = [0; 10_000];
        let length = connection.recv(&mut received).unwrap();
        assert_eq!(received[..length], message[..]);
    }
    counted("AF_VSOCK SOCK_SEQPACKET", "python3", &messages.concat());
}
