//! The multiplexer session of two devices: control channel, data link connections, credits.
//!
//! RFCOMM frames come in by [`Session::frame_arrives`] and go out by [`Session::poll_transmit`]. Who
//! initiated the session opens it with SABM on DLCI 0; then each connection is negotiated (PN), opened
//! (SABM, UA), and both sides tell their modem status (MSC) before data flows. Behaviour is that of
//! Linux (net/bluetooth/rfcomm/core.c).
//!
//! ```
//! use anysock::Instant;
//! use anysock_sim::engine::bluetooth::rfcomm::dlc::DlcId;
//! use anysock_sim::engine::bluetooth::rfcomm::session::Session;
//!
//! let mut session = Session::initiator();
//! session.connect(3, DlcId(1), Instant::ZERO)?;
//! session.channel_connected(1021);
//! assert_eq!(session.poll_transmit().as_deref(), Some(&[0x03, 0x3F, 0x01, 0x1C][..]), "SABM on DLCI 0");
//! # Ok::<(), anysock::Errno>(())
//! ```

mod commands;

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::time::Duration;

use anysock::Errno;
use anysock::time::Instant;

use super::command::{Command, Message};
use super::dlc::{
    CONNECTION_TIMEOUT, DEFERRED_TIMEOUT, DISCONNECTION_TIMEOUT, Dlc, DlcId, Incoming, State as DlcState,
};
use super::frame::{Frame, FrameType};
use super::{DEFAULT_MTU, Dlci, is_channel};

/// How long a session without connections is kept (`RFCOMM_IDLE_TIMEOUT`).
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(2);
/// Bytes of a frame around its information: address, control, a two-byte length, check sequence.
const FRAME_OVERHEAD: u16 = 5;
/// How many frames may wait for the channel before answers are dropped: only a peer that sends commands
/// without end and takes no answers gets there.
const MAX_TRANSMIT: usize = 4096;

/// What happened to a connection.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// The other side has opened it, and its owner is to [answer](Session::answer).
    Deferred(DlcId),
    /// It is open: data may be sent.
    Connected(DlcId),
    /// Data arrived: never empty, at most one frame's.
    Data(DlcId, Vec<u8>),
    /// It is closed. The error says why, unless its owner closed it.
    Closed(DlcId, Option<Errno>),
}

/// The states of a session: those of the kernel's `struct rfcomm_session`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    /// BT_BOUND: the L2CAP channel is not open yet.
    Bound,
    /// BT_OPEN: the channel is open, the other side is going to send SABM.
    Open,
    /// BT_CONNECT: SABM was sent and is not answered.
    Connecting,
    /// BT_CONNECTED.
    Connected,
    /// BT_DISCONN: DISC was sent and is not answered.
    Disconnecting,
    /// BT_CLOSED: the L2CAP channel is to be closed.
    Closed,
}

/// The multiplexer on one L2CAP channel.
#[derive(Clone, Debug)]
pub struct Session {
    initiator: bool,
    state: State,
    /// The largest information that fits the channel.
    mtu: u16,
    /// Whether credits are used, once the first connection was negotiated.
    uses_credits: Option<bool>,
    dlcs: Vec<Dlc>,
    /// The other side takes nothing at all for now (FCoff).
    transmit_throttled: bool,
    /// When a session without connections ends.
    deadline: Option<Instant>,
    transmit: VecDeque<Vec<u8>>,
    events: VecDeque<Event>,
}

impl Session {
    /// The session of who opens the L2CAP channel.
    pub fn initiator() -> Self {
        Self::new(true, State::Bound)
    }

    /// The session of whose peer has opened the L2CAP channel, which is still to be
    /// [connected](Session::channel_connected).
    pub fn responder() -> Self {
        Self::new(false, State::Open)
    }

    fn new(initiator: bool, state: State) -> Self {
        Session {
            initiator,
            state,
            mtu: DEFAULT_MTU,
            uses_credits: None,
            dlcs: Vec::new(),
            transmit_throttled: false,
            deadline: None,
            transmit: VecDeque::new(),
            events: VecDeque::new(),
        }
    }

    // For the channel below

