//! CAN XL frames, as `struct canxl_frame` has them (CiA 610-1; Linux 6.2 and later).

use core::fmt;

use super::DecodeError;

/// The size of the kernel's `struct canxl_frame`. A frame is sent and received without what it leaves empty.
pub const CANXL_MTU: usize = CANXL_HDR_SIZE + CANXL_MAX_DLEN;
/// The size of the part before the data.
pub const CANXL_HDR_SIZE: usize = 12;
/// The most data bytes in an XL frame; the least is 1.
pub const CANXL_MAX_DLEN: usize = 2048;

/// The bits of a priority.
const PRIORITY: u32 = 0x7FF;
/// Where the identifier of the virtual network is in the word of the priority (`CANXL_VCID_OFFSET`).
const VCID_SHIFT: u32 = 16;

/// The flags of an XL frame.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct XlFlags(u8);

bitflags::bitflags! {
    impl XlFlags: u8 {
        /// Simple extended content: the data begin with a header of security or segmentation.
        #[doc(alias = "CANXL_SEC")]
        const SEC = 0x01;
        /// Remote request substitution: a bit of the arbitration field that the sender chooses.
        #[doc(alias = "CANXL_RRS")]
        const RRS = 0x02;
        /// It is an XL frame: always set.
        #[doc(alias = "CANXL_XLF")]
        const XLF = 0x80;
        /// Flags that a later kernel may add are kept.
        const _ = !0;
    }
}

impl fmt::Debug for XlFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        bitflags::parser::to_writer(self, f)
    }
}

/// A CAN XL frame: 1 to 2048 bytes.
///
/// ```
/// use anysock::can::{XlFlags, XlFrame};
///
/// let frame = XlFrame::new(0x123, &[1, 2, 3]).unwrap().with_service_data_unit(3).with_network(7);
/// let mut buffer = [0; anysock::can::CANXL_MTU];
/// let bytes = frame.encode(&mut buffer);
/// assert_eq!(bytes.len(), 12 + 3);
/// assert_eq!(XlFrame::decode(bytes), Ok(frame));
/// assert!(XlFrame::new(0x123, &[]).is_none());
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
#[doc(alias = "canxl_frame")]
pub struct XlFrame {
    priority: u16,
    network: u8,
    flags: XlFlags,
    service_data_unit: u8,
    acceptance: u32,
    /// 1 to 2048.
    len: u16,
    /// Zero beyond the length.
    data: [u8; CANXL_MAX_DLEN],
}

impl XlFrame {
    /// A frame; `None` where the priority has more than 11 bits, or `data` is empty or has more than 2048
    /// bytes.
    pub fn new(priority: u16, data: &[u8]) -> Option<XlFrame> {
        let mut bytes = [0; CANXL_MAX_DLEN];
        bytes.get_mut(..data.len())?.copy_from_slice(data);
        if data.is_empty() || u32::from(priority) > PRIORITY {
            return None;
        }
        Some(XlFrame {
            priority,
            network: 0,
            flags: XlFlags::XLF,
            service_data_unit: 0,
            acceptance: 0,
            len: data.len() as u16,
            data: bytes,
        })
    }

    /// The same frame with these flags, and [`XlFlags::XLF`].
    #[must_use]
    pub fn with_flags(self, flags: XlFlags) -> XlFrame {
        XlFrame { flags: flags | XlFlags::XLF, ..self }
    }

    /// The same frame with this type of service data unit.
    #[must_use]
    pub fn with_service_data_unit(self, kind: u8) -> XlFrame {
        XlFrame { service_data_unit: kind, ..self }
    }

    /// The same frame with this acceptance field.
    #[must_use]
    pub fn with_acceptance(self, acceptance: u32) -> XlFrame {
        XlFrame { acceptance, ..self }
    }

    /// The same frame in this virtual network. Since Linux 6.9, and only where `CAN_RAW_XL_VCID_OPTS` lets it
    /// pass.
    #[must_use]
    pub fn with_network(self, network: u8) -> XlFrame {
        XlFrame { network, ..self }
    }

