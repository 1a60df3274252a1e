//! L2CAP's state on one ACL link: the channels, and the signalling that opens, configures and closes them.
//!
//! B-frames come in by [`Connection::frame_arrives`] and go out by [`Connection::poll_transmit`].
//! Behaviour is that of Linux (net/bluetooth/l2cap_core.c): both sides first exchange Information
//! Requests, a Connection Request that comes before that is done is answered "pending", both sides send
//! a Configuration Request with their MTU, and the channel is open when both have agreed.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::time::Duration;

use anysock::Errno;
use anysock::time::Instant;

use super::channel::{Channel, State};
use super::configuration::{answer, mtu_of};
use super::frame::{
    Command, ConfigurationOption, ConfigurationOptions, ConfigurationResult, ConnectionResult, Frame,
    InformationType, RejectReason, Signal, Signals,
};
use super::{CID_DYNAMIC, CID_SIGNALLING, DEFAULT_MTU, MIN_MTU, SIGNALLING_MTU};

/// How long a channel may take to open or to close (`L2CAP_CONN_TIMEOUT`).
pub const CONNECTION_TIMEOUT: Duration = Duration::from_secs(40);
/// How long to wait for an Information Response (`L2CAP_INFO_TIMEOUT`).
pub const INFORMATION_TIMEOUT: Duration = Duration::from_secs(4);
/// How many channels a link has at most.
pub const MAX_CHANNELS: usize = 32;
/// How many frames may wait for the link before signalling is dropped: only a peer that sends requests
/// without end and takes no answers gets there.
const MAX_TRANSMIT: usize = 4096;
/// How many bytes of options a Configuration Request may have, over all its parts.
const MAX_OPTIONS: usize = 64;
/// How often a Configuration Request that was found unacceptable is sent again (`L2CAP_CONF_MAX_CONF_RSP`).
const MAX_CONFIGURATION_RETRIES: u8 = 2;
/// The extended features we have: fixed channels.
const EXTENDED_FEATURES: u32 = 0x0000_0080;
/// The fixed channels we have: signalling.
const FIXED_CHANNELS: u64 = 0x02;

/// What happened to a channel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// The channel is open.
    Connected {
        /// Our identifier of it.
        cid: u16,
        /// Whether this side asked for it.
        initiated: bool,
        /// The largest payload that both directions take.
        mtu: u16,
    },
    /// A payload arrived.
    Data {
        /// Our identifier of the channel.
        cid: u16,
        /// The payload.
        payload: Vec<u8>,
    },
    /// The channel is closed; its identifier may be used again.
    Closed {
        /// Our identifier of the channel.
        cid: u16,
        /// Why, unless this side asked for it.
        error: Option<Errno>,
    },
}

/// How far the exchange of Information Requests has got.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Information {
    /// The link is not up.
    Idle,
    /// A request was sent.
    Asked {
        identifier: u8,
        deadline: Instant,
    },
    Done,
}

/// L2CAP on one ACL link.
#[derive(Clone, Debug)]
pub struct Connection {
    channels: Vec<Channel>,
    identifier: u8,
    information: Information,
    transmit: VecDeque<Vec<u8>>,
    events: VecDeque<Event>,
}

impl Default for Connection {
    fn default() -> Self {
        Self::new()
    }
}

impl Connection {
    /// L2CAP on a link that is not up yet. Channels may be asked for at once.
    pub fn new() -> Self {
        Connection {
            channels: Vec::new(),
            identifier: 0,
            information: Information::Idle,
            transmit: VecDeque::new(),
            events: VecDeque::new(),
        }
    }

    /// The ACL link is up: the exchange of Information Requests begins.
    pub fn link_up(&mut self, now: Instant) {
        self.request_information(InformationType::EXTENDED_FEATURES, now);
    }

    /// The ACL link is gone, or could not be opened: every channel is closed with `error`.
    pub fn link_down(&mut self, error: Errno) {
        self.information = Information::Idle;
        self.transmit.clear();
        for channel in self.channels.drain(..) {
            let error = Some(channel.error.unwrap_or(error));
            self.events.push_back(Event::Closed { cid: channel.local, error });
        }
    }

