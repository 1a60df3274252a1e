//! Error message frames: what a controller's driver reports, as `linux/can/error.h` encodes it, in words.

use core::fmt;

use super::can_id::can_id_of;
use super::{CAN_ERR_FLAG, CAN_ERR_MASK, CAN_MAX_DLEN, CAN_MTU, DecodeError};

/// An error message frame. It is never on the wire: the driver makes it to tell of trouble, and a socket
/// that asked for its class (`CAN_RAW_ERR_FILTER`) receives it.
///
/// ```
/// use anysock::can::{AnyFrame, ControllerProblem, ErrorClass, ErrorFrame};
///
/// let passive = ErrorFrame::new(ErrorClass::CONTROLLER).with_controller(ControllerProblem::TX_PASSIVE);
/// assert_eq!(passive.to_string(), "20000004#0020000000000000");
/// assert_eq!(passive.words().to_string(), "controller problem (tx error passive)");
/// assert_eq!("20000004#0020000000000000".parse(), Ok(AnyFrame::Error(passive)));
/// ```
///
/// Source: linux/can/error.h; Documentation/networking/can.rst, 4.1.2.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ErrorFrame {
    /// `struct can_frame`. `can_id` has [`CAN_ERR_FLAG`] and no other flag; the length is at most 8; what is
    /// reserved or beyond the length is zero.
    bytes: [u8; CAN_MTU],
}

impl ErrorFrame {
    /// A message of these classes, with no details.
    pub const fn new(class: ErrorClass) -> ErrorFrame {
        let [i0, i1, i2, i3] = (class.0 & CAN_ERR_MASK | CAN_ERR_FLAG).to_ne_bytes();
        let len = CAN_MAX_DLEN as u8;
        ErrorFrame { bytes: [i0, i1, i2, i3, len, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] }
    }

    /// A message of these classes with these raw details; `None` above 8 bytes. Linux sends 8 always.
    pub fn from_raw(class: ErrorClass, data: &[u8]) -> Option<ErrorFrame> {
        let mut frame = ErrorFrame::new(class);
        let [_, _, _, _, len, _, _, _, details @ ..] = &mut frame.bytes;
        details.get_mut(..data.len())?.copy_from_slice(data);
        *len = data.len() as u8;
        Some(frame)
    }

    /// The same message telling what the controller's problem is.
    #[must_use]
    pub const fn with_controller(mut self, problem: ControllerProblem) -> ErrorFrame {
        let [_, _, _, _, _, _, _, _, _, byte, ..] = &mut self.bytes;
        *byte = problem.0;
        self
    }

    /// The same message telling what was violated, and where in the frame.
    #[must_use]
    pub const fn with_violation(
        mut self,
        violation: ProtocolViolation,
        location: ErrorLocation,
    ) -> ErrorFrame {
        let [_, _, _, _, _, _, _, _, _, _, what, whence, ..] = &mut self.bytes;
        (*what, *whence) = (violation.0, location.0);
        self
    }

    /// The same message with the bit in which arbitration was lost, or 0 where that is not known.
    #[must_use]
    pub const fn with_lost_arbitration_bit(mut self, bit: u8) -> ErrorFrame {
        let [_, _, _, _, _, _, _, _, byte, ..] = &mut self.bytes;
        *byte = bit;
        self
    }

    /// The same message with the error counters; sets [`ErrorClass::COUNTERS`].
    #[must_use]
    pub const fn with_counters(mut self, counters: ErrorCounters) -> ErrorFrame {
        let [i0, i1, i2, i3] = (self.can_id() | ErrorClass::COUNTERS.0).to_ne_bytes();
        let [c0, c1, c2, c3, .., tx, rx] = &mut self.bytes;
        (*c0, *c1, *c2, *c3) = (i0, i1, i2, i3);
        (*tx, *rx) = (counters.tx, counters.rx);
        self
    }

    /// The classes of the error; one message may have several.
    #[inline]
    pub const fn class(&self) -> ErrorClass {
        ErrorClass(self.can_id() & CAN_ERR_MASK)
    }

    /// The kernel's `can_id`: the classes with [`CAN_ERR_FLAG`].
    #[inline]
    pub const fn can_id(&self) -> u32 {
        can_id_of(&self.bytes)
    }

    /// The raw details.
    pub fn data(&self) -> &[u8] {
        let [_, _, _, _, len, _, _, _, data @ ..] = &self.bytes;
        data.get(..usize::from(*len)).unwrap_or(&[])
    }

    /// The details, zero beyond the length.
    const fn details(&self) -> [u8; CAN_MAX_DLEN] {
        let [_, _, _, _, _, _, _, _, details @ ..] = self.bytes;
        details
    }

