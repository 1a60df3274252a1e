//! The lab's two Bluetooth controllers, which hear each other: the tests have hci0, their peers hci1.

use anysock::BdAddr;
use anysock::socket::ManagementSocket;
use anysock_linux::Linux;

use crate::witness::{TIME_LIMIT, output};

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

/// The management of both.
pub(crate) fn management() -> ManagementSocket<Linux> {
    let mut management = ManagementSocket::open(Linux).unwrap();
    management.set_timeout(Some(TIME_LIMIT));
    management
}

/// Low energy, on both controllers; off again when this is dropped.
pub(crate) struct LowEnergy<'m>(&'m ManagementSocket<Linux>);

impl<'m> LowEnergy<'m> {
    /// Switches it on. hciconfig switched the controllers on, which management takes note of only when it does so
    /// itself.
    pub(crate) fn on(management: &'m ManagementSocket<Linux>) -> Self {
        for index in [0, 1] {
            management.set_powered(index, true).unwrap();
            management.set_connectable(index, true).unwrap();
            management.set_low_energy(index, true).unwrap();
        }
        LowEnergy(management)
    }
}

impl Drop for LowEnergy<'_> {
    fn drop(&mut self) {
        for index in [0, 1] {
            // It may be that a test has failed before.
            let _ = self.0.set_low_energy(index, false);
        }
    }
}
