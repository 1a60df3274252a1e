//! A simulated controller: HCI packets towards its host, baseband packets towards the other controllers.
//!
//! The baseband repeats what was not acknowledged, so an ACL link loses nothing as long as it lives:
//! disturbance is delay. A link whose other end is out of reach dies when the supervision timeout has
//! passed. Core Specification, volume 2, part B; volume 4, part E.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::time::Duration;

use anysock::BdAddr;
use anysock::time::Instant;

use super::hci::{AclPacket, Boundary, Command, ConnectionHandle, ErrorCode, Event, Opcode, Packet};

/// How long a controller pages: the default Page Timeout, 0x2000 slots of 625 µs.
pub const PAGE_TIMEOUT: Duration = Duration::from_millis(5120);
/// How long a link lives without a packet: the default Link Supervision Timeout, 0x7D00 slots of 625 µs.
pub const SUPERVISION_TIMEOUT: Duration = Duration::from_secs(20);
/// How long the host may take to answer a Connection Request: the default Connection Accept Timeout,
/// 0x1FA0 slots.
pub const CONNECTION_ACCEPT_TIMEOUT: Duration = Duration::from_millis(5060);
/// The largest ACL data packet that a controller takes: a 3-DH5's payload.
pub const ACL_DATA_PACKET_LENGTH: usize = 1021;
/// How many ACL data packets a controller buffers.
pub const TOTAL_ACL_DATA_PACKETS: u16 = 8;
/// How many links a controller has at most: a piconet's central and its seven active peripherals.
pub const MAX_LINKS: usize = 7;

/// What passes between two controllers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Baseband {
    /// A page: the sender asks for an ACL link.
    Page {
        /// What the sender says it is, 24 bits.
        class_of_device: u32,
    },
    /// The page's answer: the link is up.
    Accept,
    /// The page's answer: no link.
    Reject(ErrorCode),
    /// A fragment of an L2CAP PDU.
    Acl {
        /// Whether the PDU begins here.
        boundary: Boundary,
        /// The fragment.
        data: Vec<u8>,
    },
    /// The sender has closed the link (LMP_detach).
    Detach(ErrorCode),
}

impl Baseband {
    /// How many bytes it carries; a packet without any is a link manager message or an identifier, of 17
    /// at most.
    pub fn air_bytes(&self) -> usize {
        const LINK_MANAGER: usize = 17;
        match self {
            Baseband::Acl { data, .. } => data.len(),
            _ => LINK_MANAGER,
        }
    }
}

/// A packet for a controller that there is no link with, as long as it is worth sending.
#[derive(Clone, Debug)]
struct Unlinked {
    peer: BdAddr,
    packet: Baseband,
    deadline: Instant,
}

/// A page that was sent and not answered, or that came and was not answered.
#[derive(Clone, Copy, Debug)]
struct Pending {
    peer: BdAddr,
    deadline: Instant,
}

/// An ACL link.
#[derive(Clone, Debug)]
struct AclLink {
    handle: ConnectionHandle,
    peer: BdAddr,
    transmit: VecDeque<Baseband>,
    /// When the link dies, while the other end is not heard.
    supervision: Option<Instant>,
    /// The other end knows nothing of the link any more, and will never be heard again on it.
    orphaned: bool,
}

impl AclLink {
    /// Whether it has something to send to someone in reach.
    fn is_ready(&self, reachable: impl Fn(BdAddr) -> bool) -> bool {
        !self.transmit.is_empty() && !self.orphaned && reachable(self.peer)
    }
}

/// A controller.
#[derive(Clone, Debug)]
pub struct Controller {
    address: BdAddr,
    class_of_device: u32,
    links: Vec<AclLink>,
    /// Pages of ours.
    paging: Vec<Pending>,
    /// Pages of others that the host has been told of.
    requests: Vec<Pending>,
    handle: u16,
    to_host: VecDeque<Vec<u8>>,
    /// What goes to controllers that there is no link with.
    to_air: VecDeque<Unlinked>,
}

