//! Scripts against the Linux kernel, through a TUN device in the network namespace that this process is in.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anysock::tun::TunInterfaces;
use anysock::{Backend, Deadline, Instant, PollEvents, Wait};
use anysock_linux::{Handle, Linux};

use crate::error::Difference;
use crate::machine::{Machine, SetUp};

/// The interface's name.
const INTERFACE: &str = "tun0";
/// How often a call that blocks is tried again.
const AGAIN: Duration = Duration::from_millis(1);
/// Settings that a machine may have changed, as the kernel has them of its own.
const DEFAULTS: [(&str, &str); 3] = [
    ("net.ipv4.tcp_rmem", "4096 131072 6291456"),
    ("net.ipv4.tcp_wmem", "4096 16384 4194304"),
    ("net.ipv4.tcp_ecn", "2"),
];

/// This machine's kernel, in a network namespace of its own.
#[derive(Debug)]
pub struct LinuxKernel {
    tun: Handle,
    begin: Instant,
    /// Where shell commands run.
    directory: PathBuf,
}

impl LinuxKernel {
    /// Sets up the TUN device in the namespace that this process is in, which should be one of its own.
    ///
    /// # Errors
    /// Which step failed, and why.
    pub fn new(set_up: &SetUp, directory: &Path) -> Result<Self, Difference> {
        let shell = |command: &str| shell(command, directory);
        for (name, value) in DEFAULTS {
            shell(&format!("sysctl -q -w {name}='{value}'"))?;
        }
        // Without privileges in the machine's own namespace, only what it allows everybody can be chosen.
        shell(
            &["cubic", "reno"]
                .map(|name| format!("sysctl -q -w net.ipv4.tcp_congestion_control={name}"))
                .join(" || "),
        )?;
        // Neighbour discovery and router solicitations of the interface's own would be among the packets.
        shell(
            "sysctl -q -w net.ipv6.conf.all.router_solicitations=0 net.ipv6.conf.default.router_solicitations=0",
        )?;
        shell("sysctl -q -w net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.default.addr_gen_mode=1")?;
        shell("ip link set lo up")?;
        let name = INTERFACE.parse().map_err(|errno| Difference::Failed(format!("{INTERFACE}: {errno}")))?;
        let tun =
            Linux.open_tun(&name).map_err(|errno| Difference::Failed(format!("/dev/net/tun: {errno}")))?;
        let SetUp { local, prefix_length, gateway, mtu, .. } = set_up;
        shell(&format!("ip link set {INTERFACE} mtu {mtu} multicast off up"))?;
        shell(&format!("ip address add {local}/{prefix_length} dev {INTERFACE}"))?;
        shell(&format!("ip route add default via {gateway} dev {INTERFACE}"))?;
        // What a queue discipline with a clock of its own would delay.
        shell(&format!("tc qdisc replace dev {INTERFACE} root pfifo"))?;
        Ok(LinuxKernel { tun, begin: Linux.now(), directory: directory.to_owned() })
    }
}

fn shell(command: &str, directory: &Path) -> Result<(), Difference> {
    let failed = |why| Difference::Failed(format!("`{command}`: {why}"));
    match Command::new("sh").args(["-c", command]).current_dir(directory).output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_owned())),
        Err(error) => Err(failed(error.to_string())),
    }
}

impl Machine for LinuxKernel {
    type Kernel = Linux;

    fn kernel(&self) -> &Linux {
        &Linux
    }

    fn now(&self) -> Duration {
        Linux.now().since(self.begin)
    }

    fn pass(&mut self, until: Duration, pending: bool) {
        let until = if pending { until.min(self.now() + AGAIN) } else { until };
        let deadline = Deadline::at(self.begin + until);
        // Whether a packet has come is seen by reading.
        let _ = Linux.wait(&mut [Wait::new(&self.tun, PollEvents::IN)], deadline);
    }

    fn write(&mut self, packet: &[u8]) -> Result<(), Difference> {
        Linux
            .write_packet(&self.tun, packet)
            .map_err(|errno| Difference::Failed(format!("writing a packet: {errno}")))
    }

    fn read(&mut self) -> Option<(Duration, Vec<u8>)> {
        let mut packet = vec![0; 65_536];
        let length = Linux.read_packet(&self.tun, &mut packet).ok()?;
        packet.truncate(length);
        Some((self.now(), packet))
    }

    fn command(&mut self, command: &str) -> Result<(), Difference> {
        shell(command, &self.directory)
    }
}
