//! The host's side of one ACL link: L2CAP on it, and an RFCOMM session on each of L2CAP's RFCOMM channels.
//!
//! ACL data packets come in by [`Link::acl_arrives`] and go out by [`Link::poll_transmit`].

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::time::Duration;

use anysock::time::Instant;
use anysock::{BdAddr, Errno};

use super::hci::{AclPacket, Boundary, ConnectionHandle, Packet, Reassembly, fragments};
use super::l2cap::PSM_RFCOMM;
use super::l2cap::connection::{Connection, Event as L2capEvent};
use super::rfcomm::dlc::{DlcId, Incoming};
use super::rfcomm::session::{Event, Session};

/// How long a link that this side opened is kept without channels (`HCI_DISCONN_TIMEOUT`); one that the
/// other side opened is kept for twice as long.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(2);

/// One ACL link, being opened or open.
#[derive(Clone, Debug)]
pub struct Link {
    peer: BdAddr,
    outgoing: bool,
    handle: Option<ConnectionHandle>,
    reassembly: Reassembly,
    l2cap: Connection,
    /// The sessions, each with its L2CAP channel.
    sessions: Vec<(u16, Session)>,
    /// When the link is closed for want of channels.
    idle: Option<Instant>,
    /// Fragments that wait for the controller, as HCI packets.
    fragments: VecDeque<Vec<u8>>,
    events: VecDeque<Event>,
}

impl Link {
    /// A link to `peer` that this side opens (`outgoing`) or is asked for; not up yet.
    pub fn new(peer: BdAddr, outgoing: bool) -> Self {
        Link {
            peer,
            outgoing,
            handle: None,
            reassembly: Reassembly::default(),
            l2cap: Connection::new(),
            sessions: Vec::new(),
            idle: None,
            fragments: VecDeque::new(),
            events: VecDeque::new(),
        }
    }

    /// The device at the other end.
    pub fn peer(&self) -> BdAddr {
        self.peer
    }

    /// The controller's name for the link, once it is up.
    pub fn handle(&self) -> Option<ConnectionHandle> {
        self.handle
    }

    /// The link is up.
    pub fn connected(&mut self, handle: ConnectionHandle, now: Instant) {
        self.handle = Some(handle);
        self.l2cap.link_up(now);
        self.settle(now, &mut |_| None);
    }

    /// The link could not be opened, or is gone: every connection on it is closed with `error`.
    pub fn closed(&mut self, error: Errno, now: Instant) {
        self.l2cap.link_down(error);
        self.settle(now, &mut |_| None);
    }

    // RFCOMM

    /// Opens an RFCOMM connection to the other side's server `channel`, over the session that there is,
    /// or over a new one. Its owner calls it `id`.
    ///
    /// # Errors
    /// Those of [`Session::connect`], and of [`Connection::connect`].
    pub fn connect(&mut self, channel: u8, id: DlcId, now: Instant) -> Result<(), Errno> {
        if let Some((_, session)) = self.sessions.iter_mut().find(|(_, session)| session.takes_connections())
        {
            return session.connect(channel, id, now);
        }
        let mut session = Session::initiator();
        session.connect(channel, id, now)?;
        let cid = self.l2cap.connect(PSM_RFCOMM, now)?;
        self.sessions.push((cid, session));
        self.settle(now, &mut |_| None);
        Ok(())
    }

    /// The maximum frame size of an open RFCOMM connection.
    pub fn mtu(&self, id: DlcId) -> Option<u16> {
        self.sessions.iter().find_map(|(_, session)| session.mtu(id))
    }

    /// Queues data on an open RFCOMM connection; see [`Session::send`].
    ///
    /// # Errors
    /// Those of [`Session::send`].
    pub fn send(&mut self, id: DlcId, information: &[u8]) -> Result<(), Errno> {
        let session = self.sessions.iter_mut().find(|(_, session)| session.mtu(id).is_some());
        session.ok_or(Errno::ENOTCONN)?.1.send(id, information)
    }

    /// What of a connection's data waits to be sent, frame by frame.
    pub fn queued(&self, id: DlcId) -> impl Iterator<Item = &[u8]> {
        self.sessions.iter().flat_map(move |(_, session)| session.queued(id))
    }

    /// The owner of a connection takes no more data for now, or takes it again.
    pub fn throttle(&mut self, id: DlcId, throttled: bool) {
        self.sessions.iter_mut().for_each(|(_, session)| session.throttle(id, throttled));
    }

    /// Answers the other side's request for a deferred connection; see [`Session::answer`].
    pub fn answer(&mut self, id: DlcId, now: Instant) {
        self.sessions.iter_mut().for_each(|(_, session)| session.answer(id));
        self.settle(now, &mut |_| None);
    }

