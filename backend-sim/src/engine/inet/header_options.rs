//! Options of IPv4's header (RFC 791 §3.1; net/ipv4/ip_options.c): looked at, filled in where the packet stops, echoed.
//!
//! What Linux fills in is the record of the route and timestamps, by whoever sends a packet, passes it on or receives
//! it. Source routes are refused: nobody may set one (`EPERM`), and what comes with one is dropped
//! (net.ipv4.conf.all.accept_source_route).

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr};
use core::ops::Range;

use anysock::Errno;

use super::extensions::{Refused, parameter};
use super::header::write_checksum;
use super::packet_info::Said;
use crate::engine::node::{Node, NodeId};
use crate::engine::{Engine, SocketId};

/// Kinds of options.
const END: u8 = 0;
const NO_OPERATION: u8 = 1;
const RECORD_ROUTE: u8 = 7;
const TIMESTAMP: u8 = 68;
const LOOSE_SOURCE_ROUTE: u8 = 131;
const COMMERCIAL_SECURITY: u8 = 134;
const STRICT_SOURCE_ROUTE: u8 = 137;
const ROUTER_ALERT: u8 = 148;
/// What the kind of an option says that is in every fragment (IPOPT_COPY).
const COPIED: u8 = 0x80;
/// Which timestamps are recorded (IPOPT_TS_TSONLY and its like): times alone, times with addresses, and times at
/// addresses that are there already.
const TIMES: u8 = 0;
const TIMES_AND_ADDRESSES: u8 = 1;
const TIMES_AT_ADDRESSES: u8 = 3;
/// Where the options are in a header.
const BEGIN: usize = 20;
/// The most octets of options.
const LENGTH_MAX: usize = 40;
/// Where in an option is written how long it is, and where in it the next entry goes, counted from 1.
const LENGTH: usize = 1;
const POINTER: usize = 2;
/// Where a timestamp option says which it is, and how many stops found no room.
const FLAGS: usize = 3;
const OVERFLOW_MAX: u8 = 15;

/// Options, padded to whole words.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HeaderOptions {
    octets: [u8; LENGTH_MAX],
    length: u8,
}

impl Default for HeaderOptions {
    fn default() -> Self {
        HeaderOptions { octets: [END; LENGTH_MAX], length: 0 }
    }
}

/// A node at which a packet with options stops: it arrives, or it is sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stop<'a> {
    node: &'a Node,
    address: Ipv4Addr,
    /// In milliseconds since midnight.
    time: u32,
    arrives: bool,
}

impl<'a> Stop<'a> {
    /// At a node, which records this address.
    pub(super) fn new(engine: &'a Engine, node: NodeId, address: Ipv4Addr, arrives: bool) -> Self {
        Stop { node: engine.node(node), address, time: milliseconds_of_day(engine), arrives }
    }

    /// Whether an address is one that a node is asked for which is not somebody else's (`inet_addr_type`).
    fn is_own(&self, address: &[u8]) -> bool {
        let Some(octets) = address.first_chunk::<4>() else { return false };
        let address = Ipv4Addr::from(*octets);
        address.is_multicast() || self.node.is_local(address.into()) || self.node.is_broadcast(address.into())
    }
}

/// The time as ICMP and IP's options have it: in milliseconds since midnight (`inet_current_timestamp`).
pub(super) fn milliseconds_of_day(engine: &Engine) -> u32 {
    const DAY: u128 = 86_400_000;
    (engine.realtime().0.as_millis() % DAY) as u32
}

/// Where the next option is, from `at` on; that of one octet is passed over.
///
/// # Errors
/// Where one is that is not whole.
fn next(octets: &[u8], mut at: usize) -> Result<Option<Range<usize>>, usize> {
    loop {
        match octets.get(at) {
            None | Some(&END) => return Ok(None),
            Some(&NO_OPERATION) => at += 1,
            Some(_) => {
                let length = octets.get(at + LENGTH).map_or(0, |length| usize::from(*length));
                let is_whole = length > LENGTH && at + length <= octets.len();
                return if is_whole { Ok(Some(at..at + length)) } else { Err(at) };
            }
        }
    }
}

/// Looks at options, and fills in what is recorded at a stop. Whether one of them is a source route.
///
/// # Errors
/// Where they are wrong.
fn fill(octets: &mut [u8], stop: &Stop<'_>) -> Result<bool, usize> {
    let (mut at, mut seen, mut is_routed) = (0, [false; 256], false);
    while let Some(place) = next(octets, at)? {
        at = place.end;
        let (begin, option) = (place.start, &mut octets[place]);
        let is_route = matches!(option[0], LOOSE_SOURCE_ROUTE | STRICT_SOURCE_ROUTE);
        let twice = core::mem::replace(&mut seen[usize::from(option[0])], true) || is_route && is_routed;
        fill_one(option, twice, stop).map_err(|within| begin + within)?;
        is_routed |= is_route;
    }
    // Behind the end there is nothing.
    let end = octets.iter().skip(at).position(|octet| *octet == END);
    if let Some(end) = end {
        octets[at + end..].fill(END);
    }
    Ok(is_routed)
}

