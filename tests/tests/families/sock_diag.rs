//! `NETLINK_SOCK_DIAG` (sock_diag(7)) against ss(8).

use std::collections::HashMap;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use anysock::addr::UnixAddr;
use anysock::constants::netlink::NetlinkProtocol;
use anysock::constants::sock_diag::{SockDiagMessage, UnixDiagAttribute, UnixDiagShow};
use anysock::netlink::{
    Client, InetDiagMsg, InetDiagReqV2, Message, MessageType, UnixDiagMsg, UnixDiagReq, UnixDiagRqlen,
};
use anysock::socket::{UnixDatagram, UnixListener, UnixStream};
use anysock::{Family, IpProtocol, SocketType, TcpListener, TcpStream};
use anysock_linux::Linux;

use crate::namespace::{in_namespace, ip};
use crate::witness::{counted, hexadecimal, output, payload, wait_until};

/// The states as ss prints them, by their numbers in the kernel.
const STATES: [&str; 12] = [
    "UNKNOWN",
    "ESTAB",
    "SYN-SENT",
    "SYN-RECV",
    "FIN-WAIT-1",
    "FIN-WAIT-2",
    "TIME-WAIT",
    "UNCONN",
    "CLOSE-WAIT",
    "LAST-ACK",
    "LISTEN",
    "CLOSING",
];

fn state(number: u8) -> &'static str {
    STATES[usize::from(number)]
}

/// Everything that a request asks for, as `read` reads it.
fn dump<T>(request: &[u8], mut read: impl FnMut(&Message<'_>) -> T) -> Vec<T> {
    let mut buffer = [0; 32768];
    let mut client = Client::open(Linux, NetlinkProtocol::SOCK_DIAG, &mut buffer).unwrap();
    let kind = MessageType(SockDiagMessage::BY_FAMILY.0);
    client.dump(kind, request, |_| Ok(()), Vec::new, |all, message| all.push(read(message))).unwrap()
}

/// The words of each line that ss prints.
fn ss(arguments: &[&str]) -> Vec<Vec<String>> {
    let text = output("ss", arguments);
    text.lines().map(|line| line.split_whitespace().map(str::to_owned).collect()).collect()
}

/// An address as ss prints it.
fn shown(address: SocketAddr) -> String {
    match address {
        SocketAddr::V4(address) if address.port() == 0 => format!("{}:*", address.ip()),
        SocketAddr::V6(address) if address.port() == 0 => format!("[{}]:*", address.ip()),
        address => address.to_string(),
    }
}

/// A socket: its state, two queues, its own address and the peer's, as ss prints them.
fn tcp_socket(message: &Message<'_>) -> Vec<String> {
    let (socket, _) = message.body::<InetDiagMsg>().unwrap();
    vec![
        state(socket.state).to_owned(),
        socket.receive_queue.to_string(),
        socket.transmit_queue.to_string(),
        shown(socket.local_addr()),
        shown(socket.peer_addr()),
    ]
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn ss_lists_the_same_tcp_sockets() {
    in_namespace(|| {
        ip("link set lo up");
        let sent = payload(100);
        let addresses =
            [SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), SocketAddr::from((Ipv6Addr::LOCALHOST, 0))];
        let pairs = addresses.map(|address| {
            let listener = TcpListener::bind(Linux, &address).unwrap();
            let to = listener.local_addr().unwrap();
            let [first, second] = [(); 2].map(|()| TcpStream::connect(Linux, &to).unwrap());
            let (accepted, _) = listener.accept().unwrap();
            // The second waits to be accepted; what the first sends waits to be read.
            first.send_all(&sent).unwrap();
            // One that is closed on one side.
            second.shutdown(anysock::Shutdown::WRITE).unwrap();
            (listener, accepted, first, second)
        });
        let sockets = || {
            let requests =
                [Family::INET, Family::INET6].map(|family| InetDiagReqV2::all(family, IpProtocol::TCP));
            requests.iter().flat_map(|request| dump(&request.encode(), tcp_socket)).collect::<Vec<_>>()
        };
        wait_until("both ends know that one is closed", || {
            sockets().iter().filter(|socket| socket[0] == "FIN-WAIT-2").count() == pairs.len()
        });
        let mut found = sockets();
        let mut expected = ss(&["-tanH"]);
        found.sort();
        expected.sort();
        assert_eq!(found, expected);
        assert_eq!(found.len(), 10);
        for (_, accepted, ..) in &pairs {
            let mut received = vec![0; sent.len()];
            accepted.recv_exact(&mut received).unwrap();
            assert_eq!(received, sent);
        }
        counted("NETLINK_SOCK_DIAG, TCP", "ss -tan", format!("{found:?}").as_bytes());
    });
}

/// A Unix socket: type, state, two queues, name, inode, peer's inode, as ss prints them.
fn unix_socket(message: &Message<'_>) -> Vec<String> {
    let (socket, attributes) = message.body::<UnixDiagMsg>().unwrap();
    let kind = match SocketType(socket.kind.into()) {
        SocketType::STREAM => "u_str",
        SocketType::DGRAM => "u_dgr",
        _ => "u_seq",
    };
    let queues: UnixDiagRqlen = attributes.value(UnixDiagAttribute::RQLEN.0).unwrap();
    let name = attributes.clone().first(UnixDiagAttribute::NAME.0).map(|name| match name.data {
        [0, name @ ..] => format!("@{}", String::from_utf8_lossy(name)),
        _ => String::from_utf8_lossy(name.text()).into_owned(),
    });
    let peer: Option<u32> = attributes.value(UnixDiagAttribute::PEER.0);
    vec![
        kind.to_owned(),
        state(socket.state).to_owned(),
        queues.receive_queue.to_string(),
        queues.transmit_queue.to_string(),
        name.unwrap_or_else(|| "*".to_owned()),
        socket.inode.to_string(),
        "*".to_owned(),
        peer.unwrap_or_default().to_string(),
    ]
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn ss_lists_the_same_unix_sockets() {
    in_namespace(|| {
        let directory = tempfile::tempdir().unwrap();
        let path = UnixAddr::path(directory.path().join("listener").as_os_str().as_encoded_bytes()).unwrap();
        let sent = payload(8);
        let listener = UnixListener::bind(Linux, &path).unwrap();
        let stream = UnixStream::connect(Linux, &path).unwrap();
        let (accepted, _) = listener.accept().unwrap();
        stream.send_all(&sent).unwrap();
        let waiting = UnixStream::connect(Linux, &path).unwrap();
        let name = UnixAddr::abstract_name(hexadecimal(&sent).as_bytes()).unwrap();
        let datagram = UnixDatagram::bind(Linux, &name).unwrap();
        let request = UnixDiagReq::all(UnixDiagShow::NAME | UnixDiagShow::PEER | UnixDiagShow::RQLEN);
        let mut found = dump(&request.encode(), unix_socket);
        let mut expected = ss(&["-xaH"]);
        // Inodes change from run to run of ss only by its own sockets, of which it has none here.
        found.sort();
        expected.sort();
        assert_eq!(found, expected);
        let by_name: HashMap<_, _> =
            found.iter().map(|socket| (socket[4].clone(), socket[1].clone())).collect();
        assert_eq!(by_name.get(&format!("@{}", hexadecimal(&sent))).map(String::as_str), Some("UNCONN"));
        counted("NETLINK_SOCK_DIAG, Unix", "ss -xa", &sent);
        drop((accepted, waiting, datagram));
    });
}
