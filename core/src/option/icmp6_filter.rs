//! Which ICMPv6 messages a raw socket receives (RFC 3542 §3.2).

use crate::layout::structure;

structure! {
    "struct icmp6_filter", "linux/icmpv6.h";
    /// A bit for each type of message, set where that is not received: `ICMPV6_FILTER`.
    ///
    /// ```
    /// use anysock::option::Icmp6Filter;
    ///
    /// let echo_replies = Icmp6Filter::BLOCK_ALL.pass(129);
    /// assert!(echo_replies.passes(129) && !echo_replies.passes(128));
    /// ```
    pub struct Icmp6Filter {
        /// The bits, type 0 the lowest of the first word.
        pub words: [u32; 8] = "data",
    }
}

impl Icmp6Filter {
    /// Every message is received: a new socket's.
    #[doc(alias = "ICMP6_FILTER_SETPASSALL")]
    pub const PASS_ALL: Icmp6Filter = Icmp6Filter { words: [0; 8] };
    /// No message is received.
    #[doc(alias = "ICMP6_FILTER_SETBLOCKALL")]
    pub const BLOCK_ALL: Icmp6Filter = Icmp6Filter { words: [u32::MAX; 8] };

    /// The filter that also lets messages of this type pass.
    #[must_use]
    #[doc(alias = "ICMP6_FILTER_SETPASS")]
    pub fn pass(mut self, kind: u8) -> Self {
        if let Some(word) = self.words.get_mut(usize::from(kind >> 5)) {
            *word &= !(1 << (kind & 31));
        }
        self
    }

    /// The filter that also stops messages of this type.
    #[must_use]
    #[doc(alias = "ICMP6_FILTER_SETBLOCK")]
    pub fn block(mut self, kind: u8) -> Self {
        if let Some(word) = self.words.get_mut(usize::from(kind >> 5)) {
            *word |= 1 << (kind & 31);
        }
        self
    }

    /// Whether messages of this type are received.
    #[doc(alias = "ICMP6_FILTER_WILLPASS")]
    pub fn passes(&self, kind: u8) -> bool {
        self.words.get(usize::from(kind >> 5)).is_some_and(|word| word & 1 << (kind & 31) == 0)
    }
}
