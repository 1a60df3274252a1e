//! What ICMP says about a segment of ours (RFC 9293 §3.9.2.2, RFC 1191, RFC 8201, RFC 5927).

use super::congestion::CongestionControl;
use super::connection::Connection;
use super::timers::Timer;
use super::{Error, Event, SequenceNumber, State};
use crate::time::Instant;

/// An ICMP message that quotes a segment of ours, as far as TCP is concerned.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum IcmpError {
    /// Fragmentation needed (ICMP type 3, code 4): the next hop takes IPv4 packets of this many octets. Less than 552
    /// is not believed (Linux: `min_pmtu`).
    FragmentationNeeded(u16),
    /// Packet too big (ICMPv6 type 2): the next hop takes IPv6 packets of this many octets. Less than 1280 is not
    /// believed, for every link takes those (RFC 8200 §5).
    PacketTooBig(u32),
    /// Network or host unreachable, time exceeded, parameter problem (ICMP type 3 codes 0, 1 and 5, types 11 and
    /// 12; ICMPv6 type 1 codes 0 and 3, types 3 and 4): it may pass (MUST-56).
    Unreachable,
    /// Protocol or port unreachable, or prohibited (ICMP type 3, codes 2, 3, 9, 10 and 13; ICMPv6 type 1, codes 1 and
    /// 4): nobody is there (SHLD-26).
    Refused,
}

impl IcmpError {
    /// How much text the path takes, in a segment without options, where that is what it says.
    fn segment_size(self) -> Option<u32> {
        match self {
            IcmpError::FragmentationNeeded(mtu) => Some(u32::from(mtu).max(552).saturating_sub(40)),
            IcmpError::PacketTooBig(mtu) => Some(mtu.max(1280).saturating_sub(60)),
            IcmpError::Unreachable | IcmpError::Refused => None,
        }
    }
}

impl<C: CongestionControl> Connection<C> {
    /// An ICMP message has come that quotes a segment of this connection with this sequence number. Whether it was
    /// believed: the number must be of something in flight (RFC 5927 §4.1).
    ///
    /// A path that takes less makes the segments smaller, and what is in flight is sent again at once, for it was
    /// dropped. A hard error ends an attempt to connect; a soft one only where the settings say so
    /// ([`Config::unreachable_ends_connecting`](super::Config::unreachable_ends_connecting)). Otherwise an error is
    /// remembered until an acknowledgment comes, and is the reason that the user hears where none does (RFC 5461; so
    /// does Linux).
    ///
    /// Afterwards call [`poll_transmit`](Self::poll_transmit).
    pub fn icmp_arrives(&mut self, now: Instant, seq: SequenceNumber, error: IcmpError) -> bool {
        let in_flight = !seq.is_before(self.snd.una) && seq.is_before(self.snd.nxt);
        if !in_flight || matches!(self.state, State::Closed | State::Listen) {
            return false;
        }
        if let Some(size) = error.segment_size() {
            self.path_shrinks(now, size);
            return true;
        }
        let is_hard = error == IcmpError::Refused;
        let reason = if is_hard { Error::Refused } else { Error::Unreachable };
        if self.state == State::SynSent && (is_hard || self.config.unreachable_ends_connecting()) {
            self.fail(now, Event::UserTimeout, reason);
        } else {
            self.soft_error = Some(reason);
        }
        true
    }

    fn path_shrinks(&mut self, now: Instant, size: u32) {
        let before = self.snd.mss;
        if self.state == State::SynSent {
            // What the path does not take nobody is asked for (Linux: tcp_advertise_mss).
            let most = u16::try_from(size).unwrap_or(u16::MAX);
            for known in [&mut self.config.maximum_segment_size, &mut self.config.send_maximum_segment_size] {
                *known = most.min(*known);
            }
            if self.snd.nxt.is_after(self.snd.iss + 1) {
                // The SYN was too long with its text: it goes without (Linux: tcp_simple_retransmit).
                self.snd.resume = self.snd.iss;
                self.snd.syn_retransmitted = true;
                self.timers.set(Timer::Retransmission, now.plus_nanos(self.rtt.timeout(&self.config)));
            }
        }
        self.limit_segment_size(size);
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
