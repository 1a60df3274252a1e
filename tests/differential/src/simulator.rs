//! A program on the simulator.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use anysock::time::Instant;
use anysock::{Backend, Deadline, Errno};
use anysock_sim::{Link, Node, Sim, World};

use crate::answer::{Answer, Chosen, Outcome};
use crate::call::{Process, Program};
use crate::execute::{Executor, Kernel, PING_GROUPS, Seen};
use crate::link;
use crate::ports::Ports;

/// From a call to the look at what it has set off: time for that, and not for any timer.
const QUIET: Duration = Duration::from_micros(10);
/// From a call to the next, when everybody has looked.
const STEP: Duration = Duration::from_micros(11);

impl Kernel for Sim<'_> {
    fn unlink(&self, path: &str) -> Result<(), Errno> {
        Sim::unlink(self, path.as_bytes())
    }

    fn rename(&self, from: &str, to: &str) -> Result<(), Errno> {
        Sim::rename(self, from.as_bytes(), to.as_bytes())
    }

    fn process_number(&self) -> i32 {
        Sim::process_number(self)
    }
}

/// How long a frame is on the link between two machines: several go to and fro before anybody looks.
const LATENCY: Duration = Duration::from_nanos(100);

/// What came of each call so far, and what both processes saw after it.
#[derive(Debug, Default)]
struct Answers {
    outcomes: Vec<Outcome>,
    seen: Vec<[Seen; 2]>,
}

/// A node with the settings of [`crate::linux`].
fn configure(node: Node) -> Node {
    let of_sockets =
        [("net.ipv4.tcp_congestion_control", "reno"), ("net.ipv4.ping_group_range", PING_GROUPS)];
    for (name, value) in of_sockets.into_iter().chain(link::SETTINGS) {
        let set = node.set_sysctl(name, value);
        assert!(set.is_ok(), "{set:?}");
    }
    node
}

/// Runs a program; a line for each call.
///
/// # Panics
/// Where the simulator does.
pub fn run(program: &Program) -> Vec<String> {
    let mut world = World::new(1);
    let (node, other) = match program.apart {
        true => {
            let network = world.network("link", Link::new().latency(LATENCY));
            let [near, far] = [(link::NEAR, "a"), (link::FAR, "b")].map(|(addresses, name)| {
                let machine = configure(world.node(name)).ethernet(link::INTERFACE, network, addresses);
                machine.expect("these are addresses")
            });
            (near, far)
        }
        false => {
            let node = configure(world.node("a"));
            (node.clone(), node)
        }
    };
    let seen = program.calls.iter().map(|_| Default::default()).collect();
    let answers = Rc::new(RefCell::new(Answers { outcomes: Vec::new(), seen }));
    let start = world.now();
    if program.has_second_process() {
        let (program, answers) = (program.clone(), answers.clone());
        other.spawn("second", move |sim| run_process(&sim, Process::Second, &program, start, &answers));
    }
    let (of_first, given) = (program.clone(), answers.clone());
    let ended = world.block_on(&node, move |sim| run_process(&sim, Process::First, &of_first, start, &given));
    assert!(ended.is_ok(), "{ended:?}");
    let Answers { outcomes, seen } = answers.take();
    let mut chosen = Chosen::new(Ports::new(0));
    let answers = outcomes.into_iter().zip(&seen);
    answers.map(|(outcome, seen)| chosen.tell(&Answer::new(outcome, seen))).collect()
}

/// One of a program's processes: it makes its own calls, and looks at its sockets after every call.
fn run_process(
    sim: &Sim<'_>,
    process: Process,
    program: &Program,
    start: Instant,
    answers: &RefCell<Answers>,
) {
    let mut executor = Executor::new(sim.clone(), Ports::new(0));
    let mut at = start;
    for (position, call) in program.calls.iter().enumerate() {
        at = at + program.pause_before(position);
        sleep_until(sim, at);
        if call.process() == process {
            let before =
                position.checked_sub(1).and_then(|before| answers.borrow().seen.get(before).cloned());
            let outcome = executor.call(position, call, &before.unwrap_or_default());
            answers.borrow_mut().outcomes.push(outcome);
        }
        at = at + call.pause();
        sleep_until(sim, at + QUIET);
        answers.borrow_mut().seen[position][process as usize] = executor.see();
        at = at + STEP;
    }
    // Before anybody's sockets are closed, both have looked.
    sleep_until(sim, at);
}

fn sleep_until(sim: &Sim<'_>, until: Instant) {
    let answer = sim.sleep_until(Deadline::at(until));
    assert!(answer.is_ok(), "{answer:?}");
}
