//! Fast Open: text in the SYN, for a peer whose address a cookie has proved (RFC 7413).
//!
//! The machine keeps no cookies. A client's owner puts the one that it has into the SYN, and takes a new one from the
//! SYN,ACK ([`Connection::granted_cookie`]); a [`Listener`] makes and checks them with its key.

use super::address_pair::MAPPED;
use super::congestion::CongestionControl;
use super::connection::{Connection, capacity, window_clamp};
use super::listen::Listener;
use super::segment::{FastOpenCookie, Flags, Segment};
use super::storage::Storage;
use super::table::Table;
use super::{AddressPair, HalfOpen, SecretKey, SequenceNumber, Settings, State};
use crate::time::Instant;

/// What a connection does about Fast Open.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum FastOpen {
    Off,
    /// A client without a cookie: its SYN asks for one.
    Asks,
    /// A client with one: its SYN carries text.
    Sends,
    /// The SYN of either has gone out.
    Sent,
    /// A server that took the text of a SYN.
    Accepted,
}

/// How many connections a listener has opened by a cookie whose handshakes are not over, and what cookies it makes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Pending {
    limit: u32,
    count: u32,
    /// Text is taken without a cookie, too.
    without_cookie: bool,
    /// What cookies are made with, where it is not the listener's own key.
    key: Option<SecretKey>,
}

impl Pending {
    pub(super) const NONE: Pending = Pending { limit: 0, count: 0, without_cookie: false, key: None };
}

/// The cookie of a peer: eight octets, of the addresses alone (Linux: __tcp_fastopen_cookie_gen_cipher).
fn cookie(key: &SecretKey, pair: &impl AddressPair) -> FastOpenCookie {
    let [local, remote] = pair.addresses();
    // IPv4 addresses in the form of IPv6 have the cookies of IPv4.
    let [local, remote] =
        [local.as_ref(), remote.as_ref()].map(|octets: &[u8]| octets.strip_prefix(&MAPPED).unwrap_or(octets));
    let hash = key.hash(&[remote, local]);
    FastOpenCookie::new(&hash.to_le_bytes()).unwrap_or(FastOpenCookie::REQUEST)
}

impl Connection {
    /// Opens actively, as [`connect`](Self::connect) does, with Fast Open. With a cookie, what is given to
    /// [`send`](Self::send) before the SYN is polled goes out with it, as much as fits into a segment of
    /// [`default_send_maximum_segment_size`](super::Config::default_send_maximum_segment_size) less 40 octets: set
    /// that to the size that the peer announced with the cookie (RFC 7413 §4.1.3).
    ///
    /// The SYN that [`poll_transmit`](Self::poll_transmit) returns asks for a cookie
    /// ([`FastOpenCookie::REQUEST`]); an owner that has one puts it in that place before sending. A SYN that has to be
    /// sent again is an ordinary one, and text that the SYN,ACK does not acknowledge is sent again at once.
    pub fn connect_fast_open(
        settings: impl Into<Settings>,
        isn: SequenceNumber,
        has_cookie: bool,
        now: Instant,
    ) -> Connection {
        let mut connection = Connection::connect(settings, isn, now);
        connection.fast_open = if has_cookie { FastOpen::Sends } else { FastOpen::Asks };
        connection
    }

    /// Opens passively from a SYN whose cookie [`Listener::fast_open`] has found to be right: the connection is in
    /// SYN-RECEIVED, its text can be read, and the user may send before the handshake is over (RFC 7413 §4.2.2).
    pub fn accept_fast_open(
        settings: impl Into<Settings>,
        half_open: &HalfOpen,
        syn: &Segment<'_>,
        now: Instant,
        storage: &mut impl Storage,
    ) -> Connection {
        let mut connection = half_open.accept(&settings.into(), now);
        connection.fast_open = FastOpen::Accepted;
        // What the SYN,ACK will offer, the text counting from its beginning.
        let buffer = storage.receive_buffer();
        let window = connection.first_window(capacity(buffer), window_clamp(buffer));
        connection.rcv.edge = connection.rcv.edge.later(connection.rcv.nxt + window);
        let mut text = *syn;
        // A FIN comes again with what is sent again.
        text.flags = Flags::ACK;
        text.seq += 1;
        connection.syn_text = !syn.payload.is_empty();
        connection.congestion.begin_early(connection.snd.mss, connection.config.initial_window);
        connection.arrives_text_and_fin(now, &text, storage);
        // The SYN,ACK acknowledges it: nothing waits for that (Linux: tcp_fastopen_add_skb).
        connection.rcv.text_at = Instant::MAX;
        connection
    }
}

impl<C: CongestionControl> Connection<C> {
    /// The cookie that `segment` grants, where it is an acceptable answer to our SYN that asked for one or carried
    /// one: to be asked before [`segment_arrives`](Self::segment_arrives). The owner keeps it with the peer's
    /// address and announced segment size.
    pub fn granted_cookie(&self, segment: &Segment<'_>) -> Option<FastOpenCookie> {
        let answers = self.state == State::SynSent
            && self.fast_open == FastOpen::Sent
            && segment.flags & (Flags::SYN | Flags::ACK | Flags::RST) == Flags::SYN | Flags::ACK
            && segment.ack.is_after(self.snd.iss)
            && !segment.ack.is_after(self.snd.nxt);
        segment.options.fast_open.filter(|cookie| answers && !cookie.octets().is_empty())
    }

