//! What a client says.

use core::fmt;
use core::str::{FromStr, SplitAsciiWhitespace};
use core::time::Duration;

use anysock::can::{AnyFrame, FdFlags, FdFrame, Frame, Id};
use anysock::interface::InterfaceName;

/// The longest interval that the kernel's broadcast manager takes: `BCM_TIMER_SEC_MAX`, 400 days.
const MAX_SECONDS: u64 = 400 * 24 * 60 * 60;
/// The most masks of a `muxfilter`: the multiplexer's own and the 256 of its values (`MAX_NFRAMES`).
const MAX_MASKS: usize = 257;
/// How much of an unknown word is repeated in the error about it.
const QUOTED: usize = 24;

/// A client's command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    /// `open`: use this bus.
    Open(InterfaceName),
    /// `rawmode`: receive every frame.
    RawMode,
    /// `bcmmode`: receive what is subscribed.
    BcmMode,
    /// `controlmode`: receive statistics.
    ControlMode,
    /// `isotpmode`: ISO 15765-2.
    IsoTpMode,
    /// `extensions`: from now on the client understands these.
    Extensions(Extensions),
    /// `echo`: answer.
    Echo,
    /// `send`, `rtrsend`, `fdsend`: send once.
    Send(AnyFrame),
    /// `add`: send now and at this interval; zero is once.
    Add(Duration, Frame),
    /// `update`: change what is sent.
    Update(Frame),
    /// `delete`: stop sending.
    Delete(Id),
    /// `subscribe`: receive this identifier, at most once in this interval.
    Subscribe(Duration, Id),
    /// `filter`: receive this identifier where a bit of the mask has changed.
    Filter(Duration, Id, [u8; 8]),
    /// `muxfilter`: the first mask chooses the multiplexer's bits, each other one has their value and the
    /// bits that matter with it.
    MuxFilter(Duration, Id, Vec<[u8; 8]>),
    /// `unsubscribe`: receive this identifier no more.
    Unsubscribe(Id),
    /// `statistics`: report at this interval; zero ends it.
    Statistics(Duration),
}

/// What a client understands beyond socketcand's protocol.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Extensions {
    /// FD frames.
    pub fd: bool,
    /// Remote frames.
    pub rtr: bool,
    /// The details of error messages.
    pub error: bool,
    /// The number of frames dropped, in statistics.
    pub drops: bool,
}

/// What is wrong with a command. Prints as words for `< error … >`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CommandError {
    /// Something other than white space stands between two commands.
    OutsideBrackets,
    /// A `<` came before the `>` of the command before.
    Unfinished,
    /// The command has more than [`MAX_COMMAND`](super::MAX_COMMAND) bytes.
    TooLong,
    /// A byte is not printable ASCII.
    NotText,
    /// There is no word in it.
    Empty,
    /// No such command.
    Unknown(String),
    /// No such extension.
    UnknownExtension(String),
    /// This argument is missing.
    Missing(&'static str),
    /// This argument cannot have such a value.
    Invalid(&'static str, String),
    /// More arguments than the command has, or data bytes than its length says.
    Surplus(String),
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CommandError::OutsideBrackets => f.write_str("bytes outside of a command"),
            CommandError::Unfinished => f.write_str("a command began before the last one ended"),
            CommandError::TooLong => write!(f, "a command of more than {} bytes", super::MAX_COMMAND),
            CommandError::NotText => f.write_str("a command is printable ASCII"),
            CommandError::Empty => f.write_str("empty command"),
            CommandError::Unknown(word) => write!(f, "unknown command {word}"),
            CommandError::UnknownExtension(word) => write!(f, "unknown extension {word}"),
            CommandError::Missing(argument) => write!(f, "{argument} is missing"),
            CommandError::Invalid(argument, word) => write!(f, "{argument} cannot be {word}"),
            CommandError::Surplus(word) => write!(f, "{word} is one argument too many"),
        }
    }
}

impl std::error::Error for CommandError {}

impl Command {
    /// The command in what stands between `<` and `>`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &[u8]) -> Result<Command, CommandError> {
        let printable = text.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace());
        let text = str::from_utf8(text).ok().filter(|_| printable).ok_or(CommandError::NotText)?;
        let mut arguments = Arguments(text.split_ascii_whitespace());
        let name = arguments.0.next().ok_or(CommandError::Empty)?;
        let command = match name {
            "open" => Command::Open(arguments.parse("the bus")?),
            "rawmode" => Command::RawMode,
            "bcmmode" => Command::BcmMode,
            "controlmode" => Command::ControlMode,
            "isotpmode" => Command::IsoTpMode,
            "extensions" => Command::Extensions(arguments.extensions()?),
            "echo" => Command::Echo,
            "send" => Command::Send(arguments.frame()?.into()),
            "rtrsend" => Command::Send(arguments.remote_frame()?.into()),
            "fdsend" => Command::Send(arguments.fd_frame()?.into()),
            "add" => Command::Add(arguments.interval()?, arguments.frame()?),
            "update" => Command::Update(arguments.frame()?),
            "delete" => Command::Delete(arguments.id()?),
            "subscribe" => Command::Subscribe(arguments.interval()?, arguments.id()?),
            "filter" => Command::Filter(arguments.interval()?, arguments.id()?, arguments.mask()?),
            "muxfilter" => Command::MuxFilter(arguments.interval()?, arguments.id()?, arguments.masks()?),
            "unsubscribe" => Command::Unsubscribe(arguments.id()?),
            "statistics" => {
                Command::Statistics(Duration::from_millis(arguments.parse::<u32>("the interval")?.into()))
            }
            _ => return Err(CommandError::Unknown(quote(name))),
        };
        match arguments.0.next() {
            None => Ok(command),
            Some(word) => Err(CommandError::Surplus(quote(word))),
        }
    }
}

