//! A few things of a kind, of which there is nearly always one: that one takes no allocation.

use alloc::vec::Vec;

/// A list in the order in which its members came, but for those that are put before the others.
#[derive(Clone, Debug)]
pub(super) struct Few<T> {
    first: Option<T>,
    others: Vec<T>,
}

impl<T> Default for Few<T> {
    fn default() -> Self {
        Few { first: None, others: Vec::new() }
    }
}

impl<T> Few<T> {
    #[inline]
    pub(super) fn push(&mut self, member: T) {
        match self.first {
            None => self.first = Some(member),
            Some(_) => self.others.push(member),
        }
    }

    /// Puts one before the others.
    pub(super) fn push_front(&mut self, member: T) {
        if let Some(second) = self.first.replace(member) {
            self.others.insert(0, second);
        }
    }

    /// Forgets all; the room stays.
    #[inline]
    pub(super) fn clear(&mut self) {
        self.first = None;
        self.others.clear();
    }

    /// Keeps those of which `keeps` says so.
    #[inline]
    pub(super) fn retain(&mut self, mut keeps: impl FnMut(&T) -> bool) {
        if self.first.as_ref().is_some_and(|first| !keeps(first)) {
            self.first = None;
        }
        if !self.others.is_empty() {
            self.retain_others(keeps);
        }
    }

    #[inline(never)]
    fn retain_others(&mut self, keeps: impl FnMut(&T) -> bool) {
        self.others.retain(keeps);
        if self.first.is_none() && !self.others.is_empty() {
            self.first = Some(self.others.remove(0));
        }
    }

    #[inline]
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> + Clone {
        self.first.iter().chain(&self.others)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    /// The only one; `None` where there are none, or several.
    pub(super) fn only(&self) -> Option<&T> {
        self.first.as_ref().filter(|_| self.others.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// As a list has it.
        #[test]
        fn it_keeps_its_order(calls in prop::collection::vec((0u8..4, 0u8..6), 0..40)) {
            let (mut few, mut model) = (Few::default(), Vec::new());
            for (call, number) in calls {
                match call {
                    0 => {
                        few.push(number);
                        model.push(number);
                    }
                    1 => {
                        few.push_front(number);
                        model.insert(0, number);
                    }
                    _ => {
                        few.retain(|member| *member != number);
                        model.retain(|member| *member != number);
                    }
                }
                prop_assert!(few.iter().eq(&model));
                prop_assert_eq!(few.is_empty(), model.is_empty());
                prop_assert_eq!(few.only(), model.first().filter(|_| model.len() == 1));
            }
        }
    }
}
