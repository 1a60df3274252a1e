//! Multicast: groups that sockets join, and what they send to groups (ip(7), ipv6(7), RFC 3678).
//!
//! Everything here stays on the loopback interface, on which Linux has no multicasts of IPv6; those are in
//! `multicast_link`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4};

use anysock::constants::ip::MulticastFilterMode;
use anysock::layout::SockAddrStorage;
use anysock::multicast::{GroupFilter, GroupReq, GroupSourceReq, IpMreq, IpMreqSource, IpMreqn, Ipv6Mreq};
use anysock::option::{List, ip, ipv6, multicast};
use anysock::{Errno, Family, Interfaces, Level, Socket, SocketType, Spawn};

use super::Machine;
use super::machine::{localhost, refused};

const OTHER_GROUP: Ipv4Addr = Ipv4Addr::new(239, 77, 2, 1);
const GROUP_V6: Ipv6Addr = Ipv6Addr::new(0xFF05, 0, 0, 0, 0, 0, 0x77, 1);
/// The loopback interface, by its address and by its number.
const LO: Ipv4Addr = Ipv4Addr::LOCALHOST;
const LO_NUMBER: u32 = 1;
/// An address that nobody has, and a number that no interface has.
const NOBODY: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 77);
const NO_NUMBER: u32 = 4_000_000;

/// A group of a body's own: what another one joins on the same interface, everybody hears.
fn group(body: u8) -> Ipv4Addr {
    Ipv4Addr::new(239, 77, 1, body)
}

fn on_lo(group: Ipv4Addr) -> IpMreqn {
    IpMreqn { group, local: LO, interface: 0 }
}

fn udp<B: Interfaces + Spawn>(m: &Machine<B>) -> Socket<B> {
    m.nonblocking(Family::INET, SocketType::DGRAM)
}

/// A socket that sends to groups by the loopback interface.
fn sender<B: Interfaces + Spawn>(m: &Machine<B>) -> Socket<B> {
    let socket = udp(m);
    socket.bind(&localhost(0)).unwrap();
    socket.set(ip::MulticastInterface, on_lo(Ipv4Addr::UNSPECIFIED)).unwrap();
    socket
}

/// A socket on a port of its own of `address`, or on that port, which it shares.
fn receiver<B: Interfaces + Spawn>(m: &Machine<B>, address: Ipv4Addr, port: u16) -> (Socket<B>, u16) {
    let socket = udp(m);
    socket.set(anysock::option::socket::ReuseAddr, true).unwrap();
    socket.bind(&SocketAddr::from((address, port))).unwrap();
    let bound: SocketAddr = socket.local_addr().unwrap();
    (socket, bound.port())
}

/// Sends to a group, and says which of the sockets have got it.
fn heard<B: Interfaces + Spawn>(
    m: &Machine<B>,
    from: &Socket<B>,
    to: (Ipv4Addr, u16),
    by: &[&Socket<B>],
) -> Vec<bool> {
    from.send_to(b"hello", &SocketAddr::from(to)).unwrap();
    m.pause();
    let source: SocketAddr = from.local_addr().unwrap();
    let mut bytes = [0; 16];
    let mut gets = |socket: &Socket<B>| match socket.recv_from::<SocketAddr>(&mut bytes) {
        Ok((length, from)) => {
            m.check("from", from, source);
            m.check("the bytes", &bytes[..length], b"hello");
            true
        }
        Err(error) => {
            m.check("nothing", Err::<(), _>(error), refused(Errno::EAGAIN));
            false
        }
    };
    by.iter().map(|socket| gets(socket)).collect()
}

