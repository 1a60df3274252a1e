//! Values of ST-Ericsson CAIF (linux/caif/caif_socket.h).
//!
//! ```
//! use anysock::constants::caif::CaifProtocol;
//!
//! assert_eq!(CaifProtocol::DATAGRAM.0, 1);
//! assert_eq!(format!("{:?}", CaifProtocol::DATAGRAM), "CAIFPROTO_DATAGRAM");
//! ```

super::value_names! {
    /// A protocol of `AF_CAIF` (linux/caif/caif_socket.h).
    pub struct CaifProtocol(i32) {
        /// Commands of the modem.
        "CAIFPROTO_AT" => AT = 0;
        /// Packets of a network connection.
        "CAIFPROTO_DATAGRAM" => DATAGRAM = 1;
        /// Packets that come back, for tests.
        "CAIFPROTO_DATAGRAM_LOOP" => DATAGRAM_LOOP = 2;
        /// Services beside: a channel for programs.
        "CAIFPROTO_UTIL" => UTIL = 3;
        /// Remote files.
        "CAIFPROTO_RFM" => RFM = 4;
        /// Debugging of the modem.
        "CAIFPROTO_DEBUG" => DEBUG = 5;
    }
}

super::value_names! {
    /// Which link is used: `CAIFSO_LINK_SELECT` (linux/caif/caif_socket.h).
    pub struct CaifLink(i32) {
        /// The fast one.
        "CAIF_LINK_HIGH_BANDW" => HIGH_BANDW = 0;
        /// The prompt one.
        "CAIF_LINK_LOW_LATENCY" => LOW_LATENCY = 1;
    }
}

super::value_names! {
    /// A priority, for `SO_PRIORITY` (linux/caif/caif_socket.h).
    pub struct CaifPriority(i32) {
        /// The lowest.
        "CAIF_PRIO_MIN" => MIN = 1;
        /// Low.
        "CAIF_PRIO_LOW" => LOW = 4;
        /// Normal.
        "CAIF_PRIO_NORMAL" => NORMAL = 15;
        /// High.
        "CAIF_PRIO_HIGH" => HIGH = 20;
        /// The highest.
        "CAIF_PRIO_MAX" => MAX = 31;
    }
}

super::value_names! {
    /// What a channel of the modem is for, in `struct sockaddr_caif` (linux/caif/caif_socket.h).
    pub struct CaifService(u8) {
        /// Plain commands, with `CAIFPROTO_AT`.
        "CAIF_ATTYPE_PLAIN" => ATTYPE_PLAIN = 2;
        /// Traces and commands, with `CAIFPROTO_DEBUG`.
        "CAIF_DEBUG_TRACE_INTERACTIVE" => DEBUG_TRACE_INTERACTIVE = 0;
        /// Traces, with `CAIFPROTO_DEBUG`.
        "CAIF_DEBUG_TRACE" => DEBUG_TRACE = 1;
        /// Commands, with `CAIFPROTO_DEBUG`.
        "CAIF_DEBUG_INTERACTIVE" => DEBUG_INTERACTIVE = 2;
        /// The radio, with `CAIFPROTO_DEBUG`.
        "CAIF_RADIO_DEBUG_SERVICE" => RADIO_DEBUG_SERVICE = 1;
        /// The applications, with `CAIFPROTO_DEBUG`.
        "CAIF_APP_DEBUG_SERVICE" => APP_DEBUG_SERVICE = 2;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] =
    &[CaifProtocol::TABLE, CaifLink::TABLE, CaifPriority::TABLE, CaifService::TABLE];
