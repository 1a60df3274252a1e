//! The status line on standard error.

use core::fmt::Arguments;
use core::time::Duration;
use std::io::{self, IsTerminal, Write};
use std::time::Instant;

use anysock_examples::gateway::Statistics;

/// How often a line is written where there is no terminal: a log wants no line a second.
const LOGGED: Duration = Duration::from_secs(60);

/// Writes a line to standard error. Where that is closed, there is nobody to tell.
pub(crate) fn say(line: Arguments<'_>) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Writes statistics: over each other on a terminal, one below the other elsewhere.
#[derive(Debug)]
pub(crate) struct Status {
    is_terminal: bool,
    logged: Instant,
}

impl Status {
    pub(crate) fn new() -> Status {
        Status { is_terminal: io::stderr().is_terminal(), logged: Instant::now() }
    }

    /// Writes a report.
    pub(crate) fn report(&mut self, statistics: &Statistics) {
        if self.is_terminal {
            // Cut at the edge instead of wrapped: a line that wraps cannot be written over.
            let _ = write!(io::stderr(), "\r\x1b[?7l{statistics}\x1b[K\x1b[?7h");
        } else if self.logged.elapsed() >= LOGGED {
            self.logged = Instant::now();
            say(format_args!("{statistics}"));
        }
    }

    /// Writes the last report, which stays.
    pub(crate) fn end(&self, statistics: &Statistics) {
        let over = if self.is_terminal { "\r\x1b[K" } else { "" };
        say(format_args!("{over}{statistics}"));
    }
}
