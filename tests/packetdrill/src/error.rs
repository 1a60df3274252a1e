//! What is wrong with a script, or with what answers it.

use std::fmt;

/// A script is not in the language.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyntaxError {
    /// The line, from 1.
    pub line: usize,
    /// The column in octets, from 1.
    pub column: usize,
    /// What could have been there.
    pub expected: &'static str,
    /// What is there; empty at the end of the script.
    pub found: String,
}

impl SyntaxError {
    /// At the octet `at` of a script, something else stands than what was expected.
    pub(crate) fn at(script: &str, at: usize, expected: &'static str) -> Self {
        let (before, rest) = script.split_at(at.min(script.len()));
        let line = before.matches('\n').count() + 1;
        let column = before.len() - before.rfind('\n').map_or(0, |newline| newline + 1) + 1;
        let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
        SyntaxError { line, column, expected, found: rest[..length].chars().take(40).collect() }
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let SyntaxError { line, column, expected, found } = self;
        match found.as_str() {
            "" => write!(f, "{line}:{column}: expected {expected}, found the end"),
            found => write!(f, "{line}:{column}: expected {expected}, found `{found}`"),
        }
    }
}

impl std::error::Error for SyntaxError {}

/// What was expected did not happen, or could not be tried.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Difference {
    /// Another packet than the one expected, or another answer to a call.
    Differs {
        /// What differs.
        what: &'static str,
        /// What the script says.
        expected: String,
        /// What happened.
        actual: String,
    },
    /// It happened at another time; both in seconds since the script began.
    Time {
        /// What happened.
        what: String,
        /// When it should.
        expected: String,
        /// When it did.
        actual: String,
    },
    /// No packet came.
    NoPacket {
        /// The one that was waited for.
        expected: String,
    },
    /// A call did not return.
    Blocks {
        /// The call.
        call: String,
    },
    /// The script asks for what is not there: a call, an option, a setting.
    Unsupported(String),
    /// An assertion of the script does not hold.
    Assertion {
        /// The assertion.
        text: String,
        /// The values of the names in it.
        values: String,
    },
    /// Anything of these, of a script that has made settings without an effect on the machine: they may be why.
    Without {
        /// What happened otherwise.
        difference: Box<Difference>,
        /// The settings, `NAME=VALUE`.
        settings: Vec<String>,
    },
    /// A shell command failed, or the machine could not be set up.
    Failed(String),
}

impl Difference {
    /// Whether something happened, or did not, otherwise than a script says; `false` where nothing could be tried.
    pub(crate) fn is_of_behaviour(&self) -> bool {
        matches!(self, Difference::Differs { .. } | Difference::Time { .. } | Difference::NoPacket { .. })
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Difference::Differs { what, expected, actual } => {
                write!(f, "{what}\n  expected: {expected}\n    actual: {actual}")
            }
            Difference::Time { what, expected, actual } => {
                write!(f, "wrong time: {what}\n  expected: {expected}\n    actual: {actual}")
            }
            Difference::NoPacket { expected } => write!(f, "no packet\n  expected: {expected}"),
            Difference::Blocks { call } => write!(f, "{call} does not return"),
            Difference::Unsupported(what) => write!(f, "unsupported: {what}"),
            Difference::Assertion { text, values } => {
                write!(f, "assertion failed: {text}\n    actual: {values}")
            }
            Difference::Without { difference, settings } => {
                write!(f, "{difference}\n    without effect here: {}", settings.join(", "))
            }
            Difference::Failed(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for Difference {}
