//! L2CAP PDUs as ACL data packets: cut to the controller's buffers, and put together again.

use alloc::vec::Vec;

use super::{AclPacket, Boundary, ConnectionHandle};

/// Cuts an L2CAP PDU into ACL data packets of at most `mtu` bytes each (at least 1): the first one as
/// `first`, the rest continuing.
pub fn fragments(
    handle: ConnectionHandle,
    first: Boundary,
    pdu: &[u8],
    mtu: usize,
) -> impl Iterator<Item = AclPacket<'_>> {
    pdu.chunks(mtu.max(1)).enumerate().map(move |(index, data)| AclPacket {
        handle,
        boundary: if index == 0 { first } else { Boundary::Continuing },
        data,
    })
}

/// Puts the fragments of one link together again.
///
/// A fragment that does not belong (a continuation of nothing, more bytes than the PDU's header
/// announced, a new PDU in the middle of one) discards what was begun, as Linux does
/// (`l2cap_recv_acldata`).
#[derive(Clone, Debug, Default)]
pub struct Reassembly {
    pdu: Vec<u8>,
}

impl Reassembly {
    /// Length of an L2CAP header, and of the length field it begins with.
    const HEADER: usize = 4;

    /// Takes one packet; returns the PDU (header included) that it completes, if it does.
    pub fn packet_arrives(&mut self, packet: AclPacket<'_>) -> Option<Vec<u8>> {
        let begun = !self.pdu.is_empty();
        match packet.boundary {
            Boundary::First | Boundary::FirstNonFlushable => self.pdu.clear(),
            Boundary::Continuing if !begun => return None,
            Boundary::Continuing => {}
        }
        self.pdu.extend_from_slice(packet.data);
        let expected = usize::from(u16::from_le_bytes(*self.pdu.first_chunk()?)).saturating_add(Self::HEADER);
        match self.pdu.len().cmp(&expected) {
            core::cmp::Ordering::Less => None,
            core::cmp::Ordering::Equal => Some(core::mem::take(&mut self.pdu)),
            core::cmp::Ordering::Greater => {
                self.pdu.clear();
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use proptest::prelude::*;

    #[test]
    fn a_pdu_is_whole_again_after_fragmentation_to_the_controllers_buffers() {
        let mut pdu = vec![0; 2500];
        pdu[..4].copy_from_slice(&[0xC0, 0x09, 0x40, 0x00]);
        let handle = ConnectionHandle::new(1);
        let packets: Vec<_> = fragments(handle, Boundary::First, &pdu, 1021).collect();
        assert_eq!(packets.iter().map(|p| p.data.len()).collect::<Vec<_>>(), [1021, 1021, 458]);
        let mut reassembly = Reassembly::default();
        assert_eq!(reassembly.packet_arrives(packets[0]), None);
        assert_eq!(reassembly.packet_arrives(packets[1]), None);
        assert_eq!(reassembly.packet_arrives(packets[2]), Some(pdu.clone()));
        // A continuation of nothing is dropped; so is a PDU that another one interrupts.
        assert_eq!(reassembly.packet_arrives(packets[2]), None);
        assert_eq!(reassembly.packet_arrives(packets[0]), None);
        let short = AclPacket { handle, boundary: Boundary::First, data: &[1, 0, 0x40, 0, 7] };
        assert_eq!(reassembly.packet_arrives(short), Some(short.data.to_vec()));
        assert_eq!(reassembly.packet_arrives(packets[1]), None);
    }

    proptest! {
        #[test]
        fn any_fragments_keep_the_reassembly_bounded(
            packets in prop::collection::vec((0u8..3, prop::collection::vec(any::<u8>(), 0..40)), 0..60)
        ) {
            let mut reassembly = Reassembly::default();
            for (boundary, data) in &packets {
                let boundary = [Boundary::First, Boundary::Continuing, Boundary::FirstNonFlushable]
                    [usize::from(*boundary)];
                let handle = ConnectionHandle::new(1);
                if let Some(pdu) = reassembly.packet_arrives(AclPacket { handle, boundary, data }) {
                    let len = usize::from(u16::from_le_bytes([pdu[0], pdu[1]]));
                    prop_assert_eq!(pdu.len(), len + 4);
                }
                prop_assert!(reassembly.pdu.len() <= 65535 + 4);
            }
        }
    }
}
