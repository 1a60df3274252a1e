//! The system calls on TCP sockets (net/ipv4/af_inet.c, tcp.c).

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::SocketAddr;

use anysock::io_control::IoRequest;
use anysock::option::Linger;
use anysock::option::socket::{SO_RCVLOWAT, SO_SNDBUF, SO_SNDBUFFORCE};
use anysock::option::tcp::{
    TCP_CONGESTION, TCP_CORK, TCP_MD5SIG, TCP_MD5SIG_EXT, TCP_NODELAY, TCP_NOTSENT_LOWAT, TCP_QUEUE_SEQ,
    TCP_QUICKACK, TCP_SAVED_SYN, TCP_WINDOW_CLAMP,
};
use anysock::tcp::{Buffer, CongestionControl, Connection, State};
use anysock::{
    AnyAddr, Errno, Family, Instant, IpProtocol, Level, PollEvents, Protocol, Received, Shutdown, SocketType,
};

use super::connected::Connected;
use super::statistics::Tcp;
use super::tcp::{Phase, Stage, TcpSocket, advance, count, remove, tcp, tcp_mut, unlist};
use super::tcp_connect::{connect_goes_on, connect_to, disconnect};
use super::tcp_options::TcpOptions;
use super::udp::local_address;
use super::{
    ip_options, listening, multicast, sockaddr, tcp_bsd, tcp_get_option, tcp_receive, tcp_send, tcp_signature,
};
use crate::engine::node::NodeId;
use crate::engine::socket::{Calls, Incoming, Outgoing, READABLE, Socket, SocketState, WRITABLE};
use crate::engine::{Engine, SocketId};

#[derive(Debug)]
pub(super) struct TcpCalls;

/// A new TCP socket.
pub(in crate::engine) fn open(
    engine: &mut Engine,
    node: NodeId,
    what: (Family, SocketType, Protocol),
) -> SocketId {
    let sysctls = engine.node(node).sysctls.tcp.clone();
    let calls = sysctls.dialect.calls();
    let options = TcpOptions::new(sysctls, engine.settings);
    let buffers = options.buffers();
    let socket = Box::new(TcpSocket::new(options));
    let id = engine.insert_socket(node, what, calls, SocketState::Tcp(socket));
    if let Ok(socket) = engine.socket_mut(id) {
        (socket.common.send_buffer, socket.common.recv_buffer) = buffers;
    }
    id
}

/// Gives a connection what has been set on its socket.
fn apply_options(engine: &mut Engine, id: SocketId) {
    let now = engine.now();
    let Ok(node) = engine.socket(id).map(|socket| engine.node(socket.node)) else { return };
    let sysctls = node.sysctls.clone();
    let Some(remote) = tcp(engine, id).ok().and_then(|socket| socket.remote) else { return };
    let metrics = node.route_metrics(remote.ip());
    let Ok((socket, common)) = tcp_mut(engine, id) else { return };
    let (options, more) = (socket.options.clone(), socket.more);
    let Some(connected) = socket.connected_mut() else { return };
    let old = connected.connection.config();
    let sent = old.send_maximum_segment_size.unwrap_or(old.maximum_segment_size);
    let mtu = usize::from(sent) + if remote.is_ipv6() { 60 } else { 40 };
    let mut config = options.config((mtu, &metrics), remote.is_ipv6(), common, &sysctls);
    // TCP_MAXSEG is for connections to come.
    config.maximum_segment_size = old.maximum_segment_size;
    config.send_maximum_segment_size = old.send_maximum_segment_size;
    tcp_bsd::limit_time(&sysctls.tcp.dialect, connected.connection.state(), &mut config);
    connected.connection.set_config(now, &config);
    connected.connection.set_cork(more || options.cork);
    let (_, receive_buffer) = options.buffers();
    if common.recv_buffer != receive_buffer {
        connected.storage.receive.set_capacity(options.receive_capacity(common));
    }
    advance(engine, id);
}

