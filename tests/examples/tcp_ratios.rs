//! `anysock::tcp` beside smoltcp: how many times as fast. The two take turns, so that what else the machine
//! does strikes both, and the processor's time is measured, not the wall's; the median of the ratios counts.
//!
//! `cargo run --release -p anysock-tests --example tcp_ratios`

#[path = "../tcp_stacks/mod.rs"]
mod tcp_stacks;

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use tcp_stacks::programs::Pair;
use tcp_stacks::{Features, Settings, Stack, anysock_stack, smoltcp_stack};

const TURNS: usize = 25;
const BULK: usize = 64 << 20;
const CONNECTIONS: u32 = 20_000;

/// The processor's time that this process has taken.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
}

/// Units per second of processor time.
fn rate(units: f64, run: impl FnOnce()) -> f64 {
    let begin = processor_time();
    run();
    units / (processor_time() - begin).as_secs_f64()
}

/// Gbit/s.
fn bulk<S: Stack>(settings: &Settings) -> impl FnMut() -> f64 + use<S> {
    let mut pair = Pair::<S>::new(settings);
    pair.connect();
    move || rate(BULK as f64 * 8.0 / 1e9, || pair.transfer(BULK))
}

/// Million connections a second.
fn connections<S: Stack>(settings: &Settings) -> impl FnMut() -> f64 + use<S> {
    let mut pair = Pair::<S>::new(settings);
    move || rate(f64::from(CONNECTIONS) / 1e6, || (0..CONNECTIONS).for_each(|_| pair.connect_echo_close()))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn compare(what: &str, mut ours: impl FnMut() -> f64, mut theirs: impl FnMut() -> f64) {
    let rates: Vec<(f64, f64)> = (0..TURNS).map(|_| (ours(), theirs())).collect();
    let [a, b] = [|(a, _): &(f64, f64)| *a, |(_, b): &(f64, f64)| *b]
        .map(|side| median(rates.iter().map(side).collect()));
    let ratio = median(rates.iter().map(|(a, b)| a / b).collect());
    println!("| {what:<42} | {a:>8.2} | {b:>8.2} | {ratio:>5.2} |");
}

fn main() {
    println!("| {:<42} | {:>8} | {:>8} | ratio |", "median of 25 turns each", "anysock", "smoltcp");
    println!("|{0:-<44}|{0:->10}|{0:->10}|{0:->7}|", "");
    for (features, name) in [(Features::Default, "as it comes"), (Features::Common, "same parts")] {
        for mtu in [1500, 65_535] {
            let settings = Settings { mtu, buffer: 65_536, features };
            let (ours, theirs) =
                (bulk::<anysock_stack::Host>(&settings), bulk::<smoltcp_stack::Host>(&settings));
            compare(&format!("{name}: bulk, MTU {mtu}, Gbit/s"), ours, theirs);
        }
        let settings = Settings { mtu: 1500, buffer: 1024, features };
        let (ours, theirs) =
            (connections::<anysock_stack::Host>(&settings), connections::<smoltcp_stack::Host>(&settings));
        compare(&format!("{name}: connections, million/s"), ours, theirs);
    }
}
