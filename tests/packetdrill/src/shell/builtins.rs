//! The commands that change the shell itself.

use super::syntax::parse;
use super::tools::Output;
use super::variables::Leaving;
use super::{DEPTH, Node, Shell};
use crate::error::Difference;

/// Their names.
pub(super) const NAMES: [&str; 15] = [
    ".", "break", "continue", "eval", "exit", "export", "local", "read", "readonly", "return", "set",
    "shift", "source", "unset", "command",
];

fn outcome(succeeded: bool) -> Output {
    Output { text: String::new(), succeeded }
}

impl Shell {
    /// Runs one of them; `None` where the words name none.
    pub(super) fn builtin(
        &mut self,
        words: &[&str],
        node: &mut impl Node,
    ) -> Result<Option<Output>, Difference> {
        Ok(Some(match words {
            ["exit" | "return" | "break" | "continue", status @ ..] => self.leave(words[0], status),
            ["command" | "sudo", command @ ..] => return self.command(command, node).map(Some),
            ["eval", commands @ ..] => {
                let commands = commands.join(" ");
                let (list, "") = parse(&commands) else {
                    return Err(Difference::Unsupported(format!("`eval {commands}` on the simulator")));
                };
                self.list(&list, node)?
            }
            ["read", arguments @ ..] => outcome(self.read_line(arguments)),
            ["shift", count @ ..] => {
                let count = count.first().map_or(Some(1), |count| count.parse().ok());
                let arguments = &mut self.variables.arguments;
                let count = count.filter(|count| *count <= arguments.len());
                arguments.drain(..count.unwrap_or(0));
                outcome(count.is_some())
            }
            ["unset", names @ ..] => {
                names.iter().for_each(|name| self.variables.forget(name));
                outcome(true)
            }
            ["set", arguments @ ..] => {
                self.set(arguments);
                outcome(true)
            }
            _ => return Ok(None),
        }))
    }

    fn leave(&mut self, how: &str, status: &[&str]) -> Output {
        let leaving = match how {
            "break" => Leaving::Break,
            "continue" => Leaving::Continue,
            "return" => Leaving::Return,
            _ => Leaving::Exit,
        };
        self.variables.leaving = Some(leaving);
        outcome(match (leaving, status) {
            (Leaving::Exit | Leaving::Return, [status]) => *status == "0",
            _ => self.variables.succeeded,
        })
    }

    /// `set -e`, `set +e`, `set -- WORDS`; what else can be set changes nothing.
    fn set(&mut self, arguments: &[&str]) {
        for (place, argument) in arguments.iter().enumerate() {
            if *argument == "--" || !argument.starts_with(['-', '+']) {
                let skipped = place + usize::from(*argument == "--");
                self.variables.arguments = arguments[skipped..].iter().map(|it| (*it).to_owned()).collect();
                return;
            }
            if argument.contains('e') {
                self.variables.ends_on_failure = argument.starts_with('-');
            }
        }
    }

    /// `read [-r] NAMES`: a line of the input, its first word for the first name, and the rest for the last. Whether
    /// there was one.
    fn read_line(&mut self, arguments: &[&str]) -> bool {
        let (line, rest) = match self.input.split_once('\n') {
            Some((line, rest)) => (line.to_owned(), Some(rest.to_owned())),
            None => (self.input.clone(), None),
        };
        let is_whole = rest.is_some();
        self.input = rest.unwrap_or_default();
        let names: Vec<&str> = arguments.iter().filter(|name| !name.starts_with('-')).copied().collect();
        let separators = self.variables.own_value("IFS").unwrap_or_else(|| " \t\n".to_owned());
        let separates = |c: char| separators.contains(c);
        let is_blank = |c: char| c.is_whitespace() && separates(c);
        let mut rest = line.trim_matches(is_blank);
        for (place, name) in names.iter().enumerate() {
            let is_last = place + 1 == names.len();
            let (word, behind) = match rest.find(separates).filter(|_| !is_last) {
                Some(end) => {
                    let behind = rest[end..].trim_start_matches(is_blank);
                    // A separator that is no blank stands alone.
                    let is_own = |c: char| separates(c) && !c.is_whitespace();
                    (&rest[..end], behind.strip_prefix(is_own).unwrap_or(behind).trim_start_matches(is_blank))
                }
                None => (rest, ""),
            };
            self.variables.set(name, word.to_owned());
            rest = behind;
        }
        is_whole
    }

    /// Calls a function; `None` where there is none of this name.
    pub(super) fn function(
        &mut self,
        words: &[&str],
        node: &mut impl Node,
    ) -> Result<Option<Output>, Difference> {
        let Some((name, arguments)) = words.split_first() else { return Ok(None) };
        let Some(body) = self.variables.function(name) else { return Ok(None) };
        if self.depth >= DEPTH {
            return Err(Difference::Unsupported(format!("{name}, which calls itself {DEPTH} times")));
        }
        let before = self.variables.enter(arguments.iter().map(|it| (*it).to_owned()).collect());
        self.depth += 1;
        let output = self.stage(&body, None, node);
        self.depth -= 1;
        self.variables.leave(before);
        output.map(Some)
    }
}
