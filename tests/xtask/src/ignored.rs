//! Tests that want what an ordinary machine lacks are ignored there, by name and with the reason: the kernel
//! lab runs them; those that want a C compiler, or carry more than an emulated machine can, run here.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::cargo::cargo;
use crate::command::{self, Failure, Result, quoted};
use crate::cross::{Cross, Target};
use crate::lab::Arch;
use crate::peers;

/// What the names of tests begin with that compile C programs against the system's headers.
const C_HEADERS: &str = "c_headers_";
/// The arguments that choose them.
const ONLY_C: [&str; 3] = ["--", "--ignored", C_HEADERS];

/// What the names of tests begin with that let Debian's programs talk to simulated nodes.
const REAL_PROGRAMS: &str = "real_programs_";

/// Where in the lab the families' tests write what reached an independent program and came back: a line each.
const WITNESS: &str = "/run/witness";

/// The tests that compare core with C, on this machine.
pub(crate) fn against_c() -> Command {
    let mut test = cargo(&["test", "--package", "anysock", "--tests"]);
    test.args(ONLY_C);
    test
}

/// The tests that compare core with C, both built for another processor and run by its emulator.
pub(crate) fn against_c_cross(target: &'static Target) -> Result<Command> {
    let suites =
        ["test", "--package", "anysock", "--test", "addr_layouts", "--test", "layouts", "--test", "messages"];
    let mut test = Cross::set_up(target)?.cargo_that_runs(&suites)?;
    test.args(ONLY_C);
    Ok(test)
}

/// The tests in which Debian's programs talk to simulated nodes, in network namespaces of their own, or read what was
/// captured of them.
pub(crate) fn real_programs() -> Command {
    let suites = ["--package", "anysock-tests", "--test", "attach", "--test", "captures"];
    let mut test = cargo(&["test"]);
    test.args(suites).args(["--", "--ignored", REAL_PROGRAMS, "--test-threads=1"]);
    test
}

/// A built program of tests.
struct TestProgram {
    path: PathBuf,
    /// Where cargo would run it.
    directory: PathBuf,
}

/// The programs of tests with ignored tests among them, with all their tests, in the kernel lab.
pub(crate) fn in_lab() -> Result<Command> {
    let mut all = cargo(&["test", "--workspace", "--all-features"]);
    let mut chosen = Vec::new();
    for program in programs(&mut all)? {
        let list = ["--list", "--ignored", "--format=terse", "--skip", C_HEADERS, "--skip", REAL_PROGRAMS];
        if !command::output(Command::new(&program.path).args(list))?.is_empty() {
            chosen.push(program);
        }
    }
    let peers = peers::compile(Arch::Amd64, Command::new("cc"))?;
    in_lab_of(Arch::Amd64, &chosen, &peers)
}

/// The suites of whole families, built for the processor of `cross`, in the kernel lab of `arch`.
pub(crate) fn in_lab_cross(arch: Arch, cross: &Cross) -> Result<Command> {
    let suites = ["--test", "conformance_linux", "--test", "families"];
    let mut build = cross.cargo(&["test", "--package", "anysock-tests"]);
    let peers = peers::compile(arch, cross.compiler())?;
    in_lab_of(arch, &programs(build.args(suites))?, &peers)
}

/// All tests of `programs` in the lab of `arch`, with the C programs in the directory `peers`.
fn in_lab_of(arch: Arch, programs: &[TestProgram], peers: &Path) -> Result<Command> {
    let peers = quoted(peers.as_os_str());
    let mut script =
        format!("export ANYSOCK_PEERS={peers} ANYSOCK_WITNESS={WITNESS}\n: >{WITNESS}\nstatus=0\n");
    let mut skip = format!("--skip {C_HEADERS} --skip {REAL_PROGRAMS}");
    if !arch.has_bluetooth() {
        println!(
            "without Bluetooth: Debian's kernel for {arch:?} has no virtual controllers (CONFIG_BT_HCIVHCI)"
        );
        skip += " --skip bluetooth --skip rfcomm";
    }
    for program in programs {
        let [directory, path] = [&program.directory, &program.path].map(|path| quoted(path.as_os_str()));
        script += &format!("cd {directory} && {path} --include-ignored {skip} || status=1\n");
    }
    script += &format!("echo; sort {WITNESS}\nexit $status");
    crate::lab::command(arch, &["sh", "-c", &script].map(Path::new))
}

/// The programs of tests that `build`, a `cargo test`, would run.
fn programs(build: &mut Command) -> Result<Vec<TestProgram>> {
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
