//! How fast the simulator is: connections, beside turmoil; many idle connections; many nodes.
//!
//! Without arguments it prints every table of BENCHMARKS.md. `anysock-simulator-speed CASE COUNT` runs one case once,
//! for callgrind; `--cases` lists them.

mod connections;
mod idle;
mod nodes;
mod turmoil_connections;

use std::fmt;
use std::time::Duration;

use nix::time::{ClockId, clock_gettime};

type Failure = Box<dyn std::error::Error>;

/// One case: what it is called, and what runs it so many times and prints what it measured.
type Case = (&'static str, fn(count: u64) -> Result<(), Failure>);

const CASES: &[Case] = &[
    ("connections", |count| connections::one_after_the_other(count).print("anysock")),
    ("concurrent", |count| connections::at_a_time(count).print("anysock")),
    ("bulk", |count| connections::bulk(count).print("anysock")),
    ("turmoil", |count| turmoil_connections::one_after_the_other(count)?.print("turmoil")),
    ("turmoil-no-latency", |count| turmoil_connections::without_latency(count)?.print("turmoil, no latency")),
    ("turmoil-as-it-comes", |count| turmoil_connections::as_it_comes(count)?.print("turmoil, as it comes")),
    ("turmoil-concurrent", |count| turmoil_connections::at_a_time(count)?.print("turmoil")),
    ("idle", idle::measure),
    ("nodes", |count| nodes::measure(count.try_into()?)),
];

/// How many connections are open at the same time, where not one after the other.
const AT_A_TIME: u64 = 100;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &arguments[..] {
        [] => tables(),
        [cases] if cases == "--cases" => {
            CASES.iter().for_each(|(name, _)| println!("{name}"));
            Ok(())
        }
        [case, count] => {
            let (_, run) = CASES.iter().find(|(name, _)| name == case).ok_or("no such case")?;
            let count = count.parse::<u64>()?;
            if count == 0 { Err("COUNT is one at least".into()) } else { run(count) }
        }
        _ => Err("CASE COUNT, or --cases, or nothing".into()),
    }
}

fn tables() -> Result<(), Failure> {
    println!("connect, echo, close, one after the other:");
    // In turns, so that both have the same of what else the machine does.
    for _ in 0..3 {
        connections::one_after_the_other(100_000).print("anysock")?;
        turmoil_connections::as_it_comes(5_000)?.print("turmoil, as it comes")?;
        turmoil_connections::one_after_the_other(50_000)?.print("turmoil")?;
        turmoil_connections::without_latency(50_000)?.print("turmoil, no latency")?;
    }
    println!("connect, echo, close, {AT_A_TIME} at a time:");
    for _ in 0..3 {
        connections::at_a_time(100_000).print("anysock")?;
        turmoil_connections::at_a_time(50_000)?.print("turmoil")?;
    }
    println!("idle connections:");
    [1_000, 10_000, 100_000, 1_000_000].into_iter().try_for_each(another_process("idle"))?;
    println!("nodes:");
    [10, 100, 1_000, 10_000].into_iter().try_for_each(another_process("nodes"))
}

/// Runs a case in a process of its own, so that its memory is not what others have left.
fn another_process(case: &str) -> impl Fn(u64) -> Result<(), Failure> {
    move |count| {
        let mut command = std::process::Command::new(std::env::current_exe()?);
        let status = command.args([case, &count.to_string()]).status()?;
        if status.success() { Ok(()) } else { Err(format!("{case} {count} has failed").into()) }
    }
}

/// What came of a case.
struct Measured {
    count: u64,
    what: &'static str,
    took: Duration,
    /// The hash of the trace, where there is one: the same each time.
    trace: Option<u128>,
}

impl Measured {
    /// Runs `case`, whose result is the hash of its trace.
    fn new(what: &'static str, count: u64, case: impl FnOnce() -> Option<u128>) -> Self {
        let start = processor_time();
        let trace = case();
        Measured { count, what, took: processor_time() - start, trace }
    }

    fn print(&self, name: &str) -> Result<(), Failure> {
        println!("{name}: {self}");
        Ok(())
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.0} {} a second", self.count as f64 / self.took.as_secs_f64(), self.what)?;
        self.trace.map_or(Ok(()), |trace| write!(f, ", trace {trace:032x}"))
    }
}

/// The time that the processor has spent on this program: other work on the machine does not count.
fn processor_time() -> Duration {
    clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID).map_or(Duration::ZERO, Duration::from)
}

/// The program's memory that is in use, in bytes (proc(5)).
fn memory() -> Result<u64, Failure> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? * 1024)
}
