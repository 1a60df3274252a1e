//! What calls on the sockets of BSD's TCP answer otherwise than Linux's: uipc_socket.c and uipc_syscalls.c of FreeBSD's
//! sys/kern, and tcp_usrreq.c of its sys/netinet.

use alloc::string::String;
use alloc::vec::Vec;

use anysock::io_control::IoRequest;
use anysock::option::tcp::{TCP_INFO, TCP_SAVED_SYN};
use anysock::tcp::State;
use anysock::{AnyAddr, Errno, Level, MessageFlags, PollEvents, Received, Shutdown};

use super::connected::Connected;
use super::tcp::{Phase, Stage, TcpSocket, tcp, tcp_mut};
use super::tcp_bsd;
use super::tcp_bsd_fast_open;
use super::tcp_bsd_options;
use super::tcp_calls::TcpCalls;
use crate::engine::socket::{Calls, Incoming, Outgoing};
use crate::engine::{Engine, SocketId};

/// How far the connection of a socket is, as BSD's calls ask for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Standing {
    /// There was none yet.
    None,
    Listens,
    In(State),
    TimeWait,
    /// It has ended, and its control block is gone (`INP_DROPPED`).
    Over,
}

fn standing(engine: &Engine, id: SocketId) -> Result<Standing, Errno> {
    let socket = tcp(engine, id)?;
    Ok(match &socket.phase {
        Phase::Idle => Standing::None,
        Phase::Listening(_) => Standing::Listens,
        Phase::Connected(_) if is_in_time_wait(engine, id, socket) => Standing::TimeWait,
        Phase::Connected(connected) => match connected.connection.state() {
            State::Closed => Standing::Over,
            state => Standing::In(state),
        },
    })
}

fn is_in_time_wait(engine: &Engine, id: SocketId, socket: &TcpSocket) -> bool {
    let time_waits = engine.socket(id).map(|entry| &engine.node(entry.node).inet.time_waits);
    // A connection that begins again between the same two ends takes it away.
    socket.state() == State::Closed
        && matches!((time_waits, socket.pair()), (Ok(time_waits), Some(pair)) if time_waits.contains(&pair))
}

#[derive(Debug)]
pub(super) struct BsdTcpCalls;

impl Calls for BsdTcpCalls {
    fn bind(&self, engine: &mut Engine, id: SocketId, address: &[u8]) -> Result<(), Errno> {
        match standing(engine, id)? {
            Standing::None => TcpCalls.bind(engine, id, address),
            _ => Err(Errno::EINVAL),
        }
    }

    fn connect(&self, engine: &mut Engine, id: SocketId, address: &[u8]) -> Result<(), Errno> {
        match standing(engine, id)? {
            Standing::Listens => Err(Errno::EOPNOTSUPP),
            Standing::Over => Err(Errno::ECONNREFUSED),
            Standing::None | Standing::In(State::SynSent | State::SynReceived) => {
                TcpCalls.connect(engine, id, address)
            }
            Standing::TimeWait | Standing::In(_) => Err(Errno::EISCONN),
        }
    }

    fn listen(&self, engine: &mut Engine, id: SocketId, backlog: i32) -> Result<(), Errno> {
        TcpCalls.listen(engine, id, backlog)
    }

    /// What was reset meanwhile is not handed out (`tcp_usr_accept`).
    fn accept(&self, engine: &mut Engine, id: SocketId) -> Result<(SocketId, AnyAddr), Errno> {
        let (accepted, address) = TcpCalls.accept(engine, id)?;
        if standing(engine, accepted)? == Standing::Over {
            TcpCalls.close(engine, accepted);
            return Err(Errno::ECONNABORTED);
        }
        Ok((accepted, address))
    }

    fn shutdown(&self, engine: &mut Engine, id: SocketId, how: Shutdown) -> Result<(), Errno> {
        match standing(engine, id)? {
            Standing::Listens | Standing::TimeWait => return Err(Errno::ENOTCONN),
            Standing::In(State::SynSent) => {}
            Standing::In(_) if how != Shutdown::WRITE => {
                let now = engine.now();
                let (socket, _) = tcp_mut(engine, id)?;
                socket.shut_read = true;
                if let Some(connected) = socket.connected_mut() {
                    // The peer is told of the room when something else is sent (`sorflush` is not `tcp_usr_rcvd`).
                    tcp_bsd::discard_text(now, connected);
                }
                engine.notify(id);
                return if how == Shutdown::READ {
                    Ok(())
                } else {
                    TcpCalls.shutdown(engine, id, Shutdown::WRITE)
                };
            }
            _ => return TcpCalls.shutdown(engine, id, how),
        }
        // It goes on, and is closed as soon as it is open (TF_NEEDFIN).
        let (socket, _) = tcp_mut(engine, id)?;
        socket.stage = Stage::Connecting;
        socket.shut_write |= how != Shutdown::READ;
        socket.shut_read |= how != Shutdown::WRITE;
        engine.notify(id);
        Ok(())
    }

