//! Signatures of TCP's segments by MD5 (RFC 2385; net/ipv4/tcp_ipv4.c): the keys of a socket, the option that they make
//! of each segment that it sends, and what becomes of a segment that has none, or another.
//!
//! core knows nothing of it: the option is put between its header and its text on the way out, and what a SYN announces
//! is made smaller by as much on the way in.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::net::{IpAddr, SocketAddr, SocketAddrV4, SocketAddrV6};

use anysock::constants::ip::TcpMd5Flags;
use anysock::option::TcpMd5sig;
use anysock::option::tcp::TCP_MD5SIG_EXT;
use anysock::tcp::wire::HEADER_LENGTH;
use anysock::tcp::{Config, Flags, Options, Segment};
use anysock::{Errno, Family, Instant};
use etherparse::TcpSlice;
use md5::{Digest, Md5};

use super::connected::Connected;
use super::ports::Pair;
use super::statistics::Tcp;
use super::tcp::{count, tcp, tcp_mut};
use crate::engine::node::NodeId;
use crate::engine::{Engine, SocketId};

/// How long the option is, with two octets of padding before it: TCPOLEN_MD5SIG_ALIGNED.
pub(super) const SIGNATURE_LENGTH: u16 = 20;
/// How the option begins (RFC 2385 §3.0): padding, kind and length.
const BEGIN: [u8; 4] = [1, 1, KIND, OPTION_LENGTH as u8];
const KIND: u8 = 19;
/// TCP-AO (RFC 5925).
const AUTHENTICATION: u8 = 29;
/// The option without padding: TCPOLEN_MD5SIG.
const OPTION_LENGTH: usize = 18;
/// How many octets of options a header has room for, beside a signature.
const ROOM: usize = 40 - SIGNATURE_LENGTH as usize;
/// IPPROTO_TCP.
const PROTOCOL: u8 = 6;

type Signature = [u8; 16];

/// What two ends share.
pub(super) type Key = Arc<[u8]>;

/// A key for the peers whose addresses begin so.
#[derive(Clone, Debug)]
struct PeerKey {
    address: IpAddr,
    prefix: u8,
    /// It was set with an interface, which is none: one that is part of another is none here.
    names_interface: bool,
    key: Key,
}

impl PeerKey {
    fn is_for(&self, peer: IpAddr) -> bool {
        let differs = match (self.address, peer) {
            (IpAddr::V4(own), IpAddr::V4(peer)) => (own.to_bits() ^ peer.to_bits()).leading_zeros(),
            (IpAddr::V6(own), IpAddr::V6(peer)) => (own.to_bits() ^ peer.to_bits()).leading_zeros(),
            _ => return false,
        };
        differs >= self.prefix.into()
    }
}

/// The keys of a socket, in the order in which they were set.
#[derive(Clone, Debug, Default)]
pub(super) struct Keys(Vec<PeerKey>);

