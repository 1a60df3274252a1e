//! From the text of a shell script to its words and operators.

use crate::error::Difference;

/// A word, or an operator.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Token {
    Word(Word),
    /// `;`, which the end of a line and `&` are, too, `&&`, `||`, `|`, `;;`, `(`, `)`, `<`, `>`, `>>`; what errors are
    /// told to is nobody's concern. Behind `<<` stands what is written below (a here-document), behind `<<<` a word.
    Operator(&'static str),
    /// What only a whole shell understands, and everything behind it.
    Unknown,
}

/// A word, and the octet of the script that it begins at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Word {
    pub(super) at: usize,
    pub(super) parts: Vec<Part>,
}

/// A piece of a word. What an unquoted one stands for is divided where it has white space.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Part {
    pub(super) content: Content,
    pub(super) is_quoted: bool,
}

/// What a piece of a word is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Content {
    Text(String),
    /// `$NAME`, `${NAME}`, or `${NAME:-WORD}` with an operator (`length` is that of `${#NAME}`) and its word.
    Variable {
        name: String,
        operation: Option<(&'static str, Word)>,
    },
    /// `$((EXPRESSION))`.
    Arithmetic(String),
    /// `$(COMMANDS)`, or the same in back-quotes, and where they begin.
    Commands {
        at: usize,
        text: String,
    },
}

impl Part {
    /// Whether this is `$@`.
    pub(super) fn is_arguments(&self) -> bool {
        matches!(&self.content, Content::Variable { name, operation: None } if name == "@")
    }
}

impl Word {
    /// The text that the word begins with, whatever follows it.
    pub(super) fn beginning(&self) -> String {
        let texts = self.parts.iter().map_while(|part| match &part.content {
            Content::Text(text) => Some(text.as_str()),
            _ => None,
        });
        texts.collect()
    }

    /// The word, where it is nothing but text.
    pub(super) fn literal(&self) -> Option<String> {
        let is_text = |part: &Part| matches!(part.content, Content::Text(_));
        self.parts.iter().all(is_text).then(|| self.beginning())
    }

    /// Whether this is a word of the language's, which it is only without quotes.
    pub(super) fn is_reserved(&self, word: &str) -> bool {
        matches!(&self.parts[..], [Part { content: Content::Text(text), is_quoted: false }] if text == word)
    }

    /// The name and the word of `NAME=WORD`.
    pub(super) fn assignment(&self) -> Option<(String, Word)> {
        let (first, rest) = self.parts.split_first()?;
        let Part { content: Content::Text(text), is_quoted: false } = first else { return None };
        let (name, value) = text.split_once('=').filter(|(name, _)| is_name(name))?;
        let value = Part { content: Content::Text(value.to_owned()), is_quoted: false };
        let parts = std::iter::once(value).chain(rest.iter().cloned()).collect();
        Some((name.to_owned(), Word { at: self.at, parts }))
    }
}

/// Whether a variable can have this name.
pub(super) fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Operators, the longer ones first.
const OPERATORS: [&str; 14] = ["<<<", "&&", "||", ";;", ">>", "<<", ";", "|", "\n", "&", "(", ")", "<", ">"];
/// Operators between a name and a word in braces, the longer ones first.
const OPERATIONS: [&str; 12] = [":-", ":=", ":+", ":?", "##", "%%", "-", "=", "+", "?", "#", "%"];
/// Redirections of errors.
const ERRORS: [&str; 3] = ["2>&1", ">&2", "1>&2"];

fn unsupported<T>(what: &str) -> Result<T, Difference> {
    Err(Difference::Unsupported(format!("{what} in a shell command on the simulator")))
}

/// The words and operators of a script, each with the octet that it begins at.
pub(super) fn tokens(script: &str) -> Vec<(usize, Token)> {
    let script = script.replace("\\\n", "  ");
    let mut lexer = Lexer::new(&script, 0);
    let mut tokens = Vec::new();
    loop {
        let at = lexer.position;
        let read = lexer.token();
        let ends_line = matches!(read, Ok(None)) || lexer.script[..lexer.position].ends_with('\n');
        let read =
            read.and_then(
                |token| {
                    if ends_line { lexer.documents(&mut tokens).map(|()| token) } else { Ok(token) }
                },
            );
        match read {
            Ok(Some((_, Token::Operator("<<")))) => lexer.document(at, &mut tokens),
            Ok(Some(token)) => tokens.push(token),
            Ok(None) => return tokens,
            Err(_) => {
                tokens.push((at, Token::Unknown));
                return tokens;
            }
        }
    }
}

