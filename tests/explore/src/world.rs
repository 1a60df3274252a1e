//! One state of a scenario, and what may happen next.

use core::fmt;
use core::hash::Hash;

use anysock::tcp::{Event, Flags, State, Timer};

use crate::end::{End, SharedEnd};
use crate::fingerprint::Octets;
use crate::wire::{Packet, Way};
use crate::{Closing, Opening, Scenario};

/// Something that may happen. Ends are 0 and 1; a segment is named by the end that it is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    /// The next segment arrives.
    Deliver(usize),
    /// A late segment arrives: its place among them.
    DeliverLate(usize, usize),
    /// A fault: the next segment is lost.
    Lose(usize),
    /// A fault: the next segment arrives, and will once more.
    Duplicate(usize),
    /// A fault: the next segment falls behind.
    Delay(usize),
    /// A timer expires.
    Expire(usize, Timer),
    /// The program sends.
    Send(usize),
    /// The program reads.
    Read(usize),
    /// The program closes, or aborts.
    Close(usize),
}

/// One state: both ends, and the segments between them.
#[derive(Clone)]
pub struct World {
    ends: [SharedEnd; 2],
    /// The ways to each end.
    ways: [Way; 2],
    faults: u8,
    /// How often timers that send something again have expired.
    expiries: u8,
    /// How often they did so while a segment was on its way.
    early: u8,
}

/// Why there is no next action.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Rest {
    /// Nothing will ever happen again.
    End,
    /// The scenario allows no more retransmissions.
    CutOff,
}

impl World {
    /// The beginning: those that connect have sent their SYN.
    ///
    /// # Errors
    /// What the first segments violate.
    pub fn new(scenario: &Scenario) -> Result<World, String> {
        let listens = scenario.opening == Opening::Passive;
        let ends = [End::new(0, scenario, true), End::new(1, scenario, !listens)].map(SharedEnd::new);
        let mut world = World { ends, ways: Default::default(), faults: 0, expiries: 0, early: 0 };
        world.transmit(0)?;
        world.transmit(1)?;
        Ok(world)
    }

    /// The states of both connections; LISTEN where there is none yet.
    pub fn states(&self) -> [State; 2] {
        self.ends.each_ref().map(|end| end.state())
    }

    /// Nothing is on its way.
    fn is_silent(&self) -> bool {
        self.ways.iter().all(Way::is_empty)
    }

    /// What identifies the state. `octets` is memory for the work.
    pub(crate) fn fingerprint(&mut self, octets: &mut Octets) -> u128 {
        let ends = self.ends.each_mut().map(|end| end.fingerprint(octets));
        octets.clear();
        (ends, &self.ways, self.faults, self.expiries, self.early).hash(octets);
        octets.fingerprint()
    }

    /// Everything that may happen next, or why nothing may.
    pub(crate) fn actions(&self, scenario: &Scenario) -> Result<Vec<Action>, Rest> {
        let mut actions = Vec::new();
        for to in 0..2 {
            self.ways_of(to, scenario, &mut actions);
        }
        for (index, end) in self.ends.iter().enumerate() {
            if end.may_send(scenario) {
                actions.push(Action::Send(index));
            }
            if end.may_read() {
                actions.push(Action::Read(index));
            }
            if end.may_close(scenario) {
                actions.push(Action::Close(index));
            }
        }
        let is_silent = self.is_silent();
        let mut withheld = false;
        for (index, end) in self.ends.iter().enumerate() {
            for timer in end.timers() {
                // 2 MSL are longer than any segment is on its way.
                let too_early = end.state() == State::TimeWait && !self.ways.iter().all(|way| way.is_empty());
                let spent = sends_again(timer)
                    && (self.expiries >= scenario.retransmissions
                        || !is_silent && self.early >= scenario.early);
                withheld |= spent;
                if !too_early && !spent {
                    actions.push(Action::Expire(index, timer));
                }
            }
        }
        match (actions.is_empty(), withheld) {
            (false, _) => Ok(actions),
            (true, false) => Err(Rest::End),
            (true, true) => Err(Rest::CutOff),
        }
    }