pub fn every_member_hears<B: Interfaces + Spawn>(m: &Machine<B>) {
    let group = group(1);
    let from = sender(m);
    let (one, port) = receiver(m, Ipv4Addr::UNSPECIFIED, 0);
    let (other, _) = receiver(m, Ipv4Addr::UNSPECIFIED, port);
    let (of_group, _) = receiver(m, group, port);
    let (of_other, _) = receiver(m, OTHER_GROUP, port);
    let (of_host, _) = receiver(m, LO, port);
    let all = [&one, &other, &of_group, &of_other, &of_host];
    m.check("nobody has joined", heard(m, &from, (group, port), &all), vec![false; 5]);
    m.check("join", one.set(ip::AddMembership, on_lo(group)), Ok(()));
    // What one has joined, others hear, too.
    m.check("one has", heard(m, &from, (group, port), &all), vec![true, true, true, false, false]);
    m.check("all is off", other.set(ip::MulticastAll, false), Ok(()));
    m.check("who has not", heard(m, &from, (group, port), &all), vec![true, false, true, false, false]);
    m.check("join", other.set(ip::AddMembership, on_lo(group)), Ok(()));
    m.check("both", heard(m, &from, (group, port), &all), vec![true, true, true, false, false]);
    m.check("leave", one.set(ip::DropMembership, on_lo(group)), Ok(()));
    m.check(
        "the interface still",
        heard(m, &from, (group, port), &all),
        vec![true, true, true, false, false],
    );
    drop(other);
    let all = [&one, &of_group, &of_other, &of_host];
    m.check("closed", heard(m, &from, (group, port), &all), vec![false; 4]);
    // The kernel is in this one.
    m.check("every host", heard(m, &from, (Ipv4Addr::new(224, 0, 0, 1), port), &all[..1]), vec![true]);
}

pub fn connected_members<B: Interfaces + Spawn>(m: &Machine<B>) {
    let group = group(2);
    let from = sender(m);
    let stranger = sender(m);
    let (socket, port) = receiver(m, Ipv4Addr::UNSPECIFIED, 0);
    socket.set(ip::AddMembership, on_lo(group)).unwrap();
    let peer: SocketAddr = from.local_addr().unwrap();
    socket.connect(&peer).unwrap();
    // Connecting has bound it to an address.
    m.check("bound", heard(m, &from, (group, port), &[&socket]), vec![false]);
    let (socket, port) = receiver(m, group, port);
    socket.set(ip::AddMembership, on_lo(group)).unwrap();
    socket.connect(&peer).unwrap();
    m.check("its peer", heard(m, &from, (group, port), &[&socket]), vec![true]);
    m.check("another", heard(m, &stranger, (group, port), &[&socket]), vec![false]);
    let to = udp(m);
    to.set(ip::MulticastInterface, on_lo(Ipv4Addr::UNSPECIFIED)).unwrap();
    m.check("connect to a group", to.connect(&SocketAddr::from((group, port))), Ok(()));
    let own: SocketAddr = to.local_addr().unwrap();
    m.check("the own address", own.ip(), LO.into());
}

pub fn loopback_and_lifetime<B: Interfaces + Spawn>(m: &Machine<B>) {
    let group = group(3);
    let from = sender(m);
    let (socket, port) = receiver(m, Ipv4Addr::UNSPECIFIED, 0);
    socket.set(ip::AddMembership, on_lo(group)).unwrap();
    // Neither matters where the interface itself is the way back.
    from.set(ip::MulticastLoop, false).unwrap();
    m.check("no loopback", heard(m, &from, (group, port), &[&socket]), vec![true]);
    from.set(ip::MulticastTtl, 0).unwrap();
    m.check("no lifetime", heard(m, &from, (group, port), &[&socket]), vec![true]);
}