    /// Closes an RFCOMM connection, after the data that waits.
    pub fn close(&mut self, id: DlcId, now: Instant) {
        self.sessions.iter_mut().for_each(|(_, session)| session.close(id, now));
        self.settle(now, &mut |_| None);
    }

    /// What happened to RFCOMM connections, oldest first. Call it until there is nothing left after
    /// every other call.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    // Packets and time

    /// An ACL data packet of the link came from the controller; `listener` answers as in
    /// [`Session::frame_arrives`].
    pub fn acl_arrives(
        &mut self,
        packet: AclPacket<'_>,
        now: Instant,
        mut listener: impl FnMut(u8) -> Option<Incoming>,
    ) {
        if let Some(pdu) = self.reassembly.packet_arrives(packet) {
            self.l2cap.frame_arrives(&pdu, now, |psm| psm == PSM_RFCOMM);
            self.settle(now, &mut listener);
        }
    }

    /// The next HCI packet for the controller, of at most `mtu` bytes of data. Call it again after every
    /// other call.
    pub fn poll_transmit(&mut self, mtu: usize) -> Option<Vec<u8>> {
        if self.fragments.is_empty() {
            let handle = self.handle?;
            let pdu = self.next_pdu()?;
            let packets = fragments(handle, Boundary::FirstNonFlushable, &pdu, mtu);
            self.fragments.extend(packets.map(|packet| Packet::Acl(packet).encode()));
        }
        self.fragments.pop_front()
    }

    /// Data stays with its connection until the controller can take it, so that little of it is under way.
    fn next_pdu(&mut self) -> Option<Vec<u8>> {
        if self.l2cap.transmit_queue_len() == 0 {
            for (cid, session) in &mut self.sessions {
                if let Some(frame) = session.poll_transmit() {
                    self.l2cap.send(*cid, &frame);
                }
            }
        }
        self.l2cap.poll_transmit()
    }

    /// When [`handle_timeout`](Link::handle_timeout) is due.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let sessions = self.sessions.iter().filter_map(|(_, session)| session.poll_timeout());
        sessions.chain(self.l2cap.poll_timeout()).chain(self.idle).min()
    }

    /// Time has come to `now`.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.l2cap.handle_timeout(now);
        self.sessions.iter_mut().for_each(|(_, session)| session.handle_timeout(now));
        self.settle(now, &mut |_| None);
    }

    /// Whether the link has been without channels for long enough to be closed. Says so once.
    pub fn take_idle(&mut self, now: Instant) -> bool {
        let over = self.idle.is_some_and(|deadline| deadline <= now);
        if over {
            self.idle = None;
        }
        over
    }

    /// Carries what has happened on each layer to the next one, until all of them rest.
    fn settle(&mut self, now: Instant, listener: &mut impl FnMut(u8) -> Option<Incoming>) {
        loop {
            while let Some(event) = self.l2cap.poll_event() {
                self.l2cap_event(event, now, listener);
            }
            for (_, session) in &mut self.sessions {
                self.events.extend(core::iter::from_fn(|| session.poll_event()));
            }
            let Some(index) = self.sessions.iter().position(|(_, session)| session.is_closed()) else {
                break;
            };
            let (cid, mut session) = self.sessions.remove(index);
            while let Some(frame) = session.poll_transmit() {
                self.l2cap.send(cid, &frame);
            }
            self.l2cap.disconnect(cid, now);
        }
        if self.handle.is_none() || self.l2cap.has_channels() {
            self.idle = None;
        } else if self.idle.is_none() {
            self.idle = Some(now + if self.outgoing { IDLE_TIMEOUT } else { IDLE_TIMEOUT * 2 });
        }
    }

    fn l2cap_event(
        &mut self,
        event: L2capEvent,
        now: Instant,
        listener: &mut impl FnMut(u8) -> Option<Incoming>,
    ) {
        if let L2capEvent::Connected { cid, initiated: false, .. } = event {
            self.sessions.push((cid, Session::responder()));
        }
        let (L2capEvent::Connected { cid, .. }
        | L2capEvent::Data { cid, .. }
        | L2capEvent::Closed { cid, .. }) = event;
        let Some((_, session)) = self.sessions.iter_mut().find(|(channel, _)| *channel == cid) else {
            return;
        };
        match event {
            L2capEvent::Connected { mtu, .. } => session.channel_connected(mtu),
            L2capEvent::Data { payload, .. } => session.frame_arrives(&payload, now, listener),
            L2capEvent::Closed { error, .. } => session.channel_closed(error),
        }
    }
}
