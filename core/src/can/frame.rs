//! Classic CAN frames: data and remote, as `struct can_frame` has them.

use core::fmt;

use super::can_id::can_id_of;
use super::{CAN_EFF_FLAG, CAN_EFF_MASK, CAN_ERR_FLAG, CAN_RTR_FLAG, CAN_SFF_MASK, Id};

/// The size of the kernel's `struct can_frame`: a read of this many bytes is a classic frame.
pub const CAN_MTU: usize = 16;
/// The most data bytes in a classic frame.
pub const CAN_MAX_DLEN: usize = 8;

/// A classic CAN frame: a data frame of at most 8 bytes, or a remote frame that asks for one.
///
/// ```
/// use anysock::can::{Frame, Id};
///
/// let id = Id::extended(0x18DAF110).unwrap();
/// assert_eq!(Frame::new(id, &[2, 1, 0]).unwrap().data(), [2, 1, 0]);
/// assert_eq!(Frame::new(id, &[0; 9]), None);
/// assert_eq!(Frame::remote(id, 4).unwrap().to_string(), "18DAF110#R4");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Frame {
    /// `struct can_frame`. `can_id` is valid and no error message's; the length is at most 8; what is reserved or
    /// beyond the length is zero, and so are the data of a remote frame; `len8_dlc` is zero, or 9 to 15 beside a
    /// length of 8.
    bytes: [u8; CAN_MTU],
}

impl Frame {
    /// A data frame; `None` where `data` has more than 8 bytes.
    pub fn new(id: Id, data: &[u8]) -> Option<Frame> {
        let mut bytes = [0; CAN_MAX_DLEN];
        bytes.get_mut(..data.len())?.copy_from_slice(data);
        Some(Frame::from_fields(id.can_id(), data.len() as u8, 0, bytes))
    }

    /// A remote frame that asks for `len` bytes; `None` where `len` is more than 8.
    pub const fn remote(id: Id, len: u8) -> Option<Frame> {
        if len as usize <= CAN_MAX_DLEN {
            Some(Frame::from_fields(id.can_id() | CAN_RTR_FLAG, len, 0, [0; CAN_MAX_DLEN]))
        } else {
            None
        }
    }

    #[inline]
    const fn from_fields(can_id: u32, len: u8, len8_dlc: u8, data: [u8; CAN_MAX_DLEN]) -> Frame {
        let [i0, i1, i2, i3] = can_id.to_ne_bytes();
        let [d0, d1, d2, d3, d4, d5, d6, d7] = data;
        Frame { bytes: [i0, i1, i2, i3, len, 0, 0, len8_dlc, d0, d1, d2, d3, d4, d5, d6, d7] }
    }

    /// The same frame with a data length code of 9 to 15, which ISO 11898-1 lets a frame of 8 bytes carry
    /// (the kernel's `len8_dlc`); `None` for another code, or where the length is not 8.
    pub const fn with_raw_dlc(mut self, dlc: u8) -> Option<Frame> {
        if self.len() == CAN_MAX_DLEN && dlc as usize > CAN_MAX_DLEN && dlc <= 15 {
            let [_, _, _, _, _, _, _, len8_dlc, ..] = &mut self.bytes;
            *len8_dlc = dlc;
            Some(self)
        } else {
            None
        }
    }

    /// The identifier.
    #[inline]
    pub const fn id(&self) -> Id {
        Id::from_valid(self.can_id() & !CAN_RTR_FLAG)
    }

    /// Whether this is a remote frame: it carries no data, its length is that of the data asked for.
    #[inline]
    pub const fn is_remote(&self) -> bool {
        self.can_id() & CAN_RTR_FLAG != 0
    }

    /// The kernel's `can_id`: the identifier with [`CAN_EFF_FLAG`] and [`CAN_RTR_FLAG`].
    #[inline]
    pub const fn can_id(&self) -> u32 {
        can_id_of(&self.bytes)
    }

    /// The length in bytes, 0 to 8; in a remote frame, the length asked for.
    #[inline]
    #[expect(clippy::len_without_is_empty, reason = "a length of zero says little about a remote frame")]
    pub const fn len(&self) -> usize {
        let [_, _, _, _, len, ..] = self.bytes;
        len as usize
    }

    /// The data length code as it is on the wire, 0 to 15; above 8 it means 8 bytes.
    #[inline]
    pub const fn dlc(&self) -> u8 {
        let [_, _, _, _, len, _, _, len8_dlc, ..] = self.bytes;
        if len8_dlc != 0 { len8_dlc } else { len }
    }

