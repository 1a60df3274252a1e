//! A host on `anysock::tcp`.

use std::net::Ipv4Addr;

use anysock::Instant;
use anysock::tcp::wire::{self, Ports, PseudoHeader};
use anysock::tcp::{self, Block, Config, Connection, Rings, Segment, SequenceNumber, State, Transmission};

use super::packets::Packets;
use super::{Features, SERVER, SERVER_PORT, Settings, Stack, ipv4};

type Memory = Rings<Box<[u8]>, Box<[u8]>, [Block; 8], [Transmission; 64]>;

pub(crate) struct Host {
    settings: tcp::Settings,
    address: Ipv4Addr,
    peer: Ipv4Addr,
    ports: Ports,
    /// From this host to its peer.
    addresses: PseudoHeader,
    connection: Option<Connection>,
    memory: Memory,
    isn: u32,
}

impl Host {
    /// A segment that belongs to no connection: a SYN opens one.
    fn arrives_at_listener(
        &mut self,
        now: Instant,
        source: Ipv4Addr,
        source_port: u16,
        segment: &Segment<'_>,
    ) {
        if !segment.is_bare_syn() {
            return;
        }
        self.talk_to(source, Ports { source: SERVER_PORT, destination: source_port });
        let isn = self.next_isn();
        self.connection = Some(Connection::accept(&self.settings, isn, segment, now));
    }

    fn talk_to(&mut self, peer: Ipv4Addr, ports: Ports) {
        (self.peer, self.ports) = (peer, ports);
        self.addresses = PseudoHeader::ipv4(self.address, peer);
    }

    fn next_isn(&mut self) -> SequenceNumber {
        self.isn = self.isn.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        SequenceNumber(self.isn)
    }

    fn state(&self) -> State {
        self.connection.as_ref().map_or(State::Listen, Connection::state)
    }

    fn arrives(&mut self, now: Instant, packet: &[u8]) {
        let Some((source, octets)) = ipv4::decode(packet, self.address) else { return };
        let addresses = PseudoHeader::ipv4(source, self.address);
        let Ok((ports, segment)) = &wire::decode(&addresses, octets) else { return };
        match &mut self.connection {
            Some(connection) => {
                let expected = Ports { source: self.ports.destination, destination: self.ports.source };
                if source == self.peer && *ports == expected {
                    connection.segment_arrives(now, segment, &mut self.memory);
                }
            }
            None if ports.destination == SERVER_PORT => {
                self.arrives_at_listener(now, source, ports.source, segment);
            }
            None => {}
        }
    }
}

impl Stack for Host {
    const NAME: &'static str = "anysock";

    fn new(settings: &Settings, address: Ipv4Addr) -> Host {
        let mut config = Config::ipv4(settings.mtu);
        config.timestamps = settings.features != Features::Common;
        config.recent_acknowledgment = settings.features != Features::Common;
        let octets = || vec![0; settings.buffer].into_boxed_slice();
        Host {
            settings: tcp::Settings::from(&config),
            address,
            peer: Ipv4Addr::UNSPECIFIED,
            ports: Ports::default(),
            addresses: PseudoHeader::ipv4(address, Ipv4Addr::UNSPECIFIED),
            connection: None,
            memory: Rings::over(octets(), octets(), [Block::NONE; 8], [Transmission::NONE; 64]),
            isn: u32::from(address),
        }
    }

    fn listen(&mut self) {
        self.connection = None;
    }

    fn connect(&mut self, now: Instant, local_port: u16) {
        self.talk_to(SERVER, Ports { source: local_port, destination: SERVER_PORT });
        let isn = self.next_isn();
        self.connection = Some(Connection::connect(&self.settings, isn, now));
    }

    fn poll(&mut self, now: Instant, arrived: &mut Packets, leaving: &mut Packets) {
        while let Some(packet) = arrived.front() {
            self.arrives(now, packet);
            arrived.pop();
        }
        let Some(connection) = &mut self.connection else { return };
        if connection.poll_timeout().is_some_and(|timeout| timeout <= now) {
            connection.handle_timeout(now, &mut self.memory);
        }
        while !leaving.is_full() {
            let Some(segment) = &connection.poll_transmit(now, &mut self.memory) else { return };
            let packet = leaving.vacant();
            let (header, room) = packet.split_first_chunk_mut().expect("room for the header");
            let length =
                wire::encode(&self.addresses, self.ports, segment, room).expect("a segment fits the MTU");
            let length = ipv4::HEADER_LENGTH + length;
            ipv4::encode(header, length, self.address, self.peer);
            leaving.push(length);
        }
    }

    fn poll_at(&mut self, _now: Instant) -> Option<Instant> {
        self.connection.as_ref()?.poll_timeout()
    }

    fn send(&mut self, now: Instant, octets: &[u8]) -> usize {
        let Some(connection) = &mut self.connection else { return 0 };
        connection.send(now, octets, &mut self.memory).unwrap_or(0)
    }

    fn receive(&mut self, now: Instant, octets: &mut [u8]) -> Option<usize> {
        let Some(connection) = &mut self.connection else { return Some(0) };
        match connection.receive(now, octets, &mut self.memory) {
            Ok(0) => None,
            Ok(length) => Some(length),
            Err(_) => Some(0),
        }
    }

    fn close(&mut self, now: Instant) {
        if let Some(connection) = &mut self.connection {
            connection.close(now);
        }
    }

    fn is_open(&self) -> bool {
        self.state().is_synchronized()
    }

    fn is_finished(&self) -> bool {
        matches!(self.state(), State::Closed | State::TimeWait)
    }
}
