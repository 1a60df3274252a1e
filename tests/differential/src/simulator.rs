//! A program on the simulator.

use std::time::Duration;

use anysock::{Backend, Deadline};
use anysock_sim::World;

use crate::answer::{Answer, Chosen};
use crate::call::Program;
use crate::execute::Executor;
use crate::ports::Ports;

/// From one call to the next: time for what the call has set off, and not for any timer.
const STEP: Duration = Duration::from_micros(10);

/// Runs a program; a line for each call.
///
/// # Panics
/// Where the simulator does.
pub fn run(program: &Program) -> Vec<String> {
    let mut world = World::new(1);
    let node = world.node("a");
    let program = program.clone();
    let answers = world.block_on(&node, move |sim| {
        let mut executor = Executor::new(sim.clone(), Ports::new(0));
        let answer = |(position, call)| {
            let outcome = executor.call(position, call);
            let answer = sim.sleep_until(Deadline::at(sim.now() + STEP));
            debug_assert!(answer.is_ok(), "{answer:?}");
            Answer { outcome, ready: executor.ready() }
        };
        program.calls.iter().enumerate().map(answer).collect::<Vec<_>>()
    });
    let mut chosen = Chosen::new(Ports::new(0));
    answers.expect("the program only sleeps").iter().map(|answer| chosen.tell(answer)).collect()
}
