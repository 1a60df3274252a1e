//! What a UDP socket is told, in its error queue, of what it has sent: when that left (SO_TIMESTAMPING), and that the
//! kernel is done with the memory of the program (MSG_ZEROCOPY).

use alloc::vec::Vec;
use core::net::{IpAddr, SocketAddr};

use anysock::constants::socket_option::TimestampingFlags;
use anysock::message::TimestampKind;
use anysock::{Errno, Family, MessageFlags};

use super::route::Way;
use super::tcp_error_queue::times_of;
use crate::engine::socket::Outgoing;
use crate::engine::{Engine, SocketId};

/// The times of a datagram, in the order in which it has them.
const TIMES: [(TimestampingFlags, TimestampKind); 2] = [
    (TimestampingFlags::TX_SCHED, TimestampKind::SCHED),
    (TimestampingFlags::TX_SOFTWARE, TimestampKind::SND),
];

/// What is to be told of a datagram once it is sent.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Told {
    times: TimestampingFlags,
    /// Its number, by which its times are known.
    number: u32,
    /// The number of the call without a copy.
    zero_copy: Option<u32>,
}

impl Told {
    /// What a message asks for, which begins a datagram.
    pub(super) fn of(engine: &mut Engine, id: SocketId, message: &Outgoing<'_>) -> Result<Self, Errno> {
        let (socket, common) = engine.udp_mut(id)?;
        let times = times_of(message, common).difference(TimestampingFlags::TX_ACK);
        let mut told = Told { times, ..Told::default() };
        if !times.is_empty() && common.timestamping.contains(TimestampingFlags::OPT_ID) {
            told.number = socket.next_datagram;
            socket.next_datagram = told.number.wrapping_add(1);
        }
        let is_uncopied = message.flags.contains(MessageFlags::ZEROCOPY) && !message.bytes.is_empty();
        if is_uncopied && common.zero_copy {
            told.zero_copy = Some(socket.next_uncopied);
            socket.next_uncopied = socket.next_uncopied.wrapping_add(1);
        }
        Ok(told)
    }

    /// Whether times are told together with the packet that left then.
    pub(super) fn tells_packet(self, engine: &Engine, id: SocketId) -> bool {
        let common = engine.socket(id).map(|socket| &socket.common);
        !self.times.is_empty()
            && common.is_ok_and(|common| !common.timestamping.contains(TimestampingFlags::OPT_TSONLY))
    }

    /// The datagram has left from there by this way, in this frame where the program is to see it.
    pub(super) fn sent(self, engine: &mut Engine, id: SocketId, (from, way): (IpAddr, Way), frame: &[u8]) {
        if self.times.is_empty() && self.zero_copy.is_none() {
            return;
        }
        let now = engine.realtime();
        // Of a packet that is seen, a socket of IPv6 tells the sender (ip6_datagram_support_cmsg).
        let is_ipv6 = engine.socket(id).is_ok_and(|socket| socket.family == Family::INET6);
        let sender = (is_ipv6 && !frame.is_empty()).then_some(SocketAddr::new(from, 0));
        let Ok((socket, common)) = engine.udp_mut(id) else { return };
        for (time, kind) in TIMES {
            if self.times.contains(time) {
                let room = socket.room_for_errors(common);
                socket.errors.sent(kind, self.number, now, (frame, sender), room);
            }
        }
        if let Some(number) = self.zero_copy {
            // Loopback copies what it carries.
            socket.errors.zero_copy(number, number, !matches!(way, Way::Port(_)));
        }
        engine.notify(id);
    }
}

/// The frame of a packet as it leaves, of which no neighbour is known yet.
pub(super) fn with_ether_type(mut frame: Vec<u8>, is_ipv4: bool) -> Vec<u8> {
    let ether_type: u16 = if is_ipv4 { 0x0800 } else { 0x86DD };
    if let Some(place) = frame.get_mut(12..14) {
        place.copy_from_slice(&ether_type.to_be_bytes());
    }
    frame
}
