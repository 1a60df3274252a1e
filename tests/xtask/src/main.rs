//! The project's own tools: `cargo xtask lab`, `cargo xtask test` and their like.
//!
//! One file per sub-command. A sub-command prints each step before it takes it; what fails
//! says why in one line.

mod abi;
mod bare_metal;
mod bench;
mod cargo;
mod ci;
mod command;
mod cross;
mod debian;
mod dependencies;
mod differential;
mod explore;
mod features;
mod fuzz;
mod goodput;
mod ignored;
mod instructions;
mod lab;
mod lane;
mod line_length;
mod memory;
mod mutants;
mod no_panic;
mod optimized;
mod packetdrill;
mod panic_locations;
mod peers;
mod process;
mod rfc;
mod rust_library;
mod size;
mod tally;
mod test;
mod test_programs;
mod workspace;

use std::process::ExitCode;

use clap::Parser;

use command::Failure;

/// The project's own tools.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Tool {
    Test(test::Test),
    Lab(lab::Lab),
    Ci(ci::Ci),
    #[command(hide = true)]
    Lane(lane::Lane),
    Bench(bench::Bench),
    Goodput(goodput::Goodput),
    NoPanic(no_panic::NoPanic),
    Size(size::Size),
    Fuzz(fuzz::Fuzz),
    Explore(explore::Explore),
    Differential(differential::Differential),
    Rfc(rfc::Rfc),
    Packetdrill(packetdrill::Packetdrill),
    Mutants(mutants::Mutants),
    Abi(abi::Abi),
}

fn main() -> ExitCode {
    let outcome = match Tool::parse() {
        Tool::Test(test) => test.run(),
        Tool::Lab(lab) => lab.run(),
        Tool::Ci(ci) => ci.run(),
        Tool::Lane(lane) => lane.run(),
        Tool::Bench(bench) => bench.run(),
        Tool::Goodput(goodput) => goodput.run(),
        Tool::NoPanic(no_panic) => no_panic.run(),
        Tool::Size(size) => size.run(),
        Tool::Fuzz(fuzz) => fuzz.run(),
        Tool::Explore(explore) => explore.run(),
        Tool::Differential(differential) => differential.run(),
        Tool::Rfc(rfc) => rfc.run(),
        Tool::Packetdrill(packetdrill) => packetdrill.run(),
        Tool::Mutants(mutants) => mutants.run(),
        Tool::Abi(abi) => abi.run(),
    };
    match outcome {
        Ok(status) => status,
        Err(Failure(why)) => {
            eprintln!("cargo xtask: {why}");
            ExitCode::FAILURE
        }
    }
}
