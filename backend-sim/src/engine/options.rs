//! `SOL_SOCKET`: the options that every socket has (net/core/sock.c).

use alloc::vec::Vec;

use anysock::constants::socket_option::TimestampingFlags;
use anysock::option::socket::*;
use anysock::option::{Linger, OptionValue};
use anysock::{Errno, Family, SocketType};

use super::peek_offset::PeekOffset;
use super::socket::{Common, Socket, SocketState};
use super::timestamps::check_timestamping;

/// net.core.rmem_max and wmem_max.
const BUFFER_MAX: i32 = 212_992;
/// SOCK_MIN_RCVBUF on a machine of 64 bits.
const RECV_BUFFER_MIN: i32 = 2304;
/// SOCK_MIN_SNDBUF on a machine of 64 bits.
const SEND_BUFFER_MIN: i32 = 4608;

impl Socket {
    pub(super) fn set_common_option(&mut self, name: i32, value: &[u8]) -> Result<(), Errno> {
        let int = value.first_chunk().copied().map(i32::from_ne_bytes).ok_or(Errno::EINVAL)?;
        let on = int != 0;
        if let Some(answer) = self.set_passing(name, on) {
            return answer;
        }
        if let SocketState::Unix(socket) = &mut self.state
            && (name, self.kind) == (SO_INQ, SocketType::STREAM)
        {
            let is_switch = value.len() == size_of::<i32>() && (0..=1).contains(&int);
            socket.tells_unread = if is_switch { on } else { return Err(Errno::EINVAL) };
            return Ok(());
        }
        let (is_tcp, has_peek_offset) = (self.is_tcp(), self.has_peek_offset());
        let has_zero_copy = self.has_zero_copy();
        let common = &mut self.common;
        if common.set_timestamp(name, on).is_some() {
            return Ok(());
        }
        if let Some(answer) = common.set_kept(name, int, value) {
            return answer;
        }
        match name {
            SO_PEEK_OFF if has_peek_offset => common.peek_offset = PeekOffset(int),
            SO_PEEK_OFF => return Err(Errno::EOPNOTSUPP),
            // Of a device's memory, nothing has come.
            SO_DEVMEM_DONTNEED if !is_tcp => return Err(Errno::EBADF),
            SO_DEVMEM_DONTNEED if !value.len().is_multiple_of(8) => return Err(Errno::EINVAL),
            SO_DEVMEM_DONTNEED => {}
            SO_TXREHASH if !is_tcp => return Err(Errno::EOPNOTSUPP),
            SO_TXREHASH if !(-1..=1).contains(&int) => return Err(Errno::EINVAL),
            // What -1 stands for, net.core.txrehash, is on.
            SO_TXREHASH => common.no_rehash = int == 0,
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
            SO_RCVBUF | SO_SNDBUF | SO_RCVLOWAT => common.set_room(name, int),
            // Every program may (CAP_NET_ADMIN).
            SO_RCVBUFFORCE => common.force_room(SO_RCVBUF, int),
            SO_SNDBUFFORCE => common.force_room(SO_SNDBUF, int),
            SO_ZEROCOPY if !has_zero_copy => return Err(Errno::EOPNOTSUPP),
            SO_ZEROCOPY if !(0..=1).contains(&int) => return Err(Errno::EINVAL),
            SO_ZEROCOPY => common.zero_copy = on,
            SO_TIMESTAMPING_OLD | SO_TIMESTAMPING_NEW => {
                self.set_timestamping(int as u32, name == SO_TIMESTAMPING_NEW)?;
            }
            SO_RXQ_OVFL => common.rxq_overflow = on,
            _ => return Err(Errno::ENOPROTOOPT),
        }
        Ok(())
    }

