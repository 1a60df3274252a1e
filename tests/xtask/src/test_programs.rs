//! The programs of tests that cargo builds, for whoever runs them in another way than cargo does.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::cargo::cargo;
use crate::command::{self, Failure, Result, quoted};
use crate::workspace;

/// How cargo tests: with the whole workspace's features each time, so that nothing is built twice.
pub(crate) const ALL_TESTS: [&str; 3] = ["test", "--workspace", "--all-features"];

/// A built program of tests.
pub(crate) struct TestProgram {
    pub(crate) path: PathBuf,
    /// Where cargo would run it: its package's.
    pub(crate) directory: PathBuf,
}

/// Those of `cargo test`.
pub(crate) fn all() -> Result<Vec<TestProgram>> {
    built_by(&mut cargo(&ALL_TESTS))
}

/// The program `name`, for which the package has tests in the file `test`: they have it built, with the features of
/// all tests, so that nothing is built twice for it.
pub(crate) fn tested(name: &str, test: &str) -> Result<Command> {
    command::run(cargo(&ALL_TESTS).args(["--quiet", "--no-run", "--test", test]))?;
    Ok(Command::new(workspace::target().join("debug").join(name)))
}

/// A shell script that runs each of `programs`, as `runner`'s argument if there is one. Where one fails, its variable
/// `status` is 1 in the end, else 0.
pub(crate) fn script(programs: &[TestProgram], runner: &str, arguments: &str) -> String {
    let mut script = String::from("status=0\n");
    for program in programs {
        let [directory, path] = [&program.directory, &program.path].map(|path| quoted(path.as_os_str()));
        script += &format!("cd {directory} && {runner} {path} {arguments} || status=1\n");
    }
    script
}

/// The programs of tests that `build`, a `cargo test`, would run.
pub(crate) fn built_by(build: &mut Command) -> Result<Vec<TestProgram>> {
    let messages = command::output(build.args(["--no-run", "--message-format=json"]))?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_program_runs_in_its_directory_and_one_that_fails_is_told_in_the_end() {
        let program = |path: &str| TestProgram { path: path.into(), directory: "/usr".into() };
        let run = |programs: &[TestProgram]| {
            let script = script(programs, "env", "-c pwd") + "exit $status";
            command::output(Command::new("sh").args(["-c", &script]))
        };
        assert_eq!(run(&[program("/bin/sh"), program("/bin/sh")]).expect("both pass"), "/usr\n/usr\n");
        assert!(run(&[program("/bin/sh"), program("/bin/false"), program("/bin/sh")]).is_err());
    }
}
