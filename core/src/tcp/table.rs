//! Where half-open and TIME-WAIT entries are kept: in memory of the owner's.

use super::AddressPair;

/// Entries by pair of addresses. An array or a slice of `Option<(Pair, Entry)>` is one, searched from its
/// beginning; an owner that has an allocator may have something faster.
///
/// ```
/// use anysock::tcp::{HalfOpen, Table};
/// use core::net::SocketAddrV4;
///
/// type Pair = (SocketAddrV4, SocketAddrV4);
/// let mut table = [const { None::<(Pair, HalfOpen)> }; 16];
/// assert_eq!((table.count(), table.remove(&("10.0.0.1:80".parse()?, "10.0.0.2:40000".parse()?))), (0, None));
/// # Ok::<(), core::net::AddrParseError>(())
/// ```
pub trait Table<Entry> {
    /// Both ends of a connection.
    type Pair: AddressPair;

    /// How many entries there are.
    fn count(&self) -> usize;

    /// The entry of `pair`.
    fn entry(&mut self, pair: &Self::Pair) -> Option<&mut Entry>;

    /// Adds the entry of a pair that has none. `false` where there is no room: nothing was added.
    fn insert(&mut self, pair: &Self::Pair, entry: Entry) -> bool;

    /// Removes and returns the entry of `pair`.
    fn remove(&mut self, pair: &Self::Pair) -> Option<Entry>;

    /// Any entry for which `wanted` says so.
    fn find(&self, wanted: impl FnMut(&Entry) -> bool) -> Option<Self::Pair>;
}

impl<Pair: AddressPair, Entry> Table<Entry> for [Option<(Pair, Entry)>] {
    type Pair = Pair;

    fn count(&self) -> usize {
        self.iter().flatten().count()
    }

    fn entry(&mut self, pair: &Pair) -> Option<&mut Entry> {
        self.iter_mut().flatten().find(|(key, _)| key == pair).map(|(_, entry)| entry)
    }

    fn insert(&mut self, pair: &Pair, entry: Entry) -> bool {
        let place = self.iter_mut().find(|place| place.is_none());
        place.map(|place| *place = Some((pair.clone(), entry))).is_some()
    }

    fn remove(&mut self, pair: &Pair) -> Option<Entry> {
        let place = self.iter_mut().find(|place| matches!(place, Some((key, _)) if key == pair));
        place.and_then(Option::take).map(|(_, entry)| entry)
    }

    fn find(&self, mut wanted: impl FnMut(&Entry) -> bool) -> Option<Pair> {
        self.iter().flatten().find(|(_, entry)| wanted(entry)).map(|(pair, _)| pair.clone())
    }
}

/// The same as the slice of it.
impl<Pair: AddressPair, Entry, const N: usize> Table<Entry> for [Option<(Pair, Entry)>; N] {
    type Pair = Pair;

    fn count(&self) -> usize {
        Table::count(self.as_slice())
    }

    fn entry(&mut self, pair: &Pair) -> Option<&mut Entry> {
        Table::entry(self.as_mut_slice(), pair)
    }

    fn insert(&mut self, pair: &Pair, entry: Entry) -> bool {
        Table::insert(self.as_mut_slice(), pair, entry)
    }

    fn remove(&mut self, pair: &Pair) -> Option<Entry> {
        Table::remove(self.as_mut_slice(), pair)
    }

    fn find(&self, wanted: impl FnMut(&Entry) -> bool) -> Option<Pair> {
        Table::find(self.as_slice(), wanted)
    }
}

/// A table that someone lends.
impl<Entry, T: Table<Entry> + ?Sized> Table<Entry> for &mut T {
    type Pair = T::Pair;

    fn count(&self) -> usize {
        (**self).count()
    }

    fn entry(&mut self, pair: &T::Pair) -> Option<&mut Entry> {
        (**self).entry(pair)
    }

    fn insert(&mut self, pair: &T::Pair, entry: Entry) -> bool {
        (**self).insert(pair, entry)
    }

    fn remove(&mut self, pair: &T::Pair) -> Option<Entry> {
        (**self).remove(pair)
    }

    fn find(&self, wanted: impl FnMut(&Entry) -> bool) -> Option<T::Pair> {
        (**self).find(wanted)
    }
}
