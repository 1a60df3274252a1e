//! Numbers of CAN frames and of error frames (linux/can.h, linux/can/error.h).
//!
//! ```
//! use anysock::constants::can::CanIdFlags;
//!
//! assert_eq!(CanIdFlags::ERR_FLAG.bits(), 0x20000000);
//! assert_eq!(format!("{:?}", CanIdFlags::ERR_FLAG), "CAN_ERR_FLAG");
//! ```

super::flag_names! {
    /// Flags and masks of a CAN identifier, `canid_t` (linux/can.h).
    pub struct CanIdFlags(u32) {
        /// The identifier has 29 bits: extended frame format.
        "CAN_EFF_FLAG" => EFF_FLAG = 0x80000000;
        /// A remote transmission request.
        "CAN_RTR_FLAG" => RTR_FLAG = 0x40000000;
        /// An error frame: the identifier is a set of [`CanErrorClass`].
        "CAN_ERR_FLAG" => ERR_FLAG = 0x20000000;
        /// In a filter: what does not match passes. The bit of [`CanIdFlags::ERR_FLAG`].
        "CAN_INV_FILTER" => INV_FILTER = 0x20000000;
        /// The bits of an identifier in standard frame format: 11.
        "CAN_SFF_MASK" => SFF_MASK = 0x7ff;
        /// The bits of an identifier in extended frame format: 29.
        "CAN_EFF_MASK" => EFF_MASK = 0x1fffffff;
        /// The bits of an error class: 29.
        "CAN_ERR_MASK" => ERR_MASK = 0x1fffffff;
        /// The bits of a CAN XL frame's priority: 11.
        "CANXL_PRIO_MASK" => XL_PRIO_MASK = 0x7ff;
    }
}

super::flag_names! {
    /// Flags of a CAN FD frame (linux/can.h).
    pub struct CanFdFlags(u8) {
        /// The data is sent at the higher bit rate.
        "CANFD_BRS" => BRS = 0x1;
        /// The sender is error passive.
        "CANFD_ESI" => ESI = 0x2;
        /// The frame is CAN FD, in a program's own buffers.
        "CANFD_FDF" => FDF = 0x4;
    }
}

super::flag_names! {
    /// Flags of a CAN XL frame (linux/can.h). Since Linux 6.2.
    pub struct CanXlFlags(u8) {
        /// The frame is CAN XL: always set.
        "CANXL_XLF" => XLF = 0x80;
        /// Simple extended content: security or segmentation.
        "CANXL_SEC" => SEC = 0x1;
        /// Remote request substitution. Since Linux 6.17.
        "CANXL_RRS" => RRS = 0x2;
    }
}

super::value_names! {
    /// A length of CAN frames, in bytes (linux/can.h).
    pub struct CanLength(u32) {
        /// The highest length code of classic CAN.
        "CAN_MAX_DLC" => MAX_DLC = 8;
        /// The highest length code that the bus carries.
        "CAN_MAX_RAW_DLC" => MAX_RAW_DLC = 15;
        /// The most data of classic CAN.
        "CAN_MAX_DLEN" => MAX_DLEN = 8;
        /// The highest length code of CAN FD.
        "CANFD_MAX_DLC" => FD_MAX_DLC = 15;
        /// The most data of CAN FD.
        "CANFD_MAX_DLEN" => FD_MAX_DLEN = 64;
        /// The lowest length code of CAN XL.
        "CANXL_MIN_DLC" => XL_MIN_DLC = 0;
        /// The highest length code of CAN XL.
        "CANXL_MAX_DLC" => XL_MAX_DLC = 2047;
        /// The bits of a length code of CAN XL.
        "CANXL_MAX_DLC_MASK" => XL_MAX_DLC_MASK = 2047;
        /// The least data of CAN XL.
        "CANXL_MIN_DLEN" => XL_MIN_DLEN = 1;
        /// The most data of CAN XL.
        "CANXL_MAX_DLEN" => XL_MAX_DLEN = 2048;
        /// The size of `struct can_frame`.
        "CAN_MTU" => MTU = 16;
        /// The size of `struct canfd_frame`.
        "CANFD_MTU" => FD_MTU = 72;
        /// The size of `struct canxl_frame`.
        "CANXL_MTU" => XL_MTU = 2060;
        /// What of `struct canxl_frame` comes before the data.
        "CANXL_HDR_SIZE" => XL_HDR_SIZE = 12;
        /// The least size of a CAN XL interface's frames.
        "CANXL_MIN_MTU" => XL_MIN_MTU = 76;
        /// The largest size of a CAN XL interface's frames.
        "CANXL_MAX_MTU" => XL_MAX_MTU = 2060;
        /// The bits of an identifier in standard frame format.
        "CAN_SFF_ID_BITS" => SFF_ID_BITS = 11;
        /// The bits of an identifier in extended frame format.
        "CAN_EFF_ID_BITS" => EFF_ID_BITS = 29;
        /// The bits of a CAN XL frame's priority.
        "CANXL_PRIO_BITS" => XL_PRIO_BITS = 11;
        /// The length of an error frame.
        "CAN_ERR_DLC" => ERR_DLC = 8;
    }
}

