//! Values of the kernel connection multiplexor (linux/kcm.h).

super::value_names! {
    /// A protocol of `AF_KCM` (linux/kcm.h).
    pub struct KcmProtocol(i32) {
        /// Messages over connected streams.
        "KCMPROTO_CONNECTED" => CONNECTED = 0;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] = &[KcmProtocol::TABLE];
