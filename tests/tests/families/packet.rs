//! Packet sockets (packet(7)) against ping, tcpdump and ip.

use std::time::Duration;

use anysock::addr::MacAddr;
use anysock::bpf::{self, SockFilter};
use anysock::constants::ethernet::EtherType;
use anysock::constants::packet::{PacketFanout, PacketType};
use anysock::option::packet::{AuxData, IgnoreOutgoing, Statistics};
use anysock::option::socket::DetachFilter;
use anysock::packet::{PacketMreq, TpacketStatus};
use anysock::{Errno, Error, PacketAddr, PacketSocket};
use anysock_linux::{Linux, PacketRing, RingSize};

use crate::cable::{Cable, FAR, NEAR, tcpdump_frames};
use crate::namespace::in_namespace;
use crate::witness::{Peer, TIME_LIMIT, counted, hexadecimal, output, payload};

/// An EtherType for experiments (IEEE 802, `ETH_P_802_EX1`).
const EXPERIMENT: u16 = 0x88B5;
/// How long nothing is to come.
const SILENCE: Duration = Duration::from_millis(50);

/// `socket`, which gives up in time and does not hear what this end sends.
fn patient(mut socket: PacketSocket<Linux>) -> PacketSocket<Linux> {
    socket.set_timeout(Some(TIME_LIMIT));
    socket.set(IgnoreOutgoing, true).unwrap();
    socket
}

fn near(cable: &Cable, protocol: EtherType) -> PacketAddr {
    PacketAddr { interface: cable.index(), protocol: protocol.0, ..PacketAddr::default() }
}

/// tcpdump at the far end, which prints `count` frames that `filter` lets through. Without a bound on their length its
/// buffer has room for eight.
fn tcpdump(cable: &Cable, count: usize, filter: &str) -> Peer {
    let mut tcpdump =
        cable.far(&format!("tcpdump -Z root -i far -n --immediate-mode -s 256 -xx -c {count} {filter}"));
    tcpdump.line_with("listening on");
    tcpdump
}

/// Has the far end send `count` echo requests whose data are made of `pattern`, and get answers.
fn ping(cable: &Cable, count: usize, pattern: &[u8]) {
    let pattern = hexadecimal(pattern);
    let mut ping = cable.far(&format!("ping -n -q -c {count} -i 0.002 -p {pattern} 192.0.2.1"));
    let said = ping.rest();
    assert!(ping.wait().success(), "{said}");
}

