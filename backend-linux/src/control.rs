//! Control messages: descriptors put in when sending, taken out when receiving.

use core::mem::MaybeUninit;
use core::slice;

use libc::c_int;

use anysock::message::{Control, ControlWriter, Controls, control_space, is_well_formed};
use anysock::{Errno, Level, MessageFlags};

use crate::handle::Handle;

/// The most descriptors in one message: the kernel's SCM_MAX_FD.
const HANDLES_MAX: usize = 253;
/// Room for that many.
const HANDLES_SPACE: usize = control_space(HANDLES_MAX * size_of::<c_int>());
/// The most control bytes of the program's that take part in a call that passes or may pass descriptors.
const CONTROL_MAX: usize = 4096;
const BUFFER_WORDS: usize = (HANDLES_SPACE + CONTROL_MAX) / size_of::<usize>();

/// `SCM_RIGHTS`: an array of descriptors.
const SCM_RIGHTS: c_int = libc::SCM_RIGHTS;
/// `SCM_PIDFD` (linux/socket.h, since Linux 6.5): one descriptor.
const SCM_PIDFD: c_int = 4;

/// Whether the message's data are descriptors.
fn carries_descriptor(message: &Control<'_>) -> bool {
    message.level == Level::SOCKET && matches!(message.name, SCM_RIGHTS | SCM_PIDFD)
}

/// Whether one of the messages' data are descriptors.
#[inline]
pub(crate) fn carries_descriptors(control: &[u8]) -> bool {
    Controls::new(control).any(|message| carries_descriptor(&message))
}

/// A buffer for control messages, aligned as `struct cmsghdr` wants it.
pub(crate) struct Buffer([MaybeUninit<usize>; BUFFER_WORDS]);

impl Buffer {
    #[inline]
    pub(crate) fn new() -> Self {
        Buffer([MaybeUninit::uninit(); BUFFER_WORDS])
    }

    /// The room for `control` bytes of the program's and for `handles`, filled with zeros.
    pub(crate) fn room(&mut self, control: usize, handles: usize) -> &mut [u8] {
        let handles = match handles.min(HANDLES_MAX) {
            0 => 0,
            handles => control_space(handles * size_of::<c_int>()),
        };
        let len = control.min(CONTROL_MAX) + handles;
        let bytes = self.0.as_mut_ptr().cast::<u8>();
        // SAFETY: the array has at least `len` bytes, and they are written before they are borrowed as u8.
        unsafe {
            bytes.write_bytes(0, len);
            slice::from_raw_parts_mut(bytes, len)
        }
    }
}

/// Refuses control bytes that hold descriptors (`EINVAL`) or pointers (`EOPNOTSUPP`): safe code could send what
/// it does not own, and have foreign memory read and written (RDS_CMSG_RDMA_ARGS and its like).
///
/// The kernel reads messages in the same order and ends at the first malformed one with the same `EINVAL`, so
/// that nothing hides behind that.
pub(crate) fn check(control: &[u8]) -> Result<(), Errno> {
    if Controls::new(control).any(|message| message.level == Level::RDS) {
        return Err(Errno::EOPNOTSUPP);
    }
    if Controls::new(control).any(|message| carries_descriptor(&message)) || !is_well_formed(control) {
        return Err(Errno::EINVAL);
    }
    Ok(())
}

/// Writes one SCM_RIGHTS message for `handles`, then `control`.
pub(crate) fn compose<'a>(
    buffer: &'a mut Buffer,
    control: &[u8],
    handles: &[&Handle],
) -> Result<&'a [u8], Errno> {
    if handles.len() > HANDLES_MAX {
        return Err(Errno::EINVAL);
    }
    let room = buffer.room(control.len(), handles.len());
    let rights = room.len() - control.len().min(CONTROL_MAX);
    let (rights, rest) = room.split_at_mut_checked(rights).ok_or(Errno::EINVAL)?;
    let mut descriptors = [0; HANDLES_MAX * size_of::<c_int>()];
    for (to, handle) in descriptors.chunks_exact_mut(size_of::<c_int>()).zip(handles) {
        to.copy_from_slice(&handle.as_raw().to_ne_bytes());
    }
    let data = descriptors.get(..handles.len() * size_of::<c_int>()).unwrap_or_default();
    ControlWriter::new(rights).push(Level::SOCKET, SCM_RIGHTS, data)?;
    if rest.len() < control.len() {
        return Err(Errno::ENOBUFS);
    }
    rest.copy_from_slice(control);
    Ok(room)
}

/// Closes descriptors among the messages in `control`, and moves the others together.
#[cold]
pub(crate) fn close_descriptors(control: &mut [u8]) -> Sifted {
    let copy = control.to_vec();
    sift(&copy, control, &mut [])
}

/// What [`sift`] made of the control messages received.
#[derive(Default)]
pub(crate) struct Sifted {
    pub(crate) control_len: usize,
    pub(crate) handles: usize,
    /// MSG_CTRUNC where something did not fit.
    pub(crate) flags: MessageFlags,
}

/// Shares out what the kernel wrote to `received`: descriptors to `handles`, the rest to `control` as the kernel
/// would have written it there. What does not fit is closed or cut, and said.
pub(crate) fn sift(received: &[u8], control: &mut [u8], handles: &mut [Option<Handle>]) -> Sifted {
    let mut sifted = Sifted::default();
    let mut writer = ControlWriter::new(control);
    let mut slots = handles.iter_mut();
    for message in Controls::new(received) {
        if carries_descriptor(&message) {
            for descriptor in message.data.as_chunks().0 {
                // SAFETY: the kernel has installed this descriptor in this process for this message alone.
                let handle = unsafe { Handle::from_raw(c_int::from_ne_bytes(*descriptor)) };
                match slots.next() {
                    Some(slot) => {
                        *slot = Some(handle);
                        sifted.handles += 1;
                    }
                    None => sifted.flags |= MessageFlags::CTRUNC,
                }
            }
        } else if !writer.deliver(message.level, message.name, message.data) {
            sifted.flags |= MessageFlags::CTRUNC;
        }
    }
    sifted.control_len = writer.into_bytes().len();
    sifted
}
