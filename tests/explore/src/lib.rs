//! Explores the TCP machine: every interleaving of two small endpoints, under every choice of a few faults.
//!
//! A [`Scenario`] says how the two open, what they send and who closes how. A [`World`] is one state of it: both
//! connections with their programs, and the segments on the wire. [`search`] walks from the first world through
//! every [`Action`] that is possible until no new state is found.
//!
//! Time is an order here: the clock stands still, and any timer that is running may be the next to expire. Only
//! TIME-WAIT keeps to what it is for: it does not end while a segment is on the wire. And when RACK-TLP has waited
//! for what was overtaken, it has waited: the clock of that end goes on by as much.
//!
//! What must hold: a segment says nothing that is not so (text, acknowledgments, windows); states change as the
//! table of RFC 9293 has it; what is read is what was sent, in order; nobody waits for what will never come; and
//! in the end both are closed, having received everything.
//!
//! ```
//! use anysock_explore::{Limits, Scenario, search};
//!
//! let scenario = Scenario { faults: 0, ..Scenario::default() };
//! let report = search(&scenario, &Limits::default()).unwrap();
//! assert!(report.states > 30 && report.ends > 0);
//! ```

mod end;
mod fingerprint;
mod planted;
mod scenario;
mod search;
mod wire;
mod world;

pub use planted::Planted;
pub use scenario::{Closing, Opening, Scenario, scenarios};
pub use search::{Failure, Limits, Report, search};
pub use world::{Action, World};
