//! What a client's commands mean: its mode, its bus, its broadcast manager, its statistics.

use core::fmt;
use core::time::Duration;

use anysock::can::AnyFrame;
use anysock::socket::ReceivedFrame;
use anysock::{Deadline, Instant, InterfaceName, Interfaces};

use super::attachment::{Attachment, Interest};
use super::bcm::{Content, CyclicSends, MAX_JOBS, Subscriptions};
use super::config::Config;
use super::output::Output;
use super::statistics::BusStatistics;
use crate::socketcand::{Command, CommandError, DataStyle, Reply};

/// The shortest interval of statistics.
const MIN_STATISTICS: Duration = Duration::from_millis(10);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Mode {
    NoBus,
    Bcm,
    Raw,
    Control,
}

/// Why a command that is well formed is refused.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Refusal {
    Command(CommandError),
    NoSuchBus(InterfaceName, Vec<InterfaceName>),
    BusNotOpen,
    BusOpen,
    NotInThisMode,
    IsoTp,
    TooMany,
    NotSent,
    NotSubscribed,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Command(error) => error.fmt(f),
            Refusal::NoSuchBus(name, existing) => {
                write!(f, "no bus {name}, there are:")?;
                existing.iter().try_for_each(|name| write!(f, " {name}"))
            }
            Refusal::BusNotOpen => f.write_str("open a bus first"),
            Refusal::BusOpen => f.write_str("a bus is open already"),
            Refusal::NotInThisMode => f.write_str("not in this mode"),
            Refusal::IsoTp => f.write_str("isotpmode is not supported yet"),
            Refusal::TooMany => write!(f, "more than {MAX_JOBS} of these"),
            Refusal::NotSent => f.write_str("nothing with this identifier is being sent"),
            Refusal::NotSubscribed => f.write_str("this identifier is not subscribed"),
        }
    }
}

impl From<CommandError> for Refusal {
    fn from(error: CommandError) -> Refusal {
        Refusal::Command(error)
    }
}

/// A client's session.
#[derive(Debug)]
pub(super) struct Session<B: Interfaces> {
    backend: B,
    mode: Mode,
    bus: Option<Attachment<B>>,
    bus_name: Option<InterfaceName>,
    sends: CyclicSends,
    subscriptions: Subscriptions,
    /// When statistics are due next, and how often.
    statistics: Option<(Instant, Duration)>,
    wrong: u64,
}

impl<B: Interfaces> Session<B> {
    pub(super) fn new(backend: &B) -> Session<B> {
        Session {
            backend: backend.clone(),
            mode: Mode::NoBus,
            bus: None,
            bus_name: None,
            sends: CyclicSends::default(),
            subscriptions: Subscriptions::default(),
            statistics: None,
            wrong: 0,
        }
    }

    /// The client's socket on its bus.
    pub(super) fn bus(&self) -> Option<&Attachment<B>> {
        self.bus.as_ref()
    }

    /// The name of the client's bus.
    pub(super) fn bus_name(&self) -> Option<InterfaceName> {
        self.bus_name
    }

    /// How many commands were wrong.
    pub(super) fn wrong(&self) -> u64 {
        self.wrong
    }

    /// Whether a frame of the client can be queued for the bus.
    pub(super) fn takes_commands(&self) -> bool {
        self.bus.as_ref().is_none_or(|bus| !bus.is_full())
    }

    /// Does what the client says, or tells it what is wrong.
    pub(super) fn command(
        &mut self,
        now: Instant,
        command: Result<Command, CommandError>,
        output: &mut Output,
        config: &Config,
    ) {
        let answer =
            command.map_err(Refusal::from).and_then(|command| self.obey(now, command, output, config));
        if let Err(refusal) = answer {
            self.wrong += 1;
            output.reply(&Reply::Error(refusal.to_string()));
        }
    }

    fn obey(
        &mut self,
        now: Instant,
        command: Command,
        output: &mut Output,
        config: &Config,
    ) -> Result<(), Refusal> {
        let ok_until = now + config.hold_off;
        match command {
            Command::Echo => output.reply(&Reply::Echo),
            Command::Extensions(extensions) => {
                output.extensions = extensions;
                output.ok(ok_until);
            }
            Command::Open(name) => {
                self.open(name, config)?;
                self.enter(now, Mode::Bcm, output, ok_until)?;
            }
            Command::RawMode => self.enter(now, Mode::Raw, output, ok_until)?,
            Command::BcmMode => self.enter(now, Mode::Bcm, output, ok_until)?,
            Command::ControlMode => self.enter(now, Mode::Control, output, ok_until)?,
            Command::IsoTpMode => return Err(Refusal::IsoTp),
            Command::Send(frame) => self.bus_in(&[Mode::Raw, Mode::Bcm])?.send(now, frame),
            Command::Statistics(interval) => {
                self.bus_in(&[Mode::Control])?;
                let interval = (!interval.is_zero()).then_some(interval.max(MIN_STATISTICS));
                self.statistics = interval.map(|interval| (now + interval, interval));
            }
            job => self.obey_bcm(now, job)?,
        }
        Ok(())
    }

