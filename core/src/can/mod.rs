//! Controller Area Network, in the words of ISO 11898-1 and of `linux/can.h`: identifiers, classic, FD
//! and XL frames, error message frames, filters, the broadcast manager, ISO-TP, J1939, how long a frame is on the wire,
//! and the interfaces ([`CanInterfaces`]).
//!
//! ```
//! use anysock::can::{AnyFrame, Filter, Frame, Id, WireLength};
//!
//! const ENGINE: Id = Id::standard(0x123).unwrap();
//!
//! let frame = Frame::new(ENGINE, &[0xDE, 0xAD, 0xBE, 0xEF]).unwrap();
//! assert_eq!(frame.to_string(), "123#DEADBEEF"); // candump's notation, both ways
//! assert_eq!("123#DEADBEEF".parse(), Ok(AnyFrame::Classic(frame)));
//! assert_eq!(Frame::decode(frame.as_bytes()), Ok(frame)); // the kernel's struct can_frame, both ways
//! assert!(Filter::exact(ENGINE).matches(frame.can_id()));
//! assert_eq!(WireLength::of_classic(&frame).at(500_000, 500_000).as_micros(), 162); // 81 bits
//! ```
//!
//! Source: ISO 11898-1:2015; `linux/can.h`, `linux/can/error.h`; Documentation/networking/can.rst.

mod any_frame;
mod bcm;
mod bit_timing;
mod can_id;
mod controller;
mod error_frame;
mod fd_frame;
mod filter;
mod frame;
mod id;
mod interface;
mod isotp;
mod j1939;
mod notation;
mod stuffing;
mod xl_frame;
mod xl_network;

pub use any_frame::{AnyFrame, AnyFrameXl};
pub use bcm::{BcmFlags, BcmHead, BcmMessage, BcmOpcode, BcmTimeval};
pub use bit_timing::{
    ERROR_DELIMITER_BITS, ERROR_FLAG_BITS, INTERMISSION_BITS, Phase, WireLength, wire_bits,
};
pub use can_id::{
    CAN_EFF_FLAG, CAN_EFF_MASK, CAN_ERR_FLAG, CAN_ERR_MASK, CAN_INV_FILTER, CAN_RTR_FLAG, CAN_SFF_MASK,
};
pub use controller::{
    BitTiming, BitTimingConst, BusErrorCounter, CanClock, CanController, CanDeviceStats, CanSettings,
    ControlMode,
};
pub use error_frame::{
    ControllerProblem, ErrorClass, ErrorCounters, ErrorFrame, ErrorLocation, ErrorWords, ProtocolViolation,
    TransceiverStatus,
};
pub use fd_frame::{CANFD_MAX_DLEN, CANFD_MTU, FdFlags, FdFrame};
pub use filter::Filter;
pub use frame::{CAN_MAX_DLEN, CAN_MTU, DecodeError, Frame};
pub use id::Id;
pub use interface::{CanInterface, CanInterfaces};
pub use isotp::{IsoTpFlags, IsoTpFlowControl, IsoTpLinkLayer, IsoTpOptions};
pub use j1939::{J1939Attribute, J1939ErrorInfo, J1939Filter, J1939Id, J1939Name, J1939Stats, Pgn};
pub use notation::{ParseError, ParseReason};
pub use xl_frame::{CANXL_HDR_SIZE, CANXL_MAX_DLEN, CANXL_MTU, XlFlags, XlFrame};
pub use xl_network::{XlNetworkFlags, XlNetworkOptions};

/// The tables of the names in this module.
pub(crate) const TABLES: &[&[crate::constants::Constant]] =
    &[BcmOpcode::TABLE, BcmFlags::TABLE, IsoTpFlags::TABLE, J1939Attribute::TABLE, J1939ErrorInfo::TABLE];
