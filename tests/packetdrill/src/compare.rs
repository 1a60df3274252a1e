//! Whether a packet is the one that a script expects.

use std::time::Duration;

use crate::Persona;
use crate::connection::{Connection, pattern, timestamp};
use crate::error::Difference;
use crate::freebsd;
use crate::icmp;
use crate::options::Options;
use crate::packet::{ACK, Packet, Payload, Segment, TcpOption, flag_letters};
use crate::script::{Body, Ecn, IpSpec, PacketSpec, SegmentSpec};
use crate::tunnel;

/// Compares a packet in the script's numbers with what the script expects, as its options have it. With `own_text`
/// all that the machine was given to send is the script's pattern.
///
/// # Errors
/// The first difference.
pub(crate) fn packet(
    spec: &PacketSpec,
    actual: &Packet,
    connection: &Connection,
    own_text: bool,
    settings: &Options,
) -> Result<(), Difference> {
    let tunnel = (!tunnel::fit(&spec.headers, &actual.headers)).then_some("headers of tunnels");
    let is_tunnelled =
        || (spec.tunnel != actual.tunnel).then_some("ports of the datagram around the segment");
    let what = tunnel.or_else(is_tunnelled).or_else(|| ip(&spec.ip, actual)).or_else(|| {
        match (&spec.body, &actual.payload) {
            (Body::Tcp(expected), Payload::Tcp(segment)) => self::segment(expected, segment, settings)
                .or_else(|| if own_text { text(segment, connection) } else { None }),
            (Body::Udp(length), Payload::Udp { octets, .. }) => {
                (octets.len() != usize::from(*length)).then_some("length of the datagram")
            }
            (Body::Icmp(expected), Payload::Icmp(message)) => {
                let fits = icmp::fits(expected, message, connection.local.is_ipv4());
                (!fits).then_some("type, code or MTU of the ICMP message")
            }
            _ => Some("protocol of the packet"),
        }
    });
    match what {
        None => Ok(()),
        Some(what) => Err(Difference::Differs { what, expected: shown(spec), actual: actual.to_string() }),
    }
}

fn ip(spec: &IpSpec, actual: &Packet) -> Option<&'static str> {
    let ecn = actual.tos & 3;
    let ecn_fits = match spec.ecn {
        None => true,
        Some(Ecn::Is(bits)) => ecn == bits,
        Some(Ecn::Capable) => ecn == 1 || ecn == 2,
    };
    if !ecn_fits {
        Some("ECN of the IP header")
    } else if spec.tos.is_some_and(|tos| tos != actual.tos) {
        Some("type of service")
    } else if spec.ttl.is_some_and(|ttl| ttl != actual.ttl) {
        Some("time to live")
    } else if spec.flow_label.is_some_and(|label| label != actual.flow_label) {
        Some("flow label")
    } else {
        None
    }
}

fn segment(spec: &SegmentSpec, actual: &Segment, settings: &Options) -> Option<&'static str> {
    if spec.flags != actual.flags {
        Some("flags")
    } else if spec.seq != actual.seq {
        Some("sequence number")
    } else if spec.length as usize != actual.text.len() {
        Some("length of the text")
    } else if spec.flags & ACK != 0 && spec.ack.is_some_and(|ack| ack != actual.ack) {
        Some("acknowledgment number")
    } else if spec.window.is_some_and(|window| window != actual.window) {
        Some("window")
    } else if spec.urgent.unwrap_or(0) != actual.urgent {
        Some("urgent pointer")
    } else {
        spec.options.as_ref().and_then(|expected| options(expected, &actual.options, settings))
    }
}

fn options(expected: &[TcpOption], actual: &[TcpOption], settings: &Options) -> Option<&'static str> {
    let Options { timestamp_tick, tolerance, persona, .. } = settings;
    let without_value = |option: &TcpOption| match option {
        TcpOption::Timestamps { echo, .. } => TcpOption::Timestamps { value: 0, echo: *echo },
        other => other.clone(),
    };
    let comparable = |options: &[TcpOption]| -> Vec<TcpOption> {
        let options: Vec<TcpOption> = options.iter().map(without_value).collect();
        // The order and the alignment are each system's own.
        if *persona == Persona::FreeBsd { freebsd::in_order(&options) } else { options }
    };
    if comparable(expected) != comparable(actual) {
        return Some("TCP options");
    }
    let off = timestamp(expected)?.wrapping_sub(timestamp(actual)?) as i32;
    let off = (*timestamp_tick)?.checked_mul(off.unsigned_abs()).unwrap_or(Duration::MAX);
    (off > *tolerance).then_some("timestamp")
}

/// The text has to be what the machine was given to send.
fn text(actual: &Segment, connection: &Connection) -> Option<&'static str> {
    let place = connection.place(actual)?;
    let right = actual.text.iter().zip(0..).all(|(octet, at)| *octet == pattern(place.wrapping_add(at)));
    (!right).then_some("text")
}

/// What a script expects, in words.
pub(crate) fn shown(spec: &PacketSpec) -> String {
    let ecn = match spec.ip.ecn {
        None => "",
        Some(Ecn::Is(0)) => "[noecn] ",
        Some(Ecn::Is(1)) => "[ect1] ",
        Some(Ecn::Is(2)) => "[ect0] ",
        Some(Ecn::Is(_)) => "[ce] ",
        Some(Ecn::Capable) => "[ect01] ",
    };
    let body = match &spec.body {
        Body::Tcp(segment) => segment_shown(segment),
        Body::Udp(length) => format!("udp ({length})"),
        Body::Icmp(icmp) => format!("icmp {} {}", icmp.kind, icmp.code),
    };
    format!("{ecn}{body}")
}

fn segment_shown(spec: &SegmentSpec) -> String {
    let end = spec.seq.wrapping_add(spec.length);
    let field =
        |name: &str, value: Option<u32>| value.map_or(String::new(), |value| format!(" {name} {value}"));
    let options = match &spec.options {
        None => " <...>".to_owned(),
        Some(options) if options.is_empty() => String::new(),
        Some(options) => {
            format!(" <{}>", options.iter().map(TcpOption::to_string).collect::<Vec<_>>().join(","))
        }
    };
    format!(
        "{} {}:{end}({}){}{}{}{options}",
        flag_letters(spec.flags),
        spec.seq,
        spec.length,
        field("ack", spec.ack),
        field("win", spec.window.map(u32::from)),
        field("urg", spec.urgent.map(u32::from)),
    )
}
