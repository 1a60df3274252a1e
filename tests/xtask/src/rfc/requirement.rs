//! The list of requirements, and whether what it says is so.

use std::fmt;
use std::fs;

use toml::{Table, Value};

use super::list;
use crate::command::{Failure, Result};
use crate::workspace;

/// How many requirements of each kind there are: MUST-1 to MUST-69, SHLD-1 to SHLD-31 (RFC 9293, Appendix B).
const KINDS: [(&str, u32); 2] = [("MUST", 69), ("SHLD", 31)];

/// A requirement.
#[derive(Debug)]
pub(super) struct Requirement {
    pub(super) id: String,
    pub(super) requires: String,
    pub(super) code: Vec<Place>,
    pub(super) tests: Vec<Place>,
    pub(super) mutation: Option<Mutation>,
    /// Why there is nothing to do.
    pub(super) reason: Option<Place>,
    /// It is not met yet.
    pub(super) is_unmet: bool,
}

/// A name in a file; or, without a file, words.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) file: String,
    pub(super) name: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.file.is_empty() { f.write_str(&self.name) } else { write!(f, "{}: {}", self.file, self.name) }
    }
}

/// A change of the code that the tests notice.
#[derive(Debug)]
pub(super) struct Mutation {
    pub(super) file: String,
    pub(super) from: String,
    pub(super) to: String,
}

/// All of the list, in its order by kind and number.
pub(super) fn requirements() -> Result<Vec<Requirement>> {
    let list = list();
    let text = fs::read_to_string(&list).map_err(Failure::at(&list))?;
    let table: Table = text.parse().map_err(|error| Failure(format!("{}: {error}", list.display())))?;
    let mut requirements = table.iter().map(|(id, value)| read(id, value)).collect::<Result<Vec<_>>>()?;
    requirements.sort_by_key(|requirement| {
        let (kind, number) = requirement.id.split_once('-').unwrap_or_default();
        (kind.to_owned(), number.parse::<u32>().unwrap_or(u32::MAX))
    });
    Ok(requirements)
}

fn read(id: &str, value: &Value) -> Result<Requirement> {
    let wrong = |what: &str| Failure(format!("{id}: {what}"));
    let table = value.as_table().ok_or_else(|| wrong("not a table"))?;
    let known = ["requires", "code", "tests", "mutation", "reason", "unmet"];
    if let Some(other) = table.keys().find(|key| !known.contains(&key.as_str())) {
        return Err(wrong(&format!("{other} means nothing")));
    }
    let text = |table: &Table, key: &str| {
        table.get(key).and_then(Value::as_str).map(str::to_owned).ok_or_else(|| wrong(&format!("no {key}")))
    };
    let places = |key: &str| {
        let entries = table.get(key).and_then(Value::as_array).into_iter().flatten();
        let place = |entry: &Value| {
            let (file, name) = entry.as_str()?.split_once(": ")?;
            Some(Place { file: file.to_owned(), name: name.to_owned() })
        };
        entries
            .map(|entry| place(entry).ok_or_else(|| wrong("a place is FILE: NAME")))
            .collect::<Result<Vec<_>>>()
    };
    let mutation = match table.get("mutation").and_then(Value::as_table) {
        Some(table) => {
            Some(Mutation { file: text(table, "file")?, from: text(table, "from")?, to: text(table, "to")? })
        }
        None => None,
    };
    let words = |name: &Value| Some(Place { file: String::new(), name: name.as_str()?.to_owned() });
    Ok(Requirement {
        id: id.to_owned(),
        requires: text(table, "requires")?,
        code: places("code")?,
        tests: places("tests")?,
        mutation,
        reason: table.get("reason").and_then(words),
        is_unmet: table.get("unmet").and_then(Value::as_bool).unwrap_or(false),
    })
}

/// Which requirements of the RFC are not in the list.
pub(super) fn missing(requirements: &[Requirement]) -> Vec<String> {
    let all =
        KINDS.iter().flat_map(|(kind, count)| (1..=*count).map(move |number| format!("{kind}-{number}")));
    let is_missing = |id: &String| !requirements.iter().any(|requirement| requirement.id == *id);
    all.filter(is_missing).map(|id| format!("{id} is not listed")).collect()
}

impl Requirement {
    /// What the sources lack of what the list says.
    pub(super) fn holes(&self) -> Vec<String> {
        if self.reason.is_some() || self.is_unmet {
            return Vec::new();
        }
        let mut holes = Vec::new();
        if self.code.is_empty() {
            holes.push("no code".to_owned());
        }
        if self.tests.is_empty() {
            holes.push("no test".to_owned());
        }
        for place in self.code.iter().filter(|place| !place.exists(false)) {
            holes.push(format!("there is no {place}"));
        }
        for test in self.tests.iter().filter(|test| !test.exists(true)) {
            holes.push(format!("there is no test {test}"));
        }
        match &self.mutation {
            None if self.id.starts_with("MUST") => holes.push("no mutation".to_owned()),
            Some(mutation) if !mutation.applies() => {
                holes.push(format!("{} no longer has `{}`", mutation.file, mutation.from));
            }
            _ => {}
        }
        holes
    }
}

/// The text of a file of the workspace; nothing where there is none.
fn text(file: &str) -> String {
    fs::read_to_string(workspace::root().join(file)).unwrap_or_default()
}

impl Place {
    /// Whether the file defines the name: a function, which has to be a test where `is_test`; or another item, or
    /// a field.
    fn exists(&self, is_test: bool) -> bool {
        let text = text(&self.file);
        let name = &self.name;
        let starts = |line: &str, before: &str| {
            let rest = line.trim_start().trim_start_matches("pub ").trim_start_matches("pub(super) ");
            let rest = rest.trim_start_matches("const fn ").trim_start_matches("fn ");
            let rest = rest.strip_prefix(before).unwrap_or(rest);
            let rest = rest.strip_prefix(name.as_str());
            rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
        };
        if !is_test {
            let items = ["const ", "struct ", "enum ", "trait ", "pub(in crate::engine) fn "];
            return text.lines().any(|line| items.iter().any(|before| starts(line, before)));
        }
        let mut attribute = false;
        text.lines().any(|line| {
            let is_it = attribute && line.trim_start().starts_with(&format!("fn {name}("));
            let line = line.trim();
            attribute = line == "#[test]" || attribute && line.starts_with('#');
            is_it
        })
    }

    /// The arguments for cargo that choose the test's program.
    pub(super) fn target(&self) -> Vec<String> {
        let package = if self.file.starts_with("core/") { "anysock" } else { "anysock-sim" };
        match self.file.split_once("/tests/") {
            Some((_, file)) => vec!["--test".to_owned(), file.trim_end_matches(".rs").to_owned()],
            // A library's own tests: a workspace has many libraries.
            None => vec!["--lib".to_owned(), "--package".to_owned(), package.to_owned()],
        }
    }

    /// The test's name as its program has it.
    pub(super) fn path(&self) -> String {
        match self.file.split_once("/src/") {
            Some((_, file)) => {
                let module = file.trim_end_matches(".rs").replace('/', "::");
                // The tests of a module are in a module of their own, but for a module of nothing else.
                let tests = if text(&self.file).contains("mod tests {") { "tests::" } else { "" };
                format!("{module}::{tests}{}", self.name)
            }
            None => self.name.clone(),
        }
    }
}

impl Mutation {
    /// Whether there is something to change.
    fn applies(&self) -> bool {
        text(&self.file).contains(&self.from)
    }
}
