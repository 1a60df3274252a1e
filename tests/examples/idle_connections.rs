//! Ten thousand TCP connections in one `Poll`, all idle but one: how much memory of the program's they take, and
//! how long it takes to hear of the one; beside ten connections, and beside the C library's `epoll_wait`.
//!
//! `idle_connections [COUNT]`. The other ends are another process's: `idle_connections connect ADDRESS COUNT`.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anysock::poll::{Event, Poll};
use anysock::{Deadline, PollEvents, TcpListener, TcpStream};
use anysock_linux::Linux;

type Failure = Box<dyn std::error::Error>;

const ROUNDS: u32 = 20_000;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    allow_descriptors()?;
    if let [connect, address, count] = &arguments[..]
        && connect == "connect"
    {
        return other_ends(address.parse()?, count.parse()?);
    }
    let count = arguments.first().map_or(Ok(10_000), |count| count.parse())?;
    for count in [10, count] {
        measure(count)?;
    }
    Ok(())
}

/// Connects so many times, sends one byte in the middle one, and holds all until its input ends.
fn other_ends(address: SocketAddr, count: usize) -> Result<(), Failure> {
    let mut streams = Vec::with_capacity(count);
    for _ in 0..count {
        streams.push(TcpStream::connect(Linux, &address)?);
    }
    streams[count / 2].send(b"!")?;
    std::io::stdin().read_line(&mut String::new())?;
    Ok(())
}

/// As many descriptors as the system lets a program have.
fn allow_descriptors() -> Result<(), Failure> {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: `limit` is writable.
    unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit) };
    limit.rlim_cur = limit.rlim_max;
    // SAFETY: `limit` is readable.
    match unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit) } {
        0 => Ok(()),
        _ => Err(std::io::Error::last_os_error().into()),
    }
}

/// The program's memory that is in use, in bytes.
fn memory() -> Result<usize, Failure> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<usize>()? * 1024)
}

fn measure(count: usize) -> Result<(), Failure> {
    let listener = TcpListener::bind(Linux, &SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
    let address = listener.local_addr()?;
    let poll = Poll::new(Linux)?;
    let before = memory()?;
    let mut others = Command::new(std::env::current_exe()?);
    let others = others.args(["connect", &address.to_string(), &count.to_string()]);
    let mut others = others.stdin(Stdio::piped()).spawn()?;
    let mut servers = Vec::with_capacity(count);
    let mut adding = Duration::ZERO;
    for token in 0..count {
        let (server, _) = listener.accept()?;
        let start = Instant::now();
        poll.add(server.handle(), PollEvents::IN, token as u64)?;
        adding += start.elapsed();
        servers.push(server);
    }
    let each = (memory()?.saturating_sub(before)) / count;
    let active = count / 2;

    let mut events = [Event::default(); 16];
    let start = Instant::now();
    for _ in 0..ROUNDS {
        let ready = poll.wait(&mut events, Deadline::NEVER)?;
        if (ready, events[0].token) != (1, active as u64) {
            return Err("not the one that is ready".into());
        }
    }
    let ours = start.elapsed() / ROUNDS;

    let mut room = [libc::epoll_event { events: 0, u64: 0 }; 16];
    let start = Instant::now();
    for _ in 0..ROUNDS {
        // SAFETY: there is room for sixteen events.
        let ready = unsafe { libc::epoll_wait(poll.handle().as_raw(), room.as_mut_ptr(), 16, -1) };
        if ready != 1 {
            return Err("not the one that is ready".into());
        }
    }
    let libc = start.elapsed() / ROUNDS;
    println!(
        "{count} connections: {each} bytes of memory each, {:?} to add one, {ours:?} to hear of one \
         ({libc:?} by epoll_wait alone)",
        adding / count as u32
    );
    drop(others.stdin.take());
    match others.wait()?.success() {
        true => Ok(()),
        false => Err("the other ends".into()),
    }
}
