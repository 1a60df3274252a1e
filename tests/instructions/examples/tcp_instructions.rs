//! `anysock::tcp` beside smoltcp, many times: what callgrind counts the instructions of. A round is one full
//! segment from the client's memory to the server's, or one connection.
//!
//! `tcp_instructions CASE COUNT`; without arguments it lists the cases.

#[path = "../../tcp_stacks/mod.rs"]
mod tcp_stacks;

use tcp_stacks::programs::Pair;
use tcp_stacks::{Features, Settings, Stack, anysock_stack, smoltcp_stack};

/// The headers of IPv4 and of TCP.
const HEADERS: usize = 40;

type Case = (&'static str, fn(rounds: usize));

const CASES: &[Case] = &[
    ("anysock-1500", segments::<anysock_stack::Host, 1500>),
    ("smoltcp-1500", segments::<smoltcp_stack::Host, 1500>),
    ("anysock-65535", segments::<anysock_stack::Host, 65_535>),
    ("smoltcp-65535", segments::<smoltcp_stack::Host, 65_535>),
    ("anysock-connect", connections::<anysock_stack::Host>),
    ("smoltcp-connect", connections::<smoltcp_stack::Host>),
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let Some(name) = arguments.next() else {
        CASES.iter().for_each(|(name, _)| println!("{name}"));
        return Ok(());
    };
    let (_, run) = CASES.iter().find(|(known, _)| *known == name).ok_or("no such case")?;
    run(arguments.next().ok_or("how many times?")?.parse()?);
    Ok(())
}

fn segments<S: Stack, const MTU: u16>(rounds: usize) {
    let mut pair = Pair::<S>::new(&Settings { mtu: MTU, buffer: 65_536, features: Features::Default });
    pair.connect();
    pair.transfer(rounds * (usize::from(MTU) - HEADERS));
}

fn connections<S: Stack>(rounds: usize) {
    let mut pair = Pair::<S>::new(&Settings { mtu: 1500, buffer: 1024, features: Features::Default });
    (0..rounds).for_each(|_| pair.connect_echo_close());
}
