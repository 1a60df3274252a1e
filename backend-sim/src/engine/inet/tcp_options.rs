//! `SOL_TCP`: what a program sets on a TCP socket, and the connection's settings that follow from it.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::time::Duration;

use anysock::option::TcpInfo;
use anysock::option::tcp::*;
use anysock::tcp::{Buffer, Config, CongestionAlgorithm, EcnNegotiation, Keepalive, State, SynCookies};
use anysock::{Errno, Instant};

use super::RouteMetrics;
use super::connected::Connected;
use super::fin_wait_2;
use super::tcp::{Phase, TcpSocket};
use super::tcp_bsd_options::BsdOptions;
use super::tcp_dialect::Dialect;
use super::tcp_signature::SIGNATURE_LENGTH;
use super::tcp_sysctls::{TcpSysctls, congestion_algorithm, window_scale};
use crate::engine::calls::SOMAXCONN;
use crate::engine::socket::Common;
use crate::engine::sysctl::Sysctls;

/// What can be set.
#[derive(Clone, Debug)]
pub(super) struct TcpOptions {
    pub(super) no_delay: bool,
    pub(super) cork: bool,
    keepalive: Keepalive,
    /// `None` for net.ipv4.tcp_syn_retries, and net.ipv4.tcp_synack_retries.
    syn_count: Option<u8>,
    pub(super) max_segment: Option<u16>,
    user_timeout: u32,
    window_clamp: i32,
    /// Zero for none: net.ipv4.tcp_notsent_lowat is the largest number.
    not_sent_low_water: u32,
    /// How often a SYN,ACK is sent again before a connection without text is established.
    pub(super) defer_accept: u8,
    /// In seconds: zero for net.ipv4.tcp_fin_timeout, less for none at all.
    pub(super) fin_wait_2: i32,
    /// What is kept of the SYNs of connections.
    pub(super) save_syn: u8,
    pub(super) quick_ack: bool,
    /// Who reads is told how many octets are left.
    pub(super) tells_unread: bool,
    /// How many connections of a listener's may be open early.
    pub(super) fast_open: u32,
    /// `TCP_FASTOPEN_KEY`, where it was set.
    pub(super) fast_open_key: Option<FastOpenKey>,
    /// Text goes with a SYN, and is taken with one, without any cookie.
    pub(super) fast_open_without_cookie: bool,
    /// Accepted without effect: the delay of what is sent is a fair queue's work, of which an interface has none.
    transmit_delay: i32,
    /// Accepted without effect.
    thin_linear_timeouts: bool,
    /// In milliseconds: `None` for net.ipv4.tcp_rto_max_ms.
    longest_timeout: Option<u32>,
    /// In microseconds.
    shortest_timeout: u32,
    longest_delay: u32,
    pub(super) fast_open_connect: bool,
    congestion: CongestionAlgorithm,
    pub(super) bsd: BsdOptions,
    pub(super) sysctl: Arc<TcpSysctls>,
    /// As of when they are those of a new socket ([`Engine`](crate::engine::Engine)'s `settings`), until it listens or
    /// first connects.
    as_made: Option<u64>,
}

/// How much text the storage of a connection takes: more than a [`WriteQueue`](super::write_queue::WriteQueue) lets in.
const SEND_CAPACITY: usize = 1 << 30;

/// TCP_TX_DELAY is less than this, in microseconds.
const TRANSMIT_DELAY_END: i32 = 1 << 28;
/// TCP_FIN_TIMEOUT_MAX, in seconds.
const FIN_TIMEOUT_MAX: i32 = 120;
/// SOCK_MIN_RCVBUF on a machine of 64 bits, half of which is the smallest TCP_WINDOW_CLAMP.
const RECV_BUFFER_MIN: i32 = 2304;
/// TCP_TIMEOUT_INIT and TCP_RTO_MAX, in seconds.
const TIMEOUTS: (u32, u32) = (1, 120);

