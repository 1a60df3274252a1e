//! `SOL_SOCKET`: the options that every socket has (net/core/sock.c).

use alloc::vec::Vec;

use anysock::constants::socket_option::TimestampingFlags;
use anysock::option::socket::*;
use anysock::option::{Linger, OptionValue};
use anysock::{Errno, Family, SocketType};

use super::inet::Times;
use super::socket::{Common, Socket, SocketState};

/// net.core.rmem_max and wmem_max.
const BUFFER_MAX: i32 = 212_992;
/// SOCK_MIN_RCVBUF on a machine of 64 bits.
const RECV_BUFFER_MIN: i32 = 2304;
/// SOCK_MIN_SNDBUF on a machine of 64 bits.
const SEND_BUFFER_MIN: i32 = 4608;

/// The flags of `SO_TIMESTAMPING` (`SOF_TIMESTAMPING_MASK` of Linux 6.18).
const KNOWN_TIMESTAMPING: TimestampingFlags = TimestampingFlags(0x7_FFFF);

impl Common {
    /// In which form `SO_TIMESTAMPING` tells times, if it does.
    pub(super) fn times(&self) -> Times {
        match self.timestamping.contains(TimestampingFlags::SOFTWARE) {
            false => Times::Untold,
            true if self.new_times => Times::New,
            true => Times::Old,
        }
    }
}

impl Socket {
    pub(super) fn set_common_option(&mut self, name: i32, value: &[u8]) -> Result<(), Errno> {
        let int = value.first_chunk().copied().map(i32::from_ne_bytes).ok_or(Errno::EINVAL)?;
        let on = int != 0;
        let is_tcp = matches!(self.state, SocketState::Tcp(_));
        let common = &mut self.common;
        match name {
            SO_REUSEADDR => common.reuse_addr = on,
            SO_REUSEPORT if on && !matches!(self.family, Family::INET | Family::INET6) => {
                return Err(Errno::EOPNOTSUPP);
            }
            SO_REUSEPORT => common.reuse_port = on,
            SO_KEEPALIVE => common.keepalive = on,
            SO_BROADCAST => common.broadcast = on,
            SO_OOBINLINE => common.oob_inline = on,
            SO_PRIORITY => common.priority = int,
            SO_MARK => common.mark = int,
            SO_LINGER => common.linger = Linger::decode(value).map_err(|_| Errno::EINVAL)?,
            SO_RCVBUF => {
                common.recv_buffer = doubled(int).max(RECV_BUFFER_MIN);
                common.recv_buffer_set = true;
            }
            SO_SNDBUF => common.send_buffer = doubled(int).max(SEND_BUFFER_MIN),
            SO_RCVLOWAT => {
                common.recv_low_water = match int {
                    0 => 1,
                    negative if negative < 0 => i32::MAX,
                    bytes => bytes,
                }
            }
            SO_TIMESTAMPNS_NEW => {
                common.timestamp_ns = on;
                common.new_times |= on;
            }
            SO_ZEROCOPY
                if !matches!(
                    (self.family, self.kind),
                    (Family::INET | Family::INET6, SocketType::STREAM | SocketType::DGRAM)
                ) =>
            {
                return Err(Errno::EOPNOTSUPP);
            }
            // Of UDP it is not simulated, and the times of others are not either.
            SO_ZEROCOPY if is_tcp && !(0..=1).contains(&int) => return Err(Errno::EINVAL),
            SO_ZEROCOPY if is_tcp => common.zero_copy = on,
            SO_TIMESTAMPING_OLD | SO_TIMESTAMPING_NEW if is_tcp => {
                self.set_timestamping(int as u32, name == SO_TIMESTAMPING_NEW)?;
            }
            SO_RXQ_OVFL => common.rxq_overflow = on,
            _ => return Err(Errno::ENOPROTOOPT),
        }
        Ok(())
    }

