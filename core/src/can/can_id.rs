//! The flags and masks of the kernel's 32-bit `can_id`, with their names and values in `linux/can.h`.

/// The `can_id` with which `struct can_frame` and `struct canfd_frame` begin. Taken out whole, as one number and not
/// four bytes.
#[inline]
pub(super) const fn can_id_of<const N: usize>(frame: &[u8; N]) -> u32 {
    match frame.first_chunk() {
        Some(can_id) => u32::from_ne_bytes(*can_id),
        None => 0,
    }
}

/// `can_id`: the identifier has 29 bits (extended frame format), not 11.
pub const CAN_EFF_FLAG: u32 = 0x8000_0000;
/// `can_id`: a remote transmission request. Classic CAN only.
pub const CAN_RTR_FLAG: u32 = 0x4000_0000;
/// `can_id`: an error message frame, made by the driver; never on the wire.
pub const CAN_ERR_FLAG: u32 = 0x2000_0000;
/// The bits of a standard identifier.
pub const CAN_SFF_MASK: u32 = 0x0000_07FF;
/// The bits of an extended identifier.
pub const CAN_EFF_MASK: u32 = 0x1FFF_FFFF;
/// The bits of an error class: all but the three flags.
pub const CAN_ERR_MASK: u32 = 0x1FFF_FFFF;
/// In the `can_id` of a filter: let pass what does *not* match. Shares its bit with [`CAN_ERR_FLAG`].
pub const CAN_INV_FILTER: u32 = 0x2000_0000;