super::flag_names! {
    /// What an error frame tells: the bits of its identifier (linux/can/error.h).
    pub struct CanErrorClass(u32) {
        /// Sending took too long.
        "CAN_ERR_TX_TIMEOUT" => TX_TIMEOUT = 0x1;
        /// Arbitration was lost; byte 0 says at which bit.
        "CAN_ERR_LOSTARB" => LOSTARB = 0x2;
        /// The controller; byte 1 is [`CanControllerError`].
        "CAN_ERR_CRTL" => CRTL = 0x4;
        /// A violation of the protocol; bytes 2 and 3 are [`CanProtocolError`] and [`CanErrorLocation`].
        "CAN_ERR_PROT" => PROT = 0x8;
        /// The transceiver; byte 4 is [`CanTransceiverError`].
        "CAN_ERR_TRX" => TRX = 0x10;
        /// Nobody acknowledged.
        "CAN_ERR_ACK" => ACK = 0x20;
        /// The controller went off the bus.
        "CAN_ERR_BUSOFF" => BUSOFF = 0x40;
        /// An error on the bus.
        "CAN_ERR_BUSERROR" => BUSERROR = 0x80;
        /// The controller was started again.
        "CAN_ERR_RESTARTED" => RESTARTED = 0x100;
        /// Bytes 6 and 7 are the counters of send and receive errors. Since Linux 6.1.
        "CAN_ERR_CNT" => CNT = 0x200;
    }
}

super::flag_names! {
    /// Byte 1 of an error frame (linux/can/error.h).
    pub struct CanControllerError(u8) {
        /// Not known.
        "CAN_ERR_CRTL_UNSPEC" => UNSPEC = 0x0;
        /// The receive buffer ran over.
        "CAN_ERR_CRTL_RX_OVERFLOW" => RX_OVERFLOW = 0x1;
        /// The send buffer ran over.
        "CAN_ERR_CRTL_TX_OVERFLOW" => TX_OVERFLOW = 0x2;
        /// Receive errors reached the warning level, 96.
        "CAN_ERR_CRTL_RX_WARNING" => RX_WARNING = 0x4;
        /// Send errors reached the warning level, 96.
        "CAN_ERR_CRTL_TX_WARNING" => TX_WARNING = 0x8;
        /// Receive errors made it error passive, at 128.
        "CAN_ERR_CRTL_RX_PASSIVE" => RX_PASSIVE = 0x10;
        /// Send errors made it error passive, at 128.
        "CAN_ERR_CRTL_TX_PASSIVE" => TX_PASSIVE = 0x20;
        /// It is error active again.
        "CAN_ERR_CRTL_ACTIVE" => ACTIVE = 0x40;
    }
}