/// Gives the socket an address of its own.
fn bind(engine: &mut Engine, id: SocketId, local: SocketAddr) -> Result<(), Errno> {
    let v6_only = tcp(engine, id)?.v6_only;
    let port = engine.choose_port(id, IpProtocol::TCP, local, v6_only)?;
    let node = engine.socket(id)?.node;
    engine.node_mut(node).inet.hold(port, id);
    let (socket, _) = tcp_mut(engine, id)?;
    (socket.local, socket.is_listed) = (Some(SocketAddr::new(local.ip(), port)), true);
    Ok(())
}

/// TCP_NODELAY has what is held back sent once, also where TCP_CORK holds it back (TCP_NAGLE_PUSH).
fn push(engine: &mut Engine, id: SocketId, option: i32) {
    let Ok((socket, _)) = tcp_mut(engine, id) else { return };
    let (cork, is_set) = (socket.options.cork, socket.options.no_delay);
    if option == TCP_NODELAY && is_set && cork && socket.connected().is_some() {
        for corked in [false, true] {
            if let Ok((socket, _)) = tcp_mut(engine, id)
                && let Some(connected) = socket.connected_mut()
            {
                connected.connection.set_cork(corked);
            }
            advance(engine, id);
        }
    }
}

/// Closes directions of a socket that does not listen (`inet_shutdown`).
fn shut(engine: &mut Engine, id: SocketId, how: Shutdown) -> Result<(), Errno> {
    let now = engine.now();
    let (socket, _) = tcp_mut(engine, id)?;
    let state = socket.state();
    if socket.stage == Stage::Connecting {
        socket.stage = match state {
            State::SynSent | State::SynReceived | State::Closed => Stage::Disconnecting,
            _ => Stage::Connected,
        };
    }
    if state == State::SynSent {
        disconnect(engine, id);
        return Ok(());
    }
    if how != Shutdown::READ {
        if let Some(connected) = socket.connected_mut() {
            // One that has ended says no, which is said below.
            let _ = connected.connection.shutdown(now);
        }
        socket.shut_write = true;
    }
    if how != Shutdown::WRITE {
        if let Some(connected) = socket.connected_mut() {
            connected.connection.shutdown_receive();
        }
        socket.shut_read = true;
    }
    advance(engine, id);
    // A socket without a connection says no, and does it all the same.
    if state == State::Closed { Err(Errno::ENOTCONN) } else { Ok(()) }
}

/// Who waits for room is told of it, if there is some (`sk_stream_write_space`).
fn tell_of_room(engine: &mut Engine, id: SocketId) {
    let Ok((socket, common)) = tcp_mut(engine, id) else { return };
    if !socket.has_room(common) {
        return;
    }
    if let Some(Connected { write_queue, .. }) = socket.connected() {
        write_queue.lacks_room.set(false);
    }
    engine.notify_of(id, WRITABLE);
}

/// Whether there is so much to read, or little more can come, so that no program is to be left waiting for it
/// (`tcp_epollin_ready`).
#[inline]
pub(super) fn is_readable(connected: &Connected, target: i64, now: Instant) -> bool {
    let unread = connected.connection.unread() as i64;
    unread >= target || unread > 0 && leaves_no_segment(connected, now)
}

/// Whether there is room for no more than a segment: of the receive window, or of a buffer that has become smaller
/// than what was offered (`tcp_rmem_pressure`).
fn leaves_no_segment(Connected { connection, storage, counters, .. }: &Connected, now: Instant) -> bool {
    let info = connection.info(now, counters);
    let segment = info.receive_mss as usize;
    let window = info.receive_window.is_some_and(|window| window <= info.receive_mss);
    window || storage.receive.capacity().saturating_sub(connection.unread()) <= segment
}

/// What `ioctl(2)` answers (`tcp_ioctl`).
fn number_of(connection: &Connection, in_line: bool, request: IoRequest) -> i32 {
    let state = connection.state();
    let opening = matches!(state, State::SynSent | State::SynReceived);
    let has_fin = matches!(
        state,
        State::FinWait1 | State::FinWait2 | State::Closing | State::LastAck | State::TimeWait
    );
    let (written, next) = (connection.write_sequence_number(), connection.next_sequence_number());
    // Of one that is closed, its FIN may have been sent.
    let end = if has_fin {
        written + 1
    } else if next.since(written) == 1 {
        next
    } else {
        written
    };
    match request {
        IoRequest::AtMark => i32::from(connection.is_at_mark()),
        _ if opening => 0,
        IoRequest::Readable if connection.is_at_mark() && !in_line => 0,
        IoRequest::Readable => connection.readable() as i32,
        IoRequest::Unacknowledged => end.since(connection.unacknowledged_sequence_number()) as i32,
        IoRequest::Unsent => end.since(next) as i32,
    }
}

