//! Through all states: depth first, for few of them then wait at a time; and where something fails, once more
//! breadth first, for a shortest way to it.

use core::{fmt, iter};
use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};

use anysock::tcp::State;

use crate::end::End;
use crate::fingerprint::Octets;
use crate::world::Rest;
use crate::{Action, Scenario, World};

/// How far a search goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// The most memory that states may take, in bytes.
    pub memory: usize,
}

/// 2 GiB.
impl Default for Limits {
    fn default() -> Self {
        Limits { memory: 2 << 30 }
    }
}

/// What a search saw.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    /// Different states.
    pub states: usize,
    /// Actions that led from one to another.
    pub steps: usize,
    /// States in which nothing will ever happen again.
    pub ends: usize,
    /// States in which only a timer that has expired often enough could go on; each was led to its end.
    pub cut_off: usize,
    /// The most memory that states took, in bytes.
    pub memory: usize,
    /// The states of connections that were seen, as bits in the order of [`State::ALL`].
    pub seen: u16,
}

impl Report {
    /// Whether a connection was in this state.
    pub fn saw(&self, state: State) -> bool {
        self.seen & (1 << state as u8) != 0
    }
}

/// Why a search ended early.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Failure {
    /// Something does not hold; and a shortest way to it, in words.
    Violation(String, Vec<String>),
    /// There are more states than memory for them: this many were seen.
    Memory(usize),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Violation(what, way) => {
                writeln!(f, "{what}, after")?;
                way.iter().try_for_each(|step| writeln!(f, "  {step}"))
            }
            Failure::Memory(states) => write!(f, "no memory for more than {states} states"),
        }
    }
}

impl core::error::Error for Failure {}

/// Keys are hashes already.
#[derive(Default)]
struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {}

    fn write_u128(&mut self, number: u128) {
        self.0 = number as u64;
    }
}

/// How a state was first reached: from which, by its how-manieth action.
#[derive(Clone, Copy)]
struct Origin {
    from: u32,
    action: u8,
}

/// Which of the states that wait is left next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    /// The newest.
    DepthFirst,
    /// The oldest.
    BreadthFirst,
}

/// Walks through every state of a scenario.
///
/// # Errors
/// What does not hold, with a shortest way to it if the memory suffices to look for one; or that it does not
/// suffice for all states.
pub fn search(scenario: &Scenario, limits: &Limits) -> Result<Report, Failure> {
    let outcome = walk(scenario, limits, Order::DepthFirst);
    if let Err(Failure::Violation(..)) = outcome
        && let shorter @ Err(Failure::Violation(..)) = walk(scenario, limits, Order::BreadthFirst)
    {
        return shorter;
    }
    outcome
}

fn walk(scenario: &Scenario, limits: &Limits, order: Order) -> Result<Report, Failure> {
    let mut search = Search {
        scenario,
        seen: HashMap::default(),
        origins: Vec::new(),
        octets: Octets::default(),
        report: Report::default(),
    };
    let mut first = World::new(scenario).map_err(|what| Failure::Violation(what, vec![]))?;
    search.insert(&mut first, Origin { from: 0, action: 0 });
    let mut waiting = VecDeque::from([(0, Box::new(first))]);
    while let Some((number, world)) = match order {
        Order::DepthFirst => waiting.pop_back(),
        Order::BreadthFirst => waiting.pop_front(),
    } {
        search.expand(number, world, &mut waiting)?;
        let states = search.origins.len();
        search.report.memory = search.report.memory.max(states * STATE + waiting.len() * WORLD);
        if search.report.memory > limits.memory || states >= u32::MAX as usize {
            return Err(Failure::Memory(states));
        }
    }
    search.report.states = search.origins.len();
    Ok(search.report)
}

/// The bytes of a state that has been seen, and of one that is still to be left: segments included, and what a
/// vector and a table have in reserve.
const STATE: usize = 2 * (size_of::<u128>() + size_of::<Origin>());
const WORLD: usize = 2 * (size_of::<World>() + 2 * size_of::<End>()) + 1000;

struct Search<'a> {
    scenario: &'a Scenario,
    seen: HashMap<u128, (), BuildHasherDefault<Identity>>,
    origins: Vec<Origin>,
    octets: Octets,
    report: Report,
}

impl Search<'_> {
    /// The number of a state that was not seen before.
    fn insert(&mut self, world: &mut World, origin: Origin) -> Option<u32> {
        self.report.steps += 1;
        if self.seen.insert(world.fingerprint(&mut self.octets), ()).is_some() {
            return None;
        }
        for state in world.states() {
            self.report.seen |= 1 << state as u8;
        }
        self.origins.push(origin);
        Some((self.origins.len() - 1) as u32)
    }

    fn expand(
        &mut self,
        number: u32,
        world: Box<World>,
        waiting: &mut VecDeque<(u32, Box<World>)>,
    ) -> Result<(), Failure> {
        let actions = match world.actions(self.scenario) {
            Ok(actions) => actions,
            Err(rest) => {
                let outcome = match rest {
                    Rest::End => {
                        self.report.ends += 1;
                        world.check_end(self.scenario)
                    }
                    Rest::CutOff => {
                        self.report.cut_off += 1;
                        world.finish(self.scenario)
                    }
                };
                return outcome.map_err(|what| self.violation(what, number, None));
            }
        };
        // The last action has the world itself.
        let worlds = iter::repeat_n(world, actions.len());
        for ((index, action), mut after) in actions.into_iter().enumerate().zip(worlds) {
            after.act(action, self.scenario).map_err(|what| self.violation(what, number, Some(action)))?;
            let origin = Origin { from: number, action: index as u8 };
            if let Some(number) = self.insert(&mut after, origin) {
                waiting.push_back((number, after));
            }
        }
        Ok(())
    }

    /// The way by which the state `number` was first reached, and the last action.
    fn violation(&self, what: String, number: u32, last: Option<Action>) -> Failure {
        let mut choices = Vec::new();
        let mut at = number;
        while at != 0 {
            let origin = self.origins[at as usize];
            choices.push(origin.action);
            at = origin.from;
        }
        let Ok(mut world) = World::new(self.scenario) else { return Failure::Violation(what, vec![]) };
        let mut way = Vec::new();
        for choice in choices.into_iter().rev() {
            let Ok(actions) = world.actions(self.scenario) else { break };
            let action = actions[usize::from(choice)];
            let words = world.describe(action);
            // It went well when the state was found.
            let _ = world.act(action, self.scenario);
            way.push(format!("{words}: {:?}", world.states()));
        }
        way.extend(last.map(|action| world.describe(action)));
        Failure::Violation(what, way)
    }
}
