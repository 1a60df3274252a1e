//! In place of CUBIC: NewReno.

pub(super) use super::congestion::NewReno as Cubic;