    /// Asks for a channel to `psm`; [`Event::Connected`] or [`Event::Closed`] follows.
    ///
    /// # Errors
    /// `ENOMEM`: the link has [`MAX_CHANNELS`] already.
    pub fn connect(&mut self, psm: u16, now: Instant) -> Result<u16, Errno> {
        let local = self.add_channel(psm, None, State::WaitConnectResponse, now).ok_or(Errno::ENOMEM)?;
        if self.information == Information::Done {
            self.start(local);
        }
        Ok(local)
    }

    /// Closes a channel; [`Event::Closed`] without an error follows, later or at once.
    pub fn disconnect(&mut self, cid: u16, now: Instant) {
        let Some(channel) = self.channel(cid) else { return };
        match channel.state {
            State::Config | State::Open => self.request_disconnection(cid, None, now),
            State::WaitConnect => {
                self.respond_connection(cid, ConnectionResult::PSM_NOT_SUPPORTED);
                self.remove(cid, None);
            }
            State::WaitConnectResponse | State::WaitDisconnect => self.remove(cid, None),
        }
    }

    /// Queues `payload` for an open channel; on any other it is dropped.
    pub fn send(&mut self, cid: u16, payload: &[u8]) {
        if let Some(remote) = self.channel(cid).filter(|c| c.is_open_to_data()).and_then(|c| c.remote) {
            self.transmit.push_back(Frame { cid: remote, payload }.encode());
        }
    }

    /// The next B-frame for the other side, if there is one. Call it again after every other call.
    pub fn poll_transmit(&mut self) -> Option<Vec<u8>> {
        self.transmit.pop_front()
    }

    /// How many B-frames wait for [`poll_transmit`](Connection::poll_transmit).
    pub fn transmit_queue_len(&self) -> usize {
        self.transmit.len()
    }

    /// What happened, oldest first. Call it until there is nothing left after every other call.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// Whether there is any channel, open or not.
    pub fn has_channels(&self) -> bool {
        !self.channels.is_empty()
    }

