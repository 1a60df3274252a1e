//! `cargo xtask differential`: the simulator and the machine's kernel, asked the same.

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use clap::Args;

use crate::command::{Result, run};
use crate::{test_programs, workspace};

/// Compare what the simulator and this machine's kernel answer to random programs of socket calls
///
/// A program opens sockets (TCP, UDP, Unix, raw, ping), binds, connects, sends, receives, polls, sets options, shuts
/// down and closes, with arguments good and absurd. It runs on the simulator and in a network namespace of this
/// machine's kernel; every result, error number, address, poll bit and byte is compared (tests/differential).
/// A program that shows a difference is made as short as it can be, and printed as text that `--replay` takes.
/// Needs root, or a kernel that lets everybody make user namespaces.
#[derive(Args)]
pub(crate) struct Differential {
    /// The first program's seed; each further program has the next
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// How many calls to make, at least
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    calls: u64,
    /// After how many differences to stop
    #[arg(long, value_name = "N", default_value_t = 1)]
    differences: u64,
    /// Only programs about this: udp, tcp, unix, raw, link or mixed
    #[arg(long, value_name = "THEME")]
    theme: Option<String>,
    /// Run the programs in these files instead
    #[arg(long, value_name = "FILE", num_args = 1..)]
    replay: Vec<PathBuf>,
}

/// What continuous integration asks.
pub(crate) fn briefly() -> Result<()> {
    run(judge()?.args(["--calls", "100000"]))
}

/// The program, where paths are as it has them: the root of the workspace.
fn judge() -> Result<Command> {
    let mut judge = test_programs::tested("anysock-differential", "corpus")?;
    judge.current_dir(workspace::root());
    Ok(judge)
}

impl Differential {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let mut judge = judge()?;
        for (name, number) in
            [("--seed", self.seed), ("--calls", self.calls), ("--differences", self.differences)]
        {
            judge.args([name, &number.to_string()]);
        }
        if let Some(theme) = self.theme {
            judge.args(["--theme", &theme]);
        }
        if !self.replay.is_empty() {
            judge.arg("--replay").args(self.replay);
        }
        run(&mut judge)?;
        Ok(ExitCode::SUCCESS)
    }
}
