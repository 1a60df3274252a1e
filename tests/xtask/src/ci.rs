//! `cargo xtask ci`: every check, then every test.

use std::process::{Command, ExitCode};

use clap::Args;

use crate::cargo::cargo;
use crate::command::{Result, run};
use crate::features::Package;
use crate::instructions::Cases;
use crate::tally::Tally;
use crate::{
    bare_metal, dependencies, differential, explore, features, fuzz, instructions, lane, line_length,
    no_panic, rfc, test, workspace,
};

/// Run every check and every test, as continuous integration does
///
/// Format, the length of lines, clippy and the documentation of what is published with warnings denied, each
/// feature alone and all together, the gateway with the features that it has by itself, the packages for bare metal
/// checked for a Cortex-M, `cargo xtask no-panic`, the dependencies' licences and sources (deny.toml), all of
/// `cargo xtask test`, two seconds of `cargo xtask fuzz` for each target, a bounded `cargo xtask explore`, 100,000
/// calls of `cargo xtask differential`, the list of `cargo xtask rfc`, and those instruction counts of `cargo xtask
/// bench` that have a limit. Checks and tests are taken at the same time: what a check wrote is printed as a whole,
/// between the tests. A check counts as one test.
#[derive(Args)]
pub(crate) struct Ci;

/// The packages whose documentation others read.
const PUBLISHED: [&str; 3] = ["anysock", "anysock-linux", "anysock-sim"];

impl Ci {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let mut tally = Tally::default();
        tally.beside(lane::Name::Checks);
        test::all(&mut tally);
        fuzz::briefly(&mut tally);
        tally.step("explore", explore::briefly);
        tally.step("differential", differential::briefly);
        tally.step("requirements of RFC 9293", rfc::check);
        tally.step("instruction counts", || instructions::check(Cases::Limited));
        Ok(tally.finish())
    }
}

/// What compiling shows, and what is known of the dependencies. Last what keeps every processor busy: the other lanes
/// may be over by then.
pub(crate) fn checks(tally: &mut Tally) {
    tally.step("format", || run(&mut cargo(&["fmt", "--all", "--check"])));
    tally.step("length of lines", line_length::check);
    match features::packages() {
        Ok(packages) => packages.iter().for_each(|package| each_feature(tally, package)),
        Err(failure) => tally.step("features", || Err(failure)),
    }
    // With the features that they have by themselves, which everything else is built with more than.
    tally.step("gateway, as a user builds it", || {
        run(&mut checking(&["check", "--package", "anysock-examples"]))
    });
    for package in ["anysock", "anysock-sim"] {
        tally.step(&format!("{package} on bare metal"), || bare_metal::check(package));
    }
    no_panic::check(tally);
    tally.step("dependencies", dependencies::check);
    tally.step("documentation", || {
        let published = PUBLISHED.iter().flat_map(|package| ["--package", package]);
        let mut doc = checking(&["doc", "--all-features", "--no-deps"]);
        run(doc.args(published).env("RUSTDOCFLAGS", "-D warnings"))
    });
    tally.step("clippy", || {
        let arguments = ["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"];
        run(&mut checking(&arguments))
    });
}

/// A cargo that does not wait for those of other lanes: it has a directory of its own.
fn checking(arguments: &[&str]) -> Command {
    let mut cargo = cargo(arguments);
    cargo.env("CARGO_TARGET_DIR", workspace::target().join("checks"));
    cargo
}

/// The package without features, and with each of its features alone. (All together are in the step clippy.) The
/// compiler's warnings are asked for with each; clippy's only without features and with all, which leaves out what it
/// would say of a line that is compiled with some features and without others.
fn each_feature(tally: &mut Tally, package: &Package) {
    let package_alone = ["--package", &package.name, "--no-default-features"];
    tally.step(&format!("{}: without features", package.name), || {
        run(checking(&["clippy"]).args(package_alone).args(["--", "-D", "warnings"]))
    });
    for feature in &package.features {
        tally.step(&format!("{}: {feature}", package.name), || {
            let mut check = checking(&["rustc", "--lib", "--profile=check"]);
            check.args(package_alone).arg(format!("--features={feature}"));
            run(check.args(["--", "-D", "warnings"]))
        });
    }
}