/// What TCP_WINDOW_CLAMP makes of a value; zero is none.
fn window_clamp(value: i32) -> i32 {
    if value == 0 { 0 } else { value.max(RECV_BUFFER_MIN / 2) }
}

/// How many retransmissions take so many seconds (`secs_to_retrans`).
fn retransmissions_in(seconds: i32) -> u8 {
    let (mut timeout, most) = TIMEOUTS;
    let (mut period, mut count) = (0, 0);
    while i64::from(seconds) > period && count < u8::MAX {
        period += i64::from(timeout);
        timeout = (timeout * 2).min(most);
        count += 1;
    }
    count
}

/// How many seconds so many retransmissions take (`retrans_to_secs`).
fn seconds_of(retransmissions: u8) -> i32 {
    let (mut timeout, most) = TIMEOUTS;
    let mut period = 0;
    for _ in 0..retransmissions {
        period += timeout as i32;
        timeout = (timeout * 2).min(most);
    }
    period
}

/// The most that TCP_RTO_MIN_US and TCP_DELACK_MAX_US may be: TCP_RTO_MIN and TCP_DELACK_MAX, a fifth of a second.
const MICROSECONDS_MAX: u32 = 200_000;

/// A time in microseconds: two ticks of the clock, whose ticks are milliseconds, are the least.
fn microseconds(value: i32) -> Result<u32, Errno> {
    let ticks = u32::try_from(value).map_err(|_| Errno::EINVAL)?.div_ceil(1000);
    if (2..=MICROSECONDS_MAX / 1000).contains(&ticks) { Ok(ticks * 1000) } else { Err(Errno::EINVAL) }
}

/// The name that TCP_CONGESTION is set to, which may end in a zero octet.
fn algorithm_name(value: &[u8]) -> Result<&str, Errno> {
    if value.is_empty() {
        return Err(Errno::EINVAL);
    }
    let end = value.iter().position(|octet| *octet == 0).unwrap_or(value.len());
    core::str::from_utf8(&value[..end]).map_err(|_| Errno::ENOENT)
}

/// The key of Fast Open's cookies, perhaps with the one before it, whose cookies are not taken any more.
#[derive(Clone, Copy, Debug)]
pub(super) struct FastOpenKey {
    octets: [u8; 32],
    length: usize,
}

impl FastOpenKey {
    /// # Errors
    /// `EINVAL` where it is neither one key nor two.
    fn new(value: &[u8]) -> Result<Self, Errno> {
        let mut octets = [0; 32];
        match value.len() {
            16 | 32 => octets[..value.len()].copy_from_slice(value),
            _ => return Err(Errno::EINVAL),
        }
        Ok(FastOpenKey { octets, length: value.len() })
    }

    /// The one that cookies are made with.
    pub(super) fn first(&self) -> [u8; 16] {
        self.octets.first_chunk().copied().unwrap_or_default()
    }
}

impl TcpOptions {
    /// Those of a new socket, as of now.
    pub(super) fn new(sysctl: Arc<TcpSysctls>, now: u64) -> Self {
        TcpOptions {
            no_delay: false,
            cork: false,
            keepalive: sysctl.keepalive(),
            syn_count: None,
            max_segment: None,
            user_timeout: 0,
            window_clamp: 0,
            not_sent_low_water: 0,
            defer_accept: 0,
            fin_wait_2: 0,
            save_syn: 0,
            quick_ack: true,
            tells_unread: false,
            fast_open: 0,
            fast_open_key: None,
            fast_open_without_cookie: false,
            transmit_delay: 0,
            thin_linear_timeouts: false,
            longest_timeout: None,
            shortest_timeout: sysctl.shortest_retransmission_timeout(),
            longest_delay: MICROSECONDS_MAX,
            fast_open_connect: false,
            congestion: sysctl.congestion_control(),
            bsd: BsdOptions::default(),
            sysctl,
            as_made: Some(now),
        }
    }

