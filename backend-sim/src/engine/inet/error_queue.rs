//! The error queue of a socket: what did not arrive, and why (ip(7), IP_RECVERR; `ip_recv_error` of
//! net/ipv4/ip_sockglue.c, `ipv6_recv_error` of net/ipv6/datagram.c).

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::net::{IpAddr, SocketAddr, SocketAddrV6};

use anysock::constants::socket_option::TimestampingFlags;
use anysock::layout::{KernelTimespec, OldTimespec};
use anysock::message::{
    ControlWriter, ErrorOrigin, ScmTimestamping, ScmTimestamping64, SockExtendedErr, Timestamp, TimestampKind,
};
use anysock::option::ip::IP_RECVERR;
use anysock::option::ipv6::IPV6_RECVERR;
use anysock::option::socket::{SO_TIMESTAMPING_NEW, SO_TIMESTAMPING_OLD};
use anysock::{Errno, Family, Level, MessageFlags, Received};

use super::icmp_error::Unreachable;
use super::ip_options;
use super::packet::HeaderFields;
use super::packet_info::{Known, Wanted};
use super::path_mtu::PathMtuTold;
use super::sockaddr;
use crate::engine::sk_buff::OVERHEAD;
use crate::engine::socket::{Common, Incoming, copy_address};

/// The bytes of `struct sockaddr_in` and of `struct sockaddr_in6`.
const SOCKADDR_IN: usize = 16;
const SOCKADDR_IN6: usize = 28;

/// An error that waits to be read.
#[derive(Debug)]
struct Kept {
    error: SockExtendedErr,
    /// Who told of it; nobody where it is the node's own.
    offender: Option<SocketAddr>,
    /// Whom the datagram was for; nobody in particular where it is no error.
    destination: Option<SocketAddr>,
    /// When it was sent, where it is about that.
    time: Option<Timestamp>,
    /// What is known of the datagram.
    payload: Vec<u8>,
    /// What is known of the message that has told of it.
    known: Option<Box<Known>>,
}

/// In which form the times of sending are told, if they are: `SOF_TIMESTAMPING_SOFTWARE`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::engine) enum Times {
    Untold,
    /// `SO_TIMESTAMPING_OLD`.
    Old,
    /// `SO_TIMESTAMPING_NEW`.
    New,
}

impl Kept {
    /// What it takes of the receive buffer: nothing where it is about a sending without a copy, which takes memory
    /// for options (`msg_zerocopy_alloc`).
    fn size(&self) -> usize {
        match self.error.origin {
            ErrorOrigin::ZEROCOPY => 0,
            _ => self.payload.len() + OVERHEAD,
        }
    }
}

/// The errors of a socket, if it keeps any.
#[derive(Debug, Default)]
pub(super) struct ErrorQueue {
    /// IP_RECVERR, IPV6_RECVERR.
    keeps: [bool; 2],
    queue: VecDeque<Kept>,
    /// What the queue takes of the receive buffer.
    queued: usize,
    /// How often whoever waits was told that something was put into it (`sk_error_report`).
    reports: u32,
    /// What was too large for its way last, which the next receive tells.
    path_mtu: Option<PathMtuTold>,
}

impl ErrorQueue {
    /// Whether errors about packets to there are kept.
    pub(super) fn keeps(&self, destination: SocketAddr) -> bool {
        self.keeps[usize::from(destination.is_ipv6())]
    }

    /// Whether errors about any packets are kept.
    pub(super) fn keeps_any(&self) -> bool {
        self.keeps.contains(&true)
    }

