//! From the words of a shell script to its commands.

use super::words::{Token, Word, is_name, tokens};
use crate::error::Difference;

/// Pipelines one after the other, each with what joins it to the one before.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct List(pub(super) Vec<(&'static str, Pipeline)>);

/// Commands of which each reads what the one before prints.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Pipeline {
    pub(super) is_negated: bool,
    pub(super) stages: Vec<Stage>,
    /// As it was written.
    pub(super) text: String,
}

/// A command, and the files that it reads and writes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Stage {
    pub(super) command: Command,
    pub(super) redirections: Vec<(&'static str, Word)>,
}

/// A command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Command {
    Simple(Vec<Word>),
    /// `{ …; }`.
    Group(List),
    /// `( … )`.
    Subshell(List),
    /// `if`, with each `elif`, and `else`.
    If {
        branches: Vec<(List, List)>,
        otherwise: List,
    },
    /// `for NAME in WORDS`; without them it is for each of the arguments.
    For {
        name: String,
        words: Option<Vec<Word>>,
        body: List,
    },
    /// `while`, or `until`.
    While {
        until: bool,
        condition: List,
        body: List,
    },
    /// `NAME() COMMAND`: what a function does.
    Function {
        name: String,
        body: Box<Stage>,
    },
    /// `case WORD in PATTERN|PATTERN) … ;; esac`.
    Case {
        word: Word,
        branches: Vec<(Vec<Word>, List)>,
    },
}

/// How deep commands may be nested.
const DEPTH: usize = 32;
/// Words that end a list, and begin no command.
const ENDS: [&str; 7] = ["then", "elif", "else", "fi", "do", "done", "esac"];

/// The commands of a script, and the rest of it, from the first command on that only a whole shell understands.
pub(super) fn parse(script: &str) -> (List, &str) {
    let tokens = tokens(script);
    let mut parser = Parser { script, rest: &tokens, depth: 0 };
    let mut list = List::default();
    // Where one is not understood, the rest begins with it.
    let _ = parser.pipelines(&mut list);
    let rest = script.get(parser.at()..).unwrap_or_default();
    (list, rest)
}

struct Parser<'a> {
    script: &'a str,
    rest: &'a [(usize, Token)],
    depth: usize,
}

