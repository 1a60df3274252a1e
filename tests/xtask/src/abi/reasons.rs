//! The committed list of names that the table lacks, with a reason each.

use std::fs;

use crate::command::{Failure, Result};

/// A list: `NAME reason` a line, where `NAME_*` stands for every name with that beginning, and `*_NAME` for
/// every name with that end; `A_*_B` is both.
pub(super) struct Reasons {
    patterns: Vec<String>,
}

impl Reasons {
    /// Reads `tests/abi/unlisted.txt`.
    pub(super) fn read() -> Result<Self> {
        let path = super::list("unlisted.txt");
        let text = fs::read_to_string(&path).map_err(Failure::at(&path))?;
        parse(&text).map_err(|line| Failure(format!("{}: no reason in: {line}", path.display())))
    }

    /// The name or pattern of the list that gives a reason for this name.
    pub(super) fn explaining(&self, name: &str) -> Option<&str> {
        self.patterns().find(|pattern| matches(pattern, name))
    }

    /// The names and the patterns of the list.
    pub(super) fn patterns(&self) -> impl Iterator<Item = &str> {
        self.patterns.iter().map(String::as_str)
    }
}

fn parse(text: &str) -> std::result::Result<Reasons, &str> {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let patterns = lines.map(|line| match line.split_once(' ') {
        Some((pattern, reason)) if !reason.trim().is_empty() => Ok(pattern.to_owned()),
        _ => Err(line),
    });
    Ok(Reasons { patterns: patterns.collect::<std::result::Result<_, &str>>()? })
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        Some((beginning, end)) => {
            name.len() >= beginning.len() + end.len() && name.starts_with(beginning) && name.ends_with(end)
        }
        None => pattern == name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_listed_by_itself_or_by_a_pattern() {
        let Ok(reasons) = parse("# why\nAF_X newer\nHCI_* the controller's\n*_MAX counts\nNFC_*_MASK bits\n")
        else {
            panic!("the list is sound");
        };
        assert_eq!(reasons.explaining("AF_X"), Some("AF_X"));
        assert_eq!(reasons.explaining("HCI_UP"), Some("HCI_*"));
        assert_eq!(reasons.explaining("IFLA_MAX"), Some("*_MAX"));
        assert_eq!(reasons.explaining("NFC_A_MASK"), Some("NFC_*_MASK"));
        assert_eq!(reasons.explaining("NFC_MASK"), None);
        assert_eq!(reasons.explaining("AF_XY"), None);
    }

    #[test]
    fn a_name_without_a_reason_is_refused() {
        assert!(matches!(parse("AF_X"), Err("AF_X")));
        assert!(matches!(parse("AF_X "), Err("AF_X ")));
    }
}
