//! Scripts against the simulator, on its virtual clock.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anysock::{Errno, Instant};
use anysock_sim::{Node, Sim, TcpEntry, Tun, World};

use crate::Persona;
use crate::disk::Disk;
use crate::error::Difference;
use crate::freebsd;
use crate::machine::{Machine, SetUp};
use crate::shell::{self, Shell};

/// The interface's name.
const INTERFACE: &str = "tun0";

/// A simulated node with a TUN interface.
#[derive(Debug)]
pub struct Simulator {
    host: Host,
    kernel: Sim<'static>,
    shell: Shell,
    /// Where the scripts of shell commands are.
    directory: PathBuf,
}

/// What its shell commands see of it.
#[derive(Debug)]
struct Host {
    world: World,
    node: Node,
    tun: Tun,
}

impl Simulator {
    /// A node set up so.
    ///
    /// # Errors
    /// Why it cannot be.
    pub fn new(set_up: &SetUp, directory: &Path) -> Result<Self, Difference> {
        let mut world = World::new(1);
        let node = world.node("machine");
        let address = format!("{}/{}", set_up.local, set_up.prefix_length);
        let failed = |errno| Difference::Failed(format!("the simulated interface: {errno}"));
        let tun = node.tun(INTERFACE, &address, set_up.mtu).map_err(failed)?;
        tun.add_route(if set_up.local.is_ipv4() { "0.0.0.0/0" } else { "::/0" }).map_err(failed)?;
        let mut simulator = Simulator {
            kernel: node.kernel(),
            host: Host { world, node, tun },
            shell: Shell::new(set_up.persona, set_up.segment()),
            directory: directory.to_owned(),
        };
        // As the kernels have it that scripts are written for; those up to 6.4 have none.
        if set_up.persona == Persona::Linux {
            shell::Node::set_sysctl(&mut simulator.host, "net.ipv4.tcp_syn_linear_timeouts", "4")?;
        }
        if set_up.persona == Persona::FreeBsd {
            for (name, value) in freebsd::DEFAULTS {
                simulator.command(&format!("sysctl {name}={value}"))?;
            }
        }
        Ok(simulator)
    }
}

impl shell::Node for Host {
    fn set_sysctl(&mut self, name: &str, value: &str) -> Result<bool, Difference> {
        match self.node.set_sysctl(name, value) {
            Ok(()) => Ok(true),
            Err(Errno::EINVAL) => Err(Difference::Failed(format!("{name}={value} is no setting"))),
            Err(_) => Ok(false),
        }
    }

    fn set_mtu(&mut self, mtu: u16) -> Result<(), Difference> {
        let failed = |errno| Difference::Failed(format!("an MTU of {mtu}: {errno}"));
        self.node.set_mtu(INTERFACE, mtu).map_err(failed)
    }

    fn set_route(&mut self, prefix: &str, router: Option<&str>, metrics: &str) -> Result<(), Difference> {
        let replaced = router.map_or(Ok(()), |router| self.node.replace_route(prefix, router));
        let set = match replaced.and_then(|()| self.node.set_route_metrics(prefix, metrics)) {
            Err(Errno::ENOENT) => {
                self.tun.add_route(prefix).and_then(|()| self.node.set_route_metrics(prefix, metrics))
            }
            set => set,
        };
        set.map_err(|errno| Difference::Failed(format!("a route to {prefix} with `{metrics}`: {errno}")))
    }

    fn sockets(&self) -> Vec<(SocketAddr, Option<SocketAddr>, u8)> {
        let entry = |entry: TcpEntry| (entry.local, entry.remote, entry.state);
        self.node.tcp_table().into_iter().map(entry).collect()
    }

    fn drop_connection(&mut self, local: SocketAddr, remote: SocketAddr) -> Result<(), Difference> {
        let failed = |errno| Difference::Failed(format!("to drop {local} {remote}: {errno}"));
        self.node.drop_tcp(local, remote).map_err(failed)
    }

    fn counters(&self) -> Vec<(String, u64)> {
        self.node.inet_statistics().iter().map(|(name, count)| (name.into_owned(), count)).collect()
    }

    fn sleep(&mut self, time: Duration) {
        let until = self.world.now() + time;
        while self.world.now() < until {
            self.world.with_engine(|engine| engine.step(until));
        }
    }
}

impl Machine for Simulator {
    type Kernel = Sim<'static>;

    fn kernel(&self) -> &Sim<'static> {
        &self.kernel
    }

    fn now(&self) -> Duration {
        Duration::from_nanos(self.host.world.now().as_nanos())
    }

    fn pass(&mut self, until: Duration, _pending: bool) {
        let until = Instant::ZERO + until;
        self.host.world.with_engine(|engine| engine.step(until));
    }

    fn write(&mut self, packet: &[u8]) -> Result<(), Difference> {
        self.host.tun.write(packet);
        Ok(())
    }

    fn read(&mut self) -> Option<(Duration, Vec<u8>)> {
        let (at, packet) = self.host.tun.read()?;
        Some((Duration::from_nanos(at.as_nanos()), packet))
    }

    fn time_of_day(&mut self) -> Duration {
        self.host.world.with_engine(|engine| engine.realtime().0)
    }

    fn begin(&mut self) -> Result<(), Difference> {
        Ok(())
    }

    fn counters(&self) -> Vec<(String, u64)> {
        shell::Node::counters(&self.host)
    }

    fn command(&mut self, command: &str) -> Result<(), Difference> {
        self.shell.run(command, &self.directory, &mut self.host)
    }

    fn disk(&self) -> Disk {
        self.shell.disk.clone()
    }

    fn without_effect(&self) -> &[String] {
        &self.shell.without_effect
    }
}
