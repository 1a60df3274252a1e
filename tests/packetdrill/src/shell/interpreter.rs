//! The shell's own part of a command: lists, loops, variables and files, but not the tools.

use std::fs;

use super::syntax::{Command, List, Pipeline, Stage, parse};
use super::tools::{self, Output};
use super::variables::Leaving;
use super::words::{Content, Part, Word};
use super::{DEPTH, Node, Shell, known};
use crate::error::{Difference, SyntaxError};

/// How often the loops of one command may go round.
pub(super) const ROUNDS: u32 = 10_000;

impl Shell {
    /// Runs a script in a shell of its own, called by a name with arguments: what it prints, and whether its last
    /// command succeeded.
    pub(super) fn script(
        &mut self,
        text: &str,
        called: &[&str],
        node: &mut impl Node,
    ) -> Result<Output, Difference> {
        self.apart(|shell| {
            if let [name, arguments @ ..] = called {
                shell.variables.called = (*name).to_owned();
                shell.variables.arguments = arguments.iter().map(|it| (*it).to_owned()).collect();
            }
            shell.script_here(text, node)
        })
    }

    /// Runs a script as a part of this shell.
    fn script_here(&mut self, text: &str, node: &mut impl Node) -> Result<Output, Difference> {
        if self.depth > DEPTH {
            return Err(Difference::Unsupported("scripts that call each other on the simulator".to_owned()));
        }
        let (list, rest) = parse(text);
        let mut output = self.list(&list, node)?;
        if !rest.is_empty() && self.variables.leaving.is_none() {
            self.is_passed_over(rest);
            output.succeeded = true;
        }
        Ok(output)
    }

    /// Does something in a shell of its own, whose variables nobody else sees.
    pub(super) fn apart<T>(
        &mut self,
        run: impl FnOnce(&mut Self) -> Result<T, Difference>,
    ) -> Result<T, Difference> {
        let before = self.variables.clone();
        self.depth += 1;
        let outcome = run(self);
        self.depth -= 1;
        self.variables = before;
        outcome
    }

