//! Packets that a kernel has to count: malformed ones, ones for nobody, ones that go further, and their like.

/// The machine that counts, and who sends the packets.
pub(crate) const OWN_V4: [u8; 4] = [192, 0, 2, 1];
pub(crate) const PEER_V4: [u8; 4] = [192, 0, 2, 2];
pub(crate) const OWN_V6: [u8; 16] = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
pub(crate) const PEER_V6: [u8; 16] = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2];
/// Somebody on the machine's other network.
const FAR_V4: [u8; 4] = [198, 51, 100, 2];
const FAR_V6: [u8; 16] = [0x20, 1, 0xd, 0xb8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2];
/// Somebody on no network of the machine's.
const NOBODY_V4: [u8; 4] = [203, 0, 113, 9];
const NOBODY_V6: [u8; 16] = [0x20, 1, 0xd, 0xb8, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9];
/// Where UDP and TCP sockets are, and where none is.
pub(crate) const UDP_PORT: u16 = 7000;
pub(crate) const TCP_PORT: u16 = 8000;
const NO_PORT: u16 = 7;

const ICMP: u8 = 1;
const TCP: u8 = 6;
const UDP: u8 = 17;
const UDP_LITE: u8 = 136;
const ICMP_V6: u8 = 58;
/// A protocol that no machine has: "any distributed file system".
const UNKNOWN: u8 = 68;

/// What is done, and how it is called.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) packets: Vec<Vec<u8>>,
    /// Whether the time for the fragments of a packet passes.
    pub(crate) waits: bool,
}

/// The Internet's checksum (RFC 1071).
fn checksum(parts: &[&[u8]]) -> [u8; 2] {
    let octets = parts.concat();
    let word = |pair: &[u8]| u32::from(pair[0]) << 8 | u32::from(pair.get(1).copied().unwrap_or(0));
    let mut sum: u32 = octets.chunks(2).map(word).sum();
    while sum > 0xFFFF {
        sum = (sum & 0xFFFF) + (sum >> 16);
    }
    (!(sum as u16)).to_be_bytes()
}

/// A packet from the peer, with IP options.
fn v4_with(to: [u8; 4], protocol: u8, options: &[u8], payload: &[u8]) -> Vec<u8> {
    let length = 20 + options.len();
    let [high, low] = ((length + payload.len()) as u16).to_be_bytes();
    let words = 0x40 | (length / 4) as u8;
    let mut packet = vec![words, 0, high, low, 0, 1, 0, 0, 64, protocol, 0, 0];
    packet.extend([&PEER_V4[..], &to, options].concat());
    sum_v4(&mut packet);
    packet.extend(payload);
    packet
}

/// Puts the right checksum into the header of a packet.
fn sum_v4(packet: &mut [u8]) {
    let length = usize::from(packet[0] & 0xF) * 4;
    packet[10..12].fill(0);
    let sum = checksum(&[&packet[..length]]);
    packet[10..12].copy_from_slice(&sum);
}

fn v4(to: [u8; 4], protocol: u8, payload: &[u8]) -> Vec<u8> {
    v4_with(to, protocol, &[], payload)
}

fn v6(to: [u8; 16], next_header: u8, payload: &[u8]) -> Vec<u8> {
    let [high, low] = (payload.len() as u16).to_be_bytes();
    let mut packet = vec![0x60, 0, 0, 0, high, low, next_header, 64];
    packet.extend([&PEER_V6[..], &to, payload].concat());
    packet
}

/// The packet with changes, and with the checksum of its header where that is of IPv4.
fn changed(mut packet: Vec<u8>, change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    change(&mut packet);
    if packet[0] >> 4 == 4 && packet.len() >= 20 {
        sum_v4(&mut packet);
    }
    packet
}

/// The pseudo-header of either version.
fn pseudo(source: &[u8], to: &[u8], protocol: u8, length: usize) -> Vec<u8> {
    [source, to, &(length as u32).to_be_bytes(), &[0, 0, 0, protocol]].concat()
}