/// The beginning of a client's word.
fn quote(word: &str) -> String {
    word.chars().take(QUOTED).collect()
}

/// The words after a command's name.
struct Arguments<'a>(SplitAsciiWhitespace<'a>);

impl<'a> Arguments<'a> {
    fn word(&mut self, what: &'static str) -> Result<&'a str, CommandError> {
        self.0.next().ok_or(CommandError::Missing(what))
    }

    fn parse<T: FromStr>(&mut self, what: &'static str) -> Result<T, CommandError> {
        let word = self.word(what)?;
        word.parse().map_err(|_| CommandError::Invalid(what, quote(word)))
    }

    fn id(&mut self) -> Result<Id, CommandError> {
        const WHAT: &str = "the identifier";
        let word = self.word(WHAT)?;
        let digits = word.bytes().all(|byte| byte.is_ascii_hexdigit());
        let raw = u32::from_str_radix(word, 16).ok().filter(|_| digits);
        let id = match (word.len(), raw) {
            (1..=3, Some(raw)) => u16::try_from(raw).ok().and_then(Id::standard),
            (8, Some(raw)) => Id::extended(raw),
            _ => None,
        };
        id.ok_or_else(|| CommandError::Invalid(WHAT, quote(word)))
    }

    fn interval(&mut self) -> Result<Duration, CommandError> {
        let seconds = self.parse::<u64>("the number of seconds")?;
        if seconds > MAX_SECONDS {
            return Err(CommandError::Invalid("the number of seconds", seconds.to_string()));
        }
        let micros = self.parse::<u64>("the number of microseconds")?;
        if micros >= 1_000_000 {
            return Err(CommandError::Invalid("the number of microseconds", micros.to_string()));
        }
        Ok(Duration::from_secs(seconds) + Duration::from_micros(micros))
    }

    /// A data byte: one or two hexadecimal digits.
    fn byte(&mut self) -> Result<u8, CommandError> {
        const WHAT: &str = "a data byte";
        let word = self.word(WHAT)?;
        let digits = matches!(word.len(), 1 | 2) && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        let byte = u8::from_str_radix(word, 16).ok().filter(|_| digits);
        byte.ok_or_else(|| CommandError::Invalid(WHAT, quote(word)))
    }

    /// A length of at most `max`, and as many bytes.
    fn data<const MAX: usize>(&mut self) -> Result<([u8; MAX], usize), CommandError> {
        const WHAT: &str = "the length";
        let len = self.parse::<usize>(WHAT)?;
        let mut data = [0; MAX];
        let room = data.get_mut(..len).ok_or_else(|| CommandError::Invalid(WHAT, len.to_string()))?;
        for byte in room {
            *byte = self.byte()?;
        }
        Ok((data, len))
    }

    fn frame(&mut self) -> Result<Frame, CommandError> {
        let id = self.id()?;
        let (data, len) = self.data::<8>()?;
        data.get(..len).and_then(|data| Frame::new(id, data)).ok_or(CommandError::Missing("the length"))
    }

    fn remote_frame(&mut self) -> Result<Frame, CommandError> {
        let id = self.id()?;
        let len = self.parse("the length")?;
        Frame::remote(id, len).ok_or_else(|| CommandError::Invalid("the length", len.to_string()))
    }

    fn fd_frame(&mut self) -> Result<FdFrame, CommandError> {
        let id = self.id()?;
        let word = self.word("the flags")?;
        let flags = u8::from_str_radix(word, 16).ok().filter(|flags| *flags < 4);
        let flags = flags.ok_or_else(|| CommandError::Invalid("the flags", quote(word)))?;
        let (data, len) = self.data::<64>()?;
        let frame = data.get(..len).and_then(|data| FdFrame::new(id, FdFlags::from_bits_retain(flags), data));
        frame.ok_or_else(|| CommandError::Invalid("the length", len.to_string()))
    }

    /// A mask of up to 8 bytes, filled with zeros: what is not named does not matter.
    fn mask(&mut self) -> Result<[u8; 8], CommandError> {
        Ok(self.data::<8>()?.0)
    }

    fn masks(&mut self) -> Result<Vec<[u8; 8]>, CommandError> {
        const WHAT: &str = "the number of masks";
        let count = self.parse::<usize>(WHAT)?;
        if !(2..=MAX_MASKS).contains(&count) {
            return Err(CommandError::Invalid(WHAT, count.to_string()));
        }
        let mut masks = vec![[0; 8]; count];
        for byte in masks.iter_mut().flatten() {
            *byte = self.byte()?;
        }
        Ok(masks)
    }

    fn extensions(&mut self) -> Result<Extensions, CommandError> {
        let mut extensions = Extensions::default();
        for word in self.0.by_ref() {
            match word {
                "fd" => extensions.fd = true,
                "rtr" => extensions.rtr = true,
                "error" => extensions.error = true,
                "drops" => extensions.drops = true,
                _ => return Err(CommandError::UnknownExtension(quote(word))),
            }
        }
        Ok(extensions)
    }
}
