//! The loop: wait, then give everyone a turn.

use core::time::Duration;

use anysock::{Deadline, Instant, Interfaces, PollEvents, Socket, Wait};

use super::announcer::Announcer;
use super::bus::Bus;
use super::client::Client;
use super::config::Config;
use super::error::GatewayError;
use super::listener::Listener;
use super::peer::Peer;
use super::statistics::{BusStatistics, BusUse, ClientUse, Statistics};
use crate::socketcand::Reply;

/// How many clients are accepted at once before others have their turn.
const ACCEPTS: usize = 8;

/// Runs a gateway until `stop` becomes readable ([`anysock::Backend::waker`]), and returns what it has done.
/// Calls `report` every [`Config::report`].
///
/// # Errors
/// Whatever keeps it from beginning: an interface that does not exist, an address in use. Once it runs, only
/// [`GatewayError::Wait`] ends it.
pub fn run<B: Interfaces>(
    backend: B,
    config: &Config,
    stop: &B::Handle,
    report: impl FnMut(&Statistics),
) -> Result<Statistics, GatewayError> {
    Gateway::new(backend, config)?.run(stop, report)
}

/// A gateway that listens, and has not yet begun to serve.
#[derive(Debug)]
pub struct Gateway<'a, B: Interfaces> {
    backend: B,
    config: &'a Config,
    listeners: Vec<Listener<B>>,
    buses: Vec<Bus<B>>,
    clients: Vec<Client<B>>,
    peers: Vec<Peer<B>>,
    announcer: Option<Announcer<B>>,
    accepted: u64,
    refused: u64,
    /// What clients received that are gone.
    past: ClientUse,
}

impl<'a, B: Interfaces> Gateway<'a, B> {
    /// Opens the buses, and listens.
    ///
    /// # Errors
    /// As for [`run`].
    pub fn new(backend: B, config: &'a Config) -> Result<Gateway<'a, B>, GatewayError> {
        let buses =
            config.buses.iter().map(|name| Bus::new(&backend, *name, config)).collect::<Result<_, _>>()?;
        let tcp = config.tcp.iter().map(|address| Listener::tcp(&backend, *address));
        let rfcomm = config.rfcomm.iter().map(|channel| Listener::rfcomm(&backend, *channel));
        let listeners = tcp.chain(rfcomm).collect::<Result<_, _>>()?;
        let peers = config.cannelloni.iter().map(|peer| Peer::new(&backend, *peer, config));
        let peers = peers.collect::<Result<_, _>>()?;
        let announcer =
            config.beacon.as_ref().map(|beacon| Announcer::new(&backend, beacon, config)).transpose()?;
        let clients = Vec::new();
        let past = ClientUse::default();
        Ok(Gateway {
            backend,
            config,
            listeners,
            buses,
            clients,
            peers,
            announcer,
            accepted: 0,
            refused: 0,
            past,
        })
    }

    /// Serves until `stop` becomes readable.
    ///
    /// # Errors
    /// [`GatewayError::Wait`] where the backend cannot wait.
    pub fn run(
        mut self,
        stop: &B::Handle,
        mut report: impl FnMut(&Statistics),
    ) -> Result<Statistics, GatewayError> {
        let mut next_report = self.config.report.map(|interval| self.backend.now() + interval);
        loop {
            let deadline = self.deadline().earlier(next_report.map_or(Deadline::NEVER, Deadline::at));
            let (is_stopped, ready) = self.wait(stop, deadline)?;
            if is_stopped {
                return Ok(self.statistics());
            }
            let now = self.backend.now();
            self.turn(now, ready);
            if let (Some(next), Some(interval)) = (&mut next_report, self.config.report)
                && *next <= now
            {
                *next = now + interval.max(Duration::from_millis(1));
                report(&self.statistics());
            }
        }
    }

    /// When something is due even if nothing happens.
    fn deadline(&self) -> Deadline {
        let listeners = self.listeners.iter().map(Listener::deadline);
        let buses = self.buses.iter().map(Bus::deadline);
        let clients = self.clients.iter().map(Client::deadline);
        let peers = self.peers.iter().map(Peer::deadline);
        let announcer = self.announcer.iter().map(Announcer::deadline);
        listeners.chain(buses).chain(clients).chain(peers).chain(announcer).min().unwrap_or(Deadline::NEVER)
    }

    /// What everyone waits for, in the order in which [`Gateway::turn`] gives everyone the answers.
    fn waits(&self) -> Vec<Option<Wait<'_, B::Handle>>> {
        let listeners = self.listeners.iter().map(Listener::wait);
        let buses = self.buses.iter().map(Bus::wait);
        let clients = self.clients.iter().flat_map(Client::waits);
        let peers = self.peers.iter().flat_map(Peer::waits);
        listeners.chain(buses).chain(clients).chain(peers).collect()
    }

