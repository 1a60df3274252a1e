//! Maps by hash: found in constant time.

use core::hash::{BuildHasherDefault, Hash};

use hashbrown::HashMap;
use rustc_hash::FxHasher;

/// A map by hash. Its order is not the same on every machine, so it must never show.
pub(super) type Map<K, V> = HashMap<K, V, BuildHasherDefault<FxHasher>>;

/// Makes room for `key` in a map that holds `most`: what no longer `counts` goes, and if that is not enough, what is
/// the oldest by `since`. What is known already needs none.
pub(super) fn make_room<K: Copy + Ord + Hash, V, T: Ord>(
    map: &mut Map<K, V>,
    most: usize,
    key: &K,
    counts: impl Fn(&V) -> bool,
    since: impl Fn(&V) -> T,
) {
    if map.len() < most || map.contains_key(key) {
        return;
    }
    map.retain(|_, value| counts(value));
    if map.len() >= most {
        let oldest = map.iter().map(|(key, value)| (since(value), *key)).min();
        oldest.map(|(_, oldest)| map.remove(&oldest));
    }
}