    /// What may happen on the way to `to`.
    fn ways_of(&self, to: usize, scenario: &Scenario, actions: &mut Vec<Action>) {
        let way = &self.ways[to];
        actions.extend((0..way.late.len()).map(|late| Action::DeliverLate(to, late)));
        if !way.queue.is_empty() {
            actions.push(Action::Deliver(to));
            if self.faults < scenario.faults {
                actions.extend([Action::Lose(to), Action::Duplicate(to), Action::Delay(to)]);
            }
        }
    }

    /// Lets `action` happen.
    ///
    /// # Errors
    /// What it violates.
    pub fn act(&mut self, action: Action, scenario: &Scenario) -> Result<(), String> {
        let before = self.states();
        match action {
            Action::Deliver(to) => {
                let packet = self.ways[to].queue.remove(0);
                self.arrives(to, packet, scenario)?;
            }
            Action::DeliverLate(to, late) => {
                let packet = self.ways[to].late.remove(late);
                self.arrives(to, packet, scenario)?;
            }
            Action::Lose(to) => {
                self.faults += 1;
                self.ways[to].queue.remove(0);
            }
            Action::Duplicate(to) => {
                self.faults += 1;
                let packet = self.ways[to].queue.remove(0);
                self.ways[to].late.push(packet);
                self.arrives(to, packet, scenario)?;
            }
            Action::Delay(to) => {
                self.faults += 1;
                let packet = self.ways[to].queue.remove(0);
                self.ways[to].late.push(packet);
            }
            Action::Expire(index, timer) => {
                self.expiries += u8::from(sends_again(timer));
                self.early += u8::from(sends_again(timer) && !self.is_silent());
                self.ends[index].change().expires(timer);
                self.transmit(index)?;
            }
            Action::Send(index) => self.calls(index, |end| end.send(scenario))?,
            Action::Read(index) => self.calls(index, End::read)?,
            Action::Close(index) => self.calls(index, |end| end.close(scenario))?,
        }
        self.programs_read(scenario)?;
        self.check_states(before, action)
    }

    fn arrives(&mut self, to: usize, packet: Packet, scenario: &Scenario) -> Result<(), String> {
        self.ends[to].change().arrives(packet, scenario);
        self.transmit(to)?;
        // Both close in peace, and neither the network nor a timer has given cause for doubt.
        let is_peaceful = scenario.is_orderly() && self.faults == 0 && self.early == 0;
        match self.ways[1 - to].queue.last() {
            Some(packet) if is_peaceful && packet.segment().flags.contains(Flags::RST) => {
                Err(format!("end {to} resets without cause: {packet}"))
            }
            _ => Ok(()),
        }
    }

    fn calls(
        &mut self,
        index: usize,
        call: impl FnOnce(&mut End) -> Result<(), String>,
    ) -> Result<(), String> {
        call(self.ends[index].change())?;
        self.transmit(index)
    }

    /// A program that does not read late reads at once; one that is done closes for good. Where an end is as it was,
    /// its program has done so.
    fn programs_read(&mut self, scenario: &Scenario) -> Result<(), String> {
        for index in 0..2 {
            if !self.ends[index].has_changed() {
                continue;
            }
            while !scenario.reads_late && self.ends[index].may_read() {
                self.calls(index, End::read)?;
            }
            self.ends[index].change().forget();
            self.transmit(index)?;
        }
        Ok(())
    }

    fn transmit(&mut self, index: usize) -> Result<(), String> {
        let [first, second] = &mut self.ends;
        let (end, peer) = if index == 0 { (first, second) } else { (second, first) };
        let packets = end.change().transmit(peer)?;
        self.ways[1 - index].queue.extend(packets);
        Ok(())
    }