    /// The commands of BCM mode.
    fn obey_bcm(&mut self, now: Instant, command: Command) -> Result<(), Refusal> {
        self.bus_in(&[Mode::Bcm])?;
        let (done, otherwise) = match command {
            Command::Add(interval, frame) => {
                let bus = &mut self.bus;
                let send = |frame| send(bus, now, frame);
                (self.sends.add(now, interval, frame, send), Refusal::TooMany)
            }
            Command::Update(frame) => (self.sends.update(frame), Refusal::NotSent),
            Command::Delete(id) => (self.sends.delete(id), Refusal::NotSent),
            Command::Subscribe(interval, id) => {
                (self.subscriptions.add(interval, id, Content::Any), Refusal::TooMany)
            }
            Command::Filter(interval, id, mask) => {
                (self.subscriptions.add(interval, id, Content::Mask(mask)), Refusal::TooMany)
            }
            Command::MuxFilter(interval, id, masks) => {
                (self.subscriptions.add(interval, id, Content::Multiplex(masks)), Refusal::TooMany)
            }
            Command::Unsubscribe(id) => (self.subscriptions.remove(id), Refusal::NotSubscribed),
            _ => (false, Refusal::NotInThisMode),
        };
        self.listen(now);
        if done { Ok(()) } else { Err(otherwise) }
    }

    fn open(&mut self, name: InterfaceName, config: &Config) -> Result<(), Refusal> {
        if self.bus.is_some() {
            return Err(Refusal::BusOpen);
        }
        if !config.buses.contains(&name) {
            return Err(Refusal::NoSuchBus(name, config.buses.clone()));
        }
        self.bus = Some(Attachment::new(&self.backend, name, Interest::Nothing, config));
        self.bus_name = Some(name);
        Ok(())
    }

    /// The bus, provided that the mode is one of these.
    fn bus_in(&mut self, modes: &[Mode]) -> Result<&mut Attachment<B>, Refusal> {
        let bus = self.bus.as_mut().ok_or(Refusal::BusNotOpen)?;
        if modes.contains(&self.mode) { Ok(bus) } else { Err(Refusal::NotInThisMode) }
    }

    /// Changes the mode; what belongs to the old one ends.
    fn enter(
        &mut self,
        now: Instant,
        mode: Mode,
        output: &mut Output,
        ok_until: Instant,
    ) -> Result<(), Refusal> {
        if self.bus.is_none() {
            return Err(Refusal::BusNotOpen);
        }
        self.end(now);
        self.mode = mode;
        output.restyle(if mode == Mode::Bcm { DataStyle::Spaced } else { DataStyle::Joined });
        output.ok(ok_until);
        self.listen(now);
        Ok(())
    }

    /// Ends everything that goes on by itself. What is queued for the bus is still sent.
    pub(super) fn end(&mut self, now: Instant) {
        self.sends.clear();
        self.subscriptions.clear();
        self.statistics = None;
        self.mode = if self.bus.is_some() { Mode::Control } else { Mode::NoBus };
        self.listen(now);
    }

    /// Has the bus deliver what the mode wants.
    fn listen(&mut self, now: Instant) {
        let interest = match self.mode {
            Mode::NoBus | Mode::Control => Interest::Nothing,
            Mode::Raw => Interest::Everything,
            Mode::Bcm => Interest::Only(self.subscriptions.filters()),
        };
        if let Some(bus) = &mut self.bus {
            bus.set_interest(now, interest);
        }
    }

    /// Takes a frame from the bus.
    fn receive(&mut self, now: Instant, received: ReceivedFrame, output: &mut Output) {
        // A backend without the time of day counts from the beginning of its clock.
        let time = received.timestamp.map_or(Duration::from_nanos(now.as_nanos()), |timestamp| timestamp.0);
        match (self.mode, received.frame) {
            (Mode::Raw, frame) => output.frame(now, frame, time),
            (Mode::Bcm, AnyFrame::Classic(frame)) => {
                self.subscriptions.receive(now, (frame, time), |(frame, time)| {
                    output.frame(now, frame.into(), time);
                });
            }
            _ => {}
        }
    }

    /// When something is due.
    pub(super) fn deadline(&self) -> Deadline {
        let bus = self.bus.as_ref().map_or(Deadline::NEVER, Attachment::deadline);
        let statistics = self.statistics.map_or(Deadline::NEVER, |(next, _)| Deadline::at(next));
        bus.earlier(statistics).earlier(self.sends.deadline()).earlier(self.subscriptions.deadline())
    }

    /// Does what is due, and moves frames between the bus and the client.
    pub(super) fn turn(
        &mut self,
        now: Instant,
        ready: anysock::PollEvents,
        output: &mut Output,
        config: &Config,
        buses: &[BusStatistics],
    ) {
        let bus = &mut self.bus;
        self.sends.turn(now, |frame| send(bus, now, frame));
        self.subscriptions.turn(now, |(frame, time)| output.frame(now, frame.into(), time));
        if let Some(mut bus) = self.bus.take() {
            bus.turn(now, ready, config, |received| self.receive(now, received, output));
            self.bus = Some(bus);
        }
        if let Some((next, interval)) = &mut self.statistics
            && *next <= now
        {
            *next = now + *interval;
            if let Some(bus) = buses.iter().find(|bus| Some(bus.name) == self.bus_name) {
                self.report(bus, output);
            }
        }
    }

    fn report(&self, bus: &BusStatistics, output: &mut Output) {
        if output.is_much() {
            return;
        }
        let own = self.bus.as_ref().map(Attachment::usage).unwrap_or_default();
        let dropped = own.drops.total() + own.missed + output.usage().drops.total();
        output.reply(&Reply::Stat {
            rx_bytes: bus.received.bytes,
            rx_frames: bus.received.frames,
            tx_bytes: bus.usage.sent.bytes,
            tx_frames: bus.usage.sent.frames,
            dropped: output.extensions.drops.then_some(dropped),
        });
    }
}

fn send<B: Interfaces>(bus: &mut Option<Attachment<B>>, now: Instant, frame: anysock::can::Frame) {
    if let Some(bus) = bus {
        bus.send(now, frame.into());
    }
}
