//! J1939: parameter groups, NAMEs, filters, and what the error queue says of a transfer (SAE J1939-21 and -81,
//! Documentation/networking/j1939.rst, linux/can/j1939.h).

use core::fmt;

use crate::constants::{Level, value_names};
use crate::error::DecodeError;
use crate::layout::{newtype_field, structure};
use crate::message::Control;
use crate::netlink::Attributes;

use super::Id;

/// A parameter group number: 18 bits. `pgn_t`.
///
/// ```
/// use anysock::can::{Id, J1939Id, Pgn};
///
/// // Electronic engine controller 1, from the engine, priority 3:
/// let id = J1939Id::from_id(Id::extended(0x0CF0_0400).unwrap()).unwrap();
/// assert_eq!(id, J1939Id { priority: 3, pgn: Pgn(0xF004), destination: 0xFF, source: 0x00 });
/// assert!(!id.pgn.is_peer_to_peer());
/// assert_eq!(id.id(), Id::extended(0x0CF0_0400));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Pgn(pub u32);

impl Pgn {
    /// Asks for a parameter group.
    #[doc(alias = "J1939_PGN_REQUEST")]
    pub const REQUEST: Pgn = Pgn(0x0EA00);
    /// Claims an address.
    #[doc(alias = "J1939_PGN_ADDRESS_CLAIMED")]
    pub const ADDRESS_CLAIMED: Pgn = Pgn(0x0EE00);
    /// Gives another node an address.
    #[doc(alias = "J1939_PGN_ADDRESS_COMMANDED")]
    pub const ADDRESS_COMMANDED: Pgn = Pgn(0x0FED8);
    /// The largest of those that have a destination.
    #[doc(alias = "J1939_PGN_PDU1_MAX")]
    pub const PDU1_MAX: Pgn = Pgn(0x3FF00);
    /// The largest.
    #[doc(alias = "J1939_PGN_MAX")]
    pub const MAX: Pgn = Pgn(0x3FFFF);
    /// None.
    #[doc(alias = "J1939_NO_PGN")]
    pub const NONE: Pgn = Pgn(0x40000);

    /// Whether it is one: at most 18 bits, and its low byte zero where it has a destination.
    pub const fn is_valid(self) -> bool {
        self.0 <= Pgn::MAX.0 && !(self.is_peer_to_peer() && self.0 & 0xFF != 0)
    }

    /// Whether its messages have a destination (PDU1 format: PF below 240); else all receive them.
    pub const fn is_peer_to_peer(self) -> bool {
        self.pdu_format() < 240
    }

    /// The PDU format: the second byte.
    pub const fn pdu_format(self) -> u8 {
        (self.0 >> 8) as u8
    }
}

impl fmt::Debug for Pgn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pgn({:05x})", self.0)
    }
}

/// What the 29 bits of an identifier say.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct J1939Id {
    /// 0 (most urgent) to 7.
    pub priority: u8,
    /// The parameter group.
    pub pgn: Pgn,
    /// The address of the receiver; 0xFF for all, as always where the parameter group has no destination.
    pub destination: u8,
    /// The address of the sender.
    pub source: u8,
}

impl J1939Id {
    /// What an identifier says; `None` for a standard one.
    pub const fn from_id(id: Id) -> Option<J1939Id> {
        if !id.is_extended() {
            return None;
        }
        let raw = id.raw();
        let pgn = Pgn((raw >> 8) & Pgn::MAX.0);
        let (pgn, destination) =
            if pgn.is_peer_to_peer() { (Pgn(pgn.0 & !0xFF), pgn.0 as u8) } else { (pgn, 0xFF) };
        Some(J1939Id { priority: (raw >> 26) as u8, pgn, destination, source: raw as u8 })
    }

    /// The identifier; `None` where the priority is above 7, the parameter group is none, or a destination is
    /// given to one that has none.
    pub const fn id(self) -> Option<Id> {
        if self.priority > 7 || !self.pgn.is_valid() {
            return None;
        }
        let low = match (self.pgn.is_peer_to_peer(), self.destination) {
            (true, destination) => destination as u32,
            (false, 0xFF) => 0,
            (false, _) => return None,
        };
        Id::extended((self.priority as u32) << 26 | (self.pgn.0 | low) << 8 | self.source as u32)
    }
}

