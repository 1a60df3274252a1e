//! Making the mutations: in a copy of the sources, so that nothing is left behind.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::requirement::{Mutation, Place, Requirement};
use crate::cargo::cargo;
use crate::command::{self, Failure, Result};
use crate::workspace;

/// Makes each mutation and runs the tests of its requirement, which must notice.
pub(super) fn all(requirements: &[Requirement]) -> Result<()> {
    copy_sources()?;
    let mut survivors = Vec::new();
    let mut count = 0;
    for requirement in requirements {
        let Some(mutation) = &requirement.mutation else { continue };
        count += 1;
        let outcome = with(mutation, || notices(&requirement.tests))?;
        println!("{:<8} {}", requirement.id, outcome.words());
        if !matches!(outcome, Outcome::Noticed) {
            survivors.push(requirement.id.as_str());
        }
    }
    println!("{count} mutations, {} not noticed", survivors.len());
    if survivors.is_empty() { Ok(()) } else { Err(Failure(format!("not noticed: {}", survivors.join(", ")))) }
}

/// What became of a mutation.
enum Outcome {
    Noticed,
    Survived,
    NotCompiled,
}

impl Outcome {
    fn words(&self) -> &'static str {
        match self {
            Outcome::Noticed => "noticed",
            Outcome::Survived => "NOT NOTICED",
            Outcome::NotCompiled => "DOES NOT COMPILE",
        }
    }
}

/// Where the copy is.
fn copy() -> PathBuf {
    workspace::target().join("rfc/sources")
}

/// Copies what is not the same already, so that little is built anew.
fn copy_sources() -> Result<()> {
    let listed = ["ls-files", "--cached", "--others", "--exclude-standard"];
    let files = command::output(Command::new("git").current_dir(workspace::root()).args(listed))?;
    for file in files.lines() {
        let (from, to) = (workspace::root().join(file), copy().join(file));
        let Ok(bytes) = fs::read(&from) else { continue };
        if fs::read(&to).is_ok_and(|old| old == bytes) {
            continue;
        }
        if let Some(directory) = to.parent() {
            fs::create_dir_all(directory).map_err(Failure::at(directory))?;
        }
        fs::write(&to, bytes).map_err(Failure::at(&to))?;
    }
    Ok(())
}

/// Changes the copy for as long as `run` takes.
fn with(mutation: &Mutation, run: impl FnOnce() -> Result<Outcome>) -> Result<Outcome> {
    let path = copy().join(&mutation.file);
    let original = fs::read_to_string(&path).map_err(Failure::at(&path))?;
    write(&path, &original.replacen(&mutation.from, &mutation.to, 1))?;
    let outcome = run();
    write(&path, &original)?;
    outcome
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).map_err(Failure::at(path))
}

/// Runs the tests in the copy, each with its program, until one fails.
fn notices(tests: &[Place]) -> Result<Outcome> {
    for test in tests {
        let run = |last: &[&str]| {
            let package = if test.file.starts_with("core/") { "anysock" } else { "anysock-sim" };
            let mut run = cargo(&["test", "--quiet", "--package", package]);
            run.current_dir(copy()).env("CARGO_TARGET_DIR", workspace::target().join("rfc/target"));
            // A mutation may well leave something unused.
            run.env("RUSTFLAGS", "-Awarnings").env("CARGO_PROFILE_DEV_DEBUG", "0");
            run.args(test.target()).args(last);
            run
        };
        if !command::succeeds(&mut run(&["--no-run"])) {
            return Ok(Outcome::NotCompiled);
        }
        if !command::succeeds(&mut run(&["--", "--exact", &test.path()])) {
            return Ok(Outcome::Noticed);
        }
    }
    Ok(Outcome::Survived)
}
