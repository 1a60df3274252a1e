//! What came into a world from outside, and when: enough to run it again without an outside.

use std::fmt;
use std::str::FromStr;
use std::vec::Vec;

use anysock::Instant;

/// The first line of a recording's text.
const TITLE: &str = "anysock recording 1";

/// What the outside did to a forwarded connection, or sent to an attached interface.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Input {
    /// It connected.
    Open,
    /// It sent these bytes.
    Data(Vec<u8>),
    /// It took so many bytes.
    Read(usize),
    /// It will send no more.
    Finish,
    /// It is gone.
    Close,
    /// It was reset.
    Abort,
    /// It sent this IP packet.
    Packet(Vec<u8>),
}

/// Inputs in the order in which they came, each with its virtual time and its connection.
///
/// Its text form has a line an input: the time in nanoseconds, the number of the connection (0 for a packet), what
/// it did.
///
/// ```
/// use anysock_sim::Recording;
///
/// let text = "anysock recording 1\n1000 0 open\n2000 0 data 3c203e\n3000 0 close\n";
/// let recording: Recording = text.parse()?;
/// assert_eq!(recording.to_string(), text);
/// # Ok::<(), anysock_sim::ParseRecordingError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Recording {
    pub(crate) inputs: Vec<(Instant, usize, Input)>,
}

impl Recording {
    /// How many inputs there are.
    pub fn len(&self) -> usize {
        self.inputs.len()
    }

    /// Whether nothing ever came in.
    pub fn is_empty(&self) -> bool {
        self.inputs.is_empty()
    }
}

impl fmt::Display for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{TITLE}")?;
        for (at, connection, input) in &self.inputs {
            write!(f, "{} {connection} ", at.as_nanos())?;
            match input {
                Input::Open => f.write_str("open")?,
                Input::Data(bytes) => write_hex(f, "data", bytes)?,
                Input::Read(length) => write!(f, "read {length}")?,
                Input::Finish => f.write_str("finish")?,
                Input::Close => f.write_str("close")?,
                Input::Abort => f.write_str("abort")?,
                Input::Packet(packet) => write_hex(f, "packet", packet)?,
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

/// A line of a recording that is none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ParseRecordingError {
    /// The line's number, from 1.
    pub line: usize,
}

impl fmt::Display for ParseRecordingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} is not part of a recording", self.line)
    }
}

impl std::error::Error for ParseRecordingError {}

impl FromStr for Recording {
    type Err = ParseRecordingError;

    fn from_str(text: &str) -> Result<Self, ParseRecordingError> {
        let mut lines = text.lines();
        if lines.next() != Some(TITLE) {
            return Err(ParseRecordingError { line: 1 });
        }
        let inputs = lines
            .enumerate()
            .map(|(index, line)| parse_input(line).ok_or(ParseRecordingError { line: index + 2 }));
        Ok(Recording { inputs: inputs.collect::<Result<_, _>>()? })
    }
}

fn parse_input(line: &str) -> Option<(Instant, usize, Input)> {
    let mut words = line.split(' ');
    let at = Instant::from_nanos(words.next()?.parse().ok()?);
    let connection = words.next()?.parse().ok()?;
    let (verb, argument) = (words.next()?, words.next());
    let input = match (verb, argument) {
        ("open", None) => Input::Open,
        ("data", Some(hex)) => Input::Data(parse_hex(hex)?),
        ("read", Some(length)) => Input::Read(length.parse().ok()?),
        ("finish", None) => Input::Finish,
        ("close", None) => Input::Close,
        ("abort", None) => Input::Abort,
        ("packet", Some(hex)) => Input::Packet(parse_hex(hex)?),
        _ => return None,
    };
    match words.next() {
        Some(_) => None,
        None => Some((at, connection, input)),
    }
}

fn write_hex(f: &mut fmt::Formatter<'_>, verb: &str, bytes: &[u8]) -> fmt::Result {
    write!(f, "{verb} ")?;
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

fn parse_hex(hex: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = hex.as_bytes().as_chunks::<2>();
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    let bytes = pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?));
    if rest.is_empty() { bytes.collect() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_malformed_line_is_named() {
        for (text, line) in [
            ("something else\n", 1),
            ("anysock recording 1\n5 0 data 3\n", 2),
            ("anysock recording 1\n5 0 open\n6 0 open now\n", 3),
            ("anysock recording 1\n5 0 read many\n", 2),
        ] {
            assert_eq!(text.parse::<Recording>(), Err(ParseRecordingError { line }), "{text}");
        }
    }
}
