//! A secret, and the keyed hash that makes numbers of it that nobody else can predict: SipHash-2-4 (Aumasson and
//! Bernstein, 2012), which Linux uses for the same purposes.

use super::AddressPair;
use core::fmt;

/// 128 secret bits, drawn at random when the stack starts: what initial sequence numbers
/// ([`initial_sequence_number`](super::initial_sequence_number())) and cookies are made with. `Debug` does not
/// print them.
///
/// ```
/// use anysock::tcp::SecretKey;
///
/// // The example of the paper, appendix A.
/// let key = SecretKey::new(core::array::from_fn(|index| index as u8));
/// let octets: [u8; 15] = core::array::from_fn(|index| index as u8);
/// assert_eq!(key.hash(&[&octets]), 0xa129_ca61_49be_45e5);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct SecretKey(u64, u64);

impl SecretKey {
    /// The key that consists of these octets.
    pub const fn new(octets: [u8; 16]) -> Self {
        let key = u128::from_le_bytes(octets);
        SecretKey(key as u64, (key >> 64) as u64)
    }

    /// The hash of `parts`, one after the other.
    pub fn hash(&self, parts: &[&[u8]]) -> u64 {
        let mut hash = SipHash::new(self);
        for part in parts {
            hash.octets(part);
        }
        hash.finish()
    }

    /// The hash of both addresses and ports, and of `more`.
    pub(super) fn hash_pair(&self, pair: &impl AddressPair, more: &[u8]) -> u64 {
        let ([local, remote], ports) = (pair.addresses(), pair.ports().map(u16::to_be_bytes));
        self.hash(&[local.as_ref(), remote.as_ref(), ports.as_flattened(), more])
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(..)")
    }
}

/// The state v0 to v3, and the word that is being filled.
struct SipHash {
    v: [u64; 4],
    word: u64,
    length: u8,
}

impl SipHash {
    fn new(key: &SecretKey) -> Self {
        let SecretKey(k0, k1) = *key;
        let v = [
            k0 ^ 0x736f_6d65_7073_6575,
            k1 ^ 0x646f_7261_6e64_6f6d,
            k0 ^ 0x6c79_6765_6e65_7261,
            k1 ^ 0x7465_6462_7974_6573,
        ];
        SipHash { v, word: 0, length: 0 }
    }

    fn octets(&mut self, mut octets: &[u8]) {
        // Whole words at once, where the last word is whole.
        if self.length.is_multiple_of(8) {
            let (words, rest) = octets.as_chunks::<8>();
            for word in words {
                self.word = u64::from_le_bytes(*word);
                self.length = self.length.wrapping_add(8);
                self.compress();
            }
            octets = rest;
        }
        // Half a word, such as two ports.
        if let (true, Some((half, rest))) = (self.length.is_multiple_of(4), octets.split_first_chunk::<4>()) {
            self.word |=
                u64::from(u32::from_le_bytes(*half)).wrapping_shl(u32::from(self.length % 8).wrapping_mul(8));
            self.length = self.length.wrapping_add(4);
            if self.length.is_multiple_of(8) {
                self.compress();
            }
            octets = rest;
        }
        for octet in octets {
            self.octet(*octet);
        }
    }

    #[inline]
    fn octet(&mut self, octet: u8) {
        self.word |= u64::from(octet).wrapping_shl(u32::from(self.length % 8).wrapping_mul(8));
        self.length = self.length.wrapping_add(1);
        if self.length.is_multiple_of(8) {
            self.compress();
        }
    }

    fn compress(&mut self) {
        let word = core::mem::take(&mut self.word);
        let [_, _, _, v3] = &mut self.v;
        *v3 ^= word;
        self.rounds(2);
        let [v0, ..] = &mut self.v;
        *v0 ^= word;
    }

    fn rounds(&mut self, count: u32) {
        let [mut v0, mut v1, mut v2, mut v3] = self.v;
        for _ in 0..count {
            v0 = v0.wrapping_add(v1);
            v1 = v1.rotate_left(13) ^ v0;
            v0 = v0.rotate_left(32);
            v2 = v2.wrapping_add(v3);
            v3 = v3.rotate_left(16) ^ v2;
            v0 = v0.wrapping_add(v3);
            v3 = v3.rotate_left(21) ^ v0;
            v2 = v2.wrapping_add(v1);
            v1 = v1.rotate_left(17) ^ v2;
            v2 = v2.rotate_left(32);
        }
        self.v = [v0, v1, v2, v3];
    }

    fn finish(mut self) -> u64 {
        self.word |= u64::from(self.length) << 56;
        self.compress();
        let [_, _, v2, _] = &mut self.v;
        *v2 ^= 0xff;
        self.rounds(4);
        self.v.into_iter().fold(0, |all, v| all ^ v)
    }
}