/// Puts the checksum of UDP, TCP or ICMPv6 into its place.
fn summed(mut payload: Vec<u8>, at: usize, source: &[u8], to: &[u8], protocol: u8) -> Vec<u8> {
    let sum = checksum(&[&pseudo(source, to, protocol, payload.len()), &payload]);
    payload[at..at + 2].copy_from_slice(&sum);
    payload
}

fn udp_bytes(port: u16, text: &[u8]) -> Vec<u8> {
    let [high, low] = port.to_be_bytes();
    let [most, least] = (8 + text.len() as u16).to_be_bytes();
    [&[0x9C, 0x40, high, low, most, least, 0, 0], text].concat()
}

fn udp_v4(port: u16, text: &[u8]) -> Vec<u8> {
    summed(udp_bytes(port, text), 6, &PEER_V4, &OWN_V4, UDP)
}

fn udp_v6(port: u16, text: &[u8]) -> Vec<u8> {
    summed(udp_bytes(port, text), 6, &PEER_V6, &OWN_V6, UDP)
}

const SYN: u8 = 2;
const RST: u8 = 4;
const ACK: u8 = 16;

fn tcp_bytes(port: u16, flags: u8) -> Vec<u8> {
    let [high, low] = port.to_be_bytes();
    vec![0x9C, 0x40, high, low, 0, 0, 0, 77, 0, 0, 0, 0, 0x50, flags, 4, 0, 0, 0, 0, 0]
}

fn tcp_v4(port: u16, flags: u8) -> Vec<u8> {
    summed(tcp_bytes(port, flags), 16, &PEER_V4, &OWN_V4, TCP)
}

fn tcp_v6(port: u16, flags: u8) -> Vec<u8> {
    summed(tcp_bytes(port, flags), 16, &PEER_V6, &OWN_V6, TCP)
}

fn icmp_v4(kind: u8, code: u8, rest: &[u8]) -> Vec<u8> {
    let mut message = [&[kind, code, 0, 0], rest].concat();
    let sum = checksum(&[&message]);
    message[2..4].copy_from_slice(&sum);
    message
}

fn icmp_v6(kind: u8, code: u8, rest: &[u8]) -> Vec<u8> {
    summed([&[kind, code, 0, 0], rest].concat(), 2, &PEER_V6, &OWN_V6, ICMP_V6)
}

/// A fragment of IPv4: its offset in octets.
fn fragment_v4(identification: u8, offset: u16, more: bool, octets: &[u8]) -> Vec<u8> {
    changed(v4(OWN_V4, UDP, octets), |packet| {
        packet[5] = identification;
        let field = offset / 8 + if more { 0x2000 } else { 0 };
        packet[6..8].copy_from_slice(&field.to_be_bytes());
    })
}

fn fragment_v6(identification: u8, offset: u16, more: bool, octets: &[u8]) -> Vec<u8> {
    let [high, low] = (offset | u16::from(more)).to_be_bytes();
    v6(OWN_V6, 44, &[&[UDP, 0, high, low, 0, 0, 0, identification], octets].concat())
}

/// A packet that the machine may have sent, as an error quotes it.
fn sent_v4(protocol: u8, payload: &[u8]) -> Vec<u8> {
    changed(v4(PEER_V4, protocol, payload), |packet| packet[12..16].copy_from_slice(&OWN_V4))
}

fn sent_v6(protocol: u8, payload: &[u8]) -> Vec<u8> {
    changed(v6(PEER_V6, protocol, payload), |packet| packet[8..24].copy_from_slice(&OWN_V6))
}

/// Everything that is thrown at the machine.
pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |name: &str, packets: &[Vec<u8>]| {
        cases.push(Case {
            name: name.to_owned(),
            packets: packets.to_vec(),
            waits: name.contains("in time"),
        });
    };
    headers_v4(&mut add);
    options_v4(&mut add);
    headers_v6(&mut add);
    extensions_v6(&mut add);
    fragments(&mut add);
    routed(&mut add);
    datagrams(&mut add);
    segments(&mut add);
    messages_v4(&mut add);
    messages_v6(&mut add);
    cases
}

