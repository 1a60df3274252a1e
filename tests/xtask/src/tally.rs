//! Counting: how many tests passed and failed, over all the programs that ran them, and how long each step took.

use std::fmt;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use crate::command::{self, Failure, Result};

/// Steps that took no longer are not listed at the end.
const SHORT: Duration = Duration::from_secs(1);

/// How many tests ran. Displays as `N passed, N failed`.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    passed: u32,
    failed: u32,
    /// What each step took.
    took: Vec<(String, Duration)>,
}

impl Tally {
    /// Counts one step as one test: a failure is told and counted, and the next step is taken all the same.
    pub(crate) fn step(&mut self, name: &str, step: impl FnOnce() -> Result<()>) {
        match self.timed(name, step) {
            Ok(()) => self.passed += 1,
            Err(failure) => self.fail(name, &failure),
        }
    }

    /// Says which step this is, takes it, and keeps in mind how long that took.
    fn timed<T>(&mut self, name: &str, step: impl FnOnce() -> T) -> T {
        println!("\n== {name}");
        let start = Instant::now();
        let outcome = step();
        self.took.push((name.to_owned(), start.elapsed()));
        outcome
    }

    /// Runs a program of many tests and counts each of them. One that fails without a failed test, or that
    /// passes without any test at all, counts as one failed.
    pub(crate) fn tests(&mut self, name: &str, program: impl FnOnce() -> Result<Command>) {
        let mut counted = Tally::default();
        let outcome = self.timed(name, || {
            program().and_then(|mut program| command::run_watched(&mut program, |line| counted.line(line)))
        });
        self.passed += counted.passed;
        self.failed += counted.failed;
        match outcome {
            Err(failure) if counted.failed == 0 => self.fail(name, &failure),
            Ok(()) if (counted.passed, counted.failed) == (0, 0) => {
                self.fail(name, &Failure::new("no test ran"))
            }
            _ => (),
        }
    }

    /// Prints what the steps took, the longest first, and the count as the last line; the exit status says whether
    /// anything failed.
    pub(crate) fn finish(mut self) -> ExitCode {
        self.took.retain(|(_, took)| *took > SHORT);
        self.took.sort_by_key(|(_, took)| std::cmp::Reverse(*took));
        println!();
        for (name, took) in &self.took {
            println!("{:>6} s  {name}", took.as_secs());
        }
        println!("\n{self}");
        if self.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    fn fail(&mut self, name: &str, Failure(why): &Failure) {
        println!("FAILED {name}: {why}");
        self.failed += 1;
    }

    /// Counts what a line reports: a summary of libtest, or one test of Python's unittest. A test that
    /// unittest skips lacks something, which is a failure here.
    fn line(&mut self, line: &str) {
        if let Some(summary) = line.strip_prefix("test result: ") {
            for part in summary.split(['.', ';']) {
                let mut words = part.split_whitespace();
                let Some(count) = words.next().and_then(|count| count.parse::<u32>().ok()) else { continue };
                match words.next() {
                    Some("passed") => self.passed += count,
                    Some("failed") => self.failed += count,
                    _ => (),
                }
            }
        } else if let Some((_, outcome)) = line.rsplit_once(" ... ") {
            match outcome.split_whitespace().next() {
                Some("ok") if !line.starts_with("test ") => self.passed += 1,
                Some("FAIL" | "ERROR" | "skipped") => self.failed += 1,
                _ => (),
            }
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(lines: &str) -> Tally {
        let mut tally = Tally::default();
        lines.lines().for_each(|line| tally.line(line));
        tally
    }

    #[test]
    fn libtest_is_counted_by_its_summaries() {
        let lines = "\
running 3 tests
test a ... ok
test b - should panic ... ok
test c ... FAILED
test d ... ignored

test result: FAILED. 2 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s

test result: ok. 40 passed; 0 failed; 0 ignored; 0 measured; 7 filtered out; finished in 0.31s";
        assert_eq!(count(lines).to_string(), "42 passed, 1 failed");
    }

    #[test]
    fn unittest_is_counted_test_by_test() {
        let lines = "\
test_a (python_can_test.Traffic.test_a) ... ok
test_b (python_can_test.Traffic.test_b)
It does one thing. ... ok
test_c (python_can_test.Traffic.test_c) ... FAIL
test_d (python_can_test.Traffic.test_d) ... ERROR
test_e (python_can_test.Traffic.test_e) ... skipped 'no tshark'

Ran 5 tests in 3.141s

FAILED (failures=1, errors=1, skipped=1)";
        assert_eq!(count(lines).to_string(), "2 passed, 3 failed");
    }

    #[test]
    fn a_program_without_tests_fails_and_so_does_one_that_breaks() {
        let mut tally = Tally::default();
        let shell = |script: &str| {
            let mut shell = Command::new("sh");
            shell.args(["-c", script]);
            Ok(shell)
        };
        let summary = "echo 'test result: ok. 2 passed; 0 failed;'";
        tally.tests("not built", || Err(Failure::new("why")));
        tally.tests("nothing", || shell("true"));
        tally.tests("broken", || shell("false"));
        tally.tests("broken after its tests", || shell(&format!("{summary}; exit 1")));
        tally.tests("sound", || shell(summary));
        assert_eq!(tally.to_string(), "4 passed, 4 failed");
    }

    #[test]
    fn a_failed_step_does_not_stop_the_next() {
        let mut tally = Tally::default();
        tally.step("one", || Err(Failure::new("why")));
        tally.step("two", || Ok(()));
        assert_eq!(tally.to_string(), "1 passed, 1 failed");
    }
}
