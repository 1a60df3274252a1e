//! A path with delay and loss, in virtual time: what a transfer over it comes to.

use std::collections::VecDeque;
use std::time::Duration;

use anysock::Instant;

use super::packets::Packets;
use super::{CLIENT, SERVER, Settings, Stack};

/// What the path does in each direction. There is no limit to its rate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Conditions {
    pub(crate) delay: Duration,
    /// Packets lost of a thousand.
    pub(crate) loss: u64,
}

/// One direction.
struct Path {
    conditions: Conditions,
    random: u64,
    in_flight: VecDeque<(Instant, Vec<u8>)>,
}

impl Path {
    fn new(conditions: Conditions, seed: u64) -> Path {
        Path { conditions, random: seed, in_flight: VecDeque::new() }
    }

    /// SplitMix64.
    fn draw(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.random ^ (self.random >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Takes what is leaving.
    fn carry(&mut self, now: Instant, leaving: &mut Packets) {
        while let Some(packet) = leaving.front() {
            let packet = packet.to_vec();
            leaving.pop();
            if self.draw() % 1000 >= self.conditions.loss {
                self.in_flight.push_back((now + self.conditions.delay, packet));
            }
        }
    }

    /// Hands over what has arrived.
    fn deliver(&mut self, now: Instant, arrived: &mut Packets) {
        while let Some((_, packet)) = self.in_flight.pop_front_if(|(at, _)| *at <= now) {
            arrived.vacant()[..packet.len()].copy_from_slice(&packet);
            arrived.push(packet.len());
        }
    }

    fn next(&self) -> Option<Instant> {
        self.in_flight.front().map(|(at, _)| *at)
    }
}

/// The goodput of one transfer of `octets` octets from the client to the server, in Mbit/s of virtual time.
pub(crate) fn goodput<S: Stack>(
    settings: &Settings,
    conditions: Conditions,
    seed: u64,
    octets: usize,
) -> f64 {
    let begin = Instant::from_nanos(1_000_000_000);
    let (mut client, mut server) = (S::new(settings, CLIENT), S::new(settings, SERVER));
    let mut there = Path::new(conditions, seed);
    let mut back = Path::new(conditions, !seed);
    let wire = || Packets::new(4096, settings.mtu);
    let (mut arrived, mut leaving) = (wire(), wire());
    let (source, mut sink) = (vec![0x5a; 65_536], vec![0; 65_536]);
    let (mut sent, mut received, mut now) = (0, 0, begin);
    server.listen();
    client.connect(now, 50_000);
    while received < octets {
        sent += client.send(now, &source[..source.len().min(octets - sent)]);
        back.deliver(now, &mut arrived);
        client.poll(now, &mut arrived, &mut leaving);
        // What was acknowledged made room.
        sent += client.send(now, &source[..source.len().min(octets - sent)]);
        client.poll(now, &mut arrived, &mut leaving);
        there.carry(now, &mut leaving);
        there.deliver(now, &mut arrived);
        server.poll(now, &mut arrived, &mut leaving);
        while let Some(length @ 1..) = server.receive(now, &mut sink) {
            received += length;
        }
        server.poll(now, &mut arrived, &mut leaving);
        back.carry(now, &mut leaving);
        let next = [client.poll_at(now), server.poll_at(now), there.next(), back.next()];
        now = next.into_iter().flatten().min().expect("something is to come").max(now);
        assert!(
            now.since(begin) < Duration::from_secs(36_000),
            "{}: {received} octets in ten hours",
            S::NAME
        );
    }
    octets as f64 * 8.0 / 1e6 / now.since(begin).as_secs_f64()
}