/// A NAME: what identifies a node, whatever its address (SAE J1939-81). `name_t`.
///
/// ```
/// use anysock::can::J1939Name;
///
/// let name = J1939Name(0x8000_8000_00E0_0001);
/// assert_eq!((name.identity_number(), name.manufacturer()), (1, 7));
/// assert_eq!((name.function(), name.is_arbitrary_address_capable()), (0x80, true));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct J1939Name(pub u64);

impl J1939Name {
    /// None.
    #[doc(alias = "J1939_NO_NAME")]
    pub const NONE: J1939Name = J1939Name(0);

    /// The 21 bits that the manufacturer gave this very unit.
    pub const fn identity_number(self) -> u32 {
        (self.0 & 0x1F_FFFF) as u32
    }

    /// The manufacturer, 11 bits.
    pub const fn manufacturer(self) -> u16 {
        (self.0 >> 21 & 0x7FF) as u16
    }

    /// Which of several units of the same function, 3 bits.
    pub const fn ecu_instance(self) -> u8 {
        (self.0 >> 32 & 0x7) as u8
    }

    /// Which of several functions of the same kind, 5 bits.
    pub const fn function_instance(self) -> u8 {
        (self.0 >> 35 & 0x1F) as u8
    }

    /// The function.
    pub const fn function(self) -> u8 {
        (self.0 >> 40) as u8
    }

    /// The vehicle system, 7 bits.
    pub const fn vehicle_system(self) -> u8 {
        (self.0 >> 49 & 0x7F) as u8
    }

    /// Which of several vehicle systems of the same kind, 4 bits.
    pub const fn vehicle_system_instance(self) -> u8 {
        (self.0 >> 56 & 0xF) as u8
    }

    /// The industry, 3 bits: 0 all, 1 on the road, 2 agriculture, 3 construction, 4 the sea, 5 industry.
    pub const fn industry_group(self) -> u8 {
        (self.0 >> 60 & 0x7) as u8
    }

    /// Whether the node finds another address where its own is taken.
    pub const fn is_arbitrary_address_capable(self) -> bool {
        self.0 >> 63 != 0
    }
}

impl fmt::Debug for J1939Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "J1939Name({:016x})", self.0)
    }
}

value_names! {
    /// What an entry of the error queue tells of a transfer: `ee_info`, where `ee_origin` is
    /// `SO_EE_ORIGIN_LOCAL`.
    pub struct J1939ErrorInfo(u32) {
        /// Nothing.
        "J1939_EE_INFO_NONE" => NONE = 0;
        /// Sending was aborted.
        "J1939_EE_INFO_TX_ABORT" => TX_ABORT = 1;
        /// A transfer begins to be received. Since Linux 5.14.
        "J1939_EE_INFO_RX_RTS" => RX_RTS = 2;
        /// A part of a transfer is to be received. Since Linux 5.14.
        "J1939_EE_INFO_RX_DPO" => RX_DPO = 3;
        /// Receiving was aborted. Since Linux 5.14.
        "J1939_EE_INFO_RX_ABORT" => RX_ABORT = 4;
    }
}

value_names! {
    /// The attributes of `SCM_TIMESTAMPING_OPT_STATS` beside such an entry.
    pub struct J1939Attribute(u16) {
        /// Nothing.
        "J1939_NLA_PAD" => PAD = 0;
        /// How many bytes the receiver acknowledged: `u32`.
        "J1939_NLA_BYTES_ACKED" => BYTES_ACKED = 1;
        /// How many bytes the transfer has: `u32`.
        "J1939_NLA_TOTAL_SIZE" => TOTAL_SIZE = 2;
        /// The parameter group: `u32`.
        "J1939_NLA_PGN" => PGN = 3;
        /// The sender's NAME: `u64`.
        "J1939_NLA_SRC_NAME" => SRC_NAME = 4;
        /// The receiver's NAME: `u64`.
        "J1939_NLA_DEST_NAME" => DEST_NAME = 5;
        /// The sender's address: `u8`.
        "J1939_NLA_SRC_ADDR" => SRC_ADDR = 6;
        /// The receiver's address: `u8`.
        "J1939_NLA_DEST_ADDR" => DEST_ADDR = 7;
    }
}