type Add<'a> = dyn FnMut(&str, &[Vec<u8>]) + 'a;

fn headers_v4(add: &mut Add<'_>) {
    let good = || v4(OWN_V4, UDP, &udp_v4(UDP_PORT, b"text"));
    add("IPv4: ten octets", &[good()[..10].to_vec()]);
    add("IPv4: a header of 16 octets", &[changed(good(), |it| it[0] = 0x44)]);
    add(
        "IPv4: a header that is longer than the packet",
        &[{
            let mut packet = good();
            packet[0] = 0x4F;
            packet
        }],
    );
    add(
        "IPv4: a wrong checksum",
        &[{
            let mut packet = good();
            packet[10] ^= 1;
            packet
        }],
    );
    add("IPv4: shorter than it says", &[changed(good(), |it| it[3] += 1)]);
    add("IPv4: a length that is less than the header's", &[changed(good(), |it| it[3] = 19)]);
    add("IPv4: longer than it says", &[[good(), vec![0; 7]].concat()]);
    add("IPv4: a hop limit of nought", &[changed(good(), |it| it[8] = 0)]);
    add("IPv4: the reserved flag", &[changed(good(), |it| it[6] = 0x80)]);
    add("IPv4: ECT(0)", &[changed(good(), |it| it[1] = 2)]);
    add("IPv4: ECT(1)", &[changed(good(), |it| it[1] = 1)]);
    add("IPv4: congestion experienced", &[changed(good(), |it| it[1] = 3)]);
    let from = |source: [u8; 4]| changed(good(), |it| it[12..16].copy_from_slice(&source));
    add("IPv4: from a group", &[from([224, 0, 0, 5])]);
    add("IPv4: from everybody", &[from([255; 4])]);
    add("IPv4: from the network's broadcast address", &[from([192, 0, 2, 255])]);
    add("IPv4: from a loopback address", &[from([127, 0, 0, 1])]);
    add("IPv4: from nobody", &[from([0; 4])]);
    add("IPv4: from the machine itself", &[from(OWN_V4)]);
    let to = |to: [u8; 4]| vec![v4(to, UDP, &summed(udp_bytes(UDP_PORT, b"text"), 6, &PEER_V4, &to, UDP))];
    add("IPv4: to a loopback address", &to([127, 0, 0, 1]));
    add("IPv4: to nobody", &to([0; 4]));
    add("IPv4: to everybody", &to([255; 4]));
    add("IPv4: to the network's broadcast address", &to([192, 0, 2, 255]));
    add("IPv4: to all systems", &to([224, 0, 0, 1]));
    add("IPv4: to a group that nobody has joined", &to([239, 1, 2, 3]));
    add("IPv4: to a reserved address", &to([240, 0, 0, 1]));
    add("IPv4: an unknown protocol", &[v4(OWN_V4, UNKNOWN, b"text")]);
    add("IPv4: an unknown protocol to everybody", &[v4([255; 4], UNKNOWN, b"text")]);
    add("IPv4: no contents", &[v4(OWN_V4, UDP, b"")]);
}

fn options_v4(add: &mut Add<'_>) {
    let with = |options: &[u8]| vec![v4_with(OWN_V4, UDP, options, &udp_v4(UDP_PORT, b"text"))];
    add("IPv4 options: none that says anything", &with(&[1, 1, 1, 0]));
    add("IPv4 options: one of no length", &with(&[7, 0, 4, 0]));
    add("IPv4 options: one that is longer than the header", &with(&[7, 9, 4, 0]));
    add("IPv4 options: the last octet begins one", &with(&[1, 1, 1, 7]));
    add("IPv4 options: a route that is recorded", &with(&[7, 7, 4, 0, 0, 0, 0, 0]));
    add("IPv4 options: one whose pointer is before its beginning", &with(&[7, 7, 3, 0, 0, 0, 0, 0]));
    add("IPv4 options: time stamps", &with(&[68, 8, 5, 0, 0, 0, 0, 0]));
    add("IPv4 options: time stamps without room", &with(&[68, 3, 5, 0]));
    add("IPv4 options: one that nobody knows", &with(&[0x9E, 4, 1, 2]));
    add("IPv4 options: a source route at its end", &with(&[131, 7, 8, 192, 0, 2, 9, 0]));
    add("IPv4 options: a source route with a way to go", &with(&[131, 7, 4, 198, 51, 100, 2, 0]));
    add("IPv4 options: router alert", &with(&[148, 4, 0, 0]));
}

