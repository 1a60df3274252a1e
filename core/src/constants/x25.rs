//! Values of X.25's facilities (linux/x25.h).
//!
//! ```
//! use anysock::constants::x25::X25PacketSize;
//!
//! assert_eq!(X25PacketSize::B128.0, 7);
//! assert_eq!(format!("{:?}", X25PacketSize::B128), "X25_PS128");
//! ```

super::value_names! {
    /// The size of packets, as a power of two (linux/x25.h).
    pub struct X25PacketSize(u8) {
        /// 16 bytes.
        "X25_PS16" => B16 = 4;
        /// 32 bytes.
        "X25_PS32" => B32 = 5;
        /// 64 bytes.
        "X25_PS64" => B64 = 6;
        /// 128 bytes.
        "X25_PS128" => B128 = 7;
        /// 256 bytes.
        "X25_PS256" => B256 = 8;
        /// 512 bytes.
        "X25_PS512" => B512 = 9;
        /// 1024 bytes.
        "X25_PS1024" => B1024 = 10;
        /// 2048 bytes.
        "X25_PS2048" => B2048 = 11;
        /// 4096 bytes.
        "X25_PS4096" => B4096 = 12;
    }
}

super::flag_names! {
    /// Which facilities may be negotiated (linux/x25.h).
    pub struct X25FacilityMask(u32) {
        /// Reverse charging.
        "X25_MASK_REVERSE" => REVERSE = 0x1;
        /// Throughput.
        "X25_MASK_THROUGHPUT" => THROUGHPUT = 0x2;
        /// The size of packets.
        "X25_MASK_PACKET_SIZE" => PACKET_SIZE = 0x4;
        /// The window.
        "X25_MASK_WINDOW_SIZE" => WINDOW_SIZE = 0x8;
        /// The caller's address extension.
        "X25_MASK_CALLING_AE" => CALLING_AE = 0x10;
        /// The called one's address extension.
        "X25_MASK_CALLED_AE" => CALLED_AE = 0x20;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] = &[X25PacketSize::TABLE, X25FacilityMask::TABLE];
