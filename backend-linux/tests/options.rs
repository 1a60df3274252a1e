//! Options whose values are more than a number, as the kernel that the tests run on gives and takes them.

use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

use anysock::layout::{OldTimeval, SockAddrStorage, SockTimeval};
use anysock::multicast::{GroupFilter, GroupReq, IpMreqSource, IpMsfilter};
use anysock::option::{List, Timeout, ip, multicast, netlink, packet, socket, tcp};
use anysock::text::Name;
use anysock::{Errno, Error, Family, Protocol, Socket, SocketType, TcpListener, TcpStream};
use anysock_linux::Linux;

const LOCAL: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0);
const GROUP: Ipv4Addr = Ipv4Addr::new(239, 255, 17, 5);
const SOURCES: [Ipv4Addr; 2] = [Ipv4Addr::new(192, 0, 2, 1), Ipv4Addr::new(192, 0, 2, 2)];

fn udp() -> Socket<Linux> {
    Socket::new(Linux, Family::INET, SocketType::DGRAM, Protocol::DEFAULT).unwrap()
}

fn tcp() -> Socket<Linux> {
    Socket::new(Linux, Family::INET, SocketType::STREAM, Protocol::DEFAULT).unwrap()
}

#[test]
fn congestion_control_goes_by_its_name() {
    let socket = tcp();
    assert!(!socket.get(tcp::Congestion).unwrap().is_empty());
    let reno = Name::new(b"reno").unwrap();
    assert_eq!(socket.set(tcp::Congestion, reno), Ok(()));
    assert_eq!(socket.get(tcp::Congestion), Ok(reno));
    let unknown = Name::new(b"unknown").unwrap();
    assert_eq!(socket.set(tcp::Congestion, unknown), Err(Error::Os(Errno::ENOENT)));
    assert_eq!(socket.get(tcp::UpperLayerProtocol), Ok(Name::EMPTY));
}

#[test]
fn plain_names_of_times_are_the_c_librarys() {
    let ours = [
        socket::SO_RCVTIMEO,
        socket::SO_SNDTIMEO,
        socket::SO_TIMESTAMP,
        socket::SO_TIMESTAMPNS,
        socket::SO_TIMESTAMPING,
    ];
    let theirs = [
        libc::SO_RCVTIMEO,
        libc::SO_SNDTIMEO,
        libc::SO_TIMESTAMP,
        libc::SO_TIMESTAMPNS,
        libc::SO_TIMESTAMPING,
    ];
    assert_eq!(ours, theirs);
    assert_eq!(size_of::<libc::timeval>(), anysock::layout::Timeval::SIZE);
}

#[test]
fn time_outs_are_the_same_in_each_form() {
    let socket = udp();
    assert_eq!(socket.get(socket::RecvTimeout), Ok(Timeout(None)));
    let timeout = Timeout(Some(Duration::from_millis(1500)));
    assert_eq!(socket.set(socket::RecvTimeout, timeout), Ok(()));
    assert_eq!(socket.get(socket::RecvTimeout), Ok(timeout));
    let wide = SockTimeval { seconds: 1, microseconds: 500_000 };
    assert_eq!(socket.get(socket::RecvTimeoutNew), Ok(wide));
    let old = OldTimeval { seconds: 1, microseconds: 500_000 };
    assert_eq!(socket.get(socket::RecvTimeoutOld), Ok(old));
    assert_eq!(socket.set(socket::SendTimeoutNew, wide), Ok(()));
    assert_eq!(socket.get(socket::SendTimeoutOld), Ok(old));
    assert_eq!(socket.get(socket::SendTimeout), Ok(timeout));
    // The shortest does not become for ever.
    assert_eq!(socket.set(socket::RecvTimeout, Timeout(Some(Duration::from_nanos(1)))), Ok(()));
    assert!(socket.get(socket::RecvTimeout).unwrap().0.is_some());
    assert_eq!(socket.set(socket::RecvTimeout, Timeout(None)), Ok(()));
    assert_eq!(socket.get(socket::RecvTimeoutNew), Ok(SockTimeval { seconds: 0, microseconds: 0 }));
}

