//! One channel: what both sides have said of it.

use alloc::vec::Vec;

use anysock::Errno;
use anysock::time::Instant;

use super::{AUTO_MTU, DEFAULT_MTU};

/// The states of a channel. Volume 3, part A, 6.1, in Linux's reduction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum State {
    /// A Connection Request is to be sent, or was sent and is not answered.
    WaitConnectResponse,
    /// A Connection Request came and was answered "pending".
    WaitConnect,
    /// Both sides say what they want.
    Config,
    /// Data flows.
    Open,
    /// A Disconnection Request was sent and is not answered.
    WaitDisconnect,
}

#[derive(Clone, Debug)]
pub(super) struct Channel {
    pub(super) local: u16,
    /// The other side's identifier, once it is known.
    pub(super) remote: Option<u16>,
    pub(super) psm: u16,
    pub(super) initiated: bool,
    pub(super) state: State,
    /// The identifier of the request that the channel waits for an answer to, or has to answer.
    pub(super) identifier: u8,
    pub(super) mtu_in: u16,
    pub(super) mtu_out: u16,
    /// The options of a Configuration Request that comes in parts.
    pub(super) options: Vec<u8>,
    pub(super) request_sent: bool,
    /// Our Configuration Request was agreed to.
    pub(super) input_done: bool,
    /// We agreed to theirs.
    pub(super) output_done: bool,
    pub(super) retries: u8,
    pub(super) deadline: Option<Instant>,
    pub(super) error: Option<Errno>,
}

impl Channel {
    /// A channel that the other side asked for from its `remote`, or that this side asks for.
    pub(super) fn new(local: u16, remote: Option<u16>, psm: u16, state: State, deadline: Instant) -> Self {
        Channel {
            local,
            remote,
            psm,
            initiated: remote.is_none(),
            state,
            identifier: 0,
            mtu_in: AUTO_MTU,
            mtu_out: DEFAULT_MTU,
            options: Vec::new(),
            request_sent: false,
            input_done: false,
            output_done: false,
            retries: 0,
            deadline: Some(deadline),
            error: None,
        }
    }

    pub(super) fn is_open_to_data(&self) -> bool {
        self.state == State::Open
    }
}
