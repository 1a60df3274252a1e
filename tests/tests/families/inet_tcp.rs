//! TCP (tcp(7)) against socat, ss and nstat.

use std::collections::HashMap;
use std::io::Write;

use anysock::option::socket::BindToDevice;
use anysock::option::tcp::{Congestion, FastOpen, FastOpenConnect, Info};
use anysock::socket::{ServerOptions, create_server};
use anysock::text::Name;
use anysock::{Errno, Family, IpProtocol, Socket, SocketType, TcpListener, TcpStream};
use anysock_linux::Linux;

use crate::inet::{ANY, FAR, NEAR, PORT, VERSIONS, address, cable, echo, echo_to, socat_host, sysctl};
use crate::namespace::in_namespace;
use crate::witness::{TIME_LIMIT, counted, echoed, hexadecimal, output, payload, wait_until};

fn patient(mut stream: TcpStream<Linux>) -> TcpStream<Linux> {
    stream.set_timeout(Some(TIME_LIMIT));
    stream
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn tcp_to_socat_is_echoed() {
    in_namespace(|| {
        let cable = cable();
        for ((version, digit), far) in VERSIONS.into_iter().zip(["4", "6"]).zip(FAR) {
            let to = address(far, PORT);
            let refused = TcpStream::connect(Linux, &to).err();
            assert_eq!(refused, Some(Errno::ECONNREFUSED.into()));
            let _socat = echo(&cable, &format!("TCP{digit}-LISTEN:{PORT}"));
            let mut stream = patient(TcpStream::connect(Linux, &to).unwrap());
            assert_eq!(stream.peer_addr(), Ok(to));
            counted(&format!("TCP over {version}"), "socat TCP-LISTEN", &echoed(&mut stream, 200_000));
        }
    });
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn tcp_from_socat_is_echoed() {
    in_namespace(|| {
        let cable = cable();
        for (version, near) in VERSIONS.into_iter().zip(NEAR) {
            let listener = TcpListener::bind(Linux, &address(near, PORT)).unwrap();
            let _socat = echo_to(&cable, &format!("TCP:{}:{PORT}", socat_host(near)));
            let (stream, _) = listener.accept().unwrap();
            let sent = echoed(&mut patient(stream), 200_000);
            counted(&format!("TCP over {version}"), "socat TCP", &sent);
        }
    });
}

/// One listener for both versions of IP, and one that does not hear IPv4.
#[test]
#[ignore = "the peers are in the kernel lab"]
fn tcp_of_both_versions_comes_to_one_listener() {
    in_namespace(|| {
        let cable = cable();
        let options = ServerOptions { dual_stack: true, ..ServerOptions::default() };
        let both = create_server(Linux, &address(ANY[1], PORT), &options).unwrap();
        let mut sent = Vec::new();
        for (near, far) in NEAR.into_iter().zip(["[::ffff:192.0.2.2]", "[2001:db8::2]"]) {
            let _socat = echo_to(&cable, &format!("TCP:{}:{PORT}", socat_host(near)));
            let (stream, peer) = both.accept().unwrap();
            assert!(peer.to_string().starts_with(&format!("{far}:")), "{peer}");
            sent.extend(echoed(&mut patient(stream), 5000));
        }
        let options = ServerOptions::default();
        let _only_ipv6 = create_server(Linux, &address(ANY[1], PORT + 1), &options).unwrap();
        let mut socat = cable.far(&format!("socat -u TCP:{}:{} STDOUT", NEAR[0], PORT + 1));
        assert!(socat.rest().contains("Connection refused"));
        counted("TCP, dual stack", "socat TCP", &sent);
    });
}

/// What the only established connection is, in the words of ss, which are `name:value` or a word alone.
fn ss() -> (Vec<String>, HashMap<String, String>) {
    let text = output("ss", &["-tinH", "state", "established"]);
    let words: Vec<_> = text.split_whitespace().map(str::to_owned).collect();
    let pairs = words.iter().filter_map(|word| word.split_once(':'));
    let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    (words, pairs)
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn ss_has_the_same_figures_of_a_connection() {
    in_namespace(|| {
        let cable = cable();
        let _socat = echo(&cable, &format!("TCP4-LISTEN:{PORT}"));
        let mut stream = patient(TcpStream::connect(Linux, &address(FAR[0], PORT)).unwrap());
        let default = stream.get(Congestion).unwrap();
        let chosen = if default.as_bytes() == b"reno" { "cubic" } else { "reno" };
        stream.set(Congestion, Name::new(chosen.as_bytes()).unwrap()).unwrap();
        let none = Name::new(b"no such").unwrap();
        assert_eq!(stream.set(Congestion, none), Err(Errno::ENOENT.into()));
        let sent = echoed(&mut stream, 100_000);
        // The last acknowledgment may still be on its way.
        wait_until("all is acknowledged", || {
            stream.get(Info).unwrap().bytes_acknowledged == Some(sent.len() as u64 + 1)
        });
        let info = stream.get(Info).unwrap();
        let (words, figures) = ss();
        assert!(words.iter().any(|word| word == chosen), "{words:?}");
        assert_eq!(stream.get(Congestion).unwrap().as_bytes(), chosen.as_bytes());
        let expected = [
            ("mss", info.send_mss.to_string()),
            ("cwnd", info.congestion_window.to_string()),
            ("bytes_sent", info.bytes_sent.unwrap().to_string()),
            ("bytes_acked", info.bytes_acknowledged.unwrap().to_string()),
            ("bytes_received", info.bytes_received.unwrap().to_string()),
            ("segs_out", info.segments_out.unwrap().to_string()),
            ("segs_in", info.segments_in.unwrap().to_string()),
            ("data_segs_out", info.data_segments_out.unwrap().to_string()),
        ];
        for (name, value) in expected {
            assert_eq!(figures.get(name), Some(&value), "{name} in {words:?}");
        }
        counted("TCP_INFO, TCP_CONGESTION", "socat, ss -ti", &sent);
    });
}

/// A counter of this namespace's TCP, by nstat's name.
fn counter(name: &str) -> u64 {
    let text = output("nstat", &["-asz", name]);
    let line = text.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// The data of a first send goes with the SYN, once an earlier connection has brought a cookie.
#[test]
#[ignore = "the peers are in the kernel lab"]
fn fast_open_sends_data_with_the_syn() {
    in_namespace(|| {
        let cable = cable();
        sysctl("net.ipv4.tcp_fastopen", "1");
        cable.far("sysctl -w net.ipv4.tcp_fastopen=2").line_with("2");
        // SOL_TCP, TCP_FASTOPEN.
        let _socat = echo(&cable, &format!("TCP4-LISTEN:{PORT},fork,setsockopt-listen=6:23:i5"));
        let mut sent = Vec::new();
        for expected in [0, 1] {
            let socket = Socket::new(Linux, Family::INET, SocketType::STREAM, IpProtocol::TCP).unwrap();
            socket.set(FastOpenConnect, true).unwrap();
            socket.connect(&address(FAR[0], PORT)).unwrap();
            sent = echoed(&mut patient(socket.into()), 1000);
            assert_eq!(counter("TcpExtTCPFastOpenActive"), expected);
        }
        counted("TCP_FASTOPEN_CONNECT", "socat, nstat", &sent);
    });
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn fast_open_takes_data_with_the_syn() {
    in_namespace(|| {
        let cable = cable();
        sysctl("net.ipv4.tcp_fastopen", "2");
        cable.far("sysctl -w net.ipv4.tcp_fastopen=1").line_with("1");
        let listener = TcpListener::bind(Linux, &address(NEAR[0], PORT)).unwrap();
        listener.set(FastOpen, 5).unwrap();
        let text = hexadecimal(&payload(300));
        for expected in [0, 1] {
            // SOL_TCP, TCP_FASTOPEN_CONNECT.
            let words = format!("socat -t 20 - TCP:{}:{PORT},setsockopt-listen=6:30:i1", NEAR[0]);
            let mut socat = cable.far(&words);
            socat.input().write_all(format!("{text}\n").as_bytes()).unwrap();
            let (stream, _) = listener.accept().unwrap();
            let stream = patient(stream);
            let mut received = vec![0; text.len() + 1];
            stream.recv_exact(&mut received).unwrap();
            stream.send_all(&received).unwrap();
            assert_eq!(socat.line_with(&text), text);
            assert_eq!(counter("TcpExtTCPFastOpenPassive"), expected);
        }
        counted("TCP_FASTOPEN", "socat, nstat", text.as_bytes());
    });
}

/// A listener of one interface does not hear what comes by another.
#[test]
#[ignore = "the peers are in the kernel lab"]
fn a_listener_bound_to_a_device_hears_no_other() {
    in_namespace(|| {
        let cable = cable();
        let socket = Socket::new(Linux, Family::INET, SocketType::STREAM, IpProtocol::TCP).unwrap();
        socket.set(BindToDevice, Some("near".parse().unwrap())).unwrap();
        socket.bind(&address(ANY[0], PORT)).unwrap();
        socket.listen(10).unwrap();
        let listener = TcpListener::from(socket);
        let by_lo = TcpStream::connect(Linux, &address("127.0.0.1", PORT));
        assert_eq!(by_lo.err(), Some(Errno::ECONNREFUSED.into()));
        assert!(output("ss", &["-tlnH"]).contains(&format!("0.0.0.0%near:{PORT}")));
        let _socat = echo_to(&cable, &format!("TCP:{}:{PORT}", NEAR[0]));
        let (stream, _) = listener.accept().unwrap();
        counted("SO_BINDTODEVICE", "socat, ss", &echoed(&mut patient(stream), 5000));
    });
}
