//! Controller Area Network.
