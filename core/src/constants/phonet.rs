//! Values of Nokia Phonet (linux/phonet.h).
//!
//! ```
//! use anysock::constants::phonet::PhonetProtocol;
//!
//! assert_eq!(PhonetProtocol::PIPE.0, 2);
//! assert_eq!(format!("{:?}", PhonetProtocol::PIPE), "PN_PROTO_PIPE");
//! ```

super::value_names! {
    /// A protocol of `AF_PHONET` (linux/phonet.h).
    pub struct PhonetProtocol(i32) {
        /// The family's own choice for the socket type.
        "PN_PROTO_TRANSPORT" => TRANSPORT = 0;
        /// Messages.
        "PN_PROTO_PHONET" => PHONET = 1;
        /// Pipes.
        "PN_PROTO_PIPE" => PIPE = 2;
    }
}

super::value_names! {
    /// A special address of a device (linux/phonet.h).
    pub struct PhonetAddress(u8) {
        /// Any device.
        "PNADDR_ANY" => ANY = 0;
        /// Every device.
        "PNADDR_BROADCAST" => BROADCAST = 252;
    }
}

super::value_names! {
    /// What a pipe carries: `PNPIPE_ENCAP` (linux/phonet.h).
    pub struct PhonetEncapsulation(i32) {
        /// The program's data.
        "PNPIPE_ENCAP_NONE" => NONE = 0;
        /// A network interface's packets.
        "PNPIPE_ENCAP_IP" => IP = 1;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] =
    &[PhonetProtocol::TABLE, PhonetAddress::TABLE, PhonetEncapsulation::TABLE];
