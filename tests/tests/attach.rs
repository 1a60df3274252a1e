//! Programs that this project did not write, on the machine's own kernel, against nodes of a simulated internet:
//! through a TUN interface, in a network namespace of the test's own.
//!
//! Wants the right to make network namespaces, /dev/net/tun, and Debian's packages curl, iperf3, iproute2,
//! netcat-openbsd and python3: `cargo xtask test` sees to that, and runs this with `--ignored`.

#[path = "families/namespace.rs"]
mod namespace;
#[path = "families/witness.rs"]
#[allow(dead_code, reason = "what the families need besides")]
mod witness;

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::process::{Command, ExitStatus};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anysock::tun::Tun;
use anysock::{Backend, Shutdown, TcpListener, TcpStream, UdpSocket};
use anysock_linux::Linux;
use anysock_sim::{Node, Recording, Sim, World};
use sha2::{Digest, Sha256};

use namespace::{in_namespace, ip};
use witness::{hexadecimal, payload};

/// How long one program may take.
const TIME_LIMIT: Duration = Duration::from_secs(120);
/// What is carried where much is.
const MUCH: usize = 100_000_000;

/// The node's addresses.
const V4: &str = "192.0.2.1";
const V6: &str = "2001:db8::1";

/// A world with a node that the machine reaches at [`V4`] and [`V6`].
fn world() -> (World, Node, anysock_sim::Tun) {
    let mut world = World::new(11);
    let node = world.node("server");
    let tun = node.tun("tun0", &format!("{V4}/24 {V6}/64"), 1500).unwrap();
    (world, node, tun)
}

/// The machine's end, with addresses of the same networks.
fn machine() -> Tun<Linux> {
    let tun = Tun::open(Linux, &"tun0".parse().unwrap()).unwrap();
    ip("address add 192.0.2.2/24 dev tun0\naddress add 2001:db8::2/64 dev tun0 nodad\nlink set tun0 up\n");
    tun
}

/// Carries packets until `command` has ended; its standard output.
fn run_beside(world: &mut World, tun: &anysock_sim::Tun, script: &str) -> (String, Recording) {
    let mut attachment = world.attach(machine(), tun);
    attachment.set_recording(false);
    let output = carry_until(world, &mut attachment, || shell(script));
    (output, attachment.recording().clone())
}

/// Runs `program` on a thread of its own, and carries packets until it has ended.
fn carry_until<T: Send>(
    world: &mut World,
    attachment: &mut anysock_sim::Attachment<Linux>,
    program: impl FnOnce() -> T + Send,
) -> T {
    let ended = AtomicBool::new(false);
    let began = Instant::now();
    thread::scope(|scope| {
        let thread = scope.spawn(|| {
            let value = program();
            ended.store(true, Ordering::Release);
            value
        });
        while !thread.is_finished() {
            attachment.run_for(world, Duration::from_millis(20)).unwrap();
            assert!(began.elapsed() < TIME_LIMIT, "the program goes on and on");
        }
        assert!(ended.load(Ordering::Acquire), "the program panicked");
        thread.join().unwrap()
    })
}

/// What a shell script, which must succeed, prints.
fn shell(script: &str) -> String {
    let limit = TIME_LIMIT.as_secs().to_string();
    let output = Command::new("timeout").args([&limit, "sh", "-euc", script]).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let status: ExitStatus = output.status;
    assert!(status.success(), "{script}: {status}\n{}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

fn address(ip: &str, port: u16) -> SocketAddr {
    SocketAddr::new(ip.parse().unwrap(), port)
}

fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// Takes everything that a connection brings, then sends back its hash.
fn serve_hashes(sim: Sim<'_>, port: u16) {
    let listener = TcpListener::bind(sim, &address("::", port)).unwrap();
    loop {
        let (stream, _) = listener.accept().unwrap();
        let (mut hash, mut piece) = (Sha256::new(), vec![0; 65_536]);
        loop {
            match stream.recv(&mut piece).unwrap() {
                0 => break,
                length => hash.update(&piece[..length]),
            }
        }
        stream.send_all(hexadecimal(&hash.finalize()).as_bytes()).unwrap();
        stream.shutdown(Shutdown::WRITE).unwrap();
    }
}

/// Answers every request of HTTP with `body`.
fn serve_http(sim: Sim<'_>, port: u16, body: Vec<u8>) {
    let listener = TcpListener::bind(sim, &address("::", port)).unwrap();
    loop {
        let (stream, _) = listener.accept().unwrap();
        let (mut request, mut piece) = (Vec::new(), [0; 1024]);
        while !request.ends_with(b"\r\n\r\n") {
            match stream.recv(&mut piece).unwrap() {
                0 => break,
                length => request.extend_from_slice(&piece[..length]),
            }
        }
        let mut head = String::from("HTTP/1.1 200 OK\r\nConnection: close\r\n");
        write!(head, "Content-Length: {}\r\n\r\n", body.len()).unwrap();
        // A client that has gone is none of the server's.
        let _ = stream.send_all(head.as_bytes()).and_then(|()| stream.send_all(&body));
    }
}

#[test]
#[ignore = "network namespaces, /dev/net/tun and Debian's programs: cargo xtask test"]
fn real_programs_curl_fetches_100_megabytes_over_ipv4_and_ipv6() {
    in_namespace(|| {
        let (mut world, node, tun) = world();
        let body = payload(MUCH);
        let hash = sha256(&body);
        node.spawn("http", move |sim| serve_http(sim, 80, body));
        let script = format!("curl -s http://{V4}/ | sha256sum; curl -gs 'http://[{V6}]/' | sha256sum");
        let (said, _) = run_beside(&mut world, &tun, &script);
        assert_eq!(said, format!("{hash}  -\n{hash}  -\n"));
    });
}

#[test]
#[ignore = "network namespaces, /dev/net/tun and Debian's programs: cargo xtask test"]
fn real_programs_nc_sends_100_megabytes_over_ipv4_and_ipv6() {
    in_namespace(|| {
        let (mut world, node, tun) = world();
        let sent = payload(MUCH);
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &sent).unwrap();
        node.spawn("hashes", |sim| serve_hashes(sim, 9000));
        let path = file.path().display();
        let script = format!("nc -N {V4} 9000 <{path}; echo; nc -N {V6} 9000 <{path}; echo");
        let (said, _) = run_beside(&mut world, &tun, &script);
        let hash = sha256(&sent);
        assert_eq!(said, format!("{hash}\n{hash}\n"));
    });
}

#[test]
#[ignore = "network namespaces, /dev/net/tun and Debian's programs: cargo xtask test"]
fn real_programs_a_simulated_client_fetches_from_python() {
    in_namespace(|| {
        let (mut world, node, tun) = world();
        let served = payload(5_000_000);
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("file"), &served).unwrap();
        let mut attachment = world.attach(machine(), &tun);
        let mut python = Command::new("python3");
        python.args(["-u", "-m", "http.server", "--bind", "::", "8000", "--directory"]).arg(directory.path());
        let mut python = witness::Peer::spawn(python);
        python.line_with("Serving");
        for to in ["192.0.2.2", "2001:db8::2"] {
            let (send, receive) = std::sync::mpsc::channel();
            node.spawn("client", move |sim| {
                let stream = TcpStream::connect(sim, &address(to, 8000)).unwrap();
                stream.send_all(b"GET /file HTTP/1.0\r\n\r\n").unwrap();
                let (mut all, mut piece) = (Vec::new(), vec![0; 65_536]);
                while let length @ 1.. = stream.recv(&mut piece).unwrap() {
                    all.extend_from_slice(&piece[..length]);
                }
                send.send(all).unwrap();
            });
            let all = carry_until(&mut world, &mut attachment, move || receive.recv_timeout(TIME_LIMIT));
            assert!(all.unwrap().ends_with(&served));
        }
    });
}

