//! What depends on the width of a `long`, where that is 32 bits: compared whenever the crate is compiled for
//! such an ARM, with what `arm-linux-gnueabihf-gcc` says of the same headers.

use super::{Layout, OldTimespec, OldTimeval};
use crate::{can, message, multicast, packet, sctp};

/// A structure, its size, and the offset of its last field.
const LAYOUTS: &[(Layout, usize, usize)] = &[
    (OldTimespec::LAYOUT, 8, 4),
    (OldTimeval::LAYOUT, 8, 4),
    (message::ScmTimestamping::LAYOUT, 24, 16),
    (can::BcmTimeval::LAYOUT, 8, 4),
    (can::BcmHead::LAYOUT, 40, 32),
    (multicast::GroupReq::LAYOUT, 132, 4),
    (multicast::GroupSourceReq::LAYOUT, 260, 132),
    (packet::TpacketHdr::LAYOUT, 24, 20),
    (packet::TpacketBlockDesc::LAYOUT, 48, 8),
    (sctp::PaddrThresholds::LAYOUT, 136, 134),
    (sctp::UdpEncaps::LAYOUT, 136, 132),
    (sctp::ProbeInterval::LAYOUT, 136, 132),
    (sctp::PaddrParams::LAYOUT, 156, 154),
    (sctp::Status::LAYOUT, 176, 24),
    (sctp::AssocStats::LAYOUT, 256, 248),
];

const _: () = {
    let mut rest = LAYOUTS;
    while let [(layout, size, last), others @ ..] = rest {
        assert!(layout.size == *size);
        assert!(matches!(layout.fields, [.., field] if field.offset == *last));
        rest = others;
    }
};
