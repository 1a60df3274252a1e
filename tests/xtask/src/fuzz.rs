//! `cargo xtask fuzz`: libFuzzer on every codec.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use clap::Args;

use crate::cargo::cargo;
use crate::command::{self, Failure, Result};
use crate::tally::Tally;
use crate::{debian, workspace};

/// Of a build that tells libFuzzer what it reaches and compares, as cargo-fuzz has it; and one that checks
/// arithmetic.
const FLAGS: &[&str] = &[
    "--cfg=fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Coverflow-checks",
];

/// Fuzz the decoders and parsers
///
/// A target is a group of codecs: without one, all of them, one after the other. What reaches something new
/// is kept under target/fuzz; what breaks a promise is kept there, too, and fails. (No sanitizer: what is
/// fuzzed has no `unsafe`.)
#[derive(Args)]
pub(crate) struct Fuzz {
    /// Only this target (a file of tests/fuzz/fuzz_targets), and those whose names begin with it and `_`
    target: Option<String>,
    /// How long each target runs
    #[arg(long, value_name = "N", default_value_t = 60)]
    seconds: u32,
    /// Then add to tests/fuzz/corpus what reaches code that the corpus there does not
    #[arg(long)]
    keep: bool,
}

impl Fuzz {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let mut tally = Tally::default();
        match self.target {
            Some(name) => each(&mut tally, &named(&name)?, self.seconds, self.keep),
            None => each(&mut tally, &targets()?, self.seconds, self.keep),
        }
        Ok(tally.finish())
    }
}

/// Every target for a few seconds; each is a step.
pub(crate) fn briefly(tally: &mut Tally) {
    match targets() {
        Ok(targets) => each(tally, &targets, 2, false),
        Err(failure) => tally.step("fuzz", || Err(failure)),
    }
}

fn each(tally: &mut Tally, targets: &[String], seconds: u32, keep: bool) {
    let mut built = false;
    tally.step("fuzz: build", || build(targets).map(|()| built = true));
    for target in targets.iter().filter(|_| built) {
        tally.step(&format!("fuzz: {target}"), || {
            fuzz(target, seconds)?;
            if keep { merge(target) } else { Ok(()) }
        });
    }
}

/// The names of all targets.
fn targets() -> Result<Vec<String>> {
    let directory = directory().join("fuzz_targets");
    let files = fs::read_dir(&directory).map_err(Failure::at(&directory))?;
    let names = files.filter_map(|file| Some(file.ok()?.path().file_stem()?.to_str()?.to_owned()));
    let mut names: Vec<String> = names.collect();
    names.sort();
    Ok(names)
}

/// Those of a name, as `tcp` is the name of `tcp`, `tcp_connection` and `tcp_pair`.
fn named(name: &str) -> Result<Vec<String>> {
    let mut targets = targets()?;
    targets.retain(|target| {
        target == name || target.strip_prefix(name).is_some_and(|rest| rest.starts_with('_'))
    });
    if targets.is_empty() { Err(Failure(format!("there is no target {name}"))) } else { Ok(targets) }
}

fn build(targets: &[String]) -> Result<()> {
    debian::install(&["g++"])?;
    let mut build = cargo(&["build", "--quiet"]);
    // With a target, even if it is this machine, build scripts are built without the flags.
    build.current_dir(directory()).args(["--target", &host()?]).arg("--target-dir").arg(output());
    build.args(targets.iter().map(|target| format!("--bin={target}")));
    // The flags are the compiler's, but not yet stable.
    command::run(build.env("RUSTC_BOOTSTRAP", "1").env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\x1f")))
}

/// Begins with the corpora of the repository and of earlier runs.
fn fuzz(target: &str, seconds: u32) -> Result<()> {
    let found = found(target);
    fs::create_dir_all(&found).map_err(Failure::at(&found))?;
    let mut fuzz = program(target)?;
    fuzz.args(["-max_len=512", "-timeout=5", "-verbosity=0", "-print_final_stats=1"]);
    fuzz.arg(format!("-max_total_time={seconds}"));
    fuzz.arg(format!("-artifact_prefix={}/broken-{target}-", output().display()));
    let report = reported(fuzz.arg(&found).arg(corpus(target)))?;
    let count = |name| report.lines().find_map(|line| line.strip_prefix(name)).unwrap_or("?").trim();
    let (inputs, new) = (count("stat::number_of_executed_units:"), count("stat::new_units_added:"));
    println!("{target}: {inputs} inputs, of which {new} reached something new; all held");
    Ok(())
}

/// What libFuzzer says, which is on its standard error; in the failure, where there is one.
fn reported(libfuzzer: &mut Command) -> Result<String> {
    let output = libfuzzer.output().map_err(|error| command::not_started(libfuzzer, &error))?;
    let report = String::from_utf8_lossy(&output.stderr).into_owned();
    command::succeeded(libfuzzer, output.status)
        .map_err(|Failure(why)| Failure(format!("{why}\n{report}")))?;
    Ok(report)
}

/// Copies from the earlier runs what the repository's corpus lacks.
fn merge(target: &str) -> Result<()> {
    let mut merge = program(target)?;
    // Code reached, not how often: a corpus of a few hundred files is enough.
    merge.args(["-merge=1", "-use_counters=0", "-verbosity=0"]);
    reported(merge.arg(corpus(target)).arg(found(target))).map(|_| ())
}

fn program(target: &str) -> Result<Command> {
    Ok(Command::new(output().join(host()?).join("debug").join(target)))
}

/// The compiler's name for this machine.
fn host() -> Result<String> {
    command::output(Command::new("rustc").arg("--print=host-tuple")).map(|host| host.trim_end().to_owned())
}

fn found(target: &str) -> PathBuf {
    output().join("corpus").join(target)
}

fn corpus(target: &str) -> PathBuf {
    directory().join("corpus").join(target)
}

fn directory() -> PathBuf {
    workspace::root().join("tests/fuzz")
}

fn output() -> PathBuf {
    workspace::target().join("fuzz")
}
