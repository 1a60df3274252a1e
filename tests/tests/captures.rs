//! Captures of a simulated internet, read by Wireshark's tshark: nothing malformed, no bad checksum and, where the
//! links are perfect, no retransmission.
//!
//! Wants tshark: `cargo xtask test` sees to that, and runs this with `--ignored`.

use std::fs::File;
use std::io::BufWriter;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anysock::message::Timestamp;
use anysock::{Backend, Deadline, Interfaces, Spawn, TcpListener, TcpStream, UdpSocket};
use anysock_sim::{Capture, Chance, Fate, Link, Sim, Tap, Wire, World};

/// Checksums are looked at, which Wireshark leaves out by default.
const CHECKSUMS: [&str; 10] = [
    "-o",
    "ip.check_checksum:TRUE",
    "-o",
    "tcp.check_checksum:TRUE",
    "-o",
    "udp.check_checksum:TRUE",
    "-o",
    "ip.defragment:TRUE",
    "-o",
    "tcp.analyze_sequence_numbers:TRUE",
];

/// What Wireshark would complain of.
const WRONG: &str = "_ws.malformed || ip.checksum.status == \"Bad\" || tcp.checksum.status == \"Bad\" \
    || udp.checksum.status == \"Bad\" || icmp.checksum.status == \"Bad\" || icmpv6.checksum.status == \"Bad\"";
const SENT_AGAIN: &str = "tcp.analysis.retransmission || tcp.analysis.fast_retransmission \
    || tcp.analysis.out_of_order || tcp.analysis.lost_segment || tcp.analysis.duplicate_ack";

/// The packets of a capture that a filter lets through, a line each.
fn found(capture: &Path, filter: &str) -> Vec<String> {
    let output = Command::new("tshark").args(CHECKSUMS).arg("-r").arg(capture).args(["-Y", filter]).output();
    let output = output.unwrap();
    assert!(output.status.success(), "{filter}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(String::from).collect()
}

/// A capture of some wires alone: a router shows each packet twice.
#[derive(Debug)]
struct Only {
    wires: &'static [&'static str],
    capture: Capture<BufWriter<File>>,
}

impl Tap for Only {
    fn frame(&mut self, time: Timestamp, wire: &Wire, fate: Fate, bytes: &[u8]) {
        if self.wires.contains(&wire.name.as_str()) {
            self.capture.frame(time, wire, fate, bytes);
        }
    }

    fn finish(&mut self) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        self.capture.finish()
    }
}

fn address(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

/// Echoes datagrams, and answers streams.
fn serve(sim: Sim<'_>) {
    let listener = TcpListener::bind(sim.clone(), &address("[::]:80")).unwrap();
    sim.spawn(|child| {
        let socket = UdpSocket::bind(child, &address("[::]:7")).unwrap();
        let mut datagram = vec![0; 65_535];
        loop {
            let (length, from) = socket.recv_from(&mut datagram).unwrap();
            socket.send_to(&datagram[..length], &from).unwrap();
        }
    })
    .unwrap();
    loop {
        let (stream, _) = listener.accept().unwrap();
        let mut request = vec![0; 200_000];
        stream.recv_exact(&mut request).unwrap();
        stream.send_all(&request).unwrap();
    }
}

/// Much of everything, over IPv4 and IPv6.
fn talk(sim: Sim<'_>) {
    let interface = sim.interface_index(&"eth0".parse().unwrap()).unwrap();
    for (any, group, source) in
        [("0.0.0.0:5", "239.1.2.3", "198.51.100.2"), ("[::]:5", "ff05::7", "2001:db8:1::2")]
    {
        let socket = UdpSocket::bind(sim.clone(), &address(any)).unwrap();
        let (group, source) = (group.parse().unwrap(), source.parse().unwrap());
        socket.socket().join_source_group(&group, &source, interface).unwrap();
        sim.sleep_until(Deadline::at(sim.now() + Duration::from_secs(2))).unwrap();
        let to = SocketAddr::new(group, 5);
        // Of IPv4, there is a default route.
        socket.send_to(b"hello", &to).unwrap();
    }
    for (host, any) in [("198.51.100.2", "0.0.0.0:0"), ("[2001:db8:1::2]", "[::]:0")] {
        let stream = TcpStream::connect(sim.clone(), &address(&format!("{host}:80"))).unwrap();
        let sent = vec![7; 200_000];
        stream.send_all(&sent).unwrap();
        let mut back = vec![0; sent.len()];
        stream.recv_exact(&mut back).unwrap();
        assert!(back == sent);
        drop(stream);
        let socket = UdpSocket::bind(sim.clone(), &address(any)).unwrap();
        for port in [7, 9] {
            for length in [0, 1, 1000, 5000] {
                let _ = socket.send_to(&sent[..length], &address(&format!("{host}:{port}")));
                sim.sleep_until(Deadline::at(sim.now() + Duration::from_millis(50))).unwrap();
            }
        }
        for nobody in ["198.51.100.9:1", "203.0.113.1:1", "[2001:db8:1::9]:1"] {
            TcpStream::connect(sim.clone(), &address(nobody)).unwrap_err();
        }
    }
}

/// Runs it with links of this kind on the near network, into a capture of these wires.
fn captured(link: Link, wires: &'static [&'static str], path: &Path) {
    let mut world = World::new(21);
    let capture = Capture::new(BufWriter::new(File::create(path).unwrap())).unwrap();
    world.set_tap(Only { wires, capture });
    let (near, far) = (world.network("near", link), world.network("far", Link::new()));
    let router = world.node("router").ethernet("eth0", near, "192.0.2.1/24 2001:db8::1/64").unwrap();
    router.ethernet("eth1", far, "198.51.100.1/24 2001:db8:1::1/64").unwrap().router();
    let client = world.node("client").ethernet("eth0", near, "192.0.2.2/24 2001:db8::2/64").unwrap();
    let client = client.route("0.0.0.0/0", "192.0.2.1").unwrap().route("::/0", "2001:db8::1").unwrap();
    let server = world.node("server").ethernet("eth0", far, "198.51.100.2/24 2001:db8:1::2/64").unwrap();
    let server = server.route("0.0.0.0/0", "198.51.100.1").unwrap().route("::/0", "2001:db8:1::1").unwrap();
    server.spawn("server", serve);
    world.block_on(&client, talk).unwrap();
    world.finish_tap().unwrap();
}

