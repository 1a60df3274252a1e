//! CAN FD frames, as `struct canfd_frame` has them.

use core::fmt;

use super::can_id::can_id_of;
use super::{CAN_ERR_FLAG, CAN_RTR_FLAG, DecodeError, Id};

/// The size of the kernel's `struct canfd_frame`: a read of this many bytes is an FD frame.
pub const CANFD_MTU: usize = 72;
/// The most data bytes in an FD frame.
pub const CANFD_MAX_DLEN: usize = 64;

/// The kernel's mark of an FD frame in `canfd_frame.flags`. It says what the size has said already.
const CANFD_FDF: FdFlags = FdFlags(0x04);

/// The lengths that the four bits of an FD frame's data length code stand for (ISO 11898-1, table 5).
const LENGTHS: [u8; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 48, 64];

/// The flags of an FD frame.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct FdFlags(u8);

bitflags::bitflags! {
    impl FdFlags: u8 {
        /// Bit rate switch: the data phase goes at the second, faster rate.
        #[doc(alias = "CANFD_BRS")]
        const BRS = 0x01;
        /// Error state indicator: the sender is error passive. A real controller sets it by itself.
        #[doc(alias = "CANFD_ESI")]
        const ESI = 0x02;
        /// Flags that a later kernel may add are kept.
        const _ = !0;
    }
}

impl fmt::Debug for FdFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        bitflags::parser::to_writer(self, f)
    }
}

/// A CAN FD frame: at most 64 bytes, in one of the lengths that FD has (0 to 8, 12, 16, 20, 24, 32, 48, 64).
///
/// ```
/// use anysock::can::{FdFlags, FdFrame, Id};
///
/// let id = Id::standard(0x1A0).unwrap();
/// assert_eq!(FdFrame::new(id, FdFlags::BRS, &[1; 12]).unwrap().to_string().len(), 3 + 3 + 24);
/// assert_eq!(FdFrame::new(id, FdFlags::BRS, &[1; 13]), None);
/// assert_eq!(FdFrame::padded(id, FdFlags::BRS, &[1; 13]).unwrap().len(), 16);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct FdFrame {
    /// `struct canfd_frame`. `can_id` is valid and has no other flags; the length is one of [`LENGTHS`]; the flags
    /// have [`CANFD_FDF`]; what is reserved or beyond the length is zero.
    bytes: [u8; CANFD_MTU],
}

impl FdFrame {
    /// A frame of exactly `data`; `None` where FD has no such length.
    pub fn new(id: Id, flags: FdFlags, data: &[u8]) -> Option<FdFrame> {
        FdFrame::padded(id, flags, data).filter(|frame| frame.len() == data.len())
    }

    /// A frame of `data`, filled with zeros up to the next length that FD has; `None` above 64 bytes.
    pub fn padded(id: Id, flags: FdFlags, data: &[u8]) -> Option<FdFrame> {
        let len = LENGTHS.into_iter().find(|&len| usize::from(len) >= data.len())?;
        let mut bytes = [0; CANFD_MTU];
        let (head, room) = bytes.split_at_mut(CANFD_MTU - CANFD_MAX_DLEN);
        let [i0, i1, i2, i3] = id.can_id().to_ne_bytes();
        head.copy_from_slice(&[i0, i1, i2, i3, len, (flags | CANFD_FDF).0, 0, 0]);
        room.get_mut(..data.len())?.copy_from_slice(data);
        Some(FdFrame { bytes })
    }

    /// The identifier.
    #[inline]
    pub const fn id(&self) -> Id {
        Id::from_valid(self.can_id())
    }

    /// The flags.
    #[inline]
    pub const fn flags(&self) -> FdFlags {
        let [_, _, _, _, _, flags, ..] = self.bytes;
        FdFlags(flags).difference(CANFD_FDF)
    }

    /// The kernel's `can_id`: the identifier with [`CAN_EFF_FLAG`](super::CAN_EFF_FLAG).
    #[inline]
    pub const fn can_id(&self) -> u32 {
        can_id_of(&self.bytes)
    }

    /// The length in bytes, 0 to 64.
    #[inline]
    pub const fn len(&self) -> usize {
        let [_, _, _, _, len, ..] = self.bytes;
        len as usize
    }

    /// Whether the frame carries no data.
    #[inline]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The data length code as it is on the wire, 0 to 15.
    pub fn dlc(&self) -> u8 {
        // Each length is in the table, so the count of the smaller ones is its index.
        LENGTHS.iter().filter(|&&len| usize::from(len) < self.len()).count() as u8
    }

    /// The data.
    #[inline]
    pub fn data(&self) -> &[u8] {
        let [_, _, _, _, _, _, _, _, data @ ..] = &self.bytes;
        data.get(..self.len()).unwrap_or(&[])
    }

    /// The arbitration field as it is sent; see
    /// [`Frame::arbitration_field`](super::Frame::arbitration_field).
    pub const fn arbitration_field(&self) -> u32 {
        self.id().arbitration_field(false)
    }

    /// The frame as the kernel's `struct canfd_frame`, `can_id` in the machine's byte order: a frame is kept so.
    #[inline]
    pub const fn as_bytes(&self) -> &[u8; CANFD_MTU] {
        &self.bytes
    }

    /// The FD frame in a `struct canfd_frame`.
    ///
    /// # Errors
    /// [`DecodeError::Size`] where there are not 72 bytes, [`DecodeError::Flags`] on an error message or
    /// remote frame, [`DecodeError::Identifier`], [`DecodeError::DataLength`].
    pub fn decode(bytes: &[u8]) -> Result<FdFrame, DecodeError> {
        let Ok(bytes) = <&[u8; CANFD_MTU]>::try_from(bytes) else {
            return Err(DecodeError::Size(bytes.len()));
        };
        let can_id = can_id_of(bytes);
        let [_, _, _, _, len, flags, _, _, data @ ..] = bytes;
        let (len, flags) = (*len, *flags);
        if can_id & (CAN_ERR_FLAG | CAN_RTR_FLAG) != 0 {
            return Err(DecodeError::Flags(can_id));
        }
        let id = Id::from_can_id(can_id).ok_or(DecodeError::Identifier(can_id))?;
        let data = data.get(..usize::from(len)).ok_or(DecodeError::DataLength(len))?;
        FdFrame::new(id, FdFlags(flags), data).ok_or(DecodeError::DataLength(len))
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for FdFrame {
    fn format(&self, f: defmt::Formatter<'_>) {
        let (id, flags) = (self.id(), self.flags());
        defmt::write!(f, "FdFrame {{ id: {}, flags: {}, data: {} }}", id, flags, self.data());
    }
}

impl fmt::Debug for FdFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
