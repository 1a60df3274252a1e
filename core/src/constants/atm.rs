//! Values of ATM sockets (linux/atm.h).

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

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] =
    &[AtmAdaptationLayer::TABLE, AtmTrafficClass::TABLE, AtmAddress::TABLE, AtmLength::TABLE];