impl Keys {
    /// What `TCP_MD5SIG` and `TCP_MD5SIG_EXT` do (`tcp_v4_parse_md5_keys`, `tcp_v6_parse_md5_keys`).
    ///
    /// # Errors
    /// `EINVAL` for an address of another family, a prefix, an interface or a key that cannot be, `ENOENT` where there
    /// is no key to delete.
    fn set(&mut self, family: Family, name: i32, value: &[u8]) -> Result<(), Errno> {
        let asked = TcpMd5sig::decode(value).map_err(|_| Errno::EINVAL)?;
        let address = match family {
            Family::INET6 => asked.address.address().map(|address: SocketAddrV6| address.ip().to_canonical()),
            _ => asked.address.address().map(|address: SocketAddrV4| IpAddr::V4(*address.ip())),
        };
        let address = address.map_err(|_| Errno::EINVAL)?;
        let is_extended = name == TCP_MD5SIG_EXT;
        let whole = if address.is_ipv4() { 32 } else { 128 };
        let has_prefix = is_extended && asked.flags.contains(TcpMd5Flags::PREFIX);
        let prefix = if has_prefix { asked.prefix } else { whole };
        let names_interface = asked.flags.contains(TcpMd5Flags::IFINDEX);
        if prefix > whole || is_extended && names_interface && asked.interface != 0 {
            return Err(Errno::EINVAL);
        }
        let is_same = |known: &PeerKey| {
            (known.address, known.prefix, known.names_interface) == (address, prefix, names_interface)
        };
        let place = self.0.iter().position(is_same);
        if asked.key_length == 0 {
            self.0.remove(place.ok_or(Errno::ENOENT)?);
            return Ok(());
        }
        let key = Arc::from(asked.key.get(..asked.key_length.into()).ok_or(Errno::EINVAL)?);
        match place.and_then(|place| self.0.get_mut(place)) {
            Some(known) => known.key = key,
            None => self.0.push(PeerKey { address, prefix, names_interface, key }),
        }
        Ok(())
    }

    fn best(&self, peer: IpAddr) -> Option<&PeerKey> {
        // Of equal ones the last.
        self.0.iter().filter(|key| key.is_for(peer)).max_by_key(|key| key.prefix)
    }

    /// The key for a peer: that of the longest prefix (`tcp_md5_do_lookup`).
    #[inline]
    pub(super) fn of(&self, peer: IpAddr) -> Option<&Key> {
        if self.0.is_empty() { None } else { self.best(peer).map(|best| &best.key) }
    }

    /// What a connection gets of its listener's keys: the one for its peer (`tcp_v4_syn_recv_sock`).
    #[inline]
    pub(super) fn inherited(&self, peer: IpAddr) -> Keys {
        if self.0.is_empty() {
            return Keys::default();
        }
        let prefix = if peer.is_ipv4() { 32 } else { 128 };
        let own = self.best(peer).map(|best| PeerKey { address: peer, prefix, ..best.clone() });
        Keys(own.into_iter().collect())
    }
}

/// Sets a key of a socket's.
pub(super) fn set_key(engine: &mut Engine, id: SocketId, name: i32, value: &[u8]) -> Result<(), Errno> {
    let now = engine.now();
    let (family, node) = engine.socket(id).map(|socket| (socket.family, socket.node))?;
    let (socket, _) = tcp_mut(engine, id)?;
    let had_key = socket.has_key();
    socket.keys.set(family, name, value)?;
    if !had_key
        && socket.has_key()
        && let Some(connected) = socket.connected_mut()
        && connected.connection.state().is_synchronized()
    {
        leave_room(connected, now);
    }
    engine.node_mut(node).inet.has_keys = true;
    Ok(())
}

/// Makes the segments of a connection smaller by a signature.
pub(super) fn leave_room(Connected { connection, .. }: &mut Connected, now: Instant) {
    let mut config = connection.config();
    let timestamps = if connection.uses_timestamps() { 12 } else { 0 };
    let whole = u16::try_from(connection.maximum_segment_size() + timestamps).unwrap_or(u16::MAX);
    config.maximum_segment_size = config.maximum_segment_size.min(whole).saturating_sub(SIGNATURE_LENGTH);
    connection.set_config(now, &config);
}