    /// Waits; says whether `stop` came, and what came of each of [`Gateway::waits`].
    fn wait(&self, stop: &B::Handle, deadline: Deadline) -> Result<(bool, Vec<PollEvents>), GatewayError> {
        let slots = self.waits();
        let is_waiting: Vec<bool> = slots.iter().map(Option::is_some).collect();
        let mut waits: Vec<_> =
            core::iter::once(Wait::new(stop, PollEvents::IN)).chain(slots.into_iter().flatten()).collect();
        self.backend.wait(&mut waits, deadline).map_err(GatewayError::Wait)?;
        let mut revents = waits.iter().map(|wait| wait.revents);
        let is_stopped = revents.next().is_some_and(|events| !events.is_empty());
        let mut next =
            |is_waiting| if is_waiting { revents.next().unwrap_or_default() } else { PollEvents::empty() };
        let ready = is_waiting.into_iter().map(&mut next).collect();
        Ok((is_stopped, ready))
    }

    /// Gives everyone a turn.
    fn turn(&mut self, now: Instant, ready: Vec<PollEvents>) {
        let mut ready = ready.into_iter();
        let mut next = || ready.next().unwrap_or_default();
        let config = self.config;
        let is_calling: Vec<bool> = self.listeners.iter().map(|_| !next().is_empty()).collect();
        self.buses.iter_mut().for_each(|bus| bus.turn(now, next(), config));
        let buses = self.bus_statistics();
        self.clients.iter_mut().for_each(|client| client.turn(now, [next(), next()], config, &buses));
        self.peers.iter_mut().for_each(|peer| peer.turn(now, [next(), next()], config));
        self.announcer.iter_mut().for_each(|announcer| announcer.turn(now));
        self.bury();
        for (index, is_calling) in is_calling.into_iter().enumerate() {
            self.accept(now, index, is_calling, &buses);
        }
    }

    /// Accepts clients.
    fn accept(&mut self, now: Instant, listener: usize, is_calling: bool, buses: &[BusStatistics]) {
        let Some(listener) = self.listeners.get_mut(listener) else { return };
        if !is_calling && !listener.deadline().has_passed(now) {
            return;
        }
        for _ in 0..ACCEPTS {
            let Some(stream) = listener.accept(now, self.config) else { return };
            if self.clients.len() >= self.config.max_clients {
                refuse(stream);
                self.refused += 1;
                continue;
            }
            self.accepted += 1;
            let mut client = Client::new(&self.backend, stream, self.config);
            client.turn(now, [PollEvents::empty(); 2], self.config, buses);
            self.clients.push(client);
        }
    }

    /// Parts with clients that are gone, keeping their counts.
    fn bury(&mut self) {
        let (buses, past) = (&mut self.buses, &mut self.past);
        self.clients.retain(|client| {
            if !client.is_gone() {
                return true;
            }
            *past += client.usage();
            if let Some((name, usage, _)) = client.bus()
                && let Some(bus) = buses.iter_mut().find(|bus| bus.name() == name)
            {
                bus.past += usage;
            }
            false
        });
    }

    fn bus_statistics(&self) -> Vec<BusStatistics> {
        let users = || self.clients.iter().filter_map(Client::bus).chain(self.peers.iter().map(Peer::bus));
        let statistics = |bus: &Bus<B>| {
            let mut present = (BusUse::default(), 0);
            for (_, usage, queued) in users().filter(|(name, ..)| *name == bus.name()) {
                present.0 += usage;
                present.1 += queued;
            }
            bus.statistics(present.0, present.1)
        };
        self.buses.iter().map(statistics).collect()
    }

    /// What the gateway has done so far.
    pub fn statistics(&self) -> Statistics {
        let mut usage = self.past;
        self.clients.iter().for_each(|client| usage += client.usage());
        self.peers.iter().for_each(|peer| usage += peer.usage());
        let to_clients: usize = self.clients.iter().map(Client::queued).sum();
        let to_peers: usize = self.peers.iter().map(Peer::queued).sum();
        Statistics {
            buses: self.bus_statistics(),
            clients: self.clients.len(),
            accepted: self.accepted,
            refused: self.refused,
            usage,
            queued: to_clients + to_peers,
        }
    }
}

/// Tells a client that there are too many, as far as that can be said without waiting.
fn refuse<B: Interfaces>(mut stream: Socket<B>) {
    stream.set_blocking(false);
    let _ = stream.send(Reply::Error("too many clients".into()).to_string().as_bytes());
}