fn headers_v6(add: &mut Add<'_>) {
    let good = || v6(OWN_V6, UDP, &udp_v6(UDP_PORT, b"text"));
    add("IPv6: ten octets", &[good()[..10].to_vec()]);
    add("IPv6: shorter than it says", &[changed(good(), |it| it[5] += 1)]);
    add("IPv6: longer than it says", &[[good(), vec![0; 7]].concat()]);
    add("IPv6: a hop limit of nought", &[changed(good(), |it| it[7] = 0)]);
    add("IPv6: ECT(0)", &[changed(good(), |it| it[1] = 0x20)]);
    add("IPv6: congestion experienced", &[changed(good(), |it| it[1] = 0x30)]);
    let address =
        |at: usize, address: [u8; 16]| changed(good(), |it| it[at..at + 16].copy_from_slice(&address));
    let loopback = {
        let mut address = [0; 16];
        address[15] = 1;
        address
    };
    let group = |scope: u8, last: u8| {
        let mut it = [0; 16];
        (it[0], it[1], it[15]) = (0xFF, scope, last);
        it
    };
    add("IPv6: from a group", &[address(8, group(2, 1))]);
    add("IPv6: from the loopback address", &[address(8, loopback)]);
    add("IPv6: from nobody", &[address(8, [0; 16])]);
    add("IPv6: to the loopback address", &[address(24, loopback)]);
    add("IPv6: to nobody", &[address(24, [0; 16])]);
    add("IPv6: to a group of no scope", &[address(24, group(0, 1))]);
    add("IPv6: to a group of the interface", &[address(24, group(1, 1))]);
    add("IPv6: to a group that nobody has joined", &[address(24, group(5, 77))]);
    add("IPv6: to an unknown group, by an unknown protocol", &[v6(group(5, 77), UNKNOWN, b"text")]);
    let to_all = group(2, 1);
    add(
        "IPv6: to all nodes",
        &[v6(to_all, UDP, &summed(udp_bytes(UDP_PORT, b"text"), 6, &PEER_V6, &to_all, UDP))],
    );
    add("IPv6: an unknown protocol", &[v6(OWN_V6, UNKNOWN, b"text")]);
    add("IPv6: no next header", &[v6(OWN_V6, 59, b"text")]);
    add("IPv6: no contents", &[v6(OWN_V6, UDP, b"")]);
}

fn extensions_v6(add: &mut Add<'_>) {
    let datagram = udp_v6(UDP_PORT, b"text");
    let behind = |first: u8, header: &[u8]| vec![v6(OWN_V6, first, &[header, &datagram].concat())];
    let options: [(u8, &str, u8, [u8; 2]); 10] = [
        (0, "each hop", 0, [1, 4]),
        (0, "each hop, one to be skipped", 0, [0x3E, 4]),
        (0, "each hop, one to drop it for", 0, [0x7E, 4]),
        (0, "each hop, one to say so for", 0, [0xBE, 4]),
        (0, "each hop, longer than the packet", 9, [1, 4]),
        (0, "each hop, one longer than all", 0, [1, 9]),
        (60, "the destination", 0, [1, 4]),
        (60, "the destination, one to drop it for", 0, [0x7E, 4]),
        (60, "the destination, one to say so for", 0, [0x9E, 4]),
        (60, "the destination, longer than the packet", 9, [1, 4]),
    ];
    for (header, of_what, units, [kind, length]) in options {
        let octets = [UDP, units, kind, length, 0, 0, 0, 0];
        add(&format!("IPv6 extensions: options of {of_what}"), &behind(header, &octets));
    }
    add("IPv6 extensions: a route of type 0 at its end", &behind(43, &[UDP, 0, 0, 0, 0, 0, 0, 0]));
    add(
        "IPv6 extensions: a route of type 0 with a way to go",
        &behind(43, &[&[UDP, 2, 0, 1, 0, 0, 0, 0][..], &FAR_V6].concat()),
    );
    add("IPv6 extensions: a route of an unknown type", &behind(43, &[UDP, 0, 77, 1, 0, 0, 0, 0]));
    add("IPv6 extensions: a fragment that is all", &behind(44, &[UDP, 0, 0, 0, 0, 0, 0, 1]));
    add(
        "IPv6 extensions: options of each hop, not first",
        &behind(60, &[0, 0, 1, 4, 0, 0, 0, 0, UDP, 0, 1, 4, 0, 0, 0, 0]),
    );
}