impl Parser<'_> {
    /// What stands next is not understood there.
    fn unexpected<T>(&self) -> Result<T, Difference> {
        let rest = self.script.get(self.at()..).unwrap_or_default().trim();
        let what = rest.lines().next().unwrap_or("the end");
        Err(Difference::Unsupported(format!("`{what}` in a shell command on the simulator")))
    }

    fn at(&self) -> usize {
        self.rest.first().map_or(self.script.len(), |(at, _)| *at)
    }

    fn eat(&mut self, operator: &str) -> bool {
        let found = matches!(self.rest.first(), Some((_, Token::Operator(next))) if *next == operator);
        self.rest = &self.rest[usize::from(found)..];
        found
    }

    fn peeks(&self, reserved: &str) -> bool {
        matches!(self.rest.first(), Some((_, Token::Word(word))) if word.is_reserved(reserved))
    }

    fn eat_reserved(&mut self, reserved: &str) -> bool {
        let found = self.peeks(reserved);
        self.rest = &self.rest[usize::from(found)..];
        found
    }

    fn expect_reserved(&mut self, reserved: &str) -> Result<(), Difference> {
        if self.eat_reserved(reserved) { Ok(()) } else { self.unexpected() }
    }

    fn word(&mut self) -> Option<Word> {
        let Some(((_, Token::Word(word)), rest)) = self.rest.split_first() else { return None };
        self.rest = rest;
        Some(word.clone())
    }

    /// Pipelines, up to a word or an operator that ends them.
    fn list(&mut self) -> Result<List, Difference> {
        self.depth += 1;
        if self.depth > DEPTH {
            return self.unexpected();
        }
        let mut list = List::default();
        self.pipelines(&mut list)?;
        self.depth -= 1;
        Ok(list)
    }

    /// Adds pipelines to a list. Where one is not understood, it is what stands next.
    fn pipelines(&mut self, List(pipelines): &mut List) -> Result<(), Difference> {
        let mut joint = ";";
        loop {
            while self.eat(";") {}
            if self.ends_list() {
                return Ok(());
            }
            let begin = self.rest;
            let pipeline = self.pipeline().inspect_err(|_| self.rest = begin)?;
            let next = ["&&", "||", ";"].into_iter().find(|joint| self.eat(joint));
            if next.is_none() && !self.ends_list() {
                self.rest = begin;
                return self.unexpected();
            }
            pipelines.push((joint, pipeline));
            match next {
                Some(next) => joint = next,
                None => return Ok(()),
            }
        }
    }

    fn ends_list(&self) -> bool {
        ENDS.iter().any(|end| self.peeks(end))
            || self.peeks("}")
            || matches!(self.rest.first(), None | Some((_, Token::Operator(")" | ";;"))))
    }

    fn pipeline(&mut self) -> Result<Pipeline, Difference> {
        let begin = self.at();
        let is_negated = self.eat_reserved("!");
        let mut stages = vec![self.stage()?];
        while self.eat("|") {
            while self.eat(";") {}
            stages.push(self.stage()?);
        }
        let text = self.script.get(begin..self.at()).unwrap_or_default();
        let text = text.trim_end_matches(|c: char| c.is_whitespace() || c == '&').to_owned();
        Ok(Pipeline { is_negated, stages, text })
    }

    fn stage(&mut self) -> Result<Stage, Difference> {
        let mut redirections = Vec::new();
        let command = match self.compound()? {
            Some(compound) => compound,
            None => {
                let mut words = Vec::new();
                loop {
                    if let Some(word) = self.word() {
                        words.push(word);
                    } else if let Some(redirection) = self.redirection()? {
                        redirections.push(redirection);
                    } else {
                        break;
                    }
                }
                if words.is_empty() && redirections.is_empty() {
                    return self.unexpected();
                }
                Command::Simple(words)
            }
        };
        while let Some(redirection) = self.redirection()? {
            redirections.push(redirection);
        }
        Ok(Stage { command, redirections })
    }

    fn redirection(&mut self) -> Result<Option<(&'static str, Word)>, Difference> {
        let Some(operator) = [">>", ">", "<<<", "<<", "<"].into_iter().find(|operator| self.eat(operator))
        else {
            return Ok(None);
        };
        match self.word() {
            Some(file) => Ok(Some((operator, file))),
            None => self.unexpected(),
        }
    }

    /// A command with others in it; `None` where a simple one begins.
    fn compound(&mut self) -> Result<Option<Command>, Difference> {
        if self.eat("(") {
            let list = self.list()?;
            return if self.eat(")") { Ok(Some(Command::Subshell(list))) } else { self.unexpected() };
        }
        if self.eat_reserved("{") {
            let list = self.list()?;
            self.expect_reserved("}")?;
            return Ok(Some(Command::Group(list)));
        }
        if self.eat_reserved("if") {
            return self.branches().map(Some);
        }
        let until = self.peeks("until");
        if self.eat_reserved("while") || self.eat_reserved("until") {
            let condition = self.list()?;
            return Ok(Some(Command::While { until, condition, body: self.body()? }));
        }
        if self.eat_reserved("for") {
            let Some(name) = self.word().and_then(|word| word.literal()).filter(|name| is_name(name)) else {
                return self.unexpected();
            };
            let is_given = self.eat_reserved("in");
            let words = is_given.then(|| std::iter::from_fn(|| self.word()).collect());
            while self.eat(";") {}
            return Ok(Some(Command::For { name, words, body: self.body()? }));
        }
        if self.eat_reserved("case") { self.case().map(Some) } else { self.function() }
    }

    /// `NAME() { … }`, or bash's `function NAME { … }`; `None` where no function is defined.
    fn function(&mut self) -> Result<Option<Command>, Difference> {
        let is_operator = |place: usize, operator: &str| {
            let token = self.rest.get(place).map(|(_, token)| token);
            matches!(token, Some(Token::Operator(next)) if *next == operator)
        };
        let is_marked = self.peeks("function");
        let is_function = is_marked || is_operator(1, "(") && is_operator(2, ")");
        if !is_function {
            return Ok(None);
        }
        self.eat_reserved("function");
        let Some(name) = self.word().and_then(|word| word.literal()) else { return self.unexpected() };
        if self.eat("(") && !self.eat(")") {
            return self.unexpected();
        }
        while self.eat(";") {}
        self.depth += 1;
        if self.depth > DEPTH {
            return self.unexpected();
        }
        let body = Box::new(self.stage()?);
        self.depth -= 1;
        Ok(Some(Command::Function { name, body }))
    }

    /// What is behind `if`, or behind `elif`.
    fn branches(&mut self) -> Result<Command, Difference> {
        let (mut branches, mut otherwise) = (Vec::new(), List::default());
        loop {
            let condition = self.list()?;
            self.expect_reserved("then")?;
            branches.push((condition, self.list()?));
            if !self.eat_reserved("elif") {
                break;
            }
        }
        if self.eat_reserved("else") {
            otherwise = self.list()?;
        }
        self.expect_reserved("fi")?;
        Ok(Command::If { branches, otherwise })
    }

    /// `do … done`.
    fn body(&mut self) -> Result<List, Difference> {
        self.expect_reserved("do")?;
        let body = self.list()?;
        self.expect_reserved("done")?;
        Ok(body)
    }

    /// What is behind `case`.
    fn case(&mut self) -> Result<Command, Difference> {
        let Some(word) = self.word() else { return self.unexpected() };
        self.expect_reserved("in")?;
        let mut branches = Vec::new();
        loop {
            while self.eat(";") {}
            if self.eat_reserved("esac") {
                return Ok(Command::Case { word, branches });
            }
            self.eat("(");
            let mut patterns = Vec::new();
            loop {
                patterns.extend(self.word());
                if !self.eat("|") {
                    break;
                }
            }
            if patterns.is_empty() || !self.eat(")") {
                return self.unexpected();
            }
            branches.push((patterns, self.list()?));
            self.eat(";;");
        }
    }
}
