//! Runs random programs on both kernels until they differ, or have been asked enough.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anysock_differential::linux::Host;
use anysock_differential::{Program, THEMES, Theme, agree, answers_in, generate, shrink, simulator};
use clap::Parser;

/// Compare what the simulator and the machine's kernel answer to random programs of socket calls.
#[derive(Parser)]
struct Options {
    /// The first program's seed; each further program has the next
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// How many calls to make, at least
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    calls: usize,
    /// After how many differences to stop
    #[arg(long, value_name = "N", default_value_t = 1)]
    differences: usize,
    /// Only programs about this
    #[arg(long, value_name = "THEME")]
    theme: Option<Theme>,
    /// Run the programs in these files instead
    #[arg(long, value_name = "FILE", num_args = 1..)]
    replay: Vec<PathBuf>,
    /// Print what Linux answers, too, where nothing differs
    #[arg(long)]
    show: bool,
}

fn main() -> io::Result<ExitCode> {
    let options = Options::parse();
    let mut host = Host::new()?;
    let differences = match options.replay.as_slice() {
        [] => search(&mut host, &options)?,
        files => replay(&mut host, files, options.show)?,
    };
    Ok(if differences == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs random programs; how many differed.
fn search(host: &mut Host, options: &Options) -> io::Result<usize> {
    let start = Instant::now();
    let (mut calls, mut programs, mut differences, mut dropped) = (0, 0, 0, 0);
    while calls < options.calls && differences < options.differences {
        let seed = options.seed + programs;
        let theme = options.theme.unwrap_or(THEMES[(seed % THEMES.len() as u64) as usize]);
        let program = generate(seed, theme);
        calls += program.calls.len();
        programs += 1;
        if !differs(host, &program)? {
            continue;
        }
        if !differs_alone(host, &program)? {
            dropped += 1;
            println!("# seed {seed}: dropped, the same where no program has run before it");
            continue;
        }
        let mut failure = None;
        let shortest = shrink(&program, |shorter| {
            let differs =
                differs(host, shorter).and_then(|differs| Ok(differs && differs_alone(host, shorter)?));
            differs.unwrap_or_else(|error| {
                failure = Some(error);
                false
            })
        });
        if let Some(error) = failure {
            return Err(error);
        }
        differences += 1;
        println!("# seed {seed}");
        host.renew();
        show(host, &shortest)?;
    }
    let seconds = start.elapsed().as_secs_f32();
    println!(
        "{calls} calls in {programs} programs, {differences} differences, {dropped} dropped, {seconds:.1} s"
    );
    Ok(differences)
}

/// Whether both kernels answer differently, and not because of what programs before it have left behind.
fn differs_alone(host: &mut Host, program: &Program) -> io::Result<bool> {
    host.renew();
    differs(host, program)
}

/// Whether both kernels answer differently, every time.
fn differs(host: &mut Host, program: &Program) -> io::Result<bool> {
    /// How often a difference is looked at again: what a machine that was busy made is gone then.
    const TIMES: usize = 3;
    let simulated = simulator::run(program);
    for _ in 0..TIMES {
        if agree(program, &host.run(program)?, &simulated) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Runs the programs in `files`; how many differed. Where a file has answers, Linux has to give those again.
fn replay(host: &mut Host, files: &[PathBuf], always_show: bool) -> io::Result<usize> {
    let mut differences = 0;
    // Before a run changes the directory.
    let texts = files.iter().map(fs::read_to_string).collect::<io::Result<Vec<_>>>()?;
    for (file, text) in files.iter().zip(texts) {
        let program: Program =
            text.parse().map_err(|error| io::Error::other(format!("{}: {error}", file.display())))?;
        let recorded = answers_in(&text);
        let others = !recorded.is_empty() && !agree(&program, &host.run(&program)?, &recorded);
        let differs = differs(host, &program)?;
        differences += usize::from(differs || others);
        let said = match (differs, others) {
            (true, _) => "different",
            (false, true) => "the same, but not what the file says",
            (false, false) => "the same",
        };
        println!("# {}: {said}", file.display());
        if differs || others || always_show {
            show(host, &program)?;
        }
    }
    Ok(differences)
}

/// Prints a program with what Linux answers, and what the simulator answers where that is something else.
fn show(host: &mut Host, program: &Program) -> io::Result<()> {
    let linux = host.run(program)?;
    let simulated = simulator::run(program);
    if program.apart {
        println!("apart");
    }
    for ((call, linux), simulated) in program.calls.iter().zip(linux).zip(simulated) {
        println!("{call}\n  {linux}");
        if linux != simulated {
            println!("    simulator: {simulated}");
        }
    }
    println!();
    Ok(())
}
