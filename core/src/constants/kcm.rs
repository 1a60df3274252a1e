//! Values of the kernel connection multiplexor (linux/kcm.h).
//!
//! ```
//! use anysock::constants::kcm::KcmProtocol;
//!
//! assert_eq!(KcmProtocol::CONNECTED.0, 0);
//! assert_eq!(format!("{:?}", KcmProtocol::CONNECTED), "KCMPROTO_CONNECTED");
//! ```

super::value_names! {
    /// A protocol of `AF_KCM` (linux/kcm.h).
    pub struct KcmProtocol(i32) {
        /// Messages over connected streams.
        "KCMPROTO_CONNECTED" => CONNECTED = 0;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] = &[KcmProtocol::TABLE];
