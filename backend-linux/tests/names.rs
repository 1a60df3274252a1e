//! Names of hosts, beside what the C library's programs say of this machine.

use std::fs;
use std::process::Command;

use anysock::Resolve;
use anysock_linux::Linux;

#[test]
fn the_own_name_is_the_kernel_s() {
    let name = Linux.host_name().unwrap();
    assert_eq!(name.to_string(), fs::read_to_string("/proc/sys/kernel/hostname").unwrap().trim_end());
}

/// `getent` prints an address and the names of its host.
#[test]
fn hosts_are_those_that_getent_finds() {
    let output = Command::new("getent").args(["hosts", "127.0.0.1"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut expected: Vec<String> = text.split_whitespace().map(String::from).collect();
    let mut found = Vec::new();
    Linux
        .host_by_address([127, 0, 0, 1].into(), &mut |entry| {
            found.push(entry.addresses[0].to_string());
            found.push(entry.name.into());
            found.extend(entry.aliases.iter().map(|alias| alias.to_string()));
        })
        .unwrap();
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
}
