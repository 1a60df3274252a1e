//! RFCOMM.
