//! The way to the machine's own kernel: a TUN interface of the machine and one of a node are the two ends of a wire,
//! so that the machine's programs talk to simulated nodes, and simulated programs to the machine.
//!
//! Virtual time keeps to real time while the wire is in use: it never passes it and never skips.

use std::vec;
use std::vec::Vec;

use anysock::tun::TunInterfaces;
use anysock::{Deadline, Errno, Error, Instant, PollEvents, Wait};
use core::time::Duration;

use crate::real_time::RealTime;
use crate::recording::{Input, Recording};
use crate::world::{Tun, World};

/// Room for the longest IP packet.
const PACKET_MAX: usize = 65_535;
/// How many packets are taken in before the world goes on.
const PACKETS_AT_ONCE: usize = 64;

/// A wire between a TUN interface of the machine and one of a node. See [`World::attach`].
#[derive(Debug)]
pub struct Attachment<B: TunInterfaces> {
    machine: anysock::tun::Tun<B>,
    node: Tun,
    recording: Recording,
    is_recording: bool,
    time: RealTime,
    /// Room for a packet that comes in.
    packet: Vec<u8>,
}

impl World {
    /// Joins a TUN interface of a machine to one of a node: each is the other's peer. Nothing is carried until
    /// [`Attachment::run_for`].
    ///
    /// ```no_run
    /// use anysock::tun::Tun;
    /// use anysock_linux::Linux;
    /// use anysock_sim::World;
    /// use std::time::Duration;
    ///
    /// let mut world = World::new(7);
    /// let node = world.node("server");
    /// // ip tuntap add tun0 mode tun; ip address add 192.0.2.2/24 dev tun0; ip link set tun0 up
    /// let machine = Tun::open(Linux, &"tun0".parse()?)?;
    /// let mut attachment = world.attach(machine, &node.tun("tun0", "192.0.2.1/24", 1500)?);
    /// // ping 192.0.2.1
    /// attachment.run_for(&mut world, Duration::from_secs(60))?;
    /// # Ok::<(), anysock::Error>(())
    /// ```
    pub fn attach<B: TunInterfaces>(&mut self, machine: anysock::tun::Tun<B>, node: &Tun) -> Attachment<B> {
        Attachment {
            machine,
            node: node.clone(),
            recording: Recording::default(),
            is_recording: true,
            time: RealTime::default(),
            packet: vec![0; PACKET_MAX],
        }
    }

    /// Runs until the clock shows `until` with the packets that an [`Attachment`] to this interface recorded: the
    /// same trace comes of it, provided that the world was built in the same way. What the node sends by the
    /// interface is thrown away.
    ///
    /// # Errors
    /// `EINVAL` where something other than packets was recorded.
    pub fn replay_packets(&mut self, recording: &Recording, node: &Tun, until: Instant) -> Result<(), Errno> {
        for (at, _, input) in &recording.inputs {
            let Input::Packet(packet) = input else { return Err(Errno::EINVAL) };
            if *at > self.now() {
                self.run_until(*at);
            }
            node.write(packet);
            while node.read().is_some() {}
        }
        self.run_until(until);
        while node.read().is_some() {}
        Ok(())
    }
}

impl<B: TunInterfaces> Attachment<B> {
    /// Every packet that has come in so far.
    pub fn recording(&self) -> &Recording {
        &self.recording
    }

    /// Whether what comes in from now on is recorded, as it is at first. A recording grows as long as it goes
    /// on; what was recorded before is kept.
    pub fn set_recording(&mut self, on: bool) {
        self.is_recording = on;
    }

    /// Runs the world for this long of real time, with what the machine sends.
    ///
    /// # Errors
    /// The machine's, where it cannot wait, or the interface is no more: `EBADFD`.
    pub fn run_for(&mut self, world: &mut World, duration: Duration) -> Result<(), Error> {
        let until = self.machine.backend().now() + duration;
        loop {
            let now = self.machine.backend().now();
            let limit = self.time.limit(world, now);
            let mut more = true;
            // What comes in at one instant comes in at once: the world does not run in between.
            if limit > world.now() {
                world.run_until(limit);
                more = self.carry_inward(world)?;
                world.run_until(limit);
                self.carry_outward()?;
            }
            if now >= until {
                return Ok(());
            }
            let next = if more { Deadline::NOW } else { self.time.next(world).earlier(Deadline::at(until)) };
            let mut waits = [Wait::new(self.machine.handle(), PollEvents::IN)];
            self.machine.backend().wait(&mut waits, next)?;
        }
    }

    /// From the machine to the node. Whether there is more.
    fn carry_inward(&mut self, world: &World) -> Result<bool, Error> {
        for _ in 0..PACKETS_AT_ONCE {
            let packet = match self.machine.read(&mut self.packet) {
                Ok(length) => &self.packet[..length],
                Err(error) if error.is_would_block() => return Ok(false),
                Err(error) => return Err(error),
            };
            if self.is_recording {
                self.recording.inputs.push((world.now(), 0, Input::Packet(packet.to_vec())));
            }
            self.node.write(packet);
        }
        Ok(true)
    }

    /// From the node to the machine.
    fn carry_outward(&mut self) -> Result<(), Error> {
        while let Some((_, packet)) = self.node.read() {
            match self.machine.write(&packet) {
                Err(error) if error.errno() == Some(Errno::EBADFD) => return Err(error),
                // A packet that the machine does not take (the interface is down, there is no memory) is lost, as
                // on any wire.
                _ => {}
            }
        }
        Ok(())
    }
}