impl Calls for TcpCalls {
    fn bind(&self, engine: &mut Engine, id: SocketId, address: &[u8]) -> Result<(), Errno> {
        let socket = tcp(engine, id)?;
        let bound = socket.has_port() || socket.state() != State::Closed;
        let v6_only = socket.v6_only;
        let local = local_address(engine, id, address, bound, v6_only)?;
        if tcp(engine, id)?.connected().is_some() {
            // The one that has ended lets its port go.
            unlist(engine, id);
        }
        let has_no_port = local.port() == 0 && engine.socket(id)?.common.ip.binds_address_only;
        if !has_no_port && let Err(error) = bind(engine, id, local) {
            // In vain, but the address that the socket had is gone.
            let any = sockaddr::any(engine.socket(id)?.family);
            let (socket, _) = tcp_mut(engine, id)?;
            socket.local = socket.local.map(|local| SocketAddr::new(any, local.port()));
            return Err(error);
        }
        let (socket, _) = tcp_mut(engine, id)?;
        socket.bound_again = socket.connected().is_some() && !has_no_port;
        if has_no_port {
            (socket.local, socket.last_port) = (None, 0);
        }
        (socket.asked_for, socket.remote) = (Some(local), None);
        // An address of IPv6 alone makes the socket one of IPv6 alone.
        socket.v6_only |= local.is_ipv6() && !local.ip().is_unspecified();
        Ok(())
    }

    fn connect(&self, engine: &mut Engine, id: SocketId, address: &[u8]) -> Result<(), Errno> {
        if address.len() < 2 {
            return Err(Errno::EINVAL);
        }
        if anysock::addr::family_of(address) == Family::UNSPEC {
            disconnect(engine, id);
            return Ok(());
        }
        if let Some(answer) = connect_goes_on(engine, id) {
            return answer;
        }
        let fast_open = tcp(engine, id)?.options.fast_open_connect;
        connect_to(engine, id, address, fast_open)?;
        let (socket, _) = tcp_mut(engine, id)?;
        socket.cookie_requested = fast_open && !socket.deferred;
        if socket.deferred { Ok(()) } else { Err(Errno::EINPROGRESS) }
    }

    fn listen(&self, engine: &mut Engine, id: SocketId, backlog: i32) -> Result<(), Errno> {
        let family = engine.socket(id)?.family;
        let (socket, _) = tcp_mut(engine, id)?;
        if socket.stage != Stage::Unconnected {
            return Err(Errno::EINVAL);
        }
        match &mut socket.phase {
            Phase::Listening(listening) => {
                listening.listener.set_backlog(backlog as u32);
                return Ok(());
            }
            Phase::Connected(_) => return Err(Errno::EINVAL),
            Phase::Idle => {}
        }
        match tcp(engine, id)?.local {
            None => {
                let asked_for = tcp(engine, id)?.asked_for;
                let ip = asked_for.map_or(sockaddr::any(family), |asked_for| asked_for.ip());
                bind(engine, id, SocketAddr::new(ip, 0))?;
            }
            Some(local) => engine.check_listening(id, local)?,
        }
        listening::begin(engine, id, backlog as u32)
    }

    fn accept(&self, engine: &mut Engine, id: SocketId) -> Result<(SocketId, AnyAddr), Errno> {
        let Phase::Listening(listening) = &mut tcp_mut(engine, id)?.0.phase else {
            return Err(Errno::EINVAL);
        };
        let accepted = listening.queue.pop_front().ok_or(Errno::EAGAIN)?;
        listening.listener.accepted();
        let (socket, _) = tcp_mut(engine, accepted)?;
        socket.waits_to_be_accepted = false;
        let remote = socket.remote.ok_or(Errno::ECONNABORTED)?;
        Ok((accepted, sockaddr::encode(engine.socket(id)?.family, remote)))
    }