    /// The socket connects: whether nothing at all was set since it was made, up to now, and it has done nothing else.
    pub(super) fn take_as_made(&mut self, now: u64) -> bool {
        self.as_made.take() == Some(now)
    }

    /// SO_SNDBUF and SO_RCVBUF of a new socket.
    pub(super) fn buffers(&self) -> (i32, i32) {
        (self.sysctl.send_buffer(), self.sysctl.receive_buffer())
    }

    /// Whether a receive buffer grows with what the program reads (`tcp_rcv_space_adjust`).
    pub(super) fn right_sizes(&self, common: &Common) -> bool {
        self.sysctl.moderate_receive_buffer() && !common.recv_buffer_set
    }

    /// To how much a receive buffer grows that no program has set.
    pub(super) fn largest_receive_buffer(&self) -> usize {
        self.sysctl.largest_receive_buffer()
    }

    /// SO_RCVLOWAT was set: a program that waits for more than there can be room for would wait for ever, so that it
    /// gets no more than half of the buffer, and a buffer that no program has set grows to twice as much, past
    /// TCP_WINDOW_CLAMP too (`tcp_set_rcvlowat`).
    pub(super) fn make_room_for_low_water(&mut self, common: &mut Common) {
        let largest = i32::try_from(self.largest_receive_buffer()).unwrap_or(i32::MAX);
        let most = if common.recv_buffer_set { common.recv_buffer } else { largest } / 2;
        common.recv_low_water = common.recv_low_water.min(most).max(1);
        if !common.recv_buffer_set && 2 * common.recv_low_water > common.recv_buffer {
            common.recv_buffer = 2 * common.recv_low_water;
            if self.window_clamp != 0 {
                self.window_clamp = common.recv_low_water;
            }
        }
    }

    /// The socket listens: what was set of acknowledgments is forgotten (`inet_csk_delack_init`).
    pub(super) fn listens(&mut self) {
        self.as_made = None;
        self.quick_ack = true;
    }

    /// What the end of a connection takes away (`tcp_disconnect`).
    pub(super) fn disconnected(&mut self) {
        self.max_segment = None;
        self.window_clamp = 0;
        self.quick_ack = true;
    }

    /// `TCP_CONGESTION`.
    pub(super) fn congestion_control(&self) -> CongestionAlgorithm {
        self.congestion
    }

    /// Whether a program that closes with text unread resets the connection.
    pub(super) fn resets_unread(&self) -> bool {
        self.sysctl.dialect.resets_unread
    }

    /// What the node does otherwise than Linux.
    pub(super) fn dialect(&self) -> &Dialect {
        &self.sysctl.dialect
    }

    /// How a connection is kept alive where the program says nothing.
    pub(super) fn keepalive_of_node(&self) -> Keepalive {
        self.sysctl.keepalive()
    }

    /// When SYNs are answered with cookies.
    pub(super) fn syn_cookies(&self) -> SynCookies {
        self.sysctl.syn_cookies
    }

    /// How many octets may wait to be read: half of a buffer is for the kernel's own needs,
    /// net.ipv4.tcp_adv_win_scale being 1.
    pub(super) fn receive_capacity(&self, common: &Common) -> usize {
        (common.recv_buffer / 2) as usize
    }

    /// The most that the windows of a connection offer that begins with these settings: what TCP_WINDOW_CLAMP says, a
    /// buffer that a program has set, and what can be expressed (`tcp_select_initial_window`). Without
    /// TCP_WINDOW_CLAMP, the route says so, or with zero nobody.
    pub(super) fn first_window_clamp(&self, config: &Config, common: &Common, of_route: i32) -> usize {
        let capacity = self.receive_capacity(common);
        let clamp = if self.window_clamp == 0 { of_route } else { self.window_clamp };
        let most = match (clamp, common.recv_buffer_set) {
            (0, true) => capacity,
            (0, false) => usize::MAX,
            (clamp, true) => capacity.min(clamp as usize),
            (clamp, false) => clamp as usize,
        };
        let scale = config.window_scale.map_or(0, |largest| {
            let needed = window_scale(capacity.min(most) as u32);
            needed.max(config.least_window_scale).min(largest)
        });
        most.min(usize::from(u16::MAX) << scale)
    }

