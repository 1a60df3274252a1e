//! Packets.

use std::net::IpAddr;

use crate::cursor::Cursor;
use crate::error::SyntaxError;
use crate::packet::{FLAG_LETTERS, SIGNATURE, TcpOption};
use crate::script::{Body, Ecn, Header, IcmpSpec, IpSpec, Label, PacketSpec, Quoted, SegmentSpec};

pub(super) fn packet(cursor: &mut Cursor<'_>) -> Result<PacketSpec, SyntaxError> {
    let headers = headers(cursor)?;
    let ip = if cursor.eat("[") {
        ip(cursor, "]")?
    } else if cursor.eat("(") {
        ip(cursor, ")")?
    } else {
        IpSpec::default()
    };
    let socket = if cursor.eat_word("sock") {
        cursor.expect("(")?;
        let number = cursor.number("a descriptor")?;
        cursor.expect(")")?;
        Some(number)
    } else {
        None
    };
    let mut ports =
        if cursor.peek().is_some_and(|c| c.is_ascii_digit()) { Some(self::ports(cursor)?) } else { None };
    let body = match cursor.peek_word() {
        "udp" => {
            cursor.word();
            if cursor.peek().is_some_and(|c| c.is_ascii_digit()) {
                ports = Some(self::ports(cursor)?);
            }
            cursor.expect("(")?;
            let length = cursor.number("the length of a datagram")?;
            cursor.expect(")")?;
            Body::Udp(length)
        }
        "icmp" | "icmpv6" => {
            cursor.word();
            Body::Icmp(icmp(cursor)?)
        }
        _ => Body::Tcp(segment(cursor)?),
    };
    let tunnel = tunnel(cursor)?;
    Ok(PacketSpec { headers, ip, socket, ports, body, tunnel })
}

/// The ports of the datagram that a segment goes in: `/udp(9899 > 40000)`.
fn tunnel(cursor: &mut Cursor<'_>) -> Result<Option<(u16, u16)>, SyntaxError> {
    if !cursor.eat("/") {
        return Ok(None);
    }
    if !cursor.eat_word("udp") {
        return Err(cursor.error("udp"));
    }
    cursor.expect("(")?;
    let ports = ports(cursor)?;
    cursor.expect(")")?;
    Ok(Some(ports))
}

/// The headers of tunnels: `ipv4 192.0.2.1 > 192.0.2.2: gre: …`.
fn headers(cursor: &mut Cursor<'_>) -> Result<Vec<Header>, SyntaxError> {
    let mut headers = Vec::new();
    loop {
        let header = match cursor.peek_word() {
            "ipv4" | "ipv6" => {
                let version_6 = cursor.word() == "ipv6";
                let source = address(cursor, version_6)?;
                cursor.expect(">")?;
                Header::Ip { source, destination: address(cursor, version_6)? }
            }
            "gre" => {
                cursor.word();
                gre(cursor)?
            }
            "mpls" => {
                cursor.word();
                let mut labels = Vec::new();
                while cursor.eat("(") {
                    labels.push(label(cursor)?);
                }
                Header::Mpls(labels)
            }
            _ => return Ok(headers),
        };
        cursor.expect(":")?;
        headers.push(header);
    }
}

fn address(cursor: &mut Cursor<'_>, version_6: bool) -> Result<IpAddr, SyntaxError> {
    let what = if version_6 { "an IPv6 address" } else { "an IPv4 address" };
    let mut after = *cursor;
    let text = after.take_while(|c| c.is_ascii_hexdigit() || c == '.' || c == ':');
    let fits = |text: &str| text.parse().ok().filter(|address: &IpAddr| address.is_ipv6() == version_6);
    // The colon behind an address is none of its own.
    let own = [text, text.strip_suffix(':').unwrap_or(text)];
    let Some((text, address)) = own.into_iter().find_map(|text| Some((text, fits(text)?))) else {
        return Err(cursor.error(what));
    };
    cursor.eat(text);
    Ok(address)
}

