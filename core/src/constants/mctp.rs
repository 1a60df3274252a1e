//! Values of MCTP (DSP0236, linux/mctp.h).
//!
//! ```
//! use anysock::constants::mctp::MctpTag;
//!
//! assert_eq!(MctpTag::OWNER.bits(), 0x8);
//! assert_eq!(format!("{:?}", MctpTag::OWNER), "MCTP_TAG_OWNER");
//! ```

super::value_names! {
    /// A special network (linux/mctp.h).
    pub struct MctpNetwork(u32) {
        /// The default network.
        "MCTP_NET_ANY" => ANY = 0;
    }
}

super::value_names! {
    /// A special endpoint (linux/mctp.h).
    pub struct MctpEndpoint(u8) {
        /// No endpoint: the interface's peer.
        "MCTP_ADDR_NULL" => NULL = 0;
        /// Any endpoint; every one when sent to.
        "MCTP_ADDR_ANY" => ANY = 255;
    }
}

super::flag_names! {
    /// The tag of a message, which pairs request and answer (linux/mctp.h).
    pub struct MctpTag(u8) {
        /// The sender asks: the tag is its own.
        "MCTP_TAG_OWNER" => OWNER = 0x8;
        /// The tag was allocated before. Since Linux 5.18.
        "MCTP_TAG_PREALLOC" => PREALLOC = 0x10;
        /// The bits of the tag's number.
        "MCTP_TAG_MASK" => MASK = 0x7;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] = &[MctpNetwork::TABLE, MctpEndpoint::TABLE, MctpTag::TABLE];