    /// The priority: what is smaller wins the bus.
    pub const fn priority(&self) -> u16 {
        self.priority
    }

    /// The identifier of the virtual network (VCID).
    pub const fn network(&self) -> u8 {
        self.network
    }

    /// The flags.
    pub const fn flags(&self) -> XlFlags {
        self.flags
    }

    /// The type of the service data unit (SDT; CiA 611-1).
    pub const fn service_data_unit(&self) -> u8 {
        self.service_data_unit
    }

    /// The acceptance field: what receivers filter by.
    pub const fn acceptance(&self) -> u32 {
        self.acceptance
    }

    /// The data, 1 to 2048 bytes.
    pub fn data(&self) -> &[u8] {
        self.data.get(..usize::from(self.len)).unwrap_or(&self.data)
    }

    /// The frame as the kernel's `struct canxl_frame`, as far as it is used, written to the beginning of
    /// `buffer`; numbers in the machine's byte order.
    pub fn encode<'a>(&self, buffer: &'a mut [u8; CANXL_MTU]) -> &'a [u8] {
        let word = u32::from(self.priority) | u32::from(self.network) << VCID_SHIFT;
        let [p0, p1, p2, p3] = word.to_ne_bytes();
        let [l0, l1] = self.len.to_ne_bytes();
        let [a0, a1, a2, a3] = self.acceptance.to_ne_bytes();
        let head = [p0, p1, p2, p3, self.flags.0, self.service_data_unit, l0, l1, a0, a1, a2, a3];
        let (start, rest) = buffer.split_at_mut(CANXL_HDR_SIZE);
        start.copy_from_slice(&head);
        rest.copy_from_slice(&self.data);
        buffer.get(..CANXL_HDR_SIZE.saturating_add(usize::from(self.len))).unwrap_or_default()
    }

    /// The frame in what was read from a CAN_RAW socket with `CAN_RAW_XL_FRAMES`.
    ///
    /// # Errors
    /// [`DecodeError::Size`] where there are more or fewer bytes than the frame has, or it has no data;
    /// [`DecodeError::Flags`] without [`XlFlags::XLF`]; [`DecodeError::Identifier`] where the word of the
    /// priority has bits of neither the priority nor the virtual network.
    pub fn decode(bytes: &[u8]) -> Result<XlFrame, DecodeError> {
        let size = DecodeError::Size(bytes.len());
        let (head, data) = bytes.split_first_chunk::<CANXL_HDR_SIZE>().ok_or(size)?;
        let &[p0, p1, p2, p3, flags, service_data_unit, l0, l1, a0, a1, a2, a3] = head;
        let word = u32::from_ne_bytes([p0, p1, p2, p3]);
        let flags = XlFlags(flags);
        if !flags.contains(XlFlags::XLF) {
            return Err(DecodeError::Flags(word));
        }
        if word & !(PRIORITY | 0xFF << VCID_SHIFT) != 0 {
            return Err(DecodeError::Identifier(word));
        }
        if usize::from(u16::from_ne_bytes([l0, l1])) != data.len() {
            return Err(size);
        }
        let frame = XlFrame::new((word & PRIORITY) as u16, data).ok_or(size)?;
        Ok(XlFrame {
            network: (word >> VCID_SHIFT) as u8,
            flags,
            service_data_unit,
            acceptance: u32::from_ne_bytes([a0, a1, a2, a3]),
            ..frame
        })
    }
}

impl fmt::Debug for XlFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("XlFrame")
            .field("priority", &format_args!("{:#05x}", self.priority))
            .field("network", &self.network)
            .field("flags", &self.flags)
            .field("service_data_unit", &self.service_data_unit)
            .field("acceptance", &format_args!("{:#010x}", self.acceptance))
            .field("data", &self.data())
            .finish()
    }
}
