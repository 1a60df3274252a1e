//! Control messages.

use anysock::Errno;
use anysock::message::{ControlWriter, Controls, Timestamp, is_well_formed};

codecs! {
    controls;
}

/// Whatever the iterator yields, written anew, is well-formed and yields the same.
fn controls(bytes: &[u8]) -> bool {
    let mut copy = [0; 1024];
    let mut writer = ControlWriter::new(&mut copy);
    let well_formed = is_well_formed(bytes);
    let controls = Controls::new(bytes);
    for control in controls.clone() {
        if let Some(timestamp) = Timestamp::from_control(&control) {
            core::hint::black_box(timestamp.to_timespec());
        }
        match writer.push(control.level, control.name, control.data) {
            Ok(()) => (),
            Err(error) => return error == Errno::ENOBUFS,
        }
    }
    let copy = writer.into_bytes();
    is_well_formed(copy) && Controls::new(copy).eq(controls) && (well_formed || !bytes.is_empty())
}