    /// When [`handle_timeout`](Connection::handle_timeout) is due.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let information = match self.information {
            Information::Asked { deadline, .. } => Some(deadline),
            Information::Idle | Information::Done => None,
        };
        self.channels.iter().filter_map(|channel| channel.deadline).chain(information).min()
    }

    /// Time has come to `now`.
    pub fn handle_timeout(&mut self, now: Instant) {
        if matches!(self.information, Information::Asked { deadline, .. } if deadline <= now) {
            self.information_done();
        }
        let due = |channel: &&Channel| channel.deadline.is_some_and(|deadline| deadline <= now);
        let expired: Vec<(u16, State)> =
            self.channels.iter().filter(due).map(|c| (c.local, c.state)).collect();
        for (cid, state) in expired {
            match state {
                State::Config | State::Open => {
                    self.request_disconnection(cid, Some(Errno::ECONNREFUSED), now)
                }
                State::WaitConnectResponse => self.remove(cid, Some(Errno::ECONNREFUSED)),
                State::WaitConnect | State::WaitDisconnect => self.remove(cid, Some(Errno::ETIMEDOUT)),
            }
        }
    }

    /// A PDU came from the other side; `listens` says which PSMs a channel may be opened to. Bytes that
    /// are no frame, and frames for channels that there are not, are dropped.
    pub fn frame_arrives(&mut self, pdu: &[u8], now: Instant, listens: impl Fn(u16) -> bool) {
        let Ok(Frame { cid, payload }) = Frame::decode(pdu) else { return };
        if cid != CID_SIGNALLING {
            let fits = |c: &&Channel| c.is_open_to_data() && payload.len() <= usize::from(c.mtu_in);
            if self.channel(cid).filter(fits).is_some() {
                self.events.push_back(Event::Data { cid, payload: payload.to_vec() });
            }
        } else if payload.len() > SIGNALLING_MTU {
            let identifier = payload.get(1).copied().unwrap_or_default();
            let mtu = SIGNALLING_MTU as u16;
            self.signal(identifier, Command::CommandReject { reason: RejectReason::MtuExceeded { mtu } });
        } else {
            for (code, identifier, command) in Signals::new(payload) {
                match command {
                    Ok(command) => self.command_arrives(identifier, command, now, &listens),
                    // Odd codes are responses, and are never rejected (4.1): two devices would reject
                    // each other's rejects for ever.
                    Err(_) if code & 1 == 1 => {}
                    Err(_) => {
                        let reason = RejectReason::NotUnderstood;
                        self.signal(identifier, Command::CommandReject { reason });
                    }
                }
            }
        }
    }

    fn command_arrives(
        &mut self,
        identifier: u8,
        command: Command<'_>,
        now: Instant,
        listens: &impl Fn(u16) -> bool,
    ) {
        match command {
            Command::ConnectionRequest { psm, source } => {
                self.connection_request(identifier, psm, source, now, listens(psm));
            }
            Command::ConnectionResponse { destination, source, result, .. } => {
                self.connection_response(identifier, destination, source, result);
            }
            Command::ConfigurationRequest { destination, flags, options } => {
                self.configuration_request(identifier, destination, flags, options, now);
            }
            Command::ConfigurationResponse { source, flags, result, options } => {
                self.configuration_response(source, flags, result, options, now);
            }
            Command::DisconnectionRequest { destination, source } => {
                if self.channel(destination).is_some() {
                    self.signal(identifier, Command::DisconnectionResponse { destination, source });
                    self.remove(destination, Some(Errno::ECONNRESET));
                } else {
                    self.reject_cid(identifier, destination, source);
                }
            }
            Command::DisconnectionResponse { source, .. } => {
                if self.channel(source).is_some_and(|c| c.state == State::WaitDisconnect) {
                    self.remove(source, None);
                }
            }
            Command::EchoRequest { data } => self.signal(identifier, Command::EchoResponse { data }),
            Command::InformationRequest { info } => self.respond_information(identifier, info),
            Command::InformationResponse { info, result, data } => {
                self.information_response(identifier, info, result, data, now);
            }
            Command::CommandReject { reason } => {
                let ours =
                    matches!(self.information, Information::Asked { identifier: i, .. } if i == identifier);
                if ours && reason == RejectReason::NotUnderstood {
                    self.information_done();
                }
            }
            Command::EchoResponse { .. } => {}
        }
    }

    // Information

    fn request_information(&mut self, info: InformationType, now: Instant) {
        let identifier = self.next_identifier();
        self.information = Information::Asked { identifier, deadline: now + INFORMATION_TIMEOUT };
        self.signal(identifier, Command::InformationRequest { info });
    }

    fn respond_information(&mut self, identifier: u8, info: InformationType) {
        let (result, data): (u16, &[u8]) = match info {
            InformationType::EXTENDED_FEATURES => (0, &EXTENDED_FEATURES.to_le_bytes()),
            InformationType::FIXED_CHANNELS => (0, &FIXED_CHANNELS.to_le_bytes()),
            _ => (1, &[]),
        };
        self.signal(identifier, Command::InformationResponse { info, result, data });
    }

    fn information_response(
        &mut self,
        identifier: u8,
        info: InformationType,
        result: u16,
        data: &[u8],
        now: Instant,
    ) {
        if !matches!(self.information, Information::Asked { identifier: asked, .. } if asked == identifier) {
            return;
        }
        let features = data.first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes));
        let has_fixed_channels = features & EXTENDED_FEATURES != 0;
        if result == 0 && info == InformationType::EXTENDED_FEATURES && has_fixed_channels {
            self.request_information(InformationType::FIXED_CHANNELS, now);
        } else {
            self.information_done();
        }
    }

    /// The other side is known: the channels that waited for that go on.
    fn information_done(&mut self) {
        self.information = Information::Done;
        let waiting: Vec<(u16, State)> = self.channels.iter().map(|c| (c.local, c.state)).collect();
        for (cid, state) in waiting {
            match state {
                State::WaitConnectResponse => self.start(cid),
                State::WaitConnect => {
                    self.respond_connection(cid, ConnectionResult::SUCCESS);
                    self.configure(cid);
                }
                State::Config | State::Open | State::WaitDisconnect => {}
            }
        }
    }

    // Opening

    /// Sends the Connection Request.
    fn start(&mut self, cid: u16) {
        let identifier = self.next_identifier();
        let Some(channel) = self.channel_mut(cid) else { return };
        channel.identifier = identifier;
        let psm = channel.psm;
        self.signal(identifier, Command::ConnectionRequest { psm, source: cid });
    }

    fn connection_request(&mut self, identifier: u8, psm: u16, source: u16, now: Instant, listened_to: bool) {
        let refuse = |result| Command::ConnectionResponse { destination: 0, source, result, status: 0 };
        let refusal = if !listened_to {
            Some(ConnectionResult::PSM_NOT_SUPPORTED)
        } else if source < CID_DYNAMIC {
            Some(ConnectionResult::INVALID_SOURCE_CID)
        } else if self.channels.iter().any(|channel| channel.remote == Some(source)) {
            Some(ConnectionResult::SOURCE_CID_ALLOCATED)
        } else {
            None
        };
        if let Some(result) = refusal {
            return self.signal(identifier, refuse(result));
        }
        let Some(cid) = self.add_channel(psm, Some(source), State::WaitConnect, now) else {
            return self.signal(identifier, refuse(ConnectionResult::NO_RESOURCES));
        };
        if let Some(channel) = self.channel_mut(cid) {
            channel.identifier = identifier;
        }
        match self.information {
            Information::Done => {
                self.respond_connection(cid, ConnectionResult::SUCCESS);
                self.configure(cid);
            }
            Information::Asked { .. } => self.respond_connection(cid, ConnectionResult::PENDING),
            Information::Idle => {
                self.respond_connection(cid, ConnectionResult::PENDING);
                self.request_information(InformationType::EXTENDED_FEATURES, now);
            }
        }
    }

    fn respond_connection(&mut self, cid: u16, result: ConnectionResult) {
        let Some(channel) = self.channel(cid) else { return };
        let (identifier, source) = (channel.identifier, channel.remote.unwrap_or_default());
        self.signal(identifier, Command::ConnectionResponse { destination: cid, source, result, status: 0 });
    }

    fn connection_response(
        &mut self,
        identifier: u8,
        destination: u16,
        source: u16,
        result: ConnectionResult,
    ) {
        let taken = self.channels.iter().any(|channel| channel.remote == Some(destination));
        // A response that names no channel is found by its identifier.
        let asked = |c: &&mut Channel| {
            c.state == State::WaitConnectResponse
                && (c.local == source || source == 0 && c.identifier == identifier)
        };
        let Some(channel) = self.channels.iter_mut().find(asked) else { return };
        let cid = channel.local;
        match result {
            ConnectionResult::SUCCESS if destination < CID_DYNAMIC || taken => {}
            ConnectionResult::SUCCESS => {
                channel.remote = Some(destination);
                self.configure(cid);
            }
            ConnectionResult::PENDING => {}
            _ => self.remove(cid, Some(Errno::ECONNREFUSED)),
        }
    }

    // Configuration

    /// Enters the configuration and sends our Configuration Request, once.
    fn configure(&mut self, cid: u16) {
        let Some(channel) = self.channel_mut(cid) else { return };
        channel.state = State::Config;
        if !core::mem::replace(&mut channel.request_sent, true) {
            self.request_configuration(cid);
        }
    }

    fn request_configuration(&mut self, cid: u16) {
        let identifier = self.next_identifier();
        let Some(channel) = self.channel(cid) else { return };
        let destination = channel.remote.unwrap_or_default();
        let mut options = Vec::new();
        if channel.mtu_in != DEFAULT_MTU {
            ConfigurationOption::mtu(&channel.mtu_in.to_le_bytes()).encode(&mut options);
        }
        self.signal(identifier, Command::ConfigurationRequest { destination, flags: 0, options: &options });
    }

    fn configuration_request(&mut self, identifier: u8, cid: u16, flags: u16, part: &[u8], now: Instant) {
        let Some(channel) = self.channel_mut(cid) else { return self.reject_cid(identifier, cid, 0) };
        let source = channel.remote.unwrap_or_default();
        if !matches!(channel.state, State::Config | State::WaitConnect | State::Open) {
            return self.reject_cid(identifier, cid, source);
        }
        let respond = |result, options| Command::ConfigurationResponse { source, flags, result, options };
        if channel.options.len().saturating_add(part.len()) > MAX_OPTIONS {
            return self.signal(identifier, respond(ConfigurationResult::REJECTED, &[]));
        }
        channel.options.extend_from_slice(part);
        if flags & 1 != 0 {
            return self.signal(identifier, respond(ConfigurationResult::SUCCESS, &[]));
        }
        let request = core::mem::take(&mut channel.options);
        let mut options = Vec::new();
        let result = answer(&request, &mut channel.mtu_out, &mut options);
        // A second request for what we do not have ends the channel: only Basic mode is there to be had.
        if result != ConfigurationResult::SUCCESS {
            channel.retries = channel.retries.saturating_add(1);
            if channel.retries > MAX_CONFIGURATION_RETRIES {
                return self.request_disconnection(cid, Some(Errno::ECONNRESET), now);
            }
        }
        channel.output_done |= result == ConfigurationResult::SUCCESS;
        self.signal(identifier, respond(result, &options));
        self.open_if_configured(cid);
    }

    fn configuration_response(
        &mut self,
        cid: u16,
        flags: u16,
        result: ConfigurationResult,
        options: &[u8],
        now: Instant,
    ) {
        let Some(channel) = self.channel_mut(cid).filter(|c| c.state == State::Config) else { return };
        match result {
            ConfigurationResult::SUCCESS if flags & 1 != 0 => {}
            ConfigurationResult::SUCCESS => {
                channel.input_done = true;
                self.open_if_configured(cid);
            }
            ConfigurationResult::UNACCEPTABLE | ConfigurationResult::UNKNOWN_OPTIONS
                if channel.retries < MAX_CONFIGURATION_RETRIES =>
            {
                channel.retries = channel.retries.saturating_add(1);
                if let Some(mtu) = ConfigurationOptions::new(options).find_map(mtu_of) {
                    channel.mtu_in = mtu.max(MIN_MTU);
                }
                self.request_configuration(cid);
            }
            _ => self.request_disconnection(cid, Some(Errno::ECONNRESET), now),
        }
    }

    fn open_if_configured(&mut self, cid: u16) {
        let Some(channel) = self.channel_mut(cid).filter(|c| c.state == State::Config) else { return };
        if channel.input_done && channel.output_done {
            channel.state = State::Open;
            channel.deadline = None;
            let (initiated, mtu) = (channel.initiated, channel.mtu_in.min(channel.mtu_out));
            self.events.push_back(Event::Connected { cid, initiated, mtu });
        }
    }

    // Closing

    fn request_disconnection(&mut self, cid: u16, error: Option<Errno>, now: Instant) {
        let identifier = self.next_identifier();
        let Some(channel) = self.channel_mut(cid) else { return };
        channel.state = State::WaitDisconnect;
        channel.deadline = Some(now + CONNECTION_TIMEOUT);
        channel.error = error;
        let destination = channel.remote.unwrap_or_default();
        self.signal(identifier, Command::DisconnectionRequest { destination, source: cid });
    }

    fn remove(&mut self, cid: u16, error: Option<Errno>) {
        if let Some(index) = self.channels.iter().position(|channel| channel.local == cid) {
            let channel = self.channels.remove(index);
            self.events.push_back(Event::Closed { cid, error: channel.error.or(error) });
        }
    }

    // The table of channels

    fn channel(&self, cid: u16) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.local == cid)
    }

    fn channel_mut(&mut self, cid: u16) -> Option<&mut Channel> {
        self.channels.iter_mut().find(|channel| channel.local == cid)
    }

    /// A new channel under the lowest free identifier.
    fn add_channel(&mut self, psm: u16, remote: Option<u16>, state: State, now: Instant) -> Option<u16> {
        if self.channels.len() >= MAX_CHANNELS {
            return None;
        }
        let local = (CID_DYNAMIC..=u16::MAX).find(|cid| self.channel(*cid).is_none())?;
        let deadline = now + CONNECTION_TIMEOUT;
        self.channels.push(Channel::new(local, remote, psm, state, deadline));
        Some(local)
    }

    // Sending

    /// The next request's identifier: 1 to 128, as Linux's kernel uses them (the rest is user space's).
    fn next_identifier(&mut self) -> u8 {
        self.identifier = self.identifier % 128 + 1;
        self.identifier
    }

    fn signal(&mut self, identifier: u8, command: Command<'_>) {
        if self.transmit.len() >= MAX_TRANSMIT {
            return;
        }
        let payload = Signal { identifier, command }.encode();
        self.transmit.push_back(Frame { cid: CID_SIGNALLING, payload: &payload }.encode());
    }

    fn reject_cid(&mut self, identifier: u8, local: u16, remote: u16) {
        let reason = RejectReason::InvalidCid { local, remote };
        self.signal(identifier, Command::CommandReject { reason });
    }
}