fn fragments(add: &mut Add<'_>) {
    let text = [7; 24];
    let (v4, v6) = (udp_v4(UDP_PORT, &text), udp_v6(UDP_PORT, &text));
    type Fragment = fn(u8, u16, bool, &[u8]) -> Vec<u8>;
    for (version, fragment, whole) in [("IPv4", fragment_v4 as Fragment, &v4), ("IPv6", fragment_v6, &v6)] {
        let mut add = |number: u8, what: &str, pieces: &[(u16, usize, bool)]| {
            let piece = |&(offset, length, more): &(u16, usize, bool)| {
                let octets: Vec<u8> =
                    whole.iter().copied().cycle().skip(offset.into()).take(length).collect();
                fragment(number, offset, more, &octets)
            };
            add(&format!("{version} fragments: {what}"), &pieces.iter().map(piece).collect::<Vec<_>>());
        };
        add(10, "in order", &[(0, 16, true), (16, 16, false)]);
        add(11, "the last one first", &[(16, 16, false), (0, 16, true)]);
        add(12, "one twice", &[(0, 16, true), (0, 16, true), (16, 16, false)]);
        add(13, "two that overlap", &[(0, 16, true), (8, 16, true)]);
        add(14, "another end", &[(8, 16, false), (8, 8, false)]);
        add(15, "behind the end", &[(8, 8, false), (16, 8, true)]);
        add(16, "one without contents", &[(8, 0, true)]);
        add(17, "not a multiple of eight octets", &[(0, 13, true)]);
        add(18, "longer than any packet", &[(65_528, 16, false)]);
        add(19, "the first one and no other in time", &[(0, 16, true)]);
        add(20, "the last one and no other in time", &[(16, 16, false)]);
        add(21, "the first too short for its headers", &[(0, 0, true)]);
        add(22, "the first with a part of its header", &[(0, 7, true)]);
    }
}

fn routed(add: &mut Add<'_>) {
    let v4_to = |to: [u8; 4], length: usize| v4(to, UDP, &udp_v4(UDP_PORT, &vec![7; length]));
    let v6_to = |to: [u8; 16], length: usize| v6(to, UDP, &udp_v6(UDP_PORT, &vec![7; length]));
    add("IPv4, routed: to somebody", &[v4_to(FAR_V4, 10)]);
    add("IPv4, routed: a hop limit of one", &[changed(v4_to(FAR_V4, 10), |it| it[8] = 1)]);
    add("IPv4, routed: a hop limit of nought", &[changed(v4_to(FAR_V4, 10), |it| it[8] = 0)]);
    add("IPv4, routed: to where no route leads", &[v4_to(NOBODY_V4, 10)]);
    add("IPv4, routed: too large", &[v4_to(FAR_V4, 1400)]);
    add(
        "IPv4, routed: too large, and not to be fragmented",
        &[changed(v4_to(FAR_V4, 1400), |it| it[6] = 0x40)],
    );
    add("IPv4, routed: a fragment", &[changed(v4_to(FAR_V4, 16), |it| it[6] = 0x20)]);
    add(
        "IPv4, routed: a recorded route",
        &[v4_with(FAR_V4, UDP, &[7, 7, 4, 0, 0, 0, 0, 0], &udp_v4(UDP_PORT, b"text"))],
    );
    add(
        "IPv4, routed: a malformed option",
        &[v4_with(FAR_V4, UDP, &[7, 9, 4, 0], &udp_v4(UDP_PORT, b"text"))],
    );
    add("IPv6, routed: to somebody", &[v6_to(FAR_V6, 10)]);
    add("IPv6, routed: a hop limit of one", &[changed(v6_to(FAR_V6, 10), |it| it[7] = 1)]);
    add("IPv6, routed: a hop limit of nought", &[changed(v6_to(FAR_V6, 10), |it| it[7] = 0)]);
    add("IPv6, routed: to where no route leads", &[v6_to(NOBODY_V6, 10)]);
    add("IPv6, routed: too large", &[v6_to(FAR_V6, 1400)]);
    add("IPv6, routed: from nobody", &[changed(v6_to(FAR_V6, 10), |it| it[8..24].fill(0))]);
}