    /// The bit of the frame in which arbitration was lost; `None` where it was not lost, or not known where.
    pub const fn lost_arbitration_bit(&self) -> Option<u8> {
        let [bit, ..] = self.details();
        if self.class().contains(ErrorClass::LOST_ARBITRATION) && bit != 0 { Some(bit) } else { None }
    }

    /// The controller's problems; meaningful with [`ErrorClass::CONTROLLER`].
    pub const fn controller(&self) -> ControllerProblem {
        let [_, problem, ..] = self.details();
        ControllerProblem(problem)
    }

    /// What of the protocol was violated; meaningful with [`ErrorClass::PROTOCOL`].
    pub const fn violation(&self) -> ProtocolViolation {
        let [_, _, violation, ..] = self.details();
        ProtocolViolation(violation)
    }

    /// Where in the frame it was violated; meaningful with [`ErrorClass::PROTOCOL`].
    pub const fn location(&self) -> ErrorLocation {
        let [_, _, _, location, ..] = self.details();
        ErrorLocation(location)
    }

    /// The state of the transceiver's wires; meaningful with [`ErrorClass::TRANSCEIVER`].
    pub const fn transceiver(&self) -> TransceiverStatus {
        let [_, _, _, _, status, ..] = self.details();
        TransceiverStatus(status)
    }

    /// The controller's error counters, where the message has them.
    pub const fn counters(&self) -> Option<ErrorCounters> {
        let [.., tx, rx] = self.details();
        if self.class().contains(ErrorClass::COUNTERS) { Some(ErrorCounters { tx, rx }) } else { None }
    }

    /// The message in words, for people.
    pub const fn words(&self) -> ErrorWords<'_> {
        ErrorWords(self)
    }

    /// The message as the kernel's `struct can_frame`, `can_id` in the machine's byte order: a message is kept so.
    #[inline]
    pub const fn as_bytes(&self) -> &[u8; CAN_MTU] {
        &self.bytes
    }

    /// The message in a `struct can_frame`.
    ///
    /// # Errors
    /// [`DecodeError::Size`] where there are not 16 bytes, [`DecodeError::Flags`] where [`CAN_ERR_FLAG`] is
    /// not set, [`DecodeError::DataLength`].
    pub fn decode(bytes: &[u8]) -> Result<ErrorFrame, DecodeError> {
        let Ok(&[i0, i1, i2, i3, len, _, _, _, ref data @ ..]) = <&[u8; CAN_MTU]>::try_from(bytes) else {
            return Err(DecodeError::Size(bytes.len()));
        };
        let can_id = u32::from_ne_bytes([i0, i1, i2, i3]);
        if can_id & CAN_ERR_FLAG == 0 {
            return Err(DecodeError::Flags(can_id));
        }
        let data = data.get(..usize::from(len)).ok_or(DecodeError::DataLength(len))?;
        ErrorFrame::from_raw(ErrorClass(can_id), data).ok_or(DecodeError::DataLength(len))
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for ErrorFrame {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "ErrorFrame {{ class: {}, data: {} }}", self.class(), self.data());
    }
}

impl fmt::Debug for ErrorFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} ({})", self.words())
    }
}

/// Both error counters of a controller (ISO 11898-1, 10.11: fault confinement). From 96 the controller
/// warns, from 128 it is error passive; above 255 it is bus off, which the counter's byte cannot show.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ErrorCounters {
    /// Transmit error counter.
    pub tx: u8,
    /// Receive error counter.
    pub rx: u8,
}

