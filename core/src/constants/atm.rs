//! Values of ATM sockets (linux/atm.h).
//!
//! ```
//! use anysock::constants::atm::AtmAdaptationLayer;
//!
//! assert_eq!(AtmAdaptationLayer::AAL5.0, 5);
//! assert_eq!(format!("{:?}", AtmAdaptationLayer::AAL5), "ATM_AAL5");
//! ```

super::value_names! {
    /// The adaptation layer: the protocol of `AF_ATMPVC` and `AF_ATMSVC` (linux/atm.h).
    pub struct AtmAdaptationLayer(u8) {
        /// None was chosen.
        "ATM_NO_AAL" => NO_AAL = 0;
        /// Cells as they are.
        "ATM_AAL0" => AAL0 = 13;
        /// A constant bit rate.
        "ATM_AAL1" => AAL1 = 1;
        /// A variable bit rate.
        "ATM_AAL2" => AAL2 = 2;
        /// Data, layer 3/4.
        "ATM_AAL34" => AAL34 = 3;
        /// Data, layer 5.
        "ATM_AAL5" => AAL5 = 5;
    }
}

super::value_names! {
    /// The class of traffic: `struct atm_trafprm` (linux/atm.h).
    pub struct AtmTrafficClass(u8) {
        /// No traffic.
        "ATM_NONE" => NONE = 0;
        /// An unspecified bit rate.
        "ATM_UBR" => UBR = 1;
        /// A constant bit rate.
        "ATM_CBR" => CBR = 2;
        /// A variable bit rate.
        "ATM_VBR" => VBR = 3;
        /// The available bit rate.
        "ATM_ABR" => ABR = 4;
        /// Any class.
        "ATM_ANYCLASS" => ANYCLASS = 5;
    }
}

super::value_names! {
    /// A special part of a permanent circuit's address (linux/atm.h).
    pub struct AtmAddress(i32) {
        /// Any interface.
        "ATM_ITF_ANY" => ITF_ANY = -1;
        /// Any path.
        "ATM_VPI_ANY" => VPI_ANY = -1;
        /// Any channel.
        "ATM_VCI_ANY" => VCI_ANY = -1;
        /// A path not chosen yet.
        "ATM_VPI_UNSPEC" => VPI_UNSPEC = -2;
        /// A channel not chosen yet.
        "ATM_VCI_UNSPEC" => VCI_UNSPEC = -2;
    }
}

super::value_names! {
    /// A size, in bytes, or the highest number (linux/atm.h).
    pub struct AtmLength(i32) {
        /// A cell.
        "ATM_CELL_SIZE" => CELL_SIZE = 53;
        /// The data of a cell.
        "ATM_CELL_PAYLOAD" => CELL_PAYLOAD = 48;
        /// What is sent with layer 0.
        "ATM_AAL0_SDU" => AAL0_SDU = 52;
        /// The most data of layer 3/4.
        "ATM_MAX_AAL34_PDU" => MAX_AAL34_PDU = 65535;
        /// The trailer of layer 5.
        "ATM_AAL5_TRAILER" => AAL5_TRAILER = 8;
        /// The most data of layer 5.
        "ATM_MAX_AAL5_PDU" => MAX_AAL5_PDU = 65535;
        /// The most variation of delay.
        "ATM_MAX_CDV" => MAX_CDV = 9999;
        /// The first channel that is not reserved.
        "ATM_NOT_RSV_VCI" => NOT_RSV_VCI = 32;
        /// The highest path.
        "ATM_MAX_VPI" => MAX_VPI = 255;
        /// The highest path between networks.
        "ATM_MAX_VPI_NNI" => MAX_VPI_NNI = 4096;
        /// The highest channel.
        "ATM_MAX_VCI" => MAX_VCI = 65535;
        /// The highest peak cell rate: as fast as the link.
        "ATM_MAX_PCR" => MAX_PCR = -1;
        /// An end system's address.
        "ATM_ESA_LEN" => ESA_LEN = 20;
        /// The most digits of an E.164 number.
        "ATM_E164_LEN" => E164_LEN = 12;
    }
}

super::value_names! {
    /// The cell rate of a line, in cells each second (linux/atmdev.h).
    pub struct AtmCellRate(i32) {
        /// 155.52 Mbit/s.
        "ATM_OC3_PCR" => OC3_PCR = 353207;
        /// 25.6 Mbit/s.
        "ATM_25_PCR" => RATE_25_PCR = 59111;
        /// 622.08 Mbit/s.
        "ATM_OC12_PCR" => OC12_PCR = 1412830;
        /// 44.736 Mbit/s.
        "ATM_DS3_PCR" => DS3_PCR = 96000;
    }
}

