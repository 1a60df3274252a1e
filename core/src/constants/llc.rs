//! Values of IEEE 802.2 sockets (linux/llc.h).
//!
//! ```
//! use anysock::constants::llc::LlcSap;
//!
//! assert_eq!(LlcSap::SNAP.0, 170);
//! assert_eq!(format!("{:?}", LlcSap::SNAP), "LLC_SAP_SNAP");
//! ```

super::value_names! {
    /// A service access point (linux/llc.h).
    pub struct LlcSap(u8) {
        /// Null.
        "LLC_SAP_NULL" => NULL = 0;
        /// Management of the sublayer.
        "LLC_SAP_LLC" => LLC = 2;
        /// IBM SNA.
        "LLC_SAP_SNA" => SNA = 4;
        /// PROWAY network management.
        "LLC_SAP_PNM" => PNM = 14;
        /// TCP/IP.
        "LLC_SAP_IP" => IP = 6;
        /// Bridges' spanning tree.
        "LLC_SAP_BSPAN" => BSPAN = 66;
        /// Manufacturing messages.
        "LLC_SAP_MMS" => MMS = 78;
        /// X.25 over 802.2 (ISO 8208).
        "LLC_SAP_8208" => ISO_8208 = 126;
        /// 3Com.
        "LLC_SAP_3COM" => THREE_COM = 128;
        /// PROWAY active station list.
        "LLC_SAP_PRO" => PRO = 142;
        /// SNAP: the type of Ethernet follows.
        "LLC_SAP_SNAP" => SNAP = 170;
        /// Banyan.
        "LLC_SAP_BANYAN" => BANYAN = 188;
        /// Novell IPX.
        "LLC_SAP_IPX" => IPX = 224;
        /// NetBEUI.
        "LLC_SAP_NETBEUI" => NETBEUI = 240;
        /// LAN manager.
        "LLC_SAP_LANMGR" => LANMGR = 244;
        /// IMPL.
        "LLC_SAP_IMPL" => IMPL = 248;
        /// Discovery.
        "LLC_SAP_DISC" => DISC = 252;
        /// OSI network layer.
        "LLC_SAP_OSI" => OSI = 254;
        /// LAN address resolution.
        "LLC_SAP_LAR" => LAR = 220;
        /// Resource management.
        "LLC_SAP_RM" => RM = 212;
        /// All access points.
        "LLC_SAP_GLOBAL" => GLOBAL = 255;
    }
}

super::value_names! {
    /// The most that an option may be set to (linux/llc.h).
    pub struct LlcLimit(i32) {
        /// `LLC_OPT_RETRY`.
        "LLC_OPT_MAX_RETRY" => RETRY = 100;
        /// `LLC_OPT_SIZE`, in bytes.
        "LLC_OPT_MAX_SIZE" => SIZE = 4196;
        /// `LLC_OPT_TX_WIN` and `LLC_OPT_RX_WIN`.
        "LLC_OPT_MAX_WIN" => WIN = 127;
        /// `LLC_OPT_ACK_TMR_EXP`, in seconds.
        "LLC_OPT_MAX_ACK_TMR_EXP" => ACK_TMR_EXP = 60;
        /// `LLC_OPT_P_TMR_EXP`, in seconds.
        "LLC_OPT_MAX_P_TMR_EXP" => P_TMR_EXP = 60;
        /// `LLC_OPT_REJ_TMR_EXP`, in seconds.
        "LLC_OPT_MAX_REJ_TMR_EXP" => REJ_TMR_EXP = 60;
        /// `LLC_OPT_BUSY_TMR_EXP`, in seconds.
        "LLC_OPT_MAX_BUSY_TMR_EXP" => BUSY_TMR_EXP = 60;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] = &[LlcSap::TABLE, LlcLimit::TABLE];
