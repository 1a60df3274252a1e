//! `cargo xtask explore`: every state of two TCP endpoints.

use std::process::{Command, ExitCode};

use clap::Args;

use crate::command::{Result, run};
use crate::optimized;

const PROGRAM: &str = "anysock-explore";

/// Walk through every state of two TCP endpoints
///
/// Two small endpoints open, send a few octets each way and close, in every way there is, over a network that
/// loses, duplicates and delays some segments: every order of segments, timers and calls is tried
/// (tests/explore). Nothing may be lost, invented or waited for in vain. Prints how many states there were; on
/// a failure, a shortest way to it.
#[derive(Args)]
pub(crate) struct Explore {
    /// How many segments are lost, duplicated or delayed, at most
    #[arg(long, value_name = "N", default_value_t = 1)]
    faults: u8,
    /// How often a retransmission timer expires while a segment is on its way, at most
    #[arg(long, value_name = "N", default_value_t = 1)]
    early: u8,
    /// Memory for states, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 2048)]
    memory: u32,
    /// Only scenarios whose line contains one of these
    filters: Vec<String>,
}

impl Explore {
    pub(crate) fn run(self) -> Result<ExitCode> {
        explore(self.faults, self.early, self.memory, &self.filters)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// As far as continuous integration goes: two faults anywhere, or one and a timer that expires too early. Once it is
/// open, a connection is as those are of which one end has listened: where both connect, each end sends but one octet.
pub(crate) fn briefly() -> Result<()> {
    let scenarios = ["Passive", "1+1"].map(String::from);
    explore(2, 0, 2048, &scenarios)?;
    explore(1, 1, 2048, &scenarios)
}

fn explore(faults: u8, early: u8, memory: u32, filters: &[String]) -> Result<()> {
    optimized::build(&[format!("--bin={PROGRAM}")])?;
    let mut explore = Command::new(optimized::program(PROGRAM));
    explore.args(["--faults", &faults.to_string(), "--early", &early.to_string()]);
    run(explore.args(["--memory", &memory.to_string()]).args(filters))
}
