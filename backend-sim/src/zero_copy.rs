//! Sending without a copy. The simulator's octets are copied all the same; what the program is told of it is Linux's.

use anysock::zero_copy::SendZeroCopy;
use anysock::{Errno, MessageFlags};

use crate::engine::Outgoing;
use crate::engine::calls::check_address;
use crate::sim::{Sim, SimHandle};

impl SendZeroCopy for Sim<'_> {
    fn send_zero_copy(
        &self,
        handle: &SimHandle,
        bytes: &'static [u8],
        flags: MessageFlags,
        address: Option<&[u8]>,
    ) -> Result<usize, Errno> {
        address.map_or(Ok(()), check_address)?;
        let flags = flags | MessageFlags::ZEROCOPY;
        let message = Outgoing { address, bytes, control: &[], handles: &[], flags };
        self.call_on(handle, |engine, id| engine.send(id, &message))
    }
}

/// Refuses what reads the bytes when they are no longer borrowed, as the backend for Linux does.
pub(crate) fn refuse_zero_copy(flags: MessageFlags) -> Result<(), Errno> {
    if flags.contains(MessageFlags::ZEROCOPY) { Err(Errno::EOPNOTSUPP) } else { Ok(()) }
}