#[test]
fn a_socket_is_bound_to_an_interface_and_to_none() {
    let socket = udp();
    assert_eq!(socket.get(socket::BindToDevice), Ok(None));
    let loopback = "lo".parse().unwrap();
    assert_eq!(socket.set(socket::BindToDevice, Some(loopback)), Ok(()));
    assert_eq!(socket.get(socket::BindToDevice), Ok(Some(loopback)));
    assert_eq!(socket.get(socket::BindToInterface), Ok(1));
    match socket.set(socket::BindToDevice, None) {
        Err(Error::Os(Errno::EPERM)) => eprintln!("who has no CAP_NET_RAW cannot take it back"),
        answer => {
            assert_eq!(answer, Ok(()));
            assert_eq!(socket.get(socket::BindToDevice), Ok(None));
        }
    }
}

#[test]
fn memory_is_counted_and_groups_are_listed() {
    let (socket, _) = Socket::pair(Linux, Family::UNIX, SocketType::STREAM, Protocol::DEFAULT).unwrap();
    let memory = socket.get(socket::MemInfo).unwrap();
    assert_eq!((memory.len() >= 8, memory[1] as i32), (true, socket.get(socket::RecvBuffer).unwrap()));
    // SAFETY: a count of 0 asks how many groups there are, and nothing is written.
    let count = unsafe { libc::getgroups(0, std::ptr::null_mut()) } as usize;
    let mut groups = vec![0; count];
    // SAFETY: there is room for `count` groups.
    assert_eq!(unsafe { libc::getgroups(count as i32, groups.as_mut_ptr()) } as usize, count);
    let mut listed = socket.get(socket::PeerGroups::<1024>).unwrap().to_vec();
    listed.sort();
    groups.sort();
    assert_eq!(listed, groups);
}

#[test]
fn ip_options_are_bytes() {
    let socket = udp();
    assert_eq!(socket.get(ip::Options), Ok(List::EMPTY));
    let record_route = List::new(&[7, 7, 4, 0, 0, 0, 0, 0]).unwrap();
    assert_eq!(socket.set(ip::Options, record_route.clone()), Ok(()));
    assert_eq!(socket.get(ip::Options), Ok(record_route));
    assert_eq!(socket.set(ip::Options, List::EMPTY), Ok(()));
    assert_eq!(socket.get(ip::Options), Ok(List::EMPTY));
}

#[test]
fn a_source_filter_is_read_as_it_was_set() {
    let socket = udp();
    let local = Ipv4Addr::LOCALHOST;
    for source in SOURCES {
        let request = IpMreqSource { group: GROUP, local, source };
        assert_eq!(socket.set(ip::AddSourceMembership, request), Ok(()));
    }
    let filter = socket.get_with(ip::SourceFilter, IpMsfilter::of(GROUP, local)).unwrap();
    assert_eq!(filter.head.mode, anysock::constants::ip::MulticastFilterMode::INCLUDE);
    let mut sources = filter.sources.to_vec();
    sources.sort();
    assert_eq!(sources, SOURCES);
    let one = IpMsfilter { sources: List::new(&SOURCES[1..]).unwrap(), ..filter };
    assert_eq!(socket.set(ip::SourceFilter, one.clone()), Ok(()));
    let read = socket.get_with(ip::SourceFilter, IpMsfilter::of(GROUP, local)).unwrap();
    assert_eq!(read.sources, one.sources);
}

#[test]
fn a_source_filter_of_either_version_of_ip() {
    let socket = udp();
    let group = SockAddrStorage::new(&SocketAddrV4::new(GROUP, 0));
    assert_eq!(socket.set(multicast::JoinGroup, GroupReq { interface: 1, group }), Ok(()));
    let all = socket.get_with(multicast::SourceFilter, GroupFilter::of(1, group)).unwrap();
    assert_eq!(all.head.mode, anysock::constants::ip::MulticastFilterMode::EXCLUDE);
    assert_eq!(all.sources, List::EMPTY);
    let sources = SOURCES.map(|source| SockAddrStorage::new(&SocketAddrV4::new(source, 0)));
    let without = GroupFilter { sources: List::new(&sources).unwrap(), ..all };
    assert_eq!(socket.set(multicast::SourceFilter, without.clone()), Ok(()));
    let read = socket.get_with(multicast::SourceFilter, GroupFilter::of(1, group)).unwrap();
    assert_eq!(read.sources, without.sources);
}

