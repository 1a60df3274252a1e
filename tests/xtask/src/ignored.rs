//! Tests that want what an ordinary machine lacks are ignored there, by name and with the reason: the kernel
//! lab runs them, and those that want a C compiler run here.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::cargo::cargo;
use crate::command::{self, Failure, Result, quoted};

/// What the names of tests begin with that compile C programs against the system's headers.
const C_HEADERS: &str = "c_headers_";

/// Where in the lab the families' tests write what reached an independent program and came back: a line each.
const WITNESS: &str = "/run/witness";

/// The tests that compare core with C, on this machine.
pub(crate) fn against_c() -> Command {
    cargo(&["test", "--package", "anysock", "--tests", "--", "--ignored", C_HEADERS])
}

/// A built program of tests.
struct TestProgram {
    path: PathBuf,
    /// Where cargo would run it.
    directory: PathBuf,
}

/// The programs of tests with ignored tests among them, with all their tests, in the kernel lab.
pub(crate) fn in_lab() -> Result<Command> {
    let mut script = format!("export ANYSOCK_WITNESS={WITNESS}\nstatus=0\n");
    for program in programs()? {
        let list = command::output(Command::new(&program.path).args([
            "--list",
            "--ignored",
            "--format=terse",
            "--skip",
            C_HEADERS,
        ]))?;
        if !list.is_empty() {
            let [directory, path] = [&program.directory, &program.path].map(|path| quoted(path.as_os_str()));
            script += &format!("cd {directory} && {path} --include-ignored --skip {C_HEADERS} || status=1\n");
        }
    }
    script += &format!("echo; sort {WITNESS}\nexit $status");
    crate::lab::command(&["sh", "-c", &script].map(Path::new))
}

/// All programs of tests, as `cargo test` built them.
fn programs() -> Result<Vec<TestProgram>> {
    let mut build = cargo(&["test", "--workspace", "--all-features", "--no-run", "--message-format=json"]);
    let messages = command::output(&mut build)?;
    messages.lines().filter_map(|message| program(message).transpose()).collect()
}

/// The program that a message of cargo tells of, if it does.
fn program(message: &str) -> Result<Option<TestProgram>> {
    let message: Value = serde_json::from_str(message).map_err(Failure::new)?;
    let is_test = message["profile"]["test"] == true;
    let (Some(path), Some(manifest)) = (message["executable"].as_str(), message["manifest_path"].as_str())
    else {
        return Ok(None);
    };
    let Some(directory) = Path::new(manifest).parent() else { return Ok(None) };
    Ok(is_test.then(|| TestProgram { path: path.into(), directory: directory.into() }))
}
