//! The committed lists of names with a reason each.

use std::fs;

use crate::command::{Failure, Result};

/// A list: `NAME reason` a line, where `NAME_*` stands for every name with that beginning, and `*_NAME` for
/// every name with that end; `A_*_B` is both.
pub(super) struct Reasons {
    lines: Vec<(String, String)>,
}

impl Reasons {
    /// Reads the file `name` of tests/abi.
    pub(super) fn read(name: &str) -> Result<Self> {
        let path = super::list(name);
        let text = fs::read_to_string(&path).map_err(Failure::at(&path))?;
        parse(&text).map_err(|line| Failure(format!("{}: no reason in: {line}", path.display())))
    }

    /// The reason that the list gives for a name.
    pub(super) fn of(&self, name: &str) -> Option<&str> {
        let (_, reason) = self.lines.iter().find(|(pattern, _)| matches(pattern, name))?;
        Some(reason)
    }

    /// The names that are listed one by one.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().map(|(name, _)| name.as_str()).filter(|name| !name.contains('*'))
    }
}

fn parse(text: &str) -> std::result::Result<Reasons, &str> {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let pairs = lines.map(|line| {
        let (name, reason) = line.split_once(' ').ok_or(line)?;
        Ok((name.to_owned(), reason.trim().to_owned()))
    });
    Ok(Reasons { lines: pairs.collect::<std::result::Result<_, &str>>()? })
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
        assert_eq!(reasons.of("AF_X"), Some("newer"));
        assert_eq!(reasons.of("HCI_UP"), Some("the controller's"));
        assert_eq!(reasons.of("IFLA_MAX"), Some("counts"));
        assert_eq!(reasons.of("NFC_A_MASK"), Some("bits"));
        assert_eq!(reasons.of("NFC_MASK"), None);
        assert_eq!(reasons.of("AF_XY"), None);
        assert_eq!(reasons.names().collect::<Vec<_>>(), ["AF_X"]);
    }

    #[test]
    fn a_name_without_a_reason_is_refused() {
        assert!(matches!(parse("AF_X"), Err("AF_X")));
    }
}