    /// One that keeps the same errors, and has none.
    pub(super) fn without_errors(&self) -> Self {
        ErrorQueue { keeps: self.keeps, ..ErrorQueue::default() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// Sets IP_RECVERR or IPV6_RECVERR, if this is one of them. Whether it is. Off, nothing stays.
    pub(super) fn set(
        &mut self,
        family: Family,
        option: (Level, i32),
        value: &[u8],
    ) -> Option<Result<(), Errno>> {
        let version = version(family, option)?;
        let on = match value.first_chunk() {
            Some(int) => i32::from_ne_bytes(*int) != 0,
            None if version == 0 => ip_options::int_or_byte(value) != 0,
            None => return Some(Err(Errno::EINVAL)),
        };
        self.keeps[version] = on;
        if !on {
            self.queue.clear();
            self.queued = 0;
        }
        Some(Ok(()))
    }

    /// The value of one of them.
    pub(super) fn get(&self, family: Family, option: (Level, i32)) -> Option<Vec<u8>> {
        Some(i32::from(self.keeps[version(family, option)?]).to_ne_bytes().to_vec())
    }

    /// What the errors take of the receive buffer, which they share with what has come (`sk_rmem_alloc`).
    pub(super) fn queued(&self) -> usize {
        self.queued
    }

    /// Keeps an error where it fits into `room` bytes, with the others; else it is lost (`sock_queue_err_skb`).
    fn push(&mut self, kept: Kept, room: usize) {
        let queued = self.queued + kept.size();
        if queued < room {
            self.queued = queued;
            self.reports = self.reports.wrapping_add(1);
            self.queue.push_back(kept);
        }
    }

    /// A packet to there, for which an interface was chosen or none, was larger than the way takes: the next receive
    /// tells so, where the socket wants to hear of it (`ipv6_local_rxpmtu`).
    pub(super) fn tell_too_large(
        &mut self,
        (to, interface): (IpAddr, u32),
        mtu: usize,
        fields: &HeaderFields,
        common: &Common,
    ) {
        let is_told = common.ip.hears_of_path_mtu && fields.refuses_too_large(to);
        if let (IpAddr::V6(to), true) = (to, is_told) {
            self.path_mtu = Some(PathMtuTold { to: SocketAddrV6::new(to, 0, 0, interface), mtu: mtu as u32 });
        }
    }

    /// What a receive tells of the way, before anything else.
    pub(super) fn recv_path_mtu(
        &mut self,
        common: &Common,
        message: &mut Incoming<'_>,
        now: Timestamp,
    ) -> Option<Received> {
        let told = self.path_mtu.take_if(|_| common.ip.hears_of_path_mtu)?;
        Some(told.recv(common, message, now))
    }

    /// How often something was put into it: another number once it was.
    pub(super) fn reports(&self) -> u32 {
        self.reports
    }

    /// Keeps what ICMP tells (`ip_icmp_error`). `payload` is what it quotes of the datagram, `room` what there is of
    /// the receive buffer for errors.
    pub(super) fn icmp(&mut self, what: &Unreachable<'_>, payload: &[u8], room: usize) {
        let origin = if what.offender.is_ipv4() { ErrorOrigin::ICMP } else { ErrorOrigin::ICMP6 };
        let (kind, code, info) = (what.kind, what.code, what.info);
        let error = SockExtendedErr { errno: what.error, origin, kind, code, padding: 0, info, data: 0 };
        let offender = Some(sockaddr::on_interface(SocketAddr::new(what.offender, 0), what.interface));
        let destination = Some(sockaddr::on_interface(what.destination, what.interface));
        let known = Some(Box::new(Known::of_error(what)));
        self.push(Kept { error, offender, destination, time: None, payload: payload.into(), known }, room);
    }

    /// Keeps that a datagram is larger than the way takes (`ip_local_error`), in `room` bytes.
    pub(super) fn too_big(&mut self, destination: SocketAddr, mtu: usize, room: usize) {
        let (errno, origin) = (Errno::EMSGSIZE, ErrorOrigin::LOCAL);
        let info = mtu as u32;
        let error = SockExtendedErr { errno, origin, kind: 0, code: 0, padding: 0, info, data: 0 };
        let destination = Some(destination);
        let (offender, time, payload, known) = (None, None, Vec::new(), None);
        self.push(Kept { error, offender, destination, time, payload, known }, room);
    }

    /// Keeps that the kernel is done with the calls `first` to `last` of those with MSG_ZEROCOPY, together with those
    /// before them where that waits last (`__msg_zerocopy_callback`, which needs no room).
    pub(super) fn zero_copy(&mut self, first: u32, last: u32, copied: bool) {
        let follows = |error: &SockExtendedErr| {
            error.origin == ErrorOrigin::ZEROCOPY && error.data.wrapping_add(1) == first
        };
        self.reports = self.reports.wrapping_add(1);
        if let Some(before) = self.queue.back_mut().filter(|kept| follows(&kept.error)) {
            before.error.data = last;
            return;
        }
        let (errno, origin) = (Errno(0), ErrorOrigin::ZEROCOPY);
        let code = u8::from(copied);
        let error = SockExtendedErr { errno, origin, kind: 0, code, padding: 0, info: first, data: last };
        let payload = Vec::new();
        let (offender, destination, time, known) = (None, None, None, None);
        self.queue.push_back(Kept { error, offender, destination, time, payload, known });
    }

    /// Keeps when what was sent had come so far, in `room` bytes (`__skb_complete_tx_timestamp`). `sender` is told as
    /// the offender.
    pub(super) fn sent(
        &mut self,
        kind: TimestampKind,
        number: u32,
        time: Timestamp,
        (payload, sender): (&[u8], Option<SocketAddr>),
        room: usize,
    ) {
        let (errno, origin) = (Errno::ENOMSG, ErrorOrigin::TIMESTAMPING);
        let error =
            SockExtendedErr { errno, origin, kind: 0, code: 0, padding: 0, info: kind.0, data: number };
        let (time, payload) = (Some(time), payload.into());
        let (destination, known) = (None, None);
        self.push(Kept { error, offender: sender, destination, time, payload, known }, room);
    }

    /// Gives out the oldest error. The socket's error becomes the next one's that ICMP told, or
    /// goes with the last (`sock_dequeue_err_skb`).
    ///
    /// # Errors
    /// `EAGAIN` where there is none.
    pub(super) fn recv(
        &mut self,
        (family, wanted): (Family, Wanted),
        common: &mut Common,
        message: &mut Incoming<'_>,
        (now, times): (Timestamp, Times),
    ) -> Result<Received, Errno> {
        let kept = self.queue.pop_front().ok_or(Errno::EAGAIN)?;
        self.queued -= kept.size();
        let is_icmp = |kept: &Kept| matches!(kept.error.origin, ErrorOrigin::ICMP | ErrorOrigin::ICMP6);
        match self.queue.front().filter(|next| is_icmp(next)) {
            Some(next) => common.error = Some(next.error.errno),
            None if is_icmp(&kept) => common.error = None,
            None => {}
        }
        let len = kept.payload.len().min(message.bytes.len());
        message.bytes[..len].copy_from_slice(&kept.payload[..len]);
        let mut flags = MessageFlags::ERRQUEUE;
        if len < kept.payload.len() {
            flags |= MessageFlags::TRUNC;
        }
        let (level, name, room) = match family {
            Family::INET6 => (Level::IPV6, IPV6_RECVERR, SOCKADDR_IN6),
            _ => (Level::IP, IP_RECVERR, SOCKADDR_IN),
        };
        let mut data = kept.error.encode().to_vec();
        let offender = kept.offender.map(|offender| sockaddr::encode(family, offender));
        let offender = offender.as_ref().map_or(&[][..], |offender| offender.as_bytes());
        data.extend_from_slice(offender);
        data.resize(SockExtendedErr::SIZE + room, 0);
        let mut control = ControlWriter::new(message.control);
        let time = kept.time.unwrap_or(now);
        let mut fits = common.tell_time(time, &mut control);
        // What has come by the network has the time of that.
        let has_come = kept.known.is_some() && common.timestamping.contains(TimestampingFlags::RX_SOFTWARE);
        if let Some((name, time)) = times_message(time, times)
            && (kept.time.is_some() || common.timestamp || has_come)
        {
            fits &= control.deliver(Level::SOCKET, name, &time);
        }
        fits &= kept.known.is_none_or(|known| wanted.deliver(family, &known, &mut control));
        if !control.deliver(level, name, &data) || !fits {
            flags |= MessageFlags::CTRUNC;
        }
        let control_len = control.into_bytes().len();
        let destination = kept.destination.map(|destination| sockaddr::encode(family, destination));
        let destination = destination.as_ref().map_or(&[][..], |destination| destination.as_bytes());
        let address_len = copy_address(message.address, destination);
        Ok(Received { len, address_len, control_len, handles: 0, flags })
    }
}

/// The control message of a time: its type, and its data.
pub(in crate::engine) fn times_message(Timestamp(time): Timestamp, form: Times) -> Option<(i32, Vec<u8>)> {
    match form {
        Times::Untold => None,
        Times::Old => {
            let (software, none) = (OldTimespec::from(time), OldTimespec::default());
            let times = ScmTimestamping { software, legacy: none, hardware: none };
            Some((SO_TIMESTAMPING_OLD, times.encode().to_vec()))
        }
        Times::New => {
            let (software, none) = (KernelTimespec::from(time), KernelTimespec::default());
            let times = ScmTimestamping64 { software, legacy: none, hardware: none };
            Some((SO_TIMESTAMPING_NEW, times.encode().to_vec()))
        }
    }
}

/// Which of the two options this is: 0 for IPv4, 1 for IPv6.
fn version(family: Family, option: (Level, i32)) -> Option<usize> {
    match option {
        (Level::IP, IP_RECVERR) => Some(0),
        (Level::IPV6, IPV6_RECVERR) if family == Family::INET6 => Some(1),
        _ => None,
    }
}
