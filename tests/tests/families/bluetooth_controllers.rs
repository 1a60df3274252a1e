//! The lab's two Bluetooth controllers, which hear each other: the tests have hci0, their peers hci1.

use anysock::BdAddr;

use crate::witness::output;

/// The controller of the tests.
pub(crate) fn own() -> BdAddr {
    address("hci0")
}

/// The controller of the peers.
pub(crate) fn peer() -> BdAddr {
    address("hci1")
}

/// The address of a controller, as hciconfig has it.
fn address(controller: &str) -> BdAddr {
    let shown = output("hciconfig", &[controller]);
    let (_, behind) = shown.split_once("BD Address: ").expect("hciconfig shows addresses");
    behind.split_whitespace().next().unwrap().parse().unwrap()
}
