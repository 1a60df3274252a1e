//! Connecting to a host that has several addresses.

use std::time::Duration;

use anysock::socket::create_connection;
use anysock::{Errno, Error, Instant, TcpStream};
use anysock_sim::{Link, Sim, World};

use crate::{SERVER, address, echo, two_nodes};

/// A fixed source port is one socket's at a time.
#[test]
fn attempts_from_one_source_port_do_not_overlap() {
    const SOURCE: &str = "10.0.0.2:4000";
    for timeout in [Some(Duration::from_secs(2)), None] {
        let mut world = World::new(1);
        let (server, client) = two_nodes(&mut world, Link::new());
        // Nobody has the first two addresses, and nobody listens at the third.
        for ip in ["10.0.0.8", "10.0.0.9", "10.0.0.2", "10.0.0.1"] {
            world.add_host(ip.parse().unwrap(), &["several"]);
        }
        server.spawn("echo", |sim| echo(sim, address(SERVER)));
        let connect = move |sim: Sim<'_>| {
            let stream = create_connection(sim, "several", 7, timeout, Some(&address(SOURCE))).unwrap();
            (stream.local_addr().unwrap(), stream.peer_addr().unwrap())
        };
        assert_eq!(world.block_on(&client, connect), Ok((address(SOURCE), address(SERVER))));
        assert!(timeout.is_none_or(|timeout| world.now().since(Instant::ZERO) < timeout));
    }
}

/// Connects when it is dropped, to addresses that nobody has.
struct Connecting<'a>(Sim<'a>);

impl Drop for Connecting<'_> {
    fn drop(&mut self) {
        let addresses = ["10.0.0.8:7", "10.0.0.9:7"].map(address);
        let connected = TcpStream::connect_any(self.0.clone(), &addresses, None);
        assert_eq!(connected.map(drop), Err(Errno::EIO.into()));
    }
}

/// An error of the wait is none of an address's.
#[test]
#[should_panic(expected = "the program's own panic")]
fn connecting_ends_where_the_program_must_not_wait() {
    let mut world = World::new(1);
    let (_, client) = two_nodes(&mut world, Link::new());
    let _ = world.block_on(&client, |sim| {
        let _connecting = Connecting(sim);
        panic!("the program's own panic");
    });
}

#[test]
fn a_kernel_seen_from_outside_does_not_wait_for_a_connection() {
    let mut world = World::new(1);
    let (_, client) = two_nodes(&mut world, Link::new());
    let addresses = ["10.0.0.8:7", "10.0.0.9:7"].map(address);
    let connected = TcpStream::connect_any(client.kernel(), &addresses, None);
    assert_eq!(connected.map(drop), Err(Error::TimedOut));
}