/// The same of one option, of which there may have been another before.
fn fill_one(option: &mut [u8], twice: bool, stop: &Stop<'_>) -> Result<(), usize> {
    let (least, first) = match option[0] {
        RECORD_ROUTE | LOOSE_SOURCE_ROUTE | STRICT_SOURCE_ROUTE => (3, 4),
        TIMESTAMP => (4, 5),
        ROUTER_ALERT => (4, 0),
        COMMERCIAL_SECURITY if twice => return Err(0),
        _ => return Ok(()),
    };
    let is_record = matches!(option[0], RECORD_ROUTE | TIMESTAMP);
    if is_record && twice {
        return Err(0);
    }
    if option.len() < least {
        return Err(LENGTH);
    }
    if first > 0 && option[POINTER] < first {
        return Err(POINTER);
    }
    match option[0] {
        LOOSE_SOURCE_ROUTE | STRICT_SOURCE_ROUTE if twice => Err(0),
        RECORD_ROUTE => record(option, &stop.address.octets(), 4),
        TIMESTAMP => fill_times(option, stop),
        _ => Ok(()),
    }
}

/// Writes an entry of `length` octets into an option, if there is room for one.
///
/// # Errors
/// Where there is room for a part of it.
fn record(option: &mut [u8], entry: &[u8], length: u8) -> Result<(), usize> {
    let at = usize::from(option[POINTER]) - 1;
    if at >= option.len() {
        return Ok(());
    }
    let end = at + usize::from(length);
    let place = option.get_mut(end - entry.len()..end).ok_or(POINTER)?;
    place.copy_from_slice(entry);
    option[POINTER] += length;
    Ok(())
}

fn fill_times(option: &mut [u8], stop: &Stop<'_>) -> Result<(), usize> {
    let (at, kind) = (usize::from(option[POINTER]) - 1, option[FLAGS] & 0xF);
    let (address, time) = (stop.address.octets(), stop.time.to_be_bytes());
    if at >= option.len() {
        let overflow = option[FLAGS] >> 4;
        if kind == TIMES_AT_ADDRESSES {
            return Ok(());
        }
        if overflow == OVERFLOW_MAX {
            return Err(FLAGS);
        }
        if stop.arrives {
            option[FLAGS] += 1 << 4;
        }
        return Ok(());
    }
    if at + 4 > option.len() {
        return Err(POINTER);
    }
    match kind {
        TIMES => record(option, &time, 4),
        TIMES_AND_ADDRESSES => record(option, &[address, time].concat(), 8),
        TIMES_AT_ADDRESSES if at + 8 > option.len() => Err(POINTER),
        TIMES_AT_ADDRESSES if stop.is_own(&option[at..]) => record(option, &time, 8),
        _ => Ok(()),
    }
}

impl HeaderOptions {
    /// Those in the header of a packet.
    pub(super) fn of_packet(packet: &[u8]) -> Self {
        let words = packet.first().map_or(0, |octet| usize::from(octet & 0xF));
        HeaderOptions::padded(packet.get(BEGIN..words * 4).unwrap_or_default())
    }

    /// Those in the header of a packet that stand before the octet of the header in which something is wrong.
    pub(super) fn of_wrong_packet(packet: &[u8], wrong: usize) -> Self {
        let mut options = HeaderOptions::of_packet(packet);
        let mut at = 0;
        while let Ok(Some(place)) = next(options.as_bytes(), at) {
            if BEGIN + place.end > wrong {
                options.octets[place.start..].fill(END);
                break;
            }
            at = place.end;
        }
        options
    }

    fn padded(octets: &[u8]) -> Self {
        let mut options = HeaderOptions::default();
        options.extend(octets);
        options
    }

    /// Adds octets, and pads them.
    fn extend(&mut self, octets: &[u8]) {
        let begin = usize::from(self.length);
        let room = self.octets[begin..].iter_mut();
        let length = begin + room.zip(octets).map(|(to, from)| *to = *from).count();
        self.length = length.next_multiple_of(4) as u8;
    }

    /// Those that a program gives: as they are sent, but for what is filled in then.
    ///
    /// # Errors
    /// `EINVAL` where they are wrong, `EPERM` for a source route.
    pub(super) fn new(engine: &Engine, node: NodeId, value: &[u8]) -> Result<Self, Errno> {
        let octets = value.get(..LENGTH_MAX).unwrap_or(value);
        let mut options = HeaderOptions::padded(octets);
        let stop = Stop::new(engine, node, Ipv4Addr::UNSPECIFIED, false);
        let stop = Stop { time: 0, ..stop };
        let is_routed = fill(&mut options.octets[..usize::from(options.length)], &stop);
        if is_routed.map_err(|_| Errno::EINVAL)? {
            return Err(Errno::EPERM);
        }
        options.take_back(&HeaderOptions::padded(octets));
        Ok(options)
    }

