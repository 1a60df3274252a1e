//! How the connection of a TCP socket begins, by a `connect(2)` or by a first text, and how a program ends it to begin
//! another one (`__inet_stream_connect`, `tcp_sendmsg_fastopen`, `tcp_disconnect`).

use core::net::{IpAddr, SocketAddr};

use anysock::tcp::{Config, Connection, Counters, InitialNumbers, SequenceNumber, Settings, State};
use anysock::{Errno, Family, MessageFlags, PollEvents};

use super::buffer::TcpStorage;
use super::connected::Connected;
use super::listening::{self, Prepared, PreparedFor};
use super::packet_info::Said;
use super::ports::Pair;
use super::statistics::Tcp;
use super::tcp::{LEAST_SEGMENT, Phase, Stage, TcpSocket, advance, tcp, tcp_mut, unlist};
use super::tcp_segment::Addressing;
use super::udp_send::{checked_source, source};
use super::{local_scope, sockaddr, tcp_bsd, tcp_error_queue, tcp_in_udp};
use crate::engine::peek_offset::PeekOffset;
use crate::engine::socket::Outgoing;
use crate::engine::sysctl::Sysctls;
use crate::engine::{Engine, SocketId};

/// What a `connect` answers that was already begun, or `None` where one may begin (`__inet_stream_connect`).
pub(super) fn connect_goes_on(engine: &mut Engine, id: SocketId) -> Option<Result<(), Errno>> {
    let (socket, _) = tcp_mut(engine, id).ok()?;
    match (socket.stage, socket.state()) {
        (Stage::Disconnecting, _) => Some(Err(Errno::EINVAL)),
        (Stage::Unconnected, State::Closed) => None,
        // Also where the connection has ended: only a disconnect makes room for another.
        (Stage::Connected | Stage::Unconnected, _) => Some(Err(Errno::EISCONN)),
        (Stage::Connecting, State::SynSent) if socket.deferred => Some(Err(Errno::EISCONN)),
        (Stage::Connecting, State::SynSent | State::SynReceived) => Some(Err(Errno::EALREADY)),
        (Stage::Connecting, State::Closed) => {
            let error = engine.socket_mut(id).ok()?.common.error.take();
            disconnect(engine, id);
            Some(Err(error.unwrap_or(Errno::ECONNABORTED)))
        }
        (Stage::Connecting, _) => {
            socket.stage = Stage::Connected;
            Some(Ok(()))
        }
    }
}

/// With what a connection begins: the same for all sockets of a node on which nothing was set.
#[derive(Clone, Debug)]
pub(super) struct Beginning {
    prepared: Prepared,
    /// What a segment carries as long as the peer has not said what it takes.
    segment_size: u16,
}

/// Begins a connection from a socket that has both addresses; with Fast Open the SYN asks for a cookie, or waits for
/// text where there is one. By the route to the peer, `mtu` octets go into a packet.
fn begin(
    engine: &mut Engine,
    id: SocketId,
    (pair, mtu): (Pair, usize),
    fast_open: bool,
    reopened: Option<SequenceNumber>,
) -> Result<(), Errno> {
    let node = engine.socket(id)?.node;
    let now = engine.now();
    let addressing = Addressing::new(pair).ok_or(Errno::EAFNOSUPPORT)?;
    let numbers = InitialNumbers::new(&engine.node(node).inet.secret, &pair);
    let isn = reopened.unwrap_or(numbers.sequence_number(now));
    let metrics = engine.node(node).route_metrics(pair.remote.ip());
    tcp_mut(engine, id)?.0.options.take_route(&metrics);
    let of = PreparedFor { settings: engine.settings, mtu, metrics, is_ipv6: pair.remote.is_ipv6() };
    let Beginning { prepared, segment_size } = beginning(engine, id, pair, of, fast_open)?;
    let settings = prepared.settings.with_timestamp_offset(numbers.timestamp_offset());
    let (socket, common) = tcp_mut(engine, id)?;
    let (room, carries_text) = (socket.options.capacities(common), socket.deferred);
    let begin = |storage: &mut TcpStorage| {
        storage.receive.set_window_clamp(prepared.window_clamp);
        if fast_open {
            Connection::connect_fast_open(settings, isn, carries_text, now)
        } else {
            Connection::connect(settings, isn, now)
        }
    };
    let largest = prepared.largest_segment;
    let mut connected =
        engine.ended_connections.take(addressing, largest, room, now, begin, |_| Counters::default());
    let (socket, common) = tcp_mut(engine, id)?;
    socket.last_segment_size = segment_size;
    connected.connection.set_quick_acknowledgments(socket.options.quick_ack);
    socket.phase = Phase::Connected(connected);
    (socket.stage, socket.is_listed) = (Stage::Connecting, true);
    socket.confirmed = None;
    common.error = None;
    let tables = &mut engine.node_mut(node).inet;
    tables.connections.insert(pair, id);
    tables.statistics.tcp(Tcp::ActiveOpens);
    advance(engine, id);
    Ok(())
}