/// Whether `pattern` is in `data`.
fn contains(data: &[u8], pattern: &[u8]) -> bool {
    data.windows(pattern.len()).any(|window| window == pattern)
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn tcpdump_sees_raw_and_cooked_frames() {
    in_namespace(|| {
        let cable = Cable::new();
        let mut tcpdump = tcpdump(&cable, 2, "ether proto 0x88b5");
        let sent = payload(200);
        let header = [&FAR[..], &NEAR, &EXPERIMENT.to_be_bytes()].concat();
        let to = PacketAddr {
            interface: cable.index(),
            protocol: EXPERIMENT,
            hardware: MacAddr(FAR).into(),
            ..PacketAddr::default()
        };
        let raw = PacketSocket::raw(Linux).unwrap();
        assert_eq!(raw.send(&[&header[..], &sent].concat()), Err(Errno::ENXIO.into()));
        raw.bind(&PacketAddr { hardware: Default::default(), ..to }).unwrap();
        raw.send(&[&header[..], &sent[..100]].concat()).unwrap();
        // The kernel writes the same header.
        PacketSocket::cooked(Linux).unwrap().send_to(&sent[100..], &to).unwrap();
        let frames = tcpdump_frames(&tcpdump.rest());
        assert_eq!(frames, [[&header[..], &sent[..100]].concat(), [&header[..], &sent[100..]].concat()]);
        counted("PACKET SOCK_RAW, SOCK_DGRAM", "tcpdump", &sent);
    });
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn raw_and_cooked_sockets_hear_ping() {
    in_namespace(|| {
        let cable = Cable::new();
        let sockets = [PacketSocket::raw(Linux), PacketSocket::cooked(Linux)].map(|socket| {
            let socket = patient(socket.unwrap());
            socket.bind(&near(&cable, EtherType::IP)).unwrap();
            socket
        });
        let sent = payload(16);
        ping(&cable, 1, &sent);
        let mut buffers = [[0; 256]; 2];
        let [one, other] = &mut buffers;
        let raw = sockets[0].recv(one).unwrap();
        let cooked = sockets[1].recv(other).unwrap();
        assert_eq!(raw.data[..12], [NEAR, FAR].concat());
        // Ethernet's header, and IPv4's, ICMP's and 56 bytes of data.
        assert_eq!((raw.len, cooked.len), (98, 84));
        assert_eq!(&raw.data[14..], cooked.data);
        assert!(contains(cooked.data, &sent));
        let expected = PacketAddr {
            hardware_type: 1,
            packet_type: PacketType::HOST.0,
            hardware: MacAddr(FAR).into(),
            ..near(&cable, EtherType::IP)
        };
        assert_eq!([raw.address, cooked.address], [expected; 2]);
        // Room for less.
        ping(&cable, 1, &sent);
        let mut small = [0; 20];
        let cut = sockets[1].recv(&mut small).unwrap();
        assert_eq!((cut.data.len(), cut.len), (20, 84));
        counted("PACKET SOCK_RAW, SOCK_DGRAM", "ping", &sent);
    });
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn two_sockets_share_what_ping_sends() {
    in_namespace(|| {
        let cable = Cable::new();
        let mut sockets = [(); 2].map(|()| {
            let socket = patient(PacketSocket::cooked(Linux).unwrap());
            assert_eq!(socket.share(7, PacketFanout::LB), Err(Errno::EINVAL.into()));
            socket.bind(&near(&cable, EtherType::IP)).unwrap();
            socket.share(7, PacketFanout::LB).unwrap();
            socket
        });
        let sent = payload(16);
        // Nobody answers, so that nothing but the requests is shared.
        let words = format!("ping -n -q -l 10 -c 10 -W 0.05 -p {} 192.0.2.9", hexadecimal(&sent));
        assert!(cable.far(&words).rest().contains("10 packets transmitted, 0 received"));
        let mut sequences = Vec::new();
        for socket in &mut sockets {
            socket.set_timeout(Some(SILENCE));
            let mut buffer = [0; 256];
            let mut count = 0;
            while let Ok(packet) = socket.recv(&mut buffer) {
                assert!(contains(packet.data, &sent));
                sequences.push(packet.data[27]);
                count += 1;
            }
            assert_eq!(count, 5, "in turn");
        }
        sequences.sort_unstable();
        assert_eq!(sequences, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        counted("PACKET_FANOUT", "ping", &sent);
    });
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn auxdata_has_the_tag_of_a_vlan() {
    in_namespace(|| {
        let cable = Cable::new();
        cable.far_ip(
            "link add link far name tagged type vlan id 77
             link set tagged addrgenmode none up
             address add 198.51.100.2/24 dev tagged
             neighbour add 198.51.100.1 lladdr 02:00:00:00:00:01 dev tagged",
        );
        let socket = patient(PacketSocket::raw(Linux).unwrap());
        socket.set(AuxData, true).unwrap();
        socket.bind(&near(&cable, EtherType::ALL)).unwrap();
        let sent = payload(16);
        let ping = format!("ping -n -q -c 1 -W 0.05 -p {} 198.51.100.1", hexadecimal(&sent));
        cable.far(&ping).rest();
        let mut buffer = [0; 256];
        // The interface itself may say something, too.
        let known = loop {
            let packet = socket.recv(&mut buffer).unwrap();
            if contains(packet.data, &sent) {
                break packet.auxdata.unwrap();
            }
        };
        assert!(known.status.contains(TpacketStatus::VLAN_VALID | TpacketStatus::VLAN_TPID_VALID));
        assert_eq!((known.vlan_tci & 0xFFF, known.vlan_tpid), (77, EtherType::IEEE_8021Q.0));
        assert_eq!((known.len, known.captured, known.mac, known.net), (98, 98, 0, 14));
        counted("PACKET_AUXDATA", "ping on a VLAN", &sent);
    });
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn ip_sees_memberships() {
    in_namespace(|| {
        let cable = Cable::new();
        let socket = PacketSocket::raw(Linux).unwrap();
        let random = payload(4);
        let group = MacAddr([1, 0, random[0], random[1], random[2], random[3]]);
        let promiscuous = PacketMreq::promiscuous(cable.index());
        let multicast = PacketMreq::multicast(cable.index(), group);
        let promiscuity = || {
            let details = output("ip", &["-details", "link", "show", "near"]);
            details.split_whitespace().skip_while(|word| *word != "promiscuity").nth(1).map(str::to_owned)
        };
        let hears = || output("ip", &["maddress", "show", "near"]).contains(&group.to_string());
        assert_eq!((promiscuity().as_deref(), hears()), (Some("0"), false));
        socket.join(promiscuous).unwrap();
        socket.join(multicast).unwrap();
        assert_eq!((promiscuity().as_deref(), hears()), (Some("1"), true));
        socket.leave(promiscuous).unwrap();
        assert_eq!((promiscuity().as_deref(), hears()), (Some("0"), true));
        // It did not ask any more.
        socket.leave(promiscuous).unwrap();
        // The other ends with the socket.
        drop(socket);
        assert_eq!((promiscuity().as_deref(), hears()), (Some("0"), false));
        counted("PACKET_ADD_MEMBERSHIP", "ip link, ip maddress", &random);
    });
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn a_filter_chooses_what_ping_sends() {
    in_namespace(|| {
        let cable = Cable::new();
        let mut socket = patient(PacketSocket::raw(Linux).unwrap());
        socket.set(AuxData, true).unwrap();
        let [wanted, unwanted] = <[u8; 2]>::try_from(&payload(2)[..]).unwrap();
        let unwanted = if wanted == unwanted { !wanted } else { unwanted };
        // A byte in ping's data decides; 80 bytes are kept.
        let program = [
            SockFilter::new(bpf::LD | bpf::B | bpf::ABS, 70),
            SockFilter::jump(bpf::JMP | bpf::JEQ | bpf::K, wanted.into(), 0, 1),
            SockFilter::new(bpf::RET | bpf::K, 80),
            SockFilter::new(bpf::RET | bpf::K, 0),
        ];
        let handle = socket.handle();
        assert_eq!(handle.attach_filter(&[]), Err(Errno::EINVAL));
        assert_eq!(handle.attach_filter(&program[..2]), Err(Errno::EINVAL), "no return");
        assert_eq!(handle.attach_filter(&[program[3]; bpf::MAX_INSTRUCTIONS + 1]), Err(Errno::EINVAL));
        handle.attach_filter(&program).unwrap();
        socket.bind(&near(&cable, EtherType::IP)).unwrap();
        let mut buffer = [0; 256];
        for byte in [unwanted, wanted, unwanted] {
            ping(&cable, 1, &[byte]);
        }
        let packet = socket.recv(&mut buffer).unwrap();
        assert_eq!((packet.len, packet.data[70]), (80, wanted));
        let known = packet.auxdata.unwrap();
        assert_eq!((known.len, known.captured), (98, 80));
        socket.set_timeout(Some(SILENCE));
        assert_eq!(socket.recv(&mut buffer), Err(Error::TimedOut));
        socket.set(DetachFilter, 0).unwrap();
        ping(&cable, 1, &[unwanted]);
        let packet = socket.recv(&mut buffer).unwrap();
        assert_eq!((packet.len, packet.data[70]), (98, unwanted));
        counted("SO_ATTACH_FILTER", "ping", &[unwanted, wanted]);
    });
}

/// More frames than the ring holds go through it, and are what tcpdump prints.
#[test]
#[ignore = "the peers are in the kernel lab"]
fn a_ring_has_the_frames_of_tcpdump() {
    /// Two blocks' worth at a time, so that none is lost where this end is slow.
    const AT_ONCE: usize = 40;
    const ROUNDS: usize = 5;
    in_namespace(|| {
        let cable = Cable::new();
        let size = RingSize { block_size: 4096, blocks: 8, retire_timeout: Duration::from_millis(100) };
        let mut ring = PacketRing::open(size).unwrap();
        ring.socket().set(IgnoreOutgoing, true).unwrap();
        ring.socket().bind(&near(&cable, EtherType::IP)).unwrap();
        ring.socket_mut().set_timeout(Some(SILENCE));
        assert_eq!(ring.recv().map(|_| ()).unwrap_err(), Error::TimedOut);
        ring.socket_mut().set_timeout(Some(TIME_LIMIT));
        let mut tcpdump = tcpdump(&cable, AT_ONCE * ROUNDS, "icmp[icmptype] == icmp-echo");
        let sent = payload(16);
        let words = format!("ping -n -q -l {AT_ONCE} -c {AT_ONCE} -p {} 192.0.2.1", hexadecimal(&sent));
        let (mut frames, mut blocks) = (Vec::new(), 0);
        for round in 1..=ROUNDS {
            let mut ping = cable.far(&words);
            while frames.len() < AT_ONCE * round {
                let block = ring.recv().unwrap();
                blocks += 1;
                for (header, data) in block.packets() {
                    assert_eq!((header.len, header.captured), (98, 98));
                    assert!(contains(data, &sent));
                    frames.push(data.to_vec());
                }
            }
            assert!(ping.wait().success());
        }
        assert!(blocks > size.blocks, "{blocks} blocks");
        assert_eq!(frames, tcpdump_frames(&tcpdump.rest()));
        let statistics = ring.socket().get(Statistics).unwrap();
        assert_eq!((statistics.packets, statistics.drops), (frames.len() as u32, 0));
        counted("PACKET_RX_RING, TPACKET_V3", "ping, tcpdump", &frames.concat());
    });
}

/// The ring cannot be changed while its memory is mapped.
#[test]
#[ignore = "packet sockets want a privilege"]
fn a_ring_stays_as_it_is() {
    use anysock::option::packet::{RxRing, TxRing, Version};
    use anysock::packet::{RingRequest, TpacketReq3};

    let ring = PacketRing::open(RingSize::default()).unwrap();
    let busy = Err(Errno::EBUSY.into());
    let nothing = TpacketReq3::default();
    let other = TpacketReq3 {
        block_size: 4096,
        block_count: 2,
        frame_size: 2048,
        frame_count: 4,
        ..TpacketReq3::default()
    };
    for request in [nothing, other] {
        assert_eq!(ring.socket().set(RxRing, RingRequest::V3(request)), busy);
        assert_eq!(ring.socket().set(TxRing, RingRequest::V3(request)), busy);
    }
    assert_eq!(ring.socket().set(Version, 0), busy);
    for wrong in [
        RingSize { block_size: 1000, ..RingSize::default() },
        RingSize { blocks: 0, ..RingSize::default() },
        RingSize { block_size: 0, ..RingSize::default() },
    ] {
        assert_eq!(PacketRing::open(wrong).map(|_| ()).unwrap_err(), Errno::EINVAL.into());
    }
    let many = RingSize { block_size: 1 << 31, blocks: u32::MAX, ..RingSize::default() };
    assert!(PacketRing::open(many).is_err());
}
