//! The status line on standard error.

use std::io::{IsTerminal, Write};

use anysock_examples::gateway::Statistics;

/// Of how many reports one is written where there is no terminal: a log wants no line a second.
const LOGGED: u32 = 10;

/// Writes statistics: over each other on a terminal, one below the other elsewhere.
#[derive(Debug)]
pub(crate) struct Status {
    is_terminal: bool,
    reports: u32,
}

impl Status {
    pub(crate) fn new() -> Status {
        Status { is_terminal: std::io::stderr().is_terminal(), reports: 0 }
    }

    /// Writes a report.
    pub(crate) fn report(&mut self, statistics: &Statistics) {
        if self.is_terminal {
            eprint!("\r\x1b[K{statistics}");
        } else if self.reports.is_multiple_of(LOGGED) {
            eprintln!("{statistics}");
        }
        self.reports = self.reports.wrapping_add(1);
        // Nobody to tell where standard error is closed.
        let _ = std::io::stderr().flush();
    }

    /// Writes the last report, which stays.
    pub(crate) fn end(&mut self, statistics: &Statistics) {
        let over = if self.is_terminal { "\r\x1b[K" } else { "" };
        eprintln!("{over}{statistics}");
    }
}
