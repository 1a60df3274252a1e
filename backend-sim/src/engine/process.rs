//! Processes: who waits for what. The engine knows when a process may go on; a scheduler makes it go.

use alloc::string::String;
use alloc::vec::Vec;

use anysock::{Deadline, Errno, PollEvents};

use super::event::{Event, EventKey};
use super::few::Few;
use super::node::NodeId;
use super::socket::SocketId;
use super::{Engine, Stuck};

/// A simulated process.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ProcessId(pub(crate) u32);

impl ProcessId {
    /// Its place in a table of processes: they are numbered from zero in the order in which they were made.
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// Its number as programs know it: they count from one.
    pub(crate) const fn number(self) -> i32 {
        self.0 as i32 + 1
    }
}

/// What a process is doing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Activity {
    /// It runs, or is about to.
    Running,
    /// It has stopped in `wait`.
    Waiting,
    /// Its program has ended.
    Ended,
}

#[derive(Debug)]
pub(crate) struct Process {
    pub(crate) node: NodeId,
    pub(crate) name: String,
    pub(crate) activity: Activity,
    /// Its node crashed: every call fails, and `wait` does not stop.
    pub(crate) killed: bool,
    waits: Few<(SocketId, PollEvents)>,
    /// Its deadline among the events, while it waits.
    deadline: Option<EventKey>,
}

impl Engine {
    /// A new process on `node`; it is ready to run.
    pub fn start_process(&mut self, node: NodeId, name: &str) -> ProcessId {
        let id = ProcessId(self.processes.len() as u32);
        self.processes.push(Process {
            node,
            name: name.into(),
            activity: Activity::Running,
            killed: false,
            waits: Few::default(),
            deadline: None,
        });
        self.ready.push_back(id);
        id
    }

    /// The program of a process has ended.
    pub fn end_process(&mut self, id: ProcessId) {
        self.forget_waits(id);
        self.process_mut(id).activity = Activity::Ended;
    }

    /// The node of a process.
    pub fn node_of(&self, id: ProcessId) -> NodeId {
        self.process(id).node
    }

    /// Whether the process's node has crashed under it.
    pub fn is_killed(&self, id: ProcessId) -> bool {
        self.process(id).killed
    }

    /// What came of each of `waits`, and how many of them something came of.
    pub fn poll(&self, waits: &[(SocketId, PollEvents)], mut each: impl FnMut(usize, PollEvents)) -> usize {
        let mut ready = 0;
        for (index, (socket, events)) in waits.iter().enumerate() {
            let revents = self.poll_socket(*socket, *events);
            each(index, revents);
            ready += usize::from(!revents.is_empty());
        }
        ready
    }

    /// The process stops until one of `waits` is ready or `deadline` has come. The scheduler calls this only
    /// after [`Engine::poll`] has found nothing, and suspends the program then.
    ///
    /// # Errors
    /// `EIO` where the process's node has crashed: it must not stop any more.
    pub fn block(
        &mut self,
        id: ProcessId,
        waits: &[(SocketId, PollEvents)],
        deadline: Deadline,
    ) -> Result<(), Errno> {
        let Engine { processes, sockets, events, .. } = self;
        let process = &mut processes[id.0 as usize];
        if process.killed {
            return Err(Errno::EIO);
        }
        process.deadline = deadline.instant().map(|at| events.push(at, Event::Deadline { process: id }));
        process.activity = Activity::Waiting;
        process.waits.clear();
        for wait in waits {
            process.waits.push(*wait);
            sockets.add_waiter(wait.0, id);
        }
        Ok(())
    }

    /// Something changed at a socket that the process waits for: it goes on, if that is what it waits for.
    pub(super) fn reconsider(&mut self, id: ProcessId) {
        let process = self.process(id);
        if process.activity != Activity::Waiting {
            return;
        }
        let is_ready = |(socket, events): &(_, _)| !self.poll_socket(*socket, *events).is_empty();
        let satisfied = match process.waits.only() {
            Some(wait) => is_ready(wait),
            None => process.waits.iter().any(is_ready),
        };
        if satisfied {
            self.resume(id);
        }
    }

    /// The deadline of a process has come.
    pub(super) fn deadline_has_come(&mut self, id: ProcessId) {
        self.process_mut(id).deadline = None;
        self.resume(id);
    }

    /// The process goes on.
    pub(super) fn resume(&mut self, id: ProcessId) {
        self.forget_waits(id);
        self.process_mut(id).activity = Activity::Running;
        self.ready.push_back(id);
    }

    /// Marks every process of a crashed node: they wait no more. The scheduler throws their programs away.
    pub(super) fn kill_processes(&mut self, node: NodeId) {
        for index in 0..self.processes.len() {
            let id = ProcessId(index as u32);
            if self.process(id).node != node || self.process(id).activity == Activity::Ended {
                continue;
            }
            self.process_mut(id).killed = true;
            self.forget_waits(id);
        }
    }

    /// Every process that waits, and for what.
    pub(super) fn stuck(&self) -> Vec<Stuck> {
        let waiting = self.processes.iter().filter(|process| process.activity == Activity::Waiting);
        waiting
            .map(|process| Stuck {
                node: self.node(process.node).name.clone(),
                process: process.name.clone(),
                waits: process
                    .waits
                    .iter()
                    .map(|(socket, events)| (self.describe_socket(*socket), *events))
                    .collect(),
            })
            .collect()
    }

    fn forget_waits(&mut self, id: ProcessId) {
        let Engine { processes, sockets, events, .. } = self;
        let process = &mut processes[id.0 as usize];
        if let Some(deadline) = process.deadline.take() {
            events.cancel(deadline);
        }
        for (socket, _) in process.waits.iter() {
            sockets.remove_waiter(*socket, id);
        }
        process.waits.clear();
    }

    fn process(&self, id: ProcessId) -> &Process {
        &self.processes[id.0 as usize]
    }

    fn process_mut(&mut self, id: ProcessId) -> &mut Process {
        &mut self.processes[id.0 as usize]
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use anysock::Instant;

    use super::*;
    use crate::engine::Step;

    #[test]
    fn the_deadline_of_a_wait_that_is_over_is_forgotten() {
        let mut engine = Engine::new(0);
        let node = engine.add_node("node");
        let process = engine.start_process(node, "process");
        let wake = engine.open_wake(node);
        let far = Deadline::at(Instant::ZERO + Duration::from_secs(3600));
        for _ in 0..1000 {
            assert_eq!(engine.step(Instant::MAX), Step::Run(process));
            engine.block(process, &[(wake, PollEvents::IN)], far).unwrap();
            assert_eq!(engine.events.len(), 1);
            engine.wake(wake);
            engine.reset_wake(wake).unwrap();
        }
        assert_eq!(engine.events.len(), 0);
        assert_eq!(engine.step(Instant::MAX), Step::Run(process));
        engine.block(process, &[(wake, PollEvents::IN)], far).unwrap();
        assert_eq!(engine.step(Instant::MAX), Step::Happened);
        assert_eq!((engine.step(Instant::MAX), Deadline::at(engine.now())), (Step::Run(process), far));
    }
}