/// With what a connection between these begins: as the one before, where nothing was set on either socket.
fn beginning(
    engine: &mut Engine,
    id: SocketId,
    pair: Pair,
    of: PreparedFor,
    fast_open: bool,
) -> Result<Beginning, Errno> {
    let node = engine.socket(id)?.node;
    let is_as_made = tcp_mut(engine, id)?.0.options.take_as_made(of.settings) && !fast_open;
    if is_as_made
        && let Some(known) = &engine.node(node).inet.beginning
        && known.prepared.of == of
    {
        return Ok(known.clone());
    }
    let beginning = beginning_anew(engine, id, pair, of, fast_open)?;
    if is_as_made {
        engine.node_mut(node).inet.beginning = Some(beginning.clone());
    }
    Ok(beginning)
}

#[inline(never)]
fn beginning_anew(
    engine: &mut Engine,
    id: SocketId,
    pair: Pair,
    of: PreparedFor,
    fast_open: bool,
) -> Result<Beginning, Errno> {
    let node = engine.socket(id)?.node;
    let sysctls = engine.node(node).sysctls.clone();
    let key = [pair.local.ip(), pair.remote.ip()];
    let known = engine.node(node).inet.fast_open_cookies.get(&key).copied().filter(|_| fast_open);
    let (socket, common) = tcp_mut(engine, id)?;
    let mut config = socket.options.config((of.mtu, &of.metrics), of.is_ipv6, common, &sysctls);
    tcp_bsd::limit_time(&sysctls.tcp.dialect, State::SynSent, &mut config);
    if let Some(most) = socket.options.max_segment {
        // So much a peer gets that says nothing (tcp_connect_init).
        config.default_send_maximum_segment_size = most;
    }
    socket.fast_open_cookie = known.map(|(cookie, _)| cookie);
    socket.fast_open_without_cookie = fast_open
        && (sysctls.tcp_fastopen & Sysctls::FAST_OPEN_CLIENT_WITHOUT_COOKIE != 0
            || socket.options.fast_open_without_cookie
            || of.metrics.fast_open_without_cookie);
    socket.deferred = known.is_some() || socket.fast_open_without_cookie;
    if socket.deferred {
        let largest = config.send_maximum_segment_size.unwrap_or(config.maximum_segment_size);
        config.default_send_maximum_segment_size = known.map_or(largest, |(_, segment_size)| segment_size);
    }
    let segment_size = segment_size_before_the_answer(&config);
    // There is no room for them beside a signature.
    config.timestamps &= socket.keys.of(pair.remote.ip()).is_none();
    let window_clamp = socket.options.first_window_clamp(&config, common, of.metrics.window);
    let (settings, largest_segment) = (Settings::from(&config), config.maximum_segment_size);
    Ok(Beginning { prepared: Prepared { of, settings, largest_segment, window_clamp }, segment_size })
}

/// What a segment carries as long as the peer has not said what it takes (`tcp_connect_init`).
fn segment_size_before_the_answer(config: &Config) -> u16 {
    let options = if config.timestamps { 12 } else { 0 };
    config.maximum_segment_size.min(config.default_send_maximum_segment_size).saturating_sub(options)
}

