//! What ICMP says about a segment of ours (RFC 9293 §3.9.2.2, RFC 1191, RFC 8201, RFC 5927).

use super::congestion::CongestionControl;
use super::connection::Connection;
use super::{Error, Event, SequenceNumber, State};
use crate::time::Instant;

/// An ICMP message that quotes a segment of ours, as far as TCP is concerned.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum IcmpError {
    /// Fragmentation needed (ICMP type 3, code 4), packet too big (ICMPv6 type 2): the next hop takes packets with
    /// this many octets of text, its MTU less 40 for IPv4 and less 60 for IPv6.
    TooBig(u16),
    /// Network or host unreachable, time exceeded, parameter problem (ICMP type 3 codes 0, 1 and 5, types 11 and
    /// 12; ICMPv6 type 1 codes 0 and 3, types 3 and 4): it may pass (MUST-56).
    Unreachable,
    /// Protocol or port unreachable, or prohibited (ICMP type 3, codes 2, 3, 9, 10 and 13; ICMPv6 type 1, codes 1 and
    /// 4): nobody is there (SHLD-26).
    Refused,
}

/// The least path MTU that is believed, as text: Linux's `min_pmtu` of 552, and IPv6's 1280.
const LEAST_IPV4: u16 = 512;
const LEAST_IPV6: u16 = 1220;

impl<C: CongestionControl> Connection<C> {
    /// An ICMP message has come that quotes a segment of this connection with this sequence number. Whether it was
    /// believed: the number must be of something in flight (RFC 5927 §4.1).
    ///
    /// A path that takes less makes the segments smaller, and what is in flight is sent again at once, for it was
    /// dropped. An error ends an attempt to connect where it is hard; otherwise it is remembered until an
    /// acknowledgment comes, and is the reason that the user hears where none does (RFC 5461; so does Linux). An
    /// owner that wants Linux's impatience in SYN-SENT, where any of these ends the attempt, calls
    /// [`abort`](Self::abort).
    ///
    /// Afterwards call [`poll_transmit`](Self::poll_transmit).
    pub fn icmp_arrives(&mut self, now: Instant, seq: SequenceNumber, error: IcmpError) -> bool {
        let in_flight = !seq.is_before(self.snd.una) && seq.is_before(self.snd.nxt);
        if !in_flight || matches!(self.state, State::Closed | State::Listen) {
            return false;
        }
        match error {
            IcmpError::TooBig(size) => self.path_shrinks(size),
            IcmpError::Refused if self.state == State::SynSent => {
                self.fail(now, Event::UserTimeout, Error::Refused);
            }
            IcmpError::Refused => self.soft_error = Some(Error::Refused),
            IcmpError::Unreachable => self.soft_error = Some(Error::Unreachable),
        }
        true
    }

    fn path_shrinks(&mut self, size: u16) {
        let is_ipv6 = self.config.default_send_maximum_segment_size >= LEAST_IPV6;
        let least = if is_ipv6 { LEAST_IPV6 } else { LEAST_IPV4 };
        let before = self.snd.mss;
        self.limit_segment_size(u32::from(size.max(least)));
        if self.snd.mss < before && self.snd.syn_acknowledged {
            // Linux, tcp_simple_retransmit: this is no congestion.
            self.snd.resume = self.snd.una;
        }
    }

    /// The peer does not answer: the user hears why, if something said so (Linux: `sk_err_soft`).
    pub(super) fn give_up(&mut self, now: Instant) {
        let error = self.soft_error.take().unwrap_or(Error::TimedOut);
        self.fail(now, Event::UserTimeout, error);
    }
}