impl Controller {
    /// A controller with a device address, which tells others a class of device (24 bits).
    pub fn new(address: BdAddr, class_of_device: u32) -> Self {
        Controller {
            address,
            class_of_device,
            links: Vec::new(),
            paging: Vec::new(),
            requests: Vec::new(),
            handle: 0,
            to_host: VecDeque::new(),
            to_air: VecDeque::new(),
        }
    }

    /// The device address.
    pub fn address(&self) -> BdAddr {
        self.address
    }

    // The host's side

    /// An HCI packet came from the host. Bytes that are none, and packets that only controllers send,
    /// are dropped.
    pub fn host_packet_arrives(&mut self, packet: &[u8], now: Instant) {
        match Packet::decode(packet) {
            Ok(Packet::Command(command)) => self.command(command, now),
            Ok(Packet::Acl(AclPacket { handle, boundary, data })) => {
                let boundary = match boundary {
                    Boundary::Continuing => Boundary::Continuing,
                    Boundary::First | Boundary::FirstNonFlushable => Boundary::First,
                };
                if let Some(link) = self.links.iter_mut().find(|link| link.handle == handle) {
                    link.transmit.push_back(Baseband::Acl { boundary, data: data.to_vec() });
                }
            }
            Ok(Packet::Event(_)) | Err(_) => {}
        }
    }

    /// The next HCI packet for the host. Call it again after every other call.
    pub fn poll_host(&mut self) -> Option<Vec<u8>> {
        self.to_host.pop_front()
    }

    fn command(&mut self, command: Command<'_>, now: Instant) {
        let opcode = command.opcode();
        match command {
            Command::CreateConnection { address } => {
                let status = self.page(address, now);
                self.status(opcode, status);
            }
            Command::Disconnect { handle, reason } => {
                match self.links.iter_mut().find(|link| link.handle == handle) {
                    None => self.status(opcode, ErrorCode::UNKNOWN_CONNECTION),
                    Some(link) => {
                        link.transmit.push_back(Baseband::Detach(reason));
                        self.status(opcode, ErrorCode::SUCCESS);
                    }
                }
            }
            Command::AcceptConnectionRequest { address } => self.answer(opcode, address, None, now),
            Command::RejectConnectionRequest { address, reason } => {
                self.answer(opcode, address, Some(reason), now);
            }
            Command::Other { .. } => self.status(opcode, ErrorCode::UNKNOWN_COMMAND),
        }
    }

    fn page(&mut self, peer: BdAddr, now: Instant) -> ErrorCode {
        if self.links.iter().any(|link| link.peer == peer) {
            return ErrorCode::CONNECTION_ALREADY_EXISTS;
        }
        if self.links.len().saturating_add(self.paging.len()) >= MAX_LINKS {
            return ErrorCode::CONNECTION_LIMIT_EXCEEDED;
        }
        self.paging.push(Pending { peer, deadline: now + PAGE_TIMEOUT });
        self.send_unlinked(peer, Baseband::Page { class_of_device: self.class_of_device }, now);
        ErrorCode::SUCCESS
    }

    /// The host's answer to a Connection Request.
    fn answer(&mut self, opcode: Opcode, peer: BdAddr, refusal: Option<ErrorCode>, now: Instant) {
        if !take(&mut self.requests, peer) {
            return self.status(opcode, ErrorCode::UNKNOWN_CONNECTION);
        }
        self.status(opcode, ErrorCode::SUCCESS);
        match refusal {
            Some(reason) => {
                self.send_unlinked(peer, Baseband::Reject(reason), now);
                self.connection_complete(peer, reason);
            }
            None => self.open(peer, true),
        }
    }

    // The air

    /// For whom the next packet is, of those that `reachable` says are in reach, and how many bytes it
    /// has. What belongs to no link and is for nobody in reach is lost: a page is not heard, an answer
    /// comes too late.
    pub fn peek_air(&mut self, reachable: impl Fn(BdAddr) -> bool) -> Option<(BdAddr, usize)> {
        self.to_air.retain(|unlinked| reachable(unlinked.peer));
        if let Some(Unlinked { peer, packet, .. }) = self.to_air.front() {
            return Some((*peer, packet.air_bytes()));
        }
        let link = self.links.iter().find(|link| link.is_ready(&reachable))?;
        Some((link.peer, link.transmit.front()?.air_bytes()))
    }