/// `flags 0x2000, proto 0x0800, sum 0x1234, off 0, key 5, seq 6`, of which nothing has to be there.
fn gre(cursor: &mut Cursor<'_>) -> Result<Header, SyntaxError> {
    let (mut flags, mut protocol, mut checksum, mut offset, mut key, mut sequence) = (0, None, 0, 0, 0, 0);
    while !cursor.rest().starts_with(':') {
        let before = *cursor;
        let name = cursor.word();
        cursor.eat("=");
        match name {
            "flags" => flags = cursor.number("flags of GRE")?,
            "proto" => protocol = Some(cursor.number("a protocol")?),
            "sum" => checksum = cursor.number("a checksum")?,
            "off" => offset = cursor.number("an offset")?,
            "key" => key = cursor.number("a key")?,
            "seq" => sequence = cursor.number("a sequence number")?,
            _ => {
                *cursor = before;
                return Err(cursor.error("flags, proto, sum, off, key, seq or :"));
            }
        }
        cursor.eat(",");
    }
    Ok(Header::Gre { flags, protocol, checksum, offset, key, sequence })
}

/// `label 5, tc 0, [S], ttl 64)`.
fn label(cursor: &mut Cursor<'_>) -> Result<Label, SyntaxError> {
    let mut number = |name: &'static str, end: &'static str| {
        if !cursor.eat_word(name) {
            return Err(cursor.error(name));
        }
        let number: u32 = cursor.number("a number")?;
        cursor.expect(end)?;
        Ok((number, cursor.eat("[S],")))
    };
    let (label, _) = number("label", ",")?;
    let (traffic_class, bottom) = number("tc", ",")?;
    let (ttl, _) = number("ttl", ")")?;
    if label > 0xF_FFFF || traffic_class > 7 || ttl > 255 {
        return Err(cursor.error("a label of 20 bits, a class of 3 and a time to live of 8 before this"));
    }
    Ok(Label { label, traffic_class: traffic_class as u8, bottom, ttl: ttl as u8 })
}

/// `40000 > 8080`.
fn ports(cursor: &mut Cursor<'_>) -> Result<(u16, u16), SyntaxError> {
    let source = cursor.number("a port")?;
    cursor.expect(">")?;
    Ok((source, cursor.number("a port")?))
}

fn ip(cursor: &mut Cursor<'_>, end: &'static str) -> Result<IpSpec, SyntaxError> {
    let mut ip = IpSpec::default();
    loop {
        match cursor.peek_word() {
            "noecn" => ip.ecn = Some(Ecn::Is(0)),
            "ect1" => ip.ecn = Some(Ecn::Is(1)),
            "ect0" => ip.ecn = Some(Ecn::Is(2)),
            "ce" => ip.ecn = Some(Ecn::Is(3)),
            "ect01" => ip.ecn = Some(Ecn::Capable),
            "tos" => {
                cursor.word();
                ip.tos = Some(cursor.number("a type of service")?);
            }
            "ttl" => {
                cursor.word();
                ip.ttl = Some(cursor.number("a time to live")?);
            }
            "flowlabel" => {
                cursor.word();
                ip.flow_label = Some(cursor.number("a flow label")?);
            }
            _ => return Err(cursor.error("noecn, ect0, ect1, ect01, ce, tos, ttl or flowlabel")),
        }
        if !cursor.rest().starts_with([',', ']', ')']) {
            cursor.word();
        }
        if !cursor.eat(",") {
            cursor.expect(end)?;
            return Ok(ip);
        }
    }
}

/// `1:1001(1000)`: the sequence number, and how many octets.
fn range(cursor: &mut Cursor<'_>) -> Result<(u32, u32), SyntaxError> {
    let seq: u32 = cursor.number("a sequence number")?;
    cursor.expect(":")?;
    let mut at_end = *cursor;
    let end: u32 = cursor.number("a sequence number")?;
    cursor.expect("(")?;
    let length: u32 = cursor.number("a number of octets")?;
    cursor.expect(")")?;
    if seq.wrapping_add(length) != end {
        return Err(at_end.error("the sequence number after the octets"));
    }
    Ok((seq, length))
}

