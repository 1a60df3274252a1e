//! A client, on any stream of any backend, with ordinary blocking calls.
//!
//! ```
//! use anysock::{Interfaces, TcpStream};
//! use anysock_examples::socketcand::client::{Client, ClientError, Message};
//!
//! /// The first frame that passes on a gateway's bus.
//! fn first_frame<B: Interfaces>(backend: B) -> Result<Message, ClientError> {
//!     let stream = TcpStream::connect(backend, &"192.168.0.1:29536".parse().unwrap())?;
//!     let mut client = Client::new(stream.into_socket())?;
//!     client.ask("open can0")?;
//!     client.ask("rawmode")?;
//!     client.next()
//! }
//! ```

use core::fmt::{self, Write};
use core::time::Duration;

use anysock::can::{AnyFrame, ErrorClass, ErrorFrame, FdFlags, FdFrame, Frame, Id};
use anysock::{Backend, Error, Shutdown, Socket};

/// The most bytes of a message from a server.
const MAX_MESSAGE: usize = 1024;

/// What a server says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Message {
    /// A frame, and when it arrived, since 1970.
    Frame(AnyFrame, Duration),
    /// Anything else, without `<` and `>`.
    Words(String),
}

/// Why a client cannot go on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ClientError {
    /// The stream's own.
    Stream(Error),
    /// The server has closed the connection.
    Closed,
    /// The server said this instead of what was to come, or what nobody understands.
    Unexpected(String),
}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ClientError::Stream(error) => error.fmt(f),
            ClientError::Closed => f.write_str("the server has closed the connection"),
            ClientError::Unexpected(words) => write!(f, "the server says: {words}"),
        }
    }
}

impl std::error::Error for ClientError {}

impl From<Error> for ClientError {
    fn from(error: Error) -> ClientError {
        ClientError::Stream(error)
    }
}

/// A client.
#[derive(Debug)]
pub struct Client<B: Backend> {
    stream: Socket<B>,
    received: Vec<u8>,
}

impl<B: Backend> Client<B> {
    /// A client on a connected stream, once the server has welcomed it.
    ///
    /// # Errors
    /// What the server says instead.
    pub fn new(stream: Socket<B>) -> Result<Client<B>, ClientError> {
        let mut client = Client { stream, received: Vec::new() };
        client.expect("hi")?;
        Ok(client)
    }

    /// The stream, to change its timeout.
    pub fn stream_mut(&mut self) -> &mut Socket<B> {
        &mut self.stream
    }

    /// Says something, without waiting for an answer.
    pub fn say(&mut self, words: &str) -> Result<(), ClientError> {
        self.stream.send_all(format!("< {words} >").as_bytes()).map_err(|error| error.error)?;
        Ok(())
    }

    /// Says something that the server answers by `< ok >`.
    pub fn ask(&mut self, words: &str) -> Result<(), ClientError> {
        self.say(words)?;
        self.expect("ok")
    }

    /// Sends a frame. An error message, which nobody can send, is passed over.
    pub fn send(&mut self, frame: &AnyFrame) -> Result<(), ClientError> {
        let mut words = match frame {
            AnyFrame::Classic(frame) if frame.is_remote() => {
                return self.say(&format!("rtrsend {} {}", frame.id(), frame.len()));
            }
            AnyFrame::Classic(frame) => format!("send {} {}", frame.id(), frame.len()),
            AnyFrame::Fd(frame) => {
                format!("fdsend {} {:X} {}", frame.id(), frame.flags().bits() & 0xF, frame.len())
            }
            AnyFrame::Error(_) => return Ok(()),
        };
        for byte in frame.data() {
            // Writing to a String cannot fail.
            let _ = write!(words, " {byte:x}");
        }
        self.say(&words)
    }

