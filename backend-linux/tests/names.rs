//! Names of hosts.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use anysock::{Resolve, ResolveError};
use anysock_linux::Linux;

fn resolved(host: &str) -> Result<Vec<IpAddr>, ResolveError> {
    let mut addresses = Vec::new();
    Linux.resolve(host, &mut |address| addresses.push(address))?;
    Ok(addresses)
}

#[test]
fn an_address_is_its_own() {
    assert_eq!(resolved("192.0.2.7"), Ok(vec![IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7))]));
    assert_eq!(resolved("::1"), Ok(vec![IpAddr::V6(Ipv6Addr::LOCALHOST)]));
}

#[test]
fn localhost_is_this_machine() {
    let addresses = resolved("localhost").unwrap();
    assert!(!addresses.is_empty() && addresses.iter().all(IpAddr::is_loopback), "{addresses:?}");
}

#[test]
fn what_cannot_be_a_name_is_unknown() {
    for host in ["a name", "with\0zero", &"x".repeat(5000), ""] {
        assert_eq!(resolved(host), Err(ResolveError::NO_NAME), "{host:?}");
    }
}