super::value_names! {
    /// Where a field of a cell's header is, and its bits (linux/atm.h).
    pub struct AtmCellHeader(u32) {
        /// The flow control's bits.
        "ATM_HDR_GFC_MASK" => GFC_MASK = 4026531840;
        /// Where flow control begins.
        "ATM_HDR_GFC_SHIFT" => GFC_SHIFT = 28;
        /// The path's bits.
        "ATM_HDR_VPI_MASK" => VPI_MASK = 267386880;
        /// Where the path begins.
        "ATM_HDR_VPI_SHIFT" => VPI_SHIFT = 20;
        /// The channel's bits.
        "ATM_HDR_VCI_MASK" => VCI_MASK = 1048560;
        /// Where the channel begins.
        "ATM_HDR_VCI_SHIFT" => VCI_SHIFT = 4;
        /// The payload type's bits.
        "ATM_HDR_PTI_MASK" => PTI_MASK = 14;
        /// Where the payload type begins.
        "ATM_HDR_PTI_SHIFT" => PTI_SHIFT = 1;
        /// Whether the cell may be lost first.
        "ATM_HDR_CLP" => CLP = 1;
    }
}

super::value_names! {
    /// What a cell carries (linux/atm.h).
    pub struct AtmPayloadType(u8) {
        /// A user's data, type 0.
        "ATM_PTI_US0" => US0 = 0;
        /// A user's data, type 1: the last cell of layer 5.
        "ATM_PTI_US1" => US1 = 1;
        /// A user's data, type 0, with congestion.
        "ATM_PTI_UCES0" => UCES0 = 2;
        /// A user's data, type 1, with congestion.
        "ATM_PTI_UCES1" => UCES1 = 3;
        /// Maintenance of a segment.
        "ATM_PTI_SEGF5" => SEGF5 = 4;
        /// Maintenance from end to end.
        "ATM_PTI_E2EF5" => E2EF5 = 5;
        /// Management of resources.
        "ATM_PTI_RSV_RM" => RSV_RM = 6;
        /// Reserved.
        "ATM_PTI_RSV" => RSV = 7;
    }
}

super::value_names! {
    /// The first byte of an end system's address (linux/atm.h, ATM Forum).
    pub struct AtmAddressFormat(u8) {
        /// By country.
        "ATM_AFI_DCC" => DCC = 57;
        /// A group, by country.
        "ATM_AFI_DCC_GROUP" => DCC_GROUP = 189;
        /// By organization.
        "ATM_AFI_ICD" => ICD = 71;
        /// A group, by organization.
        "ATM_AFI_ICD_GROUP" => ICD_GROUP = 197;
        /// Of a private network.
        "ATM_AFI_LOCAL" => LOCAL = 73;
        /// A group, of a private network.
        "ATM_AFI_LOCAL_GROUP" => LOCAL_GROUP = 199;
        /// By telephone number.
        "ATM_AFI_E164" => E164 = 69;
        /// A group, by telephone number.
        "ATM_AFI_E164_GROUP" => E164_GROUP = 195;
    }
}

super::value_names! {
    /// How a leaf joins a call (linux/atm.h); no kernel has it.
    pub struct AtmLeafJoin(u8) {
        /// It may join by itself.
        "ATM_LIJ" => JOIN = 1;
        /// Not at all.
        "ATM_LIJ_NONE" => NONE = 0;
        /// The root is asked.
        "ATM_LIJ_RPJ" => RPJ = 2;
        /// The root is not asked.
        "ATM_LIJ_NJ" => NJ = 3;
    }
}

super::value_names! {
    /// Where data is sent back: an argument of `ATM_SETLOOP` (linux/atmdev.h).
    pub struct AtmLoopback(u32) {
        /// Nowhere.
        "ATM_LM_NONE" => NONE = 0;
        /// This end, at the adaptation layer.
        "ATM_LM_LOC_AAL" => LOC_AAL = 1;
        /// This end, at the ATM layer.
        "ATM_LM_LOC_ATM" => LOC_ATM = 2;
        /// This end, at the physical layer.
        "ATM_LM_LOC_PHY" => LOC_PHY = 8;
        /// This end, at the line.
        "ATM_LM_LOC_ANALOG" => LOC_ANALOG = 16;
        /// The peer, at the adaptation layer.
        "ATM_LM_RMT_AAL" => RMT_AAL = 256;
        /// The peer, at the ATM layer.
        "ATM_LM_RMT_ATM" => RMT_ATM = 512;
        /// The peer, at the physical layer.
        "ATM_LM_RMT_PHY" => RMT_PHY = 2048;
        /// The peer, at the line.
        "ATM_LM_RMT_ANALOG" => RMT_ANALOG = 4096;
    }
}