/// A set of bits, each with its name in words. Bits without a name are kept and printed as a number.
macro_rules! named_bits {
    (
        $(#[$outer:meta])* $name:ident: $int:ty,
        $( $(#[$($inner:tt)*])* $flag:ident = $value:literal, $words:literal; )*
    ) => {
        $(#[$outer])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        pub struct $name($int);

        bitflags::bitflags! {
            impl $name: $int {
                $( $(#[$($inner)*])* const $flag = $value; )*
                /// Bits that a later kernel may add are kept.
                const _ = !0;
            }
        }

        /// In words, with commas between.
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut separator = "";
                $(
                    if self.contains($name::$flag) {
                        write!(f, "{separator}{}", $words)?;
                        separator = ", ";
                    }
                )*
                let unnamed = self.0 & !(0 $( | $value )*);
                if unnamed != 0 {
                    return write!(f, "{separator}{unnamed:#x}");
                }
                if self.is_empty() { f.write_str("unspecified") } else { Ok(()) }
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                bitflags::parser::to_writer(self, f)
            }
        }
    };
}

named_bits! {
    /// What an error message is about: the bits of its `can_id`.
    ErrorClass: u32,
    /// The driver gave up a transmission.
    #[doc(alias = "CAN_ERR_TX_TIMEOUT")]
    TX_TIMEOUT = 0x001, "tx timeout";
    /// Arbitration was lost.
    #[doc(alias = "CAN_ERR_LOSTARB")]
    LOST_ARBITRATION = 0x002, "lost arbitration";
    /// The controller has a problem, or has overcome one: [`ErrorFrame::controller`].
    #[doc(alias = "CAN_ERR_CRTL")]
    CONTROLLER = 0x004, "controller problem";
    /// The protocol was violated: [`ErrorFrame::violation`].
    #[doc(alias = "CAN_ERR_PROT")]
    PROTOCOL = 0x008, "protocol violation";
    /// The transceiver's wires: [`ErrorFrame::transceiver`].
    #[doc(alias = "CAN_ERR_TRX")]
    TRANSCEIVER = 0x010, "transceiver status";
    /// Nobody acknowledged a frame.
    #[doc(alias = "CAN_ERR_ACK")]
    ACK = 0x020, "no acknowledgement";
    /// The controller has left the bus.
    #[doc(alias = "CAN_ERR_BUSOFF")]
    BUS_OFF = 0x040, "bus off";
    /// An error on the bus; may come in floods.
    #[doc(alias = "CAN_ERR_BUSERROR")]
    BUS_ERROR = 0x080, "bus error";
    /// The controller is back on the bus.
    #[doc(alias = "CAN_ERR_RESTARTED")]
    RESTARTED = 0x100, "restarted";
    /// The error counters are in the details: [`ErrorFrame::counters`].
    #[doc(alias = "CAN_ERR_CNT")]
    COUNTERS = 0x200, "error counters";
}

named_bits! {
    /// What a controller reports of itself.
    ControllerProblem: u8,
    /// A received frame was lost in the controller.
    #[doc(alias = "CAN_ERR_CRTL_RX_OVERFLOW")]
    RX_OVERFLOW = 0x01, "rx overflow";
    /// A frame to send was lost in the controller.
    #[doc(alias = "CAN_ERR_CRTL_TX_OVERFLOW")]
    TX_OVERFLOW = 0x02, "tx overflow";
    /// The receive error counter is 96 or more.
    #[doc(alias = "CAN_ERR_CRTL_RX_WARNING")]
    RX_WARNING = 0x04, "rx error warning";
    /// The transmit error counter is 96 or more.
    #[doc(alias = "CAN_ERR_CRTL_TX_WARNING")]
    TX_WARNING = 0x08, "tx error warning";
    /// The receive error counter is 128 or more.
    #[doc(alias = "CAN_ERR_CRTL_RX_PASSIVE")]
    RX_PASSIVE = 0x10, "rx error passive";
    /// The transmit error counter is 128 or more.
    #[doc(alias = "CAN_ERR_CRTL_TX_PASSIVE")]
    TX_PASSIVE = 0x20, "tx error passive";
    /// The controller is error active again.
    #[doc(alias = "CAN_ERR_CRTL_ACTIVE")]
    ACTIVE = 0x40, "error active again";
}

named_bits! {
    /// What of the protocol was violated.
    ProtocolViolation: u8,
    /// A bit on the bus was not the bit sent.
    #[doc(alias = "CAN_ERR_PROT_BIT")]
    BIT = 0x01, "bit error";
    /// A bit of fixed value had the other one.
    #[doc(alias = "CAN_ERR_PROT_FORM")]
    FORM = 0x02, "form error";
    /// Six equal bits in a row.
    #[doc(alias = "CAN_ERR_PROT_STUFF")]
    STUFF = 0x04, "stuff error";
    /// A dominant bit could not be sent.
    #[doc(alias = "CAN_ERR_PROT_BIT0")]
    BIT0 = 0x08, "dominant bit error";
    /// A recessive bit could not be sent.
    #[doc(alias = "CAN_ERR_PROT_BIT1")]
    BIT1 = 0x10, "recessive bit error";
    /// An overload frame.
    #[doc(alias = "CAN_ERR_PROT_OVERLOAD")]
    OVERLOAD = 0x20, "bus overload";
    /// An active error flag was announced.
    #[doc(alias = "CAN_ERR_PROT_ACTIVE")]
    ACTIVE = 0x40, "active error announcement";
    /// It happened while sending.
    #[doc(alias = "CAN_ERR_PROT_TX")]
    TX = 0x80, "on transmission";
}

/// A byte with named values; a value without a name prints as a number.
macro_rules! named_values {
    (
        $(#[$outer:meta])* $name:ident,
        $( $(#[$inner:meta])* $value_name:ident = $value:literal, $words:literal; )*
    ) => {
        $(#[$outer])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        pub struct $name(u8);

        impl $name {
            $( $(#[$inner])* pub const $value_name: $name = $name($value); )*

            /// The kernel's number.
            pub const fn as_raw(self) -> u8 {
                self.0
            }

            /// The value with the kernel's number.
            pub const fn from_raw(raw: u8) -> $name {
                $name(raw)
            }
        }

        /// In words.
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.0 {
                    $( $value => f.write_str($words), )*
                    other => write!(f, "{other:#04x}"),
                }
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    };
}

named_values! {
    /// The place in a frame in which the protocol was violated.
    #[doc(alias = "CAN_ERR_PROT_LOC")]
    ErrorLocation,
    /// Not known.
    UNSPECIFIED = 0x00, "unspecified";
    /// Identifier bits 28 to 21 (standard: 10 to 3).
    ID28_21 = 0x02, "id bits 28 to 21";
    /// Start of frame.
    SOF = 0x03, "start of frame";
    /// Substitute remote request (standard: RTR).
    SRTR = 0x04, "substitute RTR";
    /// Identifier extension bit.
    IDE = 0x05, "identifier extension";
    /// Identifier bits 20 to 18 (standard: 2 to 0).
    ID20_18 = 0x06, "id bits 20 to 18";
    /// Identifier bits 17 to 13.
    ID17_13 = 0x07, "id bits 17 to 13";
    /// CRC sequence.
    CRC_SEQUENCE = 0x08, "CRC sequence";
    /// Reserved bit 0.
    RES0 = 0x09, "reserved bit 0";
    /// Data field.
    DATA = 0x0A, "data field";
    /// Data length code.
    DLC = 0x0B, "data length code";
    /// Remote transmission request.
    RTR = 0x0C, "RTR";
    /// Reserved bit 1.
    RES1 = 0x0D, "reserved bit 1";
    /// Identifier bits 4 to 0.
    ID04_00 = 0x0E, "id bits 4 to 0";
    /// Identifier bits 12 to 5.
    ID12_05 = 0x0F, "id bits 12 to 5";
    /// Intermission.
    INTERMISSION = 0x12, "intermission";
    /// CRC delimiter.
    CRC_DELIMITER = 0x18, "CRC delimiter";
    /// ACK slot.
    ACK_SLOT = 0x19, "ACK slot";
    /// End of frame.
    EOF = 0x1A, "end of frame";
    /// ACK delimiter.
    ACK_DELIMITER = 0x1B, "ACK delimiter";
}

named_values! {
    /// What is wrong with the wires of the bus.
    #[doc(alias = "CAN_ERR_TRX")]
    TransceiverStatus,
    /// Not known.
    UNSPECIFIED = 0x00, "unspecified";
    /// CANH is open.
    CANH_NO_WIRE = 0x04, "CANH: no wire";
    /// CANH touches the battery.
    CANH_SHORT_TO_BAT = 0x05, "CANH: short to battery";
    /// CANH touches the supply.
    CANH_SHORT_TO_VCC = 0x06, "CANH: short to VCC";
    /// CANH touches ground.
    CANH_SHORT_TO_GND = 0x07, "CANH: short to ground";
    /// CANL is open.
    CANL_NO_WIRE = 0x40, "CANL: no wire";
    /// CANL touches the battery.
    CANL_SHORT_TO_BAT = 0x50, "CANL: short to battery";
    /// CANL touches the supply.
    CANL_SHORT_TO_VCC = 0x60, "CANL: short to VCC";
    /// CANL touches ground.
    CANL_SHORT_TO_GND = 0x70, "CANL: short to ground";
    /// CANL touches CANH.
    CANL_SHORT_TO_CANH = 0x80, "CANL: short to CANH";
}

/// An [`ErrorFrame`] in words: its classes with their details, from [`ErrorFrame::words`].
#[derive(Clone, Copy, Debug)]
pub struct ErrorWords<'a>(&'a ErrorFrame);

impl fmt::Display for ErrorWords<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let frame = self.0;
        if frame.class().is_empty() {
            return f.write_str("unspecified");
        }
        let mut separator = "";
        let mut rest = frame.class().0;
        while rest != 0 {
            let class = ErrorClass(rest & rest.wrapping_neg());
            rest &= rest.wrapping_sub(1);
            write!(f, "{separator}{class}")?;
            separator = ", ";
            match class {
                ErrorClass::LOST_ARBITRATION => match frame.lost_arbitration_bit() {
                    Some(bit) => write!(f, " (bit {bit})")?,
                    None => f.write_str(" (bit unspecified)")?,
                },
                ErrorClass::CONTROLLER => write!(f, " ({})", frame.controller())?,
                ErrorClass::PROTOCOL => write!(f, " ({}; at: {})", frame.violation(), frame.location())?,
                ErrorClass::TRANSCEIVER => write!(f, " ({})", frame.transceiver())?,
                ErrorClass::COUNTERS => {
                    let ErrorCounters { tx, rx } = frame.counters().unwrap_or_default();
                    write!(f, " (tx {tx}, rx {rx})")?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}
