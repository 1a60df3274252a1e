//! Lanes: steps that another process of this tool takes beside this one's, so that where one waits the other goes on.
//!
//! What a lane's steps write is kept, and printed whole between the steps of this process as soon as they are over;
//! [`Tally::finish`] waits for all lanes and counts what they counted.

use std::env;
use std::mem;
use std::process::{Command, ExitCode};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};

use clap::{Args, ValueEnum};

use crate::command::{Failure, Result, Watched};
use crate::tally::{STEP, Tally};
use crate::{ci, test};

/// Which steps.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Name {
    /// What compiling shows.
    Checks,
    /// Tests with other programs and emulated kernels: they wait more than they compute.
    Peers,
}

/// Take the steps of one lane: what `cargo xtask test` and `cargo xtask ci` start beside themselves
#[derive(Args)]
pub(crate) struct Lane {
    lane: Name,
}

impl Lane {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let mut tally = Tally::default();
        match self.lane {
            Name::Checks => ci::checks(&mut tally),
            Name::Peers => test::peers(&mut tally),
        }
        Ok(tally.finish())
    }
}

/// The lanes that were started, and what their steps write.
#[derive(Debug)]
pub(crate) struct Lanes {
    running: Vec<(Name, JoinHandle<Watched>)>,
    sender: Sender<Step>,
    steps: Receiver<Step>,
}

/// What a step wrote. The last of a lane is what [`Tally::finish`] wrote.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) lane: Name,
    pub(crate) output: String,
}

impl Default for Lanes {
    fn default() -> Self {
        let (sender, steps) = mpsc::channel();
        Lanes { running: Vec::new(), sender, steps }
    }
}

impl Lanes {
    /// Starts this tool once more, to take the steps of a lane.
    pub(crate) fn start(&mut self, name: Name) -> Result<()> {
        let tool = env::current_exe().map_err(Failure::new)?;
        // Compiling gives way to tests, some of which look at the time.
        let niceness = match name {
            Name::Checks => "5",
            Name::Peers => "0",
        };
        let mut lane = Command::new("nice");
        lane.args(["-n", niceness]).arg(tool).arg("lane").arg(format!("{name:?}").to_lowercase());
        self.run(name, lane)
    }

    /// Starts the program that takes the steps of a lane.
    pub(crate) fn run(&mut self, name: Name, mut lane: Command) -> Result<()> {
        let lane = Watched::start(&mut lane)?;
        let sender = self.sender.clone();
        self.running.push((name, thread::spawn(move || split(lane, name, &sender))));
        Ok(())
    }

    /// The steps that are over and were not asked for yet.
    pub(crate) fn over(&self) -> Vec<Step> {
        self.steps.try_iter().collect()
    }

    /// Hands over all further steps, each as soon as it is over; then returns how each lane ended.
    pub(crate) fn wait(self, mut step: impl FnMut(Step)) -> Vec<(Name, String)> {
        drop(self.sender);
        self.steps.iter().for_each(&mut step);
        let status = |lane: JoinHandle<Watched>| match lane.join().map(Watched::status) {
            Ok(Ok(status)) => status.to_string(),
            Ok(Err(Failure(why))) => why,
            Err(_) => String::from("nobody saw how"),
        };
        self.running.into_iter().map(|(name, lane)| (name, status(lane))).collect()
    }
}

/// Sends what each step writes as soon as the next one begins. The lane has ended in the end, and was not waited for:
/// what it took of the processor is not yet counted as this process's.
fn split(mut lane: Watched, name: Name, steps: &Sender<Step>) -> Watched {
    let mut step = String::new();
    lane.lines(|line| {
        if line.starts_with(STEP) {
            // Nobody may be listening any more.
            let _ = steps.send(Step { lane: name, output: mem::take(&mut step) });
        }
        step += line;
        step.push('\n');
    });
    let _ = steps.send(Step { lane: name, output: step });
    lane
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_ends_where_the_next_one_begins() {
        let script = r"printf '\n== one\na\n\n== two\nb\377\nno == in the middle\n'; sleep 60 & exit 3";
        let mut lane = Command::new("sh");
        lane.args(["-c", script]);
        let mut lanes = Lanes::default();
        lanes.run(Name::Checks, lane).expect("it starts");
        let mut steps = Vec::new();
        let ended = lanes.wait(|step| steps.push(step.output));
        assert_eq!(steps, ["\n", "== one\na\n\n", "== two\nb\u{FFFD}\nno == in the middle\n"]);
        assert_eq!(ended, [(Name::Checks, "exit status: 3".to_owned())]);
    }
}
