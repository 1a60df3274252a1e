//! Values of PPP over something (linux/if_pppox.h).
//!
//! ```
//! use anysock::constants::pppox::PppoxProtocol;
//!
//! assert_eq!(PppoxProtocol::OL2TP.0, 1);
//! assert_eq!(format!("{:?}", PppoxProtocol::OL2TP), "PX_PROTO_OL2TP");
//! ```

super::value_names! {
    /// A protocol of `AF_PPPOX` (linux/if_pppox.h).
    pub struct PppoxProtocol(i32) {
        /// Ethernet (RFC 2516).
        "PX_PROTO_OE" => OE = 0;
        /// L2TP (RFC 2661, RFC 3931).
        "PX_PROTO_OL2TP" => OL2TP = 1;
        /// PPTP (RFC 2637).
        "PX_PROTO_PPTP" => PPTP = 2;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] = &[PppoxProtocol::TABLE];