super::value_names! {
    /// What uses a circuit: an argument of `ATM_SETBACKEND` (linux/atmdev.h).
    pub struct AtmBackend(u16) {
        /// The socket.
        "ATM_BACKEND_RAW" => RAW = 0;
        /// PPP (RFC 2364).
        "ATM_BACKEND_PPP" => PPP = 1;
        /// Bridged Ethernet (RFC 2684).
        "ATM_BACKEND_BR2684" => BR2684 = 2;
    }
}

super::flag_names! {
    /// How a circuit's traffic is to change (linux/atmdev.h).
    pub struct AtmModifyFlags(u8) {
        /// At once.
        "ATM_MF_IMMED" => IMMED = 0x1;
        /// More is to be reserved.
        "ATM_MF_INC_RSV" => INC_RSV = 0x2;
        /// It may send more.
        "ATM_MF_INC_SHP" => INC_SHP = 0x4;
        /// Less is to be reserved.
        "ATM_MF_DEC_RSV" => DEC_RSV = 0x8;
        /// It may send less.
        "ATM_MF_DEC_SHP" => DEC_SHP = 0x10;
        /// The other direction.
        "ATM_MF_BWD" => BWD = 0x20;
        /// All of a direction.
        "ATM_MF_SET" => SET = 0x3e;
    }
}

super::flag_names! {
    /// Which direction is not copied twice: an argument of `ATM_SETSC` (linux/atmdev.h); without effect.
    pub struct AtmSingleCopy(u32) {
        /// What is received.
        "ATM_SC_RX" => RX = 0x400;
        /// What is sent.
        "ATM_SC_TX" => TX = 0x800;
    }
}

super::value_names! {
    /// The state of a circuit (linux/atmdev.h).
    pub struct AtmCircuitState(u8) {
        /// It is not used.
        "ATM_VS_IDLE" => IDLE = 0;
        /// It is connected.
        "ATM_VS_CONNECTED" => CONNECTED = 1;
        /// It is being closed.
        "ATM_VS_CLOSING" => CLOSING = 2;
        /// It listens.
        "ATM_VS_LISTEN" => LISTEN = 3;
        /// It is connected, and waits for the signalling.
        "ATM_VS_INUSE" => INUSE = 4;
        /// It is bound.
        "ATM_VS_BOUND" => BOUND = 5;
    }
}

super::value_names! {
    /// What a call is for, at its highest layer (linux/atmsap.h, ITU-T Q.2931).
    pub struct AtmHighLayer(u8) {
        /// Not told.
        "ATM_HL_NONE" => NONE = 0;
        /// ISO's.
        "ATM_HL_ISO" => ISO = 1;
        /// The user's.
        "ATM_HL_USER" => USER = 2;
        /// A profile.
        "ATM_HL_HLP" => HLP = 3;
        /// A maker's.
        "ATM_HL_VENDOR" => VENDOR = 4;
    }
}

super::value_names! {
    /// What a call is for, at layer 2 (linux/atmsap.h, ITU-T Q.2931).
    pub struct AtmLayer2(u8) {
        /// Not told.
        "ATM_L2_NONE" => NONE = 0;
        /// ISO 1745.
        "ATM_L2_ISO1745" => ISO1745 = 1;
        /// ITU-T Q.921.
        "ATM_L2_Q291" => Q291 = 2;
        /// X.25, link layer.
        "ATM_L2_X25_LL" => X25_LL = 6;
        /// X.25, multilink.
        "ATM_L2_X25_ML" => X25_ML = 7;
        /// LAPB.
        "ATM_L2_LAPB" => LAPB = 8;
        /// HDLC, asynchronous responses.
        "ATM_L2_HDLC_ARM" => HDLC_ARM = 9;
        /// HDLC, both ends alike.
        "ATM_L2_HDLC_ABM" => HDLC_ABM = 11;
        /// HDLC, responses when asked.
        "ATM_L2_HDLC_NRM" => HDLC_NRM = 10;
        /// ISO 8802/2.
        "ATM_L2_ISO8802" => ISO8802 = 12;
        /// ITU-T X.75.
        "ATM_L2_X75" => X75 = 13;
        /// ITU-T Q.922.
        "ATM_L2_Q922" => Q922 = 14;
        /// The user's.
        "ATM_L2_USER" => USER = 16;
        /// ISO 7776.
        "ATM_L2_ISO7776" => ISO7776 = 17;
    }
}