pub fn dual_stack<B: Interfaces + Spawn>(m: &Machine<B>) {
    let group = group(4);
    let from = sender(m);
    let socket = m.socket(Family::INET6, SocketType::DGRAM);
    socket.bind(&SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0))).unwrap();
    let port = socket.local_addr::<SocketAddr>().unwrap().port();
    m.check("join", socket.set(ip::AddMembership, on_lo(group)), Ok(()));
    from.send_to(b"hello", &SocketAddr::from((group, port))).unwrap();
    let mut bytes = [0; 8];
    let (received, source) = socket.recv_from::<SocketAddr>(&mut bytes).unwrap();
    let own: SocketAddr = from.local_addr().unwrap();
    let mapped = IpAddr::from(LO.to_ipv6_mapped());
    m.check("received", (received, source), (5, SocketAddr::new(mapped, own.port())));
    // Of what others have joined, it hears only where it asks for that.
    let other = m.nonblocking(Family::INET6, SocketType::DGRAM);
    other.bind(&SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0))).unwrap();
    let port = other.local_addr::<SocketAddr>().unwrap().port();
    m.check("ALL", other.get(ip::MulticastAll), Ok(false));
    m.check("not joined", heard(m, &from, (group, port), &[&other]), vec![false]);
    let only = m.nonblocking(Family::INET6, SocketType::DGRAM);
    only.set(ipv6::V6Only, true).unwrap();
    only.bind(&SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0))).unwrap();
    let port = only.local_addr::<SocketAddr>().unwrap().port();
    m.check("join", only.set(ip::AddMembership, on_lo(group)), Ok(()));
    m.check("of IPv6 only", heard(m, &from, (group, port), &[&only]), vec![false]);
}

pub fn joining_in_vain<B: Interfaces + Spawn>(m: &Machine<B>) {
    let group = group(5);
    let socket = udp(m);
    let join = |request| socket.set(ip::AddMembership, request);
    let leave = |request| socket.set(ip::DropMembership, request);
    m.check("no group", join(on_lo(LO)), refused(Errno::EINVAL));
    m.check("nobody's address", join(IpMreqn { local: NOBODY, ..on_lo(group) }), refused(Errno::ENODEV));
    let missing = IpMreqn { interface: NO_NUMBER, ..on_lo(group) };
    m.check("no interface", join(missing), refused(Errno::ENODEV));
    m.check("not joined", leave(on_lo(group)), refused(Errno::EADDRNOTAVAIL));
    m.check("not joined, no interface", leave(missing), refused(Errno::EADDRNOTAVAIL));
    m.check("not joined, no group", leave(on_lo(LO)), refused(Errno::EADDRNOTAVAIL));
    let short = IpMreq { group, local: LO };
    let join_short = |length| socket.set_bytes(Level::IP, ip::IP_ADD_MEMBERSHIP, &short.encode()[..length]);
    m.check("too short", join_short(7), refused(Errno::EINVAL));
    m.check("the older structure", join_short(8), Ok(()));
    m.check("again", join(on_lo(group)), refused(Errno::EADDRINUSE));
    let by_number = IpMreqn { group, local: Ipv4Addr::UNSPECIFIED, interface: LO_NUMBER };
    m.check("again, by number", join(by_number), refused(Errno::EADDRINUSE));
    m.check("leave, by number", leave(by_number), Ok(()));
    m.check("leave again", leave(by_number), refused(Errno::EADDRNOTAVAIL));
    m.check("by number", join(by_number), Ok(()));
    m.check("leave, by an address", leave(on_lo(group)), Ok(()));
    for number in 0..20 {
        join(on_lo(Ipv4Addr::new(239, 77, 3, number))).unwrap();
    }
    m.check("too many", join(on_lo(group)), refused(Errno::ENOBUFS));
    let stream = m.socket(Family::INET, SocketType::STREAM);
    m.check("a stream", stream.set(ip::AddMembership, on_lo(group)), refused(Errno::EPROTO));
}

