//! The shell's own part of a command: lists, loops, variables and files, but not the tools.

use std::fs;

use super::syntax::{Command, List, Pipeline, Stage, parse};
use super::tools::{self, Output};
use super::words::{Content, Part, Word};
use super::{DEPTH, Node, Shell, arithmetic, known};
use crate::error::{Difference, SyntaxError};

/// How often the loops of one command may go round.
pub(super) const ROUNDS: u32 = 10_000;

/// What ends a list before its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Leaving {
    Break,
    Continue,
    Exit,
}

/// What a shell knows that others do not.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Variables {
    /// Names and values, the last one last.
    values: Vec<(String, String)>,
    /// Whether the command before succeeded (`$?`).
    succeeded: bool,
    leaving: Option<Leaving>,
}

impl Variables {
    /// Those of a new shell.
    pub(super) fn new() -> Self {
        Variables { values: Vec::new(), succeeded: true, leaving: None }
    }

    fn set(&mut self, name: String, value: String) {
        self.values.push((name, value));
    }

    /// What a name stands for. Process numbers are in the names of files alone, whatever they are.
    fn get(&self, name: &str) -> Option<String> {
        let set = self.values.iter().rev().find(|(set, _)| set == name).map(|(_, value)| value.clone());
        set.or_else(|| match name {
            "?" => Some(u8::from(!self.succeeded).to_string()),
            "#" => Some("0".to_owned()),
            "$" | "PPID" | "PACKETDRILL_PID" => Some("1".to_owned()),
            _ => None,
        })
    }
}

impl Shell {
    /// Runs a script of its own variables: what it prints, and whether its last command succeeded.
    pub(super) fn script(&mut self, text: &str, node: &mut impl Node) -> Result<Output, Difference> {
        if self.depth >= DEPTH {
            return Err(Difference::Unsupported("scripts that call each other on the simulator".to_owned()));
        }
        let (list, rest) = parse(text);
        self.apart(|shell| {
            let mut output = shell.list(&list, node)?;
            if !rest.is_empty() && shell.variables.leaving.is_none() {
                shell.is_passed_over(rest);
                output.succeeded = true;
            }
            Ok(output)
        })
    }

    /// Does something in a shell of its own, whose variables nobody else sees.
    fn apart<T>(&mut self, run: impl FnOnce(&mut Self) -> Result<T, Difference>) -> Result<T, Difference> {
        let before = self.variables.clone();
        self.depth += 1;
        let outcome = run(self);
        self.depth -= 1;
        self.variables = before;
        outcome
    }

    fn list(&mut self, List(pipelines): &List, node: &mut impl Node) -> Result<Output, Difference> {
        let mut output = Output::default();
        for (joint, pipeline) in pipelines {
            let runs = match *joint {
                "&&" => output.succeeded,
                "||" => !output.succeeded,
                _ => true,
            };
            if runs {
                let outcome = match self.pipeline(pipeline, node) {
                    Err(Difference::Unsupported(_)) => {
                        self.is_passed_over(&pipeline.text);
                        Output::default()
                    }
                    outcome => outcome?,
                };
                output.text.push_str(&outcome.text);
                output.succeeded = outcome.succeeded;
                self.variables.succeeded = outcome.succeeded;
            }
            if self.variables.leaving.is_some() {
                break;
            }
        }
        Ok(output)
    }

