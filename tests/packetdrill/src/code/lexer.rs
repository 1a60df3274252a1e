//! Python's text as logical lines of tokens.

use crate::error::SyntaxError;

/// A word of the language.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Token {
    /// A name or a keyword; names of modules keep their points.
    Name(String),
    /// A whole number.
    Integer(i128),
    /// A number with a fraction or an exponent.
    Float(f64),
    /// A text between quotes.
    Text(String),
    /// An operator or a bracket.
    Operator(&'static str),
}

/// A token, and where it begins in the script.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Placed {
    pub(super) token: Token,
    pub(super) at: usize,
}

/// A logical line: how far it is indented, and its tokens, of which there is at least one.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Line {
    pub(super) indent: usize,
    pub(super) tokens: Vec<Placed>,
}

/// Operators, the longer ones first.
const OPERATORS: [&str; 43] = [
    "->", "**=", "//=", "<<=", ">>=", "**", "//", "<<", ">>", "==", "!=", "<=", ">=", "+=", "-=", "*=", "/=",
    "%=", "&=", "|=", "^=", "+", "-", "*", "/", "%", "&", "|", "^", "~", "<", ">", "=", "(", ")", "[", "]",
    ",", ":", ";", "{", "}", ".",
];

/// The lines of `code`, which begins at the octet `begin` of the `script`.
pub(super) fn lines(script: &str, begin: usize, code: &str) -> Result<Vec<Line>, SyntaxError> {
    Lexer { script, begin, code, position: 0 }.lines()
}

struct Lexer<'a> {
    script: &'a str,
    begin: usize,
    code: &'a str,
    position: usize,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.code[self.position..]
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        self.position += length;
        &rest[..length]
    }

    fn lines(mut self) -> Result<Vec<Line>, SyntaxError> {
        let mut lines = Vec::new();
        while !self.rest().is_empty() {
            let indent = self.take_while(|c| c == ' ' || c == '\t').len();
            let tokens = self.line()?;
            if !tokens.is_empty() {
                lines.push(Line { indent, tokens });
            }
        }
        Ok(lines)
    }

    /// The tokens up to the end of a line that is not inside of brackets.
    fn line(&mut self) -> Result<Vec<Placed>, SyntaxError> {
        let mut tokens = Vec::new();
        let mut depth = 0_usize;
        while let Some(c) = self.rest().chars().next() {
            let at = self.begin + self.position;
            match c {
                '\n' => {
                    self.position += 1;
                    if depth == 0 {
                        break;
                    }
                }
                '\\' if self.rest().trim_start_matches(['\\', ' ', '\t', '\r']).starts_with('\n') => {
                    self.take_while(|c| c != '\n');
                    self.position += 1;
                }
                '#' => {
                    self.take_while(|c| c != '\n');
                }
                c if c.is_whitespace() => self.position += c.len_utf8(),
                _ => {
                    let token = self.token(c)?;
                    match &token {
                        Token::Operator("(" | "[" | "{") => depth += 1,
                        Token::Operator(")" | "]" | "}") => depth = depth.saturating_sub(1),
                        _ => {}
                    }
                    tokens.push(Placed { token, at });
                }
            }
        }
        Ok(tokens)
    }

    fn token(&mut self, first: char) -> Result<Token, SyntaxError> {
        let point_and_digit = first == '.' && self.rest()[1..].starts_with(|c: char| c.is_ascii_digit());
        if first.is_ascii_digit() || point_and_digit {
            return self.number();
        }
        if first == '"' || first == '\'' {
            return self.text();
        }
        if first.is_alphabetic() || first == '_' {
            let name = self.take_while(|c| c.is_alphanumeric() || c == '_' || c == '.').to_owned();
            // What Python would put into such a text is for whoever reads the message.
            if matches!(name.as_str(), "f" | "r" | "b" | "u") && self.rest().starts_with(['"', '\'']) {
                return self.text();
            }
            return Ok(Token::Name(name));
        }
        match OPERATORS.into_iter().find(|operator| self.rest().starts_with(operator)) {
            Some(operator) => {
                self.position += operator.len();
                Ok(Token::Operator(operator))
            }
            None => Err(self.error("a statement in Python")),
        }
    }

    fn number(&mut self) -> Result<Token, SyntaxError> {
        let before = self.position;
        let radix = match self.rest().get(..2) {
            Some("0x" | "0X") => 16,
            Some("0b") => 2,
            Some("0o") => 8,
            _ => 10,
        };
        if radix != 10 {
            self.position += 2;
            let digits = self.take_while(|c| c.is_digit(radix) || c == '_').replace('_', "");
            return i128::from_str_radix(&digits, radix)
                .map(Token::Integer)
                .map_err(|_| self.error("a number"));
        }
        let mut digits = self.take_while(|c| c.is_ascii_digit() || c == '_' || c == '.').replace('_', "");
        if self.rest().starts_with(['e', 'E']) {
            digits.push('e');
            self.position += 1;
            digits.push_str(self.take_while(|c| c.is_ascii_digit() || c == '-' || c == '+'));
        }
        let integer = digits.parse().map(Token::Integer);
        integer.or_else(|_| digits.parse().map(Token::Float)).map_err(|_| {
            self.position = before;
            self.error("a number")
        })
    }

    fn text(&mut self) -> Result<Token, SyntaxError> {
        let rest = self.rest();
        let quote =
            if rest.starts_with("\"\"\"") || rest.starts_with("'''") { &rest[..3] } else { &rest[..1] };
        let Some(length) = rest[quote.len()..].find(quote) else {
            return Err(self.error("the end of a text"));
        };
        self.position += length + 2 * quote.len();
        Ok(Token::Text(rest[quote.len()..quote.len() + length].to_owned()))
    }

    fn error(&self, expected: &'static str) -> SyntaxError {
        SyntaxError::at(self.script, self.begin + self.position, expected)
    }
}
