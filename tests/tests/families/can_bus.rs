//! Virtual CAN buses of the tests' own.

use std::fs;

use anysock::can::{AnyFrame, FdFlags, FdFrame, Frame, Id};
use anysock::{InterfaceName, Interfaces};
use anysock_linux::Linux;

use crate::witness::{output, payload, wait_until};

/// A vcan interface, gone when this is dropped.
pub(crate) struct Bus(&'static str);

impl Bus {
    /// Makes the interface `name`, for classic and FD frames.
    pub(crate) fn new(name: &'static str) -> Bus {
        output("ip", &["link", "add", name, "type", "vcan"]);
        output("ip", &["link", "set", name, "mtu", "72", "up"]);
        Bus(name)
    }

    pub(crate) fn name(&self) -> &'static str {
        self.0
    }

    pub(crate) fn interface_name(&self) -> InterfaceName {
        self.0.parse().unwrap()
    }

    pub(crate) fn index(&self) -> u32 {
        Linux.interface_index(&self.interface_name()).unwrap()
    }

    /// [`wait_for_listeners`] here.
    pub(crate) fn wait_for_listeners(&self, protocol: &str, count: usize) {
        wait_for_listeners(self.0, protocol, count);
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        output("ip", &["link", "delete", self.0]);
    }
}

/// Waits until `count` sockets of the protocol `protocol` listen at `interface`, as /proc/net/can says: `raw`,
/// `bcm`, `isotp`, `j1939`.
pub(crate) fn wait_for_listeners(interface: &str, protocol: &str, count: usize) {
    let what = format!("{count} listeners of {protocol} at {interface}");
    wait_until(&what, || listeners(interface, protocol) >= count);
}

fn listeners(interface: &str, protocol: &str) -> usize {
    let lists = ["all", "err", "fil", "inv", "sff", "eff"];
    // They are there as soon as the first socket of the family is.
    let lists =
        lists.map(|list| fs::read_to_string(format!("/proc/net/can/rcvlist_{list}")).unwrap_or_default());
    let here = |line: &&str| {
        let mut words = line.split_whitespace();
        words.next() == Some(interface) && words.next_back() == Some(protocol)
    };
    lists.iter().flat_map(|list| list.lines()).filter(here).count()
}

/// A classic frame with random data.
pub(crate) fn classic(id: Id, length: usize) -> AnyFrame {
    Frame::new(id, &payload(length)).unwrap().into()
}

/// An FD frame with random data, and its bit rate switched.
pub(crate) fn fd(id: Id, length: usize) -> AnyFrame {
    FdFrame::new(id, FdFlags::BRS, &payload(length)).unwrap().into()
}

pub(crate) fn standard(id: u16) -> Id {
    Id::standard(id).unwrap()
}

/// The frame in a line of `candump -L`: `(1700000000.000000) vcan0 123#DEADBEEF`.
pub(crate) fn candump_frame(line: &str) -> AnyFrame {
    let frame = line.split_whitespace().nth(2).unwrap_or_else(|| panic!("no frame in {line:?}"));
    match frame.parse().unwrap_or_else(|error| panic!("{line:?}: {error}")) {
        // Whether candump shows CANFD_FDF among the flags depends on the kernel.
        AnyFrame::Fd(frame) => {
            let flags = frame.flags() & (FdFlags::BRS | FdFlags::ESI);
            FdFrame::new(frame.id(), flags, frame.data()).unwrap().into()
        }
        frame => frame,
    }
}

/// The data of `frames`, one after the other.
pub(crate) fn data(frames: &[AnyFrame]) -> Vec<u8> {
    frames.iter().flat_map(|frame| frame.data().to_vec()).collect()
}
