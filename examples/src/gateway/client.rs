//! A client on a stream: TCP or RFCOMM, which speak the same protocol.

use core::time::Duration;

use anysock::{Deadline, Instant, InterfaceName, Interfaces, PollEvents, Socket, Wait};

use super::attachment::Attachment;
use super::config::Config;
use super::output::Output;
use super::session::Session;
use super::statistics::{BusStatistics, BusUse, ClientUse};
use crate::socketcand::{Parser, Reply};

/// How many bytes are read at once before others have their turn.
const READ: usize = 4096;
/// How many commands are obeyed at once.
const COMMANDS: usize = 32;

/// A client.
#[derive(Debug)]
pub(super) struct Client<B: Interfaces> {
    stream: Socket<B>,
    /// Read and not yet parsed, because the queue to the bus or the output is full.
    input: Vec<u8>,
    parser: Parser,
    session: Session<B>,
    output: Output,
    /// The client has said all it had to say.
    at_end: bool,
    /// The connection is dead.
    is_dead: bool,
}

impl<B: Interfaces> Client<B> {
    /// Welcomes a client.
    pub(super) fn new(backend: &B, mut stream: Socket<B>, config: &Config) -> Client<B> {
        stream.set_blocking(false);
        let mut output = Output::new(config.to_client);
        output.reply(&Reply::Hi);
        Client {
            stream,
            input: Vec::new(),
            parser: Parser::new(),
            session: Session::new(backend),
            output,
            at_end: false,
            is_dead: false,
        }
    }

    /// What to wait for: the stream, the bus.
    pub(super) fn waits(&self) -> [Option<Wait<'_, B::Handle>>; 2] {
        let mut events = PollEvents::empty();
        if !self.at_end && !self.is_dead && self.input.is_empty() {
            events |= PollEvents::IN;
        }
        if !self.is_dead && self.output.is_blocked() {
            events |= PollEvents::OUT;
        }
        // A stream that is not waited for is left out, since its hang-up would be reported again and again.
        let stream = (!events.is_empty()).then(|| Wait::new(self.stream.handle(), events));
        [stream, self.session.bus().and_then(Attachment::wait)]
    }

    /// When something is due.
    pub(super) fn deadline(&self) -> Deadline {
        if !self.input.is_empty() && self.takes_commands() {
            return Deadline::NOW;
        }
        let output = if self.is_dead { Deadline::NEVER } else { self.output.deadline() };
        self.session.deadline().earlier(output)
    }

    /// Does what is to be done now.
    pub(super) fn turn(
        &mut self,
        now: Instant,
        [stream, bus]: [PollEvents; 2],
        config: &Config,
        buses: &[BusStatistics],
    ) {
        self.session.turn(now, bus, &mut self.output, config, buses);
        if !stream.difference(PollEvents::OUT).is_empty() && self.input.is_empty() {
            self.read();
        }
        self.obey(now, config);
        if stream.contains(PollEvents::OUT) {
            self.output.unblock();
        }
        // What the commands queued for the bus goes out in the same turn.
        self.session.turn(now, PollEvents::empty(), &mut self.output, config, buses);
        if !self.is_dead && self.output.flush(now, &self.stream).is_err() {
            self.is_dead = true;
        }
        if self.is_dead {
            // Else what it has said would wait for ever for room for the answers.
            self.output.clear();
        }
        if self.is_dead || (self.at_end && self.input.is_empty()) {
            self.session.end(now);
        }
    }

    fn read(&mut self) {
        let mut buffer = [0; READ];
        match self.stream.recv(&mut buffer) {
            Ok(0) => self.at_end = true,
            Ok(len) => self.input.extend(buffer.iter().take(len)),
            Err(error) if error.is_would_block() => {}
            Err(_) => self.is_dead = true,
        }
    }

    /// Whether there is room for what another command brings about.
    fn takes_commands(&self) -> bool {
        self.session.takes_commands() && !self.output.is_much()
    }

    /// Obeys commands, while there is room for what they bring about.
    fn obey(&mut self, now: Instant, config: &Config) {
        let mut rest = &self.input[..];
        for _ in 0..COMMANDS {
            if !self.takes_commands() {
                break;
            }
            let Some(command) = self.parser.next(&mut rest) else { break };
            self.session.command(now, command, &mut self.output, config);
        }
        let parsed = self.input.len() - rest.len();
        self.input.drain(..parsed);
    }

    /// Whether nothing is left to do for this client.
    pub(super) fn is_gone(&self) -> bool {
        let has_said_all = self.input.is_empty() && self.session.bus().is_none_or(|bus| bus.queued() == 0);
        (self.at_end || self.is_dead) && has_said_all
    }

    /// The client's bus, and what it did there.
    pub(super) fn bus(&self) -> Option<(InterfaceName, BusUse, usize)> {
        let bus = self.session.bus()?;
        Some((self.session.bus_name()?, bus.usage(), bus.queued()))
    }

    /// What the client has received.
    pub(super) fn usage(&self) -> ClientUse {
        ClientUse { wrong: self.session.wrong(), ..self.output.usage() }
    }

    /// Frames that wait for the client.
    pub(super) fn queued(&self) -> usize {
        self.output.queued()
    }
}

/// Has the kernel find out about a peer that is gone without a word.
pub(super) fn keep_alive<B: Interfaces>(stream: &Socket<B>, silence: Duration) -> Result<(), anysock::Error> {
    const PROBES: i32 = 3;
    use anysock::option::{socket, tcp};
    stream.set(socket::KeepAlive, true)?;
    stream.set(tcp::KeepIdle, silence)?;
    stream.set(tcp::KeepInterval, silence)?;
    stream.set(tcp::KeepCount, PROBES)?;
    // There are no probes while frames wait to be acknowledged.
    let most = silence.saturating_mul(PROBES as u32 + 1).as_millis();
    stream.set(tcp::UserTimeout, u32::try_from(most).unwrap_or(u32::MAX))?;
    // Frames are small and wanted at once.
    stream.set(tcp::NoDelay, true)
}
