//! `cargo xtask mutants`: cargo-mutants over the TCP machine.

use std::process::{Command, ExitCode};

use clap::Args;

use crate::cargo::cargo;
use crate::command::{self, Result, run};
use crate::workspace;

/// The cargo-mutants that is installed where there is none.
const CARGO_MUTANTS: &str = "cargo-mutants@27.1.0";

/// The files that decide what a segment does, in the order of RFC 9293 §3.10.7.
const FILES: &[&str] = &["segment_arrives", "acknowledgment", "text", "closed"];

/// The tests that are to notice.
const TESTS: &[&str] = &[
    "tcp_machine",
    "tcp_state",
    "tcp_flow",
    "tcp_requirements",
    "tcp_options",
    "tcp_listen",
    "tcp_urgent",
    "tcp_fast_open",
    "tcp_recovery",
];

/// Change the TCP machine in every small way that cargo-mutants knows, and see that a test notices
///
/// Fails where a change is not noticed, and .cargo/mutants.toml does not say why that is as it should be. All of it
/// takes hours; a file, or a part of the changes, as long as one likes. What it did is in target/mutants.
#[derive(Args)]
pub(crate) struct Mutants {
    /// Only this file of core/src/tcp, without .rs; the default is segment_arrives and its neighbours
    file: Option<String>,
    /// Only this part of the changes: K of N, counted from zero
    #[arg(long, value_name = "K/N")]
    shard: Option<String>,
}

impl Mutants {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let tools = workspace::target().join("tools");
        let program = tools.join("bin/cargo-mutants");
        if !command::succeeds(Command::new(&program).args(["mutants", "--version"])) {
            eprintln!("installing {CARGO_MUTANTS} in {}", tools.display());
            let mut install = cargo(&["install", "--quiet", "--locked", "--debug", CARGO_MUTANTS]);
            run(install.arg("--root").arg(&tools).env("CARGO_PROFILE_DEV_DEBUG", "0"))?;
        }
        let mut mutants = Command::new(program);
        mutants.current_dir(workspace::root()).args(["mutants", "--package", "anysock", "--no-shuffle"]);
        mutants.args(["--timeout", "60"]).arg("--output").arg(workspace::target().join("mutants"));
        let files = match &self.file {
            Some(file) => vec![file.as_str()],
            None => FILES.to_vec(),
        };
        mutants.args(files.iter().map(|file| format!("--file=core/src/tcp/{file}.rs")));
        mutants.args(self.shard.iter().flat_map(|shard| ["--shard", shard]));
        mutants.args(["--", "--lib"]).args(TESTS.iter().map(|test| format!("--test={test}")));
        run(mutants.env("CARGO_PROFILE_DEV_DEBUG", "0"))?;
        Ok(ExitCode::SUCCESS)
    }
}