    /// Whether what was never sent, which is so many octets, leaves room for more; `wake`, for a program that waits for
    /// it (`__sk_stream_memory_free`).
    #[inline]
    pub(super) fn leaves_room(&self, unsent: impl FnOnce() -> u32, wake: bool) -> bool {
        let most = match self.not_sent_low_water {
            0 => self.sysctl.not_sent_low_water(),
            own => own,
        };
        // Most sockets have no limit.
        most == u32::MAX || unsent() << u32::from(wake) < most
    }

    /// To how much a send buffer grows that no program has set.
    pub(super) fn largest_send_buffer(&self) -> u32 {
        self.sysctl.largest_send_buffer()
    }

    /// How many segments are sent at a time at the least (net.ipv4.tcp_min_tso_segs).
    pub(super) fn least_packet_segments(&self) -> u32 {
        self.sysctl.least_packet_segments
    }

    /// Takes from a route what it says of the connection that takes it, as if a program had set it (`tcp_ca_dst_init`,
    /// `tcp_connect_init`).
    pub(super) fn take_route(&mut self, metrics: &RouteMetrics) {
        self.congestion = metrics.congestion_control.unwrap_or(self.congestion);
        if self.window_clamp == 0 {
            self.window_clamp = metrics.window;
        }
    }

    /// The settings of a connection over a route with this MTU and these metrics.
    pub(super) fn config(
        &self,
        (mtu, metrics): (usize, &RouteMetrics),
        ipv6: bool,
        common: &Common,
        sysctls: &Sysctls,
    ) -> Config {
        let mtu = u16::try_from(mtu).unwrap_or(u16::MAX);
        let mut config = if ipv6 { Config::ipv6(mtu) } else { Config::ipv4(mtu) };
        self.sysctl.apply(&mut config);
        config.congestion_control = self.congestion;
        config.no_delay = self.no_delay;
        config.cork = self.cork;
        if let Some(longest) = self.longest_timeout {
            config.maximum_retransmission_timeout = Duration::from_millis(u64::from(longest));
        }
        if self.shortest_timeout != MICROSECONDS_MAX {
            config.minimum_retransmission_timeout = Duration::from_micros(u64::from(self.shortest_timeout));
        }
        self.set_ecn(sysctls, &mut config);
        metrics.apply(&mut config);
        if let Some(most) = self.max_segment {
            config.maximum_segment_size = config.maximum_segment_size.min(most);
            config.send_maximum_segment_size = config.send_maximum_segment_size.map(|size| size.min(most));
        }
        // A tick less than the peer's timeout would be at the least (tcp_delack_max).
        let longest_delay = self.longest_delay.min(self.shortest_timeout.saturating_sub(1000));
        let longest_delay = Duration::from_micros(u64::from(longest_delay));
        config.delayed_acknowledgment = config.delayed_acknowledgment.min(longest_delay);
        fin_wait_2::limit(self, &mut config);
        if common.recv_buffer_set && self.sysctl.dialect.scales_by_buffer() {
            config.least_window_scale = 0;
        } else if self.window_clamp != 0 {
            config.least_window_scale = config.least_window_scale.min(window_scale(self.window_clamp as u32));
        }
        config.urgent_inline = common.oob_inline;
        config.user_timeout =
            (self.user_timeout != 0).then(|| Duration::from_millis(u64::from(self.user_timeout)));
        config.syn_retries = self.syn_count.unwrap_or(self.sysctl.syn_retries());
        config.syn_ack_retries = self.syn_count.unwrap_or(config.syn_ack_retries);
        let is_kept_alive = common.keepalive || self.sysctl.dialect.always_keepalive;
        config.keepalive = is_kept_alive.then_some(self.keepalive);
        if self.sysctl.dialect.has_bsd_options() {
            self.bsd.apply(&self.sysctl.dialect, ipv6, &mut config);
        }
        config
    }