    /// Whether the user may send before the handshake is over.
    #[inline]
    pub(super) fn may_send_early(&self) -> bool {
        match self.state {
            State::SynSent => self.fast_open == FastOpen::Sends,
            State::SynReceived => self.fast_open == FastOpen::Accepted,
            _ => false,
        }
    }

    /// Whether the handshake of a server is not over, and text flows all the same.
    #[inline]
    pub fn is_open_early(&self) -> bool {
        self.state == State::SynReceived && self.fast_open == FastOpen::Accepted
    }

    /// The option of our SYN, and how much text goes with it.
    #[inline]
    pub(super) fn open_fast(&mut self) -> (Option<FastOpenCookie>, u32) {
        let text = match self.fast_open {
            _ if self.state != State::SynSent || self.snd.syn_retransmitted => return (None, 0),
            FastOpen::Sends => self.snd.queued().min(self.snd.mss.saturating_sub(40)),
            FastOpen::Asks => 0,
            _ => return (None, 0),
        };
        self.fast_open = FastOpen::Sent;
        (Some(FastOpenCookie::REQUEST), text)
    }

    /// The SYN,ACK is here: what it does not acknowledge of the SYN's text was not taken.
    pub(super) fn send_rejected_text_again(&mut self) {
        if self.fast_open == FastOpen::Sent {
            self.syn_text = self.snd.una.is_after(self.snd.iss + 1);
            self.snd.resume = self.snd.una;
        }
    }
}

impl<T: Table<HalfOpen>> Listener<T> {
    /// Accepts text in the SYN of peers that have a cookie, as long as no more than `limit` such connections have not
    /// finished their handshake; zero, as at first, for none.
    #[doc(alias = "TCP_FASTOPEN")]
    pub fn set_fast_open(&mut self, limit: u32) {
        self.pending.limit = limit;
    }

    /// Makes the cookies with this key instead of the listener's own, so that several machines may grant the same.
    #[doc(alias = "tcp_fastopen_key")]
    pub fn set_fast_open_key(&mut self, key: SecretKey) {
        self.pending.key = Some(key);
    }

    /// Takes the text of SYNs that have no cookie, too: where nobody can forge addresses.
    #[doc(alias = "TFO_SERVER_COOKIE_NOT_REQD")]
    pub fn set_fast_open_without_cookie(&mut self, without: bool) {
        self.pending.without_cookie = without;
    }

    fn fast_open_cookie(&self, pair: &T::Pair) -> FastOpenCookie {
        cookie(self.pending.key.as_ref().unwrap_or(&self.key), pair)
    }

    /// A SYN for a pair that has no entry: where its cookie is right, and there is room, what
    /// [`Connection::accept_fast_open`] is to be called with. The connection waits to be accepted at once, and is
    /// counted. Otherwise give the SYN to [`segment_arrives`](Self::segment_arrives), whose SYN,ACK then has the
    /// right cookie and acknowledges no text (Linux: tcp_try_fastopen).
    pub fn fast_open(&mut self, now: Instant, pair: &T::Pair, syn: &Segment<'_>) -> Option<HalfOpen> {
        let has_room = self.pending.count < self.pending.limit && self.may_establish() && self.remembers();
        if !(has_room && syn.is_bare_syn()) {
            return None;
        }
        let right = self.fast_open_cookie(pair);
        let is_right = syn.options.fast_open.is_some_and(|cookie| cookie.octets() == right.octets())
            || self.pending.without_cookie && (!syn.payload.is_empty() || syn.options.fast_open.is_some());
        if !is_right || self.entries.entry(pair).is_some() {
            return None;
        }
        self.pending.count = self.pending.count.saturating_add(1);
        self.waiting = self.waiting.saturating_add(1);
        let (numbers, settings) = self.initial_numbers_and_settings(pair);
        Some(HalfOpen::new(now, numbers.sequence_number(now), syn, &settings))
    }

    /// A connection that [`fast_open`](Self::fast_open) has opened has finished its handshake, or ended before.
    pub fn fast_open_is_over(&mut self) {
        self.pending.count = self.pending.count.saturating_sub(1);
    }

    /// How many connections it has opened early that have not finished their handshake, and how many there may be.
    pub const fn fast_opens(&self) -> (u32, u32) {
        (self.pending.count, self.pending.limit)
    }

    /// The cookie that the answer to `syn` grants: none where it could not be used now (Linux: tcp_try_fastopen).
    pub(super) fn grant(&self, pair: &T::Pair, syn: &Segment<'_>) -> Option<FastOpenCookie> {
        let asked = syn.options.fast_open.filter(|_| self.pending.count < self.pending.limit)?;
        let cookie = self.fast_open_cookie(pair);
        Some(if asked.is_experimental() { cookie.experimental() } else { cookie })
    }
}
