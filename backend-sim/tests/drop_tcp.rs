//! `Node::drop_tcp`, on what `Node::tcp_table` lists.

use std::net::{SocketAddr, SocketAddrV4};
use std::time::Duration;

use anysock::tcp::State;
use anysock::{Backend, Errno, Family, MessageFlags, Protocol, Shutdown, SockAddr, SocketType};
use anysock_sim::{Link, Node, Sim, SimHandle, World};

const SERVER: SocketAddrV4 = SocketAddrV4::new(std::net::Ipv4Addr::new(10, 0, 0, 1), 80);

fn two_nodes() -> (World, Node, Node) {
    let mut world = World::new(5);
    let lan = world.network("lan", Link::new());
    let server = world.node("server").ethernet("eth0", lan, "10.0.0.1/24").unwrap();
    let client = world.node("client").ethernet("eth0", lan, "10.0.0.2/24").unwrap();
    (world, server, client)
}

fn open(sim: &Sim<'_>) -> SimHandle {
    sim.socket(Family::INET, SocketType::STREAM, Protocol::DEFAULT).unwrap()
}

/// A socket that listens, and one that has begun to connect to it.
fn connecting(ours: &Sim<'_>, theirs: &Sim<'_>) -> (SimHandle, SimHandle) {
    let listener = open(ours);
    ours.bind(&listener, &SERVER.encode()).unwrap();
    ours.listen(&listener, 5).unwrap();
    let handle = open(theirs);
    assert_eq!(theirs.connect(&handle, &SERVER.encode()), Err(Errno::EINPROGRESS));
    (listener, handle)
}

/// Both ends of what a node has in this state.
fn listed(node: &Node, state: State) -> Vec<(SocketAddr, SocketAddr)> {
    let table = node.tcp_table().into_iter().filter(|entry| entry.state == state.linux_number());
    table.filter_map(|entry| Some((entry.local, entry.remote?))).collect()
}

#[test]
fn a_connection_is_reset_and_both_programs_are_told() {
    let (mut world, server, client) = two_nodes();
    let (ours, theirs) = (server.kernel(), client.kernel());
    let (listener, handle) = connecting(&ours, &theirs);
    world.run_for(Duration::from_millis(10));
    let (accepted, _) = ours.accept(&listener, &mut []).unwrap();
    let [(local, remote)] = listed(&server, State::Established)[..] else { panic!("one connection") };
    assert_eq!(server.drop_tcp(local, remote), Ok(()));
    assert_eq!(ours.recv(&accepted, &mut [0; 10], MessageFlags::empty()), Err(Errno::ECONNABORTED));
    world.run_for(Duration::from_millis(10));
    assert_eq!(theirs.recv(&handle, &mut [0; 10], MessageFlags::empty()), Err(Errno::ECONNRESET));
    assert_eq!(server.drop_tcp(local, remote), Err(Errno::ESRCH));
    // The listener has no other end, and goes on.
    assert_eq!(server.tcp_table().len(), 1);
}

#[test]
fn what_is_in_time_wait_is_forgotten() {
    let (mut world, server, client) = two_nodes();
    let (ours, theirs) = (server.kernel(), client.kernel());
    let (listener, handle) = connecting(&ours, &theirs);
    world.run_for(Duration::from_millis(10));
    let (accepted, _) = ours.accept(&listener, &mut []).unwrap();
    theirs.shutdown(&handle, Shutdown::WRITE).unwrap();
    world.run_for(Duration::from_millis(10));
    ours.shutdown(&accepted, Shutdown::WRITE).unwrap();
    world.run_for(Duration::from_millis(100));
    let [(local, remote)] = listed(&client, State::TimeWait)[..] else { panic!("one in TIME-WAIT") };
    assert_eq!(client.drop_tcp(local, remote), Ok(()));
    assert_eq!(listed(&client, State::TimeWait), []);
    assert_eq!(client.drop_tcp(local, remote), Err(Errno::ESRCH));
}

#[test]
fn what_is_opening_is_forgotten() {
    let (mut world, server, client) = two_nodes();
    let (ours, theirs) = (server.kernel(), client.kernel());
    let (_listener, handle) = connecting(&ours, &theirs);
    let half_open = loop {
        world.run_for(Duration::from_micros(1));
        if let [half_open] = listed(&server, State::SynReceived)[..] {
            break half_open;
        }
    };
    assert_eq!(server.drop_tcp(half_open.0, half_open.1), Ok(()));
    assert_eq!(listed(&server, State::SynReceived), []);
    assert_eq!(server.drop_tcp(half_open.0, half_open.1), Err(Errno::ESRCH));
    // The last acknowledgment of the handshake finds nobody.
    world.run_for(Duration::from_millis(10));
    assert_eq!(theirs.recv(&handle, &mut [0; 10], MessageFlags::empty()), Err(Errno::ECONNRESET));
}