super::flag_names! {
    /// Byte 2 of an error frame: the kind of violation (linux/can/error.h).
    pub struct CanProtocolError(u8) {
        /// Not known.
        "CAN_ERR_PROT_UNSPEC" => UNSPEC = 0x0;
        /// A single bit.
        "CAN_ERR_PROT_BIT" => BIT = 0x1;
        /// The frame's form.
        "CAN_ERR_PROT_FORM" => FORM = 0x2;
        /// Bit stuffing.
        "CAN_ERR_PROT_STUFF" => STUFF = 0x4;
        /// A dominant bit could not be sent.
        "CAN_ERR_PROT_BIT0" => BIT0 = 0x8;
        /// A recessive bit could not be sent.
        "CAN_ERR_PROT_BIT1" => BIT1 = 0x10;
        /// Overload of the bus.
        "CAN_ERR_PROT_OVERLOAD" => OVERLOAD = 0x20;
        /// An active error was announced.
        "CAN_ERR_PROT_ACTIVE" => ACTIVE = 0x40;
        /// It happened while sending.
        "CAN_ERR_PROT_TX" => TX = 0x80;
    }
}

super::value_names! {
    /// Byte 3 of an error frame: the place of the violation (linux/can/error.h).
    pub struct CanErrorLocation(u8) {
        /// Not known.
        "CAN_ERR_PROT_LOC_UNSPEC" => UNSPEC = 0;
        /// Start of frame.
        "CAN_ERR_PROT_LOC_SOF" => SOF = 3;
        /// Identifier bits 28 to 21; 10 to 3 of a standard frame.
        "CAN_ERR_PROT_LOC_ID28_21" => ID28_21 = 2;
        /// Identifier bits 20 to 18; 2 to 0 of a standard frame.
        "CAN_ERR_PROT_LOC_ID20_18" => ID20_18 = 6;
        /// The substitute remote request, or the remote request of a standard frame.
        "CAN_ERR_PROT_LOC_SRTR" => SRTR = 4;
        /// Identifier extension.
        "CAN_ERR_PROT_LOC_IDE" => IDE = 5;
        /// Identifier bits 17 to 13.
        "CAN_ERR_PROT_LOC_ID17_13" => ID17_13 = 7;
        /// Identifier bits 12 to 5.
        "CAN_ERR_PROT_LOC_ID12_05" => ID12_05 = 15;
        /// Identifier bits 4 to 0.
        "CAN_ERR_PROT_LOC_ID04_00" => ID04_00 = 14;
        /// The remote request.
        "CAN_ERR_PROT_LOC_RTR" => RTR = 12;
        /// Reserved bit 1.
        "CAN_ERR_PROT_LOC_RES1" => RES1 = 13;
        /// Reserved bit 0.
        "CAN_ERR_PROT_LOC_RES0" => RES0 = 9;
        /// The length code.
        "CAN_ERR_PROT_LOC_DLC" => DLC = 11;
        /// The data.
        "CAN_ERR_PROT_LOC_DATA" => DATA = 10;
        /// The checksum.
        "CAN_ERR_PROT_LOC_CRC_SEQ" => CRC_SEQ = 8;
        /// The delimiter after the checksum.
        "CAN_ERR_PROT_LOC_CRC_DEL" => CRC_DEL = 24;
        /// The acknowledgement.
        "CAN_ERR_PROT_LOC_ACK" => ACK = 25;
        /// The delimiter after the acknowledgement.
        "CAN_ERR_PROT_LOC_ACK_DEL" => ACK_DEL = 27;
        /// End of frame.
        "CAN_ERR_PROT_LOC_EOF" => EOF = 26;
        /// The intermission.
        "CAN_ERR_PROT_LOC_INTERM" => INTERM = 18;
    }
}

