//! Numbers that are the only ones of their kind.

use core::fmt;

/// What a service, a protocol or a profile is called: a number of 128 bits, of which those of Bluetooth itself have
/// short forms (Assigned Numbers). Forms of the same number are equal.
///
/// ```
/// use anysock::bluetooth::sdp::Uuid;
///
/// assert_eq!(Uuid::SERIAL_PORT, Uuid::Long(0x00001101_0000_1000_8000_00805F9B34FB));
/// assert_eq!(Uuid::SERIAL_PORT.to_string(), "00001101-0000-1000-8000-00805f9b34fb");
/// ```
#[derive(Clone, Copy)]
pub enum Uuid {
    /// Of 16 bits.
    Short(u16),
    /// Of 32 bits.
    Medium(u32),
    /// Of 128 bits.
    Long(u128),
}

impl Uuid {
    /// The protocol RFCOMM.
    pub const RFCOMM: Uuid = Uuid::Short(0x0003);
    /// The protocol L2CAP.
    pub const L2CAP: Uuid = Uuid::Short(0x0100);
    /// The group that everything is in that can be looked through.
    pub const PUBLIC_BROWSE_ROOT: Uuid = Uuid::Short(0x1002);
    /// The service of a serial port, over RFCOMM.
    pub const SERIAL_PORT: Uuid = Uuid::Short(0x1101);

    /// The zeros of Bluetooth's own (`BASE_UUID`).
    const BASE: u128 = 0x0000_0000_0000_1000_8000_0080_5F9B_34FB;

    /// All of it.
    pub const fn to_u128(self) -> u128 {
        match self {
            Uuid::Short(short) => (short as u128) << 96 | Uuid::BASE,
            Uuid::Medium(medium) => (medium as u128) << 96 | Uuid::BASE,
            Uuid::Long(long) => long,
        }
    }
}

impl PartialEq for Uuid {
    fn eq(&self, other: &Self) -> bool {
        self.to_u128() == other.to_u128()
    }
}

impl Eq for Uuid {}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.to_u128();
        let [a, b, c, d] =
            [number >> 96, number >> 80 & 0xFFFF, number >> 64 & 0xFFFF, number >> 48 & 0xFFFF];
        write!(f, "{a:08x}-{b:04x}-{c:04x}-{d:04x}-{:012x}", number & 0xFFFF_FFFF_FFFF)
    }
}

impl fmt::Debug for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
