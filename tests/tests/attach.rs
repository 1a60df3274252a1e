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
use anysock_sim::{Chance, Link, Node, Recording, Sim, World};
use sha2::{Digest, Sha256};

use namespace::{in_namespace, ip};
use witness::{hexadecimal, payload};

/// How long one program may take.
const TIME_LIMIT: Duration = Duration::from_secs(300);
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

/// Where a server is that is behind a router, on a network that loses packets.
const FAR_V4: &str = "198.51.100.2";
const FAR_V6: &str = "2001:db8:1::2";

/// A world in which the machine reaches a router, and by that a server on a network of this kind.
fn routed_world(far: Link) -> (World, Node, anysock_sim::Tun) {
    let mut world = World::new(11);
    let far = world.network("far", far);
    let router = world.node("router").ethernet("eth0", far, "198.51.100.1/24 2001:db8:1::1/64").unwrap();
    let tun = router.clone().router().tun("tun0", &format!("{V4}/24 {V6}/64"), 1500).unwrap();
    let server = world.node("server").ethernet("eth0", far, &format!("{FAR_V4}/24 {FAR_V6}/64")).unwrap();
    let server = server.route("0.0.0.0/0", "198.51.100.1").unwrap().route("::/0", "2001:db8:1::1").unwrap();
    (world, server, tun)
}

/// The machine's end, with routes to the far network.
fn routed_machine() -> Tun<Linux> {
    let tun = machine();
    ip(&format!("route add 198.51.100.0/24 via {V4}\nroute add 2001:db8:1::/64 via {V6}\n"));
    tun
}

#[test]
#[ignore = "network namespaces, /dev/net/tun and Debian's programs: cargo xtask test"]
fn real_programs_100_megabytes_arrive_whole_both_ways_through_a_router_and_loss() {
    in_namespace(|| {
        let millisecond = Duration::from_millis(1);
        let lossy =
            Link::new().latency(millisecond).loss(Chance::new(1, 1000)).corruption(Chance::new(1, 2000));
        let lossy =
            lossy.reordering(Chance::new(1, 1000)).bursts(Chance::new(1, 10_000), Chance::percent(50));
        let (mut world, server, tun) = routed_world(lossy);
        let body = payload(MUCH / 2);
        let hash = sha256(&body);
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &body).unwrap();
        server.spawn("http", move |sim| serve_http(sim, 80, body));
        server.spawn("hashes", |sim| serve_hashes(sim, 9000));
        let path = file.path().display();
        let script = format!(
            "for to in {FAR_V4} '[{FAR_V6}]'; do curl -gs http://$to/ | sha256sum; done
             for to in {FAR_V4} {FAR_V6}; do nc -N $to 9000 <{path}; echo; done"
        );
        let mut attachment = world.attach(routed_machine(), &tun);
        attachment.set_recording(false);
        let said = carry_until(&mut world, &mut attachment, || shell(&script));
        assert_eq!(said, format!("{hash}  -\n{hash}  -\n{hash}\n{hash}\n"));
        let counted = server.inet_statistics();
        assert!(counted.get("TcpInErrs").is_some_and(|errors| errors > 0), "{counted:?}");
    });
}

#[test]
#[ignore = "network namespaces, /dev/net/tun and Debian's programs: cargo xtask test"]
fn real_programs_ping_hears_of_the_way_from_simulated_routers() {
    in_namespace(|| {
        let (mut world, _, tun) = routed_world(Link::new());
        let mut attachment = world.attach(routed_machine(), &tun);
        let script = format!(
            "ping -c 2 -i 0.2 -q {FAR_V4} | grep -o '[0-9]* received'
             ping -c 2 -i 0.2 -q {FAR_V6} | grep -o '[0-9]* received'
             ping -c 1 -t 1 -W 2 {FAR_V4} | grep -o '{V4} icmp_seq=1 Time to live exceeded'
             ping -c 1 -t 1 -W 2 {FAR_V6} | grep -o '{V6} icmp_seq=1 Time exceeded: Hop limit'
             ping -c 1 -W 5 198.51.100.9 | grep -o '{V4} icmp_seq=1 Destination Host Unreachable'
             ping -c 1 -W 5 2001:db8:1::9 | grep -o '{V6} icmp_seq=1 Destination unreachable: Address unreachable'
             ping -c 1 -s 5000 {FAR_V4} | grep -o '1 received'
             ping -c 1 -s 5000 {FAR_V6} | grep -o '1 received'"
        );
        let said = carry_until(&mut world, &mut attachment, || shell(&script));
        assert_eq!(said.lines().count(), 8, "{said}");
    });
}

/// iperf3 in a namespace of its own, and iperf3 here: their packets go through the simulated router.
#[test]
#[ignore = "network namespaces, /dev/net/tun and Debian's programs: cargo xtask test"]
fn real_programs_iperf3_measures_a_simulated_way() {
    in_namespace(|| {
        let mut world = World::new(12);
        let (near, far) =
            (world.network("near", Link::new()), world.network("far", Link::new().rate(20_000_000)));
        let one = world.node("one").ethernet("eth0", near, "10.77.1.1/24").unwrap().router();
        let two = world.node("two").ethernet("eth0", near, "10.77.1.2/24").unwrap().router();
        let two = two.ethernet("eth1", far, "10.77.2.1/24").unwrap();
        let three = world.node("three").ethernet("eth0", far, "10.77.2.2/24").unwrap().router();
        let here = one.clone().tun("tun0", "192.0.2.1/24", 1500).unwrap();
        let there = three.clone().tun("tun0", "203.0.113.1/24", 1500).unwrap();
        one.route("203.0.113.0/24", "10.77.1.2").unwrap();
        two.route("203.0.113.0/24", "10.77.2.2").unwrap().route("192.0.2.0/24", "10.77.1.1").unwrap();
        three.route("192.0.2.0/24", "10.77.2.1").unwrap();
        let near_end = machine();
        ip("route add 203.0.113.0/24 via 192.0.2.1\n");
        let (far_end, mut server) = thread::scope(|scope| {
            let thread = scope.spawn(|| {
                nix::sched::unshare(nix::sched::CloneFlags::CLONE_NEWNET).unwrap();
                let tun = Tun::open(Linux, &"tun0".parse().unwrap()).unwrap();
                ip("address add 203.0.113.2/24 dev tun0\nlink set tun0 up\nroute add default via 203.0.113.1\n");
                let mut server = witness::Peer::start("iperf3", &["-s", "-1", "--forceflush"]);
                server.line_with("Server listening");
                (tun, server)
            });
            thread.join().unwrap()
        });
        let (mut near_end, mut far_end) = (world.attach(near_end, &here), world.attach(far_end, &there));
        near_end.set_recording(false);
        far_end.set_recording(false);
        let report = thread::scope(|scope| {
            let client = scope.spawn(|| {
                let report = shell("iperf3 -c 203.0.113.2 -t 3 --json");
                assert!(server.wait().success());
                report
            });
            while !client.is_finished() {
                for end in [&mut near_end, &mut far_end] {
                    end.run_for(&mut world, Duration::from_micros(200)).unwrap();
                }
            }
            client.join().unwrap()
        });
        let report: serde_json::Value = serde_json::from_str(&report).unwrap();
        let received = &report["end"]["sum_received"];
        assert!(received["bytes"].as_u64().unwrap() > 100_000, "{received}");
        // No more than the link carries.
        assert!(received["bits_per_second"].as_f64().unwrap() < 20_000_000.0, "{received}");
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
s = socket.socket(*to[:3]); s.settimeout(60); s.connect(to[4])
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
