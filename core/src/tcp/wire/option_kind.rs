//! Option kinds (RFC 9293 §3.2, RFC 7323, RFC 2018, RFC 2385, RFC 5925, RFC 7413, RFC 9768), and how the options of
//! nearly every segment begin.

pub(super) const END_OF_OPTION_LIST: u8 = 0;
pub(super) const NO_OPERATION: u8 = 1;
pub(super) const MAXIMUM_SEGMENT_SIZE: u8 = 2;
pub(super) const WINDOW_SCALE: u8 = 3;
pub(super) const SACK_PERMITTED: u8 = 4;
pub(super) const SACK: u8 = 5;
pub(super) const TIMESTAMPS: u8 = 8;
pub(super) const MD5_SIGNATURE: u8 = 19;
pub(super) const AUTHENTICATION: u8 = 29;
pub(super) const FAST_OPEN: u8 = 34;
pub(super) const ACCURATE_ECN_0: u8 = 172;
pub(super) const ACCURATE_ECN_1: u8 = 174;
/// RFC 6994; which experiment it is, the first two octets say.
pub(super) const EXPERIMENT: u8 = 254;

/// The number of the experiment that Fast Open was: 0xF989 (RFC 7413 §A).
pub(super) const FAST_OPEN_EXPERIMENT_HIGH: u8 = 0xF9;
pub(super) const FAST_OPEN_EXPERIMENT_LOW: u8 = 0x89;

/// How timestamps begin where nothing stands beside them (RFC 7323, appendix A).
pub(super) const TIMESTAMPS_ALONE: [u8; 4] = [NO_OPERATION, NO_OPERATION, TIMESTAMPS, 10];

/// How the options of nearly every SYN begin: those that Linux sends, and this crate, in their order.
pub(super) const SYN_MAXIMUM_SEGMENT_SIZE: [u8; 2] = [MAXIMUM_SEGMENT_SIZE, 4];
pub(super) const SYN_SACK_AND_TIMESTAMPS: [u8; 4] = [SACK_PERMITTED, 2, TIMESTAMPS, 10];
pub(super) const SYN_WINDOW_SCALE: [u8; 3] = [NO_OPERATION, WINDOW_SCALE, 3];