/// Begins a connection of an idle socket's.
pub(super) fn connect_to(
    engine: &mut Engine,
    id: SocketId,
    address: &[u8],
    fast_open: bool,
) -> Result<(), Errno> {
    let (family, node) = (engine.socket(id)?.family, engine.socket(id)?.node);
    let TcpSocket { local: bound, asked_for, v6_only, .. } = *tcp(engine, id)?;
    let bound_ip = bound.or(asked_for).map_or(sockaddr::any(family), |local| local.ip());
    let bound_ip = source(engine, id, bound_ip);
    let mut remote = sockaddr::destination(family, v6_only, address)?;
    if let IpAddr::V6(ip) = remote.ip()
        && ip.is_unicast_link_local()
    {
        local_scope::bind_by_scope(engine, id, sockaddr::scoped(remote, address), 0)?;
    }
    remote.set_ip(sockaddr::specified(remote.ip(), bound_ip));
    let own = Some(bound_ip).filter(|ip| !ip.is_unspecified() && remote.is_ipv4());
    checked_source(engine, id, own)?;
    let common = &engine.socket(id)?.common;
    // Not the bits of ECN (IP6_ECN_flow_init).
    let flow_info = sockaddr::flow_info(address, common) & !(3 << 20);
    let found = engine.route_by(node, remote.ip(), common.bound_interface, None)?;
    let said = Said::default().of_socket(common, MessageFlags::empty());
    let (route, own) = said.route(engine.node(node), remote.ip(), found, common.bound_interface != 0)?;
    if bound_ip.is_ipv4() && remote.is_ipv6() {
        return Err(Errno::EAFNOSUPPORT);
    }
    if engine.node(node).is_broadcast(remote.ip()) || remote.ip().is_multicast() {
        return Err(Errno::ENETUNREACH);
    }
    let ip = if bound_ip.is_unspecified() { own } else { bound_ip };
    let port = match bound {
        Some(local) => local.port(),
        None => {
            let port = engine.choose_connecting_port(id, ip, remote)?;
            engine.node_mut(node).inet.hold_by_connecting(port, id);
            tcp_mut(engine, id)?.0.is_listed = true;
            port
        }
    };
    let pair = Pair { local: SocketAddr::new(ip, port), remote };
    let tables = &mut engine.node_mut(node).inet;
    if tables.connections.contains_key(&pair) {
        return Err(Errno::EADDRNOTAVAIL);
    }
    let reopened = tables.time_waits.reopen(&pair)?;
    if reopened.is_some() {
        tables.statistics.tcp(Tcp::TwRecycled);
    }
    let (socket, _) = tcp_mut(engine, id)?;
    take_ends(socket, &pair);
    socket.fields.flow_info = flow_info;
    let tunnel_port = socket.fields.tunnel_port;
    begin(engine, id, (pair, tcp_in_udp::mtu(route.mtu(), tunnel_port)), fast_open, reopened)
}

fn take_ends(socket: &mut TcpSocket, pair: &Pair) {
    (socket.local, socket.remote) = (Some(pair.local), Some(pair.remote));
    if let Some(asked_for) = socket.asked_for.as_mut().filter(|it| it.is_ipv4() && !it.ip().is_unspecified())
    {
        // It may be many's (inet_bhash2_update_saddr).
        asked_for.set_ip(pair.local.ip());
    }
}

