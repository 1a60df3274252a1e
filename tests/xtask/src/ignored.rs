//! Tests that want what an ordinary machine lacks are ignored there, by name and with the reason: the kernel
//! lab runs them; those that want a C compiler, or carry more than an emulated machine can, run here.

use std::path::Path;
use std::process::Command;

use crate::cargo::cargo;
use crate::command::{self, Result, quoted};
use crate::cross::{Cross, Target};
use crate::lab::Arch;
use crate::peers;
use crate::test_programs::{self, ALL_TESTS, TestProgram};

/// What the names of tests begin with that compile C programs against the system's headers.
const C_HEADERS: &str = "c_headers_";
/// The suites of core that have them.
const C_SUITES: [&str; 6] = ["--test", "addr_layouts", "--test", "layouts", "--test", "messages"];
/// The arguments that choose them.
const ONLY_C: [&str; 3] = ["--", "--ignored", C_HEADERS];

/// How cargo tests for another processor: with the features of both packages each time, so that core is built once.
const CROSS_TESTS: [&str; 5] = ["test", "--package", "anysock", "--package", "anysock-tests"];

/// What the names of tests begin with that use Debian's programs and this machine's network namespaces.
const REAL_PROGRAMS: &str = "real_programs_";

/// Where in the lab the families' tests write what reached an independent program and came back: a line each.
const WITNESS: &str = "/run/witness";

/// The tests that compare core with C, on this machine.
pub(crate) fn against_c() -> Command {
    let mut test = cargo(&ALL_TESTS);
    test.args(C_SUITES).args(ONLY_C);
    test
}

/// The tests that compare core with C, both built for another processor and run by its emulator.
pub(crate) fn against_c_cross(target: &'static Target) -> Result<Command> {
    let mut test = Cross::set_up(target)?.cargo_that_runs(&CROSS_TESTS)?;
    test.args(C_SUITES).args(ONLY_C);
    Ok(test)
}

/// The tests in which Debian's programs talk to simulated nodes, in network namespaces of their own, read what was
/// captured of them, put packetdrill's runner into a namespace, or have this machine's kernel for core's TCP and the
/// simulator's socket filters to be compared with: here it takes a tenth of the time that the lab's would.
pub(crate) fn real_programs() -> Result<Command> {
    peers::install()?;
    let mut test = cargo(&ALL_TESTS);
    for suite in ["attach", "captures", "counters", "killed", "socket_filter", "tcp_linux"] {
        test.args(["--test", suite]);
    }
    test.args(["--", "--ignored", REAL_PROGRAMS, "--test-threads=1"]);
    Ok(test)
}

/// The programs of tests with ignored tests among them, with all their tests, in the kernel lab.
pub(crate) fn in_lab() -> Result<Command> {
    let mut chosen = Vec::new();
    for program in test_programs::all()? {
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
    let mut build = cross.cargo(&CROSS_TESTS);
    let peers = peers::compile(arch, cross.compiler())?;
    in_lab_of(arch, &test_programs::built_by(build.args(suites))?, &peers)
}

/// All tests of `programs` in the lab of `arch`, with the C programs in the directory `peers`.
fn in_lab_of(arch: Arch, programs: &[TestProgram], peers: &Path) -> Result<Command> {
    let peers = quoted(peers.as_os_str());
    let mut script = format!("export ANYSOCK_PEERS={peers} ANYSOCK_WITNESS={WITNESS}\n: >{WITNESS}\n");
    let mut skip = format!("--skip {C_HEADERS} --skip {REAL_PROGRAMS}");
    if !arch.has_bluetooth() {
        println!(
            "without Bluetooth: Debian's kernel for {arch:?} has no virtual controllers (CONFIG_BT_HCIVHCI)"
        );
        skip += " --skip bluetooth --skip rfcomm";
    }
    script += &test_programs::script(programs, "", &format!("--include-ignored {skip}"));
    script += &format!("echo; sort {WITNESS}\nexit $status");
    crate::lab::command(arch, &["sh", "-c", &script].map(Path::new))
}
