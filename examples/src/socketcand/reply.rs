//! What the server says.

use core::fmt;
use core::time::Duration;

use anysock::can::AnyFrame;

use super::Extensions;

/// An answer to a client. Prints as it is sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reply {
    /// Welcome.
    Hi,
    /// Done.
    Ok,
    /// Answer to `< echo >`.
    Echo,
    /// What went wrong, in words without `<` and `>`.
    Error(String),
    /// Statistics of the bus: bytes and frames received, bytes and frames sent, and, where the client asked
    /// for it, frames dropped.
    Stat {
        /// Data bytes received.
        rx_bytes: u64,
        /// Frames received.
        rx_frames: u64,
        /// Data bytes sent.
        tx_bytes: u64,
        /// Frames sent.
        tx_frames: u64,
        /// Frames dropped on the way to this client and from it.
        dropped: Option<u64>,
    },
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reply::Hi => f.write_str("< hi >"),
            Reply::Ok => f.write_str("< ok >"),
            Reply::Echo => f.write_str("< echo >"),
            Reply::Error(error) => write!(f, "< error {error} >"),
            Reply::Stat { rx_bytes, rx_frames, tx_bytes, tx_frames, dropped } => {
                write!(f, "< stat {rx_bytes} {rx_frames} {tx_bytes} {tx_frames}")?;
                if let Some(dropped) = dropped {
                    write!(f, " {dropped}")?;
                }
                f.write_str(" >")
            }
        }
    }
}

/// How the data bytes of a frame are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DataStyle {
    /// `1A22`, as in raw mode.
    Joined,
    /// `1A 22`, as in BCM mode.
    Spaced,
}

/// A received frame, as it is sent to a client.
///
/// ```
/// use anysock_examples::socketcand::{DataStyle, Extensions, FrameReply};
/// use core::time::Duration;
///
/// let time = Duration::new(23, 424_242_000);
/// let reply = |frame: &str, extensions| {
///     let reply = FrameReply::new(frame.parse().unwrap(), time, DataStyle::Joined, extensions);
///     reply.map(|reply| reply.to_string())
/// };
/// let none = Extensions::default();
/// assert_eq!(reply("123#1A22", none).unwrap(), "< frame 123 23.424242 1A22 >");
/// assert_eq!(reply("123#", none).unwrap(), "< frame 123 23.424242  >"); // both spaces
/// assert_eq!(reply("123##11A", none), None);
/// let fd = Extensions { fd: true, ..none };
/// assert_eq!(reply("123##11A", fd).unwrap(), "< fdframe 123 23.424242 1 1A >");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FrameReply {
    frame: AnyFrame,
    time: Duration,
    style: DataStyle,
    details: bool,
}

impl FrameReply {
    /// A frame that arrived at `time` (since 1970), for a client with these extensions; `None` where the
    /// client does not understand such a frame.
    pub fn new(
        frame: AnyFrame,
        time: Duration,
        style: DataStyle,
        extensions: Extensions,
    ) -> Option<FrameReply> {
        let understood = match &frame {
            AnyFrame::Classic(frame) => extensions.rtr || !frame.is_remote(),
            AnyFrame::Fd(_) => extensions.fd,
            AnyFrame::Error(_) => true,
        };
        understood.then_some(FrameReply { frame, time, style, details: extensions.error })
    }
}

impl fmt::Display for FrameReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, micros) = (self.time.as_secs(), self.time.subsec_micros());
        match &self.frame {
            AnyFrame::Classic(frame) if frame.is_remote() => {
                return write!(f, "< rtrframe {} {seconds}.{micros:06} {} >", frame.id(), frame.len());
            }
            AnyFrame::Classic(frame) => write!(f, "< frame {} {seconds}.{micros:06} ", frame.id())?,
            AnyFrame::Fd(frame) => {
                write!(
                    f,
                    "< fdframe {} {seconds}.{micros:06} {:X} ",
                    frame.id(),
                    frame.flags().bits() & 0xF
                )?;
            }
            AnyFrame::Error(frame) => {
                write!(f, "< error {:03X} {seconds}.{micros:06}", frame.class().bits())?;
                if !self.details {
                    return f.write_str(" >");
                }
                f.write_str(" ")?;
            }
        }
        for (index, byte) in self.frame.data().iter().enumerate() {
            let space = if index > 0 && self.style == DataStyle::Spaced { " " } else { "" };
            write!(f, "{space}{byte:02X}")?;
        }
        f.write_str(" >")
    }
}