fn datagrams(add: &mut Add<'_>) {
    type Packet = fn(Vec<u8>) -> Vec<u8>;
    type Datagram = fn(u16, &[u8]) -> Vec<u8>;
    let (packet_v4, packet_v6): (Packet, Packet) = (|it| v4(OWN_V4, UDP, &it), |it| v6(OWN_V6, UDP, &it));
    for (version, packet, udp) in [("IPv4", packet_v4, udp_v4 as Datagram), ("IPv6", packet_v6, udp_v6)] {
        let mut add =
            |what: &str, datagram: Vec<u8>| add(&format!("UDP, {version}: {what}"), &[packet(datagram)]);
        let with = |port: u16, at: usize, octet: u8| {
            let mut it = udp(port, b"text");
            it[at] ^= octet;
            it
        };
        add("to a socket", udp(UDP_PORT, b"text"));
        add("to no socket", udp(NO_PORT, b"text"));
        add("a wrong checksum", with(UDP_PORT, 6, 1));
        add("a wrong checksum, to no socket", with(NO_PORT, 6, 1));
        add("no checksum", udp_bytes(UDP_PORT, b"text"));
        add("no checksum, to no socket", udp_bytes(NO_PORT, b"text"));
        add("seven octets", udp(UDP_PORT, b"text")[..7].to_vec());
        add("a length of seven", {
            let mut it = udp(UDP_PORT, b"text");
            it[5] = 7;
            it
        });
        add("a length of nought", {
            let mut it = udp(UDP_PORT, b"text");
            it[5] = 0;
            it
        });
        add("longer than the packet", {
            let mut it = udp(UDP_PORT, b"text");
            it[5] += 1;
            it
        });
        add("shorter than the packet", [udp(UDP_PORT, b"text"), vec![0; 3]].concat());
    }
    let lite = |coverage: u8| {
        let mut it = udp_bytes(UDP_PORT, b"text");
        it[5] = coverage;
        it
    };
    let sum = |it: Vec<u8>| summed(it, 6, &PEER_V4, &OWN_V4, UDP_LITE);
    add("UDP-Lite: to no socket", &[v4(OWN_V4, UDP_LITE, &sum(lite(0)))]);
    add("UDP-Lite: a coverage of less than the header", &[v4(OWN_V4, UDP_LITE, &sum(lite(4)))]);
    add(
        "UDP-Lite: a wrong checksum",
        &[v4(OWN_V4, UDP_LITE, &{
            let mut it = sum(lite(0));
            it[6] ^= 1;
            it
        })],
    );
}

