//! Running cargo.

use std::env;
use std::process::Command;

use crate::workspace;

/// The cargo that runs this tool, in the root of the workspace, with `arguments`.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(workspace::root()).args(arguments);
    cargo
}
