//! `cargo xtask rfc`: each requirement of RFC 9293, the code that meets it and the tests that show it.

mod mutation;
mod requirement;

use std::collections::BTreeSet;
use std::process::ExitCode;

use clap::Args;

use crate::cargo::cargo;
use crate::command::{self, Failure, Result};
use crate::test_programs::ALL_TESTS;
use crate::workspace;
use requirement::{Requirement, requirements};

/// List the requirements of RFC 9293 with the code and the tests of each
///
/// The list is tests/rfc/rfc9293.toml. Fails on a hole: a requirement of the RFC that is not listed, code or a
/// test that does not exist, a test that does not pass, a MUST without a mutation that its tests would notice,
/// and one that is not met yet.
/// With `--mutate`, each of those mutations is made, in a copy of the sources, and must make a test fail.
#[derive(Args)]
pub(crate) struct Rfc {
    /// Make each mutation, one after the other (ten seconds and more for each)
    #[arg(long)]
    mutate: bool,
    /// Only this requirement, as in MUST-40
    id: Option<String>,
}

impl Rfc {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let mut requirements = requirements()?;
        let is_complete = self.id.is_none();
        if let Some(id) = self.id {
            requirements.retain(|requirement| requirement.id == id);
        }
        if self.mutate {
            mutation::all(&requirements)?
        } else {
            hold(&requirements, is_complete)?
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// All of it, as a step of continuous integration.
pub(crate) fn check() -> Result<()> {
    hold(&requirements()?, true)
}

/// Prints each requirement, and fails on a hole.
fn hold(requirements: &[Requirement], is_complete: bool) -> Result<()> {
    let mut holes = if is_complete { requirement::missing(requirements) } else { Vec::new() };
    let passed = passing(requirements)?;
    for requirement in requirements {
        println!("{:<8} {}", requirement.id, requirement.requires);
        for line in requirement.code.iter().chain(&requirement.tests).chain(&requirement.reason) {
            println!("         {line}");
        }
        let mut found = requirement.holes();
        for test in requirement.tests.iter().filter(|test| !passed.contains(&test.name)) {
            found.push(format!("{test} does not pass"));
        }
        holes.extend(found.into_iter().map(|hole| format!("{}: {hole}", requirement.id)));
    }
    let count =
        |kind: &str| requirements.iter().filter(|requirement| requirement.id.starts_with(kind)).count();
    println!("\n{} MUST, {} SHOULD, {} holes", count("MUST-"), count("SHLD-"), holes.len());
    if holes.is_empty() { Ok(()) } else { Err(Failure(format!("holes:\n{}", holes.join("\n")))) }
}

/// Runs every test that is named, and returns which of them pass.
fn passing(requirements: &[Requirement]) -> Result<BTreeSet<String>> {
    let tests = || requirements.iter().flat_map(|requirement| &requirement.tests);
    let targets: BTreeSet<Vec<String>> = tests().map(|test| test.target()).collect();
    let names: BTreeSet<String> = tests().map(|test| test.path()).collect();
    let mut passed = BTreeSet::new();
    for target in targets {
        let mut test = cargo(&ALL_TESTS);
        test.args(&target).args(["--", "--exact"]).args(&names);
        command::run_watched(&mut test, |line| {
            if let Some(name) = line.strip_prefix("test ").and_then(|line| line.strip_suffix(" ... ok")) {
                passed.insert(name.rsplit("::").next().unwrap_or(name).to_owned());
            }
        })?;
    }
    Ok(passed)
}

/// The file with the list.
fn list() -> std::path::PathBuf {
    workspace::root().join("tests/rfc/rfc9293.toml")
}
