//! Maps by hash: found in constant time.

use core::hash::BuildHasherDefault;

use hashbrown::HashMap;
use rustc_hash::FxHasher;

/// A map by hash. Its order is not the same on every machine, so it must never show.
pub(super) type Map<K, V> = HashMap<K, V, BuildHasherDefault<FxHasher>>;
