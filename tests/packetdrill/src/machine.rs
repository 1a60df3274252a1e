//! What a script runs against: a kernel, the wire of its TUN interface, and a clock.

use std::net::IpAddr;
use std::time::Duration;

use crate::Persona;
use crate::disk::Disk;
use crate::error::Difference;
use crate::files::Files;

/// The machine under test: a kernel with one TUN interface, whose other end the script is.
pub trait Machine {
    /// Its system calls. None of them blocks.
    type Kernel: Files;

    /// Its system calls.
    fn kernel(&self) -> &Self::Kernel;

    /// The time since the machine was made.
    fn now(&self) -> Duration;

    /// Lets time pass until `until`, or until something has happened: a packet has come out, or, where a call is
    /// `pending`, it may be able to go on.
    fn pass(&mut self, until: Duration, pending: bool);

    /// Puts a packet in.
    ///
    /// # Errors
    /// What keeps it from going in.
    fn write(&mut self, packet: &[u8]) -> Result<(), Difference>;

    /// The oldest packet that has come out and was not read yet, with the time at which it came.
    fn read(&mut self) -> Option<(Duration, Vec<u8>)>;

    /// The time of day (`CLOCK_REALTIME`).
    fn time_of_day(&mut self) -> Duration;

    /// Everything is set up: what happens from now on is the script's.
    ///
    /// # Errors
    /// What keeps the machine from being ready.
    fn begin(&mut self) -> Result<(), Difference>;

    /// What its IP has counted, by the names of nstat(8).
    fn counters(&self) -> Vec<(String, u64)>;

    /// Runs a shell command on the machine.
    ///
    /// # Errors
    /// Why it failed, or that it means nothing here.
    fn command(&mut self, command: &str) -> Result<(), Difference>;

    /// The files that its commands make, where they are not those of this machine.
    fn disk(&self) -> Disk {
        Disk::default()
    }

    /// Settings that commands have made and that have no effect on the machine.
    fn without_effect(&self) -> &[String];
}

/// How the machine is to be set up: what the options of a script say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SetUp {
    /// The machine's own address.
    pub local: IpAddr,
    /// How many bits of it are its network's.
    pub prefix_length: u8,
    /// The router to everywhere else; the other end of the wire is it, and everybody behind it.
    pub gateway: IpAddr,
    /// The peer.
    pub remote: IpAddr,
    /// The largest packet of the interface.
    pub mtu: u16,
    /// How much text the segments have from which the interface makes larger ones before it hands them in; `None`
    /// where it does not.
    pub receive_offload: Option<u16>,
    /// Whose settings the machine has at first.
    pub persona: Persona,
}

impl SetUp {
    /// How much text a segment of the interface's has.
    pub(crate) fn segment(&self) -> u64 {
        let headers = if self.local.is_ipv4() { 40 } else { 60 };
        u64::from(self.mtu.saturating_sub(headers)).max(1)
    }
}
