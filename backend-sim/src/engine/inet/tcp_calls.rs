//! The system calls on TCP sockets (net/ipv4/af_inet.c, tcp.c).

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::SocketAddr;

use anysock::io_control::IoRequest;
use anysock::option::Linger;
use anysock::option::socket::SO_RCVLOWAT;
use anysock::option::tcp::{TCP_CONGESTION, TCP_CORK, TCP_FASTOPEN_KEY, TCP_NODELAY, TCP_QUICKACK};
use anysock::tcp::{Buffer, Connection, State};
use anysock::{
    AnyAddr, Errno, Family, Instant, IpProtocol, Level, MessageFlags, PollEvents, Protocol, Received,
    Shutdown, SocketType,
};

use super::tcp::{Connected, Phase, Stage, TcpSocket, advance, remove, tcp, tcp_mut, unlist};
use super::tcp_connect::{connect_goes_on, connect_to, disconnect, send_fast_open};
use super::tcp_options::TcpOptions;
use super::tcp_sysctls::EcnSysctls;
use super::udp::local_address;
use super::{ip_options, listening, multicast, sockaddr, tcp_error_queue, tcp_receive};
use crate::engine::node::NodeId;
use crate::engine::socket::{Calls, Incoming, Outgoing, SocketState};
use crate::engine::{Engine, SocketId};

#[derive(Debug)]
pub(super) struct TcpCalls;

/// A new TCP socket.
pub(in crate::engine) fn open(
    engine: &mut Engine,
    node: NodeId,
    what: (Family, SocketType, Protocol),
) -> SocketId {
    let options = TcpOptions::new(engine.node(node).sysctls.tcp);
    let buffers = options.buffers();
    let socket = TcpSocket { options, ..TcpSocket::default() };
    let id = engine.insert_socket(node, what, &TcpCalls, SocketState::Tcp(Box::new(socket)));
    if let Ok(socket) = engine.socket_mut(id) {
        (socket.common.send_buffer, socket.common.recv_buffer) = buffers;
    }
    id
}

/// Gives a connection what has been set on its socket.
fn apply_options(engine: &mut Engine, id: SocketId) {
    let now = engine.now();
    let Ok(sysctls) = engine.socket(id).map(|socket| engine.node(socket.node).sysctls) else { return };
    let Ok((socket, common)) = tcp_mut(engine, id) else { return };
    let Some(remote) = socket.remote else { return };
    let (options, more) = (socket.options.clone(), socket.more);
    let Some(connected) = socket.connected_mut() else { return };
    let mtu = usize::from(connected.connection.config().maximum_segment_size)
        + if remote.is_ipv6() { 60 } else { 40 };
    let config = options.config(mtu, remote.is_ipv6(), common, &sysctls);
    connected.connection.set_config(now, &config);
    connected.connection.set_cork(more || options.cork);
    let (send_buffer, receive_buffer) = options.buffers();
    if common.recv_buffer != receive_buffer {
        connected.storage.receive.set_capacity(options.receive_capacity(common));
    }
    if common.send_buffer != send_buffer {
        connected.storage.send.set_capacity(common.send_buffer as usize);
    }
    advance(engine, id);
}

/// Gives the connections of a node what `sysctl` says of Accurate ECN, which the kernel asks for with every segment.
pub(crate) fn change_ecn(engine: &mut Engine, node: NodeId, sysctls: EcnSysctls) {
    let now = engine.now();
    let ids: Vec<SocketId> = engine.node(node).inet.connections.values().copied().collect();
    for id in ids {
        let Ok((socket, _)) = tcp_mut(engine, id) else { continue };
        let Some(connected) = socket.connected_mut() else { continue };
        let mut config = connected.connection.config();
        sysctls.apply(&mut config);
        connected.connection.set_config(now, &config);
    }
}

