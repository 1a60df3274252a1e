//! `cargo xtask abi`: the proof that the project's numbers and layouts are those of the system's headers.
//!
//! The project's tables are [`anysock::constants::all`] and [`anysock::layout::all`]. For each [`Machine`] and
//! each group of [`headers`] a C program is written that prints what those headers say; it is compiled,
//! run (under qemu where the processor is another), and compared. What the headers lack is compared with
//! `tests/abi/absent.txt`; what they have and the table lacks is explained in `tests/abi/unlisted.txt`.

mod absent;
mod headers;
mod layouts;
mod machine;
mod program;
mod reasons;

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;

use clap::Args;

use crate::command::{Failure, Result};
use crate::tally::Tally;
use crate::{debian, workspace};
use layouts::Layout;
use machine::Machine;
pub(crate) use machine::debian_packages;
use reasons::Reasons;

/// Compare every constant and layout with the system's headers, on three architectures
///
/// Each name of the project's table is compared with the kernel's and the C library's headers for x86_64,
/// armv7 and aarch64, with Debian's cross compilers, which are installed where missing (as root) together
/// with qemu. Then the headers are searched for names that the table lacks. The lists of what is absent and
/// why are in tests/abi.
#[derive(Args)]
pub(crate) struct Abi;

impl Abi {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let mut tally = Tally::default();
        all(&mut tally);
        Ok(tally.finish())
    }
}

/// Proves everything: a step for setting up, one for each machine, and one for the other direction.
pub(crate) fn all(tally: &mut Tally) {
    tally.step("abi: set up", || debian::install(&debian_packages()));
    for machine in machine::ALL {
        tally.step(&format!("abi: {}", machine.name), || prove(machine));
    }
    tally.step("abi: names that the table lacks", nothing_is_unlisted);
}

/// The project's table: each C name with its value.
fn table() -> BTreeMap<&'static str, i64> {
    anysock::constants::all().map(|constant| (constant.name, constant.value)).collect()
}

fn prove(machine: &Machine) -> Result<()> {
    let table = table();
    let layouts = layouts::all()?;
    let mut found: BTreeMap<&str, i64> = BTreeMap::new();
    let mut measured: BTreeMap<&Layout, (u64, u64)> = BTreeMap::new();
    let mut wrong = Vec::new();
    for headers in headers::ALL {
        let defined = headers.names(machine)?;
        let names: Vec<&str> = table.keys().copied().filter(|name| defined.contains(*name)).collect();
        let layouts: Vec<&Layout> = layouts.iter().filter(|layout| layout.headers == headers.name).collect();
        let answers = program::run(machine, headers, &names, &layouts)?;
        for (name, value) in names.iter().zip(answers.values) {
            found.insert(name, value);
            if table.get(name) != Some(&value) {
                let ours = table.get(name).copied().unwrap_or_default();
                wrong.push(format!("{name} is {value} in the {} headers, and {ours} here", headers.name));
            }
        }
        for (layout, answer) in layouts.iter().zip(answers.layouts) {
            measured.insert(layout, answer);
            let ours = layout.expected(machine);
            if answer != ours {
                let ((offset, size), (our_offset, our_size)) = (answer, ours);
                wrong.push(format!(
                    "{layout} is at {offset} with {size} bytes in the {} headers, and at {our_offset} with \
                     {our_size} bytes here",
                    headers.name
                ));
            }
        }
    }
    let absent = absent::read()?;
    for (name, ours) in table.iter().filter(|(name, _)| !found.contains_key(*name)) {
        match absent.get(*name) {
            Some(value) if value == ours => (),
            Some(value) => wrong.push(format!("{name} is {value} in tests/abi/absent.txt, and {ours} here")),
            None => wrong.push(format!("{name} is in no header, nor in tests/abi/absent.txt")),
        }
    }
    for layout in layouts.iter().filter(|layout| !measured.contains_key(layout)) {
        wrong.push(format!("{layout} is of unknown headers: {}", layout.headers));
    }
    let (sizes, offsets): (Vec<&Layout>, Vec<&Layout>) =
        measured.into_keys().partition(|layout| layout.field.is_none());
    println!(
        "{}: {} names, {} sizes and {} offsets are proved; {} are known from elsewhere",
        machine.name,
        found.len(),
        sizes.len(),
        offsets.len(),
        table.len() - found.len(),
    );
    none(wrong)
}

/// Reads the headers the other way round: a name of a socket's vocabulary that the table lacks has a reason.
fn nothing_is_unlisted() -> Result<()> {
    let table = table();
    let unlisted = Reasons::read()?;
    let mut wrong: Vec<String> = absent::read()?
        .keys()
        .filter(|name| !table.contains_key(name.as_str()))
        .map(|name| format!("{name} is in tests/abi/absent.txt, but not in the table"))
        .collect();
    let mut explaining = BTreeSet::new();
    let mut explained = 0;
    for headers in headers::ALL {
        for name in headers.names(machine::host())? {
            if table.contains_key(name.as_str()) || !headers::is_vocabulary(&name) {
                continue;
            }
            match unlisted.explaining(&name) {
                Some(pattern) => {
                    explaining.insert(pattern.to_owned());
                    explained += 1;
                }
                None => {
                    wrong.push(format!("{name} is in the {} headers, and not in the table", headers.name))
                }
            }
        }
    }
    let stale = unlisted.patterns().filter(|pattern| !explaining.contains(*pattern));
    wrong
        .extend(stale.map(|pattern| format!("{pattern} is in tests/abi/unlisted.txt, and explains no name")));
    println!("{} names in the table; {explained} more in the headers, each with a reason", table.len());
    none(wrong)
}

/// Succeeds when nothing is wrong; otherwise all of it is the failure's text.
fn none(wrong: Vec<String>) -> Result<()> {
    if wrong.is_empty() { Ok(()) } else { Err(Failure(wrong.join("\n    "))) }
}

/// The file `name` of the committed lists.
fn list(name: &str) -> std::path::PathBuf {
    workspace::root().join("tests/abi").join(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_value_is_a_failure() {
        assert!(none(Vec::new()).is_ok());
        let Err(Failure(why)) = none(vec!["a".into(), "b".into()]) else { panic!("it passed") };
        assert_eq!(why, "a\n    b");
    }
}