pub fn sources<B: Interfaces + Spawn>(m: &Machine<B>) {
    let group = group(6);
    let from = sender(m);
    let other: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 9);
    let (socket, port) = receiver(m, Ipv4Addr::UNSPECIFIED, 0);
    let of = |source| IpMreqSource { group, local: LO, source };
    let hears = || heard(m, &from, (group, port), &[&socket]) == [true];
    m.check("block before joining", socket.set(ip::BlockSource, of(LO)), refused(Errno::EINVAL));
    socket.set(ip::AddMembership, on_lo(group)).unwrap();
    m.check("not blocked", socket.set(ip::UnblockSource, of(LO)), refused(Errno::EADDRNOTAVAIL));
    m.check("block another", socket.set(ip::BlockSource, of(other)), Ok(()));
    m.check("hears", hears(), true);
    m.check("block", socket.set(ip::BlockSource, of(LO)), Ok(()));
    m.check("hears", hears(), false);
    m.check("block again", socket.set(ip::BlockSource, of(LO)), refused(Errno::EADDRNOTAVAIL));
    m.check("the other mode", socket.set(ip::AddSourceMembership, of(LO)), refused(Errno::EINVAL));
    m.check("unblock", socket.set(ip::UnblockSource, of(LO)), Ok(()));
    m.check("hears", hears(), true);
    socket.set(ip::UnblockSource, of(other)).unwrap();
    // The list is empty, but there is one: the mode stays.
    m.check("leave a source", socket.set(ip::DropSourceMembership, of(LO)), refused(Errno::EINVAL));
    m.check("hears", hears(), true);
    socket.set(ip::DropMembership, on_lo(group)).unwrap();
    socket.set(ip::AddMembership, on_lo(group)).unwrap();
    m.check("leave a source", socket.set(ip::DropSourceMembership, of(LO)), refused(Errno::EADDRNOTAVAIL));
    // That has changed the mode.
    m.check("hears", hears(), false);
    socket.set(ip::DropMembership, on_lo(group)).unwrap();
    m.check("join for one", socket.set(ip::AddSourceMembership, of(other)), Ok(()));
    m.check("hears", hears(), false);
    m.check("block in that mode", socket.set(ip::BlockSource, of(LO)), refused(Errno::EINVAL));
    m.check("and for another", socket.set(ip::AddSourceMembership, of(LO)), Ok(()));
    m.check("hears", hears(), true);
    m.check("again", socket.set(ip::AddSourceMembership, of(LO)), refused(Errno::EADDRNOTAVAIL));
    m.check("join for all", socket.set(ip::AddMembership, on_lo(group)), refused(Errno::EADDRINUSE));
    m.check("leave one", socket.set(ip::DropSourceMembership, of(LO)), Ok(()));
    m.check("hears", hears(), false);
    m.check("leave the last", socket.set(ip::DropSourceMembership, of(other)), Ok(()));
    m.check("has left", socket.set(ip::DropMembership, on_lo(group)), refused(Errno::EADDRNOTAVAIL));
    for number in 1..=10 {
        socket.set(ip::AddSourceMembership, of(Ipv4Addr::new(10, 9, 9, number))).unwrap();
    }
    m.check("too many", socket.set(ip::AddSourceMembership, of(LO)), refused(Errno::ENOBUFS));
    let long = [&of(LO).encode()[..], &[0]].concat();
    let set = |bytes: &[u8]| socket.set_bytes(Level::IP, ip::IP_ADD_SOURCE_MEMBERSHIP, bytes);
    m.check("too long", set(&long), refused(Errno::EINVAL));
    m.check("too short", set(&long[..11]), refused(Errno::EINVAL));
}