/// A here-document that is still to be read: which token it becomes, the line that ends it, whether anything in it
/// stands for something else, and whether tabulators before its lines count.
struct Document {
    token: usize,
    end: String,
    expands: bool,
    strips_tabs: bool,
}

struct Lexer<'a> {
    script: &'a str,
    position: usize,
    /// Where in the whole script this one begins.
    base: usize,
    documents: Vec<Document>,
}

impl<'a> Lexer<'a> {
    fn new(script: &'a str, base: usize) -> Self {
        Lexer { script, position: 0, base, documents: Vec::new() }
    }

    /// Where in the whole script it stands.
    fn at(&self) -> usize {
        self.base + self.position
    }

    fn rest(&self) -> &'a str {
        &self.script[self.position..]
    }

    fn eat(&mut self, piece: &str) -> bool {
        let found = self.rest().starts_with(piece);
        self.position += if found { piece.len() } else { 0 };
        found
    }

    fn skip(&mut self, skipped: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.position += rest.find(|c| !skipped(c)).unwrap_or(rest.len());
    }

    fn token(&mut self) -> Result<Option<(usize, Token)>, Difference> {
        loop {
            self.skip(|c| matches!(c, ' ' | '\t' | '\r'));
            if self.rest().starts_with('#') {
                self.skip(|c| c != '\n');
            } else if ERRORS.into_iter().any(|errors| self.eat(errors)) {
            } else if self.eat("2>") {
                self.skip(|c| matches!(c, '>' | ' '));
                self.word()?;
            } else {
                break;
            }
        }
        let at = self.position;
        if self.rest().is_empty() {
            return Ok(None);
        }
        if self.rest().starts_with("<(") || self.rest().starts_with(">(") {
            return unsupported(&self.rest()[..2]);
        }
        // Of what is printed and of errors at once.
        if self.rest().starts_with("&>") || self.rest().starts_with("1>") {
            self.position += 1;
        }
        let Some(operator) = OPERATORS.into_iter().find(|operator| self.eat(operator)) else {
            return Ok(Some((at, Token::Word(self.word()?))));
        };
        // What runs beside the rest is done at once here, too.
        Ok(Some((at, Token::Operator(if matches!(operator, "\n" | "&") { ";" } else { operator }))))
    }

    /// A word, quotes and all, up to white space or an operator.
    fn word(&mut self) -> Result<Word, Difference> {
        let mut word = Word { at: self.at(), parts: Vec::new() };
        let mut quote = None;
        while let Some(c) = self.rest().chars().next() {
            let is_quoted = quote.is_some();
            if quote.is_none() && (c.is_whitespace() || matches!(c, ';' | '|' | '<' | '>' | '&' | '(' | ')'))
            {
                break;
            }
            if c == '$' && quote != Some('\'') {
                let content = self.expansion()?;
                word.parts.push(Part { content, is_quoted });
                continue;
            }
            self.position += c.len_utf8();
            match (c, quote) {
                (c, Some(open)) if c == open => quote = None,
                (c @ ('"' | '\''), None) => {
                    quote = Some(c);
                    push(&mut word, "", true);
                }
                ('`', None | Some('"')) => {
                    let content = self.back_quoted()?;
                    word.parts.push(Part { content, is_quoted });
                }
                ('\\', None) => {
                    let escaped = self.rest().chars().next();
                    self.position += escaped.map_or(0, char::len_utf8);
                    push(&mut word, escaped.unwrap_or('\\').encode_utf8(&mut [0; 4]), true);
                }
                ('\\', Some('"')) if self.rest().starts_with(['$', '"', '\\', '`']) => {
                    push(&mut word, &self.rest()[..1], true);
                    self.position += 1;
                }
                (c, _) => push(&mut word, c.encode_utf8(&mut [0; 4]), is_quoted),
            }
        }
        if quote.is_some() { unsupported("a quote without its end") } else { Ok(word) }
    }

    /// What a dollar begins.
    fn expansion(&mut self) -> Result<Content, Difference> {
        let begin = self.position;
        if self.eat("$(") {
            let at = self.at();
            let Some(length) = length_to(self.rest(), ('(', ')')) else { return unsupported("$(") };
            let inside = &self.rest()[..length];
            self.position += length + 1;
            let expression = inside.strip_prefix('(').and_then(|inside| inside.strip_suffix(')'));
            return Ok(match expression {
                Some(expression) => Content::Arithmetic(expression.to_owned()),
                None => Content::Commands { at, text: inside.to_owned() },
            });
        }
        self.eat("$");
        let Some(inside) = self.rest().strip_prefix('{') else {
            // The arguments have names of one digit without braces.
            let special = self.rest().starts_with(['?', '$', '#', '@', '*', '!', '-'])
                || self.rest().starts_with(|c: char| c.is_ascii_digit());
            let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
            if special {
                self.position += 1
            } else {
                self.skip(is_part)
            }
            let name = self.script[begin + 1..self.position].to_owned();
            // A dollar alone is one.
            return Ok(if name.is_empty() {
                Content::Text("$".to_owned())
            } else {
                Content::Variable { name, operation: None }
            });
        };
        let Some(length) = length_to(inside, ('{', '}')) else { return unsupported("${") };
        self.position += length + 2;
        let inside = &inside[..length];
        let (inside, is_length) = match inside.strip_prefix('#') {
            Some(name) if !name.is_empty() => (name, true),
            _ => (inside, false),
        };
        let is_special = |c: char| matches!(c, '?' | '$' | '#' | '@' | '*');
        let end = inside.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(inside.len());
        let end = if end == 0 && inside.starts_with(is_special) { 1 } else { end };
        let (name, rest) = inside.split_at(end);
        let operator = OPERATIONS.into_iter().find(|operator| rest.starts_with(operator));
        let operation = match operator {
            None if rest.is_empty() && is_length => Some(("length", Word { at: begin, parts: Vec::new() })),
            None if rest.is_empty() && end > 0 => None,
            Some(operator) if end > 0 && !is_length => {
                let word = &rest[operator.len()..];
                Some((operator, Lexer::new(word, self.base + self.position - 1 - word.len()).text()?))
            }
            _ => return unsupported(&format!("${{{inside}}}")),
        };
        Ok(Content::Variable { name: name.to_owned(), operation })
    }

    /// Commands up to the next back-quote; what is behind a backslash is none.
    fn back_quoted(&mut self) -> Result<Content, Difference> {
        let at = self.at();
        let mut text = String::new();
        let mut characters = self.rest().char_indices();
        while let Some((place, c)) = characters.next() {
            match c {
                '`' => {
                    self.position += place + 1;
                    return Ok(Content::Commands { at, text });
                }
                '\\' => match characters.next() {
                    Some((_, escaped @ ('`' | '\\' | '$'))) => text.push(escaped),
                    escaped => text.extend(std::iter::once('\\').chain(escaped.map(|(_, c)| c))),
                },
                c => text.push(c),
            }
        }
        unsupported("a back-quote without its end")
    }

    /// All that is left as one word: white space is part of it, and quotes are where they are around something.
    fn text(&mut self) -> Result<Word, Difference> {
        let mut word = Word { at: self.at(), parts: Vec::new() };
        loop {
            let white = self.position;
            self.skip(|c| c.is_whitespace() || matches!(c, ';' | '|' | '<' | '>' | '&' | '(' | ')'));
            push(&mut word, &self.script[white..self.position], false);
            if self.rest().is_empty() {
                return Ok(word);
            }
            word.parts.extend(self.word()?.parts);
        }
    }

    /// Behind `<<`: the line that ends the document, which begins on the next one.
    fn document(&mut self, at: usize, tokens: &mut Vec<(usize, Token)>) {
        let strips_tabs = self.eat("-");
        self.skip(|c| c == ' ' || c == '\t');
        let Ok(word) = self.word() else { return tokens.push((at, Token::Unknown)) };
        let Some(end) = word.literal() else { return tokens.push((at, Token::Unknown)) };
        tokens.push((at, Token::Operator("<<")));
        let expands = word.parts.iter().all(|part| !part.is_quoted);
        self.documents.push(Document { token: tokens.len(), end, expands, strips_tabs });
        tokens.push((word.at, Token::Word(word)));
    }

    /// Reads the documents that begin on this line.
    fn documents(&mut self, tokens: &mut [(usize, Token)]) -> Result<(), Difference> {
        for Document { token, end, expands, strips_tabs } in std::mem::take(&mut self.documents) {
            let at = self.at();
            let mut text = String::new();
            loop {
                let Some(line) = self.rest().lines().next() else {
                    return unsupported("a here-document without its end");
                };
                self.position += line.len();
                self.eat("\n");
                let line = if strips_tabs { line.trim_start_matches('\t') } else { line };
                if line == end {
                    break;
                }
                text.push_str(line);
                text.push('\n');
            }
            let parts = if expands {
                Lexer::new(&text, at).document_parts()?
            } else {
                vec![Part { content: Content::Text(text), is_quoted: true }]
            };
            tokens[token].1 = Token::Word(Word { at, parts });
        }
        Ok(())
    }

    /// The text of a document, with what stands in it for something else.
    fn document_parts(&mut self) -> Result<Vec<Part>, Difference> {
        let mut word = Word { at: 0, parts: Vec::new() };
        while let Some(c) = self.rest().chars().next() {
            if c == '$' {
                let content = self.expansion()?;
                word.parts.push(Part { content, is_quoted: true });
                continue;
            }
            self.position += c.len_utf8();
            match c {
                '`' => {
                    let content = self.back_quoted()?;
                    word.parts.push(Part { content, is_quoted: true });
                }
                '\\' if self.rest().starts_with(['$', '`', '\\']) => {
                    push(&mut word, &self.rest()[..1], true);
                    self.position += 1;
                }
                c => push(&mut word, c.encode_utf8(&mut [0; 4]), true),
            }
        }
        Ok(word.parts)
    }
}