    /// The next packet for another controller: the one that [`peek_air`](Controller::peek_air) is about.
    /// Call it again after every other call, and when one has come into reach.
    pub fn poll_air(&mut self, reachable: impl Fn(BdAddr) -> bool) -> Option<(BdAddr, Baseband)> {
        self.to_air.retain(|unlinked| reachable(unlinked.peer));
        if let Some(Unlinked { peer, packet, .. }) = self.to_air.pop_front() {
            return Some((peer, packet));
        }
        let index = self.links.iter().position(|link| link.is_ready(&reachable))?;
        let mut link = self.links.remove(index);
        let packet = link.transmit.pop_front()?;
        let (peer, handle) = (link.peer, link.handle);
        match packet {
            Baseband::Detach(_) => self.disconnection_complete(handle, ErrorCode::TERMINATED_BY_LOCAL_HOST),
            _ => {
                // Behind the others: links take turns.
                self.links.push(link);
                if matches!(packet, Baseband::Acl { .. }) {
                    self.event(Event::NumberOfCompletedPackets { handle, count: 1 });
                }
            }
        }
        Some((peer, packet))
    }

    /// A packet came from another controller.
    pub fn air_packet_arrives(&mut self, peer: BdAddr, packet: Baseband, now: Instant) {
        match packet {
            Baseband::Page { class_of_device } => self.page_arrives(peer, class_of_device, now),
            Baseband::Accept if take(&mut self.paging, peer) => self.open(peer, false),
            // The page was given up already.
            Baseband::Accept => {
                self.send_unlinked(peer, Baseband::Detach(ErrorCode::CONNECTION_TIMEOUT), now);
            }
            Baseband::Reject(reason) => {
                if take(&mut self.paging, peer) {
                    self.connection_complete(peer, reason);
                }
            }
            Baseband::Acl { boundary, data } => {
                if let Some(link) = self.links.iter().find(|link| link.peer == peer) {
                    let packet = AclPacket { handle: link.handle, boundary, data: &data };
                    self.to_host.push_back(Packet::Acl(packet).encode());
                }
            }
            Baseband::Detach(reason) => self.close(peer, reason),
        }
    }

    /// The other controller is heard, or is no longer heard: then the link dies when the supervision
    /// timeout has passed.
    pub fn set_reachable(&mut self, peer: BdAddr, reachable: bool, now: Instant) {
        let link = self.links.iter_mut().find(|link| link.peer == peer && !link.orphaned);
        if let Some(link) = link {
            link.supervision = match (reachable, link.supervision) {
                (true, _) => None,
                (false, Some(begun)) => Some(begun),
                (false, None) => Some(now + SUPERVISION_TIMEOUT),
            };
        }
    }

    /// The other controller has lost its memory: it may be in reach, but the link is going to die.
    pub fn peer_restarted(&mut self, peer: BdAddr, now: Instant) {
        self.set_reachable(peer, false, now);
        if let Some(link) = self.links.iter_mut().find(|link| link.peer == peer) {
            link.orphaned = true;
        }
    }

    fn page_arrives(&mut self, peer: BdAddr, class_of_device: u32, now: Instant) {
        // Whoever pages has no link: what we have of one is left over from before it restarted.
        self.close(peer, ErrorCode::CONNECTION_TIMEOUT);
        if self.paging.iter().any(|page| page.peer == peer) {
            // Both page each other. The page of the higher address counts, and needs no other consent.
            if self.address < peer {
                take(&mut self.paging, peer);
                self.open(peer, true);
            }
        } else if self.links.len() >= MAX_LINKS {
            self.send_unlinked(peer, Baseband::Reject(ErrorCode::REJECTED_LIMITED_RESOURCES), now);
        } else if !self.requests.iter().any(|request| request.peer == peer) {
            self.requests.push(Pending { peer, deadline: now + CONNECTION_ACCEPT_TIMEOUT });
            self.event(Event::ConnectionRequest { address: peer, class_of_device });
        }
    }

