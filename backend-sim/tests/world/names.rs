//! Hosts by their names.

use std::net::IpAddr;

use anysock::{Family, HostError, Resolve, ResolveError};
use anysock_sim::{Link, World};

use crate::two_nodes;

#[test]
fn nodes_are_hosts_by_their_names() {
    let mut world = World::new(1);
    let (_, client) = two_nodes(&mut world, Link::new());
    let resolved = world.block_on(&client, |sim| {
        let mut addresses = Vec::new();
        sim.resolve("server", &mut |address| addresses.push(address)).unwrap();
        (addresses, sim.resolve("nobody", &mut |_| ()))
    });
    let (addresses, unknown) = resolved.unwrap();
    assert_eq!(addresses, ["10.0.0.1".parse::<std::net::IpAddr>().unwrap(), "fd00::1".parse().unwrap()]);
    assert_eq!(unknown, Err(ResolveError::NO_NAME));
}

#[test]
fn hosts_beside_the_nodes_have_all_their_names() {
    let mut world = World::new(1);
    let (_, client) = two_nodes(&mut world, Link::new());
    let elsewhere: IpAddr = "192.0.2.7".parse().unwrap();
    world.add_host(elsewhere, &["backend", "backend.example", "b"]);
    let (by_address, aliases, full, unknown) = world
        .block_on(&client, move |sim| {
            let (mut by_address, mut aliases) = (Vec::new(), Vec::new());
            sim.host_by_address(elsewhere, &mut |entry| by_address.push(entry.name.to_owned())).unwrap();
            sim.host_by_name("B", Family::INET, &mut |entry| {
                aliases.extend(entry.aliases.iter().map(|alias| alias.to_string()));
            })
            .unwrap();
            let full = sim.full_host_name("192.0.2.7").unwrap().to_string();
            (by_address, aliases, full, sim.host_by_name("b", Family::INET6, &mut |_| ()))
        })
        .unwrap();
    assert_eq!(by_address, ["backend"]);
    assert_eq!(aliases, ["backend.example", "b"]);
    assert_eq!(full, "backend.example");
    assert_eq!(unknown, Err(HostError::NOT_FOUND));
}