    /// Remembers a command that means nothing to the machine, and why: it succeeds.
    fn is_passed_over(&mut self, command: &str) {
        let command = command.trim();
        let words = command.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ';'));
        let reason = words.filter_map(|word| known::reason(tools::tool_name(word))).next();
        let reason = reason.map_or(String::new(), |reason| format!(" ({reason})"));
        self.without_effect.push(format!("`{command}`{reason}"));
    }

    /// Runs a pipeline: what its last command prints, and whether it succeeded, or, with `!` before it, failed.
    fn pipeline(&mut self, pipeline: &Pipeline, node: &mut impl Node) -> Result<Output, Difference> {
        tools::check_counters(pipeline, node)?;
        tools::check_statistics(pipeline)?;
        let mut output = match &pipeline.stages[..] {
            [stage] => self.stage(stage, None, node)?,
            stages => {
                let (mut input, mut output) = (None, Output::default());
                for stage in stages {
                    output = self.apart(|shell| shell.stage(stage, input, node))?;
                    input = Some(std::mem::take(&mut output.text));
                }
                Output { text: input.unwrap_or_default(), ..output }
            }
        };
        output.succeeded = output.succeeded != pipeline.is_negated;
        Ok(output)
    }

    /// Runs a command, with the input that it is given, or what the shell's own still has.
    fn stage(
        &mut self,
        stage: &Stage,
        mut input: Option<String>,
        node: &mut impl Node,
    ) -> Result<Output, Difference> {
        for (_, file) in stage.redirections.iter().filter(|(operator, _)| *operator == "<") {
            let file = self.joined(file, node)?;
            let missing = || Difference::Unsupported(format!("< {file} on the simulator"));
            input = Some(self.file(&file, node).ok_or_else(missing)?);
        }
        let Some(input) = input else { return self.redirected(stage, node) };
        let outer = std::mem::replace(&mut self.input, input);
        let outcome = self.redirected(stage, node);
        self.input = outer;
        outcome
    }

    /// Runs a command, and writes what it prints where it belongs.
    fn redirected(&mut self, stage: &Stage, node: &mut impl Node) -> Result<Output, Difference> {
        let mut output = self.compound(&stage.command, node)?;
        for (operator, file) in stage.redirections.iter().filter(|(operator, _)| *operator != "<") {
            let file = self.joined(file, node)?;
            let text = std::mem::take(&mut output.text);
            self.write(&file, &text, *operator == ">>", node)?;
        }
        Ok(output)
    }

    /// Writes what a command has printed into a file.
    pub(super) fn write(
        &mut self,
        file: &str,
        text: &str,
        appends: bool,
        node: &mut impl Node,
    ) -> Result<(), Difference> {
        if let Some(name) = file.strip_prefix("/proc/sys/") {
            return self.sysctl(name, text.trim(), node);
        }
        if file.starts_with("/tmp/") {
            self.disk.write(file, text.as_bytes(), appends);
        } else if !file.starts_with("/dev/") {
            return Err(Difference::Unsupported(format!("> {file} on the simulator")));
        }
        Ok(())
    }

    fn compound(&mut self, command: &Command, node: &mut impl Node) -> Result<Output, Difference> {
        match command {
            Command::Simple(words) => self.simple(words, node),
            Command::Group(list) => self.list(list, node),
            Command::Subshell(list) => self.apart(|shell| shell.list(list, node)),
            Command::If { branches, otherwise } => {
                let mut text = String::new();
                for (condition, body) in branches {
                    let condition = self.list(condition, node)?;
                    text.push_str(&condition.text);
                    if self.variables.leaving.is_some() {
                        return Ok(Output { text, ..condition });
                    }
                    if condition.succeeded {
                        let body = self.list(body, node)?;
                        return Ok(Output { text: text + &body.text, ..body });
                    }
                }
                let otherwise = self.list(otherwise, node)?;
                Ok(Output { text: text + &otherwise.text, ..otherwise })
            }
            Command::For { name, words, body } => {
                let mut output = Output::default();
                for value in self.expanded(words, node)? {
                    self.variables.set(name.clone(), value);
                    if !self.round(body, &mut output, node)? {
                        break;
                    }
                }
                Ok(output)
            }
            Command::While { until, condition, body } => {
                let mut output = Output::default();
                loop {
                    let condition = self.list(condition, node)?;
                    output.text.push_str(&condition.text);
                    if condition.succeeded == *until || !self.round(body, &mut output, node)? {
                        return Ok(output);
                    }
                }
            }
            Command::Case { word, branches } => {
                let word = self.joined(word, node)?;
                for (patterns, body) in branches {
                    for pattern in patterns {
                        if tools::matches_pattern(&word, &self.joined(pattern, node)?) {
                            return self.list(body, node);
                        }
                    }
                }
                Ok(Output::default())
            }
        }
    }

    /// Runs the body of a loop once; whether it goes round again.
    fn round(&mut self, body: &List, output: &mut Output, node: &mut impl Node) -> Result<bool, Difference> {
        let endless = || Difference::Unsupported(format!("a loop that goes round {ROUNDS} times"));
        self.rounds = self.rounds.checked_sub(1).ok_or_else(endless)?;
        let outcome = self.list(body, node)?;
        output.text.push_str(&outcome.text);
        output.succeeded = outcome.succeeded;
        let leaving = self.variables.leaving;
        self.variables.leaving = leaving.filter(|leaving| *leaving == Leaving::Exit);
        Ok(matches!(leaving, None | Some(Leaving::Continue)))
    }

    /// A command of words, assignments before it.
    fn simple(&mut self, words: &[Word], node: &mut impl Node) -> Result<Output, Difference> {
        let exports = words.first().is_some_and(|word| {
            ["export", "readonly", "local"].iter().any(|export| word.is_reserved(export))
        });
        let words = &words[usize::from(exports)..];
        let is_assignment = |word: &&Word| word.assignment().is_some();
        let (assignments, command) = words.split_at(words.iter().take_while(is_assignment).count());
        let before = self.variables.values.len();
        let mut succeeded = true;
        for (name, value) in assignments.iter().filter_map(Word::assignment) {
            let text = self.joined(&value, node)?;
            self.variables.set(name, text);
            let is_run = |part: &Part| matches!(part.content, Content::Commands { .. });
            succeeded = !value.parts.iter().any(is_run) || self.variables.succeeded;
        }
        if command.is_empty() || exports {
            return Ok(Output { text: String::new(), succeeded });
        }
        let words = self.expanded(command, node)?;
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let output = self.command(&words, node);
        // What stands before a command is for that alone.
        self.variables.values.truncate(before);
        output
    }

    fn command(&mut self, words: &[&str], node: &mut impl Node) -> Result<Output, Difference> {
        match words {
            ["sudo", command @ ..] => return self.command(command, node),
            ["sh" | "bash", "-c", commands, ..] => return self.script(commands, node),
            ["exit" | "return" | "break" | "continue", status @ ..] => {
                self.variables.leaving = Some(match words[0] {
                    "break" => Leaving::Break,
                    "continue" => Leaving::Continue,
                    _ => Leaving::Exit,
                });
                let succeeded = match status {
                    [status] if self.variables.leaving == Some(Leaving::Exit) => *status == "0",
                    _ => self.variables.succeeded,
                };
                return Ok(Output { text: String::new(), succeeded });
            }
            _ => {}
        }
        let unsupported = || Difference::Unsupported(format!("`{}` on the simulator", words.join(" ")));
        let tool = words.first().map(|name| tools::tool_name(name));
        let named: Vec<&str> = tool.into_iter().chain(words.iter().skip(1).copied()).collect();
        if let Some(output) = self.tool(&named, node)? {
            return Ok(output);
        }
        let (["sh" | "bash" | "." | "source", script] | [script]) = words else { return Err(unsupported()) };
        let path = self.directory.join(script);
        let made = self.disk.read(script).and_then(|octets| String::from_utf8(octets.to_vec()).ok());
        let text = made.map_or_else(|| fs::read_to_string(&path).map_err(|_| unsupported()), Ok)?;
        if let Some((at, expected)) = super::unknown(&text, &self.directory, self.persona) {
            let error = SyntaxError::at(&text, at, expected);
            return Err(Difference::Failed(format!("{}:{error}", path.display())));
        }
        // A script's own directory is where it was called, whatever its own is: names in it count from there.
        self.script(&text, node)
    }

    /// What words stand for: those that are not quoted are divided at white space.
    fn expanded(&mut self, words: &[Word], node: &mut impl Node) -> Result<Vec<String>, Difference> {
        let mut fields = Vec::new();
        for word in words {
            let mut field: Option<String> = None;
            for part in &word.parts {
                let value = self.value(part, node)?;
                if part.is_quoted || matches!(part.content, Content::Text(_)) {
                    field.get_or_insert_default().push_str(&value);
                    continue;
                }
                for (place, piece) in value.split(char::is_whitespace).enumerate() {
                    if place > 0 {
                        fields.extend(field.take());
                    }
                    if !piece.is_empty() {
                        field.get_or_insert_default().push_str(piece);
                    }
                }
            }
            fields.extend(field);
        }
        Ok(fields)
    }

    /// What a word stands for, undivided.
    fn joined(&mut self, word: &Word, node: &mut impl Node) -> Result<String, Difference> {
        word.parts.iter().map(|part| self.value(part, node)).collect()
    }

    fn value(&mut self, part: &Part, node: &mut impl Node) -> Result<String, Difference> {
        match &part.content {
            Content::Text(text) => Ok(text.clone()),
            Content::Variable { name, default } => {
                let value = self.variables.get(name).filter(|value| !value.is_empty());
                Ok(value.or_else(|| default.clone()).unwrap_or_default())
            }
            Content::Arithmetic(expression) => {
                let variable = |name: &str| self.variables.get(name).unwrap_or_default();
                let none = || Difference::Unsupported(format!("$(({expression})) on the simulator"));
                arithmetic::value(expression, &variable).map(|value| value.to_string()).ok_or_else(none)
            }
            Content::Commands { text, .. } => {
                let (list, "") = parse(text) else {
                    return Err(Difference::Unsupported(format!("$({text}) on the simulator")));
                };
                // What is without effect prints nothing that could be used.
                let told = self.without_effect.len();
                let output = self.apart(|shell| shell.list(&list, node))?;
                if self.without_effect.len() > told {
                    self.without_effect.truncate(told);
                    return Err(Difference::Unsupported(format!("$({text}) on the simulator")));
                }
                self.variables.succeeded = output.succeeded;
                Ok(output.text.trim_end_matches('\n').to_owned())
            }
        }
    }
}
