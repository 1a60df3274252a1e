//! Qualcomm's IPC router (linux/qrtr.h) on one node, against tests/peers/qrtr_echo.c.

use anysock::addr::QrtrAddr;
use anysock::qrtr::QrtrServer;
use anysock::socket::QrtrEvent;
use anysock::{Errno, QrtrLookup, QrtrSocket};
use anysock_linux::Linux;

use crate::witness::{Peer, TIME_LIMIT, counted, payload};

/// A service that no other test has.
fn service() -> u32 {
    u32::from_ne_bytes(payload(4).try_into().unwrap()) | 1
}

fn lookup(service: u32) -> QrtrLookup<Linux> {
    let mut lookup = QrtrLookup::start(Linux, service, 0).unwrap();
    lookup.set_timeout(Some(TIME_LIMIT));
    lookup
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn messages_are_echoed() {
    let service = service();
    let lookup = lookup(service);
    assert_eq!(lookup.recv(), Ok(QrtrEvent::Listed));
    let mut peer = Peer::own("qrtr_echo", &[&service.to_string(), "3"]);
    let port = peer.line_with("ready").rsplit(' ').next().unwrap().parse().unwrap();
    let mut socket = QrtrSocket::open(Linux).unwrap();
    socket.set_timeout(Some(TIME_LIMIT));
    let address = QrtrAddr { node: socket.local_addr().unwrap().node, port };
    let server = QrtrServer { service, instance: 3, address };
    assert_eq!(lookup.recv(), Ok(QrtrEvent::Appeared(server)));

    let sent = payload(3000);
    assert_eq!(socket.send_to(&sent, &address), Ok(sent.len()));
    let mut received = [0; 4000];
    assert_eq!(socket.recv_from(&mut received), Ok((sent.len(), address)));
    assert_eq!(received[..sent.len()], sent);
    assert_eq!(socket.send_to(&[0; 65536], &address), Err(Errno::EMSGSIZE.into()));

    // Its end takes its service with it.
    drop(peer);
    assert_eq!(lookup.recv(), Ok(QrtrEvent::Disappeared(server)));
    counted("AF_QIPCRTR", "qrtr_echo.c", &sent);
}

/// What this program registers, the name service tells whoever looks.
#[test]
#[ignore = "the kernel is in the kernel lab"]
fn services_are_registered() {
    let service = service();
    let socket = QrtrSocket::open(Linux).unwrap();
    socket.register(service, 9).unwrap();
    let lookup = lookup(service);
    let server = QrtrServer { service, instance: 9, address: socket.local_addr().unwrap() };
    assert_eq!(lookup.recv(), Ok(QrtrEvent::Appeared(server)));
    assert_eq!(lookup.recv(), Ok(QrtrEvent::Listed));
    socket.unregister(service, 9).unwrap();
    assert_eq!(lookup.recv(), Ok(QrtrEvent::Disappeared(server)));
}
