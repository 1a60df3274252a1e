//! User-space instructions per call, counted by valgrind's callgrind: time is too noisy for so little.

use std::path::Path;
use std::process::Command;

use crate::cargo::cargo;
use crate::command::{self, Failure, Result, run};
use crate::{debian, workspace};

/// A program that is measured: `NAME CASE COUNT`, and without arguments a list of its cases.
struct Measured {
    name: &'static str,
    /// The most instructions that one round of a case may take.
    limits: &'static [(&'static str, u64)],
}

/// How many more instructions than `…/libc`, the calls alone, one round of `…/anysock` may take, in `calls`: as many as
/// were measured, and never more than 20.
const BEYOND_LIBC: &[(&str, u64)] =
    &[("tcp", 1), ("accept", 12), ("can", 19), ("recvmsg", 13), ("recvmmsg", 19)];

const PROGRAMS: &[Measured] = &[
    // One `sendto` and one `recvfrom` through our own sockets.
    Measured { name: "udp_calls", limits: &[("anysock-socket", 60), ("anysock-udp", 60)] },
    // Decoding and encoding one address.
    Measured { name: "address_codecs", limits: &[("inet", 25), ("inet6", 35), ("can", 35)] },
    // One full segment from memory to memory, and one connection, beside smoltcp.
    Measured { name: "tcp_instructions", limits: &[] },
    // Other calls, beside the C library's and other interfaces.
    Measured { name: "calls", limits: &[] },
];

/// Counts the instructions of one round of every case and prints them; fails where a limit is passed.
pub(crate) fn check() -> Result<()> {
    debian::install(&["valgrind"])?;
    PROGRAMS.iter().try_for_each(Measured::check)
}

impl Measured {
    fn check(&self) -> Result<()> {
        run(&mut cargo(&["build", "--release", "--package", "anysock-tests", "--example", self.name]))?;
        let program = workspace::target().join("release/examples").join(self.name);
        let cases = command::output(&mut Command::new(&program))?;
        let (mut passed, mut libc) = (Vec::new(), 0);
        for case in cases.lines() {
            let instructions = per_round(&program, case)?;
            let limit = self.limits.iter().find(|(name, _)| *name == case).map(|(_, limit)| *limit);
            let limit = match case.split_once('/') {
                Some((operation, "anysock")) => {
                    BEYOND_LIBC.iter().find(|(name, _)| *name == operation).map(|(_, more)| libc + more)
                }
                Some((_, "libc")) => {
                    libc = instructions;
                    limit
                }
                _ => limit,
            };
            let shown = limit.map_or(String::new(), |limit| format!(", at most {limit}"));
            println!("{} {case:<17} {instructions:>4} instructions{shown}", self.name);
            if limit.is_some_and(|limit| instructions > limit) {
                passed.push(case);
            }
        }
        if passed.is_empty() {
            return Ok(());
        }
        Err(Failure(format!("{}: above the limit: {}", self.name, passed.join(", "))))
    }
}

/// The instructions of one round: the difference between many and few, in which all else is the same.
fn per_round(program: &Path, case: &str) -> Result<u64> {
    let (few, many) = (1_000, 11_000);
    let difference = counted(program, case, many)?.saturating_sub(counted(program, case, few)?);
    Ok(difference / (many - few))
}

fn counted(program: &Path, case: &str, rounds: u64) -> Result<u64> {
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--log-fd=1"]);
    let report = command::output(valgrind.arg(program).args([case, &rounds.to_string()]))?;
    let count = report.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok());
    count.ok_or_else(|| Failure(format!("callgrind counted nothing:\n{report}")))
}
