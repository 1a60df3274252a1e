//! SCO, as far as the emulated controllers carry it: not at all.

use anysock::socket::{ScoListener, ScoStream};
use anysock::{Errno, ScoAddr};
use anysock_linux::Linux;

use crate::bluetooth_controllers::{own, peer};
use crate::witness::{creates_only, output};

#[test]
#[ignore = "the peers are in the kernel lab"]
fn voice_is_refused() {
    let there = ScoAddr { device: peer() };
    let listener = ScoListener::bind(Linux, &there).unwrap();
    assert_eq!(listener.local_addr(), Ok(there));
    assert_eq!(ScoListener::bind(Linux, &there).err(), Some(Errno::EADDRINUSE.into()));
    let socket = ScoStream::unconnected(Linux).unwrap();
    socket.bind(&ScoAddr { device: own() }).unwrap();
    assert_eq!(socket.connect(&there), Err(Errno::ECONNREFUSED.into()));
    let shown = output("hciconfig", &["hci1"]);
    assert!(shown.contains("SCO MTU: 0:0"), "{shown}");
    creates_only(
        "SCO",
        "btvirt's controllers have no buffers for voice (SCO MTU 0:0), and refuse its connections",
    );
}
