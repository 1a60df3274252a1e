//! The peer tests: programs that this project did not write, against the gateway. They are Python, in
//! `tests/peers`, and want `target/release/gateway`.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::command::{self, Result};
use crate::{debian, lab, workspace};

/// What the peer tests run. The kernel lab names its own.
const DEBIAN_PACKAGES: &[&str] = &["python3", "python3-venv", "tshark"];

/// Debian's own Python: others are often built without Bluetooth.
const PYTHON: &str = "/usr/bin/python3";

/// Installs what the peers need, python-can in an environment of its own under `target`.
pub(crate) fn set_up() -> Result<()> {
    debian::install(DEBIAN_PACKAGES)?;
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
    lab::command(&[&python, Path::new("tests/peers/lab_test.py"), Path::new("-v")])
}

fn environment() -> PathBuf {
    workspace::target().join("python")
}