pub fn source_filters<B: Interfaces + Spawn>(m: &Machine<B>) {
    let group = group(8);
    let from = sender(m);
    let (socket, port) = receiver(m, Ipv4Addr::UNSPECIFIED, 0);
    let hears = || heard(m, &from, (group, port), &[&socket]) == [true];
    let (one, other) = (Ipv4Addr::new(127, 0, 0, 9), Ipv4Addr::new(127, 0, 0, 8));
    let bytes = |group: Ipv4Addr, mode: u32, sources: &[Ipv4Addr]| {
        let mut bytes = [group.octets(), LO.octets()].concat();
        bytes.extend([mode.to_ne_bytes(), (sources.len() as u32).to_ne_bytes()].concat());
        bytes.extend(sources.iter().flat_map(|source| source.octets()));
        bytes
    };
    let set = |bytes: &[u8]| socket.set_bytes(Level::IP, ip::IP_MSFILTER, bytes);
    let read = |group, room| {
        let mut value = bytes(group, 0, &vec![Ipv4Addr::UNSPECIFIED; room]);
        let length = socket.get_bytes(Level::IP, ip::IP_MSFILTER, &mut value)?;
        value.truncate(length);
        Ok(value)
    };
    let (exclude, include) = (0, 1);
    m.check("not joined", set(&bytes(group, exclude, &[one])), refused(Errno::EINVAL));
    m.check("read", read(group, 4), refused(Errno::EADDRNOTAVAIL));
    m.check("no group", read(one, 4), refused(Errno::EINVAL));
    socket.set(ip::AddMembership, on_lo(group)).unwrap();
    m.check("all", read(group, 4), Ok(bytes(group, exclude, &[])));
    m.check("but one and another", set(&bytes(group, exclude, &[one, other])), Ok(()));
    m.check("in that order", read(group, 4), Ok(bytes(group, exclude, &[one, other])));
    m.check("hears", hears(), true);
    let head = &bytes(group, exclude, &[one, other])[..16];
    m.check("as many as fit", read(group, 1), Ok([head, &one.octets()].concat()));
    m.check("none fit", read(group, 0), Ok(head.to_vec()));
    m.check("but this one", set(&bytes(group, exclude, &[other, LO])), Ok(()));
    m.check("hears", hears(), false);
    m.check("these", set(&bytes(group, include, &[other, LO])), Ok(()));
    m.check("hears", hears(), true);
    let drop = |source| socket.set(ip::DropSourceMembership, IpMreqSource { group, local: LO, source });
    m.check("without one", drop(other), Ok(()));
    m.check("the rest", read(group, 4), Ok(bytes(group, include, &[LO])));
    let storage = |address: Ipv4Addr| SockAddrStorage::new(&SocketAddrV4::new(address, 0));
    let mut filter = GroupFilter::of(LO_NUMBER, storage(group));
    let known = socket.get_with(multicast::SourceFilter, filter.clone()).unwrap();
    m.check("of any version", *known.sources == [storage(LO)], true);
    m.check("its mode", known.head.mode, MulticastFilterMode::INCLUDE);
    filter.sources = List::new(&[storage(one)]).unwrap();
    m.check("set for any version", socket.set(multicast::SourceFilter, filter), Ok(()));
    m.check("is read", read(group, 4), Ok(bytes(group, exclude, &[one])));
    m.check("a mode that is none", set(&bytes(group, 2, &[one])), refused(Errno::EINVAL));
    m.check("too many", set(&bytes(group, exclude, &[one; 11])), refused(Errno::ENOBUFS));
    m.check("too short", set(&bytes(group, exclude, &[one])[..19]), refused(Errno::EINVAL));
    m.check("no head", set(&bytes(group, exclude, &[])[..15]), refused(Errno::EINVAL));
    m.check("nobody", set(&bytes(group, include, &[])), Ok(()));
    m.check("has left", read(group, 4), refused(Errno::EADDRNOTAVAIL));
}

