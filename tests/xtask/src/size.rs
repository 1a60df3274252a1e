//! `cargo xtask size`: what a TCP client takes on a Cortex-M, beside the same program on smoltcp.

use std::path::Path;
use std::process::{Command, ExitCode};

use clap::Args;

use crate::bare_metal::Toolchain;
use crate::command::{self, Failure, Result};
use crate::features;

const PACKAGE: &str = "anysock-bare-metal";
const PROFILE: &str = "image";

/// Measure a TCP client for a Cortex-M, beside the same program on smoltcp
///
/// The program connects over IPv4, sends a request, reads the answer and closes. Text is code and constants,
/// memory the state and its buffers, without the stack. Each part of TCP that is a feature is left out in turn, or
/// added where it is not there by default.
/// Ours does not link if a panic can be reached.
#[derive(Args)]
pub(crate) struct Size;

impl Size {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let toolchain = Toolchain::set_up()?;
        println!("| {:<24} |   text | memory |", "TCP client, bytes");
        println!("|{:-<26}|-------:|-------:|", "");
        build(toolchain, &["--example", "smoltcp_client"])?;
        row("smoltcp", &toolchain.program(PROFILE, "examples/smoltcp_client"))?;
        let (parts, default) = parts()?;
        ours(toolchain, "anysock", &default)?;
        for part in &parts {
            if default.contains(part) {
                let others: Vec<String> = default.iter().filter(|other| *other != part).cloned().collect();
                ours(toolchain, &format!("without {part}"), &others)?;
            } else {
                let more = [default.as_slice(), std::slice::from_ref(part)].concat();
                ours(toolchain, &format!("with {part}"), &more)?;
            }
        }
        ours(toolchain, "with none of these", &[])?;
        Ok(ExitCode::SUCCESS)
    }
}

/// The features that are parts of TCP, and which of them are there by default.
fn parts() -> Result<(Vec<String>, Vec<String>)> {
    let packages = features::packages()?;
    let Some(core) = packages.into_iter().find(|package| package.name == "anysock") else {
        return Err(Failure::new("anysock has no features"));
    };
    let of_tcp = |features: Vec<String>| features.into_iter().filter(|it| it.starts_with("tcp-")).collect();
    Ok((of_tcp(core.features), of_tcp(core.default)))
}

/// Our client with these parts.
fn ours(toolchain: Toolchain, name: &str, parts: &[String]) -> Result<()> {
    let parts: Vec<String> = parts.iter().map(|part| format!("anysock/{part}")).collect();
    build(toolchain, &["--no-default-features", "--features", &parts.join(","), "--bin", "tcp_client"])?;
    row(name, &toolchain.program(PROFILE, "tcp_client"))
}

fn build(toolchain: Toolchain, arguments: &[&str]) -> Result<()> {
    let mut build = toolchain.cargo(&["build", "--quiet", "--package", PACKAGE, "--profile", PROFILE]);
    command::output(build.args(arguments)).map(|_| ())
}

/// One line of the table.
fn row(name: &str, program: &Path) -> Result<()> {
    let table = command::output(Command::new("size").arg(program))?;
    let line = table.lines().nth(1).unwrap_or_default();
    let numbers: Vec<u64> = line.split_whitespace().map_while(|word| word.parse().ok()).collect();
    let [text, data, zeroed, ..] = numbers[..] else {
        return Err(Failure(format!("size tells nothing:\n{table}")));
    };
    println!("| {name:<24} | {text:>6} | {:>6} |", data + zeroed);
    Ok(())
}
