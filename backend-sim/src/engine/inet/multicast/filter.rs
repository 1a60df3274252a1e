//! Source filters: from whom a group is listened to (RFC 3376 §2, RFC 3810 §4.2).

use alloc::collections::BTreeSet;
use core::net::IpAddr;

/// Whether the sources of a filter are those let through, or those stopped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mode {
    Include,
    Exclude,
}

/// A source filter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Filter {
    pub(super) mode: Mode,
    pub(super) sources: BTreeSet<IpAddr>,
}

impl Filter {
    /// The filter of this mode without any source: all of them, or nothing.
    pub(super) const fn new(mode: Mode) -> Filter {
        Filter { mode, sources: BTreeSet::new() }
    }

    /// Whether what this source sends is let through.
    pub(super) fn lets_through(&self, source: IpAddr) -> bool {
        self.sources.contains(&source) == (self.mode == Mode::Include)
    }

    /// What lets through what one of `filters` does: the filter of an interface whose sockets have these
    /// (RFC 3376 §3.2).
    pub(super) fn any_of<'a>(filters: impl Iterator<Item = &'a Filter> + Clone) -> Filter {
        let included = filters.clone().filter(|filter| filter.mode == Mode::Include);
        let included: BTreeSet<IpAddr> = included.flat_map(|filter| &filter.sources).copied().collect();
        let excluded = filters.filter(|filter| filter.mode == Mode::Exclude);
        let excluded = excluded.map(|filter| filter.sources.clone());
        match excluded.reduce(|one, other| &one & &other) {
            Some(excluded) => Filter { mode: Mode::Exclude, sources: &excluded - &included },
            None => Filter { mode: Mode::Include, sources: included },
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn source(number: u8) -> IpAddr {
        IpAddr::from([10, 0, 0, number])
    }

    fn filter() -> impl Strategy<Value = Filter> {
        let mode = prop_oneof![Just(Mode::Include), Just(Mode::Exclude)];
        let sources = prop::collection::btree_set((0..4u8).prop_map(source), 0..4);
        (mode, sources).prop_map(|(mode, sources)| Filter { mode, sources })
    }

    proptest! {
        #[test]
        fn one_of_several_is_enough(filters in prop::collection::vec(filter(), 0..4)) {
            let merged = Filter::any_of(filters.iter());
            for number in 0..5 {
                let any = filters.iter().any(|filter| filter.lets_through(source(number)));
                prop_assert_eq!(merged.lets_through(source(number)), any);
            }
        }
    }
}