#[test]
#[ignore = "Debian's tshark: cargo xtask test"]
fn real_programs_tshark_finds_nothing_wrong_on_perfect_links() {
    let file = tempfile::NamedTempFile::with_suffix(".pcapng").unwrap();
    captured(Link::new(), &["near", "far"], file.path());
    assert_eq!(found(file.path(), WRONG), [""; 0]);
    // It has understood what is there.
    for (filter, least) in [
        ("arp.opcode == 1", 4),
        ("arp.opcode == 2", 3),
        ("icmpv6.type == 135", 3),
        ("icmpv6.type == 136", 2),
        ("icmp.type == 3 && icmp.code == 3", 2),
        ("icmp.type == 3 && icmp.code == 1", 1),
        ("icmp.type == 3 && icmp.code == 0", 1),
        ("icmpv6.type == 1 && icmpv6.code == 4", 2),
        ("icmpv6.type == 1 && icmpv6.code == 3", 1),
        ("igmp.type == 0x22 && igmp.num_grp_recs == 1 && igmp.checksum.status == \"Good\"", 4),
        ("icmpv6.type == 143 && icmpv6.checksum.status == \"Good\"", 4),
        ("ip.dst == 239.1.2.3 && eth.dst == 01:00:5e:01:02:03 && ip.ttl == 1", 1),
        ("ipv6.dst == ff05::7 && eth.dst == 33:33:00:00:00:07 && ipv6.hlim == 1", 1),
        ("ip.flags.mf == 1", 4),
        ("ipv6.fraghdr", 4),
        ("tcp.len > 0", 500),
    ] {
        let found = found(file.path(), filter).len();
        assert!(found >= least, "{filter}: {found}");
    }
    for wire in [&["near"], &["far"]] {
        captured(Link::new(), wire, file.path());
        // Who is not there is asked again.
        assert_eq!(found(file.path(), &format!("({SENT_AGAIN}) && tcp.port == 80")), [""; 0]);
        assert!(found(file.path(), "tcp.len > 0").len() > 250);
    }
}

#[test]
#[ignore = "Debian's tshark: cargo xtask test"]
fn real_programs_tshark_sees_what_links_did() {
    let file = tempfile::NamedTempFile::with_suffix(".pcapng").unwrap();
    captured(Link::new().loss(Chance::percent(2)).corruption(Chance::percent(1)), &["near"], file.path());
    assert!(!found(file.path(), SENT_AGAIN).is_empty());
    assert!(!found(file.path(), "frame.comment contains \"lost by the wire\"").is_empty());
    assert!(!found(file.path(), "frame.comment contains \"corrupted by the wire\"").is_empty());
    // Nothing is wrong but what was corrupted, what has been put together of it, and errors that quote it: an IPv6
    // header has no checksum.
    let others = format!(
        "({WRONG}) && !(frame.comment contains \"corrupted\") && !ip.fragment && !ipv6.fragment && !(icmpv6.type < 128)"
    );
    assert_eq!(found(file.path(), &others), [""; 0]);
}
