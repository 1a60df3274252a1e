//! Files into sockets. A simulated file is its bytes.

use std::vec::Vec;

use anysock::send_file::SendFile;
use anysock::{Backend, Errno, MessageFlags};

use crate::sim::{Sim, SimHandle};

/// How many bytes one call hands over at most, as much as a pipe of Linux holds: `sendfile(2)` goes by way of one.
const AT_ONCE: usize = 65_536;

/// A file that a simulated program has open.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SimFile(pub Vec<u8>);

impl SendFile for Sim<'_> {
    type File = SimFile;

    fn send_file(
        &self,
        handle: &SimHandle,
        file: &SimFile,
        offset: u64,
        count: usize,
    ) -> Result<usize, Errno> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(file.0.len());
        let end = start.saturating_add(count.min(AT_ONCE)).min(file.0.len());
        if start == end {
            return Ok(0);
        }
        self.send(handle, &file.0[start..end], MessageFlags::empty())
    }
}