/// Gives the socket an address of its own.
fn bind(engine: &mut Engine, id: SocketId, local: SocketAddr) -> Result<(), Errno> {
    let v6_only = tcp(engine, id)?.v6_only;
    let port = engine.choose_port(id, IpProtocol::TCP, local, v6_only)?;
    let node = engine.socket(id)?.node;
    engine.node_mut(node).inet.hold(IpProtocol::TCP, port, id);
    tcp_mut(engine, id)?.0.local = Some(SocketAddr::new(local.ip(), port));
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
    engine.notify(id);
    // A socket without a connection says no, and does it all the same.
    if state == State::Closed { Err(Errno::ENOTCONN) } else { Ok(()) }
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
    let end = connection.write_sequence_number() + u32::from(has_fin);
    match request {
        IoRequest::AtMark => i32::from(connection.is_at_mark()),
        _ if opening => 0,
        IoRequest::Readable if connection.is_at_mark() && !in_line => 0,
        IoRequest::Readable => connection.readable() as i32,
        IoRequest::Unacknowledged => end.since(connection.unacknowledged_sequence_number()) as i32,
        IoRequest::Unsent => end.since(connection.next_sequence_number()) as i32,
    }
}

impl Calls for TcpCalls {
    fn bind(&self, engine: &mut Engine, id: SocketId, address: &[u8]) -> Result<(), Errno> {
        let socket = tcp(engine, id)?;
        let bound = socket.has_port() || socket.state() != State::Closed;
        let local = local_address(engine, id, address, bound, socket.v6_only)?;
        if socket.connected().is_some() {
            // The one that has ended lets its port go.
            unlist(engine, id);
        }
        if let Err(error) = bind(engine, id, local) {
            // In vain, but the address that the socket had is gone.
            let any = sockaddr::any(engine.socket(id)?.family);
            let (socket, _) = tcp_mut(engine, id)?;
            socket.local = socket.local.map(|local| SocketAddr::new(any, local.port()));
            return Err(error);
        }
        let (socket, _) = tcp_mut(engine, id)?;
        socket.bound_again = socket.connected().is_some();
        socket.asked_for = Some(local);
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
        if tcp(engine, id)?.deferred { Ok(()) } else { Err(Errno::EINPROGRESS) }
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
        listening::begin(engine, id, backlog as u32)?;
        engine.notify(id);
        Ok(())
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
        match &mut tcp_mut(engine, id)?.0.phase {
            Phase::Listening(_) if how == Shutdown::WRITE => Ok(()),
            Phase::Listening(_) => {
                disconnect(engine, id);
                Ok(())
            }
            _ => shut(engine, id, how),
        }
    }

    fn local_addr(&self, engine: &Engine, id: SocketId) -> Result<AnyAddr, Errno> {
        let family = engine.socket(id)?.family;
        let socket = tcp(engine, id)?;
        let ip = socket.asked_for.map_or(sockaddr::any(family), |asked_for| asked_for.ip());
        let local = socket.local.unwrap_or(SocketAddr::new(ip, socket.last_port));
        Ok(sockaddr::encode(family, local))
    }

    fn peer_addr(&self, engine: &Engine, id: SocketId) -> Result<AnyAddr, Errno> {
        let socket = tcp(engine, id)?;
        match (socket.remote, socket.state()) {
            (Some(remote), state) if !matches!(state, State::Closed | State::SynSent) => {
                Ok(sockaddr::encode(engine.socket(id)?.family, remote))
            }
            _ => Err(Errno::ENOTCONN),
        }
    }

