//! candump's log: a line for each frame, `(1436509052.249713) can0 044#2A36`.
//!
//! ```
//! use anysock_examples::candump::LogLine;
//!
//! let line: LogLine = "(1436509052.249713) can0 044#2A36".parse().unwrap();
//! assert_eq!(line.time.as_micros(), 1_436_509_052_249_713);
//! assert_eq!(line.to_string(), "(1436509052.249713) can0 044#2A36");
//! ```
//!
//! Source: man page candump(1), option -l; log2asc(1).

use core::fmt;
use core::str::FromStr;
use core::time::Duration;

use anysock::can::{AnyFrame, ParseError};
use anysock::interface::InterfaceName;

/// A frame in a log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LogLine {
    /// When it passed: since 1970, in whole microseconds, or since any other beginning.
    pub time: Duration,
    /// The interface that it passed on.
    pub interface: InterfaceName,
    /// The frame.
    pub frame: AnyFrame,
}

impl fmt::Display for LogLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, micros) = (self.time.as_secs(), self.time.subsec_micros());
        write!(f, "({seconds}.{micros:06}) {} {}", self.interface, self.frame)
    }
}

/// What is wrong with a line of a log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LineError {
    /// It has not the three parts `(TIME) INTERFACE FRAME`.
    Parts,
    /// The time is not `(seconds.microseconds)`.
    Time,
    /// No interface can have such a name.
    Interface,
    /// The frame is no frame.
    Frame(ParseError),
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LineError::Parts => f.write_str("not of the form (SECONDS.MICROSECONDS) INTERFACE FRAME"),
            LineError::Time => f.write_str("the time is not of the form (SECONDS.MICROSECONDS)"),
            LineError::Interface => f.write_str("no interface can have this name"),
            LineError::Frame(error) => write!(f, "in the frame: {error}"),
        }
    }
}

impl std::error::Error for LineError {}

impl FromStr for LogLine {
    type Err = LineError;

    /// A line; the `R` or `T` (received, transmitted) that newer versions add behind the frame is passed
    /// over.
    fn from_str(line: &str) -> Result<LogLine, LineError> {
        let mut parts = line.split_ascii_whitespace();
        let (Some(time), Some(interface), Some(frame)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(LineError::Parts);
        };
        if !matches!((parts.next(), parts.next()), (None | Some("R" | "T"), None)) {
            return Err(LineError::Parts);
        }
        Ok(LogLine {
            time: parse_time(time).ok_or(LineError::Time)?,
            interface: interface.parse().map_err(|_| LineError::Interface)?,
            frame: frame.parse().map_err(LineError::Frame)?,
        })
    }
}

/// `(seconds.microseconds)`, with exactly six digits behind the point.
fn parse_time(text: &str) -> Option<Duration> {
    let (seconds, micros) = text.strip_prefix('(')?.strip_suffix(')')?.split_once('.')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(seconds) || !digits(micros) || micros.len() != 6 {
        return None;
    }
    let micros = Duration::from_micros(micros.parse().ok()?);
    Duration::from_secs(seconds.parse().ok()?).checked_add(micros)
}

/// What is wrong with a log: where, and what.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LogError {
    /// The number of the line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub error: LineError,
}

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.error)
    }
}

impl std::error::Error for LogError {}

/// All lines of a log. Empty lines are passed over.
///
/// # Errors
/// The first line that is none, with its number.
pub fn parse_log(text: &str) -> Result<Vec<LogLine>, LogError> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(index, line)| line.parse().map_err(|error| LogError { line: index + 1, error })).collect()
}