/// What an entry of the error queue tells of a transfer in figures: `SCM_TIMESTAMPING_OPT_STATS` beside
/// [`ErrQueue`](crate::message::can::ErrQueue). Which are there, depends on what is told.
///
/// ```
/// use anysock::can::J1939Stats;
/// use anysock::{Level, message::Control};
///
/// // J1939_NLA_BYTES_ACKED, 4 bytes:
/// let [a, b, c, d] = 1785u32.to_ne_bytes();
/// let [[e, f], [g, h]] = [8u16.to_ne_bytes(), 1u16.to_ne_bytes()];
/// let control = Control { level: Level::SOCKET, name: 54, data: &[e, f, g, h, a, b, c, d] };
/// let stats = J1939Stats::from_control(&control).unwrap()?;
/// assert_eq!((stats.bytes_acknowledged, stats.pgn), (Some(1785), None));
/// # Ok::<(), anysock::DecodeError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[non_exhaustive]
pub struct J1939Stats {
    /// How many bytes the receiver acknowledged.
    pub bytes_acknowledged: Option<u32>,
    /// How many bytes the transfer has.
    pub total_size: Option<u32>,
    /// The parameter group.
    pub pgn: Option<Pgn>,
    /// The sender's NAME.
    pub source_name: Option<J1939Name>,
    /// The receiver's NAME.
    pub destination_name: Option<J1939Name>,
    /// The sender's address.
    pub source: Option<u8>,
    /// The receiver's address.
    pub destination: Option<u8>,
}

impl J1939Stats {
    /// `SCM_TIMESTAMPING_OPT_STATS`.
    const OPT_STATS: i32 = 54;

    /// The figures of a control message; `None` where it is another message. The same type of message holds TCP's
    /// figures on a TCP socket.
    ///
    /// # Errors
    /// [`DecodeError`] where an attribute is too short for its number.
    pub fn from_control(control: &Control<'_>) -> Option<Result<Self, DecodeError>> {
        let is_stats = (control.level, control.name) == (Level::SOCKET, J1939Stats::OPT_STATS);
        is_stats.then(|| J1939Stats::decode(control.data))
    }

    /// The figures in netlink attributes; unknown ones are passed over.
    ///
    /// # Errors
    /// [`DecodeError`] where an attribute is too short for its number.
    pub fn decode(attributes: &[u8]) -> Result<Self, DecodeError> {
        let mut stats = J1939Stats::default();
        for attribute in Attributes::new(attributes) {
            match J1939Attribute(attribute.number()) {
                J1939Attribute::BYTES_ACKED => stats.bytes_acknowledged = Some(attribute.value()?),
                J1939Attribute::TOTAL_SIZE => stats.total_size = Some(attribute.value()?),
                J1939Attribute::PGN => stats.pgn = Some(Pgn(attribute.value()?)),
                J1939Attribute::SRC_NAME => stats.source_name = Some(J1939Name(attribute.value()?)),
                J1939Attribute::DEST_NAME => stats.destination_name = Some(J1939Name(attribute.value()?)),
                J1939Attribute::SRC_ADDR => stats.source = Some(attribute.value()?),
                J1939Attribute::DEST_ADDR => stats.destination = Some(attribute.value()?),
                _ => (),
            }
        }
        Ok(stats)
    }
}

newtype_field!(Pgn: u32, J1939Name: u64);

structure! {
    "struct j1939_filter", "linux/can/j1939.h";
    /// One of the filters of `SO_J1939_FILTER`: what matches in every masked bit is received. A socket takes at
    /// most 512.
    #[derive(Default)]
    pub struct J1939Filter {
        /// The sender's NAME.
        pub name: J1939Name = "name",
        /// Which of its bits count.
        pub name_mask: J1939Name = "name_mask",
        /// The parameter group.
        pub pgn: Pgn = "pgn",
        /// Which of its bits count.
        pub pgn_mask: Pgn = "pgn_mask",
        /// The sender's address.
        pub address: u8 = "addr",
        /// Which of its bits count.
        pub address_mask: u8 = "addr_mask",
    }
}

impl J1939Filter {
    /// The most filters that one socket takes.
    #[doc(alias = "J1939_FILTER_MAX")]
    pub const MAX: usize = 512;

    /// Whether a message with this sender and parameter group passes (`j1939_sk_match_filter`).
    pub const fn matches(&self, name: J1939Name, address: u8, pgn: Pgn) -> bool {
        pgn.0 & self.pgn_mask.0 == self.pgn.0 & self.pgn_mask.0
            && address & self.address_mask == self.address & self.address_mask
            && name.0 & self.name_mask.0 == self.name.0 & self.name_mask.0
    }
}
