//! `SOL_TCP`: what a program sets on a TCP socket, and the connection's settings that follow from it.

use alloc::vec::Vec;
use core::time::Duration;

use anysock::option::tcp::*;
use anysock::option::{OptionValue, TcpInfo};
use anysock::tcp::{Config, CongestionAlgorithm, EcnNegotiation, Keepalive, State};
use anysock::{Errno, Instant};

use super::buffer::TcpStorage;
use super::tcp::{Phase, TcpSocket};
use super::tcp_sysctls::{TcpSysctls, congestion_algorithm};
use crate::engine::calls::SOMAXCONN;
use crate::engine::socket::Common;
use crate::engine::sysctl::Sysctls;

/// What can be set.
#[derive(Clone, Debug)]
pub(super) struct TcpOptions {
    no_delay: bool,
    pub(super) cork: bool,
    keepalive: Keepalive,
    syn_count: u8,
    max_segment: Option<u16>,
    user_timeout: u32,
    window_clamp: i32,
    /// How many connections of a listener's may be open early.
    pub(super) fast_open: u32,
    pub(super) fast_open_connect: bool,
    congestion: CongestionAlgorithm,
    sysctl: TcpSysctls,
}

impl Default for TcpOptions {
    fn default() -> Self {
        TcpOptions::new(TcpSysctls::default())
    }
}

/// To what a send buffer grows that no program has set.
const SEND_BUFFER_GROWN: usize = 256 * 1024;

/// How many octets may wait to be read: half of a buffer is for the kernel's own needs, net.ipv4.tcp_adv_win_scale
/// being 1.
pub(super) fn receive_capacity(common: &Common) -> usize {
    common.recv_buffer as usize / 2
}

impl TcpOptions {
    /// Those of a new socket.
    pub(super) fn new(sysctl: TcpSysctls) -> Self {
        TcpOptions {
            no_delay: false,
            cork: false,
            keepalive: sysctl.keepalive(),
            syn_count: sysctl.syn_retries(),
            max_segment: None,
            user_timeout: 0,
            window_clamp: 0,
            fast_open: 0,
            fast_open_connect: false,
            congestion: sysctl.congestion_control(),
            sysctl,
        }
    }

    /// SO_SNDBUF and SO_RCVBUF of a new socket.
    pub(super) fn buffers(&self) -> (i32, i32) {
        (self.sysctl.send_buffer(), self.sysctl.receive_buffer())
    }

    /// Whether SYNs may be answered with cookies.
    pub(super) fn syn_cookies(&self) -> bool {
        self.sysctl.syn_cookies
    }

    /// The settings of a connection over a route with this MTU.
    pub(super) fn config(&self, mtu: usize, ipv6: bool, common: &Common, sysctls: &Sysctls) -> Config {
        let mtu = u16::try_from(mtu).unwrap_or(u16::MAX);
        let mut config = if ipv6 { Config::ipv6(mtu) } else { Config::ipv4(mtu) };
        if let Some(most) = self.max_segment {
            config.maximum_segment_size = config.maximum_segment_size.min(most);
        }
        self.sysctl.apply(&mut config);
        config.congestion_control = self.congestion;
        config.no_delay = self.no_delay;
        config.cork = self.cork;
        config.urgent_inline = common.oob_inline;
        config.ecn = match sysctls.tcp_ecn {
            0 => EcnNegotiation::Off,
            1 => EcnNegotiation::Request,
            _ => EcnNegotiation::Accept,
        };
        config.user_timeout =
            (self.user_timeout != 0).then(|| Duration::from_millis(u64::from(self.user_timeout)));
        config.syn_retries = self.syn_count;
        config.keepalive = common.keepalive.then_some(self.keepalive);
        config
    }

    /// Room for a connection's octets.
    pub(super) fn storage(&self, common: &Common) -> TcpStorage {
        let send = match common.send_buffer {
            unset if unset == self.sysctl.send_buffer() => SEND_BUFFER_GROWN,
            set => set as usize,
        };
        TcpStorage::new(send, receive_capacity(common))
    }