pub fn any_version<B: Interfaces + Spawn>(m: &Machine<B>) {
    let group = group(7);
    let from = sender(m);
    let (socket, port) = receiver(m, Ipv4Addr::UNSPECIFIED, 0);
    let hears = || heard(m, &from, (group, port), &[&socket]) == [true];
    let any = IpAddr::from(group);
    m.check("join", socket.join_group(&any, LO_NUMBER), Ok(()));
    m.check("again", socket.join_group(&any, LO_NUMBER), refused(Errno::EADDRINUSE));
    m.check("hears", hears(), true);
    m.check("block", socket.block_source(&any, &LO.into(), LO_NUMBER), Ok(()));
    m.check("hears", hears(), false);
    m.check("unblock", socket.unblock_source(&any, &LO.into(), LO_NUMBER), Ok(()));
    m.check("hears", hears(), true);
    m.check("leave", socket.leave_group(&any, LO_NUMBER), Ok(()));
    m.check("again", socket.leave_group(&any, LO_NUMBER), refused(Errno::EADDRNOTAVAIL));
    m.check("join for one", socket.join_source_group(&any, &LO.into(), LO_NUMBER), Ok(()));
    m.check("hears", hears(), true);
    m.check("leave it", socket.leave_source_group(&any, &LO.into(), LO_NUMBER), Ok(()));
    m.check("hears", hears(), false);
    m.check("no interface", socket.join_group(&any, NO_NUMBER), refused(Errno::ENODEV));
    let foreign = GroupReq { interface: LO_NUMBER, group: storage(GROUP_V6.into()) };
    m.check("of IPv6", socket.set(multicast::JoinGroup, foreign), refused(Errno::EINVAL));
    let foreign =
        GroupSourceReq { interface: LO_NUMBER, group: storage(any), source: storage(GROUP_V6.into()) };
    m.check(
        "a source of IPv6",
        socket.set(multicast::JoinSourceGroup, foreign),
        refused(Errno::EADDRNOTAVAIL),
    );
    let short = |name| socket.set_bytes(Level::IP, name, &[0; 100]);
    m.check("too short", short(multicast::MCAST_JOIN_GROUP), refused(Errno::EINVAL));
    m.check("too short", short(multicast::MCAST_JOIN_SOURCE_GROUP), refused(Errno::EINVAL));
}

fn storage(address: IpAddr) -> SockAddrStorage {
    SockAddrStorage::new(&SocketAddr::new(address, 0))
}

pub fn options_of_ipv4<B: Interfaces + Spawn>(m: &Machine<B>) {
    let group = group(8);
    let socket = udp(m);
    let set = |name, bytes: &[u8]| socket.set_bytes(Level::IP, name, bytes);
    m.check("TTL", socket.get(ip::MulticastTtl), Ok(1));
    m.check("TTL 7", socket.set(ip::MulticastTtl, 7), Ok(()));
    m.check("TTL", socket.get(ip::MulticastTtl), Ok(7));
    m.check("TTL 255", set(ip::IP_MULTICAST_TTL, &[255]), Ok(()));
    m.check("TTL", socket.get(ip::MulticastTtl), Ok(255));
    m.check("TTL -1", socket.set(ip::MulticastTtl, -1), Ok(()));
    m.check("TTL", socket.get(ip::MulticastTtl), Ok(1));
    m.check("TTL 0", socket.set(ip::MulticastTtl, 0), Ok(()));
    for wrong in [-2, 256] {
        m.check("TTL", socket.set(ip::MulticastTtl, wrong), refused(Errno::EINVAL));
    }
    m.check("LOOP", socket.get(ip::MulticastLoop), Ok(true));
    m.check("LOOP 0", set(ip::IP_MULTICAST_LOOP, &[0]), Ok(()));
    m.check("LOOP", socket.get(ip::MulticastLoop), Ok(false));
    m.check("LOOP 7", set(ip::IP_MULTICAST_LOOP, &7i32.to_ne_bytes()), Ok(()));
    m.check("LOOP", socket.get(ip::MulticastLoop), Ok(true));
    m.check("ALL", socket.get(ip::MulticastAll), Ok(true));
    m.check("ALL 7", set(ip::IP_MULTICAST_ALL, &7i32.to_ne_bytes()), refused(Errno::EINVAL));
    m.check("ALL 0", set(ip::IP_MULTICAST_ALL, &[0]), Ok(()));
    m.check("ALL", socket.get(ip::MulticastAll), Ok(false));
    for name in [ip::IP_MULTICAST_TTL, ip::IP_MULTICAST_LOOP, ip::IP_MULTICAST_ALL] {
        m.check("without a value", set(name, &[]), refused(Errno::EINVAL));
    }
    let mut answer = [9; 8];
    let interface = |answer: &mut [u8]| socket.get_bytes(Level::IP, ip::IP_MULTICAST_IF, answer);
    m.check("IF", interface(&mut answer), Ok(4));
    m.check("IF", answer, [0, 0, 0, 0, 9, 9, 9, 9]);
    m.check("IF in two bytes", interface(&mut answer[..2]), Ok(2));
    let by_number = IpMreqn { group, local: Ipv4Addr::UNSPECIFIED, interface: LO_NUMBER };
    m.check("IF by number", socket.set(ip::MulticastInterface, by_number), Ok(()));
    m.check("IF", interface(&mut answer), Ok(4));
    m.check("IF", answer[..4] == [0; 4], true);
    m.check("IF by address", set(ip::IP_MULTICAST_IF, &LO.octets()), Ok(()));
    m.check("IF", interface(&mut answer), Ok(4));
    m.check("IF", answer[..4] == LO.octets(), true);
    m.check("IF, too short", set(ip::IP_MULTICAST_IF, &[0; 3]), refused(Errno::EINVAL));
    m.check("IF, nobody's", set(ip::IP_MULTICAST_IF, &NOBODY.octets()), refused(Errno::EADDRNOTAVAIL));
    let missing = IpMreqn { interface: NO_NUMBER, ..by_number };
    m.check("IF, missing", socket.set(ip::MulticastInterface, missing), refused(Errno::EADDRNOTAVAIL));
    m.check("IF none", set(ip::IP_MULTICAST_IF, &[0; 4]), Ok(()));
    m.check("IF", interface(&mut answer), Ok(4));
    m.check("IF", answer[..4] == [0; 4], true);
}

