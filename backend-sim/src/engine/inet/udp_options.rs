//! `SOL_UDP`: the options of UDP sockets, and UDP_SEGMENT of a message (`udp_lib_setsockopt`, `udp_cmsg_send` of
//! net/ipv4/udp.c). There is no IPsec, as in a kernel without it: UDP_ENCAP refuses its kinds.

use alloc::vec::Vec;

use anysock::message::Controls;
use anysock::option::udp::*;
use anysock::{Errno, Level};

/// UDP_ENCAP_L2TPINUDP (linux/udp.h), which changes nothing by itself.
const L2TP_IN_UDP: i32 = 3;

/// What a socket's options hold.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct UdpOptions {
    /// UDP_CORK.
    pub(super) is_corked: bool,
    /// UDP_SEGMENT: into datagrams of how many bytes messages are cut; zero for one datagram.
    pub(super) segment: u16,
    /// UDP_GRO: what was cut on this node comes whole.
    pub(super) joins_segments: bool,
    /// UDP_NO_CHECK6_TX.
    pub(super) omits_checksum_v6: bool,
    /// UDP_NO_CHECK6_RX.
    pub(super) takes_without_checksum_v6: bool,
    encap: i32,
}

impl UdpOptions {
    /// `setsockopt(2)`. The value is looked at before the name.
    pub(super) fn set(&mut self, name: i32, value: &[u8]) -> Result<(), Errno> {
        let value = value.first_chunk().copied().map(i32::from_ne_bytes).ok_or(Errno::EINVAL)?;
        let on = value != 0;
        match name {
            UDP_CORK => self.is_corked = on,
            UDP_SEGMENT => self.segment = u16::try_from(value).map_err(|_| Errno::EINVAL)?,
            UDP_GRO => self.joins_segments = on,
            UDP_NO_CHECK6_TX => self.omits_checksum_v6 = on,
            UDP_NO_CHECK6_RX => self.takes_without_checksum_v6 = on,
            UDP_ENCAP if matches!(value, 0 | L2TP_IN_UDP) => self.encap = value,
            _ => return Err(Errno::ENOPROTOOPT),
        }
        Ok(())
    }

    /// `getsockopt(2)`.
    pub(super) fn get(&self, name: i32) -> Result<Vec<u8>, Errno> {
        let value = match name {
            UDP_CORK => self.is_corked.into(),
            UDP_SEGMENT => self.segment.into(),
            UDP_GRO => self.joins_segments.into(),
            UDP_NO_CHECK6_TX => self.omits_checksum_v6.into(),
            UDP_NO_CHECK6_RX => self.takes_without_checksum_v6.into(),
            UDP_ENCAP => self.encap,
            // UDP-Lite's, which every socket tells.
            UDPLITE_SEND_CSCOV | UDPLITE_RECV_CSCOV => 0,
            _ => return Err(Errno::ENOPROTOOPT),
        };
        Ok(value.to_ne_bytes().to_vec())
    }

    /// Into datagrams of how many bytes a message with these control messages is cut.
    ///
    /// # Errors
    /// `EINVAL` for a control message of UDP's that is not UDP_SEGMENT, or not of two bytes.
    pub(super) fn segment_of(&self, control: &[u8]) -> Result<u16, Errno> {
        let of_udp = Controls::new(control).filter(|control| control.level == Level::UDP);
        of_udp.map(|control| (control.name, control.data.try_into())).try_fold(self.segment, |_, said| {
            match said {
                (UDP_SEGMENT, Ok(bytes)) => Ok(u16::from_ne_bytes(bytes)),
                _ => Err(Errno::EINVAL),
            }
        })
    }
}