    /// Whether each state has followed from the one before by moves of the table that the action explains.
    fn check_states(&self, before: [State; 2], action: Action) -> Result<(), String> {
        for (index, (from, to)) in before.into_iter().zip(self.states()).enumerate() {
            let abandoned = to == State::Listen && from == State::SynReceived;
            // An acknowledgment of our SYN or FIN, and a FIN, may come in one segment.
            if from != to && !abandoned && !leads(from, to, events(action), 3) {
                return Err(format!("end {index} went from {from:?} to {to:?}"));
            }
        }
        Ok(())
    }

    /// Whether this is a good place to end at.
    pub(crate) fn check_end(&self, scenario: &Scenario) -> Result<(), String> {
        for (index, end) in self.ends.iter().enumerate() {
            let peer = &self.ends[1 - index];
            let state = end.state();
            // Nobody tells an end that only listens, or only waits for text, that its peer has gone.
            let was_reset = scenario.closing[1 - index] == Closing::Reset && peer.has_closed;
            let hears_nothing = was_reset && (self.faults > 0 || state == State::Listen);
            if state != State::Closed && !hears_nothing {
                return Err(format!("end {index} stays in {state:?} for ever"));
            }
            if !end.is_done() && !hears_nothing {
                return Err(format!("the program of end {index} waits for ever"));
            }
            if scenario.is_orderly() {
                if let Some(error) = end.error {
                    return Err(format!("end {index}: {error}"));
                }
                if end.read != scenario.octets[1 - index] {
                    return Err(format!("end {index} has read {} octets", end.read));
                }
            }
        }
        Ok(())
    }

    /// From a state that is cut off: the network is kind from here on, and timers may expire again.
    pub(crate) fn finish(mut self, scenario: &Scenario) -> Result<(), String> {
        let kind = Scenario { faults: 0, retransmissions: u8::MAX, ..scenario.clone() };
        for _ in 0..1000 {
            match self.actions(&kind) {
                Ok(actions) => self.act(actions[0], &kind)?,
                Err(_) => return self.check_end(&kind),
            }
        }
        Err("it does not end, even on a network without faults".into())
    }

    /// The action in words: what it is about is still there.
    pub(crate) fn describe(&self, action: Action) -> String {
        let segment = |to: usize| self.ways[to].queue.first().map(ToString::to_string).unwrap_or_default();
        match action {
            Action::Deliver(to) => format!("end {to} receives {}", segment(to)),
            Action::DeliverLate(to, late) => format!("end {to} receives, late, {}", self.ways[to].late[late]),
            Action::Lose(to) => format!("lost on the way to end {to}: {}", segment(to)),
            Action::Duplicate(to) => format!("end {to} receives, and will once more, {}", segment(to)),
            Action::Delay(to) => format!("delayed on the way to end {to}: {}", segment(to)),
            Action::Expire(index, timer) => format!("end {index}: the {timer:?} timer expires"),
            Action::Send(index) => format!("the program of end {index} sends"),
            Action::Read(index) => format!("the program of end {index} reads"),
            Action::Close(index) => format!("the program of end {index} closes"),
        }
    }
}

/// The events that an action may be to a connection.
fn events(action: Action) -> &'static [Event] {
    match action {
        Action::Expire(..) => &[Event::UserTimeout, Event::TimeWaitTimeout],
        Action::Send(_) | Action::Read(_) | Action::Lose(_) | Action::Delay(_) => &[],
        Action::Close(_) => &[Event::Close, Event::Abort],
        // Text after close aborts.
        Action::Deliver(_) | Action::DeliverLate(..) | Action::Duplicate(_) => &[
            Event::Syn,
            Event::SynAck,
            Event::AckOfSyn,
            Event::AckOfFin,
            Event::Fin,
            Event::Rst,
            Event::Abort,
        ],
    }
}

/// Whether the table leads from one state to another by at most so many of these events.
fn leads(from: State, to: State, events: &[Event], most: u8) -> bool {
    from == to || most > 0 && events.iter().any(|event| leads(from.after(*event), to, events, most - 1))
}

/// Whether it is a timer that sends something again.
fn sends_again(timer: Timer) -> bool {
    !matches!(timer, Timer::DelayedAcknowledgment | Timer::Keepalive | Timer::FinalWait)
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.states())
    }
}