#[test]
#[ignore = "network namespaces, /dev/net/tun and Debian's programs: cargo xtask test"]
fn real_programs_ping_and_udp_and_what_is_not_there() {
    in_namespace(|| {
        let (mut world, node, tun) = world();
        for ip in [V4, V6] {
            node.spawn("echo", move |sim| {
                let socket = UdpSocket::bind(sim, &address(ip, 7)).unwrap();
                let mut datagram = [0; 4000];
                loop {
                    let (length, from) = socket.recv_from(&mut datagram).unwrap();
                    socket.send_to(&datagram[..length], &from).unwrap();
                }
            });
        }
        let script = format!(
            "for to in {V4} {V6}; do
                ping -c 3 -i 0.2 -s 1000 -q $to | grep -o '[0-9]* received'
                python3 -c 'import socket, sys
to = socket.getaddrinfo(sys.argv[1], 7, type=socket.SOCK_DGRAM)[0]
s = socket.socket(*to[:3]); s.settimeout(5); s.connect(to[4])
s.send(bytes(range(250)) * 4); print(s.recv(4000) == bytes(range(250)) * 4)
s.connect((to[4][0], 8)); s.send(b\"nobody\")
try: s.recv(1)
except ConnectionRefusedError: print(\"refused\")
try: socket.create_connection(to[4][:2])
except ConnectionRefusedError: print(\"refused\")' $to
            done"
        );
        let (said, _) = run_beside(&mut world, &tun, &script);
        assert_eq!(said, "3 received\nTrue\nrefused\nrefused\n".repeat(2));
    });
}

#[test]
#[ignore = "network namespaces, /dev/net/tun and Debian's programs: cargo xtask test"]
fn real_programs_what_came_in_replays_to_the_same_trace() {
    in_namespace(|| {
        let build = || {
            let (world, node, tun) = world();
            node.spawn("hashes", |sim| serve_hashes(sim, 9000));
            (world, tun)
        };
        let (mut live, tun) = build();
        let mut attachment = live.attach(machine(), &tun);
        let script = format!("head -c 300000 /dev/urandom | nc -N {V4} 9000");
        let hash = carry_until(&mut live, &mut attachment, || shell(&script));
        assert_eq!(hash.len(), 64);
        let recording: Recording = attachment.recording().to_string().parse().unwrap();
        assert!(recording.len() > 10);
        let (mut replayed, tun) = build();
        replayed.replay_packets(&recording, &tun, live.now()).unwrap();
        assert_eq!(replayed.trace().hash(), live.trace().hash());
        assert_eq!(replayed.trace().records(), live.trace().records());
    });
}

#[test]
#[ignore = "network namespaces, /dev/net/tun and Debian's programs: cargo xtask test"]
fn real_programs_a_device_that_vanishes_is_one_clear_error() {
    in_namespace(|| {
        let (mut world, _, tun) = world();
        let mut attachment = world.attach(machine(), &tun);
        attachment.run_for(&mut world, Duration::from_millis(20)).unwrap();
        ip("link delete tun0\n");
        let before = Linux.now();
        let error = attachment.run_for(&mut world, Duration::from_secs(10)).unwrap_err();
        assert_eq!(error.errno(), Some(anysock::Errno::EBADFD));
        assert!(Linux.now().since(before) < Duration::from_secs(5));
    });
}