    pub(super) fn get_common_option(&self, name: i32) -> Result<Vec<u8>, Errno> {
        let is_tcp = matches!(self.state, SocketState::Tcp(_));
        let common = &self.common;
        let int = match name {
            SO_TYPE => self.kind.0,
            SO_DOMAIN => i32::from(self.family.0),
            SO_PROTOCOL => self.protocol_in_use(),
            SO_ACCEPTCONN => i32::from(self.is_listening()),
            SO_REUSEADDR => i32::from(common.reuse_addr),
            SO_REUSEPORT => i32::from(common.reuse_port),
            SO_KEEPALIVE => i32::from(common.keepalive),
            SO_BROADCAST => i32::from(common.broadcast),
            SO_OOBINLINE => i32::from(common.oob_inline),
            SO_PRIORITY => common.priority,
            SO_MARK => common.mark,
            SO_LINGER => return Ok(common.linger.encode().to_vec()),
            SO_RCVBUF => common.recv_buffer,
            SO_SNDBUF => common.send_buffer,
            SO_RCVLOWAT => common.recv_low_water,
            // sk_get_meminfo; what the octets take is not simulated.
            SO_MEMINFO => {
                let counters = [0, common.recv_buffer, 0, common.send_buffer, 0, 0, 0, 0, 0];
                return Ok(counters.map(i32::to_ne_bytes).as_flattened().to_vec());
            }
            SO_TIMESTAMPNS_NEW => i32::from(common.timestamp_ns),
            SO_ZEROCOPY if is_tcp => i32::from(common.zero_copy),
            // The new one tells nothing where the old one was set (sk_getsockopt).
            SO_TIMESTAMPING_NEW if is_tcp && !common.new_times => 0,
            SO_TIMESTAMPING_OLD | SO_TIMESTAMPING_NEW if is_tcp => common.timestamping.bits() as i32,
            SO_RXQ_OVFL => i32::from(common.rxq_overflow),
            SO_LOCK_FILTER => i32::from(common.filter_locked),
            _ => return Err(Errno::ENOPROTOOPT),
        };
        Ok(int.to_ne_bytes().to_vec())
    }

    /// `SO_TIMESTAMPING` (`sock_set_timestamping`).
    fn set_timestamping(&mut self, flags: u32, new: bool) -> Result<(), Errno> {
        let flags = TimestampingFlags(flags);
        let counted = TimestampingFlags::OPT_ID;
        let alone = |flag, with| flags.contains(flag) && !flags.contains(with);
        if !KNOWN_TIMESTAMPING.contains(flags)
            || alone(TimestampingFlags::OPT_ID_TCP, counted)
            || alone(TimestampingFlags::OPT_STATS, TimestampingFlags::OPT_TSONLY)
        {
            return Err(Errno::EINVAL);
        }
        if let SocketState::Tcp(socket) = &mut self.state
            && flags.contains(counted)
            && !self.common.timestamping.contains(counted)
        {
            socket.count_octets(flags.contains(TimestampingFlags::OPT_ID_TCP))?;
        }
        (self.common.timestamping, self.common.new_times) = (flags, new);
        Ok(())
    }

    /// SO_PROTOCOL: IP's default is told as what it became.
    fn protocol_in_use(&self) -> i32 {
        match (self.family, self.kind, self.protocol.0) {
            (Family::INET | Family::INET6, SocketType::STREAM, 0) => anysock::IpProtocol::TCP.0,
            (Family::INET | Family::INET6, SocketType::DGRAM, 0) => anysock::IpProtocol::UDP.0,
            (_, _, protocol) => protocol,
        }
    }

    fn is_listening(&self) -> bool {
        match &self.state {
            SocketState::Tcp(socket) => socket.is_listening(),
            SocketState::Unix(socket) => socket.is_listening(),
            // Of RFCOMM the kernel never says so: it asks for TCP's state of that name.
            SocketState::Udp(_)
            | SocketState::Raw(_)
            | SocketState::Packet(_)
            | SocketState::Can(_)
            | SocketState::Rfcomm(_)
            | SocketState::PeerWait(_)
            | SocketState::Wake(_)
            | SocketState::Epoll(_) => false,
        }
    }
}

/// What is set is capped, and then doubled for the kernel's own needs (socket(7)). It is taken for unsigned.
fn doubled(bytes: i32) -> i32 {
    bytes.cast_unsigned().min(BUFFER_MAX.cast_unsigned()).cast_signed() * 2
}
