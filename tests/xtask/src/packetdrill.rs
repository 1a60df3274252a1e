//! `cargo xtask packetdrill`: scripts in packetdrill's language.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use clap::{Args, ValueEnum};

use crate::cargo::cargo;
use crate::command::{Failure, Result, run};
use crate::workspace;

/// The scripts of the project.
const SCRIPTS: &str = "tests/packetdrill/scripts";

/// Run scripts in packetdrill's language
///
/// A script says what a program calls, what its peer sends, and what the machine must send, each at its time. The
/// machine is a simulated node, on its virtual clock, or this machine's kernel, through a TUN device in a network
/// namespace. Says of each script whether it passed, or the first difference, and counts them in the last line.
/// Without paths: the project's own scripts (tests/packetdrill/scripts).
#[derive(Args)]
pub(crate) struct Packetdrill {
    /// What the scripts run against
    #[arg(long, value_enum, default_value_t = On::Simulator)]
    on: On,
    /// Scripts, and directories of them (*.pkt)
    paths: Vec<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum On {
    Simulator,
    Linux,
}

impl On {
    const fn name(self) -> &'static str {
        match self {
            On::Simulator => "simulator",
            On::Linux => "linux",
        }
    }
}

impl Packetdrill {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let own = [PathBuf::from(SCRIPTS)];
        let paths = if self.paths.is_empty() { &own[..] } else { &self.paths };
        let status = command(self.on, paths)?.status();
        let status = status.map_err(|error| Failure(format!("packetdrill: {error}")))?;
        Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// Every script of the project.
pub(crate) fn own_scripts(on: On) -> Result<()> {
    run(&mut command(on, &[SCRIPTS])?)
}

/// Builds the runner, so that what it prints is the scripts' and not cargo's.
fn command(on: On, paths: &[impl AsRef<OsStr>]) -> Result<Command> {
    run(&mut cargo(&["build", "--quiet", "--package", "anysock-packetdrill"]))?;
    let mut command = Command::new(workspace::target().join("debug/packetdrill"));
    command.current_dir(workspace::root()).args(["--on", on.name()]).args(paths);
    Ok(command)
}
