//! What is measured: a client and a server, joined by a wire without delay.

use anysock::Instant;

use super::packets::Packets;
use super::{CLIENT, SERVER, Settings, Stack};

/// As much as the largest buffer that is measured.
const CHUNK: usize = 65_536;

/// The memory of one direction of the wire: two windows, so that both stacks work in the processor's caches.
const WIRE: usize = 2 * CHUNK;

/// Turns without anything new after which a program has gone wrong.
const TURNS: usize = 1_000;

/// Two hosts and the wire between them.
pub(crate) struct Pair<S> {
    now: Instant,
    client: S,
    server: S,
    to_server: Packets,
    to_client: Packets,
    next_port: u16,
}

impl<S: Stack> Pair<S> {
    pub(crate) fn new(settings: &Settings) -> Pair<S> {
        let wire = || Packets::new((WIRE / usize::from(settings.mtu)).next_power_of_two(), settings.mtu);
        Pair {
            now: Instant::from_nanos(1_000_000_000),
            client: S::new(settings, CLIENT),
            server: S::new(settings, SERVER),
            to_server: wire(),
            to_client: wire(),
            next_port: 49_152,
        }
    }

    /// Both hosts process what has arrived, and send what there is to send.
    fn turn(&mut self) {
        self.client.poll(self.now, &mut self.to_client, &mut self.to_server);
        self.server.poll(self.now, &mut self.to_server, &mut self.to_client);
    }

    /// The clock jumps to the next timer, where nothing is on the wire.
    fn wait(&mut self) {
        if self.to_client.is_empty() && self.to_server.is_empty() {
            let timers = [self.client.poll_at(self.now), self.server.poll_at(self.now)];
            self.now = timers.into_iter().flatten().min().unwrap_or(self.now).max(self.now);
        }
    }

    /// The client connects to the server, which has begun to listen.
    pub(crate) fn connect(&mut self) {
        self.server.listen();
        self.next_port = self.next_port.checked_add(1).unwrap_or(49_152);
        self.client.connect(self.now, self.next_port);
        for _ in 0..TURNS {
            self.turn();
            if self.client.is_open() && self.server.is_open() {
                return;
            }
        }
        panic!("{}: no connection", S::NAME);
    }

    /// The client sends `octets` octets over the open connection, and the server reads them all. Both copy them
    /// from and to memory of their own.
    pub(crate) fn transfer(&mut self, octets: usize) {
        let (source, mut sink) = (vec![0x5a; CHUNK], vec![0; CHUNK]);
        let (mut sent, mut received, mut idle) = (0, 0, 0);
        while received < octets {
            let before = received + sent;
            sent += self.client.send(self.now, &source[..CHUNK.min(octets - sent)]);
            self.turn();
            while let Some(length @ 1..) = self.server.receive(self.now, &mut sink) {
                received += length;
            }
            idle = if received + sent == before { idle + 1 } else { 0 };
            if idle > 2 {
                self.wait();
            }
            assert!(idle < TURNS, "{}: no progress after {received} octets", S::NAME);
        }
        assert_eq!((sent, sink[0]), (octets, 0x5a));
    }

    /// The client connects, both send an octet, both close, the client first; both have seen the other's FIN
    /// acknowledged.
    pub(crate) fn connect_echo_close(&mut self) {
        let mut octet = [0];
        self.connect();
        assert_eq!(self.client.send(self.now, &[7]), 1);
        self.until(|pair| pair.server.receive(pair.now, &mut octet) == Some(1));
        assert_eq!(self.server.send(self.now, &octet), 1);
        self.until(|pair| pair.client.receive(pair.now, &mut octet) == Some(1));
        assert_eq!(octet, [7]);
        self.client.close(self.now);
        self.until(|pair| pair.server.receive(pair.now, &mut octet).is_none());
        self.server.close(self.now);
        self.until(|pair| pair.client.is_finished() && pair.server.is_finished());
    }

    fn until(&mut self, mut is_done: impl FnMut(&mut Self) -> bool) {
        for _ in 0..TURNS {
            self.turn();
            if is_done(self) {
                return;
            }
            self.wait();
        }
        panic!("{}: no end", S::NAME);
    }
}