fn segments(add: &mut Add<'_>) {
    type Packet = fn(Vec<u8>) -> Vec<u8>;
    type Bytes = fn(u16, u8) -> Vec<u8>;
    let (packet_v4, packet_v6): (Packet, Packet) = (|it| v4(OWN_V4, TCP, &it), |it| v6(OWN_V6, TCP, &it));
    for (version, packet, tcp) in [("IPv4", packet_v4, tcp_v4 as Bytes), ("IPv6", packet_v6, tcp_v6)] {
        let mut add =
            |what: &str, segment: Vec<u8>| add(&format!("TCP, {version}: {what}"), &[packet(segment)]);
        let with = |port: u16, flags: u8, at: usize, octet: u8| {
            let mut it = tcp(port, flags);
            it[at] ^= octet;
            it
        };
        add("a SYN to no socket", tcp(NO_PORT, SYN));
        add("an ACK to no socket", tcp(NO_PORT, ACK));
        add("a RST to no socket", tcp(NO_PORT, RST));
        add("a wrong checksum", with(TCP_PORT, SYN, 16, 1));
        add("a wrong checksum, to no socket", with(NO_PORT, SYN, 16, 1));
        add("nineteen octets", tcp(TCP_PORT, SYN)[..19].to_vec());
        add("a header of 16 octets", with(TCP_PORT, SYN, 12, 0x10));
        add("a header that is longer than the segment", with(TCP_PORT, SYN, 12, 0x20));
        add("an ACK to a listener", tcp(TCP_PORT, ACK));
        add("a RST to a listener", tcp(TCP_PORT, RST));
        add("nothing to a listener", tcp(TCP_PORT, 0));
        add("a SYN with a FIN to a listener", tcp(TCP_PORT, SYN | 1));
    }
    let to = [192, 0, 2, 255];
    add("TCP, IPv4: to everybody", &[v4(to, TCP, &summed(tcp_bytes(TCP_PORT, SYN), 16, &PEER_V4, &to, TCP))]);
    let signed = {
        let mut it = tcp_bytes(TCP_PORT, SYN);
        it[12] = 0xA0;
        it.extend([19, 18]);
        it.extend([7; 16]);
        it.extend([1, 1]);
        it
    };
    add("TCP, IPv4: signed", &[v4(OWN_V4, TCP, &summed(signed, 16, &PEER_V4, &OWN_V4, TCP))]);
}

fn messages_v4(add: &mut Add<'_>) {
    let mut of = |what: &str, message: Vec<u8>| add(&format!("ICMP: {what}"), &[v4(OWN_V4, ICMP, &message)]);
    let quoted_udp = sent_v4(UDP, &udp_bytes(NO_PORT, b"text"));
    let rest = |packet: &[u8]| [&[0; 4], packet].concat();
    of("echo", icmp_v4(8, 0, &[0, 1, 0, 1, 7, 7]));
    of("an answer to no question", icmp_v4(0, 0, &[0, 1, 0, 1]));
    of("a wrong checksum", {
        let mut it = icmp_v4(8, 0, &[0, 1, 0, 1]);
        it[2] ^= 1;
        it
    });
    of("four octets", icmp_v4(8, 0, &[]));
    of("three octets", icmp_v4(8, 0, &[])[..3].to_vec());
    of("nothing", vec![]);
    of("an unknown type", icmp_v4(77, 0, &[0; 4]));
    of("a type that is reserved", icmp_v4(1, 0, &[0; 4]));
    of("time stamp", icmp_v4(13, 0, &[0; 16]));
    of("time stamp, too short", icmp_v4(13, 0, &[0; 4]));
    of("an answer with a time stamp", icmp_v4(14, 0, &[0; 16]));
    of("information request", icmp_v4(15, 0, &[0; 4]));
    of("address mask", icmp_v4(17, 0, &[0; 8]));
    of("an answer with an address mask", icmp_v4(18, 0, &[0; 8]));
    of("router advertisement", icmp_v4(9, 0, &[1, 2, 0, 9, 0, 0, 0, 0]));
    of("router solicitation", icmp_v4(10, 0, &[0; 4]));
    of("unreachable, about what UDP has not sent", icmp_v4(3, 3, &rest(&quoted_udp)));
    of(
        "unreachable, about what TCP has not sent",
        icmp_v4(3, 3, &rest(&sent_v4(TCP, &tcp_bytes(NO_PORT, SYN)))),
    );
    of(
        "unreachable, about an unknown protocol",
        icmp_v4(3, 2, &rest(&sent_v4(UNKNOWN, b"longer than eight"))),
    );
    of("unreachable, an unknown code", icmp_v4(3, 77, &rest(&quoted_udp)));
    of("unreachable, without a header", icmp_v4(3, 3, &rest(&quoted_udp[..19])));
    of(
        "unreachable, with a malformed header",
        icmp_v4(
            3,
            3,
            &rest(&{
                let mut it = quoted_udp.clone();
                it[0] = 0x44;
                it
            }),
        ),
    );
    of("unreachable, with seven octets", icmp_v4(3, 3, &rest(&quoted_udp[..27])));
    of("fragmentation needed", icmp_v4(3, 4, &[&[0, 0, 5, 0], &quoted_udp[..]].concat()));
    of("source quench", icmp_v4(4, 0, &rest(&quoted_udp)));
    of("redirect", icmp_v4(5, 1, &[&PEER_V4, &quoted_udp[..]].concat()));
    of("redirect, without a header", icmp_v4(5, 1, &[&PEER_V4, &quoted_udp[..19]].concat()));
    of("time exceeded", icmp_v4(11, 0, &rest(&quoted_udp)));
    of("time exceeded for fragments", icmp_v4(11, 1, &rest(&quoted_udp)));
    of("a problem with a parameter", icmp_v4(12, 0, &rest(&quoted_udp)));
    let to_all = [224, 0, 0, 1];
    add("ICMP: echo to all systems", &[v4(to_all, ICMP, &icmp_v4(8, 0, &[0, 1, 0, 1]))]);
    add("ICMP: an error to all systems", &[v4(to_all, ICMP, &icmp_v4(3, 3, &rest(&quoted_udp)))]);
}

