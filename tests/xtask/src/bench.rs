//! `cargo xtask bench`: speed.

use std::process::ExitCode;

use clap::Args;

use crate::cargo::cargo;
use crate::command::{Result, run};
use crate::instructions::{self, Cases};

/// Run the benchmarks
///
/// Those of criterion, which print times and rates; how many times as fast as smoltcp the TCP machine is; how
/// fast the simulator is, beside turmoil, with how many idle connections and nodes; and user-space instructions,
/// of one UDP sendto and one recvfrom through each interface and of others, which fail above their limit. The
/// Debian package valgrind is installed where missing (as root).
#[derive(Args)]
pub(crate) struct Bench {
    /// Only the benchmarks of criterion whose name contains this
    filter: Option<String>,
}

impl Bench {
    pub(crate) fn run(self) -> Result<ExitCode> {
        run(cargo(&["bench", "--package", "anysock-benchmarks", "--benches"])
            .args(["--"])
            .args(self.filter))?;
        run(&mut cargo(&["run", "--release", "--package", "anysock-tests", "--example", "tcp_ratios"]))?;
        run(&mut cargo(&["run", "--release", "--package", "anysock-simulator-speed"]))?;
        instructions::check(Cases::All)?;
        Ok(ExitCode::SUCCESS)
    }
}