/// What a send with `MSG_FASTOPEN`, or of a connection that waits for its first text, does before anything else
/// (`tcp_sendmsg_fastopen`): how much of the text went with the SYN; `None` where it is an ordinary send.
pub(super) fn send_fast_open(
    engine: &mut Engine,
    id: SocketId,
    message: &Outgoing<'_>,
) -> Result<Option<usize>, Errno> {
    let deferred = tcp(engine, id)?.deferred;
    if !deferred && !message.flags.contains(MessageFlags::FASTOPEN) {
        return Ok(None);
    }
    let address = message.address.unwrap_or_default();
    let may = engine.node(engine.socket(id)?.node).sysctls.tcp_fastopen & Sysctls::FAST_OPEN_CLIENT != 0;
    if !may || address.len() >= 2 && anysock::addr::family_of(address) == Family::UNSPEC {
        return Err(Errno::EOPNOTSUPP);
    }
    if tcp(engine, id)?.cookie_requested {
        return Err(Errno::EALREADY);
    }
    if !deferred {
        match connect_goes_on(engine, id) {
            Some(answer) => return answer.map(|()| None),
            None => connect_to(engine, id, address, true)?,
        }
    }
    let now = engine.now();
    let (socket, _) = tcp_mut(engine, id)?;
    if !core::mem::take(&mut socket.deferred) {
        return Err(Errno::EINPROGRESS);
    }
    let Some(Connected { connection, storage, write_queue, .. }) = socket.connected_mut() else {
        return Err(Errno::EPIPE);
    };
    // What goes with the SYN, and no more: MAX_TCP_OPTION_SPACE is 40.
    let most = (connection.maximum_segment_size() as usize).saturating_sub(40);
    let text = &message.bytes[..message.bytes.len().min(most)];
    let sent = connection.send(now, text, storage).map_err(super::tcp::errno)?;
    write_queue.take(sent as u32, 0);
    tcp_error_queue::text_taken(engine, id, message, sent)?;
    advance(engine, id);
    if sent == 0 { Err(Errno::EINPROGRESS) } else { Ok(Some(sent)) }
}

/// Ends what the socket does; what the program bound it to stays (`tcp_disconnect`).
pub(super) fn disconnect(engine: &mut Engine, id: SocketId) {
    let now = engine.now();
    let Ok(family) = engine.socket(id).map(|socket| socket.family) else { return };
    let Ok((socket, _)) = tcp_mut(engine, id) else { return };
    (socket.deferred, socket.cookie_requested) = (false, false);
    // The end of a connection takes the port, and that may be over.
    let keeps_port = socket.state() == State::Closed && socket.has_port();
    match &mut socket.phase {
        Phase::Idle => {}
        phase @ Phase::Listening(_) => {
            if let Phase::Listening(listening) = core::mem::replace(phase, Phase::Idle) {
                listening::end(engine, *listening);
            }
        }
        Phase::Connected(connected) => {
            let state = connected.connection.state();
            socket.left_unsent.connection_ends(&connected.connection);
            if state != State::Closed {
                connected.connection.abort(now);
                advance(engine, id);
            }
            // The states of tcp_need_reset, and SYN-SENT.
            if !matches!(state, State::Closed | State::Closing | State::LastAck | State::TimeWait) {
                engine.set_error(id, Errno::ECONNRESET);
            }
        }
    }
    if !keeps_port {
        unlist(engine, id);
    }
    if let Ok((socket, common)) = tcp_mut(engine, id) {
        common.peek_offset = PeekOffset::default();
        if socket.last_segment_size == 0 {
            let size = socket.connected().map(|connected| connected.connection.maximum_segment_size());
            socket.last_segment_size = size.map_or(LEAST_SEGMENT, |size| size as u16);
        }
        socket.options.disconnected();
        socket.left_unsent.disconnected();
        socket.saved_syn = None;
        socket.phase = Phase::Idle;
        socket.remote = None;
        socket.last_port = socket.local.map_or(socket.last_port, |local| local.port());
        let keeps_port = keeps_port || socket.asked_for.is_some_and(|asked_for| asked_for.port() != 0);
        // Of a socket that asked for any address, the one that connecting chose goes (SOCK_BINDADDR_LOCK): any address
        // of IPv4 is no such one for a socket of IPv6.
        let any = socket.asked_for.map(|asked_for| asked_for.ip()).filter(|ip| *ip == sockaddr::any(family));
        socket.local = socket.local.filter(|_| keeps_port);
        if let (Some(local), Some(any)) = (&mut socket.local, any) {
            local.set_ip(any);
        }
        (socket.stage, socket.more, socket.bound_again) = (Stage::Unconnected, false, false);
        (socket.shut_read, socket.shut_write) = (false, false);
    }
    engine.notify_of(id, PollEvents::ERR);
}
