//! Ten thousand idle TCP connections in one `Poll`, and one that is not: how much memory of the program's they
//! take, and how long it takes to hear of the one; beside ten connections, and beside the C library's `epoll_wait`.
//!
//! `idle_connections [COUNT]`. A connection has two descriptors here: `ulimit -Hn` has to be above twice as many.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use anysock::poll::{Event, Poll};
use anysock::{Deadline, PollEvents, TcpListener, TcpStream};
use anysock_linux::Linux;

type Failure = Box<dyn std::error::Error>;

const ROUNDS: u32 = 20_000;

fn main() -> Result<(), Failure> {
    let count = std::env::args().nth(1).map_or(Ok(10_000), |count| count.parse())?;
    allow_descriptors()?;
    for count in [10, count] {
        measure(count)?;
    }
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
    let (mut clients, mut servers) = (Vec::with_capacity(count), Vec::with_capacity(count));
    let mut adding = Duration::ZERO;
    for token in 0..count {
        clients.push(TcpStream::connect(Linux, &address)?);
        let (server, _) = listener.accept()?;
        let start = Instant::now();
        poll.add(server.handle(), PollEvents::IN, token as u64)?;
        adding += start.elapsed();
        servers.push(server);
    }
    let each = (memory()?.saturating_sub(before)) / count;
    let active = count / 2;
    clients[active].send(b"!")?;

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
        "{count} connections: {each} bytes of memory each for both ends, {:?} to add one, {ours:?} to hear of one \
         ({libc:?} by epoll_wait alone)",
        adding / count as u32
    );
    Ok(())
}
