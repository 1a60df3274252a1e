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
/// Without paths: the project's own scripts (tests/packetdrill/scripts, or freebsd beside it). The language is
/// described in tests/packetdrill/LANGUAGE.md.
#[derive(Args)]
pub(crate) struct Packetdrill {
    /// What the scripts run against
    #[arg(long, value_enum, default_value_t = On::Simulator)]
    on: On,
    /// Whose dialect the scripts are in
    #[arg(long, value_enum, default_value_t = Persona::Linux)]
    persona: Persona,
    /// A name that stands for something else in the scripts
    #[arg(short = 'D', long = "define", value_name = "NAME=VALUE")]
    define: Vec<String>,
    /// The addresses of the sockets and of the packets: ipv4, ipv6 or ipv4-mapped-ipv6
    #[arg(long = "ip_version", value_name = "VERSION")]
    ip_version: Option<String>,
    /// How far from its time something may happen
    #[arg(long = "tolerance_usecs", value_name = "MICROSECONDS")]
    tolerance_usecs: Option<String>,
    /// Scripts, and directories of them (*.pkt)
    paths: Vec<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum On {
    Simulator,
    Linux,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Persona {
    Linux,
    Freebsd,
}

impl Persona {
    /// The name, and where the project's own scripts in this dialect are.
    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Persona::Linux => ("linux", SCRIPTS),
            Persona::Freebsd => ("freebsd", "tests/packetdrill/freebsd"),
        }
    }
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
        let (_, own) = self.persona.names();
        let own = [PathBuf::from(own)];
        let paths = if self.paths.is_empty() { &own[..] } else { &self.paths };
        let mut command = command(self.on, self.persona, paths)?;
        command.args(self.define.iter().map(|definition| format!("--define={definition}")));
        command.args(self.ip_version.map(|version| format!("--ip_version={version}")));
        command.args(self.tolerance_usecs.map(|tolerance| format!("--tolerance_usecs={tolerance}")));
        let status = command.status();
        let status = status.map_err(|error| Failure(format!("packetdrill: {error}")))?;
        Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// Every script of the project.
pub(crate) fn own_scripts(on: On) -> Result<()> {
    run(&mut command(on, Persona::Linux, &[Persona::Linux.names().1])?)?;
    match on {
        On::Simulator => run(&mut command(on, Persona::Freebsd, &[Persona::Freebsd.names().1])?),
        // Linux makes the window scale of what the whole machine allows, too: FreeBSD's cannot be had.
        On::Linux => Ok(()),
    }
}

/// Builds the runner, so that what it prints is the scripts' and not cargo's.
fn command(on: On, persona: Persona, paths: &[impl AsRef<OsStr>]) -> Result<Command> {
    run(&mut cargo(&["build", "--quiet", "--package", "anysock-packetdrill"]))?;
    let mut command = Command::new(workspace::target().join("debug/packetdrill"));
    command
        .current_dir(workspace::root())
        .args(["--on", on.name(), "--persona", persona.names().0])
        .args(paths);
    Ok(command)
}