    fn set_ecn(&self, sysctls: &Sysctls, config: &mut Config) {
        config.ecn = match sysctls.tcp_ecn {
            0 => EcnNegotiation::Off,
            1 => EcnNegotiation::Request,
            3 => EcnNegotiation::RequestAccurate,
            4 => EcnNegotiation::AcceptAccurateRequestClassic,
            5 => EcnNegotiation::AcceptAccurate,
            _ => EcnNegotiation::Accept,
        };
        sysctls.tcp.ecn.apply(config);
    }

    /// How many octets a connection may have that are to be sent, and that are to be read.
    pub(super) fn capacities(&self, common: &Common) -> (usize, usize) {
        (SEND_CAPACITY, self.receive_capacity(common))
    }

    /// Sets one.
    ///
    /// # Errors
    /// `EINVAL` for a value out of its range, `ENOPROTOOPT` for an unknown option.
    pub(super) fn set(&mut self, name: i32, value: &[u8]) -> Result<(), Errno> {
        match name {
            TCP_CONGESTION => self.congestion = congestion_algorithm(algorithm_name(value)?)?,
            TCP_FASTOPEN_KEY => self.fast_open_key = Some(FastOpenKey::new(value)?),
            // No protocol is there to be put on top.
            TCP_ULP => return Err(if value.is_empty() { Errno::EINVAL } else { Errno::ENOENT }),
            _ => {
                let int = value.first_chunk().copied().map(i32::from_ne_bytes).ok_or(Errno::EINVAL)?;
                return self.set_int(name, int);
            }
        }
        Ok(())
    }

