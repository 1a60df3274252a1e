//! What a shell knows that others do not: variables, arguments and functions.

use std::collections::BTreeMap;

use super::syntax::Stage;

/// What ends a list before its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Leaving {
    Break,
    Continue,
    Return,
    Exit,
}

/// A shell's own memory.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Variables {
    values: BTreeMap<String, String>,
    functions: BTreeMap<String, Stage>,
    /// `$0`: what was called.
    pub(super) called: String,
    /// `$1` and so on.
    pub(super) arguments: Vec<String>,
    /// What the functions that run have made their own, and what it was before, the innermost last.
    own: Vec<Vec<(String, Option<String>)>>,
    /// Whether the command before succeeded (`$?`).
    pub(super) succeeded: bool,
    pub(super) leaving: Option<Leaving>,
    /// `set -e`: a command that fails ends the shell.
    pub(super) ends_on_failure: bool,
    /// How many conditions are being looked at, in which commands may fail.
    pub(super) conditions: u32,
}

impl Variables {
    /// Those of a new shell.
    pub(super) fn new() -> Self {
        Variables {
            values: BTreeMap::new(),
            functions: BTreeMap::new(),
            called: "sh".to_owned(),
            arguments: Vec::new(),
            own: Vec::new(),
            succeeded: true,
            leaving: None,
            ends_on_failure: false,
            conditions: 0,
        }
    }

    pub(super) fn set(&mut self, name: &str, value: String) {
        self.values.insert(name.to_owned(), value);
    }

    /// Sets a variable, or has it not set.
    pub(super) fn restore(&mut self, name: String, value: Option<String>) {
        match value {
            Some(value) => self.values.insert(name, value),
            None => self.values.remove(&name),
        };
    }

    /// What a variable was set to.
    pub(super) fn own_value(&self, name: &str) -> Option<String> {
        self.values.get(name).cloned()
    }

    /// What a name stands for. Process numbers are in the names of files alone, whatever they are.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        if let Ok(place) = name.parse::<usize>() {
            return match place.checked_sub(1) {
                Some(place) => self.arguments.get(place).cloned(),
                None => Some(self.called.clone()),
            };
        }
        self.own_value(name).or_else(|| match name {
            "?" => Some(u8::from(!self.succeeded).to_string()),
            "#" => Some(self.arguments.len().to_string()),
            "@" | "*" if !self.arguments.is_empty() => Some(self.arguments.join(" ")),
            "$" | "PPID" | "PACKETDRILL_PID" => Some("1".to_owned()),
            _ => None,
        })
    }

    pub(super) fn define(&mut self, name: String, body: Stage) {
        self.functions.insert(name, body);
    }

    /// The names of the functions that there are.
    pub(super) fn functions(&self) -> Vec<String> {
        self.functions.keys().cloned().collect()
    }

    pub(super) fn function(&self, name: &str) -> Option<Stage> {
        self.functions.get(name).cloned()
    }

    /// Forgets a variable, and a function.
    pub(super) fn forget(&mut self, name: &str) {
        self.values.remove(name);
        self.functions.remove(name);
    }

    /// A function begins, whose arguments these are; returns those before.
    pub(super) fn enter(&mut self, arguments: Vec<String>) -> Vec<String> {
        self.own.push(Vec::new());
        std::mem::replace(&mut self.arguments, arguments)
    }

    /// A function is over, before which these were the arguments.
    pub(super) fn leave(&mut self, arguments: Vec<String>) {
        self.arguments = arguments;
        for (name, value) in self.own.pop().into_iter().flatten().rev() {
            self.restore(name, value);
        }
        self.leaving = self.leaving.filter(|leaving| *leaving != Leaving::Return);
    }

    /// `local`: what the name stands for from now on ends with the function.
    pub(super) fn make_local(&mut self, name: &str) {
        let before = self.own_value(name);
        if let Some(own) = self.own.last_mut() {
            own.push((name.to_owned(), before));
        }
    }
}