    /// The next message, within the stream's timeout.
    ///
    /// # Errors
    /// [`ClientError::Stream`] of [`Error::TimedOut`] where none came; what had come of it is kept.
    #[expect(clippy::should_implement_trait, reason = "it fails, and may be called again")]
    pub fn next(&mut self) -> Result<Message, ClientError> {
        loop {
            if let Some(end) = self.received.iter().position(|byte| *byte == b'>') {
                let message: Vec<u8> = self.received.drain(..=end).collect();
                let text = String::from_utf8_lossy(&message);
                let words = text.trim_start().strip_prefix('<').and_then(|words| words.strip_suffix('>'));
                return words.and_then(parse).ok_or_else(|| ClientError::Unexpected(text.into_owned()));
            }
            if self.received.len() > MAX_MESSAGE {
                return Err(ClientError::Unexpected(String::from_utf8_lossy(&self.received).into_owned()));
            }
            let mut buffer = [0; 4096];
            match self.stream.recv(&mut buffer)? {
                0 => return Err(ClientError::Closed),
                len => self.received.extend(buffer.iter().take(len)),
            }
        }
    }

    /// Says that it will say no more.
    pub fn finish(&self) -> Result<(), ClientError> {
        Ok(self.stream.shutdown(Shutdown::WRITE)?)
    }

    fn expect(&mut self, expected: &str) -> Result<(), ClientError> {
        loop {
            match self.next()? {
                Message::Words(words) if words == expected => return Ok(()),
                Message::Words(words) => return Err(ClientError::Unexpected(words)),
                // On their way before the server had read the question.
                Message::Frame(..) => {}
            }
        }
    }
}

/// The message in what stands between `<` and `>`.
fn parse(words: &str) -> Option<Message> {
    let mut parts = words.split_ascii_whitespace();
    let is_frame = match parts.next()? {
        "frame" | "fdframe" | "rtrframe" => true,
        // Other errors are words.
        "error" => parse_frame(words).is_some(),
        _ => false,
    };
    if is_frame {
        return parse_frame(words).map(|(frame, time)| Message::Frame(frame, time));
    }
    Some(Message::Words(words.trim().into()))
}

fn parse_frame(words: &str) -> Option<(AnyFrame, Duration)> {
    let mut parts = words.split_ascii_whitespace();
    let (kind, address, time) = (parts.next()?, parts.next()?, parse_time(parts.next()?)?);
    let raw = u32::from_str_radix(address, 16).ok()?;
    let id = || if address.len() == 3 { Id::standard(u16::try_from(raw).ok()?) } else { Id::extended(raw) };
    let frame = match kind {
        "rtrframe" => Frame::remote(id()?, parts.next()?.parse().ok()?)?.into(),
        "fdframe" => {
            let flags = FdFlags::from_bits_retain(u8::from_str_radix(parts.next()?, 16).ok()?);
            FdFrame::new(id()?, flags, &parse_data(parts)?)?.into()
        }
        "frame" => Frame::new(id()?, &parse_data(parts)?)?.into(),
        _ => ErrorFrame::from_raw(ErrorClass::from_bits_retain(raw), &parse_data(parts)?)?.into(),
    };
    Some((frame, time))
}

fn parse_time(text: &str) -> Option<Duration> {
    let (seconds, micros) = text.split_once('.')?;
    Duration::from_secs(seconds.parse().ok()?).checked_add(Duration::from_micros(micros.parse().ok()?))
}

/// Data bytes, joined or spaced.
fn parse_data<'a>(parts: impl Iterator<Item = &'a str>) -> Option<Vec<u8>> {
    let digits: Vec<_> = parts.flat_map(str::chars).map(|digit| digit.to_digit(16)).collect::<Option<_>>()?;
    let pairs = digits.chunks_exact(2);
    pairs.remainder().is_empty().then(|| pairs.map(|pair| (pair[0] << 4 | pair[1]) as u8).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_time_beyond_all_times_makes_no_frame() {
        assert_eq!(parse("frame 123 18446744073709551615.999999999 00"), None);
        let (frame, time) = parse_frame("frame 123 23.424242 1A22").unwrap();
        assert_eq!((frame.to_string().as_str(), time), ("123#1A22", Duration::new(23, 424_242_000)));
    }

    proptest! {
        #[test]
        fn whatever_a_server_says_is_read(words in "(fd|rtr)?(frame|error) [0-9a-f]{0,9} [0-9.]{0,30}[ 0-9a-f]*") {
            let _ = parse(&words);
        }
    }
}