    pub(super) fn list(
        &mut self,
        List(pipelines): &List,
        node: &mut impl Node,
    ) -> Result<Output, Difference> {
        let mut output = Output::default();
        for (place, (joint, pipeline)) in pipelines.iter().enumerate() {
            let runs = match *joint {
                "&&" => output.succeeded,
                "||" => !output.succeeded,
                _ => true,
            };
            if runs {
                // One that is asked for its outcome may fail, and everything in it.
                let is_asked = pipelines.get(place + 1).is_some_and(|(joint, _)| *joint != ";");
                let conditions = u32::from(is_asked || pipeline.is_negated);
                self.variables.conditions += conditions;
                let outcome = self.pipeline(pipeline, node);
                self.variables.conditions -= conditions;
                let outcome = match outcome {
                    Err(Difference::Unsupported(_)) => {
                        self.is_passed_over(&pipeline.text);
                        Output::default()
                    }
                    outcome => outcome?,
                };
                output.text.push_str(&outcome.text);
                output.succeeded = outcome.succeeded;
                self.variables.succeeded = outcome.succeeded;
                let counts = conditions == 0 && self.variables.conditions == 0;
                if self.variables.ends_on_failure && !outcome.succeeded && counts {
                    self.variables.leaving.get_or_insert(Leaving::Exit);
                }
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
    pub(super) fn stage(
        &mut self,
        stage: &Stage,
        mut input: Option<String>,
        node: &mut impl Node,
    ) -> Result<Output, Difference> {
        for (operator, file) in stage.redirections.iter().filter(|(operator, _)| operator.starts_with('<')) {
            let file = self.joined(file, node)?;
            if *operator != "<" {
                input = Some(if *operator == "<<<" { file + "\n" } else { file });
                continue;
            }
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
        for (operator, file) in stage.redirections.iter().filter(|(operator, _)| operator.starts_with('>')) {
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
                    let condition = self.condition_list(condition, node)?;
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
                let values = match words {
                    Some(words) => self.expanded(words, node)?,
                    None => self.variables.arguments.clone(),
                };
                for value in values {
                    self.variables.set(name, value);
                    if !self.round(body, &mut output, node)? {
                        break;
                    }
                }
                Ok(output)
            }
            Command::While { until, condition, body } => {
                let mut output = Output::default();
                loop {
                    let condition = self.condition_list(condition, node)?;
                    output.text.push_str(&condition.text);
                    if condition.succeeded == *until || !self.round(body, &mut output, node)? {
                        return Ok(output);
                    }
                }
            }
            Command::Function { name, body } => {
                self.variables.define(name.clone(), (**body).clone());
                Ok(Output::default())
            }
            Command::Case { word, branches } => self.case(word, branches, node),
        }
    }

    fn case(
        &mut self,
        word: &Word,
        branches: &[(Vec<Word>, List)],
        node: &mut impl Node,
    ) -> Result<Output, Difference> {
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

    /// A list that may fail without ending a shell that ends by failures.
    fn condition_list(&mut self, list: &List, node: &mut impl Node) -> Result<Output, Difference> {
        self.variables.conditions += 1;
        let outcome = self.list(list, node);
        self.variables.conditions -= 1;
        outcome
    }

    /// Runs the body of a loop once; whether it goes round again.
    fn round(&mut self, body: &List, output: &mut Output, node: &mut impl Node) -> Result<bool, Difference> {
        let endless = || Difference::Unsupported(format!("a loop that goes round {ROUNDS} times"));
        self.rounds = self.rounds.checked_sub(1).ok_or_else(endless)?;
        let outcome = self.list(body, node)?;
        output.text.push_str(&outcome.text);
        output.succeeded = outcome.succeeded;
        let leaving = self.variables.leaving;
        self.variables.leaving = leaving.filter(|leaving| matches!(leaving, Leaving::Exit | Leaving::Return));
        Ok(matches!(leaving, None | Some(Leaving::Continue)))
    }

    /// A command of words, assignments before it.
    fn simple(&mut self, words: &[Word], node: &mut impl Node) -> Result<Output, Difference> {
        let exports = words.first().is_some_and(|word| {
            ["export", "readonly", "local"].iter().any(|export| word.is_reserved(export))
        });
        let is_local = words.first().is_some_and(|word| word.is_reserved("local"));
        let words = &words[usize::from(exports)..];
        if is_local {
            let name = |word: &Word| word.assignment().map_or_else(|| word.literal(), |(name, _)| Some(name));
            words.iter().filter_map(name).for_each(|name| self.variables.make_local(&name));
        }
        let is_assignment = |word: &&Word| word.assignment().is_some();
        let (assignments, command) = words.split_at(words.iter().take_while(is_assignment).count());
        let mut before = Vec::new();
        let mut succeeded = true;
        for (name, value) in assignments.iter().filter_map(Word::assignment) {
            let text = self.joined(&value, node)?;
            before.push((name.clone(), self.variables.own_value(&name)));
            self.variables.set(&name, text);
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
        for (name, value) in before.into_iter().rev() {
            self.variables.restore(name, value);
        }
        output
    }

    pub(super) fn command(&mut self, words: &[&str], node: &mut impl Node) -> Result<Output, Difference> {
        if let ["sh" | "bash", "-c", commands, called @ ..] = words {
            return self.script(commands, called, node);
        }
        if let Some(output) = self.function(words, node)? {
            return Ok(output);
        }
        if let Some(output) = self.builtin(words, node)? {
            return Ok(output);
        }
        let tool = words.first().map(|name| tools::tool_name(name));
        let named: Vec<&str> = tool.into_iter().chain(words.iter().skip(1).copied()).collect();
        if let Some(output) = self.tool(&named, node)? {
            return Ok(output);
        }
        let (is_part, script) = match words {
            ["." | "source", script @ ..] => (true, script),
            ["sh" | "bash", script @ ..] | script => (false, script),
        };
        let unsupported = || Difference::Unsupported(format!("`{}` on the simulator", words.join(" ")));
        let name = script.iter().find(|name| !name.starts_with('-')).ok_or_else(unsupported)?;
        let text = self.script_text(name).ok_or_else(unsupported)?;
        if let Some((at, expected)) =
            super::unknown(&text, &self.directory, self.persona, &self.variables.functions())
        {
            let error = SyntaxError::at(&text, at, expected);
            return Err(Difference::Failed(format!("{}:{error}", self.directory.join(name).display())));
        }
        // A script's own directory is where it was called, whatever its own is: names in it count from there.
        if !is_part {
            return self.script(&text, script, node);
        }
        let output = self.script_here(&text, node);
        self.variables.leaving = self.variables.leaving.filter(|leaving| *leaving != Leaving::Return);
        output
    }

    /// What is in a shell script: one that commands have made, or one that is there.
    fn script_text(&self, name: &str) -> Option<String> {
        match self.disk.read(name) {
            Some(octets) => String::from_utf8(octets.to_vec()).ok(),
            None => fs::read_to_string(self.directory.join(name)).ok(),
        }
    }
}