super::value_names! {
    /// Byte 4 of an error frame: the transceiver; of CANH in the low half, of CANL in the high one
    /// (linux/can/error.h).
    pub struct CanTransceiverError(u8) {
        /// Not known.
        "CAN_ERR_TRX_UNSPEC" => UNSPEC = 0;
        /// CANH is broken.
        "CAN_ERR_TRX_CANH_NO_WIRE" => CANH_NO_WIRE = 4;
        /// CANH touches the battery's voltage.
        "CAN_ERR_TRX_CANH_SHORT_TO_BAT" => CANH_SHORT_TO_BAT = 5;
        /// CANH touches the supply voltage.
        "CAN_ERR_TRX_CANH_SHORT_TO_VCC" => CANH_SHORT_TO_VCC = 6;
        /// CANH touches ground.
        "CAN_ERR_TRX_CANH_SHORT_TO_GND" => CANH_SHORT_TO_GND = 7;
        /// CANL is broken.
        "CAN_ERR_TRX_CANL_NO_WIRE" => CANL_NO_WIRE = 64;
        /// CANL touches the battery's voltage.
        "CAN_ERR_TRX_CANL_SHORT_TO_BAT" => CANL_SHORT_TO_BAT = 80;
        /// CANL touches the supply voltage.
        "CAN_ERR_TRX_CANL_SHORT_TO_VCC" => CANL_SHORT_TO_VCC = 96;
        /// CANL touches ground.
        "CAN_ERR_TRX_CANL_SHORT_TO_GND" => CANL_SHORT_TO_GND = 112;
        /// CANL touches CANH.
        "CAN_ERR_TRX_CANL_SHORT_TO_CANH" => CANL_SHORT_TO_CANH = 128;
    }
}

super::value_names! {
    /// The error counts at which a controller changes its state (ISO 11898-1, linux/can/error.h).
    pub struct CanErrorThreshold(u16) {
        /// From here on it warns.
        "CAN_ERROR_WARNING_THRESHOLD" => ERROR_WARNING_THRESHOLD = 96;
        /// From here on it is error passive.
        "CAN_ERROR_PASSIVE_THRESHOLD" => ERROR_PASSIVE_THRESHOLD = 128;
        /// From here on it is off the bus.
        "CAN_BUS_OFF_THRESHOLD" => BUS_OFF_THRESHOLD = 256;
    }
}

super::value_names! {
    /// The state of a CAN controller (linux/can/netlink.h).
    pub struct CanState(u32) {
        /// Fewer than 96 errors.
        "CAN_STATE_ERROR_ACTIVE" => ERROR_ACTIVE = 0;
        /// Fewer than 128 errors.
        "CAN_STATE_ERROR_WARNING" => ERROR_WARNING = 1;
        /// Fewer than 256 errors.
        "CAN_STATE_ERROR_PASSIVE" => ERROR_PASSIVE = 2;
        /// 256 errors or more.
        "CAN_STATE_BUS_OFF" => BUS_OFF = 3;
        /// Switched off.
        "CAN_STATE_STOPPED" => STOPPED = 4;
        /// Asleep.
        "CAN_STATE_SLEEPING" => SLEEPING = 5;
    }
}

