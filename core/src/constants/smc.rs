//! Values of shared memory communications (linux/smc.h, net/smc/smc.h).
//!
//! ```
//! use anysock::constants::smc::SmcProtocol;
//!
//! assert_eq!(SmcProtocol::SMC6.0, 1);
//! assert_eq!(format!("{:?}", SmcProtocol::SMC6), "SMCPROTO_SMC6");
//! ```

super::value_names! {
    /// A protocol of `AF_SMC` (net/smc/smc.h).
    pub struct SmcProtocol(i32) {
        /// Over IPv4.
        "SMCPROTO_SMC" => SMC = 0;
        /// Over IPv6.
        "SMCPROTO_SMC6" => SMC6 = 1;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] = &[SmcProtocol::TABLE];
