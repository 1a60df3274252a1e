//! What 1 % of loss leaves of a transfer over a round trip of 20 ms: `anysock::tcp` and smoltcp in virtual time,
//! and Linux on a real kernel, where netem does the same to the loopback device.
//!
//! `cargo xtask goodput` runs both: the program without an argument, and in the lab with `linux`.

#[path = "../tcp_stacks/mod.rs"]
mod tcp_stacks;

use std::error::Error;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use tcp_stacks::path::{Conditions, goodput};
use tcp_stacks::{Features, Settings, Stack, anysock_stack, smoltcp_stack};

const CONDITIONS: Conditions = Conditions { delay: Duration::from_millis(10), loss: 10 };
const OCTETS: usize = 8 << 20;
const RUNS: u64 = 20;
const BUFFER: usize = 1 << 18;

fn main() -> Result<(), Box<dyn Error>> {
    let rates = match std::env::args().nth(1).as_deref() {
        Some("linux") => vec![("Linux", (0..5).map(|_| linux()).collect::<Result<_, _>>()?)],
        _ => {
            let set = |features| Settings { mtu: 1500, buffer: BUFFER, features };
            let (default, congestion) = (set(Features::Default), set(Features::CongestionControl));
            vec![
                ("anysock", runs::<anysock_stack::Host>(&default)),
                ("smoltcp, CUBIC", runs::<smoltcp_stack::Host>(&congestion)),
                ("smoltcp, no congestion control", runs::<smoltcp_stack::Host>(&default)),
            ]
        }
    };
    println!("| {:<42} | median | least |  most |", "goodput, Mbit/s: 1 % loss, 20 ms");
    println!("|{:-<44}|-------:|------:|------:|", "");
    for (name, mut rates) in rates {
        rates.sort_by(f64::total_cmp);
        let [median, least, most] = [rates.len() / 2, 0, rates.len() - 1].map(|place| rates[place]);
        println!("| {name:<42} | {median:>6.1} | {least:>5.1} | {most:>5.1} |");
    }
    Ok(())
}

/// One run for each seed.
fn runs<S: Stack>(settings: &Settings) -> Vec<f64> {
    (0..RUNS).map(|seed| goodput::<S>(settings, CONDITIONS, seed, OCTETS)).collect()
}

/// One transfer over loopback, in real time.
fn linux() -> Result<f64, Box<dyn Error>> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let mut client = TcpStream::connect(listener.local_addr()?)?;
    let (mut server, _) = listener.accept()?;
    let begin = Instant::now();
    let sender = std::thread::spawn(move || client.write_all(&vec![0x5a; OCTETS]));
    let (mut received, mut sink) = (0, vec![0; 65_536]);
    while received < OCTETS {
        match server.read(&mut sink)? {
            0 => return Err("the stream ended early".into()),
            length => received += length,
        }
    }
    sender.join().map_err(|_| "the sender panicked")??;
    Ok(OCTETS as f64 * 8.0 / 1e6 / begin.elapsed().as_secs_f64())
}
