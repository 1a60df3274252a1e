//! User-space instructions per call, counted by valgrind's callgrind: time is too noisy for so little.

use std::path::Path;
use std::process::Command;

use crate::command::{self, Failure, Result};
use crate::{debian, optimized};

/// A program that is measured: `NAME CASE COUNT`, and without arguments a list of its cases.
struct Measured {
    name: &'static str,
    /// The most instructions that one round of a case may take.
    limits: &'static [(&'static str, u64)],
    /// How many rounds are few. Eleven times as many are many.
    few: u64,
}

/// How many more instructions than `…/libc`, the calls alone, one round of `…/anysock` may take, in `calls`: as many as
/// were measured (1, 12, 19, 13 and 20), and three for what the compiler makes of the loop around them, which differs
/// by one or two between directories that the same source is built in.
const BEYOND_LIBC: &[(&str, u64)] =
    &[("tcp", 4), ("accept", 15), ("can", 22), ("recvmsg", 16), ("recvmmsg", 23)];

/// How many instructions one round of a case may take.
enum Limit {
    Of(u64),
    /// So many more than the calls alone.
    BeyondLibc(u64),
    /// The calls alone.
    Libc,
    None,
}

const PROGRAMS: &[Measured] = &[
    // One `sendto` and one `recvfrom` through our own sockets: 60 are the goal, and the room is that of the others.
    Measured { name: "udp_calls", limits: &[("anysock-socket", 63), ("anysock-udp", 63)], few: 1_000 },
    // Decoding and encoding one address.
    Measured { name: "address_codecs", limits: &[("inet", 25), ("inet6", 35), ("can", 35)], few: 1_000 },
    // One full segment from memory to memory, and one connection, beside smoltcp: thousands of instructions a round.
    Measured { name: "tcp_instructions", limits: &[("anysock-connect", 15_300)], few: 100 },
    // Other calls, beside the C library's and other interfaces.
    Measured { name: "calls", limits: &[], few: 1_000 },
];

/// Which cases are counted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cases {
    All,
    /// Those that have a limit, and those that one depends on.
    Limited,
}

/// Counts the instructions of one round of each case and prints them; fails where a limit is passed.
pub(crate) fn check(cases: Cases) -> Result<()> {
    debian::install(&["valgrind"])?;
    let examples: Vec<String> =
        PROGRAMS.iter().map(|program| format!("--example={}", program.name)).collect();
    optimized::build(&examples)?;
    PROGRAMS.iter().try_for_each(|program| program.check(cases))
}

impl Measured {
    fn check(&self, cases: Cases) -> Result<()> {
        let program = optimized::program(&format!("examples/{}", self.name));
        let all = command::output(&mut Command::new(&program))?;
        let (mut passed, mut libc) = (Vec::new(), 0);
        for case in all.lines() {
            let limit = self.limit(case);
            if cases == Cases::Limited && matches!(limit, Limit::None) {
                continue;
            }
            let instructions = per_round(&program, case, self.few)?;
            let limit = match limit {
                Limit::Of(most) => Some(most),
                Limit::BeyondLibc(more) => Some(libc + more),
                Limit::Libc => {
                    libc = instructions;
                    None
                }
                Limit::None => None,
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

    fn limit(&self, case: &str) -> Limit {
        if let Some((_, most)) = self.limits.iter().find(|(name, _)| *name == case) {
            return Limit::Of(*most);
        }
        let beyond =
            |operation| BEYOND_LIBC.iter().find(|(name, _)| *name == operation).map(|(_, more)| *more);
        match case.split_once('/') {
            Some((_, "libc")) => Limit::Libc,
            Some((operation, "anysock")) => beyond(operation).map_or(Limit::None, Limit::BeyondLibc),
            _ => Limit::None,
        }
    }
}

/// The instructions of one round: the difference between many and few, in which all else is the same.
fn per_round(program: &Path, case: &str, few: u64) -> Result<u64> {
    let many = 11 * few;
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
