//! Reliable datagrams (RDS) within one machine, against Python.

use std::net::{Ipv4Addr, SocketAddr};

use anysock::socket::RdsSocket;
use anysock_linux::Linux;

use crate::witness::{Peer, TIME_LIMIT, counted, output, payload};

/// Sends every message back.
const ECHO: &str = "
import socket
rds = socket.socket(21, socket.SOCK_SEQPACKET)
rds.bind(('127.0.0.1', 0))
print('ready', rds.getsockname()[1], flush=True)
while True:
    message, sender = rds.recvfrom(65536)
    rds.sendto(message, sender)
";

#[test]
#[ignore = "the peers are in the kernel lab"]
fn messages_are_echoed() {
    output("modprobe", &["rds"]);
    let mut python = Peer::start("/usr/bin/python3", &["-c", ECHO]);
    let port: u16 = python.line_with("ready").rsplit(' ').next().unwrap().parse().unwrap();
    let there = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut socket = RdsSocket::bind(Linux, &SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).unwrap();
    socket.set_timeout(Some(TIME_LIMIT));
    let messages = [1, 30_000, 500].map(payload);
    for message in &messages {
        assert_eq!(socket.send_to(message, &there), Ok(message.len()));
    }
    for message in &messages {
        let mut received = vec![0; 40_000];
        assert_eq!(socket.recv_from(&mut received), Ok((message.len(), there)));
        assert_eq!(received[..message.len()], message[..]);
    }
    counted("AF_RDS SOCK_SEQPACKET", "python3", &messages.concat());
}