    /// Points where `before` does, but has nothing there (`ip_options_undo`).
    fn take_back(&mut self, before: &Self) {
        let mut at = 0;
        while let Ok(Some(place)) = next(before.as_bytes(), at) {
            at = place.end;
            if matches!(before.octets[place.start], RECORD_ROUTE | TIMESTAMP) {
                self.octets[place.start + POINTER] = before.octets[place.start + POINTER];
            }
        }
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.octets[..usize::from(self.length)]
    }

    pub(super) const fn len(&self) -> usize {
        self.length as usize
    }

    /// As they leave a node that sends from that address.
    pub(super) fn leaving(mut self, engine: &Engine, node: NodeId, from: IpAddr) -> Self {
        if let IpAddr::V4(from) = from
            && self.length > 0
        {
            // They were looked at before, or are an answer to some that were.
            let _ = fill(&mut self.octets[..usize::from(self.length)], &Stop::new(engine, node, from, false));
        }
        self
    }

    /// Those of an answer (`__ip_options_echo`): what records goes on where it was.
    pub(super) fn echoed(&self) -> Self {
        let mut echoed = HeaderOptions::default();
        for kind in [RECORD_ROUTE, TIMESTAMP, COMMERCIAL_SECURITY] {
            let mut at = 0;
            while let Ok(Some(place)) = next(self.as_bytes(), at) {
                at = place.end;
                if self.octets[place.start] == kind {
                    // Padding comes behind them all.
                    let begin = echoed.unpadded();
                    echoed.length = begin;
                    echoed.extend(&self.octets[place]);
                    break;
                }
            }
        }
        echoed
    }

    /// Where the last of the options ends.
    fn unpadded(&self) -> u8 {
        let mut at = 0;
        while let Ok(Some(place)) = next(self.as_bytes(), at) {
            at = place.end;
        }
        at as u8
    }

    /// Those of an answer as a program is told them, who is to send them as they are (IP_RETOPTS).
    pub(super) fn to_return(self, engine: &Engine, node: NodeId) -> Self {
        HeaderOptions::new(engine, node, self.echoed().as_bytes()).unwrap_or_default()
    }
}

/// What is left of options in a fragment that is not the first (`ip_options_fragment`).
pub(super) fn of_later_fragment(octets: &mut [u8]) {
    let mut at = 0;
    while let Ok(Some(place)) = next(octets, at) {
        at = place.end;
        if octets[place.start] & COPIED == 0 {
            octets[place].fill(NO_OPERATION);
        }
    }
}

/// The options in the header of a packet that comes to a node, which records itself as `address`: the packet as it is
/// then is written to `packet`.
pub(super) fn arrive(packet: &mut [u8], stop: &Stop<'_>) -> Result<(), Refused> {
    let words = packet.first().map_or(0, |octet| usize::from(octet & 0xF));
    let Some(header) = packet.get_mut(..words * 4) else { return Ok(()) };
    let is_routed = fill(&mut header[BEGIN..], stop).map_err(|at| parameter(0, BEGIN + at))?;
    write_checksum(header);
    if is_routed { Err(Refused::Silently) } else { Ok(()) }
}

/// A router that has recorded itself says by which address the packet leaves (`ip_forward_options`).
pub(super) fn leave(octets: &mut [u8], arrived: &[u8], address: Ipv4Addr) {
    let mut at = 0;
    while let Ok(Some(place)) = next(octets, at) {
        at = place.end;
        let option = &mut octets[place.clone()];
        let pointers = (option.get(POINTER), arrived.get(place.start + POINTER));
        if option[0] == RECORD_ROUTE
            && let (Some(now), Some(before)) = pointers
            && now != before
        {
            let end = usize::from(*now) - 1;
            option[end - 4..end].copy_from_slice(&address.octets());
        }
    }
}

/// IP_OPTIONS of a socket; an empty value takes them away.
///
/// # Errors
/// `EINVAL` for more than 40 octets, and those of [`HeaderOptions::new`].
pub(super) fn set(engine: &mut Engine, id: SocketId, value: &[u8]) -> Result<(), Errno> {
    if value.len() > LENGTH_MAX {
        return Err(Errno::EINVAL);
    }
    let options = HeaderOptions::new(engine, engine.socket(id)?.node, value)?;
    let place = &mut engine.socket_mut(id)?.common.header_options;
    *place = (options.len() > 0).then(|| Box::new(options));
    Ok(())
}

/// IP_OPTIONS as it is read.
pub(super) fn get(engine: &Engine, id: SocketId) -> Result<Vec<u8>, Errno> {
    let options = engine.socket(id)?.common.header_options.as_ref();
    Ok(options.map_or(Vec::new(), |options| options.as_bytes().to_vec()))
}

/// The options of a message to somebody: those that it says itself, or the socket's.
pub(super) fn of_message(
    engine: &Engine,
    id: SocketId,
    to: IpAddr,
    said: &Said,
) -> Result<HeaderOptions, Errno> {
    let of_socket = engine.socket(id)?.common.header_options.as_deref();
    let options = said.options.or(of_socket.copied()).filter(|_| to.is_ipv4());
    Ok(options.unwrap_or_default())
}
