//! The project's own tools: `cargo xtask lab`, `cargo xtask test` and their like.
//!
//! One file per sub-command. A sub-command prints each step before it takes it, and ends at the first one
//! that fails with one line that says why.

mod command;
mod debian;
mod lab;
mod workspace;

use std::process::ExitCode;

use clap::Parser;

use command::Failure;

/// The project's own tools.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Tool {
    Lab(lab::Lab),
}

fn main() -> ExitCode {
    let outcome = match Tool::parse() {
        Tool::Lab(lab) => lab.run(),
    };
    match outcome {
        Ok(status) => status,
        Err(Failure(why)) => {
            eprintln!("cargo xtask: {why}");
            ExitCode::FAILURE
        }
    }
}
