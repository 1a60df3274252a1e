//! The peers: programs that this project did not write, driven against the gateway by Python in `tests/peers`,
//! which wants `target/debug/gateway`; and, for families that have no such program, C programs there that
//! use nothing but the kernel's headers.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::command::{self, Failure, Result};
use crate::lab::Arch;
use crate::{debian, lab, workspace};

/// What the peer tests run. The kernel lab names its own.
#[rustfmt::skip] // One a line, so that changes stay apart.
pub(crate) const DEBIAN_PACKAGES: &[&str] = &[
    "curl",
    "iperf3",
    "iproute2",
    "iputils-ping",
    "netcat-openbsd",
    "procps",
    "python3",
    "python3-venv",
    "tshark",
];

/// Debian's own Python: others are often built without Bluetooth.
const PYTHON: &str = "/usr/bin/python3";

/// Installs Debian's programs.
pub(crate) fn install() -> Result<()> {
    debian::install(DEBIAN_PACKAGES)
}

/// Installs what the peers need, python-can in an environment of its own under `target`.
pub(crate) fn set_up() -> Result<()> {
    install()?;
    let requirements = workspace::root().join("tests/peers/requirements.txt");
    command::run(Command::new(PYTHON).args(["-m", "venv"]).arg(environment()))?;
    let mut pip = Command::new(environment().join("bin/pip"));
    command::run(pip.args(["install", "--quiet", "--disable-pip-version-check", "-r"]).arg(requirements))
}

/// python-can against the gateway on the simulator.
pub(crate) fn python_can() -> Command {
    let mut test = Command::new(environment().join("bin/python"));
    test.current_dir(workspace::root()).args(["tests/peers/python_can_test.py", "-v"]);
    test
}

/// Wireshark's tshark on a capture of the simulator.
pub(crate) fn wireshark() -> Command {
    let mut test = Command::new(PYTHON);
    test.current_dir(workspace::root()).args(["tests/peers/wireshark_test.py", "-v"]);
    test
}

/// can-utils, Bluetooth and python-can against the gateway on Linux, in the kernel lab.
pub(crate) fn in_lab() -> Result<Command> {
    let python = environment().join("bin/python");
    lab::command(Arch::Amd64, &[&python, Path::new("tests/peers/lab_test.py"), Path::new("-v")])
}

/// Compiles the C programs for `arch`, and returns the directory where they are.
pub(crate) fn compile(arch: Arch, compiler: Command) -> Result<PathBuf> {
    let sources = workspace::root().join("tests/peers");
    let programs = workspace::target().join(format!("peers-{arch:?}").to_lowercase());
    fs::create_dir_all(&programs).map_err(Failure::at(&programs))?;
    for entry in fs::read_dir(&sources).map_err(Failure::at(&sources))? {
        let source = entry.map_err(Failure::at(&sources))?.path();
        if let (Some("c"), Some(name)) = (source.extension().and_then(OsStr::to_str), source.file_stem()) {
            let mut compile = Command::new(compiler.get_program());
            compile.args(["-O2", "-Wall", "-Wextra", "-Werror", "-std=gnu11", "-o"]);
            command::run(compile.arg(programs.join(name)).arg(&source))?;
        }
    }
    Ok(programs)
}

fn environment() -> PathBuf {
    workspace::target().join("python")
}
