//! Where clients come in.

use core::net::SocketAddr;
use core::time::Duration;

use anysock::{BdAddr, Deadline, Error, Instant, Interfaces, PollEvents, RfcommAddr, RfcommListener};
use anysock::{Socket, TcpListener, Wait};

use super::client::keep_alive;
use super::config::Config;
use super::error::GatewayError;

/// How long no connection is accepted after that has failed for want of something (EMFILE, ENOMEM).
const PAUSE: Duration = Duration::from_millis(100);

#[derive(Debug)]
enum Kind<B: Interfaces> {
    Tcp(TcpListener<B>),
    Rfcomm(RfcommListener<B>),
}

/// A listening socket.
#[derive(Debug)]
pub(super) struct Listener<B: Interfaces> {
    kind: Kind<B>,
    paused_until: Option<Instant>,
}

impl<B: Interfaces> Listener<B> {
    /// Listens for TCP connections.
    pub(super) fn tcp(backend: &B, address: SocketAddr) -> Result<Listener<B>, GatewayError> {
        let listener = TcpListener::bind(backend.clone(), &address);
        let mut listener = listener.map_err(|error| GatewayError::Listen(address.to_string(), error))?;
        listener.socket_mut().set_blocking(false);
        Ok(Listener { kind: Kind::Tcp(listener), paused_until: None })
    }

    /// Listens for RFCOMM connections, on every local adapter.
    pub(super) fn rfcomm(backend: &B, channel: u8) -> Result<Listener<B>, GatewayError> {
        let address = RfcommAddr { device: BdAddr::ANY, channel };
        let listener = RfcommListener::bind(backend.clone(), &address);
        let mut listener =
            listener.map_err(|error| GatewayError::Listen(format!("RFCOMM channel {channel}"), error))?;
        listener.socket_mut().set_blocking(false);
        Ok(Listener { kind: Kind::Rfcomm(listener), paused_until: None })
    }

    /// What to wait for.
    pub(super) fn wait(&self) -> Option<Wait<'_, B::Handle>> {
        let handle = match &self.kind {
            Kind::Tcp(listener) => listener.handle(),
            Kind::Rfcomm(listener) => listener.handle(),
        };
        self.paused_until.is_none().then(|| Wait::new(handle, PollEvents::IN))
    }

    /// When a pause ends.
    pub(super) fn deadline(&self) -> Deadline {
        self.paused_until.map_or(Deadline::NEVER, Deadline::at)
    }

    /// The next connection that waits.
    pub(super) fn accept(&mut self, now: Instant, config: &Config) -> Option<Socket<B>> {
        if self.paused_until.is_some_and(|until| now < until) {
            return None;
        }
        self.paused_until = None;
        match self.try_accept(config) {
            Ok(stream) => Some(stream),
            Err(error) if error.is_would_block() => None,
            Err(_) => {
                self.paused_until = Some(now + PAUSE);
                None
            }
        }
    }

    fn try_accept(&self, config: &Config) -> Result<Socket<B>, Error> {
        match &self.kind {
            Kind::Tcp(listener) => {
                let (stream, _) = listener.accept()?;
                let stream = stream.into_socket();
                keep_alive(&stream, config.keepalive)?;
                Ok(stream)
            }
            Kind::Rfcomm(listener) => Ok(listener.accept()?.0.into_socket()),
        }
    }
}
