//! Explores every scenario, some at the same time, and prints what was seen.

use std::num::NonZero;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use anysock_explore::{Limits, scenarios, search};
use clap::Parser;

/// Walk through every state of two TCP endpoints, over a network that is not always kind.
#[derive(Parser)]
struct Options {
    /// How many segments are lost, duplicated or delayed, at most
    #[arg(long, value_name = "N", default_value_t = 1)]
    faults: u8,
    /// How often a retransmission timer expires while a segment is on its way, at most
    #[arg(long, value_name = "N", default_value_t = 1)]
    early: u8,
    /// Memory for states, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 2048)]
    memory: usize,
    /// Only scenarios whose line contains one of these
    filters: Vec<String>,
}

fn main() -> ExitCode {
    let options = Options::parse();
    let mut scenarios = scenarios(options.faults, options.early);
    if !options.filters.is_empty() {
        scenarios.retain(|scenario| {
            let line = scenario.to_string();
            options.filters.iter().any(|filter| line.contains(filter))
        });
    }
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(scenarios.len()).max(1);
    let limits = Limits { memory: (options.memory << 20) / threads };
    let next = AtomicUsize::new(0);
    let total = Mutex::new((0, 0, 0));
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(scenario) = scenarios.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let start = Instant::now();
                    let outcome = search(scenario, &limits);
                    let seconds = start.elapsed().as_secs_f32();
                    let mut total = total.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
                    match outcome {
                        Ok(report) => {
                            println!(
                                "{scenario}: {} states, {} steps, {} ends, {} cut off; {} MiB, {seconds:.1} s",
                                report.states,
                                report.steps,
                                report.ends,
                                report.cut_off,
                                report.memory >> 20
                            );
                            total.0 += report.states;
                            total.1 += report.steps;
                        }
                        Err(failure) => {
                            println!("{scenario}: {failure}");
                            total.2 += 1;
                        }
                    }
                }
            });
        }
    });
    let (states, steps, failures) = total.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    println!("{} scenarios: {states} states, {steps} steps, {failures} failures", scenarios.len());
    if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
