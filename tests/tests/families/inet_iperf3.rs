//! TCP and UDP against iperf3, which counts what came and what it sent: its figures are ours, in both directions.
//!
//! This end speaks the protocol of iperf3's client (its iperf_api.c): a cookie, states of one byte, and JSON after
//! its length, on a TCP connection; the measured stream is a second one, or a UDP socket.

use std::net::SocketAddr;

use anysock::{TcpStream, UdpSocket};
use anysock_linux::Linux;
use serde_json::{Value, json};

use crate::cable::Cable;
use crate::inet::{ANY, FAR, PORT, VERSIONS, address, cable, listening};
use crate::namespace::in_namespace;
use crate::witness::{Peer, TIME_LIMIT, counted, hexadecimal, payload, wait_until};

/// The states, by iperf_api.h's names.
const TEST_START: u8 = 1;
const TEST_RUNNING: u8 = 2;
const TEST_END: u8 = 4;
const PARAM_EXCHANGE: u8 = 9;
const CREATE_STREAMS: u8 = 10;
const EXCHANGE_RESULTS: u8 = 13;
const DISPLAY_RESULTS: u8 = 14;
const IPERF_DONE: u8 = 16;

/// What opens a UDP stream, and its answer (iperf.h), in the machine's byte order.
const UDP_CONNECT_MSG: u32 = 0x3637_3839;
const UDP_CONNECT_REPLY: u32 = 0x3938_3736;

/// How many blocks make a test.
const BLOCKS: usize = 50;
/// The bytes of a block: one write of iperf3's, or one datagram.
const TCP_BLOCK: usize = 10_000;
const UDP_BLOCK: usize = 1000;
/// The bytes before the rest of a datagram: seconds, microseconds, and its number from 1 on, in network byte order.
const UDP_HEADER: usize = 12;

fn connected(to: &SocketAddr) -> TcpStream<Linux> {
    let mut stream = TcpStream::connect(Linux, to).unwrap();
    stream.set_timeout(Some(TIME_LIMIT));
    stream
}

/// One test of iperf3's, from the client's side.
struct Test {
    server: Peer,
    to: SocketAddr,
    control: TcpStream<Linux>,
    cookie: Vec<u8>,
}

impl Test {
    /// Starts iperf3 at the far end, and agrees with it on a test of `transport`: [`BLOCKS`] of `block` bytes, sent by
    /// iperf3 where `reverse`.
    fn agree(cable: &Cable, ip: &str, transport: &str, block: usize, reverse: bool) -> Test {
        let server = listening(cable, PORT, &format!("iperf3 --server --one-off --json --port {PORT}"));
        let to = address(ip, PORT);
        let mut cookie = hexadecimal(&payload(18)).into_bytes();
        cookie.push(0);
        let mut test = Test { server, to, control: connected(&to), cookie };
        test.control.send_all(&test.cookie).unwrap();
        test.expect(PARAM_EXCHANGE);
        let mut parameters = json!({
            "omit": 0, "time": 0, "num": BLOCKS * block, "parallel": 1, "len": block,
            "client_version": "3.12",
        });
        parameters[transport] = json!(true);
        // What is there counts as true.
        if reverse {
            parameters["reverse"] = json!(true);
        }
        test.send_json(&parameters);
        test.expect(CREATE_STREAMS);
        test
    }

    /// iperf3 has the stream, and goes on.
    fn start(&mut self) {
        self.expect(TEST_START);
        self.expect(TEST_RUNNING);
    }

    /// iperf3 comes to `state`.
    fn expect(&mut self, state: u8) {
        let mut next = [0];
        self.control.recv_exact(&mut next).unwrap();
        assert_eq!(next, [state], "iperf3's state");
    }

    fn send_json(&mut self, value: &Value) {
        let text = value.to_string();
        let len = u32::try_from(text.len()).unwrap().to_be_bytes();
        self.control.send_all(&[&len, text.as_bytes()].concat()).unwrap();
    }

    fn recv_json(&mut self) -> Value {
        let mut len = [0; 4];
        self.control.recv_exact(&mut len).unwrap();
        let mut text = vec![0; u32::from_be_bytes(len) as usize];
        self.control.recv_exact(&mut text).unwrap();
        serde_json::from_slice(&text).unwrap()
    }