super::flag_names! {
    /// How a CAN controller works (linux/can/netlink.h).
    pub struct CanControlMode(u32) {
        /// It hears itself.
        "CAN_CTRLMODE_LOOPBACK" => LOOPBACK = 0x1;
        /// It only listens.
        "CAN_CTRLMODE_LISTENONLY" => LISTENONLY = 0x2;
        /// It samples each bit three times.
        "CAN_CTRLMODE_3_SAMPLES" => THREE_SAMPLES = 0x4;
        /// It sends each frame once.
        "CAN_CTRLMODE_ONE_SHOT" => ONE_SHOT = 0x8;
        /// It reports every error of the bus.
        "CAN_CTRLMODE_BERR_REPORTING" => BERR_REPORTING = 0x10;
        /// CAN FD.
        "CAN_CTRLMODE_FD" => FD = 0x20;
        /// It takes a missing acknowledgement for given.
        "CAN_CTRLMODE_PRESUME_ACK" => PRESUME_ACK = 0x40;
        /// CAN FD before ISO 11898-1.
        "CAN_CTRLMODE_FD_NON_ISO" => FD_NON_ISO = 0x80;
        /// Length codes 9 to 15 of classic CAN are kept.
        "CAN_CTRLMODE_CC_LEN8_DLC" => CC_LEN8_DLC = 0x100;
        /// Transmitter delay is compensated by itself.
        "CAN_CTRLMODE_TDC_AUTO" => TDC_AUTO = 0x200;
        /// Transmitter delay is compensated by a given value.
        "CAN_CTRLMODE_TDC_MANUAL" => TDC_MANUAL = 0x400;
        /// Only what a test needs is sent: no error frames, no retransmission.
        "CAN_CTRLMODE_RESTRICTED" => RESTRICTED = 0x800;
        /// The bus carries CAN XL.
        "CAN_CTRLMODE_XL" => XL = 0x1000;
        /// The delay of CAN XL is measured.
        "CAN_CTRLMODE_XL_TDC_AUTO" => XL_TDC_AUTO = 0x2000;
        /// The delay of CAN XL is set.
        "CAN_CTRLMODE_XL_TDC_MANUAL" => XL_TDC_MANUAL = 0x4000;
        /// CAN XL switches the mode of the transceiver.
        "CAN_CTRLMODE_XL_TMS" => XL_TMS = 0x8000;
    }
}

super::value_names! {
    /// A name of SAE J1939 (linux/can/j1939.h).
    pub struct J1939NoName(u64) {
        /// None.
        "J1939_NO_NAME" => NO_NAME = 0;
    }
}

super::value_names! {
    /// Byte 0 of an error frame about lost arbitration: the bit's number, or this (linux/can/error.h).
    pub struct CanArbitrationLost(u8) {
        /// The bit is not known.
        "CAN_ERR_LOSTARB_UNSPEC" => UNSPEC = 0;
    }
}

super::value_names! {
    /// The resistance at the end of a bus: `IFLA_CAN_TERMINATION`, in ohms (linux/can/netlink.h).
    pub struct CanTermination(u16) {
        /// None.
        "CAN_TERMINATION_DISABLED" => DISABLED = 0;
    }
}

super::value_names! {
    /// The number of a virtual network in the identifier of a CAN XL frame (linux/can.h).
    pub struct CanXlIdentifier(u32) {
        /// Where it begins.
        "CANXL_VCID_OFFSET" => VCID_OFFSET = 16;
        /// Its bits, by themselves.
        "CANXL_VCID_VAL_MASK" => VCID_VAL_MASK = 255;
        /// Its bits, in place.
        "CANXL_VCID_MASK" => VCID_MASK = 16711680;
    }
}

super::flag_names! {
    /// Flags of `struct can_raw_vcid_options` (linux/can/raw.h).
    pub struct CanXlVirtualNetworkFlags(u8) {
        /// The socket's number is put into what is sent.
        "CAN_RAW_XL_VCID_TX_SET" => TX_SET = 0x1;
        /// The program may put the number into what it sends.
        "CAN_RAW_XL_VCID_TX_PASS" => TX_PASS = 0x2;
        /// Only the socket's network is received.
        "CAN_RAW_XL_VCID_RX_FILTER" => RX_FILTER = 0x4;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] = &[
    CanIdFlags::TABLE,
    CanFdFlags::TABLE,
    CanXlFlags::TABLE,
    CanLength::TABLE,
    CanErrorClass::TABLE,
    CanControllerError::TABLE,
    CanProtocolError::TABLE,
    CanErrorLocation::TABLE,
    CanTransceiverError::TABLE,
    CanErrorThreshold::TABLE,
    CanState::TABLE,
    CanControlMode::TABLE,
    J1939NoName::TABLE,
    CanArbitrationLost::TABLE,
    CanTermination::TABLE,
    CanXlIdentifier::TABLE,
    CanXlVirtualNetworkFlags::TABLE,
];
