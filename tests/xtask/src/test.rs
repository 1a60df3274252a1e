//! `cargo xtask test`: every test.

use std::process::ExitCode;

use clap::Args;

use crate::cargo::cargo;
use crate::command::{Failure, Result};
use crate::cross::{self, Cross, Target};
use crate::lab::Arch;
use crate::tally::Tally;
use crate::test_programs::{self, ALL_TESTS};
use crate::{abi, debian, ignored, lab, lane, memory, packetdrill, peers};

/// Set up what the tests need, and run every test
///
/// Besides cargo's own tests: those of backend-linux under valgrind; the proof of `cargo xtask abi`; python-can
/// and Wireshark's tshark against the gateway on the simulator; curl, iperf3, nc, ping and Python against simulated
/// nodes, through TUN interfaces; and can-utils, Bluetooth and python-can against the gateway on Linux, in the kernel
/// lab, where the tests that cargo ignores run too; and the families again on an ARM kernel. Debian packages are
/// installed where missing (as root); everything else is kept in target/. What is missing is a failure, never a
/// test left out. Peers and labs take their steps beside cargo's tests: what a step of theirs wrote is printed as a
/// whole, between cargo's. The last line says how many tests passed and failed; a step of setting up counts as one.
#[derive(Args)]
pub(crate) struct Test;

impl Test {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let mut tally = Tally::default();
        all(&mut tally);
        Ok(tally.finish())
    }
}

/// Runs every test; those that wait for others in a lane of their own.
pub(crate) fn all(tally: &mut Tally) {
    tally.beside(lane::Name::Peers);
    tally.tests("cargo test", || {
        let mut test = cargo(&ALL_TESTS);
        test.arg("--no-fail-fast");
        Ok(test)
    });
    tally.tests("cargo test, without std", || {
        let mut test = cargo(&["test", "--no-default-features", "--lib"]);
        test.args(["--package", "anysock-linux", "--package", "anysock-sim"]);
        Ok(test)
    });
    tally.tests("backend-linux under valgrind", memory::backend_linux);
    tally.tests("core against C", || Ok(ignored::against_c()));
    tally.tests("peers: programs on this machine against simulated nodes", ignored::real_programs);
    tally.step("packetdrill scripts on Linux", packetdrill::own_scripts_on_linux);
}

/// Runs the tests whose time is that of other programs and of emulated processors. First those that need nothing of
/// cargo, which builds for the other tests meanwhile.
pub(crate) fn peers(tally: &mut Tally) {
    tally.step("Debian packages", debian_packages);
    lab_exit_status(tally);
    abi::all(tally);
    gateway_and_peers(tally);
    tally.tests("peers: python-can", || Ok(peers::python_can()));
    tally.tests("peers: tshark", || Ok(peers::wireshark()));
    lab_peers(tally);
    for target in [&cross::ARMV7, &cross::AARCH64] {
        tally.tests(&format!("core against C on {}", target.triple), || ignored::against_c_cross(target));
    }
    in_lab_of(tally, Arch::Arm64, &cross::AARCH64);
    lab_tests(tally);
}

/// Installs at once what the steps need, which takes less than one after the other.
fn debian_packages() -> Result<()> {
    debian::install(
        &[lab::debian_packages(), abi::debian_packages(), peers::DEBIAN_PACKAGES.to_vec()].concat(),
    )
}

/// Runs every test that wants the lab's kernel.
pub(crate) fn in_lab(tally: &mut Tally) {
    lab_exit_status(tally);
    gateway_and_peers(tally);
    lab_peers(tally);
    lab_tests(tally);
}

fn gateway_and_peers(tally: &mut Tally) {
    tally.step("peers: set up", peers::set_up);
    tally.step("gateway: build", || test_programs::tested("gateway", "gateway").map(drop));
}

fn lab_peers(tally: &mut Tally) {
    tally.tests("lab: can-utils, Bluetooth and python-can", peers::in_lab);
}

fn lab_tests(tally: &mut Tally) {
    tally.tests("lab: tests that are ignored elsewhere", ignored::in_lab);
}

/// Runs the tests of whole families in the lab of another processor.
pub(crate) fn in_lab_of(tally: &mut Tally, arch: Arch, target: &'static Target) {
    tally.tests(&format!("lab: families on {arch:?}"), || {
        ignored::in_lab_cross(arch, &Cross::set_up(target)?)
    });
}

fn lab_exit_status(tally: &mut Tally) {
    let exit_7 = ["sh", "-c", "exit 7"].map(Into::into);
    tally.step("lab: a command's exit status", || match lab::run(Arch::Amd64, &exit_7, lab::TIME_LIMIT)? {
        7 => Ok(()),
        other => Err(Failure(format!("exit 7 came out of the lab as {other}"))),
    });
}
