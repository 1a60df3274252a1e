//! A program on the simulator.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use anysock::{Backend, Deadline, Instant};
use anysock_sim::{Link, Node, Sim, World};

use crate::ADDRESSES;
use crate::answer::{Answer, Chosen};
use crate::call::Program;
use crate::execute::Executor;
use crate::ports::Ports;

/// From one call to the next: time for what the call has set off, and not for any timer.
const STEP: Duration = Duration::from_micros(10);

/// What each call and each look at all sockets afterwards answers, by machine, in order.
type Answers = Rc<RefCell<Vec<Answer>>>;

/// Runs a program; a line for each call.
///
/// # Panics
/// Where the simulator does.
pub fn run(program: &Program) -> Vec<String> {
    let mut world = World::new(1);
    let nodes: Vec<Node> = match program.node_count() {
        1 => vec![world.node("a")],
        _ => {
            let network = world.network("lan", Link::new());
            let attach = |(name, address): (&str, &str)| {
                let node = world.node(name).ethernet("eth0", network, address);
                node.expect("the name and the addresses are good")
            };
            ["a", "b"].into_iter().zip(ADDRESSES).map(attach).collect()
        }
    };
    let answers = Answers::default();
    for (number, node) in nodes.iter().enumerate() {
        let (program, answers) = (program.clone(), answers.clone());
        node.spawn("program", move |sim| run_node(&sim, number, &program, &answers));
    }
    world.run().expect("the programs only sleep");
    let mut chosen = Chosen::new(Ports::new(0));
    let answers = answers.take();
    answers.iter().map(|answer| chosen.tell(answer)).collect()
}

/// Makes the calls of one machine, each at its time, and looks at the sockets after every call of any.
fn run_node(sim: &Sim<'_>, number: usize, program: &Program, answers: &Answers) {
    let mut executor = Executor::new(sim.clone(), Ports::new(0));
    let mut at = Instant::ZERO;
    for (position, (call, node)) in program.calls.iter().zip(program.nodes()).enumerate() {
        sleep_until(sim, at);
        let outcome = (node == number).then(|| executor.call(position, call));
        sleep_until(sim, at + STEP);
        if let Some(outcome) = outcome {
            answers.borrow_mut().push(Answer { outcome, ready: Vec::new() });
        }
        // Every machine looks after the outcome is there.
        sleep_until(sim, at + STEP * 2);
        if let Some(answer) = answers.borrow_mut().last_mut() {
            answer.ready.extend(executor.ready());
            answer.ready.sort_by_key(|(slot, _)| *slot);
        }
        at = at + STEP * 3;
    }
}

fn sleep_until(sim: &Sim<'_>, at: Instant) {
    let answer = sim.sleep_until(Deadline::at(at));
    debug_assert!(answer.is_ok(), "{answer:?}");
}