pub fn options_of_ipv6<B: Interfaces + Spawn>(m: &Machine<B>) {
    let socket = m.socket(Family::INET6, SocketType::DGRAM);
    let set = |name, bytes: &[u8]| socket.set_bytes(Level::IPV6, name, bytes);
    m.check("HOPS", socket.get(ipv6::MulticastHops), Ok(1));
    m.check("HOPS 7", socket.set(ipv6::MulticastHops, 7), Ok(()));
    m.check("HOPS", socket.get(ipv6::MulticastHops), Ok(7));
    m.check("HOPS -1", socket.set(ipv6::MulticastHops, -1), Ok(()));
    m.check("HOPS", socket.get(ipv6::MulticastHops), Ok(1));
    for wrong in [-2, 256] {
        m.check("HOPS", socket.set(ipv6::MulticastHops, wrong), refused(Errno::EINVAL));
    }
    m.check("LOOP", socket.get(ipv6::MulticastLoop), Ok(true));
    m.check("LOOP 0", socket.set(ipv6::MulticastLoop, false), Ok(()));
    m.check("LOOP", socket.get(ipv6::MulticastLoop), Ok(false));
    m.check("LOOP 7", set(ipv6::IPV6_MULTICAST_LOOP, &7i32.to_ne_bytes()), refused(Errno::EINVAL));
    m.check("ALL", socket.get(ipv6::MulticastAll), Ok(true));
    m.check("ALL 0", socket.set(ipv6::MulticastAll, false), Ok(()));
    m.check("ALL", socket.get(ipv6::MulticastAll), Ok(false));
    m.check("ALL 7", set(ipv6::IPV6_MULTICAST_ALL, &7i32.to_ne_bytes()), Ok(()));
    m.check("ALL", socket.get(ipv6::MulticastAll), Ok(true));
    m.check("IF", socket.get(ipv6::MulticastInterface), Ok(0));
    m.check("IF 1", socket.set(ipv6::MulticastInterface, 1), Ok(()));
    m.check("IF", socket.get(ipv6::MulticastInterface), Ok(1));
    let missing = NO_NUMBER.cast_signed();
    m.check("IF, missing", socket.set(ipv6::MulticastInterface, missing), refused(Errno::ENODEV));
    for name in [
        ipv6::IPV6_MULTICAST_HOPS,
        ipv6::IPV6_MULTICAST_LOOP,
        ipv6::IPV6_MULTICAST_ALL,
        ipv6::IPV6_MULTICAST_IF,
    ] {
        m.check("too short", set(name, &[1]), refused(Errno::EINVAL));
    }
    let of_ipv4 = udp(m);
    m.check("of IPv4", of_ipv4.set(ipv6::MulticastHops, 1), refused(Errno::ENOPROTOOPT));
    m.check("by IPv4's", socket.get(ip::MulticastTtl), Ok(1));
    let to = SocketAddr::from((GROUP_V6, 9));
    m.check("not by lo", socket.send_to(b"x", &to), refused(Errno::ENETUNREACH));
}