/// The digest of a segment: over its addresses, its header without options and with a checksum of zero, its text, and
/// the key (RFC 2385 §2.0).
fn digest((source, destination): (IpAddr, IpAddr), segment: &[u8], key: &[u8]) -> Option<Signature> {
    let (header, rest) = segment.split_first_chunk::<HEADER_LENGTH>()?;
    let text = rest.get((usize::from(header[12] >> 4) * 4).checked_sub(HEADER_LENGTH)?..)?;
    let [before @ .., _, _, urgent_high, urgent_low] = header;
    let mut hash = Md5::new();
    let length = segment.len() as u32;
    match (source, destination) {
        (IpAddr::V4(source), IpAddr::V4(destination)) => {
            hash.update(source.octets());
            hash.update(destination.octets());
            hash.update((u32::from(PROTOCOL) << 16 | length).to_be_bytes());
        }
        (IpAddr::V6(source), IpAddr::V6(destination)) => {
            hash.update(source.octets());
            hash.update(destination.octets());
            hash.update(length.to_be_bytes());
            hash.update([0, 0, 0, PROTOCOL]);
        }
        _ => return None,
    }
    hash.update(before);
    hash.update([0, 0, *urgent_high, *urgent_low]);
    hash.update(text);
    hash.update(key);
    Some(hash.finalize().into())
}

/// Takes away what a header has no room for beside a signature (`tcp_syn_options`, `tcp_established_options`).
pub(super) fn make_room(options: &mut Options) {
    options.ecn_counters = None;
    let beginnings = [
        (options.maximum_segment_size.is_some(), 4),
        (options.timestamps.is_some(), 12),
        (options.window_scale.is_some(), 4),
        (options.sack_permitted && options.timestamps.is_none(), 4),
    ];
    let taken = beginnings.iter().filter(|(is_there, _)| *is_there).map(|(_, length)| length).sum();
    let room = ROOM.saturating_sub(taken);
    options.fast_open = options.fast_open.filter(|cookie| {
        let begin = if cookie.is_experimental() { 4 } else { 2 };
        (begin + cookie.octets().len()).next_multiple_of(4) <= room
    });
    options.sack.iter_mut().skip(room.saturating_sub(4) / 8).for_each(|block| *block = None);
}

/// Where a signature stands among the options.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    /// Before all others (`tcp_options_write`).
    First,
    /// Behind them (`tcp_v4_send_ack`).
    Last,
}

/// Signs the segment that begins at `start` of a frame. `None` where there is none.
pub(super) fn sign(
    frame: &mut Vec<u8>,
    start: usize,
    ends: (IpAddr, IpAddr),
    key: &Key,
    place: Place,
) -> Option<()> {
    const CHECKSUM: core::ops::Range<usize> = 16..18;
    let offset = frame.get_mut(start + 12)?;
    let header_length = match place {
        Place::First => HEADER_LENGTH,
        Place::Last => usize::from(*offset >> 4) * 4,
    };
    *offset += (SIGNATURE_LENGTH as u8 / 4) << 4;
    let at = start + header_length;
    frame.splice(at..at, BEGIN.into_iter().chain(Signature::default()));
    let signature = digest(ends, frame.get(start..)?, key)?;
    let end = at + usize::from(SIGNATURE_LENGTH);
    frame.get_mut(at + BEGIN.len()..end)?.copy_from_slice(&signature);
    let segment = TcpSlice::from_slice(frame.get(start..)?).ok()?;
    let checksum = match ends {
        (IpAddr::V4(from), IpAddr::V4(to)) => segment.calc_checksum_ipv4(from.octets(), to.octets()).ok()?,
        (IpAddr::V6(from), IpAddr::V6(to)) => segment.calc_checksum_ipv6(from.octets(), to.octets()).ok()?,
        _ => return None,
    };
    frame.get_mut(start..)?.get_mut(CHECKSUM)?.copy_from_slice(&checksum.to_be_bytes());
    Some(())
}

/// What a segment has to show.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Proof {
    Nothing,
    Signature(Signature),
    /// TCP-AO's option, which a kernel without TCP-AO (CONFIG_TCP_AO) does not look at.
    Authentication,
}

/// The options of a segment cannot be believed: they have no end, or two proofs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Malformed;