    /// Sets one of those that are numbers.
    fn set_int(&mut self, name: i32, int: i32) -> Result<(), Errno> {
        let within = |most: i32| if (1..=most).contains(&int) { Ok(int) } else { Err(Errno::EINVAL) };
        let flag = || if (0..=1).contains(&int) { Ok(int == 1) } else { Err(Errno::EINVAL) };
        let seconds = |most| within(most).map(|seconds| Duration::from_secs(seconds as u64));
        match name {
            TCP_NODELAY => self.no_delay = int != 0,
            TCP_CORK => self.cork = int != 0,
            TCP_KEEPIDLE => self.keepalive.idle = seconds(32_767)?,
            TCP_KEEPINTVL => self.keepalive.interval = seconds(32_767)?,
            TCP_KEEPCNT => self.keepalive.count = within(127)? as u8,
            TCP_SYNCNT => self.syn_count = Some(within(127)? as u8),
            // TCP_MIN_MSS is 88, MAX_TCP_WINDOW 32767; zero takes a limit back.
            TCP_MAXSEG => {
                self.max_segment = match int {
                    0 => None,
                    88..=32_767 => Some(int as u16),
                    _ => return Err(Errno::EINVAL),
                }
            }
            TCP_USER_TIMEOUT => self.user_timeout = u32::try_from(int).map_err(|_| Errno::EINVAL)?,
            TCP_WINDOW_CLAMP => self.window_clamp = window_clamp(int),
            TCP_NOTSENT_LOWAT => self.not_sent_low_water = int as u32,
            TCP_DEFER_ACCEPT => self.defer_accept = retransmissions_in(int),
            TCP_LINGER2 => self.fin_wait_2 = int.clamp(-1, FIN_TIMEOUT_MAX),
            TCP_QUICKACK => self.quick_ack = int != 0,
            TCP_SAVE_SYN if (0..=2).contains(&int) => self.save_syn = int as u8,
            TCP_SAVE_SYN => return Err(Errno::EINVAL),
            TCP_INQ => self.tells_unread = flag()?,
            TCP_FASTOPEN => {
                self.fast_open = u32::try_from(int).map_err(|_| Errno::EINVAL)?.min(SOMAXCONN as u32);
            }
            TCP_FASTOPEN_CONNECT => self.fast_open_connect = flag()?,
            TCP_FASTOPEN_NO_COOKIE => self.fast_open_without_cookie = flag()?,
            // As many timeouts in a row are not longer than the first for a thin stream: here they are.
            TCP_THIN_LINEAR_TIMEOUTS => self.thin_linear_timeouts = flag()?,
            // Without effect on Linux, too.
            TCP_THIN_DUPACK => _ = flag()?,
            TCP_TX_DELAY if (0..TRANSMIT_DELAY_END).contains(&int) => self.transmit_delay = int,
            TCP_TX_DELAY => return Err(Errno::EINVAL),
            TCP_RTO_MAX_MS if (1000..=120_000).contains(&int) => self.longest_timeout = Some(int as u32),
            TCP_RTO_MAX_MS => return Err(Errno::EINVAL),
            TCP_RTO_MIN_US => self.shortest_timeout = microseconds(int)?,
            TCP_DELACK_MAX_US => self.longest_delay = microseconds(int)?,
            TCP_TIMESTAMP | TCP_REPAIR_QUEUE => return Err(Errno::EPERM),
            TCP_QUEUE_SEQ | TCP_REPAIR_OPTIONS => return Err(Errno::EINVAL),
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
    pub(super) fn check_settable(&self, name: i32, value: &[u8]) -> Result<(), Errno> {
        let is_closed = match &self.phase {
            Phase::Idle => true,
            Phase::Listening(_) => false,
            Phase::Connected(connected) => connected.connection.state() == State::Closed,
        };
        match name {
            TCP_FASTOPEN if !is_closed && !self.is_listening() => Err(Errno::EINVAL),
            TCP_FASTOPEN_CONNECT if !is_closed => Err(Errno::EINVAL),
            TCP_FASTOPEN_NO_COOKIE if !is_closed && !self.is_listening() => Err(Errno::EINVAL),
            TCP_QUEUE_SEQ if !is_closed && value.len() >= size_of::<i32>() => Err(Errno::EPERM),
            TCP_WINDOW_CLAMP if !is_closed && value.iter().take(4).all(|octet| *octet == 0) => {
                Err(Errno::EINVAL)
            }
            _ => Ok(()),
        }
    }

    /// TCP_WINDOW_CLAMP was set: a connection that there is goes by it from now on.
    pub(super) fn clamp_window(&mut self) {
        let clamp = self.options.window_clamp as usize;
        if let Some(Connected { connection, storage, .. }) = self.connected_mut() {
            connection.clamp_window(storage.receive.window_clamp(), clamp);
            storage.receive.set_window_clamp(clamp);
        }
    }

    /// TCP_MAXSEG: the largest segment that is sent, which the end of a connection leaves as it is, and before one what
    /// the program has asked for.
    fn segment_size(&self) -> i32 {
        let asked_for = self.options.max_segment.map(i32::from);
        match self.connected() {
            Some(connected) if self.last_segment_size == 0 => {
                let size = connected.connection.maximum_segment_size() as i32 + self.signature_length();
                asked_for.filter(|_| self.state() == State::Closed).unwrap_or(size)
            }
            _ if matches!(self.state(), State::Closed | State::Listen) => {
                asked_for.unwrap_or(self.last_segment_size.into())
            }
            _ => self.last_segment_size.into(),
        }
    }

    /// What each segment leaves room for that core does not know of, and Linux does not tell of (`mss_cache`).
    fn signature_length(&self) -> i32 {
        if self.has_key() { SIGNATURE_LENGTH.into() } else { 0 }
    }

    /// Reads an option.
    ///
    /// # Errors
    /// `ENOPROTOOPT` for an unknown one.
    pub(super) fn option(&self, name: i32) -> Result<Vec<u8>, Errno> {
        let options = &self.options;
        let seconds = |duration: Duration| duration.as_secs() as i32;
        let int = match name {
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
            TCP_FASTOPEN_KEY => {
                let own = options.fast_open_key.map(|key| key.octets[..key.length].to_vec());
                return Ok(own.unwrap_or_default());
            }
            // Neither New Reno nor CUBIC has any, and no protocol is on top.
            TCP_CC_INFO | TCP_ULP => return Ok(Vec::new()),
            TCP_FASTOPEN_NO_COOKIE => i32::from(options.fast_open_without_cookie),
            TCP_THIN_DUPACK | TCP_REPAIR | TCP_IS_MPTCP => 0,
            TCP_REPAIR_QUEUE | TCP_QUEUE_SEQ => return Err(Errno::EINVAL),
            TCP_TX_DELAY => options.transmit_delay,
            TCP_THIN_LINEAR_TIMEOUTS => i32::from(options.thin_linear_timeouts),
            TCP_RTO_MAX_MS => {
                options.longest_timeout.unwrap_or(options.sysctl.longest_retransmission_timeout) as i32
            }
            TCP_RTO_MIN_US => options.shortest_timeout as i32,
            TCP_DELACK_MAX_US => options.longest_delay as i32,
            TCP_NODELAY => i32::from(options.no_delay),
            TCP_CORK => i32::from(options.cork),
            TCP_KEEPIDLE => seconds(options.keepalive.idle),
            TCP_KEEPINTVL => seconds(options.keepalive.interval),
            TCP_KEEPCNT => i32::from(options.keepalive.count),
            TCP_SYNCNT => i32::from(options.syn_count.unwrap_or(options.sysctl.syn_retries())),
            TCP_MAXSEG => self.segment_size(),
            TCP_USER_TIMEOUT => options.user_timeout as i32,
            TCP_WINDOW_CLAMP => match self.connected() {
                Some(connected) => connected.storage.receive.window_clamp() as i32,
                None => options.window_clamp,
            },
            TCP_NOTSENT_LOWAT => options.not_sent_low_water as i32,
            TCP_DEFER_ACCEPT => seconds_of(options.defer_accept),
            TCP_LINGER2 if options.fin_wait_2 == 0 => i32::from(options.sysctl.fin_timeout),
            TCP_LINGER2 => options.fin_wait_2,
            TCP_QUICKACK => i32::from(match self.connected() {
                Some(connected) => connected.connection.has_quick_acknowledgments(),
                None => options.quick_ack,
            }),
            TCP_SAVE_SYN => options.save_syn.into(),
            TCP_INQ => i32::from(options.tells_unread),
            TCP_FASTOPEN => options.fast_open as i32,
            TCP_FASTOPEN_CONNECT => i32::from(options.fast_open_connect),
            _ => return Err(Errno::ENOPROTOOPT),
        };
        Ok(int.to_ne_bytes().to_vec())
    }
    /// What a kernel of version 6.1 says, whose last field is the peer's window (`tcp_get_info`).
    pub(super) fn info(&self, now: Instant) -> TcpInfo {
        let mut info = match &self.phase {
            Phase::Connected(connected) => {
                let Connected { connection, storage, counters, .. } = &**connected;
                let mut info = connection.info(now, counters);
                connection.describe_flight(&mut info, storage.transmissions());
                info
            }
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
        info.receive_window = info.receive_window.filter(|_| {
            // What kernels after 6.1 add is told where there is something to tell.
            self.connected().is_some_and(|connected| connected.connection.uses_accurate_ecn())
        });
        if let Some(connected) = self.connected() {
            info.receive_space = connected.expected() as u32;
            info.send_mss += self.signature_length() as u32;
        }
        info
    }
}