    fn shutdown(&self, engine: &mut Engine, id: SocketId, how: Shutdown) -> Result<(), Errno> {
        let answer = match &mut tcp_mut(engine, id)?.0.phase {
            Phase::Listening(_) if how == Shutdown::WRITE => Ok(()),
            Phase::Listening(_) => {
                disconnect(engine, id);
                Ok(())
            }
            _ => shut(engine, id, how),
        };
        engine.notify(id);
        answer
    }

    fn local_addr(&self, engine: &Engine, id: SocketId) -> Result<AnyAddr, Errno> {
        let Socket { family, ref common, .. } = *engine.socket(id)?;
        let socket = tcp(engine, id)?;
        let ip = socket.asked_for.map_or(sockaddr::any(family), |asked_for| asked_for.ip());
        let local = socket.local.unwrap_or(SocketAddr::new(ip, socket.last_port));
        Ok(sockaddr::encode(family, sockaddr::on_interface(local, common.bound_interface)))
    }

    fn peer_addr(&self, engine: &Engine, id: SocketId) -> Result<AnyAddr, Errno> {
        let Socket { family, ref common, .. } = *engine.socket(id)?;
        let socket = tcp(engine, id)?;
        match (socket.remote, socket.state()) {
            (Some(remote), state) if !matches!(state, State::Closed | State::SynSent) => {
                let remote = sockaddr::on_interface(remote, common.bound_interface);
                Ok(sockaddr::encode(family, sockaddr::of_flow(remote, &socket.fields, common)))
            }
            _ => Err(Errno::ENOTCONN),
        }
    }

    fn send(&self, engine: &mut Engine, id: SocketId, message: &Outgoing<'_>) -> Result<usize, Errno> {
        tcp_send::send(engine, id, message)
    }

    fn recv(&self, engine: &mut Engine, id: SocketId, message: &mut Incoming<'_>) -> Result<Received, Errno> {
        tcp_receive::recv(engine, id, message)
    }

    fn set_option(
        &self,
        engine: &mut Engine,
        id: SocketId,
        level: Level,
        name: i32,
        value: &[u8],
    ) -> Result<(), Errno> {
        if level == Level::TCP && matches!(name, TCP_MD5SIG | TCP_MD5SIG_EXT) {
            return tcp_signature::set_key(engine, id, name, value);
        }
        let family = engine.socket(id)?.family;
        let (socket, _) = tcp_mut(engine, id)?;
        if level == Level::TCP {
            if name == TCP_QUEUE_SEQ {
                socket.check_settable(name, value)?;
            }
            socket.options.clone().set(name, value)?;
            socket.check_settable(name, value)?;
            socket.options.set(name, value)?;
            // These take along what MSG_MORE held back.
            socket.more &= !matches!(name, TCP_NODELAY | TCP_CORK);
            if let Some(connected) = socket.connected_mut().filter(|_| name == TCP_QUICKACK) {
                quick_acknowledgments(&mut connected.connection, value);
            }
            if socket.options.save_syn != 0 {
                let node = engine.socket(id)?.node;
                engine.node_mut(node).inet.arriving_syn.is_wanted = true;
            }
            let (socket, _) = tcp_mut(engine, id)?;
            if name == TCP_WINDOW_CLAMP {
                socket.clamp_window();
            }
            let congestion_control = socket.options.congestion_control();
            if let Some(connected) = socket.connected_mut().filter(|_| name == TCP_CONGESTION) {
                connected.connection.set_congestion_control(congestion_control.into());
            }
            apply_options(engine, id);
            push(engine, id, name);
            if name == TCP_NOTSENT_LOWAT {
                tell_of_room(engine, id);
            }
            return Ok(());
        }
        if let Some(error) = multicast::refused_by_tcp(family, (level, name), value) {
            return Err(error);
        }
        if let Some(answer) = multicast::set(engine, id, (level, name), value) {
            return answer;
        }
        let (socket, common) = tcp_mut(engine, id)?;
        let known = socket.wanted.set(family, (level, name), value);
        if let Some(answer) = known.or_else(|| socket.keep_errors(family, (level, name), value)) {
            return answer;
        }
        let bound = socket.has_port();
        let (fields, v6_only) = (&mut socket.fields, &mut socket.v6_only);
        ip_options::set((family, SocketType::STREAM), (level, name), value, fields, v6_only, bound, common)
    }