fn segment(cursor: &mut Cursor<'_>) -> Result<SegmentSpec, SyntaxError> {
    const FLAGS: &str = "TCP flags (FSRPUEWA. or -), udp or icmp";
    // AE was NS, for the nonce sum of RFC 3540, which some suites call it still.
    let known = |c| matches!(c, '-' | 'N' | '0'..='7') || FLAG_LETTERS.iter().any(|(letter, _)| *letter == c);
    let letters = cursor.take_while(known);
    if letters.is_empty() {
        return Err(cursor.error(FLAGS));
    }
    let bit = |c: char| match c.to_digit(8) {
        // The counter ACE in AE, CWR and ECE (RFC 9768 §3.2.2).
        Some(counter) => ((counter as u16 & 4) << 6) | ((counter as u16 & 3) << 6),
        None if c == 'N' => 0x100,
        None => FLAG_LETTERS.iter().find(|(letter, _)| *letter == c).map_or(0, |(_, bit)| *bit),
    };
    let flags = letters.chars().map(bit).fold(0, |flags, bit| flags | bit);
    let (seq, length) = range(cursor)?;
    let ack = if cursor.eat_word("ack") { Some(cursor.number("an acknowledgment number")?) } else { None };
    let window = if cursor.eat_word("win") { Some(cursor.number("a window")?) } else { None };
    let urgent = if cursor.eat_word("urg") { Some(cursor.number("an urgent pointer")?) } else { None };
    let options = if cursor.rest().starts_with("<...>") {
        cursor.eat("<...>");
        None
    } else if cursor.eat("<") {
        Some(options(cursor)?)
    } else {
        Some(Vec::new())
    };
    Ok(SegmentSpec { flags, seq, length, ack, window, urgent, options })
}

fn options(cursor: &mut Cursor<'_>) -> Result<Vec<TcpOption>, SyntaxError> {
    let mut options = Vec::new();
    if cursor.eat(">") {
        return Ok(options);
    }
    loop {
        options.push(option(cursor)?);
        if !cursor.eat(",") {
            cursor.expect(">")?;
            return Ok(options);
        }
    }
}

fn option(cursor: &mut Cursor<'_>) -> Result<TcpOption, SyntaxError> {
    const OPTION: &str =
        "a TCP option (mss, wscale, sackOK, sack, TS, FO, FOEXP, ECN, md5, nop, eol or a kind)";
    if cursor.peek().is_some_and(|c| c.is_ascii_digit()) {
        // Any kind, with its octets in hexadecimal.
        let kind = cursor.number("the kind of a TCP option")?;
        return Ok(TcpOption::Other { kind, data: octets(cursor) });
    }
    let before = *cursor;
    let option = match cursor.word() {
        "mss" => TcpOption::MaximumSegmentSize(cursor.number("a segment size")?),
        "wscale" => TcpOption::WindowScale(cursor.number("a window scale")?),
        "sackOK" => TcpOption::SackPermitted,
        "sack" => {
            let mut blocks = Vec::new();
            while cursor.peek().is_some_and(|c| c.is_ascii_digit()) {
                let left = cursor.number("a sequence number")?;
                cursor.expect(":")?;
                blocks.push((left, cursor.number("a sequence number")?));
            }
            TcpOption::Sack(blocks)
        }
        "TS" => {
            if !cursor.eat_word("val") {
                return Err(cursor.error("val"));
            }
            let value = cursor.number("a timestamp")?;
            if !cursor.eat_word("ecr") {
                return Err(cursor.error("ecr"));
            }
            TcpOption::Timestamps { value, echo: cursor.number("a timestamp")? }
        }
        "FO" => TcpOption::FastOpen(cookie(cursor)?),
        "FOEXP" => TcpOption::ExperimentalFastOpen(cookie(cursor)?),
        "ECN" => accurate_ecn(cursor)?,
        "nop" => TcpOption::NoOperation,
        "eol" => TcpOption::EndOfList,
        "md5" => signature(cursor),
        _ => {
            *cursor = before;
            return Err(cursor.error(OPTION));
        }
    };
    Ok(option)
}