pub fn joining_by_ipv6<B: Interfaces + Spawn>(m: &Machine<B>) {
    let socket = m.socket(Family::INET6, SocketType::DGRAM);
    let mreq = |group, interface| Ipv6Mreq { group, interface };
    let join = |group, interface| socket.set(ipv6::JoinGroup, mreq(group, interface));
    let leave = |group, interface| socket.set(ipv6::LeaveGroup, mreq(group, interface));
    m.check("no group", join(Ipv6Addr::LOCALHOST, LO_NUMBER), refused(Errno::EINVAL));
    m.check("no interface", join(GROUP_V6, NO_NUMBER), refused(Errno::ENODEV));
    m.check("not joined", leave(GROUP_V6, LO_NUMBER), refused(Errno::EADDRNOTAVAIL));
    m.check("not joined, no group", leave(Ipv6Addr::LOCALHOST, LO_NUMBER), refused(Errno::EINVAL));
    m.check("join", join(GROUP_V6, LO_NUMBER), Ok(()));
    m.check("again", join(GROUP_V6, LO_NUMBER), refused(Errno::EADDRINUSE));
    m.check("again, on any", join(GROUP_V6, 0), refused(Errno::EADDRINUSE));
    m.check("leave, on any", leave(GROUP_V6, 0), Ok(()));
    let bytes = mreq(GROUP_V6, LO_NUMBER).encode();
    let short = socket.set_bytes(Level::IPV6, ipv6::IPV6_JOIN_GROUP, &bytes[..19]);
    m.check("too short", short, refused(Errno::EINVAL));
    let (group, source) = (IpAddr::from(GROUP_V6), IpAddr::from(Ipv6Addr::LOCALHOST));
    m.check("join", socket.join_group(&group, LO_NUMBER), Ok(()));
    m.check("block", socket.block_source(&group, &source, LO_NUMBER), Ok(()));
    m.check("again", socket.block_source(&group, &source, LO_NUMBER), refused(Errno::EADDRNOTAVAIL));
    m.check("for one", socket.join_source_group(&group, &source, LO_NUMBER), refused(Errno::EINVAL));
    m.check("leave", socket.leave_group(&group, LO_NUMBER), Ok(()));
    m.check("for one", socket.join_source_group(&group, &source, LO_NUMBER), Ok(()));
    m.check("leave it", socket.leave_source_group(&group, &source, LO_NUMBER), Ok(()));
    m.check("left", socket.leave_group(&group, LO_NUMBER), refused(Errno::EADDRNOTAVAIL));
    let foreign = GroupReq { interface: LO_NUMBER, group: storage(OTHER_GROUP.into()) };
    let bytes = foreign.encode();
    let foreign = socket.set_bytes(Level::IPV6, multicast::MCAST_JOIN_GROUP, &bytes);
    m.check("of IPv4", foreign, refused(Errno::EADDRNOTAVAIL));
}
