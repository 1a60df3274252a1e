//! Reading a text piece by piece, with the place of each piece.

use crate::error::SyntaxError;

/// A place in a text, and what is read next there. White space and comments before a piece are skipped.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor<'a> {
    text: &'a str,
    position: usize,
    definitions: &'a [Definition],
}

/// A name that stands for something else in a script (`--define NAME=VALUE`), and what for.
pub(crate) type Definition = (String, String);

impl<'a> Cursor<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Cursor { text, position: 0, definitions: &[] }
    }

    /// The same text, in which these names stand for something else.
    pub(crate) fn with_definitions(self, definitions: &'a [Definition]) -> Self {
        Cursor { definitions, ..self }
    }

    /// What a name stands for.
    pub(crate) fn definition(&self, name: &str) -> Option<&'a str> {
        self.definitions.iter().rev().find(|(defined, _)| defined == name).map(|(_, value)| value.as_str())
    }

    /// The whole text.
    pub(crate) fn text(&self) -> &'a str {
        self.text
    }

    /// How many octets of it come before what is next.
    pub(crate) fn position(&self) -> usize {
        self.position
    }

    /// What is left, from the next piece on.
    pub(crate) fn rest(&mut self) -> &'a str {
        self.skip();
        &self.text[self.position..]
    }

    /// Skips white space and comments.
    fn skip(&mut self) {
        loop {
            let rest = &self.text[self.position..];
            let length = if let Some(comment) = rest.strip_prefix("/*") {
                comment.find("*/").map_or(rest.len(), |end| end + 4)
            } else if rest.starts_with("//") || rest.starts_with('#') {
                rest.find('\n').unwrap_or(rest.len())
            } else {
                rest.len() - rest.trim_start().len()
            };
            if length == 0 {
                return;
            }
            self.position += length;
        }
    }

    /// Whether `-D NAME=VALUE` is next.
    pub(crate) fn peek_defines(&mut self) -> bool {
        let name = self.rest().strip_prefix("-D").map(|rest| rest.trim_start_matches(' '));
        name.is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'))
    }

    /// Whether something else than an option or a comment follows on the same line.
    pub(crate) fn value_follows(&self) -> bool {
        let line = self.text[self.position..].lines().next().unwrap_or_default().trim_start();
        !line.is_empty() && !["-", "#", "//", "/*"].iter().any(|begin| line.starts_with(begin))
    }

    pub(crate) fn is_at_end(&mut self) -> bool {
        self.rest().is_empty()
    }

    pub(crate) fn peek(&mut self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Takes `piece`, if it is next.
    pub(crate) fn eat(&mut self, piece: &str) -> bool {
        let found = self.rest().starts_with(piece);
        self.position += if found { piece.len() } else { 0 };
        found
    }

    /// Takes `piece`, which has to be next.
    pub(crate) fn expect(&mut self, piece: &'static str) -> Result<(), SyntaxError> {
        if self.eat(piece) { Ok(()) } else { Err(self.error(piece)) }
    }

    /// Takes the characters for which `wanted` says so, none of them white space.
    pub(crate) fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        self.position += length;
        &rest[..length]
    }

    /// Takes everything up to `end`, and `end`.
    pub(crate) fn take_until(&mut self, end: &'static str) -> Result<&'a str, SyntaxError> {
        let rest = &self.text[self.position..];
        let Some(length) = rest.find(end) else { return Err(self.error(end)) };
        self.position += length + end.len();
        Ok(&rest[..length])
    }

    /// A name: letters, digits and underscores, no digit first; empty where there is none.
    pub(crate) fn peek_word(&mut self) -> &'a str {
        let rest = self.rest();
        if rest.starts_with(|c: char| c.is_ascii_digit()) {
            return "";
        }
        let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        &rest[..length]
    }

    pub(crate) fn word(&mut self) -> &'a str {
        let word = self.peek_word();
        self.position += word.len();
        word
    }

    /// Takes `word`, if it is the next whole word.
    pub(crate) fn eat_word(&mut self, word: &str) -> bool {
        let found = self.peek_word() == word;
        self.position += if found { word.len() } else { 0 };
        found
    }

    /// A number: decimal, or hexadecimal with `0x`.
    pub(crate) fn number<T: TryFrom<i128>>(&mut self, what: &'static str) -> Result<T, SyntaxError> {
        let before = *self;
        let negative = self.eat("-");
        let (digits, radix) = if self.eat("0x") {
            (self.take_while(|c| c.is_ascii_hexdigit()), 16)
        } else {
            (self.take_while(|c| c.is_ascii_digit()), 10)
        };
        let number = i128::from_str_radix(digits, radix).ok().map(|n| if negative { -n } else { n });
        match number.and_then(|number| T::try_from(number).ok()) {
            Some(number) => Ok(number),
            None => {
                *self = before;
                Err(self.error(what))
            }
        }
    }

    /// The line of what is next, from 1.
    pub(crate) fn line(&mut self) -> usize {
        self.skip();
        self.text[..self.position].matches('\n').count() + 1
    }

    /// What is next is not what was expected.
    pub(crate) fn error(&mut self, expected: &'static str) -> SyntaxError {
        self.skip();
        SyntaxError::at(self.text, self.position, expected)
    }
}