    // Time

    /// When [`handle_timeout`](Controller::handle_timeout) is due.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let pending = self.paging.iter().chain(&self.requests).map(|pending| pending.deadline);
        let unlinked = self.to_air.iter().map(|unlinked| unlinked.deadline);
        let links = self.links.iter().filter_map(|link| link.supervision);
        pending.chain(unlinked).chain(links).min()
    }

    /// Time has come to `now`.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.to_air.retain(|unlinked| unlinked.deadline > now);
        for peer in expired(&mut self.paging, now) {
            self.connection_complete(peer, ErrorCode::PAGE_TIMEOUT);
        }
        for peer in expired(&mut self.requests, now) {
            self.send_unlinked(peer, Baseband::Reject(ErrorCode::CONNECTION_ACCEPT_TIMEOUT), now);
            self.connection_complete(peer, ErrorCode::CONNECTION_ACCEPT_TIMEOUT);
        }
        let dead = |link: &&AclLink| link.supervision.is_some_and(|deadline| deadline <= now);
        let dead: Vec<BdAddr> = self.links.iter().filter(dead).map(|link| link.peer).collect();
        for peer in dead {
            self.close(peer, ErrorCode::CONNECTION_TIMEOUT);
        }
    }

    // Links and events

    /// A link is up; `answer` says whether the other side is still to be told.
    fn open(&mut self, peer: BdAddr, answer: bool) {
        let in_use = |handle: u16| self.links.iter().any(|link| link.handle.get() == handle);
        // Handles go round, so that a late packet for an old one meets no new one.
        while {
            self.handle = self.handle % 0x0EFF + 1;
            in_use(self.handle)
        } {}
        let handle = ConnectionHandle::new(self.handle);
        let transmit = answer.then_some(Baseband::Accept).into_iter().collect();
        self.links.push(AclLink { handle, peer, transmit, supervision: None, orphaned: false });
        self.event(Event::ConnectionComplete { status: ErrorCode::SUCCESS, handle, address: peer });
    }

    /// Sends a packet outside of any link; it is given up when a page would be.
    fn send_unlinked(&mut self, peer: BdAddr, packet: Baseband, now: Instant) {
        self.to_air.push_back(Unlinked { peer, packet, deadline: now + PAGE_TIMEOUT });
    }

    fn close(&mut self, peer: BdAddr, reason: ErrorCode) {
        if let Some(index) = self.links.iter().position(|link| link.peer == peer) {
            let link = self.links.remove(index);
            self.disconnection_complete(link.handle, reason);
        }
    }

    fn connection_complete(&mut self, address: BdAddr, status: ErrorCode) {
        self.event(Event::ConnectionComplete { status, handle: ConnectionHandle::new(0), address });
    }

    fn disconnection_complete(&mut self, handle: ConnectionHandle, reason: ErrorCode) {
        self.event(Event::DisconnectionComplete { status: ErrorCode::SUCCESS, handle, reason });
    }

    fn status(&mut self, opcode: Opcode, status: ErrorCode) {
        self.event(Event::CommandStatus { status, opcode });
    }

    fn event(&mut self, event: Event<'_>) {
        self.to_host.push_back(Packet::Event(event).encode());
    }
}

/// Takes `peer` out of `pending`; whether it was there.
fn take(pending: &mut Vec<Pending>, peer: BdAddr) -> bool {
    let before = pending.len();
    pending.retain(|entry| entry.peer != peer);
    pending.len() != before
}

/// Takes out of `pending` whose time is over.
fn expired(pending: &mut Vec<Pending>, now: Instant) -> Vec<BdAddr> {
    let over = pending.iter().filter(|entry| entry.deadline <= now).map(|entry| entry.peer).collect();
    pending.retain(|entry| entry.deadline > now);
    over
}
