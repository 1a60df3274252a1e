//! Network interfaces of the machine that the test runs on, of which the first is the loopback interface.

use std::fs;

use anysock::{Errno, Interface, InterfaceName, Interfaces};
use anysock_linux::Linux;

#[test]
fn the_loopback_interface_is_number_one() {
    let lo: InterfaceName = "lo".parse().unwrap();
    assert_eq!(Linux.interface_index(&lo), Ok(1));
    assert_eq!(Linux.interface_name(1), Ok(lo));
}

#[test]
fn unknown_interfaces_have_their_errors() {
    assert_eq!(Linux.interface_index(&"nosuchinterface".parse().unwrap()), Err(Errno::ENODEV));
    assert_eq!(Linux.interface_name(0), Err(Errno::ENXIO));
    assert_eq!(Linux.interface_name(u32::MAX), Err(Errno::ENXIO));
}

#[test]
fn the_list_is_that_of_sysfs_in_the_order_of_the_numbers() {
    let mut list = Vec::new();
    Linux.interfaces(&mut |Interface { index, name }| list.push((index, name.to_string()))).unwrap();
    let mut expected: Vec<_> = fs::read_dir("/sys/class/net")
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter_map(|entry| {
            let index = fs::read_to_string(entry.path().join("ifindex")).ok()?;
            Some((index.trim().parse().unwrap(), entry.file_name().into_string().unwrap()))
        })
        .collect();
    expected.sort();
    assert_eq!(list, expected);
}
