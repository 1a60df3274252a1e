//! `cargo xtask ci`: every check, then every test.

use std::process::{Command, ExitCode};

use clap::Args;

use crate::cargo::cargo;
use crate::command::{self, Result, run};
use crate::features::Package;
use crate::tally::Tally;
use crate::{
    bare_metal, differential, explore, features, fuzz, instructions, no_panic, rfc, test, workspace,
};

/// The cargo-deny that is installed where there is none.
const CARGO_DENY: &str = "cargo-deny@0.20.2";

/// Run every check and every test, as continuous integration does
///
/// Format, clippy and documentation with warnings denied, each feature alone and all together, the packages
/// for bare metal built for a Cortex-M, `cargo xtask no-panic`, the dependencies' licences and sources
/// (deny.toml), all of `cargo xtask test`, two seconds of `cargo xtask fuzz` for each target, a bounded
/// `cargo xtask explore`, 100,000 calls of `cargo xtask differential`, the list of `cargo xtask rfc`, and the instruction counts of `cargo xtask bench`. A
/// check counts as one test.
#[derive(Args)]
pub(crate) struct Ci;

impl Ci {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let mut tally = Tally::default();
        tally.step("format", || run(&mut cargo(&["fmt", "--all", "--check"])));
        tally.step("clippy", || {
            let arguments =
                ["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"];
            run(&mut cargo(&arguments))
        });
        tally.step("documentation", || {
            let mut doc = cargo(&["doc", "--workspace", "--all-features", "--no-deps"]);
            run(doc.env("RUSTDOCFLAGS", "-D warnings"))
        });
        match features::packages() {
            Ok(packages) => packages.iter().for_each(|package| each_feature(&mut tally, package)),
            Err(failure) => tally.step("features", || Err(failure)),
        }
        for package in ["anysock", "anysock-sim"] {
            tally.step(&format!("{package} on bare metal"), || bare_metal::build(package));
        }
        no_panic::check(&mut tally);
        tally.step("dependencies", dependencies);
        test::all(&mut tally);
        fuzz::briefly(&mut tally);
        tally.step("explore", explore::briefly);
        tally.step("differential", differential::briefly);
        tally.step("requirements of RFC 9293", rfc::check);
        tally.step("instruction counts", instructions::check);
        Ok(tally.finish())
    }
}

/// The package without features, and with each of its features alone. (All together are in the step clippy.)
fn each_feature(tally: &mut Tally, package: &Package) {
    let none = [None];
    for feature in none.into_iter().chain(package.features.iter().map(Some)) {
        let shown = feature.map_or("without features", String::as_str);
        tally.step(&format!("{}: {shown}", package.name), || {
            let mut clippy = cargo(&["clippy", "--package", &package.name, "--no-default-features"]);
            clippy.args(feature.map(|feature| format!("--features={feature}")));
            run(clippy.args(["--", "-D", "warnings"]))
        });
    }
}

/// Known vulnerabilities are left to `cargo deny check` by hand: their list is not in cargo's registry.
fn dependencies() -> Result<()> {
    let checks = ["check", "bans", "licenses", "sources"];
    if command::succeeds(Command::new("cargo-deny").arg("--version")) {
        return run(Command::new("cargo-deny").current_dir(workspace::root()).args(checks));
    }
    let tools = workspace::target().join("tools");
    let program = tools.join("bin/cargo-deny");
    if !program.exists() {
        eprintln!("installing {CARGO_DENY} in {}", tools.display());
        // Without optimization it is built in a quarter of the time.
        let mut install =
            cargo(&["install", "--quiet", "--locked", "--debug", "--no-default-features", CARGO_DENY]);
        run(install.arg("--root").arg(&tools).env("CARGO_PROFILE_DEV_DEBUG", "0"))?;
    }
    run(Command::new(program).current_dir(workspace::root()).args(checks))
}