    fn send(&self, engine: &mut Engine, id: SocketId, message: &Outgoing<'_>) -> Result<usize, Errno> {
        if let Some(sent) = send_fast_open(engine, id, message)? {
            return Ok(sent);
        }
        let now = engine.now();
        let (socket, common) = tcp_mut(engine, id)?;
        if let Some(error) = common.error.take() {
            return Err(error);
        }
        if socket.shut_write {
            return Err(Errno::EPIPE);
        }
        let (cork, more) = (socket.options.cork, message.flags.contains(MessageFlags::MORE));
        let unsent = socket.connected().map_or(0, |connected| connected.connection.unsent());
        if !socket.options.leaves_room(unsent, false) && !message.bytes.is_empty() {
            return Err(Errno::EAGAIN);
        }
        let Some(Connected { connection, storage, .. }) = socket.connected_mut() else {
            return Err(Errno::EPIPE);
        };
        let sent = if message.flags.contains(MessageFlags::OOB) {
            connection.send_urgent(now, message.bytes, storage)
        } else {
            connection.send(now, message.bytes, storage)
        };
        let sent = sent.map_err(super::tcp::errno)?;
        if message.bytes.is_empty() {
            // This does not push what MSG_MORE held back (tcp_sendmsg_locked).
            return Ok(0);
        }
        connection.set_cork(cork || more);
        if more {
            connection.more_follows();
        }
        if message.flags.contains(MessageFlags::EOR) && sent > 0 && sent == message.bytes.len() {
            connection.end_record(storage);
        }
        socket.more = more;
        tcp_error_queue::text_taken(engine, id, message, sent)?;
        advance(engine, id);
        Ok(sent)
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
        let family = engine.socket(id)?.family;
        let (socket, common) = tcp_mut(engine, id)?;
        if level == Level::TCP {
            socket.options.clone().set(name, value)?;
            socket.check_settable(name)?;
            socket.options.set(name, value)?;
            // These take along what MSG_MORE held back.
            socket.more &= !matches!(name, TCP_NODELAY | TCP_CORK);
            let on = value.first().is_some_and(|octet| octet & 1 != 0);
            if let Some(connected) = socket.connected_mut().filter(|_| name == TCP_QUICKACK) {
                connected.connection.set_quick_acknowledgments(on);
            }
            let congestion_control = socket.options.congestion_control();
            if let Some(connected) = socket.connected_mut().filter(|_| name == TCP_CONGESTION) {
                connected.connection.set_congestion_control(congestion_control.into());
            }
            apply_options(engine, id);
            push(engine, id, name);
            return Ok(());
        }
        if let Some(error) = multicast::refused_by_tcp(family, (level, name)) {
            return Err(error);
        }
        let bound = socket.has_port();
        let (fields, v6_only) = (&mut socket.fields, &mut socket.v6_only);
        ip_options::set((family, SocketType::STREAM), (level, name), value, fields, v6_only, bound, common)
    }

    fn get_option(&self, engine: &Engine, id: SocketId, level: Level, name: i32) -> Result<Vec<u8>, Errno> {
        let (entry, socket) = (engine.socket(id)?, tcp(engine, id)?);
        match level {
            Level::TCP if name == TCP_FASTOPEN_KEY && socket.options.fast_open_key.is_none() => {
                let of_node = engine.node(entry.node).sysctls.tcp_fastopen_key;
                Ok(of_node.map(|key| key.to_vec()).unwrap_or_default())
            }
            Level::TCP => socket.option(name, engine.now()),
            _ => ip_options::get(entry.family, (level, name), &socket.fields, socket.v6_only, &entry.common),
        }
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
            Phase::Idle if socket.shut_read => PollEvents::HUP | writable | readable | PollEvents::RDHUP,
            Phase::Idle => PollEvents::HUP | writable,
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
                if shut_read && shut_write {
                    events |= PollEvents::HUP;
                }
                if shut_read {
                    events |= readable | PollEvents::RDHUP;
                }
                let opening = state == State::SynReceived && socket.opened_early_by.is_none();
                events.set(writable, state == State::SynSent && socket.deferred);
                if state != State::SynSent && !opening {
                    // The urgent octet itself does not count where it is next.
                    let passed_over = connection.is_at_mark() && !entry.common.oob_inline;
                    let target = i64::from(entry.common.recv_low_water) + i64::from(passed_over);
                    let unread = connection.unread() as i64;
                    // Where little more can come, no program is left waiting for it (tcp_epollin_ready).
                    if unread >= target || unread > 0 && leaves_no_segment(connected, engine.now()) {
                        events |= readable;
                    }
                    events.set(PollEvents::PRI, connection.has_urgent());
                    // Linux's sk_stream_is_writable: room for half of what is queued.
                    let free = connection.writable(&connected.storage);
                    let queued = connection.queued();
                    let leaves_room = socket.options.leaves_room(connection.unsent(), true);
                    if shut_write || free > queued / 2 && leaves_room {
                        events |= writable;
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
        let Ok((socket, common)) = tcp_mut(engine, id) else { return };
        socket.orphaned = true;
        socket.deferred = false;
        match &mut socket.phase {
            Phase::Connected(connected) if connected.connection.state() != State::Closed => {
                if common.linger == Linger(Some(0)) {
                    connected.connection.abort(now);
                } else {
                    connected.connection.close(now);
                }
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
