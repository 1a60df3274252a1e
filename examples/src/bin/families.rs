//! The families of sockets that the running kernel has, with their types and protocols.
//!
//! `families` prints a line for each family: what answers, what wants a privilege, what is absent, which module
//! would bring it, and what no current Linux has and since when.

use std::fs;
use std::io::{self, Write};

use anysock::Family;
use anysock_examples::families::{State, families};
use anysock_linux::Linux;

fn main() -> io::Result<()> {
    match print() {
        // Whoever reads has enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        answer => answer,
    }
}

fn print() -> io::Result<()> {
    let mut out = io::stdout().lock();
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let release = release.trim();
    let aliases = fs::read_to_string(format!("/lib/modules/{release}/modules.alias")).unwrap_or_default();
    writeln!(out, "Linux {release}")?;
    for report in families(&Linux) {
        write!(out, "{report}")?;
        if report.state() == State::Absent
            && let Some(module) = module(&aliases, report.family)
        {
            write!(out, "; it wants the module {module}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// The module that has a family, as `depmod(8)` lists it.
fn module(aliases: &str, family: Family) -> Option<&str> {
    let wanted = format!("net-pf-{}", family.0);
    aliases.lines().find_map(|line| {
        let mut words = line.split_whitespace();
        (words.next() == Some("alias") && words.next() == Some(&wanted)).then(|| words.next())?
    })
}
