//! The programs that are measured, or run for long: built with optimization, and with the features of all of them each
//! time, so that core is compiled once.

use std::path::PathBuf;

use crate::cargo::cargo;
use crate::command::{Result, run};
use crate::workspace;

/// Builds those that `chosen`, arguments of cargo's, name.
pub(crate) fn build(chosen: &[String]) -> Result<()> {
    let packages = ["--package", "anysock-explore", "--package", "anysock-instructions"];
    run(cargo(&["build", "--release", "--quiet"]).args(packages).args(chosen))
}

/// Where it has built the program, `examples/NAME` or `NAME`.
pub(crate) fn program(name: &str) -> PathBuf {
    workspace::target().join("release").join(name)
}
