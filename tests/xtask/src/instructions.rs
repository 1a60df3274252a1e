//! User-space instructions per call, counted by valgrind's callgrind: time is too noisy for so little.

use std::path::Path;
use std::process::Command;

use crate::cargo::cargo;
use crate::command::{self, Failure, Result, run};
use crate::{debian, workspace};

/// The program that is measured: `udp_calls INTERFACE COUNT`, and without arguments a list of the interfaces.
const PROGRAM: &str = "udp_calls";

/// The most instructions that one `sendto` and one `recvfrom` may take through our own sockets.
const LIMITS: &[(&str, u64)] = &[("anysock-socket", 60), ("anysock-udp", 60)];

/// Counts the instructions of one round of every interface and prints them; fails where a limit is passed.
pub(crate) fn check() -> Result<()> {
    debian::install(&["valgrind"])?;
    run(&mut cargo(&["build", "--release", "--package", "anysock-tests", "--example", PROGRAM]))?;
    let program = workspace::target().join("release/examples").join(PROGRAM);
    let interfaces = command::output(&mut Command::new(&program))?;
    let mut passed = Vec::new();
    for interface in interfaces.lines() {
        let instructions = per_round(&program, interface)?;
        let limit = LIMITS.iter().find(|(name, _)| *name == interface).map(|(_, limit)| *limit);
        let shown = limit.map_or(String::new(), |limit| format!(", at most {limit}"));
        println!("{PROGRAM} {interface:<16} {instructions:>4} instructions{shown}");
        if limit.is_some_and(|limit| instructions > limit) {
            passed.push(interface);
        }
    }
    if passed.is_empty() {
        return Ok(());
    }
    Err(Failure(format!("{PROGRAM}: above the limit: {}", passed.join(", "))))
}

/// The instructions of one round: the difference between many and few, in which all else is the same.
fn per_round(program: &Path, interface: &str) -> Result<u64> {
    let (few, many) = (1_000, 11_000);
    let difference = counted(program, interface, many)?.saturating_sub(counted(program, interface, few)?);
    Ok(difference / (many - few))
}

fn counted(program: &Path, interface: &str, rounds: u64) -> Result<u64> {
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--log-fd=1"]);
    let report = command::output(valgrind.arg(program).args([interface, &rounds.to_string()]))?;
    let count = report.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok());
    count.ok_or_else(|| Failure(format!("callgrind counted nothing:\n{report}")))
}
