//! Scripts against the simulator, on its virtual clock.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anysock::{Errno, Instant};
use anysock_sim::{Node, Sim, Tun, World};

use crate::Persona;
use crate::error::Difference;
use crate::freebsd;
use crate::machine::{Machine, SetUp};
use crate::shell::{Effect, StateQuestion, effects};

/// The interface's name.
const INTERFACE: &str = "tun0";

/// A simulated node with a TUN interface.
#[derive(Debug)]
pub struct Simulator {
    world: World,
    node: Node,
    kernel: Sim<'static>,
    tun: Tun,
    persona: Persona,
    /// Where the scripts of shell commands are.
    directory: PathBuf,
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
            node,
            world,
            tun,
            persona: set_up.persona,
            directory: directory.to_owned(),
        };
        if set_up.persona == Persona::FreeBsd {
            for (name, value) in freebsd::DEFAULTS {
                simulator.command(&format!("sysctl {name}={value}"))?;
            }
        }
        Ok(simulator)
    }

    fn set_sysctl(&self, name: &str, value: &str) -> Result<(), Difference> {
        self.node.set_sysctl(name, value).map_err(|errno| match errno {
            Errno::EINVAL => Difference::Failed(format!("{name}={value} is no setting")),
            _ => Difference::Unsupported(format!("{name}={value} on the simulator")),
        })
    }
}

impl Machine for Simulator {
    type Kernel = Sim<'static>;

    fn kernel(&self) -> &Sim<'static> {
        &self.kernel
    }

    fn now(&self) -> Duration {
        Duration::from_nanos(self.world.now().as_nanos())
    }

    fn pass(&mut self, until: Duration, _pending: bool) {
        let until = Instant::ZERO + until;
        self.world.with_engine(|engine| engine.step(until));
    }

    fn write(&mut self, packet: &[u8]) -> Result<(), Difference> {
        self.tun.write(packet);
        Ok(())
    }

    fn read(&mut self) -> Option<(Duration, Vec<u8>)> {
        let (at, packet) = self.tun.read()?;
        Some((Duration::from_nanos(at.as_nanos()), packet))
    }

    fn time_of_day(&mut self) -> Duration {
        self.world.with_engine(|engine| engine.realtime().0)
    }

    fn begin(&mut self) -> Result<(), Difference> {
        Ok(())
    }

    fn command(&mut self, command: &str) -> Result<Vec<StateQuestion>, Difference> {
        let mut questions = Vec::new();
        for effect in effects(command, &self.directory, self.persona)? {
            match effect {
                Effect::Sysctl { name, value } => self.set_sysctl(&name, &value)?,
                Effect::Mtu(mtu) => {
                    let failed = |errno| Difference::Failed(format!("an MTU of {mtu}: {errno}"));
                    self.node.set_mtu(INTERFACE, mtu).map_err(failed)?;
                }
                Effect::State(question) => questions.push(question),
            }
        }
        Ok(questions)
    }
}