    /// The data; empty in a remote frame.
    #[inline]
    pub fn data(&self) -> &[u8] {
        let [_, _, _, _, _, _, _, _, data @ ..] = &self.bytes;
        let len = if self.is_remote() { 0 } else { self.len() };
        data.get(..len).unwrap_or(data)
    }

    /// The arbitration field as it is sent, first bit highest: of two frames that start at once, that with
    /// the smaller one wins the bus. A data frame wins over the remote frame of the same identifier.
    pub const fn arbitration_field(&self) -> u32 {
        self.id().arbitration_field(self.is_remote())
    }

    /// The frame as the kernel's `struct can_frame`, `can_id` in the machine's byte order: a frame is kept so.
    #[inline]
    pub const fn as_bytes(&self) -> &[u8; CAN_MTU] {
        &self.bytes
    }

    /// The classic frame in a `struct can_frame`.
    ///
    /// # Errors
    /// [`DecodeError::Size`] where there are not 16 bytes, [`DecodeError::Flags`] on an error message
    /// frame, [`DecodeError::Identifier`], [`DecodeError::DataLength`].
    #[inline]
    pub fn decode(bytes: &[u8]) -> Result<Frame, DecodeError> {
        let Ok(bytes) = <&[u8; CAN_MTU]>::try_from(bytes) else {
            return Err(DecodeError::Size(bytes.len()));
        };
        match Frame::decode_usual(bytes) {
            Some(frame) => Ok(frame),
            None => Frame::decode_fields(bytes),
        }
    }

    /// The frame in a `struct can_frame`, where it is as most are: a standard identifier, eight bytes of data, and
    /// nothing in the fields between. Any other is left to [`Frame::decode`].
    #[inline]
    pub(crate) fn decode_usual(bytes: &[u8; CAN_MTU]) -> Option<Frame> {
        let is_usual =
            can_id_of(bytes) <= CAN_SFF_MASK && bytes.get(4..8) == Some(&[CAN_MAX_DLEN as u8, 0, 0, 0]);
        is_usual.then_some(Frame { bytes: *bytes })
    }

    fn decode_fields(bytes: &[u8; CAN_MTU]) -> Result<Frame, DecodeError> {
        let can_id = can_id_of(bytes);
        let &[_, _, _, _, len, _, _, len8_dlc, data @ ..] = bytes;
        if can_id & CAN_ERR_FLAG != 0 {
            return Err(DecodeError::Flags(can_id));
        }
        if can_id & CAN_EFF_FLAG == 0 && can_id & CAN_EFF_MASK > CAN_SFF_MASK {
            return Err(DecodeError::Identifier(can_id));
        }
        if usize::from(len) > CAN_MAX_DLEN {
            return Err(DecodeError::DataLength(len));
        }
        // What the kernel has behind the data is no part of the frame.
        let bits = if can_id & CAN_RTR_FLAG != 0 { 0 } else { u32::from(len) << 3 };
        let data = u64::from_le_bytes(data) & u64::MAX.unbounded_shr(64_u32.wrapping_sub(bits));
        let frame = Frame::from_fields(can_id, len, 0, data.to_le_bytes());
        Ok(frame.with_raw_dlc(len8_dlc).unwrap_or(frame))
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for Frame {
    fn format(&self, f: defmt::Formatter<'_>) {
        let (id, remote, dlc) = (self.id(), self.is_remote(), self.dlc());
        defmt::write!(f, "Frame {{ id: {}, remote: {}, dlc: {}, data: {} }}", id, remote, dlc, self.data());
    }
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What is wrong with bytes that should be a kernel frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum DecodeError {
    /// This many bytes are neither a `struct can_frame` (16) nor a `struct canfd_frame` (72), or not the
    /// one that was asked for.
    Size(usize),
    /// The `can_id` has flags that this kind of frame cannot have: an error message where a frame was asked
    /// for or the other way round, or a remote FD frame.
    Flags(u32),
    /// The `can_id` is of a standard frame and has more than 11 bits.
    Identifier(u32),
    /// No frame of this kind has this many data bytes.
    DataLength(u8),
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            DecodeError::Size(size) => write!(f, "{size} bytes are no CAN frame of the kind asked for"),
            DecodeError::Flags(can_id) => {
                write!(f, "can_id {can_id:#010x} has flags that this kind of frame cannot have")
            }
            DecodeError::Identifier(can_id) => {
                let id = can_id & !CAN_EFF_FLAG;
                write!(f, "identifier {id:#x} has more than 11 bits and is not marked as extended")
            }
            DecodeError::DataLength(len) => write!(f, "no CAN frame of this kind has {len} data bytes"),
        }
    }
}

impl core::error::Error for DecodeError {}
