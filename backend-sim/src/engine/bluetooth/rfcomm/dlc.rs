//! One data link connection: its state, its credits and what waits to be sent on it.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::time::Duration;

use anysock::time::Instant;

use super::command::{ModemStatus, ParameterNegotiation};
use super::frame::{Frame, FrameType};
use super::{DEFAULT_MTU, Dlci};

/// How long a connection may take to open (`RFCOMM_CONN_TIMEOUT`).
pub const CONNECTION_TIMEOUT: Duration = Duration::from_secs(30);
/// How long the owner of a connection may take to answer the other side (`RFCOMM_AUTH_TIMEOUT`).
pub const DEFERRED_TIMEOUT: Duration = Duration::from_secs(25);
/// How long a connection may take to close (`RFCOMM_DISC_TIMEOUT`); twice that if data is to go out first.
pub const DISCONNECTION_TIMEOUT: Duration = Duration::from_secs(20);
/// The credits that both sides begin with (`RFCOMM_DEFAULT_CREDITS`).
pub const DEFAULT_CREDITS: u8 = 7;
/// The credits that the other side is topped up to (`RFCOMM_MAX_CREDITS`) when a quarter of them or
/// fewer are left.
pub const MAX_CREDITS: u8 = 40;

/// What the owner of a connection calls it. A session never makes one up.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct DlcId(pub u64);

/// Someone listens: what the owner of a connection that comes in says of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Incoming {
    /// What the owner calls it.
    pub id: DlcId,
    /// Whether the owner answers the other side's request itself, later (`BT_DEFER_SETUP`).
    pub deferred: bool,
}

/// The states of a connection: those of the kernel's `struct rfcomm_dlc`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum State {
    /// BT_OPEN: the other side negotiated its parameters and has not opened it yet.
    Negotiated,
    /// BT_CONFIG: this side's parameters are to be sent, or are not answered yet.
    Config,
    /// BT_CONNECT: SABM was sent and is not answered.
    Connecting,
    /// BT_CONNECT2: the other side has opened it, and its owner has not answered yet.
    Deferred,
    /// BT_CONNECTED.
    Connected,
    /// BT_DISCONN: this side closes it; DISC was sent, or waits behind the data.
    Disconnecting,
}

/// A connection.
#[derive(Clone, Debug)]
pub(super) struct Dlc {
    pub(super) id: DlcId,
    pub(super) dlci: Dlci,
    pub(super) state: State,
    /// Whether the owner answers the other side's SABM itself.
    pub(super) deferred: bool,
    /// The command/response bit of the frames that this side sends: set for the session's initiator.
    pub(super) command_response: bool,
    pub(super) priority: u8,
    /// The maximum frame size, N1.
    pub(super) mtu: u16,
    /// Whether credits limit what is sent; else the modem status does.
    pub(super) uses_credits: bool,
    pub(super) receive_credits: u8,
    pub(super) transmit_credits: u32,
    /// The owner takes no more for now.
    pub(super) receive_throttled: bool,
    /// The other side takes no more for now: FC in its modem status, or flow control still unknown.
    pub(super) transmit_throttled: bool,
    pub(super) signals: ModemStatus,
    /// The signals have changed and are to be sent.
    pub(super) signals_pending: bool,
    /// The other side answered our modem status.
    pub(super) signals_answered: bool,
    /// The other side told us its modem status.
    pub(super) signals_received: bool,
    /// Information that waits for credits.
    pub(super) transmit: VecDeque<Vec<u8>>,
    /// DISC follows when `transmit` is empty.
    pub(super) disconnect_pending: bool,
    pub(super) deadline: Option<Instant>,
}

impl Dlc {
    pub(super) fn new(id: DlcId, dlci: Dlci, state: State, command_response: bool) -> Self {
        Dlc {
            id,
            dlci,
            state,
            deferred: false,
            command_response,
            priority: 7,
            mtu: DEFAULT_MTU,
            uses_credits: false,
            receive_credits: DEFAULT_CREDITS,
            transmit_credits: 0,
            receive_throttled: false,
            transmit_throttled: false,
            signals: ModemStatus::READY,
            signals_pending: false,
            signals_answered: false,
            signals_received: false,
            transmit: VecDeque::new(),
            disconnect_pending: false,
            deadline: None,
        }
    }

    /// Takes over what the other side says (`rfcomm_apply_pn`); `limit` is the largest frame that fits
    /// the channel.
    pub(super) fn apply(&mut self, pn: &ParameterNegotiation, credits_allowed: bool, limit: u16) {
        self.uses_credits = match pn.convergence_layer {
            ParameterNegotiation::CREDITS_REQUEST => credits_allowed,
            ParameterNegotiation::CREDITS_RESPONSE => true,
            _ => false,
        };
        if self.uses_credits {
            self.transmit_credits = u32::from(pn.credits);
        } else {
            self.transmit_throttled = true;
        }
        self.priority = pn.priority;
        self.mtu = if pn.mtu == 0 { DEFAULT_MTU } else { pn.mtu }.min(limit);
    }

    /// The other side's modem status.
    pub(super) fn apply_signals(&mut self, signals: ModemStatus) {
        self.transmit_throttled = signals.contains(ModemStatus::FC) && !self.uses_credits;
        self.signals_received = true;
    }

    /// The owner has no room for more, or has room again.
    pub(super) fn throttle(&mut self, throttled: bool) {
        if self.receive_throttled != throttled {
            self.receive_throttled = throttled;
            if !self.uses_credits {
                self.signals = self.signals.with(ModemStatus::FC, throttled);
                self.signals_pending = true;
            }
        }
    }

    /// Whether data may flow: both sides have exchanged their modem status.
    pub(super) fn is_ready(&self) -> bool {
        matches!(self.state, State::Connected | State::Disconnecting)
            && self.signals_answered
            && self.signals_received
    }

    /// Whether the information of a frame that arrived is for the owner; counts its credit. A frame that
    /// the other side had no credit for is not taken, so that what the owner holds stays bounded.
    pub(super) fn takes_information(&mut self, information: &[u8]) -> bool {
        if information.is_empty() || self.state != State::Connected {
            return false;
        }
        if self.uses_credits {
            let Some(left) = self.receive_credits.checked_sub(1) else { return false };
            self.receive_credits = left;
        }
        true
    }

    /// The credits to grant now, if it is time to: none while the owner is full.
    pub(super) fn grant(&mut self) -> Option<u8> {
        let due = self.uses_credits && !self.receive_throttled && self.receive_credits <= MAX_CREDITS / 4;
        due.then(|| {
            let granted = MAX_CREDITS.saturating_sub(self.receive_credits);
            self.receive_credits = MAX_CREDITS;
            granted
        })
    }

    /// The next frame of queued data that may be sent, or the DISC behind it.
    pub(super) fn next_frame(&mut self) -> Option<Vec<u8>> {
        if self.transmit.is_empty() && core::mem::take(&mut self.disconnect_pending) {
            return Some(Frame::command(FrameType::DISC, self.command_response, self.dlci).encode());
        }
        if self.transmit_throttled || self.uses_credits && self.transmit_credits == 0 {
            return None;
        }
        let information = self.transmit.pop_front()?;
        self.transmit_credits = self.transmit_credits.saturating_sub(1);
        Some(Frame::uih(self.command_response, self.dlci, None, &information).encode())
    }
}