super::value_names! {
    /// What a call is for, at layer 3 (linux/atmsap.h, ITU-T Q.2931).
    pub struct AtmLayer3(u8) {
        /// Not told.
        "ATM_L3_NONE" => NONE = 0;
        /// X.25.
        "ATM_L3_X25" => X25 = 6;
        /// ISO 8208.
        "ATM_L3_ISO8208" => ISO8208 = 7;
        /// ITU-T X.223.
        "ATM_L3_X223" => X223 = 8;
        /// ISO 8473.
        "ATM_L3_ISO8473" => ISO8473 = 9;
        /// ITU-T T.70.
        "ATM_L3_T70" => T70 = 10;
        /// ISO TR 9577.
        "ATM_L3_TR9577" => TR9577 = 11;
        /// ITU-T H.310.
        "ATM_L3_H310" => H310 = 12;
        /// ITU-T H.321.
        "ATM_L3_H321" => H321 = 13;
        /// The user's.
        "ATM_L3_USER" => USER = 16;
    }
}

super::value_names! {
    /// How layer 2 or 3 counts (linux/atmsap.h, ITU-T Q.2931).
    pub struct AtmInformationMode(u8) {
        /// Not told.
        "ATM_IMD_NONE" => NONE = 0;
        /// Modulo 8.
        "ATM_IMD_NORMAL" => NORMAL = 1;
        /// Modulo 128.
        "ATM_IMD_EXTENDED" => EXTENDED = 2;
    }
}

super::value_names! {
    /// What a terminal can do (linux/atmsap.h, ITU-T Q.2931).
    pub struct AtmTerminal(u8) {
        /// Not told.
        "ATM_TT_NONE" => NONE = 0;
        /// Receive.
        "ATM_TT_RX" => RX = 1;
        /// Send.
        "ATM_TT_TX" => TX = 2;
        /// Both.
        "ATM_TT_RXTX" => RXTX = 3;
    }
}

super::value_names! {
    /// How pictures and sound are put together (linux/atmsap.h, ITU-T Q.2931).
    pub struct AtmMultiplexing(u8) {
        /// Not told.
        "ATM_MC_NONE" => NONE = 0;
        /// A transport stream.
        "ATM_MC_TS" => TS = 1;
        /// A transport stream with error correction.
        "ATM_MC_TS_FEC" => TS_FEC = 2;
        /// A programme stream.
        "ATM_MC_PS" => PS = 3;
        /// A programme stream with error correction.
        "ATM_MC_PS_FEC" => PS_FEC = 4;
        /// ITU-T H.221.
        "ATM_MC_H221" => H221 = 5;
    }
}

super::value_names! {
    /// The most of an information element (linux/atmsap.h).
    pub struct AtmSapLength(u8) {
        /// Bytes about the highest layer.
        "ATM_MAX_HLI" => HLI = 8;
        /// Elements about layers 2 and 3.
        "ATM_MAX_BLLI" => BLLI = 3;
    }
}

super::value_names! {
    /// The room of a field, in bytes (linux/atmdev.h).
    pub struct AtmNameLength(u8) {
        /// An interface's type.
        "ATM_ITFTYP_LEN" => ITFTYP_LEN = 8;
    }
}

super::value_names! {
    /// A range of a controller's paths or channels: an argument of `ATM_SETCIRANGE` (linux/atmdev.h).
    pub struct AtmControllerLimit(i32) {
        /// As many as there are.
        "ATM_CI_MAX" => MAX = -1;
    }
}

super::value_names! {
    /// How many calls may wait (linux/atmdev.h).
    pub struct AtmBacklog(i32) {
        /// Where listen(2) says nothing.
        "ATM_BACKLOG_DEFAULT" => DEFAULT = 32;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] = &[
    AtmAdaptationLayer::TABLE,
    AtmTrafficClass::TABLE,
    AtmAddress::TABLE,
    AtmLength::TABLE,
    AtmCellRate::TABLE,
    AtmCellHeader::TABLE,
    AtmPayloadType::TABLE,
    AtmAddressFormat::TABLE,
    AtmLeafJoin::TABLE,
    AtmLoopback::TABLE,
    AtmBackend::TABLE,
    AtmModifyFlags::TABLE,
    AtmSingleCopy::TABLE,
    AtmCircuitState::TABLE,
    AtmHighLayer::TABLE,
    AtmLayer2::TABLE,
    AtmLayer3::TABLE,
    AtmInformationMode::TABLE,
    AtmTerminal::TABLE,
    AtmMultiplexing::TABLE,
    AtmSapLength::TABLE,
    AtmNameLength::TABLE,
    AtmControllerLimit::TABLE,
    AtmBacklog::TABLE,
];
