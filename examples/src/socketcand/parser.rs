//! From the bytes of a client, in any pieces, to commands.

use super::{Command, CommandError};

/// The most bytes between `<` and `>`. A `muxfilter` of 257 masks is the longest command.
pub const MAX_COMMAND: usize = 8192;

/// The commands in a stream of bytes. Keeps the beginning of a command until its end arrives, at most
/// [`MAX_COMMAND`] bytes; after anything wrong it goes on with the next `<`.
#[derive(Debug, Default)]
pub struct Parser {
    /// What has arrived of the command so far.
    command: Vec<u8>,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum State {
    /// After `>`: white space may follow.
    #[default]
    Between,
    /// After `<`.
    Inside,
    /// After an error that has been reported: everything up to the next `<` is passed over.
    Lost,
}

impl Parser {
    /// A parser at the beginning of a stream.
    pub fn new() -> Parser {
        Parser::default()
    }

    /// The next command in `input`, from whose front it takes what it has read. `None` when all is read.
    pub fn next(&mut self, input: &mut &[u8]) -> Option<Result<Command, CommandError>> {
        while let Some((&byte, rest)) = input.split_first() {
            *input = rest;
            let found = match (self.state, byte) {
                (State::Inside, b'>') => {
                    self.state = State::Between;
                    Some(Command::parse(&self.command))
                }
                (state, b'<') => {
                    self.state = State::Inside;
                    self.command.clear();
                    (state == State::Inside).then_some(Err(CommandError::Unfinished))
                }
                (State::Inside, _) if self.command.len() == MAX_COMMAND => {
                    self.state = State::Lost;
                    Some(Err(CommandError::TooLong))
                }
                (State::Inside, _) => {
                    self.command.push(byte);
                    None
                }
                // A zero byte is what Flash clients end their messages with.
                (State::Between, 0) | (State::Lost, _) => None,
                (State::Between, _) if byte.is_ascii_whitespace() => None,
                (State::Between, _) => {
                    self.state = State::Lost;
                    Some(Err(CommandError::OutsideBrackets))
                }
            };
            if found.is_some() {
                return found;
            }
        }
        None
    }
}
