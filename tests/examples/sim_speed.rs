//! How fast the simulator carries TCP: the same programs as the benchmark `sim_tcp`, once, with the real time and the hash
//! of the trace; what callgrind counts the instructions of.
//!
//! `sim_speed CASE COUNT`; without arguments it lists the cases.

#[path = "../sim_tcp/mod.rs"]
mod sim_tcp;

use std::time::Instant;

type Case = (&'static str, fn(count: u64) -> u128);

const CASES: &[Case] = &[("connections", sim_tcp::connect_echo_close), ("bulk", sim_tcp::bulk)];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let Some(name) = arguments.next() else {
        CASES.iter().for_each(|(name, _)| println!("{name}"));
        return Ok(());
    };
    let (_, run) = CASES.iter().find(|(known, _)| *known == name).ok_or("no such case")?;
    let count: u64 = arguments.next().ok_or("how many times?")?.parse()?;
    let start = Instant::now();
    let hash = run(count);
    let seconds = start.elapsed().as_secs_f64();
    println!("{name}: {:.0} a second, trace {hash:032x}", count as f64 / seconds);
    Ok(())
}
