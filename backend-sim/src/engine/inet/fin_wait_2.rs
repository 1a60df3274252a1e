//! FIN-WAIT-2 of a connection that no program has open any more: the connection waits for the peer's FIN, or only the
//! kernel remembers it until then (`tcp_fin_time`, `tcp_time_wait`).

use core::time::Duration;

use anysock::Instant;
use anysock::tcp::{Config, Connection, State, Timer};

use super::tcp::{Phase, TcpSocket, count, ended, tcp_mut};
use super::tcp_options::TcpOptions;
use super::time_wait;
use crate::engine::{Engine, SocketId};

/// What lasts no longer is only remembered: TCP_TIMEWAIT_LEN.
const LONGEST: Duration = Duration::from_secs(60);

/// How long the connection itself waits before it is only remembered: for what is above [`LONGEST`].
fn kept(options: &TcpOptions) -> Duration {
    let seconds = match options.fin_wait_2 {
        0 => options.sysctl.fin_timeout.into(),
        seconds => seconds.max(0) as u64,
    };
    Duration::from_secs(seconds).saturating_sub(LONGEST)
}

/// Gives a connection's settings how long this state lasts: where the connection waits for a time, it is remembered for
/// as long again, and no longer (`tcp_keepalive_timer`).
pub(super) fn limit(options: &TcpOptions, config: &mut Config) {
    let kept = kept(options);
    if options.dialect().remembers_fin_wait_2() && !kept.is_zero() {
        config.fin_timeout = 2 * kept;
    } else if options.fin_wait_2 != 0 {
        config.fin_timeout = Duration::from_secs(options.fin_wait_2.max(0) as u64);
    }
}

/// When such a connection is only remembered, which may be `now`; `None` where it stays one.
fn remembered_at(now: Instant, options: &TcpOptions, connection: &Connection) -> Option<Instant> {
    // What is remembered has no marks: one with accurate ECN stays a connection.
    if connection.uses_accurate_ecn() || !options.dialect().remembers_fin_wait_2() {
        return None;
    }
    let end = connection.expiry(Timer::FinalWait)?;
    Some(match kept(options) {
        Duration::ZERO => now,
        kept => Instant::from_nanos(end.as_nanos().saturating_sub(kept.as_nanos() as u64)),
    })
}

/// The connection waits for the peer's FIN, or is only remembered from now on.
pub(super) fn go_on(engine: &mut Engine, id: SocketId) {
    let now = engine.now();
    let Ok((TcpSocket { phase: Phase::Connected(connected), options, .. }, _)) = tcp_mut(engine, id) else {
        return;
    };
    let connection = &mut connected.connection;
    let remembered_at = remembered_at(now, options, connection);
    if remembered_at.is_some_and(|at| at <= now) {
        let counter = time_wait::remembered(now, connection.expiry(Timer::FinalWait));
        count(engine, id, counter);
        return ended(engine, id, State::FinWait2, None);
    }
    if remembered_at.is_some() {
        stop_probes(now, connection);
    }
    let timeout = connection.poll_timeout().into_iter().chain(remembered_at).min();
    engine.set_timer(id, timeout);
}

/// One timer is for this and for keeping the connection alive (`sk_timer`): there are no probes.
fn stop_probes(now: Instant, connection: &mut Connection) {
    let mut config = connection.config();
    if config.keepalive.take().is_some() {
        connection.set_config(now, &config);
    }
}
