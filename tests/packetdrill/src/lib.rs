//! Scripts in packetdrill's language, run against a machine: the simulator on its virtual clock, or the Linux
//! kernel through a TUN device.
//!
//! A script says what a program does (system calls with their answers), what its peer does (packets put in) and
//! what the machine must do (packets that come out), each at its time. packetdrill's own documentation describes
//! the language: <https://github.com/google/packetdrill>.
//!
//! ```
//! use anysock_packetdrill::{Target, run};
//!
//! let script = "
//!     0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
//!    +0 bind(3, ..., ...) = 0
//!    +0 listen(3, 1) = 0
//!    +0 < S 0:0(0) win 32792 <mss 1000>
//!    +0 > S. 0:0(0) ack 1 <mss 1460>
//!   +.1 < . 1:1(0) ack 1 win 32792
//!    +0 accept(3, ..., ...) = 4
//! ";
//! run(script, ".".as_ref(), Target::Simulator)?;
//! # Ok::<(), anysock_packetdrill::Failure>(())
//! ```
// Only calls with null pointers need any.
#![deny(unsafe_code)]

mod calls;
mod code;
mod compare;
mod connection;
mod cursor;
mod disk;
mod error;
mod files;
mod freebsd;
mod icmp;
mod linux;
mod machine;
mod null_pointer;
mod options;
pub mod packet;
mod parse;
mod runner;
pub mod script;
mod shell;
mod signature;
mod simulator;
mod tunnel;
mod value;

use std::fmt;
use std::path::Path;
use std::time::Duration;

pub use error::{Difference, SyntaxError};
pub use files::Files;
pub use linux::LinuxKernel;
pub use machine::{Machine, SetUp};
pub use parse::{parse, parse_with};
pub use simulator::Simulator;

use options::Options;
use runner::Runner;
pub use runner::{Report, Unasked};
use script::{Action, Script, ScriptOption};

/// What a script is run against.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Target {
    /// The simulator.
    Simulator,
    /// This machine's kernel, in the network namespace that this process is in: it should be one of its own.
    Linux,
}

impl Target {
    /// How far from its time something may happen, where a script does not say more: packetdrill's own default on
    /// a virtual clock; on a machine that does other things as well, more.
    const fn tolerance(self) -> Duration {
        match self {
            Target::Simulator => Duration::from_millis(4),
            Target::Linux => Duration::from_millis(25),
        }
    }

    /// How much later than that, in parts of a thousand of the time since the event before. Linux's timers wait in a
    /// wheel whose slots become eight times as long with every 63 of them (`kernel/time/timer.c`), so that one is
    /// up to 8/63 of its time late, by the moment at which it was set.
    const fn lateness_of_interval(self) -> u32 {
        match self {
            Target::Simulator => 0,
            Target::Linux => 127,
        }
    }
}

/// Whose dialect scripts are in: their names of settings and options, and what a machine has at first.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Persona {
    /// Linux's.
    #[default]
    Linux,
    /// FreeBSD's: `sysctl net.inet.tcp.…`, `sockstat`, its sizes of buffers; the order of options does not count.
    FreeBsd,
}

/// How scripts are run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settings {
    /// What they are run against.
    pub target: Target,
    /// Whose dialect they are in.
    pub persona: Persona,
    /// Options (names and values) that count before those of the scripts: `--name=value`.
    pub options: Vec<(String, String)>,
}

/// Without options.
impl From<Target> for Settings {
    fn from(target: Target) -> Self {
        Settings { target, persona: Persona::Linux, options: Vec::new() }
    }
}

/// A script did not pass.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Failure {
    /// It is not in the language.
    Syntax(SyntaxError),
    /// Something else happened than it says.
    Differs {
        /// The line of the script, from 1; 0 for the machine's own set-up.
        line: usize,
        /// What.
        difference: Difference,
    },
}

/// `LINE[:COLUMN]: what`, so that a file name can stand before it.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Syntax(error) => error.fmt(f),
            Failure::Differs { line, difference } => write!(f, "{line}: {difference}"),
        }
    }
}