    /// Reads an option into so much room.
    pub(super) fn get_common_option(&self, name: i32, room: usize) -> Result<Vec<u8>, Errno> {
        let common = &self.common;
        if let Some(answer) = common.kept(name, room) {
            return Ok(answer);
        }
        if let Some(answer) = self.passing(name) {
            return answer.map(|on| on.to_ne_bytes().to_vec());
        }
        if let Some(on) = common.timestamp_option(name) {
            return Ok(i32::from(on).to_ne_bytes().to_vec());
        }
        let int = match name {
            SO_PEERCRED => return Ok(self.peer_credentials().encode().to_vec()),
            // Nobody is in any group.
            SO_PEERGROUPS if self.peer_credentials().uid == u32::MAX => return Err(Errno::ENODATA),
            SO_PEERGROUPS => return Ok(Vec::new()),
            SO_PEEK_OFF if self.has_peek_offset() => common.peek_offset.0,
            SO_PEEK_OFF => return Err(Errno::EOPNOTSUPP),
            SO_TXREHASH if !self.is_tcp() => return Err(Errno::EOPNOTSUPP),
            SO_TXREHASH => i32::from(!common.no_rehash),
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
            // sk_get_meminfo; of what octets take only those are counted that TCP has to send.
            SO_MEMINFO => {
                let queued = match &self.state {
                    SocketState::Tcp(socket) => socket.queued_memory(),
                    _ => 0,
                };
                let drops = common.drops.cast_signed();
                let counters = [0, common.recv_buffer, 0, common.send_buffer, 0, queued, 0, 0, drops];
                return Ok(counters.map(i32::to_ne_bytes).as_flattened().to_vec());
            }
            SO_ZEROCOPY => i32::from(common.zero_copy),
            SO_TIMESTAMPING_OLD | SO_TIMESTAMPING_NEW => return Ok(common.timestamping_option(name)),
            SO_RXQ_OVFL => i32::from(common.rxq_overflow),
            SO_LOCK_FILTER => i32::from(common.filter_locked),
            _ => return Err(Errno::ENOPROTOOPT),
        };
        Ok(int.to_ne_bytes().to_vec())
    }

    /// `SO_TIMESTAMPING` (`sock_set_timestamping`).
    fn set_timestamping(&mut self, flags: u32, new: bool) -> Result<(), Errno> {
        let flags = check_timestamping(flags)?;
        let counted = TimestampingFlags::OPT_ID;
        if let SocketState::Tcp(socket) = &mut self.state
            && flags.contains(counted)
            && !self.common.timestamping.contains(counted)
        {
            socket.count_octets(flags.contains(TimestampingFlags::OPT_ID_TCP))?;
        }
        if let SocketState::Udp(socket) = &mut self.state
            && flags.contains(counted)
            && !self.common.timestamping.contains(counted)
        {
            socket.next_datagram = 0;
        }
        (self.common.timestamping, self.common.new_times) = (flags, new);
        Ok(())
    }

    fn is_tcp(&self) -> bool {
        matches!(self.state, SocketState::Tcp(_))
    }

    /// SO_SELECT_ERR_QUEUE, which streams do not look at (`datagram_poll`, `unix_dgram_poll`).
    pub(super) fn tells_errors_as_urgent(&self) -> bool {
        self.kind != SocketType::STREAM && self.common.is_kept_on(SO_SELECT_ERR_QUEUE)
    }

    /// Whether SO_PEEK_OFF is there (`set_peek_off` of `struct proto_ops`).
    fn has_peek_offset(&self) -> bool {
        matches!(self.state, SocketState::Tcp(_) | SocketState::Udp(_) | SocketState::Unix(_))
    }

    /// Whether SO_ZEROCOPY is there.
    const fn has_zero_copy(&self) -> bool {
        let what = (self.family, self.kind);
        matches!(what, (Family::INET | Family::INET6, SocketType::STREAM | SocketType::DGRAM))
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

impl Common {
    /// SO_RCVBUF, SO_SNDBUF, SO_RCVLOWAT.
    fn set_room(&mut self, name: i32, bytes: i32) {
        match name {
            // What is set is capped (socket(7)). It is taken for unsigned.
            SO_RCVBUF | SO_SNDBUF => {
                let most = BUFFER_MAX.cast_unsigned();
                self.force_room(name, bytes.cast_unsigned().min(most).cast_signed());
            }
            _ if bytes < 0 => self.recv_low_water = i32::MAX,
            _ => self.recv_low_water = bytes.max(1),
        }
    }

    /// SO_RCVBUF, or else SO_SNDBUF, however much that is: doubled for the kernel's own needs.
    fn force_room(&mut self, name: i32, bytes: i32) {
        let doubled = bytes.clamp(0, i32::MAX / 2) * 2;
        if name == SO_RCVBUF {
            self.recv_buffer = doubled.max(RECV_BUFFER_MIN);
            self.recv_buffer_set = true;
        } else {
            self.send_buffer = doubled.max(SEND_BUFFER_MIN);
            self.send_buffer_set = true;
        }
    }
}