fn messages_v6(add: &mut Add<'_>) {
    let mut of =
        |what: &str, message: Vec<u8>| add(&format!("ICMPv6: {what}"), &[v6(OWN_V6, ICMP_V6, &message)]);
    let quoted_udp = sent_v6(UDP, &udp_bytes(NO_PORT, b"text"));
    let rest = |packet: &[u8]| [&[0; 4], packet].concat();
    of("echo", icmp_v6(128, 0, &[0, 1, 0, 1, 7, 7]));
    of("an answer to no question", icmp_v6(129, 0, &[0, 1, 0, 1]));
    of("a wrong checksum", {
        let mut it = icmp_v6(128, 0, &[0, 1, 0, 1]);
        it[2] ^= 1;
        it
    });
    of("four octets", icmp_v6(128, 0, &[]));
    of("three octets", icmp_v6(128, 0, &[])[..3].to_vec());
    of("an unknown error", icmp_v6(77, 0, &rest(&quoted_udp)));
    of("unknown information", icmp_v6(200, 0, &[0; 4]));
    of("unreachable, about what UDP has not sent", icmp_v6(1, 4, &rest(&quoted_udp)));
    of(
        "unreachable, about what TCP has not sent",
        icmp_v6(1, 4, &rest(&sent_v6(TCP, &tcp_bytes(NO_PORT, SYN)))),
    );
    of("unreachable, without a header", icmp_v6(1, 4, &rest(&quoted_udp[..39])));
    of("unreachable, with seven octets", icmp_v6(1, 4, &rest(&quoted_udp[..47])));
    of("too big", icmp_v6(2, 0, &[&[0, 0, 5, 0], &quoted_udp[..]].concat()));
    of("too big, without a header", icmp_v6(2, 0, &[&[0, 0, 5, 0], &quoted_udp[..39]].concat()));
    of("time exceeded", icmp_v6(3, 0, &rest(&quoted_udp)));
    of("a problem with a parameter", icmp_v6(4, 1, &rest(&quoted_udp)));
    of("neighbour solicitation from afar", icmp_v6(135, 0, &rest(&OWN_V6)));
    of("neighbour advertisement, too short", icmp_v6(136, 0, &[0; 4]));
    of("redirect from afar", icmp_v6(137, 0, &[&[0; 4], &FAR_V6[..], &FAR_V6].concat()));
}