/// What a segment has to show; what is shorter than a signature at the end of its options is not looked at
/// (`tcp_do_parse_auth_options`).
fn proof(segment: &[u8]) -> Result<Proof, Malformed> {
    let header_length = segment.get(12).map_or(0, |offset| usize::from(offset >> 4) * 4);
    let mut options = segment.get(HEADER_LENGTH..header_length).unwrap_or_default();
    let mut found = Proof::Nothing;
    while options.len() >= OPTION_LENGTH {
        options = match options {
            [0, ..] => break,
            [1, rest @ ..] => rest,
            [kind, length, ..] => {
                let (option, rest) = options.split_at_checked((*length).into()).ok_or(Malformed)?;
                let data = option.get(2..).ok_or(Malformed)?;
                let shown = match *kind {
                    KIND => Proof::Signature(*data.as_array().ok_or(Malformed)?),
                    AUTHENTICATION if data.len() > 2 => Proof::Authentication,
                    AUTHENTICATION => return Err(Malformed),
                    _ => Proof::Nothing,
                };
                match (found, shown) {
                    (_, Proof::Nothing) => {}
                    (Proof::Nothing, _) => found = shown,
                    _ => return Err(Malformed),
                }
                rest
            }
            _ => break,
        };
    }
    Ok(found)
}

/// Whether a segment for a socket is let in, by its signature (`tcp_inbound_hash`); where it is not, that is counted.
pub(super) fn admits(engine: &mut Engine, id: SocketId, pair: Pair, octets: &[u8]) -> bool {
    let Ok(socket) = tcp(engine, id) else { return true };
    let ends = (pair.remote.ip(), pair.local.ip());
    let Ok(proof) = proof(octets) else { return false };
    let counter = match (proof, socket.keys.of(ends.0)) {
        (Proof::Authentication, _) | (Proof::Nothing, None) => return true,
        (Proof::Nothing, Some(_)) => Tcp::Md5NotFound,
        (Proof::Signature(_), None) => Tcp::Md5Unexpected,
        (Proof::Signature(signature), Some(key)) if digest(ends, octets, key) == Some(signature) => {
            return true;
        }
        (Proof::Signature(_), Some(_)) => Tcp::Md5Failure,
    };
    count(engine, id, counter);
    false
}

/// No reset answers the segment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Unanswered;

/// What the reset is signed with that answers a segment to nobody: an unsigned one is answered without, and a signed
/// one only where whoever listens here at its source's port has the key that it was signed with (`tcp_v4_send_reset`).
///
/// # Errors
/// [`Unanswered`].
pub(super) fn key_of_reset(
    engine: &Engine,
    node: NodeId,
    interface: u32,
    pair: Pair,
    octets: &[u8],
) -> Result<Option<Key>, Unanswered> {
    let Proof::Signature(signature) = proof(octets).map_err(|Malformed| Unanswered)? else { return Ok(None) };
    let ends = (pair.remote.ip(), pair.local.ip());
    let listener =
        engine.listener(node, SocketAddr::new(ends.1, pair.remote.port()), interface).ok_or(Unanswered)?;
    let key = tcp(engine, listener).ok().and_then(|listener| listener.keys.of(ends.0)).ok_or(Unanswered)?;
    if digest(ends, octets, key) == Some(signature) { Ok(Some(key.clone())) } else { Err(Unanswered) }
}

/// A SYN of a peer with a key as core is to see it: what it takes is less by a signature, and there are no timestamps
/// where selective acknowledgments need their room (`tcp_synack_options`).
pub(super) fn announced<'a>(syn: &Segment<'a>, config: &Config) -> Segment<'a> {
    let mut syn = *syn;
    if syn.flags.contains(Flags::SYN) {
        let size = syn.options.maximum_segment_size.filter(|size| *size != 0);
        let size = size.unwrap_or(config.default_send_maximum_segment_size).min(config.maximum_segment_size);
        syn.options.maximum_segment_size = Some(size.saturating_sub(SIGNATURE_LENGTH).max(1));
        if syn.options.sack_permitted && config.selective_acknowledgments {
            syn.options.timestamps = None;
        }
    }
    syn
}
