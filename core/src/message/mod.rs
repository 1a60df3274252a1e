//! Control messages: what travels beside the data of `sendmsg(2)` and `recvmsg(2)`.
//!
//! The layout is the kernel's `struct cmsghdr` (cmsg(3)): a length and a type of native width, then data,
//! each message padded to the width of a pointer. An unknown message is kept as bytes.
//!
//! ```
//! use anysock::Level;
//! use anysock::message::{Controls, ControlWriter};
//!
//! let mut room = [0; 64];
//! let mut writer = ControlWriter::new(&mut room);
//! writer.push(Level::SOCKET, 40, &7u32.to_ne_bytes())?;
//! let control = Controls::new(writer.into_bytes()).next().unwrap();
//! assert_eq!((control.level, control.name, control.data), (Level::SOCKET, 40, &7u32.to_ne_bytes()[..]));
//! # Ok::<(), anysock::Errno>(())
//! ```

mod timestamp;

pub use timestamp::Timestamp;

use crate::constants::{Errno, Level};

const WORD: usize = size_of::<usize>();
/// `CMSG_LEN(0)`: a length as wide as a pointer, a level, a type.
const HEADER: usize = WORD + 8;

/// `CMSG_ALIGN`: `len` rounded up to the width of a pointer.
const fn align(len: usize) -> usize {
    len.saturating_add(WORD - 1) & !(WORD - 1)
}

/// `CMSG_SPACE`: the room that a control message of `data` bytes takes.
#[doc(alias = "CMSG_SPACE")]
pub const fn control_space(data: usize) -> usize {
    HEADER.saturating_add(align(data))
}

/// One control message, borrowed from the buffer that it was received into.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Control<'a> {
    /// `cmsg_level`.
    pub level: Level,
    /// `cmsg_type`.
    pub name: i32,
    /// The data.
    pub data: &'a [u8],
}

/// The control messages of a received buffer. Ends at the first that is cut short or malformed.
#[derive(Clone, Debug)]
pub struct Controls<'a> {
    rest: &'a [u8],
}

impl<'a> Controls<'a> {
    /// The control messages in the bytes that `recv_msg` filled in.
    pub fn new(bytes: &'a [u8]) -> Self {
        Controls { rest: bytes }
    }
}

impl<'a> Iterator for Controls<'a> {
    type Item = Control<'a>;

    fn next(&mut self) -> Option<Control<'a>> {
        let (len, rest) = self.rest.split_first_chunk::<WORD>()?;
        let (level, rest) = rest.split_first_chunk()?;
        let (name, rest) = rest.split_first_chunk()?;
        let len = usize::from_ne_bytes(*len).checked_sub(HEADER)?;
        let data = rest.get(..len)?;
        self.rest = rest.get(align(len)..).unwrap_or_default();
        Some(Control { level: Level(i32::from_ne_bytes(*level)), name: i32::from_ne_bytes(*name), data })
    }
}

/// Whether `bytes` are control messages and nothing else, as a kernel wants them when it sends: a rest that is
/// too short for a header is overlooked.
pub fn is_well_formed(bytes: &[u8]) -> bool {
    let whole =
        Controls::new(bytes).map(|control| control_space(control.data.len())).fold(0, usize::saturating_add);
    bytes.get(whole..).is_none_or(|rest| rest.len() < HEADER)
}

/// Writes control messages into a buffer.
///
/// The buffer need not be aligned: a backend whose kernel wants alignment copies it.
#[derive(Debug)]
pub struct ControlWriter<'a> {
    bytes: &'a mut [u8],
    len: usize,
}

impl<'a> ControlWriter<'a> {
    /// Writes to the beginning of `bytes`.
    pub fn new(bytes: &'a mut [u8]) -> Self {
        ControlWriter { bytes, len: 0 }
    }

    /// Adds a message.
    ///
    /// # Errors
    /// `ENOBUFS` where it does not fit; what was there stays.
    pub fn push(&mut self, level: Level, name: i32, data: &[u8]) -> Result<(), Errno> {
        let end = self.len.saturating_add(control_space(data.len()));
        let room = self.bytes.get_mut(self.len..end).ok_or(Errno::ENOBUFS)?;
        room.fill(0);
        let fields = HEADER.saturating_add(data.len()).to_ne_bytes().into_iter();
        let fields = fields.chain(level.0.to_ne_bytes()).chain(name.to_ne_bytes());
        let fields = fields.chain(data.iter().copied());
        for (to, from) in room.iter_mut().zip(fields) {
            *to = from;
        }
        self.len = end;
        Ok(())
    }

    /// The bytes written.
    pub fn into_bytes(self) -> &'a [u8] {
        let len = self.len;
        self.bytes.get(..len).unwrap_or_default()
    }
}
