//! What a CAN_RAW socket can receive: a frame of any kind.

use core::fmt;

use super::{CAN_ERR_FLAG, CANFD_MTU, DecodeError, ErrorFrame, FdFrame, Frame, Id, XlFlags, XlFrame};

/// A frame of any kind that a CAN_RAW socket sends and receives.
///
/// ```
/// use anysock::can::AnyFrame;
///
/// let frame: AnyFrame = "123##1DEADBEEF".parse().unwrap(); // FD, with the bit rate switched
/// assert_eq!(frame.as_bytes().len(), 72);
/// assert_eq!(AnyFrame::decode(frame.as_bytes()), Ok(frame));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum AnyFrame {
    /// A classic data or remote frame.
    Classic(Frame),
    /// An FD frame.
    Fd(FdFrame),
    /// An error message frame, made by the driver.
    Error(ErrorFrame),
}

impl AnyFrame {
    /// The identifier; `None` of an error message, which has none.
    pub const fn id(&self) -> Option<Id> {
        match self {
            AnyFrame::Classic(frame) => Some(frame.id()),
            AnyFrame::Fd(frame) => Some(frame.id()),
            AnyFrame::Error(_) => None,
        }
    }

    /// The kernel's `can_id`, with its flags.
    pub const fn can_id(&self) -> u32 {
        match self {
            AnyFrame::Classic(frame) => frame.can_id(),
            AnyFrame::Fd(frame) => frame.can_id(),
            AnyFrame::Error(frame) => frame.can_id(),
        }
    }

    /// The data; empty in a remote frame.
    pub fn data(&self) -> &[u8] {
        match self {
            AnyFrame::Classic(frame) => frame.data(),
            AnyFrame::Fd(frame) => frame.data(),
            AnyFrame::Error(frame) => frame.data(),
        }
    }

    /// The frame as the kernel has it: 16 bytes, or 72 of an FD frame.
    #[inline]
    pub const fn as_bytes(&self) -> &[u8] {
        match self {
            AnyFrame::Classic(frame) => frame.as_bytes(),
            AnyFrame::Fd(frame) => frame.as_bytes(),
            AnyFrame::Error(frame) => frame.as_bytes(),
        }
    }

    /// The frame in what was read from a CAN_RAW socket; its size says whether it is classic or FD.
    ///
    /// # Errors
    /// What is wrong, where the bytes are no frame.
    pub fn decode(bytes: &[u8]) -> Result<AnyFrame, DecodeError> {
        if bytes.len() == CANFD_MTU {
            return FdFrame::decode(bytes).map(AnyFrame::Fd);
        }
        match Frame::decode(bytes) {
            Err(DecodeError::Flags(can_id)) if can_id & CAN_ERR_FLAG != 0 => {
                ErrorFrame::decode(bytes).map(AnyFrame::Error)
            }
            classic => classic.map(AnyFrame::Classic),
        }
    }
}

impl From<Frame> for AnyFrame {
    fn from(frame: Frame) -> AnyFrame {
        AnyFrame::Classic(frame)
    }
}

impl From<FdFrame> for AnyFrame {
    fn from(frame: FdFrame) -> AnyFrame {
        AnyFrame::Fd(frame)
    }
}

impl From<ErrorFrame> for AnyFrame {
    fn from(frame: ErrorFrame) -> AnyFrame {
        AnyFrame::Error(frame)
    }
}

impl fmt::Debug for AnyFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A frame of any kind, CAN XL among them: what a CAN_RAW socket with `CAN_RAW_XL_FRAMES` receives.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[expect(clippy::large_enum_variant, reason = "without an allocator the data stay in place")]
pub enum AnyFrameXl {
    /// An XL frame.
    Xl(XlFrame),
    /// A frame of another kind.
    Other(AnyFrame),
}

impl AnyFrameXl {
    /// The frame in what was read from a CAN_RAW socket; a bit of the fifth byte says whether it is XL.
    ///
    /// # Errors
    /// What is wrong, where the bytes are no frame.
    pub fn decode(bytes: &[u8]) -> Result<AnyFrameXl, DecodeError> {
        match bytes.get(4) {
            Some(flags) if flags & XlFlags::XLF.bits() != 0 => XlFrame::decode(bytes).map(AnyFrameXl::Xl),
            _ => AnyFrame::decode(bytes).map(AnyFrameXl::Other),
        }
    }
}
