//! The committed list of names that the system's headers lack, with the values that newer ones or the kernel's
//! source give them.

use std::collections::BTreeMap;
use std::fs;

use crate::command::{Failure, Result};

/// `tests/abi/absent.txt`: `NAME VALUE where` a line; the values by their names.
pub(super) fn read() -> Result<BTreeMap<String, i64>> {
    let path = super::list("absent.txt");
    let text = fs::read_to_string(&path).map_err(Failure::at(&path))?;
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| parse(line).ok_or_else(|| Failure(format!("{}: {line}", path.display())))).collect()
}

fn parse(line: &str) -> Option<(String, i64)> {
    let mut words = line.split_whitespace();
    let (name, value) = (words.next()?, words.next()?.parse().ok()?);
    // Where the value was read is for people, and has to be there.
    words.next().map(|_| (name.to_owned(), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_name_a_value_and_where() {
        assert_eq!(parse("SO_INQ 84 asm/socket.h of Linux 7.2"), Some(("SO_INQ".to_owned(), 84)));
        assert_eq!(parse("SO_INQ 84"), None);
        assert_eq!(parse("SO_INQ newer"), None);
    }

    #[test]
    fn the_committed_values_are_the_tables() {
        let absent = read().expect("the list is sound");
        for (name, value) in absent {
            let ours = anysock::constants::by_name(&name).map(|constant| constant.value);
            assert_eq!(ours, Some(value), "{name}");
        }
    }
}
