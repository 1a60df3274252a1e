//! Counting: how many tests passed and failed, over all the programs that ran them, and how long each step took.

use std::fmt;
use std::mem;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use crate::command::{self, Failure, Result};
use crate::lane::{self, Lanes, Step};
use crate::process;

/// What the line begins with that a step begins with.
pub(crate) const STEP: &str = "== ";

/// What the part begins with that [`Tally::finish`] prints.
const SECONDS: &str = "== seconds, those of a processor, and the count";

/// Steps that took no longer are not listed at the end.
const SHORT: Duration = Duration::from_secs(1);

/// How many tests ran. Displays as `N passed, N failed`.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    passed: u32,
    failed: u32,
    /// What each step took.
    took: Vec<Took>,
    /// Whose steps are taken at the same time.
    lanes: Lanes,
    /// Those of them that are over, and whose counts are in these.
    counted: Vec<lane::Name>,
}

/// How long a step took, and how long processors worked for it. Displays as a line of the summary.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Took {
    time: Duration,
    processor: Duration,
    name: String,
}

impl Tally {
    /// Counts one step as one test: a failure is told and counted, and the next step is taken all the same.
    pub(crate) fn step(&mut self, name: &str, step: impl FnOnce() -> Result<()>) {
        match self.timed(name, step) {
            Ok(()) => self.passed += 1,
            Err(failure) => self.fail(name, &failure),
        }
    }

    /// Has another process take the steps of `lane` from now on; they are printed and counted with the next ones here.
    pub(crate) fn beside(&mut self, lane: lane::Name) {
        if let Err(failure) = self.lanes.start(lane) {
            self.fail(&format!("lane {lane:?}"), &failure);
        }
    }

    /// Says which step this is, takes it, and keeps in mind how long that took.
    fn timed<T>(&mut self, name: &str, step: impl FnOnce() -> T) -> T {
        for step in self.lanes.over() {
            self.of_lane(&step);
        }
        println!("\n{STEP}{name}");
        let (start, before) = (Instant::now(), process::time_of_children());
        let outcome = step();
        let processor = process::time_of_children().saturating_sub(before);
        self.took.push(Took { time: start.elapsed(), processor, name: name.to_owned() });
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

    /// Waits for the lanes. Prints what the steps took, the longest first, and the count as the last line; the exit
    /// status says whether anything failed.
    pub(crate) fn finish(mut self) -> ExitCode {
        self.wait_for_lanes();
        print!("\n{}", self.summary());
        if self.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    /// A lane that ends without having counted is one failure.
    fn wait_for_lanes(&mut self) {
        for (lane, status) in mem::take(&mut self.lanes).wait(|step| self.of_lane(&step)) {
            if !self.counted.contains(&lane) {
                self.fail(
                    &format!("lane {lane:?}"),
                    &Failure(format!("ended before its steps did: {status}")),
                );
            }
        }
    }

    /// The end of what is printed.
    fn summary(&self) -> String {
        let mut took: Vec<&Took> = self.took.iter().filter(|took| took.time > SHORT).collect();
        took.sort_by_key(|took| std::cmp::Reverse(took.time));
        let took: String = took.iter().map(|took| format!("{took}\n")).collect();
        format!("{SECONDS}\n{took}\n{self}\n")
    }

    /// Prints what a step of a lane wrote, or takes over what the lane counted.
    fn of_lane(&mut self, Step { lane, output }: &Step) {
        if !output.starts_with(SECONDS) {
            return print!("\n{}", output.trim_start());
        }
        for line in output.lines() {
            if let Some(took) = Took::read(line) {
                self.took.push(took);
            } else if let Some((passed, failed)) = line.split_once(" passed, ") {
                let failed = failed.strip_suffix(" failed").and_then(|failed| failed.parse::<u32>().ok());
                if let (Ok(passed), Some(failed)) = (passed.parse::<u32>(), failed) {
                    self.passed += passed;
                    self.failed += failed;
                    self.counted.push(*lane);
                }
            }
        }
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

impl Took {
    /// From a line of the summary.
    fn read(line: &str) -> Option<Took> {
        let (time, rest) = line.split_once(" s ")?;
        let (processor, name) = rest.split_once(" s  ")?;
        let [time, processor] =
            [time, processor].map(|seconds| seconds.trim().parse().map(Duration::from_secs));
        Some(Took { time: time.ok()?, processor: processor.ok()?, name: name.to_owned() })
    }
}

impl fmt::Display for Took {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>6} s {:>6} s  {}", self.time.as_secs(), self.processor.as_secs(), self.name)
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
    fn what_a_lane_counts_is_taken_over() {
        let took = |time, processor, name: &str| Took {
            time: Duration::from_secs(time),
            processor: Duration::from_secs(processor),
            name: name.to_owned(),
        };
        let mut lane = count("test result: FAILED. 40 passed; 2 failed;");
        lane.took = vec![took(0, 0, "short"), took(12, 0, "a  s  b"), took(1234, 2000, "c")];
        let mut tally = count("test result: ok. 3 passed; 0 failed;");
        tally.took.push(took(100, 50, "d"));
        let lane_writes = |tally: &mut Tally, output: &str| {
            tally.of_lane(&Step { lane: lane::Name::Checks, output: output.to_owned() })
        };
        lane_writes(&mut tally, "== a step\n9 passed, 9 failed\n");
        lane_writes(&mut tally, &format!("{SECONDS}\n"));
        assert_eq!(tally.counted, []);
        lane_writes(&mut tally, &lane.summary());
        assert_eq!(tally.counted, [lane::Name::Checks]);
        let expected =
            "  1234 s   2000 s  c\n   100 s     50 s  d\n    12 s      0 s  a  s  b\n\n43 passed, 2 failed\n";
        assert_eq!(tally.summary(), format!("{SECONDS}\n{expected}"));
    }

    #[test]
    fn a_lane_that_breaks_is_a_failure() {
        let lane = |script: &str| {
            let mut lane = Command::new("sh");
            lane.args(["-c", script]);
            lane
        };
        let mut tally = Tally::default();
        let sound = count("test result: ok. 5 passed; 1 failed;").summary();
        tally
            .lanes
            .run(lane::Name::Peers, lane(&format!("echo '== step'; echo '{sound}'; exit 1")))
            .expect("it starts");
        tally.lanes.run(lane::Name::Checks, lane("echo; echo '== step'; exit 1")).expect("it starts");
        tally.wait_for_lanes();
        assert_eq!(tally.to_string(), "5 passed, 2 failed");
    }

    #[test]
    fn a_failed_step_does_not_stop_the_next() {
        let mut tally = Tally::default();
        tally.step("one", || Err(Failure::new("why")));
        tally.step("two", || Ok(()));
        assert_eq!(tally.to_string(), "1 passed, 1 failed");
    }
}