/// Adds text to the last part of a word, if that is as much quoted.
fn push(word: &mut Word, more: &str, quoted: bool) {
    match word.parts.last_mut() {
        Some(Part { content: Content::Text(text), is_quoted }) if *is_quoted == quoted => text.push_str(more),
        _ => word.parts.push(Part { content: Content::Text(more.to_owned()), is_quoted: quoted }),
    }
}

/// How much stands before the parenthesis or brace that closes what is open when `text` begins.
fn length_to(text: &str, (open, close): (char, char)) -> Option<usize> {
    let (mut depth, mut quote) = (1_usize, None);
    let mut characters = text.char_indices();
    while let Some((at, c)) = characters.next() {
        match (c, quote) {
            ('\\', None | Some('"')) => {
                characters.next();
            }
            (c, Some(begin)) if c == begin => quote = None,
            (_, Some(_)) => {}
            ('"' | '\'', None) => quote = Some(c),
            (c, None) if c == open => depth += 1,
            (c, None) if c == close && depth == 1 => return Some(at),
            (c, None) if c == close => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words with their expansions in brackets, and operators.
    fn shown(script: &str) -> Vec<String> {
        let content = |part: &Part| match &part.content {
            Content::Text(text) => text.clone(),
            Content::Variable { name, operation: None } => format!("[{name}]"),
            Content::Variable { name, operation: Some((operator, word)) } => {
                format!("[{name}{operator}{}]", word.beginning())
            }
            Content::Arithmetic(text) => format!("[={text}]"),
            Content::Commands { at, text } => format!("[{at}:{text}]"),
        };
        let shown = |(_, token)| match token {
            Token::Word(word) => word.parts.iter().map(content).collect(),
            Token::Operator(operator) => operator.to_owned(),
            Token::Unknown => "unknown".to_owned(),
        };
        tokens(script).into_iter().map(shown).collect()
    }

    #[test]
    fn quotes_expansions_redirections_and_operators() {
        assert_eq!(
            shown("sysctl -q a=\"4096 5 $((15*(1024*1024)))\" > /dev/null 2>&1 # quiet\n! true"),
            ["sysctl", "-q", "a=4096 5 [=15*(1024*1024)]", ">", "/dev/null", ";", "!", "true"]
        );
        assert_eq!(
            shown("a|b -q ' 3 '&&/tmp/restore_${PPID}.sh 2> /dev/null||c \\\n d"),
            ["a", "|", "b", "-q", " 3 ", "&&", "/tmp/restore_[PPID].sh", "||", "c", "d"]
        );
        assert_eq!(
            shown("X=$(a \")\" | b '$2') < f; [ \"$X\" -eq ${Y:-0} ] & (c)"),
            ["X=[4:a \")\" | b '$2']", "<", "f", ";", "[", "[X]", "-eq", "[Y:-0]", "]", ";", "(", "c", ")"]
        );
        assert_eq!(shown(r#"a "\.\"\$b" \$c d$"#), ["a", r#"\."$b"#, "$c", "d$"]);
        assert_eq!(
            shown("a `b \\`c\\``d ${a#b c} ${#a} ${a%\"x y\"}"),
            ["a", "[3:b `c`]d", "[a#b c]", "[alength]", "[a%x y]"]
        );
        assert_eq!(
            shown("a << E <<-'F' b\n$x\\$y\nE\n\t$z\n\tF\nc <<< d"),
            ["a", "<<", "[x]$y\n", "<<", "$z\n", "b", ";", "c", "<<<", "d"]
        );
        for text in ["a 'b", "$((x + 1)", "a << b", "`a", "${a/b/c}", "a <(b)"] {
            assert!(matches!(tokens(text).last(), Some((_, Token::Unknown))), "{text}");
        }
    }
}
