//! Randomness from the seed: one stream for each thing that draws, so that adding a node does not change what
//! the others draw.

use core::time::Duration;

use rand_core::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// How likely something is, as a fraction of whole numbers: no floating point decides anything here.
///
/// ```
/// use anysock_sim::Chance;
///
/// assert_eq!(Chance::percent(5), Chance::new(5, 100));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Chance {
    numerator: u32,
    denominator: u32,
}

impl Chance {
    /// It never happens.
    pub const NEVER: Chance = Chance { numerator: 0, denominator: 1 };
    /// It always happens.
    pub const ALWAYS: Chance = Chance { numerator: 1, denominator: 1 };

    /// `numerator` times in `denominator`. A denominator of zero makes it [`Chance::NEVER`].
    pub const fn new(numerator: u32, denominator: u32) -> Chance {
        if denominator == 0 { Chance::NEVER } else { Chance { numerator, denominator } }
    }

    /// `percent` times in a hundred.
    pub const fn percent(percent: u32) -> Chance {
        Chance::new(percent, 100)
    }
}

impl Default for Chance {
    fn default() -> Self {
        Chance::NEVER
    }
}

/// One stream of random numbers: xoshiro256++, the same on every machine.
#[derive(Clone, Debug)]
pub struct Random(Xoshiro256PlusPlus);

impl Random {
    /// The stream number `stream` of the world with this seed.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        Random(Xoshiro256PlusPlus::seed_from_u64(seed ^ stream.wrapping_mul(0x9E37_79B9_7F4A_7C15)))
    }

    /// A number of 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number below `bound`; zero where `bound` is zero.
    pub fn below(&mut self, bound: u64) -> u64 {
        let product = u128::from(self.next_u64()) * u128::from(bound);
        (product >> 64) as u64
    }

    /// Whether something of this chance happens now. Draws nothing where that is certain.
    pub fn happens(&mut self, chance: Chance) -> bool {
        chance.numerator > 0
            && (chance.numerator >= chance.denominator
                || self.below(chance.denominator.into()) < chance.numerator.into())
    }

    /// A duration from zero to `most`, in nanoseconds. Draws nothing where that is zero.
    pub fn up_to(&mut self, most: Duration) -> Duration {
        match u64::try_from(most.as_nanos()).unwrap_or(u64::MAX) {
            0 => Duration::ZERO,
            most => Duration::from_nanos(self.below(most.saturating_add(1))),
        }
    }
}