    fn get_option(&self, engine: &Engine, id: SocketId, level: Level, name: i32) -> Result<Vec<u8>, Errno> {
        tcp_get_option::get(engine, id, (level, name))
    }

    fn take_option(
        &self,
        engine: &mut Engine,
        id: SocketId,
        level: Level,
        name: i32,
        question: &[u8],
    ) -> Result<Vec<u8>, Errno> {
        if (level, name) == (Level::TCP, TCP_SAVED_SYN) {
            return tcp_mut(engine, id)?.0.take_saved_syn(question.len());
        }
        multicast::take_option(self, engine, id, (level, name), question)
    }

    fn io_control(&self, engine: &Engine, id: SocketId, request: IoRequest) -> Result<i32, Errno> {
        let socket = tcp(engine, id)?;
        if socket.is_listening() && request != IoRequest::AtMark {
            return Err(Errno::EINVAL);
        }
        let in_line = engine.socket(id)?.common.oob_inline;
        Ok(socket.connected().map_or(0, |connected| number_of(&connected.connection, in_line, request)))
    }

    fn option_changed(&self, engine: &mut Engine, id: SocketId, name: i32) {
        if name == SO_RCVLOWAT
            && let Ok((socket, common)) = tcp_mut(engine, id)
        {
            socket.options.make_room_for_low_water(common);
            // Less may be enough now (tcp_set_rcvlowat).
            if self.poll(engine, id).contains(PollEvents::IN) {
                engine.notify_of(id, READABLE);
            }
        }
        if matches!(name, SO_SNDBUF | SO_SNDBUFFORCE) {
            tell_of_room(engine, id);
        }
        if let Ok((socket, common)) = tcp_mut(engine, id) {
            socket.fields.interface = common.bound_interface;
        }
        apply_options(engine, id);
    }

    fn take_error(&self, engine: &mut Engine, id: SocketId) -> Option<Errno> {
        let (socket, common) = tcp_mut(engine, id).ok()?;
        common.error.take().or_else(|| socket.soft_error.take())
    }

    fn poll(&self, engine: &Engine, id: SocketId) -> PollEvents {
        let Ok(entry) = engine.socket(id) else { return PollEvents::NVAL };
        let SocketState::Tcp(socket) = &entry.state else { return PollEvents::NVAL };
        let (readable, writable) =
            (PollEvents::IN | PollEvents::RDNORM, PollEvents::OUT | PollEvents::WRNORM);
        let mut events = match &socket.phase {
            Phase::Idle => {
                let mut events = PollEvents::HUP;
                events.set(readable | PollEvents::RDHUP, socket.shut_read);
                events.set(writable, socket.shut_write || socket.has_room(&entry.common));
                events
            }
            // Nothing else, whatever error there is (inet_csk_listen_poll).
            Phase::Listening(listening) if listening.queue.is_empty() => return PollEvents::empty(),
            Phase::Listening(_) => return readable,
            Phase::Connected(connected) => {
                let connection = &connected.connection;
                let state = connection.state();
                let over = matches!(state, State::Closed | State::TimeWait);
                let shut_read = socket.shut_read || over || connection.is_finished_by_peer();
                let shut_write = socket.shut_write || over;
                let mut events = PollEvents::empty();
                if shut_read {
                    events |= readable | PollEvents::RDHUP;
                    events.set(PollEvents::HUP, shut_write);
                }
                if state == State::SynSent {
                    events.set(writable, socket.deferred);
                } else if state != State::SynReceived || socket.opened_early_by.is_some() {
                    // The urgent octet itself does not count where it is next.
                    let has_text = connection.unread() > 0;
                    let passed_over = has_text && connection.is_at_mark() && !entry.common.oob_inline;
                    let target = i64::from(entry.common.recv_low_water) + i64::from(passed_over);
                    if is_readable(connected, target, engine.now()) {
                        events |= readable;
                    }
                    events.set(PollEvents::PRI, connection.has_urgent());
                    if shut_write || socket.has_room(&entry.common) {
                        events |= writable;
                    } else {
                        // Who has looked is told when there is room (tcp_poll).
                        connected.write_queue.lacks_room.set(true);
                    }
                }
                events
            }
        };
        let tells = socket.error_queue.as_ref().is_some_and(|queue| !queue.is_empty());
        if entry.common.error.is_some() || tells {
            events |= PollEvents::ERR;
        }
        events
    }