    /// Sets one.
    ///
    /// # Errors
    /// `EINVAL` for a value out of its range, `ENOPROTOOPT` for an unknown option.
    pub(super) fn set(&mut self, name: i32, value: &[u8]) -> Result<(), Errno> {
        if name == TCP_CONGESTION {
            let end = value.iter().position(|octet| *octet == 0).unwrap_or(value.len());
            let name = core::str::from_utf8(&value[..end]).map_err(|_| Errno::ENOENT)?;
            self.congestion = congestion_algorithm(name)?;
            return Ok(());
        }
        let int = value.first_chunk().copied().map(i32::from_ne_bytes).ok_or(Errno::EINVAL)?;
        let within = |most: i32| if (1..=most).contains(&int) { Ok(int) } else { Err(Errno::EINVAL) };
        let seconds = |most| within(most).map(|seconds| Duration::from_secs(seconds as u64));
        match name {
            TCP_NODELAY => self.no_delay = int != 0,
            TCP_CORK => self.cork = int != 0,
            TCP_KEEPIDLE => self.keepalive.idle = seconds(32_767)?,
            TCP_KEEPINTVL => self.keepalive.interval = seconds(32_767)?,
            TCP_KEEPCNT => self.keepalive.count = within(127)? as u8,
            TCP_SYNCNT => self.syn_count = within(127)? as u8,
            // TCP_MIN_MSS is 88, MAX_TCP_WINDOW 32767; zero takes a limit back.
            TCP_MAXSEG => {
                self.max_segment = match int {
                    0 => None,
                    88..=32_767 => Some(int as u16),
                    _ => return Err(Errno::EINVAL),
                }
            }
            TCP_USER_TIMEOUT => self.user_timeout = u32::try_from(int).map_err(|_| Errno::EINVAL)?,
            TCP_WINDOW_CLAMP => self.window_clamp = int.max(0),
            TCP_FASTOPEN => {
                self.fast_open = u32::try_from(int).map_err(|_| Errno::EINVAL)?.min(SOMAXCONN as u32);
            }
            TCP_FASTOPEN_CONNECT if (0..=1).contains(&int) => self.fast_open_connect = int != 0,
            TCP_FASTOPEN_CONNECT => return Err(Errno::EINVAL),
            _ => return Err(Errno::ENOPROTOOPT),
        }
        Ok(())
    }
}

impl TcpSocket {
    /// Whether the option may be set in this state (`do_tcp_setsockopt`).
    ///
    /// # Errors
    /// `EINVAL` where it may not.
    pub(super) fn check_settable(&self, name: i32) -> Result<(), Errno> {
        let is_closed = match &self.phase {
            Phase::Idle => true,
            Phase::Listening(_) => false,
            Phase::Connected(connected) => connected.connection.state() == State::Closed,
        };
        match name {
            TCP_FASTOPEN if !is_closed && !self.is_listening() => Err(Errno::EINVAL),
            TCP_FASTOPEN_CONNECT if !is_closed => Err(Errno::EINVAL),
            _ => Ok(()),
        }
    }

    /// Reads an option.
    ///
    /// # Errors
    /// `ENOPROTOOPT` for an unknown one.
    pub(super) fn option(&self, name: i32, now: Instant) -> Result<Vec<u8>, Errno> {
        let options = &self.options;
        let seconds = |duration: Duration| duration.as_secs() as i32;
        let int = match name {
            TCP_INFO => return Ok(self.info(now).encode().to_vec()),
            TCP_CONGESTION => {
                // TCP_CA_NAME_MAX octets, the rest of them zero.
                let mut name = [0; 16];
                let known: &[u8] = match options.congestion {
                    CongestionAlgorithm::NewReno => b"reno",
                    _ => b"cubic",
                };
                name[..known.len()].copy_from_slice(known);
                return Ok(name.to_vec());
            }
            TCP_NODELAY => i32::from(options.no_delay),
            TCP_CORK => i32::from(options.cork),
            TCP_KEEPIDLE => seconds(options.keepalive.idle),
            TCP_KEEPINTVL => seconds(options.keepalive.interval),
            TCP_KEEPCNT => i32::from(options.keepalive.count),
            TCP_SYNCNT => i32::from(options.syn_count),
            TCP_MAXSEG => match (self.connected(), options.max_segment) {
                (Some(connected), _) if connected.connection.state() != State::Closed => {
                    connected.connection.maximum_segment_size() as i32
                }
                (_, Some(most)) => i32::from(most),
                // TCP_MSS_DEFAULT.
                _ => 536,
            },
            TCP_USER_TIMEOUT => options.user_timeout as i32,
            TCP_WINDOW_CLAMP => options.window_clamp,
            TCP_FASTOPEN => options.fast_open as i32,
            TCP_FASTOPEN_CONNECT => i32::from(options.fast_open_connect),
            _ => return Err(Errno::ENOPROTOOPT),
        };
        Ok(int.to_ne_bytes().to_vec())
    }
    /// What a kernel of version 6.1 says, whose last field is the peer's window (`tcp_get_info`).
    fn info(&self, now: Instant) -> TcpInfo {
        let mut info = match &self.phase {
            Phase::Connected(connected) => connected.connection.info(now, &connected.counters),
            Phase::Listening(listening) => {
                let mut info = TcpInfo::zeroed();
                info.state = State::Listen.linux_number();
                info.unacknowledged = listening.listener.waiting();
                info.sacked = listening.listener.backlog();
                info
            }
            Phase::Idle => {
                let mut info = TcpInfo::zeroed();
                info.state = State::Closed.linux_number();
                info
            }
        };
        info.receive_window = None;
        info
    }
}
