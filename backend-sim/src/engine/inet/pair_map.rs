//! Maps by both ends of a connection. Every segment is looked up by them, so between ends of IPv4 they are one number.

use core::hash::{Hash, Hasher};
use core::net::{Ipv4Addr, SocketAddr, SocketAddrV4};

use hashbrown::hash_map::Entry;

use super::ports::Pair;
use super::quick_path::ArrivedEnds;
use crate::engine::map::Map;

/// Both ends of IPv4: the local address, the remote one, the local port, the remote one.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Ends(u128);

impl Ends {
    /// `None` of a pair of IPv6.
    #[inline]
    fn of(pair: &Pair) -> Option<Ends> {
        let (SocketAddr::V4(local), SocketAddr::V4(remote)) = (pair.local, pair.remote) else { return None };
        Some(Ends::between((*local.ip(), local.port()), (*remote.ip(), remote.port())))
    }

    #[inline]
    fn between(local: (Ipv4Addr, u16), remote: (Ipv4Addr, u16)) -> Ends {
        let ports = u32::from(local.1) << 16 | u32::from(remote.1);
        let low = u64::from(remote.0.to_bits()) << 32 | u64::from(ports);
        Ends(u128::from(local.0.to_bits()) << 64 | u128::from(low))
    }

    fn pair(self) -> Pair {
        let end = |address: u128, port: u128| {
            SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::from_bits(address as u32), port as u16))
        };
        Pair { local: end(self.0 >> 64, self.0 >> 16), remote: end(self.0 >> 32, self.0) }
    }
}

impl Hash for Ends {
    #[inline]
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        // The upper half is hardly ever different between two, so that it needs no round of its own.
        let (high, low) = ((self.0 >> 64) as u64, self.0 as u64);
        hasher.write_u64(low ^ high.rotate_left(32));
    }
}

/// A map by both ends. Its order is not the same on every machine, so it must never show.
#[derive(Debug)]
pub(super) struct PairMap<V> {
    v4: Map<Ends, V>,
    v6: Map<Pair, V>,
}

impl core::fmt::Debug for Ends {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.pair().fmt(f)
    }
}

impl<V> Default for PairMap<V> {
    fn default() -> Self {
        PairMap { v4: Map::default(), v6: Map::default() }
    }
}

impl<V> PairMap<V> {
    pub(super) fn len(&self) -> usize {
        self.v4.len() + self.v6.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[inline]
    pub(super) fn get(&self, pair: &Pair) -> Option<&V> {
        match Ends::of(pair) {
            Some(ends) => self.v4.get(&ends),
            None => self.v6.get(pair),
        }
    }

    /// What is between the destination of a packet that has come, and its source.
    #[inline]
    pub(super) fn get_arrived(&self, ends: ArrivedEnds, source: u16, destination: u16) -> Option<&V> {
        let (local, remote) = ((ends.destination(), destination), (ends.source(), source));
        self.v4.get(&Ends::between(local, remote))
    }

    #[inline]
    pub(super) fn get_mut(&mut self, pair: &Pair) -> Option<&mut V> {
        match Ends::of(pair) {
            Some(ends) => self.v4.get_mut(&ends),
            None => self.v6.get_mut(pair),
        }
    }

    #[inline]
    pub(super) fn contains_key(&self, pair: &Pair) -> bool {
        self.get(pair).is_some()
    }

    pub(super) fn insert(&mut self, pair: Pair, value: V) {
        match Ends::of(&pair) {
            Some(ends) => self.v4.insert(ends, value),
            None => self.v6.insert(pair, value),
        };
    }

    pub(super) fn remove(&mut self, pair: &Pair) -> Option<V> {
        match Ends::of(pair) {
            Some(ends) => self.v4.remove(&ends),
            None => self.v6.remove(pair),
        }
    }

    /// Removes what is between these two, if it is this.
    pub(super) fn remove_this(&mut self, pair: &Pair, this: &V)
    where
        V: PartialEq,
    {
        match Ends::of(pair).map(|ends| self.v4.entry(ends)) {
            Some(Entry::Occupied(entry)) if entry.get() == this => {
                entry.remove();
            }
            None if self.v6.get(pair) == Some(this) => {
                self.v6.remove(pair);
            }
            _ => {}
        }
    }

    /// All of them, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Pair, &V)> {
        let v4 = self.v4.iter().map(|(ends, value)| (ends.pair(), value));
        v4.chain(self.v6.iter().map(|(pair, value)| (*pair, value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_come_out_as_they_went_in() {
        let mut map = PairMap::default();
        let ends = ["10.0.0.1:7", "10.0.0.2:7", "10.0.0.1:8", "[fd00::1]:7", "[::ffff:10.0.0.1]:7"];
        let ends = ends.map(|end| end.parse::<SocketAddr>().unwrap());
        let pairs = || ends.iter().flat_map(|local| ends.map(|remote| Pair { local: *local, remote }));
        for (number, pair) in pairs().enumerate() {
            map.insert(pair, number);
        }
        assert_eq!(map.len(), 25);
        assert!(map.iter().all(|(pair, number)| pairs().nth(*number) == Some(pair)));
        for (number, pair) in pairs().enumerate() {
            assert_eq!(map.get(&pair), Some(&number));
            map.remove_this(&pair, &(number + 1));
            assert!(map.contains_key(&pair));
            map.remove_this(&pair, &number);
            assert!(!map.contains_key(&pair));
        }
        assert!(map.is_empty());
    }
}