    fn local_addr(&self, engine: &Engine, id: SocketId) -> Result<AnyAddr, Errno> {
        TcpCalls.local_addr(engine, id)
    }

    fn peer_addr(&self, engine: &Engine, id: SocketId) -> Result<AnyAddr, Errno> {
        match standing(engine, id)? {
            Standing::In(State::SynReceived) => Err(Errno::ENOTCONN),
            _ => TcpCalls.peer_addr(engine, id),
        }
    }

    /// What has ended says so, whatever error it has for those who read; what has not begun does not wait, but text
    /// with an address begins it (`sosend_generic`).
    fn send(&self, engine: &mut Engine, id: SocketId, message: &Outgoing<'_>) -> Result<usize, Errno> {
        let (standing, shut_write) = (standing(engine, id)?, tcp(engine, id)?.shut_write);
        match standing {
            Standing::TimeWait | Standing::Over => Err(Errno::EPIPE),
            Standing::None | Standing::Listens if message.address.is_none() => Err(Errno::ENOTCONN),
            Standing::In(State::SynSent) if message.address.is_none() && !shut_write => Err(Errno::ENOTCONN),
            _ if shut_write => Err(Errno::EPIPE),
            Standing::None => tcp_bsd_fast_open::connect_with_text(engine, id, message),
            _ => TcpCalls.send(engine, id, message),
        }
    }

    /// An error comes before the end (`soreceive_generic`).
    fn recv(&self, engine: &mut Engine, id: SocketId, message: &mut Incoming<'_>) -> Result<Received, Errno> {
        let (socket, common) = tcp_mut(engine, id)?;
        let is_ordinary = !message.flags.intersects(MessageFlags::ERRQUEUE | MessageFlags::OOB);
        if let Some(Connected { connection, .. }) = socket.connected().filter(|_| is_ordinary)
            && connection.readable() == 0
            && let Some(error) = common.error.take()
        {
            return Err(error);
        }
        TcpCalls.recv(engine, id, message)
    }

    /// TCP knows nothing any more of a connection that has ended (`tcp_ctloutput`).
    fn set_option(
        &self,
        engine: &mut Engine,
        id: SocketId,
        level: Level,
        name: i32,
        value: &[u8],
    ) -> Result<(), Errno> {
        if level == Level::TCP && standing(engine, id)? == Standing::Over {
            return Err(Errno::ECONNRESET);
        }
        match level {
            Level::TCP => tcp_bsd_options::set(engine, id, name, value),
            _ => TcpCalls.set_option(engine, id, level, name, value),
        }
    }

    fn get_option(&self, engine: &Engine, id: SocketId, level: Level, name: i32) -> Result<Vec<u8>, Errno> {
        /// `TCP_TIME_WAIT` as `tcpi_state`, the first octet, has it.
        const TIME_WAIT: u8 = 6;
        let standing = standing(engine, id)?;
        if level == Level::TCP && standing == Standing::Over {
            return Err(Errno::ECONNRESET);
        }
        let mut value = match level {
            Level::TCP => tcp_bsd_options::get(engine, id, name)?,
            _ => TcpCalls.get_option(engine, id, level, name)?,
        };
        if (level, name, standing) == (Level::TCP, TCP_INFO, Standing::TimeWait)
            && let Some(state) = value.first_mut()
        {
            *state = TIME_WAIT;
        }
        Ok(value)
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
            return TcpCalls.take_option(engine, id, level, name, question);
        }
        self.get_option(engine, id, level, name)
    }

    fn io_control(&self, engine: &Engine, id: SocketId, request: IoRequest) -> Result<i32, Errno> {
        TcpCalls.io_control(engine, id, request)
    }

    fn take_error(&self, engine: &mut Engine, id: SocketId) -> Option<Errno> {
        // What ICMP says is no error of the socket's as long as the connection goes on (t_softerror).
        engine.socket_mut(id).ok()?.common.error.take()
    }

    fn option_changed(&self, engine: &mut Engine, id: SocketId, name: i32) {
        TcpCalls.option_changed(engine, id, name);
    }

    /// An error is no event of its own (`sopoll_generic`).
    fn poll(&self, engine: &Engine, id: SocketId) -> PollEvents {
        TcpCalls.poll(engine, id) - PollEvents::ERR
    }

    fn timer(&self, engine: &mut Engine, id: SocketId) {
        TcpCalls.timer(engine, id);
    }

    fn close(&self, engine: &mut Engine, id: SocketId) {
        TcpCalls.close(engine, id);
    }

    fn describe(&self, engine: &Engine, id: SocketId) -> String {
        TcpCalls.describe(engine, id)
    }
}