/// Fast Open's cookie: octets, or the name of some.
fn cookie(cursor: &mut Cursor<'_>) -> Result<Vec<u8>, SyntaxError> {
    let name = cursor.peek_word();
    match cursor.definition(name) {
        Some(defined) => {
            cursor.word();
            Ok(octets(&mut Cursor::new(defined.trim_matches('"'))))
        }
        None if name.chars().all(|c| c.is_ascii_hexdigit()) => Ok(octets(cursor)),
        None => Err(cursor.error("a cookie in hexadecimal, or a name that was defined")),
    }
}

/// The counters of Accurate ECN, 24 bits each; the first says in which of the two orders they are, and with it the
/// kind of the option (RFC 9768 §3.2.3).
fn accurate_ecn(cursor: &mut Cursor<'_>) -> Result<TcpOption, SyntaxError> {
    const FIELDS: [&str; 3] = ["e0b", "ceb", "e1b"];
    let kind = if cursor.peek_word() == "e1b" { 174 } else { 172 };
    let mut data = Vec::new();
    while FIELDS.contains(&cursor.peek_word()) {
        cursor.word();
        let counter: u32 = cursor.number("a number of octets")?;
        data.extend_from_slice(&counter.to_be_bytes()[1..]);
    }
    Ok(TcpOption::Other { kind, data })
}

/// A signature: `valid`, which it is where nothing stands there, `invalid`, or its octets.
fn signature(cursor: &mut Cursor<'_>) -> TcpOption {
    if cursor.eat_word("invalid") {
        return TcpOption::Signature { valid: false };
    }
    if cursor.eat_word("valid") || !cursor.peek().is_some_and(|c| c.is_ascii_hexdigit()) {
        return TcpOption::Signature { valid: true };
    }
    TcpOption::Other { kind: SIGNATURE, data: octets(cursor) }
}

/// Octets in hexadecimal.
fn octets(cursor: &mut Cursor<'_>) -> Vec<u8> {
    cursor.eat("0x");
    let digits = cursor.take_while(|c| c.is_ascii_hexdigit()).as_bytes();
    let nibble = |digit: &u8| char::from(*digit).to_digit(16).unwrap_or(0) as u8;
    digits.chunks(2).map(|pair| pair.iter().fold(0, |octet, digit| octet << 4 | nibble(digit))).collect()
}

/// `unreachable frag_needed mtu 1200 [1:1001(1000)]`.
fn icmp(cursor: &mut Cursor<'_>) -> Result<IcmpSpec, SyntaxError> {
    let kind = cursor.word().to_owned();
    if kind.is_empty() {
        return Err(cursor.error("the type of an ICMP message"));
    }
    let code = match cursor.peek_word() {
        "mtu" | "id" => String::new(),
        _ => cursor.word().to_owned(),
    };
    let identifier = if cursor.eat_word("id") { Some(cursor.number("an identifier")?) } else { None };
    let mtu = if cursor.eat_word("mtu") { Some(cursor.number("an MTU")?) } else { None };
    if !cursor.eat("[") {
        return Ok(IcmpSpec { kind, code, identifier, mtu, quoted: None });
    }
    let quoted = if cursor.eat_word("udp") {
        cursor.expect("(")?;
        let length = cursor.number("the length of a datagram")?;
        cursor.expect(")")?;
        Quoted::Udp(length)
    } else {
        let (seq, length) = range(cursor)?;
        Quoted::Tcp { seq, length }
    };
    cursor.expect("]")?;
    Ok(IcmpSpec { kind, code, identifier, mtu, quoted: Some(quoted) })
}
