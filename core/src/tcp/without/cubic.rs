//! In place of CUBIC: NewReno.

pub(super) use super::new_reno::NewReno as Cubic;
