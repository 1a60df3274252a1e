//! `cargo xtask packetdrill`: scripts in packetdrill's language.

use std::ffi::OsString;
use std::process::{Command, ExitCode};

use clap::Args;

use crate::command::{Failure, Result, run};
use crate::test_programs;

/// Run scripts in packetdrill's language
///
/// A script says what a program calls, what its peer sends, and what the machine must send, each at its time. The
/// machine is a simulated node, on its virtual clock, or this machine's kernel (`--on linux`), through a TUN device
/// in a network namespace. Says of each script whether it passed, or the first difference, and counts them in the
/// last line. Without paths: the project's own scripts (tests/packetdrill/scripts, or freebsd beside it). The language
/// and the options, packetdrill's own among them, are described in tests/packetdrill/LANGUAGE.md.
#[derive(Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Packetdrill {
    /// Options (--help lists them), scripts, and directories of them (*.pkt)
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "OPTION|PATH")]
    arguments: Vec<OsString>,
}

impl Packetdrill {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let status = command()?.args(self.arguments).status();
        let status = status.map_err(|error| Failure(format!("packetdrill: {error}")))?;
        Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// Every script of the project, on this machine's kernel. Those of FreeBSD's dialect are the simulator's: Linux makes
/// the window scale of what the whole machine allows, too.
pub(crate) fn own_scripts_on_linux() -> Result<()> {
    run(command()?.args(["--on", "linux"]))
}

/// Builds the runner, so that what it prints is the scripts' and not cargo's.
fn command() -> Result<Command> {
    test_programs::tested("packetdrill", "scripts")
}
