//! The names that a Linux socket programmer uses, with their values.
//!
//! `constants AF_CAN SO_KEEPALIVE` prints a line `NAME VALUE` for each; `constants --all` prints all of them,
//! with the type or level they belong to, and `pointer` after an option whose bytes carry a pointer or a
//! descriptor. An unknown name is an error, with the names that are nearest to it.

use std::io::{self, Write};
use std::process::ExitCode;

use anysock::constants::{self, Constant};
use clap::Parser;

/// How many of the nearest names are told.
const NEAREST: usize = 3;

/// Print the values of the names that sockets use on Linux
#[derive(Parser)]
#[command(name = "constants")]
struct Arguments {
    /// C names, for instance AF_CAN or SO_KEEPALIVE
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    names: Vec<String>,
    /// Print every name, with its value and the type or level it belongs to
    #[arg(long)]
    all: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let printed = if arguments.all { print_all() } else { print_each(&arguments.names) };
    match printed {
        Ok(status) => status,
        // Whoever reads has enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("constants: {error}");
            ExitCode::FAILURE
        }
    }
}

fn print_all() -> io::Result<ExitCode> {
    let mut out = io::stdout().lock();
    for Constant { name, group, value, carries_pointer, .. } in constants::all() {
        let pointer = if *carries_pointer { " pointer" } else { "" };
        writeln!(out, "{name} {value} {group}{pointer}")?;
    }
    Ok(ExitCode::SUCCESS)
}

fn print_each(names: &[String]) -> io::Result<ExitCode> {
    let mut out = io::stdout().lock();
    let mut status = ExitCode::SUCCESS;
    for name in names {
        match constants::by_name(name) {
            Some(constant) => writeln!(out, "{} {}", constant.name, constant.value)?,
            None => {
                eprintln!("constants: no {name}; nearest: {}", nearest(name).join(", "));
                status = ExitCode::FAILURE;
            }
        }
    }
    Ok(status)
}

/// The names that take the fewest changes of a letter, in the table's order where it is the same.
fn nearest(name: &str) -> Vec<&'static str> {
    let name = name.to_ascii_uppercase();
    let mut names: Vec<(usize, &'static str)> = constants::all()
        .map(|known| (distance(name.as_bytes(), known.name.to_ascii_uppercase().as_bytes()), known.name))
        .collect();
    names.sort_by_key(|&(distance, _)| distance);
    names.into_iter().take(NEAREST).map(|(_, name)| name).collect()
}

/// How many letters have to be changed, put in or taken out to make one of the other (Levenshtein's distance).
fn distance(from: &[u8], to: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, letter) in from.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, other) in to.iter().enumerate() {
            let changed = diagonal + usize::from(letter != other);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_letters() {
        for (from, to, letters) in [
            ("", "", 0),
            ("", "AB", 2),
            ("KITTEN", "SITTING", 3),
            ("AF_CAN", "AF_CAN", 0),
            ("AF_CN", "AF_CAN", 1),
        ] {
            assert_eq!(distance(from.as_bytes(), to.as_bytes()), letters, "{from} {to}");
            assert_eq!(distance(to.as_bytes(), from.as_bytes()), letters, "{to} {from}");
        }
    }

    #[test]
    fn the_nearest_names_come_first() {
        assert_eq!(nearest("SO_KEEP_ALIVE").first(), Some(&"SO_KEEPALIVE"));
        assert_eq!(nearest("af_can").first(), Some(&"AF_CAN"));
        assert_eq!(nearest("").len(), NEAREST);
    }
}