#[test]
fn netlink_lists_its_groups() {
    let socket = Socket::new(Linux, Family::NETLINK, SocketType::RAW, Protocol::DEFAULT).unwrap();
    assert_eq!(socket.set(netlink::AddMembership, 1), Ok(()));
    assert_eq!(socket.set(netlink::AddMembership, 9), Ok(()));
    let groups = socket.get(netlink::Memberships::<8>).unwrap();
    assert_eq!(groups.first(), Some(&0x101));
}

#[test]
fn a_listener_keeps_the_syn() {
    let listener = TcpListener::bind(Linux, &LOCAL.into()).unwrap();
    listener.set(tcp::SaveSyn, 1).unwrap();
    let key = List::from([7; 16]);
    listener.set(tcp::FastOpenKey, List::new(&key).unwrap()).unwrap();
    assert_eq!(listener.get(tcp::FastOpenKey).as_deref(), Ok(&key[..]));
    let _stream = TcpStream::connect(Linux, &listener.local_addr().unwrap()).unwrap();
    let (accepted, _) = listener.accept().unwrap();
    let headers = accepted.get(tcp::SavedSyn::<120>).unwrap();
    assert_eq!((headers[0] >> 4, headers[9]), (4, 6), "an IPv4 header of TCP");
    assert_eq!(accepted.get(tcp::SavedSyn::<120>), Ok(List::EMPTY));
}

#[test]
fn a_ring_has_headers_and_a_group_shares() {
    use anysock::packet::{Fanout, FanoutArgs, RingRequest, TpacketReq, TpacketReq3};

    let packet = match Socket::new(Linux, Family::PACKET, SocketType::DGRAM, Protocol::DEFAULT) {
        Err(Error::Os(Errno::EPERM)) => return eprintln!("packet sockets need CAP_NET_RAW"),
        socket => socket.unwrap(),
    };
    let sizes = [0, 1, 2].map(|version| packet.get_with(packet::HeaderLength, version));
    let expected = [
        anysock::packet::TpacketHdr::SIZE,
        anysock::packet::Tpacket2Hdr::SIZE,
        anysock::packet::Tpacket3Hdr::SIZE,
    ];
    assert_eq!(sizes, expected.map(|size| Ok(size as i32)));
    assert_eq!(packet.get_with(packet::HeaderLength, 3), Err(Error::Os(Errno::EINVAL)));

    let frames = TpacketReq { block_size: 1 << 16, block_count: 2, frame_size: 1 << 11, frame_count: 64 };
    assert_eq!(packet.set(packet::RxRing, RingRequest::V1(frames)), Ok(()));
    let none = TpacketReq { block_size: 0, block_count: 0, frame_size: 0, frame_count: 0 };
    assert_eq!(packet.set(packet::RxRing, RingRequest::V1(none)), Ok(()));
    assert_eq!(packet.set(packet::Version, 2), Ok(()));
    let blocks = TpacketReq3 {
        block_size: 1 << 16,
        block_count: 2,
        frame_size: 1 << 11,
        frame_count: 64,
        retire_block_timeout: 100,
        private_size: 0,
        features: 0,
    };
    assert_eq!(packet.set(packet::RxRing, RingRequest::V3(blocks)), Ok(()));

    // A socket shares once it is bound, of its protocol or any.
    let all = anysock::PacketAddr { protocol: 3, interface: 1, ..Default::default() };
    assert_eq!(packet.get(packet::FanoutOf).unwrap().0.id, 0);
    assert_eq!(packet.bind(&all), Ok(()));
    let group = FanoutArgs { id: 1703, type_flags: 1, max_members: 0 };
    assert_eq!(packet.set(packet::FanoutOf, Fanout(group)), Ok(()));
    assert_eq!(packet.get(packet::FanoutOf), Ok(Fanout(group)));
}