impl std::error::Error for Failure {}

impl From<SyntaxError> for Failure {
    fn from(error: SyntaxError) -> Self {
        Failure::Syntax(error)
    }
}

impl From<(usize, Difference)> for Failure {
    fn from((line, difference): (usize, Difference)) -> Self {
        Failure::Differs { line, difference }
    }
}

/// Why a script does not pass on a target, where it says so: in a comment `// Deviates on the simulator: …` or
/// `// Deviates on Linux: …`.
pub fn deviation(script: &str, target: Target) -> Option<&str> {
    let begin = match target {
        Target::Simulator => "// Deviates on the simulator: ",
        Target::Linux => "// Deviates on Linux: ",
    };
    script.lines().find_map(|line| line.strip_prefix(begin))
}

/// How a script went.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict<'a> {
    /// As it says; and what is to be told of it.
    Passed(Report),
    /// Otherwise, for the reason that it gives itself ([`deviation`]).
    Deviates(&'a str),
    /// Otherwise, or as it says although it claims to deviate: `LINE[:COLUMN]: why`.
    Failed(String),
}

/// Runs a script, and says how it went. What is no script, and a machine that could not be set up, never passes
/// for a deviation.
pub fn judge<'a>(script: &'a str, directory: &Path, settings: impl Into<Settings>) -> Verdict<'a> {
    let settings = settings.into();
    let deviation = deviation(script, settings.target);
    match (run(script, directory, settings), deviation) {
        (Ok(report), None) => Verdict::Passed(report),
        (Err(Failure::Differs { line: 1.., .. }), Some(reason)) => Verdict::Deviates(reason),
        (Ok(_), Some(_)) => Verdict::Failed("1: no longer deviates".to_owned()),
        (Err(failure), _) => Verdict::Failed(failure.to_string()),
    }
}

/// Looks at options (names and values) that are to count for every script. What packetdrill has and what changes
/// nothing here is told beside each script's outcome.
///
/// # Errors
/// The first that is unknown, or whose value is none.
pub fn check_options(options: &[(String, String)]) -> Result<(), Difference> {
    let given =
        |(name, value): &(String, String)| ScriptOption { line: 0, name: name.clone(), value: value.clone() };
    let script = Script { options: options.iter().map(given).collect(), events: Vec::new() };
    Options::of(&script, Persona::Linux, Target::Simulator).map(|_| ()).map_err(|(_, difference)| difference)
}

/// Runs a script. Its shell commands run in `directory`, the script's own.
///
/// Returns what is no failure: the packets that came out without being asked for, and what differed where the
/// script allows for that.
///
/// # Errors
/// What is no script, or the first thing that happened otherwise.
pub fn run(script: &str, directory: &Path, settings: impl Into<Settings>) -> Result<Report, Failure> {
    let Settings { target, persona, options } = settings.into();
    let text = script;
    let script = parse_with(text, &options)?;
    let options = Options::of(&script, persona, target)?;
    if target == Target::Simulator || persona == Persona::FreeBsd {
        check_commands(text, &script, directory, persona)?;
    }
    if options.dry_run {
        return Ok(Report::default());
    }
    let set_up = options.set_up();
    let at_start = |difference| (0, difference);
    match target {
        Target::Simulator => {
            let machine = Simulator::new(&set_up, directory).map_err(at_start)?;
            Ok(Runner::new(machine, options).run(&script)?)
        }
        Target::Linux => {
            let machine = LinuxKernel::new(&set_up, directory).map_err(at_start)?;
            Ok(Runner::new(machine, options).run(&script)?)
        }
    }
}

/// Looks for a word where a command or the name of a setting should be that is none. Linux has a shell of its own.
fn check_commands(
    text: &str,
    script: &Script,
    directory: &Path,
    persona: Persona,
) -> Result<(), SyntaxError> {
    for event in &script.events {
        if let Action::Command(commands, begin) = &event.action
            && let Some((at, expected)) = shell::unknown(commands, directory, persona, &[])
        {
            return Err(SyntaxError::at(text, begin + at, expected));
        }
    }
    Ok(())
}
