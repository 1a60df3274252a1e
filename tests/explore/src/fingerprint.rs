//! What states are told apart by: 128 bits of XXH3 of everything that is hashed, one after the other.

use core::hash::Hasher;

use twox_hash::XxHash3_128;

/// What is hashed, kept until it is there as a whole: many octets at once are hashed several times as fast as a few
/// hundred small pieces.
#[derive(Clone, Debug, Default)]
pub(crate) struct Octets(Vec<u8>);

impl Octets {
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn fingerprint(&self) -> u128 {
        XxHash3_128::oneshot(&self.0)
    }
}

impl Hasher for Octets {
    fn write(&mut self, octets: &[u8]) {
        self.0.extend_from_slice(octets);
    }

    fn finish(&self) -> u64 {
        self.fingerprint() as u64
    }
}