    /// The L2CAP channel is open, for payloads of up to `mtu` bytes both ways.
    pub fn channel_connected(&mut self, mtu: u16) {
        self.mtu = mtu.saturating_sub(FRAME_OVERHEAD).max(1);
        if self.state == State::Bound {
            self.state = State::Connecting;
            self.send_command(FrameType::SABM, Dlci::CONTROL);
        }
    }

    /// The L2CAP channel is closed: so are all connections, with `error`.
    pub fn channel_closed(&mut self, error: Option<Errno>) {
        self.close_session(error);
    }

    /// Whether the session is over and its L2CAP channel is to be closed, after what it still
    /// [transmits](Session::poll_transmit).
    pub fn is_closed(&self) -> bool {
        self.state == State::Closed
    }

    /// The next RFCOMM frame for the channel. Call it again after every other call.
    pub fn poll_transmit(&mut self) -> Option<Vec<u8>> {
        if self.transmit.is_empty() {
            self.transmit_dlcs();
        }
        self.transmit.pop_front()
    }

    /// When [`handle_timeout`](Session::handle_timeout) is due.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.dlcs.iter().filter_map(|dlc| dlc.deadline).chain(self.deadline).min()
    }

    /// Time has come to `now`.
    pub fn handle_timeout(&mut self, now: Instant) {
        if self.deadline.is_some_and(|deadline| deadline <= now) {
            self.deadline = None;
            self.disconnect_session();
        }
        let due = |dlc: &&Dlc| dlc.deadline.is_some_and(|deadline| deadline <= now);
        let expired: Vec<(Dlci, DlcState)> =
            self.dlcs.iter().filter(due).map(|d| (d.dlci, d.state)).collect();
        for (dlci, state) in expired {
            match state {
                DlcState::Disconnecting => {}
                DlcState::Deferred => self.send_response(FrameType::DM, dlci),
                _ => self.send_command(FrameType::DISC, dlci),
            }
            self.remove(dlci, Some(Errno::ETIMEDOUT), now);
        }
    }

    // For the owner of connections

    /// Opens a connection to the other side's server `channel`, which its owner calls `id`;
    /// [`Event::Connected`] or
    /// [`Event::Closed`] follows.
    ///
    /// # Errors
    /// `EINVAL`: no such channel. `EBUSY`: there is a connection to that channel already.
    pub fn connect(&mut self, channel: u8, id: DlcId, now: Instant) -> Result<(), Errno> {
        if !is_channel(channel) {
            return Err(Errno::EINVAL);
        }
        let dlci = Dlci::to_channel(self.initiator, channel);
        if self.dlc(dlci).is_some() {
            return Err(Errno::EBUSY);
        }
        let mut dlc = Dlc::new(id, dlci, DlcState::Config, self.initiator);
        dlc.mtu = self.mtu;
        dlc.uses_credits = self.uses_credits.unwrap_or(false);
        dlc.deadline = Some(now + CONNECTION_TIMEOUT);
        self.link(dlc);
        if self.state == State::Connected {
            self.negotiate(dlci, true);
        }
        Ok(())
    }

    /// Whether a connection could be opened on this session: it is not about to end.
    pub fn takes_connections(&self) -> bool {
        !matches!(self.state, State::Disconnecting | State::Closed)
    }

    /// The maximum frame size of an open connection; `None` where there is none.
    pub fn mtu(&self, id: DlcId) -> Option<u16> {
        self.dlcs.iter().find(|dlc| dlc.id == id && dlc.state == DlcState::Connected).map(|dlc| dlc.mtu)
    }

    /// Queues `information`, which is at most [`mtu`](Session::mtu) bytes, behind what waits already.
    ///
    /// # Errors
    /// `ENOTCONN`: the connection is not open. `EINVAL`: more bytes than a frame takes.
    pub fn send(&mut self, id: DlcId, information: &[u8]) -> Result<(), Errno> {
        let dlc = self.dlcs.iter_mut().find(|dlc| dlc.id == id && dlc.state == DlcState::Connected);
        let dlc = dlc.ok_or(Errno::ENOTCONN)?;
        if information.len() > usize::from(dlc.mtu) {
            return Err(Errno::EINVAL);
        }
        dlc.transmit.push_back(information.to_vec());
        Ok(())
    }

    /// What of a connection's data waits to be sent, frame by frame.
    pub fn queued(&self, id: DlcId) -> impl Iterator<Item = &[u8]> {
        let dlc = self.dlcs.iter().find(|dlc| dlc.id == id);
        dlc.into_iter().flat_map(|dlc| dlc.transmit.iter().map(Vec::as_slice))
    }

    /// The owner of a connection takes no more data for now, or takes it again. What the other side has
    /// credits for still arrives.
    pub fn throttle(&mut self, id: DlcId, throttled: bool) {
        if let Some(dlc) = self.dlcs.iter_mut().find(|dlc| dlc.id == id) {
            dlc.throttle(throttled);
        }
    }

    /// Closes a connection, after the data that waits; [`Event::Closed`] without an error follows.
    pub fn close(&mut self, id: DlcId, now: Instant) {
        let Some(dlc) = self.dlcs.iter_mut().find(|dlc| dlc.id == id) else { return };
        let (dlci, started) = (dlc.dlci, self.state != State::Bound);
        match dlc.state {
            DlcState::Connecting | DlcState::Connected => self.disconnect(dlci, now),
            DlcState::Config if started => self.disconnect(dlci, now),
            DlcState::Deferred => {
                self.send_response(FrameType::DM, dlci);
                self.remove(dlci, Some(Errno::ECONNREFUSED), now);
            }
            // Nobody over there knows of it.
            DlcState::Config | DlcState::Negotiated | DlcState::Disconnecting => self.remove(dlci, None, now),
        }
    }

    /// Answers the other side's request for a [deferred](Event::Deferred) connection:
    /// [`Event::Connected`] follows.
    /// [`close`](Session::close) is the other answer.
    pub fn answer(&mut self, id: DlcId) {
        let deferred = |dlc: &&Dlc| dlc.id == id && dlc.state == DlcState::Deferred;
        if let Some(dlci) = self.dlcs.iter().find(deferred).map(|dlc| dlc.dlci) {
            self.accept(dlci);
        }
    }

    /// What happened, oldest first. Call it until there is nothing left after every other call.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    // Frames

    /// The channel's payload `bytes` arrived. `listener` is asked whether someone listens on a server
    /// channel, and answers with what the new connection's owner calls it. Bytes that are no frame are
    /// dropped.
    pub fn frame_arrives(
        &mut self,
        bytes: &[u8],
        now: Instant,
        listener: impl FnMut(u8) -> Option<Incoming>,
    ) {
        let Ok(frame) = Frame::decode(bytes) else { return };
        let dlci = frame.dlci;
        match frame.kind {
            FrameType::SABM if frame.poll_final => self.sabm_arrives(dlci, now, listener),
            FrameType::DISC if frame.poll_final => self.disc_arrives(dlci, now),
            FrameType::UA if frame.poll_final => self.ua_arrives(dlci, now),
            FrameType::DM => self.dm_arrives(dlci, now),
            FrameType::UIH if dlci == Dlci::CONTROL => {
                if let Ok(message) = Message::decode(frame.information) {
                    self.message_arrives(message, listener);
                }
            }
            FrameType::UIH => self.data_arrives(&frame),
            FrameType::SABM | FrameType::DISC | FrameType::UA => {}
        }
    }

    fn sabm_arrives(&mut self, dlci: Dlci, now: Instant, mut listener: impl FnMut(u8) -> Option<Incoming>) {
        if dlci == Dlci::CONTROL {
            self.send_response(FrameType::UA, dlci);
            if self.state == State::Open {
                self.session_connected();
            }
            return;
        }
        match self.dlc(dlci).map(|dlc| dlc.state) {
            Some(DlcState::Negotiated) => self.accept_or_defer(dlci, now),
            Some(_) => {}
            None => match self.incoming(dlci, &mut listener) {
                true => self.accept_or_defer(dlci, now),
                false => self.send_response(FrameType::DM, dlci),
            },
        }
    }

    fn ua_arrives(&mut self, dlci: Dlci, now: Instant) {
        if dlci == Dlci::CONTROL {
            match self.state {
                State::Connecting => self.session_connected(),
                State::Disconnecting => self.close_session(Some(Errno::ECONNRESET)),
                State::Bound | State::Open | State::Connected | State::Closed => {}
            }
            return;
        }
        match self.dlc(dlci).map(|dlc| dlc.state) {
            None => self.send_response(FrameType::DM, dlci),
            Some(DlcState::Connecting) => self.connected(dlci),
            Some(DlcState::Disconnecting) => {
                self.remove(dlci, None, now);
                if self.dlcs.is_empty() {
                    self.disconnect_session();
                }
            }
            Some(DlcState::Negotiated | DlcState::Config | DlcState::Deferred | DlcState::Connected) => {}
        }
    }

    fn dm_arrives(&mut self, dlci: Dlci, now: Instant) {
        if dlci == Dlci::CONTROL {
            self.close_session(Some(self.session_error()));
        } else if let Some(error) = self.dlc(dlci).map(error_when_refused) {
            self.remove(dlci, Some(error), now);
        }
    }

    fn disc_arrives(&mut self, dlci: Dlci, now: Instant) {
        if dlci == Dlci::CONTROL {
            self.send_response(FrameType::UA, dlci);
            self.close_session(Some(self.session_error()));
        } else if let Some(error) = self.dlc(dlci).map(error_when_refused) {
            self.send_response(FrameType::UA, dlci);
            self.remove(dlci, Some(error), now);
        } else {
            self.send_response(FrameType::DM, dlci);
        }
    }

    fn data_arrives(&mut self, frame: &Frame<'_>) {
        let Some(dlc) = self.dlcs.iter_mut().find(|dlc| dlc.dlci == frame.dlci) else {
            return self.send_response(FrameType::DM, frame.dlci);
        };
        if let Some(credits) = frame.credits.filter(|_| dlc.uses_credits) {
            dlc.transmit_credits = dlc.transmit_credits.saturating_add(u32::from(credits));
        }
        if dlc.takes_information(frame.information) {
            self.events.push_back(Event::Data(dlc.id, frame.information.to_vec()));
        }
    }

    // Connections

    /// Asks for a listener; whether there is one, and a connection for it.
    fn incoming(&mut self, dlci: Dlci, listener: &mut impl FnMut(u8) -> Option<Incoming>) -> bool {
        let takes = is_channel(dlci.channel()) && self.state == State::Connected;
        let Some(Incoming { id, deferred }) = takes.then(|| listener(dlci.channel())).flatten() else {
            return false;
        };
        let dlc = Dlc::new(id, dlci, DlcState::Negotiated, self.initiator);
        self.link(Dlc { deferred, ..dlc });
        true
    }

    /// Answers the other side's SABM, or leaves that to the connection's owner.
    fn accept_or_defer(&mut self, dlci: Dlci, now: Instant) {
        match self.dlc_mut(dlci) {
            Some(dlc) if dlc.deferred => {
                dlc.state = DlcState::Deferred;
                dlc.deadline = Some(now + DEFERRED_TIMEOUT);
                let id = dlc.id;
                self.events.push_back(Event::Deferred(id));
            }
            _ => self.accept(dlci),
        }
    }

    /// Answers the other side's SABM.
    fn accept(&mut self, dlci: Dlci) {
        self.send_response(FrameType::UA, dlci);
        self.connected(dlci);
    }

    fn connected(&mut self, dlci: Dlci) {
        let Some(dlc) = self.dlc_mut(dlci) else { return };
        dlc.state = DlcState::Connected;
        dlc.deadline = None;
        let (id, signals) = (dlc.id, dlc.signals);
        self.events.push_back(Event::Connected(id));
        self.send_message(true, Command::ModemStatus { dlci, signals });
    }

    fn disconnect(&mut self, dlci: Dlci, now: Instant) {
        let Some(dlc) = self.dlc_mut(dlci) else { return };
        dlc.state = DlcState::Disconnecting;
        if dlc.transmit.is_empty() {
            dlc.deadline = Some(now + DISCONNECTION_TIMEOUT);
            self.send_command(FrameType::DISC, dlci);
        } else {
            dlc.deadline = Some(now + DISCONNECTION_TIMEOUT * 2);
            dlc.disconnect_pending = true;
        }
    }

    fn link(&mut self, dlc: Dlc) {
        self.deadline = None;
        self.dlcs.push(dlc);
    }

    fn remove(&mut self, dlci: Dlci, error: Option<Errno>, now: Instant) {
        if let Some(index) = self.dlcs.iter().position(|dlc| dlc.dlci == dlci) {
            let dlc = self.dlcs.remove(index);
            self.events.push_back(Event::Closed(dlc.id, error));
        }
        if self.dlcs.is_empty() {
            self.deadline = Some(now + IDLE_TIMEOUT);
        }
    }

    fn dlc(&self, dlci: Dlci) -> Option<&Dlc> {
        self.dlcs.iter().find(|dlc| dlc.dlci == dlci)
    }

    fn dlc_mut(&mut self, dlci: Dlci) -> Option<&mut Dlc> {
        self.dlcs.iter_mut().find(|dlc| dlc.dlci == dlci)
    }

    // The session

    /// The control channel is open: the connections that waited for that are negotiated.
    fn session_connected(&mut self) {
        self.state = State::Connected;
        let mtu = self.mtu;
        let waiting: Vec<Dlci> =
            self.dlcs.iter().filter(|dlc| dlc.state == DlcState::Config).map(|dlc| dlc.dlci).collect();
        for dlci in waiting {
            if let Some(dlc) = self.dlc_mut(dlci) {
                dlc.mtu = mtu;
            }
            self.negotiate(dlci, true);
        }
    }

    fn disconnect_session(&mut self) {
        self.state = State::Disconnecting;
        self.deadline = None;
        self.send_command(FrameType::DISC, Dlci::CONTROL);
    }

    fn close_session(&mut self, error: Option<Errno>) {
        self.state = State::Closed;
        self.deadline = None;
        for dlc in self.dlcs.drain(..) {
            self.events.push_back(Event::Closed(dlc.id, error));
        }
    }

    fn session_error(&self) -> Errno {
        if self.state == State::Connecting { Errno::ECONNREFUSED } else { Errno::ECONNRESET }
    }

    // Sending

    /// Moves what the connections may send into the transmit queue: modem status, credits, data.
    fn transmit_dlcs(&mut self) {
        if self.transmit_throttled {
            return;
        }
        for dlc in self.dlcs.iter_mut().filter(|dlc| dlc.is_ready()) {
            if core::mem::take(&mut dlc.signals_pending) {
                let command = Command::ModemStatus { dlci: dlc.dlci, signals: dlc.signals };
                self.transmit.push_back(control_frame(self.initiator, true, command));
            }
            if let Some(credits) = dlc.grant() {
                let frame = Frame::uih(self.initiator, dlc.dlci, Some(credits), &[]);
                self.transmit.push_back(frame.encode());
            }
            self.transmit.extend(dlc.next_frame());
        }
    }

    fn send_command(&mut self, kind: FrameType, dlci: Dlci) {
        self.queue(Frame::command(kind, self.initiator, dlci).encode());
    }

    fn send_response(&mut self, kind: FrameType, dlci: Dlci) {
        self.queue(Frame::command(kind, !self.initiator, dlci).encode());
    }

    fn send_message(&mut self, is_command: bool, command: Command<'_>) {
        self.queue(control_frame(self.initiator, is_command, command));
    }

    fn queue(&mut self, frame: Vec<u8>) {
        if self.transmit.len() < MAX_TRANSMIT {
            self.transmit.push_back(frame);
        }
    }
}

/// A multiplexer message in its frame.
fn control_frame(initiator: bool, is_command: bool, command: Command<'_>) -> Vec<u8> {
    Frame::uih(initiator, Dlci::CONTROL, None, &Message { is_command, command }.encode()).encode()
}

/// What the owner is told when the other side answers DM or sends DISC.
fn error_when_refused(dlc: &Dlc) -> Errno {
    match dlc.state {
        DlcState::Connecting | DlcState::Config => Errno::ECONNREFUSED,
        DlcState::Negotiated | DlcState::Deferred | DlcState::Connected | DlcState::Disconnecting => {
            Errno::ECONNRESET
        }
    }
}
