//! `SOL_IUCV`: the class of a message between guests of z/VM (netiucv/iucv.h). Only s390 has it.
//!
//! ```
//! use anysock::message::{ControlMessage, iucv::TargetClass};
//!
//! assert_eq!((TargetClass::C_NAME, TargetClass::NAME), ("SCM_IUCV_TRGCLS", 1));
//! ```

use super::messages;
use crate::constants::Level;

messages! {
    Level::IUCV;

    /// The class of the message, for the receiver to tell kinds of messages apart.
    "SCM_IUCV_TRGCLS" = 1 => TargetClass: u32;
}
