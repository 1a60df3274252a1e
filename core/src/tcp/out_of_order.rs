//! Which octets arrived ahead of their turn (RFC 9293 §3.10.7.4, SHLD-31).

use super::SequenceNumber;
use super::segment::Block;

/// The blocks that arrived out of order: disjoint, not adjoining, the most recent first (the order in which
/// RFC 2018 §4 reports them). A FIN is a part of the block that it ends. The blocks themselves are the storage's.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct OutOfOrder {
    pub(super) count: u16,
}

impl OutOfOrder {
    #[inline]
    pub(super) const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The first numbers of `new` that are here already; where none is, an empty block.
    pub(super) fn overlap(&self, blocks: &[Block], new: &Block) -> Block {
        self.blocks(blocks)
            .iter()
            .map(|block| Block {
                left_edge: block.left_edge.later(new.left_edge),
                right_edge: block.right_edge.earlier(new.right_edge),
            })
            .filter(|common| !common.is_empty())
            .reduce(|first, other| if other.left_edge.is_before(first.left_edge) { other } else { first })
            .unwrap_or(Block::NONE)
    }

    /// Whether any block ends after `number`.
    pub(super) fn reaches_beyond(&self, blocks: &[Block], number: SequenceNumber) -> bool {
        self.blocks(blocks).iter().any(|block| block.right_edge.is_after(number))
    }

    /// The blocks in use.
    pub(super) fn blocks<'a>(&self, blocks: &'a [Block]) -> &'a [Block] {
        blocks.get(..usize::from(self.count)).unwrap_or(blocks)
    }

    /// Adds a block, merged with those it touches. `false` where the table is full: nothing was added.
    pub(super) fn insert(&mut self, blocks: &mut [Block], new: Block) -> bool {
        let touched = |block: &&Block| block.touches(&new);
        if !self.blocks(blocks).iter().any(|block| touched(&block))
            && usize::from(self.count) >= blocks.len().min(usize::from(u16::MAX))
        {
            return false;
        }
        let merged = self.blocks(blocks).iter().filter(touched).fold(new, |all, block| Block {
            left_edge: all.left_edge.earlier(block.left_edge),
            right_edge: all.right_edge.later(block.right_edge),
        });
        self.retain(blocks, |block| !block.touches(&new));
        let mut displaced = merged;
        self.count = self.count.saturating_add(1);
        for block in blocks.iter_mut().take(usize::from(self.count)) {
            core::mem::swap(block, &mut displaced);
        }
        true
    }

    /// Takes out what begins at or before `next`, and returns the number that follows all that is now in order.
    pub(super) fn absorb(&mut self, blocks: &mut [Block], mut next: SequenceNumber) -> SequenceNumber {
        loop {
            let reached = self
                .blocks(blocks)
                .iter()
                .filter(|block| !block.left_edge.is_after(next))
                .fold(next, |next, block| next.later(block.right_edge));
            self.retain(blocks, |block| block.left_edge.is_after(next));
            if reached == next {
                return next;
            }
            next = reached;
        }
    }

    /// Keeps the blocks that `keep` wants, in their order.
    fn retain(&mut self, blocks: &mut [Block], keep: impl Fn(&Block) -> bool) {
        let mut kept = 0usize;
        for index in 0..usize::from(self.count) {
            let Some(block) = blocks.get(index).copied() else { break };
            if keep(&block) {
                if let Some(place) = blocks.get_mut(kept) {
                    *place = block;
                }
                kept = kept.wrapping_add(1);
            }
        }
        self.count = kept as u16;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(left: u32, right: u32) -> Block {
        Block { left_edge: SequenceNumber(left), right_edge: SequenceNumber(right) }
    }

    #[test]
    fn blocks_merge_and_are_absorbed() {
        let (mut blocks, mut set) = ([Block::NONE; 3], OutOfOrder::default());
        assert!(set.insert(&mut blocks, block(10, 20)));
        assert!(set.insert(&mut blocks, block(30, 40)));
        assert!(set.insert(&mut blocks, block(50, 60)));
        assert!(!set.insert(&mut blocks, block(70, 80)), "the table is full");
        assert!(set.insert(&mut blocks, block(20, 30)), "a block that touches others needs no place");
        assert_eq!(set.blocks(&blocks), [block(10, 40), block(50, 60)], "the most recent comes first");
        assert_eq!(set.absorb(&mut blocks, SequenceNumber(9)), SequenceNumber(9));
        assert_eq!(set.absorb(&mut blocks, SequenceNumber(12)), SequenceNumber(40));
        assert_eq!(set.absorb(&mut blocks, SequenceNumber(70)), SequenceNumber(70));
        assert!(set.is_empty());
    }
}
