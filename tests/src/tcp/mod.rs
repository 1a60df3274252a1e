//! The TCP machine under arbitrary segments, timers and calls in arbitrary order, chosen by bytes: the fuzzer's,
//! its corpus's, or random ones.
//!
//! [`connection::holds`] is one connection (or a listener and its connection) with a peer that sends anything at
//! all; [`pair::holds`] is two connections over a network that does with their segments whatever it likes.

mod choices;
pub mod connection;
pub mod pair;

use anysock::tcp::{
    Block, Config, Connection, EcnNegotiation, EcnOption, Event, Keepalive, PathMtuProbing, Rings, State,
    Timer, Transmission,
};
use choices::Choices;
use core::time::Duration;

/// Buffers of a chosen size, with few records.
type Memory = Rings<Vec<u8>, Vec<u8>, [Block; 3], [Transmission; 5]>;

fn memory(capacity: usize) -> Memory {
    Rings::over(vec![0; capacity], vec![0; capacity], [Block::NONE; 3], [Transmission::NONE; 5])
}

/// The octet at `offset` of the stream of an end.
fn octet(end: u8, offset: u32) -> u8 {
    (offset ^ (offset >> 8) ^ (offset >> 16)) as u8 ^ end
}

fn octets(end: u8, offset: u32, length: usize) -> Vec<u8> {
    (0..length as u32).map(|index| octet(end, offset.wrapping_add(index))).collect()
}

/// Any settings.
fn config(choices: &mut Choices<'_>) -> Config {
    let mut config = Config::default();
    let switches = choices.byte();
    config.no_delay = switches & 1 != 0;
    config.cork = switches & 2 != 0;
    config.timestamps = switches & 4 != 0;
    config.selective_acknowledgments = switches & 8 != 0;
    config.window_scale = (switches & 16 != 0).then_some(choices.byte());
    config.keepalive = (switches & 32 != 0).then(Keepalive::default);
    config.user_timeout = (switches & 64 != 0).then(|| Duration::from_secs(choices.byte().into()));
    config.quick_acknowledgments = switches >> 6;
    // Every octet stays in its place.
    config.urgent_inline = true;
    config.maximum_segment_size = u16::from(choices.byte()) + 1;
    let parts = choices.last_byte();
    config.ecn = [
        EcnNegotiation::Accept,
        EcnNegotiation::Request,
        EcnNegotiation::RequestAccurate,
        EcnNegotiation::AcceptAccurate,
    ][usize::from(parts & 3)];
    config.ecn_option = if parts & 4 != 0 { EcnOption::Sparing } else { EcnOption::Always };
    config.path_mtu_probing = (parts & 8 != 0).then(|| PathMtuProbing {
        at_once: parts & 16 != 0,
        base: 48 << (parts >> 5 & 1),
        floor: 48,
        threshold: u16::from(parts >> 6) * 4,
    });
    config
}

/// Whether the table leads from one state to another by at most `most` of these events.
fn leads(from: State, to: State, events: &[Event], most: u8) -> bool {
    from == to || most > 0 && events.iter().any(|event| leads(from.after(*event), to, events, most - 1))
}

/// Whether a timer sees to what the peer still has to acknowledge, and to what waits for a window.
fn is_watched_over(connection: &Connection) -> bool {
    let waits = match connection.state() {
        State::Closed | State::Listen | State::FinWait2 | State::TimeWait => false,
        State::Established | State::CloseWait => connection.unsent() + connection.unacknowledged() > 0,
        State::SynSent | State::SynReceived | State::FinWait1 | State::Closing | State::LastAck => true,
    };
    let mut timers = connection.running_timers();
    !waits || timers.any(|timer| matches!(timer, Timer::Retransmission | Timer::Persist))
}