    fn timer(&self, engine: &mut Engine, id: SocketId) {
        super::tcp::timer(engine, id);
    }

    fn close(&self, engine: &mut Engine, id: SocketId) {
        let now = engine.now();
        multicast::leave_all(engine, id);
        let Ok((socket, common)) = tcp_mut(engine, id) else { return };
        socket.orphaned = true;
        socket.deferred = false;
        match &mut socket.phase {
            Phase::Connected(connected) if connected.connection.state() != State::Closed => {
                if !socket.options.resets_unread() {
                    discard_unread(connected, now);
                }
                let abandons = connected.connection.unread() > 0;
                let aborts = common.linger == Linger(Some(0));
                let waits = connected.connection.state() == State::FinWait2;
                if aborts {
                    connected.connection.abort(now);
                } else {
                    connected.connection.close(now);
                }
                let is_over = connected.connection.state() == State::Closed;
                let counter = match waits {
                    _ if abandons => Some(Tcp::AbortOnClose),
                    _ if aborts => Some(Tcp::AbortOnData),
                    true if is_over => Some(Tcp::AbortOnLinger),
                    _ => None,
                };
                counter.into_iter().for_each(|counter| count(engine, id, counter));
                // It goes on by itself, and is removed when it has ended.
                advance(engine, id);
            }
            phase => {
                if let Phase::Listening(listening) = core::mem::replace(phase, Phase::Idle) {
                    listening::end(engine, *listening);
                }
                remove(engine, id);
            }
        }
    }

    fn describe(&self, engine: &Engine, id: SocketId) -> String {
        match tcp(engine, id) {
            Ok(TcpSocket { phase: Phase::Listening(_), local: Some(local), .. }) => {
                format!("the TCP listener {local}")
            }
            Ok(socket) => match (socket.pair(), socket.connected()) {
                (Some(pair), Some(connected)) => format!(
                    "the TCP connection {} to {} in {:?}",
                    pair.local,
                    pair.remote,
                    connected.connection.state()
                ),
                _ => "an unconnected TCP socket".into(),
            },
            Err(_) => "a closed socket".into(),
        }
    }
}

/// Nobody reads any more what has come.
fn discard_unread(connected: &mut Connected, now: Instant) {
    let mut away = [0; 4096];
    while matches!(connected.connection.receive(now, &mut away, &mut connected.storage), Ok(1..)) {}
}

/// TCP_QUICKACK: an even number that is not 0 is for the acknowledgment that waits alone (`__tcp_sock_set_quickack`).
fn quick_acknowledgments<C: CongestionControl>(connection: &mut Connection<C>, value: &[u8]) {
    let is_zero = value.iter().take(4).all(|octet| *octet == 0);
    let is_odd = value.first().is_some_and(|octet| octet & 1 != 0);
    let for_one = !is_odd && connection.delays_acknowledgment();
    connection.set_quick_acknowledgments(!is_zero);
    if for_one {
        connection.set_quick_acknowledgments(false);
    }
}

/// The peer of a TCP socket, also of one whose connection is not there yet, or has ended (`inet_getname`).
pub(in crate::engine) fn named_peer(engine: &Engine, id: SocketId) -> Option<Result<AnyAddr, Errno>> {
    let remote = tcp(engine, id).ok()?.remote.filter(|remote| remote.port() != 0);
    let family = engine.socket(id).ok()?.family;
    Some(remote.map(|remote| sockaddr::encode(family, remote)).ok_or(Errno::ENOTCONN))
}
