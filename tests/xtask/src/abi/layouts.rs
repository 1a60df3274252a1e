//! The layouts that the codecs of this project write and read: [`anysock::layout::all`], and
//! `tests/abi/layouts.txt` for what is not in that table, or has another size where a `long` has 32 bits.
//!
//! A line of the file is `headers; C type; field; offset; size`, without field and offset for the type itself. A number
//! that depends on the size of a `long` is written twice: `16/8` for 64 and 32 bits.

use std::fmt;
use std::fs;

use super::headers;
use super::machine::Machine;
use crate::command::{Failure, Result};

/// Where a field is within a structure, or how long the structure is.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Layout {
    /// The name of the headers.
    pub(super) headers: String,
    /// The C type, for instance `struct sockaddr_in`.
    pub(super) structure: String,
    pub(super) field: Option<String>,
    offset: Number,
    size: Number,
}

/// A number where a `long` has 64 bits, and one where it has 32.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
struct Number {
    long64: u64,
    long32: u64,
}

impl Number {
    /// The same, however long a `long` is.
    fn same(number: usize) -> Self {
        Number { long64: number as u64, long32: number as u64 }
    }
}

impl Layout {
    fn names_the_same(&self, other: &Layout) -> bool {
        self.structure == other.structure && self.field == other.field
    }

    /// Offset and size on this machine.
    pub(super) fn expected(&self, machine: &Machine) -> (u64, u64) {
        let on = |number: Number| if machine.long == 32 { number.long32 } else { number.long64 };
        (on(self.offset), on(self.size))
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.field {
            Some(field) => write!(f, "{}.{field}", self.structure),
            None => write!(f, "{}", self.structure),
        }
    }
}

/// All of them.
pub(super) fn all() -> Result<Vec<Layout>> {
    let mut layouts = read()?;
    for ours in from_table()? {
        let written = layouts.iter().find(|written| written.names_the_same(&ours));
        match written.map(|written| (written.offset.long64, written.size.long64)) {
            None => layouts.push(ours),
            Some(numbers) if numbers == (ours.offset.long64, ours.size.long64) => (),
            Some(_) => return Err(Failure(format!("{ours} is otherwise in tests/abi/layouts.txt"))),
        }
    }
    Ok(layouts)
}

/// The project's own table, as it is where a `long` has 64 bits.
fn from_table() -> Result<Vec<Layout>> {
    let mut layouts = Vec::new();
    // A header beginning with `net/` is the kernel's own, and not installed for programs.
    let installed = |header: &str| !header.starts_with("net/") || header == "net/if.h";
    for structure in anysock::layout::all().filter(|structure| installed(structure.header)) {
        let headers = headers::with(structure.header)
            .ok_or_else(|| Failure(format!("{} is in none of the groups of headers", structure.header)))?;
        let layout = |field: Option<&str>, offset, size| Layout {
            headers: headers.name.to_owned(),
            structure: structure.c_type.to_owned(),
            field: field.map(str::to_owned),
            offset: Number::same(offset),
            size: Number::same(size),
        };
        layouts.push(layout(None, 0, structure.size));
        let fields = structure.fields.iter();
        layouts.extend(fields.map(|field| layout(Some(field.name), field.offset, field.size)));
    }
    Ok(layouts)
}

/// Reads the file.
fn read() -> Result<Vec<Layout>> {
    let path = super::list("layouts.txt");
    let text = fs::read_to_string(&path).map_err(Failure::at(&path))?;
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| parse(line).ok_or_else(|| Failure(format!("{}: {line}", path.display())))).collect()
}

fn parse(line: &str) -> Option<Layout> {
    let parts: Vec<&str> = line.split(';').map(str::trim).collect();
    let (headers, structure, field, offset, size) = match parts[..] {
        [headers, structure, size] => (headers, structure, None, "0", size),
        [headers, structure, field, offset, size] => (headers, structure, Some(field), offset, size),
        _ => return None,
    };
    Some(Layout {
        headers: headers.to_owned(),
        structure: structure.to_owned(),
        field: field.map(str::to_owned),
        offset: number(offset)?,
        size: number(size)?,
    })
}

fn number(text: &str) -> Option<Number> {
    let (long64, long32) = text.split_once('/').unwrap_or((text, text));
    Some(Number { long64: long64.parse().ok()?, long32: long32.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_structure_or_a_field() {
        let whole = parse("kernel; struct timeval; 16/8").expect("it is sound");
        assert_eq!(whole.to_string(), "struct timeval");
        assert_eq!(whole.size, Number { long64: 16, long32: 8 });
        let field = parse("libc; struct sockaddr_in; sin_port; 2; 2").expect("it is sound");
        assert_eq!(field.to_string(), "struct sockaddr_in.sin_port");
        assert_eq!(parse("libc; struct sockaddr_in; sin_port; 2"), None);
        assert_eq!(parse("libc; struct sockaddr_in; many"), None);
    }

    #[test]
    fn the_committed_list_is_sound() {
        assert!(read().is_ok_and(|layouts| !layouts.is_empty()));
    }

    #[test]
    fn the_projects_own_layouts_are_among_them() {
        let layouts = all().expect("the lists are sound");
        let filter = layouts.iter().find(|layout| layout.to_string() == "struct can_isotp_options.flags");
        assert_eq!(filter.map(|layout| layout.size), Some(Number { long64: 4, long32: 4 }));
    }
}
