//! How long a line of Rust may be: rustfmt breaks code earlier, but no comment, and nothing that it is to skip.

use std::fs;
use std::path::Path;

use crate::command::{Failure, Result};
use crate::workspace;

/// The most columns of a line.
const MOST: usize = 120;
/// The files with tables, whose lines cannot be broken.
const WITH_TABLES: [&str; 2] = ["core/src/addr/mod.rs", "core/src/tcp/state.rs"];

/// Whether no line is longer, of all Rust that is in the repository.
pub(crate) fn check() -> Result<()> {
    let mut wrong = Vec::new();
    look_through(workspace::root(), &mut wrong)?;
    if wrong.is_empty() { Ok(()) } else { Err(Failure::new(wrong.join("\n"))) }
}

/// Adds where the lines are that are too long, in a directory and those in it, but for what is built and what is
/// hidden.
fn look_through(directory: &Path, wrong: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir(directory).map_err(Failure::at(directory))? {
        let path = entry.map_err(Failure::at(directory))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') || name == "target" {
            continue;
        }
        if path.is_dir() {
            look_through(&path, wrong)?;
        } else if name.ends_with(".rs") && !WITH_TABLES.iter().any(|table| path.ends_with(table)) {
            let text = fs::read_to_string(&path).map_err(Failure::at(&path))?;
            let told = |line| format!("{}:{line}: more than {MOST} columns", path.display());
            wrong.extend(long_lines(&text).map(told));
        }
    }
    Ok(())
}

/// The numbers of the lines that are too long.
fn long_lines(text: &str) -> impl Iterator<Item = usize> + '_ {
    text.lines().zip(1..).filter(|(line, _)| line.chars().count() > MOST).map(|(_, number)| number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_counted_and_not_octets() {
        let text = format!("{}\n{}\n{}", "§".repeat(MOST), "x".repeat(MOST + 1), "");
        assert_eq!(long_lines(&text).collect::<Vec<_>>(), [2]);
    }
}
