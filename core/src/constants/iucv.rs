//! Values of `AF_IUCV`, the sockets between guests of z/VM (netiucv/iucv.h). Only s390 has them.
//!
//! ```
//! use anysock::constants::iucv::IucvControlType;
//!
//! assert_eq!(IucvControlType::TRGCLS.0, 1);
//! assert_eq!(format!("{:?}", IucvControlType::TRGCLS), "SCM_IUCV_TRGCLS");
//! ```

super::value_names! {
    /// A control message at `SOL_IUCV` (netiucv/iucv.h).
    pub struct IucvControlType(i32) {
        /// The class of the message, 4 bytes.
        "SCM_IUCV_TRGCLS" => TRGCLS = 1;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] = &[IucvControlType::TABLE];