    /// Ends the test, and returns what iperf3 counted of the stream. Its report has as many bytes, in the sum of the
    /// name `sum`.
    fn results(mut self, sum: &str) -> Value {
        self.control.send_all(&[TEST_END]).unwrap();
        self.expect(EXCHANGE_RESULTS);
        // No figures of this end's, so that it can only report its own.
        let stream = json!({
            "id": 1, "bytes": 0, "retransmits": 0, "jitter": 0, "errors": 0, "packets": 0, "start_time": 0,
            "end_time": 1,
        });
        self.send_json(&json!({
            "cpu_util_total": 0, "cpu_util_user": 0, "cpu_util_system": 0, "sender_has_retransmits": 0,
            "streams": [stream],
        }));
        let results = self.recv_json()["streams"][0].clone();
        self.expect(DISPLAY_RESULTS);
        self.control.send_all(&[IPERF_DONE]).unwrap();
        let report = self.server.rest();
        let report: Value = serde_json::from_str(&report).unwrap_or_else(|error| panic!("{error}: {report}"));
        assert_eq!(report["end"][sum]["bytes"], results["bytes"], "{report:#}");
        results
    }
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn iperf3_counts_what_tcp_sends() {
    in_namespace(|| {
        let cable = cable();
        for (ip, version) in FAR.into_iter().zip(VERSIONS) {
            let mut test = Test::agree(&cable, ip, "tcp", TCP_BLOCK, false);
            let stream = connected(&test.to);
            stream.send_all(&test.cookie).unwrap();
            test.start();
            let sent = payload(BLOCKS * TCP_BLOCK);
            stream.send_all(&sent).unwrap();
            // At the end of a test iperf3 forgets what it has not read.
            let port = format!(":{}", stream.local_addr().unwrap().port());
            let received = format!("bytes_received:{}", test.cookie.len() + sent.len());
            wait_until("iperf3 has read all", || {
                let sockets = cable.far("ss -HtniO state established").rest();
                let mut sockets = sockets.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
                // Recv-Q, Send-Q, the address there, the address here, and more.
                sockets.any(|words| {
                    words[0] == "0" && words[3].ends_with(&port) && words.contains(&received.as_str())
                })
            });
            assert_eq!(test.results("sum_received")["bytes"], sent.len());
            counted(&format!("TCP to iperf3, {version}"), "iperf3 -s", &sent);
        }
    });
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn iperf3_counts_what_tcp_receives() {
    in_namespace(|| {
        let cable = cable();
        for (ip, version) in FAR.into_iter().zip(VERSIONS) {
            let mut test = Test::agree(&cable, ip, "tcp", TCP_BLOCK, true);
            let stream = connected(&test.to);
            stream.send_all(&test.cookie).unwrap();
            test.start();
            let mut received = vec![0; BLOCKS * TCP_BLOCK];
            stream.recv_exact(&mut received).unwrap();
            assert_eq!(test.results("sum_sent")["bytes"], received.len());
            assert_eq!(stream.recv(&mut [0]), Ok(0));
            counted(&format!("TCP from iperf3, {version}"), "iperf3 -s", &received);
        }
    });
}

/// A UDP socket that iperf3 has as its stream.
fn stream(test: &Test, any: &str) -> UdpSocket<Linux> {
    let mut socket = UdpSocket::bind(Linux, &address(any, 0)).unwrap();
    socket.set_timeout(Some(TIME_LIMIT));
    socket.connect(&test.to).unwrap();
    socket.send(&UDP_CONNECT_MSG.to_ne_bytes()).unwrap();
    let mut answer = [0; 4];
    assert_eq!(socket.recv(&mut answer), Ok(4));
    assert_eq!(u32::from_ne_bytes(answer), UDP_CONNECT_REPLY);
    socket
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn iperf3_counts_what_udp_sends() {
    in_namespace(|| {
        let cable = cable();
        for (n, version) in VERSIONS.into_iter().enumerate() {
            let mut test = Test::agree(&cable, FAR[n], "udp", UDP_BLOCK, false);
            let socket = stream(&test, ANY[n]);
            test.start();
            let mut sent = payload(BLOCKS * UDP_BLOCK);
            for (datagram, number) in sent.chunks_mut(UDP_BLOCK).zip(1_u32..) {
                datagram[8..UDP_HEADER].copy_from_slice(&number.to_be_bytes());
                assert_eq!(socket.send(datagram), Ok(UDP_BLOCK));
            }
            // The kernel counts them when they are read; one was the first.
            wait_until("iperf3 has read all", || {
                let counter = ["UdpInDatagrams", "Udp6InDatagrams"][n];
                let text = cable.far(&format!("nstat -asz {counter}")).rest();
                let line = text.lines().find(|line| line.starts_with(counter)).unwrap();
                line.split_whitespace().nth(1) == Some(&(BLOCKS + 1).to_string())
            });
            let results = test.results("sum_received");
            let figures = [&results["bytes"], &results["packets"], &results["errors"]];
            assert_eq!(figures, [sent.len(), BLOCKS, 0]);
            counted(&format!("UDP to iperf3, {version}"), "iperf3 -s", &sent);
        }
    });
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn iperf3_counts_what_udp_receives() {
    in_namespace(|| {
        let cable = cable();
        for (n, version) in VERSIONS.into_iter().enumerate() {
            let mut test = Test::agree(&cable, FAR[n], "udp", UDP_BLOCK, true);
            let socket = stream(&test, ANY[n]);
            test.start();
            let mut received = vec![0; BLOCKS * UDP_BLOCK];
            for (datagram, number) in received.chunks_mut(UDP_BLOCK).zip(1_u32..) {
                assert_eq!(socket.recv(datagram), Ok(UDP_BLOCK));
                assert_eq!(datagram[8..UDP_HEADER], number.to_be_bytes());
            }
            let results = test.results("sum");
            assert_eq!([&results["bytes"], &results["packets"]], [received.len(), BLOCKS]);
            counted(&format!("UDP from iperf3, {version}"), "iperf3 -s", &received);
        }
    });
}
