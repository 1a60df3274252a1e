//! A frame as the kernel has it in a socket buffer: the bytes that a program wrote, or will read.

use anysock::Errno;
use anysock::can::{
    AnyFrame, CAN_EFF_FLAG, CAN_EFF_MASK, CAN_MAX_DLEN, CAN_MTU, CAN_RTR_FLAG, CAN_SFF_MASK, CANFD_MAX_DLEN,
    CANFD_MTU, ErrorFrame, FdFlags, FdFrame, Frame, Id,
};

/// Where `len` is in `struct can_frame` and `struct canfd_frame`.
const LEN: usize = 4;
/// Where `flags` is in `struct canfd_frame`.
const FLAGS: usize = 5;
/// Where the data begin in both.
const DATA: usize = 8;
/// `CANFD_FDF`: the kernel's mark of an FD frame.
const CANFD_FDF: u8 = 0x04;

/// `struct can_frame` or `struct canfd_frame`, with its size.
#[derive(Clone, Copy, Debug)]
pub(super) struct RawFrame {
    bytes: [u8; CANFD_MTU],
    fd: bool,
}

impl RawFrame {
    /// What a program wrote, checked as `can_is_can_skb` and `can_is_canfd_skb` do, and no further: an
    /// identifier with too many bits is the driver's affair.
    ///
    /// # Errors
    /// `EINVAL`.
    pub(super) fn written(bytes: &[u8]) -> Result<RawFrame, Errno> {
        let mut frame = RawFrame { bytes: [0; CANFD_MTU], fd: bytes.len() == CANFD_MTU };
        let most = if frame.fd { CANFD_MAX_DLEN } else { CAN_MAX_DLEN };
        if !matches!(bytes.len(), CAN_MTU | CANFD_MTU) || usize::from(bytes[LEN]) > most {
            return Err(Errno::EINVAL);
        }
        frame.bytes[..bytes.len()].copy_from_slice(bytes);
        if frame.fd {
            frame.bytes[FLAGS] |= CANFD_FDF;
        }
        Ok(frame)
    }

    /// Whether this is an FD frame.
    pub(super) fn is_fd(&self) -> bool {
        self.fd
    }

    /// The kernel's bytes: 16, or 72 of an FD frame.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[..if self.fd { CANFD_MTU } else { CAN_MTU }]
    }

    /// The kernel's `can_id`.
    #[inline]
    pub(super) fn can_id(&self) -> u32 {
        let [i0, i1, i2, i3, ..] = self.bytes;
        u32::from_ne_bytes([i0, i1, i2, i3])
    }

    /// The data bytes that count in statistics: none of a remote frame (`can_skb_get_data_len`).
    pub(super) fn data_len(&self) -> u64 {
        if !self.fd && self.can_id() & CAN_RTR_FLAG != 0 { 0 } else { self.bytes[LEN].into() }
    }

    /// The frame that a driver makes a controller send of this: identifiers are cut to their width, flags
    /// that make no sense are ignored, an FD frame is filled up with zeros to the next length there is.
    pub(super) fn on_wire(&self) -> AnyFrame {
        let can_id = self.can_id();
        let width = if can_id & CAN_EFF_FLAG != 0 { CAN_EFF_FLAG | CAN_EFF_MASK } else { CAN_SFF_MASK };
        let data = &self.bytes[DATA..DATA + usize::from(self.bytes[LEN])];
        let frame = Id::from_can_id(can_id & width).and_then(|id| {
            if self.fd {
                let flags = FdFlags::from_bits_retain(self.bytes[FLAGS]) & (FdFlags::BRS | FdFlags::ESI);
                FdFrame::padded(id, flags, data).map(AnyFrame::Fd)
            } else if can_id & CAN_RTR_FLAG != 0 {
                Frame::remote(id, self.bytes[LEN]).map(AnyFrame::Classic)
            } else {
                Frame::new(id, data).map(AnyFrame::Classic)
            }
        });
        frame.expect("the identifier was cut to its width and the length was checked in `written`")
    }
}

impl From<&AnyFrame> for RawFrame {
    fn from(frame: &AnyFrame) -> RawFrame {
        let mut bytes = [0; CANFD_MTU];
        let written = frame.as_bytes();
        bytes[..written.len()].copy_from_slice(written);
        RawFrame { bytes, fd: written.len() == CANFD_MTU }
    }
}

impl From<ErrorFrame> for RawFrame {
    fn from(frame: ErrorFrame) -> RawFrame {
        RawFrame::from(&AnyFrame::Error(frame))
    }
}

/// The longest record of [`capture_record`].
pub(super) const RECORD_MAX: usize = DATA + CANFD_MAX_DLEN;

/// A frame as a capture of LINKTYPE_CAN_SOCKETCAN has it: `can_id` in network byte order, the length, the FD
/// flags, two bytes of zero, the data. Returns how much of `record` it fills.
pub(super) fn capture_record(frame: &AnyFrame, record: &mut [u8; RECORD_MAX]) -> usize {
    let (len, flags) = match frame {
        AnyFrame::Classic(frame) => (frame.len(), 0),
        AnyFrame::Fd(frame) => (frame.len(), frame.flags().bits() | CANFD_FDF),
        AnyFrame::Error(frame) => (frame.data().len(), 0),
    };
    let end = DATA + frame.data().len();
    record[..LEN].copy_from_slice(&frame.can_id().to_be_bytes());
    record[LEN..DATA].copy_from_slice(&[len as u8, flags, 0, 0]);
    record[DATA..end].copy_from_slice(frame.data());
    end
}
